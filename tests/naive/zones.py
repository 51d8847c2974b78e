"""TDZA and PSZA: zones.md."""
import seasons
from load import before
from rounding import numeric, r_away, r_even, sum0, value

TDZA = "TeamDefenseZoneAnalysisProcessor"
PSZA = "PlayerShotZoneAnalysisProcessor"

TEAM_GAMES = 15
LEAGUE_DAYS, LEAGUE_TEAM_GAMES, LEAGUE_TEAMS = 30, 10, 10
PLAYER_GAMES, PLAYER_GAMES_LONG, PLAYER_GAMES_LONG_MIN = 10, 20, 15

# Zone in the fixed order: prefix of columns, label in rankings, words in notes, league default.
ZONES = [("paint", "paint", "paint", 0.580),
         ("mid_range", "mid_range", "mid-range", 0.410),
         ("three_pt", "perimeter", "three-point", 0.355)]

TDZA_COUNTS = ["opp_paint_attempts", "opp_paint_makes", "opp_mid_range_attempts",
               "opp_mid_range_makes", "opp_three_pt_attempts", "opp_three_pt_makes",
               "points_in_paint_allowed", "blocks_paint", "blocks_mid_range", "blocks_three_pt",
               "points_allowed"]
PSZA_COUNTS = ["fg_makes", "paint_attempts", "paint_makes", "mid_range_attempts",
               "mid_range_makes", "three_pt_attempts", "three_pt_makes", "assisted_fg_makes",
               "unassisted_fg_makes"]


def failure(processor, date, entity, category, retry, reason, expected=None, actual=None):
    """One record: zones.md 5, backfill.md 7.2, resolutions 3 and 20."""
    return dict(processor_name=processor, analysis_date=seasons.text(date), entity_id=entity,
                failure_category=category, failure_reason=reason, can_retry=retry,
                expected_game_count=expected, actual_game_count=actual)


def date_level(processor, date, reason):
    """P13, resolution 1."""
    return failure(processor, date, "DATE_LEVEL", "MISSING_DEPENDENCY", True, reason)


def processing_error(processor, date, entity):
    """P12: a negative count in the window."""
    return failure(processor, date, entity, "PROCESSING_ERROR", False,
                   "negative count in the window")


def has_negative(rows, columns):
    return any(r[c] is not None and r[c] < 0 for r in rows for c in columns)


def source_hash(rows):
    """P8, resolutions 8 and 18: hash of the greatest processed_at; tie: greatest hash."""
    pairs = [(r["processed_at"], r["data_hash"]) for r in rows
             if r["processed_at"] is not None and r["data_hash"] is not None]
    return max(pairs)[1] if pairs else None


def operational(expected):
    """Section 4: the columns that are alike in both tables."""
    return dict(expected_games_count=expected, actual_games_count=expected,
                completeness_percentage=100.0, missing_games_count=0, is_production_ready=True,
                data_quality_issues=[], reprocess_attempt_count=0, circuit_breaker_active=False,
                manual_override_required=False, season_boundary_detected=False,
                backfill_bootstrap_mode=False,
                processing_decision_reason="processed_successfully")


# --- TDZA (section 2) ---

def sum_or_null(rows, column):
    """2.3 step 2: here the sum of an all-null column is null."""
    if all(r[column] is None for r in rows):
        return None
    return sum0(rows, column)


def league_averages(history, date):
    """2.3: unweighted mean over the teams with enough games and all three percentages."""
    kept = []
    for team in sorted(history.defense_of):
        rows = [r for r in history.defense_of[team]
                if date - LEAGUE_DAYS <= r["game_date"] < date]
        if len(rows) < LEAGUE_TEAM_GAMES:
            continue
        percentages = []
        for zone, _, _, _ in ZONES:
            makes = sum_or_null(rows, f"opp_{zone}_makes")
            attempts = sum_or_null(rows, f"opp_{zone}_attempts")
            if makes is not None and attempts is not None and attempts != 0:
                percentages.append(makes / attempts)
        if len(percentages) == len(ZONES):
            kept.append(percentages)
    if len(kept) < LEAGUE_TEAMS:
        return [default for _, _, _, default in ZONES]
    averages = []
    for i in range(len(ZONES)):
        total = 0.0
        for percentages in kept:
            total += percentages[i]
        averages.append(total / len(kept))
    return averages


def mean_in_two_steps(rows, column, unit):
    """2.4, columns 16 and 18: (S / unit) / m."""
    values = [r[column] for r in rows if r[column] is not None]
    return (sum(values) / unit) / len(values) if values else None


def team_row(team, date, window, league):
    """2.4 and 2.5."""
    n = len(window)
    row = dict(team_abbr=team, analysis_date=seasons.text(date))
    ranked, notes = [], []
    for (zone, label, words, _), average in zip(ZONES, league):
        makes = sum0(window, f"opp_{zone}_makes")
        attempts = sum0(window, f"opp_{zone}_attempts")
        blocks = sum0(window, f"blocks_{zone}")
        pct = makes / attempts if attempts > 0 else None
        versus = (pct - average) * 100 if pct is not None else None
        row[f"{zone}_pct_allowed_last_15"] = numeric(r_away, pct, 5, 3)
        row[f"{zone}_attempts_allowed_per_game"] = numeric(r_away, attempts / n, 5, 1)
        row[f"{zone}_blocks_per_game"] = numeric(r_away, blocks / n, 4, 1)
        row[f"{zone}_defense_vs_league_avg"] = numeric(r_away, versus, 5, 2)
        if versus is not None:  # resolution 19: ranked even where it is too large to store
            ranked.append((versus, label))
        if attempts == 0:
            notes.append(f"No {words} attempts")
    row["paint_points_allowed_per_game"] = numeric(
        r_away, sum0(window, "points_in_paint_allowed") / n, 5, 1)
    row["defensive_rating_last_15"] = numeric(
        r_away, mean_in_two_steps(window, "defensive_rating", 100.0), 6, 2)
    row["opponent_points_per_game"] = numeric(r_away, sum0(window, "points_allowed") / n, 5, 1)
    row["opponent_pace"] = numeric(
        r_away, mean_in_two_steps(window, "opponent_pace", 10.0), 5, 1)
    row["games_in_sample"] = n
    # min and max keep the earlier zone on equality.
    row["strongest_zone"] = min(ranked, key=lambda z: z[0])[1] if ranked else None
    row["weakest_zone"] = max(ranked, key=lambda z: z[0])[1] if ranked else None
    row["data_quality_tier"] = "high"
    row["calculation_notes"] = "; ".join(notes) or None
    row.update(operational(TEAM_GAMES))
    return row


def team_defense(history, date):
    """Rows and failures of a date: 2.2, section 5."""
    first = seasons.october_first(seasons.season_year(date))
    season = {team: [r for r in before(rows, date) if r["game_date"] >= first]
              for team, rows in history.defense_of.items()}
    if not any(season.values()):
        return [], [date_level(TDZA, date, "no team_defense_game_summary row in the season")]
    league = league_averages(history, date)
    digest = source_hash([r for rows in season.values() for r in rows])
    rows, failures = [], []
    for team in sorted(season):
        games = season[team]
        window = games[:TEAM_GAMES]
        if not games:
            continue
        if len(window) < TEAM_GAMES:
            failures.append(failure(
                TDZA, date, team, "INSUFFICIENT_DATA", True,
                f"Only {len(window)} games, need {TEAM_GAMES}", TEAM_GAMES, len(window)))
        elif has_negative(window, TDZA_COUNTS):
            failures.append(processing_error(TDZA, date, team))
        else:
            row = team_row(team, date, window, league)
            row["source_team_defense_hash"] = digest
            rows.append(row)
    return rows, failures


# --- PSZA (section 3) ---

def is_eligible(row):
    """3.2; a comparison with null is not true. (is_dnp is no part of this rule.)"""
    return row["is_active"] is True and (
        (row["minutes_played"] or 0) > 0 or (row["fg_attempts"] or 0) > 0)


def zone_metrics(window):
    """3.3: unrounded metrics of a window, None for null."""
    n = len(window)
    attempts = {z: sum0(window, f"{z}_attempts") for z, _, _, _ in ZONES}
    makes = {z: sum0(window, f"{z}_makes") for z, _, _, _ in ZONES}
    total = attempts["paint"] + attempts["mid_range"] + attempts["three_pt"]
    complete = all(any(r[f"{z}_attempts"] is not None for r in window) for z in attempts)  # P7
    fg_makes = sum0(window, "fg_makes")
    out = {"shots": total if total > 0 else None}
    for z in attempts:
        out[f"rate_{z}"] = attempts[z] / total * 100 if complete and total > 0 else None
        out[f"pct_{z}"] = makes[z] / attempts[z] if attempts[z] > 0 else None
        out[f"per_game_{z}"] = attempts[z] / n
    for name in ("assisted", "unassisted"):
        count = sum0(window, f"{name}_fg_makes")
        out[name] = count / fg_makes * 100 if complete and total > 0 and fg_makes > 0 else None
    return out


def primary_zone(paint, mid, three):
    """3.5, from the rounded rates, null read as 0."""
    paint, mid, three = (value(v) or 0.0 for v in (paint, mid, three))
    if paint == 0 and mid == 0 and three == 0:
        return None
    if paint >= 40:
        return "paint"
    if three >= 40:
        return "perimeter"
    if mid >= 35:
        return "mid_range"
    return "balanced"


def quality(n, window):
    """3.5; floor(0.7 w), floor(0.5 w)."""
    if n >= window:
        return "excellent"
    if n >= 7 * window // 10:
        return "good"
    if n >= 5 * window // 10:
        return "limited"
    return "insufficient"


def player_row(player, date, games):
    """3.4."""
    short, long = games[:PLAYER_GAMES], games[:PLAYER_GAMES_LONG]
    metrics, metrics_long = zone_metrics(short), zone_metrics(long)
    enough = len(long) >= PLAYER_GAMES_LONG_MIN
    row = dict(player_lookup=player, universal_player_id=short[0]["universal_player_id"],
               analysis_date=seasons.text(date), total_shots_last_10=metrics["shots"],
               games_in_sample_10=len(short), sample_quality_10=quality(len(short), 10),
               games_in_sample_20=len(long), sample_quality_20=quality(len(long), 20))
    for z, _, _, _ in ZONES:
        row[f"{z}_rate_last_10"] = numeric(r_even, metrics[f"rate_{z}"], 5, 2)
        row[f"{z}_pct_last_10"] = numeric(r_even, metrics[f"pct_{z}"], 5, 3)
        row[f"{z}_attempts_per_game"] = numeric(r_even, metrics[f"per_game_{z}"], 4, 1)
    row["paint_rate_last_20"] = numeric(r_even, metrics_long["rate_paint"] if enough else None,
                                        5, 2)
    row["paint_pct_last_20"] = numeric(r_even, metrics_long["pct_paint"] if enough else None,
                                       5, 3)
    row["assisted_rate_last_10"] = numeric(r_even, metrics["assisted"], 5, 2)
    row["unassisted_rate_last_10"] = numeric(r_even, metrics["unassisted"], 5, 2)
    row["primary_scoring_zone"] = primary_zone(
        row["paint_rate_last_10"], row["mid_range_rate_last_10"], row["three_pt_rate_last_10"])
    row["data_quality_tier"] = "high"
    row["early_season_flag"] = False
    row.update(operational(len(long)))
    return row


def player_shot_zones(history, date):
    """Rows and failures of a date: 3.2, section 5."""
    first = seasons.october_first(seasons.season_year(date))
    eligible = {player: [r for r in before(rows, date)
                         if r["game_date"] >= first and is_eligible(r)]
                for player, rows in history.rows_of.items()}
    if not any(eligible.values()):
        return [], [date_level(PSZA, date, "no eligible player_game_summary row in the season")]
    digest = source_hash(before(history.players, date))
    rows, failures = [], []
    for player in sorted(eligible, key=str.encode):
        games = eligible[player]
        if not games:
            continue
        if len(games) < PLAYER_GAMES:
            failures.append(failure(
                PSZA, date, player, "EXPECTED_INCOMPLETE", False,
                f"Only {len(games)} games, need {PLAYER_GAMES}", PLAYER_GAMES, len(games)))
        elif has_negative(games[:PLAYER_GAMES_LONG], PSZA_COUNTS):
            failures.append(processing_error(PSZA, date, player))
        else:
            row = player_row(player, date, games)
            row["source_player_game_hash"] = digest
            rows.append(row)
    return rows, failures
