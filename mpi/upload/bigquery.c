/* bigquery://PROJECT: which rows of which dates an upload replaces, and what is told meanwhile. */
#include <stdlib.h>
#include <unistd.h>

#include "compute/features/processor.h"
#include "io/cloud/bigquery.h"
#include "mpi/progress.h"
#include "mpi/upload/link.h"
#include "mpi/upload/upload.h"

typedef struct bf_upload_bigquery {
    bf_upload *upload;
    bf_upload_link link;
    bf_arena memory; /* owns what the tables point to */
    bf_bigquery *bigquery;
    bf_bigquery_table tables[BF_UPLOAD_TABLES];
    bf_bigquery_part *parts; /* [upload->file_count] */
    bf_bigquery_upload order;
    int64_t total_bytes; /* of all files */
    char run_time[BF_TIMESTAMP_TEXT_BYTES];
} bf_upload_bigquery;

/* ---- what is replaced -------------------------------------------------------------------- */

/* Unit of a date (by its index) and processor. */
static const bf_unit *unit_of(const bf_upload *upload, int32_t date, int processor)
{
    return &bf_results_outcome(upload->results)
                ->units[(int64_t)date * BF_UNIT_PROCESSORS + processor];
}

/* B27: dates whose rows are replaced are those with status success or failed. */
static bool is_replaced(const bf_unit *unit)
{
    return unit->status == BF_UNIT_SUCCESS || unit->status == BF_UNIT_FAILED;
}

/* The dates on which the processor's rows are replaced. */
static bf_status scope_dates(bf_bigquery_scope *out, bf_upload_bigquery *it, int processor,
                             bf_error *err)
{
    const bf_layout *layout = bf_results_layout(it->upload->results);
    bf_day *dates = NULL;
    BF_TRY(BF_ARENA_ALLOC(&dates, &it->memory, (size_t)layout->date_count, err));
    *out = (bf_bigquery_scope){.dates = dates};
    for (int32_t d = 0; d < layout->date_count; d++) {
        if (is_replaced(unit_of(it->upload, d, processor)))
            dates[out->date_count++] = layout->dates[d];
    }
    return BF_OK;
}

/* A scope a processor whose rows the table has; failure records have a processor's name. Attempts
 * are added to those of other runs, and known by their time. */
static bf_status add_scopes(bf_bigquery_table *out, bf_upload_bigquery *it, int table,
                            bf_error *err)
{
    bf_bigquery_scope *scopes = NULL;
    BF_TRY(BF_ARENA_ALLOC(&scopes, &it->memory, BF_PROCESSOR_COUNT, err));
    out->scopes = scopes;
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        bool of_all = table == BF_OUTPUT_failure;
        bool attempts = table == BF_OUTPUT_reprocess && p == BF_PROCESSOR_pdc;
        if (!of_all && !attempts && (int)bf_processors[p].table != table)
            continue;
        bf_bigquery_scope *scope = &scopes[out->scope_count++];
        BF_TRY(scope_dates(scope, it, p, err));
        scope->column = of_all ? "processor_name" : attempts ? "attempted_at" : NULL;
        scope->value = of_all ? bf_processors[p].class_name : attempts ? it->run_time : NULL;
    }
    return BF_OK;
}

/* How many rows each date has to have afterwards. */
static bf_status expect_rows(bf_bigquery_table *out, bf_upload_bigquery *it,
                             const bf_upload_table *table, bf_error *err)
{
    const bf_layout *layout = bf_results_layout(it->upload->results);
    int64_t *rows = NULL;
    BF_TRY(BF_ARENA_ALLOC(&rows, &it->memory, (size_t)layout->date_count, err));
    out->dates = layout->dates;
    out->date_rows = rows;
    out->date_count = layout->date_count;
    for (int32_t d = 0; d < layout->date_count; d++) {
        for (int p = 0; p < BF_PROCESSOR_COUNT && table->output < 0; p++)
            rows[d] += bf_upload_record_rows(table->record, unit_of(it->upload, d, p));
        if (table->output >= 0)
            rows[d] = layout->rows[table->output][d];
    }
    return BF_OK;
}

/* The records of a run are replaced as a whole; where dates are partitions they are named. */
static bf_status add_run_scope(bf_bigquery_table *out, bf_upload_bigquery *it, int day_column,
                               bf_error *err)
{
    const bf_layout *layout = bf_results_layout(it->upload->results);
    bf_bigquery_scope *scope = NULL;
    BF_TRY(BF_ARENA_ALLOC(&scope, &it->memory, 1, err));
    *scope = (bf_bigquery_scope){.column = "run_id",
                                 .value = bf_results_facts(it->upload->results)->run_id};
    if (day_column == out->schema->date_column) {
        scope->dates = layout->dates;
        scope->date_count = layout->date_count;
    }
    out->date_column = out->schema->columns[day_column].name;
    out->scopes = scope;
    out->scope_count = 1;
    return BF_OK;
}

static bf_status describe_table(bf_bigquery_table *out, bf_upload_bigquery *it,
                                const bf_upload_table *table, bf_error *err)
{
    *out = (bf_bigquery_table){.schema = table->schema,
                               .digest = table->digest,
                               .rows = table->rows,
                               .parts = it->parts + table->first_file,
                               .part_count = table->file_count,
                               .optional = table->output < 0};
    BF_TRY(expect_rows(out, it, table, err));
    if (table->output < 0)
        return add_run_scope(out, it, bf_upload_record_day(table->record), err);
    out->date_column = table->schema->columns[table->schema->date_column].name;
    return add_scopes(out, it, table->output, err);
}

/* ---- what is told ------------------------------------------------------------------------ */

static void tell(void *context, bool warning, const char *message)
{
    (void)context;
    bf_log(warning ? BF_LOG_WARNING : BF_LOG_INFO, "%s", message);
}

static void stored(void *context, int64_t bytes)
{
    bf_upload_bigquery *it = context;
    bf_upload_link_stored(&it->link, bytes);
    if (bytes == it->total_bytes)
        bf_progress_end(); /* what follows takes its time, but sends nothing */
}

static bf_status number(void *context, int of_transaction, bf_error *err)
{
    bf_upload *upload = ((bf_upload_bigquery *)context)->upload;
    upload->number = of_transaction;
    return bf_upload_state_write(upload, err);
}

/* ---- the upload -------------------------------------------------------------------------- */

static bf_status describe(bf_upload *upload, bf_error *err)
{
    bf_upload_bigquery *it = NULL;
    BF_TRY(BF_ALLOC(&it, 1, err));
    upload->bigquery = it;
    it->upload = upload;
    bf_timestamp_format(it->run_time, bf_results_facts(upload->results)->run_timestamp_us);
    BF_TRY(BF_ARENA_ALLOC(&it->parts, &it->memory, (size_t)upload->file_count, err));
    for (int f = 0; f < upload->file_count; f++)
        it->parts[f] = (bf_bigquery_part){.first_row = upload->files[f].first_row,
                                          .rows = upload->files[f].rows,
                                          .path = upload->files[f].path};
    for (int t = 0; t < upload->table_count; t++)
        BF_TRY(describe_table(&it->tables[t], it, &upload->tables[t], err));
    it->order = (bf_bigquery_upload){
        .target = &upload->target,
        .run_id = bf_results_facts(upload->results)->run_id,
        .tables = it->tables,
        .table_count = upload->table_count,
        .create_tables = upload->options->create_tables,
        .again = upload->options->again,
        .resumed = upload->resumed,
        .number = upload->number,
        .hooks = {.context = it, .tell = tell, .progress = stored, .number = number}};
    return BF_OK;
}

bf_status bf_upload_begin_bigquery(bool *done, bf_upload *upload, bf_error *err)
{
    BF_TRY(describe(upload, err));
    bf_upload_bigquery *it = upload->bigquery;
    BF_TRY(bf_upload_link_open(&it->link, upload, BF_CLOUD_BIGQUERY, err));
    return bf_bigquery_begin(&it->bigquery, done, it->link.service, &it->order, err);
}

/* A load job that is bound to fail is not begun. Files are cut to be far below the limit: one above
 * it is of a single date, or of rows unlike any that were known. */
static bf_status check_size(const bf_upload *upload, const bf_upload_file *file, bf_error *err)
{
    const bf_layout *layout = bf_results_layout(upload->results);
    const bf_upload_table *table = &upload->tables[file->table];
    int64_t limit = bf_upload_file_limit();
    char first[BF_DATE_TEXT_BYTES] = "", last[BF_DATE_TEXT_BYTES] = "";
    if (file->size_bytes <= limit)
        return BF_OK;
    for (int32_t d = file->from; d < file->to; d++) {
        if (layout->rows[table->output][d] > 0)
            bf_day_format(first[0] == '\0' ? first : last, layout->dates[d]);
    }
    return bf_error_set(
        err, BF_E_UPLOAD,
        "%s: the rows of %s%s%s take %lld bytes compressed, more than the %lld that "
        "BigQuery loads of a file, and the rows of a date stay together; nothing "
        "was sent",
        table->schema->name, first[0] == '\0' ? "the run" : first, last[0] == '\0' ? "" : " to ",
        last, (long long)file->size_bytes, (long long)limit);
}

bf_status bf_upload_to_bigquery(bool *over, bf_upload *upload, bf_error *err)
{
    bf_upload_bigquery *it = upload->bigquery;
    it->total_bytes = 0;
    *over = false;
    for (int f = 0; f < upload->file_count; f++) {
        BF_TRY(check_size(upload, &upload->files[f], err));
        it->parts[f].size_bytes = upload->files[f].size_bytes;
        it->total_bytes += upload->files[f].size_bytes;
    }
    bf_progress_init_bytes(it->total_bytes, upload->options->progress, isatty(STDERR_FILENO));
    bf_status st = bf_bigquery_send(over, it->bigquery, err);
    bf_progress_end();
    return st;
}

void bf_upload_end_bigquery(bf_upload *upload)
{
    bf_upload_bigquery *it = upload->bigquery;
    if (it == NULL)
        return;
    bf_bigquery_free(it->bigquery);
    bf_upload_link_close(&it->link);
    bf_arena_free(&it->memory);
    free(it);
    upload->bigquery = NULL;
}
