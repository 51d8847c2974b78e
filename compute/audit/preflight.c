#include "compute/audit/preflight.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compute/base/memory.h"
#include "compute/history/derive.h"
#include "compute/history/season.h"

/* Thresholds of spec/backfill.md §6. */
static const double MIN_COVERAGE_PCT =
    95.0; /* of the eligible dates, in each of the three game tables */
static const double MAX_NULL_MINUTES_PCT = 5.0; /* of the rows with points */
static const double MAX_DOUBLES_PCT = 1.0;      /* of the player rows */
static const double MAX_ZONELESS_PCT = 50.0;    /* of a season's rows of a game that was played */
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

/* The rows that are looked at: those of the seasons that the as-of dates lie in. */
typedef struct asked_rows {
    const bf_history *history;
    int8_t *season; /* owned [days] index of the day's season; -1: no as-of date lies in it */
} asked_rows;

static bf_status find_asked(asked_rows *out, const bf_history *history, const bf_day *dates,
                            int32_t date_count, bf_error *err)
{
    int32_t days = history->sizes.last_day - history->sizes.first_day + 1;
    out->history = history;
    BF_TRY(BF_ALLOC(&out->season, days < 0 ? 0 : (size_t)days, err));
    for (int32_t i = 0; i < days; i++)
        out->season[i] = -1;
    for (int32_t s = 0; s < history->sizes.season_count; s++) {
        bool is_asked = false;
        for (int32_t i = 0; i < date_count; i++)
            is_asked |= bf_season_year(dates[i]) == history->sizes.seasons[s];
        const bf_season_days *season = &history->season_days[s];
        for (int32_t i = 0; is_asked && i < days; i++) {
            bf_day day = history->sizes.first_day + i;
            if (day >= season->first && day < season->end)
                out->season[i] = (int8_t)s;
        }
    }
    return BF_OK;
}

static int season_of(const asked_rows *asked, bf_day day)
{
    return asked->season[day - asked->history->sizes.first_day];
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

static void check_minutes(bf_preflight *out, const asked_rows *asked)
{
    const bf_history *history = asked->history;
    const bf_day *dates = BF_INPUT_COLUMN(history, pgs, game_date, bf_day);
    const int16_t *points = BF_INPUT_COLUMN(history, pgs, points, int16_t);
    const int16_t *minutes = BF_INPUT_COLUMN(history, pgs, minutes_played, int16_t);
    int64_t with_points = 0, without_minutes = 0;
    for (int64_t i = 0; i < history->inputs[BF_INPUT_pgs].rows; i++) {
        if (season_of(asked, dates[i]) < 0 || points[i] == BF_NULL_I16)
            continue;
        with_points++;
        without_minutes += minutes[i] == BF_NULL_I16;
    }
    if (without_minutes == 0)
        return;
    double share = percent(without_minutes, with_points);
    add(out, share > MAX_NULL_MINUTES_PCT ? BF_FINDING_FATAL : BF_FINDING_NOTE,
        "player_game_summary: minutes_played is null in %lld of %lld rows with points (%.1f %%, at "
        "most %.0f %% allowed)",
        (long long)without_minutes, (long long)with_points, share, MAX_NULL_MINUTES_PCT);
}

/* Rows of other games of a player on one date: but for shot zones one stands for the date
 * (spec/players.md §1.4). Import saw to equal games. */
static void check_doubles(bf_preflight *out, const asked_rows *asked)
{
    const bf_history *history = asked->history;
    const bf_day *dates = BF_INPUT_COLUMN(history, pgs, game_date, bf_day);
    const int32_t *players = BF_INPUT_COLUMN(history, pgs, player_lookup, int32_t);
    int64_t rows = 0, doubles = 0;
    for (int64_t i = 0; i < history->inputs[BF_INPUT_pgs].rows; i++) {
        if (season_of(asked, dates[i]) < 0)
            continue;
        rows++;
        doubles += i > 0 && players[i] == players[i - 1] && dates[i] == dates[i - 1];
    }
    if (doubles == 0)
        return;
    double share = percent(doubles, rows);
    add(out, share > MAX_DOUBLES_PCT ? BF_FINDING_FATAL : BF_FINDING_WARNING,
        "player_game_summary: %lld of %lld rows are one more of their player and date (%.1f %%, at "
        "most %.0f %% allowed)",
        (long long)doubles, (long long)rows, share, MAX_DOUBLES_PCT);
}

/* The columns that a table without zones lacks. */
static const struct zone_columns {
    bf_input table;
    int date, paint, mid_range;
} zone_columns[] = {
    {BF_INPUT_pgs, BF_pgs_game_date, BF_pgs_paint_attempts, BF_pgs_mid_range_attempts},
    {BF_INPUT_tdg, BF_tdg_game_date, BF_tdg_opp_paint_attempts, BF_tdg_opp_mid_range_attempts}};

static bool is_zero_or_null(int16_t count)
{
    return count == 0 || count == BF_NULL_I16;
}

static bool was_played(const bf_history *history, bf_input table, int64_t row)
{
    return table != BF_INPUT_pgs ||
           (BF_INPUT_COLUMN(history, pgs, is_active, int8_t)[row] == 1 &&
            BF_INPUT_COLUMN(history, pgs, minutes_played, int16_t)[row] > 0);
}

/* B26: a season whose rows lack the zones is computed with neutral factors, and marked. */
static void check_zones_of(bf_preflight *out, const asked_rows *asked,
                           const struct zone_columns *zones)
{
    const bf_history *history = asked->history;
    const bf_columns *columns = &history->inputs[zones->table];
    const bf_day *dates = columns->data[zones->date];
    const int16_t *paint = columns->data[zones->paint];
    const int16_t *mid_range = columns->data[zones->mid_range];
    int64_t rows[BF_MAX_SEASONS] = {0}, zoneless[BF_MAX_SEASONS] = {0};
    for (int64_t i = 0; i < columns->rows; i++) {
        int s = season_of(asked, dates[i]);
        if (s < 0 || !was_played(history, zones->table, i))
            continue;
        rows[s]++;
        zoneless[s] += is_zero_or_null(paint[i]) && is_zero_or_null(mid_range[i]);
    }
    for (int32_t s = 0; s < history->sizes.season_count; s++) {
        char season[BF_SEASON_TEXT_BYTES];
        if (rows[s] == 0 || percent(zoneless[s], rows[s]) <= MAX_ZONELESS_PCT)
            continue;
        out->contaminated[s] = true;
        bf_season_format(season, history->sizes.seasons[s]);
        add(out, BF_FINDING_WARNING,
            "zones missing: season %s is CONTAMINATED, %.1f %% of its rows of %s have neither "
            "paint nor mid-range attempts; zone factors will be neutral",
            season, percent(zoneless[s], rows[s]), columns->schema->name);
    }
}

static void check_zones(bf_preflight *out, const asked_rows *asked)
{
    for (size_t i = 0; i < sizeof zone_columns / sizeof *zone_columns; i++)
        check_zones_of(out, asked, &zone_columns[i]);
}

/* ---- games
 * ---------------------------------------------------------------------------------------- */

/* Rows of each game in the three tables, and whose player rows they are. */
typedef struct game_rows {
    int32_t players, offense, defense;
    bool home_players, away_players;
} game_rows;

/* Games that differ from what a game has. */
typedef struct odd_games {
    examples tables, teams, players, sides;
} odd_games;

static void examine_game(odd_games *odd, const char *id, const game_rows *rows)
{
    if (rows->offense == 0 || rows->defense == 0 || rows->players == 0)
        add_example(&odd->tables, id);
    else if (rows->offense != TEAM_ROWS_PER_GAME || rows->defense != TEAM_ROWS_PER_GAME)
        add_example(&odd->teams, id);
    if (rows->players == 0)
        return;
    if (rows->players < MIN_PLAYER_ROWS_PER_GAME || rows->players > MAX_PLAYER_ROWS_PER_GAME)
        add_example(&odd->players, id);
    if (!rows->home_players || !rows->away_players)
        add_example(&odd->sides, id);
}

/* Games of the schedule that no table has a row of. */
static void examine_schedule(odd_games *odd, const asked_rows *asked, const game_rows *games)
{
    const bf_history *history = asked->history;
    const bf_day *dates = BF_INPUT_COLUMN(history, schedule, game_date, bf_day);
    for (int64_t i = 0; i < history->inputs[BF_INPUT_schedule].rows; i++) {
        if (season_of(asked, dates[i]) < 0 || !bf_schedule_is_league_game(history, i))
            continue;
        char id[BF_GAME_TEXT_BYTES];
        bf_schedule_game_id(id, history, i);
        int32_t game = bf_dictionary_find(&history->dictionaries[BF_DICT_GAMES], id);
        if (game < 0 || games[game].players + games[game].offense + games[game].defense == 0)
            add_example(&odd->tables, id);
    }
}

__attribute__((format(printf, 3, 4))) static void tell_odd(bf_preflight *out, const examples *odd,
                                                           const char *format, ...)
{
    char what[BF_FINDING_BYTES];
    if (odd->count == 0)
        return;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(what, sizeof what, format, args);
    va_end(args);
    add(out, BF_FINDING_WARNING, "%d games %s: %s%s", odd->count, what, odd->text,
        odd->count > EXAMPLES ? ", ..." : "");
}

static void check_games(bf_preflight *out, const asked_rows *asked, const game_rows *games)
{
    odd_games odd = {.tables = {0}};
    const bf_dictionary *ids = &asked->history->dictionaries[BF_DICT_GAMES];
    for (int32_t g = 0; g < ids->count; g++) {
        if (games[g].players + games[g].offense + games[g].defense > 0)
            examine_game(&odd, bf_dictionary_text(ids, g), &games[g]);
    }
    examine_schedule(&odd, asked, games);
    tell_odd(out, &odd.tables, "are not in all of player, team offense and team defense rows");
    tell_odd(out, &odd.teams, "have not exactly %d team rows", TEAM_ROWS_PER_GAME);
    tell_odd(out, &odd.players, "have fewer than %d or more than %d player rows",
             MIN_PLAYER_ROWS_PER_GAME, MAX_PLAYER_ROWS_PER_GAME);
    tell_odd(out, &odd.sides, "have player rows of one team only");
}

static void count_player_rows(game_rows *games, const asked_rows *asked)
{
    const bf_history *history = asked->history;
    const bf_day *dates = BF_INPUT_COLUMN(history, pgs, game_date, bf_day);
    const int32_t *ids = BF_INPUT_COLUMN(history, pgs, game_id, int32_t);
    const int32_t *teams = BF_INPUT_COLUMN(history, pgs, team_abbr, int32_t);
    for (int64_t i = 0; i < history->inputs[BF_INPUT_pgs].rows; i++) {
        if (season_of(asked, dates[i]) < 0)
            continue;
        game_rows *game = &games[ids[i]];
        game->players++;
        *(teams[i] == history->game_home[ids[i]] ? &game->home_players : &game->away_players) =
            true;
    }
}

static void count_team_rows(game_rows *games, const asked_rows *asked)
{
    const bf_history *history = asked->history;
    const bf_day *dates = BF_INPUT_COLUMN(history, tog, game_date, bf_day);
    const int32_t *ids = BF_INPUT_COLUMN(history, tog, game_id, int32_t);
    for (int64_t i = 0; i < history->inputs[BF_INPUT_tog].rows; i++)
        games[ids[i]].offense += season_of(asked, dates[i]) >= 0;
    dates = BF_INPUT_COLUMN(history, tdg, game_date, bf_day);
    ids = BF_INPUT_COLUMN(history, tdg, game_id, int32_t);
    for (int64_t i = 0; i < history->inputs[BF_INPUT_tdg].rows; i++)
        games[ids[i]].defense += season_of(asked, dates[i]) >= 0;
}

static bf_status count_games(bf_preflight *out, const asked_rows *asked, bf_error *err)
{
    game_rows *games;
    BF_TRY(BF_ALLOC(&games, (size_t)asked->history->dictionaries[BF_DICT_GAMES].count, err));
    count_player_rows(games, asked);
    count_team_rows(games, asked);
    check_games(out, asked, games);
    free(games);
    return BF_OK;
}

bf_status bf_preflight_check(bf_preflight *out, const bf_history *history, const bf_day *dates,
                             int32_t date_count, bf_error *err)
{
    asked_rows asked = {.season = NULL};
    *out = (bf_preflight){0};
    BF_TRY(check_dates(out, history, dates, date_count, err));
    BF_TRY(find_asked(&asked, history, dates, date_count, err));
    check_doubles(out, &asked);
    check_minutes(out, &asked);
    check_zones(out, &asked);
    bf_status st = count_games(out, &asked, err);
    free(asked.season);
    return st;
}
