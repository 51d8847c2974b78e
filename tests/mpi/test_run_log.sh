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

# One rate line an interval, with ETA, only from rank 0; one at the end of the phase, with the skew of the ranks.
rates=$(grep -cE ' rank=0 progress: [0-9]+/[0-9]+ dates \| Rate: [0-9.]+ dates/sec \| ETA: ([0-9.]+min|unknown)$' log)
[ "$rates" -ge 2 ] || fail "$rates rate lines in many intervals"
[ "$(grep -c 'progress: ' log)" = "$rates" ] || fail "rate lines of another form, or of other ranks"
fill='phase fill: [0-9]+ dates \| Rate: [0-9.]+ dates/sec \| slowest rank [01]: [0-9.]+ s, fastest rank [01]: [0-9.]+ s$'
[ "$(grep -cE "$fill" log)" = 1 ] || fail "no line on the skew of the ranks"
[ "$(grep -c 'Skipping.*reprocess attempt recordings' log)" = 1 ] || fail "not one line on reprocess attempts"
dates=$(sed -n 's/.*Found \([0-9]*\) game dates.*/\1/p' log)
[ "$(grep -cE "Processing game date [0-9]+/$dates: [0-9-]{10}: (Success|Skipped: bootstrap period)" log)" = "$dates" ] ||
    fail "not one line a date"
for phase in open select plan define fill publish; do
    grep -qE "phase $phase: [0-9.]+ s" log || fail "no line on phase $phase"
done

# On a terminal: a bar instead of lines of rates and dates.
"$BF_PYTHON" - <<'P' >terminal || fail "a run on a terminal"
import os, pty, sys
status = pty.spawn([os.environ["BACKFILL"], "--out", "terminal.h5", "--progress", "1"])
sys.exit(os.waitstatus_to_exitcode(status))
P
grep -qE '\[#*\.*\] [0-9]+/[0-9]+ dates \| Rate: ' terminal || fail "no bar on a terminal"
[ "$(grep -cE 'progress: |Processing game date' terminal)" = 0 ] || fail "lines as well as a bar on a terminal"
rm terminal.h5 terminal

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

# The sum over the dates of the debug lines is that of the run's one line.
sum=$(sed -n 's/.* DEBUG .*Skipping \([0-9]*\) reprocess.*/\1/p' err | awk '{ sum += $1 } END { print sum }')
expect_text err "INFO rank=0 BACKFILL MODE: Skipping $sum reprocess attempt recordings" 1
rm results.h5

# A date without games is said to be one; of an interrupted run only the dates of this session are counted.
expect_exit 6 "$BACKFILL" --dates 2021-11-25,2022-01-10,2022-01-11 --time-limit 0.001
expect_text err "2021-11-25: Skipped: no games" 1
expect_exit 0 "$BACKFILL" --dates 2021-11-25,2022-01-10,2022-01-11 --progress 1
expect_text err "RESUMING from checkpoint" 1
expect_text err "progress: 2/2 dates" 1
expect_text err "phase fill: 2 dates" 1

# Trouble does have the words.
expect_exit 3 "$BACKFILL" --snapshot nowhere
grep -qE 'Error|ERROR|Exception|Traceback|Failed' err || fail "trouble without its words"
