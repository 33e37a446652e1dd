"""What a part of the training leaves behind for the next part: weights, their average, the optimiser and a few figures."""

import datetime
import json
import os
import pathlib
import shutil
import time
from contextlib import contextmanager

import torch
from safetensors.torch import load_file, save_file

from muon import Muon

MOST_BYTES = 15_000_000  # of a file
SAVE_EVERY = 300  # seconds
EDGES = ("token_embedding", "position_embedding", "conv_in.", "conv_out.", "quant_conv.")  # never learnt by Muon
MOMENTS = {"m": "exp_avg", "v": "exp_avg_sq"}


def clock():
    """Seconds of training so far: on a processor those that it worked for us, whoever else used it meanwhile, on a card all."""
    return time.time() if torch.cuda.is_available() else time.process_time() / torch.get_num_threads()


class Log:
    """Lines with the wall time, printed and appended to `log.txt` of the state's folder."""

    def __init__(self, folder, stage):
        self.file, self.stage = pathlib.Path(folder) / "log.txt", stage

    def __call__(self, *words):
        line = f"{datetime.datetime.now():%Y-%m-%d %H:%M:%S} {self.stage}: " + " ".join(map(str, words))
        print(line, flush=True)
        with open(self.file, "a") as out:
            out.write(line + "\n")


def write_tensors(folder, name, tensors):
    """Writes `name-0.safetensors`, `name-1.safetensors` and so on, none larger than MOST_BYTES unless one tensor is."""
    parts, size = [{}], 0
    for key, value in tensors.items():
        value = value.detach().cpu().contiguous()
        if parts[-1] and size + value.nbytes > MOST_BYTES - 100_000:
            parts.append({})
            size = 0
        parts[-1][key] = value
        size += value.nbytes
    for at, part in enumerate(parts):
        save_file(part, f"{folder}/{name}-{at}.safetensors", metadata={"format": "pt"})


def read_tensors(folder, name):
    tensors = {}
    for file in sorted(pathlib.Path(folder).glob(f"{name}-*.safetensors")):
        tensors |= load_file(file)
    return tensors


def averages(folder, module):
    """The average weights of one module of a stage."""
    return {key.partition(".")[2]: value for key, value in read_tensors(folder, "ema").items() if key.startswith(module + ".")}


class Learner:
    """Trains the parameters of some modules, keeps their moving average, and saves and resumes all of it.

    AdamW learns all of them, or with `muon` biases, norms, tables of tokens and positions and the first and last convolutions only, and
    Muon the other weights.
    """

    def __init__(self, folder, modules, ema, weight_decay=0.01, muon=False):
        self.folder, self.modules, self.most_ema = pathlib.Path(folder), torch.nn.ModuleDict(modules), ema
        self.parameters = {name: p for name, p in self.modules.named_parameters() if p.requires_grad}
        flat, whole, matrices = [], [], []
        for name, p in self.parameters.items():
            edge = any(part in name for part in EDGES)
            (flat if p.ndim < 2 or "norm" in name else matrices if muon and not edge else whole).append(p)
        groups = [{"params": whole, "weight_decay": weight_decay}, {"params": flat, "weight_decay": 0.0}]
        self.optimisers = [torch.optim.AdamW(groups, 1e-4, betas=(0.9, 0.999), fused=True)]
        if matrices:
            self.optimisers.append(Muon(matrices, 1e-4, weight_decay=weight_decay))
        self.figures = {"steps": 0, "samples": 0, "seconds": 0.0, "done": False}
        self.ema = {name: p.detach().clone() for name, p in self.parameters.items()}
        self.saved, self.ticked = time.time(), clock()
        for folder in (self.folder, self.beside(".new"), self.beside(".old")):  # the last two: cut off while saving
            if (folder / "figures.json").exists():
                self.resume(folder)
                break

    def optimiser_of(self, p):
        learns = lambda optimiser: any(p is other for group in optimiser.param_groups for other in group["params"])
        return next(optimiser for optimiser in self.optimisers if learns(optimiser))

    def beside(self, ending):
        return self.folder.with_name(self.folder.name + ending)

    def resume(self, folder):
        self.figures = json.loads((folder / "figures.json").read_text())
        weights, ema, moments = (read_tensors(folder, name) for name in ("weights", "ema", "moments"))
        with torch.no_grad():
            for name, p in self.parameters.items():
                p.copy_(weights[name])
                self.ema[name].copy_(ema[name])
                kept = {key: moments[f"{letter}.{name}"] for letter, key in MOMENTS.items() if f"{letter}.{name}" in moments}
                kept = {key: torch.empty_like(p).copy_(value) for key, value in kept.items()}
                if "exp_avg_sq" in kept:
                    kept["step"] = torch.tensor(float(self.figures["steps"]), device=p.device)
                self.optimiser_of(p).state[p] = kept

    def save(self):
        if self.figures["steps"] == 0:
            return
        new, old = self.beside(".new"), self.beside(".old")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        write_tensors(new, "weights", self.parameters)
        write_tensors(new, "ema", self.ema)
        moments = {}
        for name, p in self.parameters.items():
            state = self.optimiser_of(p).state[p]
            moments |= {f"{letter}.{name}": state[key] for letter, key in MOMENTS.items() if key in state}
        write_tensors(new, "moments", moments)
        (new / "figures.json").write_text(json.dumps(self.figures))
        shutil.rmtree(old, ignore_errors=True)
        if self.folder.exists():
            os.replace(self.folder, old)
        os.replace(new, self.folder)
        shutil.rmtree(old, ignore_errors=True)
        self.saved = time.time()

    def step(self, loss, rate, samples):
        """One step down the slope of `loss`. It counts for at most ten seconds, so that a pause is not taken for training."""
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(self.parameters.values()), 1.0)
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = rate * min(1, (self.figures["steps"] + 1) / 200)
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        self.figures["steps"] += 1
        self.figures["samples"] += samples
        keep = min(self.most_ema, (1 + self.figures["steps"]) / (10 + self.figures["steps"]))
        with torch.no_grad():
            torch._foreach_lerp_(list(self.ema.values()), list(self.parameters.values()), 1 - keep)
        now = clock()
        self.figures["seconds"] += min(10, now - self.ticked)
        self.ticked = now
        if time.time() - self.saved > SAVE_EVERY:
            self.save()

    @contextmanager
    def averaged(self):
        """The average in place of the trained weights."""
        kept = {name: p.detach().clone() for name, p in self.parameters.items()}
        with torch.no_grad():
            for name, p in self.parameters.items():
                p.copy_(self.ema[name])
        yield
        with torch.no_grad():
            for name, p in self.parameters.items():
                p.copy_(kept[name])
        self.ticked = clock()
