#include "compute/schema/digest.h"

#include <string.h>

static void put_text(bf_hash *hash, const char *text, size_t size)
{
    uint32_t length = (uint32_t)size;
    bf_hash_update(hash, &length, sizeof length);
    bf_hash_update(hash, text, size);
}

/* By the buffer, since a call costs more than a text. */
static void put_keys(bf_hash *hash, const bf_dictionary *dictionary, const int32_t *codes,
                     int64_t rows)
{
    uint8_t bytes[8192], *at = bytes;
    for (int64_t i = 0; i < rows; i++) {
        at = bf_put_key(at, dictionary, codes[i]);
        if (at > bytes + sizeof bytes - sizeof(uint32_t) - BF_KEY_TEXT_MAX || i + 1 == rows) {
            bf_hash_update(hash, bytes, (size_t)(at - bytes));
            at = bytes;
        }
    }
}

static void put_constant(bf_hash *hash, const bf_column *column)
{
    if (column->kind == BF_KIND_CONST_TEXT) {
        put_text(hash, column->constant_text, strlen(column->constant_text));
    } else if (column->kind == BF_KIND_CONST_LIST) {
        for (int i = 0; i < bf_set_size(column->set); i++)
            put_text(hash, bf_set_text(column->set, i), strlen(bf_set_text(column->set, i)));
    } else if (column->kind != BF_KIND_CONST_NULL && column->kind != BF_KIND_JSON) {
        bf_hash_update(hash, &column->constant, sizeof column->constant);
    }
}

void bf_digest_rows(uint8_t out[BF_SHA256_BYTES], bf_hash *hash, const bf_columns *columns,
                    int64_t first, int64_t rows, const bf_dictionary dictionaries[BF_DICT_COUNT])
{
    bf_hash_begin(hash);
    for (int c = 0; c < columns->schema->column_count; c++) {
        const bf_column *column = &columns->schema->columns[c];
        if (column->kind == BF_KIND_RUN_TIME || column->kind == BF_KIND_RUN_ID ||
            (column->mode & BF_MODE_RUN_FACT) != 0 ||
            (column->kind == BF_KIND_HASH && strcmp(column->name, "data_hash") == 0))
            continue;
        bf_hash_update(hash, column->name, strlen(column->name));
        if (!bf_column_is_stored(column))
            put_constant(hash, column);
        else if (column->kind == BF_KIND_KEY)
            put_keys(hash, &dictionaries[column->dictionary],
                     (const int32_t *)columns->data[c] + first, rows);
        else
            bf_hash_update(
                hash, (const char *)columns->data[c] + (size_t)first * bf_column_row_bytes(column),
                (size_t)rows * bf_column_row_bytes(column));
    }
    bf_hash_end(hash, out);
}

void bf_row_hash_start(bf_hash_start *out, bf_hash *hash, const bf_table_schema *schema)
{
    uint8_t block[BF_SHA256_BLOCK_BYTES] = {0};
    bf_hash_begin(hash);
    for (int c = 0; c < schema->column_count; c++) {
        const bf_column *column = &schema->columns[c];
        if ((column->mode & BF_MODE_HASHED) == 0)
            continue;
        put_text(hash, column->name, strlen(column->name));
        if (!bf_column_is_stored(column))
            put_constant(hash, column);
    }
    bf_hash_end(hash, block);
    bf_hash_start_init(out, block);
}

uint64_t bf_row_hash(const bf_hash_start *start, const bf_columns *columns, int64_t row,
                     const bf_dictionary dictionaries[BF_DICT_COUNT])
{
    uint8_t bytes[BF_ROW_HASH_BYTES + BF_SHA256_PADDING_BYTES], *at = bytes;
    for (int c = 0; c < columns->schema->column_count; c++) {
        const bf_column *column = &columns->schema->columns[c];
        size_t size = bf_column_row_bytes(column);
        if ((column->mode & BF_MODE_HASHED) == 0 || !bf_column_is_stored(column))
            continue;
        if (column->kind == BF_KIND_KEY)
            at = bf_put_key(at, &dictionaries[column->dictionary],
                            ((const int32_t *)columns->data[c])[row]);
        else
            at = bf_put(at, (const char *)columns->data[c] + (size_t)row * size, size);
    }
    return bf_hash_64(start, bytes, (size_t)(at - bytes));
}

void bf_table_digest_begin(bf_hash *hash)
{
    bf_hash_begin(hash);
}

void bf_table_digest_date(bf_hash *hash, int32_t day, const uint8_t digest[BF_SHA256_BYTES])
{
    bf_hash_update(hash, &day, sizeof day);
    bf_hash_update(hash, digest, BF_SHA256_BYTES);
}

void bf_table_digest_end(bf_hash *hash, uint8_t out[BF_SHA256_BYTES])
{
    bf_hash_end(hash, out);
}

static void put_definition(bf_hash *hash, const bf_column *column)
{
    const int64_t numbers[] = {column->kind,     column->type,   column->mode, column->dictionary,
                               column->decimals, column->length, column->low,  column->high,
                               column->constant, column->parent};
    bf_hash_text(hash, column->name);
    bf_hash_text(hash, column->sql_type);
    bf_hash_update(hash, numbers, sizeof numbers);
    bf_hash_text(hash, column->constant_text == NULL ? "" : column->constant_text);
    bf_hash_text(hash, column->separator == NULL ? "" : column->separator);
    for (int i = 0; i < bf_set_size(column->set); i++)
        bf_hash_text(hash, bf_set_text(column->set, i));
}

void bf_schema_digest(uint8_t out[BF_SHA256_BYTES], bf_hash *hash)
{
    bf_hash_begin(hash);
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        bf_hash_text(hash, bf_outputs[t].name);
        for (int c = 0; c < bf_outputs[t].column_count; c++)
            put_definition(hash, &bf_outputs[t].columns[c]);
    }
    bf_hash_end(hash, out);
}
