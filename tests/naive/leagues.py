"""Checks of many leagues, in a few processes: what the two tests on random leagues share.

A check is a function of a league's name and an empty folder; it returns a list of texts, each a
difference, and a collections.Counter that is added up.
"""
import argparse
import collections
import concurrent.futures
import os
import pathlib
import sys
import tempfile

EXAMPLES = 8  # differences shown of a league


def seed_range(text):
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def parser_of(doc, seeds):
    if "ASAN_OPTIONS" in os.environ:  # the sanitizer build takes several times as long
        seeds //= 5
    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    parser.add_argument("--seeds", type=seed_range, default=range(seeds), metavar="FIRST-LAST",
                        help=f"random leagues, or one (0-{seeds - 1})")
    parser.add_argument("--jobs", type=int, default=2, help="leagues at a time (2)")
    parser.add_argument("--keep", type=pathlib.Path, metavar="DIR",
                        help="leave the files of each league in DIR/NAME")
    return parser


def check_in(folder, check, name):
    """Without mpirun no daemon is started, which halves the time; that wants a folder of its own."""
    os.environ.update(OMPI_MCA_ess_singleton_isolated="1", OMPI_MCA_orte_tmpdir_base=str(folder))
    return check(name, folder)


def check_one(check, name, keep):
    try:
        if keep is not None:
            folder = keep.resolve() / str(name)
            folder.mkdir(parents=True)
            return check_in(folder, check, name)
        with tempfile.TemporaryDirectory() as scratch:
            return check_in(pathlib.Path(scratch), check, name)
    except Exception as error:  # whatever it is, the league is named
        return [f"{type(error).__name__}: {error}"], collections.Counter()


def check_all(check, names, args):
    """Prints what differs; returns how many leagues are equal, and the sum of their counts."""
    failed, total = [], collections.Counter()
    with concurrent.futures.ProcessPoolExecutor(args.jobs) as pool:
        runs = {pool.submit(check_one, check, name, args.keep): name for name in names}
        for done in concurrent.futures.as_completed(runs):
            found, counts = done.result()
            total += counts
            if found:
                failed.append(runs[done])
                print(f"league {runs[done]}: {len(found)} differences", *found[:EXAMPLES],
                      sep="\n    ", flush=True)
    seeds = [name for name in failed if isinstance(name, int)]
    if seeds:
        print(f"repeat: BACKFILL={os.environ.get('BACKFILL', 'build/backfill')} python3 "
              f"{os.path.relpath(sys.argv[0])} --seeds {min(seeds)} --keep DIR")
    return len(names) - len(failed), total
