#include "io/hdf5/write_behind.h"

#include <fcntl.h>
#include <signal.h>
#include <stddef.h>

static int write_out(void *argument)
{
    bf_write_behind *it = argument;
    (void)sync_file_range(it->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
    atomic_store(&it->busy, false);
    return 0;
}

void bf_write_behind_start(bf_write_behind *it, int fd)
{
    sigset_t all, before;
    if (atomic_load(&it->busy))
        return;
    bf_write_behind_wait(it);
    it->fd = fd;
    atomic_store(&it->busy, true);
    (void)sigfillset(&all); /* signals are the main thread's */
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    it->started = thrd_create(&it->thread, write_out, it) == thrd_success;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!it->started)
        atomic_store(&it->busy, false);
}

void bf_write_behind_wait(bf_write_behind *it)
{
    if (it->started)
        (void)thrd_join(it->thread, NULL);
    it->started = false;
}
