/* The player context: worked examples of players.md §7.3 and context.md §3, who is listed, the
 * table's rows. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compute/features/context.h"
#include "tests/support/tables.h"

static const char AS_OF[] = "2024-01-15";
static const char GAME[] = "20240115_NYK_BOS";

/* A fact by its name, null as NaN. */
static double fact(const bf_context_facts *facts, const char *name)
{
#define FACT(field, unit, text)                                                                    \
    if (strcmp(name, #field) == 0)                                                                 \
        return facts->field == BF_NULL_I32 ? BF_NULL_F64 : facts->field;
#define FACT_REAL(field, unit, text)                                                               \
    if (strcmp(name, #field) == 0)                                                                 \
        return facts->field;
#define FACT_CODE(field, set, text) FACT(field, set, text)
#include "compute/features/context_facts.def"
#undef FACT
#undef FACT_REAL
#undef FACT_CODE
    fail_msg("no fact %s", name);
    return 0.0;
}

static void expect_fact(const bf_context_facts *facts, const char *name, double expected)
{
    double got = fact(facts, name);
    if (isnan(expected) ? !isnan(got) : !(fabs(got - expected) <= 1e-12))
        fail_msg("%s is %.17g, expected %.17g", name, got, expected);
}

/* Context of a date; the caller frees *date. */
static bf_context *context_of(bf_date **date, test_league *league, bf_context_mode mode,
                              const char *day)
{
    bf_error err = BF_ERROR_INIT;
    bf_context *context;
    *date = test_date(test_league_history(league), mode, day);
    assert_int_equal(bf_context_of(&context, *date, &err), BF_OK);
    return context;
}

static const bf_context_row *row_of(const bf_context *context, const test_league *league,
                                    const char *player)
{
    return bf_context_find(context, test_code(league, BF_DICT_PLAYERS, player));
}

/* A player for each example, listed at home; `worked` is born on 1998-06-01. */
static test_league *example_league(void)
{
    test_cases games = test_cases_read("context", "games");
    test_league *league = test_league_create();
    for (int64_t i = 0; i < games.rows; i++) {
        const char *game = test_game_id(test_day(test_text(&games, i, "game_date")), "NYK", "BOS");
        test_player(league, test_text(&games, i, "example"), game, "BOS");
        test_fill(league, BF_INPUT_pgs, &games, i);
    }
    test_cases_free(&games);
    test_game(league, GAME);
    test_row(league, BF_INPUT_players);
    test_key(league, BF_players_player_lookup, "worked");
    test_set(league, BF_players_birth_date, test_day("1998-06-01"));
    return league;
}

static void test_examples(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bf_context_mode mode;
    } modes[] = {{"parity", BF_CONTEXT_PARITY},
                 {"derived", BF_CONTEXT_DERIVED},
                 {"derived", BF_CONTEXT_AUTO}};
    test_cases fields = test_cases_read("context", "fields");
    for (int m = 0; m < 3; m++) {
        test_league *league = example_league();
        bf_date *date;
        const bf_context *context = context_of(&date, league, modes[m].mode, AS_OF);
        assert_int_equal(context->mode, m == 0 ? BF_CONTEXT_PARITY : BF_CONTEXT_DERIVED);
        for (int64_t i = 0; i < fields.rows; i++) {
            if (strcmp(test_text(&fields, i, "mode"), modes[m].name) == 0)
                expect_fact(&row_of(context, league, test_text(&fields, i, "example"))->facts,
                            test_text(&fields, i, "field"), test_real(&fields, i, "value"));
        }
        bf_date_free(date);
        test_league_free(league);
    }
    test_cases_free(&fields);
}

static void test_age(void **state)
{
    (void)state;
    test_cases cases = test_cases_read("context", "age");
    for (int64_t i = 0; i < cases.rows; i++)
        assert_int_equal(bf_context_age(test_day(test_text(&cases, i, "birth_date")),
                                        test_day(test_text(&cases, i, "as_of"))),
                         test_scaled(&cases, i, "age", 0, 0));
    test_cases_free(&cases);
}

/* A player without a game of the season: counts are 0, the rest null. */
static void test_newcomer(void **state)
{
    (void)state;
    test_league *league = test_league_create();
    test_game(league, GAME);
    test_player(league, "player", GAME, "NYK");
    test_set(league, BF_pgs_is_active, 0);
    test_played(league, "player", "20230410_NYK_BOS", "NYK", 300, 20); /* last season */
    bf_date *date;
    const bf_context *context = context_of(&date, league, BF_CONTEXT_DERIVED, AS_OF);
    const bf_context_facts *facts = &context->rows[0].facts;
    assert_false(context->rows[0].active);
    expect_fact(facts, "days_rest", BF_NULL_F64);
    expect_fact(facts, "back_to_back", 0);
    expect_fact(facts, "games_7", 0);
    expect_fact(facts, "minutes_14", 0);
    expect_fact(facts, "avg_minutes_7", BF_NULL_F64);
    expect_fact(facts, "avg_usage_7", BF_NULL_F64);
    expect_fact(facts, "pace_differential", BF_NULL_F64);
    expect_fact(facts, "league_pace", 100.0);
    expect_fact(facts, "opponent_days_rest", BF_NULL_F64);
    expect_fact(facts, "home_game", 0);
    bf_date_free(date);
    context = context_of(&date, league, BF_CONTEXT_PARITY, AS_OF);
    facts = &context->rows[0].facts;
    expect_fact(facts, "days_rest", 1);
    expect_fact(facts, "avg_minutes_7", 0.0);
    expect_fact(facts, "ml_days_rest", BF_NULL_F64);
    bf_date_free(date);
    test_league_free(league);
}

/* Two rows of a player on the date: a universal id first, then the smaller game id; never minutes
 * (§1.4). One active row suffices for the roster. */
static void test_two_listings(void **state)
{
    (void)state;
    test_league *league = test_league_create();
    test_game(league, GAME);
    test_played(league, "minutes-do-not-count", "20240115_MIA_BOS", "BOS", 100, 5);
    test_played(league, "minutes-do-not-count", GAME, "BOS", 400, 30);
    test_played(league, "universal-first", "20240115_MIA_BOS", "BOS", 100, 5);
    test_played(league, "universal-first", GAME, "BOS", 100, 5);
    test_key(league, BF_pgs_universal_player_id, "id");
    test_player(league, "one-active", "20240115_MIA_BOS", "BOS");
    test_set(league, BF_pgs_is_active, 0);
    test_player(league, "one-active", GAME, "BOS");
    bf_date *date;
    const bf_context *context = context_of(&date, league, BF_CONTEXT_DERIVED, AS_OF);
    assert_int_equal(context->count, 3);
    assert_int_equal(row_of(context, league, "minutes-do-not-count")->game,
                     test_code(league, BF_DICT_GAMES, "20240115_MIA_BOS"));
    assert_int_equal(row_of(context, league, "universal-first")->game,
                     test_code(league, BF_DICT_GAMES, GAME));
    assert_int_equal(row_of(context, league, "one-active")->game,
                     test_code(league, BF_DICT_GAMES, "20240115_MIA_BOS"));
    assert_true(row_of(context, league, "one-active")->active);
    bf_date_free(date);
    test_league_free(league);
}

static void add_pace(test_league *league, const char *day, const char *team, int64_t pace_tenths)
{
    test_offense(league, test_game_id(test_day(day), "NYK", "BOS"), team);
    test_set(league, BF_tog_pace, pace_tenths);
}

/* Differential against the league's mean of 30 days, which needs ten rows with a pace (resolution
 * 9). */
static void test_pace(void **state)
{
    (void)state;
    for (int with_pace = 9; with_pace <= 10; with_pace++) {
        test_league *league = test_league_create();
        test_game(league, GAME);
        test_player(league, "player", GAME, "NYK");
        add_pace(league, "2024-01-15", "BOS", 2000); /* the date itself */
        add_pace(league, "2023-12-15", "BOS", 1200); /* 31 days ago */
        for (int i = 0; i < 5; i++) {
            add_pace(league,
                     i == 0   ? "2023-12-16"
                     : i == 1 ? "2024-01-01"
                     : i == 2 ? "2024-01-02"
                     : i == 3 ? "2024-01-03"
                              : "2024-01-14",
                     "BOS", 1000 + i);
            add_pace(league,
                     i == 0   ? "2023-12-16"
                     : i == 1 ? "2024-01-01"
                     : i == 2 ? "2024-01-02"
                     : i == 3 ? "2024-01-03"
                              : "2024-01-13",
                     "NYK", i == 4 && with_pace == 9 ? BF_NULL_I16 : 900);
        }
        bf_date *date;
        const bf_context *context = context_of(&date, league, BF_CONTEXT_DERIVED, AS_OF);
        const bf_context_facts *facts = &context->rows[0].facts;
        double league_pace = with_pace == 9 ? 100.0 : 9510.0 / 100;
        double opponent = (1200 + 5010) / 60.0;
        expect_fact(facts, "league_pace", league_pace);
        expect_fact(facts, "opponent_pace", opponent);
        expect_fact(facts, "pace_differential", (90.0 + opponent) / 2.0 - league_pace);
        expect_fact(facts, "opponent_days_rest", 1);
        bf_date_free(date);
        test_league_free(league);
    }
}

/* By the game's type where the schedule has it, else by the season's first playoff date (resolution
 * 10). */
static void test_playoffs(void **state)
{
    (void)state;
    static const struct {
        const char *game, *number;
        int playoffs;
    } games[] = {{"20240421_NYK_BOS", "0042300101", 1},
                 {"20240421_NYK_BOS", "0052300101", 0},
                 {"20240421_NYK_BOS", "0022300101", 0},
                 {"20240421_MIA_PHI", "0042300101", 1},
                 {"20240419_MIA_PHI", "0042300101", 0}};
    for (int i = 0; i < 5; i++) {
        test_league *league = test_league_create();
        bf_day day =
            test_day(strncmp(games[i].game, "20240419", 8) == 0 ? "2024-04-19" : "2024-04-21");
        test_game(league, test_game_id(day, "NYK", "BOS"));
        test_key(league, BF_schedule_game_id, games[i].number);
        test_player(league, "player", games[i].game, i < 3 ? "BOS" : "PHI");
        bf_date *date;
        const bf_context *context =
            context_of(&date, league, BF_CONTEXT_DERIVED,
                       day == test_day("2024-04-19") ? "2024-04-19" : "2024-04-21");
        expect_fact(&context->rows[0].facts, "playoffs", games[i].playoffs);
        bf_date_free(date);
        test_league_free(league);
    }
}

static void add_context(test_league *league, const char *player)
{
    test_row(league, BF_INPUT_upgc);
    test_key(league, BF_upgc_player_lookup, player);
    test_key(league, BF_upgc_game_id, GAME);
    test_key(league, BF_upgc_team_abbr, "BOS");
    test_key(league, BF_upgc_opponent_team_abbr, "NYK");
    test_set(league, BF_upgc_game_date, test_day(AS_OF));
}

/* The table is used from 90 % of the listed players on, as it is (§1, resolutions 12 and 21). */
static void test_table(void **state)
{
    (void)state;
    for (int covered = 8; covered <= 10; covered++) {
        test_league *league = test_league_create();
        test_game(league, GAME);
        for (int i = 0; i < 10; i++) {
            char name[] = {'p', (char)('0' + i), '\0'};
            test_player(league, name, GAME, "BOS");
            if (i < covered)
                add_context(league, name);
        }
        add_context(league, "not-listed");
        test_set(league, BF_upgc_days_rest, 7);
        test_set(league, BF_upgc_avg_minutes_per_game_last_7, 305);
        test_set(league, BF_upgc_projected_usage_rate, 2575);
        test_set(league, BF_upgc_pace_differential, -15);
        test_set(league, BF_upgc_season_phase, BF_SEASON_PHASE_PLAYOFFS);
        test_set(league, BF_upgc_player_status, BF_PLAYER_STATUS_OUT);
        test_set(league, BF_upgc_is_production_ready, 1);
        test_row(league, BF_INPUT_utgc);
        test_key(league, BF_utgc_team_abbr, "NYK");
        test_key(league, BF_utgc_game_id, GAME);
        test_set(league, BF_utgc_game_date, test_day(AS_OF));
        test_set(league, BF_utgc_is_production_ready, 1);
        bf_date *date;
        const bf_context *context = context_of(&date, league, BF_CONTEXT_AUTO, AS_OF);
        assert_int_equal(context->mode, covered < 9 ? BF_CONTEXT_DERIVED : BF_CONTEXT_AUTO);
        assert_int_equal(context->count, covered < 9 ? 10 : covered + 1);
        assert_int_equal(context->active_without_row, covered == 9 ? 1 : 0);
        assert_int_equal(date->selections[BF_PROCESSOR_pcf].count, context->count);
        assert_int_equal(date->selections[BF_PROCESSOR_ml].count, covered < 9 ? 10 : covered);
        if (covered < 9) {
            bf_date_free(date);
            test_league_free(league);
            continue;
        }
        const bf_context_row *row = row_of(context, league, "not-listed");
        assert_false(row->active);
        expect_fact(&row->facts, "days_rest", 7);
        expect_fact(&row->facts, "ml_days_rest", 7);
        expect_fact(&row->facts, "avg_minutes_7", 30.5);
        expect_fact(&row->facts, "projected_usage", 25.75);
        expect_fact(&row->facts, "pace_differential", -1.5);
        expect_fact(&row->facts, "playoffs", 1);
        expect_fact(&row->facts, "player_status", BF_PLAYER_STATUS_OUT);
        expect_fact(&row->facts, "player_ready", 1);
        expect_fact(&row->facts, "team_ready", 1);
        expect_fact(&row->facts, "league_pace", 100.0);
        row = row_of(context, league, "p0");
        expect_fact(&row->facts, "days_rest", BF_NULL_F64);
        expect_fact(&row->facts, "home_game", BF_NULL_F64);
        expect_fact(&row->facts, "playoffs", BF_NULL_F64);
        expect_fact(&row->facts, "player_ready", 0);
        bf_date_free(date);
        for (int m = 0; m < 2; m++) { /* other modes do without it */
            bf_context_mode mode = m == 0 ? BF_CONTEXT_DERIVED : BF_CONTEXT_PARITY;
            context = context_of(&date, league, mode, AS_OF);
            assert_int_equal(context->mode, mode);
            assert_int_equal(context->count, 10);
            bf_date_free(date);
        }
        test_league_free(league);
    }
}

/* Resolution 1: a game date without a listed player fails PCF, PDC and ML as a whole. */
static void test_nobody_listed(void **state)
{
    (void)state;
    test_league *league = test_league_create();
    test_game(league, GAME);
    test_played(league, "player", "20240114_NYK_BOS", "BOS", 300, 20);
    bf_date *date = test_date(test_league_history(league), BF_CONTEXT_DERIVED, AS_OF);
    static const bf_processor_id processors[] = {BF_PROCESSOR_pcf, BF_PROCESSOR_pdc,
                                                 BF_PROCESSOR_ml};
    for (int i = 0; i < 3; i++) {
        const bf_selection *selection = &date->selections[processors[i]];
        assert_int_equal(selection->status, BF_UNIT_FAILED);
        assert_int_equal(selection->count, 0);
        assert_int_equal(selection->failure_count, 1);
        assert_int_equal(selection->failures[0].entity_id, date->history->date_level);
        assert_int_equal(selection->failures[0].failure_reason, BF_REASON_NO_PLAYERS_LISTED);
        assert_int_equal(selection->failures[0].can_retry, 1);
    }
    bf_date_free(date);
    test_league_free(league);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples), cmocka_unit_test(test_age),
        cmocka_unit_test(test_newcomer), cmocka_unit_test(test_two_listings),
        cmocka_unit_test(test_pace),     cmocka_unit_test(test_playoffs),
        cmocka_unit_test(test_table),    cmocka_unit_test(test_nobody_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
