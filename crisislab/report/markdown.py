"""The review as Markdown, for wikis; charts are pictures beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from crisislab.report.outline import Bullets, Chart, Heading, Paragraph, Part, Table

# Every sign that could begin a mark, a link or HTML; texts of a review are never marks.
_SIGNS = re.compile(r"([\\`*_{}\[\]<>|#~$&@!]|(?<=www)\.|:(?=//))", re.IGNORECASE)
# The place of a sign that begins a list, a heading or a rule, at the beginning of a line only.
_FIRST = re.compile(r"^\s*(?:\d+(?=[.)](?:\s|$))|(?=[-+](?:[\s-]|$)|=))")


def escaped(text: str) -> str:
    r"""Return text in which nothing is a mark, a link or HTML.

    >>> escaped("<b>[x](https://y)"), escaped("1. a-b"), escaped("- c"), escaped("1.384")
    ('\\<b\\>\\[x\\](https\\://y)', '1\\. a-b', '\\- c', '1.384')
    """
    return _FIRST.sub(r"\g<0>\\", _SIGNS.sub(r"\\\1", text))


def markdown_text(parts: Sequence[Part], *, stem: str = "review") -> str:
    """Return the outline of a review as Markdown; charts are ``STEM_NAME.png`` beside it."""
    return "\n\n".join(block for part in parts for block in _blocks(part, stem)) + "\n"


def _blocks(part: Part, stem: str) -> Iterator[str]:
    if isinstance(part, Heading):
        yield f"{'#' * part.level} {_line(part.text)}"
    elif isinstance(part, Paragraph):
        yield _paragraph(part)
    elif isinstance(part, Bullets):
        marks = (f"{i}." if part.numbered else "-" for i in range(1, len(part.items) + 1))
        items = zip(marks, part.items, strict=True)
        yield "\n".join(f"{mark} {_line(item)}" for mark, item in items)
    elif isinstance(part, Table):
        yield _table(part)
    else:
        yield from _chart(part, stem)


def _paragraph(part: Paragraph) -> str:
    if part.kind == "code":
        return "```\n" + part.text.replace("```", "'''") + "\n```"
    text = "  \n".join(escaped(line) for line in part.text.split("\n"))
    return {"answer": f"**{text}**", "hint": f"*{text}*", "notice": f"> {text}"}.get(
        part.kind, text
    )


def _chart(part: Chart, stem: str) -> Iterator[str]:
    yield f"**{_line(part.figure.title)}**"
    yield f"![{_line(part.figure.alt)}]({stem}_{part.figure.name}.png)"


def _table(part: Table) -> str:
    rules = ("---:" if i in part.numeric else "---" for i in range(len(part.heads)))
    rows = [part.heads, tuple(rules), *part.rows]
    told = (
        row if place == 1 else tuple(_cell(cell) for cell in row) for place, row in enumerate(rows)
    )
    return "\n".join(f"| {' | '.join(row)} |" for row in told)


def _cell(text: str) -> str:
    """Return a cell on one line, its lines apart: a value and its interval are two numbers."""
    return " · ".join(_line(line) for line in text.split("\n"))


def _line(text: str) -> str:
    return escaped(" ".join(text.split()))
