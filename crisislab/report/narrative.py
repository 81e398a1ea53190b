"""``narrative.md``: what people wrote by hand for a case, cut at its headings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from crisislab.report.extra import Extra

FILE = "narrative.md"
MAX_BYTES = 1_000_000
_HEADING = re.compile(r"^#{1,2}\s+(.*?)\s*#*\s*$")
# Headings that have a place of their own on the page; any other gets a section after the rest.
_PLACES = {
    "context": "chronology", "contexto": "chronology",
    "why": "plan", "por que": "plan", "causes": "plan", "causas": "plan",
    "waiting": "response", "esperas": "response", "feelings": "sentiment",
    "sentimiento": "sentiment", "reach": "reach", "alcance": "reach",
    "lessons": "added", "lecciones": "added",
}  # fmt: skip


def read_narrative(folder: Path) -> tuple[Extra, ...]:
    """Return the parts of ``narrative.md`` of a case folder; none if there is no such file.

    A part begins at a heading (``#`` or ``##``). *Context*, *Why*, *Waiting*, *Feelings*, *Reach*
    and *Lessons* (or *Contexto*, *Por qué*, *Esperas*, *Sentimiento*, *Alcance*, *Lecciones*) have
    their place on the page; other parts stand in a section of their own. The file is only read.
    """
    path = folder / FILE
    if not path.is_file():
        return ()
    data = path.read_bytes()[:MAX_BYTES]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    return tuple(_parts(text))


def _parts(text: str) -> Iterator[Extra]:
    title, first, body = "", 1, list[str]()
    for number, line in enumerate(text.splitlines(), start=1):
        heading = _HEADING.match(line)
        if heading:
            yield from _part(title, first, body)
            title, first, body = heading[1], number, []
        else:
            body.append(line)
    yield from _part(title, first, body)


def _part(title: str, first: int, body: list[str]) -> Iterator[Extra]:
    text = "\n".join(body).strip("\n")
    if text.strip():
        place = _PLACES.get(_plain(title), "added")
        yield Extra(title, text, place, source=f"{FILE}:{first}")


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in letters if c.isalnum() or c == " ").strip()
