#include "compute/features/pcf.h"

#include <assert.h>

#include "compute/features/processor.h"

/* Defaults of the score for nulls of the context (§2). */
enum {
    DEFAULT_DAYS_REST = 1, /* days */
    DEFAULT_GAMES_7 = 3,   /* games */
    DEFAULT_AGE = 25       /* years */
};
static const double DEFAULT_MINUTES_7 = 200.0;     /* minutes */
static const double DEFAULT_AVG_MINUTES_7 = 30.0;  /* minutes */
static const double DEFAULT_OPPONENT_PACE = 100.0; /* possessions */
static const double DEFAULT_ZONE_RATE = 50.0;      /* percent (§4.2) */

/* Thresholds and changes of the fatigue score (§4.1). */
enum {
    FRESH = 100,
    BACK_TO_BACK_PENALTY = 15,
    EXTRA_REST_DAYS = 3,
    EXTRA_REST_BONUS = 5,
    FREQUENT_GAMES = 4,
    FREQUENT_GAMES_PENALTY = 10, /* games in 7 days */
    HEAVY_MINUTES = 240,
    HEAVY_MINUTES_PENALTY = 10, /* minutes in 7 days; above */
    LONG_GAMES_MINUTES = 35,
    LONG_GAMES_PENALTY = 8, /* minutes a game; above */
    TWO_BACK_TO_BACKS_PENALTY = 12,
    ONE_BACK_TO_BACK_PENALTY = 5, /* in 14 days */
    VETERAN_AGE = 35,
    VETERAN_PENALTY = 10, /* years */
    OLDER_AGE = 30,
    OLDER_PENALTY = 5
};

static const double BOOST_ABOVE = 5.0, BOOST = 1.2; /* of a mismatch (§4.2) */
static const double MISMATCH_LIMIT = 10.0, PACE_LIMIT = 3.0, USAGE_LIMIT = 3.0;
static const double USAGE_WEIGHT = 0.3, ONE_STAR_OUT = 1.15, TWO_STARS_OUT = 1.30; /* §4.4 */
static const double NOTABLE = 2.0; /* mismatch, pace and usage above it have a name (§4.7) */
enum { EXTREME_FATIGUE = 50 };     /* score; a warning below (§4.6) */
static const double EXTREME_MATCHUP = 8.0, EXTREME_ADJUSTMENT = 12.0; /* points; a warning above */

/* ---- select (§4: nobody is dropped)
 * ---------------------------------------------------------------- */

bf_status bf_pcf_select(bf_selection *out, bf_date *date, bf_error *err)
{
    bf_context *context;
    BF_TRY(bf_context_list(&context, date, err));
    BF_TRY(bf_selection_init(out, date, context->count, err));
    for (int64_t i = 0; i < context->count; i++)
        bf_selection_add(out, context->rows[i].player);
    if (context->listed == 0) /* resolution 1 */
        bf_selection_fail_date(out, date, BF_REASON_NO_PLAYERS_LISTED);
    return BF_OK;
}

/* ---- facts (§4.1 to §4.5)
 * -------------------------------------------------------------------------- */

static double clamp(double value, double limit)
{
    double result = value > limit ? limit : value < -limit ? -limit : value;
    return result + 0.0; /* no -0 */
}

static double or_default(double value, double otherwise)
{
    return isnan(value) ? otherwise : value;
}

static int32_t int_or_default(int32_t value, int32_t otherwise)
{
    return value == BF_NULL_I32 ? otherwise : value;
}

/* Only these are listed in the table (§4.7). */
static void name_changes(bf_pcf_fatigue *f)
{
    f->penalties |=
        (uint8_t)((f->change[BF_PCF_CHANGE_BACK_TO_BACK] != 0) << BF_PENALTY_BACK_TO_BACK);
    f->penalties |=
        (uint8_t)((f->change[BF_PCF_CHANGE_FREQUENT_GAMES] != 0) << BF_PENALTY_FREQUENT_GAMES);
    f->penalties |=
        (uint8_t)((f->change[BF_PCF_CHANGE_HEAVY_MINUTES] != 0) << BF_PENALTY_HEAVY_MINUTES);
    f->penalties |= (uint8_t)((f->age >= VETERAN_AGE) << BF_PENALTY_VETERAN_AGE);
    f->bonuses |= (uint8_t)((f->change[BF_PCF_CHANGE_EXTRA_REST] != 0) << BF_BONUS_EXTRA_REST);
}

bf_pcf_fatigue bf_pcf_fatigue_of(const bf_context_facts *context)
{
    bf_pcf_fatigue f = {.days_rest = int_or_default(context->days_rest, DEFAULT_DAYS_REST),
                        .games_7 = int_or_default(context->games_7, DEFAULT_GAMES_7),
                        .back_to_backs_14 = int_or_default(context->back_to_backs_14, 0),
                        .age = int_or_default(context->age, DEFAULT_AGE),
                        .back_to_back = int_or_default(context->back_to_back, false) == 1,
                        .minutes_7 = context->minutes_7 == BF_NULL_I32 ? DEFAULT_MINUTES_7
                                                                       : context->minutes_7,
                        .avg_minutes_7 = or_default(context->avg_minutes_7, DEFAULT_AVG_MINUTES_7)};
    if (f.back_to_back)
        f.change[BF_PCF_CHANGE_BACK_TO_BACK] = -BACK_TO_BACK_PENALTY;
    else if (f.days_rest >= EXTRA_REST_DAYS)
        f.change[BF_PCF_CHANGE_EXTRA_REST] = EXTRA_REST_BONUS;
    if (f.games_7 >= FREQUENT_GAMES)
        f.change[BF_PCF_CHANGE_FREQUENT_GAMES] = -FREQUENT_GAMES_PENALTY;
    if (f.minutes_7 > HEAVY_MINUTES)
        f.change[BF_PCF_CHANGE_HEAVY_MINUTES] = -HEAVY_MINUTES_PENALTY;
    if (f.avg_minutes_7 > LONG_GAMES_MINUTES)
        f.change[BF_PCF_CHANGE_LONG_GAMES] = -LONG_GAMES_PENALTY;
    if (f.back_to_backs_14 >= 2)
        f.change[BF_PCF_CHANGE_BACK_TO_BACKS] = -TWO_BACK_TO_BACKS_PENALTY;
    else if (f.back_to_backs_14 == 1)
        f.change[BF_PCF_CHANGE_BACK_TO_BACKS] = -ONE_BACK_TO_BACK_PENALTY;
    if (f.age >= VETERAN_AGE)
        f.change[BF_PCF_CHANGE_AGE] = -VETERAN_PENALTY;
    else if (f.age >= OLDER_AGE)
        f.change[BF_PCF_CHANGE_AGE] = -OLDER_PENALTY;
    f.score = FRESH;
    for (int i = 0; i < BF_PCF_CHANGES; i++)
        f.score += f.change[i];
    f.score = f.score > FRESH ? FRESH : f.score < 0 ? 0 : f.score;
    name_changes(&f);
    return f;
}

double bf_pcf_adjustment(int32_t fatigue_score)
{
    return (fatigue_score - FRESH) / 20.0;
}

double bf_pcf_mismatch(double rate_pct, double defense_pct_points)
{
    double r = or_default(rate_pct, DEFAULT_ZONE_RATE), d = or_default(defense_pct_points, 0.0);
    double w = d * fmin(r / 50.0, 1.0);
    if (fabs(w) > BOOST_ABOVE)
        w = BOOST * w;
    return clamp(w, MISMATCH_LIMIT);
}

double bf_pcf_pace(double pace_differential)
{
    return clamp(or_default(pace_differential, 0.0) / 2.0, PACE_LIMIT);
}

double bf_pcf_usage(double projected, double baseline, int32_t stars_out)
{
    if (isnan(projected) || isnan(baseline) || baseline == 0.0)
        return 0.0;
    double u = USAGE_WEIGHT * (projected - baseline);
    if (u > 0.0 && stars_out >= 2)
        u = TWO_STARS_OUT * u;
    else if (u > 0.0 && stars_out == 1)
        u = ONE_STAR_OUT * u;
    return clamp(u, USAGE_LIMIT);
}

/* The player's zone selects rate and defence; `balanced` and an unknown zone are read as paint
 * (§4.2). */
static void zone_facts(bf_pcf_facts *out, const bf_psza_row *zones, const bf_tdza_row *defense)
{
    switch (zones->primary_scoring_zone) {
    case BF_SCORING_ZONE_MID_RANGE:
        out->zone_rate = BF_STORED(psza, zones, mid_range_rate_last_10);
        out->zone_defense = BF_STORED(tdza, defense, mid_range_defense_vs_league_avg);
        break;
    case BF_SCORING_ZONE_PERIMETER:
        out->zone_rate = BF_STORED(psza, zones, three_pt_rate_last_10);
        out->zone_defense = BF_STORED(tdza, defense, three_pt_defense_vs_league_avg);
        break;
    default:
        out->zone_rate = BF_STORED(psza, zones, paint_rate_last_10);
        out->zone_defense = BF_STORED(tdza, defense, paint_defense_vs_league_avg);
        break;
    }
    out->mismatch = bf_pcf_mismatch(out->zone_rate, out->zone_defense);
}

void bf_pcf_facts_of(bf_pcf_facts *out, const bf_context_row *context, const bf_psza_row *zones,
                     const bf_tdza_row *defense)
{
    const bf_context_facts *c = &context->facts;
    bf_pcf_fatigue fatigue = bf_pcf_fatigue_of(c);
    *out = (bf_pcf_facts){
        .has_zones = zones != NULL,
        .has_defense = defense != NULL,
        .zone_rate = BF_NULL_F64,
        .zone_defense = BF_NULL_F64,
        .mismatch = 0.0,
        .for_back_to_back = fatigue.change[BF_PCF_CHANGE_BACK_TO_BACK],
        .for_extra_rest = fatigue.change[BF_PCF_CHANGE_EXTRA_REST],
        .for_frequent_games = fatigue.change[BF_PCF_CHANGE_FREQUENT_GAMES],
        .for_heavy_minutes = fatigue.change[BF_PCF_CHANGE_HEAVY_MINUTES],
        .for_long_games = fatigue.change[BF_PCF_CHANGE_LONG_GAMES],
        .for_back_to_backs = fatigue.change[BF_PCF_CHANGE_BACK_TO_BACKS],
        .for_age = fatigue.change[BF_PCF_CHANGE_AGE],
        .fatigue_score = fatigue.score,
        .fatigue = bf_pcf_adjustment(fatigue.score),
        .pace = bf_pcf_pace(c->pace_differential),
        .usage = bf_pcf_usage(c->projected_usage, c->avg_usage_7, int_or_default(c->stars_out, 0))};
    if (zones != NULL && defense != NULL)
        zone_facts(out, zones, defense);
    out->total = out->fatigue + out->mismatch + out->pace + out->usage; /* §4.5 */
}

/* ---- values (§4.5 to §4.8)
 * ------------------------------------------------------------------------- */

#define STORE(field, value)                                                                        \
    out->field = bf_fit(bf_round_print(value, columns[BF_pcf_##field].decimals),                   \
                        &columns[BF_pcf_##field], &nulled[BF_pcf_##field])

/* Codes of `high`, `low` and `middle` for a value above 2, below -2 and between. */
static int8_t name_of(double value, int8_t high, int8_t low, int8_t middle)
{
    return value > NOTABLE ? high : value < -NOTABLE ? low : middle;
}

static void fatigue_json(bf_pcf_row *out, const bf_context_facts *context)
{
    bf_pcf_fatigue f = bf_pcf_fatigue_of(context);
    out->fatigue_context_json_days_rest = (int16_t)f.days_rest;
    out->fatigue_context_json_back_to_back = f.back_to_back;
    out->fatigue_context_json_games_last_7 = (int16_t)f.games_7;
    out->fatigue_context_json_minutes_last_7 = f.minutes_7;
    out->fatigue_context_json_avg_minutes_pg_last_7 = f.avg_minutes_7;
    out->fatigue_context_json_back_to_backs_last_14 = (int16_t)f.back_to_backs_14;
    out->fatigue_context_json_player_age = (int16_t)f.age;
    out->fatigue_context_json_penalties_applied = f.penalties;
    out->fatigue_context_json_bonuses_applied = f.bonuses;
    out->fatigue_context_json_final_score = (int8_t)f.score;
}

static void shot_zone_json(bf_pcf_row *out, const bf_pcf_facts *f, const bf_psza_row *zones,
                           const bf_tdza_row *defense)
{
    bool missing = zones == NULL || defense == NULL;
    out->shot_zone_context_json_missing_data = missing;
    out->shot_zone_context_json_player_primary_zone = BF_NULL_I8;
    out->shot_zone_context_json_primary_zone_frequency = BF_NULL_F64;
    out->shot_zone_context_json_opponent_weak_zone = BF_NULL_I8;
    out->shot_zone_context_json_opponent_defense_vs_league = BF_NULL_F64;
    out->shot_zone_context_json_mismatch_type = BF_NULL_I8;
    out->shot_zone_context_json_final_score = BF_NULL_F64;
    if (missing)
        return;
    static_assert((int)BF_SCORING_ZONE_BALANCED == (int)BF_ZONE_OR_UNKNOWN_BALANCED &&
                      (int)BF_ZONE_PERIMETER == (int)BF_ZONE_OR_UNKNOWN_PERIMETER,
                  "both sets begin as ZONE_OR_UNKNOWN does");
    int8_t own = zones->primary_scoring_zone, weak = defense->weakest_zone;
    out->shot_zone_context_json_player_primary_zone =
        own == BF_NULL_I8 ? BF_ZONE_OR_UNKNOWN_UNKNOWN : own;
    out->shot_zone_context_json_primary_zone_frequency =
        or_default(f->zone_rate, DEFAULT_ZONE_RATE);
    out->shot_zone_context_json_opponent_weak_zone =
        weak == BF_NULL_I8 ? BF_ZONE_OR_UNKNOWN_UNKNOWN : weak;
    out->shot_zone_context_json_opponent_defense_vs_league = or_default(f->zone_defense, 0.0);
    out->shot_zone_context_json_mismatch_type =
        name_of(f->mismatch, BF_MISMATCH_FAVORABLE, BF_MISMATCH_UNFAVORABLE, BF_MISMATCH_NEUTRAL);
    out->shot_zone_context_json_final_score = f->mismatch;
}

static void pace_json(bf_pcf_row *out, const bf_pcf_facts *f, const bf_context_facts *context)
{
    double differential = or_default(context->pace_differential, 0.0);
    out->pace_context_json_pace_differential = differential;
    out->pace_context_json_opponent_pace_last_10 =
        or_default(context->opponent_pace, DEFAULT_OPPONENT_PACE);
    out->pace_context_json_league_avg_pace = context->league_pace;
    out->pace_context_json_pace_environment =
        name_of(differential, BF_PACE_ENVIRONMENT_FAST, BF_PACE_ENVIRONMENT_SLOW,
                BF_PACE_ENVIRONMENT_NORMAL);
    out->pace_context_json_final_score = f->pace;
}

static void usage_json(bf_pcf_row *out, const bf_pcf_facts *f, const bf_context_facts *context)
{
    double differential =
        context->projected_usage - context->avg_usage_7; /* NaN if either is null */
    out->usage_context_json_projected_usage_rate = context->projected_usage;
    out->usage_context_json_avg_usage_last_7 = context->avg_usage_7;
    out->usage_context_json_usage_differential = isnan(differential) ? BF_NULL_F64 : differential;
    out->usage_context_json_star_teammates_out = (int16_t)int_or_default(context->stars_out, 0);
    out->usage_context_json_usage_trend =
        name_of(differential, BF_USAGE_TREND_SPIKE, BF_USAGE_TREND_DROP, BF_USAGE_TREND_STABLE);
    out->usage_context_json_final_score = f->usage;
}

/* §4.6. */
static void quality(bf_pcf_row *out, const bf_pcf_facts *f, const bf_context_facts *context)
{
    const bool passed[BF_PCF_FIELD_COUNT] = {
        [BF_PCF_FIELD_DAYS_REST] = context->days_rest != BF_NULL_I32,
        [BF_PCF_FIELD_PROJECTED_USAGE] = !isnan(context->projected_usage),
        [BF_PCF_FIELD_PACE_DIFFERENTIAL] = !isnan(context->pace_differential),
        [BF_PCF_FIELD_PLAYER_SHOT_ZONE] = f->has_zones,
        [BF_PCF_FIELD_TEAM_DEFENSE_ZONE] = f->has_defense};
    unsigned missing = 0, warnings = 0;
    int32_t count = 0;
    for (unsigned i = 0; i < BF_PCF_FIELD_COUNT; i++) {
        count += passed[i];
        missing |= (passed[i] ? 0u : 1u) << i;
    }
    warnings |= (f->fatigue_score < EXTREME_FATIGUE ? 1u : 0u) << BF_PCF_WARNING_EXTREME_FATIGUE;
    warnings |= (fabs(f->mismatch) > EXTREME_MATCHUP ? 1u : 0u) << BF_PCF_WARNING_EXTREME_MATCHUP;
    warnings |= (fabs(f->total) > EXTREME_ADJUSTMENT ? 1u : 0u)
                << BF_PCF_WARNING_EXTREME_ADJUSTMENT;
    out->data_completeness_pct =
        100 * 100 / BF_PCF_FIELD_COUNT * count; /* hundredths of a percent */
    out->missing_data_fields = (uint8_t)missing;
    out->has_warnings = warnings != 0;
    out->warning_details = (uint8_t)warnings;
}

/* §4.8 rows 47 to 53. Zone rows are always ready; what PCF itself does is, too, in a backfill. */
static void readiness(bf_pcf_row *out, const bf_pcf_facts *f, const bf_context_facts *context)
{
    unsigned issues = 0;
    out->upstream_player_shot_ready = (int8_t)f->has_zones;
    out->upstream_team_defense_ready = (int8_t)f->has_defense;
    out->upstream_player_context_ready = (int8_t)context->player_ready;
    out->upstream_team_context_ready = (int8_t)context->team_ready;
    issues |= (f->has_zones ? 0u : 1u) << BF_PCF_ISSUE_PLAYER_SHOT_ZONE;
    issues |= (f->has_defense ? 0u : 1u) << BF_PCF_ISSUE_TEAM_DEFENSE_ZONE;
    issues |= (context->player_ready ? 0u : 1u) << BF_PCF_ISSUE_PLAYER_CONTEXT;
    issues |= (context->team_ready ? 0u : 1u) << BF_PCF_ISSUE_TEAM_CONTEXT;
    out->all_upstreams_ready = out->is_production_ready = issues == 0;
    out->data_quality_issues = (uint8_t)issues;
}

void bf_pcf_values_of(bf_pcf_row *out, const bf_pcf_facts *f, const bf_context_row *context,
                      const bf_psza_row *zones, const bf_tdza_row *defense, bf_day as_of,
                      int64_t *nulled)
{
    const bf_column *columns = bf_outputs[BF_OUTPUT_pcf].columns;
    out->player_lookup = context->player;
    out->universal_player_id = context->universal_player_id;
    out->game_date = out->analysis_date = as_of;
    out->game_id = context->game;
    out->fatigue_score = (int8_t)f->fatigue_score;
    STORE(shot_zone_mismatch_score, f->mismatch);
    STORE(pace_score, f->pace);
    STORE(usage_spike_score, f->usage);
    STORE(total_composite_adjustment, f->total);
    fatigue_json(out, &context->facts);
    shot_zone_json(out, f, zones, defense);
    pace_json(out, f, &context->facts);
    usage_json(out, f, &context->facts);
    quality(out, f, &context->facts);
    readiness(out, f, &context->facts);
}

bf_status bf_pcf_compute(bf_date *date, bf_error *err)
{
    const bf_selection *selected = &date->selections[BF_PROCESSOR_pcf];
    bf_pcf_row *rows = date->rows[BF_PROCESSOR_pcf];
    bf_context *context;
    BF_TRY(bf_context_of(&context, date, err));
    for (int64_t i = 0; i < selected->count; i++) { /* every row of the context is selected */
        const bf_psza_row *zones = bf_psza_find(date, context->rows[i].player);
        const bf_tdza_row *defense = bf_tdza_find(date, context->rows[i].opponent);
        bf_pcf_facts facts;
        bf_pcf_facts_of(&facts, &context->rows[i], zones, defense);
        bf_pcf_values_of(&rows[i], &facts, &context->rows[i], zones, defense, date->day,
                         date->nulled[BF_OUTPUT_pcf]);
    }
    return BF_OK;
}
