/* The part of `backfill info` about snapshots. */
#ifndef BF_MPI_INFO_SNAPSHOT_H
#define BF_MPI_INFO_SNAPSHOT_H

#include <stdbool.h>

#include "compute/base/error.h"

/* Local. Prints to stdout what the snapshot in the directory holds: seasons with origin, hash and
 * counts of the import, rows of each table, dates. Loads it, so that its hashes are verified.
 * BF_E_INPUT as bf_snapshot_open and bf_snapshot_load. */
BF_CHECK_RESULT bf_status bf_info_snapshot(const char *directory, bool json, bf_error *err);

#endif
