/* Between case files and tables: cells named like columns become rows of a league, and rows are
 * compared with cells named like their columns. */
#ifndef BF_TESTS_TABLES_H
#define BF_TESTS_TABLES_H

#include "tests/support/cases.h"
#include "tests/support/league.h"

/* Fills cells of the league's newest row from those columns of the case file that the table has;
 * keys included. Cells of other columns are the test's business. */
void test_fill(test_league *league, bf_input table, const test_cases *cases, int64_t row);

/* Adds the games of an example: each row whose column `example` has that text, `games` times, a day
 * each, the newest on the day before `as_of`. */
void test_add_games(test_league *league, const char *player, const test_cases *games,
                    const char *example, bf_day as_of);

/* Compares row `at` of a table with those cells that are named like its columns ("features[3]" for
 * elements of a vector); an empty cell is null. */
void test_expect(const test_cases *cases, int64_t row, const bf_columns *columns, int64_t at,
                 const bf_dictionary *dictionaries);

/* The cell `nulled` says how many values were too large for their columns; empty is none. nulled:
 * [BF_MAX_COLUMNS], see bf_fit. */
void test_expect_nulled(const test_cases *cases, int64_t row, const int64_t *nulled);

#endif
