/* Raw tables made of literals: rows are written as "column=value column=value". */
#ifndef BF_TESTS_RAW_ROWS_H
#define BF_TESTS_RAW_ROWS_H

#include "compute/history/clean.h"
#include "compute/history/raw.h"

typedef struct test_raws {
    bf_raw raw[BF_INPUT_COUNT];
    bf_intern *texts;
} test_raws;

test_raws *test_raws_create(void);
void test_raws_free(test_raws *raws);

/* Adds a row; fails the test if a value is refused. */
void test_raw_row(test_raws *raws, bf_input table, const char *cells);

/* A row of a game table with its keys, date and season filled from the game id YYYYMMDD_AWAY_HOME;
 * for `team` the opponent is the other one. `cells` may be empty. */
void test_raw_player(test_raws *raws, const char *player, const char *game, const char *team,
                     const char *cells);
void test_raw_team(test_raws *raws, bf_input table, const char *game, const char *team,
                   const char *cells);

/* The schedule's row of a game. */
void test_raw_game(test_raws *raws, const char *number, const char *game, const char *cells);

/* `games` games of BOS at LAL with a player each and all team rows, a day each from 2023-01-01, so
 * that a table has enough rows for a few odd ones. */
void test_raw_games(test_raws *raws, int games);

/* Warnings are collected here, a line each. */
typedef struct test_warnings {
    bf_warnings to;
    int count;
    char text[4096];
} test_warnings;
void test_warnings_init(test_warnings *warnings);

#endif
