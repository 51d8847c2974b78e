"""backfill upload into Cloud Storage: the files as objects, each written once, nothing of another run overwritten."""
# timeout: 100
# cores: 1
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

SOURCE = pathlib.Path(os.environ["BF_SOURCE_DIR"])
sys.path.insert(0, str(SOURCE / "tests/support/cloud"))
from cloud import Cloud  # noqa: E402

BACKFILL = os.environ["BACKFILL"]


class Objects(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="backfill-storage.")
        self.addCleanup(scratch.cleanup)
        self.directory = pathlib.Path(scratch.name)
        self.results = self.directory / "results.h5"
        subprocess.run([os.path.join(os.environ["BF_BUILD_DIR"], "tests/make_results"), str(self.results), "30", "300", "3"], check=True)
        self.cloud = Cloud().__enter__()
        self.addCleanup(self.cloud.__exit__)
        self.cloud.admin("bucket/bucket")

    def command(self, *options, url="gs://bucket/runs/one"):
        return [BACKFILL, "upload", str(self.results), "--to", url, "--retry-wait", "0.01", "--retry-limit", "20", *options]

    def upload(self, *options, expect=0, **more):
        done = subprocess.run(self.command(*options, **more), capture_output=True, text=True, timeout=60, check=False,
                              env=os.environ | self.cloud.environment())
        self.assertEqual(done.returncode, expect, done.stderr)
        return done.stderr

    def content(self, name):
        reply = self.cloud.call("GET", "/storage/v1/b/bucket/o/" + name.replace("/", "%2F") + "?alt=media")
        return reply.body if reply.status == 200 else None

    def test_objects(self):
        said = self.upload()
        self.assertIn("results.h5: sent", said)
        self.assertEqual(self.content("runs/one/results.h5"), self.results.read_bytes())
        subprocess.run(self.command(url=f"file://{self.directory}/to"), check=True, capture_output=True)
        files = sorted(path.name for path in (self.directory / "to").iterdir())
        self.assertEqual(len(files), 8)
        for name in files:
            self.assertEqual(self.content("runs/one/" + name), (self.directory / "to" / name).read_bytes(), name)
        self.assertIn("results.h5: is there already", self.upload())
        self.assertFalse((self.directory / "results.h5.upload").exists())
        self.assertIsNone(self.content("runs/one/processor_run_history.ndjson.gz"))
        for said in ("results.h5: is there already", "processor_run_history.ndjson.gz: is there already"):
            self.assertIn(said, self.upload("--run-history"))
        subprocess.run(self.command("--run-history", url=f"file://{self.directory}/to"), check=True, capture_output=True)
        for path in (self.directory / "to").iterdir():
            self.assertEqual(self.content("runs/one/" + path.name), path.read_bytes(), path.name)
        self.upload(url="gs://bucket")
        self.assertEqual(self.content("results.h5"), self.results.read_bytes())
        self.assertIn("bucket", self.upload(url="gs://other", expect=5))

    def test_another_run_is_not_overwritten(self):
        self.upload()
        first = self.content("runs/one/results.h5")
        subprocess.run([os.path.join(os.environ["BF_BUILD_DIR"], "tests/make_results"), str(self.results), "31", "300", "4"], check=True)
        self.upload(expect=5)
        self.assertEqual(self.content("runs/one/results.h5"), first)
        self.upload("--again")
        self.assertEqual(self.content("runs/one/results.h5"), self.results.read_bytes())

    def test_interrupted(self):
        group = self.directory / "group"
        for number in (3, 6, 11):
            with subprocess.Popen(self.command(), start_new_session=True, stderr=subprocess.PIPE, text=True,
                                  env=os.environ | self.cloud.environment()) as victim:
                group.write_text(str(victim.pid))
                self.cloud.faults({"at": number, "do": "kill_after", "group_file": str(group)})
                victim.communicate(timeout=30)
                self.assertEqual(victim.returncode, -signal.SIGKILL)
        self.cloud.faults()
        self.upload()
        self.assertEqual(self.content("runs/one/results.h5"), self.results.read_bytes())
        self.assertEqual([path.name for path in self.directory.iterdir() if "upload" in path.name], [])

    def test_a_signal_stops_it(self):
        self.cloud.faults({"at": 4, "do": "stall"})
        with subprocess.Popen(self.command(), stderr=subprocess.PIPE, text=True, env=os.environ | self.cloud.environment()) as process:
            time.sleep(1.5)
            start = time.monotonic()
            process.send_signal(signal.SIGTERM)
            said = process.communicate(timeout=30)[1]
        self.assertEqual(process.returncode, 6, said)
        self.assertLess(time.monotonic() - start, 1.5)
        self.cloud.faults()
        self.upload()


if __name__ == "__main__":
    unittest.main()
