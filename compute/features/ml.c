#include "compute/features/ml.h"

#include <string.h>

#include "compute/features/completeness.h"
#include "compute/features/processor.h"

enum {
    HISTORY_GAMES = 10,      /* games of H (§1.4) */
    MIN_HISTORY = 5,         /* games; features of H need them (§2.2) */
    MIN_TEAM_GAMES = 5,      /* games; feature 24 */
    COMPLETENESS_GAMES = 10, /* games (§3.5) */
    PLAYERS_EXPECTED = 100,  /* rows of a player table on a date (§4 row 17) */
    TEAMS_EXPECTED = 20      /* rows of the team table */
};

/* ---- select (§1.1)
 * --------------------------------------------------------------------------------- */

bf_status bf_ml_select(bf_selection *out, bf_date *date, bf_error *err)
{
    bf_context *context;
    BF_TRY(bf_context_list(&context, date, err));
    BF_TRY(bf_selection_init(out, date, context->count, err));
    for (int64_t i = 0; i < context->count; i++) {
        if (context->rows[i].active)
            bf_selection_add(out, context->rows[i].player);
    }
    if (context->listed == 0) /* resolution 1 */
        bf_selection_fail_date(out, date, BF_REASON_NO_PLAYERS_LISTED);
    return BF_OK;
}

/* ---- facts (§1.3, §1.4, §3.5)
 * ----------------------------------------------------------------------- */

bf_ml_windows bf_ml_windows_of(const bf_context_row *context, const bf_context_team *team)
{
    return (bf_ml_windows){.last_10 = bf_window_last(context->played, HISTORY_GAMES), /* H */
                           .season = context->played,
                           .team_season = team->season, /* T */
                           .completeness =
                               bf_window_last(context->completeness.team_games, COMPLETENESS_GAMES),
                           .own_dates = context->completeness.player_dates};
}

/* Points of the game `back` games before the newest; 0 if there is none. */
static int32_t points_of(bf_window window, int64_t back)
{
    return back < bf_window_games(window)
               ? bf_window_sum(bf_window_one(window, back), BF_PLAYED_sum_points)
               : 0;
}

void bf_ml_facts_of(bf_ml_facts *out, const bf_history *history, const bf_context_row *context,
                    const bf_context_team *team)
{
    bf_ml_windows windows = bf_ml_windows_of(context, team);
    bf_window season = windows.season, h = windows.last_10;
    const bf_window_sums all = bf_window_sums_of(season), ten = bf_window_sums_of(h);
    bf_completeness_base base = {windows.completeness, windows.own_dates};
    bf_completeness own = bf_completeness_same_games(&base, history, COMPLETENESS_GAMES);
    *out = (bf_ml_facts){
        .history_games = (int32_t)bf_window_games(h),
        .points_1 = points_of(h, 0),
        .points_2 = points_of(h, 1),
        .points_3 = points_of(h, 2),
        .points_4 = points_of(h, 3),
        .points_5 = points_of(h, 4),
        .points_sum = bf_sum(ten, BF_PLAYED_sum_points),
        .ft_makes_sum = bf_sum(ten, BF_PLAYED_sum_ft_makes),
        .minutes_sum = bf_sum(ten, BF_PLAYED_sum_minutes_played),
        .season_games = (int32_t)bf_window_games(season),
        .season_points = bf_sum(all, BF_PLAYED_sum_points),
        .season_minutes = bf_sum(all, BF_PLAYED_sum_minutes_played),
        .season_minutes_games = bf_sum(all, BF_PLAYED_count_minutes_played),
        .team_games = (int32_t)bf_window_games(windows.team_season),
        .team_wins = bf_window_sum(windows.team_season, BF_OFFENSE_wins),
        .expected_games = own.expected,
        .actual_games = own.actual,
    };
}

/* ---- values: calculated features (§2.2)
 * ------------------------------------------------------------- */

/* S / (scale * n), NaN without a value (players.md §1.3). */
static double mean(int32_t sum, int32_t scale, int32_t count)
{
    return count == 0 ? BF_NULL_F64 : (double)sum / (double)(scale * count);
}

/* 2, 1, 0, -1, -2 by two thresholds. */
static double step(double value, double small, double large)
{
    if (value >= large)
        return 2.0;
    if (value >= small)
        return 1.0;
    if (value <= -large)
        return -2.0;
    return value <= -small ? -1.0 : 0.0;
}

bf_ml_feature bf_ml_rest_advantage(int32_t days_rest, int32_t opponent_days_rest)
{
    if (days_rest == BF_NULL_I32 || opponent_days_rest == BF_NULL_I32)
        return (bf_ml_feature){0.0, true};
    int32_t difference = days_rest - opponent_days_rest;
    return (bf_ml_feature){difference > 2 ? 2 : difference < -2 ? -2 : difference, false};
}

bf_ml_feature bf_ml_injury_risk(int32_t player_status)
{
    switch (player_status) {
    case BF_PLAYER_STATUS_PROBABLE:
        return (bf_ml_feature){1.0, false};
    case BF_PLAYER_STATUS_QUESTIONABLE:
        return (bf_ml_feature){2.0, false};
    case BF_PLAYER_STATUS_DOUBTFUL:
    case BF_PLAYER_STATUS_OUT:
        return (bf_ml_feature){3.0, false};
    default:
        return (bf_ml_feature){0.0, player_status == BF_NULL_I32};
    }
}

/* Newest two against the three before; positive is improving (D2). */
bf_ml_feature bf_ml_recent_trend(const bf_ml_facts *f)
{
    if (f->history_games < MIN_HISTORY)
        return (bf_ml_feature){0.0, true};
    double newest = (f->points_1 + f->points_2) / 2.0,
           before = (f->points_3 + f->points_4 + f->points_5) / 3.0;
    return (bf_ml_feature){step(newest - before, 2.0, 5.0), false};
}

bf_ml_feature bf_ml_minutes_change(double recent_minutes, double season_minutes)
{
    double m = recent_minutes, s = season_minutes;
    if (isnan(m) || isnan(s) || m == 0.0 || s == 0.0)
        return (bf_ml_feature){0.0, true};
    return (bf_ml_feature){step((m - s) / s, 0.10, 0.20), false};
}

bf_ml_feature bf_ml_free_throws(const bf_ml_facts *f)
{
    if (f->history_games < MIN_HISTORY || f->points_sum == 0)
        return (bf_ml_feature){0.15, true};
    double share = (double)f->ft_makes_sum / (double)f->points_sum;
    return (bf_ml_feature){fmax(0.0, fmin(share, 0.5)) + 0.0, false};
}

bf_ml_feature bf_ml_win_pct(const bf_ml_facts *f)
{
    if (f->team_games < MIN_TEAM_GAMES)
        return (bf_ml_feature){0.5, true};
    return (bf_ml_feature){(double)f->team_wins / (double)f->team_games, false};
}

/* ---- values: the vector (§2, §2.1, §3.3)
 * ------------------------------------------------------------ */

static void add(bf_ml_vector *v, int feature, double value, bf_label label, bool constant)
{
    v->value[feature] = value;
    v->label[feature] = label;
    v->quality.labels[label]++;
    v->constants |= (constant ? 1u : 0u) << feature;
}

/* Kinds A and B: the upstream value, else the history's, else the default. NaN is missing. */
static void first_of(bf_ml_vector *v, int feature, double phase4, double phase3, double otherwise)
{
    if (!isnan(phase4))
        add(v, feature, phase4, BF_LABEL_PHASE4, false);
    else if (!isnan(phase3))
        add(v, feature, phase3, BF_LABEL_PHASE3, false);
    else
        add(v, feature, otherwise, BF_LABEL_DEFAULT, true);
}

static void calculated(bf_ml_vector *v, int feature, bf_ml_feature result)
{
    add(v, feature, result.value, BF_LABEL_CALCULATED, result.constant);
}

/* Kind X: a yes or no of the context. */
static void from_context(bf_ml_vector *v, int feature, int32_t flag)
{
    add(v, feature, flag == 1 ? 1.0 : 0.0, BF_LABEL_PHASE3, flag == BF_NULL_I32);
}

/* A stored column of a row that may be missing. */
#define UPSTREAM(table, row, field) ((row) == NULL ? BF_NULL_F64 : BF_STORED(table, row, field))

/* A rate in percent as a fraction; of two sources the first that has it (D7). */
static double fraction(double rate_pct, double otherwise_pct)
{
    return (isnan(rate_pct) ? otherwise_pct : rate_pct) / 100.0;
}

static void player_features(bf_ml_vector *v, const bf_ml_facts *f, const bf_ml_upstream *up)
{
    const double none = BF_NULL_F64;
    int32_t points_5 = f->points_1 + f->points_2 + f->points_3 + f->points_4 + f->points_5;
    double games_7 = up->cache == NULL || up->cache->games_in_last_7_days == BF_NULL_I16
                         ? none
                         : up->cache->games_in_last_7_days;
    first_of(v, BF_FEATURE_POINTS_AVG_LAST_5, UPSTREAM(pdc, up->cache, points_avg_last_5),
             f->history_games < MIN_HISTORY ? none : mean(points_5, 1, MIN_HISTORY), 10.0);
    first_of(v, BF_FEATURE_POINTS_AVG_LAST_10, UPSTREAM(pdc, up->cache, points_avg_last_10),
             mean(f->points_sum, 1, f->history_games), 10.0);
    first_of(v, BF_FEATURE_POINTS_AVG_SEASON, UPSTREAM(pdc, up->cache, points_avg_season),
             mean(f->season_points, 1, f->season_games), 10.0);
    first_of(v, BF_FEATURE_POINTS_STD_LAST_10, UPSTREAM(pdc, up->cache, points_std_last_10), none,
             5.0);
    first_of(v, BF_FEATURE_GAMES_IN_LAST_7_DAYS, games_7, none, 3.0);
    first_of(v, BF_FEATURE_FATIGUE_SCORE,
             up->composite == NULL ? none : up->composite->fatigue_score, none, 50.0);
    first_of(v, BF_FEATURE_SHOT_ZONE_MISMATCH,
             UPSTREAM(pcf, up->composite, shot_zone_mismatch_score), none, 0.0);
    first_of(v, BF_FEATURE_PACE_SCORE, UPSTREAM(pcf, up->composite, pace_score), none, 0.0);
    first_of(v, BF_FEATURE_USAGE_SPIKE, UPSTREAM(pcf, up->composite, usage_spike_score), none, 0.0);
}

static void calculated_features(bf_ml_vector *v, const bf_ml_facts *f,
                                const bf_context_facts *context, const bf_ml_upstream *up)
{
    double recent_minutes = UPSTREAM(pdc, up->cache, minutes_avg_last_10);
    if (isnan(recent_minutes))
        recent_minutes = mean(f->minutes_sum, 10, f->history_games);
    calculated(v, BF_FEATURE_REST_ADVANTAGE,
               bf_ml_rest_advantage(context->ml_days_rest, context->opponent_days_rest));
    calculated(v, BF_FEATURE_INJURY_RISK, bf_ml_injury_risk(context->player_status));
    calculated(v, BF_FEATURE_RECENT_TREND, bf_ml_recent_trend(f));
    calculated(
        v, BF_FEATURE_MINUTES_CHANGE,
        bf_ml_minutes_change(recent_minutes, mean(f->season_minutes, 10, f->season_minutes_games)));
    calculated(v, BF_FEATURE_PCT_FREE_THROW, bf_ml_free_throws(f));
    calculated(v, BF_FEATURE_TEAM_WIN_PCT, bf_ml_win_pct(f));
}

static void game_features(bf_ml_vector *v, const bf_context_facts *context,
                          const bf_ml_upstream *up)
{
    const double none = BF_NULL_F64;
    first_of(v, BF_FEATURE_OPPONENT_DEF_RATING,
             UPSTREAM(tdza, up->defense, defensive_rating_last_15), none, 112.0);
    first_of(v, BF_FEATURE_OPPONENT_PACE, UPSTREAM(tdza, up->defense, opponent_pace), none, 100.0);
    from_context(v, BF_FEATURE_HOME_AWAY, context->home_game);
    from_context(v, BF_FEATURE_BACK_TO_BACK, context->ml_back_to_back);
    from_context(v, BF_FEATURE_PLAYOFF_GAME, context->playoffs);
    first_of(v, BF_FEATURE_PCT_PAINT,
             fraction(UPSTREAM(psza, up->zones, paint_rate_last_10),
                      UPSTREAM(pdc, up->cache, paint_rate_last_10)),
             none, 30.0 / 100.0);
    first_of(v, BF_FEATURE_PCT_MID_RANGE,
             fraction(UPSTREAM(psza, up->zones, mid_range_rate_last_10), none), none, 20.0 / 100.0);
    first_of(v, BF_FEATURE_PCT_THREE,
             fraction(UPSTREAM(psza, up->zones, three_pt_rate_last_10),
                      UPSTREAM(pdc, up->cache, three_pt_rate_last_10)),
             none, 35.0 / 100.0);
    first_of(v, BF_FEATURE_TEAM_PACE, UPSTREAM(pdc, up->cache, team_pace_last_10), none, 100.0);
    first_of(v, BF_FEATURE_TEAM_OFF_RATING, UPSTREAM(pdc, up->cache, team_off_rating_last_10), none,
             112.0);
}

void bf_ml_vector_of(bf_ml_vector *out, const bf_ml_facts *facts, const bf_context_facts *context,
                     const bf_ml_upstream *upstream)
{
    *out = (bf_ml_vector){.constants = 0};
    player_features(out, facts, upstream);
    calculated_features(out, facts, context, upstream);
    game_features(out, context, upstream);
}

/* ---- values: quality and the other columns (§3, §4)
 * ------------------------------------------------- */

static void completeness(bf_ml_row *out, const bf_ml_facts *f, const bf_ml_upstream *up)
{
    bf_completeness own = {f->expected_games, f->actual_games};
    const bool ready[BF_ML_ISSUE_COUNT] = {
        [BF_ML_ISSUE_DAILY_CACHE] = up->cache != NULL && up->cache->is_production_ready == 1,
        [BF_ML_ISSUE_COMPOSITE_FACTORS] =
            up->composite != NULL && up->composite->is_production_ready == 1,
        [BF_ML_ISSUE_SHOT_ZONE] = up->zones != NULL, /* every row is ready */
        [BF_ML_ISSUE_TEAM_DEFENSE] = up->defense != NULL};
    unsigned issues = 0;
    for (unsigned i = 0; i < BF_ML_ISSUE_COUNT; i++)
        issues |= (ready[i] ? 0u : 1u) << i;
    out->expected_games_count = (int8_t)own.expected;
    out->actual_games_count = (int8_t)own.actual;
    out->missing_games_count = (int8_t)(own.expected - own.actual);
    out->completeness_percentage = bf_completeness_percentage(own, 0.0);
    out->is_production_ready = bf_completeness_is_ready(own, false) && issues == 0;
    out->data_quality_issues = (uint8_t)issues;
}

void bf_ml_values_of(bf_ml_row *out, const bf_ml_facts *f, const bf_context_row *context,
                     const bf_ml_upstream *upstream, bf_day as_of)
{
    const bf_context_facts *c = &context->facts;
    bf_ml_vector v;
    out->player_lookup = context->player;
    out->universal_player_id = context->universal_player_id;
    out->game_date = as_of;
    out->game_id = context->game;
    out->opponent_team_abbr = context->opponent;
    out->is_home = c->home_game == BF_NULL_I32 ? BF_NULL_I8 : (int8_t)c->home_game;
    out->days_rest = c->ml_days_rest == BF_NULL_I32 ? BF_NULL_I16 : (int16_t)c->ml_days_rest;
    bf_ml_vector_of(&v, f, c, upstream);
    memcpy(out->features, v.value, sizeof out->features);
    out->default_feature_mask = (int32_t)v.constants;
    out->feature_quality_score = bf_quality_score(&v.quality);
    out->quality_tier = bf_quality_tier(out->feature_quality_score);
    out->data_source = bf_quality_data_source(&v.quality);
    completeness(out, f, upstream);
    out->season_boundary_detected = bf_day_is_season_boundary(as_of);
}

/* rows_found, completeness_pct and hash of an upstream table on the date (§4 rows 16 to 30). */
typedef struct source {
    int32_t rows, completeness_pct; /* hundredths of a percent */
    uint64_t hash;
} source;

static source source_of(const bf_date *date, bf_processor_id processor, int32_t expected)
{
    int64_t rows = date->selections[processor].count;
    int64_t pct = 10000 * rows / expected; /* exact */
    return (source){(int32_t)rows, (int32_t)(pct > 10000 ? 10000 : pct),
                    rows == 0 ? BF_NULL_U64
                              : bf_hash_first_64(date->digests[bf_processors[processor].table])};
}

#define SOURCE(row, name, found)                                                                   \
    do {                                                                                           \
        (row)->source_##name##_rows_found = (found).rows;                                          \
        (row)->source_##name##_completeness_pct = (found).completeness_pct;                        \
        (row)->source_##name##_hash = (found).hash;                                                \
    } while (0)

bf_status bf_ml_compute(bf_date *date, bf_error *err)
{
    const bf_selection *selected = &date->selections[BF_PROCESSOR_ml];
    bf_ml_row *rows = date->rows[BF_PROCESSOR_ml];
    const source cache = source_of(date, BF_PROCESSOR_pdc, PLAYERS_EXPECTED);
    const source composite = source_of(date, BF_PROCESSOR_pcf, PLAYERS_EXPECTED);
    const source zones = source_of(date, BF_PROCESSOR_psza, PLAYERS_EXPECTED);
    const source defense = source_of(date, BF_PROCESSOR_tdza, TEAMS_EXPECTED);
    bf_context *context;
    BF_TRY(bf_context_of(&context, date, err));
    const bf_context_row *row = context->rows;
    for (int64_t i = 0; i < selected->count; i++, row++) {
        while (row->player != selected->entities[i])
            row++;
        bf_ml_upstream upstream = {bf_pdc_find(date, row->player), bf_pcf_find(date, row->player),
                                   bf_psza_find(date, row->player),
                                   bf_tdza_find(date, row->opponent)};
        bf_ml_facts facts;
        bf_ml_facts_of(&facts, date->history, row, bf_context_team_of(context, date, row->team));
        bf_ml_values_of(&rows[i], &facts, row, &upstream, date->day);
        SOURCE(&rows[i], daily_cache, cache);
        SOURCE(&rows[i], composite, composite);
        SOURCE(&rows[i], shot_zones, zones);
        SOURCE(&rows[i], team_defense, defense);
    }
    return BF_OK;
}
