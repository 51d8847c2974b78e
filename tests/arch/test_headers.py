"""Every header compiles on its own, under the project's warnings."""
# timeout: 120
import concurrent.futures
import json
import os
import pathlib
import shlex
import subprocess
import sys

source = pathlib.Path(os.environ["BF_SOURCE_DIR"])
build = pathlib.Path(os.environ["BF_BUILD_DIR"])
commands = json.loads((build / "compile_commands.json").read_text())
main = next(entry for entry in commands if entry["file"].endswith("mpi/main.c"))
words = shlex.split(main["command"])
flags = [words[0]]
for word, following in zip(words[1:], words[2:] + [""]):
    if word.startswith(("-D", "-I", "-W", "-std", "-O")):
        flags.append(word)
    elif word == "-isystem":
        flags += [word, following]


def compile_alone(header):
    name = header.relative_to(source)
    run = subprocess.run([*flags, "-fsyntax-only", "-x", "c", "-"], input=f'#include "{name}"\n#include "{name}"\n',
                         capture_output=True, text=True, cwd=source)
    return "" if run.returncode == 0 else f"{name}:\n{run.stderr}"


headers = [path for layer in ("compute", "io", "mpi") for path in sorted((source / layer).rglob("*.h"))]
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    problems = [text for text in pool.map(compile_alone, headers) if text]
print("\n".join(problems))
print(f"{len(headers)} headers, {len(problems)} do not compile alone")
sys.exit(bool(problems) or not headers)
