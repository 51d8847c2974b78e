"""Requests and replies as the services see them, and errors in the form that Google's JSON APIs give them."""
import json
import urllib.parse

STATUS_WORDS = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
                409: "ALREADY_EXISTS", 412: "FAILED_PRECONDITION", 429: "RESOURCE_EXHAUSTED", 500: "INTERNAL",
                503: "UNAVAILABLE"}


class Refusal(Exception):
    """A reply that is an error: HTTP status, Google's reason, message, further headers."""

    def __init__(self, status, reason, message, headers=None):
        super().__init__(message)
        self.status, self.reason, self.message, self.headers = status, reason, message, headers or {}

    def reply(self):
        return Reply(self.status, {"error": {
            "code": self.status, "message": self.message,
            "errors": [{"message": self.message, "domain": "global", "reason": self.reason}],
            "status": STATUS_WORDS.get(self.status, "UNKNOWN")}}, self.headers)


class Reply:
    """Status, headers and body; a body that is not bytes is sent as JSON."""

    def __init__(self, status=200, body=None, headers=None):
        self.status, self.headers = status, dict(headers or {})
        if body is None:
            self.body = b""
        elif isinstance(body, bytes):
            self.body = body
        else:
            self.body = json.dumps(body, indent=1).encode()
            self.headers.setdefault("Content-Type", "application/json; charset=UTF-8")


class Request:
    """Method, decoded path, parameters of the query, headers (lower-case names) and body."""

    def __init__(self, method, target, headers, body):
        parts = urllib.parse.urlsplit(target)
        self.method, self.target, self.body = method, target, body
        self.raw_path = parts.path
        self.query = dict(urllib.parse.parse_qsl(parts.query, keep_blank_values=True))
        self.headers = {name.lower(): value for name, value in headers.items()}

    def segments(self, prefix):
        """The decoded parts of the path after the prefix."""
        rest = self.raw_path[len(prefix):].strip("/")
        return [urllib.parse.unquote(part) for part in rest.split("/")] if rest else []

    def base(self):
        return "http://" + self.headers["host"]

    def content_type(self):
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    def json(self):
        """The body as a JSON object; an empty one if there is no body."""
        if not self.body:
            return {}
        if self.content_type() != "application/json":
            raise Refusal(400, "badContent", f"Unsupported content with type: {self.content_type() or 'none'}")
        try:
            value = json.loads(self.body.decode("utf-8"), parse_constant=_no_constant)
        except ValueError as error:
            raise Refusal(400, "parseError", f"Invalid JSON payload received. {error}") from None
        if not isinstance(value, dict):
            raise Refusal(400, "parseError", "Invalid JSON payload received. Root element must be a message.")
        return value


def _no_constant(text):
    raise ValueError(f"Unexpected token: {text}")


def only(body, known, where):
    """Refuses members that the documented message does not have."""
    for name in body:
        if name not in known:
            raise Refusal(400, "invalid", f'Invalid JSON payload received. Unknown name "{name}" at \'{where}\': '
                                          "Cannot find field.")


def whole(value, where, low=0):
    """An int64 of a message, which JSON carries as text or as a number."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise Refusal(400, "invalid", f"Invalid value at '{where}' (TYPE_INT64): {value!r}")
    try:
        number = int(value)
    except ValueError:
        raise Refusal(400, "invalid", f"Invalid value at '{where}' (TYPE_INT64), \"{value}\"") from None
    if number < low:
        raise Refusal(400, "invalid", f"Invalid value at '{where}': {number}")
    return number
