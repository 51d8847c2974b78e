#!/usr/bin/env python3
"""kill -9 of one rank, then of all, at random moments of a run, every other time in define, early in fill or in publish:
the same command, with another number of ranks, goes on and ends with the digest of a run that nobody disturbed. Nothing
but the results is left.

    kill.py MOMENTS SNAPSHOT-MAKER ...    a command that makes a snapshot in the directory given as its last argument
"""
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

from processes import children

BACKFILL, MPIRUN = os.environ["BACKFILL"], os.environ["MPIRUN"]
TIMEOUT_S = 100
END_S = 30      # for mpirun and all ranks to end after a kill
RANKS = (1, 2, 3, 4)
BEHIND = {"plan": 0.03, "define": 0.1, "fill": 0.004}  # a phase, and seconds that the one after it takes


class Run:
    def __init__(self, scratch):
        self.scratch, self.out = scratch, scratch / "results.h5"
        self.launchers_ended = 0

    def command(self, ranks):
        return [MPIRUN, "-np", str(ranks), BACKFILL, "--snapshot", str(self.scratch / "snapshot"), "--out", str(self.out),
                "--progress", "0", "--buffer", "2M", "--checkpoint", "0.05", "--run-timestamp", "2026-01-01T00:00:00Z"]

    def whole(self, ranks):
        done = subprocess.run(self.command(ranks), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=TIMEOUT_S)
        if done.returncode not in (0, 1):
            sys.exit(f"exit code {done.returncode} at {ranks} ranks\n{done.stdout}")
        return done.stdout

    def killed(self, ranks, phase, after_s, all_ranks, dice):
        """Starts a run and kills in it, after_s behind its start or the end of a phase; returns its log."""
        with open(self.scratch / "log", "w+", encoding="utf-8") as log:
            process = subprocess.Popen(self.command(ranks), stdout=log, stderr=subprocess.STDOUT)
            while phase and process.poll() is None and f" phase {phase}:" not in (self.scratch / "log").read_text():
                time.sleep(0.0005)
            time.sleep(after_s)
            victims = children(process.pid, pathlib.Path(BACKFILL).name)
            for victim in victims if all_ranks else victims and [dice.choice(victims)]:
                try:
                    os.kill(victim, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            self.wait_for_end(process, f"after a kill at {after_s:.3f} s, {ranks} ranks")
            log.seek(0)
            return log.read()

    def wait_for_end(self, process, what):
        """If a process of whatever program dies while it connects in MPI_Init, Debian 12's mpirun may wait for ever when all
        have gone: for the lock of a message that PMIx_server_finalize has released already. It is ended here, and counted."""
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            left = children(process.pid, pathlib.Path(BACKFILL).name)
            process.kill()
            process.wait()
            log = (self.scratch / "log").read_text()
            if left or " phase " in log:
                sys.exit(f"hangs {what}, {len(left)} ranks are left\n{log}")
            self.launchers_ended += 1

    def digest(self):
        return subprocess.run([BACKFILL, "digest", self.out], check=True, text=True, stdout=subprocess.PIPE,
                              timeout=TIMEOUT_S).stdout

    def leftovers(self):
        return sorted(path.name for path in self.scratch.iterdir()
                      if path.name.startswith("results.h5") and path != self.out)


def main():
    moments, maker = int(sys.argv[1]), sys.argv[2:]
    dice = random.Random(20211019)
    with tempfile.TemporaryDirectory() as scratch:
        run = Run(pathlib.Path(scratch))
        subprocess.run([*maker, run.scratch / "snapshot"], check=True, timeout=TIMEOUT_S, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        start = time.monotonic()
        run.whole(2)
        length_s = time.monotonic() - start
        expected = run.digest()
        run.out.unlink()
        where = {}
        for moment in range(moments):
            ranks, again = dice.choice(RANKS), dice.choice(RANKS)
            phase = (None, "plan", None, "define", None, "fill")[moment % 6]
            after_s = dice.uniform(0, BEHIND[phase]) if phase else dice.uniform(0.1, 1.0) * length_s
            log = run.killed(ranks, phase, after_s, moment // 6 % 2 == 1, dice)
            phase = log.rpartition(" phase ")[2].split(":")[0] if " phase " in log else "start"
            where[phase] = where.get(phase, 0) + 1
            run.whole(again)
            if run.digest() != expected:
                sys.exit(f"moment {moment}: another digest after {ranks}, then {again} ranks\n{log}")
            if run.leftovers():
                sys.exit(f"moment {moment}: left behind: {run.leftovers()}")
            run.out.unlink()
        print(f"{moments} kills, by the last phase that had ended: {where}; every resumed run had the digest; "
              f"{run.launchers_ended} times mpirun did not end by itself after a kill in MPI_Init")


main()
