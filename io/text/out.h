/* A stream of text to a file or a descriptor, compressed with gzip or not. A file has its name only
 * once it is whole. */
#ifndef BF_IO_OUT_H
#define BF_IO_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include "compute/base/error.h"

typedef struct bf_out bf_out;

/* Local. Writes `path` under a temporary name beside it. */
BF_CHECK_RESULT bf_status bf_out_create(bf_out **out, const char *path, bool gzip, bf_error *err);

/* Local. Writes to an open descriptor, called `name` in messages; it stays open. */
BF_CHECK_RESULT bf_status bf_out_open(bf_out **out, int fd, const char *name, bool gzip,
                                      bf_error *err);

/* BF_E_OUTPUT; "no space left on device" when the disk is full. */
BF_CHECK_RESULT bf_status bf_out_write(bf_out *out, const void *bytes, size_t size, bf_error *err);

/* Ends the stream and gives the file its name. Frees `out` whatever it returns. */
BF_CHECK_RESULT bf_status bf_out_commit(bf_out *out, bf_error *err);

/* Frees `out`; a file is removed. NULL is allowed. */
void bf_out_abandon(bf_out *out);

#endif
