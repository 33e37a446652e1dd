"""A drop-in for the package ``vtracer``, with a byte budget and a seed: ``import linocut.vtracer as vtracer``.

It has the functions of vtracer 0.6 (``convert_image_to_svg_py``, ``convert_raw_image_to_svg``, ``convert_pixels_to_svg``) and of 1.0
(``Config``, ``convert_file``, ``convert_bytes``, ``convert_pixels``), with the same arguments in the same order. The engine of both is
vtracer 1.0, so outlines differ slightly from those of 0.6. What is added:

- ``max_bytes``: an SVG that would be longer is traced by linocut within the budget, over white, with the picture's width and height
- ``seed``: of that search
- pictures may be numpy arrays of RGBA pixels wherever pixels are taken
- bad input raises ``ValueError`` or ``OSError``; nothing panics

PNG and JPEG are read here, other formats by Pillow where it is installed. Ctrl-C ends a conversion.
"""

from __future__ import annotations

import io
import itertools
import os
import warnings
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Optional

from . import _linocut
from ._errors import DecodeError
from ._linocut import __version__
from ._svg import write_atomically

__all__ = [
    "Config",
    "__version__",
    "convert_bytes",
    "convert_file",
    "convert_image_to_svg_py",
    "convert_pixels",
    "convert_pixels_to_svg",
    "convert_raw_image_to_svg",
]

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_FORMATS = "avif bmp dds exr ff gif hdr ico jfif jpeg jpg pam pbm pgm png pnm ppm qoi tga tif tiff webp".split()


# --- pictures ----------------------------------------------------------------


def _read(path: str | os.PathLike[str]) -> bytes:
    return Path(path).read_bytes()


def _write(path: str | os.PathLike[str], svg: str) -> None:
    path = Path(path)
    # Who has the file open already, a temporary one for example, is to find the text in it.
    if path.exists():
        path.write_text(svg, encoding="utf-8")
    else:
        write_atomically(path, svg.encode("utf-8"))


def _decoded(data: bytes) -> tuple[bytes, Optional[tuple[int, int]]]:
    """The bytes of a PNG or JPEG as they are; of another format its pixels, and their size."""
    if not isinstance(data, (bytes, bytearray, memoryview)):
        raise TypeError(f"the picture is `{type(data).__name__}`, expected the bytes of a file")
    data = bytes(data)
    if data.startswith((_PNG, _JPEG)):
        return data, None
    try:
        from PIL import Image, UnidentifiedImageError
    except ImportError:
        return data, None
    try:
        with Image.open(io.BytesIO(data)) as image:
            return image.convert("RGBA").tobytes(), image.size
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise DecodeError(f"failed to decode the picture: {error}") from error


def _flat(pixels: Any) -> bytes:
    """RGBA bytes of pixels: tuples of four, an array, or bytes."""
    if isinstance(pixels, (bytes, bytearray, memoryview)):
        return bytes(pixels)
    if hasattr(pixels, "__array_interface__"):
        import numpy as np

        array = np.asarray(pixels)
        if array.dtype != np.uint8 or array.ndim not in (2, 3) or array.shape[-1] != 4:
            raise ValueError(f"pixels of shape {array.shape} and type {array.dtype}, expected [..., 4] of uint8")
        return array.tobytes()
    pixels = list(pixels)
    for pixel in pixels:
        if len(pixel) != 4:
            raise ValueError(f"pixel {pixel!r}, expected (red, green, blue, alpha)")
    try:
        return bytes(itertools.chain.from_iterable(pixels))
    except ValueError:
        raise ValueError("a pixel has a level outside of 0 to 255") from None


def _size(size: Any) -> tuple[int, int]:
    width, height = size
    return width, height


# --- version 0.6 -------------------------------------------------------------


def _word(name: str, given: Optional[str], default: str, known: tuple[str, ...]) -> str:
    """A word that version 0.6 knows; others count as the default there, and are warned of here."""
    if given is None or given == default:
        return default
    if not isinstance(given, str):
        raise TypeError(f"{name} is `{type(given).__name__}`, expected a text")
    if given not in known:
        warnings.warn(f"{name} is {given!r}, expected one of {', '.join(known)}: {default!r} is used", stacklevel=4)
        return default
    return given


def _or(given: Any, default: Any) -> Any:
    return default if given is None else given


def _classic(
    colormode: Optional[str],
    hierarchical: Optional[str],
    mode: Optional[str],
    filter_speckle: Optional[int],
    color_precision: Optional[int],
    layer_difference: Optional[int],
    corner_threshold: Optional[int],
    length_threshold: Optional[float],
    max_iterations: Optional[int],
    splice_threshold: Optional[int],
    path_precision: Optional[int],
    max_bytes: Optional[int],
    seed: int,
) -> SimpleNamespace:
    return SimpleNamespace(
        colormode=_word("colormode", colormode, "color", ("color", "binary")),
        hierarchical=_word("hierarchical", hierarchical, "stacked", ("stacked", "cutout")),
        mode=_word("mode", mode, "spline", ("spline", "polygon", "none")),
        filter_speckle=_or(filter_speckle, 4),
        color_precision=_or(color_precision, 6),
        layer_difference=_or(layer_difference, 16),
        corner_threshold=_or(corner_threshold, 60),
        length_threshold=_or(length_threshold, 4.0),
        max_iterations=_or(max_iterations, 10),
        splice_threshold=_or(splice_threshold, 45),
        path_precision=path_precision,
        max_bytes=max_bytes,
        seed=seed,
    )


def convert_image_to_svg_py(
    image_path: str | os.PathLike[str],
    out_path: str | os.PathLike[str],
    colormode: Optional[str] = None,
    hierarchical: Optional[str] = None,
    mode: Optional[str] = None,
    filter_speckle: Optional[int] = None,
    color_precision: Optional[int] = None,
    layer_difference: Optional[int] = None,
    corner_threshold: Optional[int] = None,
    length_threshold: Optional[float] = None,
    max_iterations: Optional[int] = None,
    splice_threshold: Optional[int] = None,
    path_precision: Optional[int] = None,
    *,
    max_bytes: Optional[int] = None,
    seed: int = 0,
) -> None:
    """Converts a picture file into an SVG file. The options are those of vtracer 0.6."""
    options = _classic(
        colormode, hierarchical, mode, filter_speckle, color_precision, layer_difference, corner_threshold,
        length_threshold, max_iterations, splice_threshold, path_precision, max_bytes, seed,
    )
    data, size = _decoded(_read(image_path))
    _write(out_path, _linocut.vtracer_classic(data, size, options))


def convert_raw_image_to_svg(
    img_bytes: bytes,
    img_format: Optional[str] = None,
    colormode: Optional[str] = None,
    hierarchical: Optional[str] = None,
    mode: Optional[str] = None,
    filter_speckle: Optional[int] = None,
    color_precision: Optional[int] = None,
    layer_difference: Optional[int] = None,
    corner_threshold: Optional[int] = None,
    length_threshold: Optional[float] = None,
    max_iterations: Optional[int] = None,
    splice_threshold: Optional[int] = None,
    path_precision: Optional[int] = None,
    *,
    max_bytes: Optional[int] = None,
    seed: int = 0,
) -> str:
    """Converts the bytes of a picture file. Its format is told from the bytes; ``img_format`` is not needed."""
    options = _classic(
        colormode, hierarchical, mode, filter_speckle, color_precision, layer_difference, corner_threshold,
        length_threshold, max_iterations, splice_threshold, path_precision, max_bytes, seed,
    )
    data, size = _decoded(img_bytes)
    return _linocut.vtracer_classic(data, size, options)


def convert_pixels_to_svg(
    rgba_pixels: Iterable[tuple[int, int, int, int]],
    size: tuple[int, int],
    colormode: Optional[str] = None,
    hierarchical: Optional[str] = None,
    mode: Optional[str] = None,
    filter_speckle: Optional[int] = None,
    color_precision: Optional[int] = None,
    layer_difference: Optional[int] = None,
    corner_threshold: Optional[int] = None,
    length_threshold: Optional[float] = None,
    max_iterations: Optional[int] = None,
    splice_threshold: Optional[int] = None,
    path_precision: Optional[int] = None,
    *,
    max_bytes: Optional[int] = None,
    seed: int = 0,
) -> str:
    """Converts RGBA pixels, row by row, of a picture of ``size`` (width, height)."""
    options = _classic(
        colormode, hierarchical, mode, filter_speckle, color_precision, layer_difference, corner_threshold,
        length_threshold, max_iterations, splice_threshold, path_precision, max_bytes, seed,
    )
    return _linocut.vtracer_classic(_flat(rgba_pixels), _size(size), options)


# --- version 1.0 -------------------------------------------------------------

_WORDS = {
    "clustering": {
        "color-cluster": "color-cluster", "colorcluster": "color-cluster", "color": "color-cluster", "binary": "bw",
        "bw": "bw", "BW": "bw", "watershed": "watershed",
    },
    "hierarchical": {"stacked": "stacked", "cutout": "cutout"},
    "mode": {"pixel": "pixel", "none": "pixel", "polygon": "polygon", "spline": "spline"},
}


class Config:
    """Options of a conversion, as vtracer 1.0 has them. Make one with keywords or from a preset, change it, convert with it."""

    def __init__(
        self,
        clustering: str = "color-cluster",
        hierarchical: str = "stacked",
        mode: str = "spline",
        filter_speckle: int = 4,
        color_precision: int = 6,
        layer_difference: int = 16,
        corner_threshold: int = 60,
        length_threshold: float = 4.0,
        max_iterations: int = 10,
        splice_threshold: int = 45,
        simplify: Optional[float] = None,
        path_precision: Optional[int] = 2,
        palette: Optional[list[str]] = None,
        max_colors: Optional[int] = None,
        optimize: int = 1,
        binary_threshold: int = 128,
        adaptive: bool = False,
        adaptive_window: int = 0,
        adaptive_t: float = 15.0,
        watershed_detail: int = 128,
        *,
        max_bytes: Optional[int] = None,
        seed: int = 0,
    ) -> None:
        self.clustering = clustering
        self.hierarchical = hierarchical
        self.mode = mode
        self.filter_speckle = filter_speckle
        self.color_precision = color_precision
        self.layer_difference = layer_difference
        self.corner_threshold = corner_threshold
        self.length_threshold = length_threshold
        self.max_iterations = max_iterations
        self.splice_threshold = splice_threshold
        self.simplify = simplify
        self.path_precision = path_precision
        self.palette = palette or []
        self.max_colors = max_colors
        self.optimize = optimize
        self.binary_threshold = binary_threshold
        self.adaptive = adaptive
        self.adaptive_window = adaptive_window
        self.adaptive_t = adaptive_t
        self.watershed_detail = watershed_detail
        self.max_bytes = max_bytes
        self.seed = seed

    def __setattr__(self, name: str, value: Any) -> None:
        """Words and colours are checked as they are set, as vtracer does."""
        if name in _WORDS:
            word = _WORDS[name].get(value) if isinstance(value, str) else None
            if word is None:
                kind = "fit mode" if name == "mode" else f"{name} mode" if name == "hierarchical" else name
                raise ValueError(f"unknown {kind} {value}")
            value = word
        elif name == "palette":
            value = [_hex(color) for color in value]
        object.__setattr__(self, name, value)

    @staticmethod
    def bw() -> Config:
        """The preset for black-and-white line art."""
        return Config(clustering="bw")

    @staticmethod
    def poster() -> Config:
        """The preset for flat colour."""
        return Config(color_precision=8)

    @staticmethod
    def photo() -> Config:
        """The preset for photographs."""
        return Config(filter_speckle=10, color_precision=8, layer_difference=48, corner_threshold=180)

    def convert_file(self, input_path: str | os.PathLike[str], output_path: str | os.PathLike[str]) -> None:
        """Converts a picture file into an SVG file."""
        data, size = _decoded(_read(input_path))
        _write(output_path, _linocut.vtracer_config(data, size, self))

    def convert_bytes(self, data: bytes, format: Optional[str] = None) -> str:
        """Converts the bytes of a picture file. Its format is told from the bytes; ``format`` is not needed."""
        if format is not None and format.lower() not in _FORMATS:
            raise ValueError(f"unknown image format `{format}`")
        decoded, size = _decoded(data)
        return _linocut.vtracer_config(decoded, size, self)

    def convert_pixels(self, rgba: bytes, width: int, height: int) -> str:
        """Converts RGBA bytes, ``width * height * 4`` of them."""
        flat = _flat(rgba)
        if len(flat) != width * height * 4:
            raise ValueError(f"rgba length {len(flat)} != width*height*4 ({width * height * 4})")
        return _linocut.vtracer_config(flat, (width, height), self)

    def __repr__(self) -> str:
        return f"Config({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"


def _hex(color: str) -> str:
    digits = color.removeprefix("#") if isinstance(color, str) else ""
    if len(digits) != 6 or not all(digit in "0123456789abcdefABCDEF" for digit in digits):
        raise ValueError(f"`{color}` is not a #rrggbb color")
    return f"#{digits.upper()}"


def convert_file(
    input_path: str | os.PathLike[str], output_path: str | os.PathLike[str], config: Optional[Config] = None
) -> None:
    """Converts a picture file into an SVG file."""
    (config or Config()).convert_file(input_path, output_path)


def convert_bytes(data: bytes, config: Optional[Config] = None, format: Optional[str] = None) -> str:
    """Converts the bytes of a picture file."""
    return (config or Config()).convert_bytes(data, format)


def convert_pixels(rgba: bytes, width: int, height: int, config: Optional[Config] = None) -> str:
    """Converts RGBA bytes, ``width * height * 4`` of them."""
    return (config or Config()).convert_pixels(rgba, width, height)
