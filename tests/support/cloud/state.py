"""What the servers hold: a SQLite file and a directory of uploaded bytes, which outlive the process.

The rows of a BigQuery table p.d.t are those of the SQLite table "p.d.t"; what is known about things are JSON texts in
tables whose names begin with an underscore.
"""
import json
import os
import secrets
import sqlite3
import threading
import time

from values import Field
from wire import Refusal

SCHEMA = """
CREATE TABLE IF NOT EXISTS _datasets (project, dataset, body, PRIMARY KEY (project, dataset));
CREATE TABLE IF NOT EXISTS _tables (project, dataset, name, body, PRIMARY KEY (project, dataset, name));
CREATE TABLE IF NOT EXISTS _jobs (project, id, location, due, polls, body, PRIMARY KEY (project, id, location));
CREATE TABLE IF NOT EXISTS _results (job, number, row, PRIMARY KEY (job, number));
CREATE TABLE IF NOT EXISTS _sessions (id PRIMARY KEY, created, body);
CREATE TABLE IF NOT EXISTS _objects (bucket, name, body, PRIMARY KEY (bucket, name));
CREATE TABLE IF NOT EXISTS _buckets (name PRIMARY KEY);
CREATE TABLE IF NOT EXISTS _tokens (token PRIMARY KEY, expires, scopes);
CREATE TABLE IF NOT EXISTS _settings (name PRIMARY KEY, value);
"""
SETTINGS = {
    "auth": "required",       # or "optional": requests without a token are let in
    "clock": 0,               # seconds that the servers' clock is ahead
    "token_life": 3599,       # seconds
    "metadata": True,         # whether there is a metadata server
    "polls": 2,               # how often a job is asked for before it is done ...
    "job_seconds": 2,         # ... or after how long, if nobody asks
    "page_rows": 100000,      # most rows of a page of query results
    "duplicate_at": "end",    # of an upload, when a job's id turns out to be taken; or "start"
    "location": "US",         # of datasets that are created without one
    "session_seconds": 604800,
    "gzip_bytes": 4000000000,  # most that a load job takes of a compressed file
}


class State:
    def __init__(self, directory):
        self.directory = directory
        self.lock = threading.RLock()
        self.forced = []  # errors that the next jobs end with, set by faults
        os.makedirs(os.path.join(directory, "uploads"), exist_ok=True)
        self.db = sqlite3.connect(os.path.join(directory, "state.db"), check_same_thread=False, isolation_level=None)
        self.db.execute("PRAGMA synchronous=OFF")
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.executescript(SCHEMA)
        try:
            with open(os.path.join(directory, "accounts.json"), encoding="utf-8") as file:
                self.accounts = json.load(file)
        except FileNotFoundError:
            self.accounts = {}

    def copy(self, away):
        """Keeps all that is held beside the state file, or takes it from there again."""
        beside = sqlite3.connect(os.path.join(self.directory, "saved.db"))
        source, target = (self.db, beside) if away else (beside, self.db)
        source.backup(target)
        beside.close()

    def setting(self, name):
        row = self.db.execute("SELECT value FROM _settings WHERE name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else SETTINGS[name]

    def set(self, settings):
        for name, value in settings.items():
            if name not in SETTINGS:
                raise Refusal(400, "invalid", f"no setting {name}")
            self.db.execute("INSERT OR REPLACE INTO _settings VALUES (?, ?)", (name, json.dumps(value)))

    def now(self):
        return time.time() + self.setting("clock")

    def now_ms(self):
        return int(self.now() * 1000)

    def upload_path(self, name):
        return os.path.join(self.directory, "uploads", name)

    # Tokens

    def make_token(self, scopes):
        token = "ya29." + secrets.token_urlsafe(32)
        life = self.setting("token_life")
        self.db.execute("INSERT INTO _tokens VALUES (?, ?, ?)", (token, self.now() + life, " ".join(scopes)))
        return token, life

    def authorize(self, request, accepted):
        """Refuses a request whose token is missing, unknown, too old, or made for other services."""
        given = request.headers.get("authorization")
        if given is None and self.setting("auth") == "optional":
            return
        row = None
        if given and given.startswith("Bearer "):
            row = self.db.execute("SELECT expires, scopes FROM _tokens WHERE token = ?", (given[7:],)).fetchone()
        if row is None or row[0] <= self.now():
            raise Refusal(401, "authError", "Request had invalid authentication credentials. Expected OAuth 2 access "
                          "token, login cookie or other valid authentication credential.",
                          {"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"'})
        if not set(row[1].split()) & set(accepted):
            raise Refusal(403, "insufficientPermissions", "Request had insufficient authentication scopes.")

    # Datasets and tables

    def dataset(self, project, dataset):
        row = self.db.execute("SELECT body FROM _datasets WHERE project = ? AND dataset = ?", (project, dataset)).fetchone()
        if row is None:
            raise Refusal(404, "notFound", f"Not found: Dataset {project}:{dataset}")
        return json.loads(row[0])

    def find_table(self, project, dataset, name):
        """The table's resource, or None. A table whose expiration has passed is gone."""
        row = self.db.execute("SELECT body FROM _tables WHERE project = ? AND dataset = ? AND name = ?",
                              (project, dataset, name)).fetchone()
        if row is None:
            return None
        body = json.loads(row[0])
        if int(body.get("expirationTime", 0)) and int(body["expirationTime"]) <= self.now_ms():
            self.drop_table(project, dataset, name)
            return None
        return body

    def table(self, project, dataset, name):
        self.dataset(project, dataset)
        body = self.find_table(project, dataset, name)
        if body is None:
            raise Refusal(404, "notFound", f"Not found: Table {project}:{dataset}.{name}")
        return body

    def save_table(self, body):
        at = body["tableReference"]
        self.db.execute("INSERT OR REPLACE INTO _tables VALUES (?, ?, ?, ?)",
                        (at["projectId"], at["datasetId"], at["tableId"], json.dumps(body)))

    def create_table(self, body, fields):
        """Saves the resource and makes the SQLite table that holds the rows."""
        body["schema"] = {"fields": [field.to_api() for field in fields]}
        self.save_table(body)
        at = body["tableReference"]
        name = sqlite_name(at["projectId"], at["datasetId"], at["tableId"])
        self.db.execute(f"DROP TABLE IF EXISTS {name}")
        columns = ", ".join(quoted(field.name) for field in fields) or "_nothing"
        self.db.execute(f"CREATE TABLE {name} ({columns})")

    def drop_table(self, project, dataset, name):
        self.db.execute("DELETE FROM _tables WHERE project = ? AND dataset = ? AND name = ?", (project, dataset, name))
        self.db.execute(f"DROP TABLE IF EXISTS {sqlite_name(project, dataset, name)}")

    def count(self, body):
        at = body["tableReference"]
        name = sqlite_name(at["projectId"], at["datasetId"], at["tableId"])
        return self.db.execute(f"SELECT count(*) FROM {name}").fetchone()[0]

    def expire_partitions(self, body):
        """Drops rows of partitions that are older than the table keeps them, as the service does at once."""
        part, at = body.get("timePartitioning") or {}, body["tableReference"]
        if part.get("expirationMs") and part.get("field"):
            days = self.now() / 86400 - int(part["expirationMs"]) / 86400000
            kinds = {field.name: field.kind for field in fields_of(body)}
            limit = (time.strftime("%Y-%m-%d", time.gmtime(days * 86400)) if kinds.get(part["field"]) == "DATE"
                     else int(days * 86400) * 1000000)
            name = sqlite_name(at["projectId"], at["datasetId"], at["tableId"])
            self.db.execute(f"DELETE FROM {name} WHERE {quoted(part['field'])} < ?", (limit,))


def fields_of(body):
    return [Field.from_api(about) for about in body["schema"]["fields"]]


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def sqlite_name(project, dataset, table):
    return quoted(f"{project}.{dataset}.{table}")
