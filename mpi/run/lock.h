/* One process at a time. */
#ifndef BF_RUN_LOCK_H
#define BF_RUN_LOCK_H

#include <mpi.h>

#include "compute/base/error.h"

/* Local. Takes the lock file `path`, which is made; *out is a descriptor that holds it, to be given
 * back with bf_lock_release. `busy` when another process holds it: "<what> is in use by another
 * <whom> (it holds <path>)". BF_E_OUTPUT if the file cannot be made. */
BF_CHECK_RESULT bf_status bf_lock_take(int *out, const char *path, bf_status busy, const char *what,
                                       const char *whom, bf_error *err);

/* Collective over `leaders`, whose rank 0 holds the lock; its status is a rank's own. BF_E_OUTPUT
 * on a rank whose host has another file, or none, under the name. */
BF_CHECK_RESULT bf_status bf_lock_seen_by_all(int lock, const char *path, MPI_Comm leaders,
                                              bf_error *err);

/* Local. Removes the file, then lets go of it. -1 is allowed. */
void bf_lock_release(int lock, const char *path);

#endif
