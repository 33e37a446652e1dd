"""Writes what the shipped answerer is asked about pictures of the 200 captions that nothing has learnt (../small-model/held_out/judge.txt).

    held_out.py > held_out.tsv

A row is the number of a caption, the kind, the question or description, the choices between bars, and the right one.
"""

import pathlib
import random

from questions import altered, questions

SEED = 20261130
HELD = pathlib.Path(__file__).resolve().parent.parent / "small-model/held_out/judge.txt"


def main():
    captions, draw = HELD.read_text().splitlines(), random.Random(SEED)
    row = lambda *fields: print("\t".join(map(str, fields)))
    for at, text in enumerate(captions):
        row(at, "portrays, its own", text, "yes|no", "yes")
        row(at, "portrays, another", captions[(at + 1) % len(captions)], "yes|no", "no")
        changed = altered(draw, text)
        if changed:
            row(at, "portrays, changed", changed, "yes|no", "no")
        for kind, (question, choices, right) in questions(draw, text):
            row(at, f"{kind}, {len(choices)} choices", question, "|".join(choices), choices[right])


main()
