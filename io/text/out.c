#include "io/text/out.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "compute/base/fault.h"
#include "compute/base/memory.h"

enum {
    BUFFER_BYTES = 1 << 18,
    GZIP_WINDOW_BITS = 15 + 16, /* the largest window, gzip header */
    GZIP_LEVEL = 6,
    GZIP_MEMORY_LEVEL = 8
};

struct bf_out {
    char *name;      /* for messages; the final name of a file */
    char *temporary; /* NULL for a descriptor */
    int fd;
    bool gzip;
    z_stream stream;
    unsigned char *buffer;
};

static bf_status failed(const bf_out *out, const char *what, int reason, bf_error *err)
{
    if (reason == EPIPE) /* as with head: the reader has what it wanted, nobody needs a message */
        return bf_error_set(err, BF_E_OUTPUT, "%s", "");
    const char *text =
        reason == ENOSPC || reason == EDQUOT ? "no space left on device" : strerror(reason);
    return bf_error_set(err, BF_E_OUTPUT, "%s: cannot %s: %s", out->name, what, text);
}

static bf_status create(bf_out **out, const char *name, bool gzip, bf_error *err)
{
    bf_out *made = NULL;
    BF_TRY(BF_ALLOC(&made, 1, err));
    made->fd = -1;
    bf_status st = BF_ALLOC(&made->name, strlen(name) + 1, err);
    if (st == BF_OK)
        st = BF_ALLOC(&made->buffer, BUFFER_BYTES, err);
    if (st == BF_OK && gzip &&
        deflateInit2(&made->stream, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW_BITS, GZIP_MEMORY_LEVEL,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        st = bf_error_set(err, BF_E_MEMORY, "%s: out of memory for compression", name);
    if (st != BF_OK) {
        bf_out_abandon(made);
        return st;
    }
    made->gzip = gzip;
    memcpy(made->name, name, strlen(name) + 1);
    *out = made;
    return BF_OK;
}

bf_status bf_out_open(bf_out **out, int fd, const char *name, bool gzip, bf_error *err)
{
    *out = NULL;
    BF_TRY(create(out, name, gzip, err));
    (*out)->fd = fd;
    return BF_OK;
}

bf_status bf_out_create(bf_out **out, const char *path, bool gzip, bf_error *err)
{
    *out = NULL;
    BF_TRY(create(out, path, gzip, err));
    bf_status st = BF_ALLOC(&(*out)->temporary, strlen(path) + sizeof ".part", err);
    if (st == BF_OK) {
        (void)sprintf((*out)->temporary, "%s.part", path);
        (*out)->fd = open((*out)->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        if ((*out)->fd < 0)
            st = failed(*out, "create", errno, err);
    }
    if (st != BF_OK) {
        bf_out_abandon(*out);
        *out = NULL;
    }
    return st;
}

static bf_status write_all(const bf_out *out, const void *bytes, size_t size, bf_error *err)
{
    const char *at = bytes;
    while (size > 0) {
        ssize_t done =
            bf_fault_hit(BF_FAULT_WRITE) ? (errno = ENOSPC, -1) : write(out->fd, at, size);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return failed(out, "write", done == 0 ? ENOSPC : errno, err);
        at += done;
        size -= (size_t)done;
    }
    return BF_OK;
}

/* Compresses what is in the stream's input, all of it; with Z_FINISH ends the stream. */
static bf_status deflate_all(bf_out *out, int flush, bf_error *err)
{
    do {
        out->stream.next_out = out->buffer;
        out->stream.avail_out = BUFFER_BYTES;
        if (deflate(&out->stream, flush) == Z_STREAM_ERROR)
            return bf_error_set(err, BF_E_INTERNAL, "%s: deflate failed", out->name);
        BF_TRY(write_all(out, out->buffer, BUFFER_BYTES - out->stream.avail_out, err));
    } while (out->stream.avail_out == 0);
    return BF_OK;
}

bf_status bf_out_write(bf_out *out, const void *bytes, size_t size, bf_error *err)
{
    if (!out->gzip)
        return write_all(out, bytes, size, err);
    const unsigned char *at = bytes;
    while (size > 0) {
        uInt part = size < BUFFER_BYTES ? (uInt)size : (uInt)BUFFER_BYTES;
        out->stream.next_in = (z_const Bytef *)(uintptr_t)at;
        out->stream.avail_in = part;
        BF_TRY(deflate_all(out, Z_NO_FLUSH, err));
        at += part;
        size -= part;
    }
    return BF_OK;
}

bf_status bf_out_commit(bf_out *out, bf_error *err)
{
    bf_status st = out->gzip ? deflate_all(out, Z_FINISH, err) : BF_OK;
    if (out->temporary != NULL) {
        int fd = out->fd;
        out->fd = -1;
        if (close(fd) != 0 && st == BF_OK)
            st = failed(out, "write", errno, err);
        if (st == BF_OK && rename(out->temporary, out->name) != 0)
            st = failed(out, "rename to", errno, err);
        if (st == BF_OK) {
            free(out->temporary);
            out->temporary = NULL;
        }
    }
    bf_out_abandon(out);
    return st;
}

void bf_out_abandon(bf_out *out)
{
    if (out == NULL)
        return;
    if (out->temporary != NULL) {
        if (out->fd >= 0)
            (void)close(out->fd);
        (void)unlink(out->temporary);
    }
    if (out->gzip)
        (void)deflateEnd(&out->stream);
    free(out->buffer);
    free(out->temporary);
    free(out->name);
    free(out);
}
