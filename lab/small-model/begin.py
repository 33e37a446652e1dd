"""Makes a folder in diffusers' layout to start from: a vocabulary learnt from captions, and networks with random weights.

    begin.py CAPTIONS OUT
"""

import json
import pathlib
import sys

import torch
from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import CLIPTextConfig, CLIPTextModel

TOKENS, LENGTH, WIDTH = 3000, 40, 192
FIRST, LAST = "<|startoftext|>", "<|endoftext|>"
WORD = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
INDEX = {
    "_class_name": "StableDiffusionPipeline",
    "feature_extractor": [None, None],
    "image_encoder": [None, None],
    "requires_safety_checker": False,
    "safety_checker": [None, None],
    "scheduler": ["diffusers", "DDIMScheduler"],
    "text_encoder": ["transformers", "CLIPTextModel"],
    "tokenizer": ["transformers", "CLIPTokenizer"],
    "unet": ["diffusers", "UNet2DConditionModel"],
    "vae": ["diffusers", "AutoencoderKL"],
}


def alphabet():
    """The characters that stand for the 256 bytes in vocabularies of this kind, in CLIP's order."""
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in shown]
    return [chr(byte) for byte in shown] + [chr(256 + at) for at in range(len(others))]


def write_tokenizer(lines, folder):
    """Byte pairs that are frequent in the lines, as CLIP's tokenizer reads them. Returns the vocabulary."""
    folder.mkdir(parents=True)
    learner = Tokenizer(models.BPE(end_of_word_suffix="</w>", continuing_subword_prefix=""))
    learner.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    split = pre_tokenizers.Split(Regex(WORD), "removed", True)
    learner.pre_tokenizer = pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(add_prefix_space=False)])
    trainer = trainers.BpeTrainer(
        vocab_size=TOKENS - 2, initial_alphabet=alphabet(), end_of_word_suffix="</w>", show_progress=False, min_frequency=20
    )
    learner.train_from_iterator(lines, trainer)
    merges = json.loads(learner.to_str())["model"]["merges"]
    merges = [pair if isinstance(pair, list) else pair.split(" ") for pair in merges]
    names = alphabet() + [letter + "</w>" for letter in alphabet()] + ["".join(pair) for pair in merges] + [FIRST, LAST]
    vocabulary = {name: at for at, name in enumerate(dict.fromkeys(names))}
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False, separators=(",", ":")))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(" ".join(pair) + "\n" for pair in merges))
    special = {"bos_token": FIRST, "eos_token": LAST, "unk_token": LAST, "pad_token": LAST}
    settings = {"tokenizer_class": "CLIPTokenizer", "model_max_length": LENGTH, "do_lower_case": True, "errors": "replace"}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings | special, indent=1))
    return vocabulary


def main():
    captions, out = (pathlib.Path(text) for text in sys.argv[1:])
    vocabulary = write_tokenizer(captions.read_text().splitlines(), out / "tokenizer")
    (out / "model_index.json").write_text(json.dumps(INDEX, indent=2))
    torch.manual_seed(1)
    ends = {"bos_token_id": vocabulary[FIRST], "eos_token_id": vocabulary[LAST], "pad_token_id": vocabulary[LAST]}
    CLIPTextModel(
        CLIPTextConfig(
            vocab_size=len(vocabulary), hidden_size=WIDTH, intermediate_size=4 * WIDTH, num_hidden_layers=3, num_attention_heads=6,
            max_position_embeddings=LENGTH, projection_dim=WIDTH, **ends,
        )
    ).save_pretrained(out / "text_encoder")
    unet = UNet2DConditionModel(
        sample_size=32, block_out_channels=[64, 128, 160], layers_per_block=1, cross_attention_dim=WIDTH, attention_head_dim=[2, 4, 5],
        down_block_types=["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"], use_linear_projection=True,
        up_block_types=["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
    )
    torch.nn.init.zeros_(unet.conv_out.weight), torch.nn.init.zeros_(unet.conv_out.bias)
    unet.save_pretrained(out / "unet")
    AutoencoderKL(
        block_out_channels=[32, 48, 64, 64], layers_per_block=1, norm_num_groups=16, sample_size=256, scaling_factor=1.0,
        down_block_types=["DownEncoderBlock2D"] * 4, up_block_types=["UpDecoderBlock2D"] * 4, mid_block_add_attention=False,
        force_upcast=False,
    ).save_pretrained(out / "vae")
    DDIMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", clip_sample=False, set_alpha_to_one=True, steps_offset=1,
        prediction_type="v_prediction", timestep_spacing="trailing", rescale_betas_zero_snr=True,
    ).save_pretrained(out / "scheduler")


main()
