#include "io/cloud/resumable.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/cloud/url.h"

enum { STARTS_MAX = 4, SESSION_LIMIT_BYTES = 1 << 14, RANGE_TEXT_BYTES = 96 };

/* An upload under way. */
typedef struct state {
    bf_service *service;
    const bf_resumable *upload;
    bf_http_response *reply;
    bf_text session;  /* empty: none */
    bool inherited;   /* of an earlier process, not heard of yet */
    bool known;       /* `stored` is what the server said last */
    int64_t stored;   /* bytes that the server has */
    int64_t sent_end; /* how far bytes were sent in this session, by whomever */
    int64_t best;     /* the most that was ever stored in this session */
    int starts;
    bf_retry retry;
} state;

static bf_status tell(const state *s, const char *session, bf_error *err)
{
    return s->upload->keep != NULL ? s->upload->keep(s->upload->context, session, err) : BF_OK;
}

/* Begins a session; with status `takes` there is none. */
static bf_status start(state *s, bf_error *err)
{
    const bf_resumable *upload = s->upload;
    char type[128], size[64];
    (void)snprintf(type, sizeof type, "X-Upload-Content-Type: %s", upload->content_type);
    (void)snprintf(size, sizeof size, "X-Upload-Content-Length: %" PRId64, upload->size_bytes);
    const char *const headers[] = {"Content-Type: application/json; charset=UTF-8", type, size,
                                   NULL};
    bf_call call = {.takes = {upload->takes},
                    .what = upload->what,
                    .permission = upload->permission,
                    .resource = upload->resource,
                    .http = {.method = "POST",
                             .url = upload->start,
                             .headers = headers,
                             .body = upload->metadata,
                             .body_bytes = (int64_t)strlen(upload->metadata)}};
    if (s->starts++ == STARTS_MAX)
        return bf_error_set(err, BF_E_UPLOAD, "%s: the upload session was lost %d times",
                            upload->what, STARTS_MAX);
    BF_TRY(bf_service_send(s->reply, s->service, &call, false, err));
    if (s->reply->status == upload->takes)
        return BF_OK;
    bf_text_clear(&s->session);
    if (s->reply->location.size_bytes == 0)
        return bf_error_set(err, BF_E_UPLOAD,
                            "%s: the server began no upload session (no Location)", upload->what);
    if (!bf_url_follow(&s->session, bf_service_base(s->service), s->reply->location.data))
        return bf_error_set(err, BF_E_UPLOAD,
                            "%s: the server's upload session is not at %s; nothing is sent there",
                            upload->what, bf_service_base(s->service));
    BF_TRY(bf_text_status(&s->session, err));
    s->stored = s->sent_end = s->best = 0;
    s->known = true;
    return tell(s, s->session.data, err);
}

/* Bytes stored by a 308's Range: "bytes=0-41", "0-41", or none for nothing. -1: of another shape.
 */
static int64_t stored_by(const bf_http_response *reply)
{
    const char *text = reply->range;
    if (!reply->range_seen)
        return 0;
    if (strncmp(text, "bytes=", 6) == 0)
        text += 6;
    if (strncmp(text, "0-", 2) != 0 || text[2] < '0' || text[2] > '9' || strlen(text + 2) > 18)
        return -1;
    char *end;
    int64_t last = strtoll(text + 2, &end, 10);
    return *end == '\0' ? last + 1 : -1;
}

/* Takes note of a 308. BF_E_UPLOAD_AGAIN if it is no step forward. */
static bf_status note_stored(state *s, bool was_question, bf_error *err)
{
    int64_t stored = stored_by(s->reply);
    if (stored < 0 || stored > s->sent_end)
        return bf_error_set(err, BF_E_UPLOAD,
                            "%s: expected how much of %" PRId64
                            " bytes sent is stored, found Range '%s'",
                            s->upload->what, s->sent_end, s->reply->range);
    s->stored = stored;
    s->known = true;
    if (stored > s->best) {
        s->best = stored;
        bf_retry_begin(&s->retry, bf_service_retry(s->service), bf_service_hooks(s->service));
    } else if (!was_question || stored == s->upload->size_bytes) {
        return bf_error_set(err, BF_E_UPLOAD_AGAIN,
                            "%s: the server stored nothing more than %" PRId64 " bytes",
                            s->upload->what, stored);
    }
    if (s->upload->progress != NULL)
        s->upload->progress(s->upload->context, stored);
    return BF_OK;
}

/* One PUT: the next piece, or, if it isn't known what the server has, the question for it. */
static bf_status put(state *s, bf_error *err)
{
    const bf_resumable *upload = s->upload;
    int64_t left = upload->size_bytes - s->stored;
    int64_t chunk = upload->chunk_bytes / BF_RESUMABLE_UNIT_BYTES * BF_RESUMABLE_UNIT_BYTES;
    chunk = chunk < BF_RESUMABLE_UNIT_BYTES ? BF_RESUMABLE_UNIT_BYTES : chunk;
    chunk = chunk < left ? chunk : left;
    bool question = !s->known || chunk == 0;
    char range[RANGE_TEXT_BYTES];
    if (question)
        (void)snprintf(range, sizeof range, "Content-Range: bytes */%" PRId64, upload->size_bytes);
    else
        (void)snprintf(range, sizeof range, "Content-Range: bytes %" PRId64 "-%" PRId64 "/%" PRId64,
                       s->stored, s->stored + chunk - 1, upload->size_bytes);
    const char *const headers[] = {range, NULL};
    bf_call call = {.takes = {308, 404, 410, upload->takes},
                    .what = upload->what,
                    .permission = upload->permission,
                    .resource = upload->resource,
                    .http = {.method = "PUT",
                             .url = s->session.data,
                             .headers = headers,
                             .from_file = !question,
                             .file = upload->file,
                             .file_offset = s->stored,
                             .body_bytes = question ? 0 : chunk}};
    if (!question && s->sent_end < s->stored + chunk)
        s->sent_end = s->stored + chunk;
    s->known = false;
    BF_TRY(bf_service_send(s->reply, s->service, &call, true, err));
    return s->reply->status == 308 ? note_stored(s, question, err) : BF_OK;
}

/* One step: begins a session or does a PUT. *ended: s->reply is the last one. */
static bf_status step(bool *ended, state *s, bf_error *err)
{
    if (s->session.size_bytes == 0) {
        BF_TRY(start(s, err));
        *ended = s->upload->takes != 0 && s->reply->status == s->upload->takes;
        return BF_OK;
    }
    bf_status st = put(s, err);
    bool lost = st == BF_OK && (s->reply->status == 404 || s->reply->status == 410);
    if (lost || (st == BF_E_UPLOAD && s->inherited)) {
        bf_text_clear(&s->session);
        s->inherited = false;
        return tell(s, NULL, err);
    }
    if (st == BF_E_UPLOAD_AGAIN)
        return bf_retry_wait(&s->retry, s->reply->retry_after_s, err);
    s->inherited = false;
    *ended = st == BF_OK && s->reply->status != 308;
    return st;
}

bf_status bf_resumable_send(bf_http_response *out, bf_service *service, const bf_resumable *upload,
                            bf_error *err)
{
    state s = {.service = service,
               .upload = upload,
               .reply = out,
               .session = BF_TEXT_INIT(SESSION_LIMIT_BYTES)};
    bool ended = false;
    bf_status st = BF_OK;
    bf_retry_begin(&s.retry, bf_service_retry(service), bf_service_hooks(service));
    if (upload->session != NULL &&
        bf_url_follow(&s.session, bf_service_base(service), upload->session)) {
        s.inherited = true;
        s.sent_end = upload->size_bytes;
        st = bf_text_status(&s.session, err);
    }
    while (st == BF_OK && !ended)
        st = step(&ended, &s, err);
    bf_http_text_cleanse(&s.session);
    return st;
}
