#!/usr/bin/env python3
# label: naive
# timeout: 900
"""No look-ahead: other games on and after a date change no cell of the date's rows.

    test_look_ahead.py [--seeds FIRST-LAST] [--dates N] [--jobs N] [--keep DIR]

On random small leagues, on a made-up season, and on the real exports where they are there
($BACKFILL_SHARED, else ../shared). For sampled dates the games from the date on are dropped,
altered, renamed or joined by new ones (altered.py); import, run and export of the date then give
the same digests and the same texts. That altered games before the date do change them shows that
the test can see a difference.
"""
import collections
import functools
import os
import pathlib
import random
import sys

import backfill
import comparison
import leagues
import random_league
import seasons
from altered import GAME_TABLES, PLAYERS, Alteration, tables_of, write
from load import History

SEEDS = 16  # of the suite; hundreds by hand
DATES = 2   # of a league
EXAMPLES = 5
SHARED = pathlib.Path(os.environ.get("BACKFILL_SHARED", backfill.ROOT.parent / "shared"))
REAL = SHARED / "data" / "exports"
CONTEXTS = ("auto", "derived", "parity")


class League:
    """Runs of single dates on one set of exports and on altered ones."""

    def __init__(self, exports, folder, seed):
        self.folder, self.rng, self.runs = folder, random.Random(f"look-ahead/{seed}"), 0
        self.history = History(exports)
        self.tables = tables_of(self.history)
        self.snapshot = folder / "snapshot"
        backfill.import_exports(exports, self.snapshot)

    def candidates(self):
        """Eligible dates that every table of games has rows before."""
        first = max(min(row["game_date"] for row in self.tables[t]) for t in GAME_TABLES)
        return [d for d in self.history.game_dates() if d > first and not seasons.is_bootstrap(d)]

    def compute(self, snapshot, date, context):
        """Digests and cells of one date."""
        self.runs += 1
        results = self.folder / f"{self.runs}.h5"
        backfill.run(snapshot, results, [seasons.text(date)], "--context", context)
        return backfill.digests(results), comparison.cells_of(backfill.export(results))

    def compute_altered(self, tables, date, context):
        folder = self.folder / f"altered{self.runs}"
        write(tables, folder / "exports")
        backfill.import_exports(folder / "exports", folder / "snapshot")
        return self.compute(folder / "snapshot", date, context)

    def check(self, date):
        """Differences of one date; whether it has rows, and whether the day before matters."""
        context, found = self.rng.choice(CONTEXTS), []
        digests, cells = self.compute(self.snapshot, date, context)
        for how in ("dropped", "altered", "renamed", "added"):
            tables = getattr(Alteration(self.tables, date, self.rng.random()), how)()
            other_digests, others = self.compute_altered(tables, date, context)
            different = sorted(k for k in cells.keys() | others.keys()
                               if cells.get(k) != others.get(k))
            if different or other_digests != digests:
                found.append(f"{seasons.text(date)}, {context}, {how}: {len(different)} cells")
                found += [f"  {' '.join(k)}: {cells.get(k)}, altered {others.get(k)}"
                          for k in different[:EXAMPLES]]
        if not cells:
            return found, collections.Counter(dates=1)
        since = max(row["game_date"] for row in self.tables[PLAYERS] if row["game_date"] < date)
        tables = Alteration(self.tables, date, self.rng.random()).altered(since)
        seen = self.compute_altered(tables, date, context)[0] != digests
        return found, collections.Counter(dates=1, with_rows=1, seen=seen)


def check(name, folder, count):
    exports = folder / "exports"
    if name == "real":
        exports = REAL
    elif name == "synthetic":
        backfill.command(backfill.BACKFILL, "synth", "--as", "exports", "--out", exports,
                         "--seasons", "2021-2021", "--progress", 0)
    else:
        random_league.generate(name, exports)
    league = League(exports, folder, name)
    dates = league.candidates()
    found, total = [], collections.Counter()
    for date in league.rng.sample(dates, min(count, len(dates))):
        differences, counts = league.check(date)
        found, total = found + differences, total + counts
    return found, total


def main():
    parser = leagues.parser_of(__doc__, SEEDS)
    parser.add_argument("--dates", type=int, default=DATES, help=f"of each league ({DATES})")
    args = parser.parse_args()
    names = (["real"] if REAL.is_dir() else []) + ["synthetic", *args.seeds]
    equal, total = leagues.check_all(functools.partial(check, count=args.dates), names, args)
    print(f"{equal} of {len(names)} leagues, {total['dates']} dates; of {total['with_rows']} dates "
          f"with rows {total['seen']} saw that the games before were altered")
    sys.exit(0 if equal == len(names) and 2 * total["seen"] > total["with_rows"] else 1)


if __name__ == "__main__":
    main()
