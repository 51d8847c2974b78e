/* Names of columns of a source that a table has no use for, each once: told in one line. */
#ifndef BF_IO_UNUSED_H
#define BF_IO_UNUSED_H

#include "compute/base/memory.h"

typedef struct bf_unused {
    char **names; /* owned, in order of appearance */
    size_t count, capacity;
} bf_unused;

#define BF_UNUSED_INIT                                                                             \
    {                                                                                              \
        .names = NULL                                                                              \
    }

BF_CHECK_RESULT bf_status bf_unused_add(bf_unused *unused, const char *name, size_t size,
                                        bf_error *err);
void bf_unused_free(bf_unused *unused);

#endif
