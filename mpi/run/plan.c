/* plan: where every row will lie in the file, and which rank computes which dates. */
#include "compute/plan/plan.h"

#include <stdlib.h>

#include "mpi/run/run.h"

/* Cost of a row in each table, measured relative to a row of precompute_failures (tests/bench/). */
static const int64_t row_cost[BF_OUTPUT_COUNT] = {
    [BF_OUTPUT_tdza] = 16, [BF_OUTPUT_psza] = 12,   [BF_OUTPUT_pcf] = 26,     [BF_OUTPUT_pdc] = 18,
    [BF_OUTPUT_ml] = 28,   [BF_OUTPUT_failure] = 1, [BF_OUTPUT_reprocess] = 1};
enum { DATE_COST = 200 }; /* of a date however few rows it has */

/* Local (rank 0). */
static bf_status cut(bf_run *run, bf_error *err)
{
    int64_t *cost;
    BF_TRY(BF_ALLOC(&cost, (size_t)run->todo_count, err));
    for (int32_t i = 0; i < run->todo_count; i++) {
        cost[i] = DATE_COST;
        for (int t = 0; t < BF_OUTPUT_COUNT; t++)
            cost[i] += row_cost[t] * run->counts[run->todo[i]].rows[t];
    }
    bf_plan_partition(run->range, cost, run->todo_count, run->topology.size);
    free(cost);
    return BF_OK;
}

bf_status bf_run_divide(bf_run *run, bf_error *err)
{
    run->todo_count = 0;
    for (int32_t i = 0; i < run->date_count; i++) {
        if (!run->done[i])
            run->todo[run->todo_count++] = i;
    }
    bf_status st = run->topology.rank == 0 ? cut(run, err) : BF_OK;
    BF_TRY(bf_agree(run->topology.world, st, err));
    BF_MPI(MPI_Bcast(run->range, run->topology.size + 1, MPI_INT32_T, 0, run->topology.world));
    return BF_OK;
}

/* Local. Prefix sums of the counts: the place of each date in each table. */
static bf_status lay_out(bf_run *run, bf_error *err)
{
    bf_layout *layout = &run->layout;
    *layout = (bf_layout){.date_count = run->date_count,
                          .dates = run->dates,
                          .dictionaries = run->history.dictionaries};
    layout->written[BF_OUTPUT_failure] = true;
    layout->written[BF_OUTPUT_reprocess] = bf_run_records_attempts(run);
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++)
        layout->written[bf_processors[p].table] = (run->processors >> p & 1u) != 0;
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        BF_TRY(BF_ALLOC(&run->rows[t], (size_t)run->date_count, err));
        BF_TRY(BF_ALLOC(&run->first[t], (size_t)run->date_count, err));
        for (int32_t i = 0; i < run->date_count; i++) {
            run->rows[t][i] = run->counts[i].rows[t];
            run->first[t][i] = layout->total[t];
            layout->total[t] += run->rows[t][i];
        }
        layout->rows[t] = run->rows[t];
        layout->first[t] = run->first[t];
        run->row_bytes[t] = layout->written[t] ? (int64_t)bf_table_row_bytes(&bf_outputs[t]) : 0;
    }
    return BF_OK;
}

bf_status bf_run_plan(bf_run *run, bf_error *err)
{
    const bf_topology *topology = &run->topology;
    BF_MPI(MPI_Bcast(run->counts, (int)((size_t)run->date_count * sizeof *run->counts), MPI_BYTE, 0,
                     topology->world));
    bf_status st = BF_ALLOC(&run->range, (size_t)topology->size + 1, err);
    if (st == BF_OK)
        st = BF_ALLOC(&run->todo, (size_t)run->date_count, err);
    if (st == BF_OK)
        st = BF_ALLOC(&run->done, (size_t)run->date_count, err);
    if (st == BF_OK)
        st = lay_out(run, err);
    BF_TRY(bf_agree(topology->world, st, err));
    return bf_run_divide(run, err);
}
