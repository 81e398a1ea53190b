"""Whether a text that holds the words of an action says that it was done, or only speaks of it."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from typing import Literal

LANGUAGES = ("en", "es")
Doubt = Literal["", "question", "negated", "planned"]
_ADDRESS = re.compile(r"https?://\S+|www\.\S+")
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
# Not at a colon: "Pending: x" says of x that it is pending.
_CLAUSE = re.compile(
    r"[,;()\u2014\u2013]+|\b(?:even though|though|although|aunque|si bien)\b", re.IGNORECASE
)


# A few words with a colon, and something under them.
_HEADING = re.compile(r"\W*(?:\w+[ \t]+){0,4}\w+\s*:(?=\s*\S)")


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """Return text casefolded and without accents, for comparing words.

    >>> plain("Petición PÚBLICA")
    'peticion publica'
    """
    split = unicodedata.normalize("NFD", text.casefold())
    return split if split.isascii() else split.translate(_accents())


@lru_cache(maxsize=1)
def _accents() -> dict[int, None]:
    """Return the table that takes combining marks away; none stands beyond its end."""
    return {i: None for i in range(0x1F000) if unicodedata.combining(chr(i))}


def doubt(text: str, words: Iterable[str], *, published: bool = False) -> Doubt:
    """Return why a matching text does not prove the thing; empty when it reads as done.

    Read is the clause that holds the words: a question, a clause that says no, or one that tells
    of what is to come proves nothing. One clean clause is enough. The words themselves are not
    read, so that a plan may look for "no emitimos". What the brand published under the words as a
    heading is the thing itself, whatever its text tells of. Lists: ``enrich/doubts/*.toml``.

    Args:
        text: Text that holds one of the words.
        words: Words of the evidence.
        published: Whether the text is a post of the brand, not an entry of the log.

    >>> doubt("Hablado con legal, nadie más contesta", ["legal"])
    ''
    >>> doubt("Legal informed though it was not easy", ["legal informed"])
    ''
    >>> doubt("¿Quién llama a legal?", ["legal"]), doubt("We will call legal", ["legal"])
    ('question', 'planned')
    >>> told = "Statement: some could see data of others. We will report at six."
    >>> doubt(told, ["statement"]), doubt(told, ["statement"], published=True)
    ('planned', '')
    """
    sought = _sought(tuple(words))
    if sought is None:
        return ""
    heading = _HEADING.match(text) if published else None
    if heading and sought.search(plain(heading[0])) and not _clause(heading[0], sought):
        return ""
    found: list[Doubt] = []
    for sentence in _SENTENCE.findall(_ADDRESS.sub(" ", text)):
        holding = [c for c in _CLAUSE.split(sentence) if sought.search(plain(c))]
        found += ["question" if "?" in sentence else _clause(c, sought) for c in holding]
    if not found and sought.search(plain(text)):
        # The words run over a comma or a colon: the whole text is read.
        found.append("question" if "?" in text else _clause(text, sought))
    return "" if not found or "" in found else found[0]


def _clause(clause: str, sought: re.Pattern[str]) -> Doubt:
    flat = re.sub(r"[^\w]+", " ", sought.sub(" ", plain(clause)))
    spoken = re.sub(r"[^\w]+", " ", clause.casefold())
    lists = _lists()
    flat = lists["aside"].sub(" ", flat)
    if lists["negated"].search(flat):
        return "negated"
    if lists["planned"].search(flat) or lists["endings"].search(spoken):
        return "planned"
    return ""


@lru_cache(maxsize=512)
def _sought(words: tuple[str, ...]) -> re.Pattern[str] | None:
    patterns = [re.escape(plain(word)) + r"\w*" for word in words]
    return re.compile(r"(?<!\w)(?:" + "|".join(patterns) + ")") if patterns else None


@lru_cache(maxsize=1)
def _lists() -> dict[str, re.Pattern[str]]:
    folder = resources.files("crisislab.enrich").joinpath("doubts")
    told = [tomllib.loads(folder.joinpath(f"{code}.toml").read_text("utf-8")) for code in LANGUAGES]
    lists = {
        name: _any(word for one in told for word in one[name])
        for name in ("negated", "planned", "aside")
    }
    ends = "|".join(re.escape(end) for one in told for end in one["endings"])
    return lists | {"endings": re.compile(rf"\w{{2,}}(?:{ends})(?!\w)")}


def _any(words: Iterable[str]) -> re.Pattern[str]:
    pieces = [re.escape(plain(w).rstrip("*")) + (r"\w*" if w.endswith("*") else "") for w in words]
    return re.compile(r"(?<!\w)(?:" + "|".join(sorted(pieces, key=len, reverse=True)) + r")(?!\w)")
