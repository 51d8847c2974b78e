/* PDC: rows by the worked examples of spec/players.md §7.2, completeness windows, who gets a row.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compute/features/completeness.h"
#include "compute/features/pdc.h"
#include "tests/support/tables.h"

static const char AS_OF[] = "2024-01-15";
static const char GAME[] = "20240115_NYK_BOS";

/* Facts of the only listed player; the caller frees *date. */
static bf_pdc_facts facts_of(bf_date **date, const bf_context_row **row, const bf_history *history,
                             bf_context_mode mode)
{
    bf_error err = BF_ERROR_INIT;
    bf_context *context;
    bf_pdc_facts facts;
    *date = test_date(history, mode, AS_OF);
    assert_int_equal(bf_context_of(&context, *date, &err), BF_OK);
    assert_int_equal(context->count, 1);
    *row = &context->rows[0];
    bf_pdc_facts_of(&facts, (*date)->day, *row, bf_context_team_of(context, *date, (*row)->team),
                    NULL);
    assert_false(facts.has_zones);
    return facts;
}

/* His row, in *columns too (freed by the caller); no value is too large for its column. */
static bf_pdc_row row_of(bf_date **date, bf_columns *columns, const bf_history *history,
                         bf_context_mode mode)
{
    bf_error err = BF_ERROR_INIT;
    const bf_context_row *context;
    bf_pdc_row row;
    int64_t nulled[BF_MAX_COLUMNS] = {0};
    bf_pdc_facts facts = facts_of(date, &context, history, mode);
    bf_pdc_values_of(&row, &facts, context, NULL, (*date)->day, nulled);
    for (int c = 0; c < BF_MAX_COLUMNS; c++)
        assert_int_equal(nulled[c], 0);
    assert_int_equal(bf_columns_alloc(columns, &bf_outputs[BF_OUTPUT_pdc], 1, &err), BF_OK);
    bf_pdc_store(columns, 0, &row, 1);
    return row;
}

static void test_rows(void **state)
{
    (void)state;
    test_cases games = test_cases_read("pdc", "games"), rows = test_cases_read("pdc", "rows");
    for (int64_t i = 0; i < rows.rows; i++) {
        test_league *league = test_league_create();
        bf_date *date;
        bf_columns columns;
        test_game(league, GAME);
        test_player(league, "player", GAME, "BOS");
        test_add_games(league, "player", &games, test_text(&rows, i, "example"), test_day(AS_OF));
        bf_pdc_row row = row_of(&date, &columns, test_league_history(league), BF_CONTEXT_DERIVED);
        test_expect(&rows, i, &columns, 0, date->history->dictionaries);
        assert_int_equal(row.insufficient_data_reason,
                         row.early_season_flag ? BF_EARLY_REASON_FEW_GAMES : BF_NULL_I8);
        bf_columns_free(&columns);
        bf_date_free(date);
        test_league_free(league);
    }
    test_cases_free(&games);
    test_cases_free(&rows);
}

/* What follows from the date alone (§1.2). */
static void test_dates(void **state)
{
    (void)state;
    test_cases cases = test_cases_read("pdc", "dates");
    for (int64_t i = 0; i < cases.rows; i++) {
        bf_context_row context = {.universal_player_id = BF_NULL_I32};
        bf_pdc_facts facts = {.games = 5};
        bf_pdc_row row;
        bf_columns columns;
        bf_error err = BF_ERROR_INIT;
        int64_t nulled[BF_MAX_COLUMNS] = {0};
        bf_pdc_values_of(&row, &facts, &context, NULL, test_day(test_text(&cases, i, "as_of")),
                         nulled);
        assert_int_equal(bf_columns_alloc(&columns, &bf_outputs[BF_OUTPUT_pdc], 1, &err), BF_OK);
        bf_pdc_store(&columns, 0, &row, 1);
        test_expect(&cases, i, &columns, 0, NULL);
        bf_columns_free(&columns);
    }
    test_cases_free(&cases);
}

static void test_deviation(void **state)
{
    (void)state;
    assert_true(isnan(bf_pdc_deviation(22, 484, 1)));
    assert_true(isnan(bf_pdc_deviation(0, 0, 0)));
    assert_true(bf_pdc_deviation(44, 968, 2) == 0.0);
    assert_true(fabs(bf_pdc_deviation(305, 9385, 10) - 3.0276503540974917) < 1e-15);
}

/* ---- team and context columns
 * ----------------------------------------------------------------------- */

/* Team window of 10 games crosses seasons (§5.1); paces 100.0 to 109.0, ratings 115.0 (example 2).
 */
static void test_team_window(void **state)
{
    (void)state;
    test_league *league = test_league_create();
    test_game(league, GAME);
    test_player(league, "player", GAME, "BOS");
    for (int i = 0; i < 12; i++) {
        bf_day day =
            i < 6 ? test_day(AS_OF) - 1 - i : test_day("2023-04-09") - i; /* six of last season */
        test_offense(league, test_game_id(day, "NYK", "BOS"), "BOS");
        test_set(league, BF_tog_pace, i < 10 ? 1000 + 10 * i : 5000);
        test_set(league, BF_tog_offensive_rating, i < 10 ? 11500 : 50000);
    }
    test_offense(league, GAME, "BOS");
    test_set(league, BF_tog_pace, 5000);
    bf_date *date;
    bf_columns columns;
    bf_pdc_row row = row_of(&date, &columns, test_league_history(league), BF_CONTEXT_DERIVED);
    assert_int_equal(row.team_pace_last_10, 1045000);
    assert_int_equal(row.team_off_rating_last_10, 1150000);
    bf_columns_free(&columns);
    bf_date_free(date);
    test_league_free(league);
}

/* Context columns are copied, nulls included (example 10). */
static void test_context_columns(void **state)
{
    (void)state;
    test_league *league = test_league_create();
    test_game(league, GAME);
    test_player(league, "player", GAME, "BOS");
    for (int filled = 0; filled < 2; filled++) {
        test_row(league, BF_INPUT_upgc);
        test_key(league, BF_upgc_player_lookup, "player");
        test_key(league, BF_upgc_game_id, GAME);
        test_key(league, BF_upgc_team_abbr, "BOS");
        test_key(league, BF_upgc_opponent_team_abbr, "NYK");
        test_set(league, BF_upgc_game_date, test_day(AS_OF));
        if (filled == 0) {
            bf_date *date;
            bf_columns columns;
            bf_pdc_row row = row_of(&date, &columns, test_league_history(league), BF_CONTEXT_AUTO);
            assert_int_equal(row.games_in_last_7_days, BF_NULL_I16);
            assert_int_equal(row.minutes_in_last_14_days, BF_NULL_I16);
            assert_int_equal(row.avg_minutes_per_game_last_7, BF_NULL_I32);
            assert_int_equal(row.player_age, BF_NULL_I16);
            bf_columns_free(&columns);
            bf_date_free(date);
            test_league_free(league);
            league = test_league_create();
            test_game(league, GAME);
            test_player(league, "player", GAME, "BOS");
            continue;
        }
        test_set(league, BF_upgc_games_in_last_7_days, 3);
        test_set(league, BF_upgc_games_in_last_14_days, 6);
        test_set(league, BF_upgc_minutes_in_last_7_days, 99);
        test_set(league, BF_upgc_minutes_in_last_14_days, 190);
        test_set(league, BF_upgc_avg_minutes_per_game_last_7, 331);
        test_set(league, BF_upgc_back_to_backs_last_14_days, 2);
        test_set(league, BF_upgc_fourth_quarter_minutes_last_7, 21);
        test_set(league, BF_upgc_player_age, 31);
        bf_date *date;
        bf_columns columns;
        bf_pdc_row row = row_of(&date, &columns, test_league_history(league), BF_CONTEXT_AUTO);
        assert_int_equal(row.games_in_last_7_days, 3);
        assert_int_equal(row.games_in_last_14_days, 6);
        assert_int_equal(row.minutes_in_last_7_days, 99);
        assert_int_equal(row.minutes_in_last_14_days, 190);
        assert_int_equal(row.avg_minutes_per_game_last_7, 331000);
        assert_int_equal(row.back_to_backs_last_14_days, 2);
        assert_int_equal(row.fourth_quarter_minutes_last_7, 21);
        assert_int_equal(row.player_age, 31);
        bf_columns_free(&columns);
        bf_date_free(date);
    }
    test_league_free(league);
}

/* ---- completeness (§6.2)
 * ---------------------------------------------------------------------------- */

typedef void (*day_function)(test_league *league, bf_day day);

static void add_team_game(test_league *league, bf_day day)
{
    test_offense(league, test_game_id(day, "NYK", "BOS"), "BOS");
}

static void add_player_row(test_league *league, bf_day day)
{
    test_player(league, "player", test_game_id(day, "NYK", "BOS"), "BOS");
    test_set(league, BF_pgs_is_active, 0); /* any activity counts */
}

static void for_each_day(test_league *league, const char *days_before, day_function add)
{
    char *end;
    for (const char *at = days_before; *at != '\0'; at = end) {
        long days = strtol(at, &end, 10);
        add(league, test_day(AS_OF) - (bf_day)days);
    }
}

static void expect_window(const test_cases *cases, int64_t row, const char *name, bf_completeness c)
{
    char column[32];
    (void)snprintf(column, sizeof column, "expected_%s", name);
    int64_t expected = test_scaled(cases, row, column, 0, 0);
    (void)snprintf(column, sizeof column, "actual_%s", name);
    int64_t actual = test_scaled(cases, row, column, 0, 0);
    bool complete = strcmp(test_text(cases, row, name), "true") == 0;
    if (c.expected != expected || c.actual != actual ||
        bf_completeness_is_ready(c, true) != complete)
        fail_msg("%s: %s is %d of %d", test_where(cases, row), name, c.actual, c.expected);
}

static void test_completeness(void **state)
{
    (void)state;
    test_cases cases = test_cases_read("pdc", "completeness");
    for (int64_t i = 0; i < cases.rows; i++) {
        test_league *league = test_league_create();
        test_player(league, "player", GAME, "BOS");
        add_team_game(league, test_day(AS_OF)); /* the date itself is no game before it */
        for_each_day(league, test_text(&cases, i, "team_days"), add_team_game);
        for_each_day(league, test_text(&cases, i, "player_days"), add_player_row);
        bf_date *date;
        const bf_context_row *row;
        bf_pdc_facts f = facts_of(&date, &row, test_league_history(league), BF_CONTEXT_DERIVED);
        expect_window(&cases, i, "l5", (bf_completeness){f.expected_l5, f.actual_l5});
        expect_window(&cases, i, "l10", (bf_completeness){f.expected_l10, f.actual_l10});
        expect_window(&cases, i, "l7d", (bf_completeness){f.expected_l7d, f.actual_l7d});
        expect_window(&cases, i, "l14d", (bf_completeness){f.expected_l14d, f.actual_l14d});
        bf_date_free(date);
        test_league_free(league);
    }
    test_cases_free(&cases);
}

/* The team is that of the newest row, of any season; its games are those of the season. */
static void test_completeness_team(void **state)
{
    (void)state;
    test_league *league = test_league_create();
    test_player(league, "player", GAME, "BOS");
    test_player(league, "player", "20230405_NYK_BOS", "NYK");
    test_offense(league, "20240114_NYK_BOS", "NYK");
    test_offense(league, "20230405_NYK_BOS", "NYK");
    test_offense(league, "20240114_NYK_BOS", "BOS");
    test_offense(league, "20240112_NYK_BOS", "BOS");
    bf_date *date;
    const bf_context_row *row;
    bf_pdc_facts f = facts_of(&date, &row, test_league_history(league), BF_CONTEXT_DERIVED);
    assert_int_equal(f.expected_l10, 1);
    assert_int_equal(f.actual_l10, 0);
    bf_date_free(date);
    test_league_free(league);
}

static void test_percentage(void **state)
{
    (void)state;
    assert_true(bf_completeness_percentage((bf_completeness){3, 2}, 100.0) == 66.7);
    assert_true(bf_completeness_percentage((bf_completeness){7, 6}, 100.0) == 85.7);
    assert_true(bf_completeness_percentage((bf_completeness){8, 1}, 100.0) == 12.5);
    assert_true(bf_completeness_percentage((bf_completeness){13, 6}, 100.0) == 46.2); /* 46.154 */
    assert_true(bf_completeness_percentage((bf_completeness){13, 7}, 100.0) == 53.8); /* 53.846 */
    assert_true(bf_completeness_percentage((bf_completeness){0, 0}, 100.0) == 100.0);
    assert_true(bf_completeness_percentage((bf_completeness){0, 0}, 0.0) == 0.0);
    assert_true(bf_completeness_is_ready((bf_completeness){10, 9}, false));
    assert_false(bf_completeness_is_ready((bf_completeness){9, 8}, false));
    assert_false(bf_completeness_is_ready((bf_completeness){0, 0}, false));
}

/* ---- who gets a row (§5.1)
 * -------------------------------------------------------------------------- */

static void add_played(test_league *league, const char *player, int games)
{
    test_player(league, player, GAME, "BOS");
    for (int i = 1; i <= games; i++)
        test_played(league, player, test_game_id(test_day(AS_OF) - i, "NYK", "BOS"), "BOS", 300,
                    20);
}

static void test_select(void **state)
{
    (void)state;
    test_league *league = test_league_create();
    test_game(league, GAME);
    add_played(league, "exactly-5", 5);
    add_played(league, "four", 4);
    add_played(league, "none", 0);
    add_played(league, "four-and-a-dnp", 4);
    test_played(league, "four-and-a-dnp", "20240105_NYK_BOS", "BOS", 300, 20);
    test_set(league, BF_pgs_is_dnp, 1);
    add_played(league, "four-and-last-season", 4);
    test_played(league, "four-and-last-season", "20230405_NYK_BOS", "BOS", 300, 20);
    for (int i = 1; i <= 10; i++)
        test_played(league, "not-listed", test_game_id(test_day(AS_OF) - i, "NYK", "BOS"), "BOS",
                    300, 20);
    bf_date *date = test_date_computed(test_league_history(league), BF_CONTEXT_DERIVED, AS_OF);
    const bf_selection *selection = &date->selections[BF_PROCESSOR_pdc];
    assert_int_equal(selection->count, 1);
    assert_int_equal(selection->entities[0], test_code(league, BF_DICT_PLAYERS, "exactly-5"));
    assert_int_equal(selection->failure_count, 4);
    static const struct {
        const char *player;
        int actual;
    } failures[] = {{"four", 4}, {"four-and-a-dnp", 4}, {"four-and-last-season", 4}, {"none", 0}};
    for (int i = 0; i < 4; i++) {
        const bf_failure_row *failure = &selection->failures[i];
        assert_int_equal(failure->entity_id,
                         test_code(league, BF_DICT_ENTITIES, failures[i].player));
        assert_int_equal(failure->failure_category, BF_FAILURE_INSUFFICIENT_DATA);
        assert_int_equal(failure->can_retry, 1);
        assert_int_equal(failure->expected_game_count, 5);
        assert_int_equal(failure->actual_game_count, failures[i].actual);
    }
    assert_int_equal(date->reprocess_skipped, 0); /* without team rows nothing is expected */
    bf_date_free(date);

    for (int i = 1; i <= 9; i++)
        add_team_game(league, test_day(AS_OF) - i);
    date = test_date_computed(test_league_history(league), BF_CONTEXT_DERIVED, AS_OF);
    assert_int_equal(date->reprocess_skipped, 1); /* B23: five of nine games */
    bf_date_free(date);
    test_league_free(league);
}

/* A played row (§1.4): active, not a DNP, points known, minutes or points above 0. */
static void test_played_rows(void **state)
{
    (void)state;
    static const struct {
        int active, dnp, minutes, points;
        bool counts;
    } kinds[] = {{1, BF_NULL_I8, 100, 0, true},
                 {1, 0, 100, 0, true},
                 {1, 1, 100, 10, false},
                 {0, BF_NULL_I8, 100, 10, false},
                 {1, BF_NULL_I8, 0, 0, false},
                 {1, BF_NULL_I8, 0, 2, true},
                 {1, BF_NULL_I8, BF_NULL_I16, 2, true},
                 {1, BF_NULL_I8, BF_NULL_I16, 0, false},
                 {1, BF_NULL_I8, 100, BF_NULL_I16, false},
                 {1, BF_NULL_I8, 100, -3, true},
                 {1, BF_NULL_I8, 0, -3, false}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        test_league *league = test_league_create();
        test_played(league, "player", "20240110_NYK_BOS", "BOS", kinds[i].minutes, kinds[i].points);
        test_set(league, BF_pgs_is_active, kinds[i].active);
        test_set(league, BF_pgs_is_dnp, kinds[i].dnp);
        const bf_history *history = test_league_history(league);
        bf_window window = bf_window_season(&history->series[BF_SERIES_PLAYED], 0, test_day(AS_OF));
        assert_int_equal(bf_window_games(window), kinds[i].counts);
        test_league_free(league);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_deviation),
        cmocka_unit_test(test_team_window),
        cmocka_unit_test(test_context_columns),
        cmocka_unit_test(test_completeness),
        cmocka_unit_test(test_completeness_team),
        cmocka_unit_test(test_percentage),
        cmocka_unit_test(test_select),
        cmocka_unit_test(test_played_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
