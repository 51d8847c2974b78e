#!/bin/bash
# Results of pieces of a range, merged, are those of one run over it: every dataset and attribute, and what the other
# commands say. What is not of one run is refused, and the message names what differs and both files.
# label: ranks
# timeout: 200
# cores: 1
. "$BF_SOURCE_DIR/tests/support/check.sh"

export BACKFILL_PROGRESS=0
early=2026-01-01T00:00:00Z late=2026-01-03T00:00:00.25Z # the latest of the pieces is that of the merged file
expect_exit 0 "$BACKFILL" synth --seasons 2023 --out snapshot

# piece FILE TIMESTAMP OPTION...
piece() {
    expect_exit 0 "$BACKFILL" --out "$1" --run-timestamp "$2" "${@:3}"
}

# same WHOLE MERGED FILES: the two files differ in what tells how they came about alone.
same() {
    diff <("$BACKFILL" digest "$1") <("$BACKFILL" digest "$2") >&2 || fail "another digest: $2"
    expect_exit 0 "$BACKFILL" compare "$1" "$2"
    expect_text out "same" 1
    [ "$(ls -d "$2"*)" = "$2" ] || fail "left behind: $(ls -d "$2"*)"
    "$BF_PYTHON" - "$@" <<'P'
import json, sys
try:
    import h5py, numpy
except ImportError:
    sys.exit(0)
files = [h5py.File(path) for path in sys.argv[1:3]]

def plain(value):
    return value.tobytes() if isinstance(value, numpy.ndarray) and value.dtype != object else str(value)

def look(file):
    found = {}
    def visit(name, it):
        found[name] = {key: plain(value) for key, value in it.attrs.items() if key not in ("REFERENCE_LIST", "DIMENSION_LIST")}
        if isinstance(it, h5py.Dataset):
            found[name]["values"] = (it.shape, str(it.dtype), plain(it[()]), it.id.get_storage_size())
    visit("/", file)
    file.visititems(visit)
    return found

a, b = map(look, files)
differ = sorted(name for name in a.keys() | b.keys() if a.get(name) != b.get(name))
assert set(differ) <= {"run/sessions", "run/seal", "run/units/seconds"}, differ
sessions = json.loads(bytes(files[1]["run/sessions"][()]).rstrip(b"\0"))
assert [it.get("merged_files", 0) for it in sessions] == [0] * int(sys.argv[3]) + [int(sys.argv[3])], sessions
starts = [it["start"] for it in sessions]
assert starts == sorted(starts), starts
P
}

# A whole range, and pieces of it: one date, no date, dates between those of another piece.
range=(--start-date 2023-11-01 --end-date 2024-01-20)
piece whole.h5 $late "${range[@]}"
piece one.h5 $early --start-date 2023-11-01 --end-date 2023-12-01
piece two.h5 $late --start-date 2023-12-02 --end-date 2023-12-02
piece rest.h5 $early --start-date 2023-12-03 --end-date 2024-01-20
piece none.h5 $early --start-date 2024-02-17 --end-date 2024-02-18
expect_exit 0 "$BACKFILL" info none.h5
expect_text out "dates 0" 1

expect_exit 0 "$BACKFILL" merge rest.h5 one.h5 two.h5 --out merged.h5
expect_text err "wrote merged.h5: dates=" 1
same whole.h5 merged.h5 3
expect_exit 0 "$BACKFILL" --out merged.h5 "${range[@]}"
expect_text err "nothing to do" 1
expect_exit 0 "$BACKFILL" merge one.h5 two.h5 rest.h5 --out merged.h5
expect_text err "nothing to do" 1
expect_exit 0 "$BACKFILL" --out whole.h5 "${range[@]}"
expect_text err "nothing to do" 1
expect_exit 0 "$BACKFILL" info merged.h5
expect_text out "merged 3 files" 1

expect_exit 0 "$BACKFILL" merge none.h5 two.h5 rest.h5 --out part.h5
expect_exit 0 "$MPIRUN" -np 3 "$BACKFILL" merge --out twice.h5 part.h5 one.h5
diff <("$BACKFILL" digest whole.h5) <("$BACKFILL" digest twice.h5) >&2 || fail "another digest of what was merged twice"
expect_exit 0 "$BACKFILL" merge one.h5 --out copy.h5
same one.h5 copy.h5 1
expect_exit 0 "$BACKFILL" merge none.h5 --out empty.h5
same none.h5 empty.h5 1

piece odd.h5 $late --dates 2024-01-10,2024-01-12,2024-01-16,2024-02-18 # the last has no games
piece even.h5 $late --dates 2023-10-25,2024-01-11,2024-01-15           # the first is a bootstrap date
piece both.h5 $late --dates 2023-10-25,2024-01-10,2024-01-11,2024-01-12,2024-01-15,2024-01-16,2024-02-18
expect_exit 0 "$BACKFILL" merge odd.h5 even.h5 --out woven.h5
same both.h5 woven.h5 2

# What the other commands say of it.
expect_exit 0 "$BACKFILL" validate merged.h5 --snapshot snapshot --sample 2
for file in whole merged; do
    "$BACKFILL" validate $file.h5 | sed "s/$file.h5/FILE/" >$file.validated
    expect_exit 0 "$BACKFILL" export $file.h5 --all --out $file.exported
    expect_exit 0 "$BACKFILL" upload $file.h5 --to "file://$PWD/$file.uploaded"
    find $file.uploaded -name '*.ndjson.gz' ! -name '*runs*' -exec md5sum {} + | sed "s/$file.//g" | sort >$file.sums
done
diff whole.validated merged.validated >&2 || fail "validate says something else"
diff -r whole.exported merged.exported >&2 || fail "export writes something else"
[ "$(wc -l <whole.sums)" = 6 ] || fail "files of the upload"
diff whole.sums merged.sums >&2 || fail "upload sends something else"

# Daily mode: what follows from the run's timestamp follows from that of the merged file.
expect_exit 0 "$BACKFILL" export odd.h5 --table pdc --dates 2024-01-12
"$BACKFILL" --out daily.h5 --dates 2024-01-12 --mode daily 2>/dev/null
"$BACKFILL" export daily.h5 --table reprocess_attempts >attempts
expect_exit 0 "$BACKFILL" synth --seasons 2023 --as exports --out exports
awk -F, 'NR == 1 { print "processor_name,entity_id,analysis_date,attempt_number" } NR > 1 { print $1 "," $2 "," $3 ",2" }' \
    attempts >exports/reprocess_attempts.csv
[ "$(wc -l <exports/reprocess_attempts.csv)" -gt 2 ] || fail "nobody has incomplete windows: the test tests nothing"
expect_exit 0 "$BACKFILL" import --from exports --out numbered
daily=(--snapshot numbered --mode daily)
piece one_day.h5 $early "${daily[@]}" --dates 2024-01-12
piece another.h5 $late "${daily[@]}" --dates 2024-01-10
piece days.h5 $late "${daily[@]}" --dates 2024-01-10,2024-01-12
expect_exit 0 "$BACKFILL" merge one_day.h5 another.h5 --out merged_days.h5
same days.h5 merged_days.h5 2
expect_exit 0 "$BACKFILL" export merged_days.h5 --table reprocess_attempts
grep -q "2026-01-10" out || fail "no breaker has tripped: the test tests nothing"
expect_exit 0 "$BACKFILL" --out merged_days.h5 "${daily[@]}" --dates 2024-01-10,2024-01-12
expect_text err "nothing to do" 1

# Exit code and message of a run that wants attention: here a season without zones, and a date without any history.
"$BF_PYTHON" - <<'P'
import glob, gzip, json
for path in glob.glob("exports/player_game_summary*"):
    with gzip.open(path, "rt") as stream:
        rows = [json.loads(line) for line in stream]
    with gzip.open(path, "wt") as stream:
        for row in rows:
            if row["game_date"] >= "2024-01-10":
                stream.write(json.dumps({key: row[key] for key in row if "paint" not in key and "mid_range" not in key}) + "\n")
P
expect_exit 0 "$BACKFILL" import --from exports --out bare
wanting() { # FILE DATES
    expect_exit 1 "$BACKFILL" --out "$1" --run-timestamp $early --snapshot bare --skip-preflight --dates "$2"
}
wanting bare_one.h5 2024-01-10
wanting bare_two.h5 2024-01-12
wanting bare.h5 2024-01-10,2024-01-12
grep -o "wants a look: .*" err >attention
expect_text attention "units without rows 1, records to investigate 1, nulled values 0, contaminated seasons 1" 1
expect_exit 1 "$BACKFILL" merge bare_two.h5 bare_one.h5 --out bare_merged.h5
grep -o "wants a look: .*" err | diff attention - >&2 || fail "a merge wants another look than a run"
same bare.h5 bare_merged.h5 2
expect_exit 1 "$BACKFILL" validate bare_merged.h5
expect_text out "the input of a season lacks shot zones (1)" 1

# refused CODE TEXT ARGUMENT...: nothing is written; the message has the text.
refused() {
    expect_exit "$1" "$BACKFILL" merge --out refused.h5 "${@:3}"
    expect_text err "$2" 1
    [ -z "$(ls refused.h5* 2>/dev/null)" ] || fail "left behind by a refused merge: ${*:3}"
}
expect_exit 0 "$BACKFILL" synth --seasons 2023 --seed 2 --out other
mkdir more
cp snapshot/2023.h5 more
expect_exit 0 "$BACKFILL" synth --seasons 2022 --out earlier
cp earlier/2022.h5 more
day=(--dates 2024-01-10)
piece parity.h5 $early "${day[@]}" --context parity
piece tdza.h5 $early "${day[@]}" --processors tdza
piece other.h5 $early "${day[@]}" --snapshot other
piece more.h5 $early "${day[@]}" --snapshot more
refused 2 'parity.h5 does not fit one.h5: context is "parity", not "auto"' one.h5 parity.h5
refused 2 'tdza.h5 does not fit one.h5: processors is ["tdza"], not ["tdza", "psza", "pcf", "pdc", "ml"]' one.h5 tdza.h5
piece backfill_day.h5 $early --snapshot numbered --dates 2024-01-10
refused 2 'backfill_day.h5 does not fit one_day.h5: mode is "backfill", not "daily"' one_day.h5 backfill_day.h5
refused 2 'other.h5 does not fit one.h5, it was made from another snapshot: season 2023 had SHA-256' one.h5 other.h5
refused 2 'more.h5 read season 2022, which one.h5 lacks' one.h5 more.h5
refused 2 'one.h5 did not read season 2022' more.h5 one.h5
refused 2 'does not fit one.h5: both have the date 2023-11-' one.h5 two.h5 whole.h5
refused 2 'two.h5 does not fit two.h5: both have the date 2023-12-02' two.h5 two.h5
refused 3 'missing.h5: No such file' one.h5 missing.h5
refused 3 'not a results file' one.h5 snapshot/2023.h5
expect_exit 6 "$BACKFILL" --out stopped.h5 "${range[@]}" --time-limit 0.001
refused 3 'stopped.h5.part: incomplete' one.h5 stopped.h5.part
expect_exit 2 "$BACKFILL" merge one.h5 two.h5
expect_text err "merge needs --out FILE" 1
expect_exit 2 "$BACKFILL" merge --out refused.h5
expect_text err "merge takes 1 argument or more, found 0" 1
expect_exit 2 "$BACKFILL" merge one.h5 --out refused.h5 --context parity
expect_exit 4 "$BACKFILL" merge one.h5 --out missing/refused.h5

# A file, a checkpoint or a lock in the way.
cp parity.h5 taken.h5
expect_exit 2 "$BACKFILL" merge one.h5 two.h5 --out taken.h5
expect_text err 'taken.h5 belongs to a run with other options: context was "parity", now it is "auto"' 1
cmp parity.h5 taken.h5 || fail "a refused merge changed the file in its way"
cp other.h5 taken.h5
expect_exit 2 "$BACKFILL" merge odd.h5 even.h5 --out taken.h5
expect_exit 2 "$BACKFILL" merge one.h5 two.h5 --out one.h5
expect_text err "number of dates was" 1
echo "not a results file" >taken.h5
expect_exit 3 "$BACKFILL" merge one.h5 two.h5 rest.h5 --out taken.h5
expect_text err "--no-resume replaces it" 1
expect_exit 0 "$BACKFILL" merge one.h5 two.h5 rest.h5 --out taken.h5 --no-resume
same whole.h5 taken.h5 3
expect_exit 2 "$BACKFILL" merge one.h5 two.h5 --out stopped.h5
expect_text err "stopped.h5.checkpoint.json belongs to a run with other options: number of dates" 1
[ -e stopped.h5.part ] || fail "a refused merge removed what a run goes on with"
expect_exit 0 "$BACKFILL" merge one.h5 two.h5 rest.h5 --out stopped.h5 # of the interrupted run's dates: it completes them
diff <("$BACKFILL" digest whole.h5) <("$BACKFILL" digest stopped.h5) >&2 || fail "another digest of a completed run"
[ "$(ls -d stopped.h5*)" = stopped.h5 ] || fail "left behind: $(ls -d stopped.h5*)"
exec 8>busy.h5.lock
flock -n 8
expect_exit 4 "$BACKFILL" merge one.h5 --out busy.h5
expect_text err "busy.h5 is in use by another run" 1
echo "all as they should be"
