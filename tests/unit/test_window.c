/* Windows: every one ends before the as-of date, and a season's begins on 1 October. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "compute/history/window.h"
#include "tests/support/league.h"

typedef struct fixture {
    test_league *league;
    const bf_series *games; /* PLAYED of the only player */
} fixture;

/* A player with games on the given days, 10 points on the first, 20 on the second, and so on. */
static fixture with_games(const char *const *days, int count)
{
    test_league *league = test_league_create();
    for (int i = 0; i < count; i++)
        test_played(league, "player", test_game_id(test_day(days[i]), "NYK", "BOS"), "BOS", 100,
                    10 * (i + 1));
    const bf_history *history = test_league_history(league);
    return (fixture){league, &history->series[BF_SERIES_PLAYED]};
}

static const char *const TWO_SEASONS[] = {"2023-03-01", "2023-06-12", "2023-10-01", "2023-10-24",
                                          "2023-10-25", "2023-11-20", "2024-06-17"};

static void test_season_border(void **state)
{
    (void)state;
    static const struct {
        const char *as_of;
        int season, before;
    } cases[] = {
        {"2023-03-01", 0, 0}, {"2023-03-02", 1, 1}, {"2023-06-12", 1, 1}, {"2023-06-13", 2, 2},
        {"2023-09-30", 2, 2}, {"2023-10-01", 0, 2}, {"2023-10-02", 1, 3}, {"2023-10-25", 2, 4},
        {"2023-10-26", 3, 5}, {"2024-06-17", 4, 6}, {"2024-06-18", 5, 7}, {"2024-09-30", 5, 7},
        {"2024-10-01", 0, 7}, {"2030-01-01", 0, 7}, {"2022-09-30", 0, 0}, {"1999-01-01", 0, 0}};
    fixture f = with_games(TWO_SEASONS, 7);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bf_day as_of = test_day(cases[i].as_of);
        assert_int_equal(bf_window_games(bf_window_season(f.games, 0, as_of)), cases[i].season);
        assert_int_equal(bf_window_games(bf_window_before(f.games, 0, as_of)), cases[i].before);
    }
    test_league_free(f.league);
}

static void test_last_games(void **state)
{
    (void)state;
    fixture f = with_games(TWO_SEASONS, 7);
    bf_window season = bf_window_season(f.games, 0, test_day("2024-06-18"));
    static const int asked[] = {0, 1, 4, 5, 6}, got[] = {0, 1, 4, 5, 5};
    for (int i = 0; i < 5; i++)
        assert_int_equal(bf_window_games(bf_window_last(season, asked[i])), got[i]);
    bf_window two = bf_window_last(season, 2);
    assert_int_equal(bf_window_sum(two, BF_PLAYED_sum_points), 60 + 70);
    assert_int_equal(bf_window_sum(bf_window_last(season, 0), BF_PLAYED_sum_points), 0);
    assert_int_equal(bf_window_day(two, 0), test_day("2024-06-17"));
    assert_int_equal(bf_window_day(two, 1), test_day("2023-11-20"));
    assert_int_equal(bf_window_sum(bf_window_one(two, 0), BF_PLAYED_sum_points), 70);
    assert_int_equal(bf_window_sum(bf_window_one(two, 1), BF_PLAYED_sum_points), 60);
    test_league_free(f.league);
}

static void test_days(void **state)
{
    (void)state;
    static const char *const days[] = {"2024-01-01", "2024-01-02", "2024-01-08", "2024-01-09",
                                       "2024-01-14"};
    fixture f = with_games(days, 5);
    bf_day as_of = test_day("2024-01-15");
    bf_window season = bf_window_season(f.games, 0, as_of);
    static const int length[] = {0, 1, 6, 7, 13, 14, 300}, got[] = {0, 1, 2, 3, 4, 5, 5};
    for (int i = 0; i < 7; i++)
        assert_int_equal(bf_window_games(bf_window_days(season, as_of, length[i])), got[i]);
    test_league_free(f.league);
}

/* Players without a game, before and after one with games; a snapshot with a season missing in
 * between. */
static void test_entities_without_games(void **state)
{
    (void)state;
    test_league *league = test_league_create();
    test_player(league, "a", "20240110_NYK_BOS", "BOS");
    test_played(league, "b", "20240110_NYK_BOS", "BOS", 100, 10);
    test_played(league, "b", "20220110_NYK_BOS", "BOS", 100, 10);
    test_player(league, "c", "20220110_NYK_BOS", "BOS");
    const bf_history *history = test_league_history(league);
    const bf_series *games = &history->series[BF_SERIES_PLAYED];
    assert_int_equal(games->seasons, 2);
    static const char *const as_of[] = {"2022-01-11", "2023-01-11", "2024-01-11"};
    static const int season[] = {1, 0, 1}, before[] = {1, 1, 2};
    for (int i = 0; i < 3; i++) {
        for (int32_t player = 0; player < 3; player++) {
            bool has = player == 1;
            assert_int_equal(bf_window_games(bf_window_season(games, player, test_day(as_of[i]))),
                             has ? season[i] : 0);
            assert_int_equal(bf_window_games(bf_window_before(games, player, test_day(as_of[i]))),
                             has ? before[i] : 0);
        }
    }
    bf_shooters shooters = bf_history_shooters(history, test_day("2024-01-11"));
    assert_int_equal(shooters.count, 1);
    assert_int_equal(shooters.players[0], test_code(league, BF_DICT_PLAYERS, "b"));
    assert_int_equal(bf_history_shooters(history, test_day("2025-01-11")).count, 0);
    test_league_free(league);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_season_border),
        cmocka_unit_test(test_last_games),
        cmocka_unit_test(test_days),
        cmocka_unit_test(test_entities_without_games),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
