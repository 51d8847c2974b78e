#!/usr/bin/env python3
# label: faults
# timeout: 600
# cores: 1
"""One of two importing ranks fails at one call: both end with one message and one exit code, the snapshot that was there
stays as it was, and nothing else is left behind. A commit that was cut short leaves whole files."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

BACKFILL, MPIRUN = os.environ["BACKFILL"], os.environ["MPIRUN"]
INPUT = pathlib.Path(os.environ["BF_SOURCE_DIR"]) / "tests/cases/import/base"
EXIT_CODES = {"alloc": {70}, "hdf5": {3, 4, 70}, "write": {4}, "mpi": {70}}
GROWTH = 3  # of n from one fault to the next
RANKS = 2
TIMEOUT_S = 60


def run(out, fault=None):
    # mpirun waits a second, unless told otherwise, before it sees that the others have ended, too.
    environment = dict(os.environ, OMPI_MCA_odls_base_sigkill_timeout="0", **({"BACKFILL_FAULT": fault} if fault else {}))
    try:
        done = subprocess.run([MPIRUN, "-np", str(RANKS), BACKFILL, "import", "--from", str(INPUT), "--out", str(out)],
                              env=environment, text=True, timeout=TIMEOUT_S, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
    except subprocess.TimeoutExpired:
        sys.exit(f"{fault}: hangs")
    return done.returncode, done.stdout


def content(out):
    return subprocess.run([BACKFILL, "info", "--json", str(out)], check=True, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, timeout=TIMEOUT_S).stdout.split('"sha256"')[1].split('"')[1]


def check(scratch, kind, n, rank, expected):
    """Returns whether the run got as far as the fault."""
    out, fault = scratch / "snapshot", f"{kind}:{n}@{rank}"
    code, log = run(out, fault)
    if content(out) != expected:
        sys.exit(f"{fault}: the snapshot has another content\n{log}")
    if [path.name for path in out.iterdir()] != ["2022.h5"] or [path.name for path in scratch.iterdir()] != ["snapshot"]:
        sys.exit(f"{fault}: left behind: {[path.name for path in out.iterdir()]}\n{log}")
    if code == 0:
        return False
    if code not in EXIT_CODES[kind]:
        sys.exit(f"{fault}: exit code {code}\n{log}")
    if sum(" ERROR " in line for line in log.splitlines()) != 1:
        sys.exit(f"{fault}: not one error line\n{log}")
    return True


def main():
    with tempfile.TemporaryDirectory() as directory:
        scratch = pathlib.Path(directory)
        code, log = run(scratch / "snapshot")
        if code != 0:
            sys.exit(log)
        expected = content(scratch / "snapshot")
        for kind in EXIT_CODES:
            for rank in range(RANKS):
                n = 1
                while check(scratch, kind, n, rank, expected):
                    n = max(n + 1, int(n * GROWTH))
                print(f"{kind}@{rank}: up to call {n}")
        shutil.rmtree(scratch / "snapshot")
        code, log = run(scratch / "snapshot", "write:2@0")
        if code != 4 or list(scratch.iterdir()):
            sys.exit(f"a failed first import: exit code {code}, left behind {list(scratch.iterdir())}\n{log}")


main()
