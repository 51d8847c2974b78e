/* A Google service and how to speak with it: its address, connections, credentials, retries. */
#ifndef BF_CLOUD_SERVICE_H
#define BF_CLOUD_SERVICE_H

#include <jansson.h>

#include "io/cloud/call.h"
#include "io/cloud/credentials.h"

#define BF_SCOPE_BIGQUERY "https://www.googleapis.com/auth/bigquery"
#define BF_SCOPE_STORAGE "https://www.googleapis.com/auth/devstorage.read_write"

typedef struct bf_service bf_service;

/* What a program that speaks with services knows from its environment and options. Borrowed for the
 * call, but for the hooks' context. */
typedef struct bf_service_options {
    const char *base;     /* "https://bigquery.googleapis.com" */
    const char *emulator; /* host, host:port or URL to use instead; NULL or "": none */
    const char *scope;
    bf_credentials_source source; /* source.emulator is set here */
    bf_http_options http;
    bf_retry_policy retry;
} bf_service_options;

#define BF_SERVICE_OPTIONS_INIT                                                                    \
    {                                                                                              \
        .http = BF_HTTP_OPTIONS_INIT, .retry = BF_RETRY_POLICY_INIT                                \
    }

/* BF_E_UPLOAD: no https URL, or unusable credentials. Nothing is sent. */
BF_CHECK_RESULT bf_status bf_service_open(bf_service **out, const bf_service_options *options,
                                          bf_error *err);
void bf_service_close(bf_service *service);

const char *bf_service_base(const bf_service *service); /* without a slash at its end */
const bf_retry_policy *bf_service_retry(const bf_service *service);
const bf_http_hooks *bf_service_hooks(const bf_service *service);
const char *bf_service_account(const bf_service *service); /* for logs */

/* Sends a call with the service's token; a 401 gets it renewed, once. call->http.url: a path, which
 * begins with a slash and follows the base, or a whole URL of this service; bearer and account are
 * set here. `once`: no retry, so also BF_E_UPLOAD_AGAIN (bf_call_once), otherwise bf_call_send. */
BF_CHECK_RESULT bf_status bf_service_send(bf_http_response *out, bf_service *service,
                                          const bf_call *call, bool once, bf_error *err);

/* The same for JSON, with retries: `body` (NULL: none) is sent as JSON, the reply is an object,
 * owned by the caller. *status (may be NULL) tells HTTP's; with one of call->takes *out is NULL,
 * and so it is for a reply without content (204). */
BF_CHECK_RESULT bf_status bf_service_json(json_t **out, int *status, bf_service *service,
                                          const bf_call *call, const json_t *body, bf_error *err);

/* The same without retries, so also BF_E_UPLOAD_AGAIN; *retry_after_s: what the server asked for.
 */
BF_CHECK_RESULT bf_status bf_service_json_once(json_t **out, double *retry_after_s,
                                               bf_service *service, const bf_call *call,
                                               const json_t *body, bf_error *err);

/* How long a server may be asked to keep a call waiting, so that it does not count as stalled. */
int bf_service_wait_ms(const bf_service *service);

#endif
