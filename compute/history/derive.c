/* What is derived from a loaded history once: game types and dates, rows by day, source hashes. The
 * series are in series.c. */
#include "compute/history/derive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compute/base/memory.h"
#include "compute/history/league.h"

static void derive_entities(bf_history *history)
{
    const bf_dictionary *players = &history->dictionaries[BF_DICT_PLAYERS];
    const bf_dictionary *teams = &history->dictionaries[BF_DICT_TEAMS];
    const bf_dictionary *entities = &history->dictionaries[BF_DICT_ENTITIES];
    for (int32_t p = 0; p < players->count; p++)
        history->player_entity[p] = bf_dictionary_find(entities, bf_dictionary_text(players, p));
    for (int32_t t = 0; t < teams->count; t++) {
        history->team_entity[t] = bf_dictionary_find(entities, bf_dictionary_text(teams, t));
        history->team_is_league[t] = bf_team_is_league(bf_dictionary_text(teams, t));
    }
    bf_history_attach(history);
}

int8_t bf_schedule_game_type(const bf_history *history, int64_t row)
{
    int32_t number = BF_INPUT_COLUMN(history, schedule, game_id, int32_t)[row];
    return bf_game_type_of(bf_dictionary_text(&history->dictionaries[BF_DICT_NUMBERS], number),
                           BF_INPUT_COLUMN(history, schedule, is_playoffs, int8_t)[row],
                           BF_INPUT_COLUMN(history, schedule, is_regular_season, int8_t)[row]);
}

bool bf_schedule_is_league_game(const bf_history *history, int64_t row)
{
    enum { FINAL = 3 };
    int8_t status = BF_INPUT_COLUMN(history, schedule, game_status, int8_t)[row];
    int32_t away = BF_INPUT_COLUMN(history, schedule, away_team_tricode, int32_t)[row];
    int32_t home = BF_INPUT_COLUMN(history, schedule, home_team_tricode, int32_t)[row];
    return (status == FINAL || status == BF_NULL_I8) && history->team_is_league[away] &&
           history->team_is_league[home] &&
           bf_schedule_game_type(history, row) != BF_GAME_TYPE_OTHER;
}

void bf_schedule_game_id(char out[BF_GAME_TEXT_BYTES], const bf_history *history, int64_t row)
{
    const bf_dictionary *teams = &history->dictionaries[BF_DICT_TEAMS];
    int32_t away = BF_INPUT_COLUMN(history, schedule, away_team_tricode, int32_t)[row];
    int32_t home = BF_INPUT_COLUMN(history, schedule, home_team_tricode, int32_t)[row];
    int year, month, day;
    bf_day_to_civil(BF_INPUT_COLUMN(history, schedule, game_date, bf_day)[row], &year, &month,
                    &day);
    (void)snprintf(out, BF_GAME_TEXT_BYTES, "%04d%02d%02d_%s_%s", year, month, day,
                   bf_dictionary_text(teams, away), bf_dictionary_text(teams, home));
}

/* Codes of the two teams of a game id YYYYMMDD_AWAY_HOME; -1 where the dictionary lacks one. */
static void teams_of_game(const bf_history *history, const char *game_id, int32_t *away,
                          int32_t *home)
{
    const bf_dictionary *teams = &history->dictionaries[BF_DICT_TEAMS];
    char code[BF_KEY_TEXT_MAX + 1];
    const char *first = strchr(game_id, '_'),
               *second = first == NULL ? NULL : strchr(first + 1, '_');
    *away = *home = -1;
    if (second == NULL || strlen(game_id) > BF_KEY_TEXT_MAX)
        return;
    (void)snprintf(code, sizeof code, "%.*s", (int)(second - first - 1), first + 1);
    *away = bf_dictionary_find(teams, code);
    *home = bf_dictionary_find(teams, second + 1);
}

/* game_type and game_home of every game. Of two schedule rows for one game the first holds. */
static void derive_games(bf_history *history)
{
    const bf_dictionary *games = &history->dictionaries[BF_DICT_GAMES];
    for (int32_t g = 0; g < games->count; g++) {
        int32_t away;
        history->game_type[g] = BF_NULL_I8;
        teams_of_game(history, bf_dictionary_text(games, g), &away, &history->game_home[g]);
    }
    for (int64_t i = 0; i < history->inputs[BF_INPUT_schedule].rows; i++) {
        char game_id[BF_GAME_TEXT_BYTES];
        bf_schedule_game_id(game_id, history, i);
        int32_t game = bf_dictionary_find(games, game_id);
        if (game >= 0 && history->game_type[game] == BF_NULL_I8)
            history->game_type[game] = bf_schedule_game_type(history, i);
    }
}

/* Marks games that have a row of another date than their day in `days`, counted from 1; 0 is none
 * yet. */
static void mark_redated(bf_history *history, int32_t *days, const int32_t *games,
                         const bf_day *dates, int64_t rows)
{
    for (int64_t i = 0; i < rows; i++) {
        int32_t *known = &days[games[i]], day = dates[i] - history->sizes.first_day + 1;
        history->game_redated[games[i]] |= *known != 0 && *known != day;
        *known = day;
    }
}

static bf_status derive_redated(bf_history *history, bf_error *err)
{
    int32_t *days;
    BF_TRY(BF_ALLOC(&days, (size_t)history->dictionaries[BF_DICT_GAMES].count, err));
    mark_redated(history, days, BF_INPUT_COLUMN(history, tog, game_id, int32_t),
                 BF_INPUT_COLUMN(history, tog, game_date, bf_day),
                 history->inputs[BF_INPUT_tog].rows);
    mark_redated(history, days, BF_INPUT_COLUMN(history, pgs, game_id, int32_t),
                 BF_INPUT_COLUMN(history, pgs, game_date, bf_day),
                 history->inputs[BF_INPUT_pgs].rows);
    free(days);
    return BF_OK;
}

/* Index of the season that a day lies in; -1 if the snapshot lacks it. */
static int32_t season_of(const bf_history *history, bf_day day)
{
    int32_t s = 0;
    while (s < history->sizes.season_count && history->season_days[s].end <= day)
        s++;
    return s < history->sizes.season_count && history->season_days[s].first <= day ? s : -1;
}

/* Marks the game dates (B4): final league games of the schedule between two of the teams; in a
 * season without a schedule, dates of player rows whose game names two of the teams (resolution
 * 17). */
static void mark_game_dates(const bf_history *history, bool *is_game_date)
{
    bf_day first_day = history->sizes.first_day;
    const bool *is_league = history->team_is_league;
    const bf_day *dates = BF_INPUT_COLUMN(history, schedule, game_date, bf_day);
    for (int64_t i = 0; i < history->inputs[BF_INPUT_schedule].rows; i++) {
        if (bf_schedule_is_league_game(history, i))
            is_game_date[dates[i] - first_day] = true;
    }
    bool all_scheduled = true;
    for (int32_t s = 0; s < history->sizes.season_count; s++)
        all_scheduled &= history->sizes.scheduled[s];
    const bf_day *listed = BF_INPUT_COLUMN(history, pgs, game_date, bf_day);
    const int32_t *games = BF_INPUT_COLUMN(history, pgs, game_id, int32_t);
    for (int64_t i = 0; !all_scheduled && i < history->inputs[BF_INPUT_pgs].rows; i++) {
        int32_t away, home, s = season_of(history, listed[i]);
        if (s < 0 || history->sizes.scheduled[s])
            continue;
        teams_of_game(history, bf_dictionary_text(&history->dictionaries[BF_DICT_GAMES], games[i]),
                      &away, &home);
        if (away >= 0 && home >= 0 && is_league[away] && is_league[home])
            is_game_date[listed[i] - first_day] = true;
    }
}

static bf_status derive_game_dates(bf_history *history, bf_error *err)
{
    bf_day first_day = history->sizes.first_day;
    int32_t days = history->sizes.last_day - first_day + 1;
    bool *is_game_date = NULL;
    if (days <= 0)
        return BF_OK;
    BF_TRY(BF_ALLOC(&is_game_date, (size_t)days, err));
    mark_game_dates(history, is_game_date);
    int32_t count = 0;
    for (int32_t i = 0; i < days; i++) {
        if (is_game_date[i])
            history->game_dates[count++] = first_day + i;
    }
    *history->game_date_count = count;
    free(is_game_date);
    return BF_OK;
}

/* Counting sort of rows by date; rows of one date keep their order, which is (entity, game_id). */
static bf_status derive_by_day(bf_by_day *out, const bf_history *history, const bf_day *dates,
                               int64_t rows, bf_error *err)
{
    bf_day first_day = history->sizes.first_day;
    int32_t days = history->sizes.last_day - first_day + 1;
    int64_t *next = NULL;
    if (rows == 0)
        return BF_OK;
    BF_TRY(BF_ALLOC(&next, (size_t)days + 1, err));
    for (int64_t i = 0; i < rows; i++)
        next[dates[i] - first_day + 1]++;
    int32_t count = 0;
    for (int32_t d = 0; d < days; d++) {
        if (next[d + 1] > 0) {
            out->days[count] = first_day + d;
            out->first[count++] = next[d];
        }
        next[d + 1] += next[d];
    }
    out->first[count] = rows;
    *out->count = count;
    for (int64_t i = 0; i < rows; i++)
        out->row[next[dates[i] - first_day]++] = (int32_t)i;
    free(next);
    return BF_OK;
}

/* out[i] = data_hash of the row with the greatest processed_at (ties: greatest hash) of all rows
 * before first_day + i, or with `by_season` of those since 1 October (spec/zones.md P8). */
static bf_status derive_newest_hash(uint64_t *out, const bf_history *history, const bf_day *dates,
                                    const uint64_t *hashes, const int64_t *processed, int64_t rows,
                                    bool by_season, bf_error *err)
{
    bf_day first_day = history->sizes.first_day;
    int32_t days = history->sizes.last_day - first_day + 1;
    int64_t *when = NULL;
    if (days <= 0)
        return BF_OK;
    BF_TRY(BF_ALLOC(&when, (size_t)days + 1, err));
    for (int64_t i = 0; i < rows; i++) {
        int32_t at = dates[i] - first_day + 1;
        if (hashes[i] == BF_NULL_U64 || processed[i] == BF_NULL_I64)
            continue;
        if (out[at] == BF_NULL_U64 || processed[i] > when[at] ||
            (processed[i] == when[at] && hashes[i] > out[at])) {
            out[at] = hashes[i];
            when[at] = processed[i];
        }
    }
    for (int32_t at = 1; at <= days; at++) {
        bool new_season = bf_season_year(first_day + at - 1) != bf_season_year(first_day + at - 2);
        if (out[at - 1] == BF_NULL_U64 || (by_season && new_season))
            continue;
        if (out[at] == BF_NULL_U64 || when[at - 1] > when[at] ||
            (when[at - 1] == when[at] && out[at - 1] > out[at])) {
            out[at] = out[at - 1];
            when[at] = when[at - 1];
        }
    }
    free(when);
    return BF_OK;
}

/* The rest relies on rows sorted by (entity, date, game_id), inside the day range and the seasons.
 */
static bf_status check_sorted(const bf_history *history, bf_input table, int entity, int game,
                              int date, bf_error *err)
{
    const bf_columns *columns = &history->inputs[table];
    const int32_t *entities = columns->data[entity], *games = columns->data[game];
    const bf_day *dates = columns->data[date];
    for (int64_t i = 0; i < columns->rows; i++) {
        bool inside = dates[i] >= history->sizes.first_day && dates[i] <= history->sizes.last_day &&
                      season_of(history, dates[i]) >= 0;
        bool sorted =
            i == 0 || entities[i - 1] < entities[i] ||
            (entities[i - 1] == entities[i] &&
             (dates[i - 1] < dates[i] || (dates[i - 1] == dates[i] && games[i - 1] <= games[i])));
        if (!inside || !sorted)
            return bf_error_set(
                err, BF_E_INPUT,
                "snapshot table %s: row %lld is not in order (entity, date, game); import again",
                columns->schema->name, (long long)i);
    }
    return BF_OK;
}

/* All but what is derived of player rows alone. */
static bf_status derive_calendar(bf_history *history, bf_error *err)
{
    BF_TRY(check_sorted(history, BF_INPUT_tog, BF_tog_team_abbr, BF_tog_game_id, BF_tog_game_date,
                        err));
    BF_TRY(check_sorted(history, BF_INPUT_tdg, BF_tdg_defending_team_abbr, BF_tdg_game_id,
                        BF_tdg_game_date, err));
    derive_entities(history);
    derive_games(history);
    BF_TRY(derive_redated(history, err));
    BF_TRY(derive_game_dates(history, err));
    BF_TRY(derive_by_day(&history->listed, history,
                         BF_INPUT_COLUMN(history, pgs, game_date, bf_day),
                         history->inputs[BF_INPUT_pgs].rows, err));
    BF_TRY(derive_by_day(&history->context, history,
                         BF_INPUT_COLUMN(history, upgc, game_date, bf_day),
                         history->inputs[BF_INPUT_upgc].rows, err));
    BF_TRY(derive_by_day(&history->team_games, history,
                         BF_INPUT_COLUMN(history, tog, game_date, bf_day),
                         history->inputs[BF_INPUT_tog].rows, err));
    BF_TRY(derive_newest_hash(history->newest_player_hash, history,
                              BF_INPUT_COLUMN(history, pgs, game_date, bf_day),
                              BF_INPUT_COLUMN(history, pgs, data_hash, uint64_t),
                              BF_INPUT_COLUMN(history, pgs, processed_at, int64_t),
                              history->inputs[BF_INPUT_pgs].rows, false, err));
    BF_TRY(derive_newest_hash(history->newest_defense_hash, history,
                              BF_INPUT_COLUMN(history, tdg, game_date, bf_day),
                              BF_INPUT_COLUMN(history, tdg, data_hash, uint64_t),
                              BF_INPUT_COLUMN(history, tdg, processed_at, int64_t),
                              history->inputs[BF_INPUT_tdg].rows, true, err));
    bf_series_derive_teams(history);
    return BF_OK;
}

bf_status bf_history_derive(bf_history *history, int part, int parts, bf_error *err)
{
    enum { SHOTS, PLAYED, CALENDAR, PIECES }; /* none needs another */
    if (part < PIECES) /* player rows are checked by every part that reads their dates */
        BF_TRY(check_sorted(history, BF_INPUT_pgs, BF_pgs_player_lookup, BF_pgs_game_id,
                            BF_pgs_game_date, err));
    if (part == SHOTS % parts)
        bf_series_derive_shots(history);
    if (part == PLAYED % parts)
        bf_series_derive_played(history);
    return part == CALENDAR % parts ? derive_calendar(history, err) : BF_OK;
}
