"""explain against export: every value of chosen players and teams; formulas and windows checked by themselves."""
# label: cases
# timeout: 300
# cores: 1
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import formula

BACKFILL = os.environ["BACKFILL"]
DATE_COLUMN = {"team_defense_zone_analysis": "analysis_date", "player_shot_zone_analysis": "analysis_date",
               "player_composite_factors": "game_date", "player_daily_cache": "cache_date",
               "ml_feature_store_v2": "game_date"}
PLAYER_TABLES = [table for table in DATE_COLUMN if table != "team_defense_zone_analysis"]
problems = []
checked = collections.Counter()


def backfill(*arguments, expected=(0,)):
    done = subprocess.run([BACKFILL, *map(str, arguments)], capture_output=True, text=True, timeout=200)
    if done.returncode not in expected:
        sys.exit(f"backfill {' '.join(map(str, arguments))}: exit {done.returncode}\n{done.stderr}")
    return done.stdout


def read(text, **how):
    return json.loads(text, **how)


class Run:
    """A run of some dates of a snapshot, exported: rows by table and (key, date), digits kept as text. Of several pieces, which
    have some of the dates each, the results are merged."""

    def __init__(self, directory, snapshot, dates, context="auto", pieces=1):
        self.snapshot, self.context, self.dates = snapshot, context, dates
        results, exports = directory / "results.h5", directory / "exported"
        self.compute(results, dates)
        if pieces > 1:
            parts = [directory / f"piece-{number}.h5" for number in range(pieces)]
            for number, part in enumerate(parts):
                self.compute(part, dates[number::pieces])
            merged = directory / "merged.h5"
            backfill("merge", *parts, "--out", merged, expected=(0, 1))
            if backfill("digest", merged) != backfill("digest", results):
                complain(merged.name, "other rows than those of one run")
            results = merged
        backfill("export", results, "--all", "--format", "ndjson", "--out", exports)
        self.rows, self.failures = collections.defaultdict(dict), {}
        for table, date in DATE_COLUMN.items():
            key = "team_abbr" if table == "team_defense_zone_analysis" else "player_lookup"
            for line in (exports / f"{table}.ndjson").read_text().splitlines():
                row = read(line, parse_float=str, parse_int=str)
                self.rows[table][row[key], row[date]] = row
        for line in (exports / "precompute_failures.ndjson").read_text().splitlines():
            row = read(line, parse_float=str, parse_int=str)
            self.failures[row["processor_name"], row["entity_id"], row["analysis_date"]] = row

    def compute(self, results, dates):
        backfill("run", "--snapshot", self.snapshot, "--out", results, "--dates", ",".join(dates), "--context", self.context,
                 "--skip-preflight", "--no-resume", "--progress", 0, expected=(0, 1))

    def explain(self, date, kind, key, **how):
        text = backfill("explain", "--snapshot", self.snapshot, "--date", date, f"--{kind}", key, "--context", self.context,
                        "--json")
        return read(text, **how), read(text, parse_float=str, parse_int=str)


def complain(where, text):
    problems.append(f"{where}: {text}")


def check_formula(where, item, value, digits):
    if item.get("formula"):
        checked["formulas"] += 1
        wrong = formula.problem(value, digits, item["formula"], item["operands"], item["note"])
        if wrong:
            complain(where, wrong)


def digits_of(column):
    """Decimals of a stored value as it is printed; those of a rounded percentage; None: exact."""
    if column["type"] == "FLOAT64" and column["name"].endswith("completeness_pct") or \
            column["name"] == "completeness_percentage":
        return 1
    text = column["digits"]
    if column["type"].startswith("NUMERIC") and isinstance(text, str):
        return len(text.partition(".")[2])
    return None


def check_columns(where, part, exact_part, row):
    for column, exact in zip(part["columns"], exact_part["columns"]):
        name, column["digits"] = column["name"], exact["value"]
        checked["values"] += 1
        if column["kind"] != "run" and exact["value"] != row.get(name):
            complain(f"{where} {name}", f"explain says {exact['value']}, export {row.get(name)}")
        check_formula(f"{where} {name}", column, column["value"], digits_of(column))
        members = column.get("members", [])
        alone = any(member["name"] == "missing_data" and member["value"] for member in members)
        for member in members:
            member["digits"] = member["value"]
            if not alone:
                check_formula(f"{where} {name}.{member['name']}", member, member["value"], None)
        if members:
            check_object(f"{where} {name}", members, read(row[name]))
        for feature in column.get("features", []):
            if feature["value"] != column["value"][feature["index"]]:
                complain(where, f"feature {feature['name']} is not the one of the vector")
            check_formula(f"{where} {feature['name']}", feature, feature["value"], None)
    unexpected = set(row) - {column["name"] for column in part["columns"]}
    if unexpected:
        complain(where, f"columns not explained: {sorted(unexpected)}")


def check_object(where, members, text):
    """The members are those of the JSON text that export writes."""
    for member in members:
        if member["name"] in text and text[member["name"]] != member["value"]:
            complain(where, f"member {member['name']}: {member['value']}, export {text[member['name']]}")


# Facts that are the sum of a column over a window, or its number of games with the column: fact, window, column.
SUMS = {
    "tdza": [("paint_attempts", "last_15", "opp_paint_attempts"), ("rating_sum", "last_15", "defensive_rating"),
             ("points_allowed", "last_15", "points_allowed"), ("blocks_three_pt", "last_15", "blocks_three_pt")],
    "psza": [("paint_makes_10", "last_10", "paint_makes"), ("paint_attempts_20", "last_20", "paint_attempts"),
             ("assisted_10", "last_10", "assisted_fg_makes")],
    "context": [("minutes_sum_14", "last_14_days", "minutes_played"), ("usage_sum_7", "usage_games", "usage_rate"),
                ("opponent_pace_sum", "opponent_last_10", "pace"), ("league_pace_sum", "league_last_30_days", "pace")],
    "pdc": [("points_5", "last_5", "points"), ("points_season", "season", "points"), ("ts_10", "last_10", "ts_pct"),
            ("pace_sum", "team_last_10", "pace"), ("rating_sum", "team_last_10", "offensive_rating")],
    "ml": [("ft_makes_sum", "last_10", "ft_makes"), ("season_minutes", "season", "minutes_played"),
           ("team_wins", "team_season", "win_flag")],
}


def rows_of(part, window):
    return [game for group in part["games"] for game in group["rows"] if window in game["windows"]]


def check_windows(where, name, part, date):
    facts = {fact["name"]: fact["value"] for fact in part["facts"]}
    for window in part["windows"]:
        games = rows_of(part, window["name"])
        checked["games"] += len(games)
        if len(games) != window["games"]:
            complain(where, f"window {window['name']} has {window['games']} games and shows {len(games)}")
        if any(game["game_date"] >= date for game in games):
            complain(where, f"window {window['name']} holds a game of the date or after it")
    for fact, window, column in SUMS.get(name, []):
        values = [game["numbers"][column] for game in rows_of(part, window)]
        total = sum(value for value in values if value is not None)
        if facts and facts[fact] is not None and abs(facts[fact] - total) > 1e-6:
            complain(where, f"fact {fact} is {facts[fact]}, the games of {window} add up to {total}")
    for game in (game for group in part["games"] for game in group["rows"]):
        if game["opponent"] is not None and game["opponent"] not in game["game_id"]:
            complain(where, f"{game['game_id']} has no opponent {game['opponent']}")


def check_part(run, where, date, part, exact):
    key, row = part["of"], run.rows[part["table"]].get((part["of"], date))
    record = run.failures.get((part["processor_name"], key, date)) or \
        run.failures.get((part["processor_name"], "DATE_LEVEL", date))
    if (part["outcome"] == "row") != (row is not None):
        complain(where, f"outcome {part['outcome']}, but export has {'a' if row else 'no'} row")
    elif row is not None:
        check_columns(where, part, exact, row)
    if (part["outcome"] == "failure") != (record is not None):
        complain(where, f"outcome {part['outcome']}, but export has {'a' if record else 'no'} record")
    elif record is not None:
        shown = {k: v for k, v in exact["failure"].items() if v is not None}
        if shown != {k: v for k, v in record.items() if k not in ("run_id", "created_at")}:
            complain(where, f"record {shown}, export {record}")
    check_windows(where, part["processor"], part, date)


def check(run, date, kind, key):
    shown, exact = run.explain(date, kind, key)
    where = f"{run.snapshot.name} {key} {date}"
    checked[f"{kind}s"] += 1
    for part, exact_part in zip(shown["processors"], exact["processors"]):
        checked[part["outcome"]] += 1
        check_part(run, f"{where} {part['processor']}", date, part, exact_part)
    if "context" in shown:
        check_windows(f"{where} context", "context", shown["context"], date)
    return shown


def picks(run, date):
    """Players of a date: full rows, too few games, not active, without a row of the shot zones."""
    rows = {table: {key for key, day in run.rows[table] if day == date} for table in PLAYER_TABLES}
    psza, pcf, pdc, ml = (rows[table] for table in PLAYER_TABLES)
    groups = [psza & pdc & ml, (pcf - pdc) & ml, pcf - ml, (pcf - psza) & ml, psza - pcf, pdc - psza]
    return sorted({name for group in groups for name in sorted(group)[:1]})


def check_dates(run):
    for date in run.dates:
        for player in picks(run, date):
            check(run, date, "player", player)
        teams = sorted(key for key, day in run.rows["team_defense_zone_analysis"] if day == date)
        failed = sorted(entity for name, entity, day in run.failures
                        if day == date and name.startswith("TeamDefense") and entity != "DATE_LEVEL")
        for team in teams[:1] + failed[:1]:
            check(run, date, "team", team)


def check_synthetic(scratch):
    snapshot = scratch / "league"
    backfill("synth", "--out", snapshot, "--seasons", "2022-2023", "--seed", 7)
    for context in ("auto", "parity"):
        directory = scratch / f"synthetic-{context}"
        directory.mkdir()
        dates = ["2023-11-08", "2023-11-25", "2024-01-16", "2024-05-15"] if context == "auto" else ["2024-02-01"]
        run = Run(directory, snapshot, dates, context, pieces=3 if context == "auto" else 1)
        check_dates(run)
        if context == "auto":
            check_skipped(run)


def check_skipped(run):
    """Dates that no processor computes."""
    player = sorted(key for key, _ in run.rows["player_shot_zone_analysis"])[0]
    for date, word in (("2023-10-27", "before day 14"), ("2023-12-24", "not a game date")):
        shown, _ = run.explain(date, "player", player)
        for part in shown["processors"]:
            if part["outcome"] != "skipped" or word not in part["reason"] or part["columns"]:
                complain(f"{player} {date} {part['processor']}", f"{part['outcome']}: {part['reason']}")


def check_shared(scratch):
    """Odd input, where it is there: a context table, parity, nulls, negative counts."""
    shared = pathlib.Path(os.environ.get("BACKFILL_SHARED", pathlib.Path(os.environ["BF_SOURCE_DIR"]) / "../shared"))
    for case, context in (("context-tables", "auto"), ("parity", "parity"), ("nulls", "auto"), ("negatives", "auto"),
                          ("lost-input", "auto"), ("missing-zones", "auto")):
        golden = shared / "golden-odd" / case / "golden"
        if not golden.is_dir():
            print(f"not there: {golden}")
            continue
        directory = scratch / case
        directory.mkdir()
        backfill("import", "--from", shared / "golden-odd" / case / "exports", "--out", directory / "snapshot",
                 expected=(0, 1))
        dates = sorted(name.name for name in golden.iterdir() if name.name[:2] == "20")
        check_dates(Run(directory, directory / "snapshot", dates[:2], context))


def main():
    with tempfile.TemporaryDirectory() as scratch:
        check_synthetic(pathlib.Path(scratch))
        check_shared(pathlib.Path(scratch))
    print(dict(checked))
    for kind in ("players", "teams", "row", "failure", "none", "formulas", "games"):
        if checked[kind] == 0:
            complain("this test", f"met no {kind}")
    print("\n".join(problems[:60]))
    sys.exit(f"{len(problems)} problems" if problems else 0)


main()
