# shellcheck shell=bash
# Sourced by shell tests: expect_exit, expect_text, a scratch directory that is removed at the end.
set -euo pipefail

SCRATCH=$(mktemp -d "${TMPDIR:-/tmp}/backfill-test.XXXXXX")
trap 'rm -rf "$SCRATCH"' EXIT
cd "$SCRATCH"

fail() {
    echo "FAILED: $*" >&2
    for file in out err; do
        [ -s "$SCRATCH/$file" ] && sed "s/^/  $file: /" "$SCRATCH/$file" >&2
    done
    exit 1
}

# expect_exit CODE COMMAND...: standard output and error go to the files out and err; nothing may run longer than
# BF_LIMIT_S (60 s), which would be a hang.
expect_exit() {
    local expected=$1 found=0
    shift
    timeout -k 5 "${BF_LIMIT_S:-60}" "$@" >out 2>err || found=$?
    [ "$found" = "$expected" ] || fail "exit $found instead of $expected: $*"
}

# expect_text FILE TEXT [COUNT]: the text (fixed) stands on COUNT lines of the file, or on at least one.
expect_text() {
    local found
    found=$(grep -cF -- "$2" "$1" || true)
    if [ $# -gt 2 ]; then
        [ "$found" = "$3" ] || fail "'$2' stands on $found lines of $1 instead of $3"
    else
        [ "$found" -gt 0 ] || fail "'$2' is missing from $1"
    fi
}
