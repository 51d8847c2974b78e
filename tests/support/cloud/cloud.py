"""For tests: starts the servers, makes keys for them, plants faults, reads what they hold."""
import http.client
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = "test-project"
EMAIL = "loader@test-project.iam.gserviceaccount.com"
USER = {"client_id": "client-1.apps.example.com", "client_secret": "planted-client-secret", "refresh_token": "planted-refresh-token"}


class Answer:
    """Status, headers and body (parsed if it is JSON) of a reply."""

    def __init__(self, status, headers, body):
        self.status, self.headers = status, headers
        try:
            self.body = json.loads(body) if body else None
        except ValueError:
            self.body = body

    def reason(self):
        return self.body["error"]["errors"][0]["reason"]


def make_key(directory):
    """A service account's private key in PEM and what the token endpoint knows of it."""
    pem = os.path.join(directory, "key.pem")
    subprocess.run(["openssl", "genpkey", "-quiet", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", pem],
                   check=True, capture_output=True)
    modulus = subprocess.run(["openssl", "rsa", "-in", pem, "-noout", "-modulus"], check=True, capture_output=True, text=True)
    with open(pem, encoding="ascii") as file:
        return file.read(), {"email": EMAIL, "kid": "kid-1", "n": modulus.stdout.strip().split("=")[1], "e": 65537}


class Cloud:
    """The servers, from `with` to its end, in a directory of their own."""

    def __init__(self, directory=None):
        self.owned = directory is None
        self.directory = directory or tempfile.mkdtemp(prefix="backfill-cloud.")
        self.process = self.port = self.token = None

    def __enter__(self):
        private, public = make_key(self.directory)
        self.write("accounts.json", {"keys": [public], "users": [USER]})
        self.start()
        self.key = self.write("key.json", {
            "type": "service_account", "project_id": PROJECT, "private_key_id": "kid-1", "private_key": private,
            "client_email": EMAIL, "client_id": "1", "token_uri": self.url("/token")})
        self.user = self.write("user.json", dict(USER, type="authorized_user", token_uri=self.url("/token")))
        return self

    def __exit__(self, *_):
        self.stop()
        if self.owned:
            shutil.rmtree(self.directory)

    def start(self):
        self.process = subprocess.Popen([sys.executable, "-B", os.path.join(HERE, "server.py"), self.directory],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = json.loads(self.process.stdout.readline())["port"]

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process.stdin.close()
            self.process.stdout.close()
            self.process = None

    def write(self, name, value):
        path = os.path.join(self.directory, name)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(value, file)
        return path

    def url(self, path=""):
        return f"http://127.0.0.1:{self.port}{path}"

    def environment(self, credentials="key"):
        """Variables that point a client here: with the key, the user's credentials, or the metadata server."""
        host = f"127.0.0.1:{self.port}"
        found = {"BIGQUERY_EMULATOR_HOST": "http://" + host, "STORAGE_EMULATOR_HOST": "http://" + host,
                 "GCE_METADATA_HOST": host, "HOME": self.directory}
        if credentials != "metadata":
            found["GOOGLE_APPLICATION_CREDENTIALS"] = getattr(self, credentials)
        return found

    # Requests

    def ask(self, method, path, body=None, headers=None):
        """A request as it is; a body that is no bytes is sent as JSON."""
        headers = dict(headers or {})
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers)
            reply = connection.getresponse()
            return Answer(reply.status, reply.headers, reply.read())
        finally:
            connection.close()

    def call(self, method, path, body=None, headers=None):
        """A request with a token, which is got first if there is none."""
        if self.token is None:
            form = urllib.parse.urlencode(dict(USER, grant_type="refresh_token")).encode()
            reply = self.ask("POST", "/token", form, {"Content-Type": "application/x-www-form-urlencoded"})
            self.token = reply.body["access_token"]
        return self.ask(method, path, body, dict(headers or {}, Authorization=f"Bearer {self.token}"))

    def admin(self, what, body=None):
        reply = self.ask("POST", "/_admin/" + what, body if body is not None else {})
        assert reply.status == 200, reply.body
        return reply.body

    def faults(self, *rules):
        """Plants the faults instead of earlier ones, and empties the log."""
        self.admin("faults", {"faults": list(rules)})

    def log(self):
        return self.admin("log")["log"]

    # What they hold

    def rows(self, sql, *values):
        """Rows of the SQLite file, read beside the servers."""
        db = sqlite3.connect(f"file:{self.directory}/state.db?mode=ro", uri=True)
        try:
            return db.execute(sql, values).fetchall()
        finally:
            db.close()

    def table(self, dataset, name):
        """The rows of a table as dictionaries of held values (values.py), or None if there is no table."""
        about = self.rows("SELECT body FROM _tables WHERE project = ? AND dataset = ? AND name = ?", PROJECT, dataset, name)
        if not about:
            return None
        names = [field["name"] for field in json.loads(about[0][0])["schema"]["fields"]]
        columns = ", ".join(f'"{name}"' for name in names)
        return [dict(zip(names, row)) for row in self.rows(f'SELECT {columns} FROM "{PROJECT}.{dataset}.{name}"')]

    def tables(self):
        """dataset.table of every table."""
        return sorted(f"{row[0]}.{row[1]}" for row in self.rows("SELECT dataset, name FROM _tables"))

    # Making

    def make_dataset(self, name, **more):
        reply = self.call("POST", f"/bigquery/v2/projects/{PROJECT}/datasets", dict(more, datasetReference={"datasetId": name}))
        assert reply.status == 200, reply.body

    def make_table(self, dataset, name, fields, **more):
        reply = self.call("POST", f"/bigquery/v2/projects/{PROJECT}/datasets/{dataset}/tables",
                          dict(more, tableReference={"tableId": name}, schema={"fields": fields}))
        assert reply.status == 200, reply.body

    def query(self, text, location="US"):
        """The values of a query's rows as the service sends them."""
        self.admin("settings", {"polls": 0})
        reply = self.call("POST", f"/bigquery/v2/projects/{PROJECT}/queries",
                          {"query": text, "useLegacySql": False, "location": location})
        self.admin("settings", {"polls": 2})
        assert reply.status == 200, reply.body
        return [[cell["v"] for cell in row["f"]] for row in reply.body.get("rows", [])]
