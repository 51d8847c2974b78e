"""BigQuery's jobs: insert, get, cancel, query, getQueryResults. A job runs when it has been asked for often enough or
after a while, whichever is first, so it also ends when its client is gone."""
import json
import re
import secrets

import load as loads
from sqltext import constant
from statements import Script
from values import CANONICAL, Field
from wire import Refusal, Reply, only, whole

QUERY = {"query", "useLegacySql", "queryParameters", "parameterMode", "defaultDataset", "destinationTable", "priority",
         "useQueryCache", "writeDisposition", "createDisposition", "maximumBytesBilled", "allowLargeResults"}
SHORT_QUERY = {"kind", "query", "maxResults", "defaultDataset", "timeoutMs", "dryRun", "useQueryCache", "useLegacySql",
               "parameterMode", "queryParameters", "location", "formatOptions", "requestId", "labels", "jobTimeoutMs",
               "jobCreationMode", "maximumBytesBilled"}


def parameters(given, mode):
    """The constants of queryParameters: by name in lower case, or by position."""
    found = {}
    for number, about in enumerate(given or []):
        kind = (about.get("parameterType") or {}).get("type")
        value = about.get("parameterValue") or {}
        if kind == "ARRAY":
            element = CANONICAL.get(about["parameterType"].get("arrayType", {}).get("type"))
            held = [one.get("value") for one in value.get("arrayValues") or []]
        else:
            element, held = CANONICAL.get(kind), [value.get("value")]
        if element is None:
            raise Refusal(400, "invalid", f"Query parameter {number} has no valid type: {kind}")
        field = Field("parameter", element)
        try:
            held = [None if one is None else field.load(one) for one in held]
        except ValueError as error:
            raise Refusal(400, "invalidQuery", f"Invalid value for type {element}: {error}") from None
        name = about.get("name", "").lower() if mode == "NAMED" else number
        found[name] = constant(held, ("ARRAY", element), False) if kind == "ARRAY" else constant(held[0], element, False)
    return found


class Jobs:
    def __init__(self, state):
        self.state = state

    # Making

    def check(self, body, project, uploaded):
        """The job of an insert, checked: its reference complete, its location that of what it touches."""
        only(body, {"jobReference", "configuration", "kind"}, "job")
        about = body.get("configuration")
        if not isinstance(about, dict):
            raise Refusal(400, "required", "Required parameter is missing: configuration")
        only(about, {"load", "query", "labels", "jobTimeoutMs", "dryRun", "jobType"}, "job.configuration")
        if uploaded and "load" not in about or not uploaded and "query" not in about:
            raise Refusal(400, "required", "Load configuration must specify at least one source URI" if "load" in about else
                          "Required parameter is missing: configuration.load or configuration.query")
        reference = body.setdefault("jobReference", {})
        only(reference, {"projectId", "jobId", "location"}, "job.job_reference")
        if reference.setdefault("projectId", project) != project:
            raise Refusal(400, "invalid", "Value '" + reference["projectId"] + "' in content does not agree with value '" + project + "'.")
        reference.setdefault("jobId", "job_" + secrets.token_urlsafe(20))
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,1024}", str(reference["jobId"])):
            raise Refusal(400, "invalid", f"Invalid job ID \"{reference['jobId']}\". Job IDs must be alphanumeric (plus underscores and "
                                          "dashes) and must be at most 1024 characters long.")
        if "load" in about:
            loads.check(about["load"])
            at = about["load"]["destinationTable"]
            home = self.state.dataset(at["projectId"], at["datasetId"])["location"]
            if reference.setdefault("location", home).lower() != home.lower():
                raise Refusal(404, "notFound", f"Not found: Dataset {at['projectId']}:{at['datasetId']} was not found in location "
                                               f"{reference['location']}")
        else:
            self.check_query(about["query"], reference, project)
        return body

    def check_query(self, query, reference, project):
        only(query, QUERY, "job.configuration.query")
        if not isinstance(query.get("query"), str) or not query["query"].strip():
            raise Refusal(400, "required", "Required parameter is missing: query")
        if query.get("useLegacySql", True):
            raise Refusal(400, "invalidQuery", "Legacy SQL is not understood by this server: useLegacySql must be false")
        reference.setdefault("location", self.guess_location(query["query"], project))

    def guess_location(self, text, project):
        """That of the first dataset which the text names, as the service finds it out."""
        for row in self.state.db.execute("SELECT dataset, body FROM _datasets WHERE project = ?", (project,)).fetchall():
            if re.search(rf"\b{re.escape(row[0])}\b", text):
                return json.loads(row[1])["location"]
        return self.state.setting("location")

    def refuse_duplicate(self, reference):
        if self.state.db.execute("SELECT 1 FROM _jobs WHERE project = ? AND id = ? AND location = ?", (
                reference["projectId"], reference["jobId"], reference["location"])).fetchone():
            raise Refusal(409, "duplicate", f"Already Exists: Job {reference['projectId']}:{reference['location']}.{reference['jobId']}")

    def make(self, body, path=None):
        """Saves a checked job; it runs later."""
        reference = body["jobReference"]
        self.refuse_duplicate(reference)
        now = str(self.state.now_ms())
        body.update(kind="bigquery#job", etag=secrets.token_hex(8), user_email="someone@example.com",
                    id=f"{reference['projectId']}:{reference['location']}.{reference['jobId']}",
                    status={"state": "PENDING"}, statistics={"creationTime": now})
        body["configuration"]["jobType"] = "LOAD" if "load" in body["configuration"] else "QUERY"
        self.take_forced(body)
        body["_path"] = path
        polls = self.state.setting("polls")
        self.state.db.execute("INSERT INTO _jobs VALUES (?, ?, ?, ?, ?, ?)", (
            reference["projectId"], reference["jobId"], reference["location"],
            self.state.now() + self.state.setting("job_seconds"), polls, json.dumps(body)))
        if polls == 0:
            self.run(body)
        return body

    def take_forced(self, body):
        """Gives the job the first planted error that is for it: a conflict is for transactions alone."""
        moves = "BEGIN TRANSACTION" in body["configuration"].get("query", {}).get("query", "").upper()
        for forced in self.state.forced:
            if moves or not forced["conflict"]:
                body["_forced"] = forced
                self.state.forced.remove(forced)
                return

    # Running

    def settle(self):
        """Runs the jobs whose time has come."""
        for row in self.state.db.execute("SELECT body FROM _jobs WHERE due <= ? ORDER BY rowid", (self.state.now(),)).fetchall():
            self.run(json.loads(row[0]))

    def run(self, body):
        """The job's work, done or undone as a whole, and its end."""
        body["statistics"].update(startTime=str(self.state.now_ms()))
        db, error, results = self.state.db, None, None
        db.execute("SAVEPOINT job")
        try:
            forced = body.pop("_forced", None)
            if forced and not forced["conflict"]:
                raise loads.Failed(forced["reason"], forced["message"])
            if "load" in body["configuration"]:
                body["statistics"]["load"] = loads.run(self.state, body["configuration"]["load"], self.state.upload_path(body["_path"]))
            else:
                results = self.run_query(body)
            if forced:
                raise loads.Failed(forced["reason"], forced["message"])
        except (Refusal, loads.Failed) as failed:
            db.execute("ROLLBACK TO job")
            error = {"reason": failed.reason, "message": failed.message}
            results = None
        db.execute("RELEASE job")
        body["status"] = {"state": "DONE"}
        if error:
            body["status"].update(errorResult=error, errors=[error])
        body["statistics"]["endTime"] = str(self.state.now_ms())
        self.save(body, None, 0)
        for number, row in enumerate(results or []):
            db.execute("INSERT OR REPLACE INTO _results VALUES (?, ?, ?)", (body["id"], number, json.dumps(row)))

    def run_query(self, body):
        query, reference = body["configuration"]["query"], body["jobReference"]
        named = {"@": parameters(query.get("queryParameters"), query.get("parameterMode", "NAMED"))}
        dataset = (query.get("defaultDataset") or {}).get("datasetId")
        script = Script(query["query"], named, self.state, reference["projectId"], dataset, reference["location"])
        outcome = script.run()
        kind = outcome.kinds[0] if len(outcome.kinds) == 1 else "SCRIPT"
        about = {"statementType": kind, "totalBytesProcessed": "0", "cacheHit": False}
        if kind in ("INSERT", "DELETE"):
            about.update(numDmlAffectedRows=str(outcome.changed), dmlStats={
                "insertedRowCount": str(outcome.inserted), "deletedRowCount": str(outcome.deleted)})
        if kind == "SCRIPT":
            body["statistics"]["numChildJobs"] = str(len(outcome.kinds))
        body["statistics"].update(query=about, totalBytesProcessed="0")
        body["_fields"] = [field.to_api() for field in outcome.fields] if outcome.fields is not None else []
        body["_changed"] = outcome.changed if kind in ("INSERT", "DELETE") else None
        return outcome.rows

    def save(self, body, due, polls):
        reference = body["jobReference"]
        self.state.db.execute("UPDATE _jobs SET body = ?, due = ?, polls = ? WHERE project = ? AND id = ? AND location = ?", (
            json.dumps(body), due, polls, reference["projectId"], reference["jobId"], reference["location"]))

    # Asking

    def find(self, project, name, location):
        """The job. Outside of the multi-regions US and EU it is found only with its location."""
        rows = self.state.db.execute("SELECT body, due, polls FROM _jobs WHERE project = ? AND id = ?", (project, name)).fetchall()
        for body, due, polls in rows:
            body = json.loads(body)
            home = body["jobReference"]["location"]
            if (location or "").lower() == home.lower() or not location and home in ("US", "EU"):
                return body, due, polls
        raise Refusal(404, "notFound", f"Not found: Job {project}:{location + '.' if location else ''}{name}")

    def asked(self, project, name, location):
        """The job after one more question about it."""
        body, due, polls = self.find(project, name, location)
        if body["status"]["state"] == "DONE":
            return body
        if polls <= 1:
            self.run(body)
        else:
            body["status"] = {"state": "RUNNING"}
            body["statistics"]["startTime"] = str(self.state.now_ms())
            self.save(body, due, polls - 1)
        return body

    @staticmethod
    def shown(body):
        return {name: value for name, value in body.items() if not name.startswith("_")}

    def insert(self, request, project):
        return Reply(200, self.shown(self.make(self.check(request.json(), project, False))))

    def get(self, request, project, name):
        return Reply(200, self.shown(self.asked(project, name, request.query.get("location"))))

    def cancel(self, request, project, name):
        body, _, _ = self.find(project, name, request.query.get("location"))
        if body["status"]["state"] != "DONE":
            body["_forced"] = {"reason": "stopped", "conflict": False, "message": "Job execution was cancelled: User requested cancellation"}
            self.run(body)
        return Reply(200, {"kind": "bigquery#jobCancelResponse", "job": self.shown(body)})

    def query(self, request, project):
        given = request.json()
        only(given, SHORT_QUERY, "query_request")
        reference = {"projectId": project}
        if given.get("location"):
            reference["location"] = given["location"]
        query = {name: given[name] for name in QUERY & set(given)}
        body = self.make(self.check({"jobReference": reference, "configuration": {"query": query}}, project, False))
        micros = (given.get("formatOptions") or {}).get("useInt64Timestamp") in (True, "true")
        limit = whole(given["maxResults"], "maxResults") if "maxResults" in given else None
        return Reply(200, self.page(body, "bigquery#queryResponse", 0, limit, micros))

    def results(self, request, project, name):
        body = self.asked(project, name, request.query.get("location"))
        if body["configuration"]["jobType"] != "QUERY":
            raise Refusal(400, "invalid", f"Job {body['id']} is not a query")
        first = whole(request.query.get("pageToken") or request.query.get("startIndex") or 0, "pageToken")
        limit = whole(request.query["maxResults"], "maxResults") if "maxResults" in request.query else None
        micros = request.query.get("formatOptions.useInt64Timestamp") == "true"
        return Reply(200, self.page(body, "bigquery#getQueryResultsResponse", first, limit, micros))

    def page(self, body, kind, first, limit, micros):
        """A page of the results, or that there are none yet; a failed job is an error."""
        reply = {"kind": kind, "jobReference": body["jobReference"], "jobComplete": body["status"]["state"] == "DONE"}
        if not reply["jobComplete"]:
            return reply
        error = body["status"].get("errorResult")
        if error:
            status = {"notFound": 404, "duplicate": 409, "accessDenied": 403, "backendError": 503, "internalError": 500}
            raise Refusal(status.get(error["reason"], 400), error["reason"], error["message"])
        fields = [Field.from_api(about) for about in body.get("_fields", [])]
        total = self.state.db.execute("SELECT count(*) FROM _results WHERE job = ?", (body["id"],)).fetchone()[0]
        limit = min(limit if limit is not None else total, self.state.setting("page_rows"))
        rows = self.state.db.execute("SELECT row FROM _results WHERE job = ? AND number >= ? ORDER BY number LIMIT ?",
                                     (body["id"], first, limit)).fetchall()
        reply.update(totalRows=str(total), totalBytesProcessed="0", cacheHit=False, etag="e")
        reply["schema"] = {"fields": [field.to_api() for field in fields]}
        if body.get("_changed") is not None:
            reply["numDmlAffectedRows"] = str(body["_changed"])
        if rows:
            reply["rows"] = [{"f": [{"v": field.send(cell, micros)} for field, cell in zip(fields, json.loads(row[0]))]}
                             for row in rows]
        if first + len(rows) < total:
            reply["pageToken"] = str(first + len(rows))
        return reply
