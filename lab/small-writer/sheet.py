"""A page of drawings by their fit: the best, those in the middle, and the worst, eight in a row.

    sheet.py DRAWN TABLE OUT.png        DRAWN: JSON lines of `description` and `svg`; TABLE: the table of `drawings_judged` for them
"""

import io
import json
import sys

import resvg_py
from PIL import Image, ImageDraw

SIDE, COLUMNS, TEXT = 96, 8, 26


def main(drawn, table, out):
    rows = [json.loads(line) for line in open(drawn)]
    fits = [float(line.split("\t")[0]) for line in open(table)]
    order = sorted(range(len(rows)), key=lambda at: -fits[at])
    middle = len(order) // 2 - COLUMNS // 2
    chosen = [*order[:COLUMNS], *order[middle : middle + COLUMNS], *order[-COLUMNS:]]
    page = Image.new("RGB", (COLUMNS * (SIDE + 4), 3 * (SIDE + TEXT)), "white")
    pen = ImageDraw.Draw(page)
    for place, at in enumerate(chosen):
        x, y = place % COLUMNS * (SIDE + 4), place // COLUMNS * (SIDE + TEXT)
        png = bytes(resvg_py.svg_to_bytes(svg_string=rows[at]["svg"], width=SIDE, height=SIDE))
        page.paste(Image.open(io.BytesIO(png)).convert("RGB"), (x, y))
        words, lines = rows[at]["description"].split(), [""]
        for word in words:
            if len(lines[-1]) + len(word) > 16:
                lines.append("")
            lines[-1] = f"{lines[-1]} {word}".strip()
        for line, text in enumerate(lines[:3]):
            pen.text((x, y + SIDE + 8 * line), text, fill="black", font_size=8)
    page.quantize(64).save(out, optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
