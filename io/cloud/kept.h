/* An upload session that outlives the process: kept in a file of its own, which only its owner may
 * read, because whoever has the URI can send. Losing it costs the bytes that were sent. */
#ifndef BF_CLOUD_KEPT_H
#define BF_CLOUD_KEPT_H

#include <stdbool.h>

#include "compute/base/error.h"

enum { BF_KEPT_BYTES = 1 << 15 };

/* Keeps `session` as that of `id` (one line), or forgets it where it is NULL. BF_E_OUTPUT. */
BF_CHECK_RESULT bf_status bf_kept_write(const char *path, const char *id, const char *session,
                                        bf_error *err);

/* The session that is kept in the file; false if there is none of this id. */
bool bf_kept_read(char out[BF_KEPT_BYTES], const char *path, const char *id);

#endif
