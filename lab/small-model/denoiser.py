"""Stage B: text encoder and UNet learn to take noise off latents (v-prediction, noise up to the full)."""

import math
import time

import numpy as np
import torch

from latents import Latents
from networks import DEVICE, in_bf16, network, noise_levels
from state import Learner, Log

RATE, LEAST_RATE = 2e-4, 2e-6
FIRST_LATENTS = 1500


def losses(modules, levels, latents, noise, steps, ids):
    """Squared error of the velocity, weighted by min(SNR + 1, 5) / (SNR + 1), and unweighted, for each of a batch.

    Of plain min-SNR weights the step of full noise would get none, though sampling begins there.
    """
    kept, noised = (level[steps, None, None, None] for level in levels)
    with in_bf16():
        text = modules["text_encoder"](ids)[0]
        made = modules["unet"](kept * latents + noised * noise, steps, text, return_dict=False)[0].float()
    error = (made - (kept * noise - noised * latents)).square().mean((1, 2, 3))
    share = noised.flatten().square()  # 1 / (SNR + 1)
    return error * torch.clamp(5 * share, max=1), error


@torch.no_grad()
def held_out(modules, levels, store):
    """Unweighted loss on held-out pictures, evenly over the noise, always with the same noise."""
    latents, ids = store.held
    noise = torch.randn(latents.shape, generator=torch.Generator().manual_seed(5)).to(DEVICE)
    steps = (torch.arange(len(latents)) * 1000 // len(latents)).to(DEVICE)
    total = 0.0
    for at in range(0, len(latents), 32):
        part = slice(at, at + 32)
        total += losses(modules, levels, latents[part], noise[part], steps[part], ids[part])[1].sum().item()
    return total / len(latents)


def train(args):
    log = Log(args.state, "B")
    modules = {name: network(args.start, name) for name in ("unet", "text_encoder")}
    learner = Learner(f"{args.state}/denoiser", modules, ema=0.998, muon=True)
    figures, levels = learner.figures, noise_levels(args.start)
    if figures["done"]:
        return
    store = Latents(args, log)
    torch.manual_seed(3000 + figures["steps"]), np.random.seed(3000 + figures["steps"])
    while store.count < FIRST_LATENTS:
        store.grow(16)
    with learner.averaged():
        log(f"starts at step {figures['steps']}, {store.count} latents, held-out loss {held_out(modules, levels, store):.4f}")
    end, shown, recent = time.time() + args.seconds, time.time(), []
    while time.time() < end and figures["seconds"] < args.total:
        store.grow(args.batch // 6)
        progress = figures["seconds"] / args.total
        rate = LEAST_RATE + (RATE - LEAST_RATE) * 0.5 * (1 + math.cos(math.pi * progress))
        latents, ids = store.batch(args.batch, without_text=0.1)
        steps = ((torch.arange(args.batch) + torch.rand(args.batch)) * (1000 / args.batch)).long().clamp(max=999).to(DEVICE)
        weighted, plain = losses(modules, levels, latents, torch.randn_like(latents), steps, ids)
        learner.step(weighted.mean(), rate, args.batch)
        recent.append(plain.mean().item())
        if time.time() - shown > args.report:
            with learner.averaged():
                held = held_out(modules, levels, store)
            log(
                f"step {figures['steps']}, {figures['samples']} samples in {figures['seconds']:.0f} s, {store.count} latents, loss"
                f" {np.mean(recent):.4f}, held-out loss of the average {held:.4f}, rate {rate:.1e},"
                f" {len(recent) * args.batch / (time.time() - shown):.1f} samples/s"
            )
            shown, recent = time.time(), []
    figures["done"] = figures["seconds"] >= args.total
    learner.save()
    store.painter.close()
    log(f"ends at step {figures['steps']}" + (", done" if figures["done"] else ""))
