#!/usr/bin/env python3
"""Do two builds draw, trace and check the same, byte for byte?

usage: same.py OLD NEW [--candidates N] [--only draw|trace|check]

OLD and NEW are command lines with `{}` where the name of the subcommand goes, for example `old/target/release/linocut {}` or, for
builds that had an example for each command, `old/target/release/examples/{}`. Draws 40 descriptions with 2 seeds each, traces 16
pictures (8 of them with another tracer or budget) and checks 100 SVGs. Prints a line per kind and every difference; exits with 1
if there is any. Standard library only.
"""

import argparse
import csv
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
DESCRIPTIONS = ROOT / "lab/descriptions/descriptions.csv"
PICTURES = [
    *(f"fixtures/score/render/{name}.png" for name in ["traced_lighthouse", "traced_panda", "gradients", "no_viewbox"]),
    *(f"fixtures/score/defence/{name}_input.png" for name in ["b", "c", "drawing-100x77", "drawing-5x4"]),
]
SETTINGS = [["--sweeps", "8"], ["--method", "vtracer", "--bytes", "6000"]]


def run(command, name, *arguments):
    """Standard output and exit status of a subcommand."""
    done = subprocess.run([*(part.format(name) for part in command), *map(str, arguments)], capture_output=True, check=False)
    return done.stdout, done.returncode


def drawn(command, scratch, description, seed, candidates):
    out = scratch / "drawing.svg"
    out.unlink(missing_ok=True)
    _, status = run(command, "draw", description, "--seed", seed, "--candidates", candidates, "--out", out)
    return status, out.read_bytes() if out.exists() else None


def traced(command, scratch, picture, setting):
    out = scratch / "traced.svg"
    out.unlink(missing_ok=True)
    _, status = run(command, "trace", ROOT / picture, "--out", out, *setting)
    return status, out.read_bytes() if out.exists() else None


def compare(kind, cases, of, old, new):
    """Number of cases that differ or that neither build could do."""
    different = 0
    for case in cases:
        before, after = of(old, case), of(new, case)
        if before[1] is None and after[1] is None:
            different += 1
            print(f"made by neither: {kind} {case}: status {before[0]} and {after[0]}")
        elif before != after:
            different += 1
            print(f"differs: {kind} {case}: status {before[0]} and {after[0]}, {len(before[1] or b'')} and {len(after[1] or b'')} bytes")
    print(f"{kind}: {len(cases)} compared, {different} differ", flush=True)
    return different


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--candidates", type=int, default=2)
    parser.add_argument("--only", choices=["draw", "trace", "check"])
    options = parser.parse_args()
    old, new = options.old.split(), options.new.split()
    with open(DESCRIPTIONS, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    descriptions = [row["description"] for row in rows[:: max(1, len(rows) // 40)]][:40]
    svgs = sorted((ROOT / "fixtures/constraints/corpus").glob("*.svg"))[:100]
    different = 0
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        kinds = {
            "draw": (
                [(text, seed) for text in descriptions for seed in (0, 1)],
                lambda command, case: drawn(command, scratch, *case, options.candidates),
            ),
            "trace": (
                [(picture, setting) for picture in PICTURES for setting in SETTINGS],
                lambda command, case: traced(command, scratch, *case),
            ),
            "check": (svgs, lambda command, case: run(command, "check", case)[::-1]),
        }
        for kind, (cases, of) in kinds.items():
            if options.only in (None, kind):
                different += compare(kind, cases, of, old, new)
    sys.exit(different > 0)


if __name__ == "__main__":
    main()
