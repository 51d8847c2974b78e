/* explain on a small league: outcomes, the windows' games, facts that make the row of the run,
 * texts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compute/audit/explain.h"
#include "compute/features/pcf.h"
#include "compute/features/pdc.h"
#include "compute/features/processor.h"
#include "io/text/explain_print.h"
#include "tests/support/league.h"
#include "tests/support/unit.h"

static const char AS_OF[] = "2024-01-15";
static const char GAME[] = "20240115_NYK_BOS";
enum { ALL = (1 << BF_PROCESSOR_COUNT) - 1 };

/* A season of `star` for BOS: 18 games, one every other day up to two days before the date, the
 * fifth newest listed but not played; of `rookie`, 3 games; `reserve` is listed on the date and not
 * active. */
static test_league *league_of_boston(void)
{
    test_league *league = test_league_create();
    bf_day as_of = test_day(AS_OF);
    test_game(league, GAME);
    for (int i = 1; i <= 19; i++) {
        const char *game =
            test_game_id(as_of - 2 * i, i % 2 == 0 ? "BOS" : "MIA", i % 2 == 0 ? "MIA" : "BOS");
        test_game(league, game);
        for (int t = 0; t < 2; t++) {
            const char *team = t == 0 ? "BOS" : "MIA";
            test_offense(league, game, team);
            test_set(league, BF_tog_pace, 1000 + i);
            test_set(league, BF_tog_win_flag, i % 3 == 0);
            test_defense(league, game, team);
            test_set(league, BF_tdg_opp_paint_attempts, 40 + i);
            test_set(league, BF_tdg_opp_paint_makes, 20);
        }
        if (i == 5) {
            test_player(league, "star", game, "BOS");
            continue;
        }
        test_played(league, "star", game, "BOS", 300 + i, 20 + i);
        test_set(league, BF_pgs_paint_attempts, i);
        test_set(league, BF_pgs_mid_range_attempts, 2);
        test_set(league, BF_pgs_three_pt_attempts, 3);
        if (i <= 3)
            test_played(league, "rookie", game, "BOS", 100, 4);
    }
    for (int i = 0; i < 3; i++) {
        static const char *const names[] = {"star", "rookie", "reserve"};
        test_player(league, names[i], GAME, "BOS");
        test_set(league, BF_pgs_is_active, i < 2);
    }
    return league;
}

static bf_explanation *explain(test_league *league, const char *player, const char *day)
{
    bf_error err = BF_ERROR_INIT;
    bf_explanation *out = NULL;
    const bf_history *history = test_league_history(league);
    assert_int_equal(bf_explain_player(&out, history, BF_CONTEXT_AUTO, test_day(day),
                                       test_code(league, BF_DICT_PLAYERS, player), &err),
                     BF_OK);
    return out;
}

static const bf_explain_part *part_of(const bf_explanation *e, int processor)
{
    const bf_explain_part *part = bf_explanation_part(e, processor);
    assert_non_null(part);
    return part;
}

static void expect_outcomes(const bf_explanation *e, bf_explain_outcome psza,
                            bf_explain_outcome pcf, bf_explain_outcome pdc, bf_explain_outcome ml)
{
    assert_int_equal(part_of(e, BF_PROCESSOR_psza)->outcome, psza);
    assert_int_equal(part_of(e, BF_PROCESSOR_pcf)->outcome, pcf);
    assert_int_equal(part_of(e, BF_PROCESSOR_pdc)->outcome, pdc);
    assert_int_equal(part_of(e, BF_PROCESSOR_ml)->outcome, ml);
}

static void test_outcomes(void **state)
{
    (void)state;
    test_league *league = league_of_boston();
    bf_explanation *e = explain(league, "star", AS_OF);
    expect_outcomes(e, BF_EXPLAIN_ROW, BF_EXPLAIN_ROW, BF_EXPLAIN_ROW, BF_EXPLAIN_ROW);
    bf_explanation_free(e);
    e = explain(league, "rookie", AS_OF);
    expect_outcomes(e, BF_EXPLAIN_FAILURE, BF_EXPLAIN_ROW, BF_EXPLAIN_FAILURE, BF_EXPLAIN_ROW);
    bf_explanation_free(e);
    e = explain(league, "reserve", AS_OF);
    expect_outcomes(e, BF_EXPLAIN_NO_GAMES_BEFORE, BF_EXPLAIN_ROW, BF_EXPLAIN_FAILURE,
                    BF_EXPLAIN_NOT_ACTIVE);
    bf_explanation_free(e);
    e = explain(league, "rookie", "2024-01-05"); /* his games come later, but he has been listed */
    expect_outcomes(e, BF_EXPLAIN_NO_GAMES_BEFORE, BF_EXPLAIN_NOT_LISTED, BF_EXPLAIN_NOT_LISTED,
                    BF_EXPLAIN_NOT_LISTED);
    assert_int_equal(e->listed_before, BF_NULL_I32);
    assert_int_equal(e->listed_after, test_day("2024-01-09"));
    bf_explanation_free(e);
    test_league_free(league);
}

static void test_skipped_dates(void **state)
{
    (void)state;
    test_league *league = league_of_boston();
    test_game(league, "20231026_MIA_BOS");
    test_player(league, "star", "20231026_MIA_BOS", "BOS");
    bf_explanation *e = explain(league, "star", "2023-10-26");
    expect_outcomes(e, BF_EXPLAIN_BOOTSTRAP, BF_EXPLAIN_BOOTSTRAP, BF_EXPLAIN_BOOTSTRAP,
                    BF_EXPLAIN_BOOTSTRAP);
    assert_int_equal(part_of(e, BF_PROCESSOR_tdza)->outcome, BF_EXPLAIN_BOOTSTRAP);
    assert_int_equal(e->game, test_code(league, BF_DICT_GAMES, "20231026_MIA_BOS"));
    bf_explanation_free(e);
    e = explain(league, "star", "2024-01-14");
    expect_outcomes(e, BF_EXPLAIN_NO_GAMES, BF_EXPLAIN_NO_GAMES, BF_EXPLAIN_NO_GAMES,
                    BF_EXPLAIN_NO_GAMES);
    assert_int_equal(e->game_date_before, test_day("2024-01-13"));
    assert_int_equal(e->game_date_after, test_day(AS_OF));
    bf_explanation_free(e);
    test_league_free(league);
}

/* ---- windows --------------------------------------------------------------------------------- */

static int64_t games_in(const bf_explain_part *part, const char *window)
{
    int64_t count = 0;
    for (int g = 0; g < part->games_count; g++) {
        for (int64_t i = 0; i < part->games[g].count; i++) {
            for (int w = 0; w < part->about->window_count; w++)
                count += (part->games[g].games[i].windows >> w & 1u) != 0 &&
                         strcmp(part->about->windows[w].name, window) == 0;
        }
    }
    return count;
}

static void test_games_of_windows(void **state)
{
    (void)state;
    test_league *league = league_of_boston();
    bf_explanation *e = explain(league, "star", AS_OF);
    const bf_explain_part *pdc = part_of(e, BF_PROCESSOR_pdc);
    assert_int_equal(games_in(pdc, "last_5"), 5);
    assert_int_equal(games_in(pdc, "last_10"), 10);
    assert_int_equal(games_in(pdc, "season"), 18);
    assert_int_equal(games_in(pdc, "own_dates"), 19); /* one of them not played */
    assert_int_equal(games_in(pdc, "team_season"), 19);
    assert_int_equal(games_in(part_of(e, BF_PROCESSOR_psza), "last_20"), 18);
    assert_int_equal(part_of(e, BF_PROCESSOR_tdza)->games_count, 0); /* the opponent has none */
    assert_int_equal(games_in(part_of(e, BF_DESCRIPTION_CONTEXT), "last_7_days"), 3);
    assert_int_equal(games_in(part_of(e, BF_DESCRIPTION_CONTEXT), "league_last_30_days"), 30);
    assert_int_equal(pdc->games_count, 2); /* the player's games once, his team's once */
    const bf_explain_games *own = &pdc->games[0];
    assert_int_equal(own->count, 19);
    for (int64_t i = 0; i < own->count; i++)
        assert_int_equal(own->games[i].day, e->day - 2 * (i + 1));
    bf_explanation_free(e);
    test_league_free(league);
}

static void test_numbers_used(void **state)
{
    (void)state;
    const bf_explain_part pdc = {.about = &bf_descriptions[BF_PROCESSOR_pdc]};
    const unsigned last_5 = 1, last_10 = 2, season = 4; /* in the order of pdc_windows.def */
    assert_true(bf_explain_uses(&pdc, last_5, BF_pgs_points));
    assert_false(bf_explain_uses(&pdc, last_5, BF_pgs_minutes_played));
    assert_true(bf_explain_uses(&pdc, last_5 | last_10, BF_pgs_minutes_played));
    assert_false(bf_explain_uses(&pdc, season, BF_pgs_ts_pct));
}

/* ---- facts and values ------------------------------------------------------------------------ */

/* Columns that the run fills when all rows of the date are known. */
static bool is_of_date(const bf_column *column)
{
    return strcmp(column->name, "data_hash") == 0 || strncmp(column->name, "source_", 7) == 0;
}

/* The row made of the facts shown is the row that the run stored. */
static void expect_row(const bf_explanation *e, const bf_explain_part *part, const bf_columns *made)
{
    const bf_columns *stored = &e->tables[bf_processors[part->processor].table];
    for (int c = 0; c < made->schema->column_count; c++) {
        size_t size = bf_column_row_bytes(&made->schema->columns[c]);
        if (size == 0 || is_of_date(&made->schema->columns[c]))
            continue;
        if (memcmp(made->data[c], (const char *)stored->data[c] + (size_t)part->row * size, size) !=
            0)
            fail_msg("%s: the facts make another %s", made->schema->name,
                     made->schema->columns[c].name);
    }
}

static void test_facts_make_the_row(void **state)
{
    (void)state;
    test_league *league = league_of_boston();
    bf_explanation *e = explain(league, "star", AS_OF);
    int64_t nulled[BF_MAX_COLUMNS] = {0};
    bf_error err = BF_ERROR_INIT;
    bf_columns made;
    const bf_explain_part *pdc = part_of(e, BF_PROCESSOR_pdc), *pcf = part_of(e, BF_PROCESSOR_pcf);
    const bf_psza_row *zones = bf_psza_find(e->date, e->entity);
    assert_int_equal(((const bf_pdc_facts *)pdc->facts)->points_5, 21 + 22 + 23 + 24 + 26);
    bf_pdc_row cache;
    memset(&cache, 0, sizeof cache);
    bf_pdc_values_of(&cache, pdc->facts, e->context, zones, e->day, nulled);
    assert_int_equal(bf_columns_alloc(&made, &bf_outputs[BF_OUTPUT_pdc], 1, &err), BF_OK);
    bf_pdc_store(&made, 0, &cache, 1);
    expect_row(e, pdc, &made);
    bf_columns_free(&made);
    bf_pcf_row factors;
    memset(&factors, 0, sizeof factors);
    bf_pcf_values_of(&factors, pcf->facts, e->context, zones, bf_tdza_find(e->date, e->opponent),
                     e->day, nulled);
    assert_int_equal(bf_columns_alloc(&made, &bf_outputs[BF_OUTPUT_pcf], 1, &err), BF_OK);
    bf_pcf_store(&made, 0, &factors, 1);
    expect_row(e, pcf, &made);
    bf_columns_free(&made);
    bf_explanation_free(e);
    test_league_free(league);
}

/* ---- names and texts ------------------------------------------------------------------------- */

static void check_names(const bf_explanation *e, const bf_explain_part *part, const char *text)
{
    const char *at = text, *end = text + strlen(text), *name;
    size_t size;
    while ((name = bf_template_next(&at, end, &size)) != NULL) {
        if (bf_explain_operand(e, part, name, size).kind == BF_OPERAND_UNKNOWN)
            fail_msg("%s_values.def: nothing is called {%.*s}",
                     bf_processors[part->processor].short_name, (int)size, name);
    }
}

static void test_names_of_all_values_are_known(void **state)
{
    (void)state;
    test_league *league = league_of_boston();
    bf_explanation *e = explain(league, "star", AS_OF);
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        for (int i = 0; i < bf_descriptions[p].value_count; i++)
            check_names(e, part_of(e, p), bf_descriptions[p].values[i].text);
    }
    for (int f = 0; f < BF_FEATURE_COUNT; f++) {
        for (int l = 0; l < BF_LABEL_COUNT; l++) {
            const bf_feature_source *source = bf_feature_source_of(f, (bf_label)l);
            check_names(e, part_of(e, BF_PROCESSOR_ml), source == NULL ? "" : source->text);
        }
    }
    assert_int_equal(bf_explain_operand(e, part_of(e, BF_PROCESSOR_ml), "psza.nothing", 12).kind,
                     BF_OPERAND_UNKNOWN);
    bf_explanation_free(e);
    test_league_free(league);
}

static void print(bf_text *out, const bf_explanation *e, bool json)
{
    bf_error err = BF_ERROR_INIT;
    bf_words words;
    assert_int_equal(bf_words_init(&words, e, &err), BF_OK);
    if (json)
        bf_explain_json(out, &words, "snapshot", ALL);
    else
        bf_explain_text(out, &words, "snapshot", ALL);
    assert_int_equal(bf_text_status(out, &err), BF_OK);
    bf_words_reset(&words);
}

static void expect_text(test_league *league, const char *player, const char *day, bool json,
                        const char *const *parts)
{
    bf_text text = BF_TEXT_INIT(1 << 24);
    bf_explanation *e = explain(league, player, day);
    print(&text, e, json);
    for (; *parts != NULL; parts++) {
        if (strstr(text.data, *parts) == NULL)
            fail_msg("'%s' is missing from\n%s", *parts, text.data);
    }
    bf_text_free(&text);
    bf_explanation_free(e);
}

#define PARTS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void test_texts(void **state)
{
    (void)state;
    test_league *league = league_of_boston();
    expect_text(
        league, "star", AS_OF, false,
        PARTS("star on 2024-01-15, BOS vs NYK, game 20240115_NYK_BOS, regular, season 2023-24",
              "Listed and active on the date; context: derived", "= 116 / 5",
              "points_5 / games_5 [last_5]", "2024-01-13  vs MIA"));
    expect_text(league, "rookie", AS_OF, false,
                PARTS("PSZA  failure  player_shot_zone_analysis of rookie: EXPECTED_INCOMPLETE: "
                      "Only 3 games before the "
                      "date, need 10",
                      "PDC   failure", "Only 3 games played, need 5 minimum"));
    expect_text(league, "reserve", AS_OF, false,
                PARTS("Listed and not active on the date", "ML    none"));
    expect_text(league, "star", "2024-01-14", false,
                PARTS("Game date before: 2024-01-13; after: 2024-01-15", "PCF   skipped"));
    expect_text(league, "star", AS_OF, true,
                PARTS("{\"name\": \"points_avg_last_5\", \"value\": 23.2000, \"unit\": \"points\"",
                      "\"formula\": \"points_5 / games_5\", \"calculation\": \"116 / 5\"",
                      "\"operands\": {\"points_5\": 116, \"games_5\": 5}",
                      "\"opponent\": \"NYK\""));
    test_league_free(league);
}

/* Rows of a context table that are used as they are: shown as the source, without windows. */
static void test_context_table(void **state)
{
    (void)state;
    test_league *league = league_of_boston();
    static const char *const names[] = {"star", "rookie", "reserve"};
    for (int i = 0; i < 3; i++) {
        test_row(league, BF_INPUT_upgc);
        test_key(league, BF_upgc_player_lookup, names[i]);
        test_key(league, BF_upgc_game_id, GAME);
        test_key(league, BF_upgc_team_abbr, "BOS");
        test_key(league, BF_upgc_opponent_team_abbr, "NYK");
        test_set(league, BF_upgc_game_date, test_day(AS_OF));
        test_set(league, BF_upgc_days_rest, 4);
    }
    bf_explanation *e = explain(league, "star", AS_OF);
    assert_int_equal(e->mode, BF_CONTEXT_AUTO);
    assert_int_equal(part_of(e, BF_DESCRIPTION_CONTEXT)->games_count, 0);
    bf_explanation_free(e);
    expect_text(league, "star", AS_OF, false,
                PARTS("Row of upcoming_player_game_context, used as it is", "context: auto"));
    expect_text(league, "star", AS_OF, true, PARTS("\"mode\": \"auto\"", "\"days_rest\": 4"));
    test_league_free(league);
}

static void test_team(void **state)
{
    (void)state;
    test_league *league = league_of_boston();
    bf_error err = BF_ERROR_INIT;
    bf_explanation *e = NULL;
    bf_text text = BF_TEXT_INIT(1 << 24);
    const bf_history *history = test_league_history(league);
    int32_t team = test_code(league, BF_DICT_TEAMS, "BOS");
    assert_int_equal(bf_explain_team(&e, history, test_day("2024-01-13"), team, &err), BF_OK);
    assert_int_equal(e->part_count, 1);
    assert_int_equal(e->parts[0].outcome, BF_EXPLAIN_ROW);
    assert_int_equal(e->league_count, 2);
    print(&text, e, false);
    assert_non_null(strstr(text.data, "BOS on 2024-01-13, vs MIA, game 20240113_MIA_BOS"));
    assert_non_null(strstr(text.data, "used")); /* the league's averages below the teams */
    bf_text_free(&text);
    bf_explanation_free(e);
    team = test_code(league, BF_DICT_TEAMS, "NYK"); /* has no games before the date */
    assert_int_equal(bf_explain_team(&e, history, test_day(AS_OF), team, &err), BF_OK);
    assert_int_equal(e->parts[0].outcome, BF_EXPLAIN_NO_GAMES_BEFORE);
    bf_explanation_free(e);
    test_league_free(league);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_outcomes),
        cmocka_unit_test(test_skipped_dates),
        cmocka_unit_test(test_games_of_windows),
        cmocka_unit_test(test_numbers_used),
        cmocka_unit_test(test_facts_make_the_row),
        cmocka_unit_test(test_names_of_all_values_are_known),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_context_table),
        cmocka_unit_test(test_team),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
