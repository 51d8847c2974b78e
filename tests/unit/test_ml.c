/* ML: features and whole vectors by the worked examples of spec/ml_features.md §5, then rows of a
 * date. */
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
#include "compute/features/ml.h"
#include "compute/features/pcf.h"
#include "compute/features/pdc.h"
#include "compute/features/quality.h"
#include "tests/support/tables.h"

static const char AS_OF[] = "2024-01-15";
static const char GAME[] = "20240115_NYK_BOS";

static int32_t whole(const test_cases *cases, int64_t row, const char *column)
{
    return (int32_t)test_scaled(cases, row, column, 0, BF_NULL_I32);
}

static void expect_feature(const test_cases *cases, int64_t row, bf_ml_feature got)
{
    double expected = test_real(cases, row, "value");
    bool constant = whole(cases, row, "constant") == 1;
    if (!(fabs(got.value - expected) <= 1e-15) || (got.value == 0.0 && signbit(got.value)) ||
        got.constant != constant)
        fail_msg("%s: %.17g (constant %d), expected %.17g", test_where(cases, row), got.value,
                 got.constant, expected);
}

static void test_rest_advantage(void **state)
{
    (void)state;
    test_cases cases = test_cases_read("ml", "rest_advantage");
    for (int64_t i = 0; i < cases.rows; i++)
        expect_feature(
            &cases, i,
            bf_ml_rest_advantage(whole(&cases, i, "player"), whole(&cases, i, "opponent")));
    test_cases_free(&cases);
}

static void test_injury_risk(void **state)
{
    (void)state;
    test_cases cases = test_cases_read("ml", "injury_risk");
    for (int64_t i = 0; i < cases.rows; i++) {
        const char *status = test_text(&cases, i, "status");
        int32_t code = *status == '\0' ? BF_NULL_I32
                                       : bf_set_find(BF_SET_PLAYER_STATUS, status, strlen(status));
        expect_feature(&cases, i, bf_ml_injury_risk(code));
    }
    test_cases_free(&cases);
}

/* Facts of a history given by its points, newest first. */
static bf_ml_facts history_of(const char *points)
{
    bf_ml_facts facts = {0};
    int32_t *newest[] = {&facts.points_1, &facts.points_2, &facts.points_3, &facts.points_4,
                         &facts.points_5};
    char *end;
    for (const char *at = points; *at != '\0'; at = end) {
        int32_t value = (int32_t)strtol(at, &end, 10);
        if (facts.history_games < 5)
            *newest[facts.history_games] = value;
        facts.points_sum += value;
        facts.history_games++;
    }
    return facts;
}

static void test_recent_trend(void **state)
{
    (void)state;
    test_cases cases = test_cases_read("ml", "recent_trend");
    for (int64_t i = 0; i < cases.rows; i++) {
        bf_ml_facts facts = history_of(test_text(&cases, i, "points"));
        expect_feature(&cases, i, bf_ml_recent_trend(&facts));
    }
    test_cases_free(&cases);
}

static void test_minutes_change(void **state)
{
    (void)state;
    test_cases cases = test_cases_read("ml", "minutes_change");
    for (int64_t i = 0; i < cases.rows; i++)
        expect_feature(
            &cases, i,
            bf_ml_minutes_change(test_real(&cases, i, "recent"), test_real(&cases, i, "season")));
    test_cases_free(&cases);
}

static void test_free_throws(void **state)
{
    (void)state;
    test_cases cases = test_cases_read("ml", "free_throws");
    for (int64_t i = 0; i < cases.rows; i++) {
        bf_ml_facts facts = {.history_games = whole(&cases, i, "games"),
                             .ft_makes_sum = whole(&cases, i, "free_throws"),
                             .points_sum = whole(&cases, i, "points")};
        expect_feature(&cases, i, bf_ml_free_throws(&facts));
    }
    test_cases_free(&cases);
}

static void test_win_pct(void **state)
{
    (void)state;
    test_cases cases = test_cases_read("ml", "win_pct");
    for (int64_t i = 0; i < cases.rows; i++) {
        bf_ml_facts facts = {.team_games = whole(&cases, i, "games"),
                             .team_wins = whole(&cases, i, "wins")};
        expect_feature(&cases, i, bf_ml_win_pct(&facts));
    }
    test_cases_free(&cases);
}

static void test_quality(void **state)
{
    (void)state;
    test_cases cases = test_cases_read("ml", "quality");
    for (int64_t i = 0; i < cases.rows; i++) {
        bf_quality quality = {{whole(&cases, i, "phase4"), whole(&cases, i, "phase3"),
                               whole(&cases, i, "calculated"), whole(&cases, i, "default")}};
        int32_t score = bf_quality_score(&quality);
        int8_t source = bf_quality_data_source(&quality);
        if (!test_is_null(&cases, i, "score"))
            assert_int_equal(score, test_scaled(&cases, i, "score", 2, 0));
        if (!test_is_null(&cases, i, "source"))
            assert_string_equal(bf_set_text(BF_SET_DATA_SOURCE, source),
                                test_text(&cases, i, "source"));
        if (!test_is_null(&cases, i, "tier"))
            assert_string_equal(bf_set_text(BF_SET_QUALITY_TIER, bf_quality_tier(score)),
                                test_text(&cases, i, "tier"));
    }
    bf_quality nothing = {{0}};
    assert_int_equal(bf_quality_data_source(&nothing), BF_NULL_I8);
    test_cases_free(&cases);
}

/* ---- whole vectors (E9)
 * ----------------------------------------------------------------------------- */

static bf_context_row context_of(int32_t days_rest, int32_t opponent_days_rest, int32_t flag,
                                 int32_t status)
{
    return (bf_context_row){.universal_player_id = BF_NULL_I32,
                            .facts = {.ml_days_rest = days_rest,
                                      .opponent_days_rest = opponent_days_rest,
                                      .ml_back_to_back = flag == BF_NULL_I32 ? flag : 0,
                                      .home_game = flag,
                                      .playoffs = flag == BF_NULL_I32 ? flag : 0,
                                      .player_status = status}};
}

static void expect_vector(const test_cases *cases, int64_t row, const bf_ml_row *values)
{
    bf_columns columns;
    bf_error err = BF_ERROR_INIT;
    assert_int_equal(bf_columns_alloc(&columns, &bf_outputs[BF_OUTPUT_ml], 1, &err), BF_OK);
    bf_ml_store(&columns, 0, values, 1);
    test_expect(cases, row, &columns, 0, NULL);
    bf_columns_free(&columns);
}

static void test_vectors(void **state)
{
    (void)state;
    test_cases cases = test_cases_read("ml", "vectors");
    bf_pdc_row cache = {.points_avg_last_5 = 205000,
                        .points_avg_last_10 = 202000,
                        .points_avg_season = 198000,
                        .points_std_last_10 = 45000,
                        .games_in_last_7_days = 3,
                        .paint_rate_last_10 = 9900, /* the shot zone row has its own */
                        .three_pt_rate_last_10 = BF_NULL_I32,
                        .team_pace_last_10 = 1012000,
                        .team_off_rating_last_10 = 1145000,
                        .minutes_avg_last_10 = 325000};
    bf_pcf_row composite = {.fatigue_score = 65,
                            .shot_zone_mismatch_score = 25,
                            .pace_score = 12,
                            .usage_spike_score = 8};
    bf_psza_row zones = {
        .paint_rate_last_10 = 3200, .mid_range_rate_last_10 = 1800, .three_pt_rate_last_10 = 3500};
    bf_tdza_row defense = {.defensive_rating_last_15 = 11250, .opponent_pace = 998};
    bf_ml_upstream all = {&cache, &composite, &zones, &defense}, none = {NULL, NULL, NULL, NULL};
    bf_ml_facts facts = history_of("22 19 24 18 21 20 23 17 25 19");
    facts.ft_makes_sum = 59;
    facts.season_minutes = 3150;
    facts.season_minutes_games = 10;
    facts.team_games = 10;
    facts.team_wins = 7;
    bf_context_row context = context_of(1, 0, 1, BF_PLAYER_STATUS_AVAILABLE);
    bf_ml_row row;
    bf_ml_values_of(&row, &facts, &context, &all, test_day(AS_OF));
    expect_vector(&cases, 0, &row);

    facts = (bf_ml_facts){0};
    context = context_of(BF_NULL_I32, BF_NULL_I32, BF_NULL_I32, BF_NULL_I32);
    bf_ml_values_of(&row, &facts, &context, &none, test_day(AS_OF));
    /* Neutral scores of the composite factors are constants only without their row. */
    expect_vector(&cases, 1, &row);
    assert_int_equal(row.is_home, BF_NULL_I8);
    assert_int_equal(row.days_rest, BF_NULL_I16);
    assert_int_equal(row.data_quality_issues, 15);
    assert_int_equal(row.is_production_ready, 0);
    test_cases_free(&cases);
}

/* E8: averages of the history stand in for a missing daily cache; its rates for missing zones (D7).
 */
static void test_fallbacks(void **state)
{
    (void)state;
    bf_ml_upstream none = {NULL, NULL, NULL, NULL};
    bf_context_row context = context_of(1, 1, 0, BF_NULL_I32);
    bf_ml_facts facts = history_of("20 22 24 18 21 23 19 25 20 22");
    bf_ml_row row;
    facts.season_games = 12;
    facts.season_points = 300;
    facts.minutes_sum = 3530;
    facts.season_minutes = 3000;
    facts.season_minutes_games = 10;
    bf_ml_values_of(&row, &facts, &context, &none, test_day(AS_OF));
    assert_true(row.features[BF_FEATURE_POINTS_AVG_LAST_10] == 21.4);
    assert_true(row.features[BF_FEATURE_POINTS_AVG_LAST_5] == 21.0);
    assert_true(row.features[BF_FEATURE_POINTS_AVG_SEASON] == 25.0);
    assert_true(row.features[BF_FEATURE_MINUTES_CHANGE] == 1.0); /* 35.3 after 30.0 */
    assert_int_equal(row.feature_quality_score, 6280);

    facts = history_of("20 22 24 18 21"); /* five are enough */
    bf_ml_values_of(&row, &facts, &context, &none, test_day(AS_OF));
    assert_true(row.features[BF_FEATURE_POINTS_AVG_LAST_5] == 21.0);
    assert_true((row.default_feature_mask >> BF_FEATURE_POINTS_AVG_LAST_5 & 1) == 0);

    facts = history_of("15 18 12");
    bf_ml_values_of(&row, &facts, &context, &none, test_day(AS_OF));
    assert_true(row.features[BF_FEATURE_POINTS_AVG_LAST_10] == 15.0);
    assert_true(row.features[BF_FEATURE_POINTS_AVG_LAST_5] == 10.0);
    assert_true((row.default_feature_mask >> BF_FEATURE_POINTS_AVG_LAST_5 & 1) == 1);
    assert_true((row.default_feature_mask >> BF_FEATURE_POINTS_AVG_LAST_10 & 1) == 0);

    bf_pdc_row cache = {.paint_rate_last_10 = 4000, .three_pt_rate_last_10 = 3333};
    bf_psza_row zones = {.paint_rate_last_10 = BF_NULL_I32,
                         .mid_range_rate_last_10 = BF_NULL_I32,
                         .three_pt_rate_last_10 = 3000};
    bf_ml_upstream two = {&cache, NULL, &zones, NULL};
    bf_ml_values_of(&row, &facts, &context, &two, test_day(AS_OF));
    assert_true(row.features[BF_FEATURE_PCT_PAINT] == 40.0 / 100.0);
    assert_true(row.features[BF_FEATURE_PCT_MID_RANGE] == 0.2);
    assert_true(row.features[BF_FEATURE_PCT_THREE] == 30.0 / 100.0);
    zones.three_pt_rate_last_10 = BF_NULL_I32;
    bf_ml_values_of(&row, &facts, &context, &two, test_day(AS_OF));
    assert_true(row.features[BF_FEATURE_PCT_THREE] == 33.33 / 100.0);
}

/* Upstream rows that are all ready, and own games: 90 % are enough, none expected is not (§3.5). */
static void test_readiness(void **state)
{
    (void)state;
    bf_pdc_row cache = {.is_production_ready = 1};
    bf_pcf_row composite = {.is_production_ready = 1};
    bf_psza_row zones = {.paint_rate_last_10 = 3200};
    bf_tdza_row defense = {.opponent_pace = 998};
    bf_ml_upstream all = {&cache, &composite, &zones, &defense};
    bf_context_row context = context_of(1, 0, 1, BF_PLAYER_STATUS_AVAILABLE);
    static const struct {
        int expected, actual;
        double percentage;
        bool ready;
    } games[] = {{10, 9, 90.0, true}, {10, 8, 80.0, false}, {0, 0, 0.0, false}};
    for (int i = 0; i < 3; i++) {
        bf_ml_facts facts = {.expected_games = games[i].expected, .actual_games = games[i].actual};
        bf_ml_row row;
        bf_ml_values_of(&row, &facts, &context, &all, test_day(AS_OF));
        assert_int_equal(row.data_quality_issues, 0);
        assert_true(row.completeness_percentage == games[i].percentage);
        assert_int_equal(row.missing_games_count, games[i].expected - games[i].actual);
        assert_int_equal(row.is_production_ready, games[i].ready);
    }
}

/* ---- rows of a date
 * --------------------------------------------------------------------------------- */

/* Expected are the team's games of the season, one a date; had are those of which the player has
 * any row with that game id (resolution 11). */
static void test_completeness(void **state)
{
    (void)state;
    test_league *league = test_league_create();
    test_player(league, "player", GAME, "BOS");
    test_offense(league, GAME, "BOS");
    for (int i = 1; i <= 11; i++)
        test_offense(league, test_game_id(test_day(AS_OF) - i, "NYK", "BOS"), "BOS");
    test_offense(league, "20240114_MIA_BOS", "BOS"); /* smaller id: stands for the date */
    for (int i = 1; i <= 11; i++) {
        if (i == 3)
            continue;
        test_player(league, "player",
                    test_game_id(test_day(AS_OF) - i, i == 5 ? "PHI" : "NYK", "BOS"), "BOS");
        test_set(league, BF_pgs_is_active, i % 2);
    }
    test_player(league, "player", "20240114_MIA_BOS", "BOS");
    bf_error err = BF_ERROR_INIT;
    bf_context *context;
    bf_date *date = test_date(test_league_history(league), BF_CONTEXT_DERIVED, AS_OF);
    assert_int_equal(bf_context_of(&context, date, &err), BF_OK);
    bf_completeness c =
        bf_completeness_same_games(&context->rows[0].completeness, date->history, 10);
    assert_int_equal(c.expected, 10);
    assert_int_equal(c.actual, 8); /* without days 3 and 5 */
    bf_date_free(date);
    test_league_free(league);
}

static void test_rows_of_a_date(void **state)
{
    (void)state;
    test_league *league = test_league_create();
    test_game(league, GAME);
    static const char *const players[] = {"active", "inactive"};
    for (int p = 0; p < 2; p++) {
        test_player(league, players[p], GAME, "BOS");
        test_set(league, BF_pgs_is_active, p == 0);
        for (int i = 1; i <= 12; i++) {
            test_played(league, players[p], test_game_id(test_day(AS_OF) - i, "NYK", "BOS"), "BOS",
                        300, 20);
            test_set(league, BF_pgs_ft_makes, 5);
        }
    }
    bf_date *date = test_date_computed(test_league_history(league), BF_CONTEXT_DERIVED, AS_OF);
    const bf_ml_row *rows = date->rows[BF_PROCESSOR_ml];
    assert_int_equal(date->selections[BF_PROCESSOR_ml].count, 1);
    assert_int_equal(date->selections[BF_PROCESSOR_pcf].count, 2);
    assert_int_equal(rows[0].player_lookup, test_code(league, BF_DICT_PLAYERS, "active"));
    assert_int_equal(rows[0].days_rest, 1);
    assert_int_equal(rows[0].is_home, 1);
    assert_true(rows[0].features[BF_FEATURE_PCT_FREE_THROW] == 0.25);
    assert_int_equal(rows[0].source_daily_cache_rows_found, 2);
    assert_int_equal(rows[0].source_daily_cache_completeness_pct, 200);
    assert_int_equal(rows[0].source_shot_zones_rows_found, 2);
    assert_int_equal(rows[0].source_team_defense_rows_found, 0);
    assert_true(rows[0].source_team_defense_hash == BF_NULL_U64);
    assert_true(rows[0].source_daily_cache_hash == bf_hash_first_64(date->digests[BF_OUTPUT_pdc]));
    assert_true(rows[0].source_composite_hash == bf_hash_first_64(date->digests[BF_OUTPUT_pcf]));
    assert_true(rows[0].source_shot_zones_hash == bf_hash_first_64(date->digests[BF_OUTPUT_psza]));
    bf_date_free(date);
    test_league_free(league);
}

/* 100 rows of a player table are all that is expected; more are no more complete (§4 row 17). */
static void test_more_rows_than_expected(void **state)
{
    (void)state;
    test_league *league = test_league_create();
    test_game(league, GAME);
    for (int i = 0; i < 101; i++) {
        char name[8];
        (void)snprintf(name, sizeof name, "p%d", i);
        test_player(league, name, GAME, "BOS");
    }
    bf_date *date = test_date_computed(test_league_history(league), BF_CONTEXT_DERIVED, AS_OF);
    const bf_ml_row *rows = date->rows[BF_PROCESSOR_ml];
    assert_int_equal(rows[0].source_composite_rows_found, 101);
    assert_int_equal(rows[0].source_composite_completeness_pct, 10000);
    assert_int_equal(rows[0].source_daily_cache_rows_found, 0);
    assert_int_equal(rows[0].source_daily_cache_completeness_pct, 0);
    bf_date_free(date);
    test_league_free(league);
}

/* Listed, but nobody active: no row and no failure. */
static void test_nobody_active(void **state)
{
    (void)state;
    test_league *league = test_league_create();
    test_game(league, GAME);
    test_player(league, "player", GAME, "BOS");
    test_set(league, BF_pgs_is_active, 0);
    bf_date *date = test_date_computed(test_league_history(league), BF_CONTEXT_DERIVED, AS_OF);
    assert_int_equal(date->selections[BF_PROCESSOR_ml].status, BF_UNIT_SUCCESS);
    assert_int_equal(date->selections[BF_PROCESSOR_ml].count, 0);
    assert_int_equal(date->selections[BF_PROCESSOR_ml].failure_count, 0);
    assert_int_equal(date->selections[BF_PROCESSOR_pcf].count, 1);
    bf_date_free(date);
    test_league_free(league);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rest_advantage),
        cmocka_unit_test(test_injury_risk),
        cmocka_unit_test(test_recent_trend),
        cmocka_unit_test(test_minutes_change),
        cmocka_unit_test(test_free_throws),
        cmocka_unit_test(test_win_pct),
        cmocka_unit_test(test_quality),
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_fallbacks),
        cmocka_unit_test(test_readiness),
        cmocka_unit_test(test_completeness),
        cmocka_unit_test(test_rows_of_a_date),
        cmocka_unit_test(test_more_rows_than_expected),
        cmocka_unit_test(test_nobody_active),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
