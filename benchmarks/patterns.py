"""How much personal data the patterns find in texts that they were not made with.

    python benchmarks/patterns.py --json patterns.json
    python benchmarks/patterns.py --list first --misses
    python benchmarks/patterns.py --posts FILE.csv --column text

The lists are ``tests/privacy/held_out/*.txt``: a text a line, marks as ``{kind|said}``; a broken
bar stands in tokens, so that scanners of repositories let the file be, and is taken out before
measuring. A mark counts as found when no letter or digit of it is left; every find that touches
no mark counts as wrong. Long numbers are hidden on purpose (a post id or an order names a person
as well as a telephone does); on these lists they are wrong all the same, and counted apart.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from crisislab.estimate.intervals import wilson
from crisislab.privacy.patterns import find
from crisislab.privacy.secrets import without_secrets

LISTS = Path(__file__).resolve().parent.parent / "tests" / "privacy" / "held_out"
_MARK = re.compile(r"\{([a-z]+)\|([^}]*)\}")


@dataclass(frozen=True)
class Told:
    """What came out of a list: marks found and missed by kind, finds right and wrong by kind."""

    found: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    negatives: Counter[str] = field(default_factory=Counter)
    slips: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, int]:
        """Return the figures of the table of reliability."""
        right, wrong = self.right.total(), self.wrong.total()
        found = self.found.total()
        return {"found": found, "of": found + self.missed.total(), "right": right,
                "finds": right + wrong}  # fmt: skip


def marked(line: str) -> tuple[str, list[tuple[str, int, int]]]:
    """Return the text of a line and its marks: kind, start, end.

    >>> marked("tel {phone|612 345}, please")
    ('tel 612 345, please', [('phone', 4, 11)])
    """
    line, text, marks, at = line.replace("¦", ""), "", [], 0
    for mark in _MARK.finditer(line):
        text += line[at : mark.start()]
        marks.append((mark[1], len(text), len(text) + len(mark[2])))
        text, at = text + mark[2], mark.end()
    return text + line[at:], marks


def finds(text: str) -> list[tuple[str, int, int]]:
    """Return what is hidden in a text: kind, start, end; secrets first, as reading does."""
    left, out = without_secrets(text), []
    if left != text:
        start = next((i for i, (a, b) in enumerate(zip(text, left, strict=False)) if a != b), 0)
        kept = 0
        while kept < len(text) - start and text[-1 - kept] == left[-1 - kept]:
            kept += 1
        out.append(("secret", start, len(text) - kept))
    spans = [(span.kind, span.start, span.end) for span in find(text)]
    return out + [s for s in spans if not out or s[2] <= out[0][1] or s[1] >= out[0][2]]


def measured(lines: list[str]) -> Told:
    """Return what the patterns find in the lines of a list."""
    told = Told()
    for line in lines:
        text, marks = marked(line)
        spans = finds(text)
        taken = {place for _, start, end in spans for place in range(start, end)}
        meant = {place for _, start, end in marks for place in range(start, end)}
        for kind, start, end in marks:
            hidden = all(p in taken for p in range(start, end) if text[p].isalnum())
            (told.found if hidden else told.missed)[kind] += 1
            if not hidden:
                told.slips.append(f"missed {line}")
        for kind, start, end in spans:
            right = bool(meant & set(range(start, end)))
            (told.right if right else told.wrong)[kind] += 1
            if not right:
                told.slips.append(f"wrong {kind} [{text[start:end]}] in {line}")
        if not marks:
            told.negatives["marked" if spans else "clean"] += 1
    return told


def read(name: str) -> list[str]:
    """Return the lines of a list."""
    lines = (LISTS / f"{name}.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("# ")]


def shown(name: str, told: Told) -> str:
    """Return the figures of a list as lines."""
    figures = told.figures()
    recall = wilson(figures["found"], figures["of"])
    precision = wilson(figures["right"], figures["finds"])
    return (
        f"{name}: found {figures['found']} of {figures['of']} "
        f"({recall.value:.1%}, {recall.lower:.1%} to {recall.upper:.1%}); right {figures['right']} "
        f"of {figures['finds']} ({precision.value:.1%}, {precision.lower:.1%} to "
        f"{precision.upper:.1%}), of the wrong ones {told.wrong['number']} long numbers; "
        f"texts without personal data left alone: {told.negatives['clean']} of "
        f"{told.negatives.total()}\n  found  {dict(told.found)}\n"
        f"  missed {dict(told.missed)}\n  wrong  {dict(told.wrong)}"
    )


def of_posts(path: Path, column: str, sample: int) -> None:
    """Print how many marks public posts get, and some of them."""
    with path.open(encoding="utf-8", errors="replace", newline="") as lines:
        texts = [row[column] or "" for row in csv.DictReader(lines)]
    marks = [(kind, text[max(start - 30, 0) : start], text[start:end], text[end : end + 20])
             for text in texts for kind, start, end in finds(text)]  # fmt: skip
    kinds = Counter(kind for kind, *_ in marks)
    per = {kind: round(1000 * n / len(texts), 2) for kind, n in kinds.items()}
    print(json.dumps({"file": path.name, "posts": len(texts), "marks": kinds, "per_1000": per}))
    told = [m for m in marks if m[0] not in {"handle", "url"}]
    for kind, before, said, after in random.Random(1).sample(told, min(sample, len(told))):
        print(f"  {kind:8}{before!r} [{said}] {after!r}")


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    asked.add_argument("--list", choices=sorted(p.stem for p in LISTS.glob("*.txt")))
    asked.add_argument("--misses", action="store_true", help="print what slipped")
    asked.add_argument("--json", type=Path)
    asked.add_argument("--posts", type=Path)
    asked.add_argument("--column", default="text")
    asked.add_argument("--sample", type=int, default=100)
    wish = asked.parse_args()
    if wish.posts:
        of_posts(wish.posts, wish.column, wish.sample)
        return
    names = [wish.list] if wish.list else sorted(p.stem for p in LISTS.glob("*.txt"))
    told = {name: measured(read(name)) for name in names}
    for name in names:
        print(shown(name, told[name]))
        print(*(told[name].slips if wish.misses else []), sep="\n")
    if wish.json:
        figures = {f"held_out_{name}": told[name].figures() for name in names}
        wish.json.write_text(json.dumps({"patterns": figures}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
