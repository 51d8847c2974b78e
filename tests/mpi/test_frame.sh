#!/bin/bash
# One error, one message, one exit code, at any number of ranks; nobody hangs.
# timeout: 300
. "$BF_SOURCE_DIR/tests/support/check.sh"

for ranks in 1 3; do
    mpi=("$MPIRUN" -np "$ranks")
    expect_exit 2 "${mpi[@]}" "$BACKFILL" --bogus
    expect_text err "BF_E_USAGE: unknown option --bogus" 1
    expect_exit 2 "${mpi[@]}" "$BACKFILL" --workers 4
    expect_text err "mpirun -np N" 1
    expect_exit 0 "${mpi[@]}" "$BACKFILL" --version
    expect_text out "backfill " 1
    expect_exit 2 env BACKFILL_FAULT=sloth:1 "${mpi[@]}" "$BACKFILL" --version
    expect_text err "BACKFILL_FAULT: expected" 1

    # Broken communication on one rank ends all of them.
    expect_exit 70 env BACKFILL_FAULT=mpi:1@$((ranks - 1)) "${mpi[@]}" "$BACKFILL" --version
    expect_text err "BF_E_INTERNAL: MPI_Comm_rank" 1
done

# A word that only one rank is given elsewhere: options come from rank 0 alone.
expect_exit 0 "$MPIRUN" -np 1 -x BACKFILL_LOG_LEVEL=error "$BACKFILL" --version : \
    -np 1 -x BACKFILL_LOG_LEVEL=nonsense "$BACKFILL" --version

# Output that cannot be written.
[ -e /dev/full ] || fail "no /dev/full"
expect_exit 4 bash -c "'$BACKFILL' --help >/dev/full"
expect_text err "no space left" 1
expect_exit 4 bash -c "set -o pipefail; '$BACKFILL' --help | true"
[ ! -s err ] || fail "a reader that has gone is told of"
expect_exit 4 bash -c "'$BACKFILL' --help >&-"
expect_text err "BF_E_OUTPUT: standard output cannot be written" 1
expect_exit 0 bash -c "'$BACKFILL' --version <&- 2>&-"
