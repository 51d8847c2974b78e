#include "compute/base/status.h"

enum { PERMANENT, TRANSIENT };

static const struct {
    const char *symbol;
    int exit_code;
    int retry;
    const char *text;
} statuses[] = {
#define STATUS(symbol, exit_code, retry, text) {#symbol, exit_code, retry, text},
#include "compute/base/status.def"
#undef STATUS
};

const char *bf_status_symbol(bf_status status)
{
    return statuses[status].symbol;
}

const char *bf_status_text(bf_status status)
{
    return statuses[status].text;
}

int bf_status_exit_code(bf_status status)
{
    return statuses[status].exit_code;
}

bool bf_status_is_transient(bf_status status)
{
    return statuses[status].retry == TRANSIENT;
}

bf_status bf_status_worst(bf_status a, bf_status b)
{
    return a > b ? a : b;
}
