#include "compute/features/psza.h"

#include "compute/features/processor.h"
#include "compute/history/window.h"

enum {
    SHORT_GAMES = 10,     /* games; the short window, and the fewest for a row (§3.2) */
    LONG_GAMES = 20,      /* games; the long window (§3.2) */
    LONG_MIN_GAMES = 15,  /* games; columns of the long window are null below (§3.4 rows 16, 17) */
    PAINT_RATE = 4000,    /* 0.01 percent; from here on a player shoots from the paint (§3.5) */
    THREE_PT_RATE = 4000, /* 0.01 percent */
    MID_RANGE_RATE = 3500 /* 0.01 percent */
};

/* ---- select (§3.2, §5)
 * ---------------------------------------------------------------------------- */

static bf_psza_windows windows_of_season(bf_window season)
{
    return (bf_psza_windows){.last_10 = bf_window_last(season, SHORT_GAMES),
                             .last_20 = bf_window_last(season, LONG_GAMES)};
}

bf_psza_windows bf_psza_windows_of(const bf_history *history, bf_day as_of, int32_t player)
{
    return windows_of_season(bf_window_season(&history->series[BF_SERIES_SHOTS], player, as_of));
}

static void select_player(bf_selection *out, const bf_date *date, int32_t player)
{
    const bf_history *history = date->history;
    bf_window season = bf_window_season(&history->series[BF_SERIES_SHOTS], player, date->day);
    int64_t n = bf_window_games(season);
    if (n == 0)
        return;
    if (n < SHORT_GAMES)
        bf_selection_fail(out, date, history->player_entity[player], BF_FAILURE_EXPECTED_INCOMPLETE,
                          BF_REASON_PLAYER_SHOOTING_GAMES, false, SHORT_GAMES, (int8_t)n);
    else if (bf_window_has(bf_window_last(season, LONG_GAMES), BF_SHOTS_negative)) /* P12 */
        bf_selection_fail(out, date, history->player_entity[player], BF_FAILURE_PROCESSING_ERROR,
                          BF_REASON_NEGATIVE_COUNT, false, BF_NULL_I8, BF_NULL_I8);
    else {
        out->windows[out->count] = season;
        bf_selection_add(out, player);
    }
}

bf_status bf_psza_select(bf_selection *out, bf_date *date, bf_error *err)
{
    bf_shooters players = bf_history_shooters(date->history, date->day);
    BF_TRY(bf_selection_init(out, date, players.count, err));
    BF_TRY(BF_ARENA_ALLOC(&out->windows, &date->arena, (size_t)players.count, err));
    for (int64_t i = 0; i < players.count; i++) {
        if (i + BF_WINDOW_AHEAD < players.count)
            bf_window_prefetch_season(&date->history->series[BF_SERIES_SHOTS],
                                      players.players[i + BF_WINDOW_AHEAD], date->day);
        select_player(out, date, players.players[i]);
    }
    if (out->count == 0 && out->failure_count == 0) /* P13, B10 */
        bf_selection_fail_date(out, date, BF_REASON_NO_PLAYER_GAMES);
    return BF_OK;
}

/* ---- facts (§3.3)
 * --------------------------------------------------------------------------------- */

void bf_psza_facts_of(bf_psza_facts *out, const bf_psza_windows *windows)
{
    bf_window w10 = windows->last_10, w20 = windows->last_20;
    const bf_window_sums s10 = bf_window_sums_of(w10), s20 = bf_window_sums_of(w20);
    *out = (bf_psza_facts){
        .games_10 = (int32_t)bf_window_games(w10),
        .paint_attempts_10 = bf_sum(s10, BF_SHOTS_sum_paint_attempts),
        .paint_makes_10 = bf_sum(s10, BF_SHOTS_sum_paint_makes),
        .paint_known_10 = bf_sum(s10, BF_SHOTS_count_paint_attempts),
        .mid_range_attempts_10 = bf_sum(s10, BF_SHOTS_sum_mid_range_attempts),
        .mid_range_makes_10 = bf_sum(s10, BF_SHOTS_sum_mid_range_makes),
        .mid_range_known_10 = bf_sum(s10, BF_SHOTS_count_mid_range_attempts),
        .three_pt_attempts_10 = bf_sum(s10, BF_SHOTS_sum_three_pt_attempts),
        .three_pt_makes_10 = bf_sum(s10, BF_SHOTS_sum_three_pt_makes),
        .three_pt_known_10 = bf_sum(s10, BF_SHOTS_count_three_pt_attempts),
        .fg_makes_10 = bf_sum(s10, BF_SHOTS_sum_fg_makes),
        .assisted_10 = bf_sum(s10, BF_SHOTS_sum_assisted_fg_makes),
        .unassisted_10 = bf_sum(s10, BF_SHOTS_sum_unassisted_fg_makes),
        .games_20 = (int32_t)bf_window_games(w20),
        .paint_attempts_20 = bf_sum(s20, BF_SHOTS_sum_paint_attempts),
        .paint_makes_20 = bf_sum(s20, BF_SHOTS_sum_paint_makes),
        .paint_known_20 = bf_sum(s20, BF_SHOTS_count_paint_attempts),
        .mid_range_attempts_20 = bf_sum(s20, BF_SHOTS_sum_mid_range_attempts),
        .mid_range_known_20 = bf_sum(s20, BF_SHOTS_count_mid_range_attempts),
        .three_pt_attempts_20 = bf_sum(s20, BF_SHOTS_sum_three_pt_attempts),
        .three_pt_known_20 = bf_sum(s20, BF_SHOTS_count_three_pt_attempts),
    };
}

/* ---- values (§3.3, §3.4, §3.5)
 * -------------------------------------------------------------------- */

int8_t bf_psza_primary_zone(int32_t paint_rate, int32_t mid_range_rate, int32_t three_pt_rate)
{
    /* The null is below every threshold, as the 0 that it is read as. */
    if (paint_rate <= 0 && mid_range_rate <= 0 && three_pt_rate <= 0)
        return BF_NULL_I8;
    if (paint_rate >= PAINT_RATE)
        return BF_SCORING_ZONE_PAINT;
    if (three_pt_rate >= THREE_PT_RATE)
        return BF_SCORING_ZONE_PERIMETER;
    return mid_range_rate >= MID_RANGE_RATE ? BF_SCORING_ZONE_MID_RANGE : BF_SCORING_ZONE_BALANCED;
}

int8_t bf_psza_quality(int32_t games, int32_t window)
{
    if (games >= window)
        return BF_SAMPLE_QUALITY_EXCELLENT;
    if (games >= 7 * window / 10)
        return BF_SAMPLE_QUALITY_GOOD;
    return games >= window / 2 ? BF_SAMPLE_QUALITY_LIMITED : BF_SAMPLE_QUALITY_INSUFFICIENT;
}

/* A rounded value in its column; null unless the condition holds. */
#define STORE_IF(condition, field, value)                                                          \
    do {                                                                                           \
        out->field = BF_NULL_I32;                                                                  \
        if (condition)                                                                             \
            out->field = bf_fit(bf_round_even(value, columns[BF_psza_##field].decimals),           \
                                &columns[BF_psza_##field], &nulled[BF_psza_##field]);              \
    } while (0)

static double share(int32_t part, int32_t whole)
{
    return (double)part / (double)whole;
}

void bf_psza_values_of(bf_psza_row *out, const bf_psza_facts *f, const bf_psza_windows *windows,
                       const bf_history *history, bf_day as_of, int32_t player, int64_t *nulled)
{
    const bf_column *columns = bf_outputs[BF_OUTPUT_psza].columns;
    const double n = f->games_10;
    int32_t t10 = f->paint_attempts_10 + f->mid_range_attempts_10 + f->three_pt_attempts_10;
    int32_t t20 = f->paint_attempts_20 + f->mid_range_attempts_20 + f->three_pt_attempts_20;
    bool complete_10 =
        f->paint_known_10 > 0 && f->mid_range_known_10 > 0 && f->three_pt_known_10 > 0;
    bool complete_20 =
        f->paint_known_20 > 0 && f->mid_range_known_20 > 0 && f->three_pt_known_20 > 0;
    bool rates = complete_10 && t10 > 0; /* P7 */
    bool long_window = f->games_20 >= LONG_MIN_GAMES;

    out->player_lookup = player;
    out->universal_player_id = BF_INPUT_COLUMN(history, pgs, universal_player_id,
                                               int32_t)[bf_window_row(windows->last_10, 0)];
    out->analysis_date = as_of;
    STORE_IF(rates, paint_rate_last_10, share(f->paint_attempts_10, t10) * 100.0);
    STORE_IF(rates, mid_range_rate_last_10, share(f->mid_range_attempts_10, t10) * 100.0);
    STORE_IF(rates, three_pt_rate_last_10, share(f->three_pt_attempts_10, t10) * 100.0);
    out->total_shots_last_10 = t10 > 0 ? (int16_t)t10 : BF_NULL_I16;
    STORE_IF(f->paint_attempts_10 > 0, paint_pct_last_10,
             share(f->paint_makes_10, f->paint_attempts_10));
    STORE_IF(f->mid_range_attempts_10 > 0, mid_range_pct_last_10,
             share(f->mid_range_makes_10, f->mid_range_attempts_10));
    STORE_IF(f->three_pt_attempts_10 > 0, three_pt_pct_last_10,
             share(f->three_pt_makes_10, f->three_pt_attempts_10));
    STORE_IF(true, paint_attempts_per_game, f->paint_attempts_10 / n);
    STORE_IF(true, mid_range_attempts_per_game, f->mid_range_attempts_10 / n);
    STORE_IF(true, three_pt_attempts_per_game, f->three_pt_attempts_10 / n);
    STORE_IF(long_window && complete_20 && t20 > 0, paint_rate_last_20,
             share(f->paint_attempts_20, t20) * 100.0);
    STORE_IF(long_window && f->paint_attempts_20 > 0, paint_pct_last_20,
             share(f->paint_makes_20, f->paint_attempts_20));
    out->games_in_sample_20 = (int8_t)f->games_20;
    out->sample_quality_20 = bf_psza_quality(f->games_20, LONG_GAMES);
    STORE_IF(rates && f->fg_makes_10 > 0, assisted_rate_last_10,
             share(f->assisted_10, f->fg_makes_10) * 100.0);
    STORE_IF(rates && f->fg_makes_10 > 0, unassisted_rate_last_10,
             share(f->unassisted_10, f->fg_makes_10) * 100.0);
    out->primary_scoring_zone = bf_psza_primary_zone(
        out->paint_rate_last_10, out->mid_range_rate_last_10, out->three_pt_rate_last_10);
    out->source_player_game_hash = history->newest_player_hash[as_of - history->sizes.first_day];
    out->expected_games_count = out->actual_games_count = (int8_t)f->games_20;
}

bf_status bf_psza_compute(bf_date *date, bf_error *err)
{
    (void)err;
    const bf_selection *selected = &date->selections[BF_PROCESSOR_psza];
    bf_psza_row *rows = date->rows[BF_PROCESSOR_psza];
    for (int64_t i = 0; i < selected->count; i++) {
        if (i + BF_WINDOW_AHEAD < selected->count) {
            bf_window next = selected->windows[i + BF_WINDOW_AHEAD];
            bf_window_prefetch_sums(bf_window_last(next, SHORT_GAMES));
            bf_window_prefetch_sums(bf_window_last(next, LONG_GAMES));
        }
        bf_psza_windows windows = windows_of_season(selected->windows[i]);
        bf_psza_facts facts;
        bf_psza_facts_of(&facts, &windows);
        bf_psza_values_of(&rows[i], &facts, &windows, date->history, date->day,
                          selected->entities[i], date->nulled[BF_OUTPUT_psza]);
    }
    return BF_OK;
}
