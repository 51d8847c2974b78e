/* The snapshot in memory: input columns of all seasons sorted by (entity, date, game_id), and what
 * is derived from them once: calendar, game types, series with prefix sums (series.h).
 *
 * One block of memory holds everything, so that the ranks of a node can share it: the leader loads
 * and derives, the others lay the same block out and read. Pointers borrow that block. */
#ifndef BF_HISTORY_HISTORY_H
#define BF_HISTORY_HISTORY_H

#include "compute/base/date.h"
#include "compute/history/series.h"
#include "compute/schema/ids.h"
#include "compute/schema/table.h"

enum { BF_MAX_SEASONS = 32 };

/* Everything the layout depends on. Plain data: it is sent to the ranks of a node as bytes. */
typedef struct bf_history_sizes {
    int32_t season_count;
    int32_t seasons[BF_MAX_SEASONS];   /* ascending */
    bool scheduled[BF_MAX_SEASONS];    /* the season was imported with a schedule */
    int64_t rows[BF_INPUT_COUNT];      /* of all seasons */
    bool present[BF_INPUT_COUNT];      /* some season has the table */
    int32_t dict_count[BF_DICT_COUNT]; /* texts, merged over the seasons */
    int64_t dict_bytes[BF_DICT_COUNT]; /* with NULs */
    bf_day first_day, last_day;        /* of rows of any table with a date; last < first: no rows */
    bool synthetic;                    /* some season is made up */
} bf_history_sizes;

/* Rows of a table by the day of the game: days[i] has rows row[first[i]] .. row[first[i + 1] - 1],
 * ascending in (entity, game_id). */
typedef struct bf_by_day {
    int32_t *count; /* number of days, in the block */
    bf_day *days;
    int64_t *first;
    int32_t *row;
} bf_by_day;

typedef struct bf_history {
    bf_history_sizes sizes;
    bf_season_days season_days[BF_MAX_SEASONS]; /* [season_count] of sizes.seasons */
    bf_dictionary dictionaries[BF_DICT_COUNT];
    bf_columns inputs[BF_INPUT_COUNT];
    int64_t *entity_first[BF_INPUT_COUNT]; /* pgs, upgc, players by player; tog, tdg, utgc by team:
                                            * rows of entity e are entity_first[e] .. entity_first[e
                                            * + 1] - 1 */

    /* derived */
    int32_t *player_entity; /* [players] code in the dictionary of entities */
    int32_t *team_entity;   /* [teams] */
    int32_t date_level;     /* code of DATE_LEVEL */
    bool *team_is_league;   /* [teams] one of the 30 (or of a made-up league) */
    int8_t *game_type;      /* [games] BF_GAME_TYPE_*; BF_NULL_I8 if the schedule lacks the game */
    int32_t *game_home;     /* [games] team code of the third part of the id; -1 if unknown */
    bool *game_redated;     /* [games] rows of it in pgs and tog have several dates */
    int32_t *game_date_count; /* in the block */
    bf_day *game_dates;       /* the list of B4, ascending */
    bf_by_day listed;         /* player rows by day */
    bf_by_day context;        /* upcoming_player_game_context rows by day */
    bf_by_day team_games;     /* team-offense rows by day */
    bf_series series[BF_SERIES_COUNT];
    int64_t *shooters_first; /* [seasons + 1] into: */
    int32_t *shooters;       /* players with a game in SHOTS, season by season, ascending */
    uint64_t
        *newest_player_hash; /* [last_day - first_day + 2] P8: hash for as-of date first_day + i */
    uint64_t *newest_defense_hash;
} bf_history;

/* Rows of a table on a day; none on a day that it lacks. */
typedef struct bf_day_rows {
    const int32_t *row;
    int64_t count;
} bf_day_rows;

bf_day_rows bf_history_day_rows(const bf_by_day *by_day, bf_day day);

/* Players with a game in SHOTS in the season of `as_of`, ascending. */
typedef struct bf_shooters {
    const int32_t *players;
    int64_t count;
} bf_shooters;

bf_shooters bf_history_shooters(const bf_history *history, bf_day as_of);

/* Bytes of the block for `sizes`. */
size_t bf_history_bytes(const bf_history_sizes *sizes);

/* Sets the pointers of `out` into `block` (bf_history_bytes long, 64-byte aligned). The same on
 * every rank; reads and writes nothing in the block. Input columns get memory whether a season has
 * them or not: the loader fills nulls. */
void bf_history_layout(bf_history *out, const bf_history_sizes *sizes, void *block);

/* Fills the derived parts from inputs and dictionaries (loaded into a laid-out history), once a
 * block, which was zeroed before. The work is cut into `parts`, which may be done side by side:
 * this is part `part`, and 0 of 1 is all. BF_E_INPUT if a table's rows are not sorted. */
BF_CHECK_RESULT bf_status bf_history_derive(bf_history *history, int part, int parts,
                                            bf_error *err);

/* On a rank that shares a derived block: reads the scalars kept in it. */
void bf_history_attach(bf_history *history);

/* "Team code is one of the 30" (spec/zones.md P3), or of a made-up league: one of the 30 with the
 * number of the league, 2 or more, behind it (BOS2). */
bool bf_team_is_league(const char *code);

/* Whether `day` is in the list of game dates (B4). */
bool bf_history_is_game_date(const bf_history *history, bf_day day);

/* Typed access to an input column: BF_INPUT_COLUMN(history, pgs, points, int16_t)[row]. */
#define BF_INPUT_COLUMN(history, short_name, column, type)                                         \
    ((const type *)(history)->inputs[BF_INPUT_##short_name].data[BF_##short_name##_##column])

#endif
