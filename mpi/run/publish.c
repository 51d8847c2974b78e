/* publish: the session records, the complete mark, the final name. Repeated by the next run after a
 * crash in it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "io/text/file.h"
#include "mpi/run/checkpoint.h"
#include "mpi/run/run.h"

/* Local (rank 0). */
static bf_status publish(const bf_run *run, bf_error *err)
{
    bf_run_outcome outcome = {.units = run->units,
                              .unit_count = (int64_t)run->date_count * BF_PROCESSOR_COUNT};
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        outcome.digests[t] =
            run->layout.written[t] ? (const uint8_t(*)[BF_SHA256_BYTES])run->digests[t] : NULL;
        outcome.nulled[t] = run->nulled[t];
    }
    char *sessions = NULL;
    bf_status st = bf_sessions_json(&sessions, run, err);
    if (st == BF_OK) {
        outcome.sessions_json = sessions;
        st = bf_results_publish(run->part_path, run->path, &run->layout, &outcome, err);
    }
    free(sessions);
    return st == BF_OK ? bf_run_remove_leftovers(run, err) : st;
}

bf_status bf_run_remove_leftovers(const bf_run *run, bf_error *err)
{
    char *unfinished = NULL; /* of a checkpoint that was being written when its run was killed */
    BF_TRY(bf_alloc_text(&unfinished, err, "%s.new", run->checkpoint_path));
    const char *const paths[] = {run->checkpoint_path, unfinished, run->part_path};
    bf_status st = BF_OK;
    for (size_t i = 0; i < sizeof paths / sizeof *paths && st == BF_OK; i++) {
        if (unlink(paths[i]) != 0 && errno != ENOENT)
            st = bf_file_error(err, "remove", paths[i], errno);
    }
    free(unfinished);
    return st;
}

bf_status bf_run_publish(bf_run *run, bf_error *err)
{
    return bf_agree(run->topology.world, run->topology.rank == 0 ? publish(run, err) : BF_OK, err);
}
