"""The program that is tested: its commands as functions, each with a time-out."""
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
BACKFILL = os.environ.get("BACKFILL", str(ROOT / "build" / "backfill"))
MPIRUN = os.environ.get("MPIRUN", "mpirun")
TIMEOUT_S = 120
RUN_TIMESTAMP = "2026-01-01T00:00:00Z"

# An mpirun by hand, as root and with more ranks than cores; ctest says the same.
MPI_ENVIRONMENT = dict(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
                       OMPI_MCA_rmaps_base_oversubscribe="1", OMPI_MCA_mpi_yield_when_idle="1",
                       OMPI_MCA_hwloc_base_binding_policy="none")


def command(*words, accept=(0,), **environment):
    """What the command prints; any other exit code is an error with its output."""
    words = [str(word) for word in words]
    done = subprocess.run(words, env={**MPI_ENVIRONMENT, **os.environ, **environment}, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=TIMEOUT_S,
                          check=False)
    if done.returncode not in accept:
        raise RuntimeError(f"{' '.join(words)}: exit code {done.returncode}\n"
                           f"{done.stdout}{done.stderr}")
    return done.stdout


def import_exports(exports, snapshot):
    command(BACKFILL, "import", "--from", exports, "--out", snapshot, "--progress", 0)


def run(snapshot, results, dates, *options, ranks=None, **environment):
    """A run over some dates; exit code 1 only says that something wants attention."""
    start = [MPIRUN, "-np", ranks] if ranks else []
    command(*start, BACKFILL, "--snapshot", snapshot, "--out", results, "--skip-preflight",
            "--dates", ",".join(dates), "--run-timestamp", RUN_TIMESTAMP, "--progress", 0,
            *options, accept=(0, 1), **environment)


def digests(results):
    """Digest by table."""
    return dict(line.split() for line in command(BACKFILL, "digest", results).splitlines())


def export(results):
    """All tables as CSV, in a folder beside the results."""
    folder = results.with_suffix("")
    command(BACKFILL, "export", results, "--all", "--format", "csv", "--out", folder)
    return folder
