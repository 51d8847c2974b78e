#!/bin/bash
# slurm/backfill.sh as a job: launchers, arguments, environment, exit code, USR1.
# timeout: 300
. "$BF_SOURCE_DIR/tests/support/check.sh"
. "$BF_SOURCE_DIR/tests/support/shared.sh"

start_slurm=$BF_SHARED/tools/slurm-local.sh
for needed in slurmctld slurmd sbatch munged; do
    if ! PATH="$PATH:/usr/sbin" command -v "$needed" >/dev/null; then
        echo "SKIP: no $needed (apt-get install slurmctld slurmd slurm-client munge)"
        exit 77
    fi
done
if [ "$(id -u)" != 0 ] || [ ! -f "$start_slurm" ]; then
    echo "SKIP: a Slurm of one's own needs root and $start_slurm"
    exit 77
fi

# Off the ports of any other Slurm here.
export SLURM_LOCAL_PORT=$((20000 + $$ % 10000 * 2))
trap 'bash "$start_slurm" stop "$SCRATCH/slurm" >/dev/null 2>&1 || true; rm -rf "$SCRATCH"' EXIT
bash "$start_slurm" start "$SCRATCH/slurm" 8 >start.log 2>&1 || { cat start.log; fail "Slurm does not start"; }
# shellcheck source=/dev/null
. "$SCRATCH/slurm/env"

cat >program <<'END'
#!/bin/bash
# Stands in for the executable: one line a rank, then waits $WAIT_S for a signal.
trap 'echo "rank got USR1"; sleep 0.5; exit 6' USR1 # mpirun ends the others when the first has gone
echo "rank of ${OMPI_COMM_WORLD_SIZE:-$SLURM_NTASKS}: $* snapshot=$BACKFILL_SNAPSHOT out=$BACKFILL_OUT"
for ((i = 0; i < WAIT_S * 10; i++)); do sleep 0.1; done
exit "$EXIT"
END
chmod +x program
# shellcheck disable=SC2016 # expanded by the script that reads the file
echo ': "${BACKFILL_SNAPSHOT:=from-file}" "${BACKFILL_OUT:=from-file}"' >backfill.env

# job LOG SBATCH-OPTION... -- ARGUMENT...: submits, prints the id.
submit() {
    local log=$1 options=()
    shift
    while [ "$1" != -- ]; do options+=("$1"); shift; done
    shift
    sbatch --parsable --ntasks=4 --time=00:02:00 --output="$log" "${options[@]}" "$BF_SOURCE_DIR/slurm/backfill.sh" "$@"
}

# state ID: COMPLETED 0:0 and the like, once the job has ended.
state() {
    local found i
    for ((i = 0; i < 600; i++)); do
        found=$(scontrol show job "$1" -o | sed -n 's/.*JobState=\([A-Z]*\).*ExitCode=\([0-9:]*\).*/\1 \2/p')
        case $found in COMPLETED* | FAILED* | CANCELLED* | TIMEOUT* | NODE_FAIL*) echo "$found"; return ;; esac
        sleep 0.1
    done
    fail "job $1 does not end: $found"
}

expect_state() {
    local found
    found=$(state "$1")
    [ "$found" = "$2" ] || { sed 's/^/  /' "$3" >&2; fail "job $1: $found instead of $2"; }
}

export BACKFILL_PROGRAM=$SCRATCH/program WAIT_S=0 EXIT=0
for launcher in srun mpirun; do
    export BACKFILL_LAUNCHER=$launcher
    id=$(BACKFILL_OUT=from-environment submit "$launcher.log" -- --seasons 2023-2024)
    expect_state "$id" "COMPLETED 0:0" "$launcher.log"
    expect_text "$launcher.log" "rank of 4: --seasons 2023-2024 snapshot=from-file out=from-environment" 4

    id=$(EXIT=3 submit "$launcher-3.log" --)
    expect_state "$id" "FAILED 3:0" "$launcher-3.log"

    id=$(WAIT_S=60 submit "$launcher-usr1.log" --)
    for ((i = 0; i < 300; i++)); do
        grep -qs "rank of" "$launcher-usr1.log" && break
        sleep 0.1
    done
    sleep 0.5
    scancel --batch --signal=USR1 "$id"
    expect_state "$id" "FAILED 6:0" "$launcher-usr1.log"
    expect_text "$launcher-usr1.log" "rank got USR1" 4
done

# The program of this checkout is found; ranks can be fewer than tasks.
unset BACKFILL_PROGRAM BACKFILL_LAUNCHER
mkdir build
ln -s "$BACKFILL" build/backfill
id=$(BACKFILL_NP=2 submit version.log -- --version)
expect_state "$id" "COMPLETED 0:0" version.log
expect_text version.log ", 2 ranks on 1 node" 1
expect_text version.log "backfill " 1

expect_exit 2 bash "$BF_SOURCE_DIR/slurm/backfill.sh"
expect_text err "not in a Slurm job" 1
