#!/bin/bash
# The whole job on this machine: installs what is missing (Debian 12), builds, makes a snapshot of four made-up seasons,
# runs the backfill over N ranks and shows what it wrote. May be run again: what is there already is used.
#
#   slurm/local.sh [--np N] [BACKFILL OPTION...]      N ranks, by default as many as there are cores
#
# Works in local/ of the checkout: local/snapshot, local/results.h5, local/report.html. Needs the network only for missing packages.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { echo "== $*"; }
die() { echo "local.sh: $*" >&2; exit 2; }

cores=$(getconf _NPROCESSORS_ONLN)
np=$cores
case ${1:-} in
-h | --help) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;;
--np) np=${2:-}; [ $# -ge 2 ] || die "--np needs a number"; shift 2 ;;
--np=*) np=${1#--np=}; shift ;;
esac
case $np in '' | *[!0-9]* | 0*) die "--np: expected a number of ranks, found '$np'" ;; esac

# No step may hang: each has a limit far beyond what it takes.
limited() { timeout --kill-after=10 "$@" </dev/null; }

say "packages"
bash slurm/packages.sh

say "build"
if [ -f build/CMakeCache.txt ] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$PWD" build/CMakeCache.txt; then
    rm -rf build # of a checkout that was moved or copied
fi
configure=(cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release)
[ -f build/CMakeCache.txt ] || configure+=(-DBF_TESTS=OFF)
"${configure[@]}" >/dev/null
limited 1800 ninja -C build backfill >build/build.log || { cat build/build.log; exit 1; }

if [ "$(id -u)" = 0 ]; then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
# Ranks are on this machine alone. Containers often forbid the single-copy mechanism, which then complains.
export OMPI_MCA_btl_vader_single_copy_mechanism="${OMPI_MCA_btl_vader_single_copy_mechanism:-none}"
if [ "$np" -gt "$cores" ]; then
    # More ranks than cores: those who wait must leave the core to those who work.
    export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_mpi_yield_when_idle=1
    export OMPI_MCA_hwloc_base_binding_policy=none
fi

mkdir -p local
if build/backfill info local/snapshot >/dev/null 2>&1; then
    say "snapshot: local/snapshot is there"
else
    say "snapshot: made-up seasons"
    rm -rf local/snapshot
    limited 600 build/backfill synth --out local/snapshot
fi

say "run on $np ranks"
status=0
limited 3600 mpirun -np "$np" build/backfill --snapshot local/snapshot --out local/results.h5 "$@" || status=$?

if [ -f local/results.h5 ]; then
    say "results"
    build/backfill info local/results.h5
    say "validation"
    validated=0
    limited 600 build/backfill validate local/results.h5 --snapshot local/snapshot || validated=$?
    [ "$status" -ne 0 ] || status=$validated
    say "report"
    reported=0
    limited 600 build/backfill report local/results.h5 --snapshot local/snapshot --out local/report.html || reported=$?
    [ "$status" -ne 0 ] || status=$reported
    echo "snapshot: $PWD/local/snapshot"
    echo "results:  $PWD/local/results.h5"
    [ "$reported" -ne 0 ] || echo "report:   $PWD/local/report.html"
fi
exit "$status"
