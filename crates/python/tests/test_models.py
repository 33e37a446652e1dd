"""Text-to-image models: those of this build draw, and what it lacks is named with the build that has it."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import linocut
from linocut.contest import Model

QUICK = {"candidates": 1, "tracers": ["contours"]}
TINY = Path(__file__).parents[3] / "fixtures" / "diffusion" / "tiny"
"""Models of random weights, folders in the layout of diffusers."""

with_models = pytest.mark.skipif(not linocut.models(), reason="built without the feature `models`")
with_small = pytest.mark.skipif("linocut-small" not in linocut.models(), reason="built without the feature `small-model`")


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    """A machine without published weights."""
    monkeypatch.setenv("LINOCUT_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))


def test_a_build_knows_its_models(nowhere):
    known, here = linocut.models(), linocut.models(here=True)
    assert len(set(known)) == len(known) and here == [name for name in known if name == "linocut-small"]
    assert not known or {"sdxl-turbo", "flux-schnell"} <= set(known)


def test_what_the_build_lacks_is_named_with_the_feature_that_has_it(nowhere):
    if "linocut-small" not in linocut.models():
        with pytest.raises(linocut.ModelError, match="`linocut-small` is not in this build: build with the feature `small-model`"):
            linocut.draw("a boat", model="linocut-small", **QUICK)
    expected = "sdxl-turbo lacks stabilityai/sdxl-turbo/" if linocut.models() else "build with the feature `models`"
    with pytest.raises(linocut.ModelError, match=expected):
        linocut.draw("a boat", model="sdxl-turbo", **QUICK)


BAD = {
    "no such name": (lambda _: linocut.Diffusion("sdxl"), linocut.ModelError),
    "an empty name": (lambda _: linocut.Diffusion(""), linocut.ModelError),
    "a name with a zero": (lambda _: linocut.Diffusion("a\0b"), linocut.ModelError),
    "a lone surrogate": (lambda _: linocut.Diffusion("\ud800"), UnicodeError),
    "a number": (lambda _: linocut.Diffusion(3), TypeError),
    "bytes": (lambda _: linocut.Diffusion(b"sdxl-turbo"), TypeError),
    "an empty folder": (lambda folder: linocut.Diffusion(folder), linocut.ModelError),
    "a folder of another kind": (lambda folder: linocut.Diffusion(written(folder, '{"_class_name": "Hat"}')), linocut.ModelError),
    "a folder whose index is damaged": (lambda folder: linocut.Diffusion(written(folder, "{")), linocut.ModelError),
    "a folder without networks": (lambda folder: linocut.Diffusion(written(folder, '{"_class_name": "FluxPipeline"}')), linocut.ModelError),
    "a file that is no checkpoint": (lambda _: linocut.Diffusion(__file__), linocut.ModelError),
    "no steps": (lambda _: linocut.Diffusion("linocut-small", steps=0), linocut.ModelError),
    "negative steps": (lambda _: linocut.Diffusion("linocut-small", steps=-1), OverflowError),
    "too many steps": (lambda _: linocut.Diffusion("linocut-small", steps=1001), linocut.ModelError),
    "half a step": (lambda _: linocut.Diffusion("linocut-small", steps=1.5), TypeError),
    "guidance that is no number": (lambda _: linocut.Diffusion("linocut-small", guidance=float("nan")), linocut.ModelError),
    "no style": (lambda _: linocut.Diffusion("linocut-small", style="oil"), linocut.ModelError),
    "no device": (lambda _: linocut.Diffusion("linocut-small", device="gpu"), linocut.ModelError),
    "a card that the build does not know": (lambda _: linocut.Diffusion("linocut-small", device="metal:7"), linocut.ModelError),
    "a size of one side": (lambda _: linocut.Diffusion("linocut-small", size=(256,)), (TypeError, ValueError)),
    "a size of odd sides": (lambda _: linocut.Diffusion("linocut-small", size=(255, 7)).picture("x"), linocut.ModelError),
    "a negative size": (lambda _: linocut.Diffusion("linocut-small", size=(-8, 8)), OverflowError),
    "a model to draw that is a number": (lambda _: linocut.draw("x", model=3), TypeError),
    "a model to draw that is a class": (lambda _: linocut.draw("x", model=linocut.Diffusion), TypeError),
    "steps of no model": (lambda _: linocut.draw("x", steps=3), ValueError),
    "a contest's model of no model": (lambda _: Model(model="nothing").predict("x"), linocut.ModelError),
}


def written(folder, index):
    (folder / "model_index.json").write_text(index)
    return folder


@pytest.mark.parametrize(("call", "expected"), BAD.values(), ids=BAD.keys())
def test_what_is_no_model_is_refused(nowhere, tmp_path, call, expected):
    with pytest.raises(expected) as told:
        call(tmp_path)
    assert str(told.value) and not isinstance(told.value, linocut.InternalError)


@with_small
def test_the_small_model_draws_in_place_of_the_composer_or_beside_it():
    drawn = linocut.draw("a green meadow under a blue sky", seed=1, model="linocut-small", steps=4, **QUICK)
    assert {one.origin for one in drawn.candidates} == {"contours, seed 1"} and not drawn.failures
    assert drawn.best.picture.shape == (256, 256, 3) and linocut.check(drawn.best.svg) == []
    model = linocut.Diffusion("linocut-small", steps=4)
    assert (drawn.best.picture == model("a green meadow under a blue sky", 1)).all()
    assert linocut.draw("a green meadow under a blue sky", seed=1, model=model, **QUICK).best.svg == drawn.best.svg
    beside = linocut.draw("a green meadow under a blue sky", seed=1, model=model, composer=True, **QUICK)
    origins = {one.origin for one in beside.candidates}
    assert {"linocut-small, contours, seed 1", "collage, contours, seed 1"} <= origins
    both = linocut.draw("a boat", model=model, generator=linocut.Collage(64), **QUICK)
    assert {one.origin.split(",")[0] for one in both.candidates} == {"linocut-small", "generator"}
    assert linocut.check(Model(model=model, **QUICK).predict("")) == []


@with_small
def test_seed_description_and_options_decide_the_picture():
    model = linocut.Diffusion("linocut-small", steps=2)
    picture = model.picture("a red bus in a street", 1)
    assert picture.dtype == np.uint8 and picture.shape == (256, 256, 3) and picture.std() > 10
    assert (model.picture("a red bus in a street", 1) == picture).all()
    for other in (
        model.picture("a red bus in a street", 2), model.picture("a snowy plain", 1),
        linocut.Diffusion("linocut-small", steps=3).picture("a red bus in a street", 1),
        linocut.Diffusion("linocut-small", steps=2, guidance=1).picture("a red bus in a street", 1),
        linocut.Diffusion("linocut-small", steps=2, negative="red").picture("a red bus in a street", 1),
        linocut.Diffusion("linocut-small", steps=2, style="flat").picture("a red bus in a street", 1),
    ):
        assert (other != picture).any()
    assert linocut.Diffusion("linocut-small", steps=1, size=(128, 64)).picture("x").shape == (64, 128, 3)


@with_small
def test_ctrl_c_ends_a_picture():
    model = linocut.Diffusion("linocut-small", steps=1000)
    threading.Timer(1.0, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        model.picture("a boat")
    assert time.monotonic() - began < 20


@with_models
def test_a_folder_in_the_layout_of_diffusers_draws():
    model = linocut.Diffusion(TINY / "sdxl", steps=1, size=(64, 64))
    assert model.picture("a boat").shape == (64, 64, 3) and "sdxl" in repr(model)


@with_small
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_forked_process_says_that_models_do_not_survive():
    code = """
import os, linocut
model = linocut.Diffusion("linocut-small", steps=1)
model.picture("a boat")
def refused(work):
    try: work()
    except linocut.ForkError as error: return "spawn" in str(error)
for work in (lambda: model.picture("a boat"), lambda: linocut.draw("x", model=model, candidates=1), lambda: linocut.Diffusion("linocut-small")):
    child = os.fork()
    if child == 0:
        os._exit(0 if refused(work) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
"""
    ended = subprocess.run([sys.executable, "-W", "ignore", "-c", code], timeout=120, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr


# --- on Ray ------------------------------------------------------------------


@pytest.fixture
def descriptions(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("id,description\na,a red bus\nb,a snowy plain\n")
    return path


def test_a_data_set_is_not_begun_with_a_model_that_cannot_be_opened(descriptions, tmp_path):
    pytest.importorskip("ray")
    from linocut.ray import draw_dataset
    from linocut.ray.__main__ import main

    with pytest.raises(linocut.ModelError):
        draw_dataset(descriptions, tmp_path / "out", model="nothing")
    assert main(["draw", str(descriptions), "--out", str(tmp_path / "out"), "--model", "nothing", "--quiet"]) == 2
    for options in ({"model": "sdxl-turbo", "generator": linocut.Collage(64)}, {"tracers": "contours"}, {"tracers": ["magic"]}, {"tracers": []}):
        with pytest.raises(linocut.BatchError):
            draw_dataset(descriptions, tmp_path / "out", **options)
    assert not (tmp_path / "out").exists()


@with_small
def test_a_data_set_is_drawn_by_a_model(descriptions, tmp_path):
    pytest.importorskip("ray")
    pq = pytest.importorskip("pyarrow.parquet")
    from linocut.ray import draw_dataset

    asked = {"model": "linocut-small", "steps": 2, "candidates": 1, "tracers": ["contours"]}
    assert draw_dataset(descriptions, tmp_path / "out", workers=2, block_rows=1, **asked).errors == 0
    rows = {row["key"]: row for row in pq.read_table(tmp_path / "out").to_pylist()}
    best = linocut.draw("a red bus", **asked).best
    assert (rows["a"]["svg"], rows["a"]["origin"]) == (best.svg, best.origin)
    with pytest.raises(linocut.BatchError, match="holds a run with another job"):
        draw_dataset(descriptions, tmp_path / "out", workers=2, block_rows=1, **asked | {"steps": 3})
