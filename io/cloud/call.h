/* One request of an API and what its reply means: taken, worth another try, or refused with the
 * server's reason and what to do about it. */
#ifndef BF_CLOUD_CALL_H
#define BF_CLOUD_CALL_H

#include "io/cloud/retry.h"

enum { BF_CALL_TAKES_MAX = 5 };

/* Everything is borrowed for the call. */
typedef struct bf_call {
    bf_http_request http;
    int takes[BF_CALL_TAKES_MAX]; /* statuses besides 2xx that the caller deals with; 0: none */
    /* For messages; each may be NULL. */
    const char *what;       /* "load job abc of table t": begins the message */
    const char *permission; /* needed for it: "bigquery.jobs.create", told with a 403 */
    const char *resource;   /* "dataset nba_analytics of project p", told with a 404 */
    const char *account;    /* who asks: "service account a@b", told with a 401 or 403 */
} bf_call;

/* Sends once. BF_OK: the reply is 2xx or in `takes`. BF_E_UPLOAD_AGAIN: worth another try
 * (retry.def), out->retry_after_s says when. BF_E_UPLOAD: it isn't. Others as bf_http_send. */
BF_CHECK_RESULT bf_status bf_call_once(bf_http_response *out, bf_http *http, const bf_call *call,
                                       bf_error *err);

/* The same, again and again while that is worth it; never BF_E_UPLOAD_AGAIN. Every call made with
 * it must be one that may arrive twice. */
BF_CHECK_RESULT bf_status bf_call_send(bf_http_response *out, bf_http *http,
                                       const bf_retry_policy *policy, const bf_call *call,
                                       bf_error *err);

/* Reads the reply's body as a JSON object, owned by the caller (json_decref). BF_E_UPLOAD if it is
 * anything else. `what` as in bf_call. */
struct json_t;
BF_CHECK_RESULT bf_status bf_call_json(struct json_t **out, const bf_http_response *reply,
                                       const char *what, bf_error *err);

/* An int64 of a reply, which Google's APIs write as text; `otherwise` if it is none. */
int64_t bf_call_int64(const struct json_t *value, int64_t otherwise);

#endif
