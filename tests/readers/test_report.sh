#!/bin/bash
# backfill report and --report of a run: what is refused, what is left behind, the same file gives the same bytes.
# timeout: 180
. "$BF_SOURCE_DIR/tests/support/check.sh"

expect_exit 0 "$BACKFILL" synth --seasons 2022 --out snapshot

# The run's own report, on several ranks; and again when nothing is to do. It is that of the command.
expect_exit 0 "$MPIRUN" -np 3 "$BACKFILL" --end-date 2023-01-31 --report run.html --progress 0
expect_text err "wrote run.html: nothing needs looking into" 1
expect_exit 0 "$BACKFILL" report results.h5 --out page.html
[ -s out ] && fail "report writes to standard output"
cmp run.html page.html || fail "another page than that of the run"
rm run.html
expect_exit 0 "$MPIRUN" -np 2 "$BACKFILL" --end-date 2023-01-31 --report run.html --progress 0
cmp run.html page.html || fail "another page where nothing was to do"

# Followed by an upload, also where nothing was to do; that one of them fails keeps the other from nothing.
: >in-the-way
expect_exit 5 "$MPIRUN" -np 2 "$BACKFILL" --end-date 2023-01-31 --report run.html --upload "file://$SCRATCH/in-the-way/x"
expect_text err "wrote run.html" 1
expect_exit 0 "$MPIRUN" -np 2 "$BACKFILL" --end-date 2023-01-31 --report run.html --upload "file://$SCRATCH/to"
cmp run.html page.html || fail "another page before an upload"
cmp results.h5 to/results.h5 || fail "other results were uploaded"
expect_exit 0 "$BACKFILL" --end-date 2023-01-31 --report dry.html --dry-run
[ ! -e dry.html ] || fail "a dry run writes a report"
mkdir elsewhere
cp results.h5 elsewhere
expect_exit 0 "$BACKFILL" report elsewhere/results.h5 --out page.html
cmp run.html page.html || fail "the page depends on where the file lies"

# With the snapshot of the run, and with that of another.
expect_exit 0 "$BACKFILL" report results.h5 --out page.html --snapshot snapshot --sample 2
expect_text page.html "2 dates, computed again" 1
expect_exit 0 "$BACKFILL" synth --seasons 2022 --seed 2 --out other
expect_exit 2 "$BACKFILL" report results.h5 --out other.html --snapshot other

# Usage, and what is not replaced.
expect_exit 2 "$BACKFILL" report results.h5
expect_text err "--out FILE is needed" 1
expect_exit 2 "$BACKFILL" report --out x.html
expect_exit 2 "$BACKFILL" report results.h5 --out results.h5
expect_text err "is the results file" 1
ln -s results.h5 link.h5
expect_exit 2 "$BACKFILL" report results.h5 --out link.h5
echo notes >notes.html
expect_exit 2 "$BACKFILL" report results.h5 --out notes.html
expect_text err "not replaced" 1
[ "$(cat notes.html)" = notes ] || fail "notes.html was changed"
ln -s page.html page-link.html # a link such as /dev/stdout remains one
expect_exit 0 "$BACKFILL" report results.h5 --out page-link.html
[ -L page-link.html ] && cmp run.html page.html || fail "a link was replaced by the report"
expect_exit 4 "$BACKFILL" report results.h5 --out missing/page.html
for refused in notes.html next.h5; do # before anything is computed
    expect_exit 2 "$MPIRUN" -np 2 "$BACKFILL" --out next.h5 --end-date 2023-01-31 --report $refused
done
expect_exit 4 "$MPIRUN" -np 2 "$BACKFILL" --out next.h5 --end-date 2023-01-31 --report missing/page.html
[ ! -e next.h5 ] && [ ! -e next.h5.part ] || fail "a run that cannot write its report has begun"

# Input that is missing, no results file, unfinished, or damaged: exit 3, and no page.
expect_exit 3 "$BACKFILL" report missing.h5 --out bad.html
expect_exit 3 "$BACKFILL" report snapshot/2022.h5 --out bad.html
head -c 100000 results.h5 >short.h5
expect_exit 3 "$BACKFILL" report short.h5 --out bad.html
"$BF_PYTHON" - <<'P' || exit 77
import shutil, sys
try:
    import h5py
except ImportError as error:
    print("SKIP:", error)
    sys.exit(77)
shutil.copy("results.h5", "unfinished.h5")
with h5py.File("unfinished.h5", "r+") as file:
    file["run/complete"][...] = 0
shutil.copy("results.h5", "damaged.h5")
with h5py.File("damaged.h5", "r+") as file:
    table = file["tables/player_daily_cache"]
    row = int(table["dates/first_row"][50])
    table["points_avg_last_5"][row] += 1
P
expect_exit 3 "$BACKFILL" report unfinished.h5 --out bad.html
expect_exit 3 "$BACKFILL" report damaged.h5 --out bad.html
expect_text err "player_daily_cache, date 2022-12" 1
[ ! -e bad.html ] || fail "a refused file has a report"
leftovers=(*.new)
[ ! -e "${leftovers[0]}" ] || fail "left behind: ${leftovers[*]}"
echo "all as they should be"
