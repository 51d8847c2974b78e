#!/bin/bash
# --help names every command, option and exit code; an option stands in the help of the commands that take it.
# timeout: 120
. "$BF_SOURCE_DIR/tests/support/check.sh"

names_of() { # FILE MACRO: the first argument of each row
    sed -n "s/^$2(\([a-z_0-9]*\),.*/\1/p" "$1"
}
options_def=$BF_SOURCE_DIR/mpi/options.def
commands_def=$BF_SOURCE_DIR/mpi/commands/commands.def

expect_exit 0 "$BACKFILL" --help
cp out general
[ -s err ] && fail "--help writes to stderr"
expect_text general "Usage: backfill" 1

for command in $(names_of "$commands_def" COMMAND); do
    grep -qE "^$command +[^ ]" general || fail "--help does not begin a line with $command"
    expect_exit 0 "$BACKFILL" "$command" --help
    expect_text out "Usage: backfill $command" 1
    cp out "help.$command"
done

# As of git: help COMMAND. A command without options of its own has no title for them.
expect_exit 0 "$BACKFILL" help
cmp out general || fail "help is not --help"
expect_exit 0 "$BACKFILL" help digest
cmp out help.digest || fail "help digest is not digest --help"
expect_text out "Options:" 0

# An option stands in the help of each command that takes it, and nowhere else.
while IFS='|' read -r field commands; do
    option=--${field//_/-}
    for file in help.*; do
        [ -e "$file" ] || continue
        command=${file#help.}
        if [ "$commands" = '*' ] || [[ " $commands " = *" $command "* ]]; then
            grep -qE "^  $option( |\$)" "$file" || fail "backfill $command --help lacks $option"
        elif grep -qE "^  $option( |\$)" "$file"; then
            fail "backfill $command --help has $option, which it does not take"
        fi
    done
done < <(sed -n 's/^OPTION(\([a-z_]*\), *[A-Z]*, *"[^"]*", *"[^"]*", *"\([^"]*\)".*/\1|\2/p' "$options_def")
[ "$(names_of "$options_def" OPTION | wc -l)" = "$(grep -c '^OPTION(' "$options_def")" ] || fail "rows of options.def not understood"

for code in 0 1 2 3 4 5 6 70; do
    grep -qE "^ +$code  " general || fail "--help lacks exit code $code"
done
