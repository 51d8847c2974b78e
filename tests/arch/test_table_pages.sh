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

# docs/validation.md has a row for each finding of an audit.
while read -r issue; do
    grep -qF "| \`$issue\` |" "$BF_SOURCE_DIR/docs/validation.md" || fail "docs/validation.md lacks the finding $issue"
done < <(sed -n 's/^ISSUE(\([a-z_]*\),.*/\1/p' "$BF_SOURCE_DIR/compute/audit/issues.def")
