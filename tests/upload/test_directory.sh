#!/bin/bash
# upload --to file:///DIR: the same files at any number of ranks, the text of export, nothing left behind, repeatable.
# timeout: 200
# cores: 1
. "$BF_SOURCE_DIR/tests/support/check.sh"

"$BF_BUILD_DIR/tests/make_results" results.h5 60 70 7
tables="team_defense_zone_analysis player_shot_zone_analysis player_composite_factors player_daily_cache ml_feature_store_v2 precompute_failures"
expect_exit 0 "$BACKFILL" export results.h5 --all --format ndjson --out text

for ranks in 1 2 5; do
    expect_exit 0 "$MPIRUN" -np "$ranks" "$BACKFILL" upload results.h5 --to "file://$SCRATCH/to-$ranks/new"
    expect_text err "uploaded results.h5" 1
    [ ! -e results.h5.upload ] && [ ! -e results.h5.upload.json ] || fail "files left beside the results"
    diff -r to-1/new "to-$ranks/new" || fail "files of $ranks ranks differ"
done
for table in $tables; do
    gzip -dc "to-1/new/$table.ndjson.gz" | cmp - "text/$table.ndjson" || fail "$table is not what export writes"
done
cmp results.h5 to-1/new/results.h5
runs=$(gzip -dc to-1/new/precompute_processor_runs.ndjson.gz)
[ "$(wc -l <<<"$runs")" = 300 ] || fail "a record for each of 5 processors and 60 dates"
expect_exit 0 "$BF_PYTHON" -c '
import json, sys
rows = [json.loads(line) for line in sys.stdin]
assert len({(row["processor_name"], row["analysis_date"]) for row in rows}) == 300
assert {row["processor_name"] for row in rows} == {"TeamDefenseZoneAnalysisProcessor", "PlayerShotZoneAnalysisProcessor",
    "PlayerCompositeFactorsProcessor", "PlayerDailyCacheProcessor", "MLFeatureStoreProcessor"}
for row in rows:
    assert row["records_processed"] == row["records_inserted"] + row["records_skipped"] and row["run_id"] and row["config_hash"]
' <<<"$runs"

# again, over what is there
expect_exit 0 "$BACKFILL" upload results.h5 --to "file://$SCRATCH/to-1/new"
diff -r to-1/new to-2/new || fail "the second time"
[ "$(ls -A to-1/new | wc -l)" = 8 ] || fail "files: $(ls -A to-1/new)"

# the history with its option only: two rows a unit, the same at any number of ranks and the second time
for ranks in 1 3; do
    expect_exit 0 "$MPIRUN" -np "$ranks" "$BACKFILL" upload results.h5 --to "file://$SCRATCH/history-$ranks" --run-history
done
expect_exit 0 env BACKFILL_RUN_HISTORY=true "$BACKFILL" upload results.h5 --to "file://$SCRATCH/history-1"
diff -r history-1 history-3 || fail "the history of 3 ranks differs"
[ "$(diff -rq to-1/new history-1)" = "Only in history-1: processor_run_history.ndjson.gz" ] || fail "more than the history was added"
expect_exit 0 "$BF_PYTHON" -c '
import gzip, json, sys
runs, told = ([json.loads(line) for line in gzip.open(f"history-1/{name}.ndjson.gz")] for name in sys.argv[1:])
ran = [row for row in told if row["status"] != "running"]
assert [row["status"] for row in told[::2]] == ["running"] * 300 and told[1::2] == ran, "a row before, a row after"
for run, begun, row in zip(runs, told[::2], ran):
    for name, other in (("processor_name",) * 2, ("data_date", "analysis_date"), ("duration_seconds",) * 2, ("records_created", "records_inserted"),
                        ("records_skipped",) * 2, ("started_at", "run_date"), ("processed_at", "run_date")):
        assert row[name] == run[other], name
    assert row["status"] == ("success" if run["success"] else "failed") and not row["skipped"] and row["season_year"] == 2021
    assert set(row) - set(begun) == {"processed_at", "duration_seconds", "records_processed", "records_created", "records_skipped", "skipped"}
    assert {**row, **begun} == {**row, "status": "running"}
assert {row["status"] for row in ran} == {"success", "failed"}
' precompute_processor_runs processor_run_history

# a dry run writes nothing
expect_exit 0 "$BACKFILL" upload results.h5 --to "file://$SCRATCH/none" --dry-run
expect_text out "nothing is sent" 1
[ ! -e none ] && [ ! -e results.h5.upload.json ] || fail "a dry run wrote something"
expect_exit 0 "$BACKFILL" upload results.h5 --to 'bigquery://p?predictions=other' --dry-run
expect_text out "p.other.ml_feature_store_v2" 1
expect_text out "p.nba_processing.precompute_processor_runs" 1
expect_text out "processor_run_history" 0
expect_exit 0 "$BACKFILL" upload results.h5 --to 'bigquery://p' --dry-run --run-history
grep -Eq "^processor_run_history +600 .* p.nba_reference.processor_run_history$" out || fail "the history is not announced"

# what is refused
expect_exit 2 "$BACKFILL" upload results.h5
expect_text err "--to URL is needed" 1
expect_exit 2 "$MPIRUN" -np 2 "$BACKFILL" upload results.h5 --to file://here
expect_text err "file:///DIR" 1
expect_exit 3 "$BACKFILL" upload missing.h5 --to "file://$SCRATCH/x"
touch in-the-way
expect_exit 5 "$MPIRUN" -np 2 "$BACKFILL" upload results.h5 --to "file://$SCRATCH/in-the-way/x"
expect_text err "in-the-way" 1
[ -e results.h5.upload.json ] || fail "the state is kept"
# files that are whole are not made again; damaged ones are
expect_exit 5 "$BACKFILL" upload results.h5 --to "file://$SCRATCH/in-the-way/x"
expect_text err "are whole; the upload goes on" 1
printf x >>results.h5.upload/player_daily_cache.ndjson.gz
expect_exit 0 "$BACKFILL" upload results.h5 --to "file://$SCRATCH/to-3/new"
expect_text err "formatted" 1
diff -r to-1/new to-3/new || fail "after damage"

# begun with the history and ended without it, and the other way round: what the last command says is there
expect_exit 5 "$BACKFILL" upload results.h5 --to "file://$SCRATCH/in-the-way/x" --run-history
[ -e results.h5.upload/processor_run_history.ndjson.gz ] || fail "the history was not made"
expect_exit 0 "$BACKFILL" upload results.h5 --to "file://$SCRATCH/without"
diff -r to-1/new without || fail "begun with the history"
expect_exit 5 "$BACKFILL" upload results.h5 --to "file://$SCRATCH/in-the-way/x"
expect_exit 0 "$BACKFILL" upload results.h5 --to "file://$SCRATCH/with" --run-history
diff -r history-1 with || fail "begun without the history"
[ ! -e results.h5.upload ] && [ ! -e results.h5.upload.json ] || fail "files left of the history"

# two at once: the second is refused
mkdir results.h5.upload
exec 8>results.h5.upload/lock
flock 8
expect_exit 5 "$BACKFILL" upload results.h5 --to "file://$SCRATCH/x"
expect_text err "in use by another upload" 1
exec 8>&-
expect_exit 0 "$BACKFILL" upload results.h5 --to "file://$SCRATCH/x"

# killed while formatting, and told to stop
expect_exit 4 env BACKFILL_FAULT=write:9 "$BACKFILL" upload results.h5 --to "file://$SCRATCH/y"
expect_exit 0 "$BACKFILL" upload results.h5 --to "file://$SCRATCH/y"
diff -r to-1/new y || fail "after a failed write"

# one rank fails: all end together with one code, and the same command goes on
for fault in alloc:90@1=70 alloc:200@0=70 hdf5:100@1=3 write:1@1=4 write:8@0=4 mpi:15@1=70; do
    expect_exit "${fault#*=}" env BACKFILL_FAULT="${fault%=*}" "$MPIRUN" -np 2 "$BACKFILL" upload results.h5 --to "file://$SCRATCH/f"
    expect_exit 0 "$BACKFILL" upload results.h5 --to "file://$SCRATCH/f"
    diff -r to-1/new f || fail "after $fault"
    [ ! -e results.h5.upload ] && [ ! -e results.h5.upload.json ] || fail "files left after $fault"
done

# the run itself uploads what it made, and what is complete already
expect_exit 0 "$BACKFILL" synth --seasons 2021-2021 --out snapshot
run=("$BACKFILL" --snapshot snapshot --dates 2021-12-03 --out run.h5 --run-timestamp 2022-01-01T00:00:00Z)
expect_exit 2 "${run[@]}" --upload ftp://x
[ ! -e run.h5 ] || fail "a run with a wrong URL began"
expect_exit 0 "$MPIRUN" -np 2 "${run[@]}" --upload "file://$SCRATCH/run"
expect_text err "(synthetic data)" 1
cmp run.h5 run/run.h5
rm -r run
expect_exit 0 "${run[@]}" --upload "file://$SCRATCH/run"
expect_text err "nothing to do" 1
cmp run.h5 run/run.h5
