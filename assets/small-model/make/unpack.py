"""Writes the shipped model as a folder that diffusers loads: weights in f16.

    unpack.py OUT
"""

import pathlib
import shutil
import sys

import torch
from safetensors.torch import load_file, save_file


def main():
    here = pathlib.Path(__file__).resolve().parent.parent
    out = pathlib.Path(sys.argv[1])
    sources = [(file, file.relative_to(here / "data")) for file in sorted((here / "data").rglob("*")) if file.is_file()]
    unet = here.parent / "small-unet" / "data" / "diffusion_pytorch_model.safetensors"
    for file, name in [*sources, (unet, pathlib.Path("unet") / unet.name)]:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        if file.suffix != ".safetensors":
            shutil.copyfile(file, out / name)
            continue
        stored = load_file(file)
        wide = {key: value for key, value in stored.items() if not key.endswith(("._data", "._scale"))}
        for key in (key.removesuffix("._data") for key in stored if key.endswith("._data")):
            wide[key] = (stored[f"{key}._data"].float() * stored[f"{key}._scale"].float()).to(torch.float16)
        save_file(wide, out / name, metadata={"format": "pt"})


main()
