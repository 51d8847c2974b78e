"""io/cloud against servers that fail: calls, credentials and resumable uploads, through tests/support/cloud_client.c."""
# timeout: 120
# cores: 1
import hashlib
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

SOURCE = pathlib.Path(os.environ["BF_SOURCE_DIR"])
sys.path.insert(0, str(SOURCE / "tests/support/cloud"))
from cloud import PROJECT, USER, Cloud  # noqa: E402

CLIENT = os.path.join(os.environ["BF_BUILD_DIR"], "tests/cloud_client")
DATASETS = f"/bigquery/v2/projects/{PROJECT}/datasets"
OBJECTS = "/upload/storage/v1/b/bucket/o?uploadType=resumable&name="
UNIT = 1 << 18


class Client(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory(prefix="backfill-client.")
        cls.cloud = Cloud(cls.scratch.name).__enter__()
        cls.cloud.make_dataset("d")
        cls.cloud.admin("bucket/bucket")
        cls.session = os.path.join(cls.scratch.name, "session")
        cls.file = os.path.join(cls.scratch.name, "data")
        cls.data = b"".join(hashlib.sha256(b"%d" % i).digest() for i in range((3 * UNIT + 1000) // 32))
        pathlib.Path(cls.file).write_bytes(cls.data)

    @classmethod
    def tearDownClass(cls):
        cls.cloud.__exit__()
        cls.scratch.cleanup()

    def setUp(self):
        self.cloud.faults()
        pathlib.Path(self.session).unlink(missing_ok=True)

    def start(self, credentials="key", **environment):
        environment = os.environ | self.cloud.environment(credentials) | environment
        return subprocess.Popen([CLIENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                env={name: value for name, value in environment.items() if value is not None})

    def run_client(self, *commands, credentials="key", **environment):
        """The lines that the client prints for the commands, without that of the account."""
        process = self.start(credentials, **environment)
        out, _ = process.communicate("".join(command + "\n" for command in commands), timeout=60)
        self.assertEqual(process.returncode, 0, out)
        self.no_secrets(out)
        lines = out.splitlines()
        return lines[1:] if lines[0].startswith("account ") else lines

    def no_secrets(self, out):
        with open(self.cloud.key, encoding="ascii") as file:
            pem = json.load(file)["private_key"]
        for secret in [USER["client_secret"], USER["refresh_token"], "Bearer", "assertion=", "upload_id", *pem.split("\n")[1:-2]]:
            self.assertNotIn(secret, out)
        for (token,) in self.cloud.rows("SELECT token FROM _tokens"):
            self.assertNotIn(token, out)

    # Calls

    def test_call(self):
        lines = self.run_client(f"call GET {DATASETS}/d", f"call GET {DATASETS}/none", f"call GET {DATASETS}/none 404")
        self.assertIn('"datasetId":"d"', lines[0])
        self.assertTrue(lines[0].startswith("ok 200 "))
        self.assertRegex(lines[1], "error 5 .*HTTP 404 notFound: Not found: Dataset .*does the dataset of the test exist")
        self.assertEqual(lines[2], "ok 404 -")

    def test_transient(self):
        for fault in ({"do": "status", "status": 408}, {"do": "status", "status": 429}, {"do": "status", "status": 500},
                      {"do": "status", "status": 503}, {"do": "status", "status": 403, "reason": "rateLimitExceeded"},
                      {"do": "cut_before"}, {"do": "cut_after"}, {"do": "cut_in_reply"}, {"do": "stall"}, {"do": "endless"}):
            with self.subTest(fault):
                self.cloud.faults(dict(fault, at=1, times=2, path="/datasets/"))
                lines = self.run_client(f"call GET {DATASETS}/d", CLOUD_CLIENT_STALL="0.4")
                self.assertTrue(lines[-1].startswith("ok 200"), lines)

    def test_permanent(self):
        for status, said in ((400, "invalid"), (403, "needs the permission bigquery.tables.get"), (404, "does the dataset"), (501, "again")):
            with self.subTest(status):
                self.cloud.faults({"at": 1, "times": 100, "do": "status", "status": status, "path": "/datasets/"})
                lines = self.run_client(f"call GET {DATASETS}/d", CLOUD_CLIENT_LIMIT="0.2")
                self.assertIn(f"HTTP {status}", lines[-1])
                self.assertTrue(lines[-1].startswith("error 5 "), lines)
                self.assertTrue(said in " ".join(lines), lines)

    def test_unusable_replies(self):
        for do, said in (("malformed", "not a JSON object"), ("huge", "longer than 1048576 bytes")):
            with self.subTest(do):
                self.cloud.faults({"at": 1, "do": do, "path": "/datasets/"})
                lines = self.run_client(f"call GET {DATASETS}/d")
                self.assertTrue(lines[-1].startswith("error 5 "), lines)
                self.assertIn(said, lines[-1])

    def test_gives_up(self):
        self.cloud.faults({"at": 1, "times": 1000, "do": "status", "status": 503, "path": "/datasets/"})
        start = time.monotonic()
        lines = self.run_client(f"call GET {DATASETS}/d", CLOUD_CLIENT_LIMIT="1")
        self.assertLess(time.monotonic() - start, 2)
        self.assertRegex(lines[-1], "error 5 .*planted: 503.*tried [0-9]+ times")
        waits = [float(re.search(r"again in ([0-9.]+) s", line)[1]) for line in lines[:-1]]
        self.assertGreater(waits[-1], waits[0])  # they double
        self.assertLess(len(waits), 12)

    def test_retry_after(self):
        self.cloud.faults({"at": 1, "do": "status", "status": 429, "retry_after": 1, "path": "/datasets/"})
        start = time.monotonic()
        self.assertTrue(self.run_client(f"call GET {DATASETS}/d")[-1].startswith("ok 200"))
        self.assertGreaterEqual(time.monotonic() - start, 1)
        self.cloud.faults({"at": 1, "do": "status", "status": 429, "retry_after": 3600, "path": "/datasets/"})
        start = time.monotonic()
        self.assertTrue(self.run_client(f"call GET {DATASETS}/d")[-1].startswith("error 5"))  # later than the limit
        self.assertLess(time.monotonic() - start, 1)

    def test_stop(self):
        for fault in ({"do": "stall"}, {"do": "status", "status": 503, "retry_after": 60}):
            with self.subTest(fault):
                self.cloud.faults(dict(fault, at=1, path="/datasets/"))
                process = self.start(CLOUD_CLIENT_STALL="60", CLOUD_CLIENT_LIMIT="600")
                process.stdin.write(f"call GET {DATASETS}/d\n")
                process.stdin.flush()
                process.stdout.readline()
                time.sleep(0.5)
                process.send_signal(signal.SIGUSR1)
                start = time.monotonic()
                out, _ = process.communicate(timeout=30)
                self.assertLess(time.monotonic() - start, 1)
                self.assertIn("error 6 ", out)

    def test_nobody_listens(self):
        lines = self.run_client(f"call GET {DATASETS}/d", credentials="metadata", BIGQUERY_EMULATOR_HOST="http://127.0.0.1:9",
                                CLOUD_CLIENT_LIMIT="0.3")
        self.assertRegex(lines[-1], "error 5 .*127.0.0.1")

    # Where secrets may go

    def test_only_https(self):
        for host in ("http://192.0.2.1", "http://127.0.0.1.example.com", "http://user@127.0.0.1", "ftp://127.0.0.1", "http://localhost.example"):
            lines = self.run_client(f"call GET {DATASETS}/d", BIGQUERY_EMULATOR_HOST=host)
            self.assertRegex(lines[0], "error 5 .*expected an https URL")

    def test_no_redirect(self):
        with Elsewhere() as other:
            other.reply(302, {"Location": other.url("/caught")})
            lines = self.run_client("call GET /x", BIGQUERY_EMULATOR_HOST=other.url())
            self.assertRegex(lines[-1], "error 5 .*HTTP 302")
            self.assertEqual(other.paths, ["/x"])

    def test_secret_in_reply(self):
        """A server that repeats what it was sent does not get the token into the log."""
        with Elsewhere() as other:
            other.reply(400, {}, echo=True)
            lines = self.run_client("call GET /x", BIGQUERY_EMULATOR_HOST=other.url())
            self.assertRegex(lines[-1], r"error 5 .*HTTP 400.*\*\*\*")

    # Credentials

    def test_credentials(self):
        for credentials in ("key", "user", "metadata"):
            self.assertTrue(self.run_client(f"call GET {DATASETS}/d", credentials=credentials)[-1].startswith("ok 200"))
        self.cloud.faults()
        # An emulator with neither key nor metadata server: nobody asks for a token.
        lines = self.run_client(f"call GET {DATASETS}/d", credentials="metadata", GCE_METADATA_HOST=None)
        self.assertRegex(lines[-1], "error 5 .*HTTP 401.*an emulator, without a key")
        self.assertNotIn("/computeMetadata/", " ".join(entry["target"] for entry in self.cloud.log()))

    def test_without_emulator(self):
        """The order of credentials where the service is none: gcloud's file, the metadata server."""
        lines = self.run_client(f"call GET {DATASETS}/d", credentials="metadata", BIGQUERY_EMULATOR_HOST=None, CLOUD_CLIENT_BASE=self.cloud.url())
        self.assertTrue(lines[-1].startswith("ok 200"), lines)
        for where in ("home/.config/gcloud", "config"):
            folder = pathlib.Path(self.scratch.name, where)
            folder.mkdir(parents=True)
            (folder / "application_default_credentials.json").write_bytes(pathlib.Path(self.cloud.user).read_bytes())
            self.cloud.faults({"at": 1, "times": 100, "do": "status", "status": 404, "path": "/computeMetadata/"})
            environment = {"HOME": str(folder.parents[1])} if where.startswith("home") else {"CLOUDSDK_CONFIG": str(folder)}
            process = self.start("metadata", **dict({"BIGQUERY_EMULATOR_HOST": None, "CLOUD_CLIENT_BASE": self.cloud.url()}, **environment))
            out, _ = process.communicate(f"call GET {DATASETS}/d\n", timeout=30)
            self.assertIn("account the user of gcloud's credentials\nok 200", out)

    def test_no_credentials(self):
        lines = self.run_client(f"call GET {DATASETS}/d", credentials="metadata", BIGQUERY_EMULATOR_HOST=None,
                                CLOUD_CLIENT_BASE=self.cloud.url(), GCE_METADATA_HOST="127.0.0.1:9", CLOUD_CLIENT_LIMIT="0.2")
        self.assertRegex(lines[-1], "error 5 no credentials found .*GOOGLE_APPLICATION_CREDENTIALS")

    def test_bad_files(self):
        with open(self.cloud.key, encoding="ascii") as file:
            good = json.load(file)
        for change, said in (({"type": "external_account"}, "found 'external_account'"), ({"private_key": None}, '"private_key"'),
                             ({"private_key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"}, "not an RSA key"),
                             ({"token_uri": "http://example.com/token"}, "not an https URL"), ({"client_email": 7}, '"client_email"')):
            path = self.cloud.write("bad.json", dict(good, **change))
            lines = self.run_client(f"call GET {DATASETS}/d", GOOGLE_APPLICATION_CREDENTIALS=path)
            self.assertTrue(lines[-1].startswith("error 5 "), lines)
            self.assertIn(said, lines[-1])
        for text in ("", "[]", "{", "\0"):
            pathlib.Path(path).write_text(text, encoding="ascii")
            self.assertRegex(self.run_client(GOOGLE_APPLICATION_CREDENTIALS=path)[-1], "error 5 .*bad.json: not a JSON object")
        self.assertRegex(self.run_client(GOOGLE_APPLICATION_CREDENTIALS=path + ".none")[-1], "error 5 .*no such file")

    def test_token_is_kept_and_renewed(self):
        call = f"call GET {DATASETS}/d"
        self.run_client(call, call, call)
        self.assertEqual([entry["target"] for entry in self.cloud.log()].count("/token"), 1)
        self.cloud.faults({"at": 2, "do": "unauthorized", "path": "/datasets/"})
        self.assertEqual([line[:6] for line in self.run_client(call, call, call)], ["ok 200"] * 3)
        self.assertEqual([entry["target"] for entry in self.cloud.log()].count("/token"), 2)
        self.cloud.faults({"at": 1, "times": 100, "do": "unauthorized", "path": "/datasets/"})
        self.assertRegex(self.run_client(call)[-1], "error 5 .*HTTP 401")
        self.assertEqual(len(self.cloud.log()), 4)

    def test_token_endpoint_fails(self):
        for fault in ({"do": "status", "status": 503}, {"do": "cut_after"}, {"do": "stall"}):
            self.cloud.faults(dict(fault, at=1, path="/token"))
            self.assertTrue(self.run_client(f"call GET {DATASETS}/d", CLOUD_CLIENT_STALL="0.4")[-1].startswith("ok 200"))
        for fault in ({"do": "malformed"}, {"do": "wrong_types"}, {"do": "status", "status": 400}, {"do": "huge"}):
            self.cloud.faults(dict(fault, at=1, path="/token"))
            self.assertRegex(self.run_client(f"call GET {DATASETS}/d")[-1], "error 5 .*access token for service account")

    # Resumable uploads

    def upload(self, name, chunk=UNIT, takes=0, **environment):
        return self.run_client(f"send {self.file} {OBJECTS}{name} {chunk} {takes} {self.session}", **environment)

    def held(self, name):
        self.cloud.token = None  # faults may have made the server forget it
        return self.cloud.call("GET", f"/storage/v1/b/bucket/o/{name}?alt=media").body

    def test_upload(self):
        lines = self.upload("plain")
        self.assertEqual(lines[-1], "ok 200 body")
        self.assertEqual([line for line in lines if line.startswith("stored")], [f"stored {n * UNIT}" for n in range(1, 4)])
        self.assertEqual(self.held("plain"), self.data)
        os.unlink(self.session)
        self.assertEqual(self.upload("whole", chunk=100 * UNIT)[-1], "ok 200 body")
        self.assertEqual(self.held("whole"), self.data)

    def test_upload_empty(self):
        empty = os.path.join(self.scratch.name, "empty")
        pathlib.Path(empty).touch()
        lines = self.run_client(f"send {empty} {OBJECTS}empty {UNIT} 0 {self.session}")
        self.assertEqual(lines[-1], "ok 200 body")

    def test_upload_faults(self):
        """Each fault at each request: the object is right, or it is said why not and again it is right."""
        faults = [{"do": "status", "status": 503}, {"do": "status", "status": 429}, {"do": "status", "status": 400}, {"do": "status", "status": 403},
                  {"do": "cut_before"}, {"do": "cut_in_request"}, {"do": "cut_in_reply"}, {"do": "cut_after"}, {"do": "short"},
                  {"do": "session_gone", "status": 410}, {"do": "session_gone", "status": 404}, {"do": "unauthorized"},
                  {"do": "range", "value": ""}, {"do": "range", "value": "0-262143"}, {"do": "range", "value": "bytes=0-99999999"},
                  {"do": "range", "value": "bytes=7-262143"}, {"do": "range", "value": "bytes=0-"}, {"do": "range", "value": "x" * 200}]
        for at in (1, 2, 3, 5):
            for number, fault in enumerate(faults):
                with self.subTest(fault=fault, at=at):
                    name = f"f{at}-{number}"
                    pathlib.Path(self.session).unlink(missing_ok=True)
                    self.cloud.faults(dict(fault, at=at, path="/upload/"))
                    lines = self.upload(name)
                    if not lines[-1].startswith("ok 200"):
                        self.assertRegex(lines[-1], "error 5 the test's upload: .*(HTTP 40[03]|Range)")
                        self.cloud.faults()
                        lines = self.upload(name)
                    self.assertEqual(lines[-1], "ok 200 body", lines)
                    self.assertEqual(self.held(name), self.data)

    def test_upload_session_kept_lost(self):
        self.cloud.faults({"at": 1, "times": 100, "do": "session_gone", "path": "upload_id"})
        lines = self.upload("lost")
        self.assertRegex(lines[-1], "error 5 .*session was lost 4 times")
        self.assertFalse(os.path.exists(self.session))

    def test_upload_goes_on_in_another_process(self):
        self.cloud.faults({"at": 4, "times": 100, "do": "status", "status": 503, "path": "/upload/"})
        self.assertTrue(self.upload("on", CLOUD_CLIENT_LIMIT="0.2")[-1].startswith("error 5"))
        self.cloud.faults()
        self.assertEqual(self.upload("on")[-1], "ok 200 body")
        self.assertEqual(self.held("on"), self.data)
        entries = [entry for entry in self.cloud.log() if "/upload/" in entry["target"]]
        self.assertEqual([entry["range"].split("/")[0] for entry in entries],
                         ["bytes *", f"bytes {2 * UNIT}-{3 * UNIT - 1}", f"bytes {3 * UNIT}-{len(self.data) - 1}"])

    def test_upload_session_not_ours(self):
        """A kept session that the server refuses, or that leads elsewhere, is no reason to fail."""
        for uri in (self.cloud.url("/upload/storage/v1/b/bucket/o?uploadType=resumable&upload_id=none"), self.cloud.url("/nothing"),
                    "https://evil.example.com/upload", "nonsense \n"):
            pathlib.Path(self.session).write_text(uri, encoding="ascii")
            self.assertEqual(self.upload("strange")[-1], "ok 200 body")

    def test_upload_session_elsewhere(self):
        with Elsewhere() as thief, Elsewhere() as other:
            for location in (thief.url("/caught"), "https://evil.example.com/x", "//evil.example.com/x", "", "gopher://127.0.0.1/"):
                other.reply(200, {"Location": location})
                lines = self.upload("stolen", BIGQUERY_EMULATOR_HOST=other.url())
                self.assertRegex(lines[-1], "error 5 .*(session is not at|no upload session)")
            self.assertEqual(thief.paths, [])

    def test_upload_refused_to_begin(self):
        self.upload("once")
        lines = self.run_client(f"send {self.file} {OBJECTS}once&ifGenerationMatch=0 {UNIT} 412 {self.session}.2")
        self.assertEqual(lines[-1], "ok 412 body")

    # Objects

    def object(self, name, file=None, replace=0, **environment):
        return self.run_client(f"object {file or self.file} bucket {name} {replace}", **environment)

    def about(self, name):
        self.cloud.token = None
        return self.cloud.call("GET", "/storage/v1/b/bucket/o/" + urllib.parse.quote(name, safe="")).body

    def test_object(self):
        other = os.path.join(self.scratch.name, "other")
        pathlib.Path(other).write_bytes(b"123456789")
        self.assertEqual(self.run_client("object " + other + " bucket a/check 0")[-1], "ok sent 9 4waSgw==")  # CRC-32C's check value
        name = "a/b%c/ä?&x=1.json"
        self.assertRegex(self.object(name)[-1], "ok sent")
        first = self.about(name)
        self.assertEqual(self.held(urllib.parse.quote(name, safe="")), self.data)
        self.cloud.faults()
        self.assertRegex(self.object(name)[-1], "ok there")
        self.assertNotIn("/upload/", " ".join(entry["target"] for entry in self.cloud.log()))
        self.assertRegex(self.object(name, other)[-1], "error 5 .*another object is there")
        self.assertEqual(self.about(name), first)
        self.assertRegex(self.object(name, other, replace=1)[-1], "ok sent 9")
        self.assertRegex(self.object("x", other, replace=0)[-1], "ok sent 9")
        self.assertRegex(self.run_client(f"object {other} nobucket x 0")[-1], "error 5 .*HTTP 404.*does the bucket nobucket exist")

    def test_object_faults(self):
        """Each fault at each request: one object, of one generation, and the right one."""
        faults = [{"do": "status", "status": 503}, {"do": "status", "status": 412}, {"do": "cut_after"}, {"do": "cut_in_reply"}, {"do": "cut_before"},
                  {"do": "malformed"}, {"do": "wrong_types"}, {"do": "huge"}, {"do": "session_gone"}, {"do": "unauthorized"}, {"do": "status", "status": 401}]
        for at in (1, 2, 3, 6, 7):
            for number, fault in enumerate(faults):
                with self.subTest(fault=fault, at=at):
                    name = f"o{at}-{number}"
                    self.cloud.faults(dict(fault, at=at, path="/storage/"))
                    lines = self.object(name)
                    if not lines[-1].startswith("ok "):
                        self.assertRegex(lines[-1], "error 5 gs://bucket/o[0-9-]*: ")
                        self.cloud.faults()
                        lines = self.object(name)
                    self.assertRegex(lines[-1], "ok (sent|there)", lines)
                    self.assertEqual(self.held(name), self.data)

    def test_object_of_another(self):
        """Somebody writes another object under the name while ours is under way: theirs stays."""
        self.cloud.faults({"at": 4, "do": "status", "status": 503, "retry_after": 2, "path": "/upload/"})
        process = self.start()
        process.stdin.write(f"object {self.file} bucket race 0\n")
        process.stdin.flush()
        while not process.stdout.readline().startswith("note"):
            pass
        other = os.path.join(self.scratch.name, "theirs")
        pathlib.Path(other).write_bytes(b"theirs")
        self.assertRegex(self.object("race", other)[-1], "ok sent 6")
        out, _ = process.communicate(timeout=30)
        self.assertRegex(out, "error 5 gs://bucket/race: another object was written there meanwhile")
        self.assertEqual(self.held("race"), b"theirs")

    def test_upload_file_shrinks(self):
        name = os.path.join(self.scratch.name, "shrinks")
        pathlib.Path(name).write_bytes(self.data)
        self.cloud.faults({"at": 2, "do": "status", "status": 503, "retry_after": 1, "path": "/upload/"})
        process = self.start()
        process.stdin.write(f"send {name} {OBJECTS}shrinks {UNIT} 0 {self.session}\n")
        process.stdin.flush()
        while not process.stdout.readline().startswith("note"):
            pass
        os.truncate(name, UNIT)
        out, _ = process.communicate(timeout=30)
        self.assertRegex(out, "error 3 .*the file has become shorter")


class Elsewhere:
    """A server that gives one reply to everything."""

    def __enter__(self):
        import http.server
        import threading
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.paths.append(self.path)
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, headers, echo = outer.said
                body = json.dumps({"error": {"message": "you sent " + (self.headers.get("Authorization") or "").removeprefix("Bearer ")}} if echo else {}).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_PUT = do_GET

            def log_message(self, *_):
                pass

        self.paths, self.said = [], (200, {}, False)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def reply(self, status, headers, echo=False):
        self.said = (status, headers, echo)

    def url(self, path=""):
        return f"http://127.0.0.1:{self.server.server_address[1]}{path}"


if __name__ == "__main__":
    unittest.main()
