#!/bin/bash
# A full disk, really: exit 4, the words "no space left", nothing left behind, no crash, for every command that writes.
# timeout: 300
. "$BF_SOURCE_DIR/tests/support/check.sh"

"$BACKFILL" synth --out snap --seasons 2021 >/dev/null 2>&1 || fail "synth"
mkdir small
if ! mount -t tmpfs -o size=1m tmpfs small 2>/dev/null; then
    echo "SKIP: cannot mount a small file system here"
    exit 77
fi
trap 'cd /; umount "$SCRATCH/small"; rm -rf "$SCRATCH"' EXIT

# full COMMAND...: at several levels, to the last byte, each leaves what was there
full() {
    for bytes in 0 700000 1048576; do
        head -c $bytes /dev/zero >small/fill
        expect_exit 4 "$@"
        expect_text err "no space left"
        [ "$(ls -A small)" = fill ] || fail "left behind by $*: $(ls -A small)"
    done
}
full "$BACKFILL" run --snapshot snap --out small/results.h5
full "$MPIRUN" -np 3 "$BACKFILL" run --snapshot snap --out small/results.h5
full "$BACKFILL" synth --out small/snap --seasons 2021
full "$BF_BUILD_DIR/tests/make_results" small/results.h5 40 200 1
rm small/fill
"$BF_BUILD_DIR/tests/make_results" results.h5 40 100 1
expect_exit 4 "$BACKFILL" export results.h5 --table psza --out small
expect_text err "no space left"
[ "$(ls -A small)" = "" ] || fail "left behind by export"

# A merge, also where there is room for the file but not for the checkpoint that goes with it.
for month in 11 12; do
    "$BACKFILL" run --snapshot snap --out $month.h5 --start-date 2021-$month-15 --end-date 2021-$month-20 >/dev/null 2>&1 ||
        fail "run"
done
full "$BACKFILL" merge 11.h5 12.h5 --out small/merged.h5
rm small/fill
mount -o remount,size=8m small
"$BACKFILL" merge 11.h5 12.h5 --out small/merged.h5 2>/dev/null || fail "merge"
size=$(du -B1 small/merged.h5 | cut -f1)
rm small/merged.h5
head -c $(($(df --output=avail -B1 small | tail -1) - size)) /dev/zero >small/fill
expect_exit 4 "$BACKFILL" merge 11.h5 12.h5 --out small/merged.h5
expect_text err "no space left"
expect_text err "checkpoint" 1
[ "$(ls -A small)" = fill ] || fail "left behind by a merge: $(ls -A small)"
rm small/fill

# Room for the file, which is reserved, but not for the checkpoints that grow: complete results beside it stay as they are,
# and the same command goes on once there is space.
mount -o remount,size=48m small
"$BACKFILL" run --snapshot snap --out whole.h5 --run-timestamp 2026-01-01T00:00:00Z >/dev/null 2>&1 || fail "run"
"$BACKFILL" run --snapshot snap --out small/earlier.h5 --dates 2022-01-14 >/dev/null 2>&1 || fail "run"
cp small/earlier.h5 earlier.h5
run=("$MPIRUN" -np 2 "$BACKFILL" run --snapshot snap --out small/results.h5 --checkpoint 0.01 --buffer 1M
     --run-timestamp 2026-01-01T00:00:00Z)
for room in 0 16384 65536; do
    free=$(df --output=avail -B1 small | tail -1)
    head -c $((free - $(stat -c %s whole.h5) - room)) /dev/zero >small/fill
    expect_exit 4 "${run[@]}"
    expect_text err "no space left"
    cmp earlier.h5 small/earlier.h5 || fail "a full disk changed other results"
    rm small/fill
    expect_exit 0 "${run[@]}"
    diff <("$BACKFILL" digest whole.h5) <("$BACKFILL" digest small/results.h5) >&2 || fail "another digest"
    [ "$(ls -A small | tr '\n' ' ')" = "earlier.h5 results.h5 " ] || fail "left behind: $(ls -A small)"
    rm small/results.h5
done
