# The pre-flight (spec/backfill.md §6): what it reports, and from which share on it refuses the input. Each case is
# import/base with some rows changed: 60 games of two teams on 60 dates, one player a team, and one game on a bootstrap date
# before them, so that no date is without a history.
# label: cases
import csv
import os
import pathlib
import subprocess
import sys
import tempfile

BACKFILL = os.environ["BACKFILL"]
BASE = pathlib.Path(os.environ["BF_SOURCE_DIR"]) / "tests" / "cases" / "import" / "base"
PLAYERS, OFFENSE, DEFENSE, SCHEDULE = ("player_game_summary-000000000000", "team_offense_game_summary",
                                       "team_defense_game_summary", "schedule")
ZONES = {PLAYERS: {"paint_attempts": 6, "mid_range_attempts": 4},
         DEFENSE: {"opp_paint_attempts": 30, "opp_mid_range_attempts": 10}}
RANGE = ("--seasons", "2022")


def moved(row, words):
    """A row with other words in its cells."""
    row = {key: str(value) for key, value in row.items()}
    for word, other in words.items():
        row = {key: value.replace(word, other) for key, value in row.items()}
    return row


class Exports:
    """The rows of base by file, with the zones that it lacks; `change` alters them before they are written."""

    def __init__(self, change):
        self.rows = {}
        for path in BASE.glob("*.csv"):
            with open(path, encoding="utf-8", newline="") as stream:
                self.rows[path.stem] = [dict(row, **ZONES.get(path.stem, {})) for row in csv.DictReader(stream)]
        for rows in self.rows.values():
            rows += [moved(row, {"2023-01-01": "2022-10-20", "20230101": "20221020"}) for row in rows[:2]
                     if row["game_date"] == "2023-01-01"]
        for row in self.rows[PLAYERS][-2:]:
            row["points"] = ""
        self.rows[SCHEDULE][-1]["game_id"] = "0022200060"
        change(self.rows)

    def write(self, folder):
        folder.mkdir()
        for name, rows in self.rows.items():
            with open(folder / f"{name}.csv", "w", encoding="utf-8", newline="") as stream:
                writer = csv.DictWriter(stream, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)


def call(*command):
    done = subprocess.run([str(part) for part in command], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=60, check=False)
    return done.returncode, done.stdout


def check(name, change, code, *texts, options=RANGE, absent=()):
    """Texts that the log of a run does not have, or has and should not; and another exit code."""
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        Exports(change).write(scratch / "exports")
        imported, log = call(BACKFILL, "import", "--from", scratch / "exports", "--out", scratch / "snapshot")
        if imported != 0:
            return [f"{name}: import exits {imported}\n{log}"]
        found, log = call(BACKFILL, "--snapshot", scratch / "snapshot", "--out", scratch / "out.h5", *options)
    wrong = [f"exit {found}, expected {code}"] if found != code else []
    wrong += [f"lacks '{text}'" for text in texts if text not in log]
    wrong += [f"has '{text}'" for text in absent if text in log]
    return [f"{name}: {text}\n{log}" for text in wrong]


def drop_dates(table, count):
    def change(rows):
        rows[table] = [row for row in rows[table] if not "2023" <= row["game_date"] <= f"2023-01-{count:02}"]
    return change


def set_null(table, count, *columns):
    def change(rows):
        for row in rows[table][:count]:
            row.update(dict.fromkeys(columns, ""))
    return change


def add_doubles(count):
    """A second game of the first players on their first date, in another arena."""
    def change(rows):
        for row in [dict(row) for row in rows[PLAYERS][:count]]:
            away, home = row["game_id"].split("_")[1:]
            rows[PLAYERS].append(dict(row, game_id=f"20230101_{home}_{away}"))
    return change


def add_games(rows):
    """Three games without rows: one was played, one was not, one is of the preseason."""
    for number, team, status in (("0022200900", "MIA", 3), ("0022200901", "CHI", 1), ("0012200902", "UTA", 3)):
        rows[SCHEDULE].append(dict(rows[SCHEDULE][0], game_id=number, away_team_tricode=team, game_status=status))


def drop_side(rows):
    rows[PLAYERS] = [row for row in rows[PLAYERS] if (row["game_date"], row["team_abbr"]) != ("2023-01-05", "LAL")]


def season_before(rows, lacking=()):
    """The season before, without the columns named."""
    for name, table in rows.items():
        table += [dict(moved(row, {"2022": "2021", "2023": "2022", "00222": "00221"}),
                       **dict.fromkeys(dict(lacking).get(name, {}), "")) for row in table]


def two_seasons(rows):
    """The season before has no zones."""
    season_before(rows, ZONES)


def unscheduled(rows):
    """The season before has no games in the schedule."""
    schedule = list(rows[SCHEDULE])
    season_before(rows)
    rows[SCHEDULE] = schedule


def later(rows):
    """A season whose opening night nobody knows yet."""
    for name in rows:
        rows[name] = [moved(row, {"2022": "2098", "2023": "2099"}) for row in rows[name]]


def fold(*changes):
    def change(rows):
        for each in changes:
            each(rows)
    return change


def main():
    zones, lost = tuple(ZONES[PLAYERS]), "games are not in all of player, team offense and team defense rows"
    opening = "opening night is not known, 22 October is assumed"
    found = check("whole", lambda rows: None, 0, "60 of 60 eligible game dates (100.0 %, needed 95 %)",
                  "61 games have fewer than 16 or more than 40 player rows: 20221020_BOS_LAL, ",
                  absent=(lost, "zones missing", "exactly 2 team rows", "of one team only", "one more of", opening))
    for table in (PLAYERS, OFFENSE, DEFENSE):
        label = table.split("-")[0]
        found += check(f"{label}: 95 %", drop_dates(table, 3), 0 if table != PLAYERS else 1,
                       f"{label} has rows on 57 of 60 eligible game dates (95.0 %, needed 95 %); missing 2023-01-01, "
                       "2023-01-02, 2023-01-03", f"3 {lost}: 20230101_BOS_LAL, 20230102_BOS_LAL, 20230103_BOS_LAL")
        found += check(f"{label}: 93 %", drop_dates(table, 4), 3, "BF_E_INPUT", "(93.3 %, needed 95 %)")
    found += check("11 dates", drop_dates(OFFENSE, 11), 3, "2023-01-09, 2023-01-10, ...", absent=("2023-01-11",))
    found += check("warned", drop_dates(OFFENSE, 4), 0, "WARNING", "93.3 %", options=(*RANGE, "--skip-preflight"))
    found += check("dates given", drop_dates(OFFENSE, 4), 0, "on 1 of 1", options=("--dates", "2023-01-05"))
    found += check("minutes: 5 %", set_null(PLAYERS, 6, "minutes_played"), 0,
                   "minutes_played is null in 6 of 120 rows with points (5.0 %, at most 5 % allowed)")
    found += check("minutes: above", set_null(PLAYERS, 7, "minutes_played"), 3, "7 of 120 rows with points (5.8 %")
    found += check("no points", set_null(PLAYERS, 7, "minutes_played", "points"), 0, absent=("minutes_played is null",))
    found += check("both", fold(set_null(PLAYERS, 7, "minutes_played"), drop_dates(OFFENSE, 4)), 3, "(93.3 %", "(5.8 %")
    found += check("doubles: below 1 %", add_doubles(1), 0,
                   "1 of 123 rows are one more of their player and date (0.8 %, at most 1 % allowed)")
    found += check("doubles: above", add_doubles(2), 3, "2 of 124 rows are one more of their player and date (1.6 %")
    found += check("lost games", add_games, 0, f"1 {lost}: 20230101_MIA_LAL")
    found += check("one side", drop_side, 0, "1 games have player rows of one team only: 20230105_BOS_LAL")
    found += check("team rows", lambda rows: rows[OFFENSE].pop(), 0, "1 games have not exactly 2 team rows: 20221020_BOS_LAL")
    found += check("zones: 50 %", set_null(PLAYERS, 61, *zones), 0, absent=("zones missing",))
    found += check("zones: above", set_null(PLAYERS, 62, *zones), 1, "zones missing: season 2022-23 is CONTAMINATED, 50.8 % of "
                   "its rows of player_game_summary have neither", "contaminated seasons 1")
    found += check("zones of defence", set_null(DEFENSE, 62, *ZONES[DEFENSE]), 1, "50.8 % of its rows of "
                   "team_defense_game_summary have neither", "contaminated seasons 1")
    found += check("one of two zones", set_null(PLAYERS, 122, zones[0]), 0, absent=("zones missing",))
    found += check("another season", two_seasons, 0, absent=("zones missing", "2022-01-"))
    found += check("both seasons", two_seasons, 1, "season 2021-22 is CONTAMINATED, 100.0 %", "contaminated seasons 1",
                   options=("--seasons", "2021-2022"))
    found += check("no schedule of a season", unscheduled, 3, "season 2021-22 of the range has no game", options=())
    found += check("its dates given", unscheduled, 0, "2022-01-05: Skipped: no games", "2023-01-05: Success",
                   options=("--dates", "2022-01-05,2023-01-05"))
    found += check("opening", later, 0, f"season 2098: {opening}", options=("--dates", "2099-01-05,2099-01-06"))
    print("\n".join(found) or "all as they should be")
    sys.exit(1 if found else 0)


main()
