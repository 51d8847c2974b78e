#!/usr/bin/env python3
"""Every fault at every request of an upload to BigQuery: it either succeeds with the tables exactly right, or ends with
exit 5 and says why, and is right when it is run again; nothing is ever there twice or by half. By hand:

    tests/upload/walk.py [--kinds cut_after,503] [--requests 3-9] [--file-bytes 60000] [--list]

needs BACKFILL, BF_SOURCE_DIR and MPIRUN, as ctest sets them; test_upload_faults.py walks a sample."""
import argparse
import collections
import json
import os
import re
import subprocess
import time

import uploads
from uploads import check, servers

KINDS = {
    **{str(status): {"do": "status", "status": status} for status in (400, 401, 403, 404, 409, 500, 503)},
    "429": {"do": "status", "status": 429, "retry_after": 1},
    **{kind: {"do": kind} for kind in ("cut_before", "cut_in_request", "cut_in_reply", "cut_after", "stall", "endless", "huge",
                                       "malformed", "wrong_types", "short", "unauthorized", "job_fails", "conflict")},
    "slow": {"do": "slow", "seconds": 1},
    "range_ahead": {"do": "range", "value": "bytes=0-999999999999"}, "range_none": {"do": "range", "value": ""},
    "range_odd": {"do": "range", "value": "bytes=7-1"}, "gone_404": {"do": "session_gone", "status": 404},
    "gone_410": {"do": "session_gone", "status": 410}, "job_invalid": {"do": "job_fails", "reason": "invalid"},
    "kill_before": {"do": "kill_before"}, "kill_after": {"do": "kill_after"},
}


def applies(kind, entry):
    """Whether the fault can do anything at a request of the log that another kind does not do there."""
    creates = entry["method"] == "PUT" or entry["method"] == "POST" and re.search(r"/(jobs|queries)$", entry["target"])
    if kind in ("short", "range_ahead", "range_none", "range_odd", "gone_404", "gone_410"):
        return entry["method"] == "PUT"
    if kind in ("job_fails", "job_invalid", "conflict"):
        return bool(creates)
    return kind != "cut_in_request" or bool(entry.get("bytes"))


class Walk:
    """Servers, results and the state to begin from, for one upload after the other."""

    arguments = ("--to", uploads.TARGET, "--create-tables", "--run-history")

    def __init__(self, cloud, results, polls=0):
        """`polls`: how often a job is asked for before it is done."""
        self.cloud, self.results = cloud, results
        self.group = os.path.join(cloud.directory, "group")
        self.prepare()
        cloud.admin("settings", {"polls": polls})
        cloud.admin("save")

    def prepare(self):
        uploads.prepare(self.cloud, self.results)

    def upload(self):
        return uploads.upload(self.cloud, self.results, *self.arguments[2:], to=self.arguments[1])

    def reset(self):
        self.results.clean()
        self.cloud.admin("restore")

    def requests(self):
        """The log of an upload without faults, after which everything must be right."""
        self.reset()
        self.cloud.faults()
        code, out, err = self.upload()
        check(code, 0, out + err)
        self.check_right("without faults")
        return self.cloud.log()

    def check_right(self, what):
        uploads.check_after(self.cloud, self.results, what=what, history="--run-history" in self.arguments)
        check(self.transactions(), 1, f"{what}: transactions carried out")

    def transactions(self):
        return sum("BEGIN TRANSACTION" in job["configuration"].get("query", {}).get("query", "").upper()
                   and job["status"] == {"state": "DONE"}
                   for job in (json.loads(row[0]) for row in self.cloud.rows("SELECT body FROM _jobs")))

    def check_whole(self, what):
        """All tables are as before or all are as after."""
        found = set(uploads.held(self.cloud, self.results).values())
        if found not in ({"before"}, {"after"}):
            raise AssertionError(f"{what}: {found}")

    def start(self):
        """The upload in a process group of its own, whose number the servers can read."""
        environment = dict(os.environ, **uploads.QUICK, **self.cloud.environment())
        process = subprocess.Popen([uploads.BACKFILL, "upload", self.results.path, *self.arguments],
                                   env=environment, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        with open(self.group, "w", encoding="ascii") as file:
            file.write(str(process.pid))
        return process

    def finish(self, process, what):
        """Its exit code and what it said."""
        try:
            said, _ = process.communicate(timeout=uploads.LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            raise AssertionError(f"{what}: hangs\n{process.communicate()[0]}") from None
        for secret in uploads.SECRETS:
            if secret in said:
                raise AssertionError(f"{what}: '{secret}' is told: {said}")
        return process.returncode, said

    def one(self, kind, number):
        """A fault at a request, then again without. What became of the first: 0, 5 or -9."""
        what = f"{kind} at request {number}"
        self.reset()
        self.cloud.faults(dict(KINDS[kind], at=number, group_file=self.group))
        code, said = self.finish(self.start(), what)
        self.after(code, said, what, (0, -9) if kind.startswith("kill") else (0, 5))
        return code

    def after(self, code, said, what, allowed):
        """What must hold after a first attempt that ended with the code, and after a second one."""
        try:
            if code not in allowed:
                raise AssertionError(f"{what}: exit {code}")
            if code == 5 and "ERROR" not in said:
                raise AssertionError(f"{what}: exit 5 without a reason")
            if code == 0:
                self.check_right(what)
            self.cloud.faults()
            self.cloud.admin("settle")
            self.check_whole(what)
            code, out, err = self.upload()
            said += "--- again\n" + out + err
            check(code, 0, f"{what}, then again")
            self.check_right(f"{what}, then again")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{said}") from None


class StorageWalk(Walk):
    """The same for Cloud Storage: every object that is there is whole, and after success all of them are."""

    arguments = ("--to", "gs://bucket/runs/one", "--run-history")

    def prepare(self):
        self.cloud.admin("bucket/bucket")

    def check_right(self, what):
        check(uploads.wrong_files(self.results, uploads.objects(self.cloud, "runs/one/")), [], what)

    def check_whole(self, what):
        wrong = uploads.wrong_files(self.results, uploads.objects(self.cloud, "runs/one/"))
        check([text for text in wrong if not text.endswith("is missing")], [], what)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--requests", default="1-999")
    parser.add_argument("--storage", action="store_true", help="to Cloud Storage instead of BigQuery")
    parser.add_argument("--list", action="store_true", help="the requests of an upload")
    parser.add_argument("--polls", type=int, default=1, help="how often a job is asked for before it is done")
    parser.add_argument("--file-bytes", type=int, help="cut tables into files of at most so many; 60000: three of them into two")
    parser.add_argument("--seconds", type=float, default=1e9, help="stop after so many and say where")
    given = parser.parse_args()
    uploads.limited(given.file_bytes)
    first, last = (int(part) for part in given.requests.split("-"))
    started, codes, failures = time.monotonic(), collections.Counter(), []
    with uploads.Results() as results, servers.Cloud() as cloud:
        walk = (StorageWalk if given.storage else Walk)(cloud, results, given.polls)
        log = walk.requests()
        if given.list:
            print("\n".join(f"{entry['number']:3} {entry['status']} {entry['method']} {entry['target'][:150]} {entry['range'] or ''}"
                            for entry in log))
            return 0
        for kind in given.kinds.split(","):
            for number in range(first, min(last, len(log)) + 1):
                if not applies(kind, log[number - 1]):
                    continue
                if time.monotonic() - started > given.seconds:
                    print(f"stopped before {kind} at {number}")
                    return report(codes, failures)
                try:
                    codes[kind, walk.one(kind, number)] += 1
                except AssertionError as error:
                    failures.append(str(error))
                    print(f"FAILED: {error}", flush=True)
    return report(codes, failures)


def report(codes, failures):
    for kind in sorted({kind for kind, _ in codes}):
        print(kind, " ".join(f"exit {code}: {count}" for (one, code), count in sorted(codes.items()) if one == kind))
    print(f"{sum(codes.values())} passed, {len(failures)} failed")
    return bool(failures)


if __name__ == "__main__":
    raise SystemExit(main())
