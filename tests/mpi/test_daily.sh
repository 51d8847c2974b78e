#!/bin/bash
# --mode daily: the rows of a backfill, and a row of reprocess_attempts for each player of PDC with incomplete windows, numbered
# after the attempts of the input (spec/backfill.md §8).
# label: ranks
# timeout: 200
# cores: 1
. "$BF_SOURCE_DIR/tests/support/check.sh"

export BACKFILL_PROGRESS=0 BACKFILL_RUN_TIMESTAMP=2026-01-01T00:00:00Z
dates=(--dates 2024-01-10,2024-01-12)
expect_exit 0 "$BACKFILL" synth --seasons 2023 --as exports --out exports
expect_exit 0 "$BACKFILL" import --from exports --out snapshot

expect_exit 0 "$BACKFILL" "${dates[@]}" --out backfill.h5
count=$(sed -n 's/.*BACKFILL MODE: Skipping \([0-9]*\) reprocess attempt recordings/\1/p' err)
[ "$count" -gt 0 ] || fail "nobody has incomplete windows: the test tests nothing"
"$BACKFILL" digest backfill.h5 >expected
[ "$(wc -l <expected)" = 6 ] || fail "a backfill has six tables"

expect_exit 0 "$BACKFILL" "${dates[@]}" --mode daily --out daily.h5
expect_text err "Batch recorded $count reprocess attempts (0 circuit breakers tripped)" 1
expect_text err "BACKFILL MODE" 0
"$BACKFILL" digest daily.h5 >daily
[ "$(wc -l <daily)" = 7 ] || fail "daily mode has seven tables"
grep -v '^reprocess_attempts ' daily | diff expected - || fail "daily mode changes other tables"
expect_exit 0 "$BACKFILL" validate daily.h5 --snapshot snapshot --sample 2
expect_exit 0 "$MPIRUN" -np 3 "$BACKFILL" "${dates[@]}" --mode daily --out ranks.h5 --run-timestamp 2026-02-01T00:00:00Z
"$BACKFILL" digest ranks.h5 | diff daily - || fail "another digest on three ranks or at another time"

# Other modes are other runs; without PDC there is nothing to record.
expect_exit 2 "$BACKFILL" "${dates[@]}" --out daily.h5
expect_text err 'mode was "daily", now it is "backfill"' 1
expect_exit 2 "$BACKFILL" --mode nightly
expect_exit 0 "$BACKFILL" "${dates[@]}" --mode daily --processors tdza,ml --out ml.h5
expect_text err "Batch recorded" 0
[ "$("$BACKFILL" digest ml.h5 | grep -c reprocess)" = 0 ] || fail "attempts without PDC"

# The rows, and the numbers that go on from an input table.
expect_exit 0 "$BACKFILL" export daily.h5 --table reprocess_attempts
cp out first.csv
"$BF_PYTHON" - first.csv exports "$count" <<'P'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1])))
assert list(rows[0]) == ["processor_name", "entity_id", "analysis_date", "attempt_number", "attempted_at", "completeness_pct",
                         "skip_reason", "circuit_breaker_tripped", "circuit_breaker_until", "manual_override_applied", "notes",
                         "created_at"], list(rows[0])
assert len(rows) == int(sys.argv[3]), len(rows)
keys = [(row["analysis_date"], row["entity_id"]) for row in rows]
assert keys == sorted(set(keys)), "keys are not unique and sorted"
for row in rows:
    assert row["processor_name"] == "player_daily_cache" and row["attempt_number"] == "1", row
    assert row["attempted_at"].startswith("2026-01-01") and row["created_at"] == row["attempted_at"], row
    assert row["notes"] == f"Attempt 1: {float(row['completeness_pct']):.1f}% complete", row
    assert row["skip_reason"] == "incomplete_upstream_data_multi_window", row
    assert row["circuit_breaker_tripped"] == "false" and row["circuit_breaker_until"] == "", row
# Two attempts of the first player, seven of the second, and some that count for nobody here.
with open(f"{sys.argv[2]}/reprocess_attempts.csv", "w") as out:
    print("processor_name,entity_id,analysis_date,attempt_number", file=out)
    one, two = rows[0], rows[1]
    for number in (1, 2):
        print(f"player_daily_cache,{one['entity_id']},{one['analysis_date']},{number}", file=out)
    print(f"player_daily_cache,{two['entity_id']},{two['analysis_date']},7", file=out)
    print(f"player_daily_cache,{two['entity_id']},2023-12-01,9", file=out)
    print(f"team_defense_zone_analysis,{rows[2]['entity_id']},{rows[2]['analysis_date']},5", file=out)
P
expect_exit 0 "$BACKFILL" import --from exports --out numbered
expect_exit 0 "$MPIRUN" -np 2 "$BACKFILL" "${dates[@]}" --mode daily --snapshot numbered --out numbered.h5 --log-level debug
expect_text err "Batch recorded $count reprocess attempts (2 circuit breakers tripped)" 1
expect_exit 0 "$BACKFILL" export numbered.h5 --table reprocess_attempts
"$BF_PYTHON" - first.csv out <<'P'
import csv, sys
first, rows = (list(csv.DictReader(open(path))) for path in sys.argv[1:])
assert [row["attempt_number"] for row in rows] == ["3", "8"] + ["1"] * (len(first) - 2)
for row, before in zip(rows, first):
    tripped = row["attempt_number"] != "1"
    assert row["entity_id"] == before["entity_id"] and row["completeness_pct"] == before["completeness_pct"], row
    assert row["circuit_breaker_tripped"] == str(tripped).lower(), row
    assert row["circuit_breaker_until"][:10] == ("2026-01-08" if tripped else ""), row
    assert row["notes"].startswith(f"Attempt {row['attempt_number']}: "), row
P
expect_exit 0 "$BACKFILL" validate numbered.h5 --snapshot numbered
echo "all as they should be"
