#!/usr/bin/env python3
"""One rank fails at one call: all ranks end together with one message and one exit code, and the same command then
finishes the work.

    faults.py RANKS SNAPSHOT-MAKER ...    a command that makes a snapshot of 2024-25 in the directory given as its last
                                          argument

For each kind of the fault seam and on the first and the last rank, the n-th call fails, n growing until the run has
fewer calls than that. Every run has a time-out: a rank that waits for one that left would be killed, and fail the test.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

BACKFILL, MPIRUN = os.environ["BACKFILL"], os.environ["MPIRUN"]
EXIT_CODES = {"alloc": {70}, "hdf5": {3, 4, 70}, "write": {4}, "mpi": {70}}
GROWTH = float(os.environ.get("FAULTS_GROWTH", "3"))    # of n from one fault to the next; 1 walks through all
EACH = {"write": 18}    # the first n one by one, on one rank: the file, its checkpoint, and only then columns
DATES = ("--start-date", "2025-01-15", "--end-date", "2025-02-28")
TIMEOUT_S = 60


def sequence(kind, ranks):
    n = 1
    while True:
        yield n
        n = n + 1 if ranks == 1 and n < EACH.get(kind, 0) else max(n + 1, int(n * GROWTH))


class Runs:
    def __init__(self, ranks, maker, scratch):
        self.ranks, self.scratch = ranks, scratch
        self.snapshot, self.out = scratch / "snapshot", scratch / "results.h5"
        subprocess.run([*maker, self.snapshot], check=True, timeout=TIMEOUT_S, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def run(self, fault=None):
        # mpirun waits a second, unless told otherwise, before it sees that the others have ended, too.
        environment = dict(os.environ, OMPI_MCA_odls_base_sigkill_timeout="0", **({"BACKFILL_FAULT": fault} if fault else {}))
        command = [MPIRUN, "-np", str(self.ranks), BACKFILL, "--snapshot", self.snapshot, "--out", self.out,
                   "--progress", "0", *DATES, "--buffer", "1M", "--run-timestamp", "2026-01-01T00:00:00Z"]
        try:
            done = subprocess.run([str(part) for part in command], env=environment, text=True, timeout=TIMEOUT_S,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        except subprocess.TimeoutExpired:
            sys.exit(f"{fault}: hangs")
        return done.returncode, done.stdout

    def digest(self):
        return subprocess.run([BACKFILL, "digest", self.out], check=True, text=True, stdout=subprocess.PIPE,
                              timeout=TIMEOUT_S).stdout

    def check(self, fault, kind, expected):
        """Returns whether the run got as far as the fault."""
        code, log = self.run(fault)
        if code in (0, 1):
            if self.digest() != expected:
                sys.exit(f"{fault}: not reached, but another digest\n{log}")
            return False
        if code not in EXIT_CODES[kind]:
            sys.exit(f"{fault}: exit code {code}\n{log}")
        errors = [line for line in log.splitlines() if " ERROR " in line]
        if len(errors) != 1:
            sys.exit(f"{fault}: {len(errors)} error lines, expected one\n{log}")
        if not any(path.name.startswith("results.h5") for path in self.scratch.iterdir()):
            return True    # nothing is there, as before the first run
        code, log = self.run()
        if code not in (0, 1) or self.digest() != expected:
            sys.exit(f"{fault}: the run after it ends with {code} or another digest\n{log}")
        return True

    def clean(self):
        left = [path.name for path in self.scratch.iterdir()
                if path.name.startswith("results.h5") and path != self.out]
        if left:
            sys.exit(f"left behind: {left}")
        self.out.unlink(missing_ok=True)


def main():
    ranks, maker = int(sys.argv[1]), sys.argv[2:]
    with tempfile.TemporaryDirectory() as scratch:
        runs = Runs(ranks, maker, pathlib.Path(scratch))
        code, log = runs.run()
        if code not in (0, 1):
            sys.exit(f"without a fault: exit code {code}\n{log}")
        expected = runs.digest()
        runs.clean()
        for kind in EXIT_CODES:
            for rank in sorted({0, ranks - 1}):
                for faults, n in enumerate(sequence(kind, ranks)):
                    hit = runs.check(f"{kind}:{n}@{rank}", kind, expected)
                    runs.clean()
                    if not hit:
                        break
                print(f"{kind} on rank {rank}: {faults} faults, each survived")


main()
