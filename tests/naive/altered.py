"""Exports in which the games on and after a date are other ones, for the look-ahead test.

What is known on the morning of the date stays: who is listed on it (LISTED), its schedule, its
context rows, and everything before it. Tables are lists of rows as load.py keeps them.
"""
import csv
import random

import load
import seasons
from random_rows import (CONTEXT_DECIMALS, CONTEXT_FLAGS, CONTEXT_INTS, DEFENSE_COUNTS,
                         PLAYER_COUNTS, RowMaker)
from rounding import Stored

LISTED = {"player_lookup", "universal_player_id", "game_id", "game_date", "season_year",
          "team_abbr", "opponent_team_abbr", "is_active"}
PLAYERS, OFFENSE, DEFENSE = ("player_game_summary", "team_offense_game_summary",
                             "team_defense_game_summary")
PLAYER_CONTEXT, TEAM_CONTEXT = "upcoming_player_game_context", "upcoming_team_game_context"
GAME_TABLES = (PLAYERS, OFFENSE, DEFENSE)
NEW_DAYS = (0, 0, 1, 1, 2, 3, 5, 9, 30, 120)  # after the date; new games on them


def tables_of(history):
    """The kept rows of every table that the exports have."""
    births = [dict(player_lookup=p, birth_date=d) for p, d in history.births.items()]
    tables = {PLAYERS: history.players, OFFENSE: history.offense, DEFENSE: history.defense,
              "schedule": history.schedule, PLAYER_CONTEXT: history.player_context,
              TEAM_CONTEXT: history.team_context, "players": births}
    return {table: rows for table, rows in tables.items() if rows}


def value_text(x, kind):
    """How an export spells a value of load.py."""
    if x is None:
        return ""
    if kind == "bool":
        return "true" if x else "false"
    if kind == "date":
        return seasons.text(x)
    return str(Stored(x, kind)) if isinstance(kind, int) else str(x)


def write(tables, folder):
    folder.mkdir(parents=True)
    for table, rows in tables.items():
        kinds = load.TABLES[table]
        with open(folder / f"{table}.csv", "w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(kinds)
            for row in rows:
                writer.writerow([value_text(row.get(c), kind) for c, kind in kinds.items()])


class Alteration:
    """Alters the games from a day on, as seen on the morning of `date`."""

    def __init__(self, tables, date, seed):
        self.tables, self.date = tables, date
        self.rng = random.Random(seed)
        self.teams = sorted(seasons.TEAMS)
        self.maker = RowMaker(self.rng, self.teams)

    def typed(self, table, line):
        """Values of random_rows.py as load.py would read them."""
        return {c: load.convert(x if isinstance(x, (bool, type(None))) else str(x),
                                load.TABLES[table][c]) for c, x in line.items()}

    def line(self, table, row):
        """Everything of a row but its key, at random."""
        rng, day = self.rng, row["game_date"]
        if table == PLAYERS:
            line = dict(self.maker.player_line(rng.choice(["plain", "wild", "rare"])),
                        is_dnp=rng.choice([None, False, True]), is_active=rng.random() < 0.8,
                        universal_player_id=rng.choice([None, f"other_{rng.randint(0, 99)}"]))
            for column in PLAYER_COUNTS:
                line[column] = rng.choice([line[column]] * 8 + [None, -1])
        elif table == DEFENSE:
            line = self.maker.defense_line()
            for column in DEFENSE_COUNTS:
                line[column] = rng.choice([line[column]] * 8 + [None, -1])
        elif table == OFFENSE:
            line = dict(pace=rng.randint(0, 9990) / 10, win_flag=rng.choice([None, False, True]),
                        offensive_rating=rng.randint(-9000, 19000) / 100)
        elif table == PLAYER_CONTEXT:
            line = {c: rng.randint(*bounds) for c, bounds in CONTEXT_INTS.items()}
            line.update((c, rng.randint(low, high) / unit)
                        for c, (low, high, unit) in CONTEXT_DECIMALS.items())
            line.update((c, rng.choice([None, False, True])) for c in CONTEXT_FLAGS)
        elif table == TEAM_CONTEXT:
            line = dict(is_production_ready=rng.choice([None, False, True]))
        else:
            line = dict(is_playoffs=rng.random() < 0.5, is_regular_season=rng.random() < 0.5,
                        game_status=rng.choice([None, 1, 3]))
        for column, x in (("data_hash", f"{rng.getrandbits(64):016x}"),
                          ("processed_at", f"{seasons.text(day + 400)} 08:00:00 UTC")):
            if column in load.TABLES[table]:
                line[column] = rng.choice([None, x])
        return self.typed(table, line)

    def stays(self, table, row):
        """Columns that the morning of the date knows of a row."""
        if row["game_date"] < self.date:
            return row.keys()
        if row["game_date"] > self.date:
            return ()
        return LISTED if table == PLAYERS else () if table in GAME_TABLES else row.keys()

    def each(self, since, change):
        """Tables in which change(table, row) took the place of each row from a day on."""
        altered = {}
        for table, rows in self.tables.items():
            altered[table] = rows
            if "game_date" in load.TABLES[table]:
                changed = (row if row["game_date"] < since else change(table, row) for row in rows)
                altered[table] = [row for row in changed if row is not None]
        return altered

    def dropped(self):
        """No games from the date on; of the listed ones no statistics."""
        return self.each(self.date, lambda table, row: {
            c: row[c] for c in self.stays(table, row)} or None)

    def altered(self, since=None):
        """The same games from the date (or an earlier day) on with other values."""
        def change(table, row):
            keep = self.stays(table, row) if row["game_date"] >= self.date else ()
            return {**row, **self.line(table, row), **{c: row[c] for c in keep}}
        return self.each(self.date if since is None else since, change)

    def renamed(self):
        """From the day after on, the players and teams of each game change places."""
        def change(table, row):
            row, turn = dict(row), row["game_date"] > self.date
            if turn and table == PLAYERS:
                row["team_abbr"], row["opponent_team_abbr"] = (row["opponent_team_abbr"],
                                                               row["team_abbr"])
            if turn and table in (PLAYERS, PLAYER_CONTEXT):
                row["player_lookup"] = new_name[row["player_lookup"]]
            if turn and table == "schedule":
                row["home_team_tricode"], row["away_team_tricode"] = (row["away_team_tricode"],
                                                                      row["home_team_tricode"])
            return row
        names = sorted({row["player_lookup"] for row in self.tables[PLAYERS]})
        new_name = dict(zip(names, names[1:] + ["000first"]))
        return self.each(self.date, change)

    def added(self):
        """All games as they are, and new ones: on the date team rows only, later players too."""
        tables = {table: list(rows) for table, rows in self.tables.items()}
        taken = {row["game_id"] for table in GAME_TABLES for row in tables[table]}
        known = sorted({row["player_lookup"] for row in tables[PLAYERS]})
        for number, after in enumerate(NEW_DAYS):
            day, (away, home) = self.date + after, self.rng.sample(self.teams, 2)
            game_id = f"{seasons.text(day).replace('-', '')}_{away}_{home}"
            if game_id not in taken:
                taken.add(game_id)
                self.add_game(tables, day, game_id, (away, home), known)
                self.schedule_game(tables, day, number, (away, home))
        return tables

    def add_game(self, tables, day, game_id, teams, known):
        key = dict(game_id=game_id, game_date=day, season_year=seasons.season_year(day))
        names = ["000new", "zzznew"] + self.rng.sample(known, min(len(known), 8))
        for team, other in (teams, reversed(teams)):
            for table, column in ((OFFENSE, "team_abbr"), (DEFENSE, "defending_team_abbr")):
                tables[table].insert(0, {**self.line(table, key), **key, column: team})
            for name in names[team == teams[0]::2] if day > self.date else ():
                tables[PLAYERS].insert(0, {**self.line(PLAYERS, key), **key, "is_active": True,
                                           "player_lookup": name, "team_abbr": team,
                                           "opponent_team_abbr": other})

    def schedule_game(self, tables, day, number, teams):
        if day > self.date and "schedule" in tables:
            prefix = self.rng.choice(["002", "004", "005"])
            tables["schedule"].insert(0, dict(
                game_id=f"{prefix}{seasons.season_year(day) % 100:02d}9{number:04d}",
                game_date=day, away_team_tricode=teams[0], home_team_tricode=teams[1]))
