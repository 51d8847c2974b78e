/* Lets the disk work while the program computes: a thread of its own asks the kernel to write out
 * what a file holds so far, which takes as long as the disk does. A hint: what cannot be written
 * shows at the next fsync. */
#ifndef BF_IO_WRITE_BEHIND_H
#define BF_IO_WRITE_BEHIND_H

#include <stdatomic.h>
#include <stdbool.h>
#include <threads.h>

typedef struct bf_write_behind {
    thrd_t thread;
    bool started;     /* `thread` is to be joined */
    atomic_bool busy; /* it still writes */
    int fd;
} bf_write_behind;

/* Does nothing while the last writing out is under way. `fd` stays open until _wait. */
void bf_write_behind_start(bf_write_behind *it, int fd);

void bf_write_behind_wait(bf_write_behind *it);

#endif
