"""What the upload tests share: a small results file, target tables with rows of their own, and the comparison of what
the servers hold afterwards with what the program exports."""
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.environ["BF_SOURCE_DIR"], "tests", "support", "cloud"))
import cloud as servers  # noqa: E402
from values import Field  # noqa: E402

BACKFILL = os.environ["BACKFILL"]
MPIRUN = os.environ["MPIRUN"]
TARGET = f"bigquery://{servers.PROJECT}"
DATES = ("2021-11-03", "2022-06-10")  # without rows of the teams' zones, and with some of every table
OTHER_DATES = ("2021-11-02", "2021-11-04", "2022-06-11")
RUNS = "nba_processing.precompute_processor_runs"
HISTORY = "nba_reference.processor_run_history"
RECORDS = {RUNS: 1, HISTORY: 2}  # tables made of the units in /run -> rows a unit
FAILURES = "nba_processing.precompute_failures"
SECRETS = ("PRIVATE KEY", "ya29.", servers.USER["client_secret"], servers.USER["refresh_token"], "Bearer")
LIMIT_S = 60
FILE_BYTES = "BACKFILL_FORCE_FILE_BYTES"
IN_PARTS = 60000  # file bytes at which three tables of DATES are in two files each
QUICK = {"BACKFILL_RETRY_WAIT": "0.01", "BACKFILL_RETRY_LIMIT": "5", "BACKFILL_STALL_LIMIT": "1"}


def check(found, expected, what=""):
    if found != expected:
        raise AssertionError(f"{what}: found {found!r}, expected {expected!r}")


def run(*arguments, environment=None, ranks=1, limit_s=LIMIT_S):
    """The program on so many ranks: (exit code, standard output, standard error). Longer than the limit is a hang."""
    front = [MPIRUN, "-np", str(ranks)] if ranks > 1 else []
    done = subprocess.run(front + [BACKFILL, *arguments], env=dict(os.environ, **QUICK, **(environment or {})), capture_output=True,
                          text=True, timeout=limit_s, check=False)
    return done.returncode, done.stdout, done.stderr


def need(code, *arguments, **more):
    """As run; anything but that exit code ends the test. Standard output and error."""
    found, out, err = run(*arguments, **more)
    if found != code:
        raise AssertionError(f"{' '.join(arguments)}: exit {found} instead of {code}\n{out}{err}")
    return out, err


class Results:
    """A results file of a made-up league, in a directory that `with` removes."""

    def __init__(self, dates=DATES):
        self.dates = dates

    def __enter__(self):
        self.directory = tempfile.mkdtemp(prefix="backfill-upload.")
        self.path = os.path.join(self.directory, "results.h5")
        self.snapshot = os.path.join(self.directory, "snapshot")
        need(0, "synth", "--out", self.snapshot, "--seasons", "2021-2021")
        need(0, "run", "--snapshot", self.snapshot, "--out", self.path, "--run-timestamp", "2026-01-31T12:00:00Z",
             "--dates", ",".join(self.dates))
        self.schemas = {name: [Field.from_api(about) for about in fields]
                        for name, fields in json.loads(need(0, "schema", "--format", "bq")[0]).items()}
        self.dated = {}  # table -> the column of its date; table -> its cluster
        for name, ddl in self.definitions().items():
            self.dated[name] = re.search(r"PARTITION BY (?:DATE\()?`(\w+)`", ddl)[1]
        self.rows = self.exported()
        self.states = {}
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.directory)

    def definitions(self):
        return {name: need(0, "schema", "--table", name.split(".")[1], "--format", "ddl")[0] for name in self.schemas}

    def exported(self):
        """table -> its rows as the columns hold what `export` writes. Tables that these results have not are forgotten."""
        out = os.path.join(self.directory, "exported")
        need(0, "export", self.path, "--all", "--format", "ndjson", "--out", out)
        found = {}
        self.schemas = {name: fields for name, fields in self.schemas.items()
                        if name in RECORDS or os.path.exists(os.path.join(out, name.split(".")[1] + ".ndjson"))}
        for name, fields in self.schemas.items():
            path = os.path.join(out, name.split(".")[1] + ".ndjson")
            found[name] = []
            for line in open(path, encoding="utf-8") if name not in RECORDS else []:
                value = json.loads(line, parse_float=lambda text: text)
                unknown = set(value) - {field.name for field in fields}
                check(unknown, set(), f"columns of {name}")
                found[name].append({field.name: field.load(value.get(field.name)) for field in fields})
        return found

    def clean(self):
        """Removes what an upload left beside the results."""
        for name in os.listdir(self.directory):
            if name.startswith("results.h5."):
                path = os.path.join(self.directory, name)
                (shutil.rmtree if os.path.isdir(path) else os.remove)(path)

    def left(self):
        return sorted(name for name in os.listdir(self.directory) if name.startswith("results.h5."))


def seed_rows(results, name):
    """Rows that stand in a target before: of the run's first date, and of dates outside of it."""
    fields, dated = results.schemas[name], results.dated[name]
    for number, day in enumerate((DATES[0],) + OTHER_DATES):
        row = {}
        for field in fields:
            if field.name == dated:
                row[field.name] = day
            elif field.name == "processor_name":
                row[field.name] = "TeamDefenseZoneAnalysisProcessor"
            elif field.mode == "REQUIRED":
                row[field.name] = {"STRING": f"before-{number}", "INT64": number, "BOOL": True, "NUMERIC": 1, "FLOAT64": 1.5,
                                   "TIMESTAMP": "2020-01-01T00:00:00Z", "DATE": "2020-01-01"}[field.kind]
        yield row


def prepare(cloud, results, seeded=True, skip=(), lacking=(), expiration_ms=None):
    """The datasets and, from the program's own schemas, the tables; some rows in them. `lacking`: columns left out."""
    for dataset in sorted({name.split(".")[0] for name in results.schemas}):
        cloud.make_dataset(dataset)
    for name, fields in results.schemas.items():
        dataset, table = name.split(".")
        if table in skip:
            continue
        part = {"type": "DAY", "field": results.dated[name]}
        if expiration_ms and table == expiration_ms[0]:
            part["expirationMs"] = str(expiration_ms[1])
        cloud.make_table(dataset, table, [field.to_api() for field in fields if field.name not in lacking], timePartitioning=part)
        if seeded and name not in RECORDS:
            seed(cloud, dataset, table, list(seed_rows(results, name)))


def seed(cloud, dataset, table, rows):
    job = {"configuration": {"load": {
        "destinationTable": {"projectId": servers.PROJECT, "datasetId": dataset, "tableId": table},
        "sourceFormat": "NEWLINE_DELIMITED_JSON", "writeDisposition": "WRITE_APPEND"}}}
    data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    reply = cloud.call("POST", f"/upload/bigquery/v2/projects/{servers.PROJECT}/jobs?uploadType=resumable", job,
                       {"X-Upload-Content-Type": "application/octet-stream"})
    check(reply.status, 200, reply.body)
    reply = cloud.call("PUT", reply.headers["Location"].split(str(cloud.port))[1], data)
    cloud.admin("settle")
    job = cloud.call("GET", f"/bigquery/v2/projects/{servers.PROJECT}/jobs/{reply.body['jobReference']['jobId']}").body
    check(job["status"], {"state": "DONE"}, table)


def upload(cloud, results, *more, to=TARGET, ranks=1, credentials="key", limit_s=LIMIT_S, environment=None):
    """`backfill upload` to the servers; nothing secret may stand in what it says or leaves."""
    code, out, err = run("upload", results.path, "--to", to, *more, ranks=ranks, limit_s=limit_s,
                         environment=dict(cloud.environment(credentials), **(environment or {})))
    said = out + err
    for name in results.left():
        path = os.path.join(results.directory, name)
        if os.path.isfile(path):
            with open(path, encoding="utf-8", errors="replace") as file:
                said += file.read()
    for secret in SECRETS:
        if secret in said:
            raise AssertionError(f"'{secret}' is told: {said}")
    return code, out, err


def key(row):
    return json.dumps(row, sort_keys=True, default=str)


def held(cloud, results, lacking=()):
    """For each table whether its rows are those 'before' the upload or 'after' it; anything else in words."""
    found = {}
    for name, fields in results.schemas.items():
        if name in RECORDS:
            continue
        rows = cloud.table(*name.split("."))
        if rows is None:
            found[name] = "missing"
            continue
        names = [field.name for field in fields if field.name not in lacking]
        if (name, lacking) not in results.states:
            results.states[name, lacking] = states(results, name, names)
        rows = sorted(key({one: row[one] for one in names}) for row in rows)
        found[name] = next((state for state, expected in results.states[name, lacking].items() if rows == expected), None)
        if found[name] is None:
            found[name] = differences(rows, results.states[name, lacking]["after"])
    return found


def states(results, name, names):
    """The rows of a table, spelled and sorted, in each of the states that it may be in."""
    before = [{field.name: field.load(row.get(field.name)) for field in results.schemas[name]}
              for row in seed_rows(results, name)]
    kept = [row for row in before if row[results.dated[name]] in OTHER_DATES]
    found = {"before": before, "after": kept + results.rows[name], "alone": results.rows[name], "empty": []}
    return {state: sorted(key({one: row[one] for one in names}) for row in rows) for state, rows in found.items()}


def differences(rows, expected):
    few = [row for row in expected if row not in set(rows)][:1] + [row for row in rows if row not in set(expected)][:1]
    return f"{len(rows)} rows instead of {len(expected)}; such as {few}"


def check_records(cloud, results, history, what=""):
    """The tables of records tell of every unit, once; there is no history if it was not asked for."""
    for name, each in RECORDS.items():
        rows = cloud.table(*name.split("."))
        if rows is None:
            continue
        units = {(row["processor_name"], row.get("analysis_date", row.get("data_date")), row.get("status") == "running") for row in rows}
        check(len(rows), len(units), f"{what} {name}: no unit twice")
        check(len(rows), (each if history or name == RUNS else 0) * 5 * len(results.dates), f"{what} {name}: every unit")


def check_after(cloud, results, state="after", what="", history=False):
    """The tables are exactly right, nothing is left over on either side."""
    for name, found in held(cloud, results).items():
        check(found, state, f"{what} {name}")
    check_records(cloud, results, history, what)
    left = [name for name in cloud.tables() if name not in results.schemas]
    check(left, [], f"{what} tables left over")
    check([name for name in results.left() if name.startswith("results.h5.upload/") or name == "results.h5.upload"], [],
          f"{what} files left over")


def objects(cloud, prefix):
    """name behind the prefix -> bytes of every object in the bucket."""
    found = {}
    for name, body in cloud.rows("SELECT name, body FROM _objects ORDER BY name"):
        check(name.startswith(prefix), True, f"object {name}")
        with open(os.path.join(cloud.directory, "uploads", json.loads(body)["_path"]), "rb") as file:
            found[name[len(prefix):]] = file.read()
    return found


def wrong_files(results, found):
    """What is wrong with files (name -> bytes) that should be the results and each table's rows, in one file or in parts, the
    first of which may be there before the others."""
    wrong = [f"results.h5 {what}" for what in wrong_content(found.get("results.h5"), open(results.path, "rb").read())]
    for name in results.rows:
        table = name.split(".")[1]
        path = os.path.join(results.directory, "exported", table + ".ndjson")
        if not os.path.exists(path):
            continue
        expected, one = open(path, "rb").read(), found.get(table + ".ndjson.gz")
        parts = [gzip.decompress(found[part]) for part in sorted(found) if re.fullmatch(table + r"-\d{12}\.ndjson\.gz", part)]
        data = b"".join(parts) if parts else one and gzip.decompress(one)
        incomplete = parts and len(data) < len(expected) and expected.startswith(data)
        wrong += [f"{table} {what}" for what in (["is missing"] if incomplete else wrong_content(data, expected))]
        wrong += [f"{table} is there in one file and in parts"] if parts and one else []
    return wrong


def wrong_content(data, expected):
    return ["is missing"] if data is None else [] if data == expected else ["has other content"]


def limited(file_bytes):
    """From here on no file of an upload is to be larger; None: as large as the service takes."""
    os.environ.pop(FILE_BYTES, None)
    if file_bytes:
        os.environ[FILE_BYTES] = str(file_bytes)
