#include "compute/audit/preflight.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compute/base/memory.h"
#include "compute/history/season.h"

/* Thresholds of spec/backfill.md §6. */
static const double MIN_COVERAGE_PCT =
    95.0; /* of the eligible dates, in each of the three game tables */
static const double MAX_NULL_MINUTES_PCT = 5.0; /* of the rows with points */
static const double MAX_ZONELESS_PCT = 50.0;    /* of a season's active rows */
enum {
    TEAM_ROWS_PER_GAME = 2,
    MIN_PLAYER_ROWS_PER_GAME = 16,
    MAX_PLAYER_ROWS_PER_GAME = 40,
    EXAMPLES = 10 /* dates or games named in a finding */
};

__attribute__((format(printf, 3, 4))) static void add(bf_preflight *out, bf_severity severity,
                                                      const char *format, ...)
{
    if (out->count == BF_MAX_FINDINGS)
        return;
    bf_finding *finding = &out->findings[out->count++];
    finding->severity = severity;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(finding->text, sizeof finding->text, format, args);
    va_end(args);
    out->fatal += severity == BF_FINDING_FATAL;
}

static double percent(int64_t part, int64_t whole)
{
    return 100.0 * (double)part / (double)whole;
}

/* A list of examples for a message: ", " between them, cut after EXAMPLES. */
typedef struct examples {
    int count;
    char text[EXAMPLES * 32];
} examples;

static void add_example(examples *list, const char *text)
{
    if (list->count++ >= EXAMPLES)
        return;
    size_t used = strlen(list->text);
    (void)snprintf(list->text + used, sizeof list->text - used, "%s%s", used == 0 ? "" : ", ",
                   text);
}

/* ---- coverage of the dates
 * ------------------------------------------------------------------------ */

static void check_table_dates(bf_preflight *out, const bf_history *history, bf_input table,
                              const bf_day *dates, int32_t date_count, bool *present)
{
    const bf_columns *columns = &history->inputs[table];
    const bf_day *rows = columns->data[bf_input_date_column(table)];
    bf_day first_day = history->sizes.first_day;
    memset(present, 0, (size_t)(history->sizes.last_day - first_day + 1));
    for (int64_t i = 0; i < columns->rows; i++)
        present[rows[i] - first_day] = true;
    int32_t expected = 0, found = 0;
    examples missing = {0};
    for (int32_t i = 0; i < date_count; i++) {
        bool inside = dates[i] >= first_day && dates[i] <= history->sizes.last_day;
        if (bf_day_is_bootstrap(dates[i]) || !bf_history_is_game_date(history, dates[i]))
            continue;
        expected++;
        if (inside && present[dates[i] - first_day]) {
            found++;
        } else {
            char text[BF_DATE_TEXT_BYTES];
            bf_day_format(text, dates[i]);
            add_example(&missing, text);
        }
    }
    if (expected == 0)
        return;
    bool required = columns->schema->required;
    bf_severity severity = found == expected || !required                ? BF_FINDING_NOTE
                           : percent(found, expected) < MIN_COVERAGE_PCT ? BF_FINDING_FATAL
                                                                         : BF_FINDING_WARNING;
    add(out, severity, "%s has rows on %d of %d eligible game dates (%.1f %%, %s %.0f %%)%s%s%s",
        columns->schema->name, found, expected, percent(found, expected),
        required ? "needed" : "not needed, would be", MIN_COVERAGE_PCT,
        missing.count > 0 ? "; missing " : "", missing.text,
        missing.count > EXAMPLES ? ", ..." : "");
}

static bf_status check_dates(bf_preflight *out, const bf_history *history, const bf_day *dates,
                             int32_t date_count, bf_error *err)
{
    int32_t days = history->sizes.last_day - history->sizes.first_day + 1;
    bool *present;
    BF_TRY(BF_ALLOC(&present, days < 0 ? 0 : (size_t)days, err));
    static const bf_input tables[] = {BF_INPUT_pgs, BF_INPUT_tdg, BF_INPUT_tog, BF_INPUT_upgc,
                                      BF_INPUT_utgc};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        if (bf_inputs[tables[i]].required || history->sizes.present[tables[i]])
            check_table_dates(out, history, tables[i], dates, date_count, present);
    }
    free(present);
    return BF_OK;
}

/* ---- values
 * --------------------------------------------------------------------------------------- */

static void check_minutes(bf_preflight *out, const bf_history *history)
{
    const int16_t *points = BF_INPUT_COLUMN(history, pgs, points, int16_t);
    const int16_t *minutes = BF_INPUT_COLUMN(history, pgs, minutes_played, int16_t);
    int64_t with_points = 0, without_minutes = 0;
    for (int64_t i = 0; i < history->inputs[BF_INPUT_pgs].rows; i++) {
        with_points += points[i] != BF_NULL_I16;
        without_minutes += points[i] != BF_NULL_I16 && minutes[i] == BF_NULL_I16;
    }
    if (without_minutes == 0)
        return;
    double share = percent(without_minutes, with_points);
    add(out, share > MAX_NULL_MINUTES_PCT ? BF_FINDING_FATAL : BF_FINDING_NOTE,
        "player_game_summary: minutes_played is null in %lld of %lld rows with points (%.1f %%, at "
        "most %.0f %% allowed)",
        (long long)without_minutes, (long long)with_points, share, MAX_NULL_MINUTES_PCT);
}

static bool is_zero_or_null(int16_t count)
{
    return count == 0 || count == BF_NULL_I16;
}

/* B26: a season whose rows lack the zones is computed with neutral factors, and marked. */
static void check_zones(bf_preflight *out, const bf_history *history)
{
    const bf_day *dates = BF_INPUT_COLUMN(history, pgs, game_date, bf_day);
    const int8_t *active = BF_INPUT_COLUMN(history, pgs, is_active, int8_t);
    const int16_t *minutes = BF_INPUT_COLUMN(history, pgs, minutes_played, int16_t);
    const int16_t *paint = BF_INPUT_COLUMN(history, pgs, paint_attempts, int16_t);
    const int16_t *mid_range = BF_INPUT_COLUMN(history, pgs, mid_range_attempts, int16_t);
    for (int32_t s = 0; s < history->sizes.season_count; s++) {
        int season = history->sizes.seasons[s];
        bf_day first = bf_season_first(season), end = bf_season_first(season + 1);
        int64_t rows = 0, zoneless = 0;
        for (int64_t i = 0; i < history->inputs[BF_INPUT_pgs].rows; i++) {
            if (dates[i] < first || dates[i] >= end || active[i] != 1 || minutes[i] <= 0)
                continue;
            rows++;
            zoneless += is_zero_or_null(paint[i]) && is_zero_or_null(mid_range[i]);
        }
        if (rows == 0 || percent(zoneless, rows) <= MAX_ZONELESS_PCT)
            continue;
        out->contaminated++;
        add(out, BF_FINDING_WARNING,
            "zones missing: season %d-%02d is CONTAMINATED, %.1f %% of its player rows have "
            "neither paint nor mid-range "
            "attempts; zone factors will be neutral",
            season, (season + 1) % 100, percent(zoneless, rows));
    }
}

/* ---- games
 * ---------------------------------------------------------------------------------------- */

/* Rows of each game in the three tables. */
typedef struct game_rows {
    int32_t players, offense, defense;
} game_rows;

static void check_games(bf_preflight *out, const bf_history *history, const game_rows *games)
{
    examples teams = {0}, players = {0}, tables = {0};
    const bf_dictionary *ids = &history->dictionaries[BF_DICT_GAMES];
    for (int32_t g = 0; g < ids->count; g++) {
        const char *id = bf_dictionary_text(ids, g);
        const game_rows *rows = &games[g];
        if (rows->players + rows->offense + rows->defense == 0)
            continue; /* of a context table only: a game about to be played */
        if (rows->offense == 0 || rows->defense == 0 || rows->players == 0)
            add_example(&tables, id);
        else if (rows->offense != TEAM_ROWS_PER_GAME || rows->defense != TEAM_ROWS_PER_GAME)
            add_example(&teams, id);
        if (rows->players > 0 &&
            (rows->players < MIN_PLAYER_ROWS_PER_GAME || rows->players > MAX_PLAYER_ROWS_PER_GAME))
            add_example(&players, id);
    }
    if (tables.count > 0)
        add(out, BF_FINDING_WARNING,
            "%d games are not in all of player, team offense and team defense rows: %s%s",
            tables.count, tables.text, tables.count > EXAMPLES ? ", ..." : "");
    if (teams.count > 0)
        add(out, BF_FINDING_WARNING, "%d games have not exactly %d team rows: %s%s", teams.count,
            TEAM_ROWS_PER_GAME, teams.text, teams.count > EXAMPLES ? ", ..." : "");
    if (players.count > 0)
        add(out, BF_FINDING_WARNING,
            "%d games have fewer than %d or more than %d player rows: %s%s", players.count,
            MIN_PLAYER_ROWS_PER_GAME, MAX_PLAYER_ROWS_PER_GAME, players.text,
            players.count > EXAMPLES ? ", ..." : "");
}

static bf_status count_games(bf_preflight *out, const bf_history *history, bf_error *err)
{
    game_rows *games;
    BF_TRY(BF_ALLOC(&games, (size_t)history->dictionaries[BF_DICT_GAMES].count, err));
    const int32_t *of_player = BF_INPUT_COLUMN(history, pgs, game_id, int32_t);
    const int32_t *of_offense = BF_INPUT_COLUMN(history, tog, game_id, int32_t);
    const int32_t *of_defense = BF_INPUT_COLUMN(history, tdg, game_id, int32_t);
    for (int64_t i = 0; i < history->inputs[BF_INPUT_pgs].rows; i++)
        games[of_player[i]].players++;
    for (int64_t i = 0; i < history->inputs[BF_INPUT_tog].rows; i++)
        games[of_offense[i]].offense++;
    for (int64_t i = 0; i < history->inputs[BF_INPUT_tdg].rows; i++)
        games[of_defense[i]].defense++;
    check_games(out, history, games);
    free(games);
    return BF_OK;
}

bf_status bf_preflight_check(bf_preflight *out, const bf_history *history, const bf_day *dates,
                             int32_t date_count, bf_error *err)
{
    *out = (bf_preflight){0};
    BF_TRY(check_dates(out, history, dates, date_count, err));
    check_minutes(out, history);
    check_zones(out, history);
    return count_games(out, history, err);
}
