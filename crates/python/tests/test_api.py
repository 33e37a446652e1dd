"""What the functions of the package promise."""

import pickle
import re

import numpy as np
import pytest

import linocut
from conftest import QUICK, disc

SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><path d="M0 0h20v20H0"/></svg>'


def test_every_kind_of_picture_gives_the_same_svg(picture, png, tmp_path):
    Image = pytest.importorskip("PIL.Image")
    path = tmp_path / "disc.png"
    path.write_bytes(png)
    pil = Image.fromarray(picture)
    expected = linocut.trace(picture, **QUICK)
    strided = np.zeros((*picture.shape[:2], 6), np.uint8)
    strided[..., ::2] = picture
    for image in (
        png, bytearray(png), memoryview(png), path, str(path), pil, pil.convert("RGBA"), pil.quantize(8),
        picture[::-1][::-1], np.asfortranarray(picture), strided[..., ::2], np.dstack([picture, np.full((48, 64), 255, np.uint8)]),
    ):
        assert linocut.trace(image, **QUICK) == expected


def test_grey_and_transparent_pictures_are_read_as_they_look():
    grey = np.tile(np.arange(64, dtype=np.uint8) * 4, (48, 1))
    assert linocut.trace(grey, **QUICK) == linocut.trace(np.dstack([grey] * 3), **QUICK) == linocut.trace(grey[..., None], **QUICK)
    clear = np.dstack([disc(), np.zeros((48, 64), np.uint8)])
    assert (linocut.trace(clear, background="#102030", **QUICK).render(8) == [16, 32, 48]).all()


def test_without_a_background_what_is_transparent_stays_so(tmp_path):
    Image = pytest.importorskip("PIL.Image")
    y, x = np.mgrid[:48, :64]
    inside = (x - 32) ** 2 + (y - 24) ** 2 < 200
    cut = np.dstack([np.full((48, 64, 3), [200, 30, 40], np.uint8), np.where(inside, 255, 0).astype(np.uint8)])
    pil = Image.fromarray(cut, "RGBA")
    pil.save(tmp_path / "cut.png")
    options = dict(background=None, sweeps=8, max_bytes=600)
    svg = linocut.trace(cut, **options)
    drawn = svg.render(64, background=None)
    assert drawn.shape == (48, 64, 4) and np.abs(drawn[..., 3].astype(int) - cut[..., 3]).mean() < 6
    assert np.abs(drawn[24, 32].astype(int) - [200, 30, 40, 255]).max() < 8 and linocut.check(svg) == []
    for same in (pil, tmp_path / "cut.png", (tmp_path / "cut.png").read_bytes(), np.asfortranarray(cut)):
        assert linocut.trace(same, **options) == svg
    assert linocut.trace_batch([cut, disc()], workers=2, **options) == [svg, linocut.trace(disc(), sweeps=8, max_bytes=600)]
    grey = np.tile(np.arange(64, dtype=np.uint8) * 4, (48, 1))
    assert linocut.trace(grey, **options) == linocut.trace(grey, sweeps=8, max_bytes=600)


def test_the_seed_decides_and_threads_do_not(picture):
    noisy = np.random.default_rng(1).integers(0, 256, (60, 60, 3), dtype=np.uint8)
    traced = [linocut.trace(noisy, sweeps=4, max_bytes=900, seed=seed, threads=threads) for seed, threads in ((1, 1), (1, 4), (2, 1))]
    assert traced[0] == traced[1] != traced[2]


def test_a_batch_keeps_the_order_and_errors_where_they_are(picture, png):
    images = [disc(40 + i, 30) for i in range(9)]
    expected = [linocut.trace(image, **QUICK) for image in images]
    assert linocut.trace_batch(iter(images), workers=3, **QUICK) == expected
    mixed = [picture, b"no picture", png, object(), "gone.png"]
    made = linocut.trace_batch(mixed, workers=2, errors="return", **QUICK)
    assert [type(one) for one in made] == [linocut.Svg, linocut.DecodeError, linocut.Svg, TypeError, FileNotFoundError]
    with pytest.raises(linocut.DecodeError):
        linocut.trace_batch(mixed, workers=2, **QUICK)
    assert linocut.trace_batch([], workers=2) == []


def test_a_batch_ends_with_the_error_of_the_first_picture_that_has_one(picture):
    for _ in range(20):
        with pytest.raises(linocut.DecodeError):
            linocut.trace_batch([picture, b"no picture", object(), "gone.png"], workers=2, **QUICK)
        with pytest.raises(FileNotFoundError):
            linocut.trace_batch([picture, "gone.png", b"no picture", object()], workers=3, **QUICK)
        with pytest.raises(TypeError):
            linocut.trace_batch([object(), b"no picture"], workers=2, **QUICK)


def test_a_batch_takes_pictures_as_it_needs_them():
    taken = []

    def pictures():
        for i in range(200):
            taken.append(i)
            if i == 20:
                raise RuntimeError("no more")
            yield disc(16, 16)

    with pytest.raises(RuntimeError, match="no more"):
        linocut.trace_batch(pictures(), workers=2, **QUICK)
    assert len(taken) == 21


def test_an_svg_is_text_with_more(tmp_path, picture):
    svg = linocut.trace(picture, **QUICK)
    assert isinstance(svg, str) and svg.byte_count == len(svg.encode()) <= 1000 and svg._repr_svg_() == svg
    path = svg.save(tmp_path / "disc.svg")
    assert path.read_text(encoding="utf-8") == svg and [p.name for p in tmp_path.iterdir()] == ["disc.svg"]
    assert pickle.loads(pickle.dumps(svg)) == svg
    with pytest.raises(FileNotFoundError):
        svg.save(tmp_path / "gone" / "disc.svg")


def test_rendering_keeps_proportions_and_transparency():
    assert linocut.render(SQUARE).shape == (20, 40, 3)
    assert linocut.render(SQUARE, 80).shape == (40, 80, 3)
    assert linocut.render(SQUARE, height=10).shape == (10, 20, 3)
    drawn = linocut.render(SQUARE, 8, 4, background=None)
    assert drawn.shape == (4, 8, 4) and drawn[0, 0].tolist() == [0, 0, 0, 255] and drawn[0, 7, 3] == 0
    assert linocut.render(SQUARE, 8, background="#ff8000")[0, 7].tolist() == [255, 128, 0]


def test_violations_say_where():
    found = linocut.check("<svg>\n <text x='1'>a</text></svg>")
    assert [str(one) for one in found] == ["2:2: element `text` is not allowed"]
    assert (found[0].line, found[0].column, found[0].element, found[0].attribute) == (2, 2, "text", None)
    assert linocut.check(SQUARE) == [] and linocut.check(SQUARE.encode()) == []
    assert "bytes, at most 9 are allowed" in str(linocut.check(SQUARE, max_bytes=9)[0])
    assert "is not UTF-8" in str(linocut.check(b"<svg>\xff</svg>")[0])


def test_sanitising_makes_valid_and_minifying_shorter():
    made = linocut.sanitise("<svg viewBox='0 0 9 9'><text>a</text><rect width='9' height='9' onclick='x'/></svg>")
    assert linocut.check(made.svg) == [] and [change.element for change in made.changes][-2:] == ["text", "rect"]
    circle = '<svg viewBox="0 0 90 90"><path d="M80 45c0 19-16 35-35 35S10 64 10 45 26 10 45 10s35 16 35 35"/></svg>'
    small = linocut.minify(circle, 1.0)
    assert small.byte_count <= len(circle)
    assert np.abs(small.render(90).astype(int) - linocut.render(circle, 90)).mean() < 2
    with pytest.warns(linocut.LossWarning):
        text = '<svg viewBox="0 0 90 90"><text y="9">a</text><g transform="translate(0 0)"><g><rect width="50" height="50"/></g></g></svg>'
        linocut.minify(text)


def test_a_drawing_is_the_best_of_its_candidates():
    drawn = linocut.draw("a red boat on a lake", seed=3, candidates=2, tracers=["contours"], decoy=True, border=True)
    best = drawn.best
    assert linocut.check(best.svg) == [] and best.score == max(one.score for one in drawn.candidates)
    assert len(drawn.candidates) == 4 and {"fidelity", "coverage", "judge", "O(pp-ocr)"} == set(best.scores)
    assert best.picture.shape == (768, 768, 3) and drawn.contact_sheet().shape[2] == 3 and not drawn.cut_short
    assert linocut.draw("a red boat on a lake", seed=3, candidates=2, tracers=["contours"], decoy=True, border=True, threads=1).best.svg == best.svg
    scores = linocut.score(best.svg, "a red boat on a lake", source=best.picture)
    assert scores.parts["judge"] == pytest.approx(best.scores["judge"], abs=1e-6)


def test_generators_and_scorers_may_be_callables():
    asked = []

    def generator(description, seed):
        asked.append((description, seed))
        return disc(64, 64)

    drawn = linocut.draw("a disc", candidates=2, seed=5, generator=generator, scorer=lambda picture, _: -int(picture[0, 0, 0]), tracers=["contours"])
    assert ("a disc", 5) in asked and len({seed for _, seed in asked}) == 2
    assert drawn.best.scores == {"scorer": pytest.approx(-250, abs=3)}

    def broken(*_):
        raise RuntimeError("out of paint")

    drawn = linocut.draw("a disc", candidates=1, generator=broken, tracers=["contours"])
    assert "out of paint" in drawn.failures[0].error and drawn.best.origin == "last resort"
    assert "judge" not in linocut.draw("a disc", candidates=1, tracers=["contours"], generator=linocut.Collage(), scorer=lambda *_: 1.0).best.scores


def test_measures_of_pictures():
    a = np.random.default_rng(0).integers(0, 256, (200, 200, 3), dtype=np.uint8)
    same = linocut.metrics(a, a)
    assert same.psnr == float("inf") and same.ssim == pytest.approx(1) and same.ssimulacra2 == pytest.approx(100)
    b = a.copy()
    b[..., 0] ^= 1
    assert linocut.metrics(a, b).psnr == pytest.approx(10 * np.log10(255**2 / (1 / 3)), abs=1e-6)
    svg = linocut.trace(disc(200, 200), method="contours")
    assert linocut.metrics(disc(200, 200), svg).psnr > 20
    with pytest.raises(linocut.DifferenceError, match="cannot compare pictures of"):
        linocut.metrics(a, a[:-1])


def test_defending_follows_the_seed(picture):
    one, again, other = linocut.defend(picture), linocut.defend(picture), linocut.defend(picture, 7)
    assert (one.defended == again.defended).all() and (one.ocr == again.ocr).all() and (one.defended != other.defended).any()


def test_the_composer_says_what_it_shows():
    collage = linocut.Collage(64)
    told = collage.compose("a red kite over a serene beach", 7)
    assert told.unused_words == ["serene"] and {credit.license for credit in told.credits} <= {"Apache-2.0", "MIT", "CC-PDDC"}
    assert collage.picture("a red kite", 7).shape == (64, 64, 3)
    assert linocut.check(collage.drawing("a red kite", 7, max_bytes=2000), max_bytes=2000) == []


def test_errors_have_the_messages_of_the_library(picture):
    with pytest.raises(linocut.TraceError, match=re.escape("budget of 10 bytes is too small: the smallest drawing takes ")):
        linocut.trace(picture, max_bytes=10)
    with pytest.raises(linocut.PipelineError, match=re.escape("option `candidates` is 0, expected 1 to 10000")):
        linocut.draw("x", candidates=0)
    assert issubclass(linocut.TraceError, (linocut.Error, ValueError))
    error = pickle.loads(pickle.dumps(linocut.TraceError("no")))
    assert type(error) is linocut.TraceError and type(error).__module__ == "linocut"


def test_the_contest_model_draws_whatever_it_is_asked_for():
    from linocut.contest import Model

    model = Model(candidates=1, tracers=["contours"])
    for prompt in ("a purple forest at dusk", "", "\0 <&> \U0001f418", "word " * 500):
        svg = model.predict(prompt)
        assert isinstance(svg, str) and linocut.check(svg) == []
