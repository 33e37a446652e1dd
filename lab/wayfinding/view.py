#!/usr/bin/env python3
"""Prints what a newcomer to the sources sees first: the tree, the first sentence of every file, and its public signatures.

usage: view.py > view.txt

Standard library and git only.
"""

import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
ITEM = re.compile(r"^\s*pub(?:\([^)]*\))? (?:const |async |unsafe )*(?:fn|struct|enum|trait|type|static|const|mod) .*")


def first_sentence(lines, mark):
    """The first sentence of the comment that begins with `mark` at the head of the file."""
    text = []
    for line in lines:
        if not line.startswith(mark):
            if text or line.strip():
                break
            continue
        words = line[len(mark) :].strip()
        if not words and text:
            break
        text.append(words)
    return re.split(r"(?<=[.:?])\s", " ".join(text), maxsplit=1)[0]


def signatures(lines):
    """Public items above the tests, one line each, without bodies."""
    for line in lines:
        if line.startswith("#[cfg(test)]"):
            return
        if ITEM.match(line):
            yield re.sub(r"\s*(\{.*|=.*;|;)?$", "", line.strip())


def main():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\n")
    others = {}
    for name in filter(None, listed):
        path = ROOT / name
        if path.suffix == ".rs":
            lines = path.read_text(encoding="utf-8").split("\n")
            print(f"{name}: {first_sentence(lines, '//!') or '-'}")
            for signature in signatures(lines):
                print(f"    {signature}")
        elif path.suffix in {".py", ".sh"} or path.name in {"run", "Cargo.toml"}:
            print(name)
        else:
            others[path.parent] = others.get(path.parent, 0) + 1
    for folder, count in sorted(others.items()):
        print(f"{folder.relative_to(ROOT)}/: {count} other files")


if __name__ == "__main__":
    main()
