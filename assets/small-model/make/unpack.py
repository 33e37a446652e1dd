"""Writes the shipped model as a folder that diffusers loads: weights in f32, as this project reads them.

    unpack.py OUT
"""

import pathlib
import shutil
import sys

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
            wide[key] = stored[f"{key}._data"].float() * stored[f"{key}._scale"].float()
        save_file({key: value.float() for key, value in wide.items()}, out / name, metadata={"format": "pt"})


main()
