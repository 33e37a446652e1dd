"""Pictures that several tests use."""

import io

import numpy as np
import pytest


def disc(width=64, height=48):
    """A red disc on a pale ground, height x width x 3."""
    y, x = np.mgrid[:height, :width]
    inside = (x - width / 2) ** 2 + (y - height / 2) ** 2 < (min(width, height) / 3) ** 2
    return np.where(inside[..., None], [200, 30, 40], [250, 240, 220]).astype(np.uint8)


@pytest.fixture
def picture():
    return disc()


@pytest.fixture
def png(picture):
    Image = pytest.importorskip("PIL.Image")
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return file.getvalue()


QUICK = {"method": "contours", "max_bytes": 1000}
