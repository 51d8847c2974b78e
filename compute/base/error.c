#include "compute/base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bf_status bf_error_set(bf_error *err, bf_status status, const char *format, ...)
{
    if (err != NULL) {
        va_list args;
        va_start(args, format);
        (void)vsnprintf(err->message, sizeof err->message, format, args);
        va_end(args);
        err->status = status;
    }
    return status;
}

void bf_error_prefix(bf_error *err, const char *format, ...)
{
    if (err == NULL)
        return;
    char message[BF_ERROR_MESSAGE_BYTES];
    memcpy(message, err->message, sizeof message);
    va_list args;
    va_start(args, format);
    int used = vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    if (used >= 0 && (size_t)used < sizeof err->message)
        (void)snprintf(err->message + used, sizeof err->message - (size_t)used, ": %s", message);
}
