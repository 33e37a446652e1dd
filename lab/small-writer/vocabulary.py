"""Makes the tokenizer: byte-level BPE over pairs of descriptions and drawings.

    vocabulary.py PAIRS OUT             PAIRS: JSON lines of `description` and `svg`; OUT: the model's folder

A number with the sign or space before it is one token, and so is a word: `purple` in a description is the token `purple` of a fill. What
always stands together, such as the element `svg`, is one token too, so that a model of a few layers need not learn to spell.
"""

import json
import pathlib
import sys

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

SIZE = 1024
PIECES = r"""<svg[^>]*>|<path fill="|" d="|"/>|</svg>|[ -][0-9]{1,3}|[A-Za-z]+|[^A-Za-z0-9 -]+|."""


def main(pairs, out):
    pairs, out = pathlib.Path(pairs), pathlib.Path(out)
    tokenizer = Tokenizer(models.BPE())
    split = pre_tokenizers.Split(Regex(PIECES), "isolated")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=SIZE,
        special_tokens=["<|pad|>", "<|end|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    rows = [json.loads(line) for line in pairs.open()]
    tokenizer.train_from_iterator((f"{row['description']}\n{row['svg']}" for row in rows), trainer)
    out.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(out / "tokenizer.json"))
    config = {"eos_token": "<|end|>", "pad_token": "<|pad|>", "tokenizer_class": "PreTrainedTokenizerFast"}
    (out / "tokenizer_config.json").write_text(json.dumps(config, indent=1) + "\n")
    lengths = sorted(len(tokenizer.encode(f"{row['description']}\n{row['svg']}").ids) for row in rows)
    print(f"{tokenizer.get_vocab_size()} tokens; a pair has {lengths[len(lengths) // 2]}, at most {lengths[-1]}")


if __name__ == "__main__":
    main(*sys.argv[1:])
