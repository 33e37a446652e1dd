#!/usr/bin/env python3
"""Our writer against svgo 4 on the same grid: bytes, and PSNR of both against the original.

  compare.py --svgo node_modules/.bin/svgo --rewrite target/release/rewrite --grid N [--simplify TOLERANCE EXACTNESS] FOLDER

FOLDER holds SVGs. Each is read onto a grid of N units by our reader and written twice: by our writer, and in plain words (absolute
paths with every attribute) for svgo, which runs with multipass and precision 0. So both start from the same integers. PSNR is against
the plain words; 99 dB means that no pixel differs. With --simplify ours may leave outlines too; the setting is one for all files. Files that flat shapes cannot say are left out and counted.
Needs: pip install numpy pillow resvg-py; npm install svgo@4
"""
import argparse, glob, io, json, os, re, statistics, subprocess, tempfile
import numpy as np
from PIL import Image
import resvg_py

SIDE = 384


def picture(text):
    root = text[text.index("<svg"): text.index(">", text.index("<svg")) + 1]
    plain = re.sub(r'\s(width|height)="[^"]*"', "", root)
    sized = plain.replace("<svg", f'<svg width="{SIDE}" height="{SIDE}" preserveAspectRatio="none"', 1)
    png = bytes(resvg_py.svg_to_bytes(svg_string=text.replace(root, sized, 1)))
    page = Image.new("RGBA", (SIDE, SIDE), "white")
    page.alpha_composite(Image.open(io.BytesIO(png)).convert("RGBA").resize((SIDE, SIDE)))
    return np.asarray(page.convert("RGB"), np.float64)


def psnr(a, b):
    error = np.mean((a - b) ** 2)
    return 99.0 if error == 0 else 10 * np.log10(255**2 / error)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--svgo", required=True)
    parser.add_argument("--rewrite", required=True)
    parser.add_argument("--grid", type=int, required=True)
    parser.add_argument("--simplify", nargs=2, metavar=("TOLERANCE", "EXACTNESS"))
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("folder")
    args = parser.parse_args()
    options = ["--simplify", *args.simplify] if args.simplify else []
    rows, lost = [], 0
    with tempfile.TemporaryDirectory() as work:
        config = os.path.join(work, "svgo.config.mjs")
        open(config, "w").write("export default " + json.dumps({"multipass": True, "floatPrecision": 0}))
        for path in sorted(glob.glob(os.path.join(args.folder, "*.svg"))):
            plain, theirs, ours = (os.path.join(work, name) for name in ("plain.svg", "svgo.svg", "ours.svg"))
            ran = subprocess.run([args.rewrite, *options, str(args.grid), path, ours, plain], capture_output=True, text=True)
            if ran.returncode or ran.stderr:
                lost += 1
                continue
            subprocess.run([args.svgo, "--config", config, "-i", plain, "-o", theirs], check=True, stdout=subprocess.DEVNULL)
            original = picture(open(plain).read())
            sizes = [len(open(file).read().encode()) for file in (theirs, ours)]
            quality = [psnr(original, picture(open(file).read())) for file in (theirs, ours)]
            rows.append((os.path.basename(path), *sizes, *quality))
            if args.verbose:
                print(f"{rows[-1][0]:40s} svgo {sizes[0]:7d} B {quality[0]:6.2f} dB   ours {sizes[1]:7d} B {quality[1]:6.2f} dB  {sizes[1] / sizes[0]:.3f}")
    ratios = [row[2] / row[1] for row in rows]
    gains = [row[4] - row[3] for row in rows]
    print(f"{len(rows)} files, {lost} left out because flat shapes cannot say them")
    print(f"bytes ours / svgo: median {statistics.median(ratios):.3f}, largest {max(ratios):.3f}, over 1.01: {sum(r > 1.01 for r in ratios)}")
    both = sum(ratio <= 1.01 and gain >= -0.01 for ratio, gain in zip(ratios, gains))
    print(f"neither longer by over 1 % nor lower in PSNR: {both}")
    print(f"PSNR ours - svgo: median {statistics.median(gains):+.2f} dB, smallest {min(gains):+.2f} dB, below -0.01: {sum(g < -0.01 for g in gains)}")


if __name__ == "__main__":
    main()
