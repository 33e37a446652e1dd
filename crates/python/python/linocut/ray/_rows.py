"""What is done to the rows of a block, and how their results are written. Knows nothing of Ray."""

from __future__ import annotations

import io
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import linocut

from .._svg import write_atomically
from . import _source
from ._plan import key_of, part
from ._source import Block, Row

RESULT = {
    "trace": ("key", "svg", "byte_count", "error"),
    "draw": ("key", "description", "svg", "byte_count", "score", "origin", "unused_words", "error"),
    "check": ("key", "valid", "violations", "error"),
}
"""The columns of the output. Nothing in them depends on when or where a row was made."""

Made = dict[str, Any]


def begin(block: Block, job: dict[str, Any]) -> list[Made]:
    """The rows of a block, each with its key, or with an error."""
    rows = []
    for index, row in enumerate(_source.read({**block, "skip": ()})):
        if index in set(block.get("skip", ())):
            continue
        made: Made = {"key": key_of(row, job["key"], block, index), "row": row, "error": row.get("_error")}
        if made["error"] is None and row.get(job["key"]) in (None, ""):
            made["error"] = f"the row has no `{job['key']}`"
        rows.append(made)
    return rows


def attempt(made: Made, work: Callable[[Row], Made]) -> None:
    """Does work for a row unless it has an error; what it raises becomes the row's error."""
    if made["error"] is not None:
        return
    try:
        made.update(work(made["row"]))
    except Exception as error:  # noqa: BLE001, a bad row is a row with an error
        made["error"] = f"{type(error).__name__}: {error}"


def field(row: Row, column: str) -> Any:
    """A value that a row must have."""
    value = row.get(column)
    if value is None:
        raise linocut.BatchError(f"the row has no `{column}`")
    return value


def text(row: Row, column: str) -> str:
    """A text that a row must have."""
    value = field(row, column)
    if not isinstance(value, str):
        raise linocut.BatchError(f"`{column}` is of type {type(value).__name__}, expected a text")
    return value


def picture(row: Row, column: str) -> Any:
    """A picture: bytes, a record of bytes, or a path from the folder of its file."""
    value = field(row, column)
    if isinstance(value, dict):
        value = value.get("bytes") or value.get("path")
    if isinstance(value, str):
        return Path(row["_folder"]) / value
    if isinstance(value, bytes):
        return value
    raise linocut.BatchError(f"`{column}` is of type {type(value).__name__}, expected bytes or a path")


def trace(row: Row, job: dict[str, Any]) -> Made:
    svg = linocut.trace(picture(row, job["column"]), threads=1, **job["options"])
    return {"svg": str(svg), "byte_count": svg.byte_count}


def draw(row: Row, job: dict[str, Any], generated: Any = None) -> Made:
    """Draws a description; with a generated picture by tracing it."""
    description = text(row, job["column"])
    generator = None if generated is None else lambda *_: generated
    outcome = linocut.draw(description, threads=1, generator=generator, **job["options"])
    best = outcome.best
    if generated is not None and best.origin == "last resort" and outcome.failures:
        raise linocut.PipelineError(outcome.failures[0].error)
    return {
        "description": description, "svg": str(best.svg), "byte_count": best.svg.byte_count, "score": best.score,
        "origin": best.origin, "unused_words": best.unused_words,
    }


def check(row: Row, job: dict[str, Any]) -> Made:
    violations = linocut.check(text(row, job["column"]), **job["options"])
    return {"valid": not violations, "violations": [str(violation) for violation in violations]}


WORK = {"trace": trace, "draw": draw, "check": check}


def schema(kind: str) -> Any:
    import pyarrow as pa

    types = {
        "byte_count": pa.int64(), "score": pa.float64(), "unused_words": pa.list_(pa.string()), "valid": pa.bool_(),
        "violations": pa.list_(pa.string()),
    }
    return pa.schema([(name, types.get(name, pa.string())) for name in RESULT[kind]])


def end(block: Block, rows: list[Made], job: dict[str, Any]) -> dict[str, int]:
    """Writes the output of a block and counts its rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    fields = schema(job["kind"])
    columns = {name: [_plain(made.get(name)) for made in rows] for name in fields.names}
    for made, index in ((made, index) for index, made in enumerate(rows) if made["error"] is not None):
        for name in fields.names:
            if name not in ("key", "error", "description"):
                columns[name][index] = None
        if "description" in columns:
            said = made["row"].get(job["column"])
            columns["description"][index] = said if isinstance(said, str) else None
    content = io.BytesIO()
    pq.write_table(pa.table(columns, schema=fields), content, compression="zstd")
    write_atomically(part(job["out"], block["number"]), content.getvalue())
    return {"rows": len(rows), "errors": sum(made["error"] is not None for made in rows)}


def _plain(value: Any) -> Any:
    """Text that UTF-8 can hold."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def whole(block: Block, job: dict[str, Any]) -> dict[str, int]:
    """Reads a block, works on its rows and writes its output; nothing if that is there already."""
    if is_done(block, job):
        return {"rows": 0, "errors": 0}
    work = WORK[job["kind"]]
    rows = begin(block, job)
    deaths = Deaths(Path(job["out"]) / f".part-{block['number']:06}.at", len(rows))
    for index, made in enumerate(rows):
        if deaths.begin(index) >= MOST_DEATHS:
            made["error"] = f"the worker died {MOST_DEATHS} times at this row"
        attempt(made, lambda row: work(row, job))
    counts = end(block, rows, job)
    deaths.path.unlink(missing_ok=True)
    return counts


MOST_DEATHS = 8
"""How many workers a row may kill before it counts as bad."""


class Deaths:
    """How often a worker died at each row of a block: a byte for each, in a file beside the output that outlives the worker."""

    def __init__(self, path: Path, rows: int) -> None:
        self.path = path
        self.counts = bytearray(path.read_bytes() if path.exists() else b"").ljust(rows, b"\0")[:rows]

    def begin(self, index: int) -> int:
        """Notes that a row begins: if its worker dies, that stays. Takes back the note of the row before."""
        died = self.counts[index]
        if index:
            self.counts[index - 1] = 0
        self.counts[index] = min(died + 1, MOST_DEATHS)
        self.path.write_bytes(self.counts)
        return died


def is_done(block: Block, job: dict[str, Any]) -> bool:
    return os.path.exists(part(job["out"], block["number"]))


def pack(rows: list[Made]) -> bytes:
    """Rows on their way from one stage to the next."""
    return pickle.dumps(rows, protocol=pickle.HIGHEST_PROTOCOL)


def unpack(packed: bytes) -> list[Made]:
    return pickle.loads(packed)  # noqa: S301, written by an earlier stage of the same run
