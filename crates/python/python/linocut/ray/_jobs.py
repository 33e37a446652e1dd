"""The jobs over data sets."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, get_args

from .._errors import BatchError
from .._models import opened
from .._svg import CONTEST_BYTES
from .._trace import Method, Objective
from ._run import Stage, Summary, run

Progress = bool | Callable[[int, int, int], None]
"""Whether progress is shown on standard error, or a function of rows done, rows in all, and rows with errors."""


def trace_dataset(
    source: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    max_bytes: int = CONTEST_BYTES,
    method: Method = "budget",
    objective: Objective = "raw",
    sweeps: int | None = None,
    seconds: float | None = None,
    seed: int = 0,
    background: str | None = "white",
    key: str = "id",
    image: str = "image",
    block_rows: int = 32,
    workers: int | None = None,
    address: str | None = None,
    progress: Progress = False,
) -> Summary:
    """Traces every picture of a data set into Parquet with the columns ``key``, ``svg``, ``byte_count``, ``error``.

    Args:
        source: Parquet, CSV or JSON Lines, a folder of such files, or a folder of pictures, whose keys are their paths within it.
        out: folder of the output. What is finished there is not made again; another input or other options are refused.
        key: column of the keys.
        image: column of the pictures: bytes, or paths from the folder of the file.
        background: colour behind transparent parts; with ``None`` they stay transparent (method ``budget`` only).
        block_rows: most rows in a block, and so in a file of the output.
        workers: tasks at a time, with a core each; as many as the machine has by default.
        address: of a Ray cluster, on which ``source`` and ``out`` have the same paths everywhere.

    Raises:
        BatchError: if nothing of the source can be read, or the folder is in use or holds another run.
    """
    options = {
        "max_bytes": max_bytes, "method": method, "objective": objective, "sweeps": sweeps, "seconds": seconds,
        "seed": seed, "background": background,
    }
    return run(
        "trace", source, out, options=options, key=key, column=image, block_rows=block_rows, workers=workers,
        address=address, progress=progress,
    )


def draw_dataset(
    source: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    max_bytes: int = CONTEST_BYTES,
    candidates: int | None = None,
    seconds: float | None = None,
    seed: int = 0,
    tracers: Sequence[Method] = ("budget",),
    model: str | os.PathLike[str] | None = None,
    composer: bool = False,
    steps: int | None = None,
    generator: Any = None,
    generators: int = 1,
    generator_gpus: float = 0.0,
    scorer: Any = None,
    scorers: int = 1,
    scorer_gpus: float = 0.0,
    key: str = "id",
    description: str = "description",
    block_rows: int = 16,
    workers: int | None = None,
    address: str | None = None,
    progress: Progress = False,
) -> Summary:
    """Draws every description of a data set into Parquet with ``key``, ``description``, ``svg``, ``byte_count``, ``score``, ``origin``,
    ``unused_words``, ``error``.

    A row's SVG depends on its description, the seed and the options alone: it is that of :func:`linocut.draw` and of ``linocut batch``.

    Args:
        candidates: seeds to try for each description: 4 by default, 1 with a generator.
        tracers: tracers to use, each on every picture.
        model: a name or path of a model that makes the pictures, as in :func:`linocut.draw`, with ``composer`` and ``steps``. Every worker
            opens it once and runs it on its core. On cards a class that has a :class:`linocut.Diffusion` is the generator.
        generator: a class, or a callable: ``generator(description, seed)`` makes the picture that is traced. A class is made once in
            each of ``generators`` workers, which have ``generator_gpus`` cards each: a pool of their own beside the tracing on cores.
        scorer: a class, or a callable: ``scorer(picture, description)`` gives the column ``score``; ``scorers`` and ``scorer_gpus`` as for
            generators.
        description: column of the descriptions.

    The other arguments, and what is raised, are as in :func:`trace_dataset`.

    Raises:
        ModelError: for a model that is not known, not in this build or not on this machine.
    """
    if candidates is None:
        candidates = 4 if generator is None else 1
    for name, count, gpus in (("generators", generators, generator_gpus), ("scorers", scorers, scorer_gpus)):
        if count < 1 or gpus < 0:
            raise BatchError(f"{name} is {count} with {gpus} cards each, expected at least 1 and 0")
    if generator is not None and candidates != 1:
        raise BatchError(f"candidates is {candidates}, expected 1 with a generator, which makes one picture for each row")
    if generator is not None and model is not None:
        raise BatchError("both a model and a generator are given, expected one of them")
    if not tracers or not set(tracers) <= set(get_args(Method)):
        raise BatchError(f"tracers are {tracers!r}, expected some of {', '.join(get_args(Method))}")
    options = {"max_bytes": max_bytes, "candidates": candidates, "seconds": seconds, "seed": seed, "tracers": list(tracers)}
    if model is not None:
        if address is None:
            # What cannot be opened is known before the first row; a cluster has its files elsewhere.
            opened(model, steps)
        options |= {"model": os.fspath(model), "composer": composer, "steps": steps}
    return run(
        "draw", source, out, options=options, key=key, column=description, block_rows=block_rows, workers=workers,
        address=address, progress=progress,
        generator=None if generator is None else Stage(generator, generators, generator_gpus),
        scorer=None if scorer is None else Stage(scorer, scorers, scorer_gpus),
    )


def check_dataset(
    source: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    max_bytes: int = CONTEST_BYTES,
    key: str = "id",
    svg: str = "svg",
    block_rows: int = 1024,
    workers: int | None = None,
    address: str | None = None,
    progress: Progress = False,
) -> Summary:
    """Checks every SVG of a data set into Parquet with ``key``, ``valid``, ``violations``, ``error``.

    Args:
        svg: column of the SVGs.

    The other arguments, and what is raised, are as in :func:`trace_dataset`.
    """
    return run(
        "check", source, out, options={"max_bytes": max_bytes}, key=key, column=svg, block_rows=block_rows,
        workers=workers, address=address, progress=progress,
    )
