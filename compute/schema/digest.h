/* Digest of a date's rows in a table (DESIGN §4). */
#ifndef BF_SCHEMA_DIGEST_H
#define BF_SCHEMA_DIGEST_H

#include <string.h>

#include "compute/base/hash.h"
#include "compute/schema/table.h"

/* SHA-256 over the columns in order: name, then the stored values of rows first .. first + rows -
 * 1, little-endian; keys as length and text; a constant once. Left out: data_hash and what depends
 * on the run (RUN_TIME, RUN_ID). */
void bf_digest_rows(uint8_t out[BF_SHA256_BYTES], bf_hash *hash, const bf_columns *columns,
                    int64_t first, int64_t rows, const bf_dictionary dictionaries[BF_DICT_COUNT]);

/* The first block of what a row's data_hash is made of, the same for all rows of its table: SHA-256
 * over the HASHED columns in order, each with its name (length and text) and, where it is the same
 * in every row, its value; then zeros. */
void bf_row_hash_start(bf_hash_start *out, bf_hash *hash, const bf_table_schema *schema);

/* A row's data_hash is the first 16 hex digits of SHA-256 over that block and the row's HASHED
 * fields, for which there is room here: numbers, and at most five texts of BF_KEY_TEXT_MAX. */
enum { BF_ROW_HASH_BYTES = 2048 };

/* data_hash of row `row`: the same as bf_<short>_hash_rows gives for row structs (rows.h), for rows
 * that lie in columns. */
uint64_t bf_row_hash(const bf_hash_start *start, const bf_columns *columns, int64_t row,
                     const bf_dictionary dictionaries[BF_DICT_COUNT]);

/* Appends bytes at `at`; a key by its length (4 bytes, little-endian) and text, a null one by the
 * length 2^32 - 1 alone. Both return the end. */
static inline uint8_t *bf_put(uint8_t *at, const void *bytes, size_t size)
{
    memcpy(at, bytes, size);
    return at + size;
}

static inline uint8_t *bf_put_key(uint8_t *at, const bf_dictionary *dictionary, int32_t code)
{
    bool null = code == BF_NULL_I32;
    uint32_t length = null ? UINT32_MAX : (uint32_t)bf_dictionary_length(dictionary, code);
    at = bf_put(at, &length, sizeof length);
    return null ? at : bf_put(at, bf_dictionary_text(dictionary, code), length);
}

/* Digest of a table: SHA-256 over its dates (int32, ascending) and their digests. Dates without
 * rows are left out, so that a table does not depend on which dates were asked for in vain. */
void bf_table_digest_begin(bf_hash *hash);
void bf_table_digest_date(bf_hash *hash, int32_t day, const uint8_t digest[BF_SHA256_BYTES]);
void bf_table_digest_end(bf_hash *hash, uint8_t out[BF_SHA256_BYTES]);

/* SHA-256 of what the output tables are: names, types, sets and constants of all columns. Files of
 * other definitions cannot be read, and a run cannot continue one. */
void bf_schema_digest(uint8_t out[BF_SHA256_BYTES], bf_hash *hash);

#endif
