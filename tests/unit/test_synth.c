/* The made-up league: its calendar, schedule, series and game numbers. */
#include <stdlib.h>
#include <string.h>

#include "compute/history/league.h"
#include "compute/synth/fill.h"
#include "compute/synth/schedule.h"
#include "tests/support/made_league.h"
#include "tests/support/tables.h"
#include "tests/support/unit.h"

/* Four seasons of seed 1, test_made once. */
static test_made four_seasons;

static int make_four_seasons(void **state)
{
    (void)state;
    four_seasons = test_made_create(2021, 2024, 1, 1);
    return 0;
}

static int drop_four_seasons(void **state)
{
    (void)state;
    test_made_free(&four_seasons);
    return 0;
}

/* --- calendar: spec/backfill.md §2.1 --- */

static const struct {
    int season, regular, playoffs;
    const char *opening, *regular_last, *play_in_first, *playoffs_first, *finals_last,
        *first_eligible;
} expected_seasons[] = {
    {2021, 165, 45, "2021-10-19", "2022-04-10", "2022-04-12", "2022-04-16", "2022-06-16",
     "2021-11-02"},
    {2022, 164, 45, "2022-10-18", "2023-04-09", "2023-04-11", "2023-04-15", "2023-06-12",
     "2022-11-01"},
    {2023, 160, 44, "2023-10-24", "2024-04-14", "2024-04-16", "2024-04-20", "2024-06-17",
     "2023-11-08"},
    {2024, 163, 47, "2024-10-22", "2025-04-13", "2025-04-15", "2025-04-19", "2025-06-22",
     "2024-11-06"},
};

static void test_calendar_is_the_real_one(void **state)
{
    (void)state;
    int dates = 0, bootstrap = 0;
    for (size_t i = 0; i < LENGTH(expected_seasons); i++) {
        bf_synth_calendar c;
        bf_synth_calendar_init(&c, expected_seasons[i].season);
        assert_int_equal(c.regular_dates, expected_seasons[i].regular);
        assert_int_equal(c.playoff_dates, expected_seasons[i].playoffs);
        assert_int_equal(c.dates, c.regular_dates + BF_SYNTH_PLAY_IN_DATES + c.playoff_dates);
        assert_int_equal(c.days[0], test_day(expected_seasons[i].opening));
        assert_int_equal(c.days[c.regular_dates - 1], test_day(expected_seasons[i].regular_last));
        assert_int_equal(c.days[c.regular_dates], test_day(expected_seasons[i].play_in_first));
        assert_int_equal(c.days[c.dates - c.playoff_dates],
                         test_day(expected_seasons[i].playoffs_first));
        assert_int_equal(c.days[c.dates - 1], test_day(expected_seasons[i].finals_last));
        int rounds = 0, skipped = 0;
        for (int r = 0; r < BF_SYNTH_ROUNDS; r++)
            rounds += c.round_dates[r];
        assert_int_equal(rounds, c.playoff_dates);
        for (int d = 1; d < c.dates; d++)
            assert_true(c.days[d] > c.days[d - 1]);
        while (bf_day_is_bootstrap(c.days[skipped]))
            skipped++;
        assert_int_equal(skipped, 14);
        assert_int_equal(c.days[skipped], test_day(expected_seasons[i].first_eligible));
        dates += c.dates;
        bootstrap += skipped;
    }
    assert_int_equal(dates, 845);
    assert_int_equal(dates - bootstrap, 789);
}

static void test_days_off(void **state)
{
    (void)state;
    static const char *const off[] = {
        "2021-11-25", "2021-12-24", "2022-02-18", "2022-02-23", "2022-04-04", "2022-04-11",
        "2022-04-14", "2022-11-08", "2022-11-24", "2023-02-17", "2023-04-03", "2023-11-07",
        "2023-12-03", "2023-12-09", "2023-12-10", "2024-02-21", "2024-04-08", "2024-04-13",
        "2024-11-05", "2024-12-17", "2024-12-18", "2025-02-14", "2025-02-18", "2025-04-12",
        "2022-06-15", "2023-05-13", "2024-06-05", "2025-06-21"};
    for (size_t i = 0; i < LENGTH(off); i++) {
        bf_synth_calendar c;
        bf_synth_calendar_init(&c, bf_season_year(test_day(off[i])));
        for (int d = 0; d < c.dates; d++) {
            if (c.days[d] == test_day(off[i]))
                fail_msg("%s is a game date", off[i]);
        }
    }
}

/* --- schedule --- */

static void check_schedule(const bf_synth_fixture *games, const bf_synth_calendar *c)
{
    static const int pairs_of[5] = {0, 0, 225, 60, 150}; /* pairs of teams that meet so often */
    int games_on[BF_SYNTH_MAX_DATES] = {0}, home[BF_SYNTH_TEAMS] = {0},
        met[BF_SYNTH_TEAMS][BF_SYNTH_TEAMS] = {{0}};
    bf_day last[BF_SYNTH_TEAMS], before[BF_SYNTH_TEAMS];
    int back_to_back[BF_SYNTH_TEAMS] = {0}, pairs[5] = {0}, all_back_to_back = 0;
    for (int t = 0; t < BF_SYNTH_TEAMS; t++)
        last[t] = before[t] = -10;
    for (int i = 0; i < BF_SYNTH_REGULAR_GAMES; i++) {
        const int teams[2] = {games[i].away, games[i].home};
        bf_day day = c->days[games[i].date];
        games_on[games[i].date]++;
        home[games[i].home]++;
        met[games[i].away < games[i].home ? games[i].away : games[i].home]
           [games[i].away < games[i].home ? games[i].home : games[i].away]++;
        for (int s = 0; s < 2; s++) {
            assert_true(last[teams[s]] < day);        /* once a date */
            assert_true(day - before[teams[s]] != 2); /* never on three days in a row */
            back_to_back[teams[s]] += day - last[teams[s]] == 1;
            before[teams[s]] = last[teams[s]];
            last[teams[s]] = day;
        }
    }
    for (int d = 0; d < c->regular_dates; d++)
        assert_in_range(games_on[d], 1, BF_SYNTH_TEAMS / 2);
    assert_int_equal(games_on[0], 2);
    assert_int_equal(games_on[c->regular_dates - 1], BF_SYNTH_TEAMS / 2);
    for (int t = 0; t < BF_SYNTH_TEAMS; t++) {
        assert_int_equal(home[t], BF_SYNTH_TEAM_GAMES / 2);
        assert_in_range(back_to_back[t], 4, 26);
        all_back_to_back += back_to_back[t];
        for (int u = t + 1; u < BF_SYNTH_TEAMS; u++)
            pairs[met[t][u]]++;
    }
    assert_in_range(all_back_to_back, 12 * BF_SYNTH_TEAMS, 16 * BF_SYNTH_TEAMS);
    assert_memory_equal(pairs, pairs_of, sizeof pairs);
}

static void test_schedule_of_every_season(void **state)
{
    (void)state;
    static bf_synth_fixture games[BF_SYNTH_REGULAR_GAMES];
    for (int season = BF_SYNTH_FIRST_SEASON; season <= BF_SYNTH_LAST_SEASON; season++) {
        bf_synth_calendar c;
        bf_synth_calendar_init(&c, season);
        for (uint64_t seed = 0; seed < 10; seed++) {
            bf_random random;
            bf_error err = BF_ERROR_INIT;
            bf_random_init(&random, seed, (uint64_t)season);
            assert_int_equal(bf_synth_schedule_make(games, &c, &random, &err), BF_OK);
            check_schedule(games, &c);
        }
    }
}

static void test_games_of_every_date(void **state)
{
    (void)state;
    const test_made *league = &four_seasons;
    int64_t row = 0, regular = 0;
    for (size_t i = 0; i < LENGTH(expected_seasons); i++) {
        bf_synth_calendar c;
        bf_synth_calendar_init(&c, expected_seasons[i].season);
        for (int d = 0; d < c.dates; d++) {
            int games = 0;
            for (; row < test_made_rows(league, BF_INPUT_schedule) &&
                   SCHEDULE(game_date, row) == c.days[d];
                 row++) {
                const char *number =
                    test_made_text(league, BF_DICT_NUMBERS, SCHEDULE(game_id, row));
                assert_true(bf_game_number_is_valid(number, strlen(number)));
                int8_t type = d < c.regular_dates                            ? BF_GAME_TYPE_REGULAR
                              : d < c.regular_dates + BF_SYNTH_PLAY_IN_DATES ? BF_GAME_TYPE_PLAY_IN
                                                                             : BF_GAME_TYPE_PLAYOFF;
                assert_int_equal(bf_game_type_of(number, BF_NULL_I8, BF_NULL_I8), type);
                assert_int_equal(SCHEDULE(is_playoffs, row), type == BF_GAME_TYPE_PLAYOFF);
                regular += type == BF_GAME_TYPE_REGULAR;
                games++;
            }
            assert_in_range(games, 1, BF_SYNTH_TEAMS / 2);
        }
    }
    assert_int_equal(row, test_made_rows(league, BF_INPUT_schedule));
    assert_int_equal(regular, 4 * BF_SYNTH_REGULAR_GAMES);
    assert_int_equal(bf_intern_count(league->texts, BF_DICT_NUMBERS), row); /* each once */
}

/* --- playoffs --- */

enum { MOST_SERIES = 64 };

typedef struct series {
    int64_t teams[2];
    int wins[2];
} series;

/* Winner of the schedule's game of `row`: team rows stand in the schedule's order, two a game. */
static int64_t winner(const test_made *league, int64_t row)
{
    return TOG(win_flag, 2 * row) == 1 ? TOG(team_abbr, 2 * row) : TOG(team_abbr, 2 * row + 1);
}

/* Series of a season, from its games; each has to end with a team's fourth win. */
static int find_series(series out[MOST_SERIES], const test_made *league, int season)
{
    int count = 0;
    for (int64_t row = 0; row < test_made_rows(league, BF_INPUT_schedule); row++) {
        int64_t home = SCHEDULE(home_team_tricode, row), away = SCHEDULE(away_team_tricode, row);
        int s = 0;
        if (SCHEDULE(is_playoffs, row) != 1 ||
            bf_season_year((bf_day)SCHEDULE(game_date, row)) != season)
            continue;
        while (s < count && !((out[s].teams[0] == home && out[s].teams[1] == away) ||
                              (out[s].teams[0] == away && out[s].teams[1] == home)))
            s++;
        if (s == count)
            out[count++] = (series){{home, away}, {0, 0}};
        assert_true(out[s].wins[0] < 4 && out[s].wins[1] < 4);
        out[s].wins[winner(league, row) == out[s].teams[0] ? 0 : 1]++;
    }
    return count;
}

static void test_series_are_best_of_seven(void **state)
{
    (void)state;
    for (int season = BF_SYNTH_FIRST_SEASON; season <= BF_SYNTH_LAST_SEASON; season++) {
        series found[MOST_SERIES];
        int games = 0, count = find_series(found, &four_seasons, season);
        assert_int_equal(count, 15);
        for (int s = 0; s < count; s++) {
            games += found[s].wins[0] + found[s].wins[1];
            assert_true((found[s].wins[0] == 4) != (found[s].wins[1] == 4));
        }
        assert_in_range(games, 75, 105); /* real: 82 to 87 */
    }
}

static int64_t number(bf_synth_game_kind kind, int season, int league, int code)
{
    char digits[BF_SYNTH_NUMBER_BYTES];
    bf_synth_game_number(digits, kind, season, league, code);
    assert_true(bf_game_number_is_valid(digits, strlen(digits)));
    return strtoll(digits, NULL, 10);
}

static int compare_numbers(const void *a, const void *b)
{
    return *(const int64_t *)a < *(const int64_t *)b ? -1 : 1;
}

/* First and last number of each season and league: sorted, the ranges do not touch. */
static void test_numbers_of_all_leagues_differ(void **state)
{
    (void)state;
    static const struct {
        bf_synth_game_kind kind;
        int last_code;
    } kinds[] = {{BF_SYNTH_REGULAR, BF_SYNTH_REGULAR_GAMES},
                 {BF_SYNTH_PLAYOFF, 407},
                 {BF_SYNTH_PLAY_IN, 311}};
    static int64_t ends[2 * 4 * BF_SYNTH_MAX_SCALE];
    for (size_t k = 0; k < LENGTH(kinds); k++) {
        size_t count = 0;
        for (int season = BF_SYNTH_FIRST_SEASON; season <= BF_SYNTH_LAST_SEASON; season++) {
            for (int league = 1; league <= BF_SYNTH_MAX_SCALE; league++) {
                ends[count++] = number(kinds[k].kind, season, league, 1);
                ends[count++] = number(kinds[k].kind, season, league, kinds[k].last_code);
            }
        }
        qsort(ends, count, sizeof *ends, compare_numbers);
        for (size_t i = 0; i < count; i += 2) {
            assert_int_equal(ends[i + 1] - ends[i], kinds[k].last_code - 1);
            assert_true(i == 0 || ends[i] > ends[i - 1]);
        }
    }
    assert_int_equal(number(BF_SYNTH_REGULAR, 2021, 1, 1), 22100001);
    assert_int_equal(number(BF_SYNTH_PLAYOFF, 2024, 1, 407), 42400407);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calendar_is_the_real_one),
        cmocka_unit_test(test_days_off),
        cmocka_unit_test(test_schedule_of_every_season),
        cmocka_unit_test(test_games_of_every_date),
        cmocka_unit_test(test_series_are_best_of_seven),
        cmocka_unit_test(test_numbers_of_all_leagues_differ),
    };
    return cmocka_run_group_tests(tests, make_four_seasons, drop_four_seasons);
}
