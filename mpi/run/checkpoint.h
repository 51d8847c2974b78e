/* The checkpoint beside the results file, <results>.checkpoint.json: which dates are durable, and
 * what is known of them (spec/backfill.md §5). Written by rank 0 after each durable round, removed
 * by publish. */
#ifndef BF_RUN_CHECKPOINT_H
#define BF_RUN_CHECKPOINT_H

#include "compute/base/text.h"
#include "mpi/run/run.h"

/* Local (rank 0). What the checkpoint says: done dates, their units and digests. The caller frees
 * *out, also after a failure. */
BF_CHECK_RESULT bf_status bf_checkpoint_describe(bf_text *out, const bf_run *run, bf_error *err);

/* Local (rank 0). Writes it under a temporary name, durable, then renamed. */
BF_CHECK_RESULT bf_status bf_checkpoint_write(const bf_run *run, bf_error *err);

/* Local (rank 0). Takes over what a checkpoint says: run->done, units, digests, nulled, run id and
 * timestamp; *found is false if there is none. BF_E_INPUT: it is unreadable, never a silent
 * restart; BF_E_USAGE: it belongs to other options or another snapshot. */
BF_CHECK_RESULT bf_status bf_checkpoint_read(bool *found, bf_run *run, bf_error *err);

/* Local (rank 0). JSON array of the sessions: those before and this one. Owned by the caller. */
BF_CHECK_RESULT bf_status bf_sessions_json(char **out, const bf_run *run, bf_error *err);

/* Local. Adds the seasons that the sessions found contaminated; none of a text that is no such
 * array. */
void bf_sessions_contaminated(bf_attention *out, const char *sessions_json);

#endif
