/* CRC-32C (Castagnoli), Cloud Storage's checksum of an object
 * (https://docs.cloud.google.com/storage/docs/data-validation). */
#ifndef BF_CLOUD_CRC32C_H
#define BF_CLOUD_CRC32C_H

#include <stddef.h>
#include <stdint.h>

#include "io/cloud/http.h"

/* The checksum of what `crc` is of, followed by these bytes; begin with 0. */
uint32_t bf_crc32c(uint32_t crc, const void *bytes, size_t size);

/* Of the first size_bytes of an open file. BF_E_INPUT if it cannot be read or is shorter,
 * BF_E_STOPPED if hooks.stop says so. */
BF_CHECK_RESULT bf_status bf_crc32c_file(uint32_t *out, int file, int64_t size_bytes,
                                         const bf_http_hooks *hooks, bf_error *err);

enum { BF_CRC32C_TEXT_BYTES = 9 };
/* As the service writes it: base64 of the four bytes, the most significant first. */
void bf_crc32c_format(char out[BF_CRC32C_TEXT_BYTES], uint32_t crc);

#endif
