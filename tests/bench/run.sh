#!/bin/bash
# Measures whole runs against writing the same bytes with dd; prints a Markdown table of medians. See README.md.
#
#   tests/bench/run.sh [--reps N] [--ranks "1 2"] [--dir DIR] [--scale K] [--build DIR]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

reps=5 ranks="1 2" dir=local/bench scale=1 build=build
while [ $# -gt 0 ]; do
    case $1 in
    --reps) reps=$2 ;;
    --ranks) ranks=$2 ;;
    --dir) dir=$2 ;;
    --scale) scale=$2 ;;
    --build) build=$2 ;;
    *) sed -n '2,4s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    esac
    shift 2
done

if [ "$(id -u)" = 0 ]; then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
export OMPI_MCA_btl_vader_single_copy_mechanism="${OMPI_MCA_btl_vader_single_copy_mechanism:-none}"
cores=$(getconf _NPROCESSORS_ONLN)

ninja -C "$build" backfill bench_empty_mpi >/dev/null
backfill=$PWD/$build/backfill
empty=$PWD/$build/tests/bench/bench_empty_mpi
mkdir -p "$dir"
snapshot=$dir/snapshot-$scale
"$backfill" info "$snapshot" >/dev/null 2>&1 || { rm -rf "$snapshot"; "$backfill" synth --scale "$scale" --out "$snapshot" >&2; }

scratch=$(mktemp -d "$dir/run.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
samples=$scratch/samples # lines: repetition ranks what seconds

# measure REPETITION RANKS NAME COMMAND...: wall time. Earlier writes are on the disk before the clock starts.
measure() {
    local repetition=$1 np=$2 name=$3 start end
    shift 3
    sync -f "$dir"
    start=$EPOCHREALTIME
    "$@" >"$scratch/out" 2>"$scratch/err" </dev/null || { cat "$scratch/err" >&2; return 1; }
    end=$EPOCHREALTIME
    echo "$repetition $np $name $(awk -v a="$start" -v b="$end" 'BEGIN { printf "%.6f", b - a }')" >>"$samples"
}

order=$ranks # turned round each time: how fast a disk is depends on what was written and removed before
for ((repetition = 0; repetition <= reps; repetition++)); do # repetition 0 warms up and is left out
    for np in $order; do
        mpi=(mpirun -np "$np")
        if [ "$np" -gt "$cores" ]; then
            mpi+=(--oversubscribe --mca mpi_yield_when_idle 1 --bind-to none)
        fi
        measure "$repetition" "$np" dd dd if=/dev/zero of="$scratch/dd" bs=1M count=300 conv=fsync
        measure "$repetition" "$np" empty "${mpi[@]}" "$empty"
        rm -f "$scratch/dd" "$scratch/results.h5"
        measure "$repetition" "$np" run "${mpi[@]}" "$backfill" --snapshot "$snapshot" --out "$scratch/results.h5" --progress 0
        mv "$scratch/err" "$scratch/log-$np-$repetition"
    done
    order=$(printf '%s\n' $order | tac)
    echo "repetition $repetition of $reps" >&2
done
/usr/bin/env python3 tests/bench/summary.py "$samples" "$scratch"
