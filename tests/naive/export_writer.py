"""Writes tables as exports in the many forms that an importer accepts (DESIGN 2-3, resolution 8).

A row is a dict of Python values: int, float (decimals), bool, text, None. Every form says the same:
INT64 as 28, "28", 28.0 or "28.0"; a null absent, null or empty; columns in any order.
"""
import csv
import gzip
import io
import json


def absent_columns(rng, rows, droppable):
    """Some of the columns that are null throughout are left out of the file."""
    always_null = [c for c in droppable if all(r.get(c) is None for r in rows)]
    return {c for c in always_null if rng.random() < 0.5}


def number_text(x, spelled):
    """A number as text; spelled asks for an integer as 28.0."""
    return f"{x}.0" if spelled and isinstance(x, int) else str(x)


def is_number(x):
    return isinstance(x, (int, float)) and not isinstance(x, bool)


def csv_cell(x, spelled):
    if x is None:
        return ""
    if isinstance(x, bool):
        return "true" if x else "false"
    return number_text(x, spelled) if is_number(x) else x


def json_row(row, columns, form, explicit_nulls):
    out = {}
    for c in columns:
        x = row.get(c)
        if x is None:
            if explicit_nulls:
                out[c] = None
        elif is_number(x) and form["as_text"]:
            out[c] = number_text(x, form["spelled"])
        elif is_number(x) and form["spelled"]:
            out[c] = float(x)
        else:
            out[c] = x
    return json.dumps(out, ensure_ascii=False, separators=(",", ":"))


def write_shard(rng, path, rows, columns, as_csv):
    columns = list(columns)
    if rng.random() < 0.7:
        rng.shuffle(columns)
    form = {"as_text": rng.random() < 0.6, "spelled": rng.random() < 0.25}
    explicit_nulls = rng.random() < 0.5
    stream = io.StringIO(newline="")
    if as_csv:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow([csv_cell(row.get(c), form["spelled"]) for c in columns])
    else:
        for row in rows:
            stream.write(json_row(row, columns, form, explicit_nulls) + "\n")
    data = stream.getvalue().encode("utf-8")
    if rng.random() < 0.5:  # without the time, so that a seed gives the same bytes
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(data, mtime=0))
    else:
        path.write_bytes(data)


def write_table(rng, folder, table, rows, columns, required):
    """One table in one to three shards; rows in the given order or shuffled."""
    gone = absent_columns(rng, rows, [c for c in columns if c not in required])
    columns = [c for c in columns if c not in gone]
    rows = list(rows)
    if rng.random() < 0.4:
        rng.shuffle(rows)
    if rng.random() < 0.3:  # a column that nobody knows
        columns.append("x_note")
        for row in rows:
            row["x_note"] = rng.choice(["", "null", "a, \"quoted\" text", "Dončić", "1"])
    as_csv = rng.random() < 0.5
    extension = "csv" if as_csv else "json"
    shards = rng.choice([1, 1, 1, 2, 3])
    if shards == 1 and rng.random() < 0.7:
        write_shard(rng, folder / f"{table}.{extension}", rows, columns, as_csv)
        return
    size = -(-len(rows) // shards) or 1
    for i in range(shards):
        write_shard(rng, folder / f"{table}-{i:012d}.{extension}",
                    rows[i * size:(i + 1) * size], columns, as_csv)
