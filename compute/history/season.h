/* A cleaned season: what a snapshot file holds (DESIGN §3). Made by clean.h, written by
 * io/hdf5/snapshot.h. */
#ifndef BF_HISTORY_SEASON_H
#define BF_HISTORY_SEASON_H

#include "compute/base/date.h"
#include "compute/history/dictionary.h"
#include "compute/schema/table.h"

/* Counts of rows (counts.def), of one table and season. */
typedef struct bf_row_counts {
#define ROW_COUNT(name, text) int64_t name;
#include "compute/history/counts.def"
#undef ROW_COUNT
} bf_row_counts;

typedef struct bf_row_count_field {
    const char *name, *text;
    size_t offset; /* of the int64_t in bf_row_counts */
} bf_row_count_field;

enum {
#define ROW_COUNT(name, text) BF_ROW_COUNT_##name,
#include "compute/history/counts.def"
#undef ROW_COUNT
    BF_ROW_COUNTS
};

extern const bf_row_count_field bf_row_count_fields[BF_ROW_COUNTS];

static inline int64_t bf_row_count(const bf_row_counts *counts, int field)
{
    return *(const int64_t *)((const char *)counts + bf_row_count_fields[field].offset);
}

void bf_row_counts_add(bf_row_counts *sum, const bf_row_counts *counts);

/* Rows are sorted by (entity, date, game_id): player or team first where the table has one, then
 * the date, then the game by bytes. `players` and `reprocess_attempts` belong to no season: every
 * season of an import has the same rows. */
typedef struct bf_season {
    int32_t season;
    bool present[BF_INPUT_COUNT];
    bf_columns tables[BF_INPUT_COUNT]; /* owned; codes are those of `dictionaries`; no memory where
                                        * all rows of a column are null */
    int64_t
        *entity_first[BF_INPUT_COUNT]; /* owned [entities + 1]; NULL where rows have no entity */
    int32_t *by_date[BF_INPUT_COUNT];  /* owned [rows], rows in the order (date, entity, game_id);
                                        * NULL where rows have no entity or no date */
    bf_text_list dictionaries[BF_DICT_COUNT]; /* owned; only texts that the season uses */
    bf_row_counts counts[BF_INPUT_COUNT];
    bf_day first_day, last_day; /* of rows of any table; last < first: no dated rows */
} bf_season;

void bf_season_free(bf_season *season);

/* Columns that order the rows of an input table; -1 where it has none. */
int bf_input_entity_column(bf_input table); /* player or team, also that of entity_first */
int bf_input_date_column(bf_input table);   /* the date that decides about the season */
int bf_input_tie_column(bf_input table);    /* the game, between rows of one entity and date */

#endif
