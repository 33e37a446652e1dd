"""Draws captions with diffusers from the latents of this project, and compares its pictures with this project's.

    unpack.py FOLDER                            (assets/small-model/make)
    judged linocut-small CAPTIONS PICTURES seed=1 limit=N
    beside.py FOLDER CAPTIONS PICTURES [--steps 20] [--guidance 4]

Prints the PSNR of each pair.
"""

import argparse
import math
import pathlib
import sys

import numpy
import torch
from diffusers import StableDiffusionPipeline
from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "fixtures/diffusion/samplers"))
from noise import normal

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("folder")
parser.add_argument("captions", help="one a line")
parser.add_argument("pictures", help="numbered from 0, of seeds from 1")
parser.add_argument("--steps", type=int, default=20)
parser.add_argument("--guidance", type=float, default=4.0)
args = parser.parse_args()

torch.set_num_threads(2)
pipeline = StableDiffusionPipeline.from_pretrained(args.folder, torch_dtype=torch.float32, safety_checker=None)
pipeline.set_progress_bar_config(disable=True)
captions = pathlib.Path(args.captions).read_text().splitlines()
for at, file in enumerate(sorted(pathlib.Path(args.pictures).glob("*.png"))):
    latents = torch.tensor([normal(at + 1, 0, place) for place in range(4 * 32 * 32)]).reshape(1, 4, 32, 32)
    theirs = pipeline(captions[at], 256, 256, args.steps, guidance_scale=args.guidance, latents=latents).images[0]
    ours = numpy.asarray(Image.open(file).convert("RGB"), dtype=float)
    error = numpy.mean((ours - numpy.asarray(theirs, dtype=float)) ** 2)
    print(f"{20 * math.log10(255) - 10 * math.log10(max(error, 1e-9)):.1f} dB  {captions[at]}")
