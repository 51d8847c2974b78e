#!/bin/bash
# backfill import: each folder of import/ but base/ is a case (import/README.md), run on 1 rank, some on 3 too.
# label: cases
# timeout: 300
# cores: 1
. "$BF_SOURCE_DIR/tests/support/check.sh"
CASES=$BF_SOURCE_DIR/tests/cases/import

make_input() { # CASE
    rm -rf input snapshot
    cp -r "$CASES/base" input
    chmod -R u+w input
    find "$CASES/$1" -type f ! -name expect -exec cp {} input/ \;
    sed -n 's/^without //p' "$CASES/$1/expect" | while read -r file; do rm "input/$file"; done
}

check_output() { # CASE
    local word text
    while read -r word text; do
        case $word in
        out | err) expect_text "$word" "$text" ;;
        not) ! grep -qF -- "$text" out err || fail "$1: '$text' is there" ;;
        esac
    done <"$CASES/$1/expect"
}

check_case() { # CASE COMMAND...
    local code case=$1
    shift
    make_input "$case"
    code=$(sed -n 's/^exit //p' "$CASES/$case/expect")
    expect_exit "$code" "$@" import --from input --out snapshot
    check_output "$case"
    if [ "$code" = 0 ]; then
        [ "$(ls snapshot)" = 2022.h5 ] || fail "$case: left behind: $(ls snapshot)"
        grep -o 'sha256.*' out >sha256
    else
        [ ! -e snapshot ] || fail "$case: left behind: $(ls snapshot)"
        expect_text err BF_E_INPUT 1
    fi
}

for case in "$CASES"/*/; do
    case=$(basename "$case")
    [ "$case" != base ] || continue
    rm -f sha256 sha256.1
    check_case "$case" "$BACKFILL"
    [ ! -e sha256 ] || mv sha256 sha256.1
    grep -qx 'ranks 3' "$CASES/$case/expect" || continue
    check_case "$case" "$MPIRUN" -np 3 "$BACKFILL"
    [ ! -e sha256 ] || cmp -s sha256 sha256.1 || fail "$case: another content at 3 ranks"
done

# An import that is refused leaves the snapshot that is there as it was.
make_input good
expect_exit 0 "$BACKFILL" import --from input --out snapshot
cp -r snapshot before
cp "$CASES/wrong-type/player_game_summary-000000000001.csv" input/
expect_exit 3 "$BACKFILL" import --from input --out snapshot
diff -r snapshot before

expect_exit 2 "$BACKFILL" import --from input
expect_text err "import needs --from DIR and --out DIR"
expect_exit 3 "$BACKFILL" import --from nowhere --out snapshot
expect_text err "nowhere: cannot read the directory of the exports: No such file or directory"
touch file
expect_exit 4 "$BACKFILL" import --from "$CASES/base" --out file
expect_text err "file: is not a directory"

# Made-up seasons do not mix with real ones: real ones replace them all, and made-up ones are refused beside real ones.
rm -rf snapshot
expect_exit 0 "$BACKFILL" synth --out snapshot --seasons 2022-2023
cp -r "$CASES/base" real
expect_exit 0 "$BACKFILL" import --from real --out snapshot
expect_text err "snapshot/2023.h5: made-up season removed" 1
[ "$(ls snapshot)" = 2022.h5 ] || fail "made-up seasons stay: $(ls snapshot)"
expect_exit 4 "$BACKFILL" synth --out snapshot --seasons 2023-2023
expect_text err "snapshot/2022.h5: holds data that are not made up" 1
expect_exit 0 "$BACKFILL" synth --out made-up --seasons 2023-2023 --as exports
expect_exit 4 "$BACKFILL" import --from made-up --out snapshot
expect_text err "snapshot/2022.h5: holds data that are not made up" 1

# Real seasons of several imports stay beside each other.
sed -i 's/,2022,/,2021,/; s/^00222/00221/; s/2023/2022/g' real/*.csv
expect_exit 0 "$BACKFILL" import --from real --out snapshot
expect_text out "season 2021-22" 1
expect_text out "season 2022-23" 1
expect_exit 0 "$BACKFILL" --dates 2022-01-05,2022-01-06,2023-01-05 --skip-preflight --dry-run
expect_text out "dates: 3 in all, 3 to compute" 1

# A season that was imported without a schedule has the dates of its player rows, whatever the seasons beside it have.
rm real/schedule.csv
sed -i '/2022-01-06/d' real/player_game_summary-*.csv
expect_exit 0 "$BACKFILL" import --from real --out snapshot
expect_exit 0 "$BACKFILL" --dates 2022-01-05,2022-01-06,2023-01-05 --skip-preflight --dry-run
expect_text out "dates: 3 in all, 2 to compute, 0 bootstrap, 1 without games" 1
expect_exit 0 "$BACKFILL" --seasons 2021-2022 --skip-preflight --dry-run
expect_text out "dates: 119 in all, 119 to compute" 1
