"""BigQuery's datasets and tables: get, insert, list, patch, update, delete."""
import json
import secrets

from state import fields_of, quoted, sqlite_name
from values import Field
from wire import Refusal, Reply, only, whole

TABLE = {"tableReference", "schema", "timePartitioning", "clustering", "expirationTime", "description", "friendlyName",
         "labels", "requirePartitionFilter", "kind", "etag", "id", "selfLink", "type", "location", "creationTime",
         "lastModifiedTime", "numRows", "numBytes"}
DATASET = {"datasetReference", "location", "description", "friendlyName", "defaultTableExpirationMs",
           "defaultPartitionExpirationMs", "labels", "access", "kind", "etag", "id", "selfLink", "isCaseInsensitive"}


def schema_fields(schema, where):
    """The columns of a message's schema; a refusal if one of them is not a column."""
    if not isinstance(schema, dict) or not isinstance(schema.get("fields"), list):
        raise Refusal(400, "invalid", f"Schema is not specified or has no fields ({where})")
    try:
        fields = [Field.from_api(about) for about in schema["fields"]]
    except (ValueError, TypeError, AttributeError) as error:
        raise Refusal(400, "invalid", str(error)) from None
    names = [field.name.lower() for field in fields]
    if len(set(names)) != len(names):
        raise Refusal(400, "invalid", "Duplicate field name in the schema")
    return fields


def complete(state, body):
    """A new table's resource with what the service adds."""
    at = body["tableReference"]
    dataset = state.dataset(at["projectId"], at["datasetId"])
    now = str(state.now_ms())
    part = body.get("timePartitioning")
    if part is not None and "expirationMs" not in part and dataset.get("defaultPartitionExpirationMs"):
        part["expirationMs"] = dataset["defaultPartitionExpirationMs"]
    elif part is None and "expirationTime" not in body and dataset.get("defaultTableExpirationMs"):
        body["expirationTime"] = str(state.now_ms() + int(dataset["defaultTableExpirationMs"]))
    body.update(kind="bigquery#table", etag=secrets.token_hex(8), type="TABLE", location=dataset["location"],
                id=f"{at['projectId']}:{at['datasetId']}.{at['tableId']}", creationTime=now, lastModifiedTime=now)
    return body


def seen(state, body):
    """The resource as tables.get sends it."""
    shown = dict(body, numRows=str(state.count(body)), numBytes="0")
    if not int(shown.get("expirationTime", 0)):
        shown.pop("expirationTime", None)
    return shown


def checked(body):
    """A table's resource from a request, with its int64 members as text."""
    only(body, TABLE, "table")
    if body.get("expirationTime") is not None:
        body["expirationTime"] = str(whole(body["expirationTime"], "table.expirationTime"))
    part = body.get("timePartitioning")
    if part is not None:
        only(part, {"type", "field", "expirationMs", "requirePartitionFilter"}, "table.time_partitioning")
        if part.get("type") not in ("DAY", "HOUR", "MONTH", "YEAR"):
            raise Refusal(400, "invalid", f"Invalid value for timePartitioning.type: {part.get('type')}")
        if part.get("expirationMs") is not None:
            part["expirationMs"] = str(whole(part["expirationMs"], "table.time_partitioning.expiration_ms"))
    return body


class Tables:
    def __init__(self, state):
        self.state = state

    def dataset_list(self, request, project):
        if request.method == "POST":
            return self.insert_dataset(request, project)
        rows = self.state.db.execute("SELECT body FROM _datasets WHERE project = ? ORDER BY dataset", (project,)).fetchall()
        return Reply(200, {"kind": "bigquery#datasetList", "datasets": [json.loads(row[0]) for row in rows]})

    def insert_dataset(self, request, project):
        body = request.json()
        only(body, DATASET, "dataset")
        name = (body.get("datasetReference") or {}).get("datasetId")
        if not name:
            raise Refusal(400, "required", "Required parameter is missing: datasetReference.datasetId")
        if self.state.db.execute("SELECT 1 FROM _datasets WHERE project = ? AND dataset = ?", (project, name)).fetchone():
            raise Refusal(409, "duplicate", f"Already Exists: Dataset {project}:{name}")
        for member in ("defaultTableExpirationMs", "defaultPartitionExpirationMs"):
            if body.get(member) is not None:
                body[member] = str(whole(body[member], member))
        body.update(kind="bigquery#dataset", id=f"{project}:{name}", etag=secrets.token_hex(8), type="DEFAULT",
                    datasetReference={"projectId": project, "datasetId": name}, creationTime=str(self.state.now_ms()),
                    location=body.get("location") or self.state.setting("location"))
        self.state.db.execute("INSERT INTO _datasets VALUES (?, ?, ?)", (project, name, json.dumps(body)))
        return Reply(200, body)

    def dataset(self, request, project, name):
        body = self.state.dataset(project, name)
        if request.method == "GET":
            return Reply(200, body)
        if request.method == "DELETE":
            held = self.state.db.execute("SELECT 1 FROM _tables WHERE project = ? AND dataset = ?", (project, name)).fetchone()
            if held and request.query.get("deleteContents") != "true":
                raise Refusal(400, "resourceInUse", f"Dataset {project}:{name} is still in use")
            for row in self.state.db.execute("SELECT name FROM _tables WHERE project = ? AND dataset = ?",
                                             (project, name)).fetchall():
                self.state.drop_table(project, name, row[0])
            self.state.db.execute("DELETE FROM _datasets WHERE project = ? AND dataset = ?", (project, name))
            return Reply(204)
        raise Refusal(405, "methodNotAllowed", f"{request.method} is not understood here")

    def table_list(self, request, project, dataset):
        if request.method == "POST":
            return self.insert_table(request, project, dataset)
        self.state.dataset(project, dataset)
        names = [row[0] for row in self.state.db.execute(
            "SELECT name FROM _tables WHERE project = ? AND dataset = ? ORDER BY name", (project, dataset)).fetchall()]
        bodies = [body for body in (self.state.find_table(project, dataset, name) for name in names) if body]
        first = whole(request.query.get("pageToken", 0), "pageToken")
        last = first + whole(request.query.get("maxResults", 50), "maxResults", 1)
        listed = [{key: body[key] for key in ("kind", "id", "tableReference", "type", "timePartitioning", "clustering",
                                              "creationTime", "expirationTime") if key in body} for body in bodies[first:last]]
        reply = {"kind": "bigquery#tableList", "etag": "e", "totalItems": len(bodies)}
        if listed:
            reply["tables"] = listed
        if last < len(bodies):
            reply["nextPageToken"] = str(last)
        return Reply(200, reply)

    def insert_table(self, request, project, dataset):
        self.state.dataset(project, dataset)
        body = checked(request.json())
        name = (body.get("tableReference") or {}).get("tableId")
        if not name:
            raise Refusal(400, "required", "Required parameter is missing: tableReference.tableId")
        body["tableReference"] = {"projectId": project, "datasetId": dataset, "tableId": name}
        if self.state.find_table(project, dataset, name) is not None:
            raise Refusal(409, "duplicate", f"Already Exists: Table {project}:{dataset}.{name}")
        fields = schema_fields(body["schema"], "table") if "schema" in body else []
        part = body.get("timePartitioning") or {}
        if part.get("field"):
            kinds = {field.name: field for field in fields}
            if part["field"] not in kinds or kinds[part["field"]].kind not in ("DATE", "TIMESTAMP"):
                raise Refusal(400, "invalid", f"The field specified for partitioning cannot be found in the schema or has not "
                                              f"type DATE or TIMESTAMP: {part['field']}")
        unknown = set((body.get("clustering") or {}).get("fields") or ()) - {field.name for field in fields}
        if unknown:
            raise Refusal(400, "invalid", f"The field specified for clustering cannot be found in the schema: {min(unknown)}")
        self.state.create_table(complete(self.state, body), fields)
        return Reply(200, seen(self.state, body))

    def table(self, request, project, dataset, name):
        body = self.state.table(project, dataset, name)
        if request.method == "GET":
            return Reply(200, seen(self.state, body))
        if request.method == "DELETE":
            self.state.drop_table(project, dataset, name)
            return Reply(204)
        if request.method == "PATCH":
            return self.patch(request, body)
        raise Refusal(405, "methodNotAllowed", f"{request.method} is not understood here")

    def patch(self, request, body):
        change = request.json()
        if change.get("timePartitioning"):
            change["timePartitioning"] = {**(body.get("timePartitioning") or {}), **change["timePartitioning"]}
        change = checked(change)
        if "schema" in change:
            self.widen(body, schema_fields(change.pop("schema"), "table"))
        for name, value in change.items():
            if name in ("kind", "id", "tableReference", "etag", "type", "location"):
                continue
            if value is None:
                body.pop(name, None)
            else:
                body[name] = value
        part = body.get("timePartitioning") or {}
        if part.get("expirationMs", "") in (None, "0"):
            del part["expirationMs"]
        body["lastModifiedTime"] = str(self.state.now_ms())
        self.state.save_table(body)
        self.state.expire_partitions(body)
        return Reply(200, seen(self.state, body))

    def widen(self, body, wanted):
        """Adds the columns that a patched schema has more; anything else is refused."""
        held = fields_of(body)
        by_name = {field.name.lower(): field for field in wanted}
        for field in held:
            if field.name.lower() not in by_name or not field.same_type(by_name[field.name.lower()]):
                raise Refusal(400, "invalid", f"Provided Schema does not match Table {body['id']}. Field {field.name} is missing "
                                              "in new schema or has changed type")
        at = body["tableReference"]
        for field in wanted:
            if field.name.lower() not in {one.name.lower() for one in held}:
                if field.mode == "REQUIRED":
                    raise Refusal(400, "invalid", f"Cannot add required fields to an existing schema. (field: {field.name})")
                table = sqlite_name(at["projectId"], at["datasetId"], at["tableId"])
                self.state.db.execute(f"ALTER TABLE {table} ADD COLUMN {quoted(field.name)}")
        order = {field.name.lower(): number for number, field in enumerate(held)}
        wanted = sorted(wanted, key=lambda field: order.get(field.name.lower(), len(order)))
        body["schema"] = {"fields": [field.to_api() for field in wanted]}
