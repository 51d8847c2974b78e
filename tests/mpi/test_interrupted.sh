#!/bin/bash
# Runs that are stopped, refused, out of disk, or asked again with other options: exit codes, messages, and the digest in
# the end.
# label: faults
# timeout: 600
. "$BF_SOURCE_DIR/tests/support/check.sh"

export BACKFILL_PROGRESS=0 BACKFILL_RUN_TIMESTAMP=2026-01-01T00:00:00Z
expect_exit 0 "$BACKFILL" synth --seasons 2023 --out snapshot
expect_exit 0 "$BACKFILL" synth --seasons 2023 --seed 2 --out other
expect_exit 0 "$MPIRUN" -np 2 "$BACKFILL" --out whole.h5
"$BACKFILL" digest whole.h5 >expected

same_digest() { # FILE
    "$BACKFILL" digest "$1" | diff expected - >&2 || fail "another digest: $1"
    [ "$(ls -d "$1"*)" = "$1" ] || fail "left behind: $(ls -d "$1"*)"
}

# What is refused before anything is written.
expect_exit 2 "$BACKFILL" --start-date 2024-01-02 --end-date 2024-01-01
expect_text err "--start-date lies after --end-date" 1
expect_exit 2 "$BACKFILL" --end-date 2199-01-01
expect_text err "future" 1
expect_exit 2 "$BACKFILL" --dates 2024-01-01,2024-13-01
expect_text err "2024-13-01" 1
expect_exit 2 "$BACKFILL" --dates 2024-01-01 --seasons 2023
expect_exit 2 "$BACKFILL" --processors tdza,xyz
expect_text err "xyz" 1
expect_exit 2 "$BACKFILL" --start-fron 2
expect_text err "start-from" 1
expect_exit 3 "$BACKFILL" --snapshot nowhere
expect_text err "nowhere" 1
expect_exit 3 "$BACKFILL" --start-date 2018-11-01 --end-date 2018-12-01
expect_text err "season 2018-19" 1
expect_exit 4 "$BACKFILL" --out missing/results.h5
[ -z "$(ls results.h5* missing 2>/dev/null)" ] || fail "a refused run left files"

# A range without game dates: complete, without rows.
expect_exit 0 "$BACKFILL" --start-date 2024-02-17 --end-date 2024-02-20 --out empty.h5
expect_exit 0 "$BACKFILL" export empty.h5 --table tdza
[ "$(wc -l <out)" = 1 ] || fail "rows in a range without games"
expect_exit 2 "$BACKFILL" --start-date 2031-02-17 --out never.h5
expect_text err "begin on 2031-02-17 and end on 2024-09-30" 1
expect_exit 2 "$BACKFILL" --seasons 2023 --end-date 2019-02-17 --out never.h5
expect_exit 2 "$BACKFILL" --dry-run --json --out never.h5
expect_text err "--json is for --status" 1

# Asked again.
expect_exit 0 "$BACKFILL" --out whole.h5
expect_text err "nothing to do" 1
expect_exit 2 "$BACKFILL" --out whole.h5 --context parity
expect_text err "context was" 1
expect_exit 2 "$BACKFILL" --out whole.h5 --snapshot other
expect_text err "another snapshot than other: season 2023 had SHA-256" 1
expect_exit 0 "$BACKFILL" --out again.h5 --snapshot other
expect_exit 0 "$BACKFILL" --out again.h5 --no-resume
same_digest again.h5
echo "not a results file" >junk.h5
expect_exit 3 "$BACKFILL" --out junk.h5
expect_exit 3 "$BACKFILL" --out junk.h5 --status
expect_exit 3 "$BACKFILL" --out snapshot --status
expect_text err "snapshot: not a file" 1
expect_exit 0 "$BACKFILL" --out whole.h5 --status
expect_text out "whole.h5: complete" 1
expect_exit 0 "$BACKFILL" --out nothing.h5 --status
expect_text out "nothing has been written" 1
expect_exit 0 "$BACKFILL" --out junk.h5 --no-resume
same_digest junk.h5

# What is never replaced: the input, a directory, what a link like /dev/stdout leads to.
cp snapshot/2023.h5 kept
mkfifo pipe
ln -s pipe link
for name in snapshot/2023.h5 snapshot link; do
    expect_exit 2 "$BACKFILL" --out "$name" --no-resume
    expect_text err "--out: $name is there and is" 1
done
expect_exit 2 "$BACKFILL" merge whole.h5 --out snapshot/2023.h5 --no-resume
expect_text err "is a season of a snapshot, so it is not replaced" 1
cmp kept snapshot/2023.h5 || fail "a run replaced its input"
[ -L link ] && [ -z "$(ls snapshot/*.part link.* snapshot.* 2>/dev/null)" ] || fail "a refused run left or removed files"
for command in info digest; do
    expect_exit 3 "$BACKFILL" "$command" snapshot/2023.h5
    expect_text err "not a results file, but a season of a snapshot" 1
done

# In use.
exec 8>busy.h5.lock
flock -n 8
expect_exit 4 "$BACKFILL" --out busy.h5
expect_text err "in use" 1
exec 8>&-
expect_exit 0 "$BACKFILL" --out busy.h5
same_digest busy.h5

# Stopped in time, asked how far it came, refused under other options, gone on with other ranks.
for ranks in 1 3; do
    expect_exit 6 "$MPIRUN" -np "$ranks" "$BACKFILL" --out stopped.h5 --buffer 1M --checkpoint 0.001 --time-limit 0.2
    expect_text err "stopped by the time limit"
    expect_exit 0 "$BACKFILL" --out stopped.h5 --status
    expect_text out "dates are durable" 1
    expect_exit 0 "$BACKFILL" --out stopped.h5 --status --json
    "$BF_PYTHON" -c 'import json; assert json.load(open("out"))["dates in all"] > 0'
    expect_exit 2 "$BACKFILL" --out stopped.h5 --context parity
    expect_exit 0 "$MPIRUN" -np 2 "$BACKFILL" --out stopped.h5
    expect_text err "RESUMING from checkpoint" 1
    same_digest stopped.h5
    rm stopped.h5
done

# Signals end the round, not the work. The exit code is 6, or 0 where the run was faster.
for signal in USR1 INT TERM; do
    rm -f err
    "$BACKFILL" --out signal.h5 --buffer 1M --checkpoint 0.02 2>err &
    process=$!
    until grep -qs "phase define" err || ! kill -0 "$process" 2>/dev/null; do sleep 0.01; done
    kill "-$signal" "$process" 2>/dev/null || true
    status=0
    wait "$process" || status=$?
    [ "$status" = 6 ] || [ "$status" = 0 ] || fail "exit $status after $signal"
    expect_exit 0 "$BACKFILL" --out signal.h5
    same_digest signal.h5
    rm signal.h5
done

# A checkpoint that cannot be read is never a silent restart.
expect_exit 6 "$BACKFILL" --out broken.h5 --buffer 1M --checkpoint 0.001 --time-limit 0.2
for bytes in 0 1 100 1000; do
    cp broken.h5.checkpoint.json saved
    head -c "$bytes" saved >broken.h5.checkpoint.json
    expect_exit 3 "$BACKFILL" --out broken.h5
    expect_text err "unreadable" 1
    mv saved broken.h5.checkpoint.json
done
mv broken.h5.part hidden
expect_exit 3 "$BACKFILL" --out broken.h5
mv hidden broken.h5.part
expect_exit 0 "$BACKFILL" --out broken.h5
same_digest broken.h5

# A file size limit stands for a full disk; what was complete before stays.
size_kib=$(($(stat -c %s whole.h5) / 1024))
for percent in 40 70 99; do # Open MPI itself needs files of 4 MiB
    (
        ulimit -f $((size_kib * percent / 100))
        expect_exit 4 "$BACKFILL" --out full.h5
    )
    expect_text err "BF_E_OUTPUT" 1
    expect_exit 0 "$BACKFILL" --out full.h5
    same_digest full.h5
    rm full.h5
done
same_digest whole.h5

# A full disk, where this machine lets us make one.
mkdir small
if mount -t tmpfs -o size=1m tmpfs small 2>/dev/null; then
    trap 'umount "$SCRATCH/small"; rm -rf "$SCRATCH"' EXIT
    for percent in 5 50 95; do
        mount -o "remount,size=$((size_kib * percent / 100))k" small
        expect_exit 4 "$BACKFILL" --out small/full.h5
        expect_text err "no space left" 1
        mount -o "remount,size=$((size_kib * 2))k" small
        expect_exit 0 "$BACKFILL" --out small/full.h5
        same_digest small/full.h5
        rm small/full.h5
    done
else
    echo "no tmpfs can be mounted here: the full disk was tried as a file size limit only"
fi
echo "all as they should be"
