/* Integrity: digests, data_hash, order of keys, and the rows that ML was made from. */
#include <stdlib.h>
#include <string.h>

#include "compute/audit/integrity.h"
#include "tests/support/audit.h"
#include "tests/support/unit.h"

typedef struct fixture {
    test_league *league;
    test_audit audit;
    bf_hash *hash;
    bf_issues issues;
    bf_integrity sum;
} fixture;

static int setup(void **state)
{
    bf_error err = BF_ERROR_INIT;
    fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->league = test_season_create();
    test_audit_init(&f->audit, test_league_history(f->league), "2024-02-05", 0);
    assert_int_equal(bf_hash_create(&f->hash, &err), BF_OK);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;
    test_audit_free(&f->audit);
    test_league_free(f->league);
    bf_hash_free(f->hash);
    bf_issues_free(&f->issues);
    free(f);
    return 0;
}

static void check(fixture *f)
{
    bf_issues_free(&f->issues);
    f->sum = (bf_integrity){0};
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        f->audit.date.damaged[t] = false;
        bf_integrity_check(&f->sum, &f->audit.date, (bf_output)t, f->hash, &f->issues);
        bf_integrity_check_order(&f->audit.date, (bf_output)t, &f->issues);
    }
    bf_integrity_check_upstream(&f->audit.date, &f->issues);
}

static void test_computed_rows(void **state)
{
    fixture *f = *state;
    check(f);
    test_expect_issues(&f->issues, NULL, 0);
    assert_int_equal(f->sum.digests, 5); /* no records on that date */
    assert_int_equal(f->sum.rows, TEST_SEASON_TEAMS + 4 * TEST_SEASON_PLAYERS);
    assert_int_equal(f->sum.hashes, f->sum.rows);
}

/* Any stored cell of any table: a flipped bit is found, and it is the only finding. */
static void test_each_column_flipped(void **state)
{
    fixture *f = *state;
    for (int t = 0; t < BF_OUTPUT_failure; t++) {
        for (int c = 0; c < bf_outputs[t].column_count; c++) {
            const bf_column *column = &bf_outputs[t].columns[c];
            unsigned char *data = f->audit.made.tables[t].data[c];
            bool is_hash = strcmp(column->name, "data_hash") == 0;
            if (!bf_column_is_stored(column) || column->kind == BF_KIND_KEY)
                continue;
            data[bf_column_row_bytes(column)] ^= 4; /* row 1 */
            check(f);
            data[bf_column_row_bytes(column)] ^= 4;
            test_expect_issues(
                &f->issues,
                (const test_issue[]){{is_hash ? BF_ISSUE_data_hash : BF_ISSUE_digest, t}}, 1);
            assert_int_equal(f->issues.list[0].day, test_day("2024-02-05"));
            assert_int_equal(f->audit.date.damaged[t], !is_hash);
        }
    }
}

static void test_rows_of_another_date(void **state)
{
    fixture *f = *state;
    for (int64_t i = 0; i < TEST_SEASON_PLAYERS; i++)
        test_audit_set(&f->audit, BF_OUTPUT_pdc, BF_pdc_cache_date, i, test_day("2024-02-06"));
    test_audit_mend(&f->audit, BF_OUTPUT_pdc);
    check(f);
    test_expect_issues(&f->issues, (const test_issue[]){{BF_ISSUE_digest, BF_OUTPUT_pdc}}, 1);
}

static void test_keys(void **state)
{
    fixture *f = *state;
    int64_t first = bf_audit_integer(&f->audit.date, BF_OUTPUT_ml, BF_ml_player_lookup, 0);
    test_audit_set(&f->audit, BF_OUTPUT_ml, BF_ml_player_lookup, 1, first);
    test_audit_mend(&f->audit, BF_OUTPUT_ml);
    check(f);
    test_expect_issues(&f->issues, (const test_issue[]){{BF_ISSUE_order, BF_OUTPUT_ml}}, 1);
    assert_non_null(strstr(f->issues.list[0].text, "1 keys given twice, 0 out of order"));
    test_audit_set(&f->audit, BF_OUTPUT_ml, BF_ml_player_lookup, 1, first + 5);
    test_audit_mend(&f->audit, BF_OUTPUT_ml);
    check(f);
    test_expect_issues(&f->issues, (const test_issue[]){{BF_ISSUE_order, BF_OUTPUT_ml}}, 1);
}

/* Rows that were replaced, with everything about them mended: ML remembers those it was made from.
 */
static void test_upstream_rows_were_replaced(void **state)
{
    fixture *f = *state;
    static const struct {
        bf_output table;
        int column;
    } cases[] = {{BF_OUTPUT_tdza, BF_tdza_opponent_pace},
                 {BF_OUTPUT_psza, BF_psza_paint_pct_last_10},
                 {BF_OUTPUT_pcf, BF_pcf_pace_score},
                 {BF_OUTPUT_pdc, BF_pdc_points_avg_last_5}};
    for (size_t i = 0; i < LENGTH(cases); i++) {
        int64_t before = bf_audit_integer(&f->audit.date, cases[i].table, cases[i].column, 1);
        test_audit_set(&f->audit, cases[i].table, cases[i].column, 1, before + 1);
        test_audit_mend(&f->audit, cases[i].table);
        check(f);
        test_expect_issues(&f->issues, (const test_issue[]){{BF_ISSUE_upstream, cases[i].table}},
                           1);
        assert_int_equal(f->issues.list[0].count, TEST_SEASON_PLAYERS);
        test_audit_set(&f->audit, cases[i].table, cases[i].column, 1, before);
        test_audit_mend(&f->audit, cases[i].table);
    }
    /* A run that wrote only some of the tables has nothing to compare with. */
    f->audit.date.written[BF_OUTPUT_pdc] = false;
    f->audit.date.columns[BF_OUTPUT_pdc] = NULL;
    f->audit.date.rows[BF_OUTPUT_pdc] = 0;
    check(f);
    test_expect_issues(&f->issues, NULL, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_computed_rows),
        TEST(test_each_column_flipped),
        TEST(test_rows_of_another_date),
        TEST(test_keys),
        TEST(test_upstream_rows_were_replaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
