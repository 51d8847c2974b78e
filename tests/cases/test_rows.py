# Whole rows: each folder of rows/ is a case (rows/README.md).
# label: cases
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ["BF_SOURCE_DIR"])
sys.path.insert(0, str(SOURCE / "tests" / "support"))
import table_rows  # noqa: E402

BACKFILL = os.environ["BACKFILL"]
CASES = SOURCE / "tests" / "cases" / "rows"


def run(*command, accept=(0,)):
    done = subprocess.run([str(part) for part in command], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=100, check=False)
    if done.returncode not in accept:
        sys.exit(f"{' '.join(map(str, command))}\nexit code {done.returncode}\n{done.stdout}")


def differences(case, scratch):
    snapshot, results, found = scratch / "snapshot", scratch / "results.h5", scratch / "found"
    options = shlex.split((case / "run").read_text(encoding="utf-8"))
    run(BACKFILL, "import", "--from", case / "exports", "--out", snapshot)
    run(BACKFILL, "run", "--snapshot", snapshot, "--out", results, "--skip-preflight", *options, accept=(0, 1))
    run(BACKFILL, "export", results, "--all", "--format", "csv", "--out", found)
    texts = []
    for expected in sorted((case / "expected").glob("*.csv")):
        texts += table_rows.differences(found / expected.name, expected, expected.stem)
    return texts


def main():
    failed = False
    for case in sorted(path for path in CASES.iterdir() if path.is_dir()):
        with tempfile.TemporaryDirectory() as scratch:
            texts = differences(case, pathlib.Path(scratch))
        print(f"{case.name}: {len(texts)} differences")
        print("\n".join(texts[:20]))
        failed = failed or bool(texts)
    sys.exit(1 if failed else 0)


main()
