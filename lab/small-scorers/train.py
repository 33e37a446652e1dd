"""Trains the pair of towers, then the answerer, which looks through the pair's picture tower and leaves it as it is.

    train.py pair|answerer PICTURES CAPTIONS TOKENIZERS STATE --seconds 600 --total 7200

PICTURES is what pictures.py writes, also while it writes; PICTURES-held has pictures of other captions, CAPTIONS-held, on which the
networks are tried from time to time. STATE gets weights and log; started again, training goes on from there. Without a pair in STATE the
answerer takes the one that ships.
"""

import argparse
import math
import pathlib
import random
import sys
import time

import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn

import answerer
import pair
from meeting import MASS, Meeting
from networks import Answerer, pixels
from networks import pair as new_pair
from patches import Seen
from pictures import Pictures
from questions import altered

HERE = pathlib.Path(__file__).resolve().parent
sys.path += [str(HERE.parent / "small-model"), str(HERE.parent.parent / "assets/small-model/make")]
from state import Learner, Log, averages, read_tensors, write_tensors
from unpack import wide

SHIPPED = HERE.parent.parent / "assets/small-siglip/data/model.safetensors"
RATE, LEAST_RATE = 1e-3, 1e-5
OF_WORDS = 0.3
MEET_RATE, MEET_BATCH = 3e-3, 64
MEANWHILE, AT_THE_END = 100, 1000  # held-out pictures

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("network", choices=("pair", "answerer"))
parser.add_argument("pictures"), parser.add_argument("captions"), parser.add_argument("tokenizers"), parser.add_argument("state")
parser.add_argument("--seconds", type=float, default=600, help="of this part")
parser.add_argument("--total", type=float, default=7200, help="of all parts")
parser.add_argument("--meet", type=float, default=180, help="seconds in which words and patches meet, before the answerer learns")
parser.add_argument("--batch", type=int, default=96)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--report", type=float, default=300, help="seconds between lines of the log")


class PairLesson:
    """The pair's losses, and how it does on held-out pictures."""

    names = "match, words"

    def __init__(self, args, captions, log):
        self.texts, self.model = pair.Texts(args.tokenizers), new_pair()
        self.words = pair.Words(self.texts, captions[:20000])
        self.modules = {"pair": self.model, "words": self.words}
        self.store, self.held = Pictures(args.pictures), Pictures(args.pictures + "-held")

    def batch(self, draw, count):
        chosen = np.sort(np.random.choice(self.store.count, count, replace=False))
        real = self.store.pixels[chosen]
        if draw.random() < 0.5:
            real = real[:, :, ::-1]
        return pixels(real.copy()), self.store.numbers[chosen]

    def losses(self, draw, real, captions, progress):
        match, bag = pair.losses(self.model, self.words, self.texts, draw, self.model.vision_model(real).pooler_output, captions)
        return match + OF_WORDS * bag, (match.item(), bag.item())

    def held_out(self, count, captions):
        draw = random.Random(5)
        changed = [altered(draw, text) for text in captions]
        return pair.held_out(self.model, self.texts, self.held.pixels[:count].copy(), captions, changed)


class AnswererLesson:
    """The same of the answerer."""

    names = "answers, truth of words, of choices"

    def __init__(self, args, captions, log):
        self.prompts, self.model, self.truth = answerer.Prompts(args.tokenizers), Answerer(), answerer.Truth()
        folder, whole = pathlib.Path(args.state) / "tower", new_pair()
        if not folder.exists():  # so that the pair may learn on
            folder.mkdir()
            write_tensors(folder, "pair", averages(f"{args.state}/pair", "pair") or wide(load_file(SHIPPED)))
        whole.load_state_dict(read_tensors(folder, "pair"))
        tower = whole.vision_model.requires_grad_(False)
        self.store, self.held = (
            Seen(args.pictures + end, tower, f"{args.state}/patches{end}.f16") for end in ("", "-held")
        )
        self.modules = {"answerer": self.model, "truth": self.truth}
        if not (pathlib.Path(args.state) / "answerer").exists():
            self.meet(args, captions, log, whole.text_model.embeddings.token_embedding.weight.detach())

    def meet(self, args, captions, log, vectors):
        meeting = Meeting(self.model, pair.Texts(args.tokenizers), captions[:20000], vectors)
        learnt, losses, folder = meeting.parameters_learnt, [], pathlib.Path(args.state) / "meeting"
        if folder.exists():
            self.model.load_state_dict(read_tensors(folder, "answerer"))
            self.truth.begin(MASS)
            return
        optimiser, began = torch.optim.Adam(learnt, MEET_RATE), time.process_time()
        while (spent := (time.process_time() - began) / torch.get_num_threads()) < args.meet:
            seen, numbers = self.store.batch(MEET_BATCH)
            loss = meeting.loss(seen, [captions[number] for number in numbers])
            optimiser.param_groups[0]["lr"] = MEET_RATE * (1 - spent / args.meet)
            loss.backward(), optimiser.step(), optimiser.zero_grad()
            losses.append(loss.item())
            if len(losses) % 100 == 0:
                told = meeting.held_out(random.Random(3), self.held.first(300), self.held_captions(args))
                log(f"meeting, step {len(losses)}, loss {np.mean(losses[-100:]):.3f}, {told}")
        meeting.finish()
        self.truth.begin(MASS)
        folder.mkdir()
        write_tensors(folder, "answerer", self.model.state_dict())

    def held_captions(self, args):
        others = pathlib.Path(args.captions + "-held").read_text().splitlines()
        return [others[number] for number in self.held.store.numbers]

    def batch(self, draw, count):
        return self.store.batch(count)

    def losses(self, draw, patches, captions, progress):
        with torch.autocast("cpu", torch.bfloat16):
            parts = answerer.losses(self.model, self.truth, self.prompts, draw, patches, captions, progress)
        return parts.sum(), parts.tolist()

    def held_out(self, count, captions):
        return answerer.held_out(self.model, self.prompts, self.held.first(count), captions)


def main():
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    pathlib.Path(args.state).mkdir(parents=True, exist_ok=True)
    log, captions = Log(args.state, args.network), pathlib.Path(args.captions).read_text().splitlines()
    torch.manual_seed(1), np.random.seed(1)
    lesson = {"pair": PairLesson, "answerer": AnswererLesson}[args.network](args, captions, log)
    learner = Learner(f"{args.state}/{args.network}", lesson.modules, ema=0.998, weight_decay=0.05)
    figures = learner.figures
    draw = random.Random(7000 + figures["steps"])
    np.random.seed(7000 + figures["steps"])
    others = pathlib.Path(args.captions + "-held").read_text().splitlines()
    others = [others[number] for number in Pictures(args.pictures + "-held").numbers]

    def tried(count):
        with learner.averaged():
            return lesson.held_out(count, others[:count])

    end, shown, recent = time.time() + args.seconds, time.time(), []
    while time.time() < end and figures["seconds"] < args.total:
        if figures["steps"] % 50 == 0:
            lesson.store.refresh()
        progress = figures["seconds"] / args.total
        rate = LEAST_RATE + (RATE - LEAST_RATE) * 0.5 * (1 + math.cos(math.pi * progress))
        seen, numbers = lesson.batch(draw, args.batch)
        loss, parts = lesson.losses(draw, seen, [captions[number] for number in numbers], progress)
        learner.step(loss, rate, args.batch)
        recent.append(parts)
        if time.time() - shown > args.report:
            means = ", ".join(f"{value:.3f}" for value in np.mean(recent, 0))
            log(
                f"step {figures['steps']}, {figures['samples']} samples in {figures['seconds']:.0f} s, {lesson.store.count} pictures,"
                f" {lesson.names} {means}, rate {rate:.1e}, {len(recent) * args.batch / (time.time() - shown):.1f} samples/s;"
                f" {tried(MEANWHILE)}"
            )
            shown, recent = time.time(), []
    figures["done"] = figures["seconds"] >= args.total
    learner.save()
    log(f"ends at step {figures['steps']}: {tried(AT_THE_END)}" + (", done" if figures["done"] else ""))


main()
