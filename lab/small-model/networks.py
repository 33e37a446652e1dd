"""The networks and the noise that they are trained with. Their shapes are those of the folder that the training starts from."""

import json

import torch
from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from safetensors.torch import load_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
KINDS = {
    "vae": (AutoencoderKL, "diffusion_pytorch_model"),
    "unet": (UNet2DConditionModel, "diffusion_pytorch_model"),
    "text_encoder": (CLIPTextModel, "model"),
}


def network(folder, name, weights=None):
    """A network of a folder in diffusers' layout, in f32, with its own weights or others."""
    kind, file = KINDS[name]
    with open(f"{folder}/{name}/config.json") as text:
        config = json.load(text)
    if kind is CLIPTextModel:
        made = kind(CLIPTextConfig(**{key: value for key, value in config.items() if "dtype" not in key}))
    else:
        made = kind.from_config(config)
    weights = weights or load_file(f"{folder}/{name}/{file}.safetensors")
    made.load_state_dict({key: value.float() for key, value in weights.items()})
    if kind is UNet2DConditionModel and DEVICE == "cpu":
        made.set_attn_processor(AttnProcessor())  # with so few pixels faster there than PyTorch's fused attention
    # The UNet is trained faster on planes of their own, the autoencoder's encoder runs faster with channels together.
    return made.to(DEVICE).to(memory_format=torch.channels_last if kind is AutoencoderKL or DEVICE == "cuda" else torch.contiguous_format)


def in_bf16():
    """Where a processor or a card has bf16, networks take half the time in it."""
    return torch.autocast(DEVICE, torch.bfloat16)


def tokens(folder, lines):
    """Token numbers of lines of text, padded to the length that the text encoder knows."""
    tokenizer = CLIPTokenizer.from_pretrained(f"{folder}/tokenizer")
    rows = tokenizer(lines, padding="max_length", truncation=True, max_length=tokenizer.model_max_length)
    return torch.tensor(rows["input_ids"], dtype=torch.int16)


def noise_levels(folder):
    """Shares of the picture and of the noise at each timestep: two rows of 1000. The last share of the picture is 0."""
    kept = DDIMScheduler.from_pretrained(f"{folder}/scheduler").alphas_cumprod.double()
    return kept.sqrt().float().to(DEVICE), (1 - kept).sqrt().float().to(DEVICE)


def pixels(pictures):
    """Bytes (n, 256, 256, 3) as numbers from -1 to 1 (n, 3, 256, 256)."""
    pictures = torch.as_tensor(pictures).to(DEVICE).permute(0, 3, 1, 2).float() / 127.5 - 1
    return pictures.contiguous(memory_format=torch.channels_last)
