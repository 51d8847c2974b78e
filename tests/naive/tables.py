"""The six output tables: columns in the order of the target tables, and their CSV form.

Left out: TIMESTAMP columns, run_id, and every hash but the two source hashes of zones.md P8.
"""
import csv
import json

READY = """is_production_ready data_quality_issues"""
COUNTS = """expected_games_count actual_games_count completeness_percentage missing_games_count"""
BREAKER = """reprocess_attempt_count circuit_breaker_active manual_override_required
    season_boundary_detected backfill_bootstrap_mode processing_decision_reason"""


def source(prefix):
    return f"source_{prefix}_rows_found source_{prefix}_completeness_pct"


# table: (columns, sort key)
TABLES = {
    "team_defense_zone_analysis": (f"""team_abbr analysis_date
        paint_pct_allowed_last_15 paint_attempts_allowed_per_game paint_points_allowed_per_game
        paint_blocks_per_game paint_defense_vs_league_avg mid_range_pct_allowed_last_15
        mid_range_attempts_allowed_per_game mid_range_blocks_per_game
        mid_range_defense_vs_league_avg three_pt_pct_allowed_last_15
        three_pt_attempts_allowed_per_game three_pt_blocks_per_game
        three_pt_defense_vs_league_avg defensive_rating_last_15 opponent_points_per_game
        opponent_pace games_in_sample strongest_zone weakest_zone data_quality_tier
        calculation_notes {source("team_defense")} source_team_defense_hash early_season_flag
        insufficient_data_reason {COUNTS} {READY} {BREAKER}""",
                                   ("analysis_date", "team_abbr")),
    "player_shot_zone_analysis": (f"""player_lookup universal_player_id analysis_date
        paint_rate_last_10 mid_range_rate_last_10 three_pt_rate_last_10 total_shots_last_10
        games_in_sample_10 sample_quality_10 paint_pct_last_10 mid_range_pct_last_10
        three_pt_pct_last_10 paint_attempts_per_game mid_range_attempts_per_game
        three_pt_attempts_per_game paint_rate_last_20 paint_pct_last_20 games_in_sample_20
        sample_quality_20 assisted_rate_last_10 unassisted_rate_last_10 player_position
        primary_scoring_zone data_quality_tier calculation_notes {source("player_game")}
        source_player_game_hash early_season_flag insufficient_data_reason {COUNTS} {READY}
        {BREAKER}""", ("analysis_date", "player_lookup")),
    "player_composite_factors": (f"""player_lookup universal_player_id game_date game_id
        analysis_date fatigue_score shot_zone_mismatch_score pace_score usage_spike_score
        referee_favorability_score look_ahead_pressure_score travel_impact_score
        opponent_strength_score total_composite_adjustment fatigue_context_json
        shot_zone_context_json pace_context_json usage_context_json calculation_version
        data_completeness_pct missing_data_fields has_warnings warning_details
        {source("player_context")} {source("team_context")} {source("player_shot")}
        {source("team_defense")} early_season_flag insufficient_data_reason {COUNTS} {READY}
        upstream_player_shot_ready upstream_team_defense_ready upstream_player_context_ready
        upstream_team_context_ready all_upstreams_ready {BREAKER}""",
                                 ("game_date", "player_lookup")),
    "player_daily_cache": (f"""player_lookup universal_player_id cache_date points_avg_last_5
        points_avg_last_10 points_avg_season points_std_last_10 minutes_avg_last_10
        usage_rate_last_10 ts_pct_last_10 games_played_season team_pace_last_10
        team_off_rating_last_10 player_usage_rate_season games_in_last_7_days
        games_in_last_14_days minutes_in_last_7_days minutes_in_last_14_days
        back_to_backs_last_14_days avg_minutes_per_game_last_7 fourth_quarter_minutes_last_7
        primary_scoring_zone paint_rate_last_10 three_pt_rate_last_10 assisted_rate_last_10
        player_age {source("player_game")} {source("team_offense")}
        {source("upcoming_context")} {source("shot_zone")} early_season_flag
        insufficient_data_reason shot_zone_data_available {COUNTS} {READY} {BREAKER}
        l5_completeness_pct l5_is_complete l10_completeness_pct l10_is_complete
        l7d_completeness_pct l7d_is_complete l14d_completeness_pct l14d_is_complete
        all_windows_complete cache_version""", ("cache_date", "player_lookup")),
    "ml_feature_store_v2": (f"""player_lookup universal_player_id game_date game_id features
        feature_names feature_count feature_version feature_generation_time_ms
        feature_quality_score opponent_team_abbr is_home days_rest data_source
        {source("daily_cache")} {source("composite")} {source("shot_zones")}
        {source("team_defense")} early_season_flag insufficient_data_reason {COUNTS} {READY}
        {BREAKER} quality_tier default_feature_mask""", ("game_date", "player_lookup")),
    "precompute_failures": ("""processor_name analysis_date entity_id failure_category
        failure_reason can_retry expected_game_count actual_game_count""",
                            ("analysis_date", "processor_name", "entity_id")),
}


def cell(x):
    """Nulls empty, booleans true/false, lists as JSON, doubles in shortest form."""
    if x is None:
        return ""
    if isinstance(x, bool):
        return "true" if x else "false"
    if isinstance(x, list):
        return json.dumps(x)
    if isinstance(x, float):
        return repr(x)
    return str(x)


def columns_of(table):
    return TABLES[table][0].split()


def in_order(table, rows):
    """Sorted by the bytes of the key."""
    return sorted(rows, key=lambda row: [row[k].encode() for k in TABLES[table][1]])


def write(folder, table, rows):
    """One CSV file; a value that is no column is our mistake."""
    columns = columns_of(table)
    with open(folder / f"{table}.csv", "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            unknown = row.keys() - set(columns)
            if unknown:
                raise KeyError(f"{table}: no column {sorted(unknown)}")
            writer.writerow([cell(row.get(name)) for name in columns])
