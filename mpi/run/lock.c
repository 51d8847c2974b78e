#include "mpi/run/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "io/text/file.h"
#include "mpi/run/agree.h"

enum { LINE_BYTES = 512 };

/* The lock is the kernel's, so that it goes with a killed process; the file is removed by whoever
 * holds it, so a lock on a removed file is no lock. */
bf_status bf_lock_take(int *out, const char *path, bf_status busy, const char *what,
                       const char *whom, bf_error *err)
{
    for (;;) {
        *out = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (*out < 0)
            return bf_file_error(err, "create", path, errno);
        if (flock(*out, LOCK_EX | LOCK_NB) != 0) {
            int error_number = errno;
            (void)close(*out);
            *out = -1;
            if (error_number != EWOULDBLOCK)
                return bf_file_error(err, "lock", path, error_number);
            return bf_error_set(err, busy, "%s is in use by another %s (it holds %s)", what, whom,
                                path);
        }
        struct stat held, named;
        if (fstat(*out, &held) == 0 && stat(path, &named) == 0 && held.st_ino == named.st_ino)
            return BF_OK;
        (void)close(*out);
    }
}

void bf_lock_release(int lock, const char *path)
{
    if (lock < 0)
        return;
    (void)unlink(path);
    (void)close(lock);
}

/* Writes into the lock file what nobody else has written there. */
static bf_status sign(char line[LINE_BYTES], int lock, const char *path, bf_error *err)
{
    char host[256] = "";
    struct timespec now;
    (void)gethostname(host, sizeof host - 1);
    (void)clock_gettime(CLOCK_REALTIME, &now);
    int size = snprintf(line, LINE_BYTES, "process %ld on %s, %lld.%09ld\n", (long)getpid(), host,
                        (long long)now.tv_sec, now.tv_nsec);
    errno = EIO;
    if (bf_fault_hit(BF_FAULT_WRITE) || ftruncate(lock, 0) != 0 ||
        pwrite(lock, line, (size_t)size, 0) != size || fsync(lock) != 0)
        return bf_file_error(err, "write", path, errno);
    return BF_OK;
}

static bf_status compare(const char *line, const char *path, bf_error *err)
{
    bool found;
    bf_text seen = BF_TEXT_INIT(LINE_BYTES);
    bf_status st = bf_file_read(&seen, &found, path, err);
    if (st == BF_OK && (!found || seen.data == NULL || strcmp(seen.data, line) != 0)) {
        char host[256] = "";
        (void)gethostname(host, sizeof host - 1);
        st = bf_error_set(err, BF_E_OUTPUT,
                          "%s is another file on %s: the results have to lie on a file system that "
                          "all hosts share",
                          path, host);
    }
    bf_text_free(&seen);
    return st;
}

bf_status bf_lock_seen_by_all(int lock, const char *path, MPI_Comm leaders, bf_error *err)
{
    char line[LINE_BYTES] = "";
    int rank;
    BF_MPI(MPI_Comm_rank(leaders, &rank));
    bf_status st = rank == 0 ? sign(line, lock, path, err) : BF_OK;
    BF_MPI(MPI_Bcast(line, sizeof line, MPI_CHAR, 0, leaders));
    return rank == 0 ? st : compare(line, path, err);
}
