"""backfill upload into BigQuery: rows arrive once, as export spells them, and nothing else is touched."""
# timeout: 280
# cores: 1
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["BF_SOURCE_DIR"])
sys.path.insert(0, str(SOURCE / "tests/support/cloud"))
from cloud import PROJECT, Cloud  # noqa: E402
from values import Field  # noqa: E402

BACKFILL = os.environ["BACKFILL"]
DATASETS = ("nba_precompute", "nba_predictions", "nba_processing", "nba_orchestration", "nba_reference")
URL = f"bigquery://{PROJECT}"


class Uploads(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="backfill-upload.")
        cls.addClassCleanup(scratch.cleanup)
        cls.directory = pathlib.Path(scratch.name)
        cls.results = cls.directory / "results.h5"
        snapshot = str(cls.directory / "snapshot")
        subprocess.run([BACKFILL, "synth", "--seasons", "2021-2021", "--out", snapshot], check=True, capture_output=True)
        subprocess.run([BACKFILL, "--snapshot", snapshot, "--out", str(cls.results), "--dates",
                        "2021-10-25,2021-11-05,2021-12-03,2021-12-04,2021-07-01", "--progress", "0", "--mode", "daily"], check=True, capture_output=True)
        subprocess.run([BACKFILL, "export", str(cls.results), "--all", "--format", "ndjson", "--out", str(cls.directory / "text")], check=True)
        schema = subprocess.run([BACKFILL, "schema", "--format", "bq"], check=True, capture_output=True, text=True).stdout
        cls.schema = {name.split(".")[1]: (name.split(".")[0], fields) for name, fields in json.loads(schema).items()}
        cls.exported = {path.stem: [json.loads(line, parse_float=str, parse_int=str) for line in path.read_text().splitlines()]
                        for path in (cls.directory / "text").iterdir()}
        info = json.loads(subprocess.run([BACKFILL, "info", str(cls.results), "--json"], check=True, capture_output=True).stdout)
        cls.run_id, cls.dates = info["run_id"], info["dates"]

    def setUp(self):
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        self.cloud = stack.enter_context(Cloud())
        for dataset in DATASETS:
            self.cloud.make_dataset(dataset)

    def tearDown(self):
        for name in ("results.h5.upload", "results.h5.upload.json"):
            self.assertFalse((self.directory / name).exists(), name)

    def upload(self, *options, expect=0, url=URL, ranks=1, results=None, **environment):
        command = [BACKFILL, "upload", str(results or self.results), "--to", url, "--retry-wait", "0.01", "--retry-limit", "20", *options]
        if ranks > 1:
            command = [os.environ["MPIRUN"], "-np", str(ranks), *command]
        done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False,
                              env=os.environ | self.cloud.environment() | environment)
        self.assertEqual(done.returncode, expect, done.stderr)
        self.assertNotIn("PRIVATE KEY", done.stderr)
        self.assertNotIn("ya29.", done.stderr)
        return done.stdout + done.stderr

    def make_tables(self, *left_out):
        for name, (dataset, fields) in self.schema.items():
            if name not in left_out:
                self.cloud.make_table(dataset, name, fields)

    def check_rows(self, *others, history=False):
        """Every table holds what export writes, and no staging table is left; `history`: that of the run is there, once."""
        for name, rows in self.exported.items():
            dataset, fields = self.schema[name]
            expected = []
            for row in rows:
                held = {}
                for about in fields:
                    field = Field.from_api(about)
                    value = row.get(field.name)
                    if isinstance(value, str) and field.kind in ("INT64", "FLOAT64", "NUMERIC"):
                        value = json.loads(value) if field.kind != "NUMERIC" else value
                    elif isinstance(value, list) and field.kind == "FLOAT64":
                        value = [json.loads(one) if one != "NaN" else one for one in value]
                    held[field.name] = field.load(value)
                expected.append(held)
            found = [row for row in self.cloud.table(dataset, name) if row not in others]
            key = lambda row: json.dumps(row, sort_keys=True)  # noqa: E731
            self.assertEqual(sorted(map(key, found)), sorted(map(key, expected)), name)
        runs = self.cloud.table("nba_processing", "precompute_processor_runs")
        if runs is not None:
            self.assertEqual(len(runs), 5 * self.dates)
            self.assertEqual(len({(row["processor_name"], row["analysis_date"]) for row in runs}), 5 * self.dates)
        told = self.cloud.table("nba_reference", "processor_run_history")
        if told is not None:
            units = {(row["processor_name"], row["data_date"], row["status"] == "running") for row in told}
            self.assertEqual((len(told), len(units)), (10 * self.dates,) * 2 if history else (0, 0))
        self.assertEqual(self.staged(), [])

    def staged(self):
        return [name.split(self.run_id + "_")[1] for name in self.cloud.tables() if self.run_id in name]

    def jobs(self, word):
        return [row[0] for row in self.cloud.rows("SELECT id FROM _jobs WHERE id LIKE ? ORDER BY rowid", f"%{word}%")]

    def test_rows_arrive_once(self):
        self.upload(expect=5)
        self.make_tables()
        said = self.upload(ranks=2)
        self.assertIn("uploaded", said)
        self.check_rows()
        self.assertIn("already uploaded", self.upload())
        self.assertEqual(len(self.jobs("_commit_")), 1)
        self.check_rows()
        self.upload("--again")
        self.assertEqual(len(self.jobs("_commit_")), 2)
        self.check_rows()
        self.assertIn("already uploaded", self.upload())

    def test_run_history(self):
        """With the option and only with it, whatever was uploaded before; another run's rows stay."""
        self.make_tables()
        self.cloud.query("INSERT INTO nba_reference.processor_run_history (processor_name, run_id, status, data_date, started_at) VALUES "
                         "('MLFeatureStoreProcessor', 'another', 'success', '2021-12-03', '2021-12-03 12:00:00 UTC')")
        stranger = self.cloud.table("nba_reference", "processor_run_history")
        self.upload()
        self.assertEqual(self.cloud.table("nba_reference", "processor_run_history"), stranger)
        self.upload("--run-history")
        self.assertEqual(len(self.jobs("_commit_")), 2)
        told = self.cloud.table("nba_reference", "processor_run_history")
        for options, said in ((["--run-history"], "already uploaded"), ([], "already uploaded"), (["--again", "--run-history"], "uploaded")):
            self.assertIn(said, self.upload(*options))
            found = self.cloud.table("nba_reference", "processor_run_history")
            self.assertEqual(sorted(map(str, found)), sorted(map(str, told)))
        self.assertEqual(len(self.jobs("_commit_")), 3)
        self.assertIn(stranger[0], told)
        self.check_history([row for row in told if row not in stranger])
        self.cloud.query("DELETE FROM nba_reference.processor_run_history WHERE run_id = 'another'")
        self.check_rows(history=True)

    def check_history(self, told):
        """A row that says running and one that says how it ended, as precompute_processor_runs does."""
        runs = {(row["processor_name"], row["analysis_date"]): row for row in self.cloud.table("nba_processing", "precompute_processor_runs")}
        ends = {"bootstrap": "skipped", "no_games": "skipped", None: "success"}  # failed: test_directory.sh
        statuses = set()
        for row in told:
            run = runs[row["processor_name"], row["data_date"]]
            self.assertEqual((row["run_id"], row["started_at"], row["phase"]), (self.run_id, run["run_date"], "phase_4_precompute"))
            self.assertEqual((row["backfill_mode"], row["trigger_source"], row["errors"]), (1, "manual", None))
            self.assertEqual(row["season_year"], 2020 if row["data_date"] == "2021-07-01" else 2021)
            self.assertEqual(self.schema[row["output_table"]][0], row["output_dataset"])
            ended = [row[name] for name in ("status", "processed_at", "duration_seconds", "records_processed", "records_created",
                                            "records_skipped", "skip_reason", "skipped")]
            if row["status"] == "running":
                self.assertEqual(ended[1:], [None] * 7)
                continue
            status = ends[run["skip_reason"]]
            self.assertEqual(ended, [status, run["run_date"], run["duration_seconds"], run["records_processed"], run["records_inserted"],
                                     run["records_skipped"], run["skip_reason"], int(status == "skipped")])
            statuses.add(status)
        self.assertEqual(statuses, {"success", "skipped"})

    def test_run_history_changes_its_mind(self):
        """Interrupted with the option and resumed without it, or the other way round: another upload, nothing twice."""
        self.make_tables()
        self.cloud.admin("save")
        staged, committed = {"path": "/projects/[^/]*/jobs$", "method": "POST"}, {"path": "/queries"}
        for first, second, at, left in ((["--run-history"], [], staged, ["processor_run_history"]), ([], ["--run-history"], committed, [])):
            with self.subTest(first=first):
                self.cloud.admin("restore")
                self.interrupt(*first, **at)
                self.upload(*second)
                self.assertEqual(self.staged(), left)  # to expire: nobody may come back for them
                self.upload("--run-history")
                self.check_rows(history=True)

    def test_run_history_anew(self):
        """The number that one upload --again had come to is not taken for the other's."""
        self.make_tables()
        self.upload()
        self.interrupt("--again", path="/queries")
        self.upload("--again", "--run-history")
        self.check_rows(history=True)
        self.assertIn("already uploaded", self.upload("--run-history"))
        self.assertIn("already uploaded", self.upload())
        self.assertEqual([job[-2:] for job in self.jobs("_commit_")], ["_1", "_2", "_1"])

    def interrupt(self, *options, **at):
        self.cloud.faults(dict(at, at=1, do="status", status=403))
        self.upload(*options, expect=5)
        state = json.loads((self.directory / "results.h5.upload.json").read_text())
        self.assertEqual(state["run_history"], "--run-history" in options)
        self.cloud.faults()

    def test_run_history_has_no_place(self):
        self.make_tables("processor_run_history")
        said = self.upload("--run-history")
        self.assertIn("processor_run_history does not exist", said)
        self.check_rows()
        dataset, fields = self.schema["processor_run_history"]
        self.cloud.make_dataset("ours")
        self.cloud.make_table("ours", "processor_run_history", fields,
                              timePartitioning={"type": "DAY", "field": "data_date", "expirationMs": str(365 * 86400000)})
        said = self.upload("--run-history", url=URL + "?reference=ours", expect=5)
        self.assertIn("rows of 2021-07-01 would be dropped", said)
        self.cloud.query(said[said.index("ALTER TABLE"):].splitlines()[0])
        self.upload("--run-history", url=URL + "?reference=ours")
        self.assertEqual(len(self.cloud.table("ours", "processor_run_history")), 10 * self.dates)
        self.assertIsNone(self.cloud.table(dataset, "processor_run_history"))

    def test_other_dates_stay(self):
        self.make_tables("ml_feature_store_v2")
        dataset, fields = self.schema["ml_feature_store_v2"]
        loose = [dict(about, mode="NULLABLE" if about["mode"] == "REQUIRED" else about["mode"]) for about in fields]
        self.cloud.make_table(dataset, "ml_feature_store_v2", loose)
        of_the_run = self.exported["ml_feature_store_v2"][0]["game_date"]
        for day in ("2020-01-01", of_the_run):
            self.cloud.query(f"INSERT INTO {dataset}.ml_feature_store_v2 (player_lookup, game_date) VALUES ('someone', '{day}')")
        self.cloud.query("INSERT INTO nba_processing.precompute_failures (processor_name, run_id, analysis_date, entity_id, failure_category, "
                         f"failure_reason, can_retry) VALUES ('Another', 'r', '{of_the_run}', 'x', 'y', 'z', true)")
        strangers = [row for row in self.cloud.table(dataset, "ml_feature_store_v2") if row["game_date"] == "2020-01-01"]
        strangers += self.cloud.table("nba_processing", "precompute_failures")
        self.upload()
        self.check_rows(*strangers)
        self.assertIn(strangers[0], self.cloud.table(dataset, "ml_feature_store_v2"))
        self.assertIn(strangers[1], self.cloud.table("nba_processing", "precompute_failures"))

    def test_tables_are_made(self):
        said = self.upload(expect=5)
        self.assertIn("--create-tables", said)
        self.upload("--create-tables")
        self.check_rows()
        about = self.cloud.call("GET", f"/bigquery/v2/projects/{PROJECT}/datasets/nba_precompute/tables/player_daily_cache").body
        self.assertEqual(about["timePartitioning"], {"type": "DAY", "field": "cache_date"})
        self.assertEqual(about["clustering"]["fields"], ["player_lookup", "universal_player_id"])

    def test_what_the_target_lacks_is_named(self):
        self.make_tables("player_daily_cache", "precompute_processor_runs")
        dataset, fields = self.schema["player_daily_cache"]
        kept = [dict(about) for about in fields if about["name"] not in ("cache_version", "minutes_avg_last_10")]
        for about in kept:  # and one column that is wider there
            if about["name"] == "points_avg_last_5":
                about.pop("precision"), about.pop("scale")
        self.cloud.make_table(dataset, "player_daily_cache", kept)
        said = self.upload()
        self.assertIn("lacks columns, which are left out", said)
        self.assertIn("cache_version", said)
        self.assertIn("precompute_processor_runs does not exist", said)
        self.assertEqual(len(self.cloud.table(dataset, "player_daily_cache")), len(self.exported["player_daily_cache"]))

    def test_another_type_is_refused(self):
        self.make_tables("player_daily_cache")
        dataset, fields = self.schema["player_daily_cache"]
        changed = [dict(about, type="DATE") if about["name"] == "cache_version" else about for about in fields]
        self.cloud.make_table(dataset, "player_daily_cache", changed)
        said = self.upload(expect=5)
        self.assertIn("column cache_version is DATE there", said)
        self.assertEqual(self.jobs(""), [])

    def test_partitions_that_expire_are_refused(self):
        self.make_tables("player_daily_cache")
        dataset, fields = self.schema["player_daily_cache"]
        self.cloud.make_table(dataset, "player_daily_cache", fields,
                              timePartitioning={"type": "DAY", "field": "cache_date", "expirationMs": str(30 * 86400000)})
        said = self.upload(expect=5)
        statement = said[said.index("ALTER TABLE"):].splitlines()[0]
        self.assertEqual(self.jobs(""), [])
        self.cloud.query(statement)
        self.upload()
        self.check_rows()

    def test_places(self):
        west = f"{URL}?location=us-west2&precompute=w1&predictions=w2&processing=w3&orchestration=w1"
        for dataset in ("w1", "w2"):
            self.cloud.make_dataset(dataset, location="us-west2")
        said = self.upload("--create-tables", expect=5, url=west.replace("location=us-west2&", ""))
        self.assertIn("dataset w3", said)
        self.cloud.make_dataset("w3", location="EU")
        said = self.upload("--create-tables", expect=5, url=west.replace("location=us-west2&", ""))
        self.assertIn("choose datasets of one location", said)
        self.cloud.make_dataset("w4", location="us-west2")
        for url in (west.replace("w3", "w4").replace("location=us-west2&", ""), west.replace("w3", "w4")):
            self.upload("--create-tables", url=url)
        self.assertEqual(len(self.cloud.table("w2", "ml_feature_store_v2")), len(self.exported["ml_feature_store_v2"]))
        self.assertEqual(len(self.jobs("_commit_")), 1)

    def test_jobs_that_fail(self):
        self.make_tables()
        self.cloud.faults({"at": 1, "do": "job_fails"}, {"at": 2, "do": "conflict"})
        self.upload()
        self.check_rows()
        self.assertEqual(len(self.jobs("_commit_")), 2)
        self.cloud.faults({"at": 1, "do": "job_fails", "reason": "invalid", "message": "planted: no"})
        said = self.upload("--again", expect=5)
        self.assertIn("planted: no", said)
        self.upload("--again")
        self.check_rows()

    def test_what_else_wrote_is_found(self):
        self.make_tables()
        with self.subTest("counts"):
            self.cloud.faults({"at": 1, "path": "/queries", "do": "status", "status": 403})
            said = self.upload(expect=5)
            self.assertIn("bigquery.tables.getData", said)
            self.assertTrue((self.directory / "results.h5.upload.json").exists())
            self.cloud.query("DELETE FROM nba_precompute.team_defense_zone_analysis WHERE true")
            said = self.upload(expect=5)
            self.assertIn("team_defense_zone_analysis has 0 rows", said)
            self.assertIn("already uploaded", self.upload())
            self.upload("--again")
            self.check_rows()

    def test_dry_run_asks_nothing(self):
        self.cloud.faults()
        said = self.upload("--dry-run")
        self.assertIn(f"{PROJECT}.nba_precompute.player_daily_cache", said)
        self.assertEqual(self.cloud.log(), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
