#include "io/text/gzip.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

#include "compute/base/memory.h"

struct bf_gzip {
    z_stream stream;
};

enum { GZIP_WINDOW = 15 + 16 /* largest window, gzip header */, MEMORY_LEVEL = 8 };

bf_status bf_gzip_create(bf_gzip **out, int level, bf_error *err)
{
    bf_gzip *gzip = NULL;
    BF_TRY(BF_ALLOC(&gzip, 1, err));
    if (deflateInit2(&gzip->stream, level, Z_DEFLATED, GZIP_WINDOW, MEMORY_LEVEL,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
        free(gzip);
        return bf_error_set(err, BF_E_MEMORY, "out of memory: gzip");
    }
    *out = gzip;
    return BF_OK;
}

void bf_gzip_free(bf_gzip *gzip)
{
    if (gzip == NULL)
        return;
    (void)deflateEnd(&gzip->stream);
    free(gzip);
}

/* Compresses what the stream holds, or all of it at the end of the member. */
static bf_status deflate_all(bf_text *out, bf_gzip *gzip, int flush, bf_error *err)
{
    unsigned char piece[1 << 16];
    int done;
    do {
        gzip->stream.next_out = piece;
        gzip->stream.avail_out = sizeof piece;
        done = deflate(&gzip->stream, flush);
        if (done == Z_STREAM_ERROR)
            return bf_error_set(err, BF_E_INTERNAL, "gzip: the stream is in disorder");
        bf_text_append(out, (const char *)piece, sizeof piece - gzip->stream.avail_out);
    } while (gzip->stream.avail_out == 0);
    return bf_text_status(out, err);
}

bf_status bf_gzip_add(bf_text *out, bf_gzip *gzip, const void *bytes, size_t size, bf_error *err)
{
    const unsigned char *at = bytes;
    while (size > 0) {
        uInt used = size < UINT_MAX ? (uInt)size : UINT_MAX;
        gzip->stream.next_in = (z_const Bytef *)at;
        gzip->stream.avail_in = used;
        BF_TRY(deflate_all(out, gzip, Z_NO_FLUSH, err));
        at += used;
        size -= used;
    }
    return BF_OK;
}

bf_status bf_gzip_end(bf_text *out, bf_gzip *gzip, bf_error *err)
{
    gzip->stream.avail_in = 0;
    BF_TRY(deflate_all(out, gzip, Z_FINISH, err));
    if (deflateReset(&gzip->stream) != Z_OK)
        return bf_error_set(err, BF_E_INTERNAL, "gzip: the stream is in disorder");
    return BF_OK;
}
