#!/usr/bin/env python3
"""Mean differences of runs of `eyes` from the first, with 95 % intervals over pictures (seeds averaged).

usage: paired.py A.csv B.csv ...
"""

import collections
import csv
import math
import sys

# Quantiles of Student's t by degrees of freedom.
T = [12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.20, 2.18, 2.16, 2.14, 2.13, 2.12, 2.11, 2.10, 2.09, 2.09, 2.08, 2.07, 2.07, 2.06]
COLUMNS = ["psnr", "ssim", "s2", "b3"]


def means(path):
    rows = collections.defaultdict(list)
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            rows[row["picture"]].append([float(row[column]) for column in COLUMNS])
    return {picture: [sum(column) / len(column) for column in zip(*of)] for picture, of in rows.items()}


def main():
    first, *others = sys.argv[1:]
    base = means(first)
    for path in others:
        found = means(path)
        pictures = sorted(base.keys() & found.keys())
        parts = []
        for at, column in enumerate(COLUMNS):
            differences = [found[picture][at] - base[picture][at] for picture in pictures]
            mean = sum(differences) / len(differences)
            spread = math.sqrt(sum((d - mean) ** 2 for d in differences) / (len(differences) - 1) / len(differences))
            parts.append(f"{column} {mean:+.3f} +- {T[min(len(differences) - 2, len(T) - 1)] * spread:.3f}")
        print(path, "  ".join(parts))


if __name__ == "__main__":
    main()
