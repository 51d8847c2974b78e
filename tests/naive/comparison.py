"""Compares tables that the program exported with rows of the naive implementation, cell by cell.

How a cell is compared follows from what the naive value is: a stored decimal is equal as a decimal,
a double and the numbers inside JSON within 1e-9 relative, everything else as it is. The text of a
failure's reason is free.
"""
import csv
import decimal
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import table_rows  # noqa: E402
from rounding import Stored  # noqa: E402
from tables import TABLES, columns_of  # noqa: E402

# Columns of the program that the naive implementation leaves out.
LEFT_OUT = re.compile(r"run_id|.*_(hash|at|until|last_updated)")

csv.field_size_limit(sys.maxsize)


def same(column, expected, text):
    """Whether a cell of CSV says the naive value."""
    if column == "failure_reason":
        return text != ""
    if expected is None or text == "":
        return expected is None and text == ""
    try:
        if isinstance(expected, bool):
            return text == ("true" if expected else "false")
        if isinstance(expected, Stored):
            return decimal.Decimal(text) == decimal.Decimal(str(expected))
        if isinstance(expected, (float, list)):
            return table_rows.same(expected, json.loads(text))
        if column.endswith("_json"):
            return table_rows.same(json.loads(expected), json.loads(text))
    except (ValueError, decimal.InvalidOperation):
        return False
    return text == str(expected)


def read(folder, table):
    """Header and rows (lists of text) of an exported table."""
    with open(folder / f"{table}.csv", encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    return header, rows


def differences_of_table(table, expected, folder):
    """Texts about the table; the order of columns and of rows counts."""
    header, rows = read(folder, table)
    columns, key = columns_of(table), TABLES[table][1]
    compared = [c for c in header if c in columns]
    if compared != columns or not all(c in columns or LEFT_OUT.fullmatch(c) for c in header):
        return [f"{table}: columns {header}, expected {columns}"]
    rows = [dict(zip(header, row)) for row in rows]
    wanted, found = [[tuple(row[k] for k in key) for row in side] for side in (expected, rows)]
    if wanted != found:
        missing, extra = sorted(set(wanted) - set(found)), sorted(set(found) - set(wanted))
        return [f"{table}: rows that are missing {missing}, too many {extra}"
                + ("" if missing or extra else ", or in another order")]
    return [f"{table}.{c} {'/'.join(name)}: {actual[c] or 'null'}, naive {row.get(c)}"
            for name, row, actual in zip(wanted, expected, rows) for c in columns
            if not same(c, row.get(c), actual[c])]


def differences(expected, folder):
    """All differences between naive tables and the exported ones in the folder."""
    return [text for table, rows in expected.items()
            for text in differences_of_table(table, rows, folder)]


def size(expected):
    """How many rows and cells a comparison looks at."""
    counts = [(len(rows), len(columns_of(table))) for table, rows in expected.items()]
    return sum(n for n, _ in counts), sum(n * columns for n, columns in counts)


def cells_of(folder):
    """Exported texts by (table, key, column), but for the run's id."""
    cells = {}
    for table, (_, key) in TABLES.items():
        header, rows = read(folder, table)
        for row in rows:
            row = dict(zip(header, row))
            row.pop("run_id", None)
            name = "/".join(row[k] for k in key)
            cells.update(((table, name, column), text) for column, text in row.items())
    return cells
