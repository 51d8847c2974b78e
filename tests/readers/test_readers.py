#!/usr/bin/env python3
"""The results file as h5py, xarray and ncdump see it, against `backfill export`."""
# timeout: 300
import csv
import datetime
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import warnings

try:
    import h5py
    import numpy
    import xarray
    import h5netcdf  # noqa: F401
except ImportError as error:
    print(f"SKIP: {error}")
    sys.exit(77)
if shutil.which("ncdump") is None:
    print("SKIP: ncdump is not installed")
    sys.exit(77)

BACKFILL = os.environ["BACKFILL"]
MAKE = os.path.join(os.environ["BF_BUILD_DIR"], "tests", "make_results")
EPOCH = datetime.datetime(1970, 1, 1)
csv.field_size_limit(sys.maxsize)


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def attributes(dataset):
    return {name: text(value) if isinstance(value, (bytes, str)) else value
            for name, value in dataset.attrs.items() if name not in ("DIMENSION_LIST", "REFERENCE_LIST")}


def flag_texts(about):
    if "flag_texts" in about:
        return about["flag_texts"].split("\n")
    return about.get("flag_meanings", "").split()


def decoder(file, name, about, kind):
    """Function from a stored value to what the column's value is, by the attributes alone."""
    if name.endswith("_hash"):
        return lambda value: f"{int(value):016x}"
    if "dictionary" in about:
        texts = [text(t) for t in file[about["dictionary"]][:]]
        return lambda value: texts[value]
    if "flag_values" in about:
        texts = dict(zip(about["flag_values"].tolist(), flag_texts(about)))
        if set(texts.values()) == {"true", "false"}:
            return lambda value: texts[value] == "true"
        return lambda value: texts[value]
    if "flag_masks" in about or kind == numpy.uint8:
        pairs = list(zip(about["flag_masks"].tolist(), flag_texts(about))) if "flag_masks" in about else []
        chosen = lambda value: [t for bit, t in pairs if int(value) & bit]
        if "separator" in about:
            return lambda value: about["separator"].join(chosen(value)) or None
        return chosen
    if "scale_factor" in about:
        power = 10 ** round(-math.log10(about["scale_factor"]))
        return lambda value: int(value) / power
    if about["units"] == "days since 1970-01-01":
        return lambda value: (EPOCH + datetime.timedelta(days=int(value))).date().isoformat()
    if about["units"] == "microseconds since 1970-01-01":
        return lambda value: (EPOCH + datetime.timedelta(microseconds=int(value))).strftime("%Y-%m-%d %H:%M:%S UTC")
    return lambda value: value.tolist()


def column(file, dataset, name):
    """All values of a column."""
    about = attributes(dataset)
    for needed in ("units", "long_name"):
        assert needed in about, f"{dataset.name} has no {needed}"
    values = dataset[:]
    decode = decoder(file, name, about, values.dtype)
    assert values.shape[0] == dataset.dims[0][0].shape[0]
    if values.ndim == 2:
        return [row.tolist() for row in values]
    fill = about.get("_FillValue")
    missing = numpy.isnan(values) if values.dtype.kind == "f" else \
        (values == fill if fill is not None else numpy.zeros(len(values), bool))
    return [None if m else decode(v) for v, m in zip(values, missing)]


def objects(file, group):
    members = {name: column(file, dataset, name) for name, dataset in group.items()}
    rows = []
    for values in zip(*members.values()):
        row = dict(zip(members, values))
        alone = row.pop("missing_data", False)
        rows.append({"missing_data": True} if alone else row)
    return rows


def decode_table(file, table):
    """Columns in their order: name -> values."""
    group, columns = file["tables"][table], {}
    for name, item in group.items():
        if name in ("row", "feature", "dates"):
            continue
        columns[name] = objects(file, item) if isinstance(item, h5py.Group) else column(file, item, name)
    for name, values in columns.items():  # templates: the numbers of the same row
        if values and isinstance(values[0], str) or name.endswith("_reason"):
            columns[name] = [
                v if not isinstance(v, str) else re.sub(
                    r"\{(\w+)\}", lambda m: "" if columns[m[1]][i] is None else str(columns[m[1]][i]), v)
                for i, v in enumerate(values)]
    return columns


def cell(written, expected):
    """True if the CSV cell says what was decoded."""
    if expected is None:
        return written == ""
    if isinstance(expected, bool):
        return written == ("true" if expected else "false")
    if isinstance(expected, (int, float)):
        return float(written) == expected
    if isinstance(expected, (list, dict)):
        return json.loads(written) == expected
    return written == expected


def check_table(file, table, folder):
    columns = decode_table(file, table)
    with open(os.path.join(folder, table + ".csv"), encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        rows = list(reader)
        assert reader.fieldnames == list(columns), (reader.fieldnames, list(columns))
    with open(os.path.join(folder, table + ".ndjson"), encoding="utf-8") as stream:
        documents = [json.loads(line) for line in stream]
    assert len(rows) == len(documents) == len(next(iter(columns.values())))
    for i, row in enumerate(rows):
        for name, values in columns.items():
            assert cell(row[name], values[i]), (table, name, i, row[name], values[i])
            value = documents[i].get(name)
            if isinstance(values[i], dict):
                value = json.loads(value)
            assert value == values[i], (table, name, i, value, values[i])
            assert (name in documents[i]) == (values[i] is not None), (table, name, i)
    return len(rows)


def groups(file):
    found = []
    file.visititems(lambda name, item: found.append(name) if isinstance(item, h5py.Group) else None)
    return found


def check_xarray(path, file, columns):
    for name in groups(file):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            xarray.open_dataset(path, engine="h5netcdf", group=name).load()
    with xarray.open_dataset(path, engine="h5netcdf", group="tables/player_daily_cache") as data:
        for i, value in enumerate(data["points_avg_last_5"].values):
            expected = columns["points_avg_last_5"][i]
            assert math.isnan(value) if expected is None else abs(value - expected) < 1e-9
        assert [str(d)[:10] for d in data["cache_date"].values] == columns["cache_date"]
    with xarray.open_dataset(path, engine="h5netcdf", group="tables/ml_feature_store_v2") as data:
        assert data["features"].dims == ("row", "feature")
        assert data["features"].sel(feature="team_win_pct").shape == data["game_date"].shape


def check_ncdump(path, file):
    header = run("ncdump", "-h", path)
    assert "phony_dim" not in header
    for table in file["tables"]:
        assert f"group: {table} {{" in header
    assert 'string features' not in header and "double features(row, feature)" in header
    assert re.search(r':Conventions = "CF-1.10"', header)
    assert "T07" in run("ncdump", "-v", "/dictionaries/teams", path)


def check_file(path, folder):
    run(BACKFILL, "export", path, "--all", "--out", folder)
    run(BACKFILL, "export", path, "--all", "--format", "ndjson", "--out", folder)
    with h5py.File(path) as file:
        assert text(file.attrs["Conventions"]) == "CF-1.10" and file.attrs["format_version"] == 1
        total = sum(check_table(file, table, folder) for table in file["tables"])
        for table, group in file["tables"].items():
            dates = group["dates"]
            assert group["row"].shape[0] == dates["rows"][:].sum()
            assert dates["digest"].shape == (dates["date"].shape[0], 32)
            for name, item in group.items():
                if isinstance(item, h5py.Dataset) and name not in ("row", "feature"):
                    assert item.dims[0][0].name == f"/tables/{table}/row"
        stored = file["tables/player_daily_cache/points_avg_last_5"]
        constant = file["tables/player_daily_cache/cache_version"]
        assert constant.id.get_storage_size() == 0 and (stored.id.get_storage_size() > 0) == (total > 0)
        if total > 0:
            check_xarray(path, file, decode_table(file, "player_daily_cache"))
            check_ncdump(path, file)
    return total


def main():
    with tempfile.TemporaryDirectory() as scratch:
        for dates, rows in ((9, 40), (1, 1), (0, 0)):
            path = os.path.join(scratch, "results.h5")
            run(MAKE, path, str(dates), str(rows), "5")
            print(dates, "dates:", check_file(path, scratch), "rows read alike")


main()
