/* The end of every command that makes a snapshot: clean, write, tell. */
#ifndef BF_MPI_WRITE_SNAPSHOT_H
#define BF_MPI_WRITE_SNAPSHOT_H

#include "compute/history/clean.h"
#include "mpi/commands/import_gather.h"

/* Where the rows come from, for the file. */
typedef struct bf_snapshot_source {
    const char *origin; /* "import", "synth" or "pull" */
    bool synthetic;
} bf_snapshot_source;

/* Local. BF_E_OUTPUT if made-up seasons would come into a directory that has real ones, which they
 * would replace or mix with. */
BF_CHECK_RESULT bf_status bf_check_snapshot_target(const char *directory, bool synthetic,
                                                   bf_error *err);

/* Local. Cleans the tables and writes a snapshot into the directory; prints counts of rows and what
 * the directory holds to stdout. Seasons of earlier imports stay; made-up ones are removed from
 * beside real ones. */
BF_CHECK_RESULT bf_status bf_write_snapshot(const bf_raw_tables *tables, const char *directory,
                                            const bf_snapshot_source *source,
                                            const bf_warnings *warnings, bf_error *err);

#endif
