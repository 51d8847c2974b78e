"""Every folder says what it is for, and no file is too long to read."""
# timeout: 60
import os
import pathlib
import subprocess
import sys

source = pathlib.Path(os.environ["BF_SOURCE_DIR"])
LINES_MAX = 500
# Described by the README of the folder above: data, or one thing in several files.
NO_README = {".", ".ci", "compute/schema/expand", "compute/schema/inputs", "compute/schema/outputs", "compute/schema/records", "docs/adr"}
DATA = ("tests/cases/", "tests/golden/", "tests/fuzz/corpus", "docs/tables")

try:
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=source, check=True,
                            capture_output=True, text=True).stdout.splitlines()
except (FileNotFoundError, subprocess.CalledProcessError):
    print("SKIP: not a git checkout")
    sys.exit(77)

files = [pathlib.Path(name) for name in listed if (source / name).is_file()]
problems = []
for folder in sorted({str(parent) for name in files for parent in name.parents}):
    if folder not in NO_README and not folder.startswith(DATA) and not (source / folder / "README.md").is_file():
        problems.append(f"{folder}: no README.md (one screen: purpose, main structure, rules, where to start)")
for name in files:
    if name.suffix in (".c", ".h", ".py", ".sh", ".md") and not str(name).startswith(DATA):
        lines = (source / name).read_text().count("\n")
        if lines > LINES_MAX:
            problems.append(f"{name}: {lines} lines; more than {LINES_MAX} are two files")

print("\n".join(problems))
sys.exit(bool(problems))
