"""Long work ends by Ctrl-C, lets other threads run, and leaves no memory behind."""

import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import linocut
from conftest import QUICK, disc

NOISE = np.random.default_rng(0).integers(0, 256, (300, 300, 3), dtype=np.uint8)

LONG = {
    "trace": lambda: linocut.trace(NOISE, sweeps=100_000),
    "trace_batch": lambda: linocut.trace_batch([NOISE] * 50, workers=2, sweeps=5000),
    "draw": lambda: linocut.draw("a boat", candidates=2000),
    "refine": lambda: linocut.refine(linocut.trace(disc(), **QUICK), disc(300, 300), steps=100_000),
    "refine by a loss": lambda: linocut.refine(
        linocut.trace(disc(), **QUICK), lambda a: (float((a**2).mean()), 2 * a / a.size), steps=100_000
    ),
}


@pytest.mark.parametrize("work", LONG.values(), ids=LONG.keys())
def test_ctrl_c_ends_long_work(work):
    threading.Timer(1.0, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        work()
    assert time.monotonic() - began < 20
    assert linocut.trace(disc(), **QUICK)


def test_other_threads_run_meanwhile():
    done = threading.Event()
    worker = threading.Thread(target=lambda: (linocut.trace(NOISE, sweeps=12, threads=1), done.set()))
    worker.start()
    ticks = 0
    while not done.is_set():
        time.sleep(0.005)
        ticks += 1
    worker.join()
    assert ticks > 5


def test_calls_do_not_grow_memory():
    code = """
import sys, gc, linocut, numpy as np
sys.path.insert(0, sys.argv[1])
from conftest import disc
def resident():
    gc.collect()
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096
def calls(count):
    for i in range(count):
        svg = linocut.trace(disc(24, 24), **{"method": "contours", "max_bytes": 600})
        linocut.check(svg); svg.render(64); linocut.sanitise(svg)
        try: linocut.trace(b"no picture")
        except linocut.DecodeError: pass
calls(200)
sizes = [resident()]
for i in range(3):
    calls(400)
    sizes.append(resident())
# The allocator takes memory in steps, now and then; what leaks grows each time.
grown = min(after - before for before, after in zip(sizes, sizes[1:]))
assert grown < 1 << 20, sizes
"""
    if not os.path.exists("/proc/self/statm"):
        pytest.skip("no /proc")
    ended = subprocess.run([sys.executable, "-c", code, os.path.dirname(__file__)], timeout=300, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("kind", ["array", "RGB", "RGBA", "P"])
def test_a_picture_is_held_once(kind):
    """The peak of reading a picture of 48 MB is the pixels that the library works on, not several times that."""
    pytest.importorskip("PIL")
    code = """
import sys, resource, numpy as np, linocut
from linocut import _linocut
from PIL import Image
kind = sys.argv[1]
picture = np.random.default_rng(0).integers(0, 256, (4096, 4096, 3), dtype=np.uint8)
image = picture if kind == "array" else Image.fromarray(picture).convert(kind)
del picture
_linocut.pixels(np.zeros((8, 8, 3), np.uint8), "white")
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
open("/proc/self/clear_refs", "w").write("5")
status = lambda: int([line for line in open("/proc/self/status") if line.startswith("VmHWM")][0].split()[1]) << 10
before = status()
pixels = _linocut.pixels(image, "white")
grown = status() - before
assert pixels.shape == (4096, 4096, 3)
assert grown < 1.3 * pixels.nbytes, grown / pixels.nbytes
"""
    if not os.path.exists("/proc/self/clear_refs"):
        pytest.skip("no /proc")
    ended = subprocess.run([sys.executable, "-c", code, kind], timeout=120, capture_output=True, text=True)
    if "PermissionError" in ended.stderr:
        pytest.skip("the peak cannot be reset")
    assert ended.returncode == 0, ended.stderr
