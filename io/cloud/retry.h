/* The one place that decides what is tried again, and when: a wait that doubles, with jitter, up to
 * a cap; at least what Retry-After says; until a limit of time in which nothing succeeded. */
#ifndef BF_CLOUD_RETRY_H
#define BF_CLOUD_RETRY_H

#include "io/cloud/http.h"

typedef struct bf_retry_policy {
    double first_wait_s;
    double longest_wait_s;
    double limit_s; /* from the first failure of a row of failures to giving up */
} bf_retry_policy;

#define BF_RETRY_POLICY_INIT                                                                       \
    {                                                                                              \
        .first_wait_s = 1, .longest_wait_s = 64, .limit_s = 900                                    \
    }

/* A row of failures. */
typedef struct bf_retry {
    const bf_retry_policy *policy; /* borrowed */
    const bf_http_hooks *hooks;    /* borrowed */
    int failures;
    double since_s; /* bf_retry_clock_s of the first */
} bf_retry;

bool bf_retry_status_is_transient(int status);
bool bf_retry_reason_is_transient(const char *reason);
bool bf_retry_curl_is_transient(int code);

/* Before the first try, and after each success. */
void bf_retry_begin(bf_retry *retry, const bf_retry_policy *policy, const bf_http_hooks *hooks);

/* After a failure, which err tells: waits. BF_OK: try again. BF_E_UPLOAD: the limit is reached, or
 * would be before Retry-After is over; err says so too. BF_E_STOPPED: hooks.stop said so.
 * retry_after_s: 0 if the server named none. */
BF_CHECK_RESULT bf_status bf_retry_wait(bf_retry *retry, double retry_after_s, bf_error *err);

/* Waits `seconds`, or until hooks.stop says so: BF_E_STOPPED. */
BF_CHECK_RESULT bf_status bf_retry_sleep(double seconds, const bf_http_hooks *hooks, bf_error *err);

/* Waits until a job is to be asked for again: at once almost the first time (*wait_s is 0), longer
 * and longer, every few seconds in the end. */
BF_CHECK_RESULT bf_status bf_retry_poll(double *wait_s, const bf_http_hooks *hooks, bf_error *err);

/* A clock that never goes back. */
double bf_retry_clock_s(void);

#endif
