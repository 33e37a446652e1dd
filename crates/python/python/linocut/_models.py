"""Text-to-image models that linocut runs itself."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from . import _linocut

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Diffusion:
    """A diffusion model as a generator: ``model(description, seed)`` makes a picture. Same arguments and seed, same picture on a CPU.

    Builds with the feature ``models`` have it; ``linocut-small`` is in those with ``small-model``.
    """

    def __init__(
        self,
        model: str | os.PathLike[str],
        *,
        steps: int | None = None,
        guidance: float | None = None,
        style: str | None = None,
        negative: str | None = None,
        size: tuple[int, int] | None = None,
        device: str = "cpu",
    ) -> None:
        """Opens a model; what is not given is as its publisher says.

        Args:
            model: a name of :func:`linocut.models`, a folder in the layout of diffusers, or a checkpoint of Stable Diffusion in one file.
                The files of a name are looked for in ``$LINOCUT_MODELS`` and in the cache of Hugging Face, where its own tools put them.
            steps: steps of a picture, 1 to 1000.
            guidance: guidance scale; 1 or less means none.
            style: style that descriptions are put in: ``plain``, ``flat``, ``cartoon``, ``poster``, ``paper-cut``, ``childrens-book``.
            negative: what the picture should not show.
            size: width and height in px, multiples of 8.
            device: ``cpu``; ``cuda``, ``cuda:1`` and ``metal`` in builds with those features.

        Raises:
            ModelError: for a model that is not known or not in this build, files that are missing or damaged, an option out of range.
            ForkError: in a process that was forked after a model was opened.
        """
        if not isinstance(model, (str, os.PathLike)):
            raise TypeError(f"model is a name or a path, not `{type(model).__name__}`")
        self.model = os.fspath(model)
        self._opened: Any = _linocut.open_model(self.model, steps, guidance, style, negative, size, device)

    def picture(self, description: str, seed: int = 0) -> NDArray[np.uint8]:
        """The picture of a description, height x width x 3. Ctrl-C ends it."""
        return self._opened.picture(description, seed)

    def __call__(self, description: str, seed: int = 0) -> NDArray[np.uint8]:
        """As :meth:`picture`."""
        return self.picture(description, seed)

    def __repr__(self) -> str:
        return f"Diffusion({self.model!r})"


def models(*, here: bool = False) -> list[str]:
    """Names of the models that this build knows; with ``here``, only those whose files are on this machine.

    Without the feature ``models`` a build knows none.
    """
    return [name for name, is_here in _linocut.known_models() if is_here or not here]


def opened(model: str | os.PathLike[str] | Diffusion | None, steps: int | None) -> Any:
    """The compiled part of a model. The one that was last asked for by name or path stays open."""
    if model is None or isinstance(model, Diffusion):
        if steps is not None:
            raise ValueError("steps is for a model by name or path")
        return model and model._opened
    if not isinstance(model, (str, os.PathLike)):
        raise TypeError(f"model is a name, a path or a Diffusion, not `{type(model).__name__}`")
    return _kept(os.fspath(model), steps)._opened


@lru_cache(maxsize=1)
def _kept(model: str, steps: int | None) -> Diffusion:
    return Diffusion(model, steps=steps)
