/* Shared by the modules of the snapshot file: names in it, and the hash of its content. */
#ifndef BF_IO_SNAPSHOT_INTERNAL_H
#define BF_IO_SNAPSHOT_INTERNAL_H

#include "io/hdf5/h5.h"
#include "io/hdf5/results_internal.h"
#include "io/hdf5/snapshot.h"

/* Layout: /tables/<table>/<column>, /index/<table>/{entity_first,by_date}, /dictionaries/<name>. */
#define BF_SNAPSHOT_FORMAT "backfill snapshot"
#define BF_SNAPSHOT_ENTITY_FIRST "entity_first"
#define BF_SNAPSHOT_BY_DATE "by_date"

enum { BF_SNAPSHOT_PATH_BYTES = 4096 };

/* "<directory>/2021.h5<suffix>" */
void bf_snapshot_path(char out[BF_SNAPSHOT_PATH_BYTES], const char *directory, int season,
                      const char *suffix);

/* Hash of a season's content, in this order: begin; each dictionary; of each table that is present,
 * in the order of bf_input: the table, each column that is there, the index arrays; end. Import
 * time, origin and counts are no content. */
void bf_content_begin(bf_hash *hash, int32_t season);
void bf_content_dictionary(bf_hash *hash, bf_dict id, const bf_dictionary *dictionary);
void bf_content_table(bf_hash *hash, bf_input table, int64_t rows);
void bf_content_array(bf_hash *hash, const char *name, const void *data, size_t size_bytes);
void bf_content_end(bf_hash *hash, char out[BF_SHA256_HEX_BYTES]);

#endif
