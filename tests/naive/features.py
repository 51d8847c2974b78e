"""ML: ml_features.md."""
import seasons
from load import before, in_season, played
from players import latest_team
from rounding import Stored, clamp, mean, plain, sum0, value
from zones import date_level

ML = "MLFeatureStoreProcessor"

NAMES = """points_avg_last_5 points_avg_last_10 points_avg_season points_std_last_10
    games_in_last_7_days fatigue_score shot_zone_mismatch_score pace_score usage_spike_score
    rest_advantage injury_risk recent_trend minutes_change opponent_def_rating opponent_pace
    home_away back_to_back playoff_game pct_paint pct_mid_range pct_three pct_free_throw
    team_pace team_off_rating team_win_pct""".split()

WEIGHTS = {"phase4": 100, "phase3": 75, "calculated": 100, "default": 40}  # 3.1
SOURCE_ROWS = {"daily_cache": 100, "composite": 100, "shot_zones": 100, "team_defense": 20}


class Vector:
    """The 25 features with their source labels and the mask of constants."""

    def __init__(self):
        self.values, self.labels, self.mask = [], [], 0

    def add(self, x, label, constant):
        if constant:
            self.mask |= 1 << len(self.values)
        self.values.append(plain(float(x)))
        self.labels.append(label)

    def first_of(self, phase4, phase3, default):
        """Kinds A and B: the P4 value, else the P3 value, else the default."""
        if phase4 is not None:
            self.add(phase4, "phase4", False)
        elif phase3 is not None:
            self.add(phase3, "phase3", False)
        else:
            self.add(default, "default", True)

    def calculated(self, result):
        self.add(result[0], "calculated", result[1])

    def context(self, x):
        """Kind X: 0.0 for null; the label is always phase3."""
        self.add(1.0 if x else 0.0, "phase3", x is None)


# --- calculated features (2.2): the value, and whether it is a constant (3.3) ---

def rest_advantage(context):
    own, other = context["days_rest"], context["opponent_days_rest"]
    if own is None or other is None:
        return 0.0, True
    return clamp(own - other, -2, 2), False


def injury_risk(status):
    if not status:
        return 0.0, True
    return {"probable": 1, "questionable": 2, "doubtful": 3, "out": 3}.get(status.lower(), 0), \
        False


def recent_trend(recent):
    if len(recent) < 5:
        return 0.0, True
    points = [r["points"] or 0 for r in recent]
    d = (points[0] + points[1]) / 2 - (points[2] + points[3] + points[4]) / 3
    if d >= 5:
        return 2, False
    if d >= 2:
        return 1, False
    if d <= -5:
        return -2, False
    if d <= -2:
        return -1, False
    return 0, False


def minutes_change(cached, recent, season):
    m = cached
    if m is None and recent:
        m = sum(r["minutes_played"] or 0 for r in recent) / (10 * len(recent))
    if not m or not season:
        return 0.0, True
    c = (m - season) / season
    if c >= 0.20:
        return 2, False
    if c >= 0.10:
        return 1, False
    if c <= -0.20:
        return -2, False
    if c <= -0.10:
        return -1, False
    return 0, False


def free_throw_share(recent):
    points, free = sum0(recent, "points"), sum0(recent, "ft_makes")
    if len(recent) < 5 or points == 0:
        return 0.15, True
    return clamp(free / points, 0.0, 0.5), False


def win_share(team_games):
    if len(team_games) < 5:
        return 0.5, True
    return sum(1 for r in team_games if r["win_flag"]) / len(team_games), False


def build_vector(context, games, team_games, cache, composite, shot_zones, defense):
    """Section 2, in array order. The dicts of rows are {} where a row is missing."""
    recent = games[:10]  # H

    def stored(row, name):
        return value(row.get(name))

    def rate(name):
        """D7: shot zones first, then the daily cache; divided by 100 after reading back."""
        percent = stored(shot_zones, name)
        if percent is None:
            percent = stored(cache, name)
        return None if percent is None else percent / 100

    v = Vector()
    v.first_of(stored(cache, "points_avg_last_5"),
               mean(recent[:5], "points", 1) if len(recent) >= 5 else None, 10.0)
    v.first_of(stored(cache, "points_avg_last_10"), mean(recent, "points", 1), 10.0)
    v.first_of(stored(cache, "points_avg_season"), mean(games, "points", 1), 10.0)
    v.first_of(stored(cache, "points_std_last_10"), None, 5.0)
    v.first_of(cache.get("games_in_last_7_days"), None, 3.0)
    v.first_of(composite.get("fatigue_score"), None, 50.0)
    v.first_of(stored(composite, "shot_zone_mismatch_score"), None, 0.0)
    v.first_of(stored(composite, "pace_score"), None, 0.0)
    v.first_of(stored(composite, "usage_spike_score"), None, 0.0)
    v.calculated(rest_advantage(context))
    v.calculated(injury_risk(context["player_status"]))
    v.calculated(recent_trend(recent))
    v.calculated(minutes_change(stored(cache, "minutes_avg_last_10"), recent,
                                mean(games, "minutes_played", 10)))
    v.first_of(stored(defense, "defensive_rating_last_15"), None, 112.0)
    v.first_of(stored(defense, "opponent_pace"), None, 100.0)
    v.context(context["home_game"])
    v.context(context["back_to_back"])
    phase = context["season_phase"]
    v.context(None if phase is None else phase.lower() == "playoffs")
    v.first_of(rate("paint_rate_last_10"), None, 30.0 / 100)
    v.first_of(rate("mid_range_rate_last_10"), None, 20.0 / 100)
    v.first_of(rate("three_pt_rate_last_10"), None, 35.0 / 100)
    v.calculated(free_throw_share(recent))
    v.first_of(stored(cache, "team_pace_last_10"), None, 100.0)
    v.first_of(stored(cache, "team_off_rating_last_10"), None, 112.0)
    v.calculated(win_share(team_games))
    return v


def quality_tier(score):
    """3.2."""
    for bound, name in ((95, "gold"), (75, "silver"), (50, "bronze"), (25, "poor")):
        if score >= bound:
            return name
    return "unusable"


def data_source(labels):
    """3.3."""
    phase4 = labels.count("phase4") / len(labels)
    phase3 = labels.count("phase3") / len(labels)
    if phase4 >= 0.90:
        return "phase4"
    if phase4 >= 0.50:
        return "phase4_partial"
    return "phase3" if phase3 >= 0.50 else "mixed"


def feature_row(history, date, context, upstream, found):
    """Section 4."""
    player, team = context["player_lookup"], context["team_abbr"]
    cache, composite, shot_zones, defense = upstream
    games = [r for r in in_season(before(history.days_of.get(player, []), date), date)
             if played(r)]
    team_games = in_season(before(history.team_days_of.get(team, []), date), date)
    v = build_vector(context, games, team_games, *upstream)
    score = Stored(sum(WEIGHTS[label] for label in v.labels) * 100 // 25, 2)

    # 3.5, resolution 11: the last ten games of T' with any row of the player before the date, by
    # game_id.
    own_team = latest_team(history, player, date, team)
    expected = in_season(before(history.team_days_of.get(own_team, []), date), date)[:10]
    own_games = {r["game_id"] for r in before(history.rows_of.get(player, []), date)}
    actual = sum(1 for r in expected if r["game_id"] in own_games)
    percentage = 100.0 * actual / len(expected) if expected else 0.0
    issues = [f"upstream_{name}_incomplete" for name, row in (
        ("player_daily_cache", cache), ("player_composite_factors", composite),
        ("player_shot_zone", shot_zones), ("team_defense_zone", defense))
        if not row.get("is_production_ready")]
    row = dict(
        player_lookup=player, universal_player_id=context["universal_player_id"],
        game_date=seasons.text(date), game_id=context["game_id"], features=v.values,
        feature_names=NAMES, feature_count=25, feature_version="v1_baseline_25",
        feature_quality_score=score, opponent_team_abbr=context["opponent_team_abbr"],
        is_home=context["home_game"], days_rest=context["days_rest"],
        data_source=data_source(v.labels), expected_games_count=len(expected),
        actual_games_count=actual, completeness_percentage=float(format(percentage, ".1f")),
        missing_games_count=max(0, len(expected) - actual),
        is_production_ready=percentage >= 90 and not issues, data_quality_issues=issues,
        reprocess_attempt_count=0, circuit_breaker_active=False, manual_override_required=False,
        season_boundary_detected=seasons.season_boundary(date), backfill_bootstrap_mode=False,
        processing_decision_reason="processed_successfully",
        quality_tier=quality_tier(score.value()), default_feature_mask=v.mask)
    for name, count in found.items():
        row[f"source_{name}_rows_found"] = count
        row[f"source_{name}_completeness_pct"] = Stored(
            min(10000, 10000 * count // SOURCE_ROWS[name]), 2)
    return row


def feature_store(history, date, contexts, roster, caches, composites, shot_zones, defenses):
    """One row per active player with a context row (1.1, resolution 12)."""
    found = dict(daily_cache=len(caches), composite=len(composites), shot_zones=len(shot_zones),
                 team_defense=len(defenses))
    rows = []
    for player, context in contexts.items():
        if player in roster:
            upstream = (caches.get(player, {}), composites.get(player, {}),
                        shot_zones.get(player, {}),
                        defenses.get(context["opponent_team_abbr"], {}))
            rows.append(feature_row(history, date, context, upstream, found))
    return rows


def no_players(date, processors):
    """Resolution 1: a game date without any player row."""
    return [date_level(p, date, "no player_game_summary row on the date") for p in processors]
