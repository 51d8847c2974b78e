"""Reads the exports and applies the loader's rules.

NDJSON or CSV, plain or .gz, in shards, columns in any order (DESIGN 2-3, resolution 8). Decimals
become integers in units of their last place: minutes in tenths, rates in hundredths.
"""
import csv
import decimal
import gzip
import json
import pathlib
import re
import sys

import seasons

TENTHS, HUNDREDTHS, THOUSANDTHS = 1, 2, 3

TABLES = {
    "player_game_summary": dict(
        player_lookup="text", game_id="text", game_date="date", season_year="int",
        team_abbr="text", opponent_team_abbr="text", universal_player_id="text",
        is_active="bool", is_dnp="bool", minutes_played=TENTHS, points="int", fg_attempts="int",
        fg_makes="int", paint_attempts="int", paint_makes="int", mid_range_attempts="int",
        mid_range_makes="int", three_pt_attempts="int", three_pt_makes="int",
        assisted_fg_makes="int", unassisted_fg_makes="int", ft_makes="int",
        usage_rate=HUNDREDTHS, ts_pct=THOUSANDTHS, data_hash="hash", processed_at="time"),
    "team_defense_game_summary": dict(
        defending_team_abbr="text", game_id="text", game_date="date", season_year="int",
        opp_paint_attempts="int", opp_paint_makes="int", opp_mid_range_attempts="int",
        opp_mid_range_makes="int", opp_three_pt_attempts="int", opp_three_pt_makes="int",
        points_in_paint_allowed="int", blocks_paint="int", blocks_mid_range="int",
        blocks_three_pt="int", points_allowed="int", defensive_rating=HUNDREDTHS,
        opponent_pace=TENTHS, data_hash="hash", processed_at="time"),
    "team_offense_game_summary": dict(
        team_abbr="text", game_id="text", game_date="date", season_year="int", pace=TENTHS,
        offensive_rating=HUNDREDTHS, win_flag="bool", processed_at="time"),
    "schedule": dict(
        game_id="text", game_date="date", home_team_tricode="text", away_team_tricode="text",
        is_regular_season="bool", is_playoffs="bool", game_status="int"),
    "players": dict(player_lookup="text", birth_date="date"),
    "upcoming_player_game_context": dict(
        player_lookup="text", game_id="text", game_date="date", team_abbr="text",
        opponent_team_abbr="text", universal_player_id="text", days_rest="int",
        opponent_days_rest="int", back_to_back="bool", home_game="bool",
        games_in_last_7_days="int", games_in_last_14_days="int", minutes_in_last_7_days="int",
        minutes_in_last_14_days="int", avg_minutes_per_game_last_7=TENTHS,
        back_to_backs_last_14_days="int", fourth_quarter_minutes_last_7="int", player_age="int",
        projected_usage_rate=HUNDREDTHS, avg_usage_rate_last_7_games=HUNDREDTHS,
        star_teammates_out="int", pace_differential=TENTHS, opponent_pace_last_10=TENTHS,
        season_phase="text", player_status="text", is_production_ready="bool",
        created_at="time"),
    "upcoming_team_game_context": dict(
        team_abbr="text", game_id="text", game_date="date", is_production_ready="bool",
        created_at="time"),
}

csv.field_size_limit(sys.maxsize)


def to_scaled(raw, places):
    """Exact integer in units of 10^-places."""
    scaled = decimal.Decimal(raw).scaleb(places)
    if scaled != int(scaled):
        raise ValueError(f"more than {places} decimals: {raw}")
    return int(scaled)


def to_time(raw):
    """A text that sorts by time: date, time of day, fraction with nine digits. UTC only."""
    match = re.fullmatch(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?"
                         r"(?: ?UTC|Z|\+00:00|\+00)?", raw)
    if not match:
        raise ValueError(f"not a UTC timestamp: {raw}")
    return f"{match[1]} {match[2]}.{(match[3] or '').ljust(9, '0')}"


def convert(raw, kind):
    """One value; absent, null and the empty text are null."""
    if raw is None or raw == "":
        return None
    if kind == "text":
        return raw
    if kind == "int":
        return to_scaled(raw, 0)
    if kind == "bool":
        return raw if isinstance(raw, bool) else {"true": True, "false": False}[raw.lower()]
    if kind == "date":
        return seasons.day(raw)
    if kind == "time":
        return to_time(raw)
    if kind == "hash":  # resolution 8: 16 lower-case hex digits, else null
        return raw if re.fullmatch("[0-9a-f]{16}", raw) else None
    return to_scaled(raw, kind)


def files_of(folder, table):
    """The files of a table, by name."""
    pattern = re.escape(table) + r"(-\d+)?\.(json|ndjson|jsonl|csv)(\.gz)?"
    return sorted(p for p in pathlib.Path(folder).iterdir() if re.fullmatch(pattern, p.name))


def raw_rows(path):
    opener = gzip.open if path.name.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8", newline="") as stream:
        if ".csv" in path.name:
            yield from csv.DictReader(stream)
        else:
            for line in stream:
                if line.strip():
                    yield json.loads(line, parse_float=decimal.Decimal)


def read(folder, table):
    """All rows of a table in file order, or None without a file."""
    files = files_of(folder, table)
    if not files:
        return None
    kinds = TABLES[table]
    rows = []
    for path in files:
        for raw in raw_rows(path):
            row = {name: convert(raw.get(name), kind) for name, kind in kinds.items()}
            if "season_year" in row and row["season_year"] != seasons.season_year(
                    row["game_date"]):  # resolution 7
                raise ValueError(f"{path.name}: season_year of {row['game_id']}")
            rows.append(row)
    return rows


def game_type(row):
    """Type of a schedule row: backfill.md 2.2, resolution 17; None is not a league game."""
    by_number = {"001": None, "002": "regular", "003": None, "004": "playoffs",
                 "005": "play_in", "006": None}
    prefix = row["game_id"][:3]
    if prefix in by_number:
        return by_number[prefix]
    if row["is_playoffs"]:
        return "playoffs"
    return "regular" if row["is_regular_season"] else None


def keep_latest(rows, key, time):
    """P5: one row per key, the greatest time (absent is lowest), the first in file if equal."""
    kept = {}
    for row in rows:
        name = tuple(row[k] for k in key)
        if name not in kept or (row[time] or "") > (kept[name][time] or ""):
            kept[name] = row
    return list(kept.values())


class History:
    """The kept rows of all tables, grouped and ordered; nothing here knows an as-of date."""

    def __init__(self, folder):
        self.read_schedule(folder)
        self.players = self.kept(folder, "player_game_summary", ("player_lookup", "game_id"))
        self.defense = self.kept(folder, "team_defense_game_summary",
                                 ("defending_team_abbr", "game_id"), "defending_team_abbr")
        self.offense = self.kept(folder, "team_offense_game_summary", ("team_abbr", "game_id"))
        self.player_context = self.kept(folder, "upcoming_player_game_context",
                                        ("player_lookup", "game_date"), time="created_at")
        self.team_context = self.kept(folder, "upcoming_team_game_context",
                                      ("team_abbr", "game_date"), time="created_at")
        self.births = {}
        for row in read(folder, "players") or []:
            self.births.setdefault(row["player_lookup"], row["birth_date"])
        self.group()

    def read_schedule(self, folder):
        """First row of each number (resolution 17); the join by the text of the game."""
        rows = read(folder, "schedule")
        self.schedule, self.types, self.homes, numbers = None, {}, {}, set()
        if rows is None:
            return
        self.schedule = []
        for row in rows:
            if row["game_id"] in numbers:
                continue
            numbers.add(row["game_id"])
            self.schedule.append(row)
        for row in sorted(self.schedule, key=lambda r: r["game_id"]):
            name = "_".join([seasons.text(row["game_date"]).replace("-", ""),
                             row["away_team_tricode"], row["home_team_tricode"]])
            self.types.setdefault(name, game_type(row))
            self.homes.setdefault(name, row["home_team_tricode"])

    def is_league_row(self, row, team):
        """P3: a league game, or from opening night on where no type is known; one of 30 teams."""
        if row[team] not in seasons.TEAMS:
            return False
        if row["game_id"] in self.types:
            return self.types[row["game_id"]] is not None
        return row["game_date"] >= seasons.opening(seasons.season_year(row["game_date"]))

    def kept(self, folder, table, key, team="team_abbr", time="processed_at"):
        """P3, then P5 (context tables: resolutions 12 and 21)."""
        rows = [r for r in read(folder, table) or [] if self.is_league_row(r, team)]
        return keep_latest(rows, key, time)

    def group(self):
        """Rows by entity, newest first (P4), and one row per date (players.md 1.4)."""
        self.defense_of = newest_first(self.defense, "defending_team_abbr")
        self.rows_of = newest_first(self.players, "player_lookup")
        self.days_of = {name: one_per_date(rows, minutes_or_lowest)
                        for name, rows in self.rows_of.items()}
        self.team_days_of = {name: one_per_date(rows, lambda r: 0)
                             for name, rows in newest_first(self.offense, "team_abbr").items()}

    def game_dates(self):
        """B4, resolution 17: dates of final league games between two of the 30 teams."""
        if self.schedule is None:
            return sorted({r["game_date"] for r in self.players
                           if set(r["game_id"].split("_")[1:]) <= seasons.TEAMS})
        return sorted({r["game_date"] for r in self.schedule
                       if game_type(r) is not None and r["game_status"] in (None, 3)
                       and {r["home_team_tricode"], r["away_team_tricode"]} <= seasons.TEAMS})


def newest_first(rows, entity):
    """P4: game_date descending, then game_id descending by bytes."""
    groups = {}
    for row in sorted(rows, key=lambda r: (r["game_date"], r["game_id"].encode()), reverse=True):
        groups.setdefault(row[entity], []).append(row)
    return groups


def minutes_or_lowest(row):
    return -1 if row["minutes_played"] is None else row["minutes_played"]


def one_per_date(rows, rank):
    """players.md 1.4: the greatest rank, then the smaller game_id; newest date first."""
    best = {}
    for row in rows:
        other = best.get(row["game_date"])
        if other is None or rank(row) > rank(other) or \
                rank(row) == rank(other) and row["game_id"].encode() < other["game_id"].encode():
            best[row["game_date"]] = row
    return [best[date] for date in sorted(best, reverse=True)]


def before(rows, date):
    """The no-leakage rule: strictly before the as-of date."""
    return [r for r in rows if r["game_date"] < date]


def in_season(rows, date):
    return [r for r in rows if seasons.season_year(r["game_date"]) == seasons.season_year(date)]


def played(row):
    """players.md 1.4; a comparison with null is false."""
    return (row["is_active"] is True and row["points"] is not None and row["is_dnp"] is not True
            and ((row["minutes_played"] or 0) > 0 or row["points"] > 0))
