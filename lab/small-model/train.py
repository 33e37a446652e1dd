"""Trains one stage for some seconds, going on from the last state: autoencoder (A), denoiser (B), then four steps (C).

    train.py A --state STATE --start FOLDER --painter BINARY --captions FILE --seconds 600 --total 5400

STATE gets weights and log. FOLDER, in diffusers' layout, is where the training starts and gives the shapes of the networks and the
tokenizer; it is never written to. A stage is done after `--total` seconds of training, over as many parts as it takes.
"""

import argparse
import importlib
import pathlib
import signal
import sys

import torch

STAGES = {"A": "autoencoder", "B": "denoiser", "C": "distil"}

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("stage", choices=STAGES)
parser.add_argument("--state", required=True)
parser.add_argument("--start", required=True)
parser.add_argument("--painter", required=True, help="the built program paint")
parser.add_argument("--captions", required=True, help="what captions.py wrote")
parser.add_argument("--seconds", type=float, default=600, help="of this part")
parser.add_argument("--total", type=float, default=5400, help="of the whole stage")
parser.add_argument("--batch", type=int, default=8, help="pictures of a step (A: crops of a quarter of a picture)")
parser.add_argument("--decoder-only", action="store_true", help="leaves the encoder and its latents as they are (A); whole pictures")
parser.add_argument("--pool", type=int, default=3000, help="pictures kept in memory (A)")
parser.add_argument("--latents", type=int, default=200_000, help="pictures kept as latents (B, C)")
parser.add_argument("--guidance", type=float, default=3.0, help="folded into the steps (C)")
parser.add_argument("--painters", type=int, default=1, help="processes that paint")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--report", type=float, default=240, help="seconds between lines of the log")
args = parser.parse_args()
args.recipe = pathlib.Path(__file__).parent
pathlib.Path(args.state).mkdir(parents=True, exist_ok=True)
torch.set_num_threads(args.threads)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
importlib.import_module(STAGES[args.stage]).train(args)
