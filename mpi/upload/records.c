/* precompute_processor_runs and processor_run_history (spec/backfill.md B24), made of the units in
 * /run. */
#include <string.h>

#include "compute/features/processor.h"
#include "compute/schema/digest.h"
#include "compute/schema/ids.h"
#include "mpi/upload/upload.h"

/* The columns that both tables have. */
typedef struct unit_columns {
    int processor, day, seconds, entities, rows, failures, skip_reason;
} unit_columns;

static void put(bf_columns *columns, int column, int64_t row, int64_t value)
{
    bf_column_set_integer(&columns->schema->columns[column], columns->data[column], row, value);
}

static void put_float(bf_columns *columns, int column, int64_t row, double value)
{
    ((double *)columns->data[column])[row] = value;
}

static void put_unit(bf_columns *out, const unit_columns *of, int64_t row, const bf_unit *unit)
{
    put(out, of->processor, row, unit->processor);
    put_float(out, of->seconds, row, unit->seconds);
    put(out, of->day, row, unit->day);
    put(out, of->entities, row, (int64_t)unit->rows + unit->failures);
    put(out, of->rows, row, unit->rows);
    put(out, of->failures, row, unit->failures);
    put(out, of->skip_reason, row,
        unit->status == BF_UNIT_SKIPPED_BOOTSTRAP ? BF_SKIP_REASON_BOOTSTRAP
        : unit->status == BF_UNIT_NO_GAMES        ? BF_SKIP_REASON_NO_GAMES
                                                  : BF_NULL_I8);
}

static void put_run(bf_columns *out, const unit_columns *of, int64_t row, const bf_unit *unit,
                    const bf_run_facts *facts)
{
    (void)facts;
    int64_t entities = (int64_t)unit->rows + unit->failures;
    put_unit(out, of, row, unit);
    put(out, BF_runs_success, row, unit->status != BF_UNIT_FAILED);
    put_float(out, BF_runs_data_completeness_pct, row,
              entities > 0 ? 100.0 * unit->rows / (double)entities : BF_NULL_F64);
}

static int code_of(bf_set set, const char *text)
{
    return bf_set_find(set, text, strlen(text));
}

/* That it began, then how it ended. */
static void put_history(bf_columns *out, const unit_columns *of, int64_t row, const bf_unit *unit,
                        const bf_run_facts *facts)
{
    static const int ends[] = {[BF_UNIT_SUCCESS] = BF_RUN_STATUS_SUCCESS,
                               [BF_UNIT_SKIPPED_BOOTSTRAP] = BF_RUN_STATUS_SKIPPED,
                               [BF_UNIT_NO_GAMES] = BF_RUN_STATUS_SKIPPED,
                               [BF_UNIT_FAILED] = BF_RUN_STATUS_FAILED};
    const bf_table_schema *table = &bf_outputs[bf_processors[unit->processor].table];
    int64_t last = row + 1;
    for (int c = 0; c < out->schema->column_count; c++) {
        if (bf_column_is_stored(&out->schema->columns[c]))
            bf_column_fill_null(&out->schema->columns[c], out->data[c], row, 2);
    }
    put(out, of->processor, row, unit->processor);
    put(out, of->day, row, unit->day);
    put_unit(out, of, last, unit);
    put(out, BF_history_processed_at, last, facts->run_timestamp_us);
    put(out, BF_history_skipped, last, ends[unit->status] == BF_RUN_STATUS_SKIPPED);
    for (int64_t i = row; i <= last; i++) {
        put(out, BF_history_status, i, i < last ? BF_RUN_STATUS_RUNNING : ends[unit->status]);
        put(out, BF_history_season_year, i, bf_season_year(unit->day));
        put(out, BF_history_output_table, i, code_of(BF_SET_OUTPUT_TABLE, table->name));
        put(out, BF_history_output_dataset, i, code_of(BF_SET_OUTPUT_DATASET, table->dataset));
    }
}

static const struct {
    int rows; /* a unit */
    unit_columns of;
    void (*put)(bf_columns *out, const unit_columns *of, int64_t row, const bf_unit *unit,
                const bf_run_facts *facts);
} kinds[BF_RECORD_COUNT] = {
    [BF_RECORD_runs] = {1,
                        {BF_runs_processor_name, BF_runs_analysis_date, BF_runs_duration_seconds,
                         BF_runs_records_processed, BF_runs_records_inserted,
                         BF_runs_records_skipped, BF_runs_skip_reason},
                        put_run},
    [BF_RECORD_history] = {2,
                           {BF_history_processor_name, BF_history_data_date,
                            BF_history_duration_seconds, BF_history_records_processed,
                            BF_history_records_created, BF_history_records_skipped,
                            BF_history_skip_reason},
                           put_history},
};

int64_t bf_upload_record_rows(bf_record record, const bf_unit *unit)
{
    return unit->status == BF_UNIT_NOT_RUN ? 0 : kinds[record].rows;
}

int bf_upload_record_day(bf_record record)
{
    return kinds[record].of.day;
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

static bf_status make_table(bf_upload *upload, bf_record record, bf_error *err)
{
    const bf_run_outcome *outcome = bf_results_outcome(upload->results);
    const bf_run_facts *facts = bf_results_facts(upload->results);
    bf_columns *columns = &upload->records[record];
    bf_upload_table *table = &upload->tables[upload->table_count++];
    *table = (bf_upload_table){.schema = &bf_records[record], .output = -1, .record = record};
    for (int64_t i = 0; i < outcome->unit_count; i++)
        table->rows += bf_upload_record_rows(record, &outcome->units[i]);
    BF_TRY(bf_columns_alloc(columns, table->schema, table->rows, err));
    for (int64_t i = 0, row = 0; i < outcome->unit_count; i++) {
        const bf_unit *unit = &outcome->units[i];
        if (unit->status != BF_UNIT_NOT_RUN)
            kinds[record].put(columns, &kinds[record].of, row, unit, facts);
        row += bf_upload_record_rows(record, unit);
    }
    bf_hash *hash = NULL;
    BF_TRY(bf_hash_create(&hash, err));
    const bf_dictionary dictionaries[BF_DICT_COUNT] = {[BF_DICT_PROCESSORS] =
                                                           upload->processor_names};
    bf_digest_rows(table->digest, hash, columns, 0, table->rows, dictionaries);
    bf_hash_free(hash);
    return BF_OK;
}

bf_status bf_upload_make_records(bf_upload *upload, bf_error *err)
{
    upload->processor_names = processor_names();
    BF_TRY(make_table(upload, BF_RECORD_runs, err));
    return upload->options->run_history ? make_table(upload, BF_RECORD_history, err) : BF_OK;
}
