"""Makes the tokenizers: one vocabulary in Gemma's form, written out as PaliGemma's and as SigLIP's tokenizer.

    vocabulary.py CAPTIONS OUT

Spaces become U+2581, BPE, no merge across words. Writes OUT/answerer/tokenizer.json and OUT/pair/tokenizer.json.
"""

import json
import pathlib
import random
import string
import sys

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from questions import asked, portrays, questions

SPACE = "\u2581"
SPECIAL = ["<pad>", "<eos>", "<bos>", "<unk>"]
SIZE = 2047  # and <image>
LINES = 30_000
# What has to be one token each, and room for the pieces that this takes.
ANSWERS = [space + answer for space in ("", " ") for answer in ("yes", "no", *string.ascii_uppercase)]
ROOM = 40


def corpus(captions):
    """Captions and prompts about them."""
    draw = random.Random(20261129)
    for text in draw.sample(captions, LINES):
        yield text
        yield " " + text
        yield "".join(portrays(text))
        for _, question in questions(draw, text):
            yield asked(question)


def trained(lines):
    """Pieces and merges of the lines."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Replace(" ", SPACE)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split("\n", "isolated"), pre_tokenizers.Split(SPACE, "merged_with_next"), pre_tokenizers.Punctuation()]
    )
    alphabet = [SPACE, "\n", *string.ascii_letters, *string.digits, *string.punctuation]
    size = SIZE - len(SPECIAL) - ROOM
    tokenizer.train_from_iterator(lines, trainers.BpeTrainer(vocab_size=size, initial_alphabet=alphabet, show_progress=False))
    model = json.loads(tokenizer.to_str())["model"]
    pieces, merges = sorted(model["vocab"], key=model["vocab"].get), [tuple(pair) for pair in model["merges"]]
    for text in ANSWERS:
        parts = tokenizer.encode(text).tokens
        while len(parts) > 1:
            merges.append((parts[0], parts[1]))
            parts = [parts[0] + parts[1], *parts[2:]]
            pieces += [piece for piece in parts[:1] if piece not in pieces]
    return pieces, merges


def main():
    captions = pathlib.Path(sys.argv[1]).read_text().splitlines()
    out = pathlib.Path(sys.argv[2])
    pieces, merges = trained(corpus(captions))
    pieces = SPECIAL + pieces
    pieces += [f"<unused{at}>" for at in range(SIZE - len(pieces))] + ["<image>"]
    assert len(pieces) == len(set(pieces)) == SIZE + 1
    model = lambda: models.BPE(vocab={piece: at for at, piece in enumerate(pieces)}, merges=merges, unk_token="<unk>", fuse_unk=True)
    for name in ("answerer", "pair"):
        tokenizer = Tokenizer(model())
        tokenizer.normalizer = normalizers.Replace(" ", SPACE)
        tokenizer.decoder = decoders.Sequence([decoders.Replace(SPACE, " "), decoders.Fuse()])
        special = SPECIAL + (["<image>"] if name == "answerer" else [])
        tokenizer.add_special_tokens([AddedToken(piece, normalized=False, special=True) for piece in special])
        if name == "pair":
            # As SigLIP's: a space in front, the end behind.
            tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend(SPACE), normalizers.Replace(" ", SPACE)])
            tokenizer.post_processor = processors.TemplateProcessing(single="$A <eos>", special_tokens=[("<eos>", 1)])
        (out / name).mkdir(parents=True, exist_ok=True)
        tokenizer.save(str(out / name / "tokenizer.json"), pretty=False)
        print(name, tokenizer.encode("a purple forest at dusk\n").tokens, tokenizer.encode("A. yes\n A no").tokens)


main()
