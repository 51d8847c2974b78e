/* Raw tables -> a directory of table exports, as BigQuery writes them and `import` reads them:
 * player_game_summary as NDJSON in shards, the other tables as CSV, all compressed. The same rows
 * give the same bytes. */
#ifndef BF_IO_EXPORTS_WRITE_H
#define BF_IO_EXPORTS_WRITE_H

#include "compute/history/raw.h"

enum { BF_EXPORT_SHARD_ROWS = 50000 };

/* A file of this name says that the exports beside it are made up. */
#define BF_EXPORTS_SYNTHETIC_FILE "SYNTHETIC"

/* Local. Makes the directory if it is not there and writes every table that is present. Made-up
 * exports of an earlier time are replaced; BF_E_OUTPUT if the directory holds others. */
BF_CHECK_RESULT bf_status bf_exports_write_synthetic(const bf_raw raw[BF_INPUT_COUNT],
                                                     const char *directory, bf_error *err);

/* Local. True if the directory says that its exports are made up. */
bool bf_exports_are_synthetic(const char *directory);

#endif
