#include "io/cloud/service.h"

#include <stdlib.h>
#include <string.h>

#include "compute/base/memory.h"
#include "io/cloud/url.h"

enum { HEADERS_MAX = 15, URL_LIMIT_BYTES = 1 << 16 };

struct bf_service {
    bf_http *http;
    bf_credentials *credentials;
    bf_retry_policy retry;
    double stall_limit_s;
    bf_text base;
};

bf_status bf_service_open(bf_service **out, const bf_service_options *options, bf_error *err)
{
    bf_service *service = NULL;
    bf_credentials_source source = options->source;
    source.emulator = options->emulator != NULL && options->emulator[0] != '\0';
    const char *base = source.emulator ? options->emulator : options->base;
    bf_status st = BF_ALLOC(&service, 1, err);
    BF_TRY_GOTO(st);
    service->retry = options->retry;
    service->stall_limit_s = options->http.stall_limit_s;
    service->base.limit_bytes = URL_LIMIT_BYTES;
    bf_text_format(&service->base, "%s%s", strstr(base, "://") == NULL ? "http://" : "", base);
    BF_TRY_GOTO(bf_text_status(&service->base, err));
    while (service->base.data[service->base.size_bytes - 1] == '/')
        service->base.data[--service->base.size_bytes] = '\0';
    if (!bf_url_is_safe(service->base.data)) {
        st = bf_error_set(err, BF_E_UPLOAD,
                          "%s: expected an https URL (plain http is for servers on this machine)",
                          service->base.data);
        goto done;
    }
    BF_TRY_GOTO(bf_http_create(&service->http, &options->http, err));
    BF_TRY_GOTO(bf_credentials_create(&service->credentials, &source, options->scope, err));
    *out = service;
    service = NULL;
done:
    bf_service_close(service);
    if (st != BF_OK)
        *out = NULL;
    return st;
}

void bf_service_close(bf_service *service)
{
    if (service == NULL)
        return;
    bf_credentials_free(service->credentials);
    bf_http_free(service->http);
    bf_text_free(&service->base);
    free(service);
}

const char *bf_service_base(const bf_service *service)
{
    return service->base.data;
}

const bf_retry_policy *bf_service_retry(const bf_service *service)
{
    return &service->retry;
}

const bf_http_hooks *bf_service_hooks(const bf_service *service)
{
    return bf_http_hooks_of(service->http);
}

const char *bf_service_account(const bf_service *service)
{
    return bf_credentials_account(service->credentials);
}

/* The call's headers and, where the credentials want it, X-Goog-User-Project. */
static bf_status collect_headers(const char *out[HEADERS_MAX + 1], bf_text *quota,
                                 const bf_service *service, const char *const *given, bf_error *err)
{
    size_t n = 0;
    for (; given != NULL && *given != NULL; given++) {
        if (n == HEADERS_MAX - 1)
            return bf_error_set(err, BF_E_INTERNAL, "more than %d headers", HEADERS_MAX - 1);
        out[n++] = *given;
    }
    const char *project = bf_credentials_quota_project(service->credentials);
    if (project != NULL && strpbrk(project, "\r\n") == NULL) {
        bf_text_format(quota, "X-Goog-User-Project: %s", project);
        BF_TRY(bf_text_status(quota, err));
        out[n++] = quota->data;
    }
    out[n] = NULL;
    return BF_OK;
}

/* Sends with the token; a 401 comes back as BF_OK while `renewable`. */
static bf_status send_with_token(bf_http_response *out, bf_service *service, bf_call *call,
                                 bool renewable, bool once, bf_error *err)
{
    int *unauthorized = &call->takes[BF_CALL_TAKES_MAX - 1];
    BF_TRY(bf_credentials_token(&call->http.bearer, service->credentials, service->http,
                                &service->retry, err));
    *unauthorized = renewable && call->http.bearer != NULL ? 401 : 0;
    return once ? bf_call_once(out, service->http, call, err)
                : bf_call_send(out, service->http, &service->retry, call, err);
}

bf_status bf_service_send(bf_http_response *out, bf_service *service, const bf_call *call,
                          bool once, bf_error *err)
{
    const char *headers[HEADERS_MAX + 1];
    bf_text url = BF_TEXT_INIT(URL_LIMIT_BYTES), quota = BF_TEXT_INIT(1 << 10);
    bf_call sent = *call;
    bf_status st = collect_headers(headers, &quota, service, call->http.headers, err);
    BF_TRY_GOTO(st);
    if (call->http.url[0] == '/') {
        bf_text_format(&url, "%s%s", service->base.data, call->http.url);
        BF_TRY_GOTO(bf_text_status(&url, err));
        sent.http.url = url.data;
    }
    sent.http.headers = headers;
    sent.account = bf_credentials_account(service->credentials);
    st = send_with_token(out, service, &sent, true, once, err);
    if (st == BF_OK && out->status == 401) {
        bf_credentials_forget(service->credentials);
        st = send_with_token(out, service, &sent, false, once, err);
    }
done:
    bf_text_free(&quota);
    bf_text_free(&url);
    return st;
}

/* Sends JSON and takes JSON; `out` is NULL where the reply has none. */
static bf_status send_json(json_t **out, bf_http_response *reply, bf_service *service,
                           const bf_call *call, const json_t *body, bool once, bf_error *err)
{
    static const char *const headers[] = {"Content-Type: application/json; charset=UTF-8",
                                          "Accept: application/json", NULL};
    bf_call sent = *call;
    char *text = NULL;
    *out = NULL;
    sent.http.headers = headers + (body == NULL);
    if (body != NULL) {
        text = json_dumps(body, JSON_COMPACT);
        if (text == NULL)
            return bf_error_set(err, BF_E_MEMORY, "out of memory");
        sent.http.body = text;
        sent.http.body_bytes = (int64_t)strlen(text);
    }
    bf_status st = bf_service_send(reply, service, &sent, once, err);
    if (st == BF_OK && reply->status >= 200 && reply->status < 300 && reply->status != 204)
        st = bf_call_json(out, reply, call->what != NULL ? call->what : call->http.url, err);
    free(text);
    return st;
}

bf_status bf_service_json(json_t **out, int *status, bf_service *service, const bf_call *call,
                          const json_t *body, bf_error *err)
{
    bf_http_response reply = BF_HTTP_RESPONSE_INIT;
    bf_status st = send_json(out, &reply, service, call, body, false, err);
    if (status != NULL)
        *status = reply.status;
    bf_http_response_free(&reply);
    return st;
}

bf_status bf_service_json_once(json_t **out, double *retry_after_s, bf_service *service,
                               const bf_call *call, const json_t *body, bf_error *err)
{
    bf_http_response reply = BF_HTTP_RESPONSE_INIT;
    bf_status st = send_json(out, &reply, service, call, body, true, err);
    *retry_after_s = reply.retry_after_s;
    bf_http_response_free(&reply);
    return st;
}

int bf_service_wait_ms(const bf_service *service)
{
    enum { LONGEST_MS = 10000 };
    double half_ms = service->stall_limit_s * 500;
    return half_ms > 0 && half_ms < LONGEST_MS ? (int)half_ms : LONGEST_MS;
}
