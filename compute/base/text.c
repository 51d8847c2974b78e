#include "compute/base/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compute/base/decimal.h"
#include "compute/base/memory.h"

static bool reserve(bf_text *text, size_t added)
{
    if (text->failed || added >= text->limit_bytes - text->size_bytes ||
        bf_grow((void **)&text->data, &text->capacity_bytes, text->size_bytes + added + 1, 1,
                NULL) != BF_OK) {
        text->failed = true;
        return false;
    }
    return true;
}

void bf_text_append(bf_text *text, const char *bytes, size_t size_bytes)
{
    if (!reserve(text, size_bytes))
        return;
    memcpy(text->data + text->size_bytes, bytes, size_bytes);
    text->size_bytes += size_bytes;
    text->data[text->size_bytes] = '\0';
}

void bf_text_string(bf_text *text, const char *string)
{
    bf_text_append(text, string, strlen(string));
}

void bf_text_format(bf_text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (size < 0 || !reserve(text, (size_t)size))
        return;
    va_start(args, format);
    (void)vsnprintf(text->data + text->size_bytes, (size_t)size + 1, format, args);
    va_end(args);
    text->size_bytes += (size_t)size;
}

void bf_text_integer(bf_text *text, int64_t value)
{
    bf_text_decimal(text, value, 0);
}

void bf_text_decimal(bf_text *text, int64_t scaled, int digits)
{
    char reversed[48];
    size_t n = 0;
    uint64_t rest = scaled < 0 ? 0 - (uint64_t)scaled : (uint64_t)scaled;
    for (int place = 0; rest != 0 || place <= digits; place++) {
        if (place == digits && digits > 0)
            reversed[n++] = '.';
        reversed[n++] = (char)('0' + rest % 10);
        rest /= 10;
    }
    if (scaled < 0)
        reversed[n++] = '-';
    char forward[48];
    for (size_t i = 0; i < n; i++)
        forward[i] = reversed[n - 1 - i];
    bf_text_append(text, forward, n);
}

const char *bf_grouped(char out[BF_GROUPED_BYTES], int64_t number)
{
    char digits[BF_GROUPED_BYTES];
    int size = snprintf(digits, sizeof digits, "%" PRId64, number), used = 0;
    for (int i = 0; i < size && used < BF_GROUPED_BYTES - 2; i++) {
        if (i > 0 && digits[i - 1] != '-' && (size - i) % 3 == 0)
            out[used++] = ',';
        out[used++] = digits[i];
    }
    out[used] = '\0';
    return out;
}

/* The few-digit decimals that most doubles were made from, without asking printf: the first number
 * of decimals that gives the value back. With at most 15 digits that is the shortest text, because
 * n and 10^digits are exact and their quotient is rounded as strtod rounds. False if the value is
 * not one of them. */
static bool append_short_decimal(bf_text *text, double value)
{
    double magnitude = fabs(value);
    if (!(magnitude >= 1e-4 && magnitude < 1e9))
        return false;
    for (int digits = 0; digits <= 6; digits++) {
        double scaled = rint(magnitude * bf_pow10[digits]);
        if (scaled / bf_pow10[digits] != magnitude)
            continue;
        bf_text_decimal(text, (int64_t)(value < 0 ? -scaled : scaled), digits);
        if (digits == 0)
            bf_text_append(text, ".0", 2);
        return true;
    }
    return false;
}

void bf_text_double(bf_text *text, double value)
{
    char digits[40];
    if (append_short_decimal(text, value))
        return;
    for (int precision = 15; precision <= 17; precision++) {
        (void)snprintf(digits, sizeof digits, "%.*g", precision, value);
        if (strtod(digits, NULL) == value)
            break;
    }
    bf_text_string(text, digits);
    if (strpbrk(digits, ".en") == NULL) /* n: nan, inf */
        bf_text_string(text, ".0");
}

void bf_text_json_string(bf_text *text, const char *string)
{
    bf_text_append(text, "\"", 1);
    const char *plain = string; /* start of what can be taken as it is */
    for (const char *c = string;; c++) {
        bool ends = *c == '\0', quoted = *c == '"' || *c == '\\',
             control = (unsigned char)*c < 0x20;
        if (!quoted && !control)
            continue;
        bf_text_append(text, plain, (size_t)(c - plain));
        plain = c + 1;
        if (ends)
            break;
        if (quoted)
            bf_text_append(text, (const char[]){'\\', *c}, 2);
        else
            bf_text_format(text, "\\u%04x", (unsigned)(unsigned char)*c);
    }
    bf_text_append(text, "\"", 1);
}

void bf_text_clear(bf_text *text)
{
    text->size_bytes = 0;
    text->failed = false;
    if (text->data != NULL)
        text->data[0] = '\0';
}

void bf_text_free(bf_text *text)
{
    free(text->data);
    text->data = NULL;
    text->size_bytes = text->capacity_bytes = 0;
}

bf_status bf_text_status(const bf_text *text, bf_error *err)
{
    if (text->failed)
        return bf_error_set(err, BF_E_MEMORY, "text does not fit %zu bytes of memory",
                            text->limit_bytes);
    return BF_OK;
}
