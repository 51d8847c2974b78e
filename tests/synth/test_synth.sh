#!/bin/bash
# synth: the same league as a snapshot and as exports, marked made-up on every way, never over real data.
# label: cases
# timeout: 300
. "$BF_SOURCE_DIR/tests/support/check.sh"

# sha DIR: season and hash of every season that a command's output names.
sha() { sed -n 's/.*\(season [0-9-]*\), .*sha256 \([0-9a-f]*\)$/\1 \2/p' "$1"; }

expect_exit 0 "$BACKFILL" synth --out direct
expect_text err "SYNTHETIC data" 1
cp out direct.txt
[ "$(sha direct.txt | wc -l)" = 4 ] || fail "not four seasons"
expect_text out "schedule: " 1

expect_exit 0 "$BACKFILL" synth --as exports --out exports
expect_text out "synthetic exports" 1
[ "$(zcat exports/player_game_summary-000000000000.json.gz | wc -l)" = 50000 ] || fail "a shard has not 50000 rows"
[ "$(zcat exports/schedule.csv.gz | tail -n +2 | cut -d, -f2 | sort -u | wc -l)" = 845 ] || fail "not 845 dates"
zcat exports/player_game_summary-*.json.gz | grep -qE '"[a-z_]+":"-?[0-9]+\.[0-9]*0"' && fail "zeros behind a decimal"
zcat exports/player_game_summary-*.json.gz | grep -q null && fail "a null is written"

# Importing them gives what was written directly, and it stays marked.
expect_exit 0 "$BACKFILL" import --from exports --out imported
diff <(sha direct.txt) <(sha out) || fail "the imported exports are not the snapshot written directly"
for directory in direct imported; do
    for season in 2021 2022 2023 2024; do
        h5dump -a /synthetic "$directory/$season.h5" | grep -q '(0): 1' || fail "$directory/$season.h5 is not marked"
    done
done

# Same seed, same bytes; another seed another league; a season by itself the same.
expect_exit 0 "$BACKFILL" synth --as exports --out again
diff -r exports again || fail "the same seed made other exports"
expect_exit 0 "$BACKFILL" synth --out other --seed 2
cp out other.txt
for season in 2021-22 2024-25; do
    [ "$(grep -c "$season" <(sha other.txt))" = 1 ] || fail "no season $season"
    grep -qxF "$(sha other.txt | grep "$season")" <(sha direct.txt) && fail "seed 2 made season $season of seed 1"
done
expect_exit 0 "$BACKFILL" synth --out one --seasons 2023
# (players, which every season's file has, are those of the seasons made; so hashes of files differ, rows do not)
expect_text out "season 2023-24" 1
expect_exit 0 "$BACKFILL" synth --as exports --out one-exports --seasons 2023
diff <(zcat exports/player_game_summary-*.json.gz | grep '"season_year":"2023"') \
    <(zcat one-exports/player_game_summary-*.json.gz) || fail "season 2023 by itself is another"

# Fewer rows over more: no shard is left over. Exports and snapshots of real data stay.
expect_exit 0 "$BACKFILL" synth --as exports --out again --seasons 2022
[ "$(ls again | grep -c player_game_summary)" = 1 ] || fail "an old shard is left"
rm again/SYNTHETIC
expect_exit 4 "$BACKFILL" synth --as exports --out again
expect_text err "not made up" 1
expect_exit 0 "$BACKFILL" import --from again --out real
expect_exit 4 "$BACKFILL" synth --out real
expect_text err "not made up" 1
expect_exit 0 "$BACKFILL" synth --out direct --seasons 2022

# What cannot be written whole leaves nothing to import.
for nth in 1 5 9 13; do
    expect_exit 4 env BACKFILL_FAULT=write:$nth "$BACKFILL" synth --as exports --out broken --seasons 2021
    [ -z "$(ls broken)" ] || fail "write:$nth left $(ls broken)"
done

# More leagues, usage.
expect_exit 0 "$BACKFILL" synth --out large --scale 2 --seasons 2021
expect_exit 2 "$BACKFILL" synth
expect_text err "--out" 1
expect_exit 2 "$BACKFILL" synth --out x --seasons 2019-2021
expect_exit 2 "$BACKFILL" synth --out x --seasons 2021-
expect_exit 2 "$BACKFILL" synth --out x --scale 0
[ ! -e x ] || fail "a refused command left something"

# A run says that its data are made up, and its results do.
expect_exit 0 "$BACKFILL" run --snapshot large --out large.h5 --dates 2021-12-25
expect_text err "SYNTHETIC" 1
h5dump -a /run/synthetic large.h5 | grep -q '(0): 1' || fail "the results are not marked"
