"""Makes eight cut-outs of 384 x 384 px: letters, a soft-edged disc, a card with a shadow and a hole, five pictures of the composer's art.

    python lab/cut_outs/make.py FOLDER
"""

import io
import math
import pathlib
import sys
import zipfile

import resvg_py
from PIL import Image, ImageDraw, ImageFilter, ImageFont

ROOT = pathlib.Path(__file__).parents[2]
SIDE = 384
EMPTY = (0, 0, 0, 0)
ART = [
    "fluent-running-shoe",
    "noto-woman-red-hair",
    "noto-smiling-face-with-horns",
    "fluent-high-heeled-shoe",
    "noto-disguised-face",
]


def canvas():
    picture = Image.new("RGBA", (SIDE, SIDE), EMPTY)
    return picture, ImageDraw.Draw(picture)


def letters():
    picture, draw = canvas()
    font = ImageFont.truetype(str(ROOT / "assets/font/data/Roboto-Regular.subset.ttf"), 170)
    draw.text((20, 0), "Rag", font=font, fill=(30, 40, 120, 255))
    draw.text((20, 180), "Ox8", font=font, fill=(250, 250, 250, 255))
    return picture


def soft_disc():
    picture, _ = canvas()
    for y in range(SIDE):
        for x in range(SIDE):
            opacity = min(max((160 - math.hypot(x - 192, y - 192)) / 60, 0), 1)
            picture.putpixel((x, y), (240, 100 + 80 * y // SIDE, 40, round(255 * opacity)))
    return picture


def card():
    shadow, draw = canvas()
    draw.rounded_rectangle((90, 90, 330, 330), 30, fill=(0, 0, 0, 140))
    shadow = shadow.filter(ImageFilter.GaussianBlur(14))
    front, draw = canvas()
    draw.rounded_rectangle((60, 60, 300, 300), 30, fill=(40, 160, 140, 255))
    draw.ellipse((110, 110, 250, 250), fill=(255, 240, 200, 255))
    draw.ellipse((150, 150, 210, 210), fill=EMPTY)
    shadow.alpha_composite(front)
    return shadow


def art(archive, name):
    text = archive.read(f"svg/{name}.svg").decode()
    data = bytes(resvg_py.svg_to_bytes(svg_string=text, width=SIDE, height=SIDE))
    return Image.open(io.BytesIO(data)).convert("RGBA")


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    pictures = {"letters": letters(), "soft-disc": soft_disc(), "card": card()}
    with zipfile.ZipFile(ROOT / "assets/art/data/art.zip") as archive:
        pictures |= {name: art(archive, name) for name in ART}
    for name, picture in pictures.items():
        picture.save(folder / f"{name}.png")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
