"""Pictures as latents: a frozen autoencoder whose latents have mean 0 and deviation 1, and a growing store of what it encodes."""

import pathlib

import numpy as np
import torch
import torch.nn.functional as F

from networks import DEVICE, in_bf16, network, pixels, tokens
from painter import Painter
from state import averages, read_tensors, write_tensors

SHAPE = (4, 32, 32)
HELD, FITTED = 128, 256


@torch.no_grad()
def encode(vae, pictures):
    with in_bf16():
        parts = [vae.encode(pixels(pictures[at : at + 16])).latent_dist.mean for at in range(0, len(pictures), 16)]
    return torch.cat(parts).float()


def change(new, old):
    """The linear change of `new` latents that comes closest to `old` ones with mean 0 and deviation 1, and how close (R²)."""
    flat = lambda z: z.permute(0, 2, 3, 1).reshape(-1, 4).double()
    new, old = flat(new), flat(old)
    with_one = torch.cat([new, torch.ones_like(new[:, :1])], 1)
    found = torch.linalg.lstsq(with_one, old).solution
    close = 1 - (with_one @ found - old).var(0) / old.var(0)
    matrix = found[:4].T if close.min() > 0.3 else torch.eye(4, dtype=torch.double, device=new.device)
    moved = new @ matrix.T
    matrix = matrix / moved.std(0)[:, None]
    return matrix, -(new @ matrix.T).mean(0), close


def fold(vae, matrix, shift):
    """Puts a linear change of the latents into the convolutions on both sides of them: scaling_factor stays 1."""
    into, out = vae.quant_conv, vae.post_quant_conv
    with torch.no_grad():
        weight, bias = into.weight.double()[:, :, 0, 0], into.bias.double()
        weight[:4], bias[:4] = matrix @ weight[:4], matrix @ bias[:4] + shift
        bias[4:] += 2 * matrix.norm(dim=1).log()  # the variance is not used; about right
        into.weight.copy_(weight[:, :, None, None]), into.bias.copy_(bias)
        weight, back = out.weight.double()[:, :, 0, 0], torch.linalg.inv(matrix)
        out.bias.copy_(out.bias.double() - weight @ back @ shift)
        out.weight.copy_((weight @ back)[:, :, None, None])


def prepare(args, log):
    """The folder with the frozen autoencoder and the held-out latents, made once after stage A."""
    folder = pathlib.Path(args.state) / "latents"
    if (folder / "held.pt").exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    first, vae = network(args.start, "vae"), network(args.start, "vae")
    trained = averages(f"{args.state}/autoencoder", "vae")
    vae.load_state_dict(vae.state_dict() | trained)
    if any(key.startswith("encoder.") for key in trained):
        painter = Painter(args.painter, args.captions, 5)
        pictures = painter.take(FITTED)[0]
        painter.close()
        matrix, shift, close = change(encode(vae, pictures), encode(first, pictures))
        before = vae.decode(encode(vae, pictures[:4])).sample
        fold(vae, matrix, shift)
        z = encode(vae, pictures)
        same = (vae.decode(z[:4]).sample - before).abs().max().item()
        log(
            f"latents folded: R² with those of the start {[round(v, 3) for v in close.tolist()]}, means"
            f" {[round(v, 3) for v in z.mean((0, 2, 3)).tolist()]}, deviations {[round(v, 3) for v in z.std((0, 2, 3)).tolist()]},"
            f" decoded pictures change by {same:.1e} at most"
        )
    else:
        log("latents are those of the start")
    write_tensors(folder, "vae", vae.state_dict())
    painter = Painter(args.painter, f"{args.recipe}/held_out/judge.txt", 2)
    pictures, numbers = painter.take(HELD)
    painter.close()
    torch.save({"latents": encode(vae, pictures).cpu(), "numbers": torch.as_tensor(numbers)}, folder / "held.pt")
    return folder


class Latents:
    """Latents of painted pictures with their captions, kept in memory and in two files that only grow."""

    def __init__(self, args, log):
        self.folder = prepare(args, log)
        self.vae = network(args.start, "vae", read_tensors(self.folder, "vae")).eval().requires_grad_(False)
        self.latents, self.numbers = np.empty((args.latents, *SHAPE), np.float16), np.empty(args.latents, np.int64)
        self.count = 0
        if (self.folder / "latents.f16").exists():
            numbers = np.fromfile(self.folder / "numbers.i64", np.int64)[: args.latents]
            latents = np.fromfile(self.folder / "latents.f16", np.float16, len(numbers) * 4096).reshape(-1, *SHAPE)
            self.count = len(latents)
            self.latents[: self.count], self.numbers[: self.count] = latents, numbers[: self.count]
        self.painter = Painter(args.painter, args.captions, 2000 + self.count, args.painters)
        self.tokens = self.read_tokens(args)
        held = torch.load(self.folder / "held.pt")
        lines = pathlib.Path(f"{args.recipe}/held_out/judge.txt").read_text().splitlines()
        self.held = held["latents"].to(DEVICE), tokens(args.start, [lines[number] for number in held["numbers"]]).long().to(DEVICE)
        self.no_text = tokens(args.start, [""]).long().to(DEVICE)

    def read_tokens(self, args):
        file = self.folder / "tokens.npy"
        if not file.exists():
            np.save(file, tokens(args.start, pathlib.Path(args.captions).read_text().splitlines()).numpy())
        return torch.from_numpy(np.load(file))

    def grow(self, count):
        count = min(count, len(self.latents) - self.count)
        if count <= 0:
            return
        pictures, numbers = self.painter.take(count)
        latents = encode(self.vae, pictures).cpu().numpy().astype(np.float16)
        end = self.count + count
        self.latents[self.count : end], self.numbers[self.count : end], self.count = latents, numbers, end
        with open(self.folder / "latents.f16", "ab") as out:
            out.write(latents.tobytes())
        with open(self.folder / "numbers.i64", "ab") as out:
            out.write(numbers.tobytes())

    def batch(self, count, without_text=0.0):
        """Latents and token numbers; some of the captions are left out."""
        chosen = np.random.randint(0, self.count, count)
        latents = torch.from_numpy(self.latents[chosen]).float().to(DEVICE)
        ids = self.tokens[self.numbers[chosen]].long().to(DEVICE)
        return latents, torch.where(torch.rand(count, 1, device=DEVICE) < without_text, self.no_text, ids)
