"""Hostile input gets an exception, never a crash, a hang or a silent guess."""

import io
import os
import subprocess
import sys
import threading

import numpy as np
import pytest

import linocut
import linocut.vtracer as vtracer
from conftest import QUICK, disc

U8 = np.uint8


class Liar:
    """Says that it is a picture."""

    mode, size = "RGB", (40, 40)

    def __init__(self, **said):
        vars(self).update(said)

    def crop(self, _):
        return self

    def tobytes(self):
        return b"\0" * 7


class Raises:
    def __fspath__(self):
        raise RuntimeError("no path here")


class ArrayRaises:
    def __array__(self, *_, **__):
        raise MemoryError("no array here")


def masked():
    return np.ma.masked_array(disc(), mask=np.ones((48, 64, 3), bool)).astype(float)


BAD_PICTURES = {
    "none": None,
    "a number": 3,
    "a list": [[1, 2], [3, 4]],
    "an object": object(),
    "empty bytes": b"",
    "bytes of nothing": b"nothing at all",
    "half a PNG": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "half a JPEG": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "a PNG of 2^31 px": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\2\0\0\0\0\0\0\0",
    "a path that is gone": "gone.png",
    "a path with a zero": "a\0b.png",
    "a folder": ".",
    "a path that raises": Raises(),
    "an array that raises": ArrayRaises(),
    "no dimensions": np.array(3, U8),
    "one dimension": np.zeros(9, U8),
    "two channels": np.zeros((9, 9, 2), U8),
    "five channels": np.zeros((9, 9, 5), U8),
    "four dimensions": np.zeros((1, 9, 9, 3), U8),
    "no rows": np.zeros((0, 9, 3), U8),
    "no columns": np.zeros((9, 0, 3), U8),
    "no channels": np.zeros((9, 9, 0), U8),
    "floats": np.zeros((9, 9, 3)),
    "not a number": np.full((9, 9, 3), np.nan),
    "infinite": np.full((9, 9, 3), np.inf, np.float32),
    "signed": np.zeros((9, 9, 3), np.int8),
    "wide": np.zeros((9, 9, 3), np.uint16),
    "complex": np.zeros((9, 9, 3), complex),
    "bits": np.zeros((9, 9, 3), bool),
    "objects": np.full((9, 9, 3), None),
    "texts": np.full((9, 9), "a"),
    "records": np.zeros((9, 9), [("r", U8), ("g", U8)]),
    "dates": np.zeros((9, 9), "datetime64[s]"),
    "huge without memory": np.broadcast_to(U8(7), (1 << 20, 1 << 20, 3)),
    "masked floats": masked(),
    "too wide": np.broadcast_to(U8(7), (1, 20_000, 3)),
    "an image that lies": Liar(),
    "an image of no mode": Liar(mode="??"),
    "an image of no size": Liar(size=(0, 0)),
    "an image of a text size": Liar(size="big"),
    "an image of negative size": Liar(size=(-4, 4)),
}


@pytest.mark.parametrize("picture", BAD_PICTURES.values(), ids=BAD_PICTURES.keys())
def test_what_is_no_picture_is_refused(picture):
    with pytest.raises((linocut.Error, TypeError, ValueError, OSError, OverflowError, RuntimeError, MemoryError)) as told:
        linocut.trace(picture, **QUICK)
    assert str(told.value)
    [error] = linocut.trace_batch([picture], workers=1, errors="return", **QUICK)
    assert isinstance(error, Exception)


BAD_CALLS = {
    "negative bytes": lambda: linocut.trace(disc(), max_bytes=-1),
    "more bytes than there are": lambda: linocut.trace(disc(), max_bytes=1 << 70),
    "a text for bytes": lambda: linocut.trace(disc(), max_bytes="many"),
    "no method": lambda: linocut.trace(disc(), method="magic"),
    "no objective": lambda: linocut.trace(disc(), objective="beauty"),
    "no sweeps": lambda: linocut.trace(disc(), sweeps=0),
    "too many sweeps": lambda: linocut.trace(disc(), sweeps=10**9),
    "sweeps and seconds": lambda: linocut.trace(disc(), sweeps=3, seconds=3),
    "time that is no number": lambda: linocut.trace(disc(), seconds=float("nan")),
    "negative time": lambda: linocut.trace(disc(), seconds=-1),
    "too many threads": lambda: linocut.trace(disc(), threads=10_000),
    "no colour": lambda: linocut.trace(disc(), background="invisible"),
    "no background, by a tracer that needs one": lambda: linocut.trace(disc(), background=None, method="contours"),
    "a batch without a background, by a tracer that needs one": lambda: linocut.trace_batch([disc()], background=None, method="vtracer"),
    "a negative seed": lambda: linocut.trace(disc(), seed=-1),
    "no workers": lambda: linocut.trace_batch([disc()], workers=0),
    "one picture as a batch": lambda: linocut.trace_batch("disc.png"),
    "a batch of nothing iterable": lambda: linocut.trace_batch(3),
    "no description": lambda: linocut.draw(None),
    "a lone surrogate": lambda: linocut.draw("\ud800", candidates=1),
    "a generator that is none": lambda: linocut.draw("x", generator=3),
    "no SVG": lambda: linocut.render("no svg"),
    "an SVG of bytes that are no text": lambda: linocut.render(b"\xff\xfe<svg/>"),
    "a render of no height": lambda: linocut.render('<svg viewBox="0 0 9 9"/>', 9, 0),
    "an SVG too deep": lambda: linocut.render("<svg>" + "<g>" * 50_000 + "</g>" * 50_000 + "</svg>"),
    "a doctype bomb": lambda: linocut.render('<!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg>&b;</svg>'),
    "a render of no width": lambda: linocut.render("<svg/>", 0),
    "a render too wide": lambda: linocut.render('<svg viewBox="0 0 9 9"/>', 10**6),
    "an SVG that is a number": lambda: linocut.check(3),
    "no tolerance": lambda: linocut.minify("<svg/>", float("nan")),
    "a score of no SVG": lambda: linocut.score("<svg", "x"),
    "a picture too small to defend": lambda: linocut.defend(np.zeros((1, 1, 3), U8)),
    "a refinement of no side": lambda: linocut.refine("<svg viewBox='0 0 9 9'/>", disc(), side=0),
    "a refinement over its bytes": lambda: linocut.refine("<svg viewBox='0 0 9 9'><rect width='9' height='9'/></svg>", disc(), max_bytes=9),
    "pixels that are too few": lambda: vtracer.convert_pixels_to_svg([(1, 2, 3, 4)], (2, 2)),
    "pixels of three": lambda: vtracer.convert_pixels_to_svg([(1, 2, 3)], (1, 1)),
    "pixels out of range": lambda: vtracer.convert_pixels_to_svg([(1, 2, 300, 4)], (1, 1)),
    "a size that overflows": lambda: vtracer.convert_pixels_to_svg([], (1 << 40, 1 << 40)),
    "a negative size": lambda: vtracer.convert_pixels(b"", -1, -1),
    "no pixels at all": lambda: vtracer.convert_pixels_to_svg([], (0, 0)),
    "no precision of colours": lambda: vtracer.convert_pixels(disc_rgba(), 64, 48, vtracer.Config(color_precision=0)),
    "no iterations": lambda: vtracer.convert_pixels_to_svg(disc_rgba(), (64, 48), max_iterations=0),
    "a length that is no number": lambda: vtracer.convert_pixels_to_svg(disc_rgba(), (64, 48), length_threshold=float("nan")),
    "a palette of no colours": lambda: vtracer.Config(palette=["red"]),
    "a closed file": lambda: linocut.trace(closed()),
}


def disc_rgba():
    return np.dstack([disc(), np.full((48, 64), 255, U8)]).tobytes()


def closed():
    Image = pytest.importorskip("PIL.Image")
    file = io.BytesIO()
    Image.fromarray(disc()).save(file, "PNG")
    image = Image.open(file)
    file.close()
    return image


@pytest.mark.parametrize("call", BAD_CALLS.values(), ids=BAD_CALLS.keys())
def test_what_is_no_argument_is_refused(call):
    with pytest.raises((linocut.Error, TypeError, ValueError, OverflowError, OSError)) as told:
        call()
    assert str(told.value)
    assert not isinstance(told.value, linocut.InternalError)


def test_there_are_sixty_cases():
    assert len(BAD_PICTURES) + len(BAD_CALLS) >= 60


def test_a_picture_that_changes_in_another_thread_does_no_harm():
    picture, stop = disc(200, 200), threading.Event()

    def scribble():
        while not stop.is_set():
            picture[:] = np.random.default_rng().integers(0, 256, 3)

    thread = threading.Thread(target=scribble)
    thread.start()
    try:
        for _ in range(20):
            assert linocut.check(linocut.trace(picture, **QUICK), max_bytes=1000) == []
    finally:
        stop.set()
        thread.join()


def test_threads_work_side_by_side():
    expected, made = linocut.trace(disc(), **QUICK), []
    threads = [threading.Thread(target=lambda: made.append(linocut.trace(disc(), **QUICK))) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert made == [expected] * 8


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_forked_process_traces_and_says_what_it_cannot_do():
    code = """
import os, sys, linocut
sys.path.insert(0, sys.argv[1])
from conftest import disc
options = dict(candidates=1, tracers=["contours"])
traced = linocut.trace(disc(), sweeps=2, max_bytes=500)
drawn = linocut.draw("a boat", **options).best.svg
def child(work):
    child = os.fork()
    if child == 0:
        os._exit(0 if work() else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
def refused():
    try: linocut.draw("a boat", **options)
    except linocut.ForkError as error: return "spawn" in str(error)
child(lambda: linocut.trace(disc(), sweeps=2, max_bytes=500) == traced)
child(lambda: linocut.check(traced) == [] and traced.render(64).shape == (48, 64, 3))
child(lambda: linocut.draw("a boat", scorer=lambda *_: 1.0, **options).best.svg)
child(refused)
assert linocut.draw("a boat", **options).best.svg == drawn
"""
    here = os.path.dirname(__file__)
    ended = subprocess.run([sys.executable, "-W", "ignore", "-c", code, here], timeout=120, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_process_that_is_forked_first_draws():
    code = """
import os, linocut
child = os.fork()
drawn = linocut.draw("a boat", candidates=1, tracers=["contours"]).best.svg
if child == 0:
    os._exit(0)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
"""
    ended = subprocess.run([sys.executable, "-W", "ignore", "-c", code], timeout=120, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
