"""A model for the contest *Drawing with LLMs* (Kaggle, 2025), which asked a package for a class ``Model`` with ``predict(prompt)``."""

from __future__ import annotations

from typing import Any

from ._draw import draw
from ._svg import Svg


class Model:
    """Draws what it is asked for, within the contest's rules; whatever the text, a valid SVG comes back.

    >>> from linocut.contest import Model
    >>> Model(candidates=1).predict("a lighthouse overlooking the ocean").startswith("<svg")
    True
    """

    def __init__(self, **options: Any) -> None:
        """Options are those of :func:`linocut.draw`."""
        self.options = options

    def predict(self, prompt: str) -> Svg:
        """The SVG of a description."""
        return draw(prompt, **self.options).best.svg
