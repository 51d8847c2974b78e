/* PSZA: formulas by the worked examples of spec/zones.md §3.6, then who gets a row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compute/features/psza.h"
#include "tests/support/tables.h"

static const char AS_OF[] = "2024-01-15";

static void test_rows_of_examples(void **state)
{
    (void)state;
    test_cases games = test_cases_read("psza", "games"), rows = test_cases_read("psza", "rows");
    for (int64_t i = 0; i < rows.rows; i++) {
        test_league *league = test_league_create();
        test_add_games(league, "player", &games, test_text(&rows, i, "example"), test_day(AS_OF));
        test_played(league, "player", "20240115_NYK_BOS", "BOS", 300, 10);
        const bf_history *history = test_league_history(league);
        int64_t nulled[BF_MAX_COLUMNS] = {0};
        bf_psza_facts facts;
        bf_psza_row row;
        bf_columns columns;
        bf_error err = BF_ERROR_INIT;
        bf_psza_windows windows = bf_psza_windows_of(history, test_day(AS_OF), 0);
        bf_psza_facts_of(&facts, &windows);
        bf_psza_values_of(&row, &facts, &windows, history, test_day(AS_OF), 0, nulled);
        assert_int_equal(bf_columns_alloc(&columns, &bf_outputs[BF_OUTPUT_psza], 1, &err), BF_OK);
        bf_psza_store(&columns, 0, &row, 1);
        test_expect(&rows, i, &columns, 0, history->dictionaries);
        test_expect_nulled(&rows, i, nulled);
        bf_columns_free(&columns);
        test_league_free(league);
    }
    test_cases_free(&games);
    test_cases_free(&rows);
}

static void expect_code(const test_cases *cases, int64_t row, const char *column, bf_set set,
                        int8_t code)
{
    const char *expected = test_text(cases, row, column);
    const char *got = code == BF_NULL_I8 ? "" : bf_set_text(set, code);
    if (strcmp(got, expected) != 0)
        fail_msg("%s: %s, expected %s", test_where(cases, row), got, expected);
}

static void test_primary_zone(void **state)
{
    (void)state;
    test_cases cases = test_cases_read("psza", "primary_zone");
    for (int64_t i = 0; i < cases.rows; i++)
        expect_code(
            &cases, i, "zone", BF_SET_SCORING_ZONE,
            bf_psza_primary_zone((int32_t)test_scaled(&cases, i, "paint", 2, BF_NULL_I32),
                                 (int32_t)test_scaled(&cases, i, "mid_range", 2, BF_NULL_I32),
                                 (int32_t)test_scaled(&cases, i, "three_pt", 2, BF_NULL_I32)));
    test_cases_free(&cases);
}

static void test_quality(void **state)
{
    (void)state;
    test_cases cases = test_cases_read("psza", "quality");
    for (int64_t i = 0; i < cases.rows; i++)
        expect_code(&cases, i, "quality", BF_SET_SAMPLE_QUALITY,
                    bf_psza_quality((int32_t)test_scaled(&cases, i, "games", 0, 0),
                                    (int32_t)test_scaled(&cases, i, "window", 0, 0)));
    test_cases_free(&cases);
}

/* ---- who gets a row
 * ------------------------------------------------------------------------------- */

/* `games` eligible games of a player, a day each, the newest `newest` days before the date. */
static void add_games(test_league *league, const char *player, int games, int newest)
{
    for (int i = 0; i < games; i++)
        test_played(league, player, test_game_id(test_day(AS_OF) - newest - i, "NYK", "BOS"), "BOS",
                    300, 10);
}

static const bf_failure_row *failure_of(const bf_date *date, const char *entity)
{
    const bf_selection *selection = &date->selections[BF_PROCESSOR_psza];
    for (int64_t i = 0; i < selection->failure_count; i++) {
        if (strcmp(bf_dictionary_text(&date->history->dictionaries[BF_DICT_ENTITIES],
                                      selection->failures[i].entity_id),
                   entity) == 0)
            return &selection->failures[i];
    }
    return NULL;
}

static void test_select(void **state)
{
    (void)state;
    test_league *league = test_league_create();
    test_game(league, "20240115_NYK_BOS");
    add_games(league, "exactly-10", 10, 1);
    add_games(league, "nine", 9, 1);
    add_games(league, "nine-and-the-date", 9, 1);
    test_played(league, "nine-and-the-date", "20240115_NYK_BOS", "BOS", 300, 10);
    add_games(league, "one", 1, 1);
    add_games(league, "on-the-date-only", 1, 0);
    add_games(league, "last-season", 30, 150); /* 2023-08-18 and before */
    add_games(league, "negative", 10, 1);
    test_set(league, BF_pgs_paint_makes, -1);
    add_games(league, "negative-20th", 20, 1);
    test_set(league, BF_pgs_assisted_fg_makes, -1);
    add_games(league, "negative-21st", 21, 1);
    test_set(league, BF_pgs_fg_makes, -1);
    add_games(league, "negative-attempts", 10, 1);
    test_set(league, BF_pgs_fg_attempts, -1); /* a filter, not a sum */
    add_games(league, "negative-nine", 9, 1);
    test_set(league, BF_pgs_paint_makes, -1);
    bf_date *date = test_date(test_league_history(league), BF_CONTEXT_DERIVED, AS_OF);
    const bf_selection *selection = &date->selections[BF_PROCESSOR_psza];
    static const char *const selected[] = {"exactly-10", "negative-21st", "negative-attempts"};
    assert_int_equal(selection->status, BF_UNIT_SUCCESS);
    assert_int_equal(selection->count, 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(selection->entities[i], test_code(league, BF_DICT_PLAYERS, selected[i]));
    static const struct {
        const char *player;
        int actual;
    } too_few[] = {{"nine", 9}, {"nine-and-the-date", 9}, {"one", 1}, {"negative-nine", 9}};
    for (int i = 0; i < 4; i++) {
        const bf_failure_row *failure = failure_of(date, too_few[i].player);
        assert_non_null(failure);
        assert_int_equal(failure->failure_category, BF_FAILURE_EXPECTED_INCOMPLETE);
        assert_int_equal(failure->can_retry, 0);
        assert_int_equal(failure->expected_game_count, 10);
        assert_int_equal(failure->actual_game_count, too_few[i].actual);
    }
    static const char *const negative[] = {"negative", "negative-20th"};
    for (int i = 0; i < 2; i++) {
        const bf_failure_row *failure = failure_of(date, negative[i]);
        assert_non_null(failure);
        assert_int_equal(failure->failure_category, BF_FAILURE_PROCESSING_ERROR);
        assert_int_equal(failure->can_retry, 0);
        assert_int_equal(failure->expected_game_count, BF_NULL_I8);
    }
    assert_int_equal(selection->failure_count, 6);
    bf_date_free(date);
    test_league_free(league);
}

/* Minutes or attempts above 0, and active (§3.2). */
static void test_eligible_rows(void **state)
{
    (void)state;
    test_league *league = test_league_create();
    test_game(league, "20240115_NYK_BOS");
    add_games(league, "player", 9, 1);
    static const struct {
        int minutes, attempts;
        bool active, counts;
    } kinds[] = {{0, BF_NULL_I16, true, false},
                 {BF_NULL_I16, 0, true, false},
                 {BF_NULL_I16, 1, true, true},
                 {0, 1, true, true},
                 {1, 0, true, true},
                 {300, 5, false, false}};
    int expected = 9;
    for (int i = 0; i < 6; i++) {
        test_player(league, "player", test_game_id(test_day(AS_OF) - 20 - i, "NYK", "BOS"), "BOS");
        test_set(league, BF_pgs_minutes_played, kinds[i].minutes);
        test_set(league, BF_pgs_fg_attempts, kinds[i].attempts);
        test_set(league, BF_pgs_is_active, kinds[i].active);
        expected += kinds[i].counts;
    }
    bf_psza_facts facts;
    bf_psza_windows windows = bf_psza_windows_of(test_league_history(league), test_day(AS_OF), 0);
    bf_psza_facts_of(&facts, &windows);
    assert_int_equal(facts.games_20, expected);
    test_league_free(league);
}

static void test_no_eligible_row_fails_the_date(void **state)
{
    (void)state;
    test_league *league = test_league_create();
    test_game(league, "20240115_NYK_BOS");
    add_games(league, "player", 5, 0);
    test_set(league, BF_pgs_is_active, 0);
    add_games(league, "last-season", 30, 150);
    bf_date *date = test_date(test_league_history(league), BF_CONTEXT_DERIVED, AS_OF);
    assert_int_equal(date->selections[BF_PROCESSOR_psza].status,
                     BF_UNIT_SUCCESS); /* days before count */
    bf_date_free(date);
    test_league_free(league);

    league = test_league_create();
    test_game(league, "20240115_NYK_BOS");
    add_games(league, "player", 1, 0);
    add_games(league, "last-season", 30, 150);
    date = test_date(test_league_history(league), BF_CONTEXT_DERIVED, AS_OF);
    const bf_selection *selection = &date->selections[BF_PROCESSOR_psza];
    assert_int_equal(selection->status, BF_UNIT_FAILED);
    assert_int_equal(selection->failure_count, 1);
    assert_int_equal(selection->failures[0].entity_id, date->history->date_level);
    assert_int_equal(selection->failures[0].failure_category, BF_FAILURE_MISSING_DEPENDENCY);
    assert_int_equal(selection->failures[0].can_retry, 1);
    bf_date_free(date);
    test_league_free(league);
}

/* Two games of a date: both count, the greater game id is the newer (P4), and its universal id is
 * taken. */
static void test_double_header(void **state)
{
    (void)state;
    test_league *league = test_league_create();
    add_games(league, "player", 9, 2);
    test_played(league, "player", "20240114_NYK_BOS", "BOS", 100, 10);
    test_key(league, BF_pgs_universal_player_id, "newest");
    test_played(league, "player", "20240114_MIA_BOS", "BOS", 300, 10);
    test_key(league, BF_pgs_universal_player_id, "other");
    const bf_history *history = test_league_history(league);
    int64_t nulled[BF_MAX_COLUMNS] = {0};
    bf_psza_facts facts;
    bf_psza_row row;
    bf_psza_windows windows = bf_psza_windows_of(history, test_day(AS_OF), 0);
    bf_psza_facts_of(&facts, &windows);
    bf_psza_values_of(&row, &facts, &windows, history, test_day(AS_OF), 0, nulled);
    assert_int_equal(facts.games_20, 11);
    assert_int_equal(row.universal_player_id, test_code(league, BF_DICT_UNIVERSAL, "newest"));
    test_league_free(league);
}

/* P8: of rows before the date the hash of the newest processed one, of equal times the greatest. */
static void test_source_hash(void **state)
{
    (void)state;
    test_league *league = test_league_create();
    add_games(league, "player", 10, 2);
    static const struct {
        const char *game;
        uint64_t hash;
        int64_t processed;
    } rows[] = {{"20230405_NYK_BOS", 7, 100},
                {"20240112_NYK_MIA", 5, 200},
                {"20240113_NYK_MIA", 6, 200},
                {"20240114_NYK_MIA", BF_NULL_U64, 300},
                {"20240115_NYK_MIA", 9, 400}};
    for (int i = 0; i < 5; i++) {
        test_played(league, "other", rows[i].game, "MIA", 300, 10);
        test_set(league, BF_pgs_data_hash, (int64_t)rows[i].hash);
        test_set(league, BF_pgs_processed_at, rows[i].processed);
    }
    const bf_history *history = test_league_history(league);
    bf_day first = history->sizes.first_day;
    assert_true(history->newest_player_hash[test_day("2024-01-15") - first] == 6);
    assert_true(history->newest_player_hash[test_day("2024-01-13") - first] == 5);
    assert_true(history->newest_player_hash[test_day("2024-01-12") - first] ==
                7); /* of any season */
    assert_true(history->newest_player_hash[test_day("2023-04-05") - first] == BF_NULL_U64);
    test_league_free(league);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_of_examples),
        cmocka_unit_test(test_primary_zone),
        cmocka_unit_test(test_quality),
        cmocka_unit_test(test_select),
        cmocka_unit_test(test_eligible_rows),
        cmocka_unit_test(test_no_eligible_row_fails_the_date),
        cmocka_unit_test(test_double_header),
        cmocka_unit_test(test_source_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
