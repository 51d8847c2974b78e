/* Checking that bytes are text. */
#ifndef BF_IO_UTF8_H
#define BF_IO_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Well-formed UTF-8 (RFC 3629) without NUL. */
bool bf_utf8_is_valid(const char *text, size_t size);

#endif
