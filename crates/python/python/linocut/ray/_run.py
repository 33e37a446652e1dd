"""Runs the blocks of a plan through Ray Data."""

from __future__ import annotations

import importlib
import json
import logging
import os
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._errors import BatchError
from .._svg import write_atomically
from .._trace import cores
from . import _plan, _rows

@dataclass(frozen=True)
class Summary:
    """What a run did. Rows of earlier runs over the same folder are in ``finished_before``."""

    rows: int
    """Rows worked on."""
    errors: int
    """How many of them are rows with an error."""
    finished_before: int
    """Rows that an earlier run had finished."""
    duplicates: int
    """Rows left out because an earlier row has their key."""
    files: int
    """Files of the output."""
    seconds: float

    def __str__(self) -> str:
        rate = f" ({self.rows / self.seconds:.1f} a second)" if self.seconds > 0 else ""
        text = f"{self.rows} rows{rate}, {self.errors} with errors"
        if self.finished_before:
            text += f", {self.finished_before} finished before"
        if self.duplicates:
            text += f", {self.duplicates} left out: an earlier row has their key"
        return f"{text}, {self.files} files, {self.seconds:.1f} s"


@dataclass(frozen=True)
class Stage:
    """A model that has a pool of its own: a class, made once for each worker, or a callable."""

    model: Any
    workers: int = 1
    gpus: float = 0.0


def run(
    kind: str,
    source: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    options: dict[str, Any],
    key: str,
    column: str,
    block_rows: int,
    workers: int | None,
    address: str | None,
    progress: bool | Callable[[int, int, int], None],
    generator: Stage | None = None,
    scorer: Stage | None = None,
) -> Summary:
    """Plans, works on what is not there yet, and sums up."""
    if not 1 <= block_rows <= 100_000:
        raise BatchError(f"block_rows is {block_rows}, expected 1 to 100,000")
    workers = cores() if workers is None else workers
    if not 1 <= workers <= 100_000:
        raise BatchError(f"workers is {workers}, expected 1 to 100,000")
    began = time.monotonic()
    out = Path(out).absolute()
    job = {"kind": kind, "key": key, "column": column, "options": options}
    told = {**job, "generator": _name(generator), "scorer": _name(scorer)}
    with _plan.lock(out):
        blocks = _plan.plan(source, out, told, key, block_rows)
        for unfinished in out.glob(".part-*"):
            unfinished.unlink(missing_ok=True)
        job["out"] = str(out)
        left = [block for block in blocks if not _rows.is_done(block, job)]
        count = sum(map(_length, blocks))
        before = count - sum(map(_length, left))
        rows = errors = 0
        show = _shown(count, before) if progress is True else progress or (lambda *_: None)
        if left:
            with _started(workers, generator, scorer, address):
                for told_rows, told_errors in _results(left, job, workers, generator, scorer):
                    rows, errors = rows + told_rows, errors + told_errors
                    show(before + rows, count, errors)
        missing = [block["number"] for block in blocks if not _rows.is_done(block, job)]
        if missing:
            raise BatchError(f"{len(missing)} of {len(blocks)} files were not made, {missing[0]} among them: run again")
        duplicates = sum(len(block.get("skip", ())) for block in blocks)
        summary = Summary(rows, errors, before, duplicates, len(blocks), time.monotonic() - began)
        # Without what differs from run to run.
        write_atomically(out / "_SUCCESS", json.dumps({"rows": count, "duplicates": duplicates}).encode())
        return summary


def _length(block: dict[str, Any]) -> int:
    return block["rows"] - len(block.get("skip", ()))


def _name(stage: Stage | None) -> str | None:
    if stage is None:
        return None
    model = stage.model
    return f"{getattr(model, '__module__', '')}.{getattr(model, '__qualname__', type(model).__name__)}"


@contextmanager
def _started(workers: int, generator: Stage | None, scorer: Stage | None, address: str | None) -> Any:
    """A Ray that is there already, a cluster, or one of our own on this machine, which ends with the run."""
    ray = _ray()
    if ray.is_initialized():
        yield
        return
    stages = [stage for stage in (generator, scorer) if stage]
    if address is not None:
        ray.init(address=address, log_to_driver=False)
    else:
        # One core for each worker and each stage's worker; the driver has next to nothing to do.
        ray.init(
            num_cpus=workers + sum(stage.workers for stage in stages),
            num_gpus=None if any(stage.gpus for stage in stages) else 0,
            include_dashboard=False,
            log_to_driver=False,
            logging_level="ERROR",
            object_store_memory=256 << 20,
        )
    try:
        yield
    finally:
        ray.shutdown()


def _ray() -> Any:
    try:
        ray = importlib.import_module("ray")
        importlib.import_module("ray.data")
        importlib.import_module("pyarrow")
    except ImportError as error:
        raise ImportError("linocut.ray needs Ray Data and pyarrow: pip install 'linocut[ray]'") from error
    return ray


def _results(blocks: Any, job: dict[str, Any], workers: int, generator: Stage | None, scorer: Stage | None) -> Any:
    """(rows, errors) of each block, as they are finished."""
    ray = _ray()
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    context.execution_options.preserve_order = False
    lines = [{"block": json.dumps(block)} for block in blocks]
    # One task for each block; with very many of them, several for each, which a retry passes over as far as they are there.
    data = ray.data.from_items(lines, override_num_blocks=min(len(lines), 4096))
    told = json.dumps(job)
    # A task whose worker dies is tried again, however often.
    tasks = {"batch_size": 1, "num_cpus": 1, "compute": ray.data.TaskPoolStrategy(size=workers), "zero_copy_batch": True}
    if generator is None and scorer is None:
        data = data.map_batches(_whole, fn_kwargs={"job": told}, **tasks)
    else:
        data = data.map_batches(_Generate, fn_constructor_args=(told, generator), **_pool(generator)) if generator else data
        data = data.map_batches(_made, fn_kwargs={"job": told, "is_last": scorer is None}, **tasks)
        data = data.map_batches(_Score, fn_constructor_args=(told, scorer), **_pool(scorer)) if scorer else data
    for batch in data.iter_batches(batch_size=None, batch_format="numpy", prefetch_batches=0):
        yield from zip(map(int, batch["rows"]), map(int, batch["errors"]))


def _pool(stage: Stage) -> dict[str, Any]:
    return {
        "batch_size": 1, "compute": _ray().data.ActorPoolStrategy(size=stage.workers), "num_cpus": 1,
        "num_gpus": stage.gpus or None,
    }


def _keep_to_a_core() -> None:
    """A task has one core: networks of models, which would take all of them, keep to it, as Ray does for other libraries."""
    os.environ.setdefault("RAYON_NUM_THREADS", "1")


def _whole(batch: dict[str, Any], job: str) -> dict[str, Any]:
    _keep_to_a_core()
    counts = [_rows.whole(json.loads(block), json.loads(job)) for block in batch["block"]]
    return {"rows": [count["rows"] for count in counts], "errors": [count["errors"] for count in counts]}


def _made(batch: dict[str, Any], job: str, is_last: bool) -> dict[str, Any]:
    """The CPU's part between a generator and a scorer."""
    _keep_to_a_core()
    settings, out = json.loads(job), {"block": [], "packed": [], "rows": [], "errors": []}
    for index, line in enumerate(batch["block"]):
        block = json.loads(line)
        if _rows.is_done(block, settings):
            rows = None
        else:
            rows = _rows.unpack(batch["packed"][index]) if "packed" in batch else _rows.begin(block, settings)
            for made in rows:
                _rows.attempt(made, lambda row, made=made: _rows.draw(row, settings, made.pop("picture", None)))
        counts = _rows.end(block, rows, settings) if is_last and rows is not None else {"rows": 0, "errors": 0}
        out["block"].append(line)
        out["packed"].append(b"" if is_last or rows is None else _rows.pack(rows))
        out["rows"].append(counts["rows"])
        out["errors"].append(counts["errors"])
    return out


class _Model:
    """A stage's worker, which has its model loaded."""

    def __init__(self, job: str, stage: Stage) -> None:
        self.job = json.loads(job)
        self.call = stage.model() if isinstance(stage.model, type) else stage.model


class _Generate(_Model):
    """Pictures of the descriptions of a block."""

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        return {"block": list(batch["block"]), "packed": [self.block(json.loads(line)) for line in batch["block"]]}

    def block(self, block: dict[str, Any]) -> bytes:
        if _rows.is_done(block, self.job):
            return b""
        rows = _rows.begin(block, self.job)
        for made in rows:
            _rows.attempt(made, self.row)
        return _rows.pack(rows)

    def row(self, row: dict[str, Any]) -> dict[str, Any]:
        import numpy as np

        picture = self.call(_rows.text(row, self.job["column"]), self.job["options"].get("seed", 0))
        return {"picture": np.asarray(picture)}


class _Score(_Model):
    """Scores of the drawings of a block, which it writes."""

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        counts = [self.block(json.loads(line), packed) for line, packed in zip(batch["block"], batch["packed"])]
        return {"rows": [count["rows"] for count in counts], "errors": [count["errors"] for count in counts]}

    def block(self, block: dict[str, Any], packed: bytes) -> dict[str, int]:
        if _rows.is_done(block, self.job):
            return {"rows": 0, "errors": 0}
        rows = _rows.unpack(packed)
        for made in rows:
            _rows.attempt(made, lambda _, made=made: {"score": self.row(made)})
        return _rows.end(block, rows, self.job)

    def row(self, made: dict[str, Any]) -> float:
        from .. import render

        return float(self.call(render(made["svg"], 384, 384), made["description"]))


def _shown(count: int, before: int) -> Callable[[int, int, int], None]:
    """Progress on standard error: a line that is written over in a terminal, a line now and then elsewhere."""
    began, is_terminal = time.monotonic(), sys.stderr.isatty()
    last = [0.0]

    def show(done: int, count: int, errors: int) -> None:
        now = time.monotonic()
        if now - last[0] < (0.2 if is_terminal else 10.0) and done < count:
            return
        last[0] = now
        rate = (done - before) / max(now - began, 1e-9)
        left = f", {(count - done) / rate:.0f} s left" if rate > 0 and done < count else ""
        text = f"{done} of {count} rows, {errors} with errors, {rate:.1f} a second{left}"
        print(f"\r\033[K{text}" if is_terminal else text, end="" if is_terminal and done < count else "\n", file=sys.stderr)

    return show
