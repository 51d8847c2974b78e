#include "io/cloud/crc32c.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#define POLYNOMIAL 0x82f63b78u /* 0x1EDC6F41, its bits reversed */

enum { SLICES = 8 };

/* table[k][b]: the effect of byte b that is followed by k zero bytes. */
static uint32_t table[SLICES][256];

static void make_table(void)
{
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t crc = byte;
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (POLYNOMIAL & (0u - (crc & 1)));
        table[0][byte] = crc;
    }
    for (int k = 1; k < SLICES; k++) {
        for (uint32_t byte = 0; byte < 256; byte++)
            table[k][byte] = table[k - 1][byte] >> 8 ^ table[0][table[k - 1][byte] & 255];
    }
}

uint32_t bf_crc32c(uint32_t crc, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    if (table[0][1] == 0)
        make_table();
    crc = ~crc;
    for (; size >= SLICES; size -= SLICES, at += SLICES) {
        uint32_t first = crc ^ ((uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
                                (uint32_t)at[3] << 24);
        crc = table[7][first & 255] ^ table[6][first >> 8 & 255] ^ table[5][first >> 16 & 255] ^
              table[4][first >> 24] ^ table[3][at[4]] ^ table[2][at[5]] ^ table[1][at[6]] ^
              table[0][at[7]];
    }
    for (; size > 0; size--, at++)
        crc = crc >> 8 ^ table[0][(crc ^ *at) & 255];
    return ~crc;
}

bf_status bf_crc32c_file(uint32_t *out, int file, int64_t size_bytes, const bf_http_hooks *hooks,
                         bf_error *err)
{
    unsigned char bytes[1 << 16];
    *out = 0;
    for (int64_t at = 0; at < size_bytes;) {
        int64_t left = size_bytes - at;
        ssize_t got = pread(file, bytes, left < (int64_t)sizeof bytes ? (size_t)left : sizeof bytes,
                            (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return bf_error_set(err, BF_E_INPUT, "what is to be sent cannot be read: %s",
                                got < 0 ? strerror(errno) : "the file has become shorter");
        *out = bf_crc32c(*out, bytes, (size_t)got);
        at += got;
        if (hooks->stop != NULL && hooks->stop(hooks->context))
            return bf_error_set(err, BF_E_STOPPED, "stopped");
    }
    return BF_OK;
}

void bf_crc32c_format(char out[BF_CRC32C_TEXT_BYTES], uint32_t crc)
{
    const unsigned char bytes[4] = {(unsigned char)(crc >> 24), (unsigned char)(crc >> 16),
                                    (unsigned char)(crc >> 8), (unsigned char)crc};
    (void)EVP_EncodeBlock((unsigned char *)out, bytes, sizeof bytes);
}
