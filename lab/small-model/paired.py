"""Compares what the judge thinks of two models' pictures of the same captions: paired.py FIRST SECOND, folders that `judged` wrote.

Several seeds of a model are several folders with commas between them; of each caption the mean counts. Prints the mean fit of each,
the mean of the second's gain with its 95 % interval (of resampled captions), and who is ahead how often.
"""

import pathlib
import random
import sys

DRAWS = 10_000


mean = lambda values: sum(values) / max(1, len(values))


def fits(folders):
    """The fit of each caption, averaged over the folders."""
    of_caption = {}
    for folder in folders.split(","):
        for line in (pathlib.Path(folder) / "fits.tsv").read_text().splitlines():
            fit, caption = line.split("\t")
            of_caption.setdefault(caption, []).append(float(fit))
    return {caption: mean(values) for caption, values in of_caption.items()}


first, second = (fits(folders) for folders in sys.argv[1:3])
if first.keys() != second.keys():
    sys.exit("the folders are of different captions")
gains = [second[caption] - first[caption] for caption in first]
lot = random.Random(1)
means = sorted(mean(lot.choices(gains, k=len(gains))) for _ in range(DRAWS))
low, high = means[DRAWS // 40], means[-DRAWS // 40]
ahead, behind = sum(gain > 0 for gain in gains), sum(gain < 0 for gain in gains)
print(
    f"{len(gains)} captions: fit {mean(first.values()):.3f} and {mean(second.values()):.3f}, gain {mean(gains):+.4f}"
    f" ({low:+.4f} to {high:+.4f}), ahead {ahead}, behind {behind}"
)
