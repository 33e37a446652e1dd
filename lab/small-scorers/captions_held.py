"""Writes captions that are not among those of a file, for trying what was learnt from it.

    captions_held.py ART CAPTIONS        3,000 captions to CAPTIONS-held
"""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "small-model"))
import captions as grammar

COUNT = 3000


def main():
    grammar.LABELS = grammar.art_labels(sys.argv[1])
    learnt = pathlib.Path(sys.argv[2]).read_text().splitlines()
    kept = set((grammar.HERE / "kept_out.txt").read_text().split())
    avoided = kept | {grammar.key(text) for text in [*grammar.held_out(), *learnt]}
    rows = [text for _, (_, text) in zip(range(COUNT), grammar.captions(grammar.SEED + 2, avoided))]
    pathlib.Path(sys.argv[2] + "-held").write_text("".join(f"{text}\n" for text in rows))


main()
