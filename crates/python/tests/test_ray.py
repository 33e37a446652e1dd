"""Data sets on Ray: every key once, whatever is killed."""

import contextlib
import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import linocut
from conftest import disc

pytest.importorskip("ray")
pq = pytest.importorskip("pyarrow.parquet")
pa = pytest.importorskip("pyarrow")
Image = pytest.importorskip("PIL.Image")

from linocut.ray import _plan, _rows, _source, check_dataset, draw_dataset, trace_dataset  # noqa: E402
from linocut.ray.__main__ import main, parser  # noqa: E402

RANDOM = np.random.default_rng(0)


def pictures(folder, count):
    (folder / "sub").mkdir(parents=True)
    for i in range(count):
        Image.fromarray(disc(16 + i, 20)).save(folder / ("sub" if i % 2 else ".") / f"{i:03}.png")
    return folder


def rows_of(out):
    return pq.read_table(out).to_pylist()


def content(out):
    """A digest of each file of the output."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(Path(out).glob("part-*.parquet"))}


def blocks(path, rows=3):
    root, files = _source.inputs(path)
    return [{"number": i, **block} for i, block in enumerate(_source.blocks(root, files, rows))]


def keys(path, rows=3):
    """Keys and errors of all rows of a source, block by block, without duplicates."""
    made = blocks(path, rows)
    _plan.mark_duplicates(made, "id")
    return [[(row["key"], row["error"] is not None) for row in _rows.begin(block, {"key": "id"})] for block in made]


# --- reading; no Ray ---------------------------------------------------------


def test_csv_is_divided_at_ends_of_records(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(b'\xef\xbb\xbfid,description\r\na,"x, ""y""\r\nz"\r\n\r\nb,plain\nc,\nd,1,2\ne,\xff\nf,last')
    assert keys(path, 2) == [[("a", False), ("b", False)], [("c", False), ("d", True)], [("e", True), ("f", False)]]
    assert _source.read(blocks(path)[0])[0]["description"] == 'x, "y"\r\nz'


def test_json_lines_are_divided_at_ends_of_lines(tmp_path):
    path = tmp_path / "list.jsonl"
    path.write_bytes(b'{"id":1,"description":"x"}\n\n{"id":"b"\n[1]\n{"id":null}\n{"id":"c"}')
    assert keys(path, 2) == [[("1", False), ("list.jsonl:2", True)], [("list.jsonl:3", True), ("list.jsonl:4", True)], [("c", False)]]


def test_parquet_is_divided_within_its_row_groups(tmp_path):
    path = tmp_path / "data.parquet"
    table = pa.table({"id": [f"k{i}" for i in range(10)], "description": [f"row {i}" for i in range(10)]})
    pq.write_table(table, path, row_group_size=4)
    assert [len(block) for block in keys(path)] == [3, 1, 3, 1, 2]
    assert [key for block in keys(path) for key, _ in block] == [f"k{i}" for i in range(10)]


def test_every_key_comes_once_and_the_first_row_has_it(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"id":"x","description":"first"}\n{"id":"y"}\n')
    (tmp_path / "b.jsonl").write_text('{"id":"x","description":"again"}\n{"id":"z"}\n{"id":"y"}\n')
    assert keys(tmp_path, 2) == [[("x", False), ("y", False)], [("z", False)], []]


def test_pictures_are_named_by_their_paths(tmp_path):
    folder = pictures(tmp_path / "in", 5)
    assert [key for block in keys(folder) for key, _ in block] == sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*.png")
    )


@pytest.mark.parametrize("name", ["gone", "empty", "list.txt", "broken.parquet", "empty.csv", "none.jsonl"])
def test_what_is_no_data_set_is_named(tmp_path, name):
    (tmp_path / "empty").mkdir()
    for file in ("list.txt", "broken.parquet", "empty.csv", "none.jsonl"):
        (tmp_path / file).write_bytes(b"PAR1" if file.endswith("parquet") else b"")
    with pytest.raises(linocut.BatchError):
        trace_dataset(tmp_path / name, tmp_path / "out", workers=1)
    assert main(["check", str(tmp_path / name), "--out", str(tmp_path / "out"), "--quiet"]) == 2


def test_a_row_that_kills_its_worker_again_and_again_is_a_row_with_an_error(tmp_path):
    path = tmp_path / "list.jsonl"
    path.write_text('{"id":"a","svg":"<svg/>"}\n{"id":"deadly","svg":"<svg/>"}\n')
    job = {"kind": "check", "key": "id", "column": "svg", "options": {}, "out": str(tmp_path)}
    [block] = blocks(path)
    deadly = _rows.check

    def kill(row, job):
        if row["id"] == "deadly":
            os._exit(9)
        return deadly(row, job)

    _rows.WORK["check"] = kill
    try:
        for _ in range(_rows.MOST_DEATHS):
            child = os.fork()
            if child == 0:
                _rows.whole(block, job)
                os._exit(0)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
        assert _rows.whole(block, job) == {"rows": 2, "errors": 1}
    finally:
        _rows.WORK["check"] = deadly
    by_key = {row["key"]: row["error"] for row in rows_of(_plan.part(tmp_path, 0))}
    assert by_key == {"a": None, "deadly": "the worker died 8 times at this row"}
    assert not list(tmp_path.glob(".part-*"))


def test_the_command_keeps_transparent_parts_when_asked():
    told = [parser().parse_args(["trace", "in", "--out", "out", *more]).background for more in ([], ["--background", "none"], ["--background", "#123"])]
    assert told == ["white", None, "#123"]


# --- with Ray ----------------------------------------------------------------


def test_pictures_are_traced_and_bad_ones_are_rows_with_an_error(tmp_path):
    folder = pictures(tmp_path / "in", 9)
    (folder / "bad.png").write_bytes(b"no picture")
    told = []
    options = dict(workers=2, block_rows=4, method="contours", max_bytes=600)
    summary = trace_dataset(folder, tmp_path / "out", progress=lambda *now: told.append(now), **options)
    assert (summary.rows, summary.errors, summary.files, summary.finished_before) == (10, 1, 3, 0)
    assert told[-1] == (10, 10, 1)
    rows = {row["key"]: row for row in rows_of(tmp_path / "out")}
    assert len(rows) == 10 and "neither PNG nor JPEG" in rows["bad.png"]["error"] and rows["bad.png"]["svg"] is None
    assert rows["000.png"]["svg"] == linocut.trace(folder / "000.png", method="contours", max_bytes=600)
    again = trace_dataset(folder, tmp_path / "out", **options)
    assert (again.rows, again.finished_before) == (0, 10)
    before = content(tmp_path / "out")
    (tmp_path / "out" / "part-000001.parquet").unlink()
    assert trace_dataset(folder, tmp_path / "out", **options).rows == 4 and content(tmp_path / "out") == before
    with pytest.raises(linocut.BatchError, match="holds a run with another job"):
        trace_dataset(folder, tmp_path / "out", **{**options, "max_bytes": 700})
    (folder / "more.png").write_bytes(b"")
    with pytest.raises(linocut.BatchError, match="holds a run with another input"):
        trace_dataset(folder, tmp_path / "out", **options)


def test_stages_with_pools_of_their_own_follow_each_other(tmp_path):
    # Within the test, so that they travel to the workers by value: this module is not there to be imported.
    class Painter:
        def __call__(self, description, seed):
            if "broken" in description:
                raise RuntimeError("out of paint")
            return np.full((32, 32, 3), len(description) * 5, np.uint8)

    class Critic:
        def __call__(self, picture, description):
            assert picture.shape == (384, 384, 3)
            return float(len(description))

    path = tmp_path / "list.csv"
    path.write_text("id,description\n" + "".join(f"k{i},{'x' * i}\n" for i in range(1, 6)) + "bad,broken\n")
    summary = draw_dataset(path, tmp_path / "out", workers=1, block_rows=2, generator=Painter, scorer=Critic, max_bytes=500)
    assert (summary.rows, summary.errors) == (6, 1)
    rows = {row["key"]: row for row in rows_of(tmp_path / "out")}
    assert [rows[f"k{i}"]["score"] for i in range(1, 6)] == [1, 2, 3, 4, 5]
    assert "out of paint" in rows["bad"]["error"] and rows["bad"]["svg"] is None
    assert (linocut.render(rows["k4"]["svg"], 8) == 20).all()


def test_the_command_checks_and_says_so_by_its_code(tmp_path, capsys):
    path = tmp_path / "svgs.parquet"
    pq.write_table(pa.table({"id": ["a", "b"], "svg": ["<svg><text/></svg>", None]}), path)
    assert main(["check", str(path), "--out", str(tmp_path / "out"), "--workers", "1", "--quiet"]) == 1
    assert "2 rows" in capsys.readouterr().out
    a, b = rows_of(tmp_path / "out")
    assert a["violations"] == ["1:6: element `text` is not allowed"] and b["error"] == "BatchError: the row has no `svg`"


def test_two_runs_do_not_share_a_folder(tmp_path):
    with _plan.lock(tmp_path), pytest.raises(linocut.BatchError, match="in use by another run"):
        check_dataset(tmp_path, tmp_path, workers=1)


RUNS = int(os.environ.get("LINOCUT_KILLS", "1"))
"""Runs with kills; more where it is asked for."""


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(RUNS))
def test_what_is_killed_goes_on_and_ends_as_if_undisturbed(tmp_path, seed):
    """Workers, and then the driver, are killed at random moments; the next run finishes."""
    psutil = pytest.importorskip("psutil")
    dice = random.Random(seed)
    folder = pictures(tmp_path / "in", 40)
    command = [
        sys.executable, "-m", "linocut.ray", "trace", str(folder), "--workers", "2", "--block-rows", "2", "--sweeps", "40",
        "--max-bytes", "700", "--quiet", "--out",
    ]
    log = (tmp_path / "log").open("w")
    assert subprocess.run([*command, str(tmp_path / "whole")], stdout=log, stderr=log, timeout=300).returncode == 0
    out = tmp_path / "out"
    driver = subprocess.Popen([*command, str(out)], stdout=log, stderr=log, start_new_session=True)
    deadline = time.monotonic() + 240
    while len(content(out)) < dice.randrange(1, 4) and driver.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    killed = 0
    for _ in range(dice.randrange(1, 4)):
        with contextlib.suppress(psutil.Error):
            workers = [p for p in psutil.Process(driver.pid).children(recursive=True) if "MapBatches" in " ".join(p.cmdline())]
            if workers:
                dice.choice(workers).send_signal(signal.SIGKILL)
                killed += 1
        time.sleep(dice.random())
    ours = psutil.Process(driver.pid).children(recursive=True) if driver.poll() is None else []
    was_running = driver.poll() is None
    driver.kill()
    driver.wait()
    for process in ours:
        with contextlib.suppress(psutil.Error):
            process.kill()
    assert killed or was_running
    before = content(out)
    assert subprocess.run([*command, str(out)], stdout=log, stderr=log, timeout=300).returncode == 0
    after = content(out)
    assert after == content(tmp_path / "whole") and {name: after[name] for name in before} == before
    found = sorted(row["key"] for row in rows_of(out))
    assert len(found) == 40 and found == sorted(set(found))
    assert not list(out.glob(".part-*"))
