"""The drop-in for vtracer: its signatures, what its README does, and what programs that use it do."""

import inspect
import io
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

import linocut
import linocut.vtracer as vtracer
from conftest import disc

SVG = "{http://www.w3.org/2000/svg}"
CLASSIC = [
    "colormode", "hierarchical", "mode", "filter_speckle", "color_precision", "layer_difference", "corner_threshold",
    "length_threshold", "max_iterations", "splice_threshold", "path_precision",
]
"""The options of version 0.6, in its order."""
CONFIG = {
    "clustering": "color-cluster", "hierarchical": "stacked", "mode": "spline", "filter_speckle": 4, "color_precision": 6,
    "layer_difference": 16, "corner_threshold": 60, "length_threshold": 4.0, "max_iterations": 10, "splice_threshold": 45,
    "simplify": None, "path_precision": 2, "palette": None, "max_colors": None, "optimize": 1, "binary_threshold": 128,
    "adaptive": False, "adaptive_window": 0, "adaptive_t": 15.0, "watershed_detail": 128,
}
"""The options of version 1.0 alpha 4, in its order, with its defaults."""


def rgba(picture=None):
    picture = disc() if picture is None else picture
    return np.dstack([picture, np.full(picture.shape[:2], 255, np.uint8)])


def tuples(picture=None):
    return [tuple(map(int, pixel)) for pixel in rgba(picture).reshape(-1, 4)]


def names(function):
    parameters = inspect.signature(function).parameters.values()
    assert [p.name for p in parameters if p.kind is p.KEYWORD_ONLY] in ([], ["max_bytes", "seed"])
    return [p.name for p in parameters if p.kind is not p.KEYWORD_ONLY]


def test_the_signatures_are_those_of_0_6():
    assert names(vtracer.convert_image_to_svg_py) == ["image_path", "out_path", *CLASSIC]
    assert names(vtracer.convert_raw_image_to_svg) == ["img_bytes", "img_format", *CLASSIC]
    assert names(vtracer.convert_pixels_to_svg) == ["rgba_pixels", "size", *CLASSIC]


def test_the_signatures_are_those_of_1_0():
    assert names(vtracer.Config) == list(CONFIG)
    config = vtracer.Config()
    assert {name: getattr(config, name) for name in CONFIG} == {**CONFIG, "palette": []}
    assert names(vtracer.convert_file) == ["input_path", "output_path", "config"]
    assert names(vtracer.convert_bytes) == ["data", "config", "format"]
    assert names(vtracer.convert_pixels) == ["rgba", "width", "height", "config"]
    for method, expected in (("convert_file", names(vtracer.convert_file)[:2]), ("convert_bytes", ["data", "format"]), ("convert_pixels", ["rgba", "width", "height"])):
        assert names(getattr(config, method)) == expected
    assert vtracer.Config.bw().clustering == "bw" and vtracer.Config.poster().color_precision == 8
    assert vtracer.Config.photo().layer_difference == 48 and vtracer.Config.photo().corner_threshold == 180


def test_signatures_of_the_installed_package_are_ours():
    theirs = pytest.importorskip("vtracer")
    for name in ("convert_image_to_svg_py", "convert_raw_image_to_svg", "convert_pixels_to_svg"):
        if hasattr(theirs, name):
            assert names(getattr(vtracer, name)) == list(inspect.signature(getattr(theirs, name)).parameters)


@pytest.mark.parametrize("options", [{}, {"mode": "polygon"}, {"hierarchical": "cutout"}, {"colormode": "binary", "mode": "none"}])
def test_the_picture_is_that_of_the_installed_package(options):
    theirs = pytest.importorskip("vtracer")
    if not hasattr(theirs, "convert_pixels_to_svg"):
        pytest.skip("another version")
    expected = linocut.render(theirs.convert_pixels_to_svg(tuples(), (64, 48), **options), 64, 48)
    ours = linocut.render(vtracer.convert_pixels_to_svg(tuples(), (64, 48), **options), 64, 48)
    assert np.abs(ours.astype(int) - expected).mean() < 2


def test_what_the_readme_of_0_6_does(tmp_path, png):
    Image = pytest.importorskip("PIL.Image")
    inp, out = str(tmp_path / "in.png"), str(tmp_path / "out.svg")
    (tmp_path / "in.png").write_bytes(png)
    assert vtracer.convert_image_to_svg_py(inp, out) is None
    colour = open(out, encoding="utf-8").read()
    vtracer.convert_image_to_svg_py(inp, out, colormode="binary")
    assert open(out, encoding="utf-8").read() != colour
    assert vtracer.convert_raw_image_to_svg(png, img_format="png") == colour
    image = Image.open(inp).convert("RGBA")
    pixels = [tuple(image.getpixel((x, y))) for y in range(image.height) for x in range(image.width)]
    assert vtracer.convert_pixels_to_svg(pixels, image.size) == colour
    everything = dict(
        colormode="color", hierarchical="stacked", mode="spline", filter_speckle=4, color_precision=6, layer_difference=16,
        corner_threshold=60, length_threshold=4.0, max_iterations=10, splice_threshold=45, path_precision=3,
    )
    vtracer.convert_image_to_svg_py(inp, out, **everything)
    assert open(out, encoding="utf-8").read() == vtracer.convert_raw_image_to_svg(png, "png", *everything.values())


def test_what_the_readme_of_1_0_does(tmp_path, png):
    (tmp_path / "in.png").write_bytes(png)
    vtracer.convert_file(tmp_path / "in.png", tmp_path / "out.svg")
    svg = (tmp_path / "out.svg").read_text()
    assert svg == vtracer.convert_bytes(png) == vtracer.convert_pixels(rgba().tobytes(), 64, 48)
    config = vtracer.Config(mode="polygon", hierarchical="cutout")
    config.max_colors = 8
    config.palette = ["#1b1b1b", "#e0c088"]
    assert config.palette == ["#1B1B1B", "#E0C088"]
    assert set(re.findall(r'fill="(#\w+)"', config.convert_bytes(png))) <= {"#1B1B1B", "#E0C088"}
    vtracer.Config.poster().convert_file(str(tmp_path / "in.png"), str(tmp_path / "poster.svg"))
    assert (tmp_path / "poster.svg").exists()
    for bad in (lambda: vtracer.Config(mode="x"), lambda: setattr(config, "mode", "x"), lambda: vtracer.Config(palette=["#12"]), lambda: vtracer.convert_bytes(b"1"), lambda: vtracer.convert_pixels(b"1", 64, 48), lambda: config.convert_bytes(png, "docx")):
        with pytest.raises(ValueError):
            bad()
    with pytest.raises(OSError):
        vtracer.convert_file("gone.png", "x.svg")


def test_a_byte_budget_is_kept_and_the_seed_decides(png):
    noisy = np.random.default_rng(0).integers(0, 256, (48, 64, 3), dtype=np.uint8)
    sizes = [len(vtracer.convert_pixels_to_svg(tuples(noisy), (64, 48), max_bytes=most, seed=1)) for most in (700, 3000)]
    assert sizes[0] <= 700 < sizes[1] <= 3000
    one, again, other = (vtracer.convert_pixels(rgba(noisy), 64, 48, vtracer.Config(max_bytes=900, seed=seed)) for seed in (1, 1, 2))
    assert one == again != other and 'width="64" height="48"' in one
    own = vtracer.convert_bytes(png)
    assert vtracer.convert_bytes(png, vtracer.Config(max_bytes=len(own))) == own


def test_words_that_0_6_takes_for_its_default_are_warned_of():
    with pytest.warns(UserWarning, match="colormode is 'gray'"):
        assert vtracer.convert_pixels_to_svg(tuples(), (64, 48), colormode="gray") == vtracer.convert_pixels_to_svg(tuples(), (64, 48))


def test_pictures_of_other_formats_are_read_by_pillow(picture):
    Image = pytest.importorskip("PIL.Image")
    for kind in ("BMP", "GIF", "TIFF"):
        file = io.BytesIO()
        Image.fromarray(picture).save(file, kind)
        assert "<path" in vtracer.convert_raw_image_to_svg(file.getvalue())


# --- programs of others: what they ask for and how they read the answer, written anew ---


def test_comfyui_tosvg():
    """Yanick112/ComfyUI-ToSVG, svgnode.py: tensors of 0 to 1 become RGBA pixels, converted with every option by keyword; sliders go from 0
    to 10 for the precision of colours, and to 0.0 for lengths."""
    Image = pytest.importorskip("PIL.Image")
    batch = disc()[None].astype(np.float32) / 255
    for mode, color_precision, length_threshold in (("spline", 6, 4.0), ("polygon", 10, 0.0), ("none", 3, 10.0)):
        for tensor in batch:
            image = Image.fromarray(np.clip(255.0 * tensor.squeeze(), 0, 255).astype(np.uint8))
            image.putalpha(Image.new("L", image.size, 255))
            pixels = [tuple(pixel) for pixel in np.asarray(image).reshape(-1, 4).tolist()]
            svg = vtracer.convert_pixels_to_svg(
                pixels, size=image.size, colormode="color", hierarchical="stacked", mode=mode, filter_speckle=4,
                color_precision=color_precision, layer_difference=0 if mode == "none" else 16, corner_threshold=60,
                length_threshold=length_threshold, max_iterations=10, splice_threshold=45, path_precision=3,
            )
            drawn = linocut.render(svg)
            assert drawn.shape == (48, 64, 3) and np.abs(drawn.astype(int) - disc()).mean() < 12


def test_vtracer_web_ui(tmp_path):
    """LocalAI123/vtracer-web-ui, app.py: words from a form that version 0.6 does not know, and the text into a file."""
    with pytest.warns(UserWarning):
        svg = vtracer.convert_pixels_to_svg(
            tuples(), size=(64, 48), colormode="彩色", hierarchical="堆叠", mode="样条", filter_speckle=4, color_precision=6,
            layer_difference=16, corner_threshold=60, length_threshold=4.0, max_iterations=10, splice_threshold=45, path_precision=3,
        )
    (tmp_path / "output.svg").write_text(svg)
    assert svg == vtracer.convert_pixels_to_svg(tuples(), (64, 48), path_precision=3)


def test_a_drawing_robot(tmp_path, png):
    """An arm's skill that draws with `svgpathtools` what `convert_image_to_svg_py` wrote: it skips the first path, the border, and shifts the
    others by their `transform`, which must read `translate(X,Y)` with plain numbers."""
    (tmp_path / "in.png").write_bytes(png)
    vtracer.convert_image_to_svg_py(str(tmp_path / "in.png"), str(tmp_path / "out.svg"))
    paths = ET.parse(tmp_path / "out.svg").getroot().findall(f"{SVG}path")
    assert len(paths) > 1
    for path in paths[1:]:
        x, y = map(float, re.fullmatch(r"translate\((-?\d+\.?\d*),\s*(-?\d+\.?\d*)\)", path.get("transform")).groups())
        points = [tuple(map(float, pair)) for pair in re.findall(r"(-?[\d.]+)[ ,](-?[\d.]+)", path.get("d"))]
        assert all(-1 <= x + px <= 65 and -1 <= y + py <= 49 for px, py in points) and re.match(r"#[0-9A-F]{6}$", path.get("fill"))


def test_a_contest_converter():
    """A converter of the contest *Drawing with LLMs* that tries settings until an SVG of at most 10,000 bytes is closest, drops the XML
    declaration and the attribute `version`, and hands the rest in."""
    best, size = None, 0
    for filter_speckle, layer_difference in ((10, 64), (20, 128)):
        svg = vtracer.convert_pixels_to_svg(
            rgba_pixels=tuples(disc(256, 256)), size=(256, 256), colormode="color", hierarchical="stacked", mode="polygon",
            filter_speckle=filter_speckle, color_precision=6, layer_difference=layer_difference, path_precision=8,
        )
        if size < len(svg.encode()) <= 10_000:
            best, size = svg, len(svg.encode())
    ET.register_namespace("", SVG[1:-1])
    root = ET.fromstring(best)
    del root.attrib["version"]
    assert linocut.check(ET.tostring(root, encoding="unicode")) == []
