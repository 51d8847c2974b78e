/* Which teams and games belong to the league (spec/backfill.md §2.2 and §13, zones.md P3). */
#ifndef BF_HISTORY_LEAGUE_H
#define BF_HISTORY_LEAGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One of the 30, or of a made-up league: one of the 30 with the number of the league, 2 or more,
 * behind it (BOS2). */
bool bf_team_is_league(const char *code);

/* All-Star, Rising Stars and exhibition teams: known not to be ours, dropped without a warning. */
bool bf_team_is_known_foreign(const char *code);

/* BF_GAME_TYPE_* of a schedule row: by the first three digits of the league's number; where they
 * say nothing, by the flags (0, 1 or BF_NULL_I8); neither true: no league game (resolution 17). */
int8_t bf_game_type_of(const char *number, int8_t is_playoffs, int8_t is_regular_season);

/* Text of the form YYYYMMDD_AWAY_HOME: a valid date, two codes of three capitals, each maybe with
 * the number of a made-up league. */
bool bf_game_id_is_valid(const char *text, size_t size);

/* The league's number of a game: ten digits. */
bool bf_game_number_is_valid(const char *text, size_t size);

#endif
