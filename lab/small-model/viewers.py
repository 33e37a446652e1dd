"""Sheets of pictures for viewers who choose the caption among eight, and what their answers are worth.

    viewers.py sheets PICTURES OUT       OUT/sheet-0.png ... and OUT/options.txt, which viewers see, and OUT/key.txt, which they do not
    viewers.py mark OUT ANSWERS          how many of the answers are right: ANSWERS has a line "NUMBER LETTER" for each picture

PICTURES is what `judged` drew of held_out/viewers.tsv: 000.png and so on. The order of the captions follows from the seed.
"""

import math
import pathlib
import random
import sys

from PIL import Image, ImageDraw

SEED = 20261130
HERE = pathlib.Path(__file__).resolve().parent
ACROSS, DOWN, SIDE = 3, 2, 256
LETTERS = "ABCDEFGH"


def rows():
    """Kind, letter of the right caption, and the captions in the order in which they are shown."""
    draw = random.Random(SEED)
    for line in (HERE / "held_out/viewers.tsv").read_text().splitlines():
        kind, *captions = line.split("\t")
        shown = draw.sample(captions, len(captions))
        yield kind, LETTERS[shown.index(captions[0])], shown


def sheets(pictures, out):
    out.mkdir(parents=True, exist_ok=True)
    options, key = [], []
    for at, (kind, letter, shown) in enumerate(rows()):
        place = at % (ACROSS * DOWN)
        if place == 0:
            sheet = Image.new("RGB", (ACROSS * (SIDE + 12), DOWN * (SIDE + 24)), "white")
        x, y = place % ACROSS * (SIDE + 12), place // ACROSS * (SIDE + 24)
        sheet.paste(Image.open(pictures / f"{at:03}.png").convert("RGB").resize((SIDE, SIDE)), (x, y + 18))
        ImageDraw.Draw(sheet).text((x + 4, y + 2), f"picture {at}", fill="black")
        sheet.save(out / f"sheet-{at // (ACROSS * DOWN)}.png")
        options.append(f"picture {at}\n" + "".join(f"  {mark}. {caption}\n" for mark, caption in zip(LETTERS, shown)))
        key.append(f"{at} {letter} {kind}\n")
    (out / "options.txt").write_text("\n".join(options))
    (out / "key.txt").write_text("".join(key))


def mark(out, answers):
    given = dict(line.split()[:2] for line in answers.read_text().splitlines() if line.strip())
    right, of_kind = 0, {}
    for line in (out / "key.txt").read_text().splitlines():
        number, letter, kind = line.split()
        is_right = given.get(number, "").strip(".").upper() == letter
        right += is_right
        found, total = of_kind.get(kind, (0, 0))
        of_kind[kind] = (found + is_right, total + 1)
    total = sum(total for _, total in of_kind.values())
    share = right / total
    # Wilson's interval.
    z = 1.96
    middle, half = share + z * z / (2 * total), z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    low, high = ((middle + sign * half) / (1 + z * z / total) for sign in (-1, 1))
    print(f"{right} of {total} right: {100 * share:.1f} % ({100 * low:.0f} to {100 * high:.0f}); chance 12.5 %")
    print(", ".join(f"{kind} {found} of {total}" for kind, (found, total) in of_kind.items()))


if __name__ == "__main__":
    if sys.argv[1] == "sheets":
        sheets(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))
    else:
        mark(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))
