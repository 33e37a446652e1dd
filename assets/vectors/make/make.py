#!/usr/bin/env python3
"""Makes assets/vectors/data/words.zip: words by frequency, a vector of DIMENSIONS bytes for each, and the licences.

usage: make.py PACKAGES [--cache FOLDER] [--out FILE]

PACKAGES holds the unpacked packages (see README.md). With --cache the encoder's output is kept and used again.
"""

import argparse
import json
import pathlib
import zipfile

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import BertModel

import vocabulary

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
MOST_WORDS = 26_000
DIMENSIONS = 112
# What the first sense of a word counts beside the word.
GLOSS_WEIGHT = 1.0
MOST_TOKENS = 24
BATCH = 256
FIXED_DATE = (1980, 1, 1, 0, 0, 0)


def encode(texts, folder):
    """Mean of the last hidden states, of unit length, as the sentence encoder is published."""
    model = BertModel.from_pretrained(folder).eval()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(MOST_TOKENS)
    tokenizer.no_padding()
    tokens = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
    order = np.argsort([len(ids) for ids in tokens], kind="stable")
    out = np.zeros((len(texts), model.config.hidden_size), np.float32)
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            longest = max(len(tokens[row]) for row in rows)
            ids = torch.zeros(len(rows), longest, dtype=torch.long)
            mask = torch.zeros(len(rows), longest)
            for place, row in enumerate(rows):
                ids[place, : len(tokens[row])] = torch.tensor(tokens[row])
                mask[place, : len(tokens[row])] = 1
            hidden = model(input_ids=ids, attention_mask=mask.long()).last_hidden_state
            mean = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
            out[rows] = torch.nn.functional.normalize(mean.float(), dim=1).numpy()
    return out


def cached(folder, name, make):
    path = folder and folder / f"{name}.npy"
    if path and path.exists():
        return np.load(path)
    made = make()
    if path:
        np.save(path, made)
    return made


def reduced(vectors):
    """Centred, on the DIMENSIONS directions of most variance, of unit length. Each direction's sign is fixed."""
    centred = vectors - vectors.mean(0)
    _, directions = np.linalg.eigh(centred.T.astype(np.float64) @ centred)
    directions = directions[:, ::-1][:, :DIMENSIONS]
    directions = directions * np.sign(directions[np.abs(directions).argmax(0), np.arange(DIMENSIONS)])
    found = centred @ directions
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def unit(vectors):
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def notice(packages):
    parts = [
        "Word vectors distilled from all-MiniLM-L6-v2 (sentence-transformers), Apache License 2.0, changed: reduced and quantised.",
        (ROOT / "LICENSE-APACHE").read_text(encoding="utf-8"),
        "Words from SCOWL:",
        (packages / "scowl/usr/share/doc/scowl/copyright").read_text(encoding="utf-8", errors="replace"),
        "Senses of words from WordNet:",
        (packages / "wordnet-base/usr/share/doc/wordnet-base/copyright").read_text(encoding="utf-8", errors="replace"),
    ]
    return "\n\n".join(parts)


def write(path, entries):
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in entries.items():
            entry = zipfile.ZipInfo(name, FIXED_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data, compresslevel=9)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", type=pathlib.Path)
    parser.add_argument("--cache", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "assets/vectors/data/words.zip")
    options = parser.parse_args()
    encoder = options.packages / "minilm"
    pieces = list(json.loads((encoder / "tokenizer.json").read_text())["model"]["vocab"])
    chosen = vocabulary.choose(options.packages, pieces, MOST_WORDS)
    alone = cached(options.cache, "alone", lambda: encode([word for word, _ in chosen], encoder))
    explained = [f"{word}: {gloss}" if gloss else word for word, gloss in chosen]
    glossed = cached(options.cache, "glossed", lambda: encode(explained, encoder))
    vectors = reduced(unit(alone + GLOSS_WEIGHT * glossed))
    quantised = np.rint(vectors / np.abs(vectors).max(1, keepdims=True) * 127).astype(np.int8)
    write(
        options.out,
        {
            "words.txt": "\n".join(word for word, _ in chosen),
            "vectors.i8": quantised.T.tobytes(),
            "NOTICE": notice(options.packages),
        },
    )
    kept = float((vectors * unit(quantised.astype(np.float32))).sum(1).min())
    print(f"{len(chosen)} words, {options.out.stat().st_size} bytes, least cosine after quantising {kept:.5f}")


if __name__ == "__main__":
    main()
