"""The word vectors as the library looks them up: content words, base forms, weights by frequency."""

import pathlib
import re
import zipfile

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[3]
HALF_FREQUENCY = 1e-3
ZIPF_SUM = 11.0
MOST_WORDS = 200


def table(source, name):
    """Strings of a Rust constant."""
    body = re.search(rf"const {name}:[^=]*=\s*\[(.*?)\];", source, re.S).group(1)
    return re.findall(r'"([^"]*)"', body)


LEMMA = (ROOT / "crates/words/src/lemma.rs").read_text()
IRREGULAR = dict(zip(*[iter(table(LEMMA, "IRREGULAR"))] * 2))
UNCHANGED = set(table(LEMMA, "UNCHANGED"))
STOP_WORDS = set(table((ROOT / "crates/core/src/prompt.rs").read_text(), "STOP_WORDS"))


def lemmas(word):
    forms = [word]
    if word in IRREGULAR:
        forms.append(IRREGULAR[word])
    if word.isascii() and len(word) > 2 and word not in UNCHANGED:
        stem = word[:-1]
        if word.endswith("s") and not stem.endswith("s"):
            forms.append(stem)
            if word.endswith("ies"):
                forms.append(word[:-3] + "y")
            if word.endswith("es"):
                forms.append(word[:-2])
        for ending in ("ing", "ed", "y"):
            stem = word.removesuffix(ending)
            if stem != word and len(stem) > 2:
                forms += [stem, stem + "e"]
                if stem[-1] == stem[-2]:
                    forms.append(stem[:-1])
    return forms


def content_words(text):
    found = []
    spelled = [word.strip("'") for word in re.split(r"[^\w']|_", text)]
    for word in [word for word in spelled if word][:MOST_WORDS]:
        word = word.lower()
        if word not in STOP_WORDS and word not in found:
            found.append(word)
    return found


class Words:
    def __init__(self):
        with zipfile.ZipFile(ROOT / "assets/vectors/data/words.zip") as archive:
            self.words = archive.read("words.txt").decode().split("\n")
            planes = np.frombuffer(archive.read("vectors.i8"), np.int8)
        vectors = planes.reshape(-1, len(self.words)).T.astype(np.float32)
        self.vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        self.ranks = {word: rank for rank, word in enumerate(self.words)}
        frequency = 1 / ((np.arange(len(self.words)) + 1) * ZIPF_SUM)
        self.weights = (HALF_FREQUENCY / (HALF_FREQUENCY + frequency)).astype(np.float32)

    def known(self, text):
        """Ranks of the content words that are known."""
        ranks = (next((self.ranks[form] for form in lemmas(word) if form in self.ranks), None) for word in content_words(text))
        return [rank for rank in ranks if rank is not None]
