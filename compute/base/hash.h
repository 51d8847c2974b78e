/* SHA-256 (OpenSSL's). One context is reused for many digests. */
#ifndef BF_BASE_HASH_H
#define BF_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "compute/base/error.h"

enum { BF_SHA256_BYTES = 32, BF_SHA256_HEX_BYTES = 65, BF_SHA256_BLOCK_BYTES = 64 };

typedef struct bf_hash bf_hash; /* an OpenSSL context */

BF_CHECK_RESULT bf_status bf_hash_create(bf_hash **out, bf_error *err);
void bf_hash_free(bf_hash *hash);

void bf_hash_begin(bf_hash *hash);
void bf_hash_update(bf_hash *hash, const void *bytes, size_t size_bytes);
void bf_hash_text(bf_hash *hash,
                  const char *text); /* 4 bytes little-endian length, then the text */
void bf_hash_end(bf_hash *hash, uint8_t out[BF_SHA256_BYTES]);

/* First 16 hex digits of a digest, as a number. Never 0, which means null. */
uint64_t bf_hash_first_64(const uint8_t digest[BF_SHA256_BYTES]);

/* Many short messages that begin with the same block: what SHA-256 has made of that block. */
typedef struct bf_hash_start {
    uint32_t state[8];
} bf_hash_start;

void bf_hash_start_init(bf_hash_start *out, const uint8_t block[BF_SHA256_BLOCK_BYTES]);

/* First 16 hex digits of the SHA-256 of that block and `size_bytes` bytes of `message`, as of
 * bf_hash_first_64. Writes behind the message, where BF_SHA256_PADDING_BYTES more belong to it. */
enum { BF_SHA256_PADDING_BYTES = 72 };
uint64_t bf_hash_64(const bf_hash_start *start, uint8_t *message, size_t size_bytes);

void bf_hash_hex(char out[BF_SHA256_HEX_BYTES], const uint8_t digest[BF_SHA256_BYTES]);

#endif
