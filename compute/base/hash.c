#include "compute/base/hash.h"

/* The functions below EVP: a run hashes single rows, and single columns of a date, and EVP takes as
 * long to come to them as their hash takes. OpenSSL 3 calls them deprecated, and keeps them. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

#include "compute/base/memory.h"

struct bf_hash {
    SHA256_CTX context;
};

bf_status bf_hash_create(bf_hash **out, bf_error *err)
{
    BF_TRY(BF_ALLOC(out, 1, err));
    bf_hash_begin(*out);
    return BF_OK;
}

void bf_hash_free(bf_hash *hash)
{
    free(hash);
}

void bf_hash_begin(bf_hash *hash)
{
    (void)SHA256_Init(&hash->context);
}

void bf_hash_update(bf_hash *hash, const void *bytes, size_t size_bytes)
{
    (void)SHA256_Update(&hash->context, bytes, size_bytes);
}

void bf_hash_text(bf_hash *hash, const char *text)
{
    size_t size = strlen(text);
    const uint8_t length[4] = {(uint8_t)size, (uint8_t)(size >> 8), (uint8_t)(size >> 16),
                               (uint8_t)(size >> 24)};
    bf_hash_update(hash, length, sizeof length);
    bf_hash_update(hash, text, size);
}

void bf_hash_end(bf_hash *hash, uint8_t out[BF_SHA256_BYTES])
{
    (void)SHA256_Final(out, &hash->context);
}

uint64_t bf_hash_first_64(const uint8_t digest[BF_SHA256_BYTES])
{
    uint64_t value = 0;
    for (int i = 0; i < 8; i++)
        value = value << 8 | digest[i];
    return value == 0 ? 1 : value;
}

void bf_hash_start_init(bf_hash_start *out, const uint8_t block[BF_SHA256_BLOCK_BYTES])
{
    SHA256_CTX context;
    (void)SHA256_Init(&context);
    SHA256_Transform(&context, block);
    memcpy(out->state, context.h, sizeof out->state);
}

/* The end of a message is a bit, zeros to the end of a block, and the size in bits (FIPS 180-4). */
uint64_t bf_hash_64(const bf_hash_start *start, uint8_t *message, size_t size_bytes)
{
    enum { BLOCK = BF_SHA256_BLOCK_BYTES, COUNT = 8 };
    size_t padded = (size_bytes + 1 + COUNT + BLOCK - 1) / BLOCK * BLOCK;
    uint64_t bits = (uint64_t)(BLOCK + size_bytes) * 8;
    message[size_bytes] = 0x80;
    memset(message + size_bytes + 1, 0, padded - COUNT - size_bytes - 1);
    for (size_t i = 1; i <= COUNT; i++, bits >>= 8)
        message[padded - i] = (uint8_t)bits;
    SHA256_CTX context = {.num = 0}; /* no part of a block waits */
    memcpy(context.h, start->state, sizeof start->state);
    (void)SHA256_Update(&context, message, padded); /* whole blocks */
    uint64_t value = (uint64_t)context.h[0] << 32 | context.h[1];
    return value == 0 ? 1 : value;
}

void bf_hash_hex(char out[BF_SHA256_HEX_BYTES], const uint8_t digest[BF_SHA256_BYTES])
{
    static const char hex[] = "0123456789abcdef";
    for (int i = 0; i < BF_SHA256_BYTES; i++) {
        out[2 * i] = hex[digest[i] >> 4];
        out[2 * i + 1] = hex[digest[i] & 15];
    }
    out[2 * BF_SHA256_BYTES] = '\0';
}
