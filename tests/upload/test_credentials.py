"""Credentials of an upload: key, user and metadata server; tokens that end on the way; keys and clocks that are wrong."""
# timeout: 120
# cores: 1
import json

import uploads
from uploads import check, servers


def key_with(cloud, name, **changes):
    """A copy of the key file with other members."""
    with open(cloud.key, encoding="utf-8") as file:
        return cloud.write(name, dict(json.load(file), **changes))


def failed(cloud, results, words, **environment):
    """Exit 5 with the words, and nothing changed."""
    results.clean()
    code, out, err = uploads.upload(cloud, results, "--create-tables", environment=environment)
    check(code, 5, out + err)
    for word in words:
        if word.lower() not in (out + err).lower():
            raise AssertionError(f"the message does not say '{word}': {out}{err}")
    check(set(uploads.held(cloud, results).values()), {"before"}, words)


def tokens(cloud):
    return sum(entry["target"].startswith("/token") for entry in cloud.log())


def main(cloud, results):
    uploads.prepare(cloud, results)
    cloud.admin("settings", {"polls": 1})
    cloud.admin("save")
    for credentials in ("key", "user", "metadata"):
        cloud.admin("restore")
        cloud.faults()
        results.clean()
        code, out, err = uploads.upload(cloud, results, "--create-tables", credentials=credentials)
        check(code, 0, out + err)
        uploads.check_after(cloud, results, what=credentials)
        check(tokens(cloud), 0 if credentials == "metadata" else 1, f"{credentials}: one token is enough")
    requests = len(cloud.log())
    for number in (2, requests // 2, requests - 1):
        cloud.admin("restore")
        cloud.faults({"at": number, "do": "unauthorized"})
        results.clean()
        code, out, err = uploads.upload(cloud, results, "--create-tables")
        check(code, 0, f"token ends at request {number}: {out}{err}")
        uploads.check_after(cloud, results, what="a token that ends")
        check(tokens(cloud), 2, f"token ends at request {number}: a second one")
    cloud.admin("restore")
    cloud.faults()
    with servers.Cloud() as other:
        with open(other.key, encoding="utf-8") as file:
            foreign = json.load(file)["private_key"]
    failed(cloud, results, ["Invalid JWT Signature"], GOOGLE_APPLICATION_CREDENTIALS=key_with(cloud, "foreign.json", private_key=foreign))
    failed(cloud, results, ["account not found"], GOOGLE_APPLICATION_CREDENTIALS=key_with(cloud, "who.json", client_email="who@example.com"))
    failed(cloud, results, ["private"], GOOGLE_APPLICATION_CREDENTIALS=key_with(cloud, "broken.json", private_key="no key"))
    failed(cloud, results, ["none.json"], GOOGLE_APPLICATION_CREDENTIALS=cloud.directory + "/none.json")
    failed(cloud, results, ["revoked"], GOOGLE_APPLICATION_CREDENTIALS=cloud.write(
        "revoked.json", dict(servers.USER, type="authorized_user", refresh_token="another", token_uri=cloud.url("/token"))))
    cloud.admin("settings", {"clock": 7200})
    failed(cloud, results, ["clock"])
    cloud.admin("settings", {"clock": 0})


with uploads.Results() as made, servers.Cloud() as running:
    main(running, made)
    print("credentials: passed")
