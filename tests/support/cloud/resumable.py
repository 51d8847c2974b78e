"""Resumable uploads, the same for BigQuery and Cloud Storage: a session is begun, fed in chunks, asked about, finished."""
import json
import os
import re
import secrets

from wire import Refusal, Reply, whole

CHUNK = 262144  # bytes; chunks are multiples of it, but the last
RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)$")


class Resumable:
    """`finish[service](session, path)` makes the thing that was uploaded and returns its resource."""

    def __init__(self, state, finish):
        self.state, self.finish = state, finish

    def begin(self, request, service, about):
        """Answers the first request of an upload: Location is the session."""
        headers = request.headers
        if request.body and request.content_type() != "application/json":
            raise Refusal(400, "badContent", f"Unsupported content with type: {request.content_type() or 'none'}")
        total = headers.get("x-upload-content-length")
        if total is not None:
            total = whole(total, "X-Upload-Content-Length")
        if service == "bigquery" and not headers.get("x-upload-content-type"):
            raise Refusal(400, "badContent", "X-Upload-Content-Type is missing")
        name = secrets.token_urlsafe(24)
        session = {"service": service, "about": about, "total": total, "result": None}
        self.state.db.execute("INSERT INTO _sessions VALUES (?, ?, ?)", (name, self.state.now(), json.dumps(session)))
        open(self.state.upload_path(name), "wb").close()
        return Reply(200, None, {"Location": f"{request.base()}{request.raw_path}?uploadType=resumable&upload_id={name}",
                                 "X-GUploader-UploadID": name})

    def forget(self, name):
        self.state.db.execute("DELETE FROM _sessions WHERE id = ?", (name,))

    def put(self, request, name):
        row = self.state.db.execute("SELECT created, body FROM _sessions WHERE id = ?", (name,)).fetchone()
        if row is None or row[0] + self.state.setting("session_seconds") < self.state.now():
            raise Refusal(404, "notFound", "Not Found: the upload session does not exist or has expired")
        session, path = json.loads(row[1]), self.state.upload_path(name)
        if session["result"] is not None:
            return Reply(200, session["result"])
        first, total = self.parse(request)
        if total is not None:
            if session["total"] not in (None, total):
                raise Refusal(400, "invalid", f"Content-Range says {total} bytes in all, earlier requests {session['total']}")
            session["total"] = total
        if first is not None:
            self.keep(path, first, request, session["total"])
        held = os.path.getsize(path)
        if session["total"] is None or held < session["total"]:
            self.save(name, session)
            return Reply(308, None, {"Range": f"bytes=0-{held - 1}"} if held else {})
        session["result"] = self.finish[session["service"]](session["about"], name)
        self.save(name, session)
        return Reply(200, session["result"])

    def save(self, name, session):
        self.state.db.execute("UPDATE _sessions SET body = ? WHERE id = ?", (json.dumps(session), name))

    @staticmethod
    def parse(request):
        """First byte of the body within the upload (None for a mere question) and the upload's size if it is told."""
        text, size = request.headers.get("content-range"), len(request.body)
        if text is None:
            return 0, size
        match = RANGE.match(text)
        if not match:
            raise Refusal(400, "invalid", f"Failed to parse Content-Range header: {text}")
        total = None if match[3] == "*" else int(match[3])
        if match[1] is None:
            if size:
                raise Refusal(400, "invalid", "A request for the upload's state has no body")
            return (0 if total == 0 else None), total
        first, last = int(match[1]), int(match[2])
        if last - first + 1 != size:
            raise Refusal(400, "invalid", f"Invalid request. Content-Range {text} does not describe a body of {size} bytes")
        if total is not None and last >= total:
            raise Refusal(400, "invalid", f"Invalid request. Content-Range {text} ends behind the upload")
        if (total is None or last + 1 < total) and size % CHUNK:
            raise Refusal(400, "invalid", f"Invalid request. The number of bytes uploaded is required to be equal or greater than "
                                          f"{CHUNK}, except for the final request, and a multiple of it; received {size}")
        return first, total

    @staticmethod
    def keep(path, first, request, total):
        """Appends what is new of the body. What is sent again must be the same bytes."""
        held, body = os.path.getsize(path), request.body
        if first > held:
            raise Refusal(400, "invalid", f"Invalid request. According to the Content-Range header, the upload offset is {first} "
                                          f"byte(s), which exceeds already uploaded size of {held} byte(s).")
        again = body[:held - first]
        with open(path, "r+b") as file:
            file.seek(first)
            if file.read(len(again)) != again:
                raise Refusal(400, "invalid", "Invalid request. Bytes sent again differ from those uploaded before")
            new = body[held - first:]
            if getattr(request, "short", False):  # a fault: only part of the chunk is kept
                new = new[:len(new) // 2 // CHUNK * CHUNK]
            file.seek(0, os.SEEK_END)
            file.write(new)
