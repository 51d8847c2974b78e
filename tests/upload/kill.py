#!/usr/bin/env python3
"""kill -9 of an upload at moments of its time and at requests, then again: the tables are exactly right, once. By hand:

    tests/upload/kill.py [--moments 20]
"""
import argparse
import os
import random
import signal
import time

import uploads
import walk
from uploads import servers


def at_moment(walker, seconds):
    """Killed so long after its start."""
    what = f"kill -9 after {seconds:.3f} s"
    walker.reset()
    walker.cloud.faults()
    process = walker.start()
    time.sleep(seconds)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    code, said = walker.finish(process, what)
    walker.after(code, said, what, (0, -9))
    return code


def walk_moments(walker, moments, seed=1):
    """So many moments, half by time and half by request: a line for each."""
    chosen = random.Random(seed)
    log = walker.requests()
    walker.reset()
    walker.cloud.faults()
    started = time.monotonic()
    walker.finish(walker.start(), "without a kill")
    length = time.monotonic() - started
    for _ in range(moments // 2):
        seconds = chosen.uniform(0.02, length)
        print(f"after {seconds:.3f} s of {length:.3f}: exit {at_moment(walker, seconds)}", flush=True)
    for number in sorted(chosen.sample(range(1, len(log) + 1), moments - moments // 2)):
        kind = chosen.choice(("kill_before", "kill_after"))
        print(f"{kind} at request {number} of {len(log)}: exit {walker.one(kind, number)}", flush=True)


def main(moments):
    with uploads.Results() as results, servers.Cloud() as cloud:
        walk_moments(walk.Walk(cloud, results, polls=1), moments)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--moments", type=int, default=20)
    main(parser.parse_args().moments)
