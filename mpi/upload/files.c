/* Which files the tables' rows go into. BigQuery loads a compressed file up to a size, so a large
 * table has several. Where one ends has to be known before a row is compressed and after the commit
 * (load jobs and staging tables are named by the rows in them), so it is told by rows and by bytes
 * that no row exceeds. */
#include <stdlib.h>

#include "compute/base/memory.h"
#include "mpi/upload/upload.h"

/* https://docs.cloud.google.com/bigquery/quotas#load_jobs: 4 GB */
static const int64_t LIMIT_BYTES = 4000000000;

int64_t bf_upload_file_limit(void)
{
    const char *text = getenv("BACKFILL_FORCE_FILE_BYTES");
    long long bytes = text == NULL ? 0 : strtoll(text, NULL, 10);
    return bytes > 0 ? bytes : LIMIT_BYTES;
}

/* Compressed bytes of a row, judged high. Of a column: its name, at worst a reference of 48 bits to
 * where it stood before, and its digits, a byte of memory being 2.4 of them, of 4 to 5 bits each.
 * A made-up league's rows take a quarter of this or less, whichever the table (docs/adr/0010). */
static int64_t row_bytes_most(const bf_table_schema *schema)
{
    return 2 * (int64_t)bf_table_row_bytes(schema) + 6 * (int64_t)schema->column_count;
}

static bf_status add_file(bf_upload *upload, size_t *capacity, const bf_upload_file *file,
                          bf_error *err)
{
    BF_TRY(BF_GROW(&upload->files, capacity, (size_t)upload->file_count + 1, err));
    upload->files[upload->file_count++] = *file;
    upload->tables[file->table].file_count++;
    return BF_OK;
}

/* At least one file, be it empty; a date that is too large alone has one of its own. */
static bf_status cut_table(bf_upload *upload, size_t *capacity, int t, bf_error *err)
{
    bf_upload_table *table = &upload->tables[t];
    const bf_layout *layout = bf_results_layout(upload->results);
    int64_t most = bf_upload_file_limit() / row_bytes_most(table->schema);
    bf_upload_file file = {.table = t, .size_bytes = -1};
    table->first_file = upload->file_count;
    if (table->output < 0) { /* a row a date and processor */
        file.rows = table->rows;
        return add_file(upload, capacity, &file, err);
    }
    for (int32_t d = 0; d < layout->date_count; d++) {
        int64_t rows = layout->rows[table->output][d];
        if (file.rows > 0 && rows > 0 && file.rows + rows > most) {
            BF_TRY(add_file(upload, capacity, &file, err));
            file.from = d;
            file.first_row += file.rows;
            file.rows = 0;
        }
        file.to = d + 1;
        file.rows += rows;
    }
    return add_file(upload, capacity, &file, err);
}

/* Numbered as BigQuery numbers the files of an export. */
static bf_status name_file(bf_upload *upload, int f, bf_error *err)
{
    bf_upload_file *file = &upload->files[f];
    const bf_upload_table *table = &upload->tables[file->table];
    if (table->file_count == 1)
        BF_TRY(bf_alloc_text(&file->name, err, "%s", table->schema->name));
    else
        BF_TRY(bf_alloc_text(&file->name, err, "%s-%012d", table->schema->name,
                             f - table->first_file));
    return bf_alloc_text(&file->path, err, "%s/%s.ndjson.gz", upload->directory, file->name);
}

bf_status bf_upload_cut(bf_upload *upload, bf_error *err)
{
    size_t capacity = 0;
    for (int t = 0; t < upload->table_count; t++)
        BF_TRY(cut_table(upload, &capacity, t, err));
    for (int f = 0; f < upload->file_count; f++)
        BF_TRY(name_file(upload, f, err));
    return BF_OK;
}
