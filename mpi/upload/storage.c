/* gs://BUCKET/PREFIX: the files as objects, each written once. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/cloud/crc32c.h"
#include "io/cloud/kept.h"
#include "io/cloud/storage.h"
#include "mpi/progress.h"
#include "mpi/upload/link.h"

/* A file on its way. */
typedef struct sending {
    bf_upload_link *link;
    int64_t before_bytes;                /* of the files before it */
    char name[2 * BF_TARGET_PATH_BYTES]; /* of the object */
    char id[3 * BF_TARGET_PATH_BYTES];   /* object and content, for a session that is kept */
    char *session_path;
} sending;

static bf_status keep(void *context, const char *session, bf_error *err)
{
    const sending *it = context;
    return bf_kept_write(it->session_path, it->id, session, err);
}

static void stored(void *context, int64_t bytes)
{
    const sending *it = context;
    bf_upload_link_stored(it->link, it->before_bytes + bytes);
}

static bf_status send_object(sending *it, const bf_upload *upload, int file, int64_t size,
                             const char *content_type, bf_error *err)
{
    char session[BF_KEPT_BYTES];
    bf_storage_object object;
    bf_storage_upload order = BF_STORAGE_UPLOAD_INIT;
    bool sent;
    BF_TRY(bf_crc32c_file(&order.crc32c, file, size, bf_service_hooks(it->link->service), err));
    (void)snprintf(it->id, sizeof it->id, "%s/%s %08" PRIx32, upload->target.bucket, it->name,
                   order.crc32c);
    order.bucket = upload->target.bucket;
    order.name = it->name;
    order.content_type = content_type;
    order.file = file;
    order.size_bytes = size;
    order.replace = upload->options->again;
    order.session = bf_kept_read(session, it->session_path, it->id) ? session : NULL;
    order.keep = keep;
    order.progress = stored;
    order.context = it;
    BF_TRY(bf_storage_send(&object, &sent, it->link->service, &order, err));
    (void)unlink(it->session_path);
    bf_log(BF_LOG_INFO, "gs://%s/%s: %s, %" PRId64 " bytes, generation %" PRId64,
           upload->target.bucket, it->name, sent ? "sent" : "is there already", object.size_bytes,
           object.generation);
    return BF_OK;
}

static bf_status send_file(bf_upload_link *link, int64_t *sent_bytes, const bf_upload *upload,
                           const char *path, const char *content_type, bf_error *err)
{
    const char *slash = strrchr(path, '/'), *prefix = upload->target.prefix;
    sending it = {.link = link, .before_bytes = *sent_bytes};
    struct stat about;
    (void)snprintf(it.name, sizeof it.name, "%s%s%s", prefix, prefix[0] == '\0' ? "" : "/",
                   slash == NULL ? path : slash + 1);
    BF_TRY(bf_alloc_text(&it.session_path, err, "%s/%s.session", upload->directory,
                         slash == NULL ? path : slash + 1));
    int file = open(path, O_RDONLY | O_CLOEXEC);
    bf_status st = file < 0 || fstat(file, &about) != 0
                       ? bf_error_set(err, BF_E_INPUT, "cannot read %s: %s", path, strerror(errno))
                       : send_object(&it, upload, file, about.st_size, content_type, err);
    if (file >= 0)
        (void)close(file);
    if (st == BF_OK) {
        *sent_bytes += about.st_size;
        bf_upload_link_stored(link, *sent_bytes);
    }
    free(it.session_path);
    return st;
}

bf_status bf_upload_to_storage(bf_upload *upload, bf_error *err)
{
    bf_upload_link link;
    int64_t total = 0, sent_bytes = 0;
    struct stat about = {0};
    for (int f = 0; f < upload->file_count; f++)
        total += upload->files[f].size_bytes;
    total += stat(upload->path, &about) == 0 ? about.st_size : 0;
    BF_TRY(bf_upload_link_open(&link, upload, BF_CLOUD_STORAGE, err));
    bf_progress_init_bytes(total, upload->options->progress, isatty(STDERR_FILENO));
    bf_status st = BF_OK;
    for (int f = 0; f < upload->file_count && st == BF_OK; f++)
        st = send_file(&link, &sent_bytes, upload, upload->files[f].path, "application/gzip", err);
    if (st == BF_OK)
        st = send_file(&link, &sent_bytes, upload, upload->path, "application/x-hdf5", err);
    bf_progress_end();
    bf_upload_link_close(&link);
    return st;
}
