"""Draws pictures `NAME.png` of a folder and their tracings `NAME-raw.svg`, `NAME-perceptual.svg` over white, black and green.

    python lab/cut_outs/sheet.py FOLDER OUT.png
"""

import io
import pathlib
import sys

import resvg_py
from PIL import Image

SIDE = 384
CELL = 128
GROUNDS = [(255, 255, 255), (0, 0, 0), (60, 160, 90)]


def rendered(path):
    data = bytes(resvg_py.svg_to_bytes(svg_path=str(path), width=SIDE, height=SIDE))
    return Image.open(io.BytesIO(data)).convert("RGBA")


def over(picture, ground):
    laid = Image.new("RGBA", picture.size, (*ground, 255))
    laid.alpha_composite(picture)
    return laid.convert("RGB").resize((CELL, CELL), Image.LANCZOS)


def main(folder, out):
    sources = sorted(folder.glob("*.png"))
    sheet = Image.new("RGB", (3 * len(GROUNDS) * CELL, len(sources) * CELL))
    for row, path in enumerate(sources):
        traced = [rendered(folder / f"{path.stem}-{objective}.svg") for objective in ("raw", "perceptual")]
        pictures = [Image.open(path).convert("RGBA"), *traced]
        for column, (ground, picture) in enumerate((g, p) for g in GROUNDS for p in pictures):
            sheet.paste(over(picture, ground), (column * CELL, row * CELL))
    sheet.save(out)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2])
