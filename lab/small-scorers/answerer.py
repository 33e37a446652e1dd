"""What the answerer learns: a picture and a prompt to the one token of the answer, a letter, yes or no.

One token a prompt teaches little. So two heads, which are thrown away, tell meanwhile of each word of the prompt whether the picture
shows what it says, and behind one more layer of each choice and of the whole description whether it is right. Prompts are those of the
contest's metric: questions with choices, and whether the picture portrays a description, half of them changed in one fact or of another
picture. Asked for text it says nothing: none of its pictures has any.
"""

import random
import re
from collections import Counter

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import nn

from networks import PATCHES, WIDTH
from questions import COLOURS, FLATS, NUMBERS, PLACES, STOP, altered, asked, claims, portrays, questions, stem

LISTS = 3.0  # no lists any more after a third of the time
IMAGE, BOS = "<image>", "<bos>"
OCR = ("ocr", ("", "ocr\n"), None, [], [])
NAMED = re.compile(r"^Is there (?:anything |an? )(.+) in the image\?$")


class Prompts:
    """Prompts as numbers."""

    def __init__(self, folder):
        self.tokenizer = Tokenizer.from_file(f"{folder}/answerer/tokenizer.json")
        self.image, self.nothing = self.tokenizer.token_to_id(IMAGE), self.tokenizer.token_to_id("<eos>")
        self.answers = {text: self.token(text) for text in ("yes", "no", "A", "B", "C", "D")}

    def token(self, text):
        (number,) = self.tokenizer.encode(text, add_special_tokens=False).ids
        return number

    def batch(self, work):
        """Prompts of exercises: numbers filled up on the left, where the picture begins, and for each token two labels.

        A label is 1 for what is so, 0 for what is not and -1 for what says nothing: of the words, and of the choices and descriptions.
        """
        fronts = [f"{before}{IMAGE * PATCHES}{BOS}" for _, (before, _), *_ in work]
        texts = [f"{front}{after}\n" for front, (_, (_, after), *_) in zip(fronts, work)]
        rows = self.tokenizer.encode_batch(texts, add_special_tokens=False)
        longest = max(len(row.ids) for row in rows)
        ids = torch.tensor([[0] * (longest - len(row.ids)) + row.ids for row in rows])
        labels = torch.full((2, len(work), longest), -1.0)
        for at, (row, front, (*_, words, wholes)) in enumerate(zip(rows, fronts, work)):
            for kind, spans in enumerate((words, wholes)):
                at_char = {}
                for start, end, so in spans:
                    at_char.update(dict.fromkeys(range(start + len(front), end + len(front)), float(so)))
                for token, (start, end) in enumerate(row.offsets):
                    if end > start and end - 1 in at_char:
                        labels[kind, at, longest - len(row.ids) + token] = at_char[end - 1]
        return ids, (ids == self.image).int().argmax(1), labels


class Truth(nn.Module):
    """The heads that are thrown away: of words behind the layer before the last but one, of choices behind the last but one."""

    def __init__(self):
        super().__init__()
        self.words, self.wholes = nn.Linear(WIDTH, 1), nn.Linear(WIDTH, 1)

    def begin(self, mass):
        """Takes the share of attention that goes to patches for the truth of a word."""
        with torch.no_grad():
            self.words.weight.mul_(0.1)
            self.words.weight[0, mass], self.words.weight[0, mass + 1] = 0.5, -0.5

    def losses(self, layers, labels):
        out = []
        for head, states, so in zip((self.words, self.wholes), (layers[-2], layers[-1]), labels):
            known = so >= 0
            states = F.layer_norm(states[known].float(), (WIDTH,))
            out.append(F.binary_cross_entropy_with_logits(head(states)[:, 0], so[known]) if known.any() else states.sum() * 0)
        return out


def portrayal(kind, text, caption, answer):
    """Whether the picture portrays a text; it does if the text is its caption."""
    before, after = portrays(text)
    start = after.index(text)
    words = [(start + a, start + b, so) for a, b, so in claims(text, caption)]
    end = start + len(text)
    return kind, (before, after), answer, words, [(end, end + 1, answer == "yes")]


def choosing(kind, question):
    """A question with choices, each of which is right or wrong."""
    text, choices, right = question
    prompt, words, wholes = asked(question), [], []
    named = NAMED.match(text)
    if named:
        start = prompt.index(text)
        words.append((start + named.start(1), start + named.end(1), choices[right] == "yes"))
    at = prompt.index("Choices:\n") + len("Choices:\n")
    for number, choice in enumerate(choices):
        end = at + len(f"{chr(65 + number)}. {choice}\n")
        wholes += [(at, at + 1, number == right), (end - 1, end, number == right)]
        (wholes if named else words).append((at + 3, end - 1, number == right))
        at = end
    return kind, ("", prompt), chr(65 + right), words, wholes


def exercises(draw, text, another):
    """What is asked of a picture: (kind, prompt, answer, spans of words, spans of choices). `another` is the caption of another picture."""
    changed = altered(draw, text)
    if changed and draw.random() < 0.7:
        wrong = portrayal("portrays: changed", changed, text, "no")
    else:
        wrong = portrayal("portrays: another", another, text, "no")
    return [portrayal("portrays: its own", text, text, "yes"), wrong, *(choosing(*one) for one in questions(draw, text))]


def listed(draw, text, others):
    """Words of a caption among words of others, in any order: nothing is asked, but of each word it is told whether it is true."""
    content = lambda line: [word for word in line.split() if word not in STOP]
    more = [*draw.sample(COLOURS, 3), *draw.sample(NUMBERS, 2), draw.choice(PLACES), draw.choice(FLATS)]
    said = [*content(text), *(word for line in [*draw.sample(others, 3), *more] for word in content(line))]
    draw.shuffle(said)
    stems = {stem(word) for word in text.split()}
    before, after = portrays(" ".join(said))
    at, words = after.index(said[0]), []
    for word in said:
        words.append((at, at + len(word), stem(word) in stems))
        at += len(word) + 1
    return "list", (before, after), None, words, []


def chosen(draw, captions, lists):
    """What is asked of pictures, in groups that are alike in length, with the pictures' places.

    Lists of words, one a picture, or for each picture one yes or no and up to two questions.
    """
    if lists:
        return [[(listed(draw, text, captions), at) for at, text in enumerate(captions)]]
    groups = [[], [(OCR, 0)]]
    for at, text in enumerate(captions):
        whole = exercises(draw, text, captions[(at + 1) % len(captions)])
        groups[0].append((draw.choice(whole[:2]), at))
        groups[1] += [(one, at) for one in draw.sample(whole[2:], min(2, len(whole) - 2))]
    return groups


def losses(model, truth, prompts, draw, patches, captions, progress):
    """Cross entropy of the answers, and what the heads lose on words and on choices; in the beginning mostly lists of words."""
    sums, count = torch.zeros(3), len(captions)
    for group in chosen(draw, captions, lists=draw.random() > LISTS * progress):
        work, which = zip(*group)
        ids, images, labels = prompts.batch(work)
        rights = torch.tensor([prompts.answers.get(answer, prompts.nothing) for _, _, answer, *_ in work])
        logits, layers = model(patches[list(which)], ids, images)
        known = torch.tensor([answer is not None or kind == "ocr" for kind, _, answer, *_ in work])
        answered = F.cross_entropy(logits[known], rights[known]) if known.any() else logits.sum() * 0
        sums = sums + torch.stack([answered, *truth.losses(layers, labels)]) * (len(work) / count)
    return sums


@torch.no_grad()
def held_out(model, prompts, patches, captions, at_once=64):
    """Share of right answers of each kind, among the choices that the metric compares; in percent, with the count."""
    draw, right, total, work = random.Random(6), Counter(), Counter(), []
    for at, text in enumerate(captions):
        work += [(one, at) for one in exercises(draw, text, captions[(at + 1) % len(captions)])]
    for at in range(0, len(work), at_once):
        some, which = zip(*work[at : at + at_once])
        logits, _ = model(patches[list(which)], *prompts.batch(some)[:2])
        for row, (kind, (_, after), answer, *_) in zip(logits, some):
            choices = ["yes", "no"] if answer in ("yes", "no") else [chr(65 + at) for at in range(after.count("\n") - 2)]
            kind += "" if answer in ("yes", "no") else f", {len(choices)} choices"
            right[kind] += max(choices, key=lambda text: row[prompts.answers[text]]) == answer
            total[kind] += 1
    return ", ".join(f"{kind} {100 * right[kind] / total[kind]:.1f} % of {total[kind]}" for kind in sorted(total))
