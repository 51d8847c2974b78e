#include "mpi/run/agree.h"

#include <string.h>

#include "mpi/log.h"

void bf_mpi_check(int result, const char *call)
{
    if (result == MPI_SUCCESS)
        return;
    char text[MPI_MAX_ERROR_STRING] = "";
    int size;
    (void)MPI_Error_string(result, text, &size);
    int name = (int)strcspn(call, "(");
    bf_log(BF_LOG_ERROR, "%s: %.*s: %s; ending all ranks", bf_status_symbol(BF_E_INTERNAL), name,
           call, text);
    (void)MPI_Abort(MPI_COMM_WORLD, bf_status_exit_code(BF_E_INTERNAL));
}

bf_status bf_agree(MPI_Comm comm, bf_status status, bf_error *err)
{
    struct {
        int status, rank;
    } mine = {(int)status, 0}, worst;
    int size;
    BF_MPI(MPI_Comm_rank(comm, &mine.rank));
    BF_MPI(MPI_Comm_size(comm, &size));
    BF_MPI(
        MPI_Allreduce(&mine, &worst, 1, MPI_2INT, MPI_MAXLOC, comm)); /* lowest rank of the worst */
    if (worst.status == BF_OK || size == 1)
        return (bf_status)worst.status;
    BF_MPI(MPI_Bcast(err, (int)sizeof *err, MPI_BYTE, worst.rank, comm));
    err->status = (bf_status)worst.status;
    if (err->status != BF_E_USAGE && strncmp(err->message, "rank ", 5) != 0)
        bf_error_prefix(err, "rank %d", worst.rank);
    return (bf_status)worst.status;
}
