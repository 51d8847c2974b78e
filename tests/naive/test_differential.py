#!/usr/bin/env python3
# label: naive
# timeout: 900
"""The program against the naive implementation on random small leagues, cell by cell.

    test_differential.py [--seeds FIRST-LAST] [--all-dates] [--jobs N] [--keep DIR]

A seed is one league (random_league.py). It is imported, run on one rank and compared with naive.py.
Every other one is run in another way, too: with more ranks, on several nodes, in small rounds, or
split by dates or by processors, which may change nothing.
"""
import collections
import functools
import random
import sys

import backfill
import comparison
import leagues
import naive
import random_league
import seasons
from load import History

SEEDS = 200  # of the suite; thousands by hand
PROCESSORS = {"tdza": "team_defense_zone_analysis", "psza": "player_shot_zone_analysis",
              "pcf": "player_composite_factors", "pdc": "player_daily_cache",
              "ml": "ml_feature_store_v2"}


class League:
    """One seed: its files, and the run on one rank that everything is compared with."""

    def __init__(self, seed, folder, all_dates):
        self.folder, self.rng = folder, random.Random(f"differential/{seed}")
        self.context = ("auto", "derived", "parity")[seed % 3]
        dates = random_league.generate(seed, folder / "exports")
        self.history = History(folder / "exports")
        self.days = self.history.game_dates() if all_dates else dates
        self.dates = [seasons.text(d) for d in self.days]
        self.snapshot = folder / "snapshot"
        backfill.import_exports(folder / "exports", self.snapshot)
        self.whole = self.run("whole", self.dates)
        self.exported = backfill.export(self.whole)

    def run(self, name, dates, *options, **how):
        results = self.folder / f"{name}.h5"
        backfill.run(self.snapshot, results, dates, "--context", self.context, *options, **how)
        return results

    def against_naive(self):
        """Differences, and how much was compared."""
        expected = naive.compute(self.history, set(self.days), self.context)
        return comparison.differences(expected, self.exported), comparison.size(expected)

    def other_ranks(self):
        """More ranks, nodes and rounds: equal digests."""
        ranks, nodes = self.rng.choice([1, 2, 3, 7]), self.rng.choice([1, 1, 2, 3])
        options = self.rng.choice([[], ["--buffer", "1K"], ["--buffer", "64K"],
                                   ["--checkpoint", "0.001"]])
        other = self.run("ranks", self.dates, *options, ranks=ranks,
                         BACKFILL_FORCE_NODES=str(min(ranks, nodes)))
        if backfill.digests(other) != backfill.digests(self.whole):
            return [f"digests differ: {ranks} ranks, {nodes} nodes, {' '.join(options)}"]
        return []

    def split_by_dates(self):
        """Two runs over some of the dates: together the cells of the whole run."""
        chosen = {d for d in self.dates if self.rng.random() < 0.5}
        cells = {}
        for name, dates in (("chosen", chosen), ("rest", set(self.dates) - chosen)):
            if dates:
                part = backfill.export(self.run(name, sorted(dates)))
                cells.update(comparison.cells_of(part))
        if cells != comparison.cells_of(self.exported):
            return [f"other rows when {','.join(sorted(chosen))} is a run of its own"]
        return []

    def some_processors(self):
        """A run that writes some tables only: equal digests of those."""
        names = self.rng.sample(sorted(PROCESSORS), self.rng.choice([1, 1, 2, 3]))
        some = backfill.digests(self.run("some", self.dates, "--processors", ",".join(names)))
        whole = backfill.digests(self.whole)
        if any(some.get(PROCESSORS[name]) != whole[PROCESSORS[name]] for name in names):
            return [f"digests differ: --processors {','.join(names)}"]
        return []


def check(seed, folder, all_dates):
    league = League(seed, folder, all_dates)
    found, (rows, cells) = league.against_naive()
    if seed % 2 == 0:
        way = league.rng.choice([league.other_ranks, league.other_ranks, league.split_by_dates,
                                 league.some_processors])
        found += way()
    return found, collections.Counter(rows=rows, cells=cells)


def main():
    parser = leagues.parser_of(__doc__, SEEDS)
    parser.add_argument("--all-dates", action="store_true", help="not only a dozen of a league")
    args = parser.parse_args()
    equal, total = leagues.check_all(functools.partial(check, all_dates=args.all_dates),
                                     args.seeds, args)
    print(f"{equal} of {len(args.seeds)} leagues equal: {total['rows']} rows, "
          f"{total['cells']} cells")
    sys.exit(0 if equal == len(args.seeds) else 1)


if __name__ == "__main__":
    main()
