"""Packs the trained writer into what ships: a folder in the layout of Llama, weights in 8 bits.

    build.py MODEL [OUT]

MODEL is the folder of `lab/small-writer`; OUT by default `assets/small-writer/data`.
"""

import pathlib
import shutil
import sys

from safetensors.torch import load_file, save_file

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.append(str(ROOT / "assets/small-model/make"))
from pack import packed


def main():
    model = pathlib.Path(sys.argv[1])
    out = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "assets/small-writer/data"
    out.mkdir(parents=True, exist_ok=True)
    for name in ["config.json", "tokenizer.json", "tokenizer_config.json"]:
        shutil.copyfile(model / name, out / name)
    save_file(packed(load_file(model / "model.safetensors")), out / "model.safetensors", metadata={"format": "pt"})
    print(f"{out}: {sum(file.stat().st_size for file in out.iterdir()):,} bytes")


main()
