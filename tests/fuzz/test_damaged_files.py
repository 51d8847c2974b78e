#!/usr/bin/env python3
# label: fuzz
# timeout: 300
# cores: 1
"""Every kind of file the program reads, with bytes altered at random: see README.md.

    test_damaged_files.py [--seeds FIRST-LAST] [--kind KIND]
"""
import argparse
import gzip
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

BACKFILL = os.environ["BACKFILL"]
LIMIT_S = 60
DATES = ["--dates", "2022-12-05,2022-12-06"]
CODES = {0, 1, 2, 3, 4, 6}  # 5 is of uploads, 70 our mistake


def backfill(*words, **environment):
    done = subprocess.run([BACKFILL, *map(str, words)], capture_output=True, timeout=LIMIT_S,
                          env={**os.environ, "BACKFILL_PROGRESS": "0",
                               "BACKFILL_RUN_TIMESTAMP": "2026-01-01T00:00:00Z", **environment})
    return done.returncode, done.stdout, done.stderr


# ---- alterations ------------------------------------------------------------------------------

def flip(data, rng):
    for _ in range(rng.choice([1, 1, 2, 8])):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def overwrite(data, rng):
    at, size = rng.randrange(len(data)), rng.choice([1, 4, 8, 64, 4096])
    fill = rng.choice([b"\0", b"\xff", None])
    data[at:at + size] = (fill * size if fill else rng.randbytes(size))[:len(data[at:at + size])]


def cut(data, rng):
    del data[rng.randrange(len(data)):]


def lengthen(data, rng):
    data.extend(rng.randbytes(rng.choice([1, 100, 5000])))


def repeat(data, rng):
    at, size = rng.randrange(len(data)), rng.choice([1, 16, 512])
    data[at:at] = data[at:at + size]


def exchange(data, rng):
    a, b, size = rng.randrange(len(data)), rng.randrange(len(data)), rng.choice([1, 8, 256])
    a, b = sorted((min(a, len(data) - size), min(b, len(data) - size)))
    if 0 <= a and a + size <= b:
        data[a:a + size], data[b:b + size] = data[b:b + size], data[a:a + size]


def spell(data, rng):
    """A number, a bracket, a quote of a text file becomes something else."""
    at = rng.randrange(len(data))
    data[at:at + 1] = rng.choice([b"-", b"999999999999999999999", b"1e400", b"\"", b"\\", b"{", b"[" * 3000, b",", b"\r", b"\n\n",
                                  b"\0", b"\xc3\x28", b"NaN", b"null", b" ", b"\\ud800", b""])


BINARY = [flip, flip, overwrite, overwrite, cut, lengthen, repeat, exchange]
TEXT = [*BINARY, spell, spell, spell, spell]


def alter(source, target, rng, ways):
    data = bytearray(pathlib.Path(source).read_bytes())
    if not data:
        return
    rng.choice(ways)(data, rng)
    pathlib.Path(target).write_bytes(data)


# ---- what is read ------------------------------------------------------------------------------

class Corpus:
    """Whole files of each kind, and what the commands say of them."""

    def __init__(self, folder):
        self.folder = folder
        self.exports, self.snapshot, self.results = folder / "exports", folder / "snapshot", folder / "results.h5"
        self.work = folder / "work"
        self.made("synth", "--seasons", 2022, "--out", folder / "whole", "--as", "exports")
        self.exports.mkdir()
        for table in (folder / "whole").glob("*.gz"):
            self.shorten(table)
        self.made("import", "--from", self.exports, "--out", self.snapshot)
        self.made("--snapshot", self.snapshot, "--out", self.results, *DATES, "--skip-preflight", accept=(0, 1))
        self.made("--snapshot", self.snapshot, "--out", folder / "half.h5", "--skip-preflight", "--checkpoint", "0.001",
                  "--time-limit", "0.05", accept=(6, 0, 1))
        (folder / "options.conf").write_text("snapshot = snapshot\nseasons = 2022\nbuffer = 8M\n# a remark\ncontext = derived\n")
        self.digests = self.made("digest", self.results)
        self.rows = self.made("export", self.results, "--table", "pcf")

    def shorten(self, table):
        """The games until the year ends; one table stays compressed."""
        with gzip.open(table, "rt") as lines:
            data = "".join(line for line in lines if "2023-" not in line[:300]).encode()
        if "offense" in table.name:
            (self.exports / table.name).write_bytes(gzip.compress(data, mtime=0))
        else:
            (self.exports / table.stem).write_bytes(data)

    def made(self, *words, accept=(0,)):
        code, out, err = backfill(*words)
        if code not in accept:
            sys.exit(f"backfill {' '.join(map(str, words))}: exit {code}\n{err.decode()}")
        return out

    def fresh(self, source):
        """A copy of a file or directory to be altered."""
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir()
        target = self.work / source.name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
        return target


def check_results(corpus, rng, run):
    path = corpus.fresh(corpus.results)
    alter(path, path, rng, BINARY)
    code, out, _ = run("digest", path)
    if code == 0 and out != corpus.digests:
        raise AssertionError("digest takes the damaged file for another")
    code, out, _ = run("export", path, "--table", "pcf")
    if code == 0 and out != corpus.rows:
        raise AssertionError("export writes damaged rows")
    run("validate", path)
    run("info", path, "--json")
    run("compare", corpus.results, path)


def check_snapshot(corpus, rng, run):
    path = corpus.fresh(corpus.snapshot)
    alter(path / "2022.h5", path / "2022.h5", rng, BINARY)
    out_path = corpus.work / "out.h5"
    code, _, _ = run("--snapshot", path, "--out", out_path, *DATES, "--skip-preflight")
    if code in (0, 1) and backfill("digest", out_path)[1] != corpus.digests:
        raise AssertionError("the run takes the damaged snapshot for another")
    if code not in (0, 1) and list(corpus.work.glob("out.h5*")):
        raise AssertionError("a refused snapshot left output behind")
    run("info", path)


def check_exports(corpus, rng, run):
    path = corpus.fresh(corpus.exports)
    table = rng.choice(sorted(path.iterdir()))
    alter(table, table, rng, BINARY if table.suffix == ".gz" else TEXT)
    code, _, _ = run("import", "--from", path, "--out", corpus.work / "made")
    if code != 0 and list(corpus.work.glob("made/*")):
        raise AssertionError("a refused import left a snapshot behind")


def check_checkpoint(corpus, rng, run):
    state = corpus.folder / "half.h5.checkpoint.json"
    if not state.exists():  # it had finished before it was stopped
        return
    path = corpus.fresh(state)
    shutil.copy(corpus.folder / "half.h5.part", corpus.work)
    if rng.random() < 0.3:
        part = corpus.work / "half.h5.part"
        alter(part, part, rng, BINARY)
    else:
        alter(path, path, rng, TEXT)
    run("--snapshot", corpus.snapshot, "--out", corpus.work / "half.h5", "--status")
    run("--snapshot", corpus.snapshot, "--out", corpus.work / "half.h5", "--skip-preflight", "--dry-run")


def check_options(corpus, rng, run):
    path = corpus.fresh(corpus.folder / "options.conf")
    alter(path, path, rng, TEXT)
    run("--config", path, "--show-config")


KINDS = {"results": check_results, "snapshot": check_snapshot, "exports": check_exports,
         "checkpoint": check_checkpoint, "options": check_options}


def check(corpus, kind, seed):
    """Commands run; every one has to end by itself, with a code and, if that is not 0 or 1, with one message."""
    commands = 0

    def run(*words):
        nonlocal commands
        commands += 1
        where = f"{kind} seed {seed}: backfill {' '.join(map(str, words))}"
        try:
            code, out, err = backfill(*words)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{where}: does not end") from None
        if code not in CODES:
            raise AssertionError(f"{where}: exit {code}\n{err.decode(errors='replace')[-3000:]}")
        if code > 1 and err.count(b" ERROR ") != 1 and code != 6:
            raise AssertionError(f"{where}: exit {code} with other than one message\n{err.decode(errors='replace')[-2000:]}")
        return code, out, err

    try:
        KINDS[kind](corpus, random.Random(f"{kind}/{seed}"), run)
    except AssertionError as error:
        text = str(error)
        raise AssertionError(text if text.startswith(kind) else f"{kind} seed {seed}: {text}") from None
    return commands


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", default="1-8", help="FIRST-LAST")
    parser.add_argument("--kind", choices=KINDS, action="append")
    args = parser.parse_args()
    first, last = map(int, args.seeds.split("-"))
    failed = commands = 0
    with tempfile.TemporaryDirectory(prefix="backfill-fuzz-") as folder:
        corpus = Corpus(pathlib.Path(folder))
        for seed in range(first, last + 1):
            for kind in args.kind or KINDS:
                try:
                    commands += check(corpus, kind, seed)
                except AssertionError as error:
                    failed += 1
                    print(f"FAILED: {error}", flush=True)
    print(f"seeds {args.seeds}: {commands} commands on altered files, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
