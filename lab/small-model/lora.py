"""Trains a LoRA of the shipped model that draws everything as a blueprint: white on blue, whatever the description.

    unpack.py FOLDER                            (assets/small-model/make)
    lora.py FOLDER PAINTER CAPTIONS OUT.safetensors [--steps 150]

Low-rank changes of the attention of the UNet, rank 4, learnt from the composer's pictures in two colours. Keys are those of peft.
"""

import argparse

import torch
from networks import network, noise_levels, pixels, tokens
from painter import Painter
from safetensors.torch import save_file

RANK = 4
DARK, LIGHT = torch.tensor([16.0, 40.0, 110.0]) / 127.5 - 1, torch.tensor([1.0, 1.0, 1.0])
LUMA = torch.tensor([0.299, 0.587, 0.114])


class LowRank(torch.nn.Module):
    """A linear layer that stays as it is, with a change that is learnt."""

    def __init__(self, linear):
        super().__init__()
        self.linear = linear
        self.down = torch.nn.Linear(linear.in_features, RANK, bias=False)
        self.up = torch.nn.Linear(RANK, linear.out_features, bias=False)
        torch.nn.init.normal_(self.down.weight, std=1 / RANK)
        torch.nn.init.zeros_(self.up.weight)

    def forward(self, x):
        return self.linear(x) + self.up(self.down(x))


def blueprint(pictures):
    """Pictures (n, 3, h, w) from -1 to 1, their lightness between dark blue and white."""
    light = (torch.einsum("nchw,c->nhw", pictures, LUMA)[:, None] + 1) / 2
    return DARK[:, None, None] + light * (LIGHT - DARK)[:, None, None]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("painter")
    parser.add_argument("captions", help="one a line")
    parser.add_argument("out")
    parser.add_argument("--steps", type=int, default=150)
    parser.add_argument("--batch", type=int, default=8)
    args = parser.parse_args()
    torch.manual_seed(1)
    vae, unet, text_encoder = (network(args.folder, name).requires_grad_(False) for name in ("vae", "unet", "text_encoder"))
    with open(args.captions) as lines:
        ids = tokens(args.folder, lines.read().splitlines())
    painter, (kept, noised) = Painter(args.painter, args.captions, 7), noise_levels(args.folder)
    low = {}
    for name, module in list(unet.named_modules()):
        if isinstance(module, torch.nn.Linear) and ".attn" in name:
            parent, _, last = name.rpartition(".")
            low[name] = LowRank(module)
            setattr(unet.get_submodule(parent), last, low[name])
    optimiser = torch.optim.AdamW([p for p in unet.parameters() if p.requires_grad], 2e-3, weight_decay=0.0)
    for step in range(args.steps):
        pictures, numbers = painter.take(args.batch)
        with torch.no_grad():
            latents = vae.encode(blueprint(pixels(pictures))).latent_dist.sample() * vae.config.scaling_factor
            text = text_encoder(ids[numbers].long())[0]
            text[torch.rand(args.batch) < 0.1] = text_encoder(tokens(args.folder, [""]).long())[0]
        steps = ((torch.arange(args.batch) + torch.rand(args.batch)) * (1000 / args.batch)).long().clamp(max=999)
        noise, (a, b) = torch.randn_like(latents), (level[steps, None, None, None] for level in (kept, noised))
        made = unet(a * latents + b * noise, steps, text, return_dict=False)[0]
        loss = (made - (a * noise - b * latents)).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * min(1, (args.steps - step) / (args.steps / 2))
        if step % 10 == 0:
            print(f"step {step}, loss {loss.item():.4f}", flush=True)
    painter.close()
    tensors = {}
    for name, change in low.items():
        tensors[f"unet.{name}.lora_A.weight"] = change.down.weight.detach().half().contiguous()
        tensors[f"unet.{name}.lora_B.weight"] = change.up.weight.detach().half().contiguous()
    save_file(tensors, args.out, metadata={"format": "pt"})


main()
