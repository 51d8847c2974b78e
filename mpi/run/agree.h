/* One error, one exit: how ranks agree on a status (DESIGN guarantee 4, STYLE §5). */
#ifndef BF_RUN_AGREE_H
#define BF_RUN_AGREE_H

#include <mpi.h>

#include "compute/base/error.h"
#include "compute/base/fault.h"

/* Collective. The worst status of all ranks; its message (of the lowest rank that has it, with
 * "rank N: " before it when there is more than one rank) is in `err` on every rank. */
BF_CHECK_RESULT bf_status bf_agree(MPI_Comm comm, bf_status status, bf_error *err);

/* Local. Ends all ranks with MPI_Abort unless `result` is MPI_SUCCESS: communication itself is
 * broken. Every MPI call that is not a mere query goes through BF_MPI. */
void bf_mpi_check(int result, const char *call);
#define BF_MPI(call) bf_mpi_check(bf_fault_hit(BF_FAULT_MPI) ? MPI_ERR_OTHER : (call), #call)

#endif
