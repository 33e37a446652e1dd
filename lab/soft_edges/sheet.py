"""Lays the pictures of a folder beside their tracings without and with fades, cut-outs over white and over black.

    python lab/soft_edges/sheet.py FOLDER/KIND OUT.png
"""

import pathlib
import sys

from PIL import Image

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2]))
from lab.cut_outs.sheet import CELL, over, rendered


def row(path):
    picture = Image.open(path).convert("RGBA")
    grounds = [(255, 255, 255)]
    if picture.getextrema()[3][0] < 255:
        grounds.append((0, 0, 0))
    traced = [rendered(path.parent / word / f"{path.stem}.svg") for word in ("no", "yes")]
    return [over(shown, ground) for ground in grounds for shown in (picture, *traced)]


def main(folder, out):
    rows = [row(path) for path in sorted(folder.glob("*.png"))]
    sheet = Image.new("RGB", (len(rows[0]) * CELL, len(rows) * CELL))
    for y, cells in enumerate(rows):
        for x, cell in enumerate(cells):
            sheet.paste(cell, (x * CELL, y * CELL))
    sheet.save(out)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2])
