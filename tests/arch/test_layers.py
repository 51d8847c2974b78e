"""Three layers, one direction: mpi -> io -> compute. Includes by text, symbols by nm."""
# timeout: 60
import os
import pathlib
import re
import subprocess
import sys

source = pathlib.Path(os.environ["BF_SOURCE_DIR"])
build = pathlib.Path(os.environ["BF_BUILD_DIR"])
problems = []

# What a layer may include besides the C library's headers.
PROJECT = {"compute": ("compute/",), "io": ("compute/", "io/"), "mpi": ("compute/", "io/", "mpi/")}
SYSTEM = {
    "compute": {"openssl/evp.h", "openssl/sha.h"},
    "io": {"openssl/evp.h", "mpi.h", "hdf5.h", "hdf5_hl.h", "jansson.h", "zlib.h", "curl/curl.h", "openssl/pem.h"},
    "mpi": None,
}
C17 = {f"{name}.h" for name in
       "assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg "
       "stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar wctype".split()}
POSIX = {"dirent.h", "fcntl.h", "glob.h", "libgen.h", "strings.h", "unistd.h", "sys/stat.h", "sys/types.h", "sys/mman.h", "sys/resource.h",
         "sys/time.h", "sys/file.h", "sys/statvfs.h", "poll.h", "netdb.h", "sys/socket.h", "netinet/in.h",
         "arpa/inet.h"}
LIBC = {"compute": C17 | {"strings.h"}, "io": C17 | POSIX}

for layer in PROJECT:
    for path in sorted((source / layer).rglob("*")):
        if path.suffix not in (".c", ".h", ".def", ".inc"):
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            where = f"{path.relative_to(source)}:{number}"
            if match := re.match(r'\s*#\s*include\s+"(.+)"', line):
                if not match[1].startswith(PROJECT[layer]):
                    problems.append(f'{where}: {layer}/ must not include "{match[1]}"')
                elif not (source / match[1]).is_file():
                    problems.append(f'{where}: "{match[1]}" is not a path from the root of the repository')
            elif match := re.match(r"\s*#\s*include\s+<(.+)>", line):
                if SYSTEM[layer] is not None and match[1] not in SYSTEM[layer] | LIBC[layer]:
                    problems.append(f"{where}: {layer}/ must not include <{match[1]}>")

# A processor reads another processor's table, never its code (STYLE §1).
processors = {"tdza", "psza", "pcf", "pdc", "ml"}
for name in processors:
    for path in (source / "compute/features").glob(f"{name}*.c"):
        for other in processors - {name}:
            if re.search(rf'#include "compute/features/{other}\.h"', path.read_text()):
                problems.append(f"{path.relative_to(source)}: a processor must not include {other}.h")


def undefined(library):
    """Symbols that the members of a library need: {symbol: member}."""
    out = subprocess.run(["nm", "-u", "-P", "-A", str(build / library)], check=True, capture_output=True, text=True)
    found = {}
    for line in out.stdout.splitlines():
        member, symbol = line.split()[0:2]
        found[symbol] = member
    return found


def defined(library):
    out = subprocess.run(["nm", "-g", "--defined-only", "-P", str(build / library)], check=True,
                         capture_output=True, text=True)
    return [line.split()[0] for line in out.stdout.splitlines() if line and not line.endswith(":")]


# Of compute: nothing of other libraries, no files, clock, environment, printing, ending of the process.
FOREIGN = re.compile(r"^(MPI_|PMPI_|H5|curl_|json_|gz|deflate|inflate)")
PROCESS = {"abort", "exit", "_exit", "printf", "__printf_chk", "puts", "putchar", "fprintf", "__fprintf_chk", "fputs",
           "stdout", "stderr", "fopen", "fopen64", "open", "open64", "read", "write", "getenv", "secure_getenv", "time",
           "clock", "clock_gettime", "gettimeofday", "localtime", "localtime_r", "gmtime", "rand", "random", "srand",
           "perror", "system", "fork"}
for symbol, member in sorted(undefined("libbackfill_compute.a").items()):
    if FOREIGN.match(symbol) or symbol in PROCESS:
        problems.append(f"{member}: compute/ must not use {symbol}")
# Nothing in io prints, exits or aborts either (STYLE §4); the assert of a debug build is none of its business.
PRINTS = {"exit", "_exit", "printf", "__printf_chk", "puts", "putchar", "stdout", "stderr", "perror", "abort",
          "MPI_Abort"}
for symbol, member in sorted(undefined("libbackfill_io.a").items()):
    if symbol in PRINTS:
        problems.append(f"{member}: io/ must not use {symbol}")

# One prefix.
for library in ("libbackfill_compute.a", "libbackfill_io.a", "libbackfill_mpi.a"):
    for symbol in defined(library):
        if not symbol.startswith(("bf_", "__asan", "__odr_asan")) and symbol != "dlclose":  # tests/support/keep_modules.c
            problems.append(f"{library}: {symbol} has no bf_ before it and is not static")

print("\n".join(problems))
sys.exit(bool(problems))
