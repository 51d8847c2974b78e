#include "mpi/run/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/text/file.h"

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
