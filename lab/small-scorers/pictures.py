"""Paints pictures of captions into a file that trainers read while it grows.

    pictures.py PAINT CAPTIONS SEED COUNT OUT

PAINT is the built program of ../small-model/paint.rs. Writes OUT.u8, SIDE x SIDE x 3 bytes a picture, and OUT.i64, the number of each
picture's caption.
"""

import pathlib
import sys

import numpy as np
from PIL import Image

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "small-model"))
from painter import Painter

SIDE = 128


class Pictures:
    """The pictures painted so far."""

    def __init__(self, stem):
        self.stem, self.count = stem, 0
        self.refresh()

    def refresh(self):
        numbers = np.fromfile(self.stem + ".i64", np.int64)
        if len(numbers) > self.count:
            self.count, self.numbers = len(numbers), numbers
            self.pixels = np.memmap(self.stem + ".u8", np.uint8, "r", shape=(self.count, SIDE, SIDE, 3))


def main():
    binary, captions, seed, count, out = sys.argv[1:6]
    painter = Painter(binary, captions, int(seed))
    with open(out + ".u8", "wb") as pixels, open(out + ".i64", "wb") as numbers:
        for _ in range(int(count)):
            picture, number = painter.take(1)
            small = Image.fromarray(picture[0]).resize((SIDE, SIDE), Image.BICUBIC)
            pixels.write(np.asarray(small).tobytes())
            pixels.flush()
            numbers.write(number.tobytes())
            numbers.flush()
    painter.close()


if __name__ == "__main__":
    main()
