"""The token endpoint, which verifies the signature of a service account's JWT, and the metadata server.

accounts.json of the state directory: {"keys": [{"email", "kid", "n" (hex), "e"}], "users": [{"client_id",
"client_secret", "refresh_token"}]}.
"""
import base64
import hashlib
import json
import urllib.parse

from wire import Refusal, Reply

SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")  # DigestInfo before the hash (RFC 8017 §9.2)
METADATA_SCOPES = ["https://www.googleapis.com/auth/cloud-platform"]
KNOWN_SCOPES = ("https://www.googleapis.com/auth/bigquery", "https://www.googleapis.com/auth/devstorage.read_write",
                "https://www.googleapis.com/auth/devstorage.full_control", "https://www.googleapis.com/auth/cloud-platform")


def denied(error, text, status=400):
    return Reply(status, {"error": error, "error_description": text})


def decoded(part):
    if "=" in part or "+" in part or "/" in part:
        raise ValueError("not base64url")
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def verified(text, signature, key):
    """Whether the signature is RSASSA-PKCS1-v1_5 with SHA-256 of the text under the key."""
    modulus = int(key["n"], 16)
    size = (modulus.bit_length() + 7) // 8
    if len(signature) != size:
        return False
    found = pow(int.from_bytes(signature, "big"), key["e"], modulus).to_bytes(size, "big")
    digest = SHA256 + hashlib.sha256(text).digest()
    return found == b"\x00\x01" + b"\xff" * (size - len(digest) - 3) + b"\x00" + digest


class Identity:
    def __init__(self, state):
        self.state = state

    def token(self, request):
        if request.method != "POST":
            raise Refusal(405, "methodNotAllowed", "the token endpoint takes POST")
        if request.content_type() != "application/x-www-form-urlencoded":
            return denied("invalid_request", "Content-Type must be application/x-www-form-urlencoded")
        form = dict(urllib.parse.parse_qsl(request.body.decode("ascii", "replace")))
        grant = form.get("grant_type")
        if grant == "urn:ietf:params:oauth:grant-type:jwt-bearer":
            return self.assertion(request, form.get("assertion", ""))
        if grant == "refresh_token":
            return self.refresh(form)
        return denied("unsupported_grant_type", f"Invalid grant_type: {grant}")

    def given(self, scopes):
        token, life = self.state.make_token(scopes)
        return {"access_token": token, "expires_in": life, "token_type": "Bearer"}

    def assertion(self, request, text):
        try:
            head, claims, signature = text.split(".")
            header, body = (json.loads(decoded(part)) for part in (head, claims))
            signature = decoded(signature)
        except ValueError:
            return denied("invalid_grant", "Invalid JWT: Failed to decode the assertion")
        keys = [key for key in self.state.accounts.get("keys", []) if key["email"] == body.get("iss")]
        if not keys:
            return denied("invalid_grant", "Invalid grant: account not found")
        if header.get("alg") != "RS256" or header.get("typ", "JWT") != "JWT":
            return denied("invalid_grant", "Invalid JWT: the header must have alg RS256")
        keys = [key for key in keys if header.get("kid") in (None, key["kid"])]
        if not any(verified(f"{head}.{claims}".encode(), signature, key) for key in keys):
            return denied("invalid_grant", "Invalid JWT Signature.")
        if body.get("aud") != request.base() + request.raw_path:
            return denied("invalid_grant", f"Invalid JWT: the audience is not {request.base() + request.raw_path}")
        issued, ends, now = body.get("iat"), body.get("exp"), self.state.now()
        if not all(isinstance(moment, int) for moment in (issued, ends)) or \
                issued > now + 300 or ends <= now or ends - issued > 3600 or ends <= issued:
            return denied("invalid_grant", "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
                                           "Check your iat and exp values in the JWT claim.")
        scopes = str(body.get("scope", "")).split()
        if not scopes or not set(scopes) <= set(KNOWN_SCOPES):
            return denied("invalid_scope", f"Invalid OAuth scope or ID token audience provided: {body.get('scope')}")
        return Reply(200, self.given(scopes))

    def refresh(self, form):
        users = [user for user in self.state.accounts.get("users", []) if user["client_id"] == form.get("client_id")]
        if not users or users[0]["client_secret"] != form.get("client_secret"):
            return denied("invalid_client", "The OAuth client was not found or its secret is wrong.", 401)
        if users[0]["refresh_token"] != form.get("refresh_token"):
            return denied("invalid_grant", "Token has been expired or revoked.")
        return Reply(200, dict(self.given(METADATA_SCOPES), scope=" ".join(METADATA_SCOPES)))

    def metadata(self, request):
        """GET .../instance/service-accounts/default/token and project/project-id."""
        mark = {"Metadata-Flavor": "Google", "Server": "Metadata Server for VM"}
        if not self.state.setting("metadata"):
            raise Refusal(404, "notFound", "there is no metadata server here")
        if request.headers.get("metadata-flavor") != "Google" or "x-forwarded-for" in request.headers:
            return Reply(403, b"Missing Metadata-Flavor:Google header.", mark)
        path = request.raw_path.rstrip("/")
        if path == "/computeMetadata/v1/instance/service-accounts/default/token":
            return Reply(200, self.given(METADATA_SCOPES), mark)
        if path == "/computeMetadata/v1/project/project-id":
            return Reply(200, b"test-project", mark)
        if path in ("", "/computeMetadata/v1"):
            return Reply(200, b"instance/\nproject/\n", dict(mark, **{"Content-Type": "application/text"}))
        return Reply(404, b"not found", mark)
