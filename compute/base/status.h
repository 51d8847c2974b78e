/* Status codes: what every function that can fail returns. The list is status.def. */
#ifndef BF_BASE_STATUS_H
#define BF_BASE_STATUS_H

#include <stdbool.h>

typedef enum {
#define STATUS(symbol, exit_code, retry, text) symbol,
#include "compute/base/status.def"
#undef STATUS
    BF_STATUS_COUNT
} bf_status_code;

/* The compiler insists that a status is used. */
#define BF_CHECK_RESULT __attribute__((warn_unused_result))
typedef bf_status_code bf_status;

const char *bf_status_symbol(bf_status status);
const char *bf_status_text(bf_status status);
int bf_status_exit_code(bf_status status);
bool bf_status_is_transient(bf_status status);

/* The worse of two (later in status.def). */
bf_status bf_status_worst(bf_status a, bf_status b);

#endif
