#!/usr/bin/env python3
"""Deliberately naive reference implementation of the five processors, from the specifications.

    naive.py EXPORTS_DIR OUT_DIR [--dates D,D] [--context auto|derived|parity]

Reads exports, writes OUT_DIR/<table>.csv for the six tables; without --dates all game dates. It
shares no code with the program that it checks, and is written for reading, not for speed.
"""
import argparse
import pathlib

import seasons
import tables
from context import active_players, context_rows
from features import ML, feature_store, no_players
from load import History
from players import PCF, PDC, composite_factors, daily_cache
from zones import player_shot_zones, team_defense


def by_key(rows, key):
    return {row[key]: row for row in rows}


def compute_date(history, date, mode):
    """All rows of one date by table, in the order of backfill.md 3."""
    tdza, failures = team_defense(history, date)
    psza, more = player_shot_zones(history, date)
    failures += more
    result = dict(team_defense_zone_analysis=tdza, player_shot_zone_analysis=psza,
                  precompute_failures=failures)
    if not any(r["game_date"] == date for r in history.players):
        failures += no_players(date, (PCF, PDC, ML))
        return result
    defenses, shot_zones = by_key(tdza, "team_abbr"), by_key(psza, "player_lookup")
    contexts, contexts_of_ml = context_rows(history, date, mode)
    pcf = composite_factors(date, contexts, shot_zones, defenses)
    pdc, more = daily_cache(history, date, contexts, shot_zones)
    failures += more
    ml = feature_store(history, date, contexts_of_ml, active_players(history, date),
                       by_key(pdc, "player_lookup"), by_key(pcf, "player_lookup"), shot_zones,
                       defenses)
    result.update(player_composite_factors=pcf, player_daily_cache=pdc, ml_feature_store_v2=ml)
    return result


def compute(history, dates, mode):
    """Rows of the six tables for the game dates among these; None asks for all (B11)."""
    rows = {table: [] for table in tables.TABLES}
    for date in history.game_dates():
        if seasons.is_bootstrap(date) or (dates is not None and date not in dates):
            continue
        for table, found in compute_date(history, date, mode).items():
            rows[table] += found
    return {table: tables.in_order(table, found) for table, found in rows.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("exports", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--dates", help="only these dates, comma separated")
    parser.add_argument("--context", choices=("auto", "derived", "parity"), default="auto")
    args = parser.parse_args()

    dates = None
    if args.dates is not None:
        dates = {seasons.day(d) for d in args.dates.split(",") if d}
    args.out.mkdir(parents=True, exist_ok=True)
    for table, rows in compute(History(args.exports), dates, args.context).items():
        tables.write(args.out, table, rows)


if __name__ == "__main__":
    main()
