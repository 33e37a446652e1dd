"""What the answerer learns: a picture and a prompt to the one token of the answer, a letter, yes or no.

It also writes captions, which tells it what the words mean; without that the answers stay at chance for long. Prompts are those of the contest's metric: questions with choices, and whether the picture portrays a description, half of them changed
in one fact or of another picture. Asked for text it says nothing: none of its pictures has any.
"""

import random
from collections import Counter

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

from networks import PATCHES
from questions import altered, asked, portrays, questions

IMAGE, BOS = "<image>", "<bos>"


class Prompts:
    """Prompts as numbers."""

    def __init__(self, folder):
        self.tokenizer = Tokenizer.from_file(f"{folder}/answerer/tokenizer.json")
        self.image, self.nothing = self.tokenizer.token_to_id(IMAGE), self.tokenizer.token_to_id("<eos>")
        self.answers = {text: self.token(text) for text in ("yes", "no", "A", "B", "C", "D")}

    def token(self, text):
        (number,) = self.tokenizer.encode(text, add_special_tokens=False).ids
        return number

    def rows(self, prompts):
        texts = [f"{before}{IMAGE * PATCHES}{BOS}{after}\n" for before, after in prompts]
        return [one.ids for one in self.tokenizer.encode_batch(texts, add_special_tokens=False)]

    def batch(self, prompts, end=False):
        """Prompts as (what stands before the picture, what behind): numbers filled up on the left, and where the picture begins.

        With `end` the last token, a line break, becomes the end of the text.
        """
        rows = self.rows(prompts)
        if end:
            rows = [[*row[:-1], self.nothing] for row in rows]
        longest = max(map(len, rows))
        ids = torch.tensor([[0] * (longest - len(row)) + row for row in rows])
        return ids, (ids == self.image).int().argmax(1)


def caption_loss(model, prompts, patches, captions):
    """Cross entropy of the tokens of captions, each told those before it."""
    asked = [("", "caption en\n" + text) for text in captions]
    ids, images = prompts.batch(asked, end=True)
    starts = images + len(prompts.rows([("", "caption en")])[0])
    logits = model(patches, ids, images, prefix=starts)
    target = ids[:, 1:].masked_fill(torch.arange(1, ids.shape[1])[None, :] < starts[:, None], -100)
    return F.cross_entropy(logits[:, :-1].transpose(1, 2), target)


def exercises(draw, text, another):
    """What is asked of a picture with its answer: (kind, prompt, answer). `another` is the caption of another picture."""
    changed = altered(draw, text)
    if changed and draw.random() < 0.7:
        wrong = ("portrays: changed", portrays(changed), "no")
    else:
        wrong = ("portrays: another", portrays(another), "no")
    several = [(kind, ("", asked(question)), chr(65 + question[2])) for kind, question in questions(draw, text)]
    return [("portrays: its own", portrays(text), "yes"), wrong, *several]


def loss(model, prompts, draw, patches, captions):
    """Cross entropy of the answers to one yes or no and up to two questions about each picture."""
    work, which = [("ocr", ("", "ocr\n"), None)], [0]
    for at, text in enumerate(captions):
        whole = exercises(draw, text, captions[(at + 1) % len(captions)])
        chosen = [draw.choice(whole[:2]), *draw.sample(whole[2:], min(2, len(whole) - 2))]
        work += chosen
        which += [at] * len(chosen)
    rights = torch.tensor([prompts.answers.get(answer, prompts.nothing) for _, _, answer in work])
    return F.cross_entropy(model(patches[which], *prompts.batch([prompt for _, prompt, _ in work])), rights)


@torch.no_grad()
def held_out(model, prompts, patches, captions):
    """Share of right answers of each kind, among the choices that the metric compares."""
    draw, right, total = random.Random(6), Counter(), Counter()
    for at, text in enumerate(captions):
        work = exercises(draw, text, captions[(at + 1) % len(captions)])
        logits = model(patches[at].expand(len(work), -1, -1), *prompts.batch([prompt for _, prompt, _ in work]))
        for row, (kind, (_, after), answer) in zip(logits, work):
            choices = ["yes", "no"] if answer in ("yes", "no") else [chr(65 + at) for at in range(after.count("\n") - 2)]
            kind += "" if answer in ("yes", "no") else f", {len(choices)} choices"
            right[kind] += max(choices, key=lambda text: row[prompts.answers[text]]) == answer
            total[kind] += 1
    return ", ".join(f"{kind} {100 * right[kind] / total[kind]:.1f} % of {total[kind]}" for kind in sorted(total))
