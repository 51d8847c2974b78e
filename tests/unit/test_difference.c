/* The first difference between two versions of a date's rows, and the look-ahead audit's part in
 * it. */
#include <stdlib.h>
#include <string.h>

#include "compute/audit/difference.h"
#include "compute/audit/look_ahead.h"
#include "tests/support/audit.h"
#include "tests/support/unit.h"

typedef struct fixture {
    test_league *league;
    test_audit a, b;
} fixture;

static int setup(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->league = test_season_create();
    const bf_history *history = test_league_history(f->league);
    test_audit_init(&f->a, history, "2024-01-09", 0);
    test_audit_init(&f->b, history, "2024-01-09", 0);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;
    test_audit_free(&f->a);
    test_audit_free(&f->b);
    test_league_free(f->league);
    free(f);
    return 0;
}

static bf_difference difference(const fixture *f, bf_output table)
{
    bf_difference out;
    bf_rows a = {&f->a.made.tables[table], 0, f->a.date.rows[table], f->a.date.dictionaries};
    bf_rows b = {&f->b.made.tables[table], 0, f->b.date.rows[table], f->b.date.dictionaries};
    bf_difference_of(&out, &a, &b);
    return out;
}

static void test_equal(void **state)
{
    fixture *f = *state;
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        bf_difference d = difference(f, (bf_output)t);
        assert_int_equal(d.only_a + d.only_b + d.changed, 0);
        assert_int_equal(d.row_a, -1);
        assert_int_equal(d.row_b, -1);
    }
}

static void test_values(void **state)
{
    fixture *f = *state;
    test_audit_set(&f->b, BF_OUTPUT_pdc, BF_pdc_points_avg_season, 5, 1);
    test_audit_set(&f->b, BF_OUTPUT_pdc, BF_pdc_points_avg_last_5, 7, 1);
    bf_difference d = difference(f, BF_OUTPUT_pdc);
    assert_int_equal(d.changed, 2);
    assert_int_equal(d.row_a, 5);
    assert_int_equal(d.row_b, 5);
    assert_int_equal(d.column, BF_pdc_points_avg_season);
    ((double *)f->b.made.tables[BF_OUTPUT_ml].data[BF_ml_features])[3 * BF_FEATURE_COUNT + 9] +=
        1.0;
    d = difference(f, BF_OUTPUT_ml);
    assert_int_equal(d.row_a, 3);
    assert_int_equal(d.column, BF_ml_features);
}

/* data_hash follows from the rest. */
static void test_hash_is_no_difference(void **state)
{
    fixture *f = *state;
    test_audit_set(&f->b, BF_OUTPUT_pdc, BF_pdc_data_hash, 0, 1);
    assert_int_equal(difference(f, BF_OUTPUT_pdc).changed, 0);
}

static void test_missing_rows(void **state)
{
    fixture *f = *state;
    test_audit_remove(&f->b, BF_OUTPUT_pcf, 4);
    bf_difference d = difference(f, BF_OUTPUT_pcf);
    assert_int_equal(d.only_a, 1);
    assert_int_equal(d.row_a, 4);
    assert_int_equal(d.row_b, -1);
    assert_int_equal(d.column, -1);
    test_audit_remove(&f->a, BF_OUTPUT_pcf, 0);
    d = difference(f, BF_OUTPUT_pcf);
    assert_int_equal(d.only_a, 1);
    assert_int_equal(d.only_b, 1);
    assert_int_equal(d.row_a, -1);
    assert_int_equal(d.row_b, 0);
}

/* Records sort by processor, then entity. */
static void test_records(void **state)
{
    fixture *f = *state;
    assert_int_equal(f->a.date.rows[BF_OUTPUT_failure], TEST_SEASON_PLAYERS + TEST_SEASON_TEAMS);
    test_audit_remove(&f->b, BF_OUTPUT_failure, 1);
    test_audit_remove(&f->b, BF_OUTPUT_failure, TEST_SEASON_PLAYERS);
    bf_difference d = difference(f, BF_OUTPUT_failure);
    assert_int_equal(d.only_a, 2);
    assert_int_equal(d.only_b + d.changed, 0);
    assert_int_equal(d.row_a, 1);
}

static void test_samples(void **state)
{
    (void)state;
    for (int32_t count = 1; count < 40; count++) {
        for (int32_t samples = 1; samples <= count; samples++) {
            int32_t last = -1;
            for (int32_t i = 0; i < samples; i++) {
                int32_t date = bf_look_ahead_pick(i, samples, count);
                assert_true(date > last && date < count);
                last = date;
            }
            assert_true(samples == 1 ||
                        (bf_look_ahead_pick(0, samples, count) == 0 && last == count - 1));
        }
    }
}

/* Only the tables asked for have rows and records. */
static void test_recompute_some(void **state)
{
    fixture *f = *state;
    bf_error err = BF_ERROR_INIT;
    bf_date *date = NULL;
    bf_recomputed made;
    assert_int_equal(
        bf_date_create(&date, test_league_history(f->league), BF_CONTEXT_DERIVED, &err), BF_OK);
    assert_int_equal(
        bf_look_ahead_recompute(&made, date, test_day("2024-01-09"), 1u << BF_PROCESSOR_tdza, &err),
        BF_OK);
    assert_int_equal(made.tables[BF_OUTPUT_failure].rows, TEST_SEASON_TEAMS);
    assert_int_equal(made.tables[BF_OUTPUT_pcf].rows, 0);
    bf_recomputed_free(&made);
    bf_date_free(date);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_equal),          TEST(test_values),  TEST(test_hash_is_no_difference),
        TEST(test_missing_rows),   TEST(test_records), cmocka_unit_test(test_samples),
        TEST(test_recompute_some),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
