/* Invariants of computed rows, and each of them broken. */
#include <stdlib.h>
#include <string.h>

#include "compute/audit/invariants.h"
#include "tests/support/audit.h"
#include "tests/support/unit.h"

typedef struct fixture {
    test_league *league;
    test_audit audit;
} fixture;

static int setup(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->league = test_season_create();
    test_audit_init(&f->audit, test_league_history(f->league), "2024-02-05", 0);
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

static void test_computed_rows_hold(void **state)
{
    fixture *f = *state;
    static const char *const days[] = {"2024-01-11", "2024-01-16", "2024-01-20", "2024-02-09"};
    for (size_t d = 0; d < LENGTH(days); d++) {
        bf_issues issues = BF_ISSUES_INIT;
        test_audit audit;
        test_audit_init(&audit, test_league_history(f->league), days[d], 0);
        assert_true(audit.date.rows[BF_OUTPUT_psza] > 0);
        bf_invariants_check(&audit.date, &issues);
        test_expect_issues(&issues, NULL, 0);
        test_audit_free(&audit);
    }
}

/* One cell of one row is altered; the issue names the row and says what is wrong. */
static void test_each_broken(void **state)
{
    fixture *f = *state;
    static const struct {
        bf_output table;
        int column;
        int64_t value;
        const char *text;
    } cases[] = {
        {BF_OUTPUT_tdza, BF_tdza_paint_defense_vs_league_avg, BF_NULL_I32,
         "null without its percentage"},
        {BF_OUTPUT_tdza, BF_tdza_strongest_zone, BF_NULL_I8, "strongest or weakest"},
        {BF_OUTPUT_tdza, BF_tdza_weakest_zone, BF_NULL_I8, "strongest or weakest"},
        {BF_OUTPUT_tdza, BF_tdza_three_pt_defense_vs_league_avg, 9000, "another league mean"},
        {BF_OUTPUT_psza, BF_psza_paint_rate_last_10, 9990, "do not add up to 100"},
        {BF_OUTPUT_psza, BF_psza_paint_rate_last_10, BF_NULL_I32, "do not add up to 100"},
        {BF_OUTPUT_psza, BF_psza_mid_range_pct_last_10, 1001, "not between 0 and 1"},
        {BF_OUTPUT_psza, BF_psza_paint_pct_last_20, -1, "not between 0 and 1"},
        {BF_OUTPUT_psza, BF_psza_games_in_sample_20, 21, "not between 10 and 20"},
        {BF_OUTPUT_psza, BF_psza_games_in_sample_20, 14, "fewer than 15"},
        {BF_OUTPUT_psza, BF_psza_total_shots_last_10, 1, "do not add up to total"},
        {BF_OUTPUT_psza, BF_psza_total_shots_last_10, BF_NULL_I16, "do not add up to total"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        bf_issues issues = BF_ISSUES_INIT;
        int64_t before = bf_audit_integer(&f->audit.date, cases[i].table, cases[i].column, 2);
        test_audit_set(&f->audit, cases[i].table, cases[i].column, 2, cases[i].value);
        bf_invariants_check(&f->audit.date, &issues);
        test_audit_set(&f->audit, cases[i].table, cases[i].column, 2, before);
        test_expect_issues(&issues, (const test_issue[]){{BF_ISSUE_invariant, cases[i].table}}, 1);
        assert_non_null(strstr(issues.list[0].text, cases[i].text));
        assert_non_null(strstr(issues.list[0].text,
                               cases[i].table == BF_OUTPUT_tdza ? "first CHI" : "first ATL2"));
        assert_int_equal(issues.list[0].count, 1);
        bf_issues_free(&issues);
    }
}

/* A value that did not fit is null, and the run has said so. */
static void test_nulled_is_no_contradiction(void **state)
{
    fixture *f = *state;
    bf_issues issues = BF_ISSUES_INIT;
    f->audit.nulled[BF_OUTPUT_tdza][BF_tdza_paint_defense_vs_league_avg] = 1;
    test_audit_set(&f->audit, BF_OUTPUT_tdza, BF_tdza_paint_defense_vs_league_avg, 2, BF_NULL_I32);
    bf_invariants_check(&f->audit.date, &issues);
    test_expect_issues(&issues, NULL, 0);
    f->audit.date.damaged[BF_OUTPUT_psza] = true;
    test_audit_set(&f->audit, BF_OUTPUT_psza, BF_psza_games_in_sample_20, 2, 21);
    bf_invariants_check(&f->audit.date, &issues);
    test_expect_issues(&issues, NULL, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_computed_rows_hold),
        TEST(test_each_broken),
        TEST(test_nulled_is_no_contradiction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
