/* precompute_processor_runs (spec/backfill.md B24), made of the units in /run. */
#include <string.h>

#include "compute/features/processor.h"
#include "compute/schema/digest.h"
#include "compute/schema/ids.h"
#include "mpi/upload/upload.h"

static void put(bf_columns *columns, int column, int64_t row, int64_t value)
{
    bf_column_set_integer(&columns->schema->columns[column], columns->data[column], row, value);
}

static void put_float(bf_columns *columns, int column, int64_t row, double value)
{
    ((double *)columns->data[column])[row] = value;
}

static void put_unit(bf_columns *out, int64_t row, const bf_unit *unit, int32_t name)
{
    int64_t entities = (int64_t)unit->rows + unit->failures;
    put(out, BF_runs_processor_name, row, name);
    put(out, BF_runs_success, row, unit->status != BF_UNIT_FAILED);
    put_float(out, BF_runs_duration_seconds, row, unit->seconds);
    put(out, BF_runs_analysis_date, row, unit->day);
    put(out, BF_runs_records_processed, row, entities);
    put(out, BF_runs_records_inserted, row, unit->rows);
    put(out, BF_runs_records_skipped, row, unit->failures);
    put_float(out, BF_runs_data_completeness_pct, row,
              entities > 0 ? 100.0 * unit->rows / (double)entities : BF_NULL_F64);
    put(out, BF_runs_skip_reason, row,
        unit->status == BF_UNIT_SKIPPED_BOOTSTRAP ? BF_SKIP_REASON_BOOTSTRAP
        : unit->status == BF_UNIT_NO_GAMES        ? BF_SKIP_REASON_NO_GAMES
                                                  : BF_NULL_I8);
}

/* The class names as a dictionary, in the order of the processors. */
static bf_dictionary processor_names(void)
{
    static char bytes[BF_PROCESSOR_COUNT * 64];
    static int64_t offset[BF_PROCESSOR_COUNT + 1];
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        size_t size = strlen(bf_processors[p].class_name) + 1;
        memcpy(bytes + offset[p], bf_processors[p].class_name, size);
        offset[p + 1] = offset[p] + (int64_t)size;
    }
    return (bf_dictionary){.count = BF_PROCESSOR_COUNT, .offset = offset, .bytes = bytes};
}

bf_status bf_upload_make_records(bf_upload *upload, bf_error *err)
{
    const bf_run_outcome *outcome = bf_results_outcome(upload->results);
    bf_upload_table *table = &upload->tables[upload->table_count++];
    *table = (bf_upload_table){.schema = &bf_records[BF_RECORD_runs], .output = -1};
    for (int64_t i = 0; i < outcome->unit_count; i++)
        table->rows += outcome->units[i].status != BF_UNIT_NOT_RUN;
    BF_TRY(bf_columns_alloc(&upload->records, table->schema, table->rows, err));
    upload->processor_names = processor_names();
    int64_t row = 0;
    for (int64_t i = 0; i < outcome->unit_count; i++) {
        if (outcome->units[i].status != BF_UNIT_NOT_RUN)
            put_unit(&upload->records, row++, &outcome->units[i], outcome->units[i].processor);
    }
    bf_hash *hash = NULL;
    BF_TRY(bf_hash_create(&hash, err));
    const bf_dictionary dictionaries[BF_DICT_COUNT] = {[BF_DICT_PROCESSORS] =
                                                           upload->processor_names};
    bf_digest_rows(table->digest, hash, &upload->records, 0, table->rows, dictionaries);
    bf_hash_free(hash);
    return BF_OK;
}
