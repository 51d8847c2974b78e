/* upload --dry-run: what would be sent, on stdout. Nothing is sent, asked or written. */
#include <stdio.h>

#include "mpi/upload/upload.h"

static void name_target(bf_text *out, const bf_upload *upload, const bf_upload_table *table)
{
    const bf_target *target = &upload->target;
    const char *each = table->file_count > 1 ? "-*" : "";
    if (target->kind == BF_TARGET_BIGQUERY)
        bf_text_format(out, "%s.%s.%s", target->project,
                       bf_target_dataset(target, table->schema->dataset), table->schema->name);
    else if (target->kind == BF_TARGET_STORAGE)
        bf_text_format(out, "gs://%s/%s%s%s%s.ndjson.gz", target->bucket, target->prefix,
                       target->prefix[0] == '\0' ? "" : "/", table->schema->name, each);
    else
        bf_text_format(out, "%s/%s%s.ndjson.gz", target->directory, table->schema->name, each);
    if (table->file_count > 1)
        bf_text_format(out, ", in %d files", table->file_count);
}

static void print_dates(const bf_upload *upload)
{
    const bf_layout *layout = bf_results_layout(upload->results);
    const bf_run_outcome *outcome = bf_results_outcome(upload->results);
    char first[BF_DATE_TEXT_BYTES] = "-", last[BF_DATE_TEXT_BYTES] = "-";
    int64_t replaced = 0;
    bf_day before = INT32_MIN;
    for (int64_t i = 0; i < outcome->unit_count; i++) {
        const bf_unit *unit = &outcome->units[i];
        bool has = unit->status == BF_UNIT_SUCCESS || unit->status == BF_UNIT_FAILED;
        replaced += has && unit->day != before;
        before = has ? unit->day : before;
    }
    if (layout->date_count > 0) {
        bf_day_format(first, layout->dates[0]);
        bf_day_format(last, layout->dates[layout->date_count - 1]);
    }
    printf("dates: %d, %s .. %s; rows of %lld of them are replaced\n", layout->date_count, first,
           last, (long long)replaced);
}

static bf_status print_table(double *bytes, bf_upload *upload, const bf_upload_table *table,
                             bf_error *err)
{
    double a_row;
    bf_text name = BF_TEXT_INIT(1 << 16);
    BF_TRY(bf_upload_sample(&a_row, upload, table, err));
    if (table->output < 0)
        a_row = 30; /* a few thousand short rows */
    name_target(&name, upload, table);
    bf_status st = bf_text_status(&name, err);
    if (st == BF_OK)
        printf("%-30s %12lld %14.0f  %s\n", table->schema->name, (long long)table->rows,
               a_row * (double)table->rows, name.data);
    bf_text_free(&name);
    *bytes += a_row * (double)table->rows;
    return st;
}

bf_status bf_upload_dry_run(bf_upload *upload, bf_error *err)
{
    double bytes = 0;
    int64_t rows = 0;
    const bf_run_facts *facts = bf_results_facts(upload->results);
    printf("%s -> %s: a dry run, nothing is sent\nrun %s%s\n", upload->path, upload->target.url,
           facts->run_id, facts->synthetic ? ", of synthetic data" : "");
    print_dates(upload);
    printf("\n%-30s %12s %14s  %s\n", "table", "rows", "bytes (about)", "to");
    for (int t = 0; t < upload->table_count; t++) {
        BF_TRY(print_table(&bytes, upload, &upload->tables[t], err));
        rows += upload->tables[t].rows;
    }
    printf("%-30s %12lld %14.0f\n", "all", (long long)rows, bytes);
    if (upload->target.kind != BF_TARGET_BIGQUERY)
        printf("and %s itself\n", upload->path);
    return BF_OK;
}
