/* The snapshot: a directory with one HDF5 file per season, 2021.h5 for 2021-22 (DESIGN §3,
 * docs/snapshot-format.md). All functions are Local. */
#ifndef BF_IO_SNAPSHOT_H
#define BF_IO_SNAPSHOT_H

#include "compute/base/hash.h"
#include "compute/history/history.h"
#include "compute/history/season.h"

enum { BF_SNAPSHOT_FORMAT_VERSION = 1, BF_ORIGIN_BYTES = 16 };

/* Writing. */
typedef struct bf_snapshot_writer bf_snapshot_writer;

typedef struct bf_snapshot_facts {
    const char *origin; /* "import", "synth" or "pull" */
    bool synthetic;
    int64_t import_time_us; /* microseconds since 1970-01-01 */
} bf_snapshot_facts;

/* Creates the directory if it is not there. BF_E_OUTPUT. */
BF_CHECK_RESULT bf_status bf_snapshot_writer_open(bf_snapshot_writer **out, const char *directory,
                                                  const bf_snapshot_facts *facts, bf_error *err);

/* Writes a season to a temporary name, durably. A season is added once, in any order. */
BF_CHECK_RESULT bf_status bf_snapshot_writer_add(bf_snapshot_writer *writer,
                                                 const bf_season *season, bf_error *err);

/* Gives all added seasons their names. Files of other seasons in the directory stay. */
BF_CHECK_RESULT bf_status bf_snapshot_writer_commit(bf_snapshot_writer *writer, bf_error *err);

/* Frees the writer; what was not committed is removed. */
void bf_snapshot_writer_close(bf_snapshot_writer *writer);

/* Reading. */
typedef struct bf_snapshot bf_snapshot;

/* Opens all season files of the directory and checks version and attributes. BF_E_INPUT names the
 * file and what to do. */
BF_CHECK_RESULT bf_status bf_snapshot_open(bf_snapshot **out, const char *directory, bf_error *err);
void bf_snapshot_close(bf_snapshot *snapshot);

/* Sizes over all seasons: dictionaries merged, BF_DICT_ENTITIES = players, teams, DATE_LEVEL and
 * the entities of reprocess_attempts, BF_DICT_PROCESSORS = the class names of the processors.
 * Borrowed. */
const bf_history_sizes *bf_snapshot_sizes(const bf_snapshot *snapshot);

/* Fills inputs, entity_first and dictionaries of a history laid out with these sizes: rows sorted
 * by (entity, date, game_id) over all seasons, columns that a season lacks null. `players` and
 * `reprocess_attempts` come from the newest season that has them. BF_E_INPUT "damaged" if the
 * content of a season does not have its SHA-256. Ranks that share the history's memory load a part
 * of the seasons each, at the same time: part 0 .. parts - 1. */
BF_CHECK_RESULT bf_status bf_snapshot_load(bf_history *history, bf_snapshot *snapshot, int part,
                                           int parts, bf_error *err);

/* The whole snapshot as a history of its own: allocates *block (free()), lays `out` out in it,
 * loads and derives. Where ranks share the memory, they do these steps themselves. */
BF_CHECK_RESULT bf_status bf_snapshot_load_whole(bf_history *out, void **block,
                                                 bf_snapshot *snapshot, bf_error *err);

/* What a season's file says of itself. */
typedef struct bf_snapshot_season_facts {
    int32_t season;
    char origin[BF_ORIGIN_BYTES];
    bool synthetic;
    int64_t import_time_us;
    char sha256[BF_SHA256_HEX_BYTES]; /* of the content; the same for the same content */
    bf_day first_day, last_day;       /* last < first: no dated rows */
    bool present[BF_INPUT_COUNT];
    int64_t rows[BF_INPUT_COUNT];
    bf_row_counts counts[BF_INPUT_COUNT]; /* of the import */
} bf_snapshot_season_facts;

/* Seasons that have a file in the directory, ascending; none if there is no directory. */
BF_CHECK_RESULT bf_status bf_snapshot_list(int32_t seasons[BF_MAX_SEASONS], int32_t *count,
                                           const char *directory, bf_error *err);

/* What the file of one season says of itself, without rows and counts of its tables. BF_E_INPUT as
 * bf_snapshot_open. */
BF_CHECK_RESULT bf_status bf_snapshot_read_facts(bf_snapshot_season_facts *out,
                                                 const char *directory, int season, bf_error *err);

/* Whether the file is a season of a snapshot, of any format version. */
bool bf_snapshot_is_season(const char *path);

/* Season i of sizes->season_count, ascending. Borrowed. */
const bf_snapshot_season_facts *bf_snapshot_season(const bf_snapshot *snapshot, int i);

#endif
