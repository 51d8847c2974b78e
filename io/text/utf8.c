#include "io/text/utf8.h"

#include <stdint.h>
#include <string.h>

static bool follows(const unsigned char *at, const unsigned char *end, int count)
{
    if (end - at <= count)
        return false;
    for (int i = 1; i <= count; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return false;
    }
    return true;
}

/* Bytes of the character at `at`, 0 if it is malformed: overlong, a surrogate or above U+10FFFF. */
static size_t character_size(const unsigned char *at, const unsigned char *end)
{
    unsigned char first = at[0];
    if (first >= 0xc2 && first <= 0xdf)
        return follows(at, end, 1) ? 2 : 0;
    if (first >= 0xe0 && first <= 0xef) {
        if (!follows(at, end, 2) || (first == 0xe0 && at[1] < 0xa0) ||
            (first == 0xed && at[1] > 0x9f))
            return 0;
        return 3;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        if (!follows(at, end, 3) || (first == 0xf0 && at[1] < 0x90) ||
            (first == 0xf4 && at[1] > 0x8f))
            return 0;
        return 4;
    }
    return 0;
}

bool bf_utf8_is_valid(const char *text, size_t size)
{
    const unsigned char *at = (const unsigned char *)text, *end = at + size;
    if (memchr(text, '\0', size) != NULL)
        return false;
    while (at < end) {
        uint64_t eight;
        while (end - at >= 8 &&
               (memcpy(&eight, at, 8), (eight & UINT64_C(0x8080808080808080)) == 0))
            at += 8; /* nearly all text is ASCII */
        while (at < end && *at < 0x80)
            at++;
        if (at == end)
            break;
        size_t used = character_size(at, end);
        if (used == 0)
            return false;
        at += used;
    }
    return true;
}
