#!/bin/bash
# The man page: sections in the usual order, generated parts in step with the program, exit codes, version.
# timeout: 60
. "$BF_SOURCE_DIR/tests/support/check.sh"

page=$BF_SOURCE_DIR/docs/backfill.1
sections=$(sed -n 's/^\.SH //p' "$page" | paste -sd,)
[ "$sections" = "NAME,SYNOPSIS,DESCRIPTION,OPTIONS,ENVIRONMENT,FILES,EXIT STATUS,EXAMPLES,SEE ALSO" ] ||
    fail "sections of the man page: $sections"
bash "$BF_SOURCE_DIR/docs/man.sh" --check "$BF_BUILD_DIR"
version=$("$BACKFILL" --version)
expect_text "$page" "\"$version\"" 1
for code in 0 1 2 3 4 5 6 70; do
    grep -qx ".B $code" "$page" || fail "the man page lacks exit code $code"
done
