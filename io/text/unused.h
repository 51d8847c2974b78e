/* Names of columns of a source that a table has no use for, each once: told in one line. */
#ifndef BF_IO_UNUSED_H
#define BF_IO_UNUSED_H

#include "compute/base/memory.h"

/* Names one behind the other, each with its NUL, in order of appearance. */
typedef struct bf_unused {
    char *names; /* owned */
    size_t size_bytes, capacity_bytes, count;
} bf_unused;

BF_CHECK_RESULT bf_status bf_unused_add(bf_unused *unused, const char *name, size_t size,
                                        bf_error *err);

/* "a, b, c and 4 more" of at most `size` bytes; empty if there are no names. */
void bf_unused_list(char *out, size_t size, const bf_unused *unused);

void bf_unused_free(bf_unused *unused);

#endif
