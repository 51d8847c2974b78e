/* Shared by clean.c (which rows are kept, in which order) and clean_season.c (a season's tables of
 * them). */
#ifndef BF_HISTORY_CLEAN_ROWS_H
#define BF_HISTORY_CLEAN_ROWS_H

#include "compute/history/clean.h"
#include "compute/history/history.h"

/* bf_day_parse admits the years 1900 to 2199: seasons 1899 to 2199. */
enum { BF_FIRST_SEASON = 1899, BF_SEASON_SLOTS = 301 };

/* Texts of a dictionary in the order of their bytes. */
typedef struct bf_ranking {
    int32_t *rank; /* owned [texts] place of a code among the sorted texts */
    int32_t *code; /* owned [texts] code at a place */
    int32_t count;
} bf_ranking;

typedef struct bf_clean_table {
    int32_t *rows; /* owned [count] kept rows, by (season, entity, date, game) */
    int64_t count;
    int64_t first[BF_SEASON_SLOTS +
                  1]; /* first[s] .. first[s + 1] - 1 of `rows` are of season slot s */
    bf_row_counts counts[BF_SEASON_SLOTS]; /* tables without a date: in slot 0 */
} bf_clean_table;

struct bf_clean {
    const bf_raw *raw;
    const bf_intern *texts;
    const bf_warnings *warnings;
    bf_ranking rankings[BF_DICT_COUNT];
    int8_t *game_type; /* owned [games] BF_GAME_TYPE_*; BF_NULL_I8 if the schedule lacks the game */
    bf_clean_table tables[BF_INPUT_COUNT];
    int season_count;
    int32_t seasons[BF_MAX_SEASONS];
};

static inline int32_t bf_season_slot(bf_day day)
{
    return bf_season_year(day) - BF_FIRST_SEASON;
}

#endif
