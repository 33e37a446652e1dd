"""Trains the pair of towers, then the answerer, which looks through the pair's picture tower and leaves it as it is.

    train.py pair|answerer PICTURES CAPTIONS TOKENIZERS STATE --seconds 600 --total 7200

PICTURES is what pictures.py writes, also while it writes; PICTURES-held has pictures of other captions, CAPTIONS-held, on which the
networks are tried from time to time. STATE gets weights and log; started again, training goes on from there.
"""

import argparse
import math
import pathlib
import random
import sys
import time

import numpy as np
import torch

import answerer
import pair
from networks import Answerer, pixels
from networks import pair as new_pair
from pictures import Pictures
from questions import altered

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "small-model"))
from state import Learner, Log, averages, read_tensors, write_tensors

RATE, LEAST_RATE = 1e-3, 1e-5
OF_WORDS = 0.3
MEANWHILE, AT_THE_END = 100, 1000  # held-out pictures

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("network", choices=("pair", "answerer"))
parser.add_argument("pictures"), parser.add_argument("captions"), parser.add_argument("tokenizers"), parser.add_argument("state")
parser.add_argument("--seconds", type=float, default=600, help="of this part")
parser.add_argument("--total", type=float, default=7200, help="of all parts")
parser.add_argument("--batch", type=int, default=96)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--report", type=float, default=300, help="seconds between lines of the log")


class PairLesson:
    """The pair's losses, and how it does on held-out pictures."""

    names = "match, words"

    def __init__(self, args, captions):
        self.texts, self.model = pair.Texts(args.tokenizers), new_pair()
        self.words = pair.Words(self.texts, captions[:20000])
        self.modules = {"pair": self.model, "words": self.words}

    def losses(self, draw, real, captions):
        match, bag = pair.losses(self.model, self.words, self.texts, draw, self.model.vision_model(real).pooler_output, captions)
        return match + OF_WORDS * bag, (match.item(), bag.item())

    def held_out(self, pictures, captions):
        draw = random.Random(5)
        return pair.held_out(self.model, self.texts, pictures, captions, [altered(draw, text) for text in captions])


class AnswererLesson:
    """The same of the answerer."""

    names = "answers, captions"

    def __init__(self, args, _):
        self.prompts, self.model, folder = answerer.Prompts(args.tokenizers), Answerer(), pathlib.Path(args.state) / "tower"
        if not folder.exists():  # so that the pair may learn on
            folder.mkdir()
            write_tensors(folder, "pair", averages(f"{args.state}/pair", "pair"))
        whole = new_pair()
        whole.load_state_dict(read_tensors(folder, "pair"))
        self.tower = whole.vision_model.requires_grad_(False)
        self.modules = {"answerer": self.model}

    @torch.no_grad()
    def seen(self, real):
        return self.tower(real).last_hidden_state

    def losses(self, draw, real, captions):
        patches = self.seen(real)
        answered = answerer.loss(self.model, self.prompts, draw, patches, captions)
        written = answerer.caption_loss(self.model, self.prompts, patches, captions)
        return answered + written, (answered.item(), written.item())

    def held_out(self, pictures, captions):
        return answerer.held_out(self.model, self.prompts, self.seen(pixels(pictures)), captions)


def main():
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    pathlib.Path(args.state).mkdir(parents=True, exist_ok=True)
    log, captions = Log(args.state, args.network), pathlib.Path(args.captions).read_text().splitlines()
    torch.manual_seed(1)
    lesson = {"pair": PairLesson, "answerer": AnswererLesson}[args.network](args, captions)
    learner = Learner(f"{args.state}/{args.network}", lesson.modules, ema=0.998, weight_decay=0.05)
    figures = learner.figures
    draw = random.Random(7000 + figures["steps"])
    np.random.seed(7000 + figures["steps"])
    store, held = Pictures(args.pictures), Pictures(args.pictures + "-held")
    others = pathlib.Path(args.captions + "-held").read_text().splitlines()
    others = [others[number] for number in held.numbers]

    def tried(count):
        with learner.averaged():
            return lesson.held_out(held.pixels[:count].copy(), others[:count])

    end, shown, recent = time.time() + args.seconds, time.time(), []
    while time.time() < end and figures["seconds"] < args.total:
        if figures["steps"] % 50 == 0:
            store.refresh()
        progress = figures["seconds"] / args.total
        rate = LEAST_RATE + (RATE - LEAST_RATE) * 0.5 * (1 + math.cos(math.pi * progress))
        chosen = np.sort(np.random.choice(store.count, args.batch, replace=False))
        real = store.pixels[chosen]
        if draw.random() < 0.5:
            real = real[:, :, ::-1]
        loss, parts = lesson.losses(draw, pixels(real.copy()), [captions[number] for number in store.numbers[chosen]])
        learner.step(loss, rate, args.batch)
        recent.append(parts)
        if time.time() - shown > args.report:
            means = ", ".join(f"{value:.3f}" for value in np.mean(recent, 0))
            log(
                f"step {figures['steps']}, {figures['samples']} samples in {figures['seconds']:.0f} s, {store.count} pictures,"
                f" {lesson.names} {means}, rate {rate:.1e}, {len(recent) * args.batch / (time.time() - shown):.1f} samples/s;"
                f" {tried(MEANWHILE)}"
            )
            shown, recent = time.time(), []
    figures["done"] = figures["seconds"] >= args.total
    learner.save()
    log(f"ends at step {figures['steps']}: {tried(AT_THE_END)}" + (", done" if figures["done"] else ""))


main()
