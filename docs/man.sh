#!/bin/bash
# Writes the generated sections (COMMANDS, OPTIONS) of docs/backfill.1 anew, from commands.def and options.def.
#
#   docs/man.sh [--check] [BUILD DIRECTORY]     --check: only say whether they are in step, exit 1 if not
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

check=no
if [ "${1:-}" = --check ]; then
    check=yes
    shift
fi
sections=${1:-build}/tests/arch/arch_man_sections
page=docs/backfill.1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

for section in COMMANDS OPTIONS; do
    "$sections" "$section" >"$scratch/$section"
done
# Between a line `.\" BEGIN X` and `.\" END X` stands what the program prints for X.
awk -v from="$scratch/" '
    /^\.\\" END / { inside = 0 }
    !inside { print }
    /^\.\\" BEGIN / { inside = 1; while ((getline line < (from $3)) > 0) print line }
' "$page" >"$scratch/page"

if [ "$check" = yes ]; then
    diff -u "$page" "$scratch/page" || { echo "$page is out of step: run docs/man.sh" >&2; exit 1; }
else
    cp "$scratch/page" "$page"
fi
