"""The plan of a run: its blocks, and that a folder belongs to one run."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from array import array
from pathlib import Path
from typing import IO, Any

from .._errors import BatchError
from .._svg import write_atomically
from . import _source
from ._source import Block, Row

PLAN = "_plan.jsonl"


def key_of(row: Row, column: str, block: Block, index: int) -> str:
    """The key of a row; one without a key is named after its place."""
    value = row.get(column)
    if value is None or value == "" or isinstance(value, (dict, list, float, bytes)):
        name = Path(block["path"]).name if "path" in block else "pictures"
        return f"{name}:{block['first'] + index + 1}"
    return str(value)


def lock(out: Path) -> IO[str]:
    """Keeps a second driver out of the folder until the file is closed, or the process ends in whatever way."""
    out.mkdir(parents=True, exist_ok=True)
    file = open(out / ".lock", "w")  # noqa: SIM115, closed by the caller
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise BatchError(f"{out} is in use by another run") from None
    except OSError:
        # A file system without locks: nothing but the user keeps two runs apart there.
        pass
    return file


def part(out: str | os.PathLike[str], number: int) -> Path:
    """The output of a block."""
    return Path(out) / f"part-{number:06}.parquet"


def plan(source: str | os.PathLike[str], out: Path, job: dict[str, Any], key: str, rows: int) -> list[Block]:
    """The blocks of a run: those that the folder has a plan of, or new ones.

    Raises:
        BatchError: if the folder holds a run over another input or with other options.
    """
    root, files = _source.inputs(source)
    mine = {"job": job, "input": _source.fingerprint(root, files), "key": key, "block_rows": rows}
    path = out / PLAN
    if path.exists():
        with path.open(encoding="utf-8") as file:
            theirs = json.loads(file.readline())
            for name, value in mine.items():
                if theirs.get(name) != json.loads(json.dumps(value)):
                    raise BatchError(f"{out} holds a run with another {name}: {theirs.get(name)}, not {value}")
            return [json.loads(line) for line in file]
    made = _numbered(_source.blocks(root, files, rows))
    mark_duplicates(made, key)
    lines = [json.dumps(line, ensure_ascii=False) for line in (mine, *made)]
    write_atomically(path, ("\n".join(lines) + "\n").encode())
    return made


def _numbered(blocks: Any) -> list[Block]:
    made = [{"number": number, **block} for number, block in enumerate(blocks)]
    if not made:
        raise BatchError("the data set has no rows")
    return made


def mark_duplicates(blocks: list[Block], key: str) -> None:
    """Notes which rows of each block have the key of an earlier row: they are left out, so that every key comes once.

    Takes 24 bytes for each row, not the keys.
    """
    import numpy as np

    if blocks[0]["kind"] == "picture":
        return
    digests, places = bytearray(), array("Q")
    for number, block in enumerate(blocks):
        rows = _source.read(block, [key])
        block["rows"] = len(rows)
        for index, row in enumerate(rows):
            text = key_of(row, key, block, index).encode("utf-8", "surrogatepass")
            digests += hashlib.blake2b(text, digest_size=16).digest()
            places.append(number << 32 | index)
    hashes = np.frombuffer(digests, np.uint64).reshape(-1, 2)
    order = np.lexsort((np.arange(len(hashes)), hashes[:, 1], hashes[:, 0]))
    is_again = (hashes[order[1:]] == hashes[order[:-1]]).all(axis=1)
    for place in np.sort(np.frombuffer(places, np.uint64)[order[1:][is_again]]):
        blocks[int(place) >> 32].setdefault("skip", []).append(int(place) & 0xFFFF_FFFF)
