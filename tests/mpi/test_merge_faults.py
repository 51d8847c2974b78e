#!/usr/bin/env python3
"""A merge that is killed, stopped or fails at one call, and damaged files: one message, the right exit code, nothing left
behind where it could still tidy up, and the same command then makes the file.
"""
# label: faults
# timeout: 300
# cores: 1
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

try:
    import h5py
except ImportError:
    print("SKIP: no h5py")
    sys.exit(77)

BACKFILL = os.environ["BACKFILL"]
TIMEOUT_S = 60
EXIT_CODES = {"alloc": {70}, "hdf5": {3, 4, 70}, "write": {4}, "mpi": {70}}
GROWTH = float(os.environ.get("FAULTS_GROWTH", "3"))    # of n from one fault to the next; 1 walks through all
KILLS = int(os.environ.get("KILLS", "12"))
TDZA, PDC = "tables/team_defense_zone_analysis", "tables/player_daily_cache"


def backfill(*words, **environment):
    done = subprocess.run([BACKFILL, *map(str, words), "--progress", "0"], env={**os.environ, **environment}, text=True,
                          timeout=TIMEOUT_S, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    return done.returncode, done.stdout, done.stderr


def good(*words):
    code, out, err = backfill(*words)
    if code != 0:
        sys.exit(f"exit code {code}: {words}\n{err}")
    return out


class Merge:
    def __init__(self, scratch):
        self.scratch, self.out = scratch, scratch / "merged.h5"
        snapshot = scratch / "snapshot"
        good("synth", "--seasons", "2023", "--out", snapshot)
        run = ["--snapshot", snapshot, "--run-timestamp", "2026-01-01T00:00:00Z"]
        self.files = [scratch / "early.h5", scratch / "late.h5"]
        good(*run, "--out", self.files[0], "--end-date", "2024-01-14")
        good(*run, "--out", self.files[1], "--start-date", "2024-01-15")
        good(*run, "--out", scratch / "whole.h5")
        self.expected = good("digest", scratch / "whole.h5")

    def command(self):
        return ["merge", *self.files, "--out", self.out]

    def left(self):
        return sorted(path.name for path in self.scratch.iterdir() if path.name.startswith("merged.h5"))

    def whole(self, why):
        """The same command makes the file, whatever was left of the last one."""
        code, _, err = backfill(*self.command())
        if code != 0 or good("digest", self.out) != self.expected or self.left() != ["merged.h5"]:
            sys.exit(f"{why}: then exit code {code}, {self.left()}\n{err}")
        self.out.unlink()

    def fails(self, why, files):
        """Ends with exit 3 and one error line, and leaves nothing behind; returns the line."""
        code, _, err = backfill("merge", *files, "--out", self.out)
        errors = [line for line in err.splitlines() if " ERROR " in line]
        if code != 3 or len(errors) != 1 or self.left():
            sys.exit(f"{why}: exit code {code}, {len(errors)} error lines, left behind: {self.left()}\n{err}")
        return errors[0]


def walk_faults(merge, kind):
    """The n-th call of a kind fails, n growing until there are fewer."""
    n = 1
    while True:
        code, _, err = backfill(*merge.command(), BACKFILL_FAULT=f"{kind}:{n}")
        if code == 0:
            if good("digest", merge.out) != merge.expected:
                sys.exit(f"{kind}:{n}: not reached, but another digest")
            merge.out.unlink()
            return n
        errors = [line for line in err.splitlines() if " ERROR " in line]
        if code not in EXIT_CODES[kind] or (len(errors) != 1 and kind != "mpi"):
            sys.exit(f"{kind}:{n}: exit code {code}, {len(errors)} error lines\n{err}")
        if kind != "mpi" and merge.left() not in ([], ["merged.h5"]): # a broken MPI call ends the process where it is
            sys.exit(f"{kind}:{n}: left behind: {merge.left()}\n{err}")
        merge.whole(f"{kind}:{n}")
        n = max(n + 1, int(n * GROWTH))


def damaged(merge, name, alter):
    path = merge.scratch / name
    shutil.copy(merge.files[1], path)
    alter(path)
    return path


def alter_cell(dataset, row):
    """Another value in a cell, past all checksums of HDF5 itself."""
    def alter(path):
        with h5py.File(path) as file:
            it = file[dataset]
            at = it.id.get_offset() + row * it.dtype.itemsize
        with open(path, "r+b") as file:
            file.seek(at)
            value = file.read(1)
            file.seek(at)
            file.write(bytes([value[0] ^ 1]))
    return alter


def date_of(path, table, row):
    with h5py.File(path) as file:
        dates = file[table]["dates"]
        first, rows, date = dates["first_row"][:], dates["rows"][:], dates["date"][:]
        day = next(int(date[i]) for i in range(len(date)) if first[i] <= row < first[i] + rows[i])
    return time.strftime("%Y-%m-%d", time.gmtime(day * 86400))


def check_damage(merge):
    for dataset, row, says in ((f"{TDZA}/paint_defense_vs_league_avg", 700, "the rows do not match their digest"),
                               (f"{PDC}/points_avg_season", 11000, "the rows do not match their digest"),
                               (f"{PDC}/data_hash", 30, "data_hash does not match its row")):
        table = dataset.rpartition("/")[0]
        path = damaged(merge, "damaged.h5", alter_cell(dataset, row))
        line = merge.fails(dataset, [merge.files[0], path])
        for words in (str(path), f"table {table.partition('/')[2]}, date {date_of(path, table, row)}", says):
            if words not in line:
                sys.exit(f"{dataset}: no '{words}' in: {line}")
    for dataset in ("run/units/rank", "run/seal", "tables/player_daily_cache/dates/rows"):
        line = merge.fails(dataset, [merge.files[0], damaged(merge, "damaged.h5", alter_cell(dataset, 3))])
        if "damaged" not in line:
            sys.exit(f"{dataset}: {line}")
    cut = damaged(merge, "cut.h5", lambda path: os.truncate(path, path.stat().st_size // 2))
    merge.fails("cut", [merge.files[0], cut])


def check_kills(merge):
    """kill -9 at random moments, every other time once the file is laid out, then again."""
    dice = random.Random(20231024)
    start = time.monotonic()
    merge.whole("first")
    length_s = time.monotonic() - start
    found = {}
    for moment in range(KILLS):
        with open(merge.scratch / "log", "wb") as log:
            process = subprocess.Popen([BACKFILL, *map(str, merge.command())], stdout=log, stderr=log)
            while moment % 2 and process.poll() is None and not (merge.scratch / "merged.h5.part").exists():
                time.sleep(0.0005)
            time.sleep(dice.uniform(0, 0.1) if moment % 2 else dice.uniform(0.1, 1.0) * length_s)
            process.kill()
            process.wait(TIMEOUT_S)
        left = ", ".join(name.removeprefix("merged.h5") or "it" for name in merge.left()) or "nothing"
        found[left] = found.get(left, 0) + 1
        if merge.out.exists() and good("digest", merge.out) != merge.expected:
            sys.exit(f"moment {moment}: a file with another digest")
        merge.out.unlink(missing_ok=True)
        merge.whole(f"moment {moment}")
    return found


def check_stop(merge):
    """SIGTERM in the middle: exit 6, nothing left, and the same command starts over."""
    stopped = 0
    for _ in range(20):
        process = subprocess.Popen([BACKFILL, *map(str, merge.command())], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + TIMEOUT_S
        while not (merge.scratch / "merged.h5.checkpoint.json").exists() and process.poll() is None:
            if time.monotonic() > deadline:
                sys.exit("no merge began")
            time.sleep(0.0005)
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=TIMEOUT_S)
        if process.returncode == 6:
            stopped += 1
            if "stopped by SIGTERM" not in err or merge.left():
                sys.exit(f"SIGTERM: left behind {merge.left()}\n{err}")
        elif process.returncode != 0:
            sys.exit(f"SIGTERM: exit code {process.returncode}\n{err}")
        merge.out.unlink(missing_ok=True)
        if stopped == 2:
            return
    sys.exit("no merge was stopped in 20 tries")


def main():
    with tempfile.TemporaryDirectory() as scratch:
        merge = Merge(pathlib.Path(scratch))
        check_damage(merge)
        check_stop(merge)
        print("kills by what they left:", check_kills(merge))
        print("calls:", {kind: walk_faults(merge, kind) for kind in EXIT_CODES})


main()
