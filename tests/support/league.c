#include "tests/support/league.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compute/features/processor.h"

typedef struct test_cells {
    int64_t cell[BF_MAX_COLUMNS];
} test_cells;

typedef struct test_texts {
    char **text;
    int32_t count;
    int32_t *code; /* of the history made last, by number of first use */
} test_texts;

struct test_league {
    test_cells *rows[BF_INPUT_COUNT];
    int64_t count[BF_INPUT_COUNT];
    bf_input table; /* of the row being filled */
    int games;      /* of the schedule so far, for its numbers */
    test_texts texts[BF_DICT_COUNT];
    bf_history history;
    void *block;
};

static void *grown(void *array, int64_t count, size_t size)
{
    void *more = realloc(array, (size_t)(count + 1) * size);
    assert_non_null(more);
    return more;
}

static int32_t intern(test_texts *texts, const char *text)
{
    for (int32_t i = 0; i < texts->count; i++) {
        if (strcmp(texts->text[i], text) == 0)
            return i;
    }
    texts->text = grown(texts->text, texts->count, sizeof *texts->text);
    texts->text[texts->count] = strdup(text);
    assert_non_null(texts->text[texts->count]);
    return texts->count++;
}

test_league *test_league_create(void)
{
    static const char *const processors[] = {
        "TeamDefenseZoneAnalysisProcessor", "PlayerShotZoneAnalysisProcessor",
        "PlayerCompositeFactorsProcessor", "PlayerDailyCacheProcessor", "MLFeatureStoreProcessor"};
    test_league *league = calloc(1, sizeof *league);
    assert_non_null(league);
    for (size_t i = 0; i < sizeof processors / sizeof *processors; i++)
        intern(&league->texts[BF_DICT_PROCESSORS], processors[i]);
    intern(&league->texts[BF_DICT_ENTITIES], "DATE_LEVEL");
    return league;
}

void test_league_free(test_league *league)
{
    for (int t = 0; t < BF_INPUT_COUNT; t++)
        free(league->rows[t]);
    for (int d = 0; d < BF_DICT_COUNT; d++) {
        for (int32_t i = 0; i < league->texts[d].count; i++)
            free(league->texts[d].text[i]);
        free(league->texts[d].text);
        free(league->texts[d].code);
    }
    free(league->block);
    free(league);
}

/* ---- adding rows
 * ---------------------------------------------------------------------------------- */

void test_row(test_league *league, bf_input table)
{
    league->table = table;
    league->rows[table] =
        grown(league->rows[table], league->count[table], sizeof *league->rows[table]);
    int64_t *cell = league->rows[table][league->count[table]++].cell;
    for (int c = 0; c < bf_inputs[table].column_count; c++)
        cell[c] = bf_column_null(&bf_inputs[table].columns[c]);
}

void test_set(test_league *league, int column, int64_t stored_value)
{
    league->rows[league->table][league->count[league->table] - 1].cell[column] = stored_value;
}

void test_key(test_league *league, int column, const char *text)
{
    bf_dict dictionary = bf_inputs[league->table].columns[column].dictionary;
    test_set(league, column, intern(&league->texts[dictionary], text));
    if (dictionary == BF_DICT_PLAYERS || dictionary == BF_DICT_TEAMS)
        intern(&league->texts[BF_DICT_ENTITIES], text);
}

bf_day test_day(const char *text)
{
    bf_day day = 0;
    assert_true(bf_day_parse(&day, text, strlen(text)));
    return day;
}

static bf_day day_of_game(const char *game)
{
    char text[16];
    (void)snprintf(text, sizeof text, "%.4s-%.2s-%.2s", game, game + 4, game + 6);
    return test_day(text);
}

const char *test_game_id(bf_day day, const char *away, const char *home)
{
    static char texts[4][32];
    static int next;
    char *text = texts[next++ % 4];
    int y, m, d;
    bf_day_to_civil(day, &y, &m, &d);
    (void)snprintf(text, sizeof texts[0], "%04u%02u%02u_%s_%s", (unsigned)y % 10000u,
                   (unsigned)m % 100u, (unsigned)d % 100u, away, home);
    return text;
}

void test_player(test_league *league, const char *player, const char *game, const char *team)
{
    char opponent[4] = "";
    const char *away = game + 9, *home = game + 13;
    (void)snprintf(opponent, sizeof opponent, "%.3s", strncmp(away, team, 3) == 0 ? home : away);
    test_row(league, BF_INPUT_pgs);
    test_key(league, BF_pgs_player_lookup, player);
    test_key(league, BF_pgs_game_id, game);
    test_key(league, BF_pgs_team_abbr, team);
    test_key(league, BF_pgs_opponent_team_abbr, opponent);
    test_set(league, BF_pgs_game_date, day_of_game(game));
    test_set(league, BF_pgs_season_year, bf_season_year(day_of_game(game)));
    test_set(league, BF_pgs_is_active, 1);
}

void test_played(test_league *league, const char *player, const char *game, const char *team,
                 int minutes_tenths, int points)
{
    test_player(league, player, game, team);
    test_set(league, BF_pgs_minutes_played, minutes_tenths);
    test_set(league, BF_pgs_points, points);
}

void test_offense(test_league *league, const char *game, const char *team)
{
    test_row(league, BF_INPUT_tog);
    test_key(league, BF_tog_team_abbr, team);
    test_key(league, BF_tog_game_id, game);
    test_set(league, BF_tog_game_date, day_of_game(game));
    test_set(league, BF_tog_season_year, bf_season_year(day_of_game(game)));
}

void test_defense(test_league *league, const char *game, const char *team)
{
    test_row(league, BF_INPUT_tdg);
    test_key(league, BF_tdg_defending_team_abbr, team);
    test_key(league, BF_tdg_game_id, game);
    test_set(league, BF_tdg_game_date, day_of_game(game));
    test_set(league, BF_tdg_season_year, bf_season_year(day_of_game(game)));
}

void test_game(test_league *league, const char *game)
{
    char number[16], team[4];
    (void)snprintf(number, sizeof number, "002%07u", (unsigned)league->games++ % 10000000u);
    test_row(league, BF_INPUT_schedule);
    test_key(league, BF_schedule_game_id, number);
    (void)snprintf(team, sizeof team, "%.3s", game + 9);
    test_key(league, BF_schedule_away_team_tricode, team);
    (void)snprintf(team, sizeof team, "%.3s", game + 13);
    test_key(league, BF_schedule_home_team_tricode, team);
    test_set(league, BF_schedule_game_date, day_of_game(game));
    test_set(league, BF_schedule_game_status, 3);
}

/* ---- making the history
 * --------------------------------------------------------------------------- */

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Fills a dictionary of the history with the sorted texts, and the codes by number of first use. */
static void sort_texts(test_texts *texts, const bf_dictionary *out)
{
    char **sorted = grown(NULL, texts->count, sizeof *sorted);
    free(texts->code);
    texts->code = grown(NULL, texts->count, sizeof *texts->code);
    if (texts->count > 0)
        memcpy(sorted, texts->text, (size_t)texts->count * sizeof *sorted);
    qsort(sorted, (size_t)texts->count, sizeof *sorted, compare_texts);
    int64_t *offset = (int64_t *)(uintptr_t)out->offset; /* in the league's own block */
    char *bytes = (char *)(uintptr_t)out->bytes;
    int64_t at = 0;
    for (int32_t code = 0; code < texts->count; code++) {
        offset[code] = at;
        memcpy(bytes + at, sorted[code], strlen(sorted[code]) + 1);
        at += (int64_t)strlen(sorted[code]) + 1;
        for (int32_t i = 0; i < texts->count; i++) {
            if (texts->text[i] == sorted[code])
                texts->code[i] = code;
        }
    }
    offset[texts->count] = at;
    free(sorted);
}

typedef struct row_order {
    int64_t entity, day, game, row;
} row_order;

static int compare_rows(const void *a, const void *b)
{
    const row_order *x = a, *y = b;
    const int64_t left[] = {x->entity, x->day, x->game, x->row};
    const int64_t right[] = {y->entity, y->day, y->game, y->row};
    for (int i = 0; i < 4; i++) {
        if (left[i] != right[i])
            return left[i] < right[i] ? -1 : 1;
    }
    return 0;
}

static const struct {
    int entity, day, game; /* columns that sort the rows; -1: none */
} orders[BF_INPUT_COUNT] = {
    [BF_INPUT_pgs] = {BF_pgs_player_lookup, BF_pgs_game_date, BF_pgs_game_id},
    [BF_INPUT_tog] = {BF_tog_team_abbr, BF_tog_game_date, BF_tog_game_id},
    [BF_INPUT_tdg] = {BF_tdg_defending_team_abbr, BF_tdg_game_date, BF_tdg_game_id},
    [BF_INPUT_schedule] = {-1, BF_schedule_game_date, -1},
    [BF_INPUT_upgc] = {BF_upgc_player_lookup, BF_upgc_game_date, BF_upgc_game_id},
    [BF_INPUT_utgc] = {BF_utgc_team_abbr, BF_utgc_game_date, BF_utgc_game_id},
    [BF_INPUT_players] = {BF_players_player_lookup, -1, -1},
    [BF_INPUT_attempts] = {-1, BF_attempts_analysis_date, -1},
};

static int64_t stored(const test_league *league, bf_input table, int column, int64_t row)
{
    const bf_column *c = &bf_inputs[table].columns[column];
    int64_t value = league->rows[table][row].cell[column];
    if (c->kind != BF_KIND_KEY || value == bf_column_null(c))
        return value;
    return league->texts[c->dictionary].code[value];
}

static void fill_table(test_league *league, bf_input table)
{
    bf_columns *columns = &league->history.inputs[table];
    int64_t count = league->count[table];
    row_order *order = grown(NULL, count, sizeof *order);
    for (int64_t i = 0; i < count; i++) {
        int entity = orders[table].entity, day = orders[table].day, game = orders[table].game;
        order[i] = (row_order){entity < 0 ? 0 : stored(league, table, entity, i),
                               day < 0 ? 0 : stored(league, table, day, i),
                               game < 0 ? 0 : stored(league, table, game, i), i};
    }
    qsort(order, (size_t)count, sizeof *order, compare_rows);
    for (int c = 0; c < columns->schema->column_count; c++) {
        for (int64_t i = 0; i < count; i++)
            bf_column_set_integer(&columns->schema->columns[c], columns->data[c], i,
                                  stored(league, table, c, order[i].row));
    }
    int64_t *first = league->history.entity_first[table];
    int32_t entities = table == BF_INPUT_tog || table == BF_INPUT_tdg || table == BF_INPUT_utgc
                           ? league->texts[BF_DICT_TEAMS].count
                           : league->texts[BF_DICT_PLAYERS].count;
    for (int32_t e = 0; first != NULL && e <= entities; e++) {
        int64_t at = 0;
        while (at < count && order[at].entity < e)
            at++;
        first[e] = at;
    }
    free(order);
}

static void add_season(bf_history_sizes *sizes, int32_t season)
{
    int32_t at = 0;
    while (at < sizes->season_count && sizes->seasons[at] < season)
        at++;
    if (at < sizes->season_count && sizes->seasons[at] == season)
        return;
    for (int32_t s = sizes->season_count++; s > at; s--)
        sizes->seasons[s] = sizes->seasons[s - 1];
    sizes->seasons[at] = season;
}

static bf_history_sizes sizes_of(const test_league *league)
{
    bf_history_sizes sizes = {.first_day = INT32_MAX, .last_day = INT32_MIN};
    for (int t = 0; t < BF_INPUT_COUNT; t++) {
        sizes.rows[t] = league->count[t];
        sizes.present[t] = league->count[t] > 0;
        for (int64_t i = 0; i < league->count[t] && orders[t].day >= 0; i++) {
            bf_day day = (bf_day)league->rows[t][i].cell[orders[t].day];
            sizes.first_day = day < sizes.first_day ? day : sizes.first_day;
            sizes.last_day = day > sizes.last_day ? day : sizes.last_day;
            add_season(&sizes, bf_season_year(day));
        }
    }
    for (int32_t s = 0; s < sizes.season_count; s++)
        sizes.scheduled[s] = sizes.present[BF_INPUT_schedule];
    for (int d = 0; d < BF_DICT_COUNT; d++) {
        sizes.dict_count[d] = league->texts[d].count;
        for (int32_t i = 0; i < league->texts[d].count; i++)
            sizes.dict_bytes[d] += (int64_t)strlen(league->texts[d].text[i]) + 1;
    }
    return sizes;
}

const bf_history *test_league_history(test_league *league)
{
    bf_error err = BF_ERROR_INIT;
    bf_history_sizes sizes = sizes_of(league);
    size_t bytes = bf_history_bytes(&sizes);
    free(league->block);
    league->block = aligned_alloc(64, bytes);
    assert_non_null(league->block);
    memset(league->block, 0, bytes);
    bf_history_layout(&league->history, &sizes, league->block);
    for (int d = 0; d < BF_DICT_COUNT; d++)
        sort_texts(&league->texts[d], &league->history.dictionaries[d]);
    for (int t = 0; t < BF_INPUT_COUNT; t++)
        fill_table(league, (bf_input)t);
    bf_status st = bf_history_derive(&league->history, 0, 1, &err);
    assert_string_equal(err.message, "");
    assert_int_equal(st, BF_OK);
    return &league->history;
}

int32_t test_code(const test_league *league, bf_dict dictionary, const char *text)
{
    int32_t code = bf_dictionary_find(&league->history.dictionaries[dictionary], text);
    assert_true(code >= 0);
    return code;
}

/* ---- computing
 * ------------------------------------------------------------------------------------ */

bf_date *test_date(const bf_history *history, bf_context_mode mode, const char *day)
{
    bf_error err = BF_ERROR_INIT;
    bf_date *date = NULL;
    assert_int_equal(bf_date_create(&date, history, mode, &err), BF_OK);
    bf_date_begin(date, test_day(day));
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++)
        assert_int_equal(bf_date_select(date, (bf_processor_id)p, &err), BF_OK);
    return date;
}

bf_date *test_date_computed(const bf_history *history, bf_context_mode mode, const char *day)
{
    bf_error err = BF_ERROR_INIT;
    bf_date *date = test_date(history, mode, day);
    bf_columns out;
    int64_t failures = 0;
    for (int p = 0; p < BF_PROCESSOR_COUNT; p++) {
        const bf_table_schema *schema = &bf_outputs[bf_processors[p].table];
        assert_int_equal(bf_columns_alloc(&out, schema, date->selections[p].count, &err), BF_OK);
        assert_int_equal(bf_date_compute(date, (bf_processor_id)p, &out, 0, &err), BF_OK);
        bf_columns_free(&out);
        failures += date->selections[p].failure_count;
    }
    assert_int_equal(bf_columns_alloc(&out, &bf_outputs[BF_OUTPUT_failure], failures, &err), BF_OK);
    bf_date_store_failures(date, (1u << BF_PROCESSOR_COUNT) - 1u, &out, 0);
    bf_columns_free(&out);
    return date;
}
