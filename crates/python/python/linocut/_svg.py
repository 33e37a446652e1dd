"""The SVG type, and what is done to SVG texts."""

from __future__ import annotations

import os
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Union

from . import _linocut
from ._errors import LossWarning

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SvgLike = Union[str, bytes]
"""SVG text, or its bytes in UTF-8."""

_UMASK = os.umask(0o022)
os.umask(_UMASK)
_MODE = 0o666 & ~_UMASK
"""Permissions of new files. Asked for once: asking sets the mask for a moment."""

CONTEST_BYTES = 10_000
"""The byte limit of the contest *Drawing with LLMs* (Kaggle, 2025)."""


class Svg(str):
    """SVG text: a ``str`` that knows its length in bytes, can be saved and rendered, and shows itself in a notebook."""

    __slots__ = ()

    @property
    def byte_count(self) -> int:
        """Length in bytes of UTF-8."""
        return len(self.encode("utf-8"))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes the text to a file, which is complete or as it was before. Returns the path."""
        path = Path(path)
        write_atomically(path, self.encode("utf-8"))
        return path

    def render(
        self, width: int | None = None, height: int | None = None, *, background: str | None = "white"
    ) -> NDArray[np.uint8]:
        """Renders the SVG; see :func:`linocut.render`."""
        return render(self, width, height, background=background)

    def _repr_svg_(self) -> str:
        return str(self)

    def __repr__(self) -> str:
        start = self[:60] + ("…" if len(self) > 60 else "")
        return f"Svg({start!r}, {self.byte_count} bytes)"


class Violation(NamedTuple):
    """A rule that an SVG breaks, and where."""

    line: int
    """Line, from 1."""
    column: int
    """Column in characters, from 1."""
    element: str | None
    """Local name of the element concerned."""
    attribute: str | None
    """Local name of the attribute concerned."""
    message: str
    """``line:column: what is wrong``."""

    def __str__(self) -> str:
        return self.message


class Change(NamedTuple):
    """A change that made an SVG valid, and where it was made."""

    line: int
    column: int
    element: str
    message: str

    def __str__(self) -> str:
        return self.message


class Sanitised(NamedTuple):
    """A valid SVG, and what was changed to make it so."""

    svg: Svg
    changes: list[Change]


def text_of(svg: SvgLike) -> str:
    """SVG text; ``TypeError`` for anything but text and bytes."""
    if isinstance(svg, str):
        return svg
    if isinstance(svg, (bytes, bytearray, memoryview)):
        return _linocut.text(bytes(svg))
    raise TypeError(f"an SVG is text or bytes, not `{type(svg).__name__}`")


def check(svg: SvgLike, *, max_bytes: int = CONTEST_BYTES) -> list[Violation]:
    """Every rule of the contest that an SVG breaks, in the order of the text; an empty list if it is valid."""
    if isinstance(svg, str):
        svg = svg.encode("utf-8", "surrogatepass")
    elif not isinstance(svg, (bytes, bytearray, memoryview)):
        raise TypeError(f"an SVG is text or bytes, not `{type(svg).__name__}`")
    return [Violation(*found) for found in _linocut.check(bytes(svg), max_bytes)]


def sanitise(svg: SvgLike, *, max_bytes: int = CONTEST_BYTES) -> Sanitised:
    """Makes a valid SVG of any SVG: what the contest does not allow is dropped or rewritten.

    Raises:
        SanitiseError: if the SVG is not well-formed, or too long once it is valid.
    """
    made, changes = _linocut.sanitise(text_of(svg), max_bytes)
    return Sanitised(Svg(made), [Change(*change) for change in changes])


def minify(svg: SvgLike, tolerance: float = 0.5, *, grid: int = 1024) -> Svg:
    """Nearly the same picture in fewer bytes. The result is never longer than the SVG.

    Args:
        tolerance: how far an outline may deviate, in grid units, 0.01 to 100.
        grid: width of the integer grid onto which an SVG is read that linocut has not written, in units.

    Warns:
        LossWarning: once for each kind of content that shapes cannot express.

    Raises:
        ForeignError: if the SVG cannot be read.
    """
    if not isinstance(tolerance, (int, float)) or not 0.01 <= tolerance <= 100:
        raise ValueError(f"tolerance is {tolerance}, expected 0.01 to 100 grid units")
    made, lost = _linocut.minify(text_of(svg), float(tolerance), grid)
    tell_lost(lost)
    return Svg(made)


def tell_lost(lost: list[str]) -> None:
    """Warns of what could not be read."""
    for what in lost:
        warnings.warn(what, LossWarning, stacklevel=3)


def render(
    svg: SvgLike, width: int | None = None, height: int | None = None, *, background: str | None = "white"
) -> NDArray[np.uint8]:
    """Renders an SVG.

    Args:
        width: width in px, 1 to 8192. With one side given, the other follows from the SVG's proportions; with none, the SVG's own size
            is taken.
        height: height in px.
        background: the colour behind it; ``None`` keeps transparency.

    Returns:
        An array of ``uint8``, height x width x 3, or x 4 (straight alpha) without a background.

    Raises:
        SvgError: if the text is not well-formed.
        RenderError: if it cannot be rendered, or only beyond the bounds of time and memory.
    """
    return _linocut.render(text_of(svg), width, height, background)


def write_atomically(path: Path, content: bytes) -> None:
    """Writes a file under a temporary name beside it, then renames it."""
    handle, unfinished = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".unfinished", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(unfinished, _MODE)
        os.replace(unfinished, path)
    except BaseException:
        os.unlink(unfinished)
        raise
