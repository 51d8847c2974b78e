/* SHA-256 (OpenSSL's). One context is reused for many digests. */
#ifndef BF_BASE_HASH_H
#define BF_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "compute/base/error.h"

enum { BF_SHA256_BYTES = 32, BF_SHA256_HEX_BYTES = 65 };

typedef struct bf_hash bf_hash; /* owns an OpenSSL context */

BF_CHECK_RESULT bf_status bf_hash_create(bf_hash **out, bf_error *err);
void bf_hash_free(bf_hash *hash);

void bf_hash_begin(bf_hash *hash);
void bf_hash_update(bf_hash *hash, const void *bytes, size_t size_bytes);
void bf_hash_text(bf_hash *hash,
                  const char *text); /* 4 bytes little-endian length, then the text */
void bf_hash_end(bf_hash *hash, uint8_t out[BF_SHA256_BYTES]);

/* First 16 hex digits of the SHA-256 of `bytes`, as a number. Never 0, which means null. */
uint64_t bf_hash_64(bf_hash *hash, const void *bytes, size_t size_bytes);
uint64_t bf_hash_first_64(const uint8_t digest[BF_SHA256_BYTES]);

void bf_hash_hex(char out[BF_SHA256_HEX_BYTES], const uint8_t digest[BF_SHA256_BYTES]);

#endif
