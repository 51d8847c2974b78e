/* file:///DIR: the files, each under a temporary name until all of them are there. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compute/base/memory.h"
#include "io/text/file.h"
#include "mpi/run/stop.h"
#include "mpi/upload/upload.h"

enum { COPY_BYTES = 8 << 20 }; /* between two looks at the signals */

/* "DIR/results.h5", and "DIR/.results.h5.new" before it is whole. */
static bf_status name_in(char **out, const bf_upload *upload, const char *path, bool whole,
                         bf_error *err)
{
    const char *slash = strrchr(path, '/');
    return bf_alloc_text(out, err, "%s/%s%s%s", upload->target.directory, whole ? "" : ".",
                         slash == NULL ? path : slash + 1, whole ? "" : ".new");
}

static bf_status copy_all(int to, const char *to_path, int from, const char *path, int64_t size,
                          bf_error *err)
{
    for (int64_t at = 0; at < size; at += COPY_BYTES) {
        if (bf_stop_asked())
            return bf_error_set(err, BF_E_STOPPED, "stopped by %s; the same command goes on",
                                bf_stop_reason());
        BF_TRY(bf_file_copy((bf_file_range){to, to_path, at}, (bf_file_range){from, path, at},
                            size - at < COPY_BYTES ? size - at : COPY_BYTES, err));
    }
    return fsync(to) == 0 ? BF_OK : bf_file_error(err, "write", to_path, errno);
}

static bf_status copy_file(const bf_upload *upload, const char *path, bf_error *err)
{
    char *name = NULL;
    struct stat about;
    BF_TRY(name_in(&name, upload, path, false, err));
    int from = open(path, O_RDONLY | O_CLOEXEC);
    bf_status st =
        from < 0 || fstat(from, &about) != 0 ? bf_file_error(err, "read", path, errno) : BF_OK;
    int to = st == BF_OK ? open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : -1;
    if (st == BF_OK && to < 0)
        st = bf_file_error(err, "create", name, errno);
    if (st == BF_OK)
        st = copy_all(to, name, from, path, about.st_size, err);
    if (to >= 0 && close(to) != 0 && st == BF_OK)
        st = bf_file_error(err, "write", name, errno);
    if (from >= 0)
        (void)close(from);
    free(name);
    return st;
}

static bf_status rename_file(const bf_upload *upload, const char *path, bf_error *err)
{
    char *name = NULL, *whole = NULL;
    bf_status st = name_in(&name, upload, path, false, err);
    if (st == BF_OK)
        st = name_in(&whole, upload, path, true, err);
    if (st == BF_OK && rename(name, whole) != 0)
        st = bf_file_error(err, "rename to", whole, errno);
    free(name);
    free(whole);
    return st;
}

static bf_status for_each_file(const bf_upload *upload,
                               bf_status (*what)(const bf_upload *, const char *, bf_error *),
                               bf_error *err)
{
    for (int f = 0; f < upload->file_count; f++)
        BF_TRY(what(upload, upload->files[f].path, err));
    return what(upload, upload->path, err);
}

bf_status bf_upload_to_directory(bf_upload *upload, bf_error *err)
{
    char *inside = NULL;
    bf_status st = bf_file_make_directory(upload->target.directory, err);
    if (st == BF_OK)
        st = for_each_file(upload, copy_file, err);
    if (st == BF_OK)
        st = for_each_file(upload, rename_file, err);
    if (st == BF_OK)
        st = name_in(&inside, upload, upload->path, true, err);
    if (st == BF_OK)
        st = bf_file_sync_directory(inside, err);
    free(inside);
    if (st == BF_E_OUTPUT) { /* it is the target that failed, not the output of a run */
        bf_error_prefix(err, "%s", upload->target.url);
        st = err->status = BF_E_UPLOAD;
    }
    return st;
}
