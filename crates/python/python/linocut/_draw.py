"""Drawing descriptions."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from . import _linocut
from ._models import Diffusion, opened
from ._svg import CONTEST_BYTES, Svg
from ._trace import Method, PictureLike

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Generator = Callable[[str, int], PictureLike]
"""Makes a picture of a description and a seed."""

Scorer = Callable[["NDArray[np.uint8]", str], float]
"""Says how well a picture (384 x 384 x 3, ``uint8``) shows a description; higher is better."""


@dataclass(frozen=True)
class Candidate:
    """A valid SVG with its scores."""

    origin: str
    """Which stage made it, of which seed."""
    svg: Svg
    score: float
    """Total score, by which candidates are ranked."""
    scores: dict[str, float]
    """The parts of the score."""
    finished: bool
    """Whether it was made at full effort; a draft otherwise."""
    unused_words: list[str]
    """Words of the description that it does not show."""
    _drawn: Any = field(repr=False, compare=False)
    _index: int = field(repr=False, compare=False)

    @property
    def picture(self) -> NDArray[np.uint8] | None:
        """The picture that it was traced from or compared with, height x width x 3."""
        return self._drawn.picture(self._index)


class Failure(NamedTuple):
    """A candidate that could not be made."""

    origin: str
    error: str


class Outcome:
    """All candidates of a description, and the best of them."""

    def __init__(self, drawn: Any) -> None:
        self._drawn = drawn
        self.candidates: list[Candidate] = [
            Candidate(origin, Svg(svg), score, dict(parts), finished, unused, drawn, index)
            for index, (origin, svg, score, parts, finished, unused) in enumerate(drawn.candidates())
        ]
        """By seed, then by the stage that made them; at least one."""
        self.failures: list[Failure] = [Failure(*failure) for failure in drawn.failures()]
        """Candidates that could not be made."""

    @property
    def best(self) -> Candidate:
        """The candidate with the highest score."""
        return self.candidates[self._drawn.best]

    @property
    def cut_short(self) -> bool:
        """Whether time ran out before all was done."""
        return self._drawn.cut_short

    @property
    def seconds(self) -> float:
        """Time from start to end."""
        return self._drawn.seconds

    def contact_sheet(self) -> NDArray[np.uint8]:
        """All candidates with their scores as a picture, height x width x 3; the best is framed."""
        return self._drawn.contact_sheet()

    def _repr_svg_(self) -> str:
        return str(self.best.svg)

    def __repr__(self) -> str:
        best = self.best
        return f"Outcome({len(self.candidates)} candidates, best {best.score:.3f} by {best.origin})"


def draw(
    description: str,
    *,
    seed: int = 0,
    candidates: int = 4,
    max_bytes: int = CONTEST_BYTES,
    seconds: float | None = None,
    threads: int | None = None,
    tracers: Sequence[Method] = ("budget",),
    decoy: bool = False,
    border: bool = False,
    generator: Generator | None = None,
    composer: bool = False,
    scorer: Scorer | None = None,
    model: str | os.PathLike[str] | Diffusion | None = None,
    steps: int | None = None,
) -> Outcome:
    """Draws a description: many candidates, and the best of them by score.

    Without a generator or a model, pictures come from the composer of bundled art, with no download. The same description and seed give the same
    bytes, whatever the number of threads, unless ``seconds`` limits the time. Ctrl-C ends it.

    Args:
        description: what the picture should show.
        candidates: seeds to try, 1 to 10,000.
        max_bytes: byte limit of the SVG.
        seconds: time limit, after which the best so far is returned.
        threads: threads, as many as the machine has by default.
        tracers: tracers to use, each on every picture.
        decoy: add a small mark in a corner for OCR to read.
        border: add a dark frame.
        generator: ``generator(description, seed)`` makes a picture that is traced, in place of the composer's: any text-to-image model.
            What it raises is in :attr:`Outcome.failures`.
        composer: let the composer compete with the generator or model.
        scorer: ``scorer(picture, description)`` ranks the candidates, in place of the standard score.
        model: makes the pictures, in place of the composer: a name of :func:`models`, a folder or file, or a :class:`Diffusion` that
            is open. The last one that was asked for by name or path stays open.
        steps: steps of such a picture, in place of the model's own.

    Raises:
        PipelineError: for an option out of range and for a budget that is too small.
        ModelError: for a model that is not known, not in this build or not on this machine.
    """
    if not isinstance(description, str):
        raise TypeError(f"description is a text, not `{type(description).__name__}`")
    if isinstance(tracers, str):
        raise TypeError("tracers is a text, expected a sequence of names")
    for name, called in (("generator", generator), ("scorer", scorer)):
        if called is not None and not callable(called):
            raise TypeError(f"{name} is `{type(called).__name__}`, expected a callable")
    return Outcome(
        _linocut.draw(
            description, seed, candidates, max_bytes, seconds, threads, list(tracers), decoy, border, generator,
            opened(model, steps), composer, scorer,
        )
    )


class Credit(NamedTuple):
    """Where bundled art comes from."""

    title: str
    author: str
    url: str
    license: str


class Composition(NamedTuple):
    """What a composed picture shows of its description."""

    used_words: list[str]
    unused_words: list[str]
    credits: list[Credit]


class Collage:
    """Composes pictures from bundled, openly licensed art: no model, no download, any text."""

    def __init__(self, side: int = 768) -> None:
        """Pictures are ``side`` px wide and high, 16 to 4096."""
        if not 16 <= side <= 4096:
            raise ValueError(f"side is {side}, expected 16 to 4096 px")
        self.side = side

    def picture(self, description: str, seed: int = 0) -> NDArray[np.uint8]:
        """The picture as pixels, side x side x 3."""
        return _linocut.collage_picture(self.side, description, seed)

    def drawing(self, description: str, seed: int = 0, *, max_bytes: int = CONTEST_BYTES) -> Svg:
        """The picture as shapes of at most ``max_bytes`` bytes."""
        return Svg(_linocut.collage_svg(description, seed, max_bytes))

    def compose(self, description: str, seed: int = 0) -> Composition:
        """Which words the picture shows, and where its art comes from."""
        used, unused, credits = _linocut.collage_told(description, seed)
        return Composition(used, unused, [Credit(*credit) for credit in credits])

    def __call__(self, description: str, seed: int = 0) -> NDArray[np.uint8]:
        """As :meth:`picture`: a composer is a generator for :func:`draw`."""
        return self.picture(description, seed)
