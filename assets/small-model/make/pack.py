"""Packs a checkpoint in diffusers' layout into what ships: weights in 8 bits, one scale for each row.

    pack.py CHECKPOINT [OUT]

Writes the files of CHECKPOINT into OUT, by default `assets/small-model/data`, and the UNet beside it into `../small-unet/data`. The
layout of a packed tensor is optimum-quanto's for qint8: `name._data` (I8) and `name._scale` (f16). Vectors stay as they are.
"""

import pathlib
import shutil
import sys

import torch
from safetensors.torch import load_file, save_file

FILES = ["vae/diffusion_pytorch_model.safetensors", "text_encoder/model.safetensors", "unet/diffusion_pytorch_model.safetensors"]
OTHERS = [
    "model_index.json",
    "scheduler/scheduler_config.json",
    "text_encoder/config.json",
    "tokenizer/merges.txt",
    "tokenizer/special_tokens_map.json",
    "tokenizer/tokenizer_config.json",
    "tokenizer/vocab.json",
    "unet/config.json",
    "vae/config.json",
]


def packed(weights):
    """The tensors with those of two dimensions and more in 8 bits."""
    out = {}
    for name, value in weights.items():
        if value.dim() < 2:
            out[name] = value.half()
            continue
        wide = value.float()
        rows = wide.flatten(1)
        scale = (rows.abs().amax(1).clamp(min=1e-6) / 127).half()
        data = (rows / scale.float()[:, None]).round().clamp(-127, 127).to(torch.int8)
        out[f"{name}._data"] = data.reshape(value.shape).contiguous()
        out[f"{name}._scale"] = scale.reshape([-1] + [1] * (value.dim() - 1))
    return out


def main():
    checkpoint = pathlib.Path(sys.argv[1])
    here = pathlib.Path(__file__).resolve().parent.parent
    out = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else here / "data"
    unet = out / "unet" if len(sys.argv) > 2 else here.parent / "small-unet" / "data"
    for name in OTHERS:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(checkpoint / name, out / name)
    for name in FILES:
        to = unet / pathlib.Path(name).name if name.startswith("unet/") else out / name
        to.parent.mkdir(parents=True, exist_ok=True)
        save_file(packed(load_file(checkpoint / name)), to, metadata={"format": "pt"})
        print(f"{to}: {to.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
