#!/usr/bin/env python3
"""Runs naive.py on every golden and compares: check_goldens.py DIR

DIR holds data/exports, golden, golden-odd and tools/compare.py. Exit 1 on any difference.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


def run(shared, exports, golden, options):
    """Differences of one set of dates; prints a line per date."""
    dates = sorted(d for d in golden.iterdir() if d.is_dir())
    with tempfile.TemporaryDirectory() as out:
        subprocess.run([sys.executable, HERE / "naive.py", exports, out, "--dates",
                        ",".join(d.name for d in dates)] + options, check=True)
        different = 0
        for date in dates:
            done = subprocess.run(
                [sys.executable, shared / "tools" / "compare.py", out, date, "--ulp-last-digit",
                 "--dates", date.name], stdout=subprocess.PIPE, text=True, check=False)
            print(golden.parent.name, date.name, done.stdout.splitlines()[-1])
            different += done.returncode != 0
    return different


def main():
    shared = pathlib.Path(sys.argv[1])
    different = run(shared, shared / "data" / "exports", shared / "golden", [])
    for case in sorted(p for p in (shared / "golden-odd").iterdir() if p.is_dir()):
        readme = (case / "README.md").read_text(encoding="utf-8")
        context = re.search(r"\*\*Run:\*\* .*(--context) (\w+)", readme)
        different += run(shared, case / "exports", case / "golden",
                         list(context.groups()) if context else [])
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
