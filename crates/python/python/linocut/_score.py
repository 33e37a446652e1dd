"""Scores, and measures of how much pictures differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from . import _linocut
from ._svg import Svg, SvgLike, text_of
from ._trace import PictureLike

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Scores(NamedTuple):
    """A total score and its parts, 0 to 1."""

    total: float
    parts: dict[str, float]


class Metrics(NamedTuple):
    """How close two pictures are."""

    psnr: float
    """In dB; infinite for equal pictures."""
    ssim: float
    ms_ssim: float
    ssimulacra2: float
    """100 for equal pictures, below 0 for very different ones."""


class Defended(NamedTuple):
    """What the contest's models see of a picture."""

    defended: NDArray[np.uint8]
    """For rating and questions, height x width x 3."""
    ocr: NDArray[np.uint8]
    """For OCR, height x width x 3."""


def score(svg: SvgLike, description: str, *, source: PictureLike | None = None, seed: int = 0) -> Scores:
    """How good an SVG is by the score that ranks candidates: the embedded judge, freedom from text, and with a source fidelity.

    It is not the contest's metric, whose networks the command ``linocut score`` runs from their published weights.

    Args:
        source: the picture that the SVG should look like.

    Raises:
        SvgError, RenderError: if the SVG cannot be rendered.
        StageError: if a score fails.
    """
    total, parts = _linocut.score(text_of(svg), description, source, seed)
    return Scores(total, dict(parts))


def metrics(a: PictureLike, b: PictureLike, *, background: str = "white") -> Metrics:
    """PSNR, SSIM, MS-SSIM and SSIMULACRA2 (``a`` is the reference) of two pictures of one size, at least 176 px a side.

    An :class:`Svg` is rendered at the size of the other picture.

    Raises:
        DifferenceError: for pictures of different sizes, or too small for a measure.
    """
    if isinstance(a, Svg) and isinstance(b, Svg):
        a = a.render(background=background)
    if isinstance(a, Svg):
        b = _linocut.pixels(b, background)
        a = a.render(b.shape[1], b.shape[0], background=background)
    elif isinstance(b, Svg):
        a = _linocut.pixels(a, background)
        b = b.render(a.shape[1], a.shape[0], background=background)
    return Metrics(*_linocut.metrics(a, b, background))


def defend(image: PictureLike, seed: int = 209_652_396, *, background: str = "white") -> Defended:
    """Both pictures that the contest's models see of a picture, at least 4 px a side.

    Args:
        seed: seed of the picture; by default that of the first row in the deployed metric.

    Raises:
        DefenceError: if the picture is too small.
    """
    return Defended(*_linocut.defend(image, seed, background))
