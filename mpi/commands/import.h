/* A directory of table exports -> snapshot: what `import` does, and the end of `pull`. */
#ifndef BF_MPI_IMPORT_H
#define BF_MPI_IMPORT_H

#include "compute/base/error.h"

/* Collective. Reads the exports in `from`, every rank a share, cleans them and writes the snapshot
 * `out` on rank 0, which prints what is in it. origin: "import" or "pull"; progress_s: time between
 * progress lines, 0 for none. */
BF_CHECK_RESULT bf_status bf_import_directory(const char *from, const char *out, const char *origin,
                                              double progress_s, bf_error *err);

#endif
