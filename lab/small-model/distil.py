"""Stage C: the UNet learns to do with four steps, and without a second pass for guidance, what stage B does with forty and with it.

Consistency distillation in phases (Wang et al. 2024): the way from noise to picture is cut in four, and from anywhere in a phase the
student jumps to its end, where its average would arrive from a little further on. The teacher, with guidance, says what a little
further on is. Sampling is plain DDIM of four steps with trailing spacing and guidance 1, so no sampler of its own is needed.
"""

import math
import time

import numpy as np
import torch

from latents import Latents
from networks import DEVICE, in_bf16, network, noise_levels
from state import Learner, Log, averages

RATE, LEAST_RATE = 1e-4, 5e-6
PHASES, TEACHER_STEPS = 4, 40


def between(levels, steps):
    """Shares of picture and noise after a timestep; -1 is the clean picture."""
    kept, noised = levels
    clean = (steps < 0)[:, None, None, None]
    at = steps.clamp(min=0)
    return torch.where(clean, 1.0, kept[at, None, None, None]), torch.where(clean, 0.0, noised[at, None, None, None])


def moved(x, velocity, levels, start, end):
    """A step of DDIM."""
    (kept, noised), (kept_after, noised_after) = between(levels, start), between(levels, end)
    picture, noise = kept * x - noised * velocity, noised * x + kept * velocity
    return kept_after * picture + noised_after * noise


def velocity(unet, x, steps, text):
    with in_bf16():
        return unet(x, steps, text, return_dict=False)[0].float()


def train(args):
    log = Log(args.state, "C")
    unet, teacher, text_encoder = (network(args.start, name) for name in ("unet", "unet", "text_encoder"))
    for made, name in ((unet, "unet"), (teacher, "unet"), (text_encoder, "text_encoder")):
        made.load_state_dict(averages(f"{args.state}/denoiser", name))
    teacher.requires_grad_(False), text_encoder.requires_grad_(False)
    target = network(args.start, "unet").requires_grad_(False)
    learner = Learner(f"{args.state}/distil", {"unet": unet}, ema=0.99, weight_decay=0.0)
    figures, levels = learner.figures, noise_levels(args.start)
    if figures["done"]:
        return
    store = Latents(args, log)
    torch.manual_seed(4000 + figures["steps"]), np.random.seed(4000 + figures["steps"])
    length = 1000 // TEACHER_STEPS
    log(f"starts at step {figures['steps']}, {store.count} latents, guidance {args.guidance}")
    end, shown, recent = time.time() + args.seconds, time.time(), []
    while time.time() < end and figures["seconds"] < args.total:
        store.grow(args.batch // 8)
        progress = figures["seconds"] / args.total
        rate = LEAST_RATE + (RATE - LEAST_RATE) * 0.5 * (1 + math.cos(math.pi * progress))
        latents, ids = store.batch(args.batch)
        number = torch.randint(1, TEACHER_STEPS + 1, (args.batch,), device=DEVICE)
        steps = number * length - 1
        little = steps - length
        phase_end = (number - 1) // (TEACHER_STEPS // PHASES) * (1000 // PHASES) - 1
        kept, noised = between(levels, steps)
        x = kept * latents + noised * torch.randn_like(latents)
        with torch.no_grad():
            text, no_text = text_encoder(ids)[0], text_encoder(store.no_text)[0].expand(args.batch, -1, -1)
            with_text, without = velocity(teacher, torch.cat([x, x]), steps.repeat(2), torch.cat([text, no_text])).chunk(2)
            nearer = moved(x, without + args.guidance * (with_text - without), levels, steps, little)
            for name, p in target.named_parameters():
                p.copy_(learner.ema["unet." + name])
            jumped = moved(nearer, velocity(target, nearer, little.clamp(min=0), text), levels, little, phase_end)
            goal = torch.where((little == phase_end)[:, None, None, None], nearer, jumped)
        made = moved(x, velocity(unet, x, steps, text), levels, steps, phase_end)
        error = (made - goal).square().mean((1, 2, 3))
        learner.step(((error + 1e-4).sqrt() - 1e-2).mean(), rate, args.batch)
        recent.append(error.mean().item())
        if time.time() - shown > args.report:
            log(
                f"step {figures['steps']}, {figures['samples']} samples in {figures['seconds']:.0f} s, squared error"
                f" {np.mean(recent):.5f}, rate {rate:.1e}, {len(recent) * args.batch / (time.time() - shown):.1f} samples/s"
            )
            shown, recent = time.time(), []
    figures["done"] = figures["seconds"] >= args.total
    learner.save()
    store.painter.close()
    log(f"ends at step {figures['steps']}" + (", done" if figures["done"] else ""))
