#!/usr/bin/env python3
"""Bytes, nodes and closeness at four times the size of traced flat pictures.

  measure.py TRUTH TRACED...

TRUTH is the folder that make.py writes, each TRACED a folder of drawings of the same names. Needs: pip install numpy==2.4.6
pillow==13.0.0 resvg-py==0.5.0
"""
import glob
import io
import os
import re
import sys

import numpy as np
import resvg_py
from PIL import Image

from make import FONT

SIDE = 1536
NUMBERS = {"m": 2, "l": 2, "h": 1, "v": 1, "q": 4, "t": 2, "c": 6, "s": 4, "a": 7}


def pixels(svg):
    sized = re.sub(r'<svg([^>]*?) width="\d+" height="\d+"', r"<svg\1", svg).replace("<svg", f'<svg width="{SIDE}" height="{SIDE}"', 1)
    png = bytes(resvg_py.svg_to_bytes(svg_string=sized, font_files=[FONT], skip_system_fonts=True))
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(float)


def nodes(svg):
    """End points of path segments; a rectangle, a circle and an ellipse have four."""
    count = 4 * sum(svg.count(f"<{name} ") for name in ("rect", "circle", "ellipse"))
    for data in re.findall(r' d="([^"]*)"', svg):
        for letter, numbers in re.findall(r"([a-zA-Z])([^a-zA-Z]*)", data):
            if letter.lower() != "z":
                count += len(re.findall(r"-?(?:\d+\.?\d*|\.\d+)", numbers)) / NUMBERS[letter.lower()]
    return count


def main(truth, *folders):
    names = sorted(os.path.basename(path)[:-4] for path in glob.glob(os.path.join(truth, "*.svg")))
    for folder in folders:
        rows = []
        for name in names:
            with open(os.path.join(truth, f"{name}.svg"), encoding="utf-8") as file:
                wanted = pixels(file.read())
            with open(os.path.join(folder, f"{name}.svg"), encoding="utf-8") as file:
                svg = file.read()
            error = np.mean((pixels(svg) - wanted) ** 2)
            rows.append((len(svg.encode()), nodes(svg), 10 * np.log10(255**2 / max(error, 1e-3))))
        print("%s: %.0f bytes, %.0f nodes, %.2f dB at %d px" % (folder, *np.mean(rows, axis=0), SIDE))


if __name__ == "__main__":
    main(*sys.argv[1:])
