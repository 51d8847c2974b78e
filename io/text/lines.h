/* Lines of a text file, plain or gzip (also several gzip members one after the other). */
#ifndef BF_IO_LINES_H
#define BF_IO_LINES_H

#include <stddef.h>
#include <stdint.h>

#include "compute/base/error.h"

typedef struct bf_lines bf_lines;

/* A piece of text that somebody else owns. */
typedef struct bf_slice {
    const char *text; /* NULL at the end of the file */
    size_t size;
} bf_slice;

BF_CHECK_RESULT bf_status bf_lines_open(bf_lines **out, const char *path, bf_error *err);
void bf_lines_close(bf_lines *lines);

/* The next line without its end (LF or CR LF), valid until the next call. BF_E_INPUT, naming file
 * and line, if it is not UTF-8, has a NUL, is longer than BF_LINE_BYTES_MAX, or the gzip stream is
 * damaged, cut off or followed by something else. */
BF_CHECK_RESULT bf_status bf_lines_next(bf_slice *out, bf_lines *lines, bf_error *err);

int64_t bf_lines_number(const bf_lines *lines); /* of the newest line, from 1 */
int64_t bf_lines_bytes(const bf_lines *lines);  /* of text read so far, uncompressed */
const char *bf_lines_path(const bf_lines *lines);

enum { BF_LINE_BYTES_MAX = 64 << 20 };

#endif
