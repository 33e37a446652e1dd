#!/usr/bin/env python3
"""Draws twenty flat pictures as SVG: ten in areas (logos, letters, clouds, cartoons) and ten in lines.

  make.py OUT

Writes OUT/NAME.svg, the truth, and OUT/NAME.png, what tracers are given: 384 px. Needs: pip install resvg-py==0.5.0, and
assets/font of this repository for the letters.
"""
import math
import os
import sys

import resvg_py

HERE = os.path.dirname(os.path.abspath(__file__))
FONT = os.path.join(HERE, "../../assets/font/data/Roboto-Regular.subset.ttf")


def circle(x, y, r, style):
    return f'<circle cx="{x}" cy="{y}" r="{r}" {style}/>'


def path(d, style):
    return f'<path d="{d}" {style}/>'


def fill(color):
    return f'fill="{color}"'


def line(color, width, cap="round"):
    return f'fill="none" stroke="{color}" stroke-width="{width}" stroke-linecap="{cap}" stroke-linejoin="round"'


def ground(color):
    return f'<rect width="96" height="96" fill="{color}"/>'


def wave(y, height, length, phase=0.0):
    """A wave across the picture from quadratic curves."""
    d = f"M{-length + phase * length} {y}q{length / 4} {-height} {length / 2} 0"
    return d + f"t{length / 2} 0" * int(2 * (96 + 2 * length) / length)


def turned(shape, angle):
    return f'<g transform="rotate({angle} 48 48)">{shape}</g>'


def text(words, x, y, size, color):
    return f'<text x="{x}" y="{y}" font-family="Roboto" font-size="{size}" {fill(color)}>{words}</text>'


def gear(teeth):
    parts = [turned(f'<rect x="42" y="10" width="12" height="18" rx="3" {fill("#37474f")}/>', 360 * i / teeth) for i in range(teeth)]
    return "".join(parts) + circle(48, 48, 27, fill("#37474f")) + circle(48, 48, 11, fill("#eceff1"))


def spiral():
    points = [(48 + (4 + 1.35 * t) * math.cos(t), 48 + (4 + 1.35 * t) * math.sin(t)) for t in (k / 8 for k in range(8 * 27))]
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points)


CLOUD = "M20 64a14 14 0 0 1 2-28a20 20 0 0 1 38-4a15 15 0 0 1 18 16a9 9 0 0 1 0 16z"
LEAF = "M48 88C20 70 14 40 48 8C82 40 76 70 48 88z"
HEART = "M48 84C8 56 8 20 32 18c8 0 14 6 16 12c2-6 8-12 16-12c24 2 24 38-16 66z"

AREAS = {
    "target": ground("#fff") + "".join(circle(48, 48, r, fill(c)) for r, c in [(42, "#c62828"), (32, "#fff"), (22, "#c62828"), (11, "#ffd54f")]),
    "heart": ground("#fce4ec") + path(HEART, fill("#d81b60")) + path("M28 28c-6 4-8 12-5 20", line("#f48fb1", 5)),
    "cloud": ground("#4fc3f7") + circle(68, 28, 16, fill("#ffeb3b")) + path(CLOUD, fill("#fff")),
    "leaf": ground("#f1f8e9") + path(LEAF, fill("#388e3c")) + path("M48 8C60 40 60 66 48 88z", fill("#66bb6a")),
    "moon": ground("#1a237e") + path("M62 12a38 38 0 1 0 20 56a32 32 0 0 1-20-56z", fill("#fff59d")) + circle(70, 30, 3, fill("#fff")) + circle(82, 46, 2, fill("#fff")),
    "gear": ground("#eceff1") + gear(9),
    "waves": ground("#e1f5fe") + "".join(path(wave(y, 12, 48, p) + "V110H-60z", fill(c)) for y, p, c in [(34, 0, "#4dd0e1"), (52, 0.4, "#0097a7"), (70, 0.15, "#006064")]),
    "letters": ground("#fffde7") + text("ag", 4, 58, 64, "#4e342e") + text("S&amp;8", 12, 92, 36, "#00695c"),
    "cat": ground("#ffe0b2")
    + path("M22 40L20 12L40 26zM74 40L76 12L56 26z", fill("#5d4037"))
    + circle(48, 52, 32, fill("#5d4037"))
    + "".join(circle(x, 46, 7, fill("#fff")) + circle(x + 1, 47, 4, fill("#212121")) for x in (36, 60))
    + path("M43 60h10l-5 6z", fill("#ff8a80"))
    + path("M48 66c-2 6-8 8-12 5M48 66c2 6 8 8 12 5", line("#212121", 2)),
    "yinyang": ground("#b0bec5") + circle(48, 48, 40, fill("#fff")) + path("M48 8a40 40 0 0 1 0 80a20 20 0 0 1 0-40a20 20 0 0 0 0-40z", fill("#212121")) + circle(48, 28, 6, fill("#212121")) + circle(48, 68, 6, fill("#fff")),
}

INK = "#212121"
LINES = {
    "spiral": path(spiral(), line("#283593", 2.5)),
    "rings": "".join(circle(x, y, 16, line(c, 4)) for x, y, c in [(22, 38, "#0277bd"), (48, 38, INK), (74, 38, "#c62828"), (35, 56, "#f9a825"), (61, 56, "#2e7d32")]),
    "face": circle(48, 48, 38, line(INK, 3)) + path("M28 62c8 14 32 14 40 0", line(INK, 3)) + "".join(circle(x, 38, 4, line(INK, 3)) for x in (34, 62)) + path("M28 28c4-4 8-4 12-2M56 26c4-2 8-2 12 2", line(INK, 2)),
    "house": path("M16 46L48 16L80 46M24 40V82H72V40M40 82V60H56V82M62 28V18H68V34", line(INK, 3)) + f'<rect x="30" y="48" width="10" height="8" {line(INK, 2)}/>',
    "tree": path("M48 90V52M48 66L34 54M48 60L62 48", line("#4e342e", 4)) + path("M48 54C20 56 16 30 34 26C36 8 62 8 64 26C82 32 76 56 48 54z", line("#2e7d32", 3)),
    "fish": path("M12 48C28 22 62 22 76 48C62 74 28 74 12 48zM76 48L92 34V62z", line("#01579b", 3)) + circle(28, 44, 3, line("#01579b", 2)) + "".join(path(f"M{x} 36c6 8 6 16 0 24", line("#0288d1", 2)) for x in (42, 52, 62)),
    "bicycle": "".join(circle(x, 62, 17, line(INK, 2.5)) for x in (24, 72)) + path("M24 62L38 36H62L72 62M38 36L48 62L62 36M48 62H24M34 30H42M62 36L60 28H68", line("#c62828", 2.5)),
    "flower": "".join(turned(path("M48 40C38 26 42 10 48 10C54 10 58 26 48 40z", line("#ad1457", 2.5)), 45 * k) for k in range(8)) + circle(48, 48, 8, line("#f9a825", 3)),
    "script": path("M8 60C20 20 36 20 30 52C26 76 14 70 24 56C38 36 48 40 46 58C44 70 54 66 58 50C62 36 70 40 66 56C64 68 76 66 90 44", line("#4a148c", 3)) + path("M14 82C40 74 60 90 84 78", line("#4a148c", 2)),
    "weave": "".join(path(wave(12 + 12 * k, 7, 24, 0.25 * (k % 4)), line(["#00695c", "#ef6c00"][k % 2], 2)) for k in range(7)),
}


def main(out):
    os.makedirs(out, exist_ok=True)
    shapes = AREAS | {name: ground("#fff") + shape for name, shape in LINES.items()}
    for name, shape in shapes.items():
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="384" height="384">{shape}</svg>'
        with open(os.path.join(out, f"{name}.svg"), "w", encoding="utf-8") as file:
            file.write(svg)
        with open(os.path.join(out, f"{name}.png"), "wb") as file:
            file.write(bytes(resvg_py.svg_to_bytes(svg_string=svg, font_files=[FONT], skip_system_fonts=True)))


if __name__ == "__main__":
    main(*sys.argv[1:])
