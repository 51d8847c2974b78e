"""Medians of tests/bench/run.sh as a Markdown table: summary.py SAMPLES DIRECTORY-OF-LOGS."""
import collections
import pathlib
import re
import statistics
import sys

samples = collections.defaultdict(dict)  # (ranks, repetition) -> {name: seconds}
for line in open(sys.argv[1]):
    repetition, ranks, name, seconds = line.split()
    if repetition != "0":
        samples[int(ranks), int(repetition)][name] = float(seconds)

phases = {}
for key in samples:
    log = (pathlib.Path(sys.argv[2]) / f"log-{key[0]}-{key[1]}").read_text()
    phases[key] = {name: float(seconds) for name, seconds in re.findall(r"phase (\w+): ([0-9.]+) s", log)}
names = list(next(iter(phases.values())))

print("| ranks | dd | empty | run | " + " | ".join(names) + " | (run - empty) / dd |")
print("|---" * (len(names) + 5) + "|")
for ranks in sorted({key[0] for key in samples}):
    keys = [key for key in samples if key[0] == ranks]
    cells = [statistics.median(samples[key][name] for key in keys) for name in ("dd", "empty", "run")]
    cells += [statistics.median(phases[key][name] for key in keys) for name in names]
    ratios = [(samples[key]["run"] - samples[key]["empty"]) / samples[key]["dd"] for key in keys]
    print(f"| {ranks} | " + " | ".join(f"{cell:.3f}" for cell in cells) +
          f" | {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}) |")
fewest = min(key[0] for key in samples)
for ranks in sorted({key[0] for key in samples} - {fewest}):
    ratios = [phases[fewest, key[1]]["fill"] / phases[key]["fill"] for key in samples if key[0] == ranks]
    print(f"\nfill, {fewest} ranks / {ranks} ranks: {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")
print(f"\nSeconds, medians of {len(samples) // len({key[0] for key in samples})} repetitions; the ratio with its range.")
