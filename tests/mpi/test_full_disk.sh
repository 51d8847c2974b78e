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
