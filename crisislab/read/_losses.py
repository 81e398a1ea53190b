"""What texts and names lost on their way: letters, ends, escapes left in, words for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.read._emoji_names import with_emoji_names
from crisislab.read._escapes import with_escapes
from crisislab.read._flat import (
    Mask,
    among,
    are_like,
    data_of,
    has_byte,
    lengths_of,
    reaches,
    stops_of,
    truths,
)
from crisislab.read._gaps import tell_gaps
from crisislab.read._marks import ERRORS, NOTHING
from crisislab.read._rows import is_missing
from crisislab.read.sources import generic
from crisislab.read.sources.x_v1 import ARCHIVE
from crisislab.schema import POSTS

if TYPE_CHECKING:
    from crisislab.read._type import Typing

_ASCII = 128
_LOST = r"\p{L}\?\p{L}"
# Of texts in a language with other letters, so many hold one; in clean ones a blank was left out.
_LOST_SHARE, _LEAST = 0.1, 3
# Where programs and databases cut a text; networks have other limits.
_LIMITS = (254, 255, 256, 500, 511, 512, 1000, 1023, 1024, 2000, 2048, 4000, 8000, 32_767)
# Nor do people write so many texts of one length; these are the limits of networks themselves.
_AT_MOST_SHARE, _LEAST_AT_MOST, _SHORTEST_CUT, _OF_NETWORKS = 0.3, 8, 20, (140, 160, 280, 300)
_ENDED_SHARE = 0.5
_CUT_WITH_LINK = r"…\s+https://t\.co/\w+$"
_ENDS = r"(?:…|\.\.\.)\s*$"
# The last byte of what ends so: of the dots as one sign, of a dot, of a blank.
_LAST_BYTES = among(b"\xa6.\t\n\f\r ")
_NOBODY = (*sorted(NOTHING), "[deleted]", "[removed]")
_LONGEST_NOBODY = max(len(word.encode()) for word in _NOBODY)
_NAMES = ("author_handle", "author_name", "actor")
# What people write for "the same as above".
_ABOVE = ('"', "''", "″", "〃", '-"-', "«", "idem", "ídem", "ditto", "íd.", "id.")
_SENTENCE = r"[¿?¡!;…]"
_SEVERAL_WORDS = r"\S\s+\S+\s+\S"
# A part of a text: several words, the sign of a sentence, or the blank behind a comma.
_SPILLED = r"\p{L}\S*\s+\S*\p{L}\S*\s+\S*\p{L}|\p{L}.*[¿?¡!;…]|[¿?¡!;…].*\p{L}"
_BEHIND_COMMA = r"^\s+\S*\p{L}{2}"


def tell_losses(typing: Typing) -> None:
    """Flag what texts and names of a table by column names lost."""
    if typing.reader.name == ARCHIVE and "text" in typing.done:
        # Long posts stand whole in another file of the archive, which nothing links to them.
        typing.flag("CL-TEXT-CUT", are_like(typing.done["text"], "…", _CUT_WITH_LINK), "text")
    if typing.reader.recognise is not generic.never:
        return
    if "text" in typing.done:
        texts = typing.done["text"]
        escaped = with_escapes(texts, typing.done.get("platform"), typing.search)
        typing.flag("CL-TEXT-ESCAPES", escaped, "text")
        typing.flag("CL-TEXT-CUT", cut_texts(texts), "text")
        typing.flag("CL-TEXT-QUESTION", lost_letters(texts), "text")
        _tell_shifted(typing, texts)
        if typing.table is POSTS:
            typing.flag("CL-TEXT-EMOJI", with_emoji_names(texts, typing.found.evidence), "text")
    for column in ("text", *_NAMES):
        if column in typing.done:
            typing.flag("CL-WORD-NOTHING", _nothing(typing.done[column]), column)
    _take_from_above(typing)
    tell_gaps(typing)


def lost_letters(texts: Any) -> Mask:
    """Return texts with a question mark within a word, where many are and no other letter is left.

    >>> lost_letters(pa.array(["Qu? pasa con el tel?fono", "a?o", "se?or", "si"])).tolist()
    [True, True, True, False]
    """
    none = np.zeros(len(texts), dtype=bool)
    data = data_of(texts)
    if not len(data) or reaches(data, _ASCII) or not has_byte(data, "?"):
        return none
    bare = pc.replace_substring_regex(texts, r"\S*(?:://|www\.)\S*", "")
    lost = are_like(bare, _LOST)
    n = int(lost.sum())
    return lost if n >= max(_LEAST, _LOST_SHARE * len(texts)) else none


def cut_texts(texts: Any) -> Mask:
    """Return texts that a program cut: several of one length, or most ending in dots.

    >>> cut_texts(pa.array(["a" * 255] * 3 + ["b"])).tolist()
    [True, True, True, False]
    """
    sizes = np.where(is_missing(texts), 0, lengths_of(texts))
    most, longest = _longest(texts, sizes)
    if most in _LIMITS and longest.sum() >= _LEAST:
        return longest
    if _SHORTEST_CUT <= most not in _OF_NETWORKS and _are_at_most(texts, longest):
        return longest
    most_end = max(_LEAST, _ENDED_SHARE * (sizes > 0).sum())
    if _n_ending(texts) < most_end:
        return np.zeros(len(texts), dtype=bool)
    ended = truths(pc.match_substring_regex(texts, _ENDS))
    return ended if ended.sum() >= most_end else np.zeros(len(texts), dtype=bool)


def _longest(texts: Any, sizes: Any) -> tuple[int, Mask]:
    """Return how many signs the longest texts have, and which these are; ``sizes`` are in bytes."""
    longest = np.zeros(len(texts), dtype=bool)
    if not sizes.any():
        return 0, longest
    # No text has more signs than bytes: only as many bytes may hold as many signs.
    least = pc.utf8_length(texts[int(sizes.argmax())]).as_py()
    at = np.flatnonzero(sizes >= least)
    signs = pc.utf8_length(texts.take(pa.array(at))).to_numpy(zero_copy_only=False)
    longest[at] = signs == signs.max()
    return int(signs.max()), longest


def _are_at_most(texts: Any, longest: Mask) -> bool:
    """Return whether a large share of texts, of different words, are as long as the longest."""
    n = int(longest.sum())
    if n < max(_LEAST_AT_MOST, _AT_MOST_SHARE * len(longest)):
        return False
    # Those that programs write by the dozen differ in a number.
    words = pc.replace_substring_regex(texts.filter(pa.array(longest)), r"\d+", "")
    different = int(pc.count_distinct(words).as_py())
    return different >= max(_LEAST_AT_MOST, _AT_MOST_SHARE * len(longest))


def _n_ending(texts: Any) -> int:
    """Return how many texts may end in dots or blanks, by their last byte."""
    data, lengths = data_of(texts), lengths_of(texts)
    last = data[(stops_of(texts) - 1)[lengths > 0]]
    return int(_LAST_BYTES[last].sum())


def _nothing(names: Any) -> Mask:
    """Return cells with a word for nothing, where several have it: one may be what was said."""
    found = np.zeros(len(names), dtype=bool)
    short = np.flatnonzero(lengths_of(names) <= _LONGEST_NOBODY)
    few = names if len(short) == len(names) else names.take(pa.array(short))
    found[short] = truths(pc.is_in(few, pa.array(_NOBODY, names.type)))
    return found if found.sum() >= _LEAST else np.zeros(len(names), dtype=bool)


def _tell_shifted(typing: Typing, texts: Any) -> None:
    """Flag rows whose author is a sentence, and whose text an author of other rows or a number."""
    if "author_handle" not in typing.done:
        return
    authors = typing.done["author_handle"]
    if not has_byte(data_of(authors), " "):
        return
    several = truths(pc.match_substring_regex(authors, _SEVERAL_WORDS))
    others = pc.unique(authors.filter(pa.array(~several)).drop_null())
    named = truths(pc.is_in(texts, others)) & ~is_missing(texts)
    number = truths(pc.match_substring_regex(texts, r"^\s*\d+\s*$"))
    shifted = several & (named | number & are_like(authors, _SENTENCE))
    typing.flag("CL-ROW-SHIFTED", shifted, "author_handle")


def tell_spilled(typing: Typing, unread: Mask, column: str) -> None:
    """Flag rows with words where a count should be: a separator in the text moved its cells."""
    if not unread.any() or pa.types.is_integer(typing.text(column).type):
        return
    names = typing.header
    own, text = typing.names.get(column), typing.names.get("text")
    if own not in names or text not in names or names.index(own) < names.index(text):
        return
    cells = typing.text(column)
    behind = np.zeros(len(unread), dtype=bool)
    for other in filter(typing.has, typing.names):
        at = names.index(typing.name(other)) if typing.name(other) in names else 0
        if at > names.index(text) and not pa.types.is_integer(typing.text(other).type):
            behind |= truths(pc.match_substring_regex(typing.text(other), _BEHIND_COMMA))
    # Where the text is padded too, blanks before cells say nothing.
    behind &= ~truths(pc.match_substring_regex(typing.text("text"), r"^\s"))
    words = are_like(cells, _SPILLED) | behind & are_like(cells, r"\p{L}{2}")
    words &= ~truths(pc.match_substring_regex(cells, rf"^\s*{ERRORS}\s*$"))
    typing.flag("CL-ROW-SHIFTED", unread & words, column)


def _take_from_above(typing: Typing) -> None:
    """Put the name of the entry above where a mark says that it is the same."""
    if "actor" not in typing.done:
        return
    actors = typing.done["actor"]
    above = truths(pc.is_in(pc.utf8_lower(actors), pa.array(_ABOVE, actors.type)))
    if not above.any():
        return
    at = int(np.flatnonzero(above)[0])
    names = pc.fill_null_forward(pc.if_else(pa.array(above), None, actors))
    typing.done["actor"] = pc.if_else(pa.array(above), names, actors)
    typing.found.note(
        "CL-ACTOR-ABOVE", "fixed", line=int(typing.lines[at]), column=typing.name("actor"),
        value=actors[at].as_py(), n=int(above.sum()),
    )  # fmt: skip
