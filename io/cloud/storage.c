#include "io/cloud/storage.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/cloud/crc32c.h"
#include "io/cloud/resumable.h"

enum { TEXT_LIMIT_BYTES = 1 << 14, PRECONDITION_FAILED = 412 };

/* "gs://bucket/name", and what a 404 is about. */
static bf_status begin_names(bf_text *what, bf_text *resource, const char *bucket, const char *name,
                             bf_error *err)
{
    bf_text_format(what, "gs://%s/%s", bucket, name);
    bf_text_format(resource, "the bucket %s", bucket);
    BF_TRY(bf_text_status(what, err));
    return bf_text_status(resource, err);
}

static bf_status read_object(bf_storage_object *out, const json_t *reply, const char *what,
                             bf_error *err)
{
    const char *crc = json_string_value(json_object_get(reply, "crc32c"));
    *out =
        (bf_storage_object){.found = true,
                            .generation = bf_call_int64(json_object_get(reply, "generation"), -1),
                            .size_bytes = bf_call_int64(json_object_get(reply, "size"), -1)};
    if (out->generation < 0 || out->size_bytes < 0 ||
        (crc != NULL && strlen(crc) >= sizeof out->crc32c))
        return bf_error_set(
            err, BF_E_UPLOAD,
            "%s: expected an object's \"generation\", \"size\" and \"crc32c\" in the "
            "server's reply",
            what);
    (void)snprintf(out->crc32c, sizeof out->crc32c, "%s", crc != NULL ? crc : "");
    return BF_OK;
}

bf_status bf_storage_look(bf_storage_object *out, bf_service *service, const char *bucket,
                          const char *name, bf_error *err)
{
    bf_text path = BF_TEXT_INIT(TEXT_LIMIT_BYTES), what = BF_TEXT_INIT(TEXT_LIMIT_BYTES),
            resource = BF_TEXT_INIT(TEXT_LIMIT_BYTES);
    json_t *reply = NULL;
    *out = (bf_storage_object){.found = false};
    bf_text_string(&path, "/storage/v1/b/");
    bf_http_escape(&path, bucket);
    bf_text_string(&path, "/o/");
    bf_http_escape(&path, name);
    bf_status st = begin_names(&what, &resource, bucket, name, err);
    BF_TRY_GOTO(st);
    BF_TRY_GOTO(bf_text_status(&path, err));
    bf_call call = {.takes = {404},
                    .what = what.data,
                    .permission = "storage.objects.get",
                    .resource = resource.data,
                    .http = {.method = "GET", .url = path.data}};
    BF_TRY_GOTO(bf_service_json(&reply, NULL, service, &call, NULL, err));
    if (reply != NULL)
        st = read_object(out, reply, what.data, err);
done:
    json_decref(reply);
    bf_text_free(&resource);
    bf_text_free(&what);
    bf_text_free(&path);
    return st;
}

static bool is_same(const bf_storage_object *object, const bf_storage_upload *upload)
{
    char crc[BF_CRC32C_TEXT_BYTES];
    bf_crc32c_format(crc, upload->crc32c);
    return object->found && object->size_bytes == upload->size_bytes &&
           strcmp(object->crc32c, crc) == 0;
}

/* Uploads, if nothing but generation `match` (0: nothing at all) has the name. *refused: something
 * else has. */
static bf_status send_if(bool *refused, bf_service *service, const bf_storage_upload *upload,
                         int64_t match, bf_error *err)
{
    char crc[BF_CRC32C_TEXT_BYTES];
    bf_text path = BF_TEXT_INIT(TEXT_LIMIT_BYTES), what = BF_TEXT_INIT(TEXT_LIMIT_BYTES),
            resource = BF_TEXT_INIT(TEXT_LIMIT_BYTES), metadata = BF_TEXT_INIT(TEXT_LIMIT_BYTES);
    bf_http_response reply = BF_HTTP_RESPONSE_INIT;
    bf_text_string(&path, "/upload/storage/v1/b/");
    bf_http_escape(&path, upload->bucket);
    bf_text_format(&path, "/o?uploadType=resumable&ifGenerationMatch=%" PRId64 "&name=", match);
    bf_http_escape(&path, upload->name);
    bf_crc32c_format(crc, upload->crc32c);
    bf_text_format(&metadata, "{\"crc32c\":\"%s\",\"contentType\":", crc);
    bf_text_json_string(&metadata, upload->content_type);
    bf_text_string(&metadata, "}");
    bf_status st = begin_names(&what, &resource, upload->bucket, upload->name, err);
    BF_TRY_GOTO(st);
    BF_TRY_GOTO(bf_text_status(&path, err));
    BF_TRY_GOTO(bf_text_status(&metadata, err));
    bf_resumable resumable = {.start = path.data,
                              .metadata = metadata.data,
                              .content_type = upload->content_type,
                              .file = upload->file,
                              .size_bytes = upload->size_bytes,
                              .chunk_bytes = upload->chunk_bytes,
                              .session = upload->session,
                              .takes = PRECONDITION_FAILED,
                              .what = what.data,
                              .permission =
                                  match == 0 ? "storage.objects.create" : "storage.objects.delete",
                              .resource = resource.data,
                              .keep = upload->keep,
                              .progress = upload->progress,
                              .context = upload->context};
    BF_TRY_GOTO(bf_resumable_send(&reply, service, &resumable, err));
    *refused = reply.status == PRECONDITION_FAILED;
done:
    bf_http_response_free(&reply);
    bf_text_free(&metadata);
    bf_text_free(&resource);
    bf_text_free(&what);
    bf_text_free(&path);
    return st;
}

bf_status bf_storage_send(bf_storage_object *out, bool *sent, bf_service *service,
                          const bf_storage_upload *upload, bf_error *err)
{
    bool refused = false;
    char crc[BF_CRC32C_TEXT_BYTES];
    bf_crc32c_format(crc, upload->crc32c);
    *sent = false;
    BF_TRY(bf_storage_look(out, service, upload->bucket, upload->name, err));
    if (is_same(out, upload))
        return BF_OK;
    if (out->found && !upload->replace)
        return bf_error_set(
            err, BF_E_UPLOAD,
            "gs://%s/%s: another object is there (%" PRId64 " bytes, CRC32C %s; this "
            "one has %" PRId64 ", %s); it is kept",
            upload->bucket, upload->name, out->size_bytes, out->crc32c, upload->size_bytes, crc);
    BF_TRY(send_if(&refused, service, upload, out->found ? out->generation : 0, err));
    /* Of a refusal and of success alike: what counts is what the service has now. */
    BF_TRY(bf_storage_look(out, service, upload->bucket, upload->name, err));
    *sent = !refused;
    if (is_same(out, upload))
        return BF_OK;
    return bf_error_set(err, BF_E_UPLOAD,
                        refused ? "gs://%s/%s: another object was written there meanwhile (%" PRId64
                                  " bytes, CRC32C %s; this one has %" PRId64 ", %s); it is kept"
                                : "gs://%s/%s: the service has %" PRId64
                                  " bytes with CRC32C '%s'; expected %" PRId64 ", %s",
                        upload->bucket, upload->name, out->size_bytes, out->crc32c,
                        upload->size_bytes, crc);
}
