"""Pictures and descriptions to SVG within a byte budget: tracing, drawing, checking, scoring, refining.

>>> import linocut
>>> svg = linocut.draw("a purple forest at dusk", candidates=1).best.svg
>>> svg.byte_count <= 10_000
True

``linocut.vtracer`` is a drop-in for the package ``vtracer``, ``linocut.contest`` has a model for the contest *Drawing with LLMs*, and
``linocut.ray`` runs over data sets on Ray.
"""

from . import _errors
from ._draw import Candidate, Collage, Composition, Credit, Failure, Generator, Outcome, Scorer, draw
from ._errors import (
    BatchError,
    CollageError,
    ColorError,
    CompatError,
    DecodeError,
    DefenceError,
    DifferenceError,
    Error,
    ForeignError,
    ForkError,
    InternalError,
    Invalid,
    LossWarning,
    ModelError,
    PictureError,
    PipelineError,
    RefineError,
    RenderError,
    SanitiseError,
    SheetError,
    StageError,
    SvgError,
    TraceError,
)
from ._linocut import __version__
from ._models import Diffusion, models
from ._refine import Refined, refine
from ._score import Defended, Metrics, Scores, defend, metrics, score
from ._svg import Change, Sanitised, Svg, SvgLike, Violation, check, minify, render, sanitise
from ._trace import PictureLike, trace, trace_batch

__all__ = [
    "BatchError",
    "Candidate",
    "Change",
    "Collage",
    "CollageError",
    "ColorError",
    "CompatError",
    "Composition",
    "Credit",
    "DecodeError",
    "DefenceError",
    "Defended",
    "DifferenceError",
    "Diffusion",
    "Error",
    "Failure",
    "ForeignError",
    "ForkError",
    "Generator",
    "InternalError",
    "Invalid",
    "LossWarning",
    "Metrics",
    "ModelError",
    "Outcome",
    "PictureError",
    "PictureLike",
    "PipelineError",
    "RefineError",
    "Refined",
    "RenderError",
    "SanitiseError",
    "Sanitised",
    "Scorer",
    "Scores",
    "SheetError",
    "StageError",
    "Svg",
    "SvgError",
    "SvgLike",
    "TraceError",
    "Violation",
    "__version__",
    "check",
    "defend",
    "draw",
    "metrics",
    "minify",
    "models",
    "refine",
    "render",
    "sanitise",
    "score",
    "trace",
    "trace_batch",
]

for _error in vars(_errors).values():
    if isinstance(_error, type) and _error.__module__ == _errors.__name__:
        _error.__module__ = __name__
del _error
