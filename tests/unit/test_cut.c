/* The history cut off before a day: it gives the rows that the whole one gives, and holds nothing
 * that was not known. */
#include <stdlib.h>
#include <string.h>

#include "compute/history/cut.h"
#include "tests/support/audit.h"
#include "tests/support/unit.h"

/* The history in a block of its own, which can be cut. */
static void copy_history(bf_history *out, void **block, const bf_history *history)
{
    size_t bytes = bf_history_bytes(&history->sizes);
    *block = calloc(1, bytes);
    assert_non_null(*block);
    memcpy(*block, history->dictionaries[0].offset, bytes); /* where the block begins */
    bf_history_layout(out, &history->sizes, *block);
    bf_history_attach(out);
}

static void cut(bf_history *history, void *block, const char *day)
{
    bf_error err = BF_ERROR_INIT;
    assert_int_equal(bf_history_cut(history, block, test_day(day), &err), BF_OK);
}

static void test_rows_are_the_same(void **state)
{
    (void)state;
    static const char *const days[] = {"2024-11-20", "2024-02-09", "2024-01-25", "2024-01-02"};
    test_league *league = test_season_create();
    const bf_history *whole = test_league_history(league);
    bf_history history;
    void *block;
    copy_history(&history, &block, whole);
    for (size_t d = 0; d < LENGTH(days); d++) {
        cut(&history, block, days[d]);
        for (int mode = BF_CONTEXT_DERIVED; mode <= BF_CONTEXT_PARITY; mode++) {
            bf_date *a = test_date_computed(whole, (bf_context_mode)mode, days[d]);
            bf_date *b = test_date_computed(&history, (bf_context_mode)mode, days[d]);
            assert_memory_equal(a->digests, b->digests, sizeof a->digests);
            assert_true(a->selections[BF_PROCESSOR_pcf].count > 0);
            bf_date_free(a);
            bf_date_free(b);
        }
    }
    free(block);
    test_league_free(league);
}

static void test_what_is_left(void **state)
{
    (void)state;
    test_league *league = test_season_create();
    bf_history history;
    void *block;
    copy_history(&history, &block, test_league_history(league));
    assert_int_equal(history.sizes.season_count, 2);
    cut(&history, block, "2024-01-10");
    bf_day day = test_day("2024-01-10");
    assert_int_equal(history.sizes.season_count, 1);
    assert_int_equal(history.sizes.last_day, day);
    assert_int_equal(*history.game_date_count, 10);
    assert_int_equal(history.inputs[BF_INPUT_pgs].rows, 10 * TEST_SEASON_PLAYERS);
    assert_int_equal(history.inputs[BF_INPUT_tog].rows, 9 * TEST_SEASON_TEAMS);
    assert_int_equal(history.inputs[BF_INPUT_tdg].rows, 9 * TEST_SEASON_TEAMS);
    assert_int_equal(history.inputs[BF_INPUT_schedule].rows, 10 * TEST_SEASON_TEAMS / 2);
    int64_t listed = 0;
    for (int64_t i = 0; i < history.inputs[BF_INPUT_pgs].rows; i++) {
        bool is_of_day = BF_INPUT_COLUMN(&history, pgs, game_date, bf_day)[i] == day;
        bool no_points = BF_INPUT_COLUMN(&history, pgs, points, int16_t)[i] == BF_NULL_I16;
        bool no_minutes = BF_INPUT_COLUMN(&history, pgs, minutes_played, int16_t)[i] == BF_NULL_I16;
        bool no_hash = BF_INPUT_COLUMN(&history, pgs, data_hash, uint64_t)[i] == BF_NULL_U64;
        listed += is_of_day;
        assert_int_equal(BF_INPUT_COLUMN(&history, pgs, is_active, int8_t)[i], 1);
        assert_true(no_points == is_of_day && no_minutes == is_of_day && no_hash == is_of_day);
    }
    assert_int_equal(listed, TEST_SEASON_PLAYERS);
    int64_t entities = history.sizes.dict_count[BF_DICT_PLAYERS];
    assert_int_equal(history.entity_first[BF_INPUT_pgs][entities],
                     history.inputs[BF_INPUT_pgs].rows);
    free(block);
    test_league_free(league);
}

/* On the first day nothing was played yet, and everybody is listed. */
static void test_before_the_first_game(void **state)
{
    (void)state;
    test_league *league = test_season_create();
    bf_history history;
    void *block;
    copy_history(&history, &block, test_league_history(league));
    cut(&history, block, "2024-01-01");
    assert_int_equal(history.inputs[BF_INPUT_tog].rows, 0);
    assert_int_equal(history.inputs[BF_INPUT_pgs].rows, TEST_SEASON_PLAYERS);
    bf_date *date = test_date_computed(&history, BF_CONTEXT_DERIVED, "2024-01-01");
    assert_int_equal(date->selections[BF_PROCESSOR_tdza].status, BF_UNIT_FAILED);
    assert_int_equal(date->selections[BF_PROCESSOR_pcf].count, TEST_SEASON_PLAYERS);
    bf_date_free(date);
    free(block);
    test_league_free(league);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_are_the_same),
        cmocka_unit_test(test_what_is_left),
        cmocka_unit_test(test_before_the_first_game),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
