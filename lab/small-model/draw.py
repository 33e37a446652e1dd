"""Draws captions with a folder in diffusers' layout and puts the pictures on one sheet.

    draw.py FOLDER CAPTIONS OUT.png [--steps 20] [--guidance 4]
"""

import argparse
import pathlib

import torch
from diffusers import StableDiffusionPipeline
from PIL import Image

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("folder")
parser.add_argument("captions", help="one a line")
parser.add_argument("out")
parser.add_argument("--most", type=int, default=16)
parser.add_argument("--columns", type=int, default=8)
parser.add_argument("--steps", type=int, default=20)
parser.add_argument("--guidance", type=float, default=4.0)
parser.add_argument("--seed", type=int, default=7)
args = parser.parse_args()

torch.set_num_threads(2)
pipeline = StableDiffusionPipeline.from_pretrained(args.folder, torch_dtype=torch.float32, safety_checker=None)
pipeline.set_progress_bar_config(disable=True)
captions = pathlib.Path(args.captions).read_text().splitlines()[: args.most]
sheet = Image.new("RGB", (256 * min(args.columns, len(captions)), 256 * -(-len(captions) // args.columns)))
for at, caption in enumerate(captions):
    noise = torch.Generator().manual_seed(args.seed + at)
    picture = pipeline(caption, 256, 256, args.steps, guidance_scale=args.guidance, generator=noise).images[0]
    sheet.paste(picture, (at % args.columns * 256, at // args.columns * 256))
sheet.save(args.out)
