/* TDZA: rows and ranking by the worked examples of spec/zones.md §2.6, league averages, who gets a
 * row. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compute/features/tdza.h"
#include "tests/support/tables.h"

static const char AS_OF[] = "2024-01-15";
static const char GAME[] = "20240115_NYK_BOS";

/* The games of an example, a day each, the newest on the day before the date. */
static void add_games(test_league *league, const char *team, const test_cases *games,
                      const char *example)
{
    bf_day day = test_day(AS_OF);
    for (int64_t row = 0; row < games->rows; row++) {
        if (strcmp(test_text(games, row, "example"), example) != 0)
            continue;
        for (int64_t n = test_scaled(games, row, "games", 0, 0); n > 0; n--) {
            test_defense(league, test_game_id(--day, "NYK", "BOS"), team);
            test_fill(league, BF_INPUT_tdg, games, row);
        }
    }
    assert_true(day < test_day(AS_OF));
}

static void test_rows(void **state)
{
    (void)state;
    test_cases games = test_cases_read("tdza", "games"), rows = test_cases_read("tdza", "rows");
    for (int64_t i = 0; i < rows.rows; i++) {
        test_league *league = test_league_create();
        add_games(league, "BOS", &games, test_text(&rows, i, "example"));
        test_defense(league, GAME, "BOS");
        test_set(league, BF_tdg_opp_paint_attempts, 99); /* on the date: no game before it */
        const bf_history *history = test_league_history(league);
        bf_tdza_league averages = bf_tdza_league_of(history, test_day(AS_OF));
        int64_t nulled[BF_MAX_COLUMNS] = {0};
        bf_tdza_facts facts;
        bf_tdza_row row;
        bf_columns columns;
        bf_error err = BF_ERROR_INIT;
        bf_tdza_facts_of(&facts, history, test_day(AS_OF), 0, &averages);
        bf_tdza_values_of(&row, &facts, history, test_day(AS_OF), 0, nulled);
        assert_int_equal(bf_columns_alloc(&columns, &bf_outputs[BF_OUTPUT_tdza], 1, &err), BF_OK);
        bf_tdza_store(&columns, 0, &row, 1);
        test_expect(&rows, i, &columns, 0, history->dictionaries);
        test_expect_nulled(&rows, i, nulled);
        assert_int_equal(row.calculation_notes, test_scaled(&rows, i, "notes", 0, 0));
        bf_columns_free(&columns);
        test_league_free(league);
    }
    test_cases_free(&games);
    test_cases_free(&rows);
}

/* League averages such that half of the shots made is `vs` percentage points above. */
static double average_for(double vs)
{
    return isnan(vs) ? 0.5 : 0.5 - vs / 100.0;
}

static void expect_zone(const test_cases *cases, int64_t row, const char *column, int8_t zone)
{
    const char *got = zone == BF_NULL_I8 ? "" : bf_set_text(BF_SET_ZONE, zone);
    if (strcmp(got, test_text(cases, row, column)) != 0)
        fail_msg("%s: %s is %s", test_where(cases, row), column, got);
}

static void test_ranking(void **state)
{
    (void)state;
    test_cases cases = test_cases_read("tdza", "ranking");
    test_league *league = test_league_create();
    test_defense(league, GAME, "BOS");
    const bf_history *history = test_league_history(league);
    for (int64_t i = 0; i < cases.rows; i++) {
        double vs[] = {test_real(&cases, i, "paint"), test_real(&cases, i, "mid_range"),
                       test_real(&cases, i, "three_pt")};
        bf_tdza_facts facts = {.games = 15,
                               .paint_makes = 1,
                               .mid_range_makes = 1,
                               .three_pt_makes = 1,
                               .paint_attempts = isnan(vs[0]) ? 0 : 2,
                               .mid_range_attempts = isnan(vs[1]) ? 0 : 2,
                               .three_pt_attempts = isnan(vs[2]) ? 0 : 2,
                               .league_paint = average_for(vs[0]),
                               .league_mid_range = average_for(vs[1]),
                               .league_three_pt = average_for(vs[2])};
        int64_t nulled[BF_MAX_COLUMNS] = {0};
        bf_tdza_row row;
        bf_tdza_values_of(&row, &facts, history, test_day(AS_OF), 0, nulled);
        expect_zone(&cases, i, "strongest", row.strongest_zone);
        expect_zone(&cases, i, "weakest", row.weakest_zone);
    }
    test_cases_free(&cases);
    test_league_free(league);
}

/* ---- league averages (§2.3)
 * ------------------------------------------------------------------------- */

/* `games` games of a made-up team with 0.6, 0.4 and 0.3 of the shots made, the oldest `oldest` days
 * ago. */
static void add_team(test_league *league, int number, int games, int oldest)
{
    char team[] = {'T', (char)('A' + number / 26), (char)('A' + number % 26), '\0'};
    for (int i = 0; i < games; i++) {
        test_defense(league, test_game_id(test_day(AS_OF) - oldest + i, "NYK", "BOS"), team);
        test_set(league, BF_tdg_opp_paint_makes, 6 * (1 + number));
        test_set(league, BF_tdg_opp_paint_attempts, 10 * (1 + number));
        test_set(league, BF_tdg_opp_mid_range_makes, 4);
        test_set(league, BF_tdg_opp_mid_range_attempts, 10);
        test_set(league, BF_tdg_opp_three_pt_makes, 3);
        test_set(league, BF_tdg_opp_three_pt_attempts, 10);
    }
}

static bf_tdza_league averages_of(int teams, int games, int oldest)
{
    test_league *league = test_league_create();
    test_defense(league, GAME, "BOS");
    for (int t = 0; t < teams; t++)
        add_team(league, t, games, oldest);
    bf_tdza_league out = bf_tdza_league_of(test_league_history(league), test_day(AS_OF));
    test_league_free(league);
    return out;
}

static void expect_defaults(bf_tdza_league league, int teams)
{
    assert_int_equal(league.teams, teams);
    assert_true(league.paint == 0.580 && league.mid_range == 0.410 && league.three_pt == 0.355);
}

static void test_league_averages(void **state)
{
    (void)state;
    bf_tdza_league ten = averages_of(10, 10, 30);
    assert_int_equal(ten.teams, 10);
    assert_true(fabs(ten.paint - 0.6) < 1e-15 && fabs(ten.mid_range - 0.4) < 1e-15 &&
                fabs(ten.three_pt - 0.3) < 1e-15);
    expect_defaults(averages_of(9, 10, 30), 9);  /* K < 10 */
    expect_defaults(averages_of(12, 9, 30), 0);  /* G < 10 */
    expect_defaults(averages_of(12, 10, 31), 0); /* one game is 31 days ago */
    assert_int_equal(averages_of(25, 12, 31).teams, 25);
    expect_defaults(averages_of(0, 0, 0), 0);
}

/* A zone without a known make or attempt, or without an attempt, takes the team out (steps 2 to 4).
 */
static void test_league_needs_all_zones(void **state)
{
    (void)state;
    static const struct {
        int column, value;
        bool counts;
    } cases[] = {{BF_tdg_opp_paint_makes, BF_NULL_I16, false},
                 {BF_tdg_opp_mid_range_makes, BF_NULL_I16, false},
                 {BF_tdg_opp_three_pt_makes, BF_NULL_I16, false},
                 {BF_tdg_opp_paint_makes, 0, true},
                 {BF_tdg_opp_mid_range_makes, 0, true},
                 {BF_tdg_opp_mid_range_attempts, BF_NULL_I16, false},
                 {BF_tdg_opp_three_pt_attempts, 0, false},
                 {BF_tdg_opp_three_pt_makes, 0, true},
                 {BF_tdg_points_in_paint_allowed, BF_NULL_I16, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        test_league *league = test_league_create();
        for (int g = 0; g < 12; g++) {
            test_defense(league, test_game_id(test_day(AS_OF) - 1 - g, "NYK", "BOS"), "BOS");
            for (int c = BF_tdg_opp_paint_attempts; c <= BF_tdg_points_allowed; c++)
                test_set(league, c, 5);
            test_set(league, cases[i].column, cases[i].value);
        }
        bf_tdza_league_team team =
            bf_tdza_league_team_of(test_league_history(league), test_day(AS_OF), 0);
        assert_int_equal(team.counts, cases[i].counts);
        test_league_free(league);
    }
}

/* ---- who gets a row (§2.2, P12, P13)
 * ---------------------------------------------------------------- */

static void add_plain(test_league *league, const char *team, int games, int newest)
{
    for (int i = games - 1; i >= 0; i--) {
        test_defense(league, test_game_id(test_day(AS_OF) - newest - i, "NYK", "BOS"), team);
        test_set(league, BF_tdg_opp_paint_attempts, 30);
    }
}

static void test_select(void **state)
{
    (void)state;
    test_league *league = test_league_create();
    test_game(league, GAME);
    add_plain(league, "ATL", 15, 1);
    add_plain(league, "BOS", 14, 1);
    add_plain(league, "CHI", 14, 1);
    test_defense(league, GAME, "CHI"); /* the date's own game */
    add_plain(league, "DAL", 30, 150); /* last season */
    add_plain(league, "DEN", 15, 1);
    test_set(league, BF_tdg_blocks_three_pt, -1); /* in the newest game */
    add_plain(league, "HOU", 15, 1);
    test_set(league, BF_tdg_points_allowed, -1);
    add_plain(league, "IND", 1, 16); /* the 16th newest */
    test_set(league, BF_tdg_blocks_paint, -1);
    add_plain(league, "IND", 15, 1);
    add_plain(league, "LAL", 15, 1);
    test_set(league, BF_tdg_defensive_rating, -500); /* no count */
    add_plain(league, "MIA", 3, 1);
    test_set(league, BF_tdg_blocks_paint, -1); /* too few games comes first */
    bf_date *date = test_date(test_league_history(league), BF_CONTEXT_DERIVED, AS_OF);
    const bf_selection *selection = &date->selections[BF_PROCESSOR_tdza];
    static const char *const selected[] = {"ATL", "IND", "LAL"};
    assert_int_equal(selection->count, 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(selection->entities[i], test_code(league, BF_DICT_TEAMS, selected[i]));
    static const struct {
        const char *team;
        int category, expected, actual, can_retry;
    } failures[] = {{"BOS", BF_FAILURE_INSUFFICIENT_DATA, 15, 14, 1},
                    {"CHI", BF_FAILURE_INSUFFICIENT_DATA, 15, 14, 1},
                    {"DEN", BF_FAILURE_PROCESSING_ERROR, BF_NULL_I8, BF_NULL_I8, 0},
                    {"HOU", BF_FAILURE_PROCESSING_ERROR, BF_NULL_I8, BF_NULL_I8, 0},
                    {"MIA", BF_FAILURE_INSUFFICIENT_DATA, 15, 3, 1}};
    assert_int_equal(selection->failure_count, 5);
    for (int i = 0; i < 5; i++) {
        const bf_failure_row *failure = &selection->failures[i];
        assert_int_equal(failure->entity_id, test_code(league, BF_DICT_ENTITIES, failures[i].team));
        assert_int_equal(failure->failure_category, failures[i].category);
        assert_int_equal(failure->expected_game_count, failures[i].expected);
        assert_int_equal(failure->actual_game_count, failures[i].actual);
        assert_int_equal(failure->can_retry, failures[i].can_retry);
    }
    bf_date_free(date);
    test_league_free(league);
}

static void test_no_game_fails_the_date(void **state)
{
    (void)state;
    test_league *league = test_league_create();
    test_game(league, GAME);
    test_defense(league, GAME, "BOS");
    add_plain(league, "BOS", 30, 150);
    bf_date *date = test_date(test_league_history(league), BF_CONTEXT_DERIVED, AS_OF);
    const bf_selection *selection = &date->selections[BF_PROCESSOR_tdza];
    assert_int_equal(selection->status, BF_UNIT_FAILED);
    assert_int_equal(selection->failure_count, 1);
    assert_int_equal(selection->failures[0].entity_id, date->history->date_level);
    assert_int_equal(selection->failures[0].failure_category, BF_FAILURE_MISSING_DEPENDENCY);
    assert_int_equal(selection->failures[0].can_retry, 1);
    bf_date_free(date);
    test_league_free(league);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_ranking),
        cmocka_unit_test(test_league_averages),
        cmocka_unit_test(test_league_needs_all_zones),
        cmocka_unit_test(test_select),
        cmocka_unit_test(test_no_game_fails_the_date),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
