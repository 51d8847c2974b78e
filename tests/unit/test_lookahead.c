/* No look-ahead (DESIGN §5.1): adding, changing or removing games on or after the date changes
 * nothing in the date's rows of any table, beyond who is listed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/league.h"

static const char AS_OF[] = "2024-01-15";
static const char *const TEAMS[] = {"ATL", "BOS", "CHI", "DAL", "DEN", "HOU",
                                    "IND", "LAL", "MIA", "NYK", "PHI", "SAS"};
enum { TEAM_COUNT = 12, GAMES = 30, PLAYERS = 4 };

static uint32_t random_state;

static int random_below(int limit)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (int)(random_state >> 8) % limit;
}

static void fill_player(test_league *league)
{
    for (int c = BF_pgs_points; c <= BF_pgs_ft_makes; c++)
        test_set(league, c, random_below(12));
    test_set(league, BF_pgs_usage_rate, random_below(4000));
    test_set(league, BF_pgs_ts_pct, random_below(1000));
    test_set(league, BF_pgs_minutes_played, random_below(400));
    test_set(league, BF_pgs_data_hash, 1 + random_below(1000));
    test_set(league, BF_pgs_processed_at, random_below(1000));
}

static void add_game(test_league *league, bf_day day, const char *away, const char *home,
                     bool results)
{
    const char *game = test_game_id(day, away, home);
    const char *const teams[] = {away, home};
    test_game(league, game);
    for (int t = 0; t < 2; t++) {
        for (int p = 0; p < PLAYERS; p++) {
            char name[] = {teams[t][0], teams[t][1], teams[t][2], (char)('0' + p), '\0'};
            test_player(league, name, game, teams[t]);
            if (results)
                fill_player(league);
        }
        if (!results)
            continue;
        test_offense(league, game, teams[t]);
        test_set(league, BF_tog_pace, 900 + random_below(200));
        test_set(league, BF_tog_offensive_rating, 9000 + random_below(4000));
        test_set(league, BF_tog_win_flag, random_below(2));
        test_defense(league, game, teams[t]);
        for (int c = BF_tdg_opp_paint_attempts; c <= BF_tdg_points_allowed; c++)
            test_set(league, c, random_below(40));
        test_set(league, BF_tdg_defensive_rating, 9000 + random_below(4000));
        test_set(league, BF_tdg_opponent_pace, 900 + random_below(200));
    }
}

/* The same history every time; the date's own games without results. */
static test_league *history_before(void)
{
    test_league *league = test_league_create();
    random_state = 7;
    for (int g = GAMES; g >= 1; g--) {
        for (int t = 0; t < TEAM_COUNT; t += 2)
            add_game(league, test_day(AS_OF) - 2 * g + 1 + t % 3, TEAMS[(t + g) % TEAM_COUNT],
                     TEAMS[(t + g + 1) % TEAM_COUNT], true);
    }
    return league;
}

static bf_date *computed(test_league *league, bf_context_mode mode)
{
    return test_date_computed(test_league_history(league), mode, AS_OF);
}

static void test_results_of_the_date_and_later(void **state)
{
    (void)state;
    static const bf_context_mode modes[] = {BF_CONTEXT_DERIVED, BF_CONTEXT_PARITY};
    for (int m = 0; m < 2; m++) {
        test_league *without = history_before(), *with = history_before();
        for (int t = 0; t < TEAM_COUNT; t += 2) {
            add_game(without, test_day(AS_OF), TEAMS[t], TEAMS[t + 1], false);
            add_game(with, test_day(AS_OF), TEAMS[t], TEAMS[t + 1], true);
        }
        for (int later = 1; later < 20; later++) {
            add_game(with, test_day(AS_OF) + later, TEAMS[later % 11], TEAMS[later % 11 + 1], true);
            test_played(with, "newcomer", test_game_id(test_day(AS_OF) + later, "BOS", "NYK"),
                        "NYK", 300, 99);
            test_set(with, BF_pgs_paint_attempts, -5);
        }
        bf_date *a = computed(without, modes[m]), *b = computed(with, modes[m]);
        for (int t = 0; t < BF_OUTPUT_COUNT; t++)
            assert_memory_equal(a->digests[t], b->digests[t], BF_SHA256_BYTES);
        for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
            assert_true(a->selections[p].count > 10);
            assert_int_equal(a->selections[p].count, b->selections[p].count);
        }
        bf_date_free(a);
        bf_date_free(b);
        test_league_free(without);
        test_league_free(with);
    }
}

/* The test can see a difference: a game the day before changes every table. */
static void test_yesterday_matters(void **state)
{
    (void)state;
    test_league *without = history_before(), *with = history_before();
    for (int t = 0; t < TEAM_COUNT; t += 2) {
        add_game(with, test_day(AS_OF) - 1, TEAMS[t], TEAMS[TEAM_COUNT - 1 - t], true);
        add_game(with, test_day(AS_OF), TEAMS[t], TEAMS[t + 1], false);
        add_game(without, test_day(AS_OF), TEAMS[t], TEAMS[t + 1], false);
    }
    bf_date *a = computed(without, BF_CONTEXT_DERIVED), *b = computed(with, BF_CONTEXT_DERIVED);
    for (int t = 0; t < BF_OUTPUT_failure; t++)
        assert_memory_not_equal(a->digests[t], b->digests[t], BF_SHA256_BYTES);
    bf_date_free(a);
    bf_date_free(b);
    test_league_free(without);
    test_league_free(with);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_results_of_the_date_and_later),
        cmocka_unit_test(test_yesterday_matters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
