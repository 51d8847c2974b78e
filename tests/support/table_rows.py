"""Rows of the output tables in CSV form, compared as values: for the tests of whole rows.

Numbers are equal as decimals, doubles within 1e-9; JSON is compared parsed; null is an empty cell; the wording of a
failure is free. Only columns that both sides have are compared, but no row may be missing or too many.
"""
import csv
import json
import math

KEYS = {
    "team_defense_zone_analysis": ("analysis_date", "team_abbr"),
    "player_shot_zone_analysis": ("analysis_date", "player_lookup"),
    "player_composite_factors": ("game_date", "player_lookup"),
    "player_daily_cache": ("cache_date", "player_lookup"),
    "ml_feature_store_v2": ("game_date", "player_lookup"),
    "precompute_failures": ("processor_name", "analysis_date", "entity_id"),
    "reprocess_attempts": ("analysis_date", "entity_id"),
}
RELATIVE = 1e-9


def parsed(text):
    """A cell as a value: null, true, a number, a list, an object, or the text itself."""
    try:
        return json.loads(text) if text != "" else None
    except ValueError:
        return text


def same(a, b):
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, bool) or isinstance(b, bool) or a is None or b is None:
        return a is b
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return a == b or math.isclose(a, b, rel_tol=RELATIVE, abs_tol=0)
    return a == b


def read(path, table):
    with open(path, encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {tuple(row[name] for name in KEYS[table]): row for row in rows}


def differences(found, expected, table):
    """Texts that name what differs between two CSV files of a table."""
    a, b = read(found, table), read(expected, table)
    texts = [f"{table}: missing row {'/'.join(key)}" for key in sorted(b.keys() - a.keys())]
    texts += [f"{table}: row too many {'/'.join(key)}" for key in sorted(a.keys() - b.keys())]
    for key in sorted(a.keys() & b.keys()):
        for name in b[key].keys() & a[key].keys():
            x, y = a[key][name], b[key][name]
            free = name == "failure_reason" and (x == "") == (y == "")
            if not free and not same(parsed(x), parsed(y)):
                texts.append(f"{table}.{name} of {'/'.join(key)}: {x!r}, expected {y!r}")
    return texts
