#include "compute/audit/look_ahead.h"

#include <string.h>

#include "compute/features/processor.h"
#include "compute/features/reprocess.h"

static bf_status compute_tables(bf_recomputed *out, bf_date *date, unsigned processors,
                                bf_error *err)
{
    unsigned needed = bf_processors_needed(processors);
    int64_t records = 0;
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        bf_output table = bf_processors[p].table;
        if ((needed >> p & 1u) == 0)
            continue;
        BF_TRY(bf_date_select(date, (bf_processor_id)p, err));
        BF_TRY(bf_columns_alloc(&out->tables[table], &bf_outputs[table], date->selections[p].count,
                                err));
        BF_TRY(bf_date_compute(date, (bf_processor_id)p, &out->tables[table], 0, err));
        records += (processors >> p & 1u) != 0 ? date->selections[p].failure_count : 0;
    }
    BF_TRY(bf_columns_alloc(&out->tables[BF_OUTPUT_failure], &bf_outputs[BF_OUTPUT_failure],
                            records, err));
    bf_date_store_failures(date, processors, &out->tables[BF_OUTPUT_failure], 0);
    if ((processors >> BF_PROCESSOR_pdc & 1u) != 0 && date->attempts_at_us != BF_NULL_I64) {
        bf_columns *attempts = &out->tables[BF_OUTPUT_reprocess];
        BF_TRY(
            bf_columns_alloc(attempts, &bf_outputs[BF_OUTPUT_reprocess], date->attempt_count, err));
        bf_reprocess_store_date(date, attempts, 0);
    }
    memcpy(out->digests, date->digests, sizeof out->digests);
    return BF_OK;
}

bf_status bf_look_ahead_recompute(bf_recomputed *out, bf_date *date, bf_day day,
                                  unsigned processors, bf_error *err)
{
    memset(out, 0, sizeof *out);
    for (int t = 0; t < BF_OUTPUT_COUNT; t++)
        out->tables[t].schema = &bf_outputs[t];
    bf_date_begin(date, day);
    bf_status st = compute_tables(out, date, processors, err);
    if (st != BF_OK)
        bf_recomputed_free(out);
    return st;
}

void bf_recomputed_free(bf_recomputed *recomputed)
{
    for (int t = 0; t < BF_OUTPUT_COUNT; t++)
        bf_columns_free(&recomputed->tables[t]);
}

int32_t bf_look_ahead_pick(int32_t i, int32_t samples, int32_t count)
{
    if (samples == 1)
        return count / 2;
    return (int32_t)((int64_t)i * (count - 1) / (samples - 1));
}
