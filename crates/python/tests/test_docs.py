"""What the documentation shows runs."""

import doctest
import os
import re
from pathlib import Path

import pytest

import linocut
import linocut.contest
from conftest import disc

HERE = Path(__file__).parent
PAGE = HERE.parents[2] / "docs" / "python.md"


def blocks(path):
    return re.findall(r"```python\n(.*?)```", path.read_text(encoding="utf-8"), re.S)


@pytest.mark.parametrize("path", [PAGE, HERE.parent / "README.md"], ids=["page", "readme"])
def test_the_first_five_lines_work(path, tmp_path, monkeypatch, png):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photo.png").write_bytes(png)
    first = blocks(path)[0]
    assert len(first.strip().splitlines()) == 5
    exec(first, {})
    assert linocut.check((tmp_path / "drawing.svg").read_text()) == []


def test_the_page_s_generator_and_torch_loss_run():
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 48"><path fill="#c04040" d="M20 12h20v24H20"/></svg>'
    names = {"linocut": linocut, "svg": svg, "my_pipeline": lambda *_: disc(), "clip_similarity": lambda image: image.mean()}
    [generator] = [block for block in blocks(PAGE) if "my_pipeline" in block]
    exec(generator, names)
    assert linocut.check(names["outcome"].best.svg) == []
    pytest.importorskip("torch", reason="torch is not installed")
    [loss] = [block for block in blocks(PAGE) if "clip_similarity" in block]
    exec(loss, names)
    assert names["refined"].after < names["refined"].before and names["refined"].steps == 200


@pytest.mark.skipif("linocut-small" not in linocut.models(), reason="built without the feature `small-model`")
def test_the_page_s_models_draw():
    [models] = [block for block in blocks(PAGE) if "linocut-small" in block]
    names = {"linocut": linocut}
    exec(models, names)
    assert linocut.check(names["outcome"].best.svg) == [] and not names["outcome"].failures


def test_doctests_of_the_package():
    for module in (linocut, linocut.contest):
        assert doctest.testmod(module).failed == 0


def test_the_notebook_runs_and_shows_pictures():
    nbformat = pytest.importorskip("nbformat")
    client = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    notebook = nbformat.read(HERE.parent / "notebooks" / "gallery.ipynb", as_version=4)

    def pictures():
        outputs = (output for cell in notebook.cells for output in cell.get("outputs", ()))
        return sum(bool({"image/png", "image/svg+xml"} & set(output.get("data", ()))) for output in outputs)

    kept = pictures()
    # Without debugpy's notes of frozen modules in its output.
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    client.NotebookClient(notebook, timeout=300).execute()
    assert pictures() == kept >= 5
