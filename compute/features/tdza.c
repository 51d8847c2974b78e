#include "compute/features/tdza.h"

#include "compute/features/processor.h"
#include "compute/history/window.h"

enum {
    WINDOW_GAMES = 15,     /* games; window and minimum (§2.2) */
    LEAGUE_DAYS = 30,      /* days; range of the league averages (§2.3 step 1, P2) */
    LEAGUE_MIN_GAMES = 10, /* games; a team counts from here on (step 3) */
    LEAGUE_MIN_TEAMS = 10  /* teams; below this the defaults hold (step 5) */
};
static const bf_tdza_league LEAGUE_DEFAULT = {0, 0.580, 0.410, 0.355}; /* shares made (step 5) */

/* ---- select (§2.2)
 * -------------------------------------------------------------------------------- */

bf_tdza_windows bf_tdza_windows_of(const bf_history *history, bf_day as_of, int32_t team)
{
    bf_window season = bf_window_season(&history->series[BF_SERIES_DEFENSE], team, as_of);
    return (bf_tdza_windows){.last_15 = bf_window_last(season, WINDOW_GAMES)};
}

bf_status bf_tdza_select(bf_selection *out, bf_date *date, bf_error *err)
{
    const bf_history *history = date->history;
    int32_t teams = history->series[BF_SERIES_DEFENSE].entities;
    bool any = false;
    BF_TRY(bf_selection_init(out, date, teams, err));
    for (int32_t team = 0; team < teams; team++) {
        bf_window window = bf_tdza_windows_of(history, date->day, team).last_15;
        int64_t n = bf_window_games(window);
        any |= n > 0;
        if (n == WINDOW_GAMES && !bf_window_has(window, BF_DEFENSE_negative))
            bf_selection_add(out, team);
        else if (n == WINDOW_GAMES) /* P12 */
            bf_selection_fail(out, date, history->team_entity[team], BF_FAILURE_PROCESSING_ERROR,
                              BF_REASON_NEGATIVE_COUNT, false, BF_NULL_I8, BF_NULL_I8);
        else if (n > 0)
            bf_selection_fail(out, date, history->team_entity[team], BF_FAILURE_INSUFFICIENT_DATA,
                              BF_REASON_TEAM_GAMES, true, WINDOW_GAMES, (int8_t)n);
    }
    if (!any) /* P13, B10 */
        bf_selection_fail_date(out, date, BF_REASON_NO_TEAM_GAMES);
    return BF_OK;
}

/* ---- facts (§2.3, §2.4)
 * --------------------------------------------------------------------------- */

/* Columns of the series that hold the shots of a zone. */
static const struct {
    int attempts, attempts_count, makes, makes_count;
} zone_shots[BF_ZONE_COUNT] = {
    [BF_ZONE_PAINT] = {BF_DEFENSE_sum_opp_paint_attempts, BF_DEFENSE_count_opp_paint_attempts,
                       BF_DEFENSE_sum_opp_paint_makes, BF_DEFENSE_count_opp_paint_makes},
    [BF_ZONE_MID_RANGE] = {BF_DEFENSE_sum_opp_mid_range_attempts,
                           BF_DEFENSE_count_opp_mid_range_attempts,
                           BF_DEFENSE_sum_opp_mid_range_makes,
                           BF_DEFENSE_count_opp_mid_range_makes},
    [BF_ZONE_PERIMETER] = {BF_DEFENSE_sum_opp_three_pt_attempts,
                           BF_DEFENSE_count_opp_three_pt_attempts,
                           BF_DEFENSE_sum_opp_three_pt_makes, BF_DEFENSE_count_opp_three_pt_makes},
};

bf_tdza_league_team bf_tdza_league_team_of(const bf_history *history, bf_day as_of, int32_t team)
{
    bf_window before = bf_window_before(&history->series[BF_SERIES_DEFENSE], team, as_of);
    bf_tdza_league_team out = {.games = bf_window_days(before, as_of, LEAGUE_DAYS)};
    out.counts = bf_window_games(out.games) >= LEAGUE_MIN_GAMES;
    for (int zone = 0; zone < BF_ZONE_COUNT; zone++) {
        out.attempts[zone] = bf_window_sum(out.games, zone_shots[zone].attempts);
        out.makes[zone] = bf_window_sum(out.games, zone_shots[zone].makes);
        /* A share is null if no row has its makes or its attempts, or there was no attempt (step
         * 2). */
        bool known = bf_window_sum(out.games, zone_shots[zone].makes_count) > 0 &&
                     bf_window_sum(out.games, zone_shots[zone].attempts_count) > 0 &&
                     out.attempts[zone] != 0;
        out.share[zone] =
            known ? (double)out.makes[zone] / (double)out.attempts[zone] : BF_NULL_F64;
        out.counts = out.counts && known;
    }
    return out;
}

bf_tdza_league bf_tdza_league_of(const bf_history *history, bf_day as_of)
{
    int32_t teams = history->series[BF_SERIES_DEFENSE].entities;
    bf_tdza_league sum = {0, 0.0, 0.0, 0.0};
    for (int32_t team = 0; team < teams; team++) {
        bf_tdza_league_team part = bf_tdza_league_team_of(history, as_of, team);
        if (!part.counts)
            continue;
        sum.teams++;
        sum.paint += part.share[BF_ZONE_PAINT];
        sum.mid_range += part.share[BF_ZONE_MID_RANGE];
        sum.three_pt += part.share[BF_ZONE_PERIMETER];
    }
    bf_tdza_league league = LEAGUE_DEFAULT;
    league.teams = sum.teams;
    if (sum.teams >= LEAGUE_MIN_TEAMS) {
        league.paint = sum.paint / sum.teams;
        league.mid_range = sum.mid_range / sum.teams;
        league.three_pt = sum.three_pt / sum.teams;
    }
    return league;
}

void bf_tdza_facts_of(bf_tdza_facts *out, const bf_history *history, bf_day as_of, int32_t team,
                      const bf_tdza_league *league)
{
    bf_window w = bf_tdza_windows_of(history, as_of, team).last_15;
    const bf_window_sums sums = bf_window_sums_of(w);
    *out = (bf_tdza_facts){
        .games = (int32_t)bf_window_games(w),
        .paint_attempts = bf_sum(sums, BF_DEFENSE_sum_opp_paint_attempts),
        .paint_makes = bf_sum(sums, BF_DEFENSE_sum_opp_paint_makes),
        .mid_range_attempts = bf_sum(sums, BF_DEFENSE_sum_opp_mid_range_attempts),
        .mid_range_makes = bf_sum(sums, BF_DEFENSE_sum_opp_mid_range_makes),
        .three_pt_attempts = bf_sum(sums, BF_DEFENSE_sum_opp_three_pt_attempts),
        .three_pt_makes = bf_sum(sums, BF_DEFENSE_sum_opp_three_pt_makes),
        .points_in_paint = bf_sum(sums, BF_DEFENSE_sum_points_in_paint_allowed),
        .blocks_paint = bf_sum(sums, BF_DEFENSE_sum_blocks_paint),
        .blocks_mid_range = bf_sum(sums, BF_DEFENSE_sum_blocks_mid_range),
        .blocks_three_pt = bf_sum(sums, BF_DEFENSE_sum_blocks_three_pt),
        .points_allowed = bf_sum(sums, BF_DEFENSE_sum_points_allowed),
        .rating_sum = bf_sum(sums, BF_DEFENSE_sum_defensive_rating),
        .rating_games = bf_sum(sums, BF_DEFENSE_count_defensive_rating),
        .pace_sum = bf_sum(sums, BF_DEFENSE_sum_opponent_pace),
        .pace_games = bf_sum(sums, BF_DEFENSE_count_opponent_pace),
        .league_teams = league->teams,
        .league_paint = league->paint,
        .league_mid_range = league->mid_range,
        .league_three_pt = league->three_pt,
    };
}

/* ---- values (§2.4, §2.5)
 * -------------------------------------------------------------------------- */

/* A rounded value in its column. */
#define STORE(field, value)                                                                        \
    out->field = bf_fit(bf_round_away(value, columns[BF_tdza_##field].decimals),                   \
                        &columns[BF_tdza_##field], &nulled[BF_tdza_##field])
#define STORE_IF(condition, field, value)                                                          \
    do {                                                                                           \
        out->field = BF_NULL_I32;                                                                  \
        if (condition)                                                                             \
            STORE(field, value);                                                                   \
    } while (0)

/* Zones with the smallest and the largest value against the league; of equal ones the earlier
 * (§2.5). */
static void rank_zones(bf_tdza_row *out, const double vs_league[BF_ZONE_COUNT],
                       const bool known[BF_ZONE_COUNT])
{
    out->strongest_zone = out->weakest_zone = BF_NULL_I8;
    for (int8_t zone = 0; zone < BF_ZONE_COUNT; zone++) {
        if (!known[zone])
            continue;
        if (out->strongest_zone == BF_NULL_I8 || vs_league[zone] < vs_league[out->strongest_zone])
            out->strongest_zone = zone;
        if (out->weakest_zone == BF_NULL_I8 || vs_league[zone] > vs_league[out->weakest_zone])
            out->weakest_zone = zone;
    }
}

void bf_tdza_values_of(bf_tdza_row *out, const bf_tdza_facts *f, const bf_history *history,
                       bf_day as_of, int32_t team, int64_t *nulled)
{
    const bf_column *columns = bf_outputs[BF_OUTPUT_tdza].columns;
    const int32_t attempts[] = {f->paint_attempts, f->mid_range_attempts, f->three_pt_attempts};
    const int32_t makes[] = {f->paint_makes, f->mid_range_makes, f->three_pt_makes};
    const double league[] = {f->league_paint, f->league_mid_range, f->league_three_pt};
    const double n = f->games;
    double pct[BF_ZONE_COUNT], vs_league[BF_ZONE_COUNT];
    bool known[BF_ZONE_COUNT];
    out->calculation_notes = 0;
    for (int zone = 0; zone < BF_ZONE_COUNT; zone++) {
        known[zone] = attempts[zone] > 0;
        pct[zone] = known[zone] ? (double)makes[zone] / (double)attempts[zone] : 0.0;
        vs_league[zone] = (pct[zone] - league[zone]) * 100.0;
        if (attempts[zone] == 0)
            out->calculation_notes |=
                (uint8_t)(1u << zone); /* the notes stand in the order of the zones */
    }
    out->team_abbr = team;
    out->analysis_date = as_of;
    STORE_IF(known[BF_ZONE_PAINT], paint_pct_allowed_last_15, pct[BF_ZONE_PAINT]);
    STORE(paint_attempts_allowed_per_game, f->paint_attempts / n);
    STORE(paint_points_allowed_per_game, f->points_in_paint / n);
    STORE(paint_blocks_per_game, f->blocks_paint / n);
    STORE_IF(known[BF_ZONE_PAINT], paint_defense_vs_league_avg, vs_league[BF_ZONE_PAINT]);
    STORE_IF(known[BF_ZONE_MID_RANGE], mid_range_pct_allowed_last_15, pct[BF_ZONE_MID_RANGE]);
    STORE(mid_range_attempts_allowed_per_game, f->mid_range_attempts / n);
    STORE(mid_range_blocks_per_game, f->blocks_mid_range / n);
    STORE_IF(known[BF_ZONE_MID_RANGE], mid_range_defense_vs_league_avg,
             vs_league[BF_ZONE_MID_RANGE]);
    STORE_IF(known[BF_ZONE_PERIMETER], three_pt_pct_allowed_last_15, pct[BF_ZONE_PERIMETER]);
    STORE(three_pt_attempts_allowed_per_game, f->three_pt_attempts / n);
    STORE(three_pt_blocks_per_game, f->blocks_three_pt / n);
    STORE_IF(known[BF_ZONE_PERIMETER], three_pt_defense_vs_league_avg,
             vs_league[BF_ZONE_PERIMETER]);
    STORE_IF(f->rating_games > 0, defensive_rating_last_15,
             f->rating_sum / 100.0 / f->rating_games);
    STORE(opponent_points_per_game, f->points_allowed / n);
    STORE_IF(f->pace_games > 0, opponent_pace, f->pace_sum / 10.0 / f->pace_games);
    rank_zones(out, vs_league, known);
    out->source_team_defense_hash = history->newest_defense_hash[as_of - history->sizes.first_day];
}

bf_status bf_tdza_compute(bf_date *date, bf_error *err)
{
    (void)err;
    const bf_selection *selected = &date->selections[BF_PROCESSOR_tdza];
    bf_tdza_row *rows = date->rows[BF_PROCESSOR_tdza];
    bf_tdza_league league = bf_tdza_league_of(date->history, date->day);
    for (int64_t i = 0; i < selected->count; i++) {
        bf_tdza_facts facts;
        bf_tdza_facts_of(&facts, date->history, date->day, selected->entities[i], &league);
        bf_tdza_values_of(&rows[i], &facts, date->history, date->day, selected->entities[i],
                          date->nulled[BF_OUTPUT_tdza]);
    }
    return BF_OK;
}
