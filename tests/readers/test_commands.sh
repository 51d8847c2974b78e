#!/bin/bash
# export, digest, compare, info and schema on made-up results files, whole and damaged.
# timeout: 300
. "$BF_SOURCE_DIR/tests/support/check.sh"

make=$BF_BUILD_DIR/tests/make_results
tables="team_defense_zone_analysis player_shot_zone_analysis player_composite_factors player_daily_cache ml_feature_store_v2 precompute_failures"
"$make" a.h5 9 40 1

# digest: a line a table; the same from more leaders and from another run of the same rows
expect_exit 0 "$BACKFILL" digest a.h5
[ "$(awk '{ print $1 }' out | paste -sd' ')" = "$tables" ] || fail "tables of digest"
[ "$(grep -cE '^[a-z0-9_]+ [0-9a-f]{64}$' out)" = 6 ] || fail "lines of digest"
cp out digest.a
"$MPIRUN" -np 3 "$make" b.h5 9 40 1
expect_exit 0 "$BACKFILL" digest b.h5
cmp out digest.a || fail "digest with 3 leaders"

# export: one table to standard output, all to a directory, compressed the same text
expect_exit 0 "$BACKFILL" export a.h5 --table pdc
cp out pdc.csv
expect_exit 0 "$BACKFILL" export a.h5 --all --out new/dir
cmp pdc.csv new/dir/player_daily_cache.csv
expect_exit 0 "$BACKFILL" export a.h5 --all --out gz --gzip --format ndjson
expect_exit 0 "$BACKFILL" export a.h5 --table tdza --format ndjson
gzip -dc gz/team_defense_zone_analysis.ndjson.gz | cmp - out
expect_exit 0 "$BACKFILL" export a.h5 --table tdza --gzip
gzip -dc <out | cmp - new/dir/team_defense_zone_analysis.csv
[ "$(ls new/dir gz | grep -c -e csv -e ndjson)" = 12 ] || fail "files of export"

# dates: those rows alone; one that the file lacks is only a warning
expect_exit 0 "$BACKFILL" export a.h5 --table ml --date 2021-11-03 --date 2021-11-02
{ head -1 new/dir/ml_feature_store_v2.csv; grep -E ',2021-11-0[23],' new/dir/ml_feature_store_v2.csv; } | cmp - out
expect_exit 0 "$BACKFILL" export a.h5 --table ml --dates 1999-01-01
[ "$(wc -l <out)" = 1 ] || fail "rows of a date that is not there"
expect_text err "has no date 1999-01-01"

# compare: the same, other rows, damaged
expect_exit 0 "$BACKFILL" compare a.h5 b.h5
expect_text out same
"$make" c.h5 9 40 2
expect_exit 1 "$BACKFILL" compare a.h5 c.h5
expect_text out "player_daily_cache.points_avg_last_5: "
expect_text out "player_composite_factors.pace_context_json/final_score: "
"$make" d.h5 8 40 1
expect_exit 1 "$BACKFILL" compare a.h5 d.h5 --tolerance-last-digit
expect_text out "rows only in A"

# info
expect_exit 0 "$BACKFILL" info a.h5
expect_text out SYNTHETIC
expect_text out "run 0123456789abcdef"
expect_exit 0 "$BACKFILL" info a.h5 --json
"$BF_PYTHON" -c 'import json; d = json.load(open("out")); assert d["kind"] == "results" and len(d["tables"]) == 6 and d["dates"] == 9'

# schema
expect_exit 0 "$BACKFILL" schema --format bq --table pdc
"$BF_PYTHON" -c 'import json; d = json.load(open("out")); assert len(d) == 72 and d[2] == dict(d[2], type="DATE", mode="REQUIRED")'
expect_exit 0 "$BACKFILL" schema --format ddl
expect_text out "CREATE TABLE IF NOT EXISTS" 9

# what is asked wrongly
expect_exit 2 "$BACKFILL" export a.h5
expect_exit 2 "$BACKFILL" export a.h5 --all
expect_exit 2 "$BACKFILL" export a.h5 --table nothing
expect_text err "'backfill schema --format md' lists them" 1
for command in "export a.h5" "schema --format md"; do
    expect_exit 2 "$BACKFILL" $command --table player_dialy_cache
    expect_text err "did you mean player_daily_cache?" 1
done
expect_exit 2 "$BACKFILL" export a.h5 --table pdc --format xml
expect_exit 2 "$BACKFILL" export a.h5 --table pdc --dates 2021-13-01
expect_exit 2 "$BACKFILL" schema --format xml
expect_exit 2 "$BACKFILL" schema

# what is no results file, is cut, is changed: refused by name by every command
printf 'not HDF5' >text.h5
head -c 100000 a.h5 >cut.h5
cp a.h5 changed.h5
offset=$(grep -abo 'T0[0-9].T' changed.h5 | head -1 | cut -d: -f1) # the packed dictionary of teams
printf 'X' | dd of=changed.h5 bs=1 seek="$offset" conv=notrunc status=none
for file in text.h5 cut.h5 changed.h5 nowhere.h5; do
    for command in "digest $file" "info $file" "export $file --all --out x" "compare a.h5 $file"; do
        expect_exit 3 "$BACKFILL" $command
        expect_text err "$file"
    done
done

# a full disk, a reader that goes
if [ -w /dev/full ]; then
    "$BACKFILL" export a.h5 --table pdc >/dev/full 2>err && fail "export to a full disk succeeded"
    expect_text err "no space left"
fi
: >all_err
for command in "export c.h5 --table psza" "export c.h5 --table psza --gzip" "info c.h5 --json" "schema --format md" --help; do
    "$BACKFILL" $command 2>>all_err | true || true
done
[ ! -s all_err ] || fail "a reader that has gone is told: $(cat all_err)"
