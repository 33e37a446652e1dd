"""Writes the captions that the model learns, and keeps some for the end.

    captions.py ART COUNT OUT            COUNT captions, one a line, to the file OUT
    captions.py ART held-out             held_out/judge.txt and held_out/viewers.tsv, beside this script
    captions.py kept-out CSV...          kept_out.txt, beside this script: descriptions that must never be learnt

ART is the archive with the composer's pictures (assets/art/data/art.zip). Everything follows from the seed.
"""

import csv
import hashlib
import json
import pathlib
import random
import re
import sys
import zipfile

from words import *

SEED = 20261127
JUDGE, VIEWERS = 200, 60
HERE = pathlib.Path(__file__).parent
R = random.Random()

# Labels of the art that make a poor caption: parts of faces, gestures, signs and things of which one picture says too little.
POOR = re.compile(
    r"face|emoji|hand|finger|fist|gesture|symbol|suit|arrow|button|behind|speech|anger|person|people|man:|deaf|breast|pregnant|"
    r"oncoming|quarter|gibbous|waxing|waning|notebook with|mailbox|open |tilted|volume|with meridians|showing|japan|map of|"
    r"leg|toilet|pill|syringe|cigar|pistol|rifle|bomb|biohazard|poo|kiss|heart-|zzz|dashing|collision|hundred|battery|lungs|"
    r"organ|brain|bone|wheelchair|turban|veil|cane|levitating|santa|claus|’|\d|lean to|wedding|underwear|briefs|bikini|"
    r"operator|reader|mover|sole|hole|pick|link|seat|station|club|locked|^ice$|^mate$|^water wave$|heavy|zip"
)
FIGURES = words("""
    astronaut, king, queen, prince, princess, farmer, cook, ballerina, detective, firefighter, pilot, sailor, ninja, wizard, fairy,
    elf, genie, vampire, zombie, superhero, mechanic, nurse, doctor, judge, jester, bride, singer, student, teacher, skier, diver,
    robot, ghost, alien, skull, police officer, old man, old woman, boy, girl, baby, woman, man
""")


def art_labels(archive):
    """Labels of the art that read well in a caption, sorted."""
    with zipfile.ZipFile(archive) as art:
        rows = json.loads(art.read("index.json"))
    labels = {row["label"].lower() for row in rows if row["group"] not in ("smileys-emotion", "people-body")}
    return sorted(
        label for label in labels if not POOR.search(label) and len(label.split()) <= 3 and label.split()[0] not in COLOURS + SHADES
    )


def maybe(chance, text):
    return text if R.random() < chance else ""


def colour():
    return R.choice(COLOURS if R.random() < 0.65 else SHADES)


def two_colours():
    first = second = colour()
    while first.split()[-1] == second.split()[-1]:
        second = colour()
    return first, second


def a(text):
    vowel = re.match(r"[aeiou]", text) and not re.match(r"uni|one|eu|ukul", text)
    return ("an " if vowel else "a ") + text


def one(text):
    """A thing with its article, if it has one."""
    several = re.search(r"[^sui]s$", text) and not re.search(r"(compass|glass|dress|cross|octopus)$", text)
    return text if several or text.split()[-1] in PLURAL_THINGS else a(text)


def plural(noun):
    if noun in PLURALS:
        return PLURALS[noun]
    head, _, last = noun.rpartition(" ")
    if last in PLURALS:
        last = PLURALS[last]
    elif re.search(r"(s|x|z|ch|sh)$", last):
        last += "es"
    elif re.search(r"[^aeiou]y$", last):
        last = last[:-1] + "ies"
    else:
        last += "s"
    return f"{head} {last}".strip()


def number(most=9):
    return NUMBERS[min(int(R.expovariate(0.5)), most - 2)]


# ---- scenes


def setting():
    kind = R.choices(list(SETTING_WEIGHTS), SETTING_WEIGHTS.values())[0]
    return kind, R.choice(SETTINGS[kind])


def preposition(kind):
    return next((word for word, kinds in PREPOSITIONS.items() if kind in kinds), "in")


def moment():
    r = R.random()
    if r < 0.25:
        return ""
    return " " + (R.choice(TIMES) if r < 0.62 else R.choice(AIR) if r < 0.9 else f"under {a(colour())} sky")


def scene():
    kind, place = setting()
    first, second = two_colours()
    looks = f"{R.choice([first, first, R.choice(AIRY), R.choice(MOODS)])} {place}"
    trees = R.choice([R.choice(TREES), f"{R.choice(NUMBERS)} {R.choice(TREES)}", f"{first} {R.choice(FLOWERS)}", R.choice(FLOWERS)])
    return R.choices(
        [
            a(looks) + moment(),
            f"{a(place)}{moment() or ' ' + R.choice(TIMES)}",
            R.choice([f"{a(first)} {place} under {a(second)} sky", f"{a(first)} sunset over {a(second)} {place}"]),
            f"{a(first)} {R.choice(words('sunset, sunrise, moon, sun'))} over {a(place)}",
            f"{R.choice(IN_THE_SKY)} over {a(R.choice([place, looks]))}" + maybe(0.3, moment()),
            f"{a(place)} with {trees}" + maybe(0.4, moment()),
            f"{R.choice(words('snow-covered, rolling, rocky, jagged, green, golden, blue, purple, distant'))} "
            + R.choice(words("hills, mountains, peaks, dunes, cliffs")) + moment(),
            f"{a(place)} {R.choice(words('beside, near, behind, above, beyond'))} {a(setting()[1])}" + maybe(0.5, moment()),
            f"a {R.choice(words('field, meadow, garden'))} of {maybe(0.5, first + ' ')}{R.choice(FLOWERS)}" + moment(),
            inhabited(kind, place),
        ],
        [20, 6, 8, 4, 8, 6, 4, 5, 3, 36],
    )[0]


def inhabited(kind, place):
    """A setting with what is found in it."""
    there = R.choice(FOUND_IN[kind])
    there = R.choice([there, there, f"{colour()} {there}", f"{R.choice(LOOKS)} {there}"])
    where = R.choice([preposition(kind)] * 3 + ["near", "by"])
    place = R.choice([place, place, f"{colour()} {place}", f"{R.choice(AIRY)} {place}"])
    if R.random() < 0.16:
        return f"{number(5)} {plural(there)} {where} {a(place)}" + maybe(0.4, moment())
    return R.choice([f"{one(there)} {where} {a(place)}"] * 2 + [f"{a(place)} with {one(there)}"]) + maybe(0.45, moment())


# ---- things


def thing():
    r = R.random()
    if r < 0.28:
        return R.choice(ANIMALS)
    if r < 0.62:
        return R.choice(OBJECTS)
    return R.choice(LABELS) if r < 0.94 else R.choice(FIGURES)


def dressed(noun):
    """A thing, mostly with a colour, a material or a look."""
    r = R.random()
    if r < 0.5:
        return f"{colour()} {noun}"
    if r < 0.58 and noun not in ANIMALS + FIGURES:
        return f"{R.choice(MATERIALS)} {noun}"
    return f"{R.choice(LOOKS)} {noun}" if r < 0.7 else noun


def single():
    noun = thing()
    first, second = two_colours()
    return R.choices(
        [
            one(dressed(noun)),
            f"{one(dressed(noun))} on {a(colour())} background",
            f"{a(first)} and {second} {noun}",
            f"{a(dressed(R.choice(ANIMALS)))} wearing {R.choice(WORN)}",
            f"a {R.choice(words('bronze, stone, marble, golden, silver, jade'))} statue of {a(R.choice(ANIMALS))}",
        ],
        [62, 18, 8, 8, 4],
    )[0]


def related():
    first, second = one(dressed(thing())), one(dressed(thing()))
    surface = maybe(0.5, colour() + " ") + R.choice(SURFACES)
    beside = R.choice(words("beside, next to, on, on top of, under, behind, in front of, near, and, and, above, with, over"))
    return R.choices(
        [
            f"{first} {R.choice(words('on, on, on, on, beside, near, under'))} {a(surface)}",
            f"{first} {beside} {second}",
            f"{one(thing())} and {one(thing())}",
            f"{first} in {a(R.choice(words('box, basket, bowl, glass, jar, bucket, cage, bag, cup')))}",
            f"{first} between two {plural(R.choice(OBJECTS))}",
        ],
        [40, 36, 12, 8, 4],
    )[0]


def counted():
    noun = thing()
    while noun in UNCOUNTED or noun in PLURAL_THINGS or noun.endswith("s"):
        noun = thing()
    group = f"{number()} {R.choice([colour() + ' ', colour() + ' ', '', R.choice(LOOKS) + ' '])}{plural(noun)}"
    places = [f" on {a(R.choice(SURFACES))}", " in a row", f" in {a(setting()[1])}", f" on {a(colour())} background", " in a bowl"]
    fruit = R.choice(words("cherries, apples, oranges, lemons, strawberries, grapes, tomatoes, eggs, peaches"))
    pile = R.choice(words("books, old books, pancakes, blocks, coins, plates, boxes, stones"))
    return R.choices(
        [
            group + R.choice(["", "", *places]),
            f"a {R.choice(words('bowl, basket'))} of {maybe(0.5, colour() + ' ')}{fruit}" + maybe(0.5, f" on {a(R.choice(SURFACES))}"),
            f"a {R.choice(words('stack, pile'))} of {pile} {R.choice(words('on, beside, near'))} {a(R.choice(OBJECTS))}",
        ],
        [90, 6, 4],
    )[0]


def placed():
    kind, place = setting()
    where = R.choice([preposition(kind)] * 3 + ["near"])
    place = maybe(0.3, R.choice([colour(), R.choice(AIRY)]) + " ") + place
    return f"{one(dressed(thing()))} {where} {a(place)}" + maybe(0.25, moment())


# ---- garments


def part(name):
    stuff = R.choice([colour(), colour(), R.choice(PART_STUFFS)])
    text = name if R.random() < 0.25 else f"{stuff} {name}"
    return text if name.endswith("s") or re.search(r"trim|fringe|lining", name) else a(text)


def garment():
    kind = R.choices(list(GARMENT_WEIGHTS), GARMENT_WEIGHTS.values())[0]
    name = R.choice(GARMENTS[kind])
    first, second = two_colours()
    looks = R.choices(
        [
            f"{first} {R.choice(CLOTHS)}",
            first,
            f"{first} {R.choice(PATTERNS)}",
            f"{first} and {second} {R.choice(PATTERNS + ['striped', 'checkered'])}",
            f"{R.choice(PATTERNS)} {R.choice(CLOTHS)}",
            R.choice(CLOTHS),
        ],
        [45, 16, 13, 12, 7, 7],
    )[0]
    text = f"{looks} {name}"
    if R.random() < 0.58:
        parts = R.sample(PARTS[kind], min(len(PARTS[kind]), 2 if R.random() < 0.18 else 1))
        text += " with " + " and ".join(part(name) for name in parts)
    text += maybe(0.1, f" on {a(colour())} background")
    bare = (kind in PAIRS_OF or name in PAIRS_OF) and name not in ("jumpsuit", "kilt")
    return text if bare or R.random() < 0.3 else a(text)


# ---- geometry


def geometry():
    shape, other = (R.choice(FLATS if R.random() < 0.66 else SOLIDS) for _ in range(2))
    first, second = two_colours()
    ground = f"{R.choice(words('on, on, over, against'))} {a(second + ' ' + R.choice(GROUNDS))}"
    arranged = R.choice(ARRANGED)
    size = R.choice(["", "", "", "large ", "small ", "translucent "])
    beside = R.choice(words("beside, above, below, on, under, behind, inside, next to, over, near, on top of, floating above"))
    around = R.choice(words("surrounding, around, spiraling around, orbiting, arranged around, overlapping, inside, crossing"))
    joined = R.choice(words("concentric, overlapping, interlocking, nested, scattered, parallel, linked"))
    pattern = R.choice(words("polka dots, stripes, checks, zigzags, spirals, chevrons, stars"))
    return R.choices(
        [
            f"{a(size + first)} {shape} {ground}",
            f"{a(first)} {shape} {beside} {a(second)} {other}",
            f"{number()} {first} {plural(shape)} " + R.choice([arranged, ground, f"{arranged} {ground}"]),
            f"{first} {plural(shape)} " + R.choice([arranged, ground, f"{arranged} {ground}"]),
            f"{first} {plural(shape)} and {second} {plural(other)}" + R.choice(["", f" {arranged}"]),
            f"{first} {plural(shape)} {around} {a(second)} {other}",
            f"a {R.choice(words('grid, row, spiral, stack, pattern, mosaic, circle'))} of {first} {plural(shape)}" + maybe(0.5, f" {ground}"),
            f"{joined} {R.choice([first, f'{first} and {second}'])} {plural(shape)}",
            f"{first} {pattern} on {a(second)} {R.choice(GROUNDS)}",
            f"{a(first)} {shape} surrounded by {second} {plural(other)}",
            f"{first} and {second} {R.choice(words('stripes, checkerboard, polka dots, plaid, paisley pattern, zigzags, chevrons, tiles'))}",
            f"{a(first)} {shape} and {a(second)} {other}",
        ],
        [16, 14, 14, 10, 10, 8, 6, 5, 5, 4, 3, 5],
    )[0]


# Kinds of caption and how many of a hundred are of each.
KINDS = {scene: 22, single: 20, related: 15, counted: 9, placed: 9, garment: 13, geometry: 12}


def key(text):
    """What two captions that say the same have in common."""
    text = re.sub(r"[^a-z0-9 ]", "", re.sub(r"\b(a|an|the)\b", "", text.lower()))
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:12]


def captions(seed, avoid):
    """Pairs of kind and caption without end; none twice and none of those to avoid."""
    R.seed(seed)
    seen = set(avoid)
    while True:
        make = R.choices(list(KINDS), KINDS.values())[0]
        text = re.sub(r"\s+", " ", make()).strip()
        if key(text) not in seen:
            seen.add(key(text))
            yield make.__name__, text


def held_out():
    """The captions that judge and viewers see: nothing of them is learnt."""
    lines = (HERE / "held_out/judge.txt").read_text().splitlines()
    for line in (HERE / "held_out/viewers.tsv").read_text().splitlines():
        lines += line.split("\t")[1:]
    return lines


def make_held_out(kept):
    source = captions(SEED + 1, kept)
    by_kind = {make.__name__: [] for make in KINDS}
    judge = [text for _, (_, text) in zip(range(JUDGE), source)]
    for _, (kind, text) in zip(range(2000), source):
        by_kind[kind].append(text)
    rows = []
    for at in range(VIEWERS):
        kind = list(by_kind)[at % len(by_kind)]
        same = [by_kind[kind].pop() for _ in range(5)]
        others = R.sample([name for name in by_kind if name != kind], 3)
        rows.append("\t".join([kind, *same, *(by_kind[name].pop() for name in others)]))
    (HERE / "held_out").mkdir(exist_ok=True)
    (HERE / "held_out/judge.txt").write_text("\n".join(judge) + "\n")
    (HERE / "held_out/viewers.tsv").write_text("\n".join(rows) + "\n")


def make_kept_out(files):
    keys = set()
    for file in files:
        with open(file, newline="") as lines:
            keys |= {key(cell) for row in csv.reader(lines) for cell in row if len(cell.split()) > 1}
    (HERE / "kept_out.txt").write_text("\n".join(sorted(keys)) + "\n")


def main():
    global LABELS
    if sys.argv[1] == "kept-out":
        return make_kept_out(sys.argv[2:])
    LABELS = art_labels(sys.argv[1])
    kept = set((HERE / "kept_out.txt").read_text().split())
    if sys.argv[2] == "held-out":
        return make_held_out(kept)
    count, out = int(sys.argv[2]), sys.argv[3]
    source = captions(SEED, kept | {key(text) for text in held_out()})
    rows = [row for _, row in zip(range(count), source)]
    pathlib.Path(out).write_text("".join(f"{text}\n" for _, text in rows))
    of_kind = {name: sum(kind == name for kind, _ in rows) for name in sorted({kind for kind, _ in rows})}
    print(count, "captions of", len(LABELS), "labels and the words of words.py:", of_kind)


if __name__ == "__main__":
    main()
