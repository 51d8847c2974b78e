"""Faults: what goes wrong at which request. A rule is a JSON object:

    {"at": 3, "do": "status", "status": 503}      at the third request
    {"at": 1, "times": 2, "method": "PUT", "path": "/upload/", "do": "cut_after"}    at the first two matching requests

`do`, with what else the rule may say:
    status          a reply that is an error: status, reason, message, retry_after (seconds); nothing is done
    cut_before      the connection is cut when the request's head has come
    cut_in_request  ... when half of its body has come
    cut_in_reply    the request is carried out, half of the reply is sent
    cut_after       the request is carried out, no reply is sent
    stall           the request is carried out, the reply's head is sent and nothing follows
    endless         ... and blanks follow, one in a while, without end
    slow            the reply comes a byte at a time: seconds (in all)
    huge            the reply's body is `bytes` long (1 GiB)
    malformed       the reply is half of its JSON, complete as HTTP
    wrong_types     every value of the reply's JSON is of another type
    range           the Range of a 308 reply is `value`; "" for none
    short           only part of a chunk is kept, as Range tells
    session_gone    the upload session is forgotten: status 404 or 410
    unauthorized    all tokens are forgotten before the request
    job_fails       the next job ends with an error: reason, message
    conflict        the next job ends as a transaction that another one got in the way of
    kill_before, kill_after   the process group of which `group_file` holds the number is killed, before or after the
                    request is carried out
"""
import json
import os
import re
import signal
import time

from wire import Refusal

KINDS = {"status", "cut_before", "cut_in_request", "cut_in_reply", "cut_after", "stall", "endless", "slow", "huge", "malformed",
         "wrong_types", "range", "short", "session_gone", "unauthorized", "job_fails", "conflict", "kill_before", "kill_after"}
REASONS = {400: "invalid", 401: "authError", 403: "accessDenied", 404: "notFound", 409: "duplicate", 429: "rateLimitExceeded",
           500: "internalError", 503: "backendError"}


class Faults:
    def __init__(self):
        self.rules = []

    def set(self, rules):
        for rule in rules:
            if rule.get("do") not in KINDS or not isinstance(rule.get("at"), int):
                raise Refusal(400, "invalid", f"not a fault: {rule}")
        self.rules = [dict(rule, seen=0) for rule in rules]

    def next(self, method, target):
        """The rule that this request meets, or None; counts the request."""
        met = None
        for rule in self.rules:
            if re.search(rule.get("method", ""), method) and re.search(rule.get("path", ""), target):
                rule["seen"] += 1
                if met is None and rule["at"] <= rule["seen"] < rule["at"] + rule.get("times", 1):
                    met = rule
        return met


def refusal(rule):
    status = rule["status"]
    headers = {"Retry-After": str(rule["retry_after"])} if "retry_after" in rule else {}
    reason = rule.get("reason", REASONS.get(status, "unknown"))
    return Refusal(status, reason, rule.get("message", f"planted: {status} {reason}"), headers)


def arm(rule, state, request, resumable):
    """What a rule does to the service before the request is carried out."""
    if rule["do"] == "unauthorized":
        state.db.execute("DELETE FROM _tokens")
    elif rule["do"] == "short":
        request.short = True
    elif rule["do"] == "session_gone" and "upload_id" in request.query:
        resumable.forget(request.query["upload_id"])
        state.db.execute("COMMIT")  # it stays forgotten, though the request is refused
        state.db.execute("BEGIN IMMEDIATE")
        raise Refusal(rule.get("status", 410), "gone", "planted: the upload session is gone")
    elif rule["do"] == "job_fails":
        state.forced.append({"reason": rule.get("reason", "backendError"), "conflict": False, "message":
                             rule.get("message", "planted: an error occurred and the job could not be completed")})
    elif rule["do"] == "conflict":
        state.forced.append({"reason": "invalidQuery", "conflict": True, "message": "Query error: Transaction is aborted due to "
                             "concurrent update against table planted:by.fault. Transaction ID: 1 at [2:1]"})


def kill(rule):
    with open(rule["group_file"], encoding="ascii") as file:
        group = int(file.read())
    if group != os.getpgrp():
        os.killpg(group, signal.SIGKILL)


def other_types(value):
    """The value with everything in it of another type."""
    if isinstance(value, dict):
        return {name: other_types(one) for name, one in value.items()}
    if isinstance(value, list):
        return {"planted": "an object, not a list"}
    if isinstance(value, bool) or value is None:
        return "planted"
    return 7 if isinstance(value, str) else "planted"


def change(rule, reply):
    """The reply as the rule spoils it."""
    if rule["do"] == "malformed":
        reply.body = reply.body[:len(reply.body) // 2] or b'{"kind'
    elif rule["do"] == "wrong_types":
        try:
            reply.body = json.dumps(other_types(json.loads(reply.body))).encode()
        except ValueError:
            reply.body = b"[7]"
    elif rule["do"] == "range" and reply.status == 308:
        reply.headers.pop("Range", None)
        if rule.get("value"):
            reply.headers["Range"] = rule["value"]
    return reply


def trickle(rule, send, head, body):
    """Sends a reply that stalls, never ends, or takes its time. The client ends it, or this server's end does."""
    if rule["do"] == "slow":
        send(head)
        for byte in body:
            send(bytes([byte]))
            time.sleep(rule.get("seconds", 1) / max(len(body), 1))
        return
    if rule["do"] == "huge":
        size = rule.get("bytes", 1 << 30)
        send(re.sub(rb"Content-Length: \d+", b"Content-Length: %d" % size, head))
        block = b" " * 65536
        for _ in range(size // len(block)):
            send(block)
        return
    send(re.sub(rb"Content-Length: \d+", b"Content-Length: 1000000000", head))
    while rule["do"] == "endless":
        send(b" ")
        time.sleep(rule.get("seconds", 0.2))
    time.sleep(rule.get("seconds", 600))
