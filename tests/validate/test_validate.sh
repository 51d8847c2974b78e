#!/bin/bash
# validate on whole files: nothing to say of a healthy one, and what was planted in others.
# label: validate
# timeout: 300
. "$BF_SOURCE_DIR/tests/support/check.sh"

expect_exit 0 "$BACKFILL" synth --seasons 2022 --out snapshot
expect_exit 0 "$BACKFILL" synth --seasons 2022 --seed 2 --out other
expect_exit 0 "$MPIRUN" -np 2 "$BACKFILL" --progress 0

expect_exit 0 "$BACKFILL" validate results.h5
expect_text out "OK: nothing needs looking into" 1
expect_exit 0 "$BACKFILL" validate results.h5 --snapshot snapshot --details
expect_text out "OK: nothing needs looking into" 1
expect_exit 0 "$BACKFILL" validate results.h5 --snapshot snapshot --json
"$BF_PYTHON" -c 'import json; json.load(open("out"))'

# The snapshot of another run is refused; so is a file that is no results file, or damaged.
expect_exit 2 "$BACKFILL" validate results.h5 --snapshot other
expect_exit 3 "$BACKFILL" validate snapshot/2022.h5
expect_exit 3 "$BACKFILL" validate missing.h5
size=$(stat -c %s results.h5)
for part in 3 5 7; do
    cp results.h5 damaged.h5
    printf 'damage' | dd of=damaged.h5 bs=1 seek=$((size * part / 9)) conv=notrunc status=none
    found=0
    "$BACKFILL" validate damaged.h5 >out 2>err || found=$?
    [ "$found" = 1 ] || [ "$found" = 3 ] || fail "damage at $part/9 of the file: exit $found"
done

# A season without zones is contaminated, here and in the run; a date of which rows are missing is a hole.
"$BF_PYTHON" - <<'P'
import csv, gzip, glob, os, subprocess
subprocess.run([os.environ["BACKFILL"], "synth", "--seasons", "2022", "--as", "exports", "--out", "exports"], check=True,
               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
import json
for path in glob.glob("exports/player_game_summary*"):
    with gzip.open(path, "rt") as stream:
        rows = [json.loads(line) for line in stream]
    with gzip.open(path, "wt") as stream:
        for row in rows:
            if row["game_date"] == "2023-01-10":
                continue
            for name in ("paint_attempts", "paint_makes", "mid_range_attempts", "mid_range_makes"):
                row.pop(name, None)
            stream.write(json.dumps(row) + "\n")
P
expect_exit 0 "$BACKFILL" import --from exports --out zoneless
expect_exit 1 "$BACKFILL" --snapshot zoneless --out zoneless.h5 --progress 0
expect_text err "CONTAMINATED" 1
expect_exit 1 "$BACKFILL" validate zoneless.h5 --snapshot zoneless
expect_text out "CONTAMINATED"
expect_text out "2023-01-10"
echo "all as they should be"
