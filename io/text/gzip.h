/* gzip members, made piece by piece. The same bytes in give the same bytes out: no time and no name
 * in the header. Members may stand one behind the other in a file. */
#ifndef BF_IO_GZIP_H
#define BF_IO_GZIP_H

#include "compute/base/text.h"

typedef struct bf_gzip bf_gzip;

/* Local. `level`: 1 (fast) to 9 (small). */
BF_CHECK_RESULT bf_status bf_gzip_create(bf_gzip **out, int level, bf_error *err);
void bf_gzip_free(bf_gzip *gzip);

/* Local. Adds bytes to the member; what is compressed so far is appended to `out`. */
BF_CHECK_RESULT bf_status bf_gzip_add(bf_text *out, bf_gzip *gzip, const void *bytes, size_t size,
                                      bf_error *err);

/* Local. Ends the member; the next bytes begin another. */
BF_CHECK_RESULT bf_status bf_gzip_end(bf_text *out, bf_gzip *gzip, bf_error *err);

#endif
