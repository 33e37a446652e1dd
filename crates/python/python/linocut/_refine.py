"""Refining a drawing by gradient, towards a picture or by any loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from . import _linocut
from ._svg import Svg, SvgLike, tell_lost, text_of
from ._trace import PictureLike


class Refined(NamedTuple):
    """A refined drawing."""

    svg: Svg
    before: float
    """Loss of the SVG that was given, on its grid."""
    after: float
    """Loss of the refined SVG, at most ``before``."""
    steps: int
    """Gradient steps taken."""


def refine(
    svg: SvgLike,
    target: PictureLike | Callable[[Any], Any],
    *,
    max_bytes: int | None = None,
    steps: int = 100,
    search: int = 25,
    objective: Literal["psnr", "ssim", "both"] = "psnr",
    arrays: Literal["numpy", "torch"] = "numpy",
    point_rate: float = 0.3,
    color_rate: float = 1.5,
    side: int = 384,
    background: str = "white",
) -> Refined:
    """Moves an SVG's points, colours and opacities by gradient until it looks more like a picture, or until any loss is lower.

    Args:
        svg: the SVG; what linocut has not written is read onto a grid of ``side`` units.
        target: a picture, or a loss. With ``arrays="numpy"`` a loss is called with an array, height x width x 3, ``float32``, levels of
            0 to 1, and returns the loss and its gradient, an array of the same shape. With ``arrays="torch"`` it is called with a tensor,
            3 x height x width, and returns a scalar tensor, of which the gradient is taken here. What it raises is raised.
        max_bytes: byte limit of the result; by default the length of the SVG on its grid.
        steps: gradient steps, 0 to 100,000.
        search: sweeps of the tracer's search afterwards, towards a picture only; 0 only rounds.
        objective: what is to be high in the result, for a picture.
        point_rate: longest step of a point in px of the comparison, 0 to 10.
        color_rate: longest step of a colour channel in levels, 0 to 64.
        side: longer side of the comparison in px, 11 to 2048.

    Warns:
        LossWarning: once for each kind of content that shapes cannot express.

    Raises:
        RefineError: for an option out of range, a drawing over the budget, a loss that is not finite.
    """
    if arrays not in ("numpy", "torch"):
        raise ValueError(f"arrays is {arrays!r}, expected 'numpy' or 'torch'")
    image, loss = target, None
    if callable(target) and not hasattr(target, "__array__"):
        image, loss = None, (_of_numpy(target) if arrays == "numpy" else _of_torch(target))
    made, before, after, taken, lost = _linocut.refine(
        text_of(svg), image, loss, max_bytes, steps, search, objective, point_rate, color_rate, side, background
    )
    tell_lost(lost)
    return Refined(Svg(made), before, after, taken)


def _of_numpy(loss: Callable[[Any], Any]) -> Callable[[Any], Any]:
    import numpy as np

    def evaluate(planes: Any) -> Any:
        told = loss(planes.transpose(1, 2, 0))
        if not isinstance(told, tuple) or len(told) != 2:
            raise TypeError("the loss returned no pair of a number and its gradient; for tensors pass arrays='torch'")
        value, gradient = told
        gradient = np.asarray(gradient, dtype=np.float32)
        height, width = planes.shape[1:]
        if gradient.shape != (height, width, 3):
            raise ValueError(f"gradient of shape {gradient.shape}, expected {(height, width, 3)}")
        return float(value), np.ascontiguousarray(gradient.transpose(2, 0, 1))

    return evaluate


def _of_torch(loss: Callable[[Any], Any]) -> Callable[[Any], Any]:
    import torch

    def evaluate(planes: Any) -> Any:
        picture = torch.from_numpy(planes).requires_grad_()
        with torch.enable_grad():
            value = loss(picture)
            if not isinstance(value, torch.Tensor) or value.numel() != 1:
                raise TypeError("the loss returned no scalar tensor")
            gradient = None
            if value.requires_grad:
                (gradient,) = torch.autograd.grad(value.reshape(()), picture, allow_unused=True)
        if gradient is None:
            raise ValueError("the loss does not depend on the picture, so it has no gradient")
        return float(value.detach()), gradient.detach().to("cpu", torch.float32).contiguous().numpy()

    return evaluate
