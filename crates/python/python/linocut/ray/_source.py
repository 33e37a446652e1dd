"""Inputs: which rows there are, divided into blocks, and how a block is read.

A block is a small dictionary that says where its rows are. Reading it needs nothing else, so blocks travel to workers instead of rows.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .._errors import BatchError

TABLES = {".parquet": "parquet", ".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
PICTURES = {".png", ".jpg", ".jpeg"}

Block = dict[str, Any]
Row = dict[str, Any]


def inputs(source: str | os.PathLike[str]) -> tuple[Path, list[Path]]:
    """The root of a source and its files, in the order of their names."""
    root = Path(source).absolute()
    if root.is_file():
        if kind(root) is None:
            raise BatchError(f"{root} is no data set, expected Parquet, CSV, JSON Lines or a folder of pictures")
        return root.parent, [root]
    if not root.is_dir():
        raise BatchError(f"cannot read {root}: no such file or folder")
    files = sorted(path for path in root.rglob("*") if path.is_file() and not _is_hidden(path.relative_to(root)))
    tables = [path for path in files if path.suffix.lower() in TABLES]
    found = tables or [path for path in files if path.suffix.lower() in PICTURES]
    if not found:
        raise BatchError(f"{root} has no Parquet, CSV or JSON Lines and no pictures (.png, .jpg)")
    if len({kind(path) for path in found}) > 1:
        raise BatchError(f"{root} has files of several kinds, expected one of Parquet, CSV and JSON Lines")
    return root, found


def kind(path: Path) -> str | None:
    """``parquet``, ``csv``, ``jsonl`` or ``picture``."""
    ending = path.suffix.lower()
    return TABLES.get(ending, "picture" if ending in PICTURES else None)


def _is_hidden(path: Path) -> bool:
    return any(part.startswith((".", "_")) for part in path.parts)


def fingerprint(root: Path, files: list[Path]) -> str:
    """Tells another input from this one: names, lengths, and the first and last 64 KiB of every file."""
    digest = hashlib.blake2b(digest_size=16)
    for path in files:
        length = path.stat().st_size
        digest.update(f"{path.relative_to(root).as_posix()}\0{length}\0".encode())
        if kind(path) != "picture":
            with path.open("rb") as file:
                digest.update(file.read(1 << 16))
                file.seek(max(0, length - (1 << 16)))
                digest.update(file.read())
    return digest.hexdigest()


def blocks(root: Path, files: list[Path], rows: int) -> Iterator[Block]:
    """The blocks of all files, of at most so many rows each."""
    if files and kind(files[0]) == "picture":
        names = [path.relative_to(root).as_posix() for path in files]
        for start in range(0, len(names), rows):
            chosen = names[start : start + rows]
            yield {"kind": "picture", "root": str(root), "files": chosen, "rows": len(chosen), "first": start}
        return
    for path in files:
        divide = {"parquet": _parquet, "csv": _csv, "jsonl": _jsonl}[str(kind(path))]
        yield from divide(path, rows)


def _parquet(path: Path, rows: int) -> Iterator[Block]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            groups = [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)]
    except (pa.ArrowInvalid, OSError) as error:
        raise BatchError(f"{path}: {error}") from error
    first = 0
    for group, length in enumerate(groups):
        for start in range(0, length, rows):
            count = min(rows, length - start)
            yield {
                "kind": "parquet", "path": str(path), "group": group, "start": start, "batch": rows, "rows": count,
                "first": first + start,
            }
        first += length


def _csv(path: Path, rows: int) -> Iterator[Block]:
    """By the bytes of its records: a record ends with the first line end outside of quotes."""
    with path.open("rb") as file:
        header = b""
        at = first = count = 0
        start = None
        is_open = False
        for line in file:
            begins = not is_open
            is_open ^= line.count(b'"') % 2 == 1
            at += len(line)
            if start is None:
                header += line
                start = None if is_open else at
                continue
            if begins and not line.strip():
                continue
            if not is_open:
                count += 1
            if count == rows:
                yield _bytes("csv", path, start, at - start, count, first, header)
                first, start, count = first + count, at, 0
        if start is None:
            raise BatchError(f"{path}: the first line names no columns")
        if at > start and (count or is_open):
            yield _bytes("csv", path, start, at - start, count + int(is_open), first, header)


def _jsonl(path: Path, rows: int) -> Iterator[Block]:
    with path.open("rb") as file:
        at = start = first = count = 0
        for line in file:
            at += len(line)
            count += bool(line.strip(b" \t\r\n\xef\xbb\xbf"))
            if count == rows:
                yield _bytes("jsonl", path, start, at - start, count, first, b"")
                first, start, count = first + count, at, 0
        if count:
            yield _bytes("jsonl", path, start, at - start, count, first, b"")


def _bytes(kind: str, path: Path, start: int, length: int, rows: int, first: int, header: bytes) -> Block:
    return {
        "kind": kind, "path": str(path), "start": start, "length": length, "rows": rows, "first": first,
        "header": header.decode("utf-8-sig", "replace"),
    }


def read(block: Block, columns: list[str] | None = None) -> list[Row]:
    """The rows of a block. A row that cannot be read has ``_error``. Those named in ``skip`` are left out."""
    reader = {"parquet": _read_parquet, "csv": _read_csv, "jsonl": _read_jsonl, "picture": _read_pictures}
    rows = reader[block["kind"]](block, columns)
    if skip := set(block.get("skip", ())):
        rows = [row for index, row in enumerate(rows) if index not in skip]
    return rows


def _read_parquet(block: Block, columns: list[str] | None) -> list[Row]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(block["path"]) as file:
        if columns is not None:
            columns = [name for name in columns if name in file.schema_arrow.names]
        batches = file.iter_batches(batch_size=block["batch"], row_groups=[block["group"]], columns=columns)
        at, rows = 0, []
        # Batches may be shorter than asked for, at page boundaries.
        for batch in batches:
            end = at + batch.num_rows
            low, high = max(at, block["start"]), min(end, block["start"] + block["rows"])
            if low < high:
                rows.extend(batch.slice(low - at, high - low).to_pylist())
            if end >= block["start"] + block["rows"]:
                break
            at = end
    return [{**row, "_folder": str(Path(block["path"]).parent)} for row in rows]


def _text(block: Block) -> bytes:
    with open(block["path"], "rb") as file:
        file.seek(block["start"])
        return file.read(block["length"])


def _read_csv(block: Block, _: list[str] | None) -> list[Row]:
    names = [name.strip() for name in next(csv.reader(io.StringIO(block["header"])), [])]
    text = _text(block).decode("utf-8", "replace")
    folder, rows = str(Path(block["path"]).parent), []
    try:
        for values in csv.reader(io.StringIO(text, newline="")):
            if not values:
                continue
            row: Row = dict(zip(names, values)) | {"_folder": folder}
            if len(values) != len(names):
                row["_error"] = f"the row has {len(values)} fields, expected {len(names)}"
            elif any("\ufffd" in value for value in values):
                row["_error"] = "the row is not UTF-8"
            rows.append(row)
    except csv.Error as error:
        rows.append({"_folder": folder, "_error": f"the row is no CSV: {error}"})
    return rows


def _read_jsonl(block: Block, _: list[str] | None) -> list[Row]:
    folder, rows = str(Path(block["path"]).parent), []
    for line in _text(block).split(b"\n"):
        line = line.strip(b" \t\r\n\xef\xbb\xbf")
        if not line:
            continue
        try:
            row = json.loads(line)
            if not isinstance(row, dict):
                raise ValueError("expected an object")
        except (ValueError, RecursionError) as error:
            row = {"_error": f"the line is no JSON object: {error}"}
        rows.append({**row, "_folder": folder})
    return rows


def _read_pictures(block: Block, _: list[str] | None) -> list[Row]:
    return [{"id": name, "image": name, "_folder": block["root"]} for name in block["files"]]
