#!/bin/bash
# docs/tables/ has a page for each table, and each says what the program says.
# timeout: 60
. "$BF_SOURCE_DIR/tests/support/check.sh"

pages=$BF_SOURCE_DIR/docs/tables
tables=$("$BACKFILL" schema --format md | sed -n 's/^# [a-z_]*\.//p')
[ "$(cd "$pages" && ls -1 | grep '\.md$' | sort)" = "$(sed 's/$/.md/' <<<"$tables" | sort)" ] || fail "pages of $pages"
for table in $tables; do
    expect_exit 0 "$BACKFILL" schema --table "$table" --format md
    diff -u "$pages/$table.md" out ||
        fail "docs/tables/$table.md is out of step: backfill schema --table $table --format md >docs/tables/$table.md"
done
