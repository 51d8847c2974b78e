/* Raw tables -> seasons: which rows are kept, in which order, and what is counted. */
#include <stdio.h>
#include <string.h>

#include "compute/base/date.h"
#include "compute/base/fault.h"
#include "tests/support/raw_rows.h"
#include "tests/support/unit.h"

enum { ENOUGH_GAMES = 130 }; /* so that two odd rows of a table are below 1 % */

static test_raws *raws;
static test_warnings warnings;
static bf_error err;
static bf_clean *clean;
static bf_season season;

static int create(void **state)
{
    (void)state;
    raws = test_raws_create();
    test_warnings_init(&warnings);
    clean = NULL;
    season = (bf_season){.season = 0};
    err = (bf_error)BF_ERROR_INIT;
    return 0;
}

static int destroy(void **state)
{
    (void)state;
    bf_season_free(&season);
    bf_clean_free(clean);
    test_raws_free(raws);
    return 0;
}

static void make(int expected_seasons)
{
    if (bf_clean_create(&clean, raws->raw, raws->texts, &warnings.to, &err) != BF_OK)
        fail_msg("%s", err.message);
    assert_int_equal(bf_clean_season_count(clean), expected_seasons);
}

static void take_season(int i)
{
    bf_season_free(&season);
    assert_int_equal(bf_clean_season(&season, clean, i, &err), BF_OK);
}

static void refused(const char *words)
{
    assert_int_equal(bf_clean_create(&clean, raws->raw, raws->texts, &warnings.to, &err),
                     BF_E_INPUT);
    if (strstr(err.message, words) == NULL)
        fail_msg("'%s' is missing from '%s'", words, err.message);
}

static const char *key(bf_input table, int column, int64_t row)
{
    int32_t code = ((const int32_t *)season.tables[table].data[column])[row];
    return bf_dictionary_text(
        &season.dictionaries[bf_inputs[table].columns[column].dictionary].view, code);
}

static int64_t value(bf_input table, int column, int64_t row)
{
    return bf_column_integer(&bf_inputs[table].columns[column], season.tables[table].data[column],
                             row);
}

/* Row of a player's game in the season; -1 if it was not kept. */
static int64_t row_of(bf_input table, int entity, const char *who, int game, const char *game_id)
{
    for (int64_t i = 0; i < season.tables[table].rows; i++) {
        if (strcmp(key(table, entity, i), who) == 0 && strcmp(key(table, game, i), game_id) == 0)
            return i;
    }
    return -1;
}

static int64_t player_row(const char *player, const char *game)
{
    return row_of(BF_INPUT_pgs, BF_pgs_player_lookup, player, BF_pgs_game_id, game);
}

static void test_order(void **state)
{
    (void)state;
    test_raw_games(raws, 1);
    static const char *const games[] = {"20230105_LAL_BOS", "20230103_NYK_BOS", "20230105_ATL_BOS"};
    for (size_t i = 0; i < LENGTH(games); i++) {
        test_raw_player(raws, "brown", games[i], "BOS", "points=1");
        test_raw_player(raws, "abdul", games[i], "BOS", "points=2");
    }
    make(1);
    take_season(0);
    static const char *const expected[][2] = {
        {"abdul", "20230103_NYK_BOS"}, {"abdul", "20230105_ATL_BOS"}, {"abdul", "20230105_LAL_BOS"},
        {"brown", "20230103_NYK_BOS"}, {"brown", "20230105_ATL_BOS"}, {"brown", "20230105_LAL_BOS"},
        {"james", "20230101_BOS_LAL"}, {"tatum", "20230101_BOS_LAL"}};
    assert_int_equal(season.tables[BF_INPUT_pgs].rows, LENGTH(expected));
    for (size_t i = 0; i < LENGTH(expected); i++) {
        assert_string_equal(key(BF_INPUT_pgs, BF_pgs_player_lookup, (int64_t)i), expected[i][0]);
        assert_string_equal(key(BF_INPUT_pgs, BF_pgs_game_id, (int64_t)i), expected[i][1]);
    }
    static const int64_t first[] = {0, 3, 6, 7, 8};
    assert_int_equal(season.dictionaries[BF_DICT_PLAYERS].view.count, 4);
    assert_memory_equal(season.entity_first[BF_INPUT_pgs], first, sizeof first);
    static const int32_t by_date[] = {6, 7, 0, 3, 1, 2, 4, 5};
    assert_memory_equal(season.by_date[BF_INPUT_pgs], by_date, sizeof by_date);
    assert_int_equal(season.first_day, bf_day_from_civil(2023, 1, 1));
    assert_int_equal(season.last_day, bf_day_from_civil(2023, 1, 5));
}

static void test_seasons(void **state)
{
    (void)state;
    test_raw_games(raws, 1);
    test_raw_player(raws, "old", "20220930_BOS_LAL", "BOS", ""); /* 2021-22 ends with September */
    test_raw_player(raws, "new", "20241022_BOS_LAL", "BOS", "");
    test_raw_game(raws, "0022500001", "20251021_BOS_LAL", "game_status=1");
    make(3);
    assert_int_equal(warnings.count, 1);
    assert_non_null(strstr(warnings.text, "season 2025-26 has 1 rows but no game: it is left out"));
    static const int expected[] = {2021, 2022, 2024};
    for (int i = 0; i < 3; i++) {
        take_season(i);
        assert_int_equal(season.season, expected[i]);
        assert_true(season.present[BF_INPUT_tog]);
        assert_false(season.present[BF_INPUT_players]);
        assert_int_equal(season.tables[BF_INPUT_pgs].rows, i == 1 ? 2 : 1);
        assert_int_equal(season.dictionaries[BF_DICT_PLAYERS].view.count, i == 1 ? 2 : 1);
    }
}

/* A final game makes a season, even if its box scores are lost (B6). */
static void test_a_season_of_the_schedule(void **state)
{
    (void)state;
    test_raw_games(raws, 1);
    test_raw_game(raws, "0022300001", "20231024_BOS_LAL", "game_status=3");
    make(2);
    take_season(1);
    assert_int_equal(season.season, 2023);
    assert_int_equal(season.tables[BF_INPUT_schedule].rows, 1);
    assert_int_equal(season.tables[BF_INPUT_pgs].rows, 0);
}

/* P5: greatest processed_at, absent lowest, ties first in file order. */
static void test_duplicates(void **state)
{
    (void)state;
    static const char early[] = "processed_at=2023-01-02~08:00:00~UTC",
                      late[] = "processed_at=2023-01-02~08:00:00.000001~UTC";
    static const struct {
        const char *first, *second;
        int kept; /* 1 or 2 */
    } cases[] = {{"", "", 1},       {early, "", 1},   {"", early, 2},
                 {early, early, 1}, {early, late, 2}, {late, early, 1}};
    test_raw_games(raws, 6 * ENOUGH_GAMES);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char player[] = {'p', (char)('a' + i), '\0'}, cells[80];
        (void)snprintf(cells, sizeof cells, "points=1 %s", cases[i].first);
        test_raw_player(raws, player, "20230101_BOS_LAL", "BOS", cells);
        (void)snprintf(cells, sizeof cells, "points=2 %s", cases[i].second);
        test_raw_player(raws, player, "20230101_BOS_LAL", "BOS", cells);
    }
    make(3);
    take_season(0);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char player[] = {'p', (char)('a' + i), '\0'};
        int64_t row = player_row(player, "20230101_BOS_LAL");
        assert_int_equal(value(BF_INPUT_pgs, BF_pgs_points, row), cases[i].kept);
    }
    assert_int_equal(season.counts[BF_INPUT_pgs].duplicate, LENGTH(cases));
    assert_int_equal(season.counts[BF_INPUT_pgs].read,
                     season.counts[BF_INPUT_pgs].kept + season.counts[BF_INPUT_pgs].duplicate);
}

static void add_duplicates(int count)
{
    for (int i = 0; i < count; i++)
        test_raw_player(raws, "tatum", "20230101_BOS_LAL", "BOS", "");
}

static void test_one_percent_of_duplicates(void **state)
{
    (void)state;
    test_raw_games(raws, 99); /* 198 rows and 2: exactly 1 % */
    add_duplicates(2);
    make(1);
}

static void test_too_many_duplicates(void **state)
{
    (void)state;
    test_raw_games(raws, 99);
    add_duplicates(3);
    refused("table player_game_summary: 3 of 201 rows are duplicate rows (equal player_lookup, "
            "game_id)");
}

static void test_too_many_foreign_rows(void **state)
{
    (void)state;
    test_raw_games(raws, 10);
    test_raw_player(raws, "star", "20230219_TMG_TML", "TMG", "");
    refused("table player_game_summary: 1 of 21 rows are of teams outside the league");
}

/* Two games of a player on a date are no duplicates; the first schedule row of a number holds. */
static void test_what_is_no_duplicate(void **state)
{
    (void)state;
    test_raw_games(raws, 2);
    test_raw_player(raws, "tatum", "20230101_BOS_NYK", "BOS", "");
    test_raw_game(raws, "0022200000", "20230101_BOS_LAL",
                  "is_playoffs=true"); /* given twice: the first has null */
    make(1);
    take_season(0);
    assert_int_equal(season.counts[BF_INPUT_pgs].duplicate, 0);
    assert_int_equal(season.tables[BF_INPUT_schedule].rows, 2);
    assert_int_equal(season.counts[BF_INPUT_schedule].duplicate, 1);
    assert_null(
        season.tables[BF_INPUT_schedule].data[BF_schedule_is_playoffs]); /* all null: no memory */
}

static void test_teams_outside_the_league(void **state)
{
    (void)state;
    test_raw_games(raws, ENOUGH_GAMES);
    test_raw_game(raws, "0032200001", "20230219_TMG_TML", "");
    test_raw_player(raws, "star", "20230219_TMG_TML", "TMG", "");
    test_raw_player(raws, "odd", "20230220_XYZ_LAL", "XYZ", "");
    test_raw_player(raws, "even", "20230220_XYZ_LAL", "LAL", ""); /* the row's own team decides */
    test_raw_team(raws, BF_INPUT_tdg, "20230220_XYZ_LAL", "XYZ", "");
    make(1);
    take_season(0);
    assert_int_equal(season.counts[BF_INPUT_pgs].foreign, 2);
    assert_int_equal(season.counts[BF_INPUT_tdg].foreign, 1);
    assert_int_equal(player_row("even", "20230220_XYZ_LAL") >= 0, true);
    assert_int_equal(warnings.count, 2);
    assert_non_null(strstr(warnings.text,
                           "table player_game_summary: team code XYZ is not known: 1 row dropped"));
    assert_non_null(
        strstr(warnings.text, "table team_defense_game_summary: team code XYZ is not known"));
    assert_int_equal(season.tables[BF_INPUT_schedule].rows, ENOUGH_GAMES + 1); /* keeps all */
}

static void test_games_outside_the_league(void **state)
{
    (void)state;
    static const struct {
        const char *number, *game, *cells;
        bool kept;
    } cases[] = {
        {"0012200001", "20221005_BOS_NYK", "", false}, /* preseason */
        {"0032200001", "20230219_BOS_NYK", "", false}, /* All-Star by number */
        {"0062200001", "20221209_BOS_NYK", "is_regular_season=true", false}, /* Cup final */
        {"0052200001", "20230411_BOS_NYK", "", true},                        /* play-in */
        {"0042200001", "20230415_BOS_NYK", "", true},
        {"0992200001", "20230301_BOS_NYK", "is_regular_season=true",
         true}, /* unknown number: the flags */
        {"0992200002", "20230302_BOS_NYK", "is_playoffs=true", true},
        {"0992200003", "20230303_BOS_NYK", "is_playoffs=false is_regular_season=false", false},
        {"0022200900", "20230304_BOS_NYK", "game_status=1", true}, /* not final: rows stay */
        {NULL, "20221017_BOS_NYK", "", false}, /* no schedule row: before opening night */
        {NULL, "20221018_BOS_NYK", "", true},
    };
    int dropped = 0;
    test_raw_games(raws, 3);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        if (cases[i].number != NULL)
            test_raw_game(raws, cases[i].number, cases[i].game, cases[i].cells);
        test_raw_player(raws, "brown", cases[i].game, "BOS", "");
        dropped += !cases[i].kept;
    }
    make(1);
    take_season(0);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        if ((player_row("brown", cases[i].game) >= 0) != cases[i].kept)
            fail_msg("%s", cases[i].game);
    }
    assert_int_equal(season.counts[BF_INPUT_pgs].no_league_game, dropped);
}

/* A Cup final alone makes no season. */
static void test_a_season_without_games(void **state)
{
    (void)state;
    test_raw_games(raws, 1);
    test_raw_game(raws, "0062300001", "20231209_BOS_NYK", "game_status=3");
    test_raw_player(raws, "brown", "20231209_BOS_NYK", "BOS", "");
    make(1);
    assert_int_equal(bf_clean_counts(clean, BF_INPUT_pgs).read, 3);
    assert_int_equal(bf_clean_counts(clean, BF_INPUT_pgs).kept, 2);
}

static void test_no_schedule(void **state)
{
    (void)state;
    test_raw_player(raws, "brown", "20221017_BOS_NYK", "BOS", "");
    test_raw_player(raws, "brown", "20221018_BOS_NYK", "BOS", "");
    test_raw_team(raws, BF_INPUT_tog, "20221018_BOS_NYK", "BOS", "");
    test_raw_team(raws, BF_INPUT_tdg, "20221018_BOS_NYK", "BOS", "");
    make(1);
    take_season(0);
    assert_int_equal(season.tables[BF_INPUT_pgs].rows, 1);
    assert_false(season.present[BF_INPUT_schedule]);
    assert_non_null(strstr(warnings.text, "table schedule is missing"));
}

static void test_remarks(void **state)
{
    (void)state;
    test_raw_games(raws, 2);
    test_raw_player(raws, "a", "20230101_BOS_NYK", "BOS", "points=-1 fg_makes=5 fg_attempts=4");
    test_raw_player(raws, "b", "20230101_BOS_NYK", "BOS",
                    "paint_makes=3 paint_attempts=2 three_pt_makes=2 three_pt_attempts=1");
    test_raw_player(raws, "c", "20230101_BOS_NYK", "BOS", "fg_makes=4");
    test_raw_team(raws, BF_INPUT_tdg, "20230101_BOS_NYK", "BOS",
                  "opp_paint_makes=3 opp_paint_attempts=2 blocks_paint=-2");
    make(1);
    take_season(0);
    assert_int_equal(season.counts[BF_INPUT_pgs].negative, 1);
    assert_int_equal(season.counts[BF_INPUT_pgs].makes_above, 2);
    assert_int_equal(season.counts[BF_INPUT_tdg].negative, 1);
    assert_int_equal(season.counts[BF_INPUT_tdg].makes_above, 1);
}

/* Resolution 21: key (player, date), the latest created_at, ties to the first; P3 holds too. */
static void test_context_tables(void **state)
{
    (void)state;
    static const char keys[] =
        "team_abbr=BOS opponent_team_abbr=LAL game_date=2023-01-01 game_id=20230101_BOS_LAL";
    char cells[300];
    test_raw_games(raws, 1);
    static const char *const rows[] = {
        "player_lookup=a days_rest=1", "player_lookup=a days_rest=2 created_at=2023-01-01~00:00:00",
        "player_lookup=a days_rest=3 created_at=2023-01-01~00:00:00"};
    for (size_t i = 0; i < LENGTH(rows); i++) {
        (void)snprintf(cells, sizeof cells, "%s %s", keys, rows[i]);
        test_raw_row(raws, BF_INPUT_upgc, cells);
    }
    test_raw_row(raws, BF_INPUT_upgc,
                 "player_lookup=b team_abbr=TMG opponent_team_abbr=TML game_date=2023-02-19 "
                 "game_id=20230219_TMG_TML");
    test_raw_row(
        raws, BF_INPUT_utgc,
        "team_abbr=BOS game_date=2023-01-01 game_id=20230101_BOS_LAL is_production_ready=true");
    test_raw_row(
        raws, BF_INPUT_utgc,
        "team_abbr=BOS game_date=2023-01-01 game_id=20230101_BOS_NYK is_production_ready=false");
    make(1);
    take_season(0);
    assert_int_equal(season.tables[BF_INPUT_upgc].rows, 1);
    assert_int_equal(value(BF_INPUT_upgc, BF_upgc_days_rest, 0), 2);
    assert_int_equal(season.counts[BF_INPUT_upgc].duplicate, 2); /* versions of a row: no limit */
    assert_int_equal(season.counts[BF_INPUT_upgc].foreign, 1);
    assert_int_equal(season.tables[BF_INPUT_utgc].rows, 1);
    assert_int_equal(value(BF_INPUT_utgc, BF_utgc_is_production_ready, 0), 1);
}

static void test_tables_without_seasons(void **state)
{
    (void)state;
    test_raw_games(raws, 1);
    test_raw_player(raws, "new", "20241022_BOS_LAL", "BOS", "");
    test_raw_row(raws, BF_INPUT_players, "player_lookup=tatum birth_date=1998-03-03");
    test_raw_row(raws, BF_INPUT_players, "player_lookup=nobody");
    test_raw_row(raws, BF_INPUT_players,
                 "player_lookup=tatum birth_date=1999-03-03"); /* the first holds */
    test_raw_row(raws, BF_INPUT_attempts,
                 "processor_name=player_daily_cache entity_id=tatum analysis_date=2023-01-01 "
                 "attempt_number=1");
    test_raw_row(
        raws, BF_INPUT_attempts,
        "processor_name=other_table entity_id=tatum analysis_date=2023-01-01 attempt_number=1");
    make(2);
    for (int i = 0; i < 2; i++) {
        take_season(i);
        assert_int_equal(season.tables[BF_INPUT_players].rows, 2);
        assert_string_equal(key(BF_INPUT_players, BF_players_player_lookup, 0), "nobody");
        assert_int_equal(value(BF_INPUT_players, BF_players_birth_date, 0), BF_NULL_I32);
        assert_int_equal(value(BF_INPUT_players, BF_players_birth_date, 1),
                         bf_day_from_civil(1998, 3, 3));
        assert_int_equal(season.tables[BF_INPUT_attempts].rows, 1);
        assert_string_equal(key(BF_INPUT_attempts, BF_attempts_processor_name, 0),
                            "PlayerDailyCacheProcessor");
        assert_int_equal(season.counts[BF_INPUT_attempts].other_processor, 1);
    }
}

static void test_tables_that_are_needed(void **state)
{
    (void)state;
    refused("table player_game_summary: is missing");
    raws->raw[BF_INPUT_pgs].present = true;
    refused("table player_game_summary: has no rows");
    test_raw_player(raws, "brown", "20221017_BOS_NYK", "BOS", "");
    refused("table player_game_summary: has no row of a league game");
    test_raw_player(raws, "brown", "20221018_BOS_NYK", "BOS", "");
    refused("table team_offense_game_summary: is missing");
}

/* Every allocation in turn fails: the status says so, and nothing is lost. */
static void test_out_of_memory(void **state)
{
    (void)state;
    test_raw_games(raws, 5);
    test_raw_row(raws, BF_INPUT_players, "player_lookup=tatum birth_date=1998-03-03");
    bf_status st = BF_E_MEMORY;
    int64_t nth = 0;
    while (st != BF_OK) {
        bf_fault_arm(BF_FAULT_ALLOC, ++nth);
        st = bf_clean_create(&clean, raws->raw, raws->texts, NULL, &err);
        if (st == BF_OK) {
            st = bf_clean_season(&season, clean, 0, &err);
            if (st != BF_OK)
                bf_clean_free(clean);
        }
        assert_true(st == BF_OK || st == BF_E_MEMORY);
    }
    bf_fault_countdown[BF_FAULT_ALLOC] = 0;
    assert_true(nth > 50);
    assert_int_equal(season.tables[BF_INPUT_pgs].rows, 10);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, create, destroy)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_order),
        TEST(test_seasons),
        TEST(test_a_season_of_the_schedule),
        TEST(test_duplicates),
        TEST(test_one_percent_of_duplicates),
        TEST(test_too_many_duplicates),
        TEST(test_too_many_foreign_rows),
        TEST(test_what_is_no_duplicate),
        TEST(test_teams_outside_the_league),
        TEST(test_games_outside_the_league),
        TEST(test_a_season_without_games),
        TEST(test_no_schedule),
        TEST(test_remarks),
        TEST(test_context_tables),
        TEST(test_tables_without_seasons),
        TEST(test_tables_that_are_needed),
        TEST(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
