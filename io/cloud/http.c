#include "io/cloud/http.h"

#include <curl/curl.h>
#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "compute/base/memory.h"
#include "io/cloud/retry.h"
#include "io/cloud/url.h"

enum {
    POLL_MS = 100,      /* how soon a request to stop is seen */
    STALL_BYTES = 1024, /* that have to move within stall_limit_s */
    REPLY_LIMIT_BYTES = 1 << 20,
    LOCATION_LIMIT_BYTES = 1 << 14
};

struct bf_http {
    bf_http_options options;
    CURL *easy;
    CURLM *multi;
    char reason[CURL_ERROR_SIZE];
};

/* One request while it is under way. */
typedef struct transfer {
    bf_http *http;
    const bf_http_request *request;
    bf_http_response *response;
    int64_t position; /* bytes of the body that libcurl has taken */
    int read_error;   /* errno; -1: the file ended too early */
    bool too_long;    /* the reply */
    bool head_ended;  /* the reply's: with a blank line, and not with the connection */
    bool out_of_memory;
    curl_off_t moved; /* bytes, when the stall limit was last looked at */
    double moved_at_s;
} transfer;

static size_t on_read(char *buffer, size_t size, size_t count, void *context)
{
    transfer *t = context;
    int64_t left = t->request->body_bytes - t->position;
    size_t n = (int64_t)(size * count) < left ? size * count : (size_t)left;
    if (n == 0)
        return 0;
    if (t->request->from_file) {
        ssize_t got;
        do {
            got = pread(t->request->file, buffer, n, t->request->file_offset + t->position);
        } while (got < 0 && errno == EINTR);
        if (got <= 0) {
            t->read_error = got < 0 ? errno : -1;
            return CURL_READFUNC_ABORT;
        }
        n = (size_t)got;
    } else {
        memcpy(buffer, (const char *)t->request->body + t->position, n);
    }
    t->position += (int64_t)n;
    return n;
}

static int on_seek(void *context, curl_off_t offset, int origin)
{
    transfer *t = context;
    if (origin != SEEK_SET || offset < 0 || offset > t->request->body_bytes)
        return CURL_SEEKFUNC_FAIL;
    t->position = offset;
    return CURL_SEEKFUNC_OK;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *context)
{
    transfer *t = context;
    bf_text *body = &t->response->body;
    size_t n = size * count;
    size_t room = body->limit_bytes - body->size_bytes - 1; /* one for the NUL */
    if (n > room) {
        bf_text_append(body, bytes, room);
        t->too_long = true;
        return 0;
    }
    bf_text_append(body, bytes, n);
    t->out_of_memory = body->failed;
    return body->failed ? 0 : n;
}

/* The value of a header line if its name is `name` (with the colon), without blanks around it. */
static bool header_is(const char *line, size_t size, const char *name, const char **value,
                      size_t *value_bytes)
{
    size_t n = strlen(name);
    if (size < n || strncasecmp(line, name, n) != 0)
        return false;
    const char *from = line + n, *to = line + size;
    while (from < to && strchr(" \t", *from) != NULL)
        from++;
    while (to > from && strchr(" \t\r\n", to[-1]) != NULL)
        to--;
    *value = from;
    *value_bytes = (size_t)(to - from);
    return true;
}

static size_t on_header(char *line, size_t size, size_t count, void *context)
{
    transfer *t = context;
    bf_http_response *response = t->response;
    size_t n = size * count, value_bytes;
    const char *value;
    if (n >= 5 && memcmp(line, "HTTP/", 5) == 0) { /* a further reply, after an interim one */
        bf_text_clear(&response->location);
        response->range[0] = '\0';
        response->range_seen = false;
        t->head_ended = false;
    } else if (line[0] == '\r' || line[0] == '\n') {
        t->head_ended = true;
    } else if (header_is(line, n, "Location:", &value, &value_bytes)) {
        bf_text_clear(&response->location);
        if (value_bytes < LOCATION_LIMIT_BYTES)
            bf_text_append(&response->location, value, value_bytes);
    } else if (header_is(line, n, "Range:", &value, &value_bytes)) {
        /* One that is too long is no range that we understand; neither is its beginning. */
        (void)snprintf(response->range, sizeof response->range, "%.*s",
                       value_bytes < sizeof response->range ? (int)value_bytes : 1,
                       value_bytes < sizeof response->range ? value : "?");
        response->range_seen = true;
    }
    return n;
}

bf_status bf_http_create(bf_http **out, const bf_http_options *options, bf_error *err)
{
    *out = NULL;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return bf_error_set(err, BF_E_INTERNAL, "libcurl cannot be initialised");
    bf_http *http = NULL;
    bf_status st = BF_ALLOC(&http, 1, err);
    if (st != BF_OK) {
        curl_global_cleanup();
        return st;
    }
    http->options = *options;
    http->easy = curl_easy_init();
    http->multi = curl_multi_init();
    if (http->easy == NULL || http->multi == NULL) {
        bf_http_free(http);
        return bf_error_set(err, BF_E_MEMORY, "out of memory");
    }
    *out = http;
    return BF_OK;
}

void bf_http_free(bf_http *http)
{
    if (http == NULL)
        return;
    curl_easy_cleanup(http->easy);
    (void)curl_multi_cleanup(http->multi);
    free(http);
    curl_global_cleanup();
}

const bf_http_hooks *bf_http_hooks_of(const bf_http *http)
{
    return &http->options.hooks;
}

static void slist_free(struct curl_slist *list)
{
    for (struct curl_slist *item = list; item != NULL; item = item->next)
        OPENSSL_cleanse(item->data, strlen(item->data)); /* one of them is Authorization */
    curl_slist_free_all(list);
}

/* All headers of the request, by libcurl's copies; NULL if memory is out. */
static struct curl_slist *headers_of(const bf_http_request *request, bf_error *err)
{
    /* Without "Expect:" libcurl waits a second for 100 Continue before a large body. */
    struct curl_slist *list = curl_slist_append(NULL, "Expect:"), *longer = list;
    for (size_t i = 0; longer != NULL && request->headers != NULL && request->headers[i] != NULL;
         i++) {
        longer = curl_slist_append(list, request->headers[i]);
    }
    if (longer != NULL && request->bearer != NULL) {
        bf_text text = BF_TEXT_INIT(1 << 16);
        bf_text_format(&text, "Authorization: Bearer %s", request->bearer);
        longer = text.failed ? NULL : curl_slist_append(list, text.data);
        bf_http_text_cleanse(&text);
    }
    if (longer != NULL)
        return list;
    slist_free(list);
    (void)bf_error_set(err, BF_E_MEMORY, "out of memory");
    return NULL;
}

static bool has_body(const bf_http_request *request)
{
    return strcmp(request->method, "GET") != 0 && strcmp(request->method, "DELETE") != 0;
}

/* libcurl refuses no option that is set here but for want of memory, which its next call tells. */
static void set_up(transfer *t, const struct curl_slist *headers)
{
    CURL *easy = t->http->easy;
    const bf_http_request *request = t->request;
    const bf_http_options *options = &t->http->options;
    double total_s = request->total_limit_s > 0 ? request->total_limit_s : options->total_limit_s;
    curl_easy_reset(easy);
    t->http->reason[0] = '\0';
    (void)curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, t->http->reason);
    (void)curl_easy_setopt(easy, CURLOPT_URL, request->url);
    (void)curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    (void)curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    (void)curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (options->ca_file != NULL)
        (void)curl_easy_setopt(easy, CURLOPT_CAINFO, options->ca_file);
    if (request->metadata_server || bf_url_is_loopback(request->url))
        (void)curl_easy_setopt(easy, CURLOPT_PROXY, "");
    (void)curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_USERAGENT, "backfill/" BF_VERSION " (gzip)");
    (void)curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
    (void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)(options->connect_limit_s * 1e3));
    (void)curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)(total_s * 1e3));
    (void)curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    (void)curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    (void)curl_easy_setopt(easy, CURLOPT_HEADERDATA, t);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, t);
    if (has_body(request)) {
        (void)curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
        (void)curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, 1L << 18);
        (void)curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)request->body_bytes);
        (void)curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
        (void)curl_easy_setopt(easy, CURLOPT_READDATA, t);
        (void)curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, on_seek);
        (void)curl_easy_setopt(easy, CURLOPT_SEEKDATA, t);
    }
    (void)curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
}

/* Whether so little has moved for so long that the connection counts as dead. */
static bool is_stalled(transfer *t)
{
    curl_off_t up = 0, down = 0;
    (void)curl_easy_getinfo(t->http->easy, CURLINFO_SIZE_UPLOAD_T, &up);
    (void)curl_easy_getinfo(t->http->easy, CURLINFO_SIZE_DOWNLOAD_T, &down);
    double now_s = bf_retry_clock_s();
    if (up + down - t->moved >= STALL_BYTES) {
        t->moved = up + down;
        t->moved_at_s = now_s;
    }
    const bf_http_hooks *hooks = &t->http->options.hooks;
    if (hooks->sent != NULL)
        hooks->sent(hooks->context, up);
    double limit_s = t->http->options.stall_limit_s;
    return limit_s > 0 && now_s - t->moved_at_s > limit_s;
}

/* Runs the transfer to its end. BF_OK with *code; or why it was not let run on. */
static bf_status run(CURLcode *code, transfer *t, bf_error *err)
{
    const bf_http_hooks *hooks = &t->http->options.hooks;
    CURLM *multi = t->http->multi;
    CURLMcode problem = curl_multi_add_handle(multi, t->http->easy);
    bf_status st = BF_OK;
    int running = 1, waiting;
    t->moved_at_s = bf_retry_clock_s();
    while (problem == CURLM_OK && st == BF_OK && running > 0) {
        problem = curl_multi_perform(multi, &running);
        if (problem == CURLM_OK && running > 0)
            problem = curl_multi_poll(multi, NULL, 0, POLL_MS, NULL);
        if (running > 0 && hooks->stop != NULL && hooks->stop(hooks->context))
            st = bf_error_set(err, BF_E_STOPPED, "stopped");
        else if (is_stalled(t) && running > 0)
            st = bf_error_set(err, BF_E_UPLOAD_AGAIN, "nothing moved for %.0f s",
                              t->http->options.stall_limit_s);
    }
    *code = CURLE_FAILED_INIT;
    for (CURLMsg *message; (message = curl_multi_info_read(multi, &waiting)) != NULL;) {
        if (message->msg == CURLMSG_DONE)
            *code = message->data.result;
    }
    (void)curl_multi_remove_handle(multi, t->http->easy);
    return problem == CURLM_OK || st != BF_OK
               ? st
               : bf_error_set(err, BF_E_UPLOAD, "%s", curl_multi_strerror(problem));
}

/* What became of a transfer that libcurl ended. */
static bf_status judge(transfer *t, CURLcode code, bf_error *err)
{
    bf_http_response *response = t->response;
    long status = 0;
    curl_off_t retry_after_s = 0;
    (void)curl_easy_getinfo(t->http->easy, CURLINFO_RESPONSE_CODE, &status);
    (void)curl_easy_getinfo(t->http->easy, CURLINFO_RETRY_AFTER, &retry_after_s);
    response->retry_after_s = retry_after_s > 0 ? (double)retry_after_s : 0;
    if (t->out_of_memory || response->location.failed)
        return bf_error_set(err, BF_E_MEMORY, "out of memory for the reply");
    if (t->read_error != 0)
        return bf_error_set(err, BF_E_INPUT, "what is to be sent cannot be read: %s",
                            t->read_error < 0 ? "the file has become shorter"
                                              : strerror(t->read_error));
    if (t->too_long && status < 300)
        return bf_error_set(err, BF_E_UPLOAD, "the reply is longer than %zu bytes",
                            response->body.limit_bytes);
    if (code != CURLE_OK && !t->too_long)
        return bf_error_set(
            err, bf_retry_curl_is_transient((int)code) ? BF_E_UPLOAD_AGAIN : BF_E_UPLOAD, "%s",
            t->http->reason[0] != '\0' ? t->http->reason : curl_easy_strerror(code));
    if (!t->head_ended)
        return bf_error_set(err, BF_E_UPLOAD_AGAIN, "the reply was cut off in its head");
    response->status = (int)status;
    return BF_OK;
}

bf_status bf_http_send(bf_http_response *out, bf_http *http, const bf_http_request *request,
                       bf_error *err)
{
    transfer t = {.http = http, .request = request, .response = out};
    CURLcode code;
    struct curl_slist *headers = NULL;
    bf_status st = BF_OK;
    bf_http_response_free(out);
    out->body.limit_bytes =
        request->reply_limit_bytes != 0 ? request->reply_limit_bytes : REPLY_LIMIT_BYTES;
    out->location.limit_bytes = LOCATION_LIMIT_BYTES;
    if (!request->metadata_server && !bf_url_is_safe(request->url))
        st = bf_error_set(err, BF_E_UPLOAD,
                          "not an https URL (plain http is for servers on this machine)");
    if (st == BF_OK) {
        headers = headers_of(request, err);
        st = headers == NULL ? BF_E_MEMORY : BF_OK;
    }
    if (st == BF_OK) {
        set_up(&t, headers);
        st = run(&code, &t, err);
    }
    if (st == BF_OK)
        st = judge(&t, code, err);
    if (headers != NULL) {
        (void)curl_easy_setopt(http->easy, CURLOPT_HTTPHEADER, NULL);
        slist_free(headers);
    }
    if (st != BF_OK)
        bf_error_prefix(err, "%s %.*s", request->method, (int)bf_url_shown_bytes(request->url),
                        request->url);
    return st;
}

void bf_http_text_cleanse(bf_text *text)
{
    if (text->data != NULL)
        OPENSSL_cleanse(text->data, text->capacity_bytes);
    bf_text_free(text);
}

void bf_http_response_free(bf_http_response *response)
{
    bf_http_text_cleanse(&response->body);
    bf_http_text_cleanse(&response->location);
    *response = (bf_http_response)BF_HTTP_RESPONSE_INIT;
}

void bf_http_escape(bf_text *out, const char *text)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    for (; *text != '\0'; text++) {
        if (strchr(plain, *text) != NULL)
            bf_text_append(out, text, 1);
        else
            bf_text_format(out, "%%%02X", (unsigned)(unsigned char)*text);
    }
}
