"""PCF and PDC: players.md 4 to 6."""
import json
import math

import seasons
from load import before, in_season, played
from rounding import clamp, known, mean, numeric, plain, rnd, sum0, value
from zones import failure

PCF = "PlayerCompositeFactorsProcessor"
PDC = "PlayerDailyCacheProcessor"

ABSOLUTE_MIN_GAMES, MIN_GAMES, SEASON_CAP = 5, 10, 82
TEAM_GAMES = 10  # no season bound (5.1)


def or_default(x, default):
    return default if x is None else x


# --- PCF (section 4) ---

def fatigue(context):
    """4.1: score and its JSON object, with the defaults of section 2."""
    days_rest = or_default(context["days_rest"], 1)
    back_to_back = or_default(context["back_to_back"], False)
    games = or_default(context["games_in_last_7_days"], 3)
    minutes = float(or_default(context["minutes_in_last_7_days"], 200.0))
    average = or_default(context["avg_minutes_per_game_last_7"], 30.0)
    pairs = or_default(context["back_to_backs_last_14_days"], 0)
    age = or_default(context["player_age"], 25)
    score, penalties, bonuses = 100, [], []
    if back_to_back:
        score -= 15
        penalties.append("back_to_back: -15")
    elif days_rest >= 3:
        score += 5
        bonuses.append("extra_rest: +5")
    if games >= 4:
        score -= 10
        penalties.append("frequent_games: -10")
    if minutes > 240:
        score -= 10
        penalties.append("heavy_minutes: -10")
    if average > 35:
        score -= 8
    if pairs >= 2:
        score -= 12
    elif pairs == 1:
        score -= 5
    if age >= 35:
        score -= 10
        penalties.append("veteran_age: -10")
    elif age >= 30:
        score -= 5
    score = clamp(score, 0, 100)
    return score, dict(
        days_rest=days_rest, back_to_back=back_to_back, games_last_7=games,
        minutes_last_7=minutes, avg_minutes_pg_last_7=average, back_to_backs_last_14=pairs,
        player_age=age, penalties_applied=penalties, bonuses_applied=bonuses, final_score=score)


def zone_mismatch(shot_zones, defense):
    """4.2: m and its JSON object."""
    if shot_zones is None or defense is None:
        return 0.0, {"missing_data": True}
    zone = shot_zones["primary_scoring_zone"]
    prefix = {"mid_range": "mid_range", "perimeter": "three_pt"}.get(zone, "paint")
    r = or_default(value(shot_zones[f"{prefix}_rate_last_10"]), 50.0)
    d = or_default(value(defense[f"{prefix}_defense_vs_league_avg"]), 0.0)
    w = d * min(r / 50, 1.0)
    if abs(w) > 5.0:
        w = 1.2 * w
    m = plain(clamp(w, -10.0, 10.0))
    kind = "favorable" if m > 2.0 else "unfavorable" if m < -2.0 else "neutral"
    return m, dict(player_primary_zone=zone or "unknown", primary_zone_frequency=r,
                   opponent_weak_zone=defense["weakest_zone"] or "unknown",
                   opponent_defense_vs_league=d, mismatch_type=kind, final_score=m)


def pace(context):
    """4.3: p and its JSON object."""
    differential = or_default(context["pace_differential"], 0.0)
    p = plain(clamp(differential / 2, -3.0, 3.0))
    kind = "fast" if differential > 2.0 else "slow" if differential < -2.0 else "normal"
    return p, dict(pace_differential=differential,
                   opponent_pace_last_10=or_default(context["opponent_pace_last_10"], 100.0),
                   league_avg_pace=context["league_avg_pace"], pace_environment=kind,
                   final_score=p)


def usage(context):
    """4.4: u and its JSON object (baseline 0: resolution 21)."""
    projected, baseline = context["projected_usage_rate"], context["avg_usage_rate_last_7_games"]
    stars = or_default(context["star_teammates_out"], 0)
    u, differential, trend = 0.0, None, "stable"
    if projected is not None and baseline is not None:
        differential = projected - baseline
        trend = "spike" if differential > 2.0 else "drop" if differential < -2.0 else "stable"
        if baseline != 0:
            u = 0.3 * differential
            if u > 0 and stars >= 2:
                u = 1.30 * u
            elif u > 0 and stars == 1:
                u = 1.15 * u
            u = plain(clamp(u, -3.0, 3.0))
    return u, dict(projected_usage_rate=projected, avg_usage_last_7=baseline,
                   usage_differential=differential, star_teammates_out=stars, usage_trend=trend,
                   final_score=u)


def composite_row(date, context, shot_zones, defense):
    """4.5 to 4.8."""
    score, fatigue_json = fatigue(context)
    m, zone_json = zone_mismatch(shot_zones, defense)
    p, pace_json = pace(context)
    u, usage_json = usage(context)
    total = (score - 100) / 20 + m + p + u  # unrounded parts, from left to right

    checks = [("days_rest", context["days_rest"] is not None),
              ("projected_usage_rate", context["projected_usage_rate"] is not None),
              ("pace_differential", context["pace_differential"] is not None),
              ("player_shot_zone", shot_zones is not None),
              ("team_defense_zone", defense is not None)]
    missing = [name for name, passed in checks if not passed]
    warnings = []
    if score < 50:
        warnings.append("EXTREME_FATIGUE: Player showing severe fatigue")
    if abs(m) > 8.0:
        warnings.append("EXTREME_MATCHUP: Unusual zone mismatch")
    if abs(total) > 12.0:
        warnings.append("EXTREME_ADJUSTMENT: Very large composite adjustment")

    flags = [("upstream_player_shot_ready", shot_zones is not None
              and shot_zones["is_production_ready"], "upstream_player_shot_zone_incomplete"),
             ("upstream_team_defense_ready", defense is not None
              and defense["is_production_ready"], "upstream_team_defense_zone_incomplete"),
             ("upstream_player_context_ready", context["context_ready"],
              "upstream_player_context_incomplete"),
             ("upstream_team_context_ready", context["team_context_ready"],
              "upstream_team_context_incomplete")]
    all_ready = all(flag for _, flag, _ in flags)
    row = dict(
        player_lookup=context["player_lookup"],
        universal_player_id=context["universal_player_id"], game_date=seasons.text(date),
        game_id=context["game_id"], analysis_date=seasons.text(date), fatigue_score=score,
        shot_zone_mismatch_score=numeric(rnd, m, 4, 1), pace_score=numeric(rnd, p, 3, 1),
        usage_spike_score=numeric(rnd, u, 3, 1),
        total_composite_adjustment=numeric(rnd, total, 5, 2),
        fatigue_context_json=json.dumps(fatigue_json),
        shot_zone_context_json=json.dumps(zone_json),
        pace_context_json=json.dumps(pace_json), usage_context_json=json.dumps(usage_json),
        calculation_version="v1_4factors",
        data_completeness_pct=numeric(rnd, 100.0 * (5 - len(missing)) / 5, 5, 2),
        missing_data_fields=", ".join(missing) or None, has_warnings=bool(warnings),
        warning_details="; ".join(warnings) or None, early_season_flag=False,
        expected_games_count=1, actual_games_count=1, completeness_percentage=100.0,
        missing_games_count=0, is_production_ready=all_ready,
        data_quality_issues=[issue for _, flag, issue in flags if not flag],
        all_upstreams_ready=all_ready, reprocess_attempt_count=0, circuit_breaker_active=False,
        manual_override_required=False, season_boundary_detected=False,
        backfill_bootstrap_mode=False, processing_decision_reason="processed_successfully")
    row.update((name, flag) for name, flag, _ in flags)
    for name in ("referee_favorability_score", "look_ahead_pressure_score",
                 "travel_impact_score", "opponent_strength_score"):
        row[name] = numeric(rnd, 0.0, 3, 1)
    return row


def composite_factors(date, contexts, shot_zones, defenses):
    """One row per context row; no minimum (section 4)."""
    return [composite_row(date, c, shot_zones.get(player), defenses.get(c["opponent_team_abbr"]))
            for player, c in contexts.items()]


# --- completeness (6.2) ---

def latest_team(history, player, date, otherwise):
    """T': team of the player's latest row before D, any activity, any season."""
    rows = before(history.days_of.get(player, []), date)
    return rows[0]["team_abbr"] if rows else otherwise


def completeness(history, player, date, team):
    """Expected, actual, percentage and ready flag of l5, l10, l7d, l14d."""
    team_dates = [r["game_date"] for r in
                  in_season(before(history.team_days_of.get(team, []), date), date)]
    own_dates = [r["game_date"] for r in
                 in_season(before(history.days_of.get(player, []), date), date)]
    windows = {}
    for name, n in (("l5", 5), ("l10", 10)):
        windows[name] = (min(n, len(team_dates)), len(own_dates))
    for name, n in (("l7d", 7), ("l14d", 14)):
        windows[name] = (sum(1 for d in team_dates if d >= date - n),
                         sum(1 for d in own_dates if d >= date - n))
    result = {}
    for name, (expected, had) in windows.items():
        actual = min(expected, had)
        percentage = 100.0 * actual / expected if expected else 100.0
        result[name] = (expected, actual, float(format(percentage, ".1f")), percentage >= 90.0)
    return result


# --- PDC (section 5) ---

def sample_std(rows):
    """1.3: sqrt((n S2 - S1^2) / (n (n - 1))), null below two values."""
    points = known(rows, "points")
    n = len(points)
    if n < 2:
        return None
    numerator = n * sum(x * x for x in points) - sum(points) ** 2
    return math.sqrt(numerator / (n * (n - 1)))


def assisted_rate(rows):
    """5.2 column 25: over the rows where both fields are known."""
    both = [r for r in rows if r["assisted_fg_makes"] is not None and r["fg_makes"] is not None]
    makes = sum0(both, "fg_makes")
    return sum0(both, "assisted_fg_makes") / makes if makes != 0 else None


def four(x, precision, scale):
    """RND(x, 4) for a column declared NUMERIC(precision, scale) (resolution 19)."""
    return numeric(rnd, x, precision, scale, 4)


def cache_row(history, date, context, games, shot_zones):
    """5.2."""
    player = context["player_lookup"]
    five, ten = games[:5], games[:10]
    team = before(history.team_days_of.get(context["team_abbr"], []), date)[:TEAM_GAMES]
    windows = completeness(history, player, date,
                           latest_team(history, player, date, context["team_abbr"]))
    all_complete = all(ready for _, _, _, ready in windows.values())
    early = len(games) < MIN_GAMES
    season_start = seasons.october_first(seasons.season_year(date))
    row = dict(
        player_lookup=player, universal_player_id=context["universal_player_id"],
        cache_date=seasons.text(date),
        points_avg_last_5=four(mean(five, "points", 1), 5, 1),
        points_avg_last_10=four(mean(ten, "points", 1), 5, 1),
        points_avg_season=four(mean(games, "points", 1), 5, 1),
        points_std_last_10=four(sample_std(ten), 5, 2),
        minutes_avg_last_10=four(mean(ten, "minutes_played", 10), 5, 1),
        usage_rate_last_10=four(mean(ten, "usage_rate", 100), 5, 2),
        ts_pct_last_10=four(mean(ten, "ts_pct", 1000), 5, 3),
        games_played_season=len(games),
        team_pace_last_10=four(mean(team, "pace", 10), 5, 1),
        team_off_rating_last_10=four(mean(team, "offensive_rating", 100), 6, 2),
        player_usage_rate_season=four(mean(games, "usage_rate", 100), 5, 2),
        avg_minutes_per_game_last_7=four(context["avg_minutes_per_game_last_7"], 5, 1),
        primary_scoring_zone=shot_zones and shot_zones["primary_scoring_zone"],
        paint_rate_last_10=shot_zones and shot_zones["paint_rate_last_10"],
        three_pt_rate_last_10=shot_zones and shot_zones["three_pt_rate_last_10"],
        assisted_rate_last_10=numeric(rnd, assisted_rate(ten), 5, 2, 9),
        early_season_flag=early,
        insufficient_data_reason=f"Only {len(games)} games played, need {MIN_GAMES} minimum"
        if early else None,
        shot_zone_data_available=shot_zones is not None,
        expected_games_count=windows["l5"][0], actual_games_count=windows["l5"][1],
        completeness_percentage=windows["l5"][2],
        missing_games_count=max(0, windows["l5"][0] - windows["l5"][1]),
        is_production_ready=all_complete, data_quality_issues=[], reprocess_attempt_count=0,
        circuit_breaker_active=False, manual_override_required=False,
        season_boundary_detected=seasons.season_boundary(date),
        backfill_bootstrap_mode=date - season_start < 30,
        processing_decision_reason="processed_successfully", all_windows_complete=all_complete,
        cache_version="v1")
    for name in ("games_in_last_7_days", "games_in_last_14_days", "minutes_in_last_7_days",
                 "minutes_in_last_14_days", "back_to_backs_last_14_days",
                 "fourth_quarter_minutes_last_7", "player_age"):
        row[name] = context[name]
    for name, (_, _, percentage, ready) in windows.items():
        row[f"{name}_completeness_pct"] = percentage
        row[f"{name}_is_complete"] = ready
    return row


def daily_cache(history, date, contexts, shot_zones):
    """Rows and failures of a date: 5.1, 6.3."""
    rows, failures = [], []
    for player, context in contexts.items():
        days = in_season(before(history.days_of.get(player, []), date), date)
        games = [r for r in days if played(r)][:SEASON_CAP]
        if len(games) < ABSOLUTE_MIN_GAMES:
            failures.append(failure(
                PDC, date, player, "INSUFFICIENT_DATA", True,
                f"Only {len(games)} games played, need {ABSOLUTE_MIN_GAMES} minimum",
                ABSOLUTE_MIN_GAMES, len(games)))
        else:
            rows.append(cache_row(history, date, context, games, shot_zones.get(player)))
    return rows, failures
