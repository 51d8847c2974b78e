#!/usr/bin/env python3
"""Reports of small runs, opened in headless Chromium: what the page shows is what info and validate say."""
# timeout: 240
import gzip
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import browser

BACKFILL, MPIRUN = os.environ["BACKFILL"], os.environ["MPIRUN"]
PROCESSORS = ["tdza", "psza", "pcf", "pdc", "ml"]
WINDOWS = [(1400, False), (400, False), (1400, True)]
problems = []


def run(*words, code=0):
    done = subprocess.run(words, capture_output=True, text=True, timeout=120)
    if done.returncode != code:
        sys.exit(f"exit {done.returncode} instead of {code}: {' '.join(words)}\n{done.stderr[-2000:]}")
    return done.stdout


def expect(what, found, wanted):
    if found != wanted:
        problems.append(f"{what}: {found!r} instead of {wanted!r}")


def altered(source, directory):
    """The exports of a season, with a date without players and negative counts on another."""
    run(BACKFILL, "synth", "--seasons", "2022", "--as", "exports", "--out", source)
    for path in pathlib.Path(source).glob("player_game_summary*"):
        with gzip.open(path, "rt") as stream:
            rows = [json.loads(line) for line in stream]
        with gzip.open(path, "wt") as stream:
            for i, row in enumerate(rows):
                if row["game_date"] == "2023-01-10":
                    continue
                if row["game_date"] == "2022-12-30" and i % 5 == 0:
                    row["paint_attempts"] = -1
                stream.write(json.dumps(row) + "\n")
    run(BACKFILL, "import", "--from", source, "--out", directory)


# Text of the cells below the columns of a table that are named, by the first cell of the row.
TABLE = """(section => Object.fromEntries([...document.querySelectorAll(section + ' tbody tr')].map(row =>
    [row.cells[0].textContent, [...row.cells].slice(1).map(cell => cell.textContent)])))"""
CALENDARS = """[...document.querySelectorAll('.cal')].map(table => [table.dataset.processor,
    [...table.querySelectorAll('td[tabindex]')].map(cell => [cell.className, cell.textContent])])"""


def grouped(number):
    return f"{number:,}"


def kind_of(told):
    """What a cell shows of validate's unit."""
    if told["status"] == "OK":
        return "rec" if told["records_only"] else "ok"
    return {"SKIPPED": "skip", "BOOTSTRAP": "boot", "NO_GAMES": "none", "DEPS_MISSING": "fail", "NOT_RUN": "off"}.get(told["status"], "look")


def check_calendars(page, validation):
    found = {}
    for processor, cells in page.evaluate(CALENDARS):
        found.setdefault(processor, []).extend(cells)
    expect("processors", sorted(found), sorted(validation["processors"]) if validation["dates"] else [])
    for processor, cells in found.items():
        expect(f"cells of {processor}", len(cells), len(validation["dates"]))
        for (shown, text), date in zip(cells, validation["dates"]):
            told = date[processor]
            where = f"{date['date']} {processor.upper()}"
            expect(where, shown, kind_of(told))
            if not text.startswith(where + ": "):
                problems.append(f"{where}: its text is {text!r}")
            if shown in ("ok", "rec", "skip", "fail", "look"):
                counts = f"{grouped(told['rows'])} rows, {grouped(sum(told['records'].values()))} failure records"
                if counts not in text or any(f"{name} {count}" not in text for name, count in told["records"].items()):
                    problems.append(f"{where}: {text!r} instead of {counts} and {told['records']}")


def check_tables(page, info, validation, digests):
    expect("synthetic label", page.evaluate("document.querySelectorAll('.synthetic').length"), int(info["synthetic"]))
    words = page.evaluate("document.body.textContent")
    for fact in (info["run_id"], info["fingerprint"], info["run_timestamp"], *(it["sha256"] for it in info["inputs"])):
        if fact not in words:
            problems.append(f"the page lacks {fact}")
    shown = page.evaluate(TABLE + "('#tables')")
    for table in info["tables"]:
        expect(f"rows of {table['name']}", shown[table["name"]][0], grouped(table["rows"]))
        expect(f"digest of {table['name']}", shown[table["name"]][4], digests[table["name"]])
    shown = page.evaluate(TABLE + "('#coverage')")
    for processor, told in validation["processors"].items():
        expect(f"coverage of {processor}", shown[processor.upper()][-5:-1],
               [grouped(told[name]) for name in ("expected", "rows", "records_only", "unaccounted")])
    shown = page.evaluate("[...document.querySelectorAll('#failures tbody tr')].map(row => [...row.cells].map(cell => cell.textContent))")
    expect("failures", shown, [[it["processor"].upper(), it["category"], "expected" if it["expected"] else "investigate",
                                grouped(it["records"]), grouped(it["dates"]), it["first_date"], it["last_date"]]
                               for it in validation["failures"]])
    expect("phases", page.evaluate("document.querySelectorAll('#time table')[0].tBodies[0].rows.length"), len(info["sessions"]))
    ranks = page.evaluate("(document.querySelectorAll('#time table')[2] || {tBodies: [{rows: []}]}).tBodies[0].rows.length")
    expect("ranks", 0 < ranks <= max(it["ranks"] for it in info["sessions"]) or not info["dates"], True)


def check_verdict(page, validation):
    wanted = [it for it in validation["findings"] if it["severity"] != "note"]
    expect("verdict", page.evaluate("document.querySelector('#verdict').className"), "attention" if wanted else "fine")
    expect("findings", int(page.evaluate("document.querySelector('#verdict').dataset.findings")), len(wanted))
    counts = {}
    for finding in validation["findings"]:
        counts[finding["kind"]] = counts.get(finding["kind"], 0) + 1
    shown = {}
    for kind, count in page.evaluate("[...document.querySelectorAll('.finding')].map(it => [it.dataset.kind, +it.dataset.count])"):
        shown[kind] = shown.get(kind, 0) + count
    expect("kinds of findings", shown, counts)
    lacking = page.evaluate("[...document.querySelectorAll('#verdict a')].filter(it => !document.querySelector(it.hash)).length")
    expect("findings that lead nowhere", lacking, 0)


def check_keyboard(page):
    """Tab reaches each calendar once, arrow keys walk in it, and what is focused or pointed at tells its counts."""
    bar = "(e => e && getComputedStyle(e.querySelector('span')).position)(document.querySelector('.cal td:focus'))"
    focused = "document.activeElement.querySelector('span').textContent.slice(0, 10)"
    first = "document.querySelectorAll('.cal')[2]"
    dates = page.evaluate(f"[...{first}.querySelectorAll('td[tabindex] span')].map(it => it.textContent.slice(0, 10))")
    expect("stops of the Tab key in calendars", page.evaluate("document.querySelectorAll('.cal td[tabindex=\"0\"]').length"),
           page.evaluate("document.querySelectorAll('.cal').length"))
    page.evaluate(f"document.querySelectorAll('.cal')[1].querySelector('td[tabindex=\"0\"]').focus()")
    page.press("Tab")
    expect("Tab", page.evaluate(focused), dates[0])
    expect("text of what has the focus", page.evaluate(bar), "fixed")
    for key, wanted in (("ArrowRight", dates[1]), ("End", dates[-1]), ("ArrowLeft", dates[-2]), ("Home", dates[0])):
        page.press(key)
        expect(key, page.evaluate(focused), wanted)
    page.press("ArrowDown")
    expect("ArrowDown", page.evaluate(focused)[5:7], "11")
    page.point_at("document.querySelectorAll('.cal td.ok')[40]")
    expect("text of what is pointed at", page.evaluate("getComputedStyle(document.querySelectorAll('.cal td.ok')[40].querySelector('span'))"
                                                       ".position"), "fixed")


def check_window(page, path, width, dark):
    page.open(path, width, dark)
    where = f"{path} at {width} px{', dark' if dark else ''}"
    for trouble in page.troubles():
        problems.append(f"{where}: {trouble}")
    expect(f"{where}: width", page.evaluate("document.documentElement.scrollWidth <= innerWidth"), True)
    colours = page.evaluate("['backgroundColor', 'color'].map(it => getComputedStyle(document.body)[it])")
    light = [sum(map(int, colour[4:-1].split(","))) > 384 for colour in colours]
    expect(f"{where}: light paper, light ink", light, [not dark, dark])


def check(page, results, snapshot, verdict):
    path = os.path.abspath(results.replace(".h5", ".html"))
    with_snapshot = ["--snapshot", snapshot] if snapshot else []
    run(BACKFILL, "report", results, "--out", path, *with_snapshot)
    info = json.loads(run(BACKFILL, "info", results, "--json"))
    validation = json.loads(run(BACKFILL, "validate", results, "--json", "--details", *with_snapshot, code=verdict))
    digests = dict(line.split() for line in run(BACKFILL, "digest", results).splitlines())
    for width, dark in WINDOWS:
        check_window(page, path, width, dark)
    page.open(path, 1400)
    check_calendars(page, validation)
    check_tables(page, info, validation, digests)
    check_verdict(page, validation)
    if len(validation["dates"]) > 100:
        check_keyboard(page)


def main():
    if browser.find() is None:
        print("SKIP: no chromium")
        return 77
    scratch = tempfile.TemporaryDirectory(prefix="backfill-browser.")
    os.chdir(scratch.name)
    altered("exports", "snapshot")
    run(MPIRUN, "-np", "3", BACKFILL, "--out", "season.h5", "--progress", "0", code=1)
    run(BACKFILL, "--out", "part.h5", "--dates", "2023-02-01,2023-07-04", "--processors", "pcf,ml")
    run(BACKFILL, "--out", "none.h5", "--start-date", "2023-08-01", "--end-date", "2023-08-02")
    page = browser.Browser()
    try:
        check(page, "season.h5", "snapshot", 1)
        check(page, "part.h5", None, 0)
        check(page, "none.h5", None, 0)
    finally:
        page.close()
        os.chdir("/")
    print("\n".join(problems[:40]) or "all as it should be")
    return bool(problems)


sys.exit(main())
