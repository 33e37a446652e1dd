"""Compares what the judge thinks of two models' pictures of the same captions: paired.py FIRST SECOND, folders that `judged` wrote.

Prints the mean fit of each, the mean of the second's gain with its 95 % interval (of resampled captions), and who is ahead how often.
"""

import pathlib
import random
import sys

DRAWS = 10_000


def fits(folder):
    rows = [line.split("\t") for line in (pathlib.Path(folder) / "fits.tsv").read_text().splitlines()]
    return [caption for _, caption in rows], [float(fit) for fit, _ in rows]


(captions, first), (others, second) = fits(sys.argv[1]), fits(sys.argv[2])
if captions != others:
    sys.exit("the folders are of different captions")
gains = [b - a for a, b in zip(first, second)]
mean = lambda values: sum(values) / len(values)
lot = random.Random(1)
means = sorted(mean(lot.choices(gains, k=len(gains))) for _ in range(DRAWS))
low, high = means[DRAWS // 40], means[-DRAWS // 40]
ahead, behind = sum(gain > 0 for gain in gains), sum(gain < 0 for gain in gains)
print(f"{len(gains)} captions: fit {mean(first):.3f} and {mean(second):.3f}, gain {mean(gains):+.4f} ({low:+.4f} to {high:+.4f}), ahead {ahead}, behind {behind}")
