#!/usr/bin/env python3
"""Opens pages of `linocut gallery` in headless Chromium from file:// and uses them as a person would.

Ends with code 0 if every expectation holds, with 1 and the first that does not otherwise. Needs Python 3.11 and Chromium.

    cargo build -p linocut-cli
    lab/gallery/drive.py target/debug/linocut
    lab/gallery/drive.py target/debug/linocut --runs RUN OTHER_RUN --shots FOLDER
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import runs
from devtools import Page
from driver import IDS, LOADED, NUMBERS, Driver, expect
from shots import shots

ROWS = 500


def check_hostile(driver):
    page = driver.page
    driver.open(driver.build("hostile.html", runs.hostile(os.path.join(driver.home, "hostile"))))
    page.until(f"{LOADED} === {len(runs.HOSTILE)}")
    expect(page.eval("typeof window.hacked"), "undefined", "scripts of texts and SVGs")
    shown = page.eval("[...document.querySelectorAll('#cards .description')].map((text) => text.textContent)")
    expect(sorted(shown), sorted([*runs.HOSTILE, "a row that failed", "a picture that is gone"]), "descriptions")
    expect(
        page.eval("document.querySelectorAll('main script, main b b, .unused b').length"), 0, "elements made of text"
    )
    reasons = page.eval("[...document.querySelectorAll('.none.failed')].map((reason) => reason.textContent).join('|')")
    for reason in ("generate: no ink", "gone.svg is missing"):
        expect(reason in reasons, True, f"reason {reason!r} in {reasons!r}")
    expect(
        "line 9 is cut off" in page.eval("document.querySelector('#notes').textContent"), True, "note of the torn line"
    )
    page.click("#failed")
    expect(driver.page.eval(f"{IDS}.sort()"), ["failed", "gone"], "failed only")
    page.click("#reset")
    driver.fits("hostile texts")
    driver.choose("#words", "x" * 100)
    page.click("#cards .picture")
    for width in (320, 1280):
        page.size(width, 900)
        expect(
            page.eval("['#zoom', '#zoom-text'].every((id) => document.querySelector(id).scrollWidth <= innerWidth)"),
            True,
            f"a long word enlarged fits {width} px",
        )
    page.press("Escape")
    driver.clean("hostile texts")


def check_empty(driver):
    folder = runs.write(os.path.join(driver.home, "empty"), [])
    driver.open(driver.build("empty.html", folder))
    expect(driver.page.eval("document.querySelector('#nothing').textContent"), "This run has no rows yet.", "empty run")
    driver.open(driver.build("empties.html", folder, folder))
    expect(driver.count(), 0, "pairs of empty runs")
    driver.fits("an empty run")
    driver.clean("an empty run")


def check_many(driver, folder):
    page, path = driver.page, driver.build("many.html", folder)
    start = time.monotonic()
    driver.open(path)
    ready = time.monotonic() - start
    expect(driver.count(), ROWS, "rows")
    page.until(f"{LOADED} > 0")
    expect(page.eval(f"{LOADED} < 60"), True, "pictures far below are not loaded")
    page.eval("scrollTo(0, document.body.scrollHeight)")
    page.until(f"[...document.querySelectorAll('#cards img')].at(-1).naturalWidth > 0")
    page.eval("scrollTo(0, 0)")
    records = [json.loads(line) for line in open(os.path.join(folder, "results.jsonl"))]
    for name in ("score", "likeness", "bytes", "seconds"):
        driver.sort(name)
        value = (lambda r: r["scores"]["likeness"]) if name == "likeness" else (lambda r: r[name])
        order = {r["id"]: value(r) for r in records}
        found = [order[i] for i in page.eval(IDS)]
        expect(found, sorted(found, reverse=True), f"highest {name} first")
    page.click("#direction")
    found = [order[i] for i in page.eval(IDS)]
    expect(found, sorted(found), "lowest first after the button")
    driver.sort("id")
    expect(page.eval(IDS), [f"n{i}" for i in range(ROWS)], "ids in the order of numbers")
    took = page.eval(
        "(() => { const start = performance.now(); sortBy(0, true); showCards(); document.body.offsetHeight; return performance.now() - start; })()"
    )
    driver.fits("many rows")
    driver.named("many rows")
    driver.clean("many rows")
    print(f"{ROWS} rows, {os.path.getsize(path) / 1e6:.1f} MB: listed in {ready:.2f} s, sorted in {took:.0f} ms")
    return records


def check_filters(driver, records):
    page = driver.page
    page.eval("document.activeElement.blur()")
    page.press("/", "/")
    page.type("FOX á")
    wanted = {r["id"] for r in records if "fox" in r["description"]}
    expect(set(page.eval(IDS)), wanted, "rows with both words")
    expect(page.eval("document.querySelector('#count').textContent"), f"{len(wanted)} of {ROWS} shown", "count")
    driver.choose("#low", "0.25")
    driver.choose("#high", "0.5")
    inside = {r["id"] for r in records if "fox" in r["description"] and 0.25 <= r["score"] <= 0.5}
    expect(set(page.eval(IDS)), inside, "rows with both words and a score in the range")
    driver.choose("#words", "no such word")
    expect(page.eval("document.querySelector('#nothing').hidden"), False, "word that nothing has")
    page.click("#reset")
    expect(driver.count(), ROWS, "rows after clearing")


def check_zoom(driver):
    page = driver.page
    driver.sort("id")
    page.eval("scrollTo(0, 0)")
    page.click("#cards > li:nth-child(2) .picture")
    page.until("document.querySelector('#zoom').open && document.querySelector('#zoom img').naturalWidth > 0")
    width, height = page.eval(
        "(() => { const box = document.querySelector('#zoom img').getBoundingClientRect(); return [box.width, box.height]; })()"
    )
    expect(min(width, height) > 600, True, f"size {width} x {height} of a picture enlarged at 1280 x 900")
    expect(
        page.eval("document.querySelector('#zoom img').src.startsWith('data:image/svg+xml,')"), True, "the SVG itself"
    )
    place = "document.querySelector('#zoom-place').textContent"
    for key, wanted in (
        ("ArrowRight", "n2 · 3"),
        ("ArrowLeft", "n1 · 2"),
        ("End", f"n{ROWS - 1} · {ROWS}"),
        ("ArrowRight", f"n{ROWS - 1} · {ROWS}"),
        ("Home", "n0 · 1"),
        ("ArrowDown", "n1 · 2"),
        ("ArrowDown", "n2 · 3"),
    ):
        page.press(key)
        expect(page.eval(place), f"{wanted} of {ROWS}", f"after {key}")
    page.press("+", "+")
    expect(
        page.eval(
            "document.querySelector('#zoom img').getBoundingClientRect().width >= 2.9 * document.querySelector('.sheet').clientWidth"
        ),
        True,
        "magnified",
    )
    page.press("-", "-")
    driver.named("an enlarged picture")
    page.press("Escape")
    expect(page.eval("document.querySelector('#zoom').open"), False, "dialog after Escape")
    expect(page.eval("document.activeElement.closest('li')?.dataset.id"), "n2", "focus after Escape")
    driver.clean("zoom")


def check_compare(driver, first, second, records, others):
    page = driver.page
    driver.open(driver.build("compare.html", first, second))
    ours, theirs = ({r["id"]: r["score"] for r in run} for run in (records, others))
    common = [i for i in ours if i in theirs]
    changes = {i: theirs[i] - ours[i] for i in common}
    expect(driver.count(), len(ours), "pairs and rows of one run only")
    ids = page.eval(IDS)
    expect(ids[: len(common)], sorted(common, key=lambda i: -changes[i]), "highest difference first")
    expect(
        page.eval(NUMBERS)[: len(common)], [round(changes[i], 3) + 0.0 for i in ids[: len(common)]], "differences shown"
    )
    mean = sum(changes.values()) / len(changes)
    low, high = interval(list(changes.values()))
    said = page.eval(
        "[...document.querySelector('#summary tbody tr').children].map((cell) => cell.textContent.replaceAll('−', '-'))"
    )
    expect(said[1], f"{mean:+.3f}", "mean difference")
    found = [float(end) for end in said[3].split(" to ")]
    expect(
        all(abs(a - b) < 0.01 for a, b in zip(found, (low, high))),
        True,
        f"interval {found} beside {low:.3f} to {high:.3f}",
    )
    expect(
        [int(n) for n in said[4:]],
        [
            sum(c > 0 for c in changes.values()),
            sum(c < 0 for c in changes.values()),
            sum(c == 0 for c in changes.values()),
        ],
        "higher, lower, equal",
    )
    page.click("#direction")
    expect(page.eval(IDS)[0], min(common, key=lambda i: changes[i]), "lowest difference first")
    page.click("#cards > li .picture")
    page.until("[...document.querySelectorAll('#zoom img')].filter((image) => image.naturalWidth > 0).length === 2")
    page.press("Escape")
    for side, run in enumerate((ours, theirs)):
        page.click(f"#views label:nth-of-type({side + 1})")
        expect(driver.count(), len(run), f"rows of run {side + 1}")
    page.click("#views label:nth-of-type(3)")
    driver.fits("a comparison")
    driver.named("a comparison")
    driver.clean("a comparison")


def interval(values):
    """95 % interval of the mean by a bootstrap of our own."""
    rng = random.Random(1)
    means = sorted(sum(rng.choices(values, k=len(values))) / len(values) for _ in range(2000))
    return means[50], means[1949]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("linocut", help="the built command")
    parser.add_argument("--chromium", default="chromium", help="the browser")
    parser.add_argument("--runs", nargs=2, metavar=("RUN", "OTHER"), help="folders of `batch` to take screenshots of")
    parser.add_argument("--shots", default="shots", help="where screenshots go")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gallery-") as home:
        page = Page(arguments.chromium)
        try:
            driver = Driver(os.path.abspath(arguments.linocut), page, home)
            page.size(1280, 900)
            check_hostile(driver)
            check_empty(driver)
            first = runs.many(os.path.join(home, "first"), ROWS, 1)
            second = runs.many(os.path.join(home, "second"), ROWS, 2, missing={3, 4})
            records = check_many(driver, first)
            check_filters(driver, records)
            check_zoom(driver)
            others = [json.loads(line) for line in open(os.path.join(second, "results.jsonl"))]
            check_compare(driver, first, second, records, others)
            if arguments.runs:
                shots(driver, *arguments.runs, arguments.shots)
        except (AssertionError, RuntimeError, TimeoutError, subprocess.CalledProcessError) as error:
            sys.exit(f"failed: {error}")
        finally:
            page.close()
    print("all expectations hold")


if __name__ == "__main__":
    main()
