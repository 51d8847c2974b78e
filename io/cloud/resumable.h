/* A file in pieces, in a session that survives cut connections and the end of this process: the
 * resumable upload that BigQuery's load jobs and Cloud Storage share
 * (https://docs.cloud.google.com/bigquery/docs/reference/api-uploads#resumable,
 * https://docs.cloud.google.com/storage/docs/performing-resumable-uploads). */
#ifndef BF_CLOUD_RESUMABLE_H
#define BF_CLOUD_RESUMABLE_H

#include "io/cloud/service.h"

enum { BF_RESUMABLE_UNIT_BYTES = 1 << 18 }; /* a piece is a multiple of it, but the last */

/* Everything is borrowed for the call. */
typedef struct bf_resumable {
    const char *start;        /* path and query of the POST that begins a session */
    const char *metadata;     /* its body, JSON */
    const char *content_type; /* of the file */
    int file;
    int64_t size_bytes;
    int64_t chunk_bytes; /* rounded down to the unit, at least one */
    const char *session; /* one that an earlier process kept; NULL: none */
    int takes;           /* a status that the caller deals with, such as 409 or 412; 0: none */
    const char *what, *permission, *resource; /* for messages, as in bf_call */
    /* Told when a session begins, before anything is sent in it, and with NULL when it is lost:
     * what a later process needs to go on. The URI is a secret. An error ends the upload. May be
     * NULL. */
    bf_status (*keep)(void *context, const char *session, bf_error *err);
    void (*progress)(void *context, int64_t stored_bytes); /* after each piece; may be NULL */
    void *context;
} bf_resumable;

#define BF_RESUMABLE_INIT                                                                          \
    {                                                                                              \
        .content_type = "application/octet-stream", .chunk_bytes = 8 << 20                         \
    }

/* Uploads all of the file. BF_OK: `out` is the reply that ended the upload, 2xx or `takes`, or the
 * one of status `takes` that refused to begin it. Sends again what was not stored, with retries as
 * long as something moves within the service's limit; begins anew a few times if the session is
 * lost. BF_E_UPLOAD: refused, given up, a session at another host than the service's (it would get
 * the token), or a reply that is none of this protocol's. */
BF_CHECK_RESULT bf_status bf_resumable_send(bf_http_response *out, bf_service *service,
                                            const bf_resumable *upload, bf_error *err);

#endif
