#!/usr/bin/env python3
"""Ranks on several hosts: on one machine, but each host with its own name and its own /dev/shm, so that ranks of two hosts
share no memory and talk by TCP. The digests are those of one rank; a rank of another host is killed, its daemon is killed, or
it fails, and the same command goes on, on other hosts; nothing but the results is left. What is not the same directory on all
hosts is refused.
"""
# label: ranks
# timeout: 300
# cores: 1
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

from processes import running

BACKFILL, MPIRUN = os.environ["BACKFILL"], os.environ["MPIRUN"]
TIMEOUT_S = 60
LAYOUTS = ((1, 1), (2, 1, 4), (1, 3), (3,))    # ranks on node1, node2, ...
HOST = """exec unshare --uts --mount --propagation private sh -ec '
    hostname "$0"
    mount -t tmpfs tmpfs /dev/shm
    [ -z "$BF_NOT_SHARED" ] || [ "$0" = node1 ] || mount --bind "$BF_NOT_SHARED.elsewhere" "$BF_NOT_SHARED"
    exec "$@"' """


class Nodes:
    def __init__(self, scratch):
        self.scratch, self.out = scratch, scratch / "out" / "results.h5"
        (scratch / "out").mkdir()
        (scratch / "out.elsewhere").mkdir()
        self.agent = scratch / "agent"    # what mpirun starts its daemon on another host with
        self.agent.write_text(f"#!/bin/sh\nhost=$1\nshift\n{HOST} \"$host\" sh -c \"$*\"\n")
        self.agent.chmod(0o755)
        self.host = scratch / "host"
        self.host.write_text(f"#!/bin/sh\n{HOST} \"$@\"\n")
        self.host.chmod(0o755)
        for name, seed in (("snapshot", "1"), ("snapshot.elsewhere", "2")):
            subprocess.run([BACKFILL, "synth", "--seasons", "2024", "--seed", seed, "--out", scratch / name], check=True,
                           timeout=TIMEOUT_S, capture_output=True)

    def command(self, layout, fault=None):
        hosts = ",".join(f"node{i + 1}:{ranks}" for i, ranks in enumerate(layout))
        return [self.host, "node1", MPIRUN, "--host", hosts, "-np", str(sum(layout)), "--mca", "plm", "rsh",
                "--mca", "plm_rsh_agent", self.agent, "--mca", "oob_tcp_if_include", "lo", "--mca", "btl_tcp_if_include", "lo",
                "--mca", "btl", "self,vader,tcp", "--mca", "odls_base_sigkill_timeout", "0",
                *(("-x", f"BACKFILL_FAULT={fault}") if fault else ()),
                BACKFILL, "--snapshot", self.scratch / "snapshot", "--out", self.out, "--progress", "0", "--buffer", "1M",
                "--checkpoint", "0.02", "--run-timestamp", "2026-01-01T00:00:00Z"]

    def run(self, layout, fault=None, not_shared=""):
        return subprocess.run(self.command(layout, fault), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env=dict(os.environ, BF_NOT_SHARED=str(not_shared)), timeout=TIMEOUT_S, check=False)

    def refused(self, directory, code, words):
        """`directory` is another one on node2."""
        done = self.run((1, 2), not_shared=directory)
        errors = [line for line in done.stdout.splitlines() if " ERROR " in line]
        if done.returncode != code or len(errors) != 1 or words not in errors[0] or self.files():
            sys.exit(f"{directory} is not shared: exit code {done.returncode}, files {self.files()}\n{done.stdout}")

    def files(self):
        return {path.name.removeprefix("results.h5") for path in self.out.parent.glob("results.h5*")}

    def whole(self, layout, expected, what):
        """A run to the end. Removes the results."""
        done = self.run(layout)
        if done.returncode not in (0, 1):
            sys.exit(f"{what}: exit code {done.returncode} on {layout}\n{done.stdout}")
        digest, info = (subprocess.run([BACKFILL, *command, self.out], check=True, text=True, stdout=subprocess.PIPE,
                                       timeout=TIMEOUT_S).stdout for command in (["digest"], ["info", "--json"]))
        hosts = json.loads(info)["sessions"][-1]["hosts"]
        if hosts != [f"node{i + 1}" for i in range(len(layout))]:
            sys.exit(f"{what}: the hosts of {layout} are {hosts}")
        if expected is not None and digest != expected:
            sys.exit(f"{what}: another digest on {layout}\n{done.stdout}")
        if self.files() != {""}:
            sys.exit(f"{what}: left behind {self.files()}")
        self.out.unlink()
        return digest

    def killed(self, layout, program, argument, dice):
        """Kills a process while the ranks of several hosts write."""
        log_path = self.scratch / "log"
        with open(log_path, "w+", encoding="utf-8") as log:
            process = subprocess.Popen(self.command(layout), stdout=log, stderr=subprocess.STDOUT)
            while process.poll() is None and " phase define:" not in log_path.read_text():
                time.sleep(0.001)
            time.sleep(dice.uniform(0, 0.05))
            victims = running(program, argument)
            if not victims:
                sys.exit(f"no {program} to kill\n{log_path.read_text()}")
            os.kill(victims[-1], signal.SIGKILL)
            try:
                process.wait(TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                sys.exit(f"hangs after {program} was killed, on {layout}\n{log_path.read_text()}")
        if process.returncode == 0:
            sys.exit(f"exit code 0 with {program} killed")
        if not self.files() <= {".part", ".checkpoint.json", ".lock"}:
            sys.exit(f"{program} killed: files {self.files()}")


def main():
    with tempfile.TemporaryDirectory() as directory:
        scratch = pathlib.Path(directory)
        try:
            nodes = Nodes(scratch)
            able = subprocess.run([nodes.host, "node1", "true"], capture_output=True, timeout=TIMEOUT_S).returncode == 0
        except FileNotFoundError:
            able = False
        if not able:
            print("SKIP: making hosts takes the right to unshare and mount (root)")
            sys.exit(77)
        dice = random.Random(20211019)
        expected = nodes.whole((1,), None, "one rank")
        for layout in LAYOUTS:
            nodes.whole(layout, expected, "a run")
        nodes.refused(scratch / "snapshot", 3, "is not the same on all hosts")
        nodes.refused(scratch / "out", 4, "have to lie on a file system that all hosts share")
        for program, argument in ((pathlib.Path(BACKFILL).name, str(nodes.out)), ("orted", str(nodes.agent))):
            nodes.killed((1, 2), program, argument, dice)
            nodes.whole((2, 1, 1), expected, f"{program} killed")
        for fault, code in (("write:40@1", 4), ("mpi:20@2", 70)):
            done = nodes.run((1, 2), fault)
            errors = [line for line in done.stdout.splitlines() if " ERROR " in line]
            if done.returncode != code or len(errors) != 1:
                sys.exit(f"{fault}: exit code {done.returncode}, {len(errors)} errors\n{done.stdout}")
            nodes.whole((1, 1), expected, fault)


main()
