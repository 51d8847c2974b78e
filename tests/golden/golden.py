#!/usr/bin/env python3
"""Run the program on a set of exports and compare whole dates with independently computed tables.

    golden.py EXPORTS GOLDEN [OPTION ...]      GOLDEN holds <date>/<table>.csv; OPTIONs go to the run

Imports EXPORTS, runs the golden dates (or what OPTION says), exports each date and gives it to the shared
compare.py, which matches rows by key. Exit 1 on any difference, 77 where the shared files are absent.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

BACKFILL = os.environ["BACKFILL"]
SHARED = pathlib.Path(os.environ.get("BACKFILL_SHARED",
                                     pathlib.Path(os.environ["BF_SOURCE_DIR"]).parent / "shared"))


def run(*command, accept=(0,)):
    done = subprocess.run([str(part) for part in command], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=100)
    if done.returncode not in accept:
        sys.exit(f"{' '.join(map(str, command))}\nexit code {done.returncode}\n{done.stdout}")
    return done.stdout


def main():
    exports, golden, options = SHARED / sys.argv[1], SHARED / sys.argv[2], sys.argv[3:]
    if not exports.is_dir() or not golden.is_dir():
        print(f"SKIP: {golden} is not there")
        sys.exit(77)
    dates = sorted(path.name for path in golden.iterdir() if path.is_dir())
    if not any(option.startswith("--dates") for option in options):
        options += ["--dates", ",".join(dates)]
    failed = []
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        snapshot, results = scratch / "snapshot", scratch / "results.h5"
        run(BACKFILL, "import", "--from", exports, "--out", snapshot)
        run(BACKFILL, "--snapshot", snapshot, "--out", results, *options, accept=(0, 1))
        for date in dates:
            out = scratch / date
            run(BACKFILL, "export", results, "--all", "--format", "csv", "--dates", date, "--out", out)
            compared = subprocess.run([sys.executable, SHARED / "tools" / "compare.py", out, golden / date,
                                       "--ulp-last-digit", "--dates", date], text=True,
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=100)
            print(f"== {date}\n{compared.stdout}")
            if compared.returncode != 0:
                failed.append(date)
    if failed:
        sys.exit(f"different: {', '.join(failed)}")


main()
