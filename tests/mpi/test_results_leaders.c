/* The writer with as many leaders as there are ranks: the file is that of one leader, byte for
 * byte; a leader that fails is reported on it alone, and nobody hangs. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compute/base/fault.h"
#include "io/hdf5/h5.h"
#include "tests/support/made_results.h"

static int rank, size;

static void require(bool condition, const char *what, const bf_error *err)
{
    if (condition)
        return;
    fprintf(stderr, "rank %d of %d: %s: %s\n", rank, size, what, err->message);
    (void)MPI_Abort(MPI_COMM_WORLD, 1);
}

static char *contents(const char *path, off_t *bytes)
{
    struct stat about;
    char *data = NULL;
    int fd = open(path, O_RDONLY);
    if (fd >= 0 && fstat(fd, &about) == 0 && (data = malloc((size_t)about.st_size)) != NULL)
        *bytes = read(fd, data, (size_t)about.st_size);
    (void)close(fd);
    return data;
}

static void same_as_one_leader(const char *path, const char *alone, int32_t dates, int64_t rows)
{
    bf_made made;
    bf_error err = BF_ERROR_INIT;
    bf_made_init(&made, dates, rows, 5);
    require(bf_made_write(&made, path, MPI_COMM_WORLD, &err) == BF_OK, "write together", &err);
    bf_made_free(&made);
    if (rank != 0)
        return;
    bf_made_init(&made, dates, rows, 5);
    require(bf_made_write(&made, alone, MPI_COMM_SELF, &err) == BF_OK, "write alone", &err);
    bf_made_free(&made);
    off_t a_bytes = 0, b_bytes = 1;
    char *a = contents(path, &a_bytes), *b = contents(alone, &b_bytes);
    require(a_bytes == b_bytes && memcmp(a, b, (size_t)a_bytes) == 0, "files differ", &err);
    free(a);
    free(b);
}

/* Collective. The last rank's nth call of a kind fails, in a writer that is opened, used and
 * closed. */
static bool failing_leader(const char *part, bf_made *made, bf_fault_kind kind, int64_t nth)
{
    bf_error err = BF_ERROR_INIT;
    bf_results_writer *writer = NULL;
    bf_columns columns;
    bf_output table = BF_OUTPUT_failure;
    int64_t rows = made->layout.total[table];
    const bf_slab slab = {0, rank == 0 ? rows : 0, 0};
    require(bf_columns_alloc(&columns, &bf_outputs[table], rows, &err) == BF_OK, "alloc", &err);
    if (rank == size - 1)
        bf_fault_arm(kind, nth);
    bf_status st = bf_results_writer_open(&writer, part, &made->layout, MPI_COMM_WORLD, &err);
    if (writer != NULL) {
        bf_status wrote = bf_results_write(writer, table, &columns, &slab, 1, &err);
        bf_status synced = bf_results_sync(writer, &err);
        bf_status closed = bf_results_writer_close(writer, &err);
        st = bf_status_worst(bf_status_worst(st, wrote), bf_status_worst(synced, closed));
    }
    bool hit = rank == size - 1 && bf_fault_countdown[kind] == 0;
    bf_fault_arm(kind, 0);
    require(rank != size - 1 || hit == (st != BF_OK), "a failed call, no status", &err);
    bf_columns_free(&columns);
    (void)MPI_Allreduce(MPI_IN_PLACE, &hit, 1, MPI_C_BOOL, MPI_LOR, MPI_COMM_WORLD);
    return hit;
}

static void one_leader_fails(const char *part)
{
    const bf_fault_kind kinds[] = {BF_FAULT_ALLOC, BF_FAULT_HDF5, BF_FAULT_WRITE};
    bf_made made;
    bf_error err = BF_ERROR_INIT;
    bf_made_init(&made, 3, 9, 2);
    if (rank == 0)
        require(bf_results_define(part, &made.layout, &made.facts, &err) == BF_OK, "define", &err);
    (void)MPI_Barrier(MPI_COMM_WORLD);
    for (int k = 0; k < 3; k++) {
        for (int64_t nth = 1; failing_leader(part, &made, kinds[k], nth); nth += 1 + nth / 4)
            ;
    }
    bf_made_free(&made);
}

int main(int argc, char **argv)
{
    char directory[64] = "/tmp/test_results_XXXXXX", path[128], alone[128];
    (void)MPI_Init(&argc, &argv);
    (void)MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    (void)MPI_Comm_size(MPI_COMM_WORLD, &size);
    bf_h5_quiet();
    if (rank == 0 && mkdtemp(directory) == NULL)
        (void)MPI_Abort(MPI_COMM_WORLD, 1);
    (void)MPI_Bcast(directory, sizeof directory, MPI_CHAR, 0, MPI_COMM_WORLD);
    (void)snprintf(path, sizeof path, "%s/results.h5", directory);
    (void)snprintf(alone, sizeof alone, "%s/alone.h5", directory);
    same_as_one_leader(path, alone, 11, 300);
    (void)MPI_Barrier(MPI_COMM_WORLD);
    same_as_one_leader(path, alone, 2, 0); /* tables without rows */
    (void)MPI_Barrier(MPI_COMM_WORLD);
    one_leader_fails(path);
    (void)MPI_Barrier(MPI_COMM_WORLD);
    if (rank == 0) {
        (void)unlink(path);
        (void)unlink(alone);
        (void)rmdir(directory);
    }
    (void)MPI_Finalize();
    return 0;
}
