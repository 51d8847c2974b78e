#!/usr/bin/env python3
"""Writes a small made-up league as exports, with odd but acceptable rows, all driven by a seed.

    random_league.py SEED OUT_DIR

Prints the dates to run, comma separated: bootstrap, early, middle and playoff dates, at most 12.
An importer accepts every league; runs need --skip-preflight, since input is missing on purpose.
"""
import argparse
import datetime
import itertools
import pathlib
import random

import seasons
from export_writer import write_table
from random_rows import (CONTEXT_COLUMNS, CONTEXT_REQUIRED, DEFENSE_COLUMNS, DEFENSE_COUNTS,
                         DEFENSE_REQUIRED, OFFENSE_COLUMNS, OFFENSE_REQUIRED, PLAYER_COLUMNS,
                         PLAYER_REQUIRED, SCHEDULE_COLUMNS, SCHEDULE_REQUIRED,
                         TEAM_CONTEXT_COLUMNS, TEAM_CONTEXT_REQUIRED, RowMaker)

FOREIGN = ["WST", "EST", "LBN", "GNS", "FLA", "XYZ"]
YEARS = (2019, 2024)  # the first two are in no table of constants
REGULAR_END, PLAY_IN = -6, -4  # days from the first playoff date


def game_key(date, away, home):
    return f"{seasons.text(date).replace('-', '')}_{away}_{home}"


def by_season(rows):
    seasons_of_rows = {}
    for row in rows:
        year = seasons.season_year(seasons.day(row["game_date"]))
        seasons_of_rows.setdefault(year, []).append(row)
    return seasons_of_rows


class League(RowMaker):
    """Teams and players of one seed; the tables as lists of rows."""

    def __init__(self, rng):
        super().__init__(rng, sorted(rng.sample(sorted(seasons.TEAMS),
                                                rng.choice([4, 4, 5, 6, 8, 8, 10, 12, 12]))))
        self.long = rng.random() < 0.06  # one season above the cap of 82 games
        count = rng.randint(4, 8) if self.long else rng.choice([1, 5, 12, 25, 40, 50, 60])
        self.players = self.make_players(count)
        self.players_rows, self.defense, self.offense, self.schedule = [], [], [], []
        self.games = []  # (date, away, home, type) of every season; type None is not counted
        self.number = 0

    def make_players(self, count):
        """Names whose byte order differs from their number; a shooting style each."""
        names = self.rng.sample([f"{first}{last}" for first in ("al", "bo", "Jo", "zed", "ķai", "x")
                                 for last in ("an", "an2", "an10", "smith", "smithjr", "oz", "99",
                                              "lee", "leeii", "q")], count)
        return [dict(name=n, team=self.rng.choice(self.teams), moves=[],
                     style=self.rng.choice(["plain", "sixteen", "threes", "ties", "rare", "wild"]),
                     first_day=self.rng.choice([0, 0, 0, 0, 20, 60]),
                     registered=self.rng.random() < 0.9) for n in names]

    # --- dates and games ---

    def season_dates(self, year, kind):
        """Game dates of one season with the type of their games."""
        rng, opening = self.rng, seasons.opening(year)
        playoff = seasons.first_playoff_date(year)
        end = playoff + REGULAR_END
        if kind == "one day":
            return [(rng.choice([opening, opening + 13, opening + 14, opening + 100]), "regular")]
        if kind == "long":
            return [(d, "regular") for d in range(opening, opening + 100)] + \
                [(playoff + i, "playoffs") for i in range(3)]
        steps = rng.choice([[1], [1, 1, 2], [1, 2, 3], [1, 1, 1, 2, 8]])
        start = opening
        if kind == "late":
            start = opening + rng.choice([14, 60, 110])
        dates, date, count = [], start, rng.randint(20, 42)
        while len(dates) < count and date <= end:
            dates.append((date, "regular"))
            date += rng.choice(steps)
        for offset in sorted(rng.sample(range(14), rng.randint(0, 6)), reverse=True):
            if end - offset >= date:
                dates.append((end - offset, "regular"))
        dates += [(playoff + PLAY_IN + i, "play_in") for i in range(rng.choice([0, 2]))]
        dates += [(playoff + i, "playoffs")
                  for i in sorted(rng.sample(range(55), rng.choice([0, 4, 8])))]
        return dates

    def pairings(self, kind):
        """Games of one date; now and then a team plays twice."""
        rng = self.rng
        teams = self.teams[:]
        rng.shuffle(teams)
        pairs = list(zip(teams[0::2], teams[1::2]))
        if kind != "regular":
            pairs = pairs[:rng.randint(1, 2)]
        elif rng.random() < 0.4 and not self.long:
            pairs = pairs[:rng.randint(1, len(pairs))]
        if rng.random() < 0.04:  # a double-header, of the same or of other teams
            away, home = rng.choice(pairs)
            pairs.append(rng.choice([(home, away),
                                     (away, rng.choice([t for t in teams if t not in
                                                        (away, home)]))]))
        return pairs

    def league_number(self, year, prefix):
        """The league's ten digits."""
        self.number += 1
        return f"{prefix}{year % 100:02d}{self.number:05d}"

    def schedule_row(self, date, away, home, kind):
        """Types by number, or by flags under a prefix that nobody knows (resolution 17)."""
        rng, year = self.rng, seasons.season_year(date)
        flags = dict(is_regular_season=kind == "regular", is_playoffs=kind == "playoffs")
        prefix = {"regular": "002", "play_in": "005", "playoffs": "004"}[kind]
        if self.has_flags and kind != "play_in" and rng.random() < 0.03:
            prefix = "017"
        elif rng.random() < 0.03:
            flags = rng.choice([dict(is_regular_season=None, is_playoffs=None),
                                dict(is_regular_season=False, is_playoffs=False)])
        elif rng.random() < 0.01:
            prefix = rng.choice(["002", "004", "005"])
        status = 3 if rng.random() < 0.96 else rng.choice([None, 1, 2])
        row = dict(game_id=self.league_number(year, prefix), game_date=seasons.text(date),
                   home_team_tricode=home, away_team_tricode=away)
        if self.has_flags:
            row.update(flags)
        if self.has_status:
            row["game_status"] = status
        return row

    def play_season(self, year, kind):
        rng = self.rng
        dates = self.season_dates(year, kind)
        first = dates[0][0]
        lost_dates = {d for d, _ in dates[1:] if rng.random() < self.lost_share}
        gap = range(first + 30, first + 42) if self.zone_gap else ()
        self.trade(dates)
        for date, type_ in dates:
            for away, home in self.pairings(type_):
                first_game = date == first and not any(g[0] == first for g in self.games)
                self.games.append((date, away, home, type_))
                row = self.schedule_row(date, away, home, type_)
                if first_game:  # a season without any game would be refused
                    row["game_status"] = 3
                if first_game or rng.random() >= self.unscheduled_share:
                    self.schedule.append(row)
                if date not in lost_dates:
                    self.player_rows(date, away, home, first, date in gap)
                if rng.random() >= self.lost_share:
                    self.team_rows(date, away, home, date in gap)

    def trade(self, dates):
        """Up to two moves of a player in the season."""
        for player in self.players:
            player["moves"] = []
            if self.rng.random() < 0.25 and len(dates) > 5:
                for date, _ in sorted(self.rng.sample(dates, self.rng.choice([1, 2]))):
                    player["moves"].append((date, self.rng.choice(self.teams)))

    def team_of(self, player, date):
        for moved, team in player["moves"]:
            if date >= moved:
                player["team"] = team
        return player["team"]

    # --- rows of the box scores ---

    def player_key(self, player, date, away, home, team):
        """The columns that a row of a player cannot be without, and his registry id."""
        known = player["registered"] and self.rng.random() < 0.98
        return dict(player_lookup=player["name"], game_id=game_key(date, away, home),
                    game_date=seasons.text(date), season_year=seasons.season_year(date),
                    team_abbr=team, opponent_team_abbr=home if team == away else away,
                    is_active=True, processed_at=self.stamp(date),
                    universal_player_id=f"{player['name']}_{len(player['name'])}"
                    if known else None)

    def player_rows(self, date, away, home, first, in_gap):
        rng = self.rng
        for player in self.players:
            team = self.team_of(player, date)
            if team not in (away, home) or date < first + player["first_day"] or \
                    rng.random() >= self.listed_share:
                continue
            row = self.player_key(player, date, away, home, team)
            active = rng.random() >= self.inactive_share
            line = self.player_line(player["style"])
            if not active and rng.random() < 0.8:  # listed without statistics
                line = dict.fromkeys(line, rng.choice([None, 0]))
            row.update(line)
            if in_gap or team in self.no_zone_teams:
                for column in ("paint_attempts", "paint_makes", "mid_range_attempts",
                               "mid_range_makes", "assisted_fg_makes", "unassisted_fg_makes"):
                    row[column] = None
            row["is_active"] = active
            if self.has_dnp:
                row["is_dnp"] = rng.choice([None, False, not active, rng.random() < 0.06])
            if self.has_hashes:
                row["data_hash"] = self.hash()
            self.players_rows.append(self.null(row))

    def add_guests(self):
        """Players with a second row on a date, in another game and for another team."""
        rng = self.rng
        taken = {(r["player_lookup"], r["game_id"]) for r in self.players_rows}
        for date, away, home, _ in rng.sample(self.games, min(len(self.games), 3)):
            player, team = rng.choice(self.players), rng.choice([away, home])
            if rng.random() < 0.5 and (player["name"], game_key(date, away, home)) not in taken:
                row = self.player_key(player, date, away, home, team)
                self.players_rows.append(self.null(dict(row, **self.player_line("plain"))))

    def date_rows_late(self):
        """Rows whose date is the day after that of their game id, in one table or another."""
        rng = self.rng
        for rows in (self.players_rows, self.offense, self.defense):
            for row in rng.sample(rows, min(len(rows), rng.choice([0, 0, 0, 1, 4]))):
                date = seasons.day(row["game_date"]) + 1
                row.update(game_date=seasons.text(date), season_year=seasons.season_year(date))

    def team_rows(self, date, away, home, in_gap):
        rng = self.rng
        away_wins = rng.random() < 0.5
        for team, won in ((away, away_wins), (home, not away_wins)):
            key = dict(game_id=game_key(date, away, home), game_date=seasons.text(date),
                       season_year=seasons.season_year(date))
            defense = dict(self.defense_line(), processed_at=self.stamp(date))
            if in_gap or team in self.no_zone_teams:
                for column in DEFENSE_COUNTS[:4]:
                    defense[column] = None
            if self.has_hashes:
                defense["data_hash"] = self.hash()
            self.defense.append(dict(self.null(defense), defending_team_abbr=team, **key))
            offense = dict(pace=rng.randint(880, 1120) / 10, win_flag=won,
                           offensive_rating=rng.randint(9000, 13000) / 100,
                           processed_at=self.stamp(date))
            self.offense.append(dict(self.null(offense), team_abbr=team, **key))

    # --- rows that are not counted, and rows given twice: at most 1 % of a season's rows ---

    def add_strange_games(self):
        """All-Star, preseason, Cup final, foreign clubs: dropped by P3, one player a team."""
        rng = self.rng
        taken = {(r["player_lookup"], r["game_id"]) for r in self.players_rows}
        tables = [by_season(t) for t in (self.players_rows, self.defense, self.offense)]
        limits = {year: min(len(t[year]) // 120 for t in tables) for year in tables[0]}
        for year, limit in limits.items():
            for kind in rng.sample(["all star", "foreign", "preseason", "cup"], min(4, limit // 2)):
                date = rng.choice([g[0] for g in self.games if seasons.season_year(g[0]) == year])
                away, home = rng.sample(self.teams, 2)
                if kind == "all star":
                    away, home = rng.sample(FOREIGN[:4], 2)
                if kind == "foreign":
                    away = rng.choice(FOREIGN[4:])
                if kind == "preseason":
                    date = seasons.opening(year) - rng.randint(1, 10)
                if any((date, away, home) == g[:3] for g in self.games):
                    continue
                prefix = {"all star": "003", "foreign": "002", "preseason": "001",
                          "cup": "006"}[kind]
                if kind == "cup" and not self.has_schedule:  # cannot be told: counts
                    continue
                self.games.append((date, away, home, None))
                if not (kind in ("all star", "preseason") and rng.random() < 0.3):
                    self.schedule.append(dict(
                        game_id=self.league_number(year, prefix), game_date=seasons.text(date),
                        home_team_tricode=home, away_team_tricode=away))
                self.team_rows(date, away, home, False)
                for team in (away, home):
                    player = rng.choice(self.players)
                    row = self.player_key(player, date, away, home, team)
                    if (row["player_lookup"], row["game_id"]) not in taken:
                        taken.add((row["player_lookup"], row["game_id"]))
                        self.players_rows.append(dict(row, **self.player_line("plain")))

    def few(self, rows):
        """Less than 1 % of the rows of each season, with the rows of that season."""
        return [(row, season) for season in by_season(rows).values()
                for row in self.rng.sample(season, min(len(season) // 120, 5))]

    def add_duplicates(self):
        """Equal keys with other values, processed later, earlier, at the same time, never."""
        rng = self.rng
        if self.untimed or rng.random() < 0.4:
            return
        for rows, columns in ((self.players_rows, ["points", "minutes_played", "is_active"]),
                              (self.defense, ["points_allowed", "defensive_rating"]),
                              (self.offense, ["pace", "win_flag"])):
            for original, season in self.few(rows):
                donor = rng.choice(season)
                twin = dict(original, **{c: donor.get(c) for c in columns})
                time = original.get("processed_at")
                if time is not None:
                    twin["processed_at"] = rng.choice(
                        [time, time[:11] + "23:59:59 UTC", time[:11] + "01:00:00.999 UTC"] +
                        ([] if self.has_hashes else [None]))
                rows.append(twin)
        if self.has_status:  # the first in file order is kept
            for original, _ in self.few(self.schedule):
                self.schedule.append(dict(original, game_status=rng.choice([1, 3])))
        for original, _ in self.few(self.schedule):  # the same game under another number
            year = seasons.season_year(seasons.day(original["game_date"]))
            number = self.league_number(year, rng.choice(["002", "004", "005"]))
            self.schedule.append(dict(original, game_id=number))

    # --- the optional tables ---

    def context_tables(self, dates):
        """Both context tables for some dates: full, nine tenths or half of the listed players."""
        rng, players, teams = self.rng, [], []
        league_games = {game_key(*g[:3]): g for g in self.games if g[3] is not None}
        for date in dates:
            share = rng.choice([1.0, 1.0, 0.9, 0.9, 0.5])
            listed = {r["player_lookup"]: r for r in self.players_rows
                      if r["game_date"] == seasons.text(date) and r["game_id"] in league_games}
            names = sorted(listed)
            rng.shuffle(names)
            for name in names[:int(len(names) * share + 0.999)]:
                players.append(self.context_row(listed[name]))
            unlisted = [p["name"] for p in self.players if p["name"] not in listed]
            if names and unlisted and rng.random() < 0.5:
                stranger = self.context_row(listed[names[0]])
                stranger["player_lookup"] = rng.choice(unlisted)
                players.append(stranger)
            for team in self.teams:
                games = [g for g in league_games.values() if g[0] == date and team in g[1:3]]
                if games and rng.random() < 0.85:
                    teams.append(dict(
                        team_abbr=team, game_id=game_key(*games[0][:3]),
                        game_date=seasons.text(date),
                        is_production_ready=rng.choice([True, True, False, None]),
                        created_at=f"{seasons.text(date)} 12:00:00 UTC"))
        for rows, made in ((players, self.context_row), (teams, dict)):
            for row in rng.sample(rows, len(rows) // 10):  # given twice, in any order
                times = [None, row["created_at"], row["created_at"].replace(" 12:", " 11:"),
                         row["created_at"].replace(":00 UTC", ":00.000001 UTC")]
                rows.append(dict(made(row), created_at=rng.choice(times),
                                 is_production_ready=rng.random() < 0.5))
        return players, teams

    def birth_rows(self):
        """Some born on an as-of date or on 29 February, some unknown or missing."""
        rng, rows = self.rng, []
        for player in self.players:
            date = seasons.text(rng.choice(self.games)[0])
            date = f"{int(date[:4]) - rng.choice([20, 29, 30, 34, 35])}{date[4:]}"
            try:
                datetime.date.fromisoformat(date)
            except ValueError:
                date = "1996-02-29"
            if rng.random() < 0.9:
                rows.append(dict(player_lookup=player["name"], birth_date=rng.choice(
                    [date, date, "1992-02-29", "2000-01-01", None])))
        return rows


def suggest(rng, dates):
    """At most 12 dates: bootstrap, early, middle, last and playoff ones, one without games."""
    def some(candidates, count):
        return rng.sample(candidates, min(count, len(candidates)))

    day_of = {d: d - seasons.opening(seasons.season_year(d)) for d in dates}
    chosen = some([d for d in dates if day_of[d] < 14], 1)
    chosen += some([d for d in dates if 14 <= day_of[d] < 35], 3)
    chosen += some([d for d in dates if 35 <= day_of[d] and seasons.month(d) not in (4, 5, 6)], 3)
    chosen += some([d for d in dates if seasons.month(d) == 4], 2)
    chosen += some([d for d in dates if seasons.month(d) in (5, 6)], 1)
    chosen += some([d + 1 for d in dates if d + 1 not in dates], rng.choice([0, 0, 1]))
    chosen.append(dates[-1])
    return sorted(set(chosen))


def play(rng):
    """A league with its seasons played."""
    league = League(rng)
    if league.long:
        plan = [(rng.randint(*YEARS), "long")]
    else:
        plan = [(rng.randint(*YEARS), rng.choice(["full", "full", "full", "late"]))]
        if rng.random() < 0.35 and plan[0][0] < YEARS[1]:
            plan.append((plan[0][0] + 1, rng.choice(["full", "late", "one day"])))
            if rng.random() < 0.3:
                plan[0] = (plan[0][0], "one day")
    for year, kind in plan:
        league.play_season(year, kind)
    league.add_guests()
    league.date_rows_late()
    years = {year for year, _ in plan}
    is_complete = all(by_season(rows).keys() == years
                      for rows in (league.players_rows, league.defense, league.offense))
    return league if is_complete else None


def generate(seed, out):
    """The first league of this seed in which no season lacks a table."""
    league = next(filter(None, (play(random.Random(f"{seed}/{attempt}"))
                                for attempt in itertools.count())))
    rng = league.rng
    dates = suggest(rng, sorted({g[0] for g in league.games}))
    league.add_duplicates()  # first, so that no dropped row is given twice
    league.add_strange_games()
    tables = [("player_game_summary", league.players_rows, PLAYER_COLUMNS, PLAYER_REQUIRED),
              ("team_defense_game_summary", league.defense, DEFENSE_COLUMNS, DEFENSE_REQUIRED),
              ("team_offense_game_summary", league.offense, OFFENSE_COLUMNS, OFFENSE_REQUIRED)]
    if league.has_schedule:
        tables.append(("schedule", league.schedule, SCHEDULE_COLUMNS, SCHEDULE_REQUIRED))
    if rng.random() < 0.35:
        players, teams = league.context_tables(rng.sample(dates, -(-len(dates) // 2)))
        tables.append(("upcoming_player_game_context", players, CONTEXT_COLUMNS, CONTEXT_REQUIRED))
        if rng.random() < 0.8:
            tables.append(("upcoming_team_game_context", teams, TEAM_CONTEXT_COLUMNS,
                           TEAM_CONTEXT_REQUIRED))
    if rng.random() < 0.4:
        tables.append(("players", league.birth_rows(), ["player_lookup", "birth_date"],
                       ["player_lookup"]))
    out.mkdir(parents=True, exist_ok=True)
    for table, rows, columns, required in tables:
        if rows:
            write_table(rng, out, table, rows, columns, required)
    return dates


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("seed", type=int)
    parser.add_argument("out", type=pathlib.Path)
    args = parser.parse_args()
    print(",".join(seasons.text(d) for d in generate(args.seed, args.out)))


if __name__ == "__main__":
    main()
