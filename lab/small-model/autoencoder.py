"""Stage A: the autoencoder, encoder and decoder together, or the decoder alone, which leaves the latents as they are."""

import math
import time

import numpy as np
import torch
import torch.nn.functional as F

from networks import DEVICE, in_bf16, network, pixels
from painter import Painter
from state import Learner, Log

RATE, LEAST_RATE = 2e-4, 5e-6
KL = 2e-4
HELD = 64
# Of the decoder alone.
DECODER_RATE, DECODER_LEAST_RATE = 1.5e-4, 1e-6
SQUARED = 8.0  # weight of the squared error, which is what PSNR measures
SHOWINGS = 3  # of a picture
NOISE = 0.03  # deviation of the noise on latents whose own deviation is 1


def edges(x):
    return x[..., 1:, :] - x[..., :-1, :], x[..., :, 1:] - x[..., :, :-1]


def distance(made, real):
    """Mean error of pixels, of edges and of the picture at a half, a quarter and an eighth of its size."""
    loss = (made - real).abs().mean()
    for a, b in zip(edges(made), edges(real)):
        loss = loss + 0.5 * (a - b).abs().mean()
    for size in (2, 4, 8):
        loss = loss + 0.4 * (F.avg_pool2d(made, size) - F.avg_pool2d(real, size)).abs().mean()
    return loss


def passed_through(vae, real):
    """Copies of pictures with noise on their latents, and how far the latents are from standard normal ones."""
    law = vae.encode(real).latent_dist
    latents = law.mean + law.std * torch.randn_like(law.mean)
    latents = latents + 0.05 * law.mean.detach().std((0, 2, 3), keepdim=True) * torch.randn_like(latents)
    far = 0.5 * (law.mean.square() + law.var - 1 - law.logvar).mean()
    return vae.decode(latents).sample, far


@torch.no_grad()
def fidelity(vae, pictures):
    """PSNR of whole pictures passed through the autoencoder, in dB: that of their mean squared error, and the pictures' mean."""
    errors = []
    for picture in pictures:
        real = pixels(picture[None])
        made = vae.decode(vae.encode(real).latent_dist.mean).sample.clamp(-1, 1)
        errors.append((made - real).square().mean().item() / 4)
    return f"PSNR {-10 * np.log10(np.mean(errors)):.2f} dB (mean of pictures {np.mean(-10 * np.log10(errors)):.2f})"


class Pool:
    """Some thousand pictures; a few fresh ones at each step, which in time replace the oldest."""

    def __init__(self, painter, most, first=256):
        self.painter, self.filled, self.at = painter, 0, 0
        self.pictures = np.empty((most, 256, 256, 3), np.uint8)
        self.renew(min(most, first))

    def renew(self, count):
        for picture in self.painter.take(count)[0]:
            self.put(picture)
            self.filled = max(self.filled, self.at + 1)
            self.at = (self.at + 1) % len(self.pictures)

    def put(self, picture):
        self.pictures[self.at] = picture

    def crops(self, count, side):
        """Squares of different pictures, half of them mirrored."""
        y, x = np.random.randint(0, 257 - side, 2)
        chosen = self.pictures[np.random.randint(0, self.filled, count), y : y + side, x : x + side]
        return pixels(chosen[:, :, ::-1].copy() if np.random.random() < 0.5 else chosen)


class EncodedPool(Pool):
    """Whole pictures, half of them mirrored, with the latents that a fixed encoder gives each of them once."""

    def __init__(self, painter, most, vae, first=256):
        self.vae, self.latents = vae, torch.empty(most, 4, 32, 32)
        super().__init__(painter, most, first)

    @torch.no_grad()
    def put(self, picture):
        picture = picture[:, ::-1] if np.random.random() < 0.5 else picture
        super().put(picture)
        with in_bf16():
            self.latents[self.at] = self.vae.encode(pixels(self.pictures[self.at][None])).latent_dist.mean[0].cpu()

    def pairs(self, count):
        """Latents and their pictures."""
        chosen = np.random.randint(0, self.filled, count)
        return self.latents[chosen].to(DEVICE), pixels(self.pictures[chosen])


class Both:
    """Encoder and decoder together: crops of 128 px, at every fourth step whole pictures."""

    name, ema, muon, rates, unit = "", 0.999, False, (RATE, LEAST_RATE), "pictures' areas"

    def __init__(self, args, vae):
        self.vae, self.batch, self.seen = vae, args.batch, args.batch / 4
        self.fresh = max(1, int(self.seen))

    def pool(self, args, painter):
        return Pool(painter, args.pool)

    def loss(self, pool, step):
        """The loss, and what of it is logged."""
        real = pool.crops(self.batch // 4, 256) if step % 4 == 3 else pool.crops(self.batch, 128)
        made, far = passed_through(self.vae, real)
        return distance(made, real) + KL * far, ((made.detach() - real).abs().mean().item(), far.item())

    @staticmethod
    def told(error, far):
        return f"error {error:.4f} of 2, KL {far:.2f}"


class DecoderAlone:
    """Whole pictures from latents of the encoder as it is, by `distance` and the squared error.

    A crop would not do: the decoder's norms are over the whole picture. On a processor bf16 and planes of their own take 0.6 of the time.
    """

    name, ema, muon, rates, unit = "decoder ", 0.995, True, (DECODER_RATE, DECODER_LEAST_RATE), "pictures"

    def __init__(self, args, vae):
        self.vae, self.seen = vae.to(memory_format=torch.contiguous_format), args.batch
        self.fresh = max(1, args.batch // SHOWINGS)
        vae.encoder.requires_grad_(False), vae.quant_conv.requires_grad_(False)

    def pool(self, args, painter):
        return EncodedPool(painter, args.pool, self.vae)

    def loss(self, pool, step):
        latents, real = pool.pairs(self.seen)
        real = real.contiguous(memory_format=torch.contiguous_format)
        with in_bf16():
            made = self.vae.decode(latents + NOISE * torch.randn_like(latents)).sample
        squared = (made.float() - real).square().mean()
        return distance(made.float(), real) + SQUARED * squared, (squared.item(),)

    @staticmethod
    def told(squared):
        return f"PSNR with noise {-10 * math.log10(squared / 4):.2f} dB"


def train(args):
    log, vae = Log(args.state, "A"), network(args.start, "vae")
    lesson = (DecoderAlone if args.decoder_only else Both)(args, vae)
    learner = Learner(f"{args.state}/autoencoder", {"vae": vae}, ema=lesson.ema, weight_decay=1e-3, muon=lesson.muon)
    figures = learner.figures
    if figures["done"]:
        return
    held = Painter(args.painter, f"{args.recipe}/held_out/judge.txt", 1)
    pictures = held.take(HELD)[0]
    held.close()
    seed = 1000 + figures["steps"]
    torch.manual_seed(seed), np.random.seed(seed)
    pool = lesson.pool(args, Painter(args.painter, args.captions, seed, args.painters))
    with learner.averaged():
        log(f"{lesson.name}starts at step {figures['steps']}, {HELD} held-out pictures: {fidelity(vae, pictures)}")
    end, shown, losses = time.time() + args.seconds, time.time(), []
    while time.time() < end and figures["seconds"] < args.total:
        progress = figures["seconds"] / args.total
        most, least = lesson.rates
        rate = least + (most - least) * 0.5 * (1 + math.cos(math.pi * progress))
        loss, parts = lesson.loss(pool, figures["steps"])
        learner.step(loss, rate, lesson.seen)
        losses.append((loss.item(), *parts))
        pool.renew(lesson.fresh)
        if time.time() - shown > args.report:
            with learner.averaged():
                quality = fidelity(vae, pictures)
            loss, *parts = np.mean(losses, 0)
            log(
                f"step {figures['steps']}, {figures['samples']:.0f} {lesson.unit} in {figures['seconds']:.0f} s, loss {loss:.4f},"
                f" {lesson.told(*parts)}, rate {rate:.1e}, {len(losses) * lesson.seen / (time.time() - shown):.2f} a second, {quality}"
            )
            shown, losses = time.time(), []
    figures["done"] = figures["seconds"] >= args.total
    learner.save()
    pool.painter.close()
    with learner.averaged():
        log(f"{lesson.name}ends at step {figures['steps']}, {fidelity(vae, pictures)}" + (", done" if figures["done"] else ""))
