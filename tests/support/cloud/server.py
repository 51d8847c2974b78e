#!/usr/bin/env python3
"""BigQuery, Cloud Storage, the token endpoint and the metadata server in one process on one port of 127.0.0.1.

    server.py DIR       keeps what it holds in DIR; prints the port and serves until it is killed

/_admin/ is for tests: faults, settings, log, settle (README.md).
"""
import http.server
import json
import os
import socket
import socketserver
import sys
import threading

import faults as fault
from identity import Identity
from jobs import Jobs
from resumable import Resumable
from state import State
from storage import Storage
from tables import Tables
from wire import Refusal, Reply, Request

BIGQUERY = ["https://www.googleapis.com/auth/bigquery", "https://www.googleapis.com/auth/cloud-platform"]
STORAGE = ["https://www.googleapis.com/auth/devstorage." + word for word in ("read_write", "full_control")] + BIGQUERY[1:]


class Services:
    """Finds out who answers a request."""

    def __init__(self, directory):
        self.state = State(directory)
        self.tables, self.jobs = Tables(self.state), Jobs(self.state)
        self.storage, self.identity = Storage(self.state), Identity(self.state)
        self.resumable = Resumable(self.state, {
            "bigquery": lambda about, upload: self.jobs.shown(self.jobs.make(about, upload)), "storage": self.storage.finish})
        self.storage.resumable = self.resumable

    def answer(self, request, rule):
        """The reply; what a refused request did is undone."""
        with self.state.lock:
            self.state.db.execute("BEGIN IMMEDIATE")
            try:
                self.jobs.settle()
                self.state.db.execute("COMMIT")
                self.state.db.execute("BEGIN IMMEDIATE")
                if rule:
                    fault.arm(rule, self.state, request, self.resumable)
                reply = self.route(request)
            except Refusal as refused:
                self.state.db.execute("ROLLBACK")
                return refused.reply()
            except BaseException:
                self.state.db.execute("ROLLBACK")
                raise
            self.state.db.execute("COMMIT")
            return reply

    def route(self, request):
        path = request.raw_path
        if path == "/token":
            return self.identity.token(request)
        if path == "/" or path.startswith("/computeMetadata/"):
            return self.identity.metadata(request)
        if "upload_id" in request.query and path.startswith("/upload/"):
            if request.method != "PUT":
                raise Refusal(405, "methodNotAllowed", "an upload session takes PUT")
            return self.resumable.put(request, request.query["upload_id"])
        for prefix, scopes, route in (("/bigquery/v2/", BIGQUERY, self.bigquery), ("/upload/bigquery/v2/", BIGQUERY, self.upload),
                                      ("/storage/v1/", STORAGE, self.objects),
                                      ("/upload/storage/v1/", STORAGE, self.upload_object)):
            if path.startswith(prefix):
                self.state.authorize(request, scopes)
                return route(request, request.segments(prefix))
        raise self.unknown(request)

    @staticmethod
    def unknown(request):
        return Refusal(404, "notFound", f"{request.method} {request.raw_path} is not a method of these services")

    def bigquery(self, request, parts):
        """projects/P/..."""
        if len(parts) < 3 or parts[0] != "projects":
            raise self.unknown(request)
        project, kind, rest = parts[1], parts[2], parts[3:]
        method = request.method
        if kind == "datasets":
            call = {0: (self.tables.dataset_list, ("GET", "POST")), 1: (self.tables.dataset, ("GET", "DELETE")),
                    2: (self.tables.table_list, ("GET", "POST")), 3: (self.tables.table, ("GET", "PATCH", "DELETE"))}.get(len(rest))
            if call and method in call[1] and rest[1:2] in ([], ["tables"]):
                return call[0](request, project, *rest[:1], *rest[2:])
        if kind == "jobs" and not rest and method == "POST":
            return self.jobs.insert(request, project)
        if kind == "jobs" and len(rest) == 1 and method == "GET":
            return self.jobs.get(request, project, rest[0])
        if kind == "jobs" and rest[1:] == ["cancel"] and method == "POST":
            return self.jobs.cancel(request, project, rest[0])
        if kind == "queries" and not rest and method == "POST":
            return self.jobs.query(request, project)
        if kind == "queries" and len(rest) == 1 and method == "GET":
            return self.jobs.results(request, project, rest[0])
        raise self.unknown(request)

    def upload(self, request, parts):
        """projects/P/jobs?uploadType=resumable"""
        if len(parts) != 3 or parts[0] != "projects" or parts[2] != "jobs" or request.method != "POST":
            raise self.unknown(request)
        if request.query.get("uploadType") != "resumable":
            raise Refusal(400, "invalid", "only uploadType=resumable is understood by this server")
        job = self.jobs.check(request.json(), parts[1], True)
        if self.state.setting("duplicate_at") == "start":
            self.jobs.refuse_duplicate(job["jobReference"])
        return self.resumable.begin(request, "bigquery", job)

    def objects(self, request, parts):
        """b/BUCKET, b/BUCKET/o, b/BUCKET/o/NAME (its slashes written as %2F)"""
        if len(parts) == 2 and parts[0] == "b":
            return self.storage.bucket_get(request, parts[1])
        if len(parts) == 3 and parts[0] == "b" and parts[2] == "o" and request.method == "GET":
            return self.storage.object_list(request, parts[1])
        if len(parts) == 4 and parts[0] == "b" and parts[2] == "o":
            return self.storage.object(request, parts[1], parts[3])
        raise self.unknown(request)

    def upload_object(self, request, parts):
        if len(parts) != 3 or parts[0] != "b" or parts[2] != "o" or request.method != "POST":
            raise self.unknown(request)
        return self.storage.begin(request, parts[1])


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    services = faults = log = None

    def setup(self):
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def handle(self):
        try:
            super().handle()
        except (ConnectionError, TimeoutError):
            pass  # the client has gone

    def log_message(self, *_):
        pass

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.serve
        raise AttributeError(name)

    def body(self, part=1.0):
        """The request's body, or the first part of it."""
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            found = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                found += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return found
        length = int(self.headers.get("Content-Length") or 0)
        return self.rfile.read(int(length * part)) if length else b""

    def cut(self):
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def serve(self):
        if self.path.startswith("/_admin/"):
            return self.send(self.admin())
        rule = self.faults.next(self.command, self.path)
        entry = {"number": len(self.log) + 1, "method": self.command, "target": self.path, "fault": rule and rule["do"],
                 "range": self.headers.get("Content-Range")}
        self.log.append(entry)
        do = rule["do"] if rule else ""
        if do == "kill_before":
            fault.kill(rule)
        if do in ("cut_before", "cut_in_request"):
            if do == "cut_in_request":
                self.body(0.5)
            return self.cut()
        request = Request(self.command, self.path, self.headers, self.body())
        entry["bytes"] = len(request.body)
        if self.command in ("POST", "PUT", "PATCH") and "Content-Length" not in self.headers \
                and "Transfer-Encoding" not in self.headers:
            reply = Refusal(411, "lengthRequired", "POST requests require a Content-length header.").reply()
        elif do == "status":
            reply = fault.refusal(rule).reply()
        else:
            reply = self.services.answer(request, rule)
        entry["status"] = reply.status
        self.finish_reply(rule, do, reply)

    def finish_reply(self, rule, do, reply):
        if do == "kill_after":
            fault.kill(rule)
        if do == "cut_after":
            return self.cut()
        if rule:
            reply = fault.change(rule, reply)
        if do == "cut_in_reply":
            head, body = self.spelled(reply)
            self.wfile.write(head + body[:len(body) // 2] if body else head[:len(head) // 2])
            return self.cut()
        if do in ("stall", "endless", "slow", "huge"):
            fault.trickle(rule, self.wfile.write, *self.spelled(reply))
            return self.cut() if do != "slow" else None
        return self.send(reply)

    def spelled(self, reply):
        headers = dict({"Server": "ESF"}, **reply.headers)
        headers["Content-Length"] = str(len(reply.body))
        phrase = {308: "Resume Incomplete"}.get(reply.status, self.responses.get(reply.status, ("?",))[0])
        head = f"HTTP/1.1 {reply.status} {phrase}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        if reply.status == 204:
            head = head.replace("Content-Length: 0\r\n", "")
        return (head + "\r\n").encode(), reply.body

    def send(self, reply):
        self.wfile.write(b"".join(self.spelled(reply)))

    def admin(self):
        """What tests ask and tell: /_admin/faults, settings, log, settle, save, restore, bucket/NAME."""
        request, what = Request(self.command, self.path, self.headers, self.body()), self.path[len("/_admin/"):]
        state = self.services.state
        try:
            with state.lock:
                if what == "faults":
                    self.faults.set(request.json()["faults"])
                    self.log.clear()
                    state.forced.clear()
                elif what == "settings":
                    state.set(request.json())
                elif what == "log":
                    return Reply(200, {"log": self.log})
                elif what == "settle":
                    state.db.execute("UPDATE _jobs SET due = 0 WHERE due IS NOT NULL")
                    self.services.jobs.settle()
                elif what in ("save", "restore"):
                    self.services.state.copy(what == "save")
                elif what.startswith("bucket/"):
                    state.db.execute("INSERT OR IGNORE INTO _buckets VALUES (?)", (what[len("bucket/"):],))
                else:
                    raise Refusal(404, "notFound", f"nothing is called {what}")
        except Refusal as refused:
            return refused.reply()
        return Reply(200, {})


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)  # a mistake of this server: to standard error


def main():
    Handler.services, Handler.faults, Handler.log = Services(sys.argv[1]), fault.Faults(), []
    server = Server(("127.0.0.1", 0), Handler)
    print(json.dumps({"port": server.server_address[1]}), flush=True)
    threading.Thread(target=end_with_parent, daemon=True).start()
    server.serve_forever()


def end_with_parent():
    """Ends the server when whoever started it is gone: its end of standard input closes."""
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
