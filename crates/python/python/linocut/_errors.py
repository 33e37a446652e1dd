"""Exceptions, named after the errors of the Rust library and with the same messages."""

from __future__ import annotations


class Error(Exception):
    """Any error of linocut."""


class PictureError(Error, ValueError):
    """A picture has a shape, type or size that cannot be used, or its file cannot be read."""


class DecodeError(PictureError):
    """Bytes are not a PNG or JPEG that can be read."""


class ColorError(Error, ValueError):
    """A text is not a colour."""


class TraceError(Error, ValueError):
    """A picture could not be traced: an option out of range, or a budget that is too small."""


class Invalid(Error, ValueError):
    """An SVG breaks rules."""


class PipelineError(Error, ValueError):
    """A description could not be drawn: an option out of range, or a budget that is too small."""


class SheetError(Error):
    """A contact sheet could not be drawn."""


class CollageError(Error, ValueError):
    """A picture could not be composed."""


class SvgError(Error, ValueError):
    """A text is not well-formed XML."""


class SanitiseError(Error, ValueError):
    """An SVG cannot be made valid."""


class ForeignError(Error, ValueError):
    """An SVG cannot be read as shapes."""


class RenderError(Error, ValueError):
    """An SVG cannot be rendered."""


class StageError(Error):
    """A stage of the pipeline, or a score, failed."""


class DifferenceError(Error, ValueError):
    """Two pictures cannot be compared."""


class DefenceError(Error, ValueError):
    """A picture cannot be defended."""


class RefineError(Error, ValueError):
    """A drawing could not be refined."""


class CompatError(Error, ValueError):
    """A picture could not be converted through the interface of vtracer."""


class BatchError(Error, ValueError):
    """A run over a data set does not start, or cannot go on."""


class ModelError(Error, ValueError):
    """A model is not known, or not in this build."""


class ForkError(Error, RuntimeError):
    """Networks were loaded before the process was forked, and cannot run in the child."""


class InternalError(Error):
    """A bug: the library panicked. Please report it."""


class LossWarning(UserWarning):
    """Something of an SVG could not be read, and is missing from the result."""
