"""A table whose rows are more than one load file may have: several files, load jobs and staging tables, the same rows, once."""
# timeout: 200
# cores: 1
import gzip
import json
import os
import re
import tempfile

import uploads
import walk
from uploads import check, limited, servers

DAYS = ("2021-11-03", "2021-12-03", "2021-12-04", "2022-01-07", "2022-06-10")
BYTES = 300000  # a date of the players' zones, two of the features, all of the teams' zones


def dates_of(results, files, table):
    """Dates and size of each file of a table among `files` (name -> bytes): numbered without a gap, together what export writes."""
    mine = {name: data for name, data in files.items() if re.fullmatch(table + r"(-\d{12})?\.ndjson\.gz", name)}
    expected = [f"{table}.ndjson.gz"] if len(mine) == 1 else [f"{table}-{number:012}.ndjson.gz" for number in range(len(mine))]
    check(sorted(mine), expected, "names of files")
    texts = [gzip.decompress(mine[name]) for name in expected]
    with open(os.path.join(results.directory, "exported", table + ".ndjson"), "rb") as file:
        check(b"".join(texts) == file.read(), True, f"{table} is what export writes")
    column = next(column for name, column in results.dated.items() if name.endswith("." + table))
    return [({json.loads(line)[column] for line in text.splitlines()}, len(mine[name])) for name, text in zip(expected, texts)]


def check_files(results, files, limit):
    """Whole dates in their order, below the limit; how many dates a file has, over all tables."""
    counts = set()
    for name in results.rows:
        table = name.split(".")[1]
        if name in uploads.RECORDS:
            continue
        seen = []
        for dates, size in dates_of(results, files, table):
            check(len(dates) < 2 or size <= limit, True, f"a file of {table} has {size} bytes")
            check([day for day in dates if day in seen], [], f"{table}: dates in two files")
            check(not seen or not dates or max(seen) < min(dates), True, f"{table}: dates in order")
            seen += dates
            counts.add(len(dates))
    return counts


def read(directory):
    return {name: open(os.path.join(directory, name), "rb").read() for name in os.listdir(directory)}


def test_directory(results):
    for limit, expected in ((1, {1}), (BYTES, {1, 2, 5}), (4000000000, {5})):
        limited(limit)
        made = []
        for ranks in (1, 3):
            with tempfile.TemporaryDirectory(prefix="backfill-split.") as to:
                uploads.need(0, "upload", results.path, "--to", f"file://{to}/new", ranks=ranks)
                made.append(read(to + "/new"))
        check(made[0] == made[1], True, "the same files at any number of ranks")
        found = check_files(results, made[0], limit)
        check(expected <= found, True, f"dates of files at {limit}: {found}")
    limited(BYTES)
    said = uploads.need(0, "upload", results.path, "--to", uploads.TARGET, "--dry-run")[0]
    check(re.search(r"player_shot_zone_analysis, in 4 files", said) is not None, True, said)
    said = uploads.need(0, "upload", results.path, "--to", "gs://b/p", "--dry-run")[0]
    check("gs://b/p/player_shot_zone_analysis-*.ndjson.gz, in 4 files" in said, True, said)


def test_storage(results):
    limited(BYTES)
    with servers.Cloud() as cloud:
        walker = walk.StorageWalk(cloud, results)
        for _ in range(2):
            code, out, err = walker.upload()
            check(code, 0, out + err)
        check_files(results, uploads.objects(cloud, "runs/one/"), BYTES)


def load_jobs(cloud):
    return sorted(row[0] for row in cloud.rows("SELECT id FROM _jobs WHERE id LIKE 'backfill_%'")
                  if "_commit_" not in row[0])


def transactions(cloud):
    return [row[0] for row in cloud.rows("SELECT id FROM _jobs WHERE id LIKE 'backfill_%_commit_%' ORDER BY id")]


def again(walker, what, expected="already uploaded"):
    code, out, err = walker.upload()
    check((code, expected in out + err), (0, True), f"{what}: {out}{err}")


def test_once(walker, results):
    """As in one piece: the same transaction, and whoever comes later finds it, however the table would be cut now."""
    limited(BYTES)
    log = walker.requests()
    split, cloud = load_jobs(walker.cloud), walker.cloud
    parts = [job for job in split if "player_shot_zone_analysis" in job]
    check(len(parts), 4, "load jobs of the players' zones")
    check([job for job in split if not job.endswith("_1")], [], "load jobs that were tried again")
    check(len(split) > len(set(results.schemas)), True, "more load jobs than tables")
    again(walker, "asked twice")
    limited(None)
    again(walker, "asked for in one piece")
    one = transactions(cloud)
    walker.requests()
    check(transactions(cloud), one, "the transaction's id")
    check(len(load_jobs(cloud)), len(results.schemas), "a load job a table")
    limited(BYTES)
    again(walker, "asked for in parts")
    return log, split


def test_limit_of_the_service(walker):
    """What it refuses in one piece it takes in parts; a date above the limit is refused before anything is sent."""
    walker.reset()
    walker.cloud.admin("settings", {"gzip_bytes": 100000})
    walker.cloud.admin("save")
    limited(None)
    code, out, err = walker.upload()
    check((code, "too large" in err), (5, True), out + err)
    limited(20000)
    walker.reset()
    walker.cloud.faults()
    code, out, err = walker.upload()
    check((code, "player_shot_zone_analysis: the rows of 2021-12-03 take" in err), (5, True), out + err)
    check([entry["target"] for entry in walker.cloud.log() if entry["method"] == "PUT" or entry["target"].endswith("/jobs")], [], "sent")
    walker.check_whole("a date that is too large")
    limited(BYTES)
    again(walker, "in parts", "uploaded")
    walker.check_right("in parts")


def numbers(log, method, path):
    return [entry["number"] for entry in log if entry["method"] == method and re.search(path, entry["target"])]


def test_interrupted(walker, log, jobs):
    """Killed at any part, the same parts go on under the same jobs."""
    puts, commit = numbers(log, "PUT", "/upload/"), numbers(log, "POST", r"/v2/projects/[^/]*/jobs$")
    staging, drops = numbers(log, "POST", "/tables$"), numbers(log, "DELETE", "/tables/")
    for kind, number in (("kill_before", puts[1]), ("kill_after", puts[2]), ("kill_after", puts[3]), ("kill_before", staging[4]),
                         ("kill_after", staging[5]), ("kill_before", commit[-1]), ("kill_after", commit[-1]),
                         ("kill_after", drops[3])):
        walker.one(kind, number)
        check(load_jobs(walker.cloud), jobs, f"{kind} at {number}: load jobs")
    # its files lost, and what it knew
    for number, kind in ((puts[3], "kill_after"), (drops[3], "kill_before")):
        walker.reset()
        walker.cloud.faults(dict(walk.KINDS[kind], at=number, group_file=walker.group))
        walker.finish(walker.start(), "killed")
        walker.results.clean()
        walker.cloud.faults()
        again(walker, "files lost", "uploaded")
        walker.check_right("files lost")
        check(load_jobs(walker.cloud), jobs, "files lost: load jobs")


def test_failing_job(walker, log):
    """A part's job that fails is tried again, the others are not; one that cannot be is told."""
    puts = numbers(log, "PUT", "/upload/")
    check(walker.one("job_fails", puts[2]), 0, "a part's job fails")
    check([job[-2:] for job in load_jobs(walker.cloud)].count("_2"), 1, "load jobs tried again")
    check(walker.one("job_invalid", puts[2]), 5, "a part's job is refused")
    check([job[-2:] for job in load_jobs(walker.cloud)].count("_2"), 1, "load jobs tried again")


def test_another_cut(walker, log):
    """Begun in parts, ended in one piece or in other parts: staged rows of the other cut are not taken for these."""
    for limit in (None, 2 * BYTES):
        walker.reset()
        limited(BYTES)
        walker.cloud.faults(dict(walk.KINDS["kill_before"], at=numbers(log, "PUT", "/upload/")[-1], group_file=walker.group))
        walker.finish(walker.start(), "killed")
        walker.cloud.faults()
        limited(limit)
        again(walker, "another cut", "uploaded")
        check(set(uploads.held(walker.cloud, walker.results).values()), {"after"}, "another cut")
        check(walker.transactions(), 1, "another cut: transactions carried out")


with uploads.Results(dates=DAYS) as made:
    test_directory(made)
    test_storage(made)
    with servers.Cloud() as running:
        walking = walk.Walk(running, made, polls=1)
        requests, ids = test_once(walking, made)
        test_interrupted(walking, requests, ids)
        test_failing_job(walking, requests)
        test_another_cut(walking, requests)
        test_limit_of_the_service(walking)
