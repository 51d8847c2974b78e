/* What a rank computes and writes its dates with. It is made before the results file is there, so
 * that ranks can begin while rank 0 makes the file. */
#ifndef BF_RUN_FILL_H
#define BF_RUN_FILL_H

#include "mpi/run/run.h"

typedef struct bf_fill bf_fill;

/* Collective. Memory for a round and for a date; `run` outlives it. *out may be there in part after
 * a failure. */
BF_CHECK_RESULT bf_status bf_fill_create(bf_fill **out, bf_run *run, bf_error *err);
void bf_fill_free(bf_fill *fill); /* Collective. */

/* Collective over the leaders. Opens the results file for writing; bf_run_fill does it where it was
 * not done before. */
BF_CHECK_RESULT bf_status bf_fill_open(bf_fill *fill, bf_error *err);

/* Local. Computes this rank's first round, as much of it as there is time for before `meanwhile` is
 * complete. bf_run_fill goes on from there. */
BF_CHECK_RESULT bf_status bf_fill_ahead(bf_fill *fill, MPI_Request *meanwhile, bf_error *err);

#endif
