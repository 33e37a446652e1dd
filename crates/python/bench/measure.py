"""Prints the tables of docs/results/python.md. Compared runs alternate; figures are medians, with the least and the greatest in brackets.

    python bench/measure.py --command ../../target/release/linocut [--rounds N] [--pictures N] [--descriptions N] [--kills N]
        [--sweeps N] [--tracer NAME] [--side 1|2] [PART ...]

`--side` runs one of the two sides that a part compares, where both would take too long for one call.

Parts: cost, command, batch, memory, ray-trace, ray-draw, ray-batch, kills. Use an idle machine: `load` beside a table is the load average of the last minute.
"""

import argparse
import csv
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

import linocut


def picture(width, height, seed):
    """A few soft shapes and some noise: neither flat nor a photograph."""
    dice = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width] / max(width, height)
    image = np.full((height, width, 3), dice.uniform(60, 200, 3))
    for _ in range(12):
        cx, cy, r = dice.uniform(0, 1), dice.uniform(0, 1), dice.uniform(0.04, 0.3)
        inside = np.clip((r - np.hypot(x - cx, y - cy)) * 60, 0, 1)[..., None]
        image += inside * (dice.uniform(0, 255, 3) - image)
    return np.clip(image + dice.normal(0, 3, image.shape), 0, 255).astype(np.uint8)


def seconds(work):
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def told(values):
    return f"{statistics.median(values):.3f} [{min(values):.3f} to {max(values):.3f}]"


def compare(title, options, rounds, *sides):
    """Runs both sides in turn, and prints their times and the ratio of the first to the second; or one side only, if that is asked for."""
    sides = sides if options.side is None else sides[options.side - 1 : options.side]
    times = [[] for _ in sides]
    for round_ in range(rounds):
        for which in range(len(sides)) if round_ % 2 == 0 else reversed(range(len(sides))):
            times[which].append(seconds(sides[which][1]))
    print(f"\n{title}; load {os.getloadavg()[0]:.1f}\n")
    for (name, _), values in zip(sides, times):
        print(f"| {name} | {told(values)} s |")
    if len(sides) == 2:
        ratios = [a / b for a, b in zip(*times)]
        print(f"| ratio | {statistics.median(times[0]) / statistics.median(times[1]):.3f} [{min(ratios):.3f} to {max(ratios):.3f}] |")


def command(options, home):
    path = home / "photo.png"
    Image.fromarray(picture(640, 480, 0)).save(path)
    run = [options.command, "trace", str(path), "--out", str(home / "out.svg"), "--threads", "1", "--sweeps", "120"]
    measured = []

    def by_command():
        # What the command says that tracing and writing took; its start and the comparison afterwards are no part of it.
        said = subprocess.run([*run, "--json"], check=True, capture_output=True, text=True).stdout
        measured.append(float(json.loads(said)["seconds"]))

    python, rounds = [], options.rounds
    for _ in range(rounds):
        by_command()
        python.append(seconds(lambda: linocut.trace(path, threads=1, sweeps=120).save(home / "out.svg")))
    subprocess.run(run, check=True, capture_output=True)
    same = linocut.trace(path, threads=1, sweeps=120) == (home / "out.svg").read_text()
    print(f"\nOne picture of 640 x 480 px, 120 sweeps, one thread; load {os.getloadavg()[0]:.1f}; equal bytes: {same}\n")
    print(f"| the command | {told(measured)} s |\n| Python | {told(python)} s |")
    print(f"| ratio | {statistics.median(python) / statistics.median(measured):.3f} |")


def batch(options, home):
    pictures = [picture(192, 144, seed) for seed in range(options.batch)]
    compare(
        f"`trace_batch` of {options.batch} pictures of 192 x 144 px, 20 sweeps", options, options.rounds,
        ("one worker", lambda: linocut.trace_batch(pictures, workers=1, sweeps=20)),
        ("two workers", lambda: linocut.trace_batch(pictures, workers=2, sweeps=20)),
    )


def memory(options, home):
    def resident():
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20

    small = picture(24, 24, 0)

    def calls(count):
        for _ in range(count):
            linocut.trace(small, method="contours", max_bytes=600)

    calls(500)
    print(f"\n10,000 calls of `trace` on a picture of 24 x 24 px\n\n| calls | resident MiB |\n|--:|--:|\n| 500 | {resident():.1f} |")
    for count in (2500, 5000, 10_000):
        calls(2500 if count == 5000 else 2000 if count == 2500 else 5000)
        print(f"| {count} | {resident():.1f} |")


def cost(options, home):
    """Time of the processor, which other processes disturb less than the clock."""
    photo, svg = picture(640, 480, 0), linocut.trace(picture(96, 72, 0), method="contours")
    jobs = {
        "trace, 60 sweeps": lambda i: linocut.trace(photo, threads=1, seed=i),
        "trace, 20 sweeps": lambda i: linocut.trace(photo, threads=1, seed=i, sweeps=20),
        "draw, one candidate": lambda i: linocut.draw(f"a red boat number {i}", candidates=1, threads=1),
        "draw, four candidates": lambda i: linocut.draw(f"a red boat number {i}", candidates=4, threads=1),
        "check": lambda i: [linocut.check(svg) for _ in range(1000)],
    }
    linocut.draw("a boat", candidates=1, tracers=["contours"])
    print(f"\nSeconds of one core per row; load {os.getloadavg()[0]:.1f}\n")
    for name, job in jobs.items():
        times = []
        for i in range(max(3, options.rounds // 3)):
            began = time.process_time()
            job(i)
            times.append((time.process_time() - began) / (1000 if name == "check" else 1))
        hours = statistics.median(times) * 1e6 / 3600
        print(f"| {name} | {statistics.median(times):.5f} [{min(times):.5f} to {max(times):.5f}] | {hours:.1f} core-hours a million |")


def data(options, home):
    folder = home / "pictures"
    if not folder.exists():
        folder.mkdir()
        for i in range(options.pictures):
            Image.fromarray(picture(96, 72, i)).save(folder / f"{i:05}.png")
        subjects = ["boat", "forest", "castle", "lighthouse", "red kite", "snowy plain", "wool coat", "purple triangle"]
        with (home / "list.csv").open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["id", "description"])
            rows.writerows((f"d{i}", f"a {subjects[i % 8]} number {i}") for i in range(options.descriptions))
    return folder, home / "list.csv"


def fresh(home):
    out = home / "out"
    shutil.rmtree(out, ignore_errors=True)
    return out


def on_ray(title, options, *sides):
    # Started once: a worker has one core, and the time to start Ray is no part of the work. The workers' start is.
    import ray as engine

    engine.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    compare(title, options, max(1, options.rounds // 3), *sides)
    engine.shutdown()


def ray_trace(options, home):
    from linocut.ray import trace_dataset

    folder, _ = data(options, home)
    # At least twenty blocks, so that the last ones do not leave a worker idle for long.
    rows = min(32, max(1, options.pictures // 20))

    def run(workers):
        trace_dataset(folder, fresh(home), workers=workers, sweeps=options.sweeps, block_rows=rows)

    on_ray(
        f"Ray: {options.pictures} pictures of 96 x 72 px, {options.sweeps} sweeps, {rows} rows a block", options,
        ("one worker", lambda: run(1)), ("two workers", lambda: run(2)),
    )


def drawn_on_ray(options, home, workers):
    from linocut.ray import draw_dataset

    _, descriptions = data(options, home)
    draw_dataset(descriptions, fresh(home), workers=workers, candidates=1, tracers=[options.tracer], block_rows=2)


def ray_draw(options, home):
    on_ray(
        f"Ray: {options.descriptions} descriptions, one candidate, {options.tracer}", options,
        ("one worker", lambda: drawn_on_ray(options, home, 1)), ("two workers", lambda: drawn_on_ray(options, home, 2)),
    )


def ray_batch(options, home):
    _, descriptions = data(options, home)
    run = [options.command, "batch", str(descriptions), "--candidates", "1", "--tracers", options.tracer, "--jobs", "2", "--out"]
    on_ray(
        f"{options.descriptions} descriptions, one candidate, {options.tracer}, two workers", options,
        ("Ray", lambda: drawn_on_ray(options, home, 2)),
        ("`linocut batch --jobs 2`", lambda: subprocess.run([*run, str(fresh(home))], check=True, capture_output=True)),
    )


def kills(options, home):
    test = Path(__file__).parents[1] / "tests" / "test_ray.py"
    environment = {**os.environ, "LINOCUT_KILLS": str(options.kills)}
    ended = subprocess.run([sys.executable, "-m", "pytest", "-q", str(test), "-k", "killed_goes_on"], env=environment, capture_output=True, text=True)
    print(f"\n{options.kills} runs with kill -9 of workers and of the driver at random moments: {ended.stdout.strip().splitlines()[-1]}")


PARTS = {"cost": cost, "command": command, "batch": batch, "memory": memory, "ray-trace": ray_trace, "ray-draw": ray_draw, "ray-batch": ray_batch, "kills": kills}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    arguments.add_argument("--command", default="linocut")
    arguments.add_argument("--rounds", type=int, default=9)
    arguments.add_argument("--pictures", type=int, default=2000)
    arguments.add_argument("--descriptions", type=int, default=500)
    arguments.add_argument("--sweeps", type=int, default=20, help="of the part ray-trace")
    arguments.add_argument("--tracer", default="budget", help="of the parts ray-draw and ray-batch")
    arguments.add_argument("--side", type=int, choices=(1, 2))
    arguments.add_argument("--batch", type=int, default=64)
    arguments.add_argument("--kills", type=int, default=10)
    options = arguments.parse_args()
    print(f"{os.cpu_count()} cores, {sys.version.split()[0]}")
    with tempfile.TemporaryDirectory() as home:
        for part in options.parts or PARTS:
            PARTS[part](options, Path(home))
            sys.stdout.flush()


if __name__ == "__main__":
    main()
