#include <stdio.h>
#include <string.h>

#include "io/hdf5/snapshot_internal.h"

void bf_snapshot_path(char out[BF_SNAPSHOT_PATH_BYTES], const char *directory, int season,
                      const char *suffix)
{
    (void)snprintf(out, BF_SNAPSHOT_PATH_BYTES, "%s/%d.h5%s", directory, season, suffix);
}

static void put_number(bf_hash *hash, int64_t number)
{
    bf_hash_update(hash, &number, sizeof number); /* little-endian, as everything in the file */
}

void bf_content_begin(bf_hash *hash, int32_t season)
{
    bf_hash_begin(hash);
    bf_hash_text(hash, BF_SNAPSHOT_FORMAT);
    put_number(hash, BF_SNAPSHOT_FORMAT_VERSION);
    put_number(hash, season);
}

void bf_content_dictionary(bf_hash *hash, bf_dict id, const bf_dictionary *dictionary)
{
    size_t size = dictionary->count == 0 ? 0 : (size_t)dictionary->offset[dictionary->count];
    bf_content_array(hash, bf_dict_names[id], dictionary->bytes, size);
}

void bf_content_table(bf_hash *hash, bf_input table, int64_t rows)
{
    bf_hash_text(hash, bf_inputs[table].name);
    put_number(hash, rows);
}

void bf_content_array(bf_hash *hash, const char *name, const void *data, size_t size_bytes)
{
    bf_hash_text(hash, name);
    put_number(hash, (int64_t)size_bytes);
    bf_hash_update(hash, data, size_bytes);
}

void bf_content_end(bf_hash *hash, char out[BF_SHA256_HEX_BYTES])
{
    uint8_t digest[BF_SHA256_BYTES];
    bf_hash_end(hash, digest);
    bf_hash_hex(out, digest);
}
