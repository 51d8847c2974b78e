#include "mpi/run/run.h"

#include <stdlib.h>

#include "mpi/log.h"
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
