"""The servers of tests/support/cloud themselves: protocol, loads, SQL, transactions, tokens, objects, faults."""
# timeout: 60
# cores: 1
import base64
import gzip
import hashlib
import json
import os
import subprocess
import sys
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.environ["BF_SOURCE_DIR"], "tests", "support", "cloud"))
import cloud as servers  # noqa: E402
from resumable import CHUNK  # noqa: E402
from storage import crc32c  # noqa: E402

P = servers.PROJECT
JOBS = f"/bigquery/v2/projects/{P}/jobs"
FIELDS = [{"name": "day", "type": "DATE", "mode": "REQUIRED"}, {"name": "who", "type": "STRING"},
          {"name": "rate", "type": "NUMERIC", "precision": "5", "scale": "1"}, {"name": "games", "type": "INT64"},
          {"name": "list", "type": "FLOAT64", "mode": "REPEATED"}, {"name": "at", "type": "TIMESTAMP"},
          {"name": "well", "type": "BOOL"}, {"name": "x", "type": "FLOAT64"}]
ROWS = [{"day": "2024-01-02", "who": "a", "rate": 12.25, "games": 3, "list": [1.5, 2], "at": "2024-01-02T03:04:05.000006Z",
         "well": True, "x": 0.1}, {"day": "2024-01-03", "list": []}]


def lines(rows):
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def check(found, expected, what=""):
    if found != expected:
        raise AssertionError(f"{what}: found {found!r}, expected {expected!r}")


class Upload:
    """A load by resumable upload, step by step."""

    def __init__(self, cloud, job, table="staged", dataset="d", **load):
        self.cloud = cloud
        about = dict({"destinationTable": {"projectId": P, "datasetId": dataset, "tableId": table},
                      "sourceFormat": "NEWLINE_DELIMITED_JSON", "schema": {"fields": FIELDS},
                      "writeDisposition": "WRITE_TRUNCATE"}, **load)
        self.body = {"jobReference": {"projectId": P, "jobId": job}, "configuration": {"load": about}}

    def begin(self, size, **headers):
        self.reply = self.cloud.call("POST", f"/upload/bigquery/v2/projects/{P}/jobs?uploadType=resumable", self.body, dict({
            "X-Upload-Content-Type": "application/octet-stream", "X-Upload-Content-Length": str(size)}, **headers))
        if self.reply.status == 200:
            parts = urllib.parse.urlsplit(self.reply.headers["Location"])
            self.session = parts.path + "?" + parts.query
        return self.reply

    def put(self, data, text=None):
        return self.cloud.call("PUT", self.session, data, {"Content-Range": text} if text else {})

    def whole(self, data):
        check(self.begin(len(data)).status, 200, self.reply.body)
        return self.put(data, f"bytes 0-{len(data) - 1}/{len(data)}")

    def done(self, data):
        """The job at its end."""
        reply = self.whole(data)
        check(reply.status, 200, reply.body)
        return wait(self.cloud, reply.body["jobReference"]["jobId"])


def wait(cloud, job, location=""):
    for _ in range(10):
        reply = cloud.call("GET", f"{JOBS}/{job}{location}")
        check(reply.status, 200, reply.body)
        if reply.body["status"]["state"] == "DONE":
            return reply.body
    raise AssertionError(f"{job} does not end")


def script(cloud, job, text, **more):
    reply = cloud.call("POST", JOBS, {"jobReference": {"projectId": P, "jobId": job},
                                      "configuration": {"query": dict({"query": text, "useLegacySql": False}, **more)}})
    check(reply.status, 200, reply.body)
    return wait(cloud, job)


def failure(job):
    return (job["status"].get("errorResult") or {}).get("message", "")


def test_loads(cloud):
    cloud.make_dataset("d")
    first = Upload(cloud, "load-1").done(gzip.compress(lines(ROWS[:1])) + gzip.compress(lines(ROWS[1:])))
    check(first["statistics"]["load"]["outputRows"], "2")
    row = cloud.table("d", "staged")[0]
    check(row, {"day": "2024-01-02", "who": "a", "rate": "12.3", "games": 3, "list": "[1.5, 2.0]", "at": 1704164645000006,
                "well": 1, "x": 0.1}, "held")
    check(cloud.table("d", "staged")[1]["list"], "[]")
    about = cloud.call("GET", f"/bigquery/v2/projects/{P}/datasets/d/tables/staged").body
    check((about["numRows"], about["schema"]["fields"][3]["type"]), ("2", "INTEGER"))
    again = Upload(cloud, "load-1")
    check(again.whole(lines(ROWS)).reason(), "duplicate")
    for number, (row, words) in enumerate((
            ({"day": "2024-02-30"}, "Invalid date"), ({"who": "b"}, "Missing required"), ({"day": None}, "NULL"),
            ({"day": "2024-01-01", "other": 1}, "No such field: other"), ({"day": "2024-01-01", "games": 1.5}, "integer"),
            ({"day": "2024-01-01", "rate": 12345}, "out of range"), ({"day": "2024-01-01", "list": [None]}, "NULL"),
            ({"day": "2024-01-01", "list": 1.5}, "array"), ({"day": "2024-01-01", "well": 1}, "boolean"),
            ({"day": "2024-01-01", "at": "yesterday"}, "timestamp"), ({"day": "20240101"}, "YYYY-MM-DD"))):
        job = Upload(cloud, f"bad-{number}").done(lines([ROWS[0], row]))
        if words not in failure(job):
            raise AssertionError(f"{row}: {failure(job)} does not say {words}")
    check(len(cloud.table("d", "staged")), 2, "a load that fails changes nothing")
    check("gzip" in failure(Upload(cloud, "bad-gzip").done(gzip.compress(lines(ROWS))[:-9])), True)
    check(Upload(cloud, "bad-1").whole(lines(ROWS)).status, 409, "the id of a failed job is taken")
    check("Not found" in failure(Upload(cloud, "n", "none", createDisposition="CREATE_NEVER").done(lines(ROWS))), True)
    check("Already" in failure(Upload(cloud, "w", writeDisposition="WRITE_EMPTY").done(lines(ROWS))), True)
    check(Upload(cloud, "u", dataset="other").begin(1).status, 404)
    check(Upload(cloud, "u", colour="red").begin(1).status, 400)


def test_chunks(cloud):
    data = lines([dict(ROWS[0], who="w" * 300)] * 2500)
    upload = Upload(cloud, "chunks", "big")
    upload.begin(len(data))
    check(upload.put(b"", f"bytes */{len(data)}").headers.get("Range"), None, "nothing held")
    check(upload.put(data[:100], f"bytes 0-99/{len(data)}").status, 400, "not a multiple of 256 KiB")
    check(upload.put(data[CHUNK:2 * CHUNK], f"bytes {CHUNK}-{2 * CHUNK - 1}/{len(data)}").status, 400, "a hole")
    cloud.faults({"at": 1, "do": "short"}, {"at": 2, "do": "range", "value": "0-99"})
    reply = upload.put(data[:2 * CHUNK], f"bytes 0-{2 * CHUNK - 1}/{len(data)}")
    check((reply.status, reply.headers["Range"]), (308, f"bytes=0-{CHUNK - 1}"))
    check(upload.put(b"", f"bytes */{len(data)}").headers["Range"], "0-99")
    check(upload.put(data[:CHUNK - 1] + b"?", f"bytes 0-{CHUNK - 1}/{len(data)}").status, 400, "other bytes")
    check(upload.put(data[CHUNK:], f"bytes {CHUNK}-{len(data) - 1}/{len(data)}").status, 200)
    check(upload.put(b"", f"bytes */{len(data)}").body["jobReference"]["jobId"], "chunks", "asked after its end")
    check(wait(cloud, "chunks")["statistics"]["load"]["outputRows"], "2500")
    cloud.faults({"at": 2, "do": "session_gone", "status": 410})
    upload = Upload(cloud, "gone", "big")
    upload.begin(len(data))
    check([upload.put(data, f"bytes 0-{len(data) - 1}/{len(data)}").status for _ in range(2)], [410, 404])
    upload = Upload(cloud, "old", "big")
    upload.begin(len(data))
    cloud.admin("settings", {"clock": 8 * 86400, "token_life": 30 * 86400})
    cloud.token = None
    check(upload.put(data, f"bytes 0-{len(data) - 1}/{len(data)}").status, 404, "a session of last week")
    cloud.admin("settings", {"clock": 0})
    check(Upload(cloud, "t").begin(1, **{"Content-Type": "application/x-www-form-urlencoded"}).status, 400)


def test_scripts(cloud):
    cloud.make_table("d", "target", FIELDS, timePartitioning={"type": "DAY", "field": "day"})
    old = [{"day": "2024-01-02", "who": "old"}, {"day": "2023-12-31", "who": "kept"}]
    Upload(cloud, "seed", "target", writeDisposition="WRITE_APPEND").done(lines(old))
    move = (f"BEGIN TRANSACTION; DELETE FROM `{P}.d.target` WHERE day IN (DATE '2024-01-02', DATE '2024-01-03'); "
            f"INSERT INTO `{P}`.d.target (day, who, rate, list) SELECT day, who, rate, list FROM `{P}.d.staged`;")
    check("Division" in failure(script(cloud, "s0", move + "SELECT Division;")), True)
    check(len(cloud.table("d", "target")), 2, "a failed transaction changes nothing")
    check(failure(script(cloud, "s1", move)), "", "a transaction left open")
    check(len(cloud.table("d", "target")), 2)
    cloud.faults({"at": 1, "do": "conflict"})
    check("concurrent update" in failure(script(cloud, "s2", move + "COMMIT TRANSACTION;")), True)
    check(len(cloud.table("d", "target")), 2)
    check(script(cloud, "s3", move + "COMMIT TRANSACTION;")["status"], {"state": "DONE"})
    check(sorted((row["day"], row["who"]) for row in cloud.table("d", "target")),
          sorted([("2023-12-31", "kept"), ("2024-01-02", "a"), ("2024-01-03", None)], key=str))
    check(cloud.query(f"SELECT day, count(*) AS n FROM `{P}.d.target` WHERE day IN UNNEST([DATE '2024-01-02', '2024-01-03']) "
                      "GROUP BY day ORDER BY day"), [["2024-01-02", "1"], ["2024-01-03", "1"]])
    check(cloud.query("SELECT list, rate, well FROM d.staged ORDER BY day"),
          [[[{"v": "1.5"}, {"v": "2.0"}], "12.3", "true"], [[], None, None]])
    check(cloud.query("WITH a AS (SELECT 't' AS name, COUNT(*) AS n FROM d.target UNION ALL SELECT 's', COUNT(*) FROM d.staged) "
                      "SELECT * FROM a ORDER BY name DESC LIMIT 1"), [["t", "3"]])
    for number, (text, words) in enumerate((
            ("SELECT day FROM d.staged GROUP BY who", "neither grouped"), ("DELETE FROM d.target", "WHERE"),
            ("SELECT 1 FROM d.staged WHERE day = 3", "No matching signature"), ("SELEC 1", "Syntax"),
            ("INSERT INTO d.target (day, who) SELECT day, games FROM d.staged", "cannot be inserted"),
            ("INSERT INTO d.target (who) SELECT who FROM d.staged", "cannot be null"),
            ("BEGIN TRANSACTION; DROP TABLE d.target; COMMIT TRANSACTION", "not supported inside a transaction"),
            ("COMMIT TRANSACTION", "outside of a transaction"), ("SELECT * FROM d.none", "Not found"),
            ("ASSERT (SELECT COUNT(*) FROM d.staged) = 3 AS 'three rows'", "three rows"))):
        found = failure(script(cloud, f"e{number}", text))
        if words not in found:
            raise AssertionError(f"{text}: {found} does not say {words}")
    reply = cloud.call("POST", f"/bigquery/v2/projects/{P}/queries", {"query": "SELECT 1"})
    check((reply.status, reply.reason()), (400, "invalidQuery"), "legacy SQL is the default")
    script(cloud, "ddl", "CREATE TABLE d.made (`day` DATE NOT NULL OPTIONS(description=\"a day\"), n NUMERIC(7, 4), l ARRAY<STRING>) "
                         "PARTITION BY day CLUSTER BY day OPTIONS(partition_expiration_days=90);"
                         "INSERT INTO d.made (day, n) VALUES ('2020-01-01', NUMERIC '1.5'), (CURRENT_DATE(), 2);"
                         "ALTER TABLE d.made ADD COLUMN extra STRING; DROP TABLE IF EXISTS d.none")
    check([row["n"] for row in cloud.table("d", "made")], ["2"], "expired partitions are dropped at once")


def test_pages(cloud):
    cloud.admin("settings", {"page_rows": 1})
    reply = cloud.call("POST", f"/bigquery/v2/projects/{P}/queries", {
        "query": "SELECT day, `at` FROM d.staged WHERE day >= @first ORDER BY day", "useLegacySql": False, "queryParameters": [
            {"name": "first", "parameterType": {"type": "DATE"}, "parameterValue": {"value": "2024-01-01"}}], "parameterMode": "NAMED"})
    check((reply.status, reply.body["jobComplete"], "rows" in reply.body), (200, False, False))
    job, found, token = reply.body["jobReference"]["jobId"], [], ""
    for _ in range(9):
        body = cloud.call("GET", f"/bigquery/v2/projects/{P}/queries/{job}?formatOptions.useInt64Timestamp=true&pageToken={token}").body
        if body["jobComplete"]:
            found += [[cell["v"] for cell in row["f"]] for row in body["rows"]]
            token = body.get("pageToken")
            if not token:
                break
    check((found, body["totalRows"]), ([["2024-01-02", "1704164645000006"], ["2024-01-03", None]], "2"))
    cloud.admin("settings", {"page_rows": 100000})


def test_places(cloud):
    cloud.make_dataset("west", location="us-west2")
    job = Upload(cloud, "west-1", "t", "west").whole(lines(ROWS)).body
    check(job["jobReference"]["location"], "us-west2")
    check(cloud.call("GET", f"{JOBS}/west-1").status, 404, "a job of a region without its location")
    wait(cloud, "west-1", "?location=us-west2")
    names = [cloud.call("GET", f"/bigquery/v2/projects/{P}/datasets/d/tables?maxResults=1").body]
    names.append(cloud.call("GET", f"/bigquery/v2/projects/{P}/datasets/d/tables?maxResults=50&pageToken={names[0]['nextPageToken']}").body)
    check(sum(len(page["tables"]) for page in names), names[0]["totalItems"])
    path = f"/bigquery/v2/projects/{P}/datasets/west/tables/t"
    check(cloud.call("PATCH", path, {"expirationTime": str(int(time.time() * 1000) - 1)}).status, 200)
    check(cloud.call("GET", path).status, 404, "expired")
    check(cloud.call("DELETE", f"/bigquery/v2/projects/{P}/datasets/d/tables/made").status, 204)
    check(cloud.call("DELETE", f"/bigquery/v2/projects/{P}/datasets/d/tables/made").reason(), "notFound")
    cloud.make_dataset("short", defaultPartitionExpirationMs=86400000)
    cloud.make_table("short", "t", FIELDS, timePartitioning={"type": "DAY", "field": "day"})
    about = cloud.call("GET", f"/bigquery/v2/projects/{P}/datasets/short/tables/t").body
    check(about["timePartitioning"]["expirationMs"], "86400000", "from the dataset")


def jwt(cloud, header=None, **claims):
    now = int(time.time())
    body = dict({"iss": servers.EMAIL, "scope": "https://www.googleapis.com/auth/bigquery", "aud": cloud.url("/token"), "iat": now,
                 "exp": now + 3600}, **claims)
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
             for part in (dict({"alg": "RS256", "typ": "JWT", "kid": "kid-1"}, **(header or {})), body)]
    signed = subprocess.run(["openssl", "dgst", "-sha256", "-sign", os.path.join(cloud.directory, "key.pem")], input=b".".join(parts),
                            capture_output=True, check=True).stdout
    return b".".join(parts + [base64.urlsafe_b64encode(signed).rstrip(b"=")]).decode()


def ask_token(cloud, assertion):
    form = urllib.parse.urlencode({"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}).encode()
    return cloud.ask("POST", "/token", form, {"Content-Type": "application/x-www-form-urlencoded"})


def test_tokens(cloud):
    reply = ask_token(cloud, jwt(cloud))
    check((reply.status, reply.body["token_type"]), (200, "Bearer"))
    head = {"Authorization": "Bearer " + reply.body["access_token"]}
    check(cloud.ask("GET", f"/bigquery/v2/projects/{P}/datasets", None, head).status, 200)
    check(cloud.ask("GET", "/storage/v1/b/bucket", None, head).reason(), "insufficientPermissions")
    check(cloud.ask("GET", f"/bigquery/v2/projects/{P}/datasets").status, 401)
    whole = jwt(cloud)
    for words, assertion in (("Signature", whole[:-8] + "AAAAAAAA"), ("audience", jwt(cloud, aud="https://example.com/token")),
                             ("account not found", jwt(cloud, iss="x@example.com")), ("short-lived", jwt(cloud, exp=int(time.time()) - 1)),
                             ("short-lived", jwt(cloud, iat=int(time.time()) + 4000, exp=int(time.time()) + 7000)),
                             ("scope", jwt(cloud, scope="")), ("Signature", jwt(cloud, header={"kid": "other"}))):
        reply = ask_token(cloud, assertion)
        if reply.status != 400 or words not in reply.body["error_description"]:
            raise AssertionError(f"{words}: {reply.status} {reply.body}")
    path = "/computeMetadata/v1/instance/service-accounts/default/token"
    check(cloud.ask("GET", path).status, 403, "without Metadata-Flavor")
    check(cloud.ask("GET", path, None, {"Metadata-Flavor": "Google"}).body["token_type"], "Bearer")
    cloud.admin("settings", {"token_life": 0})
    cloud.token = None
    check(cloud.call("GET", f"/bigquery/v2/projects/{P}/datasets").status, 401, "too old")
    cloud.admin("settings", {"token_life": 3599})
    cloud.token = None


def test_objects(cloud):
    cloud.admin("bucket/bucket")
    data = os.urandom(CHUNK + 5)

    def begin(more="", body=None):
        reply = cloud.call("POST", f"/upload/storage/v1/b/bucket/o?uploadType=resumable&name=a%2Fb.h5{more}", body or {})
        parts = urllib.parse.urlsplit(reply.headers.get("Location", ""))
        return reply.status, parts.path + "?" + parts.query

    status, session = begin("&ifGenerationMatch=0")
    _, other = begin("&ifGenerationMatch=0")
    check(cloud.call("PUT", session, data[:CHUNK], {"Content-Range": f"bytes 0-{CHUNK - 1}/{len(data)}"}).status, 308)
    made = cloud.call("PUT", session, data[CHUNK:], {"Content-Range": f"bytes {CHUNK}-{len(data) - 1}/{len(data)}"}).body
    check((made["crc32c"], made["md5Hash"]), (crc32c(data), base64.b64encode(hashlib.md5(data).digest()).decode()))
    check(crc32c(b"123456789"), base64.b64encode(bytes.fromhex("e3069283")).decode(), "the check value of CRC-32C")
    check(begin("&ifGenerationMatch=0")[0], 412, "at the start")
    check(cloud.call("PUT", other, data).status, 412, "at the last PUT")
    check(cloud.call("GET", "/storage/v1/b/bucket/o/a%2Fb.h5").body["generation"], made["generation"])
    check(cloud.call("GET", "/storage/v1/b/bucket/o/a%2Fb.h5?alt=media").body, data)
    check(cloud.call("GET", "/storage/v1/b/bucket/o/none").status, 404)
    status, session = begin(f"&ifGenerationMatch={made['generation']}", {"crc32c": "AAAAAA=="})
    check(cloud.call("PUT", session, data).status, 400, "another checksum")


def test_faults(cloud):
    path = f"/bigquery/v2/projects/{P}/datasets"
    cloud.faults({"at": 2, "path": "datasets", "do": "status", "status": 429, "retry_after": 3}, {"at": 3, "do": "malformed"},
                 {"at": 4, "do": "wrong_types"}, {"at": 5, "do": "cut_before"}, {"at": 6, "do": "cut_in_reply"}, {"at": 7, "do": "cut_after"})
    replies = [cloud.call("GET", path) for _ in range(4)]
    check([reply.status for reply in replies], [200, 429, 200, 200])
    check(replies[1].headers["Retry-After"], "3")
    check((isinstance(replies[2].body, bytes), replies[3].body["kind"]), (True, 7))
    for _ in range(3):
        try:
            cloud.call("GET", path)
        except (servers.http.client.HTTPException, OSError):
            continue
        raise AssertionError("a cut connection gave a reply")
    check([entry["fault"] for entry in cloud.log()],
          [None, "status", "malformed", "wrong_types", "cut_before", "cut_in_reply", "cut_after"])
    cloud.faults({"at": 1, "do": "cut_after"})
    try:
        Upload(cloud, "lost").begin(1)
    except (servers.http.client.HTTPException, OSError):
        pass
    group = os.path.join(cloud.directory, "group")
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as victim:
        with open(group, "w", encoding="ascii") as file:
            file.write(str(victim.pid))
        cloud.faults({"at": 1, "do": "kill_after", "group_file": group})
        cloud.call("GET", path)
        check(victim.wait(), -9, "killed")


def test_restart(cloud):
    rows = len(cloud.table("d", "target"))
    Upload(cloud, "before", "restarted").whole(lines(ROWS))
    cloud.stop()
    cloud.start()
    check(wait(cloud, "before")["statistics"]["load"]["outputRows"], "2", "a job outlives the server")
    check(len(cloud.table("d", "target")), rows)
    reply = Upload(cloud, "alone", "unasked").whole(lines(ROWS))
    check(reply.body["status"]["state"], "PENDING")
    time.sleep(2.1)
    check("d.unasked" in [f"d.{one['tableReference']['tableId']}" for one in
                          cloud.call("GET", f"/bigquery/v2/projects/{P}/datasets/d/tables").body["tables"]], True, "unasked jobs end")


with servers.Cloud() as running:
    for test in (test_loads, test_chunks, test_scripts, test_pages, test_places, test_tokens, test_objects, test_faults, test_restart):
        test(running)
        print(f"{test.__name__}: passed")
