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


def sample(maker, kinds, results):
    """Each of the kinds at one request that it can do something at."""
    with servers.Cloud() as cloud:
        walker = maker(cloud, results)
        log, chosen = walker.requests(), random.Random(SEED)
        for kind in kinds:
            fitting = [entry["number"] for entry in log if walk.applies(kind, entry)]
            if fitting:
                number = chosen.choice(fitting)
                print(f"{maker.__name__}: {kind} at {number} of {len(log)}: exit {walker.one(kind, number)}", flush=True)


with uploads.Results() as made:
    sample(walk.Walk, list(walk.KINDS), made)
    sample(walk.StorageWalk, [kind for kind in walk.KINDS if kind not in SPARE][::3], made)
