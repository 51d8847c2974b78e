/* The made-up league: its tables agree with each other, a seed makes one league, and it looks like
 * the real one (bands around the figures of compute/synth/README.md). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compute/base/hash.h"
#include "compute/history/league.h"
#include "compute/synth/fill.h"
#include "tests/support/made_league.h"
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

/* --- tables agree --- */

static void check_player_row(const test_made *league, int64_t row)
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
    assert_int_equal(test_made_is_null(league, BF_INPUT_pgs, BF_pgs_ts_pct, row),
                     PGS(fg_attempts, row) == 0);
    if (!test_made_is_null(league, BF_INPUT_pgs, BF_pgs_usage_rate, row))
        assert_in_range(PGS(usage_rate, row), 0, 10000);
}

static void check_listing(const test_made *league, int64_t row)
{
    const int numbers[] = {BF_pgs_minutes_played, BF_pgs_points, BF_pgs_fg_attempts,
                           BF_pgs_usage_rate};
    assert_int_equal(PGS(is_active, row), 0);
    assert_int_equal(PGS(is_dnp, row), 1);
    for (size_t i = 0; i < LENGTH(numbers); i++)
        assert_true(test_made_is_null(league, BF_INPUT_pgs, numbers[i], row));
}

/* Sums of a team's players in a game. */
typedef struct sums {
    int64_t players, minutes_tenths, points, paint[2], mid[2], three[2];
} sums;

static void add_player(sums *team, const test_made *league, int64_t row)
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
static void check_team(const test_made *league, const sums *team, int64_t own, int64_t opponent)
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
    const test_made *league = &four_seasons;
    int64_t player = 0, games = test_made_rows(league, BF_INPUT_schedule), listed = 0;
    assert_int_equal(test_made_rows(league, BF_INPUT_tog), 2 * games);
    assert_int_equal(test_made_rows(league, BF_INPUT_tdg), 2 * games);
    for (int64_t g = 0; g < games; g++) {
        sums teams[2] = {{0}};
        int64_t game = TOG(game_id, 2 * g), first = player;
        const char *id = test_made_text(league, BF_DICT_GAMES, game);
        assert_true(bf_game_id_is_valid(id, strlen(id)));
        assert_true(TOG(team_abbr, 2 * g) != TOG(team_abbr, 2 * g + 1));
        assert_int_equal(TOG(win_flag, 2 * g) + TOG(win_flag, 2 * g + 1), 1);
        for (; player < test_made_rows(league, BF_INPUT_pgs) && PGS(game_id, player) == game;
             player++) {
            int side = PGS(team_abbr, player) == TOG(team_abbr, 2 * g) ? 0 : 1;
            assert_int_equal(PGS(team_abbr, player), TOG(team_abbr, 2 * g + side));
            assert_int_equal(PGS(opponent_team_abbr, player), TOG(team_abbr, 2 * g + 1 - side));
            assert_true(
                player == first ||
                strcmp(test_made_text(league, BF_DICT_PLAYERS, PGS(player_lookup, player - 1)),
                       test_made_text(league, BF_DICT_PLAYERS, PGS(player_lookup, player))) < 0);
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
    assert_int_equal(player, test_made_rows(league, BF_INPUT_pgs));
    assert_true(listed > 0);
}

static void test_nobody_plays_twice_a_date(void **state)
{
    (void)state;
    const test_made *league = &four_seasons;
    int32_t players = bf_intern_count(league->texts, BF_DICT_PLAYERS);
    bf_day *last = calloc((size_t)players, sizeof *last);
    assert_non_null(last);
    for (int64_t row = 0; row < test_made_rows(league, BF_INPUT_pgs); row++) {
        assert_true(last[PGS(player_lookup, row)] < PGS(game_date, row));
        last[PGS(player_lookup, row)] = (bf_day)PGS(game_date, row);
    }
    free(last);
    assert_int_equal(test_made_rows(league, BF_INPUT_players), players);
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
    const test_made *league = &four_seasons;
    double pace = 0, rating = 0, squares = 0, points = 0, attempts[3] = {0}, makes[3] = {0},
           home_wins = 0;
    double games = (double)test_made_rows(league, BF_INPUT_schedule), n = 2.0 * games;
    for (int64_t i = 0; i < test_made_rows(league, BF_INPUT_tog); i++) {
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
    const test_made *league = &four_seasons;
    enum { MOST_PLAYERS = 2000, SEASONS = BF_SYNTH_LAST_SEASON - BF_SYNTH_FIRST_SEASON + 1 };
    static int games_of[MOST_PLAYERS][SEASONS];
    double played = 0, minutes = 0, points = 0, usage = 0, usages = 0, assisted = 0, made_shots = 0;
    memset(games_of, 0, sizeof games_of);
    for (int64_t row = 0; row < test_made_rows(league, BF_INPUT_pgs); row++) {
        if (PGS(is_active, row) == 0)
            continue;
        assert_true(PGS(player_lookup, row) < MOST_PLAYERS);
        games_of[PGS(player_lookup, row)][PGS(season_year, row) - BF_SYNTH_FIRST_SEASON]++;
        played++;
        minutes += (double)PGS(minutes_played, row) / 10.0;
        points += (double)PGS(points, row);
        assisted += (double)PGS(assisted_fg_makes, row);
        made_shots += (double)PGS(fg_makes, row);
        if (!test_made_is_null(league, BF_INPUT_pgs, BF_pgs_usage_rate, row)) {
            usage += (double)PGS(usage_rate, row) / 100.0;
            usages++;
        }
    }
    expect_mean("player-games", played, 1.0, 109000, 115000);
    expect_mean("listed without playing, a game",
                (double)test_made_rows(league, BF_INPUT_pgs) - played,
                (double)test_made_rows(league, BF_INPUT_schedule), 0.9, 1.6);
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

static void add_raw(bf_hash *hash, const test_made *league, bf_input table)
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
static void digest(char out[BF_SHA256_HEX_BYTES], const test_made *league)
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
            bf_hash_text(hash, test_made_text(league, (bf_dict)d, code));
    }
    bf_hash_end(hash, bytes);
    bf_hash_hex(out, bytes);
    bf_hash_free(hash);
}

static void test_seed_decides(void **state)
{
    (void)state;
    char one[BF_SHA256_HEX_BYTES], again[BF_SHA256_HEX_BYTES], other[BF_SHA256_HEX_BYTES];
    test_made same = test_made_create(2021, 2024, 1, 1),
              different = test_made_create(2021, 2024, 1, 2);
    digest(one, &four_seasons);
    digest(again, &same);
    digest(other, &different);
    assert_string_equal(one, again);
    assert_string_not_equal(one, other);
    test_made_free(&same);
    test_made_free(&different);
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
static bool same_row(const test_made *x, int64_t a, const test_made *y, int64_t b, bf_input table)
{
    for (int c = 0; c < bf_inputs[table].column_count; c++) {
        const bf_column *column = &bf_inputs[table].columns[c];
        int64_t left = test_made_get(x, table, c, a), right = test_made_get(y, table, c, b);
        bool same = column->kind == BF_KIND_KEY && left >= 0 && right >= 0
                        ? strcmp(test_made_text(x, column->dictionary, left),
                                 test_made_text(y, column->dictionary, right)) == 0
                        : left == right;
        if (!same)
            return false;
    }
    return true;
}

static void test_a_season_does_not_need_the_others(void **state)
{
    (void)state;
    test_made alone = test_made_create(2023, 2023, 1, 1);
    const test_made *league = &four_seasons;
    int64_t row = 0;
    while (PGS(season_year, row) < 2023)
        row++;
    for (int64_t i = 0; i < test_made_rows(&alone, BF_INPUT_pgs); i++, row++)
        assert_true(same_row(&alone, i, league, row, BF_INPUT_pgs));
    assert_int_equal(PGS(season_year, row), 2024);
    test_made_free(&alone);
}

static void test_scale_adds_leagues(void **state)
{
    (void)state;
    test_made one = test_made_create(2021, 2021, 1, 7), three = test_made_create(2021, 2021, 3, 7);
    const test_made *league = &three;
    int64_t next = 0;
    for (int64_t row = 0; row < test_made_rows(league, BF_INPUT_pgs); row++) {
        const char *code = test_made_text(league, BF_DICT_TEAMS, PGS(team_abbr, row));
        assert_true(bf_team_is_league(code));
        if (strlen(code) == 3)
            assert_true(same_row(&one, next++, league, row, BF_INPUT_pgs));
        else
            assert_true(code[3] == '2' || code[3] == '3');
    }
    assert_int_equal(next, test_made_rows(&one, BF_INPUT_pgs));
    assert_int_equal(bf_intern_count(league->texts, BF_DICT_TEAMS), 3 * BF_SYNTH_TEAMS);
    assert_int_equal(bf_intern_count(league->texts, BF_DICT_NUMBERS),
                     test_made_rows(league, BF_INPUT_schedule));
    assert_int_equal(bf_intern_count(league->texts, BF_DICT_PLAYERS),
                     test_made_rows(league, BF_INPUT_players));
    assert_in_range(test_made_rows(league, BF_INPUT_pgs), 2 * test_made_rows(&one, BF_INPUT_pgs),
                    4 * test_made_rows(&one, BF_INPUT_pgs));
    test_made_free(&one);
    test_made_free(&three);
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
        test_made league;
        bf_error err = BF_ERROR_INIT;
        assert_int_equal(test_made_try(&league, &bad[i], &err), BF_E_USAGE);
        assert_true(strlen(err.message) > 0);
        test_made_free(&league);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables_agree),
        cmocka_unit_test(test_nobody_plays_twice_a_date),
        cmocka_unit_test(test_teams_look_real),
        cmocka_unit_test(test_players_look_real),
        cmocka_unit_test(test_seed_decides),
        cmocka_unit_test(test_same_on_every_machine),
        cmocka_unit_test(test_a_season_does_not_need_the_others),
        cmocka_unit_test(test_scale_adds_leagues),
        cmocka_unit_test(test_options_out_of_bounds),
    };
    return cmocka_run_group_tests(tests, make_four_seasons, drop_four_seasons);
}
