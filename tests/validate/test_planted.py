#!/usr/bin/env python3
"""What is planted in a results file is what validate finds: exactly that, as text, as JSON and in its exit code.

Each case alters a copy of one small run with h5py. `mended` files agree with themselves again (support/mend_results.c), as
if a mistaken program had written them; the others are damaged, and their digests tell.
"""
# timeout: 300
# cores: 1
import datetime
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

try:
    import h5py
    import numpy
except ImportError as error:
    print(f"SKIP: {error}")
    sys.exit(77)

BACKFILL = os.environ["BACKFILL"]
MEND = os.path.join(os.environ["BF_BUILD_DIR"], "tests", "mend_results")
FAILURES = "precompute_failures"
TABLES = {"tdza": "team_defense_zone_analysis", "psza": "player_shot_zone_analysis", "pcf": "player_composite_factors",
          "pdc": "player_daily_cache", "ml": "ml_feature_store_v2"}
PROCESSORS = list(TABLES)
FIRST, LAST = "2022-10-28", "2022-12-10"
BOOTSTRAP, SKIPPED, LATE, LATER = "2022-10-29", "2022-11-02", "2022-12-05", "2022-12-06"
SEASON = "2022-23"


def day(text):
    return (datetime.date.fromisoformat(text) - datetime.date(1970, 1, 1)).days


class Altered:
    """A results file open for altering."""

    def __init__(self, path):
        self.file = h5py.File(path, "r+")
        self.dates = [int(date) for date in self.file["tables/ml_feature_store_v2/dates/date"]]

    def at(self, date):
        return self.dates.index(day(date))

    def rows(self, table, date):
        """Slice of a date's rows."""
        extent, i = self.file[f"tables/{table}/dates"], self.at(date)
        first = int(extent["first_row"][i])
        return slice(first, first + int(extent["rows"][i]))

    def columns(self, table):
        """Stored columns by path, those of objects too."""
        found = {}

        def visit(name, it):
            if isinstance(it, h5py.Dataset) and not name.startswith("dates/") and it.id.get_storage_size() > 0 \
                    and it.shape[:1] == self.file[f"tables/{table}/row"].shape:
                found[name] = it
        self.file[f"tables/{table}"].visititems(visit)
        found.pop("row", None)
        return found

    def replace(self, name, values):
        """A dataset with other values of any number; its attributes but those of dimensions stay."""
        old = self.file[name]
        kept = {key: value for key, value in old.attrs.items()
                if key not in ("DIMENSION_LIST", "REFERENCE_LIST", "CLASS", "NAME")}
        kind = old.dtype
        del self.file[name]
        new = self.file.create_dataset(name, data=numpy.asarray(values).astype(kind))
        for key, value in kept.items():
            new.attrs[key] = value

    def remove_rows(self, table, date, which, units=False):
        """Rows `which` of the date's, as if they had never been; /run/units told only if asked to."""
        here, i = self.rows(table, date), self.at(date)
        gone = numpy.arange(here.start, here.stop)[which]
        processors = None
        if table == FAILURES:
            processors = self.file[f"tables/{table}/processor_name"][:][gone]
        for name, column in self.columns(table).items():
            self.replace(f"tables/{table}/{name}", numpy.delete(column[:], gone, axis=0))
        del self.file[f"tables/{table}/row"]
        extent = self.file[f"tables/{table}/dates"]
        extent["rows"][i] -= len(gone)
        extent["first_row"][i + 1:] -= len(gone)
        if not units:
            return
        if table != FAILURES:
            self.file["run/units/rows"][i * 5 + list(TABLES.values()).index(table)] -= len(gone)
            return
        classes = list(self.file["dictionaries/processors"].asstr()[:])
        for code in processors:
            short = {"TeamDefenseZone": 0, "PlayerShotZone": 1, "PlayerComposite": 2, "PlayerDailyCache": 3,
                     "MLFeatureStore": 4}
            at = next(n for prefix, n in short.items() if classes[code].startswith(prefix))
            self.file["run/units/failures"][i * 5 + at] -= 1

    def remove_date(self, date):
        """The date as if it had not been asked for."""
        for table in [*TABLES.values(), FAILURES]:
            here = self.rows(table, date)
            self.remove_rows(table, date, slice(0, here.stop - here.start))
        i = self.at(date)
        for table in [*TABLES.values(), FAILURES]:
            for name in ("date", "first_row", "rows", "digest"):
                self.replace(f"tables/{table}/dates/{name}",
                             numpy.delete(self.file[f"tables/{table}/dates/{name}"][:], i, axis=0))
        for name in ("processor", "date", "status", "rows", "failures", "seconds", "rank"):
            values = self.file[f"run/units/{name}"][:]
            self.replace(f"run/units/{name}", numpy.delete(values, slice(i * 5, i * 5 + 5)))

    def records_of(self, date, processor):
        """Places of a processor's records among the date's."""
        classes = list(self.file["dictionaries/processors"].asstr()[:])
        codes = self.file[f"tables/{FAILURES}/processor_name"][:][self.rows(FAILURES, date)]
        return numpy.array([n for n, code in enumerate(codes) if classes[code].lower().startswith(processor)])

    def null(self, table, column, rows):
        dataset = self.file[f"tables/{table}/{column}"]
        dataset[rows] = dataset.attrs["_FillValue"]

    def set_unit(self, field, date, processor, value):
        self.file[f"run/units/{field}"][self.at(date) * 5 + PROCESSORS.index(processor)] = value


def flip(altered, name, at, bit=0):
    """One bit of one element."""
    dataset = altered.file[name]
    value = dataset[at]
    raw = bytearray(numpy.asarray(value).tobytes())
    raw[0] ^= 1 << bit
    dataset[at] = numpy.frombuffer(bytes(raw), dtype=dataset.dtype).reshape(numpy.shape(value))


class Validator:
    def __init__(self, scratch):
        self.scratch, self.whole = scratch, scratch / "whole.h5"
        self.snapshot = scratch / "snapshot"
        self.count = 0
        for command in (["synth", "--seasons", "2022", "--out", self.snapshot],
                        ["run", "--snapshot", self.snapshot, "--out", self.whole, "--start-date", FIRST, "--end-date", LAST,
                         "--progress", "0", "--run-timestamp", "2026-01-01T00:00:00Z"]):
            subprocess.run([BACKFILL, *map(str, command)], check=True, capture_output=True, timeout=60)
        self.expect("nothing is planted", None, set(), code=0)

    def validate(self, path, *options):
        done = subprocess.run([BACKFILL, "validate", str(path), *map(str, options)], text=True, capture_output=True, timeout=60,
                              check=False)
        return done.returncode, done.stdout, done.stderr

    def alter(self, plant, mended):
        path = self.scratch / "planted.h5"
        shutil.copy(self.whole, path)
        if plant is not None:
            altered = Altered(path)
            plant(altered)
            altered.file.close()
        if mended:
            subprocess.run([MEND, str(path)], check=True, timeout=60)
        return path

    def expect(self, what, plant, expected, code=1, mended=True, snapshot=True, sample=40, says=()):
        """`expected`: (kind, table or None, date or season or None) of all findings but notes."""
        self.count += 1
        path = self.alter(plant, mended and plant is not None)
        options = ["--details"] + (["--snapshot", self.snapshot, "--sample", sample] if snapshot else [])
        found_code, text, err = self.validate(path, *options)
        json_code, report, _ = self.validate(path, *options, "--json")
        problems = []
        if found_code != code or json_code != code:
            problems.append(f"exit codes {found_code} and {json_code} instead of {code}")
        report = json.loads(report) if report else {"findings": [], "verdict": "none"}
        found = [(it["kind"], it.get("table"), it.get("date", it.get("season"))) for it in report["findings"]
                 if it["severity"] != "note"]
        for it in sorted(set(found) - set(expected), key=str):
            problems.append(f"not planted: {it}")
        for it in sorted(set(expected) - set(found), key=str):
            problems.append(f"not found: {it}")
        if report["verdict"] != {0: "ok", 1: "attention", 3: "damaged"}[code]:
            problems.append(f"verdict {report['verdict']}")
        for kind, table, date in expected:
            if kind not in text or (date or "") not in text:
                problems.append(f"the text does not tell of {kind}, {table}, {date}")
        for words in says:
            if words not in text + err:
                problems.append(f"'{words}' is not said")
        if code != 0 and err.count(" ERROR ") + err.count(" WARNING ") + err.count("BF_E_") == 0:
            problems.append("standard error is silent")
        if problems:
            sys.exit("\n".join([f"{what}:", *problems, text, err]))
        print(f"found: {what}")

    def refused(self, what, plant, *words):
        """Damage that leaves no table to look at: exit 3 with these words in the one message."""
        self.count += 1
        code, _, err = self.validate(self.alter(plant, False), "--snapshot", self.snapshot)
        missing = [word for word in words if word not in err]
        if code != 3 or missing:
            sys.exit(f"{what}: exit code {code}, not said: {missing}\n{err}")
        print(f"refused: {what}")


def lost_rows(v):
    pdc, ml, psza, tdza = TABLES["pdc"], TABLES["ml"], TABLES["psza"], TABLES["tdza"]
    partial = {("partial", pdc, LATE), ("look_ahead", pdc, LATE), ("upstream", pdc, LATE)}
    v.expect("three rows are gone", lambda a: a.remove_rows(pdc, LATE, slice(2, 5)), partial, says=["3 of "])
    v.expect("three rows are gone, and /run/units knows", lambda a: a.remove_rows(pdc, LATE, slice(2, 5), units=True), partial)
    v.expect("the same without a snapshot", lambda a: a.remove_rows(pdc, LATE, slice(2, 5)),
             {("partial", pdc, LATE), ("upstream", pdc, LATE)}, snapshot=False)
    v.expect("three rows are gone, digests tell", lambda a: a.remove_rows(pdc, LATE, slice(2, 5)),
             {("partial", pdc, LATE), ("look_ahead", pdc, LATE), ("digest", pdc, LATE), ("seal", None, None)},
             code=3, mended=False, says=[f"table {pdc}, date {LATE}"])

    def all_rows(table, units):
        return lambda a: a.remove_rows(table, LATE, slice(0, a.rows(table, LATE).stop - a.rows(table, LATE).start), units)
    for units in (False, True):
        v.expect(f"all rows of a date are gone, units {units}", all_rows(ml, units),
                 {("untracked", ml, LATE), ("look_ahead", ml, LATE)})
    v.expect("all rows of a date are gone, the seal tells", all_rows(ml, True),
             {("untracked", ml, LATE), ("look_ahead", ml, LATE), ("seal", None, None)}, code=3, mended=False)
    v.expect("a team vanishes", lambda a: a.remove_rows(tdza, LATE, [0], units=True),
             {("partial", tdza, LATE), ("upstream", tdza, LATE)}, snapshot=False)
    v.expect("a player vanishes", lambda a: a.remove_rows(psza, LATE, [7], units=True),
             {("partial", psza, LATE), ("look_ahead", psza, LATE), ("upstream", psza, LATE)})


def lost_dates(v):
    v.expect("a whole date is gone", lambda a: a.remove_date(LATE), {("dates", None, None)})
    v.expect("a whole date is gone, without a snapshot", lambda a: a.remove_date(LATE), {("dates", None, None)}, snapshot=False)

    def emptied(a):
        for table in [*TABLES.values(), FAILURES]:
            here = a.rows(table, LATE)
            a.remove_rows(table, LATE, slice(0, here.stop - here.start), units=True)
    v.expect("a date is left without any rows", emptied,
             {("untracked", table, LATE) for table in TABLES.values()}
             | {("look_ahead", table, LATE) for table in [*TABLES.values(), FAILURES]}, says=["HOLES"])

    def shift(a):
        a.file[f"tables/{TABLES['pcf']}/dates/first_row"][a.at(LATE)] += 1
    v.refused("a date's first row is another", shift, f"table {TABLES['pcf']}, date {LATE}", "rows out of place")

    def shorten(a):
        a.file[f"tables/{TABLES['pcf']}/dates/rows"][a.at(LATE)] -= 1
    v.refused("a date has fewer rows than lie there", shorten, f"table {TABLES['pcf']}, date {LATER}", "rows out of place")
    v.refused("a bit of a date", lambda a: flip(a, f"tables/{TABLES['pcf']}/dates/date", a.at(LATE)),
              f"table {TABLES['pcf']}", LATE)
    v.refused("a bit of a unit's date", lambda a: flip(a, "run/units/date", a.at(LATE) * 5 + 2), "/run/units", LATE)


def flipped_bits(v):
    for short, column in (("tdza", "paint_pct_allowed_last_15"), ("psza", "three_pt_rate_last_10"), ("pcf", "fatigue_score"),
                          ("pdc", "points_avg_last_5"), ("pdc", "player_lookup"), ("ml", "features"), ("ml", "game_date"),
                          (None, "failure_category"), (None, "entity_id")):
        table = TABLES.get(short, FAILURES)
        date = LATE

        def plant(a, table=table, column=column, date=date):
            flip(a, f"tables/{table}/{column}", a.rows(table, date).start + 3)
        v.expect(f"a bit of {table}.{column}", plant, {("digest", table, date)}, code=3, mended=False, sample=0,
                 says=[f"table {table}, date {date}"])
    pdc = TABLES["pdc"]
    v.expect("a bit of data_hash", lambda a: flip(a, f"tables/{pdc}/data_hash", a.rows(pdc, LATE).start + 3),
             {("data_hash", pdc, LATE)}, code=3, mended=False, says=[f"table {pdc}, date {LATE}"])
    v.expect("a code that stands for nothing",
             lambda a: a.file[f"tables/{pdc}/player_lookup"].__setitem__(a.rows(pdc, LATE).start + 3, 10**6),
             {("unreadable", pdc, LATE)}, code=3, mended=False, sample=0, says=[f"table {pdc}, date {LATE}", "player_lookup"])
    v.expect("a bit of a digest", lambda a: flip(a, f"tables/{pdc}/dates/digest", (a.at(LATE), 5)),
             {("digest", pdc, LATE), ("seal", None, None)}, code=3, mended=False, sample=0)

    def rename(a):
        texts = a.file["dictionaries/bytes/teams"][:]
        at = texts.tobytes().index(b"MIA")
        a.file["dictionaries/bytes/teams"][at + 2] = ord("B")
    code, report, _ = v.validate(v.alter(rename, False), "--json")
    kinds = {it["kind"] for it in json.loads(report)["findings"] if it["severity"] != "note"}
    tables = {it.get("table") for it in json.loads(report)["findings"] if it["kind"] == "digest"}
    assert code == 3 and kinds == {"digest", "seal"} and TABLES["tdza"] in tables, (code, kinds, tables)
    v.refused("texts out of order", lambda a: flip(a, "dictionaries/bytes/teams", 0, 4), "/dictionaries/bytes/teams",
              "out of order")


def run_record(v):
    pcf = TABLES["pcf"]
    v.expect("a unit with another number of rows", lambda a: a.set_unit("rows", LATE, "pcf", 1), {("unit", pcf, LATE)})
    v.expect("a unit with another number of records", lambda a: a.set_unit("failures", LATE, "pcf", 9), {("unit", pcf, LATE)})
    v.expect("a unit that says it failed", lambda a: a.set_unit("status", LATE, "pcf", 3), {("unit", pcf, LATE)})
    v.expect("the same, and the seal tells", lambda a: a.set_unit("status", LATE, "pcf", 3),
             {("unit", pcf, LATE), ("seal", None, None)}, code=3, mended=False)
    v.expect("a bit of a unit's rank", lambda a: flip(a, "run/units/rank", 7), {("seal", None, None)}, code=3, mended=False)
    v.refused("a unit with a status that is none", lambda a: a.set_unit("status", LATE, "pcf", 77), "/run/units", LATE)
    v.refused("a unit of another processor", lambda a: a.set_unit("processor", LATE, "pcf", 4), "/run/units", LATE)
    v.expect("a bit of the sessions", lambda a: a.file["run/sessions"].__setitem__(5, b"X"), {("seal", None, None)}, code=3,
             mended=False)
    v.expect("values that were nulled", lambda a: a.file["run/nulled/values"].__setitem__(40, 3),
             {("nulled", next(iter(NULLED)), None)})

    def other_options(a):
        text = a.file["run"].attrs["options_json"]
        text = text.decode() if isinstance(text, bytes) else text
        a.file["run"].attrs.modify("options_json", numpy.bytes_(text.replace('"auto"', '"odds"')))
    v.expect("other options", other_options, {("seal", None, None)}, code=3, mended=False, snapshot=False)
    v.refused("a run that has not finished", lambda a: a.file["run/complete"].__setitem__((), 0), "has not finished")


NULLED = {}


def records(v):
    psza, pdc = TABLES["psza"], TABLES["pdc"]

    def drop(processor, date, units):
        return lambda a: a.remove_rows(FAILURES, date, a.records_of(date, processor), units)
    for units in (False, True):
        v.expect(f"a processor's records are gone, units {units}", drop("playershotzone", SKIPPED, units),
                 {("untracked", psza, SKIPPED), ("look_ahead", FAILURES, SKIPPED)})
    v.expect("one record is gone", lambda a: a.remove_rows(FAILURES, LATE, a.records_of(LATE, "playershotzone")[:1]),
             {("partial", psza, LATE), ("look_ahead", FAILURES, LATE)}, says=["1 of "])
    v.expect("one record is gone, digests tell",
             lambda a: a.remove_rows(FAILURES, LATE, a.records_of(LATE, "playershotzone")[:1]),
             {("partial", psza, LATE), ("look_ahead", FAILURES, LATE), ("digest", FAILURES, LATE), ("seal", None, None)},
             code=3, mended=False, says=[f"table {FAILURES}, date {LATE}"])

    def worse(a):
        at = a.rows(FAILURES, LATE).start + int(a.records_of(LATE, "playershotzone")[0])
        meanings = list(a.file[f"tables/{FAILURES}/failure_category"].attrs["flag_meanings"].split())
        meanings = [it.decode() if isinstance(it, bytes) else it for it in meanings]
        a.file[f"tables/{FAILURES}/failure_category"][at] = meanings.index("PROCESSING_ERROR")
    v.expect("a record that nobody expects", worse, {("investigate", psza, LATE), ("look_ahead", FAILURES, LATE)})

    def twice(a):
        here = a.rows(pdc, LATE)
        for column in a.columns(pdc).values():
            column[here.start + 4] = column[here.start + 3]
    v.expect("a row is there twice", twice,
             {("order", pdc, LATE), ("partial", pdc, LATE), ("look_ahead", pdc, LATE), ("upstream", pdc, LATE)})


def values(v):
    psza, tdza, pdc, ml = TABLES["psza"], TABLES["tdza"], TABLES["pdc"], TABLES["ml"]
    rates = ("paint_rate_last_10", "mid_range_rate_last_10", "three_pt_rate_last_10")

    def zoneless(a):
        for column in rates:
            a.null(psza, column, slice(None))
    upstream = {("upstream", psza, it) for it in WITH_PSZA}
    v.expect("the zones of a season are gone", zoneless, {("contaminated", psza, SEASON)} | upstream, sample=0,
             says=["CONTAMINATED", "0.00 % of rows are valid"])
    v.expect("the zones of a season are gone, digests tell", zoneless,
             {("contaminated", psza, SEASON)} | {("digest", psza, it) for it in WITH_PSZA}, sample=0, code=3,
             mended=False, says=["CONTAMINATED"])

    def zone_of_a_date(a):
        a.null(tdza, "paint_defense_vs_league_avg", a.rows(tdza, LATE))
    v.expect("a team's zone is gone on a date", zone_of_a_date,
             {("invariant", tdza, LATE), ("contaminated", tdza, SEASON), ("look_ahead", tdza, LATE), ("upstream", tdza, LATE)},
             says=["below 50 % on 1 date, first " + LATE])

    def few_values(a):
        a.null(pdc, "points_avg_season", a.rows(pdc, LATE))
    v.expect("averages of a date are gone", few_values,
             {("look_ahead", pdc, LATE), ("upstream", pdc, LATE), ("contaminated", pdc, SEASON)},
             says=["column points_avg_season: null in the file"])

    def not_a_number(a):
        a.file[f"tables/{ml}/features"][:, 3] = numpy.nan
    v.expect("a feature of a season is no number", not_a_number, {("contaminated", ml, SEASON)}, sample=0)


def leaks(v):
    """Rows that hold the game of their own date: those of the next date, which was computed with it."""
    pdc, ml = TABLES["pdc"], TABLES["ml"]

    def leak(table, keep):
        def plant(a):
            key = a.file[f"tables/{table}/player_lookup"][:]
            here, later = a.rows(table, LATE), a.rows(table, LATER_OF_LATE)
            both = sorted(set(key[here]) & set(key[later]))
            assert both, "nobody plays on both dates"
            to = here.start + list(key[here]).index(both[0])
            origin = later.start + list(key[later]).index(both[0])
            for name, column in a.columns(table).items():
                if name not in keep:
                    column[to] = column[origin]
        return plant
    date_columns = {"game_date", "analysis_date", "cache_date", "data_hash", "game_id", "opponent_team_abbr"}
    sources = {name for name in ML_COLUMNS if name.startswith("source_")}
    v.expect("features that know the game", leak(ml, date_columns | sources), {("look_ahead", ml, LATE)},
             says=["1 of ", " in the file, ", " without the later games"])
    v.expect("averages that know the game", leak(pdc, date_columns), {("look_ahead", pdc, LATE), ("upstream", pdc, LATE)},
             says=["1 of ", " in the file, ", " without the later games"])
    v.expect("a date that is not sampled", leak(ml, date_columns | sources), set(), code=0, sample=1)


def find_out(v):
    """What the cases need to know of the file."""
    global NULLED, WITH_PSZA, ML_COLUMNS, LATER_OF_LATE
    with h5py.File(v.whole) as f:
        column = f["run/nulled/column"].asstr()[40]
        NULLED = {next(table for table in [*TABLES.values(), FAILURES] if table in column): column}
        extent = f[f"tables/{TABLES['psza']}/dates"]
        WITH_PSZA = [str(datetime.date(1970, 1, 1) + datetime.timedelta(int(date)))
                     for date, rows in zip(extent["date"], extent["rows"]) if rows > 0]
        ML_COLUMNS = list(f[f"tables/{TABLES['ml']}"])
        dates = [str(datetime.date(1970, 1, 1) + datetime.timedelta(int(date))) for date in extent["date"]]
        LATER_OF_LATE = dates[dates.index(LATE) + 2]


def main():
    with tempfile.TemporaryDirectory() as scratch:
        v = Validator(pathlib.Path(scratch))
        find_out(v)
        for cases in (lost_rows, lost_dates, flipped_bits, run_record, records, values, leaks):
            cases(v)
        print(f"{v.count} files, each with what was planted in it")


main()
