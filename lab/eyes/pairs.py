#!/usr/bin/env python3
"""Sheets of a source and two versions of it by lot: our drawing, and a JPEG of the same bytes.

  pairs.py sheets PICTURES DRAWINGS OUT [--bytes 10000] [--seed 7]    writes OUT/01.png ... and OUT/key.csv
  pairs.py count OUT ANSWERS.csv                                      counts `sheet,left|right` against the key

PICTURES holds NAME.png, DRAWINGS holds NAME.svg. Every picture makes two sheets: the whole at 384 px, and its middle half enlarged
three times (pictures bicubically, drawings as the vectors that they are). Needs: pip install numpy==2.4.6 pillow==13.0.0 resvg-py==0.5.0
"""
import csv
import glob
import io
import os
import random
import sys

import resvg_py
from PIL import Image, ImageDraw

SIDE, SCALE = 384, 3


def jpeg(picture, limit):
    """The best progressive JPEG within the bytes, by quality, with or without subsampling."""
    best = (-1, None)
    for subsampling in (0, 2):
        for quality in range(1, 96):
            data = io.BytesIO()
            picture.save(data, "JPEG", quality=quality, subsampling=subsampling, optimize=True, progressive=True)
            if data.tell() > limit:
                break
            best = max(best, (quality, data), key=lambda pair: pair[0])
    return Image.open(best[1]).convert("RGB")


def drawn(path, side):
    data = bytes(resvg_py.svg_to_bytes(svg_path=path, width=side, height=side))
    page = Image.new("RGBA", (side, side), "white")
    page.alpha_composite(Image.open(io.BytesIO(data)).convert("RGBA"))
    return page.convert("RGB")


def enlarged(picture):
    quarter = SIDE // 4
    middle = picture.crop((quarter, quarter, SIDE - quarter, SIDE - quarter))
    return middle.resize((SCALE * SIDE // 2,) * 2, Image.BICUBIC)


def enlarged_drawing(path):
    side, quarter = SCALE * SIDE, SCALE * SIDE // 4
    return drawn(path, side).crop((quarter, quarter, side - quarter, side - quarter))


def sheets(pictures, drawings, out, limit=10_000, seed=7):
    os.makedirs(out, exist_ok=True)
    lot, rows = random.Random(seed), []
    shown = []
    for path in sorted(glob.glob(os.path.join(pictures, "*.png"))):
        name = os.path.splitext(os.path.basename(path))[0]
        source = Image.open(path).convert("RGB").resize((SIDE, SIDE), Image.LANCZOS)
        codec, drawing = jpeg(source, limit), os.path.join(drawings, f"{name}.svg")
        shown.append((name, "whole", source, codec, drawn(drawing, SIDE)))
        shown.append((name, "enlarged", enlarged(source), enlarged(codec), enlarged_drawing(drawing)))
    lot.shuffle(shown)
    for number, (name, kind, source, codec, drawing) in enumerate(shown, 1):
        ours = lot.choice(["left", "right"])
        pair = [drawing, codec] if ours == "left" else [codec, drawing]
        width, height = source.size
        sheet = Image.new("RGB", (3 * width + 40, height + 24), "white")
        pen = ImageDraw.Draw(sheet)
        for column, (picture, label) in enumerate(zip([source, *pair], ["source", "left", "right"])):
            sheet.paste(picture, (column * (width + 20), 24))
            pen.text((column * (width + 20), 6), label, fill="black")
        sheet.save(os.path.join(out, f"{number:02}.png"))
        rows.append((f"{number:02}", name, kind, ours))
    with open(os.path.join(out, "key.csv"), "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("sheet", "picture", "kind", "ours"), *rows])


def count(out, answers):
    with open(os.path.join(out, "key.csv"), encoding="utf-8") as file:
        key = {row["sheet"]: row for row in csv.DictReader(file)}
    with open(answers, encoding="utf-8") as file:
        given = dict(row[:2] for row in csv.reader(file) if row and row[0] in key)
    for kind in ("whole", "enlarged"):
        own = [key[sheet]["ours"] == side for sheet, side in given.items() if key[sheet]["kind"] == kind]
        print(f"{kind}: ours preferred in {sum(own)} of {len(own)}")
    for sheet, side in sorted(given.items()):
        print(sheet, key[sheet]["picture"], key[sheet]["kind"], "ours" if key[sheet]["ours"] == side else "JPEG")


if __name__ == "__main__":
    verb, *rest = sys.argv[1:]
    flags = {"--bytes": "limit", "--seed": "seed"}
    named = {flags[rest[i]]: int(rest[i + 1]) for i in range(len(rest) - 1) if rest[i] in flags}
    plain = [word for i, word in enumerate(rest) if word not in flags and (i == 0 or rest[i - 1] not in flags)]
    {"sheets": sheets, "count": count}[verb](*plain, **named)
