"""Facts that a caption states, and what can be asked about them: captions changed in one fact, and questions with choices.

Everything is drawn from the generator that is passed in.
"""

import functools
import pathlib
import re
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "small-model"))
from captions import a, plural
from words import *

PLACES = sorted({place for places in SETTINGS.values() for place in places})
CLOTHES = sorted({name for names in GARMENTS.values() for name in names})
COMMON_COLOURS = COLOURS + SHADES
HOURS = words("dawn, dusk, noon, night, midnight, sunset, sunrise")
WEATHER = words("misty, foggy, snowy, stormy, rainy, sunny, cloudy, starlit, moonlit")
# What is asked for, and what the wrong choices are taken from.
CLASSES = {
    "What is the main setting of the image?": PLACES,
    "Which garment is shown?": CLOTHES,
    "Which shape is in the image?": FLATS + SOLIDS,
    "Which animal is in the image?": ANIMALS,
    "Which object is in the image?": OBJECTS,
    "What time of day is suggested in the image?": HOURS,
    "What is the weather like in the image?": WEATHER,
    "What is the cloth of the garment?": CLOTHS,
    "Which pattern is on the garment?": PATTERNS,
}


@functools.cache
def pattern(names):
    """Finds the longest of some names, in the singular or plural."""
    spelled = {form: name for name in names for form in (plural(name), name)}
    by_length = sorted(spelled, key=len, reverse=True)
    return re.compile(r"\b(" + "|".join(map(re.escape, by_length)) + r")\b"), spelled


def found(text, names):
    """Names that a text has, each with where it stands: (start, end, name)."""
    finder, spelled = pattern(tuple(names))
    return [(match.start(1), match.end(1), spelled[match.group(1)]) for match in finder.finditer(text)]


def coloured(text):
    """Colours with the thing that each of them is of: (start, end, colour, thing)."""
    out = []
    for start, end, colour in found(text, COMMON_COLOURS):
        after = re.match(r" ((?:(?!and |with |on |over |by |near |in |under )[a-z'-]+ ?){1,4}?)(?= (?:and|with|on|over|by|near|in|at|under|above|"
                         r"below|beside|behind|next|around|inside|surrounding|against|surrounded|wearing|arranged|between|beyond)\b|$)", text[end:])
        if after and not found(after.group(1), COMMON_COLOURS):
            out.append((start, end, colour, after.group(1).strip()))
    return out


def other(random, names, than):
    """A name that is not one of those, and shares no word with them."""
    taken = {word for name in than for word in name.split()}
    while True:
        name = random.choice(names)
        if not taken & set(name.split()):
            return name


def altered(random, text):
    """The caption with one fact changed: a colour, a number, a place or a thing; nothing if there is no such fact."""
    changes = [(start, end, COMMON_COLOURS, name) for start, end, name in found(text, COMMON_COLOURS)]
    changes += [(start, end, NUMBERS, name) for start, end, name in found(text, NUMBERS)]
    for names in (PLACES, CLOTHES, FLATS + SOLIDS, ANIMALS + OBJECTS):
        changes += [(start, end, names, name) for start, end, name in found(text, names)]
    if not changes:
        return None
    start, end, names, name = random.choice(changes)
    new = other(random, names, [name])
    if names not in (COMMON_COLOURS, NUMBERS) and text[start:end] != name:
        new = plural(new)
    changed = text[:start] + new + text[end:]
    return re.sub(r"\b(an?) (" + re.escape(new) + r")", lambda match: a(match.group(2)), changed)


# Words that say nothing about a picture.
STOP = set(words("a, an, the, of, and, with, on, in, at, is, are, by, to, over, under, above, below, beside, behind, next, near, around, inside,"
                 " against, between, beyond, from, its, it, there, another, each, some"))


def stem(word):
    """A word without the ending of its plural."""
    return re.sub(r"(?<=[a-z]{2})(es|s)$", "", word)


def claims(text, truth):
    """What each word of a text says about the picture whose caption is `truth`: (start, end, whether it is so).

    If the text is that caption with one fact changed, its other words are true where they stand; else a word is true that the caption has.
    """
    spans = [(match.start(), match.end(), match.group()) for match in re.finditer(r"[a-z'-]+", text)]
    said, has = [word for _, _, word in spans], re.findall(r"[a-z'-]+", truth)
    same = 0
    while same < min(len(said), len(has)) and said[same] == has[same]:
        same += 1
    same_end = 0
    while same_end < min(len(said), len(has)) - same and said[-1 - same_end] == has[-1 - same_end]:
        same_end += 1
    if same + same_end >= max(len(said), len(has)) - 4 and same + same_end > len(said) // 2:
        true = [at < same or at >= len(said) - same_end for at in range(len(said))]
    else:
        stems = {stem(word) for word in has}
        true = [stem(word) in stems for word in said]
    return [(start, end, so) for (start, end, word), so in zip(spans, true) if word not in STOP]


def choice(random, text, right, names, count=4):
    """A question as (text, choices in random order, index of the right one)."""
    wrong = []
    while len(wrong) < count - 1:
        wrong.append(other(random, names, [right, *wrong]))
    choices = [right, *wrong]
    random.shuffle(choices)
    return text, choices, choices.index(right)


def yes_no(random, text, truth):
    choices = ["no", "yes"]
    if random.random() < 0.3:
        choices.reverse()
    return text, choices, choices.index("yes" if truth else "no")


def questions(random, text):
    """All questions that a caption answers, each with its kind."""
    out = []
    colours = coloured(text)
    for _, _, colour, thing in colours:
        verb = "are" if thing.endswith("s") else "is"
        out.append(("colour", choice(random, f"What color {verb} the {thing}?", colour, COLOURS if colour in COLOURS else COMMON_COLOURS)))
    named = [name for _, _, name in found(text, COMMON_COLOURS)]
    if named:
        truth = random.random() < 0.5
        asked = random.choice(named) if truth else other(random, COLOURS, named)
        out.append(("colour", yes_no(random, f"Is there anything {asked} in the image?", truth)))
    for start, end, number in found(text, NUMBERS):
        group = re.match(r" ((?:[a-z'-]+ ){0,3}?[a-z'-]+s)\b", text[end:])
        if group:
            out.append(("count", choice(random, f"How many {group.group(1)} are there?", number, ["one", *NUMBERS])))
    for asked, names in CLASSES.items():
        has = [name for _, _, name in found(text, names)]
        if len(set(has)) == 1 and (names is not CLOTHS and names is not PATTERNS or found(text, CLOTHES)):
            out.append(("presence", choice(random, asked, has[0], names)))
        if has and names not in (HOURS, CLOTHS, PATTERNS):
            truth = random.random() < 0.5
            name = random.choice(has) if truth else other(random, names, has)
            out.append(("presence", yes_no(random, f"Is there {a(name)} in the image?", truth)))
    return out


def asked(question):
    """The prompt of a question with choices, as the contest's metric words it."""
    text, choices, _ = question
    return f"answer en Question: {text}\nChoices:\n" + "".join(f"{chr(65 + at)}. {choice}\n" for at, choice in enumerate(choices))


def portrays(text):
    """The two sides of the picture in the prompt that asks whether it shows a description."""
    return "Does ", f' portray "{text}"? Answer yes or no.'
