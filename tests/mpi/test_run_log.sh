#!/bin/bash
# The log of a healthy run is what people grep for (spec/backfill.md §10): rates, the line on reprocess attempts, and none of
# the words of trouble.
# timeout: 300
. "$BF_SOURCE_DIR/tests/support/check.sh"

expect_exit 0 "$BACKFILL" synth --seasons 2021 --out snapshot
expect_exit 0 "$MPIRUN" -np 2 "$BACKFILL" --progress 0.02
cp err log
[ ! -s out ] || fail "a run prints to standard output"
if grep -E 'Error|ERROR|Exception|Traceback|Failed|Timeout of 600' log >trouble; then
    fail "words of trouble in a healthy log: $(head -1 trouble)"
fi
if grep -vE '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z (DEBUG|INFO|WARNING) rank=[0-9]+ ' log >strange; then
    fail "not a log line: $(head -1 strange)"
fi
grep -qE 'progress: [0-9]+/[0-9]+ dates \| Rate: [0-9.]+ dates/sec \| ETA: ' log || fail "no rate line"
grep -qE 'progress: ([0-9]+)/\1 dates' log || fail "the last rate line does not count all dates"
grep -qE 'BACKFILL MODE: Skipping [0-9]+ reprocess attempt recordings' log || fail "no line on reprocess attempts"
grep -qE 'Found [0-9]+ game dates out of [0-9]+ calendar days' log || fail "no line on game dates"

# Nothing is left beside the results, and the same command finds nothing to do.
[ "$(find . -maxdepth 1 -name 'results.h5*')" = ./results.h5 ] || fail "left behind: $(ls results.h5*)"
expect_exit 0 "$BACKFILL"
expect_text err "nothing to do" 1
expect_text err "Rate:" 0

# --progress 0 is silence; debug tells of every date.
rm results.h5
expect_exit 0 "$BACKFILL" --progress 0 --log-level debug
expect_text err "Rate:" 0
expect_text err "Skipped: bootstrap period"
expect_text err "Success"
