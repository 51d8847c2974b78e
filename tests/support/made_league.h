/* The made-up league as raw tables, for tests: make one, look at its cells. */
#ifndef BF_TESTS_MADE_LEAGUE_H
#define BF_TESTS_MADE_LEAGUE_H

#include "compute/history/raw.h"
#include "compute/synth/league.h"

typedef struct test_made {
    bf_intern *texts;
    bf_raw raws[BF_INPUT_COUNT];
} test_made;

bf_status test_made_try(test_made *out, const bf_synth_options *options, bf_error *err);
void test_made_free(test_made *league);
test_made test_made_create(int first_season, int last_season, int scale, uint64_t seed);
int64_t test_made_rows(const test_made *league, bf_input table);
bool test_made_is_null(const test_made *league, bf_input table, int column, int64_t row);
int64_t test_made_get(const test_made *league, bf_input table, int column, int64_t row);
const char *test_made_text(const test_made *league, bf_dict dictionary, int64_t code);

/* Columns of a league called `league`. */
#define PGS(column, row) test_made_get(league, BF_INPUT_pgs, BF_pgs_##column, row)
#define TOG(column, row) test_made_get(league, BF_INPUT_tog, BF_tog_##column, row)
#define TDG(column, row) test_made_get(league, BF_INPUT_tdg, BF_tdg_##column, row)
#define SCHEDULE(column, row) test_made_get(league, BF_INPUT_schedule, BF_schedule_##column, row)

#endif
