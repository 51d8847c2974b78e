/* select: who gets a row and who a record, counted exactly. The ranks take an even share of the
 * dates each. */
#include <stdlib.h>

#include "compute/audit/coverage.h"
#include "compute/plan/plan.h"
#include "mpi/run/run.h"

/* Records that somebody has to look at (B21). */
static int32_t count_to_investigate(const bf_selection *selection, bf_day day)
{
    int32_t count = 0;
    for (int64_t i = 0; i < selection->failure_count; i++)
        count += !bf_failure_is_expected(selection->failures[i].failure_category,
                                         bf_day_is_bootstrap(day));
    return count;
}

static bf_status count_date(bf_date_counts *out, const bf_run *run, bf_date *date, bf_day day,
                            bf_error *err)
{
    bf_date_begin(date, day);
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        out->status[p] = BF_UNIT_NOT_RUN;
        if ((run->needed >> p & 1u) == 0)
            continue;
        BF_TRY(bf_date_select(date, (bf_processor_id)p, err));
        const bf_selection *selection = &date->selections[p];
        out->rows[bf_processors[p].table] = (int32_t)selection->count;
        if ((run->processors >> p & 1u) == 0)
            continue;
        out->status[p] = (int8_t)selection->status;
        out->failures[p] = (int32_t)selection->failure_count;
        out->rows[BF_OUTPUT_failure] += (int32_t)selection->failure_count;
        out->to_investigate += count_to_investigate(selection, day);
    }
    out->rows[BF_OUTPUT_reprocess] = (int32_t)date->attempt_count;
    return BF_OK;
}

static bf_status count_share(bf_run *run, bf_date_counts *counts, int32_t begin, int32_t end,
                             bf_error *err)
{
    bf_date *date = NULL;
    BF_TRY(bf_date_create(&date, &run->history, run->context_mode, err));
    if (bf_run_records_attempts(run))
        date->attempts_at_us = run->facts.run_timestamp_us;
    bf_status st = BF_OK;
    for (int32_t i = begin; i < end && st == BF_OK; i++) {
        st = count_date(&counts[i], run, date, run->dates[i], err);
        if (st != BF_OK) {
            char text[BF_DATE_TEXT_BYTES];
            bf_day_format(text, run->dates[i]);
            bf_error_prefix(err, "date %s", text);
        }
    }
    bf_date_free(date);
    return st;
}

/* Collective. Rank 0 gathers the shares; the plan hands all counts to everybody. */
static void gather(bf_run *run, int *sizes, int *offsets)
{
    const bf_topology *topology = &run->topology;
    for (int r = 0; r < topology->size; r++) {
        int32_t begin, end;
        bf_plan_share(&begin, &end, run->date_count, r, topology->size);
        sizes[r] = (int)((size_t)(end - begin) * sizeof *run->counts);
        offsets[r] = (int)((size_t)begin * sizeof *run->counts);
    }
    const void *mine =
        topology->rank == 0 ? MPI_IN_PLACE : (char *)run->counts + offsets[topology->rank];
    BF_MPI(MPI_Gatherv(mine, sizes[topology->rank], MPI_BYTE, run->counts, sizes, offsets, MPI_BYTE,
                       0, topology->world));
}

bf_status bf_run_select(bf_run *run, bf_error *err)
{
    const bf_topology *topology = &run->topology;
    int *sizes = NULL;
    int32_t begin, end;
    bf_plan_share(&begin, &end, run->date_count, topology->rank, topology->size);
    bf_status st = BF_ALLOC(&run->counts, (size_t)run->date_count, err);
    if (st == BF_OK)
        st = BF_ALLOC(&sizes, (size_t)topology->size * 2, err);
    if (st == BF_OK)
        st = count_share(run, run->counts, begin, end, err);
    BF_TRY_GOTO(bf_agree(topology->world, st, err));
    gather(run, sizes, sizes + topology->size);
done:
    free(sizes);
    return st;
}
