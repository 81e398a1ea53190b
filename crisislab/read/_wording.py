"""What interfaces and spreadsheets add to texts, taken off; the text as exported is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.read._entities import unescape
from crisislab.read._flat import among, are_like, first_bytes, lengths_of
from crisislab.read._marks import ERRORS

if TYPE_CHECKING:
    from crisislab.read._type import Typing

_ESCAPING = ("x", "reddit")
# What may begin a formula, which careful exporters make a text by an apostrophe before it.
_LIVE = among(b"=+-@")
_APOSTROPHE = ord("'")
# What a sheet on the web shows until it has reckoned a cell.
_WAITING = r"(?:Loading|Cargando|Carregando|Chargement|Caricamento)(?:\.\.\.|…)"
_ERROR_BEGINS = among(b"#LC")
_LONGEST_ERROR = 40
_QUOTED = r"^'[^']*'(?:\W|$)"
_GUARDED = ("text", "author_handle", "author_name", "actor")


def without_entities(typing: Typing) -> None:
    """Put back what the interfaces of X and Reddit escape in texts."""
    if not typing.reader.escaped or "text" not in typing.done:
        return
    before = typing.done["text"]
    after, changed = unescape(before)
    if "platform" in typing.done and typing.reader.platform not in _ESCAPING:
        own = pc.is_in(typing.done["platform"], pa.array(_ESCAPING, pa.large_string()))
        after = pc.if_else(own, after, before)
        changed &= np.asarray(own.to_numpy(zero_copy_only=False), dtype=bool)
    typing.done["text"] = after
    tell_fixed(typing, "CL-TEXT-ENTITIES", changed, before)


def without_equals(typing: Typing) -> None:
    """Take off the = that spreadsheets put before texts that begin with @."""
    if "text" not in typing.done:
        return
    before = typing.done["text"]
    marked = are_like(before, "=@", "^=@")
    tell_fixed(typing, "CL-TEXT-EQUALS", marked, before)
    if marked.any():
        bare = pc.utf8_slice_codeunits(before, 1)
        typing.done["text"] = pc.if_else(pa.array(marked), bare, before)


def without_apostrophes(typing: Typing) -> None:
    """Take off the apostrophe that exporters put before texts that could be formulas.

    An exporter that does so does it everywhere; where one text begins without, people wrote it.
    Only what writes tables does so.
    """
    if typing.reader.unpack is not None or typing.reader.unroll is not None:
        return
    for column in _GUARDED:
        if column not in typing.done:
            continue
        before = typing.done[column]
        first = first_bytes(before, 2)
        guarded = (first[0] == _APOSTROPHE) & _LIVE[first[1]]
        # A sign alone is no formula.
        guarded &= lengths_of(before) > len(first)
        if not guarded.any() and not _LIVE[first[0]].any():
            continue
        if guarded.any():
            guarded &= ~are_like(before, "'[^']*'", _QUOTED)
        ours = bool(guarded.any()) and not _LIVE[first[0]].any()
        typing.found.evidence.same[f"apostrophes of {column}"] = ours
        if ours:
            bare = pc.utf8_slice_codeunits(before, 1)
            typing.done[column] = pc.if_else(pa.array(guarded), bare, before)
            tell_fixed(typing, "CL-TEXT-APOSTROPHE", guarded, before, column)


def tell_formulas(typing: Typing) -> None:
    """Flag texts and names of which a spreadsheet kept only that it could not reckon them.

    Such a name would make one account of many people: it is none.
    """
    for column in filter(typing.done.__contains__, _GUARDED):
        before = typing.done[column]
        failed = _are_errors(before)
        typing.flag("CL-TEXT-FORMULA", failed, column)
        if failed.any() and column != "text":
            typing.done[column] = pc.if_else(pa.array(failed), None, before)


def _are_errors(texts: Any) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which cells are an error or a waiting sign and nothing else: short, and begin so."""
    few = np.flatnonzero(_ERROR_BEGINS[first_bytes(texts, 1)[0]]
                         & (lengths_of(texts) <= _LONGEST_ERROR))  # fmt: skip
    found = np.zeros(len(texts), dtype=bool)
    if len(few):
        exact = f"^(?:{ERRORS}|{_WAITING})$"
        found[few[are_like(texts.take(pa.array(few)), f"{ERRORS}|{_WAITING}", exact)]] = True
    return found


def keep_exported(typing: Typing) -> None:
    """Keep the text as the file has it beside every text that was changed."""
    if "text" not in typing.done:
        return
    before, after = typing.text("text"), typing.done["text"]
    if after is before:
        return
    same = pc.fill_null(pc.equal(before, after), True)
    if not pc.all(same, min_count=0).as_py():
        typing.done["text_as_exported"] = pc.if_else(same, None, before)


def tell_fixed(
    typing: Typing, code: str, changed: Any, texts: Any, column: str = "text"
) -> None:  # fmt: skip
    """Tell what was changed in a column, and the first of it."""
    if changed.any():
        at = int(np.flatnonzero(changed)[0])
        typing.found.note(
            code, "fixed", line=int(typing.lines[at]), column=typing.name(column),
            value=texts[at].as_py(), n=int(changed.sum()), n_of=len(changed),
        )  # fmt: skip
