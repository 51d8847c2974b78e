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

/* Values of a column that is an int32: codes and dates. */
static inline const int32_t *bf_raw_i32(const bf_raw *raw, int column)
{
    return (const int32_t *)raw->columns.data[column];
}

static inline int32_t bf_season_slot(bf_day day)
{
    return bf_season_year(day) - BF_FIRST_SEASON;
}

/* Slot of the season of a row; 0 for tables without seasons. */
static inline int32_t bf_raw_slot(const bf_raw *raw, int64_t row)
{
    return raw->date_column < 0 ? 0 : bf_season_slot(bf_raw_i32(raw, raw->date_column)[row]);
}

/* BF_GAME_TYPE_* of a row of the schedule. */
int8_t bf_clean_schedule_type(const bf_clean *clean, int32_t row);

/* Counts kept rows with a negative count, and with makes above attempts, which both are accepted.
 */
BF_CHECK_RESULT bf_status bf_clean_count_remarks(bf_clean *clean, bf_input t, bf_error *err);

/* Seasons with games, of all tables. Rows of other seasons are left out with a warning. */
BF_CHECK_RESULT bf_status bf_clean_find_seasons(bf_clean *clean, bf_error *err);

#endif
