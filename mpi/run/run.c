#include "mpi/run/run.h"

#include <stdlib.h>

#include "mpi/log.h"
#include "mpi/run/fill.h"
#include "mpi/run/lock.h"

const char *bf_phase_name(bf_phase phase)
{
    static const char *const names[] = {
#define PHASE(name) #name,
#include "mpi/run/phases.def"
#undef PHASE
    };
    return names[phase];
}

/* Local (rank 0). How fast dates were computed in this session, and how evenly: the seconds of
 * computing on the slowest and the fastest rank that had dates. */
static void log_fill(const bf_run *run)
{
    double *seconds = calloc((size_t)run->topology.size, sizeof *seconds);
    int slowest = -1, fastest = -1;
    for (int32_t i = 0; i < run->todo_count && seconds != NULL; i++) {
        for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
            const bf_unit *unit =
                &run->units[(size_t)run->todo[i] * BF_PROCESSOR_COUNT + (size_t)p];
            if (unit->rank >= 0 && unit->rank < run->topology.size)
                seconds[unit->rank] += unit->seconds;
        }
    }
    for (int r = 0; r < run->topology.size && seconds != NULL; r++) {
        if (seconds[r] <= 0)
            continue;
        slowest = slowest < 0 || seconds[r] > seconds[slowest] ? r : slowest;
        fastest = fastest < 0 || seconds[r] < seconds[fastest] ? r : fastest;
    }
    if (slowest >= 0)
        bf_log(BF_LOG_INFO,
               "phase fill: %d dates | Rate: %.1f dates/sec | slowest rank %d: %.3f s, fastest "
               "rank %d: %.3f s",
               run->todo_count, run->todo_count / run->phase_s[BF_PHASE_fill], slowest,
               seconds[slowest], fastest, seconds[fastest]);
    free(seconds);
}

bf_status bf_run_phases(bf_run *run, bf_error *err)
{
    bf_status (*const phases[BF_PHASE_COUNT])(bf_run *, bf_error *) = {
#define PHASE(name) bf_run_##name,
#include "mpi/run/phases.def"
#undef PHASE
    };
    for (int p = 0; p < BF_PHASE_COUNT; p++) {
        double start = MPI_Wtime();
        BF_TRY(phases[p](run, err));
        run->phase_s[p] = MPI_Wtime() - start;
        if (run->topology.rank == 0)
            bf_log(BF_LOG_INFO, "phase %s: %.3f s", bf_phase_name((bf_phase)p), run->phase_s[p]);
        if (p == BF_PHASE_fill && run->topology.rank == 0 && run->options->progress > 0)
            log_fill(run);
        bool is_planned = p == BF_PHASE_plan && run->options->dry_run;
        if (is_planned)
            BF_TRY(bf_run_print_plan(run, err));
        if (is_planned || run->nothing_to_do)
            break;
    }
    return BF_OK;
}

void bf_run_reset(bf_run *run)
{
    bf_fill_free(run->fill);
    bf_shared_free(&run->history_block);
    bf_lock_release(run->lock, run->lock_path);
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        free(run->rows[t]);
        free(run->first[t]);
        free(run->digests[t]);
        free(run->nulled[t]);
    }
    void *owned[] = {run->dates,          run->options_json, run->inputs_json,
                     run->counts,         run->todo,         run->range,
                     run->path,           run->part_path,    run->lock_path,
                     run->done,           run->units,        run->earlier_sessions,
                     run->checkpoint_path};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
        free(owned[i]);
    bf_topology_reset(&run->topology);
}
