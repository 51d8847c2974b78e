/* Parts of deriving a history that have a file of their own or a test. */
#ifndef BF_HISTORY_DERIVE_H
#define BF_HISTORY_DERIVE_H

#include "compute/history/history.h"

/* BF_GAME_TYPE_* of a row of the schedule (spec/backfill.md §2.2). */
int8_t bf_schedule_game_type(const bf_history *history, int64_t row);

/* It is final, of the league, and between two of its teams: it makes a game date (B4). */
bool bf_schedule_is_league_game(const bf_history *history, int64_t row);

/* The id of the game in the other tables, YYYYMMDD_AWAY_HOME. */
enum { BF_GAME_TEXT_BYTES = 2 * BF_KEY_TEXT_MAX + 32 };
void bf_schedule_game_id(char out[BF_GAME_TEXT_BYTES], const bf_history *history, int64_t row);

/* Fill the series of a loaded history whose rows are sorted: SHOTS; PLAYED and LISTED; those of
 * team rows, which need team_games. */
void bf_series_derive_shots(bf_history *history);
void bf_series_derive_played(bf_history *history);
void bf_series_derive_teams(bf_history *history);

#endif
