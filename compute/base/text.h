/* Growable text buffer with an upper bound. Appending never reports an error by itself: the first
 * failure (out of memory, over the bound) is remembered and told by bf_text_status. */
#ifndef BF_BASE_TEXT_H
#define BF_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compute/base/error.h"

typedef struct bf_text {
    char *data; /* always NUL-terminated once something was appended; NULL before */
    size_t size_bytes;
    size_t capacity_bytes;
    size_t limit_bytes;
    bool failed;
} bf_text;

#define BF_TEXT_INIT(limit)                                                                        \
    {                                                                                              \
        .data = NULL, .limit_bytes = (limit)                                                       \
    }

void bf_text_append(bf_text *text, const char *bytes, size_t size_bytes);
void bf_text_string(bf_text *text, const char *string);
void bf_text_format(bf_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void bf_text_integer(bf_text *text, int64_t value);

/* scaled / 10^digits with exactly `digits` decimals: (1234, 2) -> 12.34, (-5, 1) -> -0.5. */
void bf_text_decimal(bf_text *text, int64_t scaled, int digits);

/* An integer with its thousands apart, for people: 488,007. Returns `out`. */
enum { BF_GROUPED_BYTES = 32 };
const char *bf_grouped(char out[BF_GROUPED_BYTES], int64_t number);

/* Shortest decimal that reads back as the same double, always with a point or an exponent: 13.0. */
void bf_text_double(bf_text *text, double value);

/* A JSON string literal with quotes; control characters, quote and backslash escaped. */
void bf_text_json_string(bf_text *text, const char *string);

void bf_text_clear(bf_text *text); /* length 0, memory kept */
void bf_text_free(bf_text *text);

/* BF_E_MEMORY if any append since the last clear failed. */
BF_CHECK_RESULT bf_status bf_text_status(const bf_text *text, bf_error *err);

#endif
