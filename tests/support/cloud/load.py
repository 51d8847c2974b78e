"""Load jobs: newline-delimited JSON, plain or gzip in any number of members, into a table, checked cell by cell."""
import decimal
import gzip
import json
import zlib

from state import fields_of, quoted, sqlite_name
from tables import complete, schema_fields
from wire import Refusal, only

LOAD = {"destinationTable", "sourceFormat", "schema", "writeDisposition", "createDisposition", "sourceUris",
        "maxBadRecords", "ignoreUnknownValues", "autodetect", "encoding", "timePartitioning", "clustering",
        "destinationTableProperties", "schemaUpdateOptions"}


class Failed(Exception):
    """A job that ends with an error: reason and message of status.errorResult."""

    def __init__(self, reason, message):
        super().__init__(message)
        self.reason, self.message = reason, message


def check(load):
    """Refuses a configuration.load that is not one."""
    only(load, LOAD, "job.configuration.load")
    at = load.get("destinationTable")
    if not isinstance(at, dict) or not all(isinstance(at.get(key), str) and at[key] for key in
                                           ("projectId", "datasetId", "tableId")):
        raise Refusal(400, "required", "Required parameter is missing: destinationTable")
    if load.get("sourceFormat") != "NEWLINE_DELIMITED_JSON":
        raise Refusal(400, "invalid", f"sourceFormat {load.get('sourceFormat')} is not understood by this server")
    if load.get("sourceUris"):
        raise Refusal(400, "invalid", "sourceUris and an upload exclude each other")
    for name, allowed in (("writeDisposition", ("WRITE_APPEND", "WRITE_EMPTY", "WRITE_TRUNCATE")),
                          ("createDisposition", ("CREATE_IF_NEEDED", "CREATE_NEVER"))):
        if load.get(name, allowed[0]) not in allowed:
            raise Refusal(400, "invalid", f"Invalid value for {name}: {load[name]} is not a valid value")
    if "schema" in load:
        schema_fields(load["schema"], "load")


def plain(path, most):
    """The uploaded bytes, decompressed if they are gzip, of which at most so many are taken."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:2] != b"\x1f\x8b":
        return data
    if len(data) > most:
        raise Failed("invalid", f"Error while reading data, error message: Input compressed file is too large: {len(data)} bytes, max {most}")
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise Failed("invalid", f"Error while reading data, error message: Input has invalid gzip data: {error}") from None


def target(state, load, fields):
    """The destination's resource; made, emptied or compared as the configuration says."""
    at = load["destinationTable"]
    parts = (at["projectId"], at["datasetId"], at["tableId"])
    state.dataset(*parts[:2])
    body = state.find_table(*parts)
    if body is None:
        if load.get("createDisposition") == "CREATE_NEVER":
            raise Failed("notFound", f"Not found: Table {parts[0]}:{parts[1]}.{parts[2]}")
        if fields is None:
            raise Failed("invalid", "No schema specified on job or table.")
        body = {"tableReference": dict(at)}
        body.update({name: load[name] for name in ("timePartitioning", "clustering") if name in load})
        state.create_table(complete(state, body), fields)
        return body
    write = load.get("writeDisposition", "WRITE_APPEND")
    if write == "WRITE_EMPTY" and state.count(body):
        raise Failed("duplicate", f"Already Exists: Table {body['id']}")
    if write == "WRITE_TRUNCATE":
        state.create_table(body, fields if fields is not None else fields_of(body))
        return body
    if fields is not None:
        held = {field.name.lower(): field for field in fields_of(body)}
        if not held:
            state.create_table(body, fields)
            return body
        for field in fields:
            if field.name.lower() not in held:
                raise Failed("invalid", f"Provided Schema does not match Table {body['id']}. Cannot add fields (field: {field.name})")
            if not field.same_type(held[field.name.lower()]) or field.mode != held[field.name.lower()].mode:
                raise Failed("invalid", f"Provided Schema does not match Table {body['id']}. Field {field.name} has changed "
                                        f"type from {held[field.name.lower()].kind} to {field.kind}, or mode")
    return body


def _constant(text):
    raise ValueError(f"{text} is not JSON")


def rows(data, fields, ignore_unknown):
    """The lines as rows of held values in the fields' order."""
    by_name = {field.name.lower(): number for number, field in enumerate(fields)}
    required = [number for number, field in enumerate(fields) if field.mode == "REQUIRED"]
    lines = data.split(b"\n")
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        try:
            value = json.loads(line.decode("utf-8"), parse_float=decimal.Decimal, parse_constant=_constant)
            if not isinstance(value, dict):
                raise ValueError("Parser terminated before end of string: not an object")
            row = [field.load(None) if field.mode == "REPEATED" else None for field in fields]
            seen = set()
            for name, cell in value.items():
                place = by_name.get(name.lower())
                if place is None:
                    if ignore_unknown:
                        continue
                    raise ValueError(f"No such field: {name}.")
                seen.add(place)
                row[place] = fields[place].load(cell)
            for place in required:
                if place not in seen:
                    raise ValueError(f"Missing required field: {fields[place].name}.")
        except ValueError as error:
            raise Failed("invalid", "Error while reading data, error message: JSON processing encountered too many errors, giving "
                         f"up. Rows: {number + 1}; errors: 1; max bad: 0; error percent: 0. {error}") from None
        yield row


def run(state, load, path):
    """Does the load; returns the statistics. A Failed or a Refusal leaves the caller to undo."""
    fields = schema_fields(load["schema"], "load") if "schema" in load else None
    body = target(state, load, fields)
    fields = fields_of(body)
    at = body["tableReference"]
    name = sqlite_name(at["projectId"], at["datasetId"], at["tableId"])
    data = plain(path, state.setting("gzip_bytes"))
    made = list(rows(data, fields, load.get("ignoreUnknownValues", False)))
    columns = ", ".join(quoted(field.name) for field in fields)
    if made:
        state.db.executemany(f"INSERT INTO {name} ({columns}) VALUES ({', '.join('?' * len(fields))})", made)
    body["lastModifiedTime"] = str(state.now_ms())
    state.save_table(body)
    state.expire_partitions(body)
    return {"inputFiles": "1", "inputFileBytes": str(len(data)), "outputRows": str(len(made)),
            "outputBytes": str(len(data)), "badRecords": "0"}
