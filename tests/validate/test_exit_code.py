#!/usr/bin/env python3
"""Each reason for which a run ends with exit code 1 stands in its report, and a run without one has a report without findings.

A season's exports are altered in one way each, and computed: what the run says at its end, what the page says of it, and
what is found in the file have to be the same.
"""
# timeout: 120
# cores: 1
import csv
import gzip
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

BACKFILL = os.environ["BACKFILL"]
DATES = ["--dates", "2023-01-10,2023-01-12"]
REASONS = ["units without rows", "records to investigate", "nulled values", "contaminated seasons"]


def run(*words, code=0):
    done = subprocess.run([BACKFILL, *words], capture_output=True, text=True, timeout=60)
    if done.returncode != code:
        sys.exit(f"exit {done.returncode} instead of {code}: {' '.join(words)}\n{done.stderr[-2000:]}")
    return done


def without_players(row):
    return None if row["game_date"] == "2023-01-10" else row


def negative(row):
    return dict(row, paint_attempts=-1) if row["game_date"] == "2022-12-30" else row


def many_blocks(row):
    return dict(row, blocks_paint=1000) if row["defending_team_abbr"] == "BOS" else row


def zoneless(row):
    return {name: row[name] for name in row if "paint" not in name and "mid_range" not in name}


def zoneless_later(row):
    """The rows of the dates do not show what their season's input lacks."""
    return {name: "" if "paint" in name or "mid_range" in name else row[name] for name in row} \
        if row["game_date"] >= "2023-01-12" else row


PLAYERS, DEFENCE = "player_game_summary", "team_defense_game_summary"
# What is done to which table; the reasons of the run; what is found in the file for each of them.
CASES = {
    "healthy": (PLAYERS, lambda row: row, {}),
    "failed": (PLAYERS, without_players, {"units without rows": "deps_missing", "records to investigate": "deps_missing"}),
    "investigate": (PLAYERS, negative, {"records to investigate": "investigate"}),
    "nulled": (DEFENCE, many_blocks, {"nulled values": "nulled"}),
    "players": (PLAYERS, zoneless, {"contaminated seasons": "zones"}),
    "later": (DEFENCE, zoneless_later, {"contaminated seasons": "zones"}),
}


def rewrite(table, alter):
    """Alters the rows of a table's export, and returns the file with what puts it back."""
    [path] = pathlib.Path("exports").glob(f"{table}*")
    before = path.read_bytes()
    lines = gzip.decompress(before).decode().splitlines()
    is_csv = ".csv" in path.name
    rows = [alter(row) for row in (csv.DictReader(lines) if is_csv else map(json.loads, lines))]
    with gzip.open(path, "wt", compresslevel=1, newline="") as stream:
        if is_csv:
            writer = csv.DictWriter(stream, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        else:
            stream.writelines(json.dumps(row) + "\n" for row in rows if row is not None)
    return path, before


def reasons_in(text):
    return {name: int(count) for name in REASONS for count in re.findall(f"{name} (\\d+)", text) if count != "0"}


def check(name, file, code, told):
    run("report", file, "--out", "page.html")
    page = pathlib.Path("page.html").read_text()
    verdict, findings = re.search(r'<section id="verdict" class="(\w+)" data-findings="(\d+)"', page).groups()
    ended = re.search(r'<p id="run-ended">(.*?)</p>', page)
    kinds = set(re.findall(r'data-kind="(\w+)"', page))
    validation = json.loads(run("validate", file, "--json", code=code).stdout)
    assert (verdict, int(findings) > 0) == (("attention", True) if code else ("fine", False)), (name, verdict, findings)
    assert validation["verdict"] == ("attention" if code else "ok"), (name, validation["verdict"])
    assert (ended is not None) == bool(code), (name, ended)
    if ended is not None:
        assert f"exit code {code}: " in ended[1] and reasons_in(ended[1]) == told, (name, ended[1], told)
    missing = {CASES[name][2][reason] for reason in told} - kinds
    assert not missing, f"{name}: exit code {code} for {told}, and the report lacks {missing}"
    print(f"{name}: exit code {code}, {told}; found {sorted(kinds)}")


def main():
    with tempfile.TemporaryDirectory(prefix="backfill-exit-code.") as scratch:
        os.chdir(scratch)
        run("synth", "--seasons", "2022", "--as", "exports", "--out", "exports")
        for name, (table, alter, expected) in CASES.items():
            path, before = rewrite(table, alter)
            run("import", "--from", "exports", "--out", name)
            path.write_bytes(before)
            done = run("--snapshot", name, "--out", f"{name}.h5", "--report", "run.html", "--skip-preflight", "--progress", "0",
                       *DATES, code=1 if expected else 0)
            told = reasons_in(done.stderr.partition("wants a look:")[2])
            assert set(told) == set(expected), (name, told)
            check(name, f"{name}.h5", 1 if expected else 0, told)
            assert pathlib.Path("run.html").read_bytes() == pathlib.Path("page.html").read_bytes(), f"{name}: two pages"
        os.chdir("/")


main()
