"""Makes of the training's state a folder in diffusers' layout with weights in f16.

    assemble.py STATE START OUT [A|B|C]

START is the folder that the training began with: configurations, tokenizer and scheduler are its own, and so is each network that no
stage has trained yet. The last argument is the last stage to take, if not all.
"""

import pathlib
import shutil
import sys

import torch
from safetensors.torch import load_file, save_file

from state import averages, read_tensors

FILES = {
    "vae": "vae/diffusion_pytorch_model.safetensors",
    "unet": "unet/diffusion_pytorch_model.safetensors",
    "text_encoder": "text_encoder/model.safetensors",
}


def trained(state, name, last):
    """Average weights of a network after the last stage that trained it, or nothing."""
    if name == "vae":
        return read_tensors(state / "latents", "vae") or averages(state / "autoencoder", "vae")
    return (averages(state / "distil", name) if last == "C" else {}) or (averages(state / "denoiser", name) if last != "A" else {})


def main():
    state, start, out = (pathlib.Path(text) for text in sys.argv[1:4])
    last = sys.argv[4] if len(sys.argv) > 4 else "C"
    for file in start.rglob("*"):
        if file.is_file() and file.suffix != ".safetensors":
            copy = out / file.relative_to(start)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
    for name, file in FILES.items():
        weights, first = trained(state, name, last), load_file(start / file)
        print(f"{name}: {sum(key in weights for key in first)} of {len(first)} tensors trained, the others as at the start")
        weights = first | weights
        weights = {key: value.half() for key, value in weights.items()}
        bad = [key for key, value in weights.items() if not torch.isfinite(value).all()]
        if bad:
            sys.exit(f"{name}: not finite in f16: {bad[:5]}")
        save_file(weights, out / file, metadata={"format": "pt"})
    print(f"{out}: {sum(file.stat().st_size for file in out.rglob('*') if file.is_file()) / 1e6:.1f} MB")


main()
