"""Packs the training's state into what ships: a folder in the layout of SigLIP, weights in 8 bits.

    build.py STATE TOKENIZERS [OUT] [--wide]

Writes into OUT, by default `assets/small-siglip/data`. STATE and TOKENIZERS are those of `lab/small-scorers`. With `--wide` weights are
kept in f32, for comparison with transformers.
"""

import json
import pathlib
import shutil
import sys

from safetensors.torch import save_file

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path += [str(ROOT / "lab/small-scorers"), str(ROOT / "lab/small-model"), str(ROOT / "assets/small-model/make")]
from networks import TEXT, VISION, WIDTH
from pack import packed
from state import averages

PIXELS = {
    "do_normalize": True,
    "do_rescale": True,
    "do_resize": True,
    "image_mean": [0.5, 0.5, 0.5],
    "image_std": [0.5, 0.5, 0.5],
    "resample": 3,
    "rescale_factor": 1 / 255,
    "size": {"height": VISION["image_size"], "width": VISION["image_size"]},
}
ACTIVATION = {"hidden_act": "gelu_pytorch_tanh", "layer_norm_eps": 1e-6}
CONFIG = {
    "architectures": ["SiglipModel"],
    "model_type": "siglip",
    "text_config": TEXT | ACTIVATION | {"model_type": "siglip_text_model", "projection_size": WIDTH},
    "vision_config": VISION | ACTIVATION | {"model_type": "siglip_vision_model"},
}


def main():
    wide = "--wide" in sys.argv
    state, tokenizers, *out = [text for text in sys.argv[1:] if text != "--wide"]
    out = pathlib.Path(out[0]) if out else ROOT / "assets/small-siglip/data"
    out.mkdir(parents=True, exist_ok=True)
    (out / "config.json").write_text(json.dumps(CONFIG, indent=2) + "\n")
    (out / "preprocessor_config.json").write_text(json.dumps(PIXELS, indent=2) + "\n")
    shutil.copyfile(f"{tokenizers}/pair/tokenizer.json", out / "tokenizer.json")
    weights = averages(f"{state}/pair", "pair")
    kept = {key: value.contiguous() for key, value in weights.items()} if wide else packed(weights)
    save_file(kept, out / "model.safetensors", metadata={"format": "pt"})
    print(f"{out}: {sum(file.stat().st_size for file in out.iterdir()):,} bytes")


main()
