/* PCF: formulas and whole rows by the worked examples of spec/players.md §7.1. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compute/features/pcf.h"
#include "tests/support/tables.h"

static void expect_real(const test_cases *cases, int64_t row, const char *column, double got)
{
    double expected = test_real(cases, row, column);
    if (!(fabs(got - expected) <= 1e-12) || (got == 0.0 && signbit(got)))
        fail_msg("%s: %s is %.17g, expected %.17g", test_where(cases, row), column, got, expected);
}

static int32_t whole(const test_cases *cases, int64_t row, const char *column)
{
    return (int32_t)test_scaled(cases, row, column, 0, BF_NULL_I32);
}

/* Compares a mask with texts separated by semicolons. */
static void expect_mask(const test_cases *cases, int64_t row, const char *column, bf_set set,
                        unsigned mask)
{
    char got[512] = "";
    for (int i = 0; i < bf_set_size(set); i++) {
        if ((mask >> i & 1u) == 0)
            continue;
        strcat(got, got[0] == '\0' ? "" : ";");
        strcat(got, bf_set_text(set, i));
    }
    if (strcmp(got, test_text(cases, row, column)) != 0)
        fail_msg("%s: %s is '%s', expected '%s'", test_where(cases, row), column, got,
                 test_text(cases, row, column));
}

static bf_context_facts context_of(const test_cases *cases, int64_t row)
{
    return (bf_context_facts){.days_rest = whole(cases, row, "days_rest"),
                              .back_to_back = whole(cases, row, "back_to_back"),
                              .games_7 = whole(cases, row, "games_7"),
                              .minutes_7 = whole(cases, row, "minutes_7"),
                              .avg_minutes_7 = test_real(cases, row, "avg_minutes_7"),
                              .back_to_backs_14 = whole(cases, row, "back_to_backs_14"),
                              .age = whole(cases, row, "age"),
                              .projected_usage = BF_NULL_F64,
                              .avg_usage_7 = BF_NULL_F64,
                              .pace_differential = BF_NULL_F64,
                              .opponent_pace = BF_NULL_F64,
                              .league_pace = 100.0,
                              .stars_out = BF_NULL_I32,
                              .player_ready = true,
                              .team_ready = true};
}

static void test_fatigue(void **state)
{
    (void)state;
    test_cases cases = test_cases_read("pcf", "fatigue");
    for (int64_t i = 0; i < cases.rows; i++) {
        bf_context_facts context = context_of(&cases, i);
        bf_pcf_fatigue f = bf_pcf_fatigue_of(&context);
        expect_real(&cases, i, "score", f.score);
        expect_real(&cases, i, "adjustment", bf_pcf_adjustment(f.score));
        expect_mask(&cases, i, "penalties", BF_SET_PENALTY, f.penalties);
        expect_mask(&cases, i, "bonuses", BF_SET_BONUS, f.bonuses);
    }
    test_cases_free(&cases);
}

static void test_adjustment(void **state)
{
    (void)state;
    test_cases cases = test_cases_read("pcf", "adjustment");
    for (int64_t i = 0; i < cases.rows; i++)
        expect_real(&cases, i, "adjustment", bf_pcf_adjustment(whole(&cases, i, "score")));
    test_cases_free(&cases);
}

static void test_mismatch(void **state)
{
    (void)state;
    test_cases cases = test_cases_read("pcf", "mismatch");
    for (int64_t i = 0; i < cases.rows; i++)
        expect_real(&cases, i, "mismatch",
                    bf_pcf_mismatch(test_real(&cases, i, "rate"), test_real(&cases, i, "defense")));
    test_cases_free(&cases);
}

static void test_pace(void **state)
{
    (void)state;
    test_cases cases = test_cases_read("pcf", "pace");
    for (int64_t i = 0; i < cases.rows; i++)
        expect_real(&cases, i, "pace", bf_pcf_pace(test_real(&cases, i, "differential")));
    test_cases_free(&cases);
}

static void test_usage(void **state)
{
    (void)state;
    test_cases cases = test_cases_read("pcf", "usage");
    for (int64_t i = 0; i < cases.rows; i++)
        expect_real(&cases, i, "usage",
                    bf_pcf_usage(test_real(&cases, i, "projected"),
                                 test_real(&cases, i, "baseline"), whole(&cases, i, "stars")));
    test_cases_free(&cases);
}

/* Zone rows in which only the zone of the case is known; paint stands for `balanced`. */
static void zones_of(bf_psza_row *zones, bf_tdza_row *defense, const test_cases *cases, int64_t row)
{
    int32_t rate = (int32_t)test_scaled(cases, row, "rate", 2, BF_NULL_I32);
    int32_t percentage = (int32_t)test_scaled(cases, row, "defense", 2, BF_NULL_I32);
    const char *zone = test_text(cases, row, "zone");
    *zones = (bf_psza_row){.primary_scoring_zone =
                               (int8_t)bf_set_find(BF_SET_SCORING_ZONE, zone, strlen(zone)),
                           .paint_rate_last_10 = BF_NULL_I32,
                           .mid_range_rate_last_10 = BF_NULL_I32,
                           .three_pt_rate_last_10 = BF_NULL_I32};
    *defense = (bf_tdza_row){.weakest_zone = BF_NULL_I8,
                             .paint_defense_vs_league_avg = BF_NULL_I32,
                             .mid_range_defense_vs_league_avg = BF_NULL_I32,
                             .three_pt_defense_vs_league_avg = BF_NULL_I32};
    if (strcmp(zone, "mid_range") == 0) {
        zones->mid_range_rate_last_10 = rate;
        defense->mid_range_defense_vs_league_avg = percentage;
    } else if (strcmp(zone, "perimeter") == 0) {
        zones->three_pt_rate_last_10 = rate;
        defense->three_pt_defense_vs_league_avg = percentage;
    } else {
        zones->paint_rate_last_10 = rate;
        defense->paint_defense_vs_league_avg = percentage;
    }
}

static void test_rows(void **state)
{
    (void)state;
    test_cases cases = test_cases_read("pcf", "rows");
    for (int64_t i = 0; i < cases.rows; i++) {
        bf_context_row context = {.universal_player_id = BF_NULL_I32,
                                  .facts = context_of(&cases, i)};
        bf_psza_row zones;
        bf_tdza_row defense;
        bf_pcf_facts facts;
        bf_pcf_row row;
        bf_columns columns;
        bf_error err = BF_ERROR_INIT;
        int64_t nulled[BF_MAX_COLUMNS] = {0};
        context.facts.pace_differential = test_real(&cases, i, "differential");
        context.facts.projected_usage = test_real(&cases, i, "projected");
        context.facts.avg_usage_7 = test_real(&cases, i, "baseline");
        context.facts.stars_out = whole(&cases, i, "stars");
        zones_of(&zones, &defense, &cases, i);
        const bf_psza_row *own = test_is_null(&cases, i, "zone") ? NULL : &zones;
        const bf_tdza_row *opponent = whole(&cases, i, "has_defense") == 1 ? &defense : NULL;
        bf_pcf_facts_of(&facts, &context, own, opponent);
        bf_pcf_values_of(&row, &facts, &context, own, opponent, test_day("2024-01-15"), nulled);
        assert_int_equal(bf_columns_alloc(&columns, &bf_outputs[BF_OUTPUT_pcf], 1, &err), BF_OK);
        bf_pcf_store(&columns, 0, &row, 1);
        test_expect(&cases, i, &columns, 0, NULL);
        expect_mask(&cases, i, "missing", BF_SET_PCF_FIELD, row.missing_data_fields);
        expect_mask(&cases, i, "warnings", BF_SET_PCF_WARNING, row.warning_details);
        assert_int_equal(row.is_production_ready, own != NULL && opponent != NULL);
        assert_int_equal(row.data_quality_issues,
                         (own == NULL ? 1u << BF_PCF_ISSUE_PLAYER_SHOT_ZONE : 0u) |
                             (opponent == NULL ? 1u << BF_PCF_ISSUE_TEAM_DEFENSE_ZONE : 0u));
        bf_columns_free(&columns);
    }
    test_cases_free(&cases);
}

/* The context's flags make two issues of their own (§4.8 rows 48, 51, 52). */
static void test_context_that_is_not_ready(void **state)
{
    (void)state;
    test_cases cases = test_cases_read("pcf", "rows");
    bf_context_row context = {.universal_player_id = BF_NULL_I32, .facts = context_of(&cases, 0)};
    bf_psza_row zones;
    bf_tdza_row defense;
    bf_pcf_facts facts;
    bf_pcf_row row;
    int64_t nulled[BF_MAX_COLUMNS] = {0};
    zones_of(&zones, &defense, &cases, 0);
    context.facts.player_ready = context.facts.team_ready = false;
    bf_pcf_facts_of(&facts, &context, &zones, &defense);
    bf_pcf_values_of(&row, &facts, &context, &zones, &defense, test_day("2024-01-15"), nulled);
    assert_int_equal(row.is_production_ready, 0);
    assert_int_equal(row.all_upstreams_ready, 0);
    assert_int_equal(row.upstream_player_shot_ready, 1);
    assert_int_equal(row.upstream_player_context_ready, 0);
    assert_int_equal(row.upstream_team_context_ready, 0);
    assert_int_equal(row.data_quality_issues,
                     1u << BF_PCF_ISSUE_PLAYER_CONTEXT | 1u << BF_PCF_ISSUE_TEAM_CONTEXT);
    test_cases_free(&cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fatigue),
        cmocka_unit_test(test_adjustment),
        cmocka_unit_test(test_mismatch),
        cmocka_unit_test(test_pace),
        cmocka_unit_test(test_usage),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_context_that_is_not_ready),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
