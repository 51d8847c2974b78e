/* Contamination: valid rows, the shares that matter, grades. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compute/audit/contamination.h"
#include "tests/support/audit.h"
#include "tests/support/unit.h"

static const char DAY[] = "2024-02-05";

typedef struct fixture {
    test_league *league;
    test_audit audit;
} fixture;

static int setup(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->league = test_season_create();
    test_audit_init(&f->audit, test_league_history(f->league), DAY, 0);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;
    test_audit_free(&f->audit);
    test_league_free(f->league);
    free(f);
    return 0;
}

static bf_grade grade_of(const bf_contamination_cell *cell, bf_output table)
{
    double valid;
    return bf_contamination_grade(&valid, cell, table);
}

static void test_grades(void **state)
{
    (void)state;
    double valid;
    bf_contamination_cell cell = {.rows = 1000, .valid = 990};
    assert_int_equal(bf_contamination_grade(&valid, &cell, BF_OUTPUT_pdc), BF_GRADE_CLEAN);
    assert_true(fabs(valid - 99.0) < 1e-9);
    cell.valid = 989;
    assert_int_equal(grade_of(&cell, BF_OUTPUT_pdc), BF_GRADE_PARTIAL);
    cell.valid = 500;
    assert_int_equal(grade_of(&cell, BF_OUTPUT_pdc), BF_GRADE_PARTIAL);
    cell.valid = 499;
    assert_int_equal(grade_of(&cell, BF_OUTPUT_pdc), BF_GRADE_CONTAMINATED);
    cell = (bf_contamination_cell){.rows = 0};
    assert_int_equal(grade_of(&cell, BF_OUTPUT_pdc), BF_GRADE_NO_DATA);
    cell = (bf_contamination_cell){.rows = 1000, .valid = 1000, .bad_dates = 1};
    assert_int_equal(grade_of(&cell, BF_OUTPUT_pdc), BF_GRADE_PARTIAL);
}

/* PCF's exact zeros and ML's defaults: innocent below the limit, and all suspect from it on. */
static void test_shares(void **state)
{
    (void)state;
    bf_contamination_cell pcf = {
        .rows = 2000, .valid = 2000, .watched = 2000, .flagged = 99, .suspect = 99};
    assert_int_equal(grade_of(&pcf, BF_OUTPUT_pcf), BF_GRADE_CLEAN);
    pcf.flagged = pcf.suspect = 100;
    assert_int_equal(grade_of(&pcf, BF_OUTPUT_pcf), BF_GRADE_PARTIAL);
    pcf.flagged = pcf.suspect = 2000;
    assert_int_equal(grade_of(&pcf, BF_OUTPUT_pcf), BF_GRADE_CONTAMINATED);
    assert_int_equal(grade_of(&pcf, BF_OUTPUT_pdc), BF_GRADE_CLEAN); /* no such share there */
    /* Of few values half may be zero. */
    bf_contamination_cell few = {
        .rows = 300, .valid = 300, .watched = 300, .flagged = 149, .suspect = 149};
    assert_int_equal(grade_of(&few, BF_OUTPUT_pcf), BF_GRADE_CLEAN);
    few.flagged = few.suspect = 151;
    assert_int_equal(grade_of(&few, BF_OUTPUT_pcf), BF_GRADE_CONTAMINATED);
    bf_contamination_cell ml = {
        .rows = 100, .valid = 100, .watched = 2500, .flagged = 749, .suspect = 90};
    assert_int_equal(grade_of(&ml, BF_OUTPUT_ml), BF_GRADE_CLEAN);
    ml.flagged = 750;
    assert_int_equal(grade_of(&ml, BF_OUTPUT_ml), BF_GRADE_CONTAMINATED);
}

static void test_computed_rows_are_valid(void **state)
{
    fixture *f = *state;
    bf_contamination sum = {0};
    bf_issues issues = BF_ISSUES_INIT;
    bf_contamination_date(&sum, &f->audit.date);
    assert_int_equal(sum.season_count, 1);
    assert_int_equal(sum.seasons[0], 2023);
    for (int t = 0; t < BF_OUTPUT_failure; t++) {
        assert_int_equal(sum.cells[0][t].rows, f->audit.date.rows[t]);
        assert_int_equal(sum.cells[0][t].valid, f->audit.date.rows[t]);
    }
    assert_int_equal(sum.cells[0][BF_OUTPUT_pcf].watched, TEST_SEASON_PLAYERS);
    assert_int_equal(sum.cells[0][BF_OUTPUT_ml].watched, TEST_SEASON_PLAYERS * BF_FEATURE_COUNT);
    bf_contamination_report(&sum, &issues);
    test_expect_issues(&issues, NULL, 0);
    bf_issues_free(&issues);
}

static int64_t valid_with(fixture *f, bf_output table, int column, int64_t value)
{
    bf_contamination sum = {0};
    const bf_columns *columns = &f->audit.made.tables[table];
    int64_t before =
        bf_column_integer(&bf_outputs[table].columns[column], columns->data[column], 1);
    test_audit_set(&f->audit, table, column, 1, value);
    bf_contamination_date(&sum, &f->audit.date);
    test_audit_set(&f->audit, table, column, 1, before);
    return sum.cells[0][table].valid;
}

static void test_what_makes_a_row_invalid(void **state)
{
    fixture *f = *state;
    static const struct {
        bf_output table;
        int column;
        int64_t value;
    } cases[] = {
        {BF_OUTPUT_tdza, BF_tdza_paint_defense_vs_league_avg, BF_NULL_I32},
        {BF_OUTPUT_tdza, BF_tdza_mid_range_defense_vs_league_avg, BF_NULL_I32},
        {BF_OUTPUT_tdza, BF_tdza_three_pt_defense_vs_league_avg, BF_NULL_I32},
        {BF_OUTPUT_psza, BF_psza_mid_range_rate_last_10, BF_NULL_I32},
        {BF_OUTPUT_psza, BF_psza_three_pt_rate_last_10, 10000},
        {BF_OUTPUT_pcf, BF_pcf_fatigue_score, 101},
        {BF_OUTPUT_pcf, BF_pcf_fatigue_score, -1},
        {BF_OUTPUT_pcf, BF_pcf_shot_zone_mismatch_score, BF_NULL_I32},
        {BF_OUTPUT_pdc, BF_pdc_minutes_avg_last_10, BF_NULL_I32},
        {BF_OUTPUT_pdc, BF_pdc_points_avg_season, BF_NULL_I32},
    };
    for (size_t i = 0; i < LENGTH(cases); i++)
        assert_int_equal(valid_with(f, cases[i].table, cases[i].column, cases[i].value),
                         f->audit.date.rows[cases[i].table] - 1);
    assert_int_equal(valid_with(f, BF_OUTPUT_psza, BF_psza_three_pt_rate_last_10, 9999),
                     TEST_SEASON_PLAYERS);
    double *features = f->audit.made.tables[BF_OUTPUT_ml].data[BF_ml_features];
    features[BF_FEATURE_COUNT + 24] = NAN;
    bf_contamination sum = {0};
    bf_contamination_date(&sum, &f->audit.date);
    assert_int_equal(sum.cells[0][BF_OUTPUT_ml].valid, TEST_SEASON_PLAYERS - 1);
}

/* Features that are calculated or come from the context have no default that would count. */
static void test_defaults_that_count(void **state)
{
    fixture *f = *state;
    bf_contamination sum = {0};
    int64_t all = (1 << BF_FEATURE_COUNT) - 1;
    for (int64_t i = 0; i < TEST_SEASON_PLAYERS; i++)
        test_audit_set(&f->audit, BF_OUTPUT_ml, BF_ml_default_feature_mask, i, all);
    bf_contamination_date(&sum, &f->audit.date);
    assert_int_equal(sum.cells[0][BF_OUTPUT_ml].flagged, 16 * TEST_SEASON_PLAYERS);
    assert_int_equal(sum.cells[0][BF_OUTPUT_ml].suspect, TEST_SEASON_PLAYERS);
    f->audit.date.day = bf_season_opening(2023) + 28; /* up to day 28 histories are short */
    bf_contamination early = {0};
    bf_contamination_date(&early, &f->audit.date);
    assert_int_equal(early.cells[0][BF_OUTPUT_ml].watched, 0);
    assert_int_equal(early.cells[0][BF_OUTPUT_ml].valid, TEST_SEASON_PLAYERS);
}

/* A date whose zones are null is found however large the season is. */
static void test_one_bad_date_in_many(void **state)
{
    fixture *f = *state;
    bf_contamination sum = {0};
    bf_issues issues = BF_ISSUES_INIT;
    for (int d = 0; d < 2000; d++)
        bf_contamination_date(&sum, &f->audit.date);
    for (int64_t i = 0; i < 11; i++)
        test_audit_set(&f->audit, BF_OUTPUT_psza, BF_psza_paint_rate_last_10, i, BF_NULL_I32);
    bf_contamination_date(&sum, &f->audit.date);
    bf_contamination_report(&sum, &issues);
    test_expect_issues(&issues, (const test_issue[]){{BF_ISSUE_contaminated, BF_OUTPUT_psza}}, 1);
    assert_int_equal(issues.list[0].count, 11);
    assert_int_equal(issues.list[0].season, 2023);
    assert_non_null(strstr(issues.list[0].text, "on 1 date, first 2024-02-05"));
    bf_issues_free(&issues);
}

static void test_unreadable_and_bootstrap_are_left_out(void **state)
{
    fixture *f = *state;
    bf_contamination sum = {0};
    f->audit.date.damaged[BF_OUTPUT_pdc] = true;
    bf_contamination as_found = {0};
    bf_contamination_date(&as_found, &f->audit.date);
    assert_int_equal(as_found.cells[0][BF_OUTPUT_pdc].rows, TEST_SEASON_PLAYERS);
    f->audit.date.columns[BF_OUTPUT_pdc] = NULL;
    bf_contamination_date(&sum, &f->audit.date);
    assert_int_equal(sum.cells[0][BF_OUTPUT_pdc].rows, 0);
    bf_contamination none = {0};
    for (int p = 0; p < BF_OUTPUT_failure; p++)
        f->audit.units[p].status = BF_UNIT_SKIPPED_BOOTSTRAP;
    bf_contamination_date(&none, &f->audit.date);
    assert_int_equal(none.season_count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grades),
        cmocka_unit_test(test_shares),
        TEST(test_computed_rows_are_valid),
        TEST(test_what_makes_a_row_invalid),
        TEST(test_defaults_that_count),
        TEST(test_one_bad_date_in_many),
        TEST(test_unreadable_and_bootstrap_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
