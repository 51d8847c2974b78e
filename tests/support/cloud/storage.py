"""Cloud Storage's JSON API: objects by resumable upload, their metadata, their bytes."""
import base64
import hashlib
import json
import time

from wire import Refusal, Reply, whole

METADATA = {"name", "contentType", "contentEncoding", "crc32c", "md5Hash", "metadata", "cacheControl"}


def _table():
    found = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        found.append(byte)
    return found


TABLE = _table()


def crc32c(data):
    """The Castagnoli CRC of the bytes, as base64 of its big-endian bytes: what objects.get tells."""
    value, table = 0xFFFFFFFF, TABLE
    for byte in data:
        value = value >> 8 ^ table[(value ^ byte) & 255]
    return base64.b64encode((value ^ 0xFFFFFFFF).to_bytes(4, "big")).decode()


class Storage:
    def __init__(self, state):
        self.state = state
        self.resumable = None

    def bucket(self, name):
        if not self.state.db.execute("SELECT 1 FROM _buckets WHERE name = ?", (name,)).fetchone():
            raise Refusal(404, "notFound", "The specified bucket does not exist.")

    def find(self, bucket, name):
        row = self.state.db.execute("SELECT body FROM _objects WHERE bucket = ? AND name = ?", (bucket, name)).fetchone()
        return json.loads(row[0]) if row else None

    def conditions(self, query, bucket, name):
        """Refuses a request whose preconditions do not hold."""
        held = self.find(bucket, name)
        generation = int(held["generation"]) if held else 0
        wanted = query.get("ifGenerationMatch")
        unwanted = query.get("ifGenerationNotMatch")
        if wanted is not None and whole(wanted, "ifGenerationMatch") != generation or \
                unwanted is not None and whole(unwanted, "ifGenerationNotMatch") == generation:
            raise Refusal(412, "conditionNotMet", "At least one of the pre-conditions you specified did not hold.")

    def begin(self, request, bucket):
        if request.query.get("uploadType") != "resumable":
            raise Refusal(400, "invalid", "only uploadType=resumable is understood by this server")
        self.bucket(bucket)
        about = request.json()
        unknown = set(about) - METADATA
        if unknown:
            raise Refusal(400, "invalid", f"Invalid JSON payload received. Unknown name \"{min(unknown)}\"")
        name = request.query.get("name") or about.get("name")
        if not name:
            raise Refusal(400, "required", "Required parameter: name")
        self.conditions(request.query, bucket, name)
        keep = {key: value for key, value in request.query.items() if key.startswith("if")}
        about.setdefault("contentType", request.headers.get("x-upload-content-type", "application/octet-stream"))
        return self.resumable.begin(request, "storage", {"bucket": bucket, "name": name, "conditions": keep, "metadata": about})

    def finish(self, about, upload):
        """Makes the object of a finished upload."""
        self.conditions(about["conditions"], about["bucket"], about["name"])
        with open(self.state.upload_path(upload), "rb") as file:
            data = file.read()
        crc, md5 = crc32c(data), base64.b64encode(hashlib.md5(data).digest()).decode()
        for key, found in (("crc32c", crc), ("md5Hash", md5)):
            if about["metadata"].get(key) not in (None, found):
                raise Refusal(400, "invalid", f"Provided {key} hash \"{about['metadata'][key]}\" doesn't match calculated {key} \"{found}\".")
        held = self.find(about["bucket"], about["name"])
        generation = max(int(self.state.now() * 1e6), int(held["generation"]) + 1 if held else 0)
        moment = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(self.state.now()))
        body = {"kind": "storage#object", "id": f"{about['bucket']}/{about['name']}/{generation}", "name": about["name"],
                "bucket": about["bucket"], "generation": str(generation), "metageneration": "1", "storageClass": "STANDARD",
                "size": str(len(data)), "crc32c": crc, "md5Hash": md5, "timeCreated": moment, "updated": moment,
                "contentType": about["metadata"]["contentType"], "_path": upload}
        for key in ("metadata", "contentEncoding", "cacheControl"):
            if key in about["metadata"]:
                body[key] = about["metadata"][key]
        self.state.db.execute("INSERT OR REPLACE INTO _objects VALUES (?, ?, ?)", (about["bucket"], about["name"], json.dumps(body)))
        return self.shown(body)

    @staticmethod
    def shown(body):
        return {name: value for name, value in body.items() if not name.startswith("_")}

    def object_list(self, request, bucket):
        self.bucket(bucket)
        prefix = request.query.get("prefix", "")
        rows = self.state.db.execute("SELECT body FROM _objects WHERE bucket = ? ORDER BY name", (bucket,)).fetchall()
        found = [self.shown(json.loads(row[0])) for row in rows]
        return Reply(200, {"kind": "storage#objects", "items": [one for one in found if one["name"].startswith(prefix)]})

    def object(self, request, bucket, name):
        self.bucket(bucket)
        body = self.find(bucket, name)
        if body is None:
            raise Refusal(404, "notFound", f"No such object: {bucket}/{name}")
        self.conditions(request.query, bucket, name)
        if request.method == "DELETE":
            self.state.db.execute("DELETE FROM _objects WHERE bucket = ? AND name = ?", (bucket, name))
            return Reply(204)
        if request.method != "GET":
            raise Refusal(405, "methodNotAllowed", f"{request.method} is not understood here")
        if request.query.get("alt") != "media":
            return Reply(200, self.shown(body))
        with open(self.state.upload_path(body["_path"]), "rb") as file:
            return Reply(200, file.read(), {"Content-Type": body["contentType"], "X-Goog-Generation": body["generation"],
                                            "X-Goog-Hash": f"crc32c={body['crc32c']},md5={body['md5Hash']}"})

    def bucket_get(self, request, bucket):
        self.bucket(bucket)
        return Reply(200, {"kind": "storage#bucket", "id": bucket, "name": bucket, "location": "US"})
