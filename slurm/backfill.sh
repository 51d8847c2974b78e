#!/bin/bash
#SBATCH --job-name=backfill
#SBATCH --ntasks=64
#SBATCH --time=01:00:00
#SBATCH --signal=B:USR1@120
#SBATCH --output=backfill-%j.log
#SBATCH --open-mode=append
#
# The backfill as a Slurm job, submitted from the checkout or the install:
#
#   sbatch slurm/backfill.sh [BACKFILL OPTION...]
#   sbatch --ntasks=16 --time=00:30:00 slurm/backfill.sh --seasons 2023-2024
#
# Options of backfill also come from the environment (BACKFILL_SNAPSHOT, BACKFILL_OUT, ...) and from a file backfill.env in
# the directory of submission, see backfill.env.example. Of this script itself:
#   BACKFILL_PROGRAM    the executable; default: build/backfill of this checkout, bin/backfill of this install, or PATH
#   BACKFILL_NP         ranks; default: the tasks of the job
#   BACKFILL_LAUNCHER   srun or mpirun; default: srun where Slurm has PMIx
# The exit code is that of backfill.
set -euo pipefail

die() { echo "backfill.sh: $*" >&2; exit 2; }

[ -n "${SLURM_JOB_ID:-}" ] || die "not in a Slurm job; submit it with sbatch, or use slurm/local.sh on one machine"

env_file=${BACKFILL_ENV:-$SLURM_SUBMIT_DIR/backfill.env}
if [ -f "$env_file" ]; then
    set -a
    # shellcheck source=/dev/null
    . "$env_file"
    set +a
elif [ -n "${BACKFILL_ENV:-}" ]; then
    die "no file $BACKFILL_ENV (BACKFILL_ENV)"
fi

# Slurm runs a copy of this script; it knows where the original lies.
script=$(scontrol show job -o "$SLURM_JOB_ID" | sed -n 's/.* Command=\([^ ]*\).*/\1/p')
here=$(dirname "${script:-$SLURM_SUBMIT_DIR/.}")
find_program() {
    local candidate
    for candidate in "$here/../build/backfill" "$here/../../bin/backfill" "$SLURM_SUBMIT_DIR/build/backfill"; do
        [ -x "$candidate" ] && { realpath "$candidate"; return 0; }
    done
    command -v backfill
}
program=${BACKFILL_PROGRAM:-$(find_program)} || die "no backfill executable; build it, or set BACKFILL_PROGRAM"
[ -x "$program" ] || die "$program cannot be executed (BACKFILL_PROGRAM)"

np=${BACKFILL_NP:-$SLURM_NTASKS}
launcher=${BACKFILL_LAUNCHER:-}
if [ -z "$launcher" ]; then
    if srun --mpi=list 2>&1 | grep -qw pmix; then launcher=srun; else launcher=mpirun; fi
fi

if [ "$(id -u)" = 0 ]; then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
# Open MPI spins while it waits if it believes that every rank has a core. Where they share cores, they must yield.
if [ "$np" -gt $((SLURM_JOB_NUM_NODES * $(getconf _NPROCESSORS_ONLN))) ]; then
    export OMPI_MCA_mpi_yield_when_idle=1 OMPI_MCA_hwloc_base_binding_policy=none
fi

case $launcher in
srun) command=(srun --mpi=pmix --kill-on-bad-exit=1 --ntasks="$np" "$program") ;;
mpirun) command=(mpirun -np "$np" "$program") ;;
*) die "BACKFILL_LAUNCHER: expected srun or mpirun, found '$launcher'" ;;
esac

echo "backfill.sh: job $SLURM_JOB_ID, restart ${SLURM_RESTART_COUNT:-0}, $np ranks on $SLURM_JOB_NUM_NODES node(s) by $launcher"
"${command[@]}" "$@" &
job=$!
# The shell gets the signal (B:), the ranks have to: srun and mpirun pass it on to all of them.
signalled=0
# shellcheck disable=SC2317 # called by the trap
pass_on() {
    echo "backfill.sh: USR1, passed on to the ranks"
    signalled=1
    kill -USR1 "$job" 2>/dev/null || true
}
trap pass_on USR1

# A signal ends wait early, with a code of its own: wait again for that of the job.
status=0
wait "$job" || status=$?
while [ "$signalled" = 1 ]; do
    signalled=0
    status=0
    wait "$job" || status=$?
done
echo "backfill.sh: exit $status"
exit "$status"
