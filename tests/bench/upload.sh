#!/bin/bash
# Measures how fast the tables are formatted for an upload, on 1 rank and on more; prints a Markdown table. See README.md.
#
#   tests/bench/upload.sh [--reps N] [--ranks "1 2"] [--dir DIR] [--build DIR]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

reps=5 ranks="1 2" dir=local/bench build=build
while [ $# -gt 0 ]; do
    case $1 in
    --reps) reps=$2 ;;
    --ranks) ranks=$2 ;;
    --dir) dir=$2 ;;
    --build) build=$2 ;;
    *) sed -n '2,4s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    esac
    shift 2
done
if [ "$(id -u)" = 0 ]; then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
ninja -C "$build" backfill >/dev/null
backfill=$PWD/$build/backfill
mkdir -p "$dir"
scratch=$(mktemp -d "$dir/upload.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
"$backfill" synth --out "$scratch/snapshot" >&2
"$backfill" --snapshot "$scratch/snapshot" --out "$scratch/results.h5" --progress 0 >&2

for ((repetition = 0; repetition <= reps; repetition++)); do # repetition 0 warms up and is left out
    for np in $ranks; do
        mpirun -np "$np" --oversubscribe "$backfill" upload "$scratch/results.h5" --to "file://$(realpath "$scratch")/to" 2>"$scratch/log"
        [ "$repetition" = 0 ] ||
            sed -n "s|.*formatted .* Rate: \([0-9]*\) rows/sec.*|$repetition $np \1|p" "$scratch/log" >>"$scratch/samples"
    done
done
/usr/bin/env python3 - "$scratch/samples" <<'PY'
import statistics
import sys

rates = {}
for line in open(sys.argv[1]):
    repetition, ranks, rate = map(int, line.split())
    rates.setdefault(ranks, {})[repetition] = rate
first = rates[min(rates)]
print("| ranks | rows/s | against %d rank(s), same repetition |\n|---|---|---|" % min(rates))
for ranks, found in sorted(rates.items()):
    ratios = [found[repetition] / first[repetition] for repetition in found]
    print(f"| {ranks} | {statistics.median(found.values()):.0f} | {statistics.median(ratios):.2f} "
          f"({min(ratios):.2f} to {max(ratios):.2f}) |")
PY
