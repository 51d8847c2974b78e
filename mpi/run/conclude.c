/* The end of a run: what the log says of it, and whether something wants attention. */
#include "mpi/run/run.h"

bf_status bf_run_conclude(const bf_run *run, bf_error *err)
{
    bf_attention attention = run->attention;
    char reasons[BF_ATTENTION_TEXT_BYTES];
    if (run->nothing_to_do) {
        bf_log(BF_LOG_INFO, "nothing to do: %s is complete and of the same inputs and options",
               run->path);
        return BF_OK;
    }
    for (int32_t i = 0; i < run->date_count; i++) {
        attention.to_investigate += run->counts[i].to_investigate;
        for (int p = 0; p < BF_PROCESSOR_COUNT; p++)
            attention.failed += run->counts[i].status[p] == BF_UNIT_FAILED;
    }
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        if (!run->layout.written[t])
            continue;
        bf_log(BF_LOG_INFO, "%s: %lld rows", bf_outputs[t].name, (long long)run->layout.total[t]);
        for (int c = 0; c < bf_outputs[t].column_count; c++) {
            if (run->nulled[t][c] > 0)
                bf_log(BF_LOG_WARNING, "%s.%s: %lld values did not fit the column and are null",
                       bf_outputs[t].name, bf_outputs[t].columns[c].name,
                       (long long)run->nulled[t][c]);
            attention.nulled += run->nulled[t][c];
        }
    }
    bf_log(BF_LOG_INFO, "wrote %s: dates=%d failed=%lld investigate=%lld nulled=%lld", run->path,
           run->date_count, (long long)attention.failed, (long long)attention.to_investigate,
           (long long)attention.nulled);
    if (!bf_attention_is_wanted(&attention))
        return BF_OK;
    bf_attention_describe(reasons, &attention);
    return bf_error_set(err, BF_E_ATTENTION, "%s is complete, but wants a look: %s", run->path,
                        reasons);
}
