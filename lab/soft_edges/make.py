"""Makes ten pictures of 384 x 384 px with soft edges: five cut-outs and five opaque ones.

    python lab/soft_edges/make.py FOLDER
"""

import math
import pathlib
import sys

from PIL import Image, ImageDraw, ImageFilter, ImageFont

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT))
from lab.cut_outs.make import soft_disc

SIDE = 384
EMPTY = (0, 0, 0, 0)


def canvas(color=EMPTY):
    picture = Image.new("RGBA", (SIDE, SIDE), color)
    return picture, ImageDraw.Draw(picture)


def tinted(mask, color):
    """A colour with the opacity of a mask."""
    picture = Image.new("RGBA", (SIDE, SIDE), (*color, 0))
    picture.putalpha(mask)
    return picture


def blurred(radius, draw_on):
    """A white drawing on black, blurred."""
    mask = Image.new("L", (SIDE, SIDE), 0)
    draw_on(ImageDraw.Draw(mask))
    return mask.filter(ImageFilter.GaussianBlur(radius))


def falling(x, y, opacity):
    """Opacity as a function of the distance from a point."""
    mask = Image.new("L", (SIDE, SIDE))
    mask.putdata([round(255 * min(max(opacity(math.hypot(i % SIDE + 0.5 - x, i // SIDE + 0.5 - y)), 0), 1)) for i in range(SIDE * SIDE)])
    return mask


def disc(x, y, radius):
    return (x - radius, y - radius, x + radius, y + radius)


def cut_disc():
    return tinted(falling(192, 192, lambda far: (160 - far) / 60), (240, 140, 40))


def cut_shadow():
    """A ball above its round shadow."""
    picture = tinted(blurred(16, lambda draw: draw.ellipse(disc(210, 215, 120), fill=150)), (0, 0, 0))
    ImageDraw.Draw(picture).ellipse(disc(175, 165, 105), fill=(200, 60, 50, 255))
    return picture


def cut_glow():
    """A lamp in its glow."""
    picture = tinted(falling(192, 150, lambda far: 0.85 * math.exp(-((far / 75) ** 2))), (255, 200, 90))
    draw = ImageDraw.Draw(picture)
    draw.ellipse(disc(192, 150, 38), fill=(255, 246, 220, 255))
    draw.rectangle((178, 186, 206, 360), fill=(60, 60, 70, 255))
    return picture


def cut_letter():
    """A letter with soft edges, which no line and no circle follows."""
    font = ImageFont.truetype(str(ROOT / "assets/font/data/Roboto-Regular.subset.ttf"), 330)
    return tinted(blurred(7, lambda draw: draw.text((90, -10), "R", font=font, fill=255)), (40, 60, 150))


def shadow():
    """A ball above its shadow on a plain ground."""
    picture, _ = canvas((226, 218, 200, 255))
    picture.alpha_composite(cut_shadow())
    return picture


def card():
    """A card above its shadow, which has straight sides and round corners."""
    picture, _ = canvas((236, 236, 240, 255))
    picture.alpha_composite(tinted(blurred(14, lambda draw: draw.rectangle((90, 100, 330, 320), fill=150)), (0, 0, 0)))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((64, 70, 304, 290), fill=(40, 150, 140, 255))
    draw.rectangle((94, 110, 274, 140), fill=(250, 240, 200, 255))
    return picture


def night():
    """Three glows of different colours above a dark street."""
    picture, draw = canvas((18, 24, 52, 255))
    for x, y, size, color in [(95, 110, 60, (255, 210, 120)), (300, 80, 45, (120, 190, 255)), (255, 240, 75, (255, 120, 90))]:
        picture.alpha_composite(tinted(falling(x, y, lambda far: 0.9 * math.exp(-((far / size) ** 2))), color))
    draw.rectangle((0, 330, SIDE, SIDE), fill=(8, 10, 20, 255))
    draw.rectangle((88, 140, 102, 330), fill=(8, 10, 20, 255))
    return picture


def vignette():
    """Flat shapes darkened towards the corners."""
    picture, draw = canvas((180, 200, 150, 255))
    draw.ellipse(disc(150, 170, 70), fill=(210, 90, 60, 255))
    draw.polygon([(220, 300), (330, 300), (275, 180)], fill=(60, 90, 160, 255))
    picture.alpha_composite(tinted(falling(192, 192, lambda far: 0.75 * min(max((far - 110) / 160, 0), 1) ** 1.5), (0, 0, 0)))
    return picture


def stripes():
    """Slanted stripes, blurred."""
    mask = blurred(9, lambda draw: [draw.polygon([(x, 0), (x + 55, 0), (x - 65, SIDE), (x - 120, SIDE)], fill=255) for x in (90, 250, 410)])
    picture, _ = canvas((40, 70, 120, 255))
    picture.alpha_composite(tinted(mask, (240, 220, 150)))
    return picture


CUT_OUTS = {"disc": cut_disc, "tinted-disc": soft_disc, "shadow": cut_shadow, "glow": cut_glow, "letter": cut_letter}
OPAQUE = {"shadow": shadow, "card": card, "night": night, "vignette": vignette, "stripes": stripes}


def main(folder):
    for kind, pictures in [("cut-outs", CUT_OUTS), ("opaque", OPAQUE)]:
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for name, make in pictures.items():
            picture = make()
            (picture if kind == "cut-outs" else picture.convert("RGB")).save(folder / kind / f"{name}.png")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
