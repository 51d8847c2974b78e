/* Objects of Cloud Storage, each written once: the preconditions of a resumable upload let nobody
 * overwrite what another wrote, and a repeated upload finds its own object by size and CRC32C.
 * https://docs.cloud.google.com/storage/docs/json_api/v1/objects/insert,
 * https://docs.cloud.google.com/storage/docs/request-preconditions */
#ifndef BF_CLOUD_STORAGE_H
#define BF_CLOUD_STORAGE_H

#include "io/cloud/service.h"

typedef struct bf_storage_object {
    bool found;
    int64_t generation;
    int64_t size_bytes;
    char crc32c[16]; /* as the service writes it; "" if it tells none */
} bf_storage_object;

/* What the service has under a name; found false if there is none. */
BF_CHECK_RESULT bf_status bf_storage_look(bf_storage_object *out, bf_service *service,
                                          const char *bucket, const char *name, bf_error *err);

/* Everything is borrowed for the call. session, keep, progress and context as in bf_resumable. */
typedef struct bf_storage_upload {
    const char *bucket;
    const char *name;
    const char *content_type;
    int file;
    int64_t size_bytes;
    uint32_t crc32c; /* of the file: bf_crc32c_file */
    int64_t chunk_bytes;
    bool replace; /* an object with other content may be replaced by this one */
    const char *session;
    bf_status (*keep)(void *context, const char *session, bf_error *err);
    void (*progress)(void *context, int64_t stored_bytes);
    void *context;
} bf_storage_upload;

#define BF_STORAGE_UPLOAD_INIT                                                                     \
    {                                                                                              \
        .content_type = "application/octet-stream", .chunk_bytes = 8 << 20                         \
    }

/* Makes sure that the object has the file's content, and tells it in `out`. *sent: it was uploaded
 * now; false: it was there already. BF_E_UPLOAD: another object has the name, or got it meanwhile,
 * or the service has other content than was sent; and as bf_resumable_send. */
BF_CHECK_RESULT bf_status bf_storage_send(bf_storage_object *out, bool *sent, bf_service *service,
                                          const bf_storage_upload *upload, bf_error *err);

#endif
