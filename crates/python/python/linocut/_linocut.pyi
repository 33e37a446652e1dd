"""The compiled part: what the modules of this package call. Not an interface of its own."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

__version__: str

class Drawn:
    @property
    def best(self) -> int: ...
    @property
    def cut_short(self) -> bool: ...
    @property
    def seconds(self) -> float: ...
    def candidates(self) -> list[tuple[str, str, float, list[tuple[str, float]], bool, list[str]]]: ...
    def failures(self) -> list[tuple[str, str]]: ...
    def picture(self, index: int) -> NDArray[np.uint8] | None: ...
    def contact_sheet(self) -> NDArray[np.uint8]: ...

class Model:
    def picture(self, description: str, seed: int) -> NDArray[np.uint8]: ...

def open_model(
    model: str,
    steps: int | None,
    guidance: float | None,
    style: str | None,
    negative: str | None,
    size: tuple[int, int] | None,
    device: str,
) -> Model: ...
def known_models() -> list[tuple[str, bool]]: ...
def trace(
    image: Any,
    max_bytes: int,
    method: str,
    objective: str,
    sweeps: int | None,
    seconds: float | None,
    seed: int,
    threads: int,
    background: str | None,
) -> str: ...
def trace_batch(
    images: Iterable[Any],
    workers: int,
    keep_errors: bool,
    max_bytes: int,
    method: str,
    objective: str,
    sweeps: int | None,
    seconds: float | None,
    seed: int,
    background: str | None,
) -> list[Any]: ...
def draw(
    description: str,
    seed: int,
    candidates: int,
    max_bytes: int,
    seconds: float | None,
    threads: int | None,
    tracers: list[str],
    decoy: bool,
    border: bool,
    generator: Callable[[str, int], Any] | None,
    model: Model | None,
    composer: bool,
    scorer: Callable[[NDArray[np.uint8], str], float] | None,
) -> Drawn: ...
def collage_picture(side: int, description: str, seed: int) -> NDArray[np.uint8]: ...
def collage_svg(description: str, seed: int, max_bytes: int) -> str: ...
def collage_told(
    description: str, seed: int
) -> tuple[list[str], list[str], list[tuple[str, str, str, str]]]: ...
def check(svg: bytes, max_bytes: int) -> list[tuple[int, int, str | None, str | None, str]]: ...
def sanitise(svg: str, max_bytes: int) -> tuple[str, list[tuple[int, int, str, str]]]: ...
def minify(svg: str, tolerance: float, grid: int) -> tuple[str, list[str]]: ...
def size(svg: str) -> tuple[int, int]: ...
def render(svg: str, width: int | None, height: int | None, background: str | None) -> NDArray[np.uint8]: ...
def text(svg: bytes) -> str: ...
def score(svg: str, description: str, source: Any | None, seed: int) -> tuple[float, list[tuple[str, float]]]: ...
def metrics(a: Any, b: Any, background: str) -> tuple[float, float, float, float]: ...
def defend(image: Any, seed: int, background: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]: ...
def pixels(image: Any, background: str) -> NDArray[np.uint8]: ...
def refine(
    svg: str,
    image: Any | None,
    loss: Callable[[NDArray[np.float32]], tuple[float, NDArray[np.float32]]] | None,
    max_bytes: int | None,
    steps: int,
    search: int,
    objective: str,
    point_rate: float,
    color_rate: float,
    side: int,
    background: str,
) -> tuple[str, float, float, int, list[str]]: ...
def vtracer_config(data: bytes, size: tuple[int, int] | None, config: Any) -> str: ...
def vtracer_classic(data: bytes, size: tuple[int, int] | None, options: Any) -> str: ...
