"""What WhatsApp itself writes where a message has no words, by the list in ``chats.toml``."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources
from typing import Literal

_MARKS = "\u200e\u200f\u202a\u202c"
_UNSEEN = str.maketrans("", "", _MARKS)
# The name of a file, and how long it is: "plan.pdf • 3 pages". Pictures have captions, not names.
_FILE = re.compile(r"(?!.*://).*\S\.[A-Za-z][A-Za-z0-9]{1,4}(?: ?• ?.{1,20})?")
_FILES = re.compile(r"do[ck]ument|contact|kontakt|contato|contatto|file|fichier|archivo|arquivo"
                    r"|ficheiro|datei")  # fmt: skip
Said = Literal["words", "nothing", "notice"]


def _told() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((resources.files(__package__) / "chats.toml").read_text("utf-8"))


@lru_cache(maxsize=1)
def _attached() -> re.Pattern[str]:
    """Return what stands where a file lies beside the chat."""
    told = _told()["attached"]
    before, behind = ("|".join(map(re.escape, told[way])) for way in ("before", "behind"))
    return re.compile(
        rf"<(?:{before})\s?: ?[^<>]+>|\S.*\.\w{{1,8}} \((?:{behind})\)", re.IGNORECASE
    )


@lru_cache(maxsize=1)
def _known() -> dict[str, tuple[Said, str]]:
    told = _told()
    what: dict[str, Said] = {"without_text": "nothing", "notices": "notice"}
    return {
        word.casefold(): (said, kind)
        for group, said in what.items()
        for kind, words in told[group].items()
        for word in words
    }


def what_is_said(text: str, *, typed: bool = False) -> tuple[Said, str]:
    r"""Return whether a message says something, nothing or is a notice, and its words.

    Args:
        text: The message.
        typed: Whether the phone would have marked its words for media, or put them in <>: without
            that, a person typed them.

    >>> what_is_said("\u200eimagen omitida"), what_is_said("<Media omitted>\nmirad esto")
    (('nothing', ''), ('words', 'mirad esto'))
    >>> what_is_said("imagen omitida", typed=True)
    ('words', 'imagen omitida')
    >>> what_is_said("Missed voice call")[0], what_is_said("imagen omitida por error")[0]
    ('notice', 'words')
    """
    first, _, caption = text.partition("\n")
    said, kind = _of_line(first)
    if typed and kind == "media" and not first.strip().startswith(("<", *_MARKS)):
        said = "words"
    if said == "words":
        return _before_mark(text)
    if not caption.strip():
        return said, ""
    # A caption stands on the lines behind what was left out.
    return "words", caption if said == "nothing" else text


def _of_line(line: str) -> tuple[Said, str]:
    plain = line.translate(_UNSEEN).strip()
    if _attached().fullmatch(plain):
        return "nothing", ""
    bare = plain.removeprefix("<").removesuffix(">").rstrip(".").strip().casefold()
    return _known().get(bare, ("words", ""))


def _before_mark(text: str) -> tuple[Said, str]:
    r"""Return the words of a text that what was left out stands behind, with a mark before it.

    >>> _before_mark("mirad esto \u200eimagen omitida")
    ('words', 'mirad esto')
    """
    before, mark, left = text.rpartition(_MARKS[0])
    said = before.rstrip(_MARKS + " ")
    if not (mark and said and _known().get(left.casefold(), ("words", ""))[0] == "nothing"):
        return "words", text
    named = _FILES.search(left.casefold()) and _FILE.fullmatch(said.translate(_UNSEEN))
    return ("nothing", "") if named else ("words", said)
