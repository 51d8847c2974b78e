/* The made-up league: its calendar, that its tables agree with each other, that a seed makes one
 * league, and that it looks like the real one (bands around the figures of
 * compute/synth/README.md). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/unit.h"

#include "compute/base/hash.h"
#include "compute/history/league.h"
#include "compute/synth/fill.h"
#include "compute/synth/league.h"
#include "compute/synth/schedule.h"
#include "tests/support/tables.h"

/* --- a league and its columns --- */

typedef struct made {
    bf_intern *texts;
    bf_raw raws[BF_INPUT_COUNT];
} made;

static bf_status try_make(made *out, const bf_synth_options *options, bf_error *err)
{
    assert_int_equal(bf_intern_create(&out->texts, err), BF_OK);
    for (int t = 0; t < BF_INPUT_COUNT; t++)
        assert_int_equal(bf_raw_init(&out->raws[t], (bf_input)t, out->texts, err), BF_OK);
    return bf_synth_league(out->raws, options, err);
}

static void drop(made *league)
{
    for (int t = 0; t < BF_INPUT_COUNT; t++)
        bf_raw_reset(&league->raws[t]);
    bf_intern_free(league->texts);
}

static made make(int first_season, int last_season, int scale, uint64_t seed)
{
    made out;
    bf_error err = BF_ERROR_INIT;
    bf_synth_options options = {first_season, last_season, scale, seed};
    if (try_make(&out, &options, &err) != BF_OK)
        fail_msg("%s", err.message);
    return out;
}

static int64_t rows(const made *league, bf_input table)
{
    return league->raws[table].columns.rows;
}

static bool is_null(const made *league, bf_input table, int column, int64_t row)
{
    return bf_column_is_null(&bf_inputs[table].columns[column],
                             league->raws[table].columns.data[column], row);
}

static int64_t get(const made *league, bf_input table, int column, int64_t row)
{
    return bf_column_integer(&bf_inputs[table].columns[column],
                             league->raws[table].columns.data[column], row);
}

#define PGS(column, row) get(league, BF_INPUT_pgs, BF_pgs_##column, row)
#define TOG(column, row) get(league, BF_INPUT_tog, BF_tog_##column, row)
#define TDG(column, row) get(league, BF_INPUT_tdg, BF_tdg_##column, row)
#define SCHEDULE(column, row) get(league, BF_INPUT_schedule, BF_schedule_##column, row)

static const char *text(const made *league, bf_dict dictionary, int64_t code)
{
    return bf_intern_text(league->texts, dictionary, (int32_t)code);
}

/* Four seasons of seed 1, made once. */
static made four_seasons;

static int make_four_seasons(void **state)
{
    (void)state;
    four_seasons = make(2021, 2024, 1, 1);
    return 0;
}

static int drop_four_seasons(void **state)
{
    (void)state;
    drop(&four_seasons);
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
    const made *league = &four_seasons;
    int64_t row = 0, regular = 0;
    for (size_t i = 0; i < LENGTH(expected_seasons); i++) {
        bf_synth_calendar c;
        bf_synth_calendar_init(&c, expected_seasons[i].season);
        for (int d = 0; d < c.dates; d++) {
            int games = 0;
            for (; row < rows(league, BF_INPUT_schedule) && SCHEDULE(game_date, row) == c.days[d];
                 row++) {
                const char *number = text(league, BF_DICT_NUMBERS, SCHEDULE(game_id, row));
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
    assert_int_equal(row, rows(league, BF_INPUT_schedule));
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
static int64_t winner(const made *league, int64_t row)
{
    return TOG(win_flag, 2 * row) == 1 ? TOG(team_abbr, 2 * row) : TOG(team_abbr, 2 * row + 1);
}

/* Series of a season, from its games; each has to end with a team's fourth win. */
static int find_series(series out[MOST_SERIES], const made *league, int season)
{
    int count = 0;
    for (int64_t row = 0; row < rows(league, BF_INPUT_schedule); row++) {
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

/* --- tables agree --- */

static void check_player_row(const made *league, int64_t row)
{
    int64_t twos = PGS(paint_makes, row) + PGS(mid_range_makes, row),
            threes = PGS(three_pt_makes, row);
    assert_int_equal(PGS(points, row), 2 * twos + 3 * threes + PGS(ft_makes, row));
    assert_int_equal(PGS(fg_makes, row), twos + threes);
    assert_int_equal(PGS(fg_attempts, row), PGS(paint_attempts, row) +
                                                PGS(mid_range_attempts, row) +
                                                PGS(three_pt_attempts, row));
    assert_int_equal(PGS(fg_makes, row),
                     PGS(assisted_fg_makes, row) + PGS(unassisted_fg_makes, row));
    assert_true(PGS(paint_makes, row) <= PGS(paint_attempts, row));
    assert_true(PGS(mid_range_makes, row) <= PGS(mid_range_attempts, row));
    assert_true(PGS(three_pt_makes, row) <= PGS(three_pt_attempts, row));
    assert_true(PGS(assisted_fg_makes, row) >= 0 && PGS(unassisted_fg_makes, row) >= 0);
    assert_true(PGS(minutes_played, row) > 0);
    assert_int_equal(is_null(league, BF_INPUT_pgs, BF_pgs_ts_pct, row), PGS(fg_attempts, row) == 0);
    if (!is_null(league, BF_INPUT_pgs, BF_pgs_usage_rate, row))
        assert_in_range(PGS(usage_rate, row), 0, 10000);
}

static void check_listing(const made *league, int64_t row)
{
    const int numbers[] = {BF_pgs_minutes_played, BF_pgs_points, BF_pgs_fg_attempts,
                           BF_pgs_usage_rate};
    assert_int_equal(PGS(is_active, row), 0);
    assert_int_equal(PGS(is_dnp, row), 1);
    for (size_t i = 0; i < LENGTH(numbers); i++)
        assert_true(is_null(league, BF_INPUT_pgs, numbers[i], row));
}

/* Sums of a team's players in a game. */
typedef struct sums {
    int64_t players, minutes_tenths, points, paint[2], mid[2], three[2];
} sums;

static void add_player(sums *team, const made *league, int64_t row)
{
    team->players++;
    team->minutes_tenths += PGS(minutes_played, row);
    team->points += PGS(points, row);
    team->paint[0] += PGS(paint_attempts, row);
    team->paint[1] += PGS(paint_makes, row);
    team->mid[0] += PGS(mid_range_attempts, row);
    team->mid[1] += PGS(mid_range_makes, row);
    team->three[0] += PGS(three_pt_attempts, row);
    team->three[1] += PGS(three_pt_makes, row);
}

/* The team tables' row of the opponent against the sums of a team. */
static void check_team(const made *league, const sums *team, int64_t own, int64_t opponent)
{
    assert_in_range(team->players, 8, 15);
    int64_t overtime = team->minutes_tenths - 2400;
    assert_true(overtime >= 0 && overtime % 250 == 0);
    assert_int_equal(TDG(points_allowed, opponent), team->points);
    assert_int_equal(TDG(points_in_paint_allowed, opponent), 2 * team->paint[1]);
    assert_int_equal(TDG(opp_paint_attempts, opponent), team->paint[0]);
    assert_int_equal(TDG(opp_paint_makes, opponent), team->paint[1]);
    assert_int_equal(TDG(opp_mid_range_attempts, opponent), team->mid[0]);
    assert_int_equal(TDG(opp_mid_range_makes, opponent), team->mid[1]);
    assert_int_equal(TDG(opp_three_pt_attempts, opponent), team->three[0]);
    assert_int_equal(TDG(opp_three_pt_makes, opponent), team->three[1]);
    assert_true(TDG(blocks_paint, opponent) <= team->paint[0] - team->paint[1]);
    assert_true(TDG(blocks_mid_range, opponent) <= team->mid[0] - team->mid[1]);
    assert_true(TDG(blocks_three_pt, opponent) <= team->three[0] - team->three[1]);
    assert_int_equal(TDG(defensive_rating, opponent), TOG(offensive_rating, own));
    /* pace is a game's 48 minutes of the opponent's possessions; both are rounded */
    double game_minutes = 48.0 + 5.0 * (double)(overtime / 250);
    double pace = (double)TDG(opponent_pace, opponent) * 48.0 / game_minutes;
    assert_true(fabs(pace - (double)TOG(pace, own)) < 1.1);
}

static void test_tables_agree(void **state)
{
    (void)state;
    const made *league = &four_seasons;
    int64_t player = 0, games = rows(league, BF_INPUT_schedule), listed = 0;
    assert_int_equal(rows(league, BF_INPUT_tog), 2 * games);
    assert_int_equal(rows(league, BF_INPUT_tdg), 2 * games);
    for (int64_t g = 0; g < games; g++) {
        sums teams[2] = {{0}};
        int64_t game = TOG(game_id, 2 * g), first = player;
        const char *id = text(league, BF_DICT_GAMES, game);
        assert_true(bf_game_id_is_valid(id, strlen(id)));
        assert_true(TOG(team_abbr, 2 * g) != TOG(team_abbr, 2 * g + 1));
        assert_int_equal(TOG(win_flag, 2 * g) + TOG(win_flag, 2 * g + 1), 1);
        for (; player < rows(league, BF_INPUT_pgs) && PGS(game_id, player) == game; player++) {
            int side = PGS(team_abbr, player) == TOG(team_abbr, 2 * g) ? 0 : 1;
            assert_int_equal(PGS(team_abbr, player), TOG(team_abbr, 2 * g + side));
            assert_int_equal(PGS(opponent_team_abbr, player), TOG(team_abbr, 2 * g + 1 - side));
            assert_true(player == first ||
                        strcmp(text(league, BF_DICT_PLAYERS, PGS(player_lookup, player - 1)),
                               text(league, BF_DICT_PLAYERS, PGS(player_lookup, player))) < 0);
            if (PGS(is_active, player) == 1) {
                check_player_row(league, player);
                add_player(&teams[side], league, player);
            } else {
                check_listing(league, player);
                listed++;
            }
        }
        assert_in_range(player - first, 16, 40); /* the pre-flight's bounds */
        for (int s = 0; s < 2; s++) {
            assert_int_equal(TDG(defending_team_abbr, 2 * g + s), TOG(team_abbr, 2 * g + s));
            assert_int_equal(TDG(game_id, 2 * g + s), game);
            check_team(league, &teams[s], 2 * g + s, 2 * g + 1 - s);
        }
        assert_true((teams[0].points > teams[1].points) == (TOG(win_flag, 2 * g) == 1));
    }
    assert_int_equal(player, rows(league, BF_INPUT_pgs));
    assert_true(listed > 0);
}

static void test_nobody_plays_twice_a_date(void **state)
{
    (void)state;
    const made *league = &four_seasons;
    int32_t players = bf_intern_count(league->texts, BF_DICT_PLAYERS);
    bf_day *last = calloc((size_t)players, sizeof *last);
    assert_non_null(last);
    for (int64_t row = 0; row < rows(league, BF_INPUT_pgs); row++) {
        assert_true(last[PGS(player_lookup, row)] < PGS(game_date, row));
        last[PGS(player_lookup, row)] = (bf_day)PGS(game_date, row);
    }
    free(last);
    assert_int_equal(rows(league, BF_INPUT_players), players);
    assert_int_equal(bf_intern_count(league->texts, BF_DICT_UNIVERSAL), players);
}

/* --- plausible: bands around the real figures of compute/synth/README.md --- */

static void expect_mean(const char *what, double sum, double count, double low, double high)
{
    if (!(sum / count >= low && sum / count <= high))
        fail_msg("%s: %.4f, expected %.4f to %.4f", what, sum / count, low, high);
}

static void test_teams_look_real(void **state)
{
    (void)state;
    const made *league = &four_seasons;
    double pace = 0, rating = 0, squares = 0, points = 0, attempts[3] = {0}, makes[3] = {0},
           home_wins = 0;
    double games = (double)rows(league, BF_INPUT_schedule), n = 2.0 * games;
    for (int64_t i = 0; i < rows(league, BF_INPUT_tog); i++) {
        pace += (double)TOG(pace, i) / 10.0;
        rating += (double)TOG(offensive_rating, i) / 100.0;
        squares +=
            (double)TOG(offensive_rating, i) / 100.0 * (double)TOG(offensive_rating, i) / 100.0;
        points += (double)TDG(points_allowed, i);
        attempts[0] += (double)TDG(opp_paint_attempts, i);
        attempts[1] += (double)TDG(opp_mid_range_attempts, i);
        attempts[2] += (double)TDG(opp_three_pt_attempts, i);
        makes[0] += (double)TDG(opp_paint_makes, i);
        makes[1] += (double)TDG(opp_mid_range_makes, i);
        makes[2] += (double)TDG(opp_three_pt_makes, i);
        home_wins +=
            TOG(win_flag, i) == 1 && TOG(team_abbr, i) == SCHEDULE(home_team_tricode, i / 2);
    }
    expect_mean("points", points, n, 110.3, 115.3);
    expect_mean("pace", pace, n, 99.8, 101.8);
    expect_mean("offensive rating", rating, n, 109.3, 113.3);
    double spread = sqrt(squares / n - rating / n * (rating / n));
    expect_mean("spread of the offensive rating", spread, 1.0, 10.6, 12.7);
    expect_mean("paint shots", attempts[0], n, 35.6, 40.6);
    expect_mean("mid-range shots", attempts[1], n, 13.8, 17.8);
    expect_mean("threes", attempts[2], n, 31.8, 37.8);
    expect_mean("paint, made", makes[0], attempts[0], 0.57, 0.61);
    expect_mean("mid-range, made", makes[1], attempts[1], 0.41, 0.45);
    expect_mean("threes, made", makes[2], attempts[2], 0.345, 0.375);
    expect_mean("home wins", home_wins, games, 0.53, 0.59);
}

static void test_players_look_real(void **state)
{
    (void)state;
    const made *league = &four_seasons;
    enum { MOST_PLAYERS = 2000, SEASONS = BF_SYNTH_LAST_SEASON - BF_SYNTH_FIRST_SEASON + 1 };
    static int games_of[MOST_PLAYERS][SEASONS];
    double played = 0, minutes = 0, points = 0, usage = 0, usages = 0, assisted = 0, made_shots = 0;
    memset(games_of, 0, sizeof games_of);
    for (int64_t row = 0; row < rows(league, BF_INPUT_pgs); row++) {
        if (PGS(is_active, row) == 0)
            continue;
        assert_true(PGS(player_lookup, row) < MOST_PLAYERS);
        games_of[PGS(player_lookup, row)][PGS(season_year, row) - BF_SYNTH_FIRST_SEASON]++;
        played++;
        minutes += (double)PGS(minutes_played, row) / 10.0;
        points += (double)PGS(points, row);
        assisted += (double)PGS(assisted_fg_makes, row);
        made_shots += (double)PGS(fg_makes, row);
        if (!is_null(league, BF_INPUT_pgs, BF_pgs_usage_rate, row)) {
            usage += (double)PGS(usage_rate, row) / 100.0;
            usages++;
        }
    }
    expect_mean("player-games", played, 1.0, 109000, 115000);
    expect_mean("listed without playing, a game", (double)rows(league, BF_INPUT_pgs) - played,
                (double)rows(league, BF_INPUT_schedule), 0.9, 1.6);
    expect_mean("minutes", minutes, played, 22.2, 23.4);
    expect_mean("points a player", points, played, 10.1, 11.2);
    expect_mean("usage", usage, usages, 18.0, 19.6);
    expect_mean("assisted", assisted, made_shots, 0.58, 0.65);
    for (int s = 0; s < SEASONS; s++) {
        double players = 0, few = 0;
        for (int p = 0; p < MOST_PLAYERS; p++) {
            players += games_of[p][s] > 0;
            few += games_of[p][s] > 0 && games_of[p][s] < 10;
        }
        expect_mean("players a season", players, 1.0, 530, 590);
        expect_mean("players of fewer than ten games", few, 1.0, 40, 110);
    }
}

/* --- determinism --- */

static void add_raw(bf_hash *hash, const made *league, bf_input table)
{
    const bf_raw *raw = &league->raws[table];
    for (int c = 0; c < raw->columns.schema->column_count; c++) {
        size_t bytes = bf_column_row_bytes(&raw->columns.schema->columns[c]);
        bf_hash_update(hash, &raw->has_column[c], sizeof raw->has_column[c]);
        if (raw->columns.rows > 0)
            bf_hash_update(hash, raw->columns.data[c], bytes * (size_t)raw->columns.rows);
    }
}

/* Everything made: values, codes and the texts behind them. */
static void digest(char out[BF_SHA256_HEX_BYTES], const made *league)
{
    bf_hash *hash;
    bf_error err = BF_ERROR_INIT;
    uint8_t bytes[BF_SHA256_BYTES];
    assert_int_equal(bf_hash_create(&hash, &err), BF_OK);
    bf_hash_begin(hash);
    for (int t = 0; t < BF_INPUT_COUNT; t++)
        add_raw(hash, league, (bf_input)t);
    for (int d = 0; d < BF_DICT_COUNT; d++) {
        for (int32_t code = 0; code < bf_intern_count(league->texts, (bf_dict)d); code++)
            bf_hash_text(hash, text(league, (bf_dict)d, code));
    }
    bf_hash_end(hash, bytes);
    bf_hash_hex(out, bytes);
    bf_hash_free(hash);
}

static void test_seed_decides(void **state)
{
    (void)state;
    char one[BF_SHA256_HEX_BYTES], again[BF_SHA256_HEX_BYTES], other[BF_SHA256_HEX_BYTES];
    made same = make(2021, 2024, 1, 1), different = make(2021, 2024, 1, 2);
    digest(one, &four_seasons);
    digest(again, &same);
    digest(other, &different);
    assert_string_equal(one, again);
    assert_string_not_equal(one, other);
    drop(&same);
    drop(&different);
}

/* The league of seed 1 on every machine and with every compiler. Whoever changes the league on
 * purpose puts the new digest here. */
static void test_same_on_every_machine(void **state)
{
    (void)state;
    char hex[BF_SHA256_HEX_BYTES];
    digest(hex, &four_seasons);
    assert_string_equal(hex, "ec245929412b58a6b3ce76120ef311ebddd3e3ac20a9d1e8b098e9617b7553f9");
}

/* --- scale and seasons --- */

/* Row `a` of one league says the same as row `b` of another. */
static bool same_row(const made *x, int64_t a, const made *y, int64_t b, bf_input table)
{
    for (int c = 0; c < bf_inputs[table].column_count; c++) {
        const bf_column *column = &bf_inputs[table].columns[c];
        int64_t left = get(x, table, c, a), right = get(y, table, c, b);
        bool same =
            column->kind == BF_KIND_KEY && left >= 0 && right >= 0
                ? strcmp(text(x, column->dictionary, left), text(y, column->dictionary, right)) == 0
                : left == right;
        if (!same)
            return false;
    }
    return true;
}

static void test_a_season_does_not_need_the_others(void **state)
{
    (void)state;
    made alone = make(2023, 2023, 1, 1);
    const made *league = &four_seasons;
    int64_t row = 0;
    while (PGS(season_year, row) < 2023)
        row++;
    for (int64_t i = 0; i < rows(&alone, BF_INPUT_pgs); i++, row++)
        assert_true(same_row(&alone, i, league, row, BF_INPUT_pgs));
    assert_int_equal(PGS(season_year, row), 2024);
    drop(&alone);
}

static void test_scale_adds_leagues(void **state)
{
    (void)state;
    made one = make(2021, 2021, 1, 7), three = make(2021, 2021, 3, 7);
    const made *league = &three;
    int64_t next = 0;
    for (int64_t row = 0; row < rows(league, BF_INPUT_pgs); row++) {
        const char *code = text(league, BF_DICT_TEAMS, PGS(team_abbr, row));
        assert_true(bf_team_is_league(code));
        if (strlen(code) == 3)
            assert_true(same_row(&one, next++, league, row, BF_INPUT_pgs));
        else
            assert_true(code[3] == '2' || code[3] == '3');
    }
    assert_int_equal(next, rows(&one, BF_INPUT_pgs));
    assert_int_equal(bf_intern_count(league->texts, BF_DICT_TEAMS), 3 * BF_SYNTH_TEAMS);
    assert_int_equal(bf_intern_count(league->texts, BF_DICT_NUMBERS),
                     rows(league, BF_INPUT_schedule));
    assert_int_equal(bf_intern_count(league->texts, BF_DICT_PLAYERS),
                     rows(league, BF_INPUT_players));
    assert_in_range(rows(league, BF_INPUT_pgs), 2 * rows(&one, BF_INPUT_pgs),
                    4 * rows(&one, BF_INPUT_pgs));
    drop(&one);
    drop(&three);
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

static void test_options_out_of_bounds(void **state)
{
    (void)state;
    static const bf_synth_options bad[] = {{2020, 2024, 1, 1},
                                           {2021, 2025, 1, 1},
                                           {2024, 2021, 1, 1},
                                           {2021, 2024, 0, 1},
                                           {2021, 2024, BF_SYNTH_MAX_SCALE + 1, 1}};
    for (size_t i = 0; i < LENGTH(bad); i++) {
        made league;
        bf_error err = BF_ERROR_INIT;
        assert_int_equal(try_make(&league, &bad[i], &err), BF_E_USAGE);
        assert_true(strlen(err.message) > 0);
        drop(&league);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calendar_is_the_real_one),
        cmocka_unit_test(test_days_off),
        cmocka_unit_test(test_schedule_of_every_season),
        cmocka_unit_test(test_games_of_every_date),
        cmocka_unit_test(test_series_are_best_of_seven),
        cmocka_unit_test(test_tables_agree),
        cmocka_unit_test(test_nobody_plays_twice_a_date),
        cmocka_unit_test(test_teams_look_real),
        cmocka_unit_test(test_players_look_real),
        cmocka_unit_test(test_seed_decides),
        cmocka_unit_test(test_same_on_every_machine),
        cmocka_unit_test(test_a_season_does_not_need_the_others),
        cmocka_unit_test(test_scale_adds_leagues),
        cmocka_unit_test(test_numbers_of_all_leagues_differ),
        cmocka_unit_test(test_options_out_of_bounds),
    };
    return cmocka_run_group_tests(tests, make_four_seasons, drop_four_seasons);
}
