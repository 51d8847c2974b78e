#include "io/hdf5/memory_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "compute/base/fault.h"
#include "compute/base/memory.h"
#include "io/hdf5/results_internal.h"

enum { COPY_BYTES = 1 << 20, STRUCTURE_BYTES = 1 << 20 };

/* Beyond `bytes` HDF5 writes its own structures, a few hundred KiB. */
static bf_status check_size_limit(int64_t bytes, bf_error *err)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY ||
        (int64_t)limit.rlim_cur >= bytes + STRUCTURE_BYTES)
        return BF_OK;
    return bf_error_set(
        err, BF_E_OUTPUT,
        "no space left: a file may have %lld MB (ulimit -f), this one takes %lld MB",
        (long long)(limit.rlim_cur / 1000000), (long long)(bytes / 1000000 + 1));
}

bf_status bf_memory_file_take(bf_memory_file *out, hid_t file, int64_t bytes, bf_error *err)
{
    BF_TRY(check_size_limit(bytes, err));
    int *descriptor = NULL; /* the library's own */
    if (H5Fget_vfd_handle(file, H5P_DEFAULT, (void **)&descriptor) < 0)
        return bf_error_set(err, BF_E_INTERNAL, "HDF5 does not tell the descriptor of a file");
    out->fd = bf_fault_hit(BF_FAULT_ALLOC) ? -1 : memfd_create("backfill", MFD_CLOEXEC);
    if (out->fd < 0 || dup3(out->fd, *descriptor, O_CLOEXEC) < 0)
        return bf_error_set(err, BF_E_MEMORY, "out of memory: no file can be made there");
    return BF_OK;
}

void bf_memory_file_free(bf_memory_file *file)
{
    if (file->fd >= 0)
        (void)close(file->fd);
    file->fd = -1;
}

/* Reserves the blocks, so that a full disk shows now; posix_fallocate would write every one where
 * the file system cannot reserve. Returns 0 or errno. */
static int reserve(int fd, off_t size)
{
    if (bf_fault_hit(BF_FAULT_WRITE))
        return ENOSPC;
    if (size == 0 || fallocate(fd, 0, 0, size) == 0)
        return 0;
    if (errno != EOPNOTSUPP && errno != ENOSYS)
        return errno;
    return ftruncate(fd, size) == 0 ? 0 : errno;
}

static int write_bytes(int fd, const char *bytes, size_t size, off_t at)
{
    while (size > 0) {
        ssize_t done =
            bf_fault_hit(BF_FAULT_WRITE) ? (errno = ENOSPC, -1) : pwrite(fd, bytes, size, at);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return done == 0 ? ENOSPC : errno;
        bytes += done;
        size -= (size_t)done;
        at += done;
    }
    return 0;
}

/* Copies what was written into the memory file; the rest of it are holes. Returns 0 or errno. */
static int copy_data(int to, int from, off_t size, char *buffer)
{
    for (off_t at = 0, end; at < size; at = end) {
        at = lseek(from, at, SEEK_DATA);
        if (at < 0) /* no data behind the last hole */
            return errno == ENXIO ? 0 : errno;
        end = lseek(from, at, SEEK_HOLE);
        for (off_t part = at; part < end;) {
            size_t wanted = end - part < COPY_BYTES ? (size_t)(end - part) : (size_t)COPY_BYTES;
            ssize_t got = pread(from, buffer, wanted, part);
            int failed = got <= 0 ? EIO : write_bytes(to, buffer, (size_t)got, part);
            if (failed != 0)
                return failed;
            part += got;
        }
    }
    return 0;
}

bf_status bf_memory_file_save(const bf_memory_file *file, const char *path, bf_error *err)
{
    char *buffer = NULL, directory[4096];
    off_t size = lseek(file->fd, 0, SEEK_END);
    BF_TRY(BF_ALLOC(&buffer, COPY_BYTES, err));
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    int failed = fd < 0 ? errno : reserve(fd, size);
    if (failed == 0)
        failed = copy_data(fd, file->fd, size, buffer);
    if (failed == 0 && fsync(fd) != 0)
        failed = errno;
    if (fd >= 0)
        (void)close(fd);
    free(buffer);
    bf_status st = BF_OK;
    if (failed == ENOSPC || failed == EDQUOT)
        st = bf_error_set(err, BF_E_OUTPUT, "%s: no space left on device: the file takes %lld MB",
                          path, (long long)(size / 1000000 + 1));
    else if (failed != 0)
        st =
            bf_error_set(err, BF_E_OUTPUT, "%s: cannot write the file: %s", path, strerror(failed));
    if (st == BF_OK) {
        bf_directory_of(directory, sizeof directory, path);
        st = bf_durable(directory, true, err);
    }
    return st;
}
