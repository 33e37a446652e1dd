"""Tracing pictures within a byte budget."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal, Union, overload

from . import _linocut
from ._svg import CONTEST_BYTES, Svg

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PictureLike = Union["NDArray[np.uint8]", bytes, str, "os.PathLike[str]", Any]
"""A path, the bytes of a PNG or JPEG, an array (height x width, or x 1, 3 or 4, ``uint8``) or a PIL image."""

Method = Literal["budget", "vtracer", "contours"]
Objective = Literal["raw", "defended", "perceptual"]


def trace(
    image: PictureLike,
    *,
    max_bytes: int = CONTEST_BYTES,
    method: Method = "budget",
    objective: Objective = "raw",
    sweeps: int | None = None,
    seconds: float | None = None,
    seed: int = 0,
    threads: int = 0,
    background: str | None = "white",
) -> Svg:
    """Traces a picture as the closest SVG of at most ``max_bytes`` bytes.

    The same picture, options and seed give the same bytes on any number of threads, unless ``seconds`` limits the time. Ctrl-C ends it.

    Args:
        image: a path, the bytes of a PNG or JPEG, an array (height x width, or x 1, 3 or 4, ``uint8``) or a PIL image.
        max_bytes: byte limit of the SVG.
        method: ``budget`` is the closest, about 2 s; ``contours`` and ``vtracer`` are quick drafts of other kinds.
        objective: how ``budget`` compares: ``raw`` squared error, as the contest's filters leave it (``defended``), or as people see it
            (``perceptual``, SSIMULACRA2).
        sweeps: sweeps of the search of ``budget``, 1 to 100,000; 60 by default.
        seconds: time limit in place of sweeps; results then vary from run to run.
        threads: threads of ``budget``, 0 for as many as the machine has.
        background: colour behind transparent parts; with ``None`` they stay transparent in the SVG (``budget`` only).

    Raises:
        TraceError: for an option out of range and for a budget that is too small.
        PictureError, DecodeError: if the picture cannot be read.
    """
    return Svg(_linocut.trace(image, max_bytes, method, objective, sweeps, seconds, seed, threads, background))


@overload
def trace_batch(
    images: Iterable[PictureLike],
    *,
    workers: int | None = None,
    errors: Literal["raise"] = "raise",
    max_bytes: int = CONTEST_BYTES,
    method: Method = "budget",
    objective: Objective = "raw",
    sweeps: int | None = None,
    seconds: float | None = None,
    seed: int = 0,
    background: str | None = "white",
) -> list[Svg]: ...


@overload
def trace_batch(
    images: Iterable[PictureLike],
    *,
    workers: int | None = None,
    errors: Literal["return"],
    max_bytes: int = CONTEST_BYTES,
    method: Method = "budget",
    objective: Objective = "raw",
    sweeps: int | None = None,
    seconds: float | None = None,
    seed: int = 0,
    background: str | None = "white",
) -> list[Svg | Exception]: ...


def trace_batch(
    images: Iterable[PictureLike],
    *,
    workers: int | None = None,
    errors: Literal["raise", "return"] = "raise",
    max_bytes: int = CONTEST_BYTES,
    method: Method = "budget",
    objective: Objective = "raw",
    sweeps: int | None = None,
    seconds: float | None = None,
    seed: int = 0,
    background: str | None = "white",
) -> Any:
    """Traces many pictures, each as :func:`trace` does, several at a time.

    Pictures are taken from the iterable as workers become free, so a generator may be longer than memory.

    Args:
        workers: pictures at a time, each on one thread; as many as the machine has cores by default.
        errors: ``raise`` ends at the first picture that cannot be traced; ``return`` puts the exception in its place.

    Returns:
        The SVGs, in the order of the pictures.
    """
    if errors not in ("raise", "return"):
        raise ValueError(f"errors is {errors!r}, expected 'raise' or 'return'")
    if isinstance(images, (str, bytes)):
        raise TypeError("images is one picture, expected an iterable of pictures")
    workers = cores() if workers is None else workers
    keep = errors == "return"
    made = _linocut.trace_batch(
        images, workers, keep, max_bytes, method, objective, sweeps, seconds, seed, background
    )
    return [Svg(svg) if isinstance(svg, str) else svg for svg in made]


def cores() -> int:
    """Cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1
