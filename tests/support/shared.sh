# shellcheck shell=bash
# Sourced by shell tests: golden data that is not part of the repository. BF_SHARED is its directory; the test ends as
# skipped where there is none.
BF_SHARED=${BACKFILL_SHARED:-${BF_SOURCE_DIR:?run by ctest}/../shared}
if [ ! -d "$BF_SHARED/golden" ]; then
    echo "SKIP: no golden data in $BF_SHARED (set BACKFILL_SHARED)"
    exit 77
fi
