"""io/cloud against servers that are not Google's: certificates, and replies of every kind that a hostile or broken one may give."""
# timeout: 120
# cores: 1
import email.utils
import http.server
import json
import os
import pathlib
import random
import re
import ssl
import subprocess
import tempfile
import threading
import time
import unittest

CLIENT = os.path.join(os.environ["BF_BUILD_DIR"], "tests/cloud_client")
ROWS = [{"f": [{"v": "7"}, {"v": "1634716800000001"}, {"v": None}]}, {"f": [{"v": "8"}, {"v": "1.6347168E9"}, {"v": "x"}]}]
FIELDS = [{"name": "n", "type": "INTEGER"}, {"name": "at", "type": "TIMESTAMP"}, {"name": "t", "type": "STRING"}]
PAGES = [{"jobComplete": False, "jobReference": {"projectId": "p", "jobId": "j", "location": "US"}},
         {"jobComplete": True, "jobReference": {"projectId": "p", "jobId": "j", "location": "US"}, "totalRows": "3", "pageToken": "a b",
          "schema": {"fields": FIELDS}, "rows": ROWS[:1] * 2},
         {"jobComplete": True, "jobReference": {"projectId": "p", "jobId": "j"}, "totalRows": "3", "schema": {"fields": FIELDS}, "rows": ROWS[1:]}]
CELLS = ["cell 7", "cell 2021-10-20 08:00:00.000001 UTC", "cell null"] * 2 + ["cell 8", "cell 2021-10-20 08:00:00 UTC", "cell x", "ok 3 rows"]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.targets.append(self.path)
        status, headers, body = self.server.say(len(self.server.targets) - 1)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = answer

    def log_message(self, *_):
        pass


class Server:
    """Replies with say(number of the request) -> status, headers, body."""

    def __init__(self, say, certificate=None):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.say, self.server.targets, self.scheme = say, [], "http"
        self.server.handle_error = lambda *_: None  # clients that hang up
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
            self.scheme = "https"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def url(self, host="127.0.0.1"):
        return f"{self.scheme}://{host}:{self.server.server_address[1]}"


def said(value, status=200, **headers):
    return status, headers, value if isinstance(value, bytes) else json.dumps(value).encode()


def pages(change=None):
    """The pages of a query, one after the other and again; `change` spoils one of them."""
    replies = [said(page) for page in PAGES]
    if change:
        replies[change[0]] = said(change[1])
    return lambda number: replies[number % len(replies)]


class Replies(unittest.TestCase):
    def run_client(self, server, *commands, host="127.0.0.1", **environment):
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("GOOGLE", "SSL_"))} | {
            "BIGQUERY_EMULATOR_HOST": server.url(host), "CLOUD_CLIENT_WAIT": "0.001", "CLOUD_CLIENT_LIMIT": "2"} | environment
        done = subprocess.run([CLIENT], input="".join(command + "\n" for command in commands), env=environment, capture_output=True,
                              text=True, errors="replace", timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stdout[-2000:] + done.stderr[-2000:])
        return done.stdout.splitlines()[1:]

    def test_certificates(self):
        with tempfile.TemporaryDirectory() as scratch:
            certificate = os.path.join(scratch, "both.pem")
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                            "subjectAltName=DNS:localhost", "-keyout", os.path.join(scratch, "k"), "-out", os.path.join(scratch, "c")],
                           check=True, capture_output=True)
            pathlib.Path(certificate).write_bytes(b"".join(pathlib.Path(scratch, name).read_bytes() for name in "kc"))
            with Server(lambda _: said({"a": 1}), certificate) as server:
                trusted = {"SSL_CERT_FILE": os.path.join(scratch, "c")}
                self.assertEqual(self.run_client(server, "call GET /x", host="localhost", **trusted), ['ok 200 {"a":1}'])
                self.assertRegex(self.run_client(server, "call GET /x", host="localhost")[-1], "error 5 .*certificate")
                self.assertRegex(self.run_client(server, "call GET /x", **trusted)[-1], "error 5 .*(certificate|subject)")  # of another name
                self.assertEqual(len(server.server.targets), 1)

    def test_retry_after_date(self):
        replies = [said({}, 503, **{"Retry-After": email.utils.formatdate(time.time() + 2, usegmt=True)}), said({"a": 1})]
        with Server(lambda number: replies[number]) as server:
            lines = self.run_client(server, "call GET /x", CLOUD_CLIENT_LIMIT="30")
        self.assertTrue(0.5 < float(re.search(r"again in ([0-9.]+) s", lines[0])[1]) <= 2, lines)
        self.assertEqual(lines[1], 'ok 200 {"a":1}')

    def test_query(self):
        with Server(pages()) as server:
            self.assertEqual(self.run_client(server, "query SELECT"), CELLS)
        self.assertIn("/bigquery/v2/projects/p/queries/j?", server.server.targets[1])
        self.assertIn("&location=US&pageToken=a%20b", server.server.targets[2])

    def test_wrong_pages(self):
        last, middle = PAGES[2], PAGES[1]
        cases = [(1, {**middle, "totalRows": "4"}, "expected 4 rows"), (1, {**middle, "totalRows": "1"}, "expected 1 rows"),
                 (1, {**middle, "totalRows": "-1"}, "totalRows"), (1, {**middle, "totalRows": "x"}, "totalRows"),
                 (2, {**last, "pageToken": "a b"}, "pageToken"), (2, {**last, "rows": []}, "expected 3 rows"),
                 (2, {**last, "rows": [{"f": [{"v": "7"}]}]}, "in each of a row's"), (2, {**last, "rows": [7]}, "in each of a row's"),
                 (2, {**last, "rows": [{"f": [{"v": "7"}, {"v": []}, {"v": "x"}]}]}, "column at: expected a single value"),
                 (1, {**middle, "schema": {}}, "schema"), (1, {**middle, "schema": {"fields": []}}, "schema"),
                 (1, {**middle, "schema": {"fields": [7]}}, "name"), (0, {"jobComplete": False}, "jobReference"), (0, {}, "jobReference"),
                 (1, {**middle, "jobComplete": "true"}, "jobComplete"), (1, {**middle, "pageToken": 7}, "pageToken"), (1, b"", "not a JSON object"),
                 (1, b"[" * 100000, "not a JSON object"), (1, b"\xff\xfe", "not a JSON object"), (1, b'{"jobComplete":true}', "schema")]
        for number, reply, words in cases:
            with self.subTest(words=words, reply=reply), Server(pages((number, reply))) as server:
                line = self.run_client(server, "query SELECT")[-1]
                self.assertTrue(line.startswith("error 5 the test's query: ") and words in line, line)

    def test_endless(self):
        """Queries and pages without end."""
        for reply, words in ((PAGES[0], "did not end within"), ({**PAGES[1], "rows": [], "pageToken": None}, "pageToken")):
            count = iter(range(10 ** 9))
            with Server(lambda _, reply=reply, count=count: said({**reply, "pageToken": str(next(count))} if "rows" in reply else reply)) as server:
                self.assertIn(words, self.run_client(server, "query SELECT", CLOUD_CLIENT_LIMIT="0.5")[-1])

    def test_mutations(self):
        """Spoiled replies by the hundred: an error that is told or the rows, and never a crash or a hang."""
        chance = random.Random(20260131)
        with Server(None) as server:
            server.server.say = lambda _: said(self.mutated(chance))
            lines = self.run_client(server, *["query SELECT"] * 200, CLOUD_CLIENT_LIMIT="0.03", CLOUD_CLIENT_STALL="5")
        ends = [line for line in lines if line.startswith(("ok ", "error "))]
        self.assertEqual(len(ends), 200)
        self.assertEqual({line.split()[1] for line in ends if line.startswith("error ")}, {"5"})

    @staticmethod
    def mutated(chance):
        text = bytearray(json.dumps(chance.choice(PAGES)).encode())
        for _ in range(chance.choice((0, 1, 1, 2, 5))):
            at = chance.randrange(len(text))
            what = chance.randrange(4)
            if what == 0:
                text[at:at + 1] = bytes([chance.choice(b'0179"{}[]:,\\-.eEtfn\x00\xff')])
            elif what == 1:
                del text[at:at + chance.randrange(1, 20)]
            elif what == 2:
                text[at:at] = text[chance.randrange(len(text)):][:chance.randrange(1, 40)]
            else:
                text[at:at] = chance.choice((b"1" * 400, b"-9223372036854775809", b"1e999", b"null", b'"\\ud800"', b"[" * 50))
            text = text or bytearray(b" ")
        return bytes(text)


if __name__ == "__main__":
    unittest.main()
