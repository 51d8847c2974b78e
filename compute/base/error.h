/* bf_error: what went wrong, for a person. Filled by whoever returns a status other than BF_OK. */
#ifndef BF_BASE_ERROR_H
#define BF_BASE_ERROR_H

#include "compute/base/status.h"

enum { BF_ERROR_MESSAGE_BYTES = 768 };

typedef struct bf_error {
    bf_status status;
    char message[BF_ERROR_MESSAGE_BYTES]; /* one line, names file, table, date where they are known
                                           */
} bf_error;

#define BF_ERROR_INIT                                                                              \
    {                                                                                              \
        .status = BF_OK, .message = ""                                                             \
    }

/* Fills `err` (which may be NULL) and returns `status`. A message too long is cut. */
bf_status bf_error_set(bf_error *err, bf_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "<prefix>: " before the message: the level that knows more names its file or date. */
void bf_error_prefix(bf_error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Returns the status of `call` to the caller unless it is BF_OK. */
#define BF_TRY(call)                                                                               \
    do {                                                                                           \
        bf_status bf_try_status = (call);                                                          \
        if (bf_try_status != BF_OK)                                                                \
            return bf_try_status;                                                                  \
    } while (0)

/* The same where there is something to release: sets `st` and goes to `done`. */
#define BF_TRY_GOTO(call)                                                                          \
    do {                                                                                           \
        st = (call);                                                                               \
        if (st != BF_OK)                                                                           \
            goto done;                                                                             \
    } while (0)

#endif
