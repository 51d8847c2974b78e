"""backfill pull: the snapshot is that of an import of the same rows, whatever the servers do meanwhile."""
# timeout: 240
# cores: 1
import csv
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

SOURCE = pathlib.Path(os.environ["BF_SOURCE_DIR"])
sys.path.insert(0, str(SOURCE / "tests/support/cloud"))
from cloud import PROJECT, USER, Cloud  # noqa: E402
from values import Field  # noqa: E402

BACKFILL = os.environ["BACKFILL"]
BASE = SOURCE / "tests/cases/import/base"
# Where the tables are in BigQuery, and the types of their columns; what is not listed is STRING.
PLACES = {"player_game_summary": "nba_analytics.player_game_summary", "schedule": "nba_raw.nbac_schedule",
          "team_offense_game_summary": "nba_analytics.team_offense_game_summary",
          "team_defense_game_summary": "nba_analytics.team_defense_game_summary", "players": "nba_reference.players"}
TYPES = {"game_date": "DATE", "birth_date": "DATE", "processed_at": "TIMESTAMP", "is_active": "BOOL", "win_flag": "BOOL",
         "is_regular_season": "BOOL", "is_playoffs": "BOOL", "minutes_played": "NUMERIC", "usage_rate": "FLOAT64",
         "pace": "FLOAT64", "offensive_rating": "NUMERIC", "defensive_rating": "FLOAT64"}
COUNTS = {"season_year", "points", "fg_attempts", "fg_makes", "game_status", "points_allowed", "opp_paint_attempts", "opp_paint_makes"}
SEASONS = (2022, 2023)


def base_rows(table):
    with open(next(BASE.glob(table + "*.csv")), encoding="utf-8") as file:
        return list(csv.DictReader(file))


def in_season(row, season):
    """A row of the base season a few years later."""
    shift = season - 2022
    return {name: re.sub(r"^(00)?(20)?(2[23])", lambda match: (match[1] or "") + (match[2] or "") + str(int(match[3]) + shift), value)
            if name in ("game_id", "game_date", "season_year", "processed_at") else value for name, value in row.items()}


def all_rows():
    """Rows of every table as text, in file order, an unknown column and nulls among them."""
    tables = {table: [in_season(row, season) for season in SEASONS for row in base_rows(table)]
              for table in ("player_game_summary", "schedule", "team_offense_game_summary", "team_defense_game_summary")}
    for number, row in enumerate(tables["player_game_summary"]):
        row.update(points=row["points"] if number % 7 else None, not_ours="x\n\"y\"", universal_player_id=f"{row['player_lookup']}_ä\\1",
                   processed_at=row["processed_at"].replace("23:00:00", f"23:00:{number % 60:02d}.{number:06d}"))
    tables["players"] = [{"player_lookup": name, "birth_date": date} for name, date in (("tatum", "1998-03-03"), ("james", None))]
    return tables


class Pull(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory(prefix="backfill-pull.")
        cls.scratch = pathlib.Path(cls.directory.name)
        cls.cloud = Cloud(str(cls.scratch / "cloud")) if (cls.scratch / "cloud").mkdir() is None else None
        cls.cloud.__enter__()
        cls.tables = all_rows()
        for dataset in ("nba_analytics", "nba_raw", "nba_reference"):
            cls.cloud.make_dataset(dataset)
        for table, rows in cls.tables.items():
            cls.fill(PLACES[table], rows)
        exports = cls.scratch / "exports"
        exports.mkdir()
        for table, rows in cls.tables.items():
            text = "".join(json.dumps({name: value for name, value in row.items() if value is not None}) + "\n" for row in rows)
            (exports / f"{table}.json").write_text(text, encoding="utf-8")
        done = subprocess.run([BACKFILL, "import", "--from", exports, "--out", cls.scratch / "imported"], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        cls.wanted = cls.content(done.stdout)
        assert len(cls.wanted) == 2

    @classmethod
    def tearDownClass(cls):
        cls.cloud.__exit__()
        cls.directory.cleanup()

    @classmethod
    def fill(cls, place, rows, kinds=None):
        """Makes a table of these rows."""
        dataset, name = place.split(".")
        kinds = dict(TYPES, **dict.fromkeys(COUNTS, "INT64"), **(kinds or {}))
        fields = [Field(column, kinds.get(column, "STRING")) for column in rows[0]]
        cls.cloud.token = None
        cls.cloud.make_table(dataset, name, [field.to_api() for field in fields])
        with sqlite3.connect(f"{cls.cloud.directory}/state.db", timeout=30) as db:
            db.executemany(f'INSERT INTO "{PROJECT}.{place}" ({", ".join(field.name for field in fields)}) VALUES ({", ".join("?" * len(fields))})',
                           [[field.load(row[field.name]) for field in fields] for row in rows])

    @staticmethod
    def content(out):
        return re.findall(r"/(\d{4})\.h5: .*(\d+ rows, sha256 [0-9a-f]{64})", out)

    def setUp(self):
        self.cloud.faults()
        self.cloud.admin("settings", {"page_rows": 100000, "polls": 0})  # a query ends at once: every table and season is one request
        self.out = self.scratch / "out/snapshot"
        self.folder = self.scratch / "out/snapshot.pull"
        shutil.rmtree(self.out.parent, ignore_errors=True)

    def command(self, *options, ranks=1):
        start = [] if ranks == 1 else [os.environ["MPIRUN"], "-np", str(ranks)]
        return [*start, BACKFILL, "pull", "--project", PROJECT, "--seasons", "2022-2023", "--out", str(self.out), "--retry-wait", "0.01",
                "--retry-limit", "3", "--stall-limit", "0.5", *options]

    def environment(self, **more):
        return {name: value for name, value in (os.environ | self.cloud.environment() | more).items() if value is not None}

    def run_pull(self, *options, ranks=1, **more):
        done = subprocess.run(self.command(*options, ranks=ranks), env=self.environment(**more), capture_output=True, text=True, timeout=60, check=False)
        self.no_secrets(done.stdout + done.stderr)
        return done

    def no_secrets(self, text):
        with open(self.cloud.key, encoding="ascii") as file:
            pem = json.load(file)["private_key"]
        for secret in [USER["client_secret"], USER["refresh_token"], "Bearer", "assertion=", *pem.split("\n")[1:-2]]:
            self.assertNotIn(secret, text)
        for (token,) in self.cloud.rows("SELECT token FROM _tokens"):
            self.assertNotIn(token, text)

    def check_right(self, done):
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.content(done.stdout), self.wanted)
        self.assertEqual(sorted(os.listdir(self.out)), ["2022.h5", "2023.h5"])
        self.assertFalse(self.folder.exists())

    def asked(self):
        """method and path without query of what the servers were asked."""
        return [(entry["method"], entry["target"].split("?")[0]) for entry in self.cloud.log()]

    def test_equal_to_import(self):
        self.cloud.admin("settings", {"page_rows": 17, "polls": 2})
        done = self.run_pull()
        self.check_right(done)
        self.assertIn("columns not used: not_ours", done.stderr)
        self.assertRegex(done.stderr, r"player_game_summary 2022: 120 rows in .* \(1 of 9\)")
        self.assertIn("as service account", done.stderr)
        info = subprocess.run([BACKFILL, "info", self.out], capture_output=True, text=True, check=True).stdout
        self.assertIn("pull", info)
        self.check_right(self.run_pull(ranks=3))

    def test_other_credentials(self):
        self.check_right(self.run_pull(GOOGLE_APPLICATION_CREDENTIALS=self.cloud.user))

    def test_faults(self):
        """Each fault at requests of every kind: it goes on, or says why not and then goes on."""
        faults = [{"do": "status", "status": status} for status in (400, 401, 403, 404, 429, 503)] + \
            [{"do": do} for do in ("cut_before", "cut_after", "cut_in_reply", "malformed", "wrong_types", "huge", "stall", "endless", "unauthorized",
                                   "job_fails")]
        for fault in faults:
            for at, polls in ((1, 0), (2, 0), (10, 0), (11, 0), (11, 1)):  # token, table, query, its second page, its end
                if at in (1, 10) and (fault["do"] in ("stall", "endless", "huge") or fault.get("status") in (400, 403)):
                    continue
                self.cloud.admin("settings", {"page_rows": 100, "polls": polls})
                with self.subTest(fault=fault, at=at, polls=polls):
                    shutil.rmtree(self.out.parent, ignore_errors=True)
                    self.cloud.faults(dict(fault, at=at))
                    done = self.run_pull()
                    if done.returncode != 0:
                        self.assertIn(done.returncode, (3, 5), done.stderr)
                        self.assertRegex(done.stderr, r"ERROR .*(HTTP \d|not as expected|not a JSON object|longer than|no such table|access token)")
                        self.assertFalse(self.out.exists())
                        self.cloud.faults()
                        self.cloud.admin("settings", {"page_rows": 100000, "polls": 0})
                        done = self.run_pull()
                    self.check_right(done)

    def test_goes_on(self):
        """kill -9 and SIGTERM at any request: what was pulled is not pulled again."""
        for at in (3, 10, 13, 17):
            for killed in (True, False):
                with self.subTest(at=at, killed=killed):
                    shutil.rmtree(self.out.parent, ignore_errors=True)
                    group = self.scratch / "group"
                    self.cloud.faults({"at": at, "do": "kill_after", "group_file": str(group)} if killed else {"at": at, "do": "stall"})
                    process = subprocess.Popen(["bash", "-c", f'echo $$ >"{group}"; exec "$@"', "-", *self.command("--stall-limit", "20")],
                                               env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
                    while not killed and len(self.cloud.log()) < at:
                        time.sleep(0.02)
                    start = time.monotonic()
                    if not killed:
                        process.send_signal(signal.SIGTERM)
                    _, err = process.communicate(timeout=30)
                    self.assertEqual(process.returncode, -9 if killed else 6, err)
                    if not killed:
                        self.assertLess(time.monotonic() - start, 1)
                        self.assertRegex(err, r"stopped by SIGTERM: \d of \d files are there; the same command goes on")
                    self.assertFalse(self.out.exists())
                    self.cloud.faults()
                    done = self.run_pull()
                    self.check_right(done)
                    self.assertEqual(done.stderr.count("is there already"), max(0, at - 10), done.stderr)

    def test_older_files(self):
        """Files of another source, of seasons that are not asked for, or a day old are not taken."""
        self.cloud.faults({"at": 14, "times": 99, "do": "status", "status": 400})
        self.assertEqual(self.run_pull().returncode, 5)
        parts = sorted(self.folder.glob("*.gz"))
        self.assertGreater(len(parts), 2)
        os.utime(parts[0], (time.time() - 90000,) * 2)
        (self.folder / "player_game_summary-2020.ndjson.gz").write_bytes(parts[0].read_bytes())
        (self.folder / "something.json").write_text("x", encoding="ascii")
        self.cloud.faults()
        done = self.run_pull()
        self.check_right(done)
        self.assertEqual(done.stderr.count("is there already"), len(parts) - 1)
        self.cloud.faults({"at": 14, "times": 99, "do": "status", "status": 400})
        self.assertEqual(self.run_pull().returncode, 5)
        self.cloud.faults()
        done = self.run_pull("--players-table", "nba_reference.others")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("is there already", done.stderr)
        self.assertIn("of other tables", done.stderr)

    def test_in_use(self):
        self.cloud.faults({"at": 12, "do": "stall"})
        with subprocess.Popen(self.command("--stall-limit", "20"), env=self.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            while len(self.cloud.log()) < 12:
                time.sleep(0.02)
            done = self.run_pull()
            self.assertEqual(done.returncode, 4)
            self.assertIn("in use", done.stderr)
            process.send_signal(signal.SIGTERM)
        self.check_right(self.run_pull())

    def test_wrong_rows(self):
        """A value that import refuses: exit 3 with table, row and column; nothing of it stays."""
        for name, change, said in (("bounds", {"points": "99999"}, "row 5: column points: expected a whole number from -1000 to 1000, found \"99999\""),
                                   ("id", {"game_id": "x"}, "row 5: column game_id: expected a game"),
                                   ("null", {"team_abbr": None}, "row 5: column team_abbr: expected a value, found none")):
            rows = [dict(row) for row in self.tables["player_game_summary"]]
            rows[4].update(change)
            self.cloud.make_dataset(f"d_{name}")
            self.fill(f"d_{name}.player_game_summary", rows)
            done = self.run_pull("--dataset", f"d_{name}")
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertIn(f"{PROJECT}.d_{name}.team_offense_game_summary: there is no such table", done.stderr)
            for table in ("team_offense_game_summary", "team_defense_game_summary"):
                self.fill(f"d_{name}.{table}", self.tables[table])
            done = self.run_pull("--dataset", f"d_{name}")
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertIn(f"{PROJECT}.d_{name}.player_game_summary, season 2022-23: {said}", done.stderr)
            self.assertFalse(self.out.exists())
            self.assertFalse(self.folder.exists())

    def test_wrong_tables(self):
        rows = self.tables["player_game_summary"]
        self.cloud.make_dataset("d_many")
        self.fill("d_many.player_game_summary", rows + rows[:100])  # too many duplicates: only the whole tells
        for table in ("team_offense_game_summary", "team_defense_game_summary"):
            self.fill(f"d_many.{table}", self.tables[table])
        done = self.run_pull("--dataset", "d_many")
        self.assertEqual(done.returncode, 3)
        self.assertIn("duplicate rows", done.stderr)
        self.assertFalse(self.out.exists() or self.folder.exists())
        self.cloud.make_dataset("d_key")
        self.fill("d_key.player_game_summary", [{name: value for name, value in row.items() if name != "game_id"} for row in rows])
        done = self.run_pull("--dataset", "d_key")
        self.assertEqual(done.returncode, 3)
        self.assertIn(f"{PROJECT}.d_key.player_game_summary: column game_id: is missing", done.stderr)
        self.cloud.make_dataset("d_list")
        self.cloud.make_table("d_list", "player_game_summary", [Field(name, "STRING", "REPEATED" if name == "points" else "NULLABLE").to_api() | (
            {"type": "DATE"} if name == "game_date" else {}) for name in rows[0]])
        with sqlite3.connect(f"{self.cloud.directory}/state.db", timeout=30) as db:
            db.execute(f'INSERT INTO "{PROJECT}.d_list.player_game_summary" (game_date, points) VALUES (\'2022-12-01\', \'[]\')')
        for table in ("team_offense_game_summary", "team_defense_game_summary"):
            self.fill(f"d_list.{table}", self.tables[table])
        done = self.run_pull("--dataset", "d_list")
        self.assertEqual(done.returncode, 5)
        self.assertIn("column points: expected a single value", done.stderr)

    def test_without_optional_tables(self):
        done = self.run_pull("--schedule-table", "nba_raw.none", "--players-table", f"{PROJECT}.none.none")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"table schedule: there is no {PROJECT}.nba_raw.none", done.stderr)
        self.assertIn("table schedule is missing", done.stderr)

    def test_other_places(self):
        """Data in another project and region; the queries run in ours, where the data is."""
        self.cloud.token = None
        self.assertEqual(self.cloud.call("POST", "/bigquery/v2/projects/other/datasets", {"datasetReference": {"datasetId": "far"}, "location": "us-west2"}).status, 200)
        rows = [{"player_lookup": "tatum", "birth_date": "1998-03-03"}]
        reply = self.cloud.call("POST", "/bigquery/v2/projects/other/datasets/far/tables", {
            "tableReference": {"tableId": "people"}, "schema": {"fields": [Field("player_lookup", "STRING").to_api(), Field("birth_date", "DATE").to_api()]}})
        self.assertEqual(reply.status, 200, reply.body)
        with sqlite3.connect(f"{self.cloud.directory}/state.db", timeout=30) as db:
            db.executemany('INSERT INTO "other.far.people" VALUES (?, ?)', [list(row.values()) for row in rows])
        done = self.run_pull("--players-table", "other.far.people")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("pull: players: 1 rows", done.stderr)
        self.assertEqual({path for method, path in self.asked() if method == "POST" and path.endswith("/queries")}, {f"/bigquery/v2/projects/{PROJECT}/queries"})

    def test_usage(self):
        for options, said in ((["--project", ""], "--project"), (["--dataset", "a`b"], "[PROJECT.]DATASET.TABLE"), (["--dataset", "a.b.c.d"], None),
                              (["--seasons", "20"], "--seasons"), (["--schedule-table", "nodataset"], "table schedule"), (["--project", "p;--"], "p;--")):
            done = self.run_pull(*options)
            if said:
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(said, done.stderr)
        done = self.run_pull("--seasons", "1990")
        self.assertEqual(done.returncode, 3)
        self.assertIn("has no rows", done.stderr)


if __name__ == "__main__":
    unittest.main()
