#include "io/text/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "compute/base/memory.h"
#include "io/text/utf8.h"

enum {
    FILE_BYTES = 256 << 10, /* read at once */
    TEXT_BYTES = 1 << 20,   /* at first; grows to the longest line */
    GZIP_WINDOW = 15 + 16   /* zlib: largest window, gzip header */
};

struct bf_lines {
    char *path;
    int fd;
    bool is_gzip, member_open, file_ended;
    z_stream zlib;
    unsigned char *file; /* [FILE_BYTES] bytes of the file not used yet: file_at .. file_end - 1 */
    size_t file_at, file_end;
    char *text; /* text not used yet: text_at .. text_end - 1 */
    size_t text_capacity, text_at, text_end;
    int64_t number, bytes;
};

static bf_status failed(const bf_lines *lines, bf_error *err, const char *what)
{
    return bf_error_set(err, BF_E_INPUT, "%s: after line %lld: %s", lines->path,
                        (long long)lines->number, what);
}

/* Reads more of the file behind the bytes not used yet. */
static bf_status read_file(bf_lines *lines, bf_error *err)
{
    memmove(lines->file, lines->file + lines->file_at, lines->file_end - lines->file_at);
    lines->file_end -= lines->file_at;
    lines->file_at = 0;
    while (!lines->file_ended && lines->file_end < FILE_BYTES) {
        ssize_t got = read(lines->fd, lines->file + lines->file_end, FILE_BYTES - lines->file_end);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return bf_error_set(err, BF_E_INPUT, "%s: cannot read: %s", lines->path,
                                strerror(errno));
        lines->file_ended = got == 0;
        lines->file_end += (size_t)got;
    }
    return BF_OK;
}

static bool starts_gzip(const unsigned char *bytes, size_t size)
{
    return size >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

/* Finds out whether the file is compressed. */
static bf_status detect(bf_lines *lines, bf_error *err)
{
    size_t length = strlen(lines->path);
    bool named_gzip = length > 3 && strcmp(lines->path + length - 3, ".gz") == 0;
    BF_TRY(read_file(lines, err));
    lines->is_gzip = starts_gzip(lines->file, lines->file_end);
    if (named_gzip && !lines->is_gzip)
        return bf_error_set(err, BF_E_INPUT, "%s: expected gzip, found %s", lines->path,
                            lines->file_end == 0 ? "an empty file" : "something else");
    if (lines->is_gzip) {
        if (inflateInit2(&lines->zlib, GZIP_WINDOW) != Z_OK)
            return bf_error_set(err, BF_E_MEMORY, "%s: cannot set up zlib", lines->path);
        lines->member_open = true;
    }
    return BF_OK;
}

bf_status bf_lines_open(bf_lines **out, const char *path, bf_error *err)
{
    bf_lines *lines = NULL;
    BF_TRY(BF_ALLOC(&lines, 1, err));
    lines->fd = -1;
    bf_status st = BF_ALLOC(&lines->path, strlen(path) + 1, err);
    if (st == BF_OK) {
        memcpy(lines->path, path, strlen(path) + 1);
        lines->fd = open(path, O_RDONLY | O_CLOEXEC);
        if (lines->fd < 0)
            st = bf_error_set(err, BF_E_INPUT, "%s: cannot open: %s", path, strerror(errno));
    }
    if (st == BF_OK)
        st = BF_ALLOC(&lines->file, FILE_BYTES, err);
    if (st == BF_OK)
        st = BF_GROW(&lines->text, &lines->text_capacity, TEXT_BYTES, err);
    if (st == BF_OK)
        st = detect(lines, err);
    if (st == BF_OK)
        *out = lines;
    else
        bf_lines_close(lines);
    return st;
}

void bf_lines_close(bf_lines *lines)
{
    if (lines == NULL)
        return;
    if (lines->is_gzip)
        (void)inflateEnd(&lines->zlib);
    if (lines->fd >= 0)
        (void)close(lines->fd);
    free(lines->text);
    free(lines->file);
    free(lines->path);
    free(lines);
}

/* Between two members: another one, or the end of the file, and nothing else. */
static bf_status next_member(bf_lines *lines, bf_error *err)
{
    if (lines->file_end - lines->file_at < 2)
        BF_TRY(read_file(lines, err));
    if (lines->file_at == lines->file_end)
        return BF_OK;
    if (!starts_gzip(lines->file + lines->file_at, lines->file_end - lines->file_at))
        return failed(lines, err, "the gzip stream is followed by something that is not gzip");
    (void)inflateReset(&lines->zlib);
    lines->member_open = true;
    return BF_OK;
}

/* Decompresses into text[text_end ..] until there is some more text or the file ends. */
static bf_status inflate_some(bf_lines *lines, bf_error *err)
{
    size_t before = lines->text_end;
    while (lines->text_end == before) {
        if (!lines->member_open)
            BF_TRY(next_member(lines, err));
        if (!lines->member_open)
            return BF_OK;
        if (lines->file_at == lines->file_end)
            BF_TRY(read_file(lines, err));
        if (lines->file_at == lines->file_end)
            return failed(lines, err, "the gzip stream is cut off");
        z_stream *zlib = &lines->zlib;
        zlib->next_in = lines->file + lines->file_at;
        zlib->avail_in = (uInt)(lines->file_end - lines->file_at);
        zlib->next_out = (unsigned char *)lines->text + lines->text_end;
        zlib->avail_out = (uInt)(lines->text_capacity - lines->text_end);
        int result = inflate(zlib, Z_NO_FLUSH);
        lines->file_at = lines->file_end - zlib->avail_in;
        lines->text_end = lines->text_capacity - zlib->avail_out;
        if (result == Z_MEM_ERROR)
            return bf_error_set(err, BF_E_MEMORY, "%s: out of memory in zlib", lines->path);
        if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
            return failed(lines, err, "the gzip stream is damaged");
        lines->member_open = result != Z_STREAM_END;
    }
    return BF_OK;
}

static bf_status copy_some(bf_lines *lines, bf_error *err)
{
    if (lines->file_at == lines->file_end)
        BF_TRY(read_file(lines, err));
    size_t size = lines->file_end - lines->file_at, room = lines->text_capacity - lines->text_end;
    size = size < room ? size : room;
    memcpy(lines->text + lines->text_end, lines->file + lines->file_at, size);
    lines->file_at += size;
    lines->text_end += size;
    return BF_OK;
}

/* More text behind the text not used yet; *ended when there is none. */
static bf_status more_text(bool *ended, bf_lines *lines, bf_error *err)
{
    if (lines->text_at > 0) {
        memmove(lines->text, lines->text + lines->text_at, lines->text_end - lines->text_at);
        lines->text_end -= lines->text_at;
        lines->text_at = 0;
    }
    if (lines->text_end == lines->text_capacity) {
        if (lines->text_capacity >= BF_LINE_BYTES_MAX)
            return failed(lines, err, "the next line is too long");
        BF_TRY(BF_GROW(&lines->text, &lines->text_capacity, 2 * lines->text_capacity, err));
    }
    size_t before = lines->text_end;
    BF_TRY(lines->is_gzip ? inflate_some(lines, err) : copy_some(lines, err));
    *ended = lines->text_end == before;
    return BF_OK;
}

/* Takes the line of `size` bytes, and the LF behind it if there is one. */
static bf_status take_line(bf_slice *out, bf_lines *lines, size_t size, bool has_end, bf_error *err)
{
    static const char byte_order_mark[] = "\xef\xbb\xbf";
    const char *text = lines->text + lines->text_at;
    lines->text_at += size + has_end;
    lines->bytes += (int64_t)size + has_end;
    lines->number++;
    if (has_end && size > 0 && text[size - 1] == '\r')
        size--;
    if (lines->number == 1 && size >= 3 && memcmp(text, byte_order_mark, 3) == 0) {
        text += 3;
        size -= 3;
    }
    if (!bf_utf8_is_valid(text, size))
        return bf_error_set(err, BF_E_INPUT,
                            "%s: line %lld: expected UTF-8 text, found other bytes or a NUL",
                            lines->path, (long long)lines->number);
    *out = (bf_slice){text, size};
    return BF_OK;
}

bf_status bf_lines_next(bf_slice *out, bf_lines *lines, bf_error *err)
{
    bool ended = false;
    size_t searched = 0; /* bytes without a line end */
    *out = (bf_slice){NULL, 0};
    for (;;) {
        size_t available = lines->text_end - lines->text_at;
        const char *text = lines->text + lines->text_at;
        const char *end = memchr(text + searched, '\n', available - searched);
        if (end != NULL)
            return take_line(out, lines, (size_t)(end - text), true, err);
        if (ended)
            return available == 0 ? BF_OK : take_line(out, lines, available, false, err);
        searched = available;
        BF_TRY(more_text(&ended, lines, err));
    }
}

int64_t bf_lines_number(const bf_lines *lines)
{
    return lines->number;
}

int64_t bf_lines_bytes(const bf_lines *lines)
{
    return lines->bytes;
}

const char *bf_lines_path(const bf_lines *lines)
{
    return lines->path;
}
