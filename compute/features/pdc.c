#include "compute/features/pdc.h"

#include "compute/features/completeness.h"
#include "compute/features/processor.h"

enum {
    SEASON_GAMES = 82,       /* games; the newest of the season that count (§5.1) */
    ABSOLUTE_MIN_GAMES = 5,  /* games; fewest for a row (§5.1) */
    MIN_GAMES = 10,          /* games; below this a row is early (§5.1) */
    BOOTSTRAP_MODE_DAYS = 30 /* days since 1 October (§1.2) */
};

/* ---- select (§5.1)
 * --------------------------------------------------------------------------------- */

bf_status bf_pdc_select(bf_selection *out, bf_date *date, bf_error *err)
{
    const bf_history *history = date->history;
    bf_context *context;
    BF_TRY(bf_context_list(&context, date, err));
    BF_TRY(bf_selection_init(out, date, context->count, err));
    for (int64_t i = 0; i < context->count; i++) {
        int32_t player = context->rows[i].player;
        int64_t n = bf_window_games(bf_window_last(context->rows[i].played, SEASON_GAMES));
        if (n >= ABSOLUTE_MIN_GAMES)
            bf_selection_add(out, player);
        else
            bf_selection_fail(out, date, history->player_entity[player],
                              BF_FAILURE_INSUFFICIENT_DATA, BF_REASON_PLAYED_GAMES, true,
                              ABSOLUTE_MIN_GAMES, (int8_t)n);
    }
    if (context->listed == 0) /* resolution 1 */
        bf_selection_fail_date(out, date, BF_REASON_NO_PLAYERS_LISTED);
    return BF_OK;
}

/* ---- facts (§5.2, §6.2)
 * ---------------------------------------------------------------------------- */

bf_pdc_windows bf_pdc_windows_of(const bf_context_row *context, const bf_context_team *team)
{
    return (bf_pdc_windows){.last_5 = bf_window_last(context->played, 5),
                            .last_10 = bf_window_last(context->played, 10),
                            .season = bf_window_last(context->played, SEASON_GAMES), /* P */
                            .team_last_10 = team->last10,
                            .team_season = context->completeness.team_games,
                            .own_dates = context->completeness.player_dates};
}

static void completeness_facts(bf_pdc_facts *out, const bf_pdc_windows *windows, bf_day as_of)
{
    bf_completeness_base base = {windows->team_season, windows->own_dates};
    bf_completeness l5 = bf_completeness_games(&base, 5), l10 = bf_completeness_games(&base, 10);
    bf_completeness l7d = bf_completeness_days(&base, as_of, 7),
                    l14d = bf_completeness_days(&base, as_of, 14);
    out->expected_l5 = l5.expected;
    out->actual_l5 = l5.actual;
    out->expected_l10 = l10.expected;
    out->actual_l10 = l10.actual;
    out->expected_l7d = l7d.expected;
    out->actual_l7d = l7d.actual;
    out->expected_l14d = l14d.expected;
    out->actual_l14d = l14d.actual;
}

void bf_pdc_facts_of(bf_pdc_facts *out, bf_day as_of, const bf_context_row *context,
                     const bf_context_team *team, const bf_psza_row *zones)
{
    bf_pdc_windows windows = bf_pdc_windows_of(context, team);
    bf_window season = windows.season, p5 = windows.last_5, p10 = windows.last_10;
    const bf_window_sums all = bf_window_sums_of(season), five = bf_window_sums_of(p5);
    const bf_window_sums ten = bf_window_sums_of(p10),
                         team10 = bf_window_sums_of(windows.team_last_10);
    *out = (bf_pdc_facts){
        .games = (int32_t)bf_window_games(season),
        .games_5 = (int32_t)bf_window_games(p5),
        .points_5 = bf_sum(five, BF_PLAYED_sum_points),
        .games_10 = (int32_t)bf_window_games(p10),
        .points_10 = bf_sum(ten, BF_PLAYED_sum_points),
        .points_squared_10 = bf_sum(ten, BF_PLAYED_points_squared),
        .minutes_10 = bf_sum(ten, BF_PLAYED_sum_minutes_played),
        .minutes_games_10 = bf_sum(ten, BF_PLAYED_count_minutes_played),
        .usage_10 = bf_sum(ten, BF_PLAYED_sum_usage_rate),
        .usage_games_10 = bf_sum(ten, BF_PLAYED_count_usage_rate),
        .ts_10 = bf_sum(ten, BF_PLAYED_sum_ts_pct),
        .ts_games_10 = bf_sum(ten, BF_PLAYED_count_ts_pct),
        .fg_makes_10 = bf_sum(ten, BF_PLAYED_both_fg_makes),
        .assisted_10 = bf_sum(ten, BF_PLAYED_both_assisted),
        .assisted_games_10 = bf_sum(ten, BF_PLAYED_both_count),
        .points_season = bf_sum(all, BF_PLAYED_sum_points),
        .usage_season = bf_sum(all, BF_PLAYED_sum_usage_rate),
        .usage_games_season = bf_sum(all, BF_PLAYED_count_usage_rate),
        .pace_sum = bf_sum(team10, BF_OFFENSE_sum_pace),
        .pace_games = bf_sum(team10, BF_OFFENSE_count_pace),
        .rating_sum = bf_sum(team10, BF_OFFENSE_sum_offensive_rating),
        .rating_games = bf_sum(team10, BF_OFFENSE_count_offensive_rating),
        .has_zones = zones != NULL,
    };
    completeness_facts(out, &windows, as_of);
}

/* ---- values (§5.2)
 * --------------------------------------------------------------------------------- */

/* RND of a value in its column; null unless the condition holds. */
#define STORE_IF(condition, field, value)                                                          \
    do {                                                                                           \
        out->field = BF_NULL_I32;                                                                  \
        if (condition)                                                                             \
            out->field = bf_fit(bf_round_print(value, columns[BF_pdc_##field].decimals),           \
                                &columns[BF_pdc_##field], &nulled[BF_pdc_##field]);                \
    } while (0)

/* Mean of `count` values whose sum is scaled: one division (§1.3). */
#define STORE_MEAN(field, sum, scale, count)                                                       \
    STORE_IF((count) > 0, field, (double)(sum) / (double)((scale) * (count)))

double bf_pdc_deviation(int64_t sum, int64_t squares, int64_t count)
{
    if (count < 2)
        return BF_NULL_F64;
    int64_t numerator = count * squares - sum * sum;
    return sqrt((double)numerator / (double)(count * (count - 1)));
}

static int16_t narrow(int32_t value)
{
    return value == BF_NULL_I32 ? BF_NULL_I16 : (int16_t)value;
}

/* Columns 15 to 21 and 26: the context, copied. */
static void copy_context(bf_pdc_row *out, const bf_context_facts *context, int64_t *nulled)
{
    const bf_column *columns = bf_outputs[BF_OUTPUT_pdc].columns;
    out->games_in_last_7_days = narrow(context->games_7);
    out->games_in_last_14_days = narrow(context->games_14);
    out->minutes_in_last_7_days = narrow(context->minutes_7);
    out->minutes_in_last_14_days = narrow(context->minutes_14);
    out->back_to_backs_last_14_days = narrow(context->back_to_backs_14);
    STORE_IF(!isnan(context->avg_minutes_7), avg_minutes_per_game_last_7, context->avg_minutes_7);
    out->fourth_quarter_minutes_last_7 = narrow(context->fourth_quarter_minutes_7);
    out->player_age = narrow(context->age);
}

/* Columns 25 and 22 to 24: the assisted share, and the shot zones, copied. */
static void shooting(bf_pdc_row *out, const bf_pdc_facts *f, const bf_psza_row *zones,
                     int64_t *nulled)
{
    const bf_column *column = &bf_outputs[BF_OUTPUT_pdc].columns[BF_pdc_assisted_rate_last_10];
    out->assisted_rate_last_10 = BF_NULL_I64;
    if (f->assisted_games_10 > 0 && f->fg_makes_10 != 0)
        out->assisted_rate_last_10 = bf_fit_64(
            bf_round_print((double)f->assisted_10 / (double)f->fg_makes_10, column->decimals),
            column, &nulled[BF_pdc_assisted_rate_last_10]);
    out->primary_scoring_zone = zones == NULL ? BF_NULL_I8 : zones->primary_scoring_zone;
    out->paint_rate_last_10 = zones == NULL ? BF_NULL_I32 : zones->paint_rate_last_10;
    out->three_pt_rate_last_10 = zones == NULL ? BF_NULL_I32 : zones->three_pt_rate_last_10;
    out->shot_zone_data_available = zones != NULL;
}

/* Columns 47 to 51 and 61 to 69. A window without team games is complete. */
static void completeness(bf_pdc_row *out, const bf_pdc_facts *f)
{
    bf_completeness l5 = {f->expected_l5, f->actual_l5}, l10 = {f->expected_l10, f->actual_l10};
    bf_completeness l7d = {f->expected_l7d, f->actual_l7d},
                    l14d = {f->expected_l14d, f->actual_l14d};
    out->l5_completeness_pct = bf_completeness_percentage(l5, 100.0);
    out->l5_is_complete = bf_completeness_is_ready(l5, true);
    out->l10_completeness_pct = bf_completeness_percentage(l10, 100.0);
    out->l10_is_complete = bf_completeness_is_ready(l10, true);
    out->l7d_completeness_pct = bf_completeness_percentage(l7d, 100.0);
    out->l7d_is_complete = bf_completeness_is_ready(l7d, true);
    out->l14d_completeness_pct = bf_completeness_percentage(l14d, 100.0);
    out->l14d_is_complete = bf_completeness_is_ready(l14d, true);
    out->all_windows_complete = out->l5_is_complete && out->l10_is_complete &&
                                out->l7d_is_complete && out->l14d_is_complete;
    out->is_production_ready = out->all_windows_complete;
    out->expected_games_count = (int8_t)l5.expected;
    out->actual_games_count = (int8_t)l5.actual;
    out->missing_games_count = (int8_t)(l5.expected - l5.actual);
    out->completeness_percentage = out->l5_completeness_pct;
}

void bf_pdc_values_of(bf_pdc_row *out, const bf_pdc_facts *f, const bf_context_row *context,
                      const bf_psza_row *zones, bf_day as_of, int64_t *nulled)
{
    const bf_column *columns = bf_outputs[BF_OUTPUT_pdc].columns;
    double deviation = bf_pdc_deviation(f->points_10, f->points_squared_10, f->games_10);
    bool early = f->games < MIN_GAMES;
    out->player_lookup = context->player;
    out->universal_player_id = context->universal_player_id;
    out->cache_date = as_of;
    STORE_MEAN(points_avg_last_5, f->points_5, 1, f->games_5);
    STORE_MEAN(points_avg_last_10, f->points_10, 1, f->games_10);
    STORE_MEAN(points_avg_season, f->points_season, 1, f->games);
    STORE_IF(!isnan(deviation), points_std_last_10, deviation);
    STORE_MEAN(minutes_avg_last_10, f->minutes_10, 10, f->minutes_games_10);
    STORE_MEAN(usage_rate_last_10, f->usage_10, 100, f->usage_games_10);
    STORE_MEAN(ts_pct_last_10, f->ts_10, 1000, f->ts_games_10);
    out->games_played_season = (int8_t)f->games;
    STORE_MEAN(team_pace_last_10, f->pace_sum, 10, f->pace_games);
    STORE_MEAN(team_off_rating_last_10, f->rating_sum, 100, f->rating_games);
    STORE_MEAN(player_usage_rate_season, f->usage_season, 100, f->usage_games_season);
    copy_context(out, &context->facts, nulled);
    shooting(out, f, zones, nulled);
    out->early_season_flag = early;
    out->insufficient_data_reason = early ? BF_EARLY_REASON_FEW_GAMES : BF_NULL_I8;
    completeness(out, f);
    out->season_boundary_detected = bf_day_is_season_boundary(as_of);
    out->backfill_bootstrap_mode =
        as_of - bf_season_first(bf_season_year(as_of)) < BOOTSTRAP_MODE_DAYS;
}

bf_status bf_pdc_compute(bf_date *date, bf_error *err)
{
    const bf_selection *selected = &date->selections[BF_PROCESSOR_pdc];
    bf_pdc_row *rows = date->rows[BF_PROCESSOR_pdc];
    bf_context *context;
    BF_TRY(bf_context_of(&context, date, err));
    const bf_context_row *row = context->rows;
    for (int64_t i = 0; i < selected->count; i++, row++) {
        while (row->player != selected->entities[i])
            row++;
        const bf_psza_row *zones = bf_psza_find(date, row->player);
        bf_pdc_facts facts;
        bf_pdc_facts_of(&facts, date->day, row, bf_context_team_of(context, date, row->team),
                        zones);
        bf_pdc_values_of(&rows[i], &facts, row, zones, date->day, date->nulled[BF_OUTPUT_pdc]);
        date->reprocess_skipped += !rows[i].all_windows_complete; /* B23 */
    }
    return BF_OK;
}
