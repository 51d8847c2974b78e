#!/usr/bin/env bash
# Rank independence: the digests of a run are equal for any number of ranks and nodes, any size of the round buffer and
# any split of the dates.
#   digests.sh SNAPSHOT-MAKER...     a command that makes a snapshot in the directory given as its last argument
set -euo pipefail

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$@" "$scratch/snapshot" >/dev/null 2>"$scratch/log" || { cat "$scratch/log"; exit 1; }
snapshot=(--snapshot "$scratch/snapshot" --run-timestamp 2026-01-01T00:00:00Z --progress 0)

run() { # RANKS OUT OPTION...
    local ranks=$1 out=$2 code=0
    shift 2
    "$MPIRUN" -np "$ranks" "$BACKFILL" "${snapshot[@]}" --out "$out" "$@" >"$scratch/log" 2>&1 || code=$?
    if [ "$code" -gt 1 ]; then
        echo "exit code $code at $ranks ranks: $*"
        cat "$scratch/log"
        exit 1
    fi
}

same() { # WHAT FILE
    if ! diff "$scratch/expected" <("$BACKFILL" digest "$2"); then
        echo "digests differ: $1"
        exit 1
    fi
    echo "equal: $1"
    rm -f "$2"
}

run 1 "$scratch/one.h5"
"$BACKFILL" digest "$scratch/one.h5" >"$scratch/expected"
grep -q . "$scratch/expected"

for ranks in 2 3 4 7 16 64; do
    run "$ranks" "$scratch/r.h5"
    same "$ranks ranks" "$scratch/r.h5"
done
for ranks in 3 7; do
    export BACKFILL_FORCE_NODES=3
    run "$ranks" "$scratch/r.h5"
    same "$ranks ranks on 3 nodes" "$scratch/r.h5"
    run "$ranks" "$scratch/r.h5" --buffer 1M
    same "$ranks ranks on 3 nodes in many rounds" "$scratch/r.h5"
    unset BACKFILL_FORCE_NODES
done
run 2 "$scratch/r.h5" --buffer 1M --checkpoint 0.001
same "2 ranks, a checkpoint after each date" "$scratch/r.h5"

# Two runs over complementary ranges hold the rows of the whole run, date by date.
run 2 "$scratch/a.h5" --end-date 2023-12-31
run 3 "$scratch/b.h5" --start-date 2024-01-01
for table in $(cut -d ' ' -f 1 "$scratch/expected"); do
    "$BACKFILL" export "$scratch/one.h5" --table "$table" >"$scratch/whole.csv"
    "$BACKFILL" export "$scratch/a.h5" --table "$table" >"$scratch/split.csv"
    "$BACKFILL" export "$scratch/b.h5" --table "$table" | tail -n +2 >>"$scratch/split.csv"
    if [ "$table" = precompute_failures ]; then # run_id differs between runs, and only it
        for file in whole split; do
            cut -d , -f 1,3- "$scratch/$file.csv" >"$scratch/x" && mv "$scratch/x" "$scratch/$file.csv"
        done
    fi
    cmp "$scratch/whole.csv" "$scratch/split.csv"
done
echo "equal: split into two runs"
