"""Texts taken from the wrong column: another, which nothing uses, says clearly more in every row.

Names alone decide which column holds the texts; a constant title or a coder's note may have a name
that is known, and people's words one that is not. Only the first rows are looked at, and only where
they leave little doubt is anything said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from crisislab.read._columns import bare, spaced
from crisislab.read._doubted import is_part
from crisislab.read._ledger import Findings
from crisislab.read._sample import Look, Sample
from crisislab.read.declare import Declaration
from crisislab.read.sources import generic
from crisislab.read.sources._names import known_names

# So many times the letters, and so many more, are clearly more.
_TIMES, _MORE = 2.5, 30
# Fewer letters than these are no text by themselves; so many are.
_HARDLY, _MUCH = 10, 40
# What is coded has few values, and not on every row.
_CODED, _HALF = 3, 2
_WORD = re.compile(r"[^\W\d_]+")
# Of comments, what has one of these words is told of what stands above them.
_ABOVE = frozenset(("post", "tweet", "status", "publicacion", "publicacao", "publication",
                    "original", "story", "noticia", "legenda", "legende"))  # fmt: skip
# What people who code posts call their own column, and what comments are called.
_NOTES = ("comment", "comentario", "review", "opinion")
_UNDER = ("comment", "comentario", "review", "resena", "reply", "respuesta")
# What describes a thing that people speak of is none of their words.
_DESCRIBED = frozenset(("description", "descripcion", "descricao", "beschreibung"))


def with_words(
    names: Sequence[str], found: generic.Resolved, sample: Sample, kind: generic.Kind,
    declared: Declaration,
) -> generic.Resolved:  # fmt: skip
    """Return what names say, with the title as the text where a spare name only holds labels.

    ``Feedback`` may be what people said, and ``Good``.
    """
    own = found.columns.get("text", ())
    known = known_names()[kind]["text"]
    if not own or "text" in declared.columns or bare(own[0]) not in set(map(bare, known["spare"])):
        return found
    last = set(map(bare, known["last"]))
    called = found.columns.get("title", ()) if kind == "log" else ()
    others = (
        own[1:]
        or called
        or tuple(n for n in generic.left_over(names, found) if bare(n) in last)[:1]
    )
    if not others or _says_more(sample.look(own[0]), sample.look(*others), sample):
        return found
    return generic.resolve([name for name in names if name != own[0]], kind, declared)


def _says_more(look: Look, title: Look, sample: Sample) -> bool:
    if sample.is_enough():
        return look.is_prose()
    return look.letters > max(_MORE, title.letters)


def tell_richer(
    names: Sequence[str], found: generic.Resolved, sample: Sample, kind: generic.Kind,
    declared: Declaration, told: Findings,
) -> None:  # fmt: skip
    """Tell of a column with more to say than the title, or next to nothing, taken as the text."""
    own = found.columns.get("text", ())
    if kind != "posts" or not own or "text" in declared.columns or not sample.is_enough():
        return
    taken = sample.look(*own)
    other = richest(names, found, sample, of=own[0])
    if other is None:
        return
    look = sample.look(other)
    part = generic.is_last("text", found, kind) or is_part(own[0])
    title = part and _is_more(look, taken)
    nothing = taken.letters < _HARDLY and look.letters >= _MUCH
    if taken.is_same() or title or nothing:
        told.note("CL-TEXT-RICHER", column=own[0], value=look.filled[0], n=len(look.filled),
                  other=other, first=other, n_of=sample.n)  # fmt: skip


def richest(
    names: Sequence[str], found: generic.Resolved, sample: Sample, *, of: str = ""
) -> str | None:
    """Return the column that nothing uses with most to say, if any holds texts of its own.

    Args:
        names: The columns.
        found: What is used of them.
        sample: The first rows.
        of: The column that is used as the text.
    """
    under = any(word in bare(of) for word in _UNDER)
    left = [name for name in generic.left_over(names, found) if _may_be_said(name, under=under)]
    looks = {name: sample.look(name) for name in dict.fromkeys(left) if name in sample.columns}
    prose = {name: look.letters for name, look in looks.items() if look.is_prose()}
    return max(prose, key=lambda name: prose[name], default=None)


def with_post_asked(
    names: Sequence[str], found: generic.Resolved, sample: Sample, declared: Declaration
) -> generic.Resolved:
    """Return what names say, with the text left open where a note may have been taken for it.

    Who codes posts writes into ``comment``, and the same or nothing on most rows; the post stands
    in a column with a lesser name.
    """
    own = found.columns.get("text", ())
    asked = bool(own) and bare(own[0]) in _NOTES and "text" not in declared.columns
    if not asked or not sample.is_enough() or generic.stand_under(names):
        return found
    known = {bare(n) for tier in ("strong", "weak", "later")
             for n in known_names()["posts"]["text"][tier]} - _DESCRIBED  # fmt: skip
    left = [name for name in generic.left_over(names, found) if bare(name) in known]
    note = sample.look(own[0])
    for name in left:
        look = sample.look(name)
        coded = note.n_different <= len(note.filled) / _CODED
        if look.is_prose() and (coded or len(note.filled) < len(look.filled) / _HALF):
            columns = {column: named for column, named in found.columns.items() if column != "text"}
            return replace(found, columns=columns, open={**found.open, "text": (name, own[0])})
    return found


def _is_more(look: Look, taken: Look) -> bool:
    """Return whether a column of texts says clearly more than the one that was taken."""
    return look.letters >= max(_TIMES * taken.letters, taken.letters + _MORE)


def _may_be_said(name: str, *, under: bool) -> bool:
    words = set(_WORD.findall(spaced(name)))
    others = frozenset(known_names()["aside"]["words"])
    return not words & (others | _ABOVE if under else others)
