#!/usr/bin/env python3
"""Builds assets/art/data/art.zip from four npm packages, a Debian package and the drawings in `drawn`.

usage: build_archive.py [--packages FOLDER] [--normalised FOLDER] [--out FILE]

FOLDER of `--packages` holds the unpacked packages as `noto`, `fluent`, `flat`, `emojibase` (what holds package.json) and
`openclipart` (what holds the folder `animals`); without it the script fetches them with `npm pack` and `apt-get download`.
FOLDER of `--normalised` keeps the rewritten pictures; those that are there already are not made again. Needs cargo; apart
from that the standard library only. The archive is the same, byte for byte, for the same packages and zlib.
"""

import argparse
import json
import pathlib
import subprocess
import tarfile
import tempfile
import zipfile

import drawn
import emoji
import openclipart

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
NPM = {
    "noto": "@iconify-json/noto@1.2.9",
    "fluent": "@iconify-json/fluent-emoji-flat@1.2.6",
    "flat": "@iconify-json/flat-color-icons@1.2.3",
    "emojibase": "emojibase-data@17.0.0",
}
DEBIAN = "openclipart-svg=1:0.18+dfsg-19"
DROPPED = HERE / "dropped.txt"
TEXTS = ["LICENSE-noto", "LICENSE-fluent", "LICENSE-flat-color-icons", "LICENSE-emojibase", "CREDITS"]
FIXED_DATE = (1980, 1, 1, 0, 0, 0)


def fetched(scratch):
    """Folder with all packages, unpacked."""
    for name, package in NPM.items():
        done = subprocess.run(["npm", "pack", "--silent", package], cwd=scratch, check=True, capture_output=True, text=True)
        with tarfile.open(scratch / done.stdout.split()[-1]) as archive:
            archive.extractall(scratch / f"npm-{name}", filter="data")
        (scratch / f"npm-{name}" / "package").rename(scratch / name)
    subprocess.run(["apt-get", "download", DEBIAN], cwd=scratch, check=True)
    package = next(scratch.glob("openclipart-svg*.deb"))
    subprocess.run(["dpkg-deb", "-x", package, scratch / "debian"], check=True)
    (scratch / "debian/usr/share/openclipart/svg").rename(scratch / "openclipart")
    return scratch


def pictures(packages):
    """All pictures that are wanted, by file name; those of the same name and those dropped by hand are left out."""
    dropped = {line.strip() for line in DROPPED.read_text(encoding="utf-8").splitlines() if not line.startswith("#")}
    found = {}
    for picture in [
        *emoji.emoji_pictures("noto", packages / "noto", packages / "emojibase"),
        *emoji.emoji_pictures("fluent", packages / "fluent", packages / "emojibase"),
        *emoji.flat_pictures(packages / "flat"),
        *openclipart.pictures(packages / "openclipart"),
        *drawn.pictures(),
    ]:
        if picture.file not in dropped:
            found.setdefault(picture.file, picture)
    return dict(sorted(found.items()))


def normalise(found, folder, scratch):
    """Writes each picture that is not in the folder yet as `lab/art/normalise.rs` makes it."""
    source = scratch / "source"
    source.mkdir()
    report = folder / "report.tsv"
    known = report.read_text(encoding="utf-8") if report.exists() else ""
    tried = {line.split("\t")[0] for line in known.splitlines()}
    for name, picture in found.items():
        if f"{name}.svg" not in tried:
            (source / f"{name}.svg").write_text(picture.svg, encoding="utf-8")
    command = ["cargo", "run", "--quiet", "--release", "--package", "linocut-svg", "--example", "normalise", "--", source, folder]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    report.write_text(known + done.stdout, encoding="utf-8")


def with_groups(found):
    """Gives pictures of Open Clip Art the group of the emoji with their label, or with its last word."""
    groups = {p.label: p.group for p in found.values() if p.source == "noto"}
    for picture in found.values():
        if picture.source not in ("noto", "drawn"):
            picture.group = groups.get(picture.label, groups.get(picture.label.split()[-1], picture.group))


def contents(found, folder):
    """File name -> text of everything in the archive."""
    with_groups(found)
    files, index = {}, []
    for name, picture in found.items():
        path = folder / f"{name}.svg"
        if path.exists():
            files[f"svg/{name}.svg"] = path.read_text(encoding="utf-8")
            index.append(picture.record())
    files["index.json"] = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    for name in TEXTS:
        files[name] = (HERE / name).read_text(encoding="utf-8")
    return files


def write(files, out):
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, FIXED_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name].encode(), compresslevel=9)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", type=pathlib.Path)
    parser.add_argument("--normalised", type=pathlib.Path)
    parser.add_argument("--out", default=ROOT / "assets/art/data/art.zip", type=pathlib.Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        scratch = pathlib.Path(place)
        found = pictures(options.packages or fetched(scratch))
        folder = options.normalised or scratch / "normalised"
        folder.mkdir(exist_ok=True)
        normalise(found, folder, scratch)
        files = contents(found, folder)
    write(files, options.out)
    sizes = sorted(len(text.encode()) for name, text in files.items() if name.startswith("svg/"))
    print(f"{len(sizes)} pictures, {options.out.stat().st_size} bytes; a picture: {sizes[len(sizes) // 2]} median, {sizes[-1]} most")


if __name__ == "__main__":
    main()
