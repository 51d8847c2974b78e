#include "compute/features/context.h"

#include <string.h>

enum {
    COVERED_TENTHS =
        9,            /* tenths of the listed players; from here on a context table is used (§1) */
    DAYS_7 = 7,       /* days; first day D - 7 (§2) */
    DAYS_14 = 14,     /* days; first day D - 14 (§2) */
    WIN7_FIRST = 6,   /* days; first day of the 7-day window of parity (players.md §3.2) */
    WIN14_FIRST = 14, /* days; first day of its 14-day window */
    USAGE_GAMES = 7,  /* games; mean usage rate (§2) */
    PACE_GAMES = 10,  /* games; team paces (§2) and PDC's team window (players.md §5.1) */
    LEAGUE_PACE_DAYS = 30,     /* days; the league's pace (§2) */
    LEAGUE_PACE_MIN_GAMES = 10 /* rows with a pace; below this the default holds (resolution 9) */
};
static const double LEAGUE_PACE_DEFAULT = 100.0; /* possessions (§2, resolution 21) */

const char *bf_context_mode_name(bf_context_mode mode)
{
    static const char *const names[] = {"auto", "derived", "parity"};
    return names[mode];
}

/* ---- who is listed (§1, §2, players.md §3.2)
 * ------------------------------------------------------- */

/* Asks for the memory of what a row listed on a date has in the columns that are read here. */
static void prefetch_row(const bf_history *history, int32_t row)
{
#define PREFETCH(column, type) __builtin_prefetch(&BF_INPUT_COLUMN(history, pgs, column, type)[row])
    PREFETCH(player_lookup, int32_t);
    PREFETCH(universal_player_id, int32_t);
    PREFETCH(is_active, int8_t);
    PREFETCH(game_id, int32_t);
    PREFETCH(team_abbr, int32_t);
    PREFETCH(opponent_team_abbr, int32_t);
#undef PREFETCH
}

/* One row for each player listed on the date: of several the one with a universal id, then the
 * smaller game id, which comes first (players.md §1.4, rows dated D: minutes may not be looked at).
 */
static int64_t list_players(bf_context_row *out, const bf_history *history, bf_day_rows day)
{
    const int32_t *player = BF_INPUT_COLUMN(history, pgs, player_lookup, int32_t);
    const int32_t *universal = BF_INPUT_COLUMN(history, pgs, universal_player_id, int32_t);
    const int8_t *active = BF_INPUT_COLUMN(history, pgs, is_active, int8_t);
    int64_t count = 0;
    for (int64_t i = 0; i < day.count; i++) {
        int32_t row = day.row[i];
        if (i + BF_WINDOW_AHEAD < day.count)
            prefetch_row(history, day.row[i + BF_WINDOW_AHEAD]);
        if (count == 0 || out[count - 1].player != player[row]) {
            out[count++] = (bf_context_row){.player = player[row],
                                            .source_row = row,
                                            .listed = true,
                                            .active = active[row] == 1};
            continue;
        }
        bf_context_row *same = &out[count - 1];
        same->active |= active[row] == 1;
        if (universal[same->source_row] == BF_NULL_I32 && universal[row] != BF_NULL_I32)
            same->source_row = row;
    }
    return count;
}

/* The table's rows of the date as a context; false if they cover too few of the listed players
 * (§1). */
static bool list_table(bf_context *context, bf_context_row *out, const bf_history *history,
                       bf_day_rows table)
{
    const int32_t *player = BF_INPUT_COLUMN(history, upgc, player_lookup, int32_t);
    int64_t covered = 0, covered_active = 0, active = 0, at = 0, count = 0;
    for (int64_t i = 0; i < context->listed; i++)
        active += context->rows[i].active;
    for (int64_t i = 0; i < table.count; i++) {
        int32_t code = player[table.row[i]];
        while (at < context->listed && context->rows[at].player < code)
            at++;
        bool listed = at < context->listed && context->rows[at].player == code;
        bool is_active = listed && context->rows[at].active;
        out[count++] = (bf_context_row){
            .player = code, .source_row = table.row[i], .listed = listed, .active = is_active};
        covered += listed;
        covered_active += is_active;
    }
    if (covered == 0 || 10 * covered < COVERED_TENTHS * context->listed)
        return false;
    context->rows = out;
    context->count = count;
    context->active_without_row = active - covered_active;
    return true;
}

#define IDENTIFY(table, row)                                                                       \
    do {                                                                                           \
        int32_t source = (row)->source_row;                                                        \
        (row)->universal_player_id =                                                               \
            BF_INPUT_COLUMN(history, table, universal_player_id, int32_t)[source];                 \
        (row)->game = BF_INPUT_COLUMN(history, table, game_id, int32_t)[source];                   \
        (row)->team = BF_INPUT_COLUMN(history, table, team_abbr, int32_t)[source];                 \
        (row)->opponent = BF_INPUT_COLUMN(history, table, opponent_team_abbr, int32_t)[source];    \
    } while (0)

bf_status bf_context_list(bf_context **out, bf_date *date, bf_error *err)
{
    const bf_history *history = date->history;
    *out = date->context;
    if (*out != NULL)
        return BF_OK;
    bf_day_rows day = bf_history_day_rows(&history->listed, date->day);
    bf_day_rows table = bf_history_day_rows(&history->context, date->day);
    BF_TRY(BF_ARENA_ALLOC(out, &date->arena, 1, err));
    bf_context *context = *out;
    BF_TRY(BF_ARENA_ALLOC(&context->rows, &date->arena, (size_t)day.count, err));
    BF_TRY(BF_ARENA_ALLOC(&context->teams, &date->arena,
                          (size_t)history->dictionaries[BF_DICT_TEAMS].count, err));
    context->mode =
        date->context_mode == BF_CONTEXT_PARITY ? BF_CONTEXT_PARITY : BF_CONTEXT_DERIVED;
    context->count = context->listed = list_players(context->rows, history, day);
    if (date->context_mode == BF_CONTEXT_AUTO && table.count > 0) {
        bf_context_row *rows;
        BF_TRY(BF_ARENA_ALLOC(&rows, &date->arena, (size_t)table.count, err));
        if (list_table(context, rows, history, table))
            context->mode = BF_CONTEXT_AUTO;
    }
    const bf_series *played = &history->series[BF_SERIES_PLAYED];
    for (int64_t i = 0; i < context->count; i++) {
        bf_context_row *row = &context->rows[i];
        if (i + BF_WINDOW_AHEAD < context->count)
            bf_window_prefetch_season(played, row[BF_WINDOW_AHEAD].player, date->day);
        if (context->mode == BF_CONTEXT_AUTO)
            IDENTIFY(upgc, row);
        else
            IDENTIFY(pgs, row);
        row->played = bf_window_season(played, row->player, date->day);
    }
    date->context = context;
    return BF_OK;
}

/* ---- facts of teams and of the league
 * --------------------------------------------------------------- */

/* is_production_ready of the team's context row of the date; a missing row is not ready (resolution
 * 21). */
static bool team_is_ready(const bf_history *history, int32_t team, bf_day day)
{
    const int64_t *first = history->entity_first[BF_INPUT_utgc];
    const bf_day *dates = BF_INPUT_COLUMN(history, utgc, game_date, bf_day);
    for (int64_t i = first[team]; i < first[team + 1]; i++) {
        if (dates[i] == day)
            return BF_INPUT_COLUMN(history, utgc, is_production_ready, int8_t)[i] == 1;
    }
    return false;
}

const bf_context_team *bf_context_team_of(bf_context *context, const bf_date *date, int32_t team)
{
    bf_context_team *out = &context->teams[team];
    const bf_series *games = &date->history->series[BF_SERIES_OFFENSE];
    if (out->known)
        return out;
    out->known = true;
    out->season = bf_window_season(games, team, date->day);
    out->last10 = bf_window_last(bf_window_all_seasons(out->season, team), PACE_GAMES);
    out->season10 = bf_window_last(out->season, PACE_GAMES);
    out->ready = context->mode == BF_CONTEXT_AUTO && team_is_ready(date->history, team, date->day);
    return out;
}

/* S / (scale * n): exact sum, one division (players.md §1.3). Null without a value. */
static double mean(int32_t sum, int32_t scale, int64_t count)
{
    return count == 0 ? BF_NULL_F64 : (double)sum / (double)(scale * count);
}

static void fill_league(bf_context *context, const bf_date *date)
{
    bf_window season = bf_window_season(&date->history->series[BF_SERIES_LEAGUE], 0, date->day);
    context->league_pace = LEAGUE_PACE_DEFAULT;
    context->league = bf_window_last(season, 0);
    if (context->mode != BF_CONTEXT_DERIVED)
        return;
    context->league = bf_window_days(season, date->day, LEAGUE_PACE_DAYS);
    int32_t games = bf_window_sum(context->league, BF_LEAGUE_count_pace);
    if (games >= LEAGUE_PACE_MIN_GAMES)
        context->league_pace = mean(bf_window_sum(context->league, BF_LEAGUE_sum_pace), 10, games);
}

/* ---- facts of a player
 * ------------------------------------------------------------------------------ */

bf_context_windows bf_context_windows_of(const bf_context_row *row, bf_context *context,
                                         const bf_date *date)
{
    bf_window none = bf_window_last(row->played, 0);
    bf_window opponent = bf_context_team_of(context, date, row->opponent)->season10;
    if (context->mode == BF_CONTEXT_AUTO)
        return (bf_context_windows){none, none, none, none, none, none};
    if (context->mode == BF_CONTEXT_PARITY) { /* players.md §3.2 */
        bf_window before =
            bf_window_before(&date->history->series[BF_SERIES_PLAYED], row->player, date->day);
        bf_window last7 = bf_window_days(before, date->day, WIN7_FIRST);
        return (bf_context_windows){.last_7_days = last7,
                                    .last_14_days = bf_window_days(before, date->day, WIN14_FIRST),
                                    .usage_games = last7,
                                    .team_last_10 = none,
                                    .opponent_last_10 = opponent,
                                    .league_last_30_days = none};
    }
    return (bf_context_windows){.last_7_days = bf_window_days(row->played, date->day, DAYS_7),
                                .last_14_days = bf_window_days(row->played, date->day, DAYS_14),
                                .usage_games = bf_window_last(row->played, USAGE_GAMES),
                                .team_last_10 =
                                    bf_context_team_of(context, date, row->team)->season10,
                                .opponent_last_10 = opponent,
                                .league_last_30_days = context->league};
}

static const bf_context_facts NOTHING = {
#define FACT(name, unit, text) .name = BF_NULL_I32,
#define FACT_REAL(name, unit, text) .name = BF_NULL_F64,
#define FACT_CODE(name, set, text) .name = BF_NULL_I32,
#include "compute/features/context_facts.def"
#undef FACT
#undef FACT_REAL
#undef FACT_CODE
};

/* Tenths to whole minutes, half away from zero; minutes are never negative. */
static int32_t whole_minutes(int32_t tenths)
{
    return (tenths + 5) / 10;
}

static void fill_workload(bf_context_facts *f, const bf_context_windows *w)
{
    bf_window last7 = w->last_7_days, last14 = w->last_14_days;
    f->games_7 = (int32_t)bf_window_games(last7);
    f->games_14 = (int32_t)bf_window_games(last14);
    f->minutes_sum_7 = bf_window_sum(last7, BF_PLAYED_sum_minutes_played);
    f->minutes_sum_14 = bf_window_sum(last14, BF_PLAYED_sum_minutes_played);
    f->minutes_7 = whole_minutes(f->minutes_sum_7);
    f->minutes_14 = whole_minutes(f->minutes_sum_14);
    f->avg_minutes_7 = mean(f->minutes_sum_7, 10, f->games_7);
}

static void fill_usage(bf_context_facts *f, bf_window games)
{
    f->usage_sum_7 = bf_window_sum(games, BF_PLAYED_sum_usage_rate);
    f->usage_games_7 = bf_window_sum(games, BF_PLAYED_count_usage_rate);
    f->avg_usage_7 = mean(f->usage_sum_7, 100, f->usage_games_7);
}

int32_t bf_context_age(bf_day birth_date, bf_day as_of)
{
    int born[3], now[3];
    bf_day_to_civil(birth_date, &born[0], &born[1], &born[2]);
    bf_day_to_civil(as_of, &now[0], &now[1], &now[2]);
    bool before_birthday = now[1] < born[1] || (now[1] == born[1] && now[2] < born[2]);
    return now[0] - born[0] - (before_birthday ? 1 : 0);
}

static int32_t age_of(const bf_history *history, int32_t player, bf_day as_of)
{
    const int64_t *first = history->entity_first[BF_INPUT_players];
    if (first[player] == first[player + 1])
        return BF_NULL_I32;
    bf_day birth_date = BF_INPUT_COLUMN(history, players, birth_date, bf_day)[first[player]];
    return birth_date == BF_NULL_I32 ? BF_NULL_I32 : bf_context_age(birth_date, as_of);
}

/* Pairs of rows on consecutive days: each counts at its later row, so the window's first row does
 * not. */
static int32_t consecutive_days(bf_window window)
{
    window.begin += window.begin < window.end ? 1 : 0;
    return bf_window_sum(window, BF_PLAYED_next_day);
}

/* The five fields that ML reads from the derived context in every mode but AUTO (§2, notes). */
static void fill_for_ml(bf_context_row *row, const bf_date *date, bf_window opponent)
{
    const bf_history *history = date->history;
    bf_context_facts *f = &row->facts;
    if (bf_window_games(row->played) > 0)
        f->ml_days_rest = date->day - bf_window_day(row->played, 0);
    f->ml_back_to_back = f->ml_days_rest == 1;
    if (bf_window_games(opponent) > 0)
        f->opponent_days_rest = date->day - bf_window_day(opponent, 0);
    f->home_game = history->game_home[row->game] == row->team;
    int8_t type = history->game_type[row->game];
    f->playoffs =
        type != BF_NULL_I8
            ? type == BF_GAME_TYPE_PLAYOFF
            : date->day >= bf_season_playoffs(bf_season_year(date->day)); /* resolution 10 */
}

/* §2. */
static void fill_derived(bf_context_row *row, bf_context *context, const bf_date *date)
{
    bf_context_facts *f = &row->facts;
    bf_context_windows w = bf_context_windows_of(row, context, date);
    fill_for_ml(row, date, w.opponent_last_10);
    f->days_rest = f->ml_days_rest;
    f->back_to_back = f->ml_back_to_back;
    fill_workload(f, &w);
    f->back_to_backs_14 = consecutive_days(w.last_14_days);
    fill_usage(f, w.usage_games);
    f->stars_out = 0;
    f->age = age_of(date->history, row->player, date->day);
    f->team_pace_sum = bf_window_sum(w.team_last_10, BF_OFFENSE_sum_pace);
    f->team_pace_games = bf_window_sum(w.team_last_10, BF_OFFENSE_count_pace);
    f->opponent_pace_sum = bf_window_sum(w.opponent_last_10, BF_OFFENSE_sum_pace);
    f->opponent_pace_games = bf_window_sum(w.opponent_last_10, BF_OFFENSE_count_pace);
    f->opponent_pace = mean(f->opponent_pace_sum, 10, f->opponent_pace_games);
    f->league_pace_sum = bf_window_sum(w.league_last_30_days, BF_LEAGUE_sum_pace);
    f->league_pace_games = bf_window_sum(w.league_last_30_days, BF_LEAGUE_count_pace);
    /* Null if either is null: a NaN goes through. */
    f->pace_differential =
        (mean(f->team_pace_sum, 10, f->team_pace_games) + f->opponent_pace) / 2.0 -
        context->league_pace;
    f->player_ready = f->team_ready = true;
}

/* players.md §3.2. */
static void fill_parity(bf_context_row *row, bf_context *context, const bf_date *date)
{
    bf_context_facts *f = &row->facts;
    bf_context_windows w = bf_context_windows_of(row, context, date);
    fill_for_ml(row, date, w.opponent_last_10);
    f->back_to_back =
        bf_window_games(w.last_14_days) > 0 && bf_window_day(w.last_14_days, 0) == date->day - 1;
    f->days_rest = f->back_to_back ? 0 : 1;
    fill_workload(f, &w);
    if (f->games_7 == 0)
        f->avg_minutes_7 = 0.0;
    fill_usage(f, w.usage_games);
    f->back_to_backs_14 = 0;
    f->stars_out = 0;
    f->player_ready = f->team_ready = true;
}

static int32_t from_i16(int16_t value)
{
    return value == BF_NULL_I16 ? BF_NULL_I32 : value;
}

static int32_t from_i8(int8_t value)
{
    return value == BF_NULL_I8 ? BF_NULL_I32 : value;
}

static double from_scaled(int32_t value, int digits)
{
    return value == BF_NULL_I32 ? BF_NULL_F64 : bf_decimal_value(value, digits);
}

/* The context table's row as it is (players.md §3.3). */
static void fill_table(bf_context_row *row, bf_context *context, const bf_date *date)
{
#define GIVEN(column, type) BF_INPUT_COLUMN(date->history, upgc, column, type)[row->source_row]
    bf_context_facts *f = &row->facts;
    f->days_rest = f->ml_days_rest = from_i16(GIVEN(days_rest, int16_t));
    f->back_to_back = f->ml_back_to_back = from_i8(GIVEN(back_to_back, int8_t));
    f->games_7 = from_i16(GIVEN(games_in_last_7_days, int16_t));
    f->games_14 = from_i16(GIVEN(games_in_last_14_days, int16_t));
    f->minutes_7 = from_i16(GIVEN(minutes_in_last_7_days, int16_t));
    f->minutes_14 = from_i16(GIVEN(minutes_in_last_14_days, int16_t));
    f->avg_minutes_7 = from_scaled(from_i16(GIVEN(avg_minutes_per_game_last_7, int16_t)), 1);
    f->back_to_backs_14 = from_i16(GIVEN(back_to_backs_last_14_days, int16_t));
    f->avg_usage_7 = from_scaled(GIVEN(avg_usage_rate_last_7_games, int32_t), 2);
    f->projected_usage = from_scaled(GIVEN(projected_usage_rate, int32_t), 2);
    f->stars_out = from_i16(GIVEN(star_teammates_out, int16_t));
    f->age = from_i16(GIVEN(player_age, int16_t));
    f->fourth_quarter_minutes_7 = from_i16(GIVEN(fourth_quarter_minutes_last_7, int16_t));
    f->opponent_pace = from_scaled(from_i16(GIVEN(opponent_pace_last_10, int16_t)), 1);
    f->pace_differential = from_scaled(from_i16(GIVEN(pace_differential, int16_t)), 1);
    f->opponent_days_rest = from_i16(GIVEN(opponent_days_rest, int16_t));
    f->home_game = from_i8(GIVEN(home_game, int8_t));
    int32_t phase = from_i8(GIVEN(season_phase, int8_t));
    f->playoffs = phase == BF_NULL_I32 ? BF_NULL_I32 : phase == BF_SEASON_PHASE_PLAYOFFS;
    f->player_status = from_i8(GIVEN(player_status, int8_t));
    f->player_ready = GIVEN(is_production_ready, int8_t) == 1;
    f->team_ready = bf_context_team_of(context, date, row->opponent)->ready;
#undef GIVEN
}

/* T', G and Q of players.md §6.2. */
static void fill_completeness(bf_context_row *row, bf_context *context, const bf_date *date)
{
    bf_window dates =
        bf_window_season(&date->history->series[BF_SERIES_LISTED], row->player, date->day);
    int32_t team = bf_completeness_team(date->history, dates, row->player, row->team);
    row->completeness =
        (bf_completeness_base){bf_context_team_of(context, date, team)->season, dates};
}

bf_status bf_context_of(bf_context **out, bf_date *date, bf_error *err)
{
    BF_TRY(bf_context_list(out, date, err));
    bf_context *context = *out;
    if (context->filled)
        return BF_OK;
    const bf_series *listed = &date->history->series[BF_SERIES_LISTED];
    fill_league(context, date);
    for (int64_t i = 0; i < context->count; i++) {
        bf_context_row *row = &context->rows[i];
        if (i + BF_WINDOW_AHEAD < context->count) {
            bf_window_prefetch_season(listed, row[BF_WINDOW_AHEAD].player, date->day);
            bf_window_prefetch_sums(bf_window_last(row[BF_WINDOW_AHEAD].played, USAGE_GAMES));
        }
        fill_completeness(row, context, date);
        row->facts = NOTHING;
        row->facts.season_games = (int32_t)bf_window_games(row->played);
        row->facts.league_pace = context->league_pace;
        if (context->mode == BF_CONTEXT_AUTO)
            fill_table(row, context, date);
        else if (context->mode == BF_CONTEXT_PARITY)
            fill_parity(row, context, date);
        else
            fill_derived(row, context, date);
    }
    context->filled = true;
    return BF_OK;
}

const bf_context_row *bf_context_find(const bf_context *context, int32_t player)
{
    int64_t low = 0, high = context->count;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (context->rows[middle].player < player)
            low = middle + 1;
        else
            high = middle;
    }
    return low < context->count && context->rows[low].player == player ? &context->rows[low] : NULL;
}

bf_context_mode bf_context_mode_find(const char *word)
{
    if (strcmp(word, "parity") == 0)
        return BF_CONTEXT_PARITY;
    return strcmp(word, "derived") == 0 ? BF_CONTEXT_DERIVED : BF_CONTEXT_AUTO;
}
