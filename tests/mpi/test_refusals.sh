#!/bin/bash
# A checkpoint and results of another run are refused (exit 2), whatever part of the fingerprint differs, and the message says
# which; --dry-run tells the same, and what an interrupted run has done. Nothing is changed by either.
# label: faults
# timeout: 200
# cores: 1
. "$BF_SOURCE_DIR/tests/support/check.sh"

export BACKFILL_PROGRESS=0 BACKFILL_RUN_TIMESTAMP=2026-01-01T00:00:00Z
expect_exit 0 "$BACKFILL" synth --seasons 2022-2023 --out both
expect_exit 0 "$BACKFILL" synth --seasons 2022-2023 --seed 2 --out other
mkdir snapshot late
cp both/2023.h5 snapshot
cp both/2022.h5 late
cp other/2023.h5 late
dates=2024-01-10,2024-01-12,2024-01-15
run=("$BACKFILL" --out results.h5)

fingerprint() { # of the files that must not change
    find . -maxdepth 1 -name 'results.h5*' -exec md5sum {} + | sort
}

# refused TEXT OPTION...: under these options instead of those of the run
refused() {
    local text=$1 before
    shift
    before=$(fingerprint)
    expect_exit 2 "${run[@]}" "$@"
    expect_text err "$text" 1
    expect_text err "results.h5" 1
    expect_exit 0 "${run[@]}" "$@" --dry-run
    expect_text out "would be refused: " 1
    expect_text out "$text" 1
    [ "$(fingerprint)" = "$before" ] || fail "a refused run changed something: $*"
}

refuse_all() {
    refused 'context was "auto", now it is "parity"' --dates "$dates" --context parity
    refused 'processors was ["tdza", "psza", "pcf", "pdc", "ml"], now it is ["tdza"]' --dates "$dates" --processors tdza
    refused 'processors was' --dates "$dates" --start-from 5
    refused 'number of dates was 3, now it is 2' --dates 2024-01-10,2024-01-15
    refused 'first date was "2024-01-10", now it is "2024-01-11"' --dates 2024-01-11,2024-01-12,2024-01-15
    refused 'last date was "2024-01-15", now it is "2024-01-16"' --dates 2024-01-10,2024-01-12,2024-01-16
    refused 'other dates between the first and the last' --dates 2024-01-10,2024-01-13,2024-01-15
    refused 'season 2023 had SHA-256' --dates "$dates" --snapshot other_2023
    refused 'it did not read season 2022' --dates "$dates" --snapshot both
}
mkdir other_2023
cp other/2023.h5 other_2023

# A run that was stopped after its first date.
expect_exit 6 "${run[@]}" --dates "$dates" --time-limit 0.001
refuse_all
cp results.h5.checkpoint.json saved
sed -i 's/"fingerprint":"...../"fingerprint":"00000/' results.h5.checkpoint.json
refused 'was written in another file format' --dates "$dates"
sed -i 's/"program version":"[^"]*"/"program version":"0.0.9"/' results.h5.checkpoint.json
refused 'program version was "0.0.9"' --dates "$dates"
mv saved results.h5.checkpoint.json

before=$(fingerprint)
expect_exit 0 "$MPIRUN" -np 2 "${run[@]}" --dates "$dates" --dry-run
expect_text out "dates: 3 in all, 3 to compute, 0 bootstrap, 0 without games; 1 done, 2 to do" 1
expect_text out "goes on with the interrupted run" 1
expect_text out "2024-01-12 .. 2024-01-12" 1
expect_text out "2024-01-15 .. 2024-01-15" 1
expect_text out "2024-01-10" 0
grep -qE '^disk: [0-9.]+ MB for results.h5, [0-9.]+ MB free' out || fail "no line on the disk"
grep -qE '^memory of the first node: history [0-9.]+ MB, round buffers [0-9.]+ MB' out || fail "no line on memory"
expect_exit 0 "${run[@]}" --dates "$dates" --dry-run --no-resume
expect_text out "0 done, 3 to do" 1
[ "$(fingerprint)" = "$before" ] || fail "a dry run changed something"
cp results.h5.checkpoint.json saved
head -c 100 saved >results.h5.checkpoint.json
expect_exit 3 "${run[@]}" --dates "$dates" --dry-run
mv saved results.h5.checkpoint.json

expect_exit 0 "${run[@]}" --dates "$dates" --status
expect_text out "1 of 3 dates are durable, from 2024-01-10 to 2024-01-10, in 1 sessions" 1

# The same run, complete.
expect_exit 0 "$MPIRUN" -np 2 "${run[@]}" --dates "$dates"
expect_text err "RESUMING from checkpoint: 1 of 3 dates are done" 1
refuse_all
expect_exit 0 "${run[@]}" --dates "$dates" --dry-run
expect_text out "3 done, 0 to do" 1
expect_text out "nothing to do" 1
expect_exit 0 "${run[@]}" --status
expect_text out "complete" 1

# A run of two seasons, asked again with one of them, and with one of them replaced.
expect_exit 0 "${run[@]}" --dates "$dates" --snapshot both --no-resume
refused 'it read season 2022, which this one lacks' --dates "$dates"
refused 'season 2023 had SHA-256' --dates "$dates" --snapshot late

# Classes of dates.
expect_exit 0 "$BACKFILL" --dates 2023-10-25,2024-01-10,2024-02-18 --dry-run --out classes.h5
expect_text out "dates: 3 in all, 1 to compute, 1 bootstrap, 1 without games; 0 done, 3 to do" 1
[ -z "$(ls classes.h5* 2>/dev/null)" ] || fail "a dry run wrote something"
echo "all as they should be"
