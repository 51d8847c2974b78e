"""A sample of the walk of every fault at every request (walk.py): uploads to BigQuery and to Cloud Storage."""
# timeout: 240
# cores: 1
import os
import random

import uploads
import walk
from uploads import servers

SEED = int(os.environ.get("BF_SEED", "1"))
SPARE = ("stall", "endless", "slow")  # each takes the length of a time-out: one walk is enough


IN_PARTS = ("kill_before", "kill_after", "cut_after", "503", "conflict", "job_fails", "gone_410", "short")


def sample(maker, kinds, results, file_bytes=None):
    """Each of the kinds at one request that it can do something at; tables in files of so many bytes at most."""
    uploads.limited(file_bytes)
    with servers.Cloud() as cloud:
        walker = maker(cloud, results)
        log, chosen = walker.requests(), random.Random(SEED)
        for kind in kinds:
            fitting = [entry["number"] for entry in log if walk.applies(kind, entry)]
            if fitting:
                number = chosen.choice(fitting)
                print(f"{maker.__name__}, {file_bytes or 'whole tables'}: {kind} at {number} of {len(log)}: exit {walker.one(kind, number)}", flush=True)


with uploads.Results() as made:
    sample(walk.Walk, list(walk.KINDS), made)
    sample(walk.StorageWalk, [kind for kind in walk.KINDS if kind not in SPARE][::3], made)
    sample(walk.Walk, IN_PARTS, made, uploads.IN_PARTS)
    sample(walk.StorageWalk, IN_PARTS[1:3], made, uploads.IN_PARTS)
