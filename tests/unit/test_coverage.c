/* Coverage: statuses, reconciliation with and without a snapshot, and every planted fault. */
#include <stdlib.h>
#include <string.h>

#include "compute/audit/coverage.h"
#include "compute/features/processor.h"
#include "tests/support/audit.h"
#include "tests/support/unit.h"

#define ALL ((1u << BF_PROCESSOR_COUNT) - 1u)

/* ---- statuses -------------------------------------------------------------------------------- */

static bf_coverage_status judge(bf_unit_coverage unit)
{
    return bf_coverage_judge(&unit, false);
}

/* spec/backfill.md §12.2, in its order; PARTIAL comes before SKIPPED and OK (B29). */
static void test_first_match(void **state)
{
    (void)state;
    assert_int_equal(
        judge((bf_unit_coverage){.expected = 1, .records = 1, .errors = 1, .date_level = true}),
        BF_COVERAGE_DEPS_MISSING);
    assert_int_equal(judge((bf_unit_coverage){.expected = 30, .records = 30, .skips = 30}),
                     BF_COVERAGE_SKIPPED);
    assert_int_equal(
        judge((bf_unit_coverage){.expected = 30, .records = 30, .skips = 29, .errors = 1}),
        BF_COVERAGE_SKIPPED);
    assert_int_equal(
        judge((bf_unit_coverage){.expected = 30, .records = 29, .skips = 29, .unaccounted = 1}),
        BF_COVERAGE_PARTIAL);
    assert_int_equal(judge((bf_unit_coverage){.expected = 30, .unaccounted = 30}),
                     BF_COVERAGE_UNTRACKED);
    assert_int_equal(judge((bf_unit_coverage){.expected = 30, .records = 30, .errors = 30}),
                     BF_COVERAGE_INVESTIGATE);
    assert_int_equal(
        judge((bf_unit_coverage){.expected = 30, .rows = 29, .records = 1, .errors = 1}),
        BF_COVERAGE_INVESTIGATE);
    assert_int_equal(judge((bf_unit_coverage){.expected = 30, .rows = 29, .unaccounted = 1}),
                     BF_COVERAGE_PARTIAL);
    assert_int_equal(
        judge((bf_unit_coverage){.expected = 30, .rows = 20, .records = 10, .skips = 10}),
        BF_COVERAGE_OK);
    assert_int_equal(judge((bf_unit_coverage){.expected = 0}), BF_COVERAGE_NO_GAMES);
    bf_unit_coverage nothing = {.expected = 0};
    assert_int_equal(bf_coverage_judge(&nothing, true), BF_COVERAGE_BOOTSTRAP);
}

static void test_classes_of_records(void **state)
{
    (void)state;
    assert_true(bf_failure_is_expected(BF_FAILURE_INSUFFICIENT_DATA, false));
    assert_true(bf_failure_is_expected(BF_FAILURE_EXPECTED_INCOMPLETE, false));
    assert_false(bf_failure_is_expected(BF_FAILURE_MISSING_DEPENDENCY, false));
    assert_true(bf_failure_is_expected(BF_FAILURE_MISSING_DEPENDENCY, true));
    assert_false(bf_failure_is_expected(BF_FAILURE_PROCESSING_ERROR, true));
    assert_false(bf_failure_is_expected(BF_NULL_I8, true));
}

/* ---- a date and its faults ------------------------------------------------------------------- */

/* Two dates: one of the second week, when most have records; one when everybody has rows. */
typedef struct fixture {
    test_league *league;
    const bf_history *history;
    bf_date *work;
    int32_t *map;
    test_audit early, late;
} fixture;

static int setup(void **state)
{
    bf_error err = BF_ERROR_INIT;
    fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->league = test_season_create();
    f->history = test_league_history(f->league);
    const bf_dictionary *entities = &f->history->dictionaries[BF_DICT_ENTITIES];
    assert_int_equal(bf_date_create(&f->work, f->history, BF_CONTEXT_DERIVED, &err), BF_OK);
    assert_int_equal(bf_expected_map(&f->map, entities, entities, &err), BF_OK);
    test_audit_init(&f->early, f->history, "2024-01-08", 0);
    test_audit_init(&f->late, f->history, "2024-02-05", 1);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;
    test_audit_free(&f->early);
    test_audit_free(&f->late);
    bf_date_free(f->work);
    free(f->map);
    test_league_free(f->league);
    free(f);
    return 0;
}

static bf_coverage *cover(const fixture *f, bool exact, bf_issues *issues)
{
    bf_error err = BF_ERROR_INIT;
    bf_coverage *coverage = NULL;
    const test_audit *audits[] = {&f->early, &f->late};
    assert_int_equal(bf_coverage_create(&coverage, 2, f->history->dictionaries, &err), BF_OK);
    for (int d = 0; d < 2; d++) {
        bf_expected expected[BF_PROCESSOR_COUNT];
        assert_int_equal(
            bf_expected_date(expected, f->work, audits[d]->date.day, ALL, f->map, &err), BF_OK);
        bf_coverage_date(coverage, &audits[d]->date, exact ? expected : NULL, issues);
    }
    return coverage;
}

/* Covers both dates and expects these issues, and this status of the processor on the later date.
 */
static void expect_with(const fixture *f, bool exact, int processor, bf_coverage_status status,
                        const test_issue *expected, size_t count)
{
    bf_issues issues = BF_ISSUES_INIT;
    bf_coverage *coverage = cover(f, exact, &issues);
    test_expect_issues(&issues, expected, count);
    assert_int_equal(bf_coverage_unit(coverage, 1, processor)->status, status);
    bf_coverage_free(coverage);
    bf_issues_free(&issues);
}

#define EXPECT(f, exact, processor, status, ...)                                                   \
    do {                                                                                           \
        const test_issue expected_[] = {__VA_ARGS__};                                              \
        expect_with(f, exact, BF_PROCESSOR_##processor, BF_COVERAGE_##status, expected_,           \
                    LENGTH(expected_));                                                            \
    } while (0)

static void test_healthy(void **state)
{
    fixture *f = *state;
    for (int exact = 0; exact < 2; exact++) {
        bf_issues issues = BF_ISSUES_INIT;
        bf_coverage *coverage = cover(f, exact, &issues);
        static const int status[2][BF_PROCESSOR_COUNT] = {
            {BF_COVERAGE_SKIPPED, BF_COVERAGE_SKIPPED, BF_COVERAGE_OK, BF_COVERAGE_OK,
             BF_COVERAGE_OK},
            {BF_COVERAGE_OK, BF_COVERAGE_OK, BF_COVERAGE_OK, BF_COVERAGE_OK, BF_COVERAGE_OK}};
        test_expect_issues(&issues, NULL, 0);
        for (int d = 0; d < 2; d++) {
            for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
                const bf_unit_coverage *unit = bf_coverage_unit(coverage, d, p);
                int64_t entities = p == BF_PROCESSOR_tdza ? TEST_SEASON_TEAMS : TEST_SEASON_PLAYERS;
                assert_int_equal(unit->status, status[d][p]);
                assert_int_equal(unit->expected, entities);
                assert_int_equal(unit->rows + unit->records, entities);
                assert_int_equal(unit->unaccounted, 0);
                assert_false(bf_coverage_is_hole(unit));
            }
        }
        assert_int_equal(bf_coverage_unit(coverage, 1, BF_PROCESSOR_psza)->listed,
                         TEST_SEASON_PLAYERS);
        bf_unit_coverage sum;
        int64_t statuses[BF_COVERAGE_STATUSES];
        bf_coverage_total(&sum, statuses, coverage, BF_PROCESSOR_tdza);
        assert_int_equal(sum.rows, TEST_SEASON_TEAMS);
        assert_int_equal(sum.records, TEST_SEASON_TEAMS);
        assert_int_equal(sum.categories[BF_FAILURE_INSUFFICIENT_DATA], TEST_SEASON_TEAMS);
        assert_int_equal(statuses[BF_COVERAGE_SKIPPED], 1);
        assert_int_equal(statuses[BF_COVERAGE_OK], 1);
        bf_record_sum records =
            bf_coverage_records(coverage, BF_PROCESSOR_tdza, BF_FAILURE_INSUFFICIENT_DATA);
        assert_int_equal(records.records, TEST_SEASON_TEAMS);
        assert_int_equal(records.dates, 1);
        assert_int_equal(records.not_expected, 0);
        assert_int_equal(records.first, f->early.date.day);
        assert_int_equal(records.last, f->early.date.day);
        bf_coverage_free(coverage);
        bf_issues_free(&issues);
    }
}

/* A row of each table goes: with the snapshot it is missed everywhere, and so it is by the unit's
 * own count. */
static void test_a_row_is_gone(void **state)
{
    fixture *f = *state;
    test_audit_remove(&f->late, BF_OUTPUT_pdc, 3);
    for (int exact = 0; exact < 2; exact++)
        EXPECT(f, exact, pdc, PARTIAL, {BF_ISSUE_partial, BF_OUTPUT_pdc});
}

/* The same with everything about it mended. Without the snapshot PCF still knows the player. */
static void test_a_row_is_gone_and_hidden(void **state)
{
    fixture *f = *state;
    test_audit_remove(&f->late, BF_OUTPUT_pdc, 3);
    test_audit_mend(&f->late, BF_OUTPUT_pdc);
    for (int exact = 0; exact < 2; exact++)
        EXPECT(f, exact, pdc, PARTIAL, {BF_ISSUE_partial, BF_OUTPUT_pdc});
}

/* TDZA and PSZA remember who was there earlier in the season. */
static void test_a_player_vanishes(void **state)
{
    fixture *f = *state;
    test_audit_remove(&f->late, BF_OUTPUT_psza, 0);
    test_audit_mend(&f->late, BF_OUTPUT_psza);
    test_audit_remove(&f->late, BF_OUTPUT_tdza, 0);
    test_audit_mend(&f->late, BF_OUTPUT_tdza);
    for (int exact = 0; exact < 2; exact++)
        EXPECT(f, exact, psza, PARTIAL, {BF_ISSUE_partial, BF_OUTPUT_tdza},
               {BF_ISSUE_partial, BF_OUTPUT_psza});
}

/* Of ML nobody knows without the snapshot. */
static void test_only_the_snapshot_knows(void **state)
{
    fixture *f = *state;
    test_audit_remove(&f->late, BF_OUTPUT_ml, 7);
    test_audit_mend(&f->late, BF_OUTPUT_ml);
    expect_with(f, false, BF_PROCESSOR_ml, BF_COVERAGE_OK, NULL, 0);
    EXPECT(f, true, ml, PARTIAL, {BF_ISSUE_partial, BF_OUTPUT_ml});
}

static void remove_all(test_audit *audit, bf_output table)
{
    while (audit->date.rows[table] > 0)
        test_audit_remove(audit, table, audit->date.rows[table] - 1);
}

static void test_all_rows_are_gone(void **state)
{
    fixture *f = *state;
    remove_all(&f->late, BF_OUTPUT_pcf);
    test_audit_mend(&f->late, BF_OUTPUT_pcf);
    for (int exact = 0; exact < 2; exact++)
        EXPECT(f, exact, pcf, UNTRACKED, {BF_ISSUE_untracked, BF_OUTPUT_pcf});
    bf_issues issues = BF_ISSUES_INIT;
    bf_coverage *coverage = cover(f, false, &issues);
    assert_true(bf_coverage_is_hole(bf_coverage_unit(coverage, 1, BF_PROCESSOR_pcf)));
    assert_int_equal(bf_coverage_unit(coverage, 1, BF_PROCESSOR_pcf)->unaccounted,
                     TEST_SEASON_PLAYERS);
    bf_coverage_free(coverage);
    bf_issues_free(&issues);
}

/* A game date on which nothing at all is left: B6, also where the unit says so itself. */
static void test_zero_output_is_no_day_off(void **state)
{
    fixture *f = *state;
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        remove_all(&f->late, (bf_output)t);
        test_audit_mend(&f->late, (bf_output)t);
    }
    for (int exact = 0; exact < 2; exact++)
        EXPECT(f, exact, ml, UNTRACKED, {BF_ISSUE_untracked, BF_OUTPUT_tdza},
               {BF_ISSUE_untracked, BF_OUTPUT_psza}, {BF_ISSUE_untracked, BF_OUTPUT_pcf},
               {BF_ISSUE_untracked, BF_OUTPUT_pdc}, {BF_ISSUE_untracked, BF_OUTPUT_ml});
}

/* Records go on the early date, where TDZA and PSZA have nothing else. */
static void test_records_are_gone(void **state)
{
    fixture *f = *state;
    remove_all(&f->early, BF_OUTPUT_failure);
    for (int exact = 0; exact < 2; exact++)
        EXPECT(f, exact, tdza, OK, {BF_ISSUE_untracked, BF_OUTPUT_tdza},
               {BF_ISSUE_untracked, BF_OUTPUT_psza});
}

static int64_t record_of(const test_audit *audit, bf_processor_id processor)
{
    const bf_dictionary *names = &audit->date.dictionaries[BF_DICT_PROCESSORS];
    int32_t name = bf_dictionary_find(names, bf_processors[processor].class_name);
    int64_t i = 0;
    while (bf_audit_integer(&audit->date, BF_OUTPUT_failure, BF_failure_processor_name, i) != name)
        i++;
    return i;
}

static void test_one_record_is_gone(void **state)
{
    fixture *f = *state;
    test_audit_remove(&f->early, BF_OUTPUT_failure, record_of(&f->early, BF_PROCESSOR_psza));
    for (int exact = 0; exact < 2; exact++)
        EXPECT(f, exact, psza, OK, {BF_ISSUE_partial, BF_OUTPUT_psza});
}

static void test_a_record_to_investigate(void **state)
{
    fixture *f = *state;
    test_audit_set(&f->early, BF_OUTPUT_failure, BF_failure_failure_category,
                   record_of(&f->early, BF_PROCESSOR_tdza), BF_FAILURE_PROCESSING_ERROR);
    for (int exact = 0; exact < 2; exact++)
        EXPECT(f, exact, tdza, OK, {BF_ISSUE_investigate, BF_OUTPUT_tdza});
}

/* A record becomes one about the whole date. */
static void test_a_date_level_record(void **state)
{
    fixture *f = *state;
    int64_t row = record_of(&f->early, BF_PROCESSOR_tdza);
    while (f->early.date.rows[BF_OUTPUT_failure] > row + 1)
        test_audit_remove(&f->early, BF_OUTPUT_failure, row + 1);
    test_audit_set(&f->early, BF_OUTPUT_failure, BF_failure_entity_id, row, f->history->date_level);
    test_audit_set(&f->early, BF_OUTPUT_failure, BF_failure_failure_category, row,
                   BF_FAILURE_MISSING_DEPENDENCY);
    test_audit_mend(&f->early, BF_OUTPUT_failure);
    f->early.units[BF_PROCESSOR_tdza].status = BF_UNIT_FAILED;
    EXPECT(f, false, tdza, OK, {BF_ISSUE_deps_missing, BF_OUTPUT_tdza});
    EXPECT(f, true, tdza, OK, {BF_ISSUE_deps_missing, BF_OUTPUT_tdza},
           {BF_ISSUE_surplus, BF_OUTPUT_tdza});
}

static void test_a_row_and_a_record(void **state)
{
    fixture *f = *state;
    int64_t row = record_of(&f->early, BF_PROCESSOR_psza);
    int64_t last = f->early.date.rows[BF_OUTPUT_failure] - 1;
    int64_t player = bf_audit_integer(&f->early.date, BF_OUTPUT_failure, BF_failure_entity_id, row);
    /* A record of TDZA is turned into one of PCF about a player who has a row there. */
    int64_t pcf = bf_dictionary_find(&f->history->dictionaries[BF_DICT_PROCESSORS],
                                     bf_processors[BF_PROCESSOR_pcf].class_name);
    test_audit_set(&f->early, BF_OUTPUT_failure, BF_failure_processor_name, last, pcf);
    test_audit_set(&f->early, BF_OUTPUT_failure, BF_failure_entity_id, last, player);
    test_audit_mend(&f->early, BF_OUTPUT_failure);
    f->early.units[BF_PROCESSOR_tdza].failures++; /* the one that was turned */
    for (int exact = 0; exact < 2; exact++)
        EXPECT(f, exact, pcf, OK, {BF_ISSUE_partial, BF_OUTPUT_tdza},
               {BF_ISSUE_both, BF_OUTPUT_pcf});
}

/* A record where the snapshot gives a row. */
static void test_a_record_instead_of_a_row(void **state)
{
    fixture *f = *state;
    int64_t row = record_of(&f->early, BF_PROCESSOR_psza);
    int64_t pdc = bf_dictionary_find(&f->history->dictionaries[BF_DICT_PROCESSORS],
                                     bf_processors[BF_PROCESSOR_pdc].class_name);
    test_audit_set(&f->early, BF_OUTPUT_failure, BF_failure_processor_name, row, pdc);
    test_audit_remove(&f->early, BF_OUTPUT_pdc, 0); /* of the same player: both are the first */
    test_audit_mend(&f->early, BF_OUTPUT_failure);
    f->early.units[BF_PROCESSOR_psza].failures++;
    EXPECT(f, false, pdc, OK, {BF_ISSUE_partial, BF_OUTPUT_psza});
    EXPECT(f, true, pdc, OK, {BF_ISSUE_partial, BF_OUTPUT_psza},
           {BF_ISSUE_misplaced, BF_OUTPUT_pdc});
}

static void test_what_the_unit_tells(void **state)
{
    fixture *f = *state;
    f->late.units[BF_PROCESSOR_pcf].rows--;
    EXPECT(f, false, pcf, OK, {BF_ISSUE_surplus, BF_OUTPUT_pcf});
    EXPECT(f, true, pcf, OK, {BF_ISSUE_unit, BF_OUTPUT_pcf});
    f->late.units[BF_PROCESSOR_pcf].failures++;
    for (int exact = 0; exact < 2; exact++)
        EXPECT(f, exact, pcf, OK, {BF_ISSUE_unit, BF_OUTPUT_pcf});
    f->late.units[BF_PROCESSOR_pcf].rows++;
    f->late.units[BF_PROCESSOR_pcf].failures--;
    f->late.units[BF_PROCESSOR_pcf].status = BF_UNIT_FAILED;
    for (int exact = 0; exact < 2; exact++)
        EXPECT(f, exact, pcf, OK, {BF_ISSUE_unit, BF_OUTPUT_pcf});
}

/* Rows on a date where there should be none. */
static void test_rows_on_a_bootstrap_date(void **state)
{
    fixture *f = *state;
    f->late.date.day = test_day("2024-10-25");
    EXPECT(f, false, pcf, BOOTSTRAP, {BF_ISSUE_bootstrap, BF_OUTPUT_tdza},
           {BF_ISSUE_bootstrap, BF_OUTPUT_psza}, {BF_ISSUE_bootstrap, BF_OUTPUT_pcf},
           {BF_ISSUE_bootstrap, BF_OUTPUT_pdc}, {BF_ISSUE_bootstrap, BF_OUTPUT_ml});
}

static void test_a_date_without_games(void **state)
{
    fixture *f = *state;
    f->late.date.day = test_day("2024-02-20");
    for (int t = 0; t < BF_OUTPUT_COUNT; t++) {
        remove_all(&f->late, (bf_output)t);
        test_audit_mend(&f->late, (bf_output)t);
    }
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++)
        f->late.units[p].status = BF_UNIT_NO_GAMES;
    for (int exact = 0; exact < 2; exact++)
        expect_with(f, exact, BF_PROCESSOR_tdza, BF_COVERAGE_NO_GAMES, NULL, 0);
}

static void test_damaged_and_not_run(void **state)
{
    fixture *f = *state;
    f->late.date.damaged[BF_OUTPUT_pdc] = true;
    f->late.date.written[BF_OUTPUT_ml] = false;
    f->late.date.columns[BF_OUTPUT_ml] = NULL;
    expect_with(f, true, BF_PROCESSOR_pdc, BF_COVERAGE_DAMAGED, NULL, 0);
    expect_with(f, true, BF_PROCESSOR_ml, BF_COVERAGE_NOT_RUN, NULL, 0);
    expect_with(f, true, BF_PROCESSOR_pcf, BF_COVERAGE_OK, NULL, 0);
    f->late.date.damaged[BF_OUTPUT_failure] = true;
    expect_with(f, true, BF_PROCESSOR_pcf, BF_COVERAGE_DAMAGED, NULL, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_match),
        cmocka_unit_test(test_classes_of_records),
        TEST(test_healthy),
        TEST(test_a_row_is_gone),
        TEST(test_a_row_is_gone_and_hidden),
        TEST(test_a_player_vanishes),
        TEST(test_only_the_snapshot_knows),
        TEST(test_all_rows_are_gone),
        TEST(test_zero_output_is_no_day_off),
        TEST(test_records_are_gone),
        TEST(test_one_record_is_gone),
        TEST(test_a_record_to_investigate),
        TEST(test_a_date_level_record),
        TEST(test_a_row_and_a_record),
        TEST(test_a_record_instead_of_a_row),
        TEST(test_what_the_unit_tells),
        TEST(test_rows_on_a_bootstrap_date),
        TEST(test_a_date_without_games),
        TEST(test_damaged_and_not_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
