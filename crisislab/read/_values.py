"""Words of exports and people for networks, kinds, languages and directions, as one word each."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from crisislab.read._columns import fold
from crisislab.read._flat import are_same
from crisislab.read._handles import mentioned, out_of_object, without_x
from crisislab.read._marks import NOTHING, visible
from crisislab.read._rows import is_missing
from crisislab.read.sources import generic

if TYPE_CHECKING:
    from crisislab.read._type import Typing

_CODE = re.compile(r"([a-z]{2,3})(?:[-_ ].*)?")
_NO_TONGUE = frozenset({"und", "unknown", "desconocido", "other", "otro", "zxx", "mis", "mul", "-"})


@lru_cache(maxsize=1)
def _words() -> Mapping[str, Mapping[str, str]]:
    text = (resources.files(generic.__package__) / "values.toml").read_text("utf-8")
    told = tomllib.loads(text)
    return {
        column: {fold(word): name for name, words in names.items() for word in [name, *words]}
        for column, names in told.items()
    }


def _each(
    texts: Any, read: Callable[[str], str | None], plain: Callable[[Any], Any] = lambda own: own
) -> Any:
    """Return texts with each distinct one made plain and read once."""
    if len(texts) > 1 and isinstance(texts, pa.Array) and are_same(texts):
        one = _each(texts[:1], read, plain)
        return pa.repeat(one[0], len(texts))
    coded = pc.dictionary_encode(texts)
    coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
    if not len(coded.dictionary):
        return texts
    own = plain(coded.dictionary).to_pylist()
    known = pa.array([read(text) for text in own], pa.large_string())
    return known.take(coded.indices)


def platforms(texts: Any) -> Any:
    """Return networks by the names crisislab has for them; other names in small letters.

    >>> platforms(pa.array(["Twitter / X", "Facebook Page", "Mi foro"])).to_pylist()
    ['x', 'facebook', 'mi foro']
    """
    words = _words()["platform"]
    return _each(
        texts, lambda text: words.get(fold(text), text),
        lambda own: pc.utf8_lower(pc.utf8_trim_whitespace(visible(own))),
    )  # fmt: skip


def platform_named(file: str) -> str:
    """Return the network that the name of a file says, empty where it says none or two.

    >>> platform_named("posts/Comentarios_Instagram 2026.csv"), platform_named("export.csv")
    ('instagram', '')
    """
    words = _words()["platform"]
    parts = re.split(r"[\W_]+", fold(file.rpartition("/")[2]))
    # One letter may be anything.
    told = {words[part] for part in parts if part in words and len(part) > 1}
    return told.pop() if len(told) == 1 else ""


def tongues(texts: Any) -> Any:
    """Return languages by their codes; names that are not known stay.

    >>> tongues(pa.array(["Español", "es-ES", "und", "ES", "klingon"])).to_pylist()
    ['es', 'es', None, 'es', 'klingon']
    """
    return _each(texts, _tongue)


def _tongue(text: str) -> str | None:
    word = fold(text)
    if word in _NO_TONGUE or text in NOTHING:
        return None
    known = _words()["lang"].get(word)
    code = _CODE.fullmatch(word)
    return known or (code[1] if code else text)


def kinds(texts: Any) -> Any:
    """Return kinds of posts by their names; none where the word says nothing of it."""
    words = _words()["kind"]
    return _each(texts, lambda text: words.get(fold(text)))


def kind_of(word: str) -> str | None:
    """Return what a word says that a post is, ``None`` where it says nothing of it.

    >>> kind_of("RT"), kind_of("Promoted")
    ('repost', None)
    """
    return _words()["kind"].get(fold(word))


def tell_ways(typing: Typing) -> None:
    """Put who writes to whom as true or false; what is neither is missing and told."""
    if "inbound" not in typing.done:
        return
    words = _words()["inbound"]
    before = typing.done["inbound"]
    after = _each(before, lambda text: words.get(fold(text)), visible)
    typing.done["inbound"] = after
    typing.flag("CL-WORD-UNKNOWN", is_missing(after) & ~is_missing(before), "inbound")


def tell_mentioned(typing: Typing) -> None:
    """Put who writes and whom posts name as accounts, where a table holds what scripts write."""
    if typing.reader.recognise is not generic.never:
        return
    for column, read in (("author_handle", out_of_object), ("mentions", mentioned)):
        if column in typing.done:
            typing.done[column] = read(typing.done[column])
    if "author_id" in typing.done:
        before = typing.done["author_id"]
        # Of rtweet, whose posts have one too: elsewhere it may be part of the number.
        posts = pc.match_substring_regex(typing.text("post_id"), r"^x\d+$")
        if pc.all(posts, min_count=1).as_py():
            typing.done["author_id"] = without_x(before)
        # Of all accounts of a file, or of none.
        typing.found.evidence.same["x before accounts"] = typing.done["author_id"] is not before
