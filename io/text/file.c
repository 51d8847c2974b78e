#include "io/text/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compute/base/fault.h"

bf_status bf_file_error(bf_error *err, const char *what, const char *path, int error_number)
{
    char text[128];
    const char *reason = error_number == ENOSPC || error_number == EDQUOT
                             ? "no space left on the device"
                             : strerror_r(error_number, text, sizeof text);
    return bf_error_set(err, BF_E_OUTPUT, "cannot %s %s: %s", what, path, reason);
}

/* 0, or the error number. */
static int write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = bf_fault_hit(BF_FAULT_WRITE) ? (errno = EIO, -1) : write(fd, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return errno;
        bytes += written;
        size -= (size_t)written;
    }
    return bf_fault_hit(BF_FAULT_WRITE) ? EIO : fsync(fd) != 0 ? errno : 0;
}

bf_status bf_file_sync_directory(const char *path, bf_error *err)
{
    char *copy = strdup(path);
    if (copy == NULL)
        return bf_error_set(err, BF_E_MEMORY, "out of memory");
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int error_number = fd < 0 || bf_fault_hit(BF_FAULT_WRITE) ? EIO : 0;
    if (fd >= 0) {
        if (fsync(fd) != 0 &&
            errno != EINVAL) /* EINVAL: this file system has nothing to sync there */
            error_number = errno;
        (void)close(fd);
    }
    free(copy);
    return error_number == 0
               ? BF_OK
               : bf_file_error(err, "make durable the directory of", path, error_number);
}

bf_status bf_file_write(const char *name, const void *bytes, size_t size, bf_error *err)
{
    bf_text temporary = BF_TEXT_INIT(1 << 16);
    char *followed = realpath(name, NULL);
    const char *path = followed == NULL ? name : followed;
    bf_text_format(&temporary, "%s.new", path);
    bf_status st = bf_text_status(&temporary, err);
    if (st == BF_OK) {
        int fd = open(temporary.data, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        int error_number = fd < 0 ? errno : write_all(fd, bytes, size);
        if (fd >= 0 && close(fd) != 0 && error_number == 0)
            error_number = errno;
        if (error_number == 0 &&
            (bf_fault_hit(BF_FAULT_WRITE) ? (errno = EIO, -1) : rename(temporary.data, path)) != 0)
            error_number = errno;
        if (error_number != 0) {
            st = bf_file_error(err, "write", name, error_number);
            (void)unlink(temporary.data);
        } else {
            st = bf_file_sync_directory(path, err);
        }
    }
    bf_text_free(&temporary);
    free(followed);
    return st;
}

bf_status bf_file_read(bf_text *out, bool *found, const char *path, bf_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    *found = fd >= 0;
    if (fd < 0)
        return errno == ENOENT
                   ? BF_OK
                   : bf_error_set(err, BF_E_INPUT, "cannot read %s: %s", path, strerror(errno));
    char piece[1 << 16];
    ssize_t size;
    while ((size = read(fd, piece, sizeof piece)) > 0)
        bf_text_append(out, piece, (size_t)size);
    (void)close(fd);
    if (size < 0)
        return bf_error_set(err, BF_E_INPUT, "cannot read %s", path);
    return bf_text_status(out, err);
}

bf_status bf_file_make_directory(const char *directory, bf_error *err)
{
    char *path = strdup(directory);
    if (path == NULL)
        return bf_error_set(err, BF_E_MEMORY, "out of memory");
    bf_status st = BF_OK;
    for (char *slash = path + (path[0] == '/'); st == BF_OK; slash++) {
        char kept = *slash;
        if (kept != '/' && kept != '\0')
            continue;
        *slash = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            st = bf_file_error(err, "create the directory", path, errno);
        *slash = kept;
        if (kept == '\0')
            break;
    }
    free(path);
    return st;
}

/* Bytes copied, 0 at the end of `from`, or -1 with errno. */
static ssize_t copy_some(const bf_file_range *to, const bf_file_range *from, size_t size)
{
    loff_t at = from->offset, place = to->offset;
    ssize_t done = copy_file_range(from->fd, &at, to->fd, &place, size, 0);
    if (done >= 0 || (errno != EXDEV && errno != ENOSYS && errno != EOPNOTSUPP && errno != EINVAL))
        return done;
    char piece[1 << 16];
    done = pread(from->fd, piece, size < sizeof piece ? size : sizeof piece, from->offset);
    return done <= 0 ? done : pwrite(to->fd, piece, (size_t)done, to->offset);
}

bf_status bf_file_copy(bf_file_range to, bf_file_range from, int64_t size_bytes, bf_error *err)
{
    while (size_bytes > 0) {
        ssize_t done = bf_fault_hit(BF_FAULT_WRITE) ? (errno = EIO, -1)
                                                    : copy_some(&to, &from, (size_t)size_bytes);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return bf_file_error(err, "write", to.path, errno);
        if (done == 0)
            return bf_error_set(err, BF_E_OUTPUT, "%s: shorter than when it was written",
                                from.path);
        to.offset += done;
        from.offset += done;
        size_bytes -= done;
    }
    return BF_OK;
}
