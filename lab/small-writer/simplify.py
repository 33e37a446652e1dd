"""Makes the composer's drawings simple enough for a small model: shapes of one colour with a name, coordinates relative throughout.

    simplify.py < PAIRS > SIMPLE        JSON lines of `description` and `svg`, on a grid of 96 units

Outlines, halos and the pale disc behind things are left out, and of many shapes the smallest; a drawing that would lose more is left out. A colour that the description names takes
that name, another the nearest of CSS's names; a name is a token that stands in the description too. Drawings with arcs or without a shape
on their ground are left out.
"""

import json
import re
import sys
from xml.etree import ElementTree

from PIL import ImageColor

# Most numbers and shapes of a drawing, and the areas of boxes below which a shape is no loss, and is never drawn.
SIDE, MOST_NUMBERS, MOST_SHAPES, SMALL, SPECK = 96, 210, 12, 60, 12
# Names that the descriptions use, with the composer's colours for them.
NAMED = dict(
    red="e50000", blue="0343df", green="15b01a", yellow="ffff14", orange="f97306", purple="7e1e9c", pink="ff81c0", white="fff", black="000",
    brown="653700", gray="929591", teal="008080", cyan="00ffff", gold="ffd700", navy="000080", lime="00ff00", turquoise="40e0d0", beige="e6daa6",
)
NUMBERS = dict(m=2, l=2, h=1, v=1, q=4, t=2, c=6, s=4)


def rgb(color):
    return ImageColor.getrgb(color)


# Some names mean the same colour: the first by the alphabet stays, unless the grammar uses another.
CSS = {}
for css_name in sorted(ImageColor.colormap, key=lambda name: (name not in NAMED, name)):
    if "grey" not in css_name and css_name != "rebeccapurple":
        CSS.setdefault(rgb(css_name), css_name)
OWN = {rgb(f"#{value}"): name for name, value in NAMED.items()}


def named(color):
    """The name of a colour: its own, or the nearest in a space where green weighs most."""
    color = rgb(color)
    distance = lambda other: sum(weight * (a - b) ** 2 for weight, a, b in zip((3, 6, 2), color, other))
    return OWN.get(color) or CSS[min(CSS, key=distance)]


def parts_of(path):
    """Closed parts, each of segments from its first point on: the absolute points after each segment's first. `None` with arcs."""
    items = re.findall(r"[a-zA-Z]|-?(?:\d+\.?\d*|\.\d+)", path)
    parts, at, start, place, letter, before = [], (0, 0), (0, 0), 0, None, None
    while place < len(items):
        if items[place].isalpha():
            letter, place = items[place], place + 1
        if letter in "zZ":
            at, letter = start, None
            continue
        kind = letter.lower()
        if kind not in NUMBERS:
            return None
        numbers = [round(float(item)) for item in items[place : place + NUMBERS[kind]]]
        place += NUMBERS[kind]
        origin = at if letter.islower() else (0, 0)
        if kind in "hv":
            axis = "hv".index(kind)
            points = [(numbers[0] + origin[0], at[1]) if axis == 0 else (at[0], numbers[0] + origin[1])]
        else:
            points = [(x + origin[0], y + origin[1]) for x, y in zip(numbers[::2], numbers[1::2])]
        if kind in "st":
            # The first control point mirrors the last one of the segment before, where that is of the kind.
            mirrored = before and len(before) == len(points) + 1
            points.insert(0, (2 * at[0] - before[-2][0], 2 * at[1] - before[-2][1]) if mirrored else at)
        at, before = points[-1], points
        if kind == "m":
            start, letter, before = at, "L" if letter == "M" else "l", None
            parts.append((start, []))
        else:
            parts[-1][1].append(points)
    return [closed(*part) for part in parts if part[1]]


def closed(start, segments):
    """A ring that begins at its highest point, the left one of two: alike shapes are alike in tokens."""
    if segments[-1][-1] != start:
        segments = [*segments, [start]]
    ends = [segment[-1] for segment in segments]
    first = min(range(len(ends)), key=lambda at: ends[at][::-1])
    return ends[first], segments[first + 1 :] + segments[: first + 1]


def box_of(parts):
    xs, ys = zip(*(points[-1] for _, segments in parts for points in segments))
    return min(xs), min(ys), max(xs), max(ys)


def joined(parts):
    """Parts that lie apart as shapes of their own; those that meet stay one shape, for one may be a hole in another."""
    boxes = [box_of([part]) for part in parts]
    apart = lambda a, b: a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1]
    if all(apart(a, b) for at, a in enumerate(boxes) for b in boxes[:at]):
        return [[part] for part in parts]
    return [parts]


def commands_of(parts):
    """Commands with relative numbers, [letter, numbers]."""
    commands, at = [], (0, 0)
    for start, segments in parts:
        commands.append(["m", [start[0] - at[0], start[1] - at[1]]])
        at = start
        # A fill closes by itself.
        for points in segments[:-1] if len(segments[-1]) == 1 else segments:
            numbers = [coordinate - origin for point in points for coordinate, origin in zip(point, at)]
            kind = {1: "l", 2: "q", 3: "c"}[len(points)]
            if kind == "l" and 0 in numbers:
                kind, numbers = ("h", numbers[:1]) if numbers[1] == 0 else ("v", numbers[1:])
            at = points[-1]
            if commands[-1][0] == kind and kind not in "hv":
                commands[-1][1].extend(numbers)
            else:
                commands.append([kind, numbers])
    return commands


def shapes(svg):
    """Colour, commands and box of each filled path in order."""
    found = []

    def walk(element, fill, opacity):
        fill, opacity = element.get("fill", fill), opacity * float(element.get("opacity", 1))
        if element.tag.endswith("}path") and fill != "none" and opacity >= 0.5:
            made = parts_of(element.get("d"))
            if made is None:
                raise ValueError("an arc")
            found.extend((named(fill), commands_of(parts), box_of(parts)) for parts in joined(made) if parts)
        for child in element:
            walk(child, fill, opacity)

    walk(ElementTree.fromstring(svg), "#000", 1.0)
    return found


def area(box):
    return (box[2] - box[0]) * (box[3] - box[1])


def simple(svg):
    """The drawing in few tokens, or `None`."""
    try:
        ground, *rest = shapes(svg)
    except ValueError:
        return None
    is_disc = lambda box: box[0] in range(1, 6) and box[2] in range(90, 96) and abs((box[2] - box[0]) - (box[3] - box[1])) < 3
    if rest and is_disc(rest[0][2]) and "c" in {kind for kind, _ in rest[0][1]}:
        rest = rest[1:]
    order = sorted((shape for shape in enumerate(rest) if area(shape[1][2]) >= SPECK), key=lambda shape: -area(shape[1][2]))
    kept, count = [], 0
    for at, (_, commands, box) in order:
        count += sum(len(numbers) for _, numbers in commands)
        if count > MOST_NUMBERS or len(kept) == MOST_SHAPES:
            if area(box) >= SMALL:
                return None
            break
        kept.append(at)
    if area(ground[2]) < SIDE * SIDE or not kept:
        return None
    text = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}"><path fill="{ground[0]}" d="m 0 0h 96v 96h-96"/>'
    for at in sorted(kept):
        color, commands, _ = rest[at]
        number = lambda value: f"{value}" if value < 0 else f" {value}"
        text += f'<path fill="{color}" d="' + "".join(kind + "".join(map(number, numbers)) for kind, numbers in commands) + '"/>'
    return text + "</svg>"


def main():
    for line in sys.stdin:
        pair = json.loads(line)
        svg = simple(pair["svg"])
        if svg:
            print(json.dumps(dict(description=pair["description"], svg=svg)))


if __name__ == "__main__":
    main()
