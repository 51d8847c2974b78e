"""Rows of the made-up league: columns, habits of a seed, lines of a box score."""
import seasons

PLAYER_COUNTS = ["points", "fg_attempts", "fg_makes", "paint_attempts", "paint_makes",
                 "mid_range_attempts", "mid_range_makes", "three_pt_attempts", "three_pt_makes",
                 "assisted_fg_makes", "unassisted_fg_makes", "ft_makes"]
PLAYER_REQUIRED = ["player_lookup", "game_id", "game_date", "season_year", "team_abbr",
                   "opponent_team_abbr", "is_active"]
PLAYER_COLUMNS = PLAYER_REQUIRED + ["universal_player_id", "is_dnp", "minutes_played"] + \
    PLAYER_COUNTS + ["usage_rate", "ts_pct", "data_hash", "processed_at"]

DEFENSE_COUNTS = ["opp_paint_attempts", "opp_paint_makes", "opp_mid_range_attempts",
                  "opp_mid_range_makes", "opp_three_pt_attempts", "opp_three_pt_makes",
                  "points_in_paint_allowed", "blocks_paint", "blocks_mid_range",
                  "blocks_three_pt", "points_allowed"]
DEFENSE_REQUIRED = ["defending_team_abbr", "game_id", "game_date", "season_year"]
DEFENSE_COLUMNS = DEFENSE_REQUIRED + DEFENSE_COUNTS + [
    "defensive_rating", "opponent_pace", "data_hash", "processed_at"]

OFFENSE_REQUIRED = ["team_abbr", "game_id", "game_date", "season_year"]
OFFENSE_COLUMNS = OFFENSE_REQUIRED + ["pace", "offensive_rating", "win_flag", "processed_at"]

SCHEDULE_REQUIRED = ["game_id", "game_date", "home_team_tricode", "away_team_tricode"]
SCHEDULE_COLUMNS = SCHEDULE_REQUIRED + ["is_regular_season", "is_playoffs", "game_status"]

CONTEXT_INTS = {"days_rest": (0, 9), "opponent_days_rest": (0, 9), "games_in_last_7_days": (0, 5),
                "games_in_last_14_days": (0, 8), "minutes_in_last_7_days": (150, 270),
                "minutes_in_last_14_days": (0, 300), "back_to_backs_last_14_days": (0, 3),
                "fourth_quarter_minutes_last_7": (0, 60), "player_age": (19, 40),
                "star_teammates_out": (0, 3)}
CONTEXT_DECIMALS = {"avg_minutes_per_game_last_7": (0, 400, 10),
                    "projected_usage_rate": (0, 3500, 100),
                    "avg_usage_rate_last_7_games": (0, 3500, 100),
                    "pace_differential": (-90, 90, 10), "opponent_pace_last_10": (900, 1100, 10)}
# Thresholds, their neighbours and the ends of what a column may hold.
CONTEXT_BORDERS = {"days_rest": [-1, 2, 3, 30000], "games_in_last_7_days": [3, 4, -30000],
                   "minutes_in_last_7_days": [0, 240, 241], "player_age": [0, 29, 30, 34, 35],
                   "back_to_backs_last_14_days": [-1, 1, 2], "star_teammates_out": [-1, 1, 2],
                   "avg_minutes_per_game_last_7": [0.0, 35.0, 35.1, 500.0],
                   "projected_usage_rate": [23.0, 27.0, 27.01, -999.0],
                   "avg_usage_rate_last_7_games": [0.0, 25.0, 25.0, 999.0],
                   "pace_differential": [2.0, 2.1, -2.0, -2.1, 6.0, -6.1, 0.1, 0.5, 1.5, 999.0]}
CONTEXT_FLAGS = ["back_to_back", "home_game", "is_production_ready"]
CONTEXT_REQUIRED = ["player_lookup", "game_id", "game_date", "team_abbr", "opponent_team_abbr"]
CONTEXT_COLUMNS = CONTEXT_REQUIRED + ["universal_player_id"] + list(CONTEXT_INTS) + \
    list(CONTEXT_DECIMALS) + CONTEXT_FLAGS + ["season_phase", "player_status", "created_at"]
TEAM_CONTEXT_REQUIRED = ["team_abbr", "game_id", "game_date"]
TEAM_CONTEXT_COLUMNS = TEAM_CONTEXT_REQUIRED + ["is_production_ready", "created_at"]


class RowMaker:
    """Draws the values of rows; `rng` and `teams` belong to the league."""

    def __init__(self, rng, teams):
        self.rng, self.teams = rng, teams
        self.habits()

    def habits(self):
        """How often each column is null, and which oddities this league has."""
        rng = self.rng
        dirty = rng.random() < 0.6
        nullable = [c for c in PLAYER_COLUMNS + DEFENSE_COLUMNS + OFFENSE_COLUMNS
                    if c not in PLAYER_REQUIRED + DEFENSE_REQUIRED + OFFENSE_REQUIRED]
        self.null_share = {c: rng.choice([0, 0, 0, 0.03, 0.3, 1.0 if rng.random() < 0.3 else 0])
                           if dirty else 0.0 for c in sorted(set(nullable))}
        self.negative_share = rng.choice([0, 0, 0, 0.0005, 0.01])
        self.wild_share = rng.choice([0, 0, 0.002, 0.02])
        self.fractional = rng.random() < 0.6
        self.no_zone_teams = set(rng.sample(self.teams, rng.choice([0, 0, 0, 1, 2])))
        self.zone_gap = rng.random() < 0.3  # weeks without zone columns
        self.has_dnp = rng.random() < 0.4
        self.inactive_share = rng.choice([0, 0.03, 0.1])
        self.listed_share = rng.choice([0.75, 0.9, 1.0])
        self.has_schedule = rng.random() < 0.8
        self.has_status, self.has_flags = rng.random() < 0.7, rng.random() < 0.7
        self.unscheduled_share = rng.choice([0, 0, 0.03, 0.1])
        self.lost_share = rng.choice([0, 0, 0.02, 0.05])
        self.has_hashes = rng.random() < 0.3
        # P8 says nothing of a hash without a time: with hashes every row has a time.
        self.untimed = not self.has_hashes and rng.random() < 0.2
        if self.has_hashes:
            self.null_share["processed_at"] = 0.0
            self.null_share["data_hash"] = rng.choice([0, 0.3])
        if self.untimed:
            self.null_share["processed_at"] = 1.0

    def null(self, row):
        """Nulls at random, by the shares of this league."""
        for column in row:
            if self.rng.random() < self.null_share.get(column, 0):
                row[column] = None
        return row

    def stamp(self, date):
        """The morning after; many equal times, some with a fraction."""
        if self.untimed:
            return None
        text = f"{seasons.text(date + 1)} 0{self.rng.choice([8, 8, 8, 9])}:00:00"
        return text + self.rng.choice(["", "", "", ".5", ".000001", ".25"]) + " UTC"

    def hash(self):
        """16 hex digits; upper case is not taken (resolution 8)."""
        digits = f"{self.rng.getrandbits(64):016x}"
        return digits if self.rng.random() < 0.95 else digits.upper()

    def minutes(self, style):
        rng = self.rng
        if style == "ties":  # averages and changes on their thresholds
            return rng.choice([24.0, 26.1, 27.0, 33.0, 34.8, 35.0, 35.0, 36.0])
        if style == "rare" and rng.random() < 0.4:
            return 0.0
        if rng.random() < 0.003:
            return 500.0
        whole = rng.randint(0, 44)
        return (10 * whole + rng.choice([0, 1, 4, 5, 9])) / 10 if self.fractional else whole

    def shots(self, style):
        """Attempts and makes of the three zones."""
        rng = self.rng
        if style == "sixteen":  # windows of 160 shots: rates and shares on rounding ties
            mid = rng.randint(0, 8)
            tries = [8, mid, 8 - mid]
        elif style == "threes":
            tries = [0, 0, rng.randint(0, 9)]
        elif style == "ties":  # 40.00, 35.00
            tries = rng.choice([[4, 3, 3], [2, 4, 4], [3, 4, 3]])
        elif style == "rare":
            tries = [rng.choice([0, 0, 0, 1]) for _ in range(3)]
        else:
            tries = [rng.randint(0, 9) for _ in range(3)]
        return tries, [rng.randint(0, n) for n in tries]

    def player_line(self, style):
        rng = self.rng
        tries, makes = self.shots(style)
        field_goals, free = sum(makes), rng.choice([0, 0, 1, 2, 3, 8])
        assisted = rng.randint(0, field_goals)
        points = 2 * field_goals + makes[2] + free
        if style == "ties":
            points = rng.choice([10, 15, 18, 20, 22, 25])
        row = dict(minutes_played=self.minutes(style), points=points, fg_attempts=sum(tries),
                   fg_makes=field_goals, assisted_fg_makes=assisted,
                   unassisted_fg_makes=field_goals - assisted, ft_makes=free,
                   usage_rate=rng.choice([0.0, 25.05, 999.0, -12.5]) if rng.random() < 0.02
                   else rng.randint(0, 4000) / 100, ts_pct=rng.randint(0, 1500) / 1000)
        for zone, n, m in zip(("paint", "mid_range", "three_pt"), tries, makes):
            row[f"{zone}_attempts"], row[f"{zone}_makes"] = n, m
        self.disturb(row, PLAYER_COUNTS, style == "wild")
        return row

    def disturb(self, row, counts, often=False):
        """Negative counts, makes above attempts, values at the bounds of a count."""
        rng = self.rng
        share = max(self.wild_share, 0.01 if often else 0)
        for column in counts:
            if rng.random() < self.negative_share:
                row[column] = -rng.choice([1, 2, 1000])
            elif rng.random() < share:
                row[column] = rng.choice([0, 25, 150, 1000])

    def defense_line(self):
        """Round numbers now and then, so that 15 games come out on a tie."""
        rng = self.rng
        row = dict(points_in_paint_allowed=rng.randint(20, 70), points_allowed=rng.randint(80, 140),
                   defensive_rating=rng.randint(9000, 13000) / 100,
                   opponent_pace=rng.randint(880, 1120) / 10)
        for zone, most in (("paint", 45), ("mid_range", 20), ("three_pt", 40)):
            tries = 32 if rng.random() < 0.3 else rng.randint(0, most)
            row[f"opp_{zone}_attempts"] = tries
            row[f"opp_{zone}_makes"] = rng.randint(0, tries)
            row[f"blocks_{zone}"] = rng.randint(0, 6)
        self.disturb(row, DEFENSE_COUNTS)
        return row

    def context_row(self, listed):
        rng = self.rng
        row = {c: listed.get(c) for c in CONTEXT_REQUIRED + ["universal_player_id"]}
        if rng.random() < 0.05:
            row["opponent_team_abbr"] = rng.choice(self.teams)
        values = {c: rng.randint(*bounds) for c, bounds in CONTEXT_INTS.items()}
        values.update((c, rng.randint(low, high) / unit)
                      for c, (low, high, unit) in CONTEXT_DECIMALS.items())
        values.update((c, rng.random() < 0.6) for c in CONTEXT_FLAGS)
        values["season_phase"] = rng.choice(["regular", "playoffs", "PLAYOFFS", "Playoffs",
                                             "early"])
        values["player_status"] = rng.choice(["available", "Probable", "QUESTIONABLE", "doubtful",
                                              "out", "suspended"])
        for column, borders in CONTEXT_BORDERS.items():
            if rng.random() < 0.3:
                values[column] = rng.choice(borders)
        for column in values:
            if rng.random() < 0.1:
                values[column] = None
        return dict(row, **values, created_at=f"{listed['game_date']} 12:00:00 UTC")
