"""Writes the shipped model as a folder that diffusers loads: weights in f32, as this project reads them.

    unpack.py OUT
"""

import pathlib
import shutil
import sys

from safetensors.torch import load_file, save_file


def wide(stored):
    """Packed tensors in f32."""
    out = {key: value for key, value in stored.items() if not key.endswith(("._data", "._scale"))}
    for key in (key.removesuffix("._data") for key in stored if key.endswith("._data")):
        out[key] = stored[f"{key}._data"].float() * stored[f"{key}._scale"].float()
    return {key: value.float() for key, value in out.items()}


def main():
    here = pathlib.Path(__file__).resolve().parent.parent
    out = pathlib.Path(sys.argv[1])
    sources = [(file, file.relative_to(here / "data")) for file in sorted((here / "data").rglob("*")) if file.is_file()]
    unet = here.parent / "small-unet" / "data" / "diffusion_pytorch_model.safetensors"
    for file, name in [*sources, (unet, pathlib.Path("unet") / unet.name)]:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        if file.suffix == ".safetensors":
            save_file(wide(load_file(file)), out / name, metadata={"format": "pt"})
        else:
            shutil.copyfile(file, out / name)


if __name__ == "__main__":
    main()
