/* Series: which rows count, one a date or not, and what their sums are; against plain loops on
 * random rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "compute/history/window.h"
#include "tests/support/league.h"

static const char AS_OF[] = "2024-01-15";

static bf_window season_of(const bf_history *history, bf_series_id series, int32_t entity)
{
    return bf_window_season(&history->series[series], entity, test_day(AS_OF));
}

/* Two rows of a date: PLAYED and LISTED keep one (more minutes, null lowest, then the smaller game
 * id), before the test for a played game; SHOTS keeps both (players.md §1.4, zones.md P5). */
static void test_two_rows_of_a_date(void **state)
{
    (void)state;
    static const struct {
        int minutes_nyk, minutes_mia;
        const char *kept;
    } cases[] = {{200, 100, "20240110_NYK_BOS"},
                 {100, 200, "20240110_MIA_BOS"},
                 {100, 100, "20240110_MIA_BOS"},
                 {100, BF_NULL_I16, "20240110_NYK_BOS"},
                 {BF_NULL_I16, BF_NULL_I16, "20240110_MIA_BOS"},
                 {0, BF_NULL_I16, "20240110_NYK_BOS"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        test_league *league = test_league_create();
        test_played(league, "player", "20240110_NYK_BOS", "BOS", cases[i].minutes_nyk, 10);
        test_set(league, BF_pgs_fg_attempts, 5);
        test_played(league, "player", "20240110_MIA_BOS", "BOS", cases[i].minutes_mia, 20);
        test_set(league, BF_pgs_fg_attempts, 5);
        const bf_history *history = test_league_history(league);
        const int32_t *games = BF_INPUT_COLUMN(history, pgs, game_id, int32_t);
        bf_window played = season_of(history, BF_SERIES_PLAYED, 0);
        assert_int_equal(bf_window_games(season_of(history, BF_SERIES_SHOTS, 0)), 2);
        assert_int_equal(bf_window_games(season_of(history, BF_SERIES_LISTED, 0)), 1);
        assert_int_equal(bf_window_games(played), 1);
        assert_int_equal(games[bf_window_row(played, 0)],
                         test_code(league, BF_DICT_GAMES, cases[i].kept));
        test_league_free(league);
    }
}

/* The row that stands for the date is not played: the other row does not take its place. */
static void test_kept_row_is_not_played(void **state)
{
    (void)state;
    test_league *league = test_league_create();
    test_played(league, "player", "20240110_NYK_BOS", "BOS", 200, 10);
    test_set(league, BF_pgs_is_active, 0);
    test_played(league, "player", "20240110_MIA_BOS", "BOS", 100, 20);
    const bf_history *history = test_league_history(league);
    assert_int_equal(bf_window_games(season_of(history, BF_SERIES_PLAYED, 0)), 0);
    assert_int_equal(bf_window_games(season_of(history, BF_SERIES_LISTED, 0)), 1);
    test_league_free(league);
}

static void test_next_day(void **state)
{
    (void)state;
    static const char *const games[] = {"20240101_NYK_BOS", "20240103_NYK_BOS", "20240104_NYK_BOS",
                                        "20240105_NYK_BOS", "20240110_NYK_BOS"};
    test_league *league = test_league_create();
    for (int i = 0; i < 5; i++)
        test_played(league, "player", games[i], "BOS", 100, 10);
    test_played(league, "another", "20240111_NYK_BOS", "BOS", 100,
                10); /* the first of an entity never counts */
    const bf_history *history = test_league_history(league);
    int32_t player = test_code(league, BF_DICT_PLAYERS, "player");
    int32_t another = test_code(league, BF_DICT_PLAYERS, "another");
    assert_int_equal(
        bf_window_sum(season_of(history, BF_SERIES_PLAYED, player), BF_PLAYED_next_day), 2);
    assert_int_equal(
        bf_window_sum(season_of(history, BF_SERIES_PLAYED, another), BF_PLAYED_next_day), 0);
    test_league_free(league);
}

/* Team games: one a date, the smaller game id; the league holds the same rows. */
static void test_team_rows(void **state)
{
    (void)state;
    test_league *league = test_league_create();
    test_offense(league, "20240110_NYK_BOS", "BOS");
    test_set(league, BF_tog_pace, 990);
    test_offense(league, "20240110_MIA_BOS", "BOS");
    test_set(league, BF_tog_pace, 1010);
    test_set(league, BF_tog_win_flag, 1);
    test_offense(league, "20240110_NYK_BOS", "NYK");
    test_offense(league, "20240111_NYK_MIA", "NYK");
    test_set(league, BF_tog_pace, 1000);
    test_set(league, BF_tog_win_flag, 0);
    const bf_history *history = test_league_history(league);
    bf_window boston =
        season_of(history, BF_SERIES_OFFENSE, test_code(league, BF_DICT_TEAMS, "BOS"));
    bf_window all = season_of(history, BF_SERIES_LEAGUE, 0);
    assert_int_equal(bf_window_games(boston), 1);
    assert_int_equal(bf_window_sum(boston, BF_OFFENSE_sum_pace), 1010);
    assert_int_equal(bf_window_sum(boston, BF_OFFENSE_wins), 1);
    assert_int_equal(bf_window_games(all), 3);
    assert_int_equal(bf_window_sum(all, BF_LEAGUE_sum_pace), 2010);
    assert_int_equal(bf_window_sum(all, BF_LEAGUE_count_pace), 2);
    test_league_free(league);
}

/* ---- sums against plain loops
 * ----------------------------------------------------------------------- */

static uint32_t random_state = 12345;

static int random_below(int limit)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (int)(random_state >> 8) % limit;
}

static int16_t maybe_null(int value)
{
    return random_below(4) == 0 ? BF_NULL_I16 : (int16_t)value;
}

enum { GAMES = 400 };

/* Every window of the last k games has the sums and counts that a loop over the rows gives;
 * negative values and prefix sums that wrap around included. */
static void test_sums(void **state)
{
    (void)state;
    int16_t makes[GAMES], assisted[GAMES], points[GAMES];
    test_league *league = test_league_create();
    for (int i = 0; i < GAMES; i++) {
        makes[i] = maybe_null(random_below(2000) - 1000);
        assisted[i] = maybe_null(random_below(20));
        points[i] = (int16_t)(random_below(2000) - 1000);
        test_played(league, "player", test_game_id(test_day(AS_OF) - 1 - i, "NYK", "BOS"), "BOS",
                    100, points[i]);
        test_set(league, BF_pgs_fg_makes, makes[i]);
        test_set(league, BF_pgs_assisted_fg_makes, assisted[i]);
    }
    const bf_history *history = test_league_history(league);
    bf_window all = bf_window_before(&history->series[BF_SERIES_PLAYED], 0, test_day(AS_OF));
    bf_window shots = bf_window_before(&history->series[BF_SERIES_SHOTS], 0, test_day(AS_OF));
    assert_int_equal(bf_window_games(all), GAMES);
    int32_t sum = 0, squares = 0, both = 0, both_makes = 0, both_assisted = 0, sum_makes = 0,
            negative = 0;
    for (int k = 1; k <= GAMES; k++) {
        int16_t m = makes[k - 1], a = assisted[k - 1];
        sum += points[k - 1];
        squares += points[k - 1] * points[k - 1];
        sum_makes += m == BF_NULL_I16 ? 0 : m;
        negative += m != BF_NULL_I16 && m < 0;
        if (m != BF_NULL_I16 && a != BF_NULL_I16) {
            both++;
            both_makes += m;
            both_assisted += a;
        }
        bf_window window = bf_window_last(all, k);
        assert_int_equal(bf_window_sum(window, BF_PLAYED_sum_points), sum);
        assert_int_equal(bf_window_sum(window, BF_PLAYED_points_squared), squares);
        assert_int_equal(bf_window_sum(window, BF_PLAYED_both_count), both);
        assert_int_equal(bf_window_sum(window, BF_PLAYED_both_fg_makes), both_makes);
        assert_int_equal(bf_window_sum(window, BF_PLAYED_both_assisted), both_assisted);
        assert_int_equal(bf_window_sum(bf_window_last(shots, k), BF_SHOTS_sum_fg_makes), sum_makes);
        assert_int_equal(bf_window_sum(bf_window_last(shots, k), BF_SHOTS_negative), negative);
    }
    test_league_free(league);
}

/* Rows that are not in order, or outside the seasons, are refused. */
static void test_unsorted_rows_are_refused(void **state)
{
    (void)state;
    test_league *league = test_league_create();
    test_played(league, "player", "20240110_NYK_BOS", "BOS", 100, 10);
    test_played(league, "player", "20240112_NYK_BOS", "BOS", 100, 10);
    bf_history history = *test_league_history(league);
    bf_day *dates = history.inputs[BF_INPUT_pgs].data[BF_pgs_game_date];
    bf_error err = BF_ERROR_INIT;
    dates[1] = dates[0] - 1;
    assert_int_equal(bf_history_derive(&history, 0, 1, &err), BF_E_INPUT);
    dates[1] = dates[0] + 2;
    history.season_days[0].end = dates[0];
    assert_int_equal(bf_history_derive(&history, 0, 1, &err), BF_E_INPUT);
    test_league_free(league);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_rows_of_a_date),
        cmocka_unit_test(test_kept_row_is_not_played),
        cmocka_unit_test(test_next_day),
        cmocka_unit_test(test_team_rows),
        cmocka_unit_test(test_sums),
        cmocka_unit_test(test_unsorted_rows_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
