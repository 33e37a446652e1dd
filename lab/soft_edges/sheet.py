"""Lays the pictures of a folder beside their tracings without and with fades, cut-outs over white and over black.

    python lab/soft_edges/sheet.py FOLDER OUT.png
"""

import io
import pathlib
import sys

import resvg_py
from PIL import Image

SIDE = 384
CELL = 192
GROUNDS = {"cut-outs": [(255, 255, 255), (0, 0, 0)], "opaque": [(255, 255, 255)]}


def rendered(path):
    data = bytes(resvg_py.svg_to_bytes(svg_path=str(path), width=SIDE, height=SIDE))
    return Image.open(io.BytesIO(data)).convert("RGBA")


def over(picture, ground):
    laid = Image.new("RGBA", picture.size, (*ground, 255))
    laid.alpha_composite(picture)
    return laid.convert("RGB").resize((CELL, CELL), Image.LANCZOS)


def rows(folder):
    for kind, grounds in GROUNDS.items():
        for path in sorted((folder / kind).glob("*.png")):
            traced = [rendered(folder / kind / word / f"{path.stem}.svg") for word in ("no", "yes")]
            pictures = [Image.open(path).convert("RGBA"), *traced]
            yield [over(picture, ground) for ground in grounds for picture in pictures]


def main(folder, out):
    all_rows = list(rows(folder))
    sheet = Image.new("RGB", (max(map(len, all_rows)) * CELL, len(all_rows) * CELL), (255, 255, 255))
    for y, row in enumerate(all_rows):
        for x, cell in enumerate(row):
            sheet.paste(cell, (x * CELL, y * CELL))
    sheet.save(out)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2])
