/* A small league made of literals, for tests of what is computed from a history: rows are added
 * cell by cell, in any order, and test_league_history makes a history of those added so far. It is
 * not cleaned: tests add rows as a snapshot holds them. */
#ifndef BF_TESTS_LEAGUE_H
#define BF_TESTS_LEAGUE_H

#include "compute/features/date.h"
#include "compute/history/history.h"

typedef struct test_league test_league;

test_league *test_league_create(void);
void test_league_free(test_league *league);

/* Starts a row of nulls; test_set and test_key fill cells of it. */
void test_row(test_league *league, bf_input table);
void test_set(test_league *league, int column, int64_t stored_value);
void test_key(test_league *league, int column, const char *text);

/* Starts a row with its keys, date and season filled from the game id YYYYMMDD_AWAY_HOME. */
void test_player(test_league *league, const char *player, const char *game,
                 const char *team); /* active */
void test_offense(test_league *league, const char *game, const char *team);
void test_defense(test_league *league, const char *game, const char *team);

/* A played game of a player. */
void test_played(test_league *league, const char *player, const char *game, const char *team,
                 int minutes_tenths, int points);

/* A final regular-season game of the schedule, which makes its date a game date. */
void test_game(test_league *league, const char *game);

/* Game id of a day: "20240114_AWAY_HOME" in a buffer that the next call but three overwrites. */
const char *test_game_id(bf_day day, const char *away, const char *home);

bf_day test_day(const char *text); /* YYYY-MM-DD */

/* Valid until the next call or test_league_free. */
const bf_history *test_league_history(test_league *league);

/* Code of a text in the history made last; fails the test if it is not there. */
int32_t test_code(const test_league *league, bf_dict dictionary, const char *text);

/* The date's work with every processor selected, but none computed; freed with bf_date_free. */
bf_date *test_date(const bf_history *history, bf_context_mode mode, const char *day);

/* Selects and computes all processors of a date. */
bf_date *test_date_computed(const bf_history *history, bf_context_mode mode, const char *day);

#endif
