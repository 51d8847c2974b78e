#!/bin/bash
# Builds backfill and runs its tests. Installs missing packages first (Debian), needs no network afterwards.
#
#   tests/run.sh [--sanitize] [CTEST OPTION...]
#     --sanitize   with address and undefined-behaviour sanitizers, in build-sanitize/
#     for instance: tests/run.sh -L unit      tests/run.sh -R test_options
#
# Ends with a line "N passed, N failed, N skipped"; exit 0 only if none failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { echo "== $*"; }

build=build
options=(-DCMAKE_BUILD_TYPE=Release -DBF_SANITIZE=OFF)
if [ "${1:-}" = --sanitize ]; then
    shift
    build='build-sanitize'
    options=(-DCMAKE_BUILD_TYPE=Debug -DBF_SANITIZE=ON)
fi
case ${1:-} in -h | --help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;; esac

say "packages"
bash slurm/packages.sh libcmocka-dev python3
# Tests that need one of these are skipped without it.
bash slurm/packages.sh hdf5-tools netcdf-bin python3-h5netcdf python3-h5py python3-pandas python3-xarray ||
    say "going on without optional packages"
bash slurm/packages.sh chromium || say "going on without a browser"

say "build in $build/"
# A build directory that came with a moved or copied checkout points elsewhere.
if [ -f "$build/CMakeCache.txt" ] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$PWD" "$build/CMakeCache.txt"; then
    rm -rf "$build"
fi
cmake -S . -B "$build" -G Ninja "${options[@]}" -DBF_TESTS=ON >/dev/null
ninja -C "$build" >"$build/build.log" || { cat "$build/build.log"; exit 1; }

say "tests"
log=$build/tests.log
status=0
# One test more than cores: they wait for launchers and disks much of the time.
ctest --test-dir "$build" -j $(($(nproc) + 1)) --output-on-failure --no-tests=error "$@" 2>&1 | tee "$log" || status=$?

# Lines of ctest: " 3/20 Test  #7: test_date ......   Passed    0.03 sec", or ***Failed, ***Skipped, ...
total=$(grep -cE '^ *[0-9]+/[0-9]+ Test +#[0-9]+: ' "$log" || true)
passed=$(grep -cE '^ *[0-9]+/[0-9]+ Test +#[0-9]+: .* Passed +[0-9.]+ sec' "$log" || true)
skipped=$(grep -cE '^ *[0-9]+/[0-9]+ Test +#[0-9]+: .*\*\*\*Skipped' "$log" || true)
failed=$((total - passed - skipped))
if [ "$status" != 0 ] && [ "$failed" = 0 ]; then
    failed=1 # ctest itself failed
fi
if [ "$skipped" -gt 0 ]; then
    say "why tests were skipped"
    sed -n 's/^ *SKIP: /  /p' "$build/Testing/Temporary/LastTest.log" | sort | uniq -c
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
