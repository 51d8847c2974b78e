"""The ranks that an mpirun has started."""
import pathlib


def running(program, argument):
    """Processes that run a program of this name with this argument, wherever they come from, by their ids."""
    found = []
    for path in sorted(pathlib.Path("/proc").glob("[0-9]*"), key=lambda p: int(p.name)):
        try:
            if (path / "comm").read_text(encoding="utf-8").strip() == program and \
                    argument.encode() in (path / "cmdline").read_bytes().split(b"\0"):
                found.append(int(path.name))
        except OSError:
            continue
    return found


def children(pid, program):
    """Processes started by `pid`, directly or not, that run a program of this name, by their ids."""
    found, known = [], {pid}
    for path in sorted(pathlib.Path("/proc").glob("[0-9]*"), key=lambda p: int(p.name)):
        try:
            fields = (path / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            name = (path / "comm").read_text(encoding="utf-8").strip()
        except OSError:
            continue
        if int(fields[1]) in known:
            known.add(int(path.name))
            if name == program and fields[0] != "Z":
                found.append(int(path.name))
    return found
