#!/usr/bin/env python3
"""SIGUSR1, SIGINT and SIGTERM, to mpirun and to one rank: the round ends, a checkpoint is written, the run leaves within a
second, and the same command goes on with the digest of a run that nobody stopped. A second signal ends at once, and only
what the last checkpoint does not hold is computed again.
"""
# label: faults
# timeout: 200
# cores: 3
import json
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
TIMEOUT_S = 60
LIMIT_S = 1.0                # from the signal to the end of the ranks
LAUNCHER_S = 2.5             # the same if mpirun is told to end: it tells the ranks after 1 s, and kills them 1 s later
SHARE_DONE = (0.01, 0.99)    # of the dates, when a run was stopped in its middle


class Run:
    def __init__(self, scratch):
        self.scratch, self.out, self.log = scratch, scratch / "results.h5", scratch / "log"
        self.dates = ["--end-date", "2024-01-15"]    # takes the better part of a second
        subprocess.run([BACKFILL, "synth", "--seasons", "2023", "--scale", "12", "--out", scratch / "snapshot"], check=True,
                       timeout=TIMEOUT_S, capture_output=True)

    def command(self, ranks, *options):
        return [MPIRUN, "-np", str(ranks), BACKFILL, "--snapshot", str(self.scratch / "snapshot"), "--out", str(self.out),
                "--progress", "0", "--run-timestamp", "2026-01-01T00:00:00Z", *self.dates, *options]

    def start(self, ranks, *options, environment=None):
        with open(self.log, "w", encoding="utf-8") as log:
            return subprocess.Popen(self.command(ranks, *options), stdout=log, stderr=subprocess.STDOUT,
                                    env=dict(os.environ, **(environment or {})))

    def text(self):
        return self.log.read_text(encoding="utf-8")

    def wait_for(self, process, words):
        while words not in self.text():
            if process.poll() is not None:
                sys.exit(f"ended with {process.returncode} before '{words}'\n{self.text()}")
            time.sleep(0.002)

    def finish(self, ranks):
        """Runs to the end; returns the digest and removes the results."""
        done = subprocess.run(self.command(ranks), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=TIMEOUT_S, check=False)
        if done.returncode not in (0, 1):
            sys.exit(f"exit code {done.returncode} at {ranks} ranks\n{done.stdout}")
        digest = subprocess.run([BACKFILL, "digest", self.out], check=True, text=True, stdout=subprocess.PIPE,
                                timeout=TIMEOUT_S).stdout
        left = [path.name for path in self.scratch.iterdir() if path.name.startswith("results.h5") and path != self.out]
        if left:
            sys.exit(f"left behind: {left}")
        self.out.unlink()
        return digest

    def status(self):
        return json.loads(subprocess.run([BACKFILL, "--status", "--json", "--out", self.out], check=True, text=True,
                                         stdout=subprocess.PIPE, timeout=TIMEOUT_S).stdout)


def wait(process, victims):
    """Seconds until the ranks have gone; mpirun itself is waited for too."""
    begin = time.monotonic()
    while any(pathlib.Path(f"/proc/{pid}").exists() and
              pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
              for pid in victims):
        if time.monotonic() - begin > TIMEOUT_S:
            process.kill()
            sys.exit("hangs")
        time.sleep(0.002)
    seconds = time.monotonic() - begin
    process.wait(TIMEOUT_S)
    return seconds


def one(run, expected, dice, number, to_rank, phase, attempts=3):
    """A signal, behind the phase that is named. Another attempt if the disk or a neighbour was slow."""
    what = f"{signal.Signals(number).name} to {'a rank' if to_rank else 'mpirun'} behind {phase}"
    process = run.start(3)
    run.wait_for(process, f"phase {phase}")
    time.sleep(dice.uniform(0.02, 0.1) if phase == "define" else 0)
    ranks = children(process.pid, pathlib.Path(BACKFILL).name)
    os.kill(dice.choice(ranks) if to_rank else process.pid, number)
    seconds = wait(process, ranks)
    log = run.text()
    launcher_ends = not to_rank and number != signal.SIGUSR1     # then the exit code is mpirun's
    if launcher_ends and run.out.exists():
        print(f"{what}: the run ended before mpirun told it to")
    elif (process.returncode != 6 and not launcher_ends) or process.returncode == 0:
        sys.exit(f"{what}: exit code {process.returncode}\n{log}")
    if seconds > (LAUNCHER_S if launcher_ends else LIMIT_S):
        if attempts == 1:
            sys.exit(f"{what}: {seconds:.2f} s\n{log}")
        run.finish(2)
        one(run, expected, dice, number, to_rank, phase, attempts - 1)
        return
    if not run.out.exists():
        status = run.status()
        share = status["dates done"] / status["dates in all"]
        most = 1 if launcher_ends else SHARE_DONE[1]     # a second after mpirun was told, little may be left
        if "stopped by SIG" not in log or not SHARE_DONE[0] <= share <= most:
            sys.exit(f"{what}: {share:.2f} of the dates are done\n{log}")
        print(f"{what}: {share:.0%} of the dates done, ended after {seconds * 1000:.0f} ms")
    if run.finish(dice.choice((2, 4))) != expected:
        sys.exit(f"{what}: another digest\n{log}")


def twice(run, expected, dice, number):
    """A rank that is busy with the end of its round is told again."""
    process = run.start(2, "--checkpoint", "0.05")
    run.wait_for(process, "phase define")
    time.sleep(0.1)
    victim = dice.choice(children(process.pid, pathlib.Path(BACKFILL).name))
    os.kill(victim, number)
    time.sleep(0.0005)
    try:
        os.kill(victim, number)
    except ProcessLookupError:
        pass
    seconds = wait(process, [victim])
    at_once = process.returncode == 128 + number    # else the disk held both signals back, as one
    if (not at_once and process.returncode != 6) or seconds > (LIMIT_S if at_once else LAUNCHER_S):
        sys.exit(f"twice {signal.Signals(number).name}: exit code {process.returncode} after {seconds:.2f} s\n{run.text()}")
    if run.finish(3) != expected:
        sys.exit(f"twice {signal.Signals(number).name}: another digest\n{run.text()}")
    print(f"twice {signal.Signals(number).name}: exit code {process.returncode} after {seconds * 1000:.0f} ms")


def limits(run, expected):
    """--time-limit, and the end of a Slurm job, of which a minute is left to write. One rank needs longer than any of them."""
    for name, options, environment in (
            ("--time-limit", ["--time-limit", "0.5"], {}),
            ("the end of the Slurm job", [], {"SLURM_JOB_END_TIME": str(int(time.time()) + 61)}),
            ("an end of the Slurm job that has passed", [], {"SLURM_JOB_END_TIME": "1"})):
        begin = time.monotonic()
        process = run.start(1, "--checkpoint", "100", *options, environment=environment)
        process.wait(TIMEOUT_S)
        log = run.text()
        if process.returncode != 6 or "stopped by the time limit" not in log:
            sys.exit(f"{name}: exit code {process.returncode}\n{log}")
        print(f"{name}: exit code 6 after {time.monotonic() - begin:.2f} s, {run.status()['dates done']} dates done")
        if run.finish(3) != expected:
            sys.exit(f"{name}: another digest\n{log}")


def main():
    dice = random.Random(1)
    with tempfile.TemporaryDirectory() as scratch:
        run = Run(pathlib.Path(scratch))
        expected = run.finish(2)
        for number in (signal.SIGUSR1, signal.SIGINT, signal.SIGTERM):
            one(run, expected, dice, number, True, "define")
            twice(run, expected, dice, number)
        one(run, expected, dice, signal.SIGUSR1, False, "define")
        one(run, expected, dice, signal.SIGUSR1, True, "open")
        run.dates = []                               # mpirun takes its time
        expected = run.finish(2)
        limits(run, expected)
        for number in (signal.SIGINT, signal.SIGTERM):
            one(run, expected, dice, number, False, "define")


main()
