#!/bin/bash
# explain: exit codes, messages, suggestions; dates that have nothing to explain.
# label: cases
# timeout: 120
# cores: 1
. "$BF_SOURCE_DIR/tests/support/check.sh"

expect_exit 0 "$BACKFILL" synth --out league --seasons 2023 --seed 3
explain() { "$BACKFILL" explain --snapshot league "$@"; }
export -f explain
try() { expect_exit "$1" bash -c 'explain "$@"' explain "${@:2}"; }

# Wrong usage: one message, nothing on stdout, exit 2.
refused() {
    try 2 "${@:2}"
    expect_text err "$1" 1
    [ ! -s out ] || fail "something on standard output: $*"
}
refused "explain needs --date" --team BOS
refused "one of --player KEY and --team ABC" --date 2024-01-16
refused "one of --player KEY and --team ABC" --date 2024-01-16 --team BOS --player x
refused "did you mean" --date 2024-01-16 --team BSO
refused "has no team 'bos'; did you mean BOS?" --date 2024-01-16 --team bos
refused "a team has the table of tdza alone" --date 2024-01-16 --team BOS --processors pdc
refused "it has ATL, BKN" --date 2024-01-16 --team Q
refused "which holds 2023-10-24 to 2024-06-17" --date 2030-01-16 --team BOS
refused "there is no processor 'pace'; there are tdza psza pcf pdc ml" --date 2024-01-16 --team BOS --processors pace
refused "expected auto|derived|parity" --date 2024-01-16 --team BOS --context best
refused "expected a date" --date yesterday --team BOS
expect_exit 3 "$BACKFILL" explain --snapshot nowhere --date 2024-01-16 --team BOS
expect_text err nowhere

# A name as people write it finds the key.
"$BACKFILL" run --snapshot league --out r.h5 --dates 2024-01-16 --progress 0 2>/dev/null || fail "run"
player=$("$BACKFILL" export r.h5 --table player_daily_cache | sed -n 2p | cut -d, -f1)
refused "did you mean $player" --date 2024-01-16 --player "$(printf %s "$player" | tr '[:lower:]' '[:upper:]') "

# One team: its processor, nothing else; --processors chooses parts.
try 0 --date 2024-01-16 --team BOS
expect_text out "TDZA: team_defense_zone_analysis of BOS" 1
expect_text out "Snapshot league (synthetic data)" 1
expect_text out "last_15"
try 0 --date 2024-01-16 --player "$player" --processors pdc
expect_text out "PDC: player_daily_cache of $player" 1
expect_text out "CONTEXT of $player, derived" 1
expect_text out "PSZA" 0

# Dates without anything to compute say why, and where to go on.
try 0 --date 2023-10-30 --team BOS
expect_text out "Day 6 of the season; rows begin on day 14, 2023-11-07" 1
try 0 --date 2023-12-24 --team BOS
expect_text out "Game date before: 2023-12-23" 1

# --date works as one more of --dates where a command has those.
"$BACKFILL" run --snapshot league --out r2.h5 --date 2024-01-16 --progress 0 2>/dev/null || fail "run --date"
"$BACKFILL" export r2.h5 --table team_defense_zone_analysis --date 2024-01-16 >out
[ "$(grep -c 2024-01-16 out)" = 30 ] || fail "export --date: not 30 rows"

# Memory that ends somewhere in the middle: one message, nothing half told.
for n in 60 120 250 400 700; do
    for format in "" --json; do
        BACKFILL_FAULT=alloc:$n try 70 --date 2024-01-16 --player "$player" $format
        expect_text err ERROR 1
        [ ! -s out ] || fail "something on standard output with alloc:$n"
    done
done
