# Random small leagues, odd in many ways: the program and the naive implementation make the same rows.
# label: naive
# timeout: 900
import os
import pathlib
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ["BF_SOURCE_DIR"])
sys.path.insert(0, str(SOURCE / "tests" / "support"))
import table_rows  # noqa: E402

BACKFILL = os.environ["BACKFILL"]
NAIVE = SOURCE / "tests" / "naive"
SEEDS = os.environ.get("BF_SEEDS", "101,102,103").split(",")
MODES = ("auto", "derived", "parity")


def run(*command, accept=(0,)):
    done = subprocess.run([str(part) for part in command], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=300, check=False)
    if done.returncode not in accept:
        sys.exit(f"{' '.join(map(str, command))}\nexit code {done.returncode}\n{done.stdout}")
    return done.stdout


def compare(seed, mode, scratch):
    exports, snapshot, results = scratch / "exports", scratch / "snapshot", scratch / "results.h5"
    dates = run(sys.executable, NAIVE / "random_league.py", seed, exports).strip()
    run(BACKFILL, "import", "--from", exports, "--out", snapshot)
    run(BACKFILL, "run", "--snapshot", snapshot, "--out", results, "--dates", dates, "--context", mode,
        "--skip-preflight", accept=(0, 1))
    run(BACKFILL, "export", results, "--all", "--format", "csv", "--out", scratch / "found")
    run(sys.executable, NAIVE / "naive.py", exports, scratch / "naive", "--dates", dates, "--context", mode)
    texts = []
    for table in table_rows.KEYS:
        texts += table_rows.differences(scratch / "found" / f"{table}.csv", scratch / "naive" / f"{table}.csv", table)
    return texts


def main():
    failed = False
    for i, seed in enumerate(SEEDS):
        mode = MODES[i % len(MODES)]
        with tempfile.TemporaryDirectory() as scratch:
            texts = compare(seed, mode, pathlib.Path(scratch))
        print(f"seed {seed}, context {mode}: {len(texts)} differences")
        print("\n".join(texts[:20]))
        failed = failed or bool(texts)
    sys.exit(1 if failed else 0)


main()
