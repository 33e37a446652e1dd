"""Packs the training's state into what ships: a folder in the layout of PaliGemma 2, weights in 8 bits.

    build.py STATE TOKENIZERS [OUT] [--wide]

Writes into OUT, by default `assets/small-paligemma/data`. STATE and TOKENIZERS are those of `lab/small-scorers`. With `--wide` weights
are kept in f32, for comparison with transformers.
"""

import json
import pathlib
import shutil
import sys

from safetensors.torch import save_file

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path += [str(ROOT / "lab/small-scorers"), str(ROOT / "lab/small-model"), str(ROOT / "assets/small-model/make")]
from networks import LANGUAGE, VISION, WIDTH
from pack import packed
from state import averages, read_tensors

ACTIVATION = {"hidden_act": "gelu_pytorch_tanh", "layer_norm_eps": 1e-6}
CONFIG = {
    "architectures": ["PaliGemmaForConditionalGeneration"],
    "model_type": "paligemma",
    "pad_token_id": 0,
    "eos_token_id": 1,
    "bos_token_id": 2,
    "image_token_index": LANGUAGE["vocab_size"] - 1,
    "projection_dim": WIDTH,
    "text_config": LANGUAGE | {"model_type": "gemma2", "hidden_activation": "gelu_pytorch_tanh"},
    "vision_config": VISION | ACTIVATION | {"model_type": "siglip_vision_model", "vision_use_head": False},
}


def main():
    wide = "--wide" in sys.argv
    state, tokenizers, *out = [text for text in sys.argv[1:] if text != "--wide"]
    out = pathlib.Path(out[0]) if out else ROOT / "assets/small-paligemma/data"
    out.mkdir(parents=True, exist_ok=True)
    (out / "config.json").write_text(json.dumps(CONFIG, indent=2) + "\n")
    shutil.copyfile(f"{tokenizers}/answerer/tokenizer.json", out / "tokenizer.json")
    weights = {}
    for key, value in read_tensors(f"{state}/tower", "pair").items():
        if key.startswith("vision_model.") and not key.startswith("vision_model.head."):
            weights["vision_tower." + key] = value
    for key, value in averages(f"{state}/answerer", "answerer").items():
        part, _, rest = key.partition(".")
        weights[{"projector": "multi_modal_projector.linear.", "language": "language_model.model."}[part] + rest] = value
    kept = {key: value.contiguous() for key, value in weights.items()} if wide else packed(weights)
    save_file(kept, out / "model.safetensors", metadata={"format": "pt"})
    print(f"{out}: {sum(file.stat().st_size for file in out.iterdir()):,} bytes")


main()
