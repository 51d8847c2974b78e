#include "io/cloud/retry.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "compute/base/memory.h"

static const int statuses[][2] = {
#define RETRY_STATUS(first, last) {first, last},
#define RETRY_REASON(reason)
#define RETRY_CURL(code)
#include "io/cloud/retry.def"
#undef RETRY_STATUS
#undef RETRY_REASON
#undef RETRY_CURL
};

static const char *const reasons[] = {
#define RETRY_STATUS(first, last)
#define RETRY_REASON(reason) reason,
#define RETRY_CURL(code)
#include "io/cloud/retry.def"
#undef RETRY_STATUS
#undef RETRY_REASON
#undef RETRY_CURL
};

static const CURLcode codes[] = {
#define RETRY_STATUS(first, last)
#define RETRY_REASON(reason)
#define RETRY_CURL(code) code,
#include "io/cloud/retry.def"
#undef RETRY_STATUS
#undef RETRY_REASON
#undef RETRY_CURL
};

bool bf_retry_status_is_transient(int status)
{
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        if (statuses[i][0] <= status && status <= statuses[i][1])
            return true;
    }
    return false;
}

bool bf_retry_reason_is_transient(const char *reason)
{
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        if (strcmp(reasons[i], reason) == 0)
            return true;
    }
    return false;
}

bool bf_retry_curl_is_transient(int code)
{
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if ((int)codes[i] == code)
            return true;
    }
    return false;
}

double bf_retry_clock_s(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

void bf_retry_begin(bf_retry *retry, const bf_retry_policy *policy, const bf_http_hooks *hooks)
{
    *retry = (bf_retry){.policy = policy, .hooks = hooks};
}

/* Between a half and one, different for processes that failed at the same moment. */
static double jitter(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    uint64_t x = (uint64_t)now.tv_nsec * 0x9e3779b97f4a7c15u + (uint64_t)getpid();
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return 0.5 + 0.5 * (double)(x >> 11) / 9007199254740992.0;
}

bf_status bf_retry_sleep(double seconds, const bf_http_hooks *hooks, bf_error *err)
{
    double end_s = bf_retry_clock_s() + seconds;
    for (;;) {
        if (hooks->stop != NULL && hooks->stop(hooks->context))
            return bf_error_set(err, BF_E_STOPPED, "stopped");
        double left_s = end_s - bf_retry_clock_s();
        if (left_s <= 0)
            return BF_OK;
        double part_s = left_s < 0.1 ? left_s : 0.1;
        struct timespec part = {.tv_nsec = (long)(part_s * 1e9)};
        (void)nanosleep(&part, NULL);
    }
}

bf_status bf_retry_poll(double *wait_s, const bf_http_hooks *hooks, bf_error *err)
{
    static const double FIRST_S = 0.05, LONGEST_S = 5, FACTOR = 1.5;
    *wait_s = *wait_s == 0 ? FIRST_S : *wait_s * FACTOR < LONGEST_S ? *wait_s * FACTOR : LONGEST_S;
    return bf_retry_sleep(*wait_s, hooks, err);
}

bf_status bf_retry_wait(bf_retry *retry, double retry_after_s, bf_error *err)
{
    const bf_retry_policy *policy = retry->policy;
    double now_s = bf_retry_clock_s();
    if (retry->failures == 0)
        retry->since_s = now_s;
    double wait_s = policy->first_wait_s;
    for (int i = 0; i < retry->failures && wait_s < policy->longest_wait_s; i++)
        wait_s *= 2;
    wait_s = (wait_s < policy->longest_wait_s ? wait_s : policy->longest_wait_s) * jitter();
    if (wait_s < retry_after_s)
        wait_s = retry_after_s;
    retry->failures++;
    double failing_s = now_s - retry->since_s;
    char message[BF_ERROR_MESSAGE_BYTES];
    if (failing_s + wait_s > policy->limit_s) {
        (void)snprintf(message, sizeof message,
                       "%.600s; tried %d time%s in %.0f s, no more in %.0f s", err->message,
                       retry->failures, retry->failures == 1 ? "" : "s", failing_s,
                       policy->limit_s);
        return bf_error_set(err, BF_E_UPLOAD, "%s", message);
    }
    if (retry->hooks->note != NULL) {
        (void)snprintf(message, sizeof message, "%.650s; again in %.1f s", err->message, wait_s);
        retry->hooks->note(retry->hooks->context, message);
    }
    return bf_retry_sleep(wait_s, retry->hooks, err);
}
