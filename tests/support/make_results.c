/* make_results PATH DATES ROWS SEED: a results file with made-up rows. Under mpirun every rank
 * writes a share. */
#include <stdio.h>
#include <stdlib.h>

#include "io/hdf5/h5.h"
#include "tests/support/made_results.h"

int main(int argc, char **argv)
{
    bf_made made;
    bf_error err = BF_ERROR_INIT;
    (void)MPI_Init(&argc, &argv);
    if (argc != 5) {
        fputs("usage: make_results PATH DATES ROWS SEED\n", stderr);
        return 2;
    }
    bf_h5_quiet();
    bf_made_init(&made, atoi(argv[2]), atoll(argv[3]), strtoull(argv[4], NULL, 10));
    bf_status st = bf_made_write(&made, argv[1], MPI_COMM_WORLD, &err);
    if (st != BF_OK)
        fprintf(stderr, "%s\n", err.message);
    bf_made_free(&made);
    (void)MPI_Finalize();
    return bf_status_exit_code(st);
}
