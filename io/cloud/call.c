#include "io/cloud/call.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/cloud/refusal.h"
#include "io/cloud/url.h"

static bool is_taken(const bf_call *call, int status)
{
    if (status >= 200 && status < 300)
        return true;
    for (int i = 0; i < BF_CALL_TAKES_MAX; i++) {
        if (call->takes[i] == status && status != 0)
            return true;
    }
    return false;
}

/* What a person can do about it; "" if nothing is known. */
static void advise(char *out, size_t size, const bf_call *call, int status, const char *reason)
{
    const char *account = call->account != NULL ? call->account : "the account";
    out[0] = '\0';
    if (status == 401 || strcmp(reason, "invalid_grant") == 0)
        (void)snprintf(out, size, "; sent by %s: is its key valid, and this machine's clock right?",
                       account);
    else if (status == 403 && call->permission != NULL)
        (void)snprintf(out, size, "; %s needs the permission %s", account, call->permission);
    else if (status == 404 && call->resource != NULL)
        (void)snprintf(out, size, "; does %s exist?", call->resource);
}

/* Turns a reply that is not taken into an error. */
static bf_status refuse(const bf_http_response *reply, const bf_call *call, bf_error *err)
{
    bf_refusal refusal;
    char advice[300];
    bf_refusal_read(&refusal, &reply->body);
    bf_refusal_hide(refusal.message, call->http.bearer);
    advise(advice, sizeof advice, call, reply->status, refusal.reason);
    bool again =
        bf_retry_status_is_transient(reply->status) || bf_retry_reason_is_transient(refusal.reason);
    return bf_error_set(err, again ? BF_E_UPLOAD_AGAIN : BF_E_UPLOAD, "%s %.*s: HTTP %d%s%s%s%s%s",
                        call->http.method, (int)bf_url_shown_bytes(call->http.url), call->http.url,
                        reply->status, refusal.reason[0] != '\0' ? " " : "", refusal.reason,
                        refusal.message[0] != '\0' ? ": " : "", refusal.message, advice);
}

bf_status bf_call_once(bf_http_response *out, bf_http *http, const bf_call *call, bf_error *err)
{
    bf_status st = bf_http_send(out, http, &call->http, err);
    if (st == BF_OK && !is_taken(call, out->status))
        st = refuse(out, call, err);
    if (st != BF_OK && call->what != NULL)
        bf_error_prefix(err, "%s", call->what);
    return st;
}

bf_status bf_call_send(bf_http_response *out, bf_http *http, const bf_retry_policy *policy,
                       const bf_call *call, bf_error *err)
{
    bf_retry retry;
    bf_status st;
    bf_retry_begin(&retry, policy, bf_http_hooks_of(http));
    while ((st = bf_call_once(out, http, call, err)) == BF_E_UPLOAD_AGAIN)
        BF_TRY(bf_retry_wait(&retry, out->retry_after_s, err));
    return st;
}

bf_status bf_call_json(json_t **out, const bf_http_response *reply, const char *what, bf_error *err)
{
    json_error_t problem = {.text = "it is empty"};
    *out = reply->body.size_bytes > 0
               ? json_loadb(reply->body.data, reply->body.size_bytes, 0, &problem)
               : NULL;
    if (json_is_object(*out))
        return BF_OK;
    bool is_json = *out != NULL;
    json_decref(*out);
    *out = NULL;
    return bf_error_set(err, BF_E_UPLOAD, "%s: the server's reply is not a JSON object: %s", what,
                        is_json ? "it is another value" : problem.text);
}

int64_t bf_call_int64(const json_t *value, int64_t otherwise)
{
    const char *text = json_string_value(value), *digits = text;
    if (json_is_integer(value))
        return json_integer_value(value);
    if (text == NULL)
        return otherwise;
    digits += *text == '-';
    bool valid =
        digits[0] != '\0' && strlen(digits) <= 18 && strspn(digits, "0123456789") == strlen(digits);
    return valid ? strtoll(text, NULL, 10) : otherwise;
}
