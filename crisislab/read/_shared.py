"""Tables that say in columns of their own what a post reposts, quotes or is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.read._flat import Mask, truths
from crisislab.read._ids import tidy_links
from crisislab.read._ledger import Findings
from crisislab.read._marks import NOTHING

# Columns that a table may have beside those of the schema (``sources/names.toml``).
_IDS = {"repost": "reposted_id", "quote": "quoted_id"}
YES = ("true", "1", "1.0", "yes", "sí", "si", "t", "y", "x", "verdadero")
# A column named "Retweet" may hold numbers of retweets, and "Reply" what was answered.
SAID = ("true", "verdadero")
_FLAGS = {"is": YES, "says": SAID}
_KINDS = ("repost", "quote", "reply")
# Whom a row answers or quotes, where nothing says which post.
_PEOPLE = {"reply": "answered_name", "quote": "quoted_name"}
# Columns that tell which rows are replies, though none of them is.
REPLIES = ("is_reply", "says_reply", "answered_name")
MARKS = (
    *_IDS.values(),
    *_PEOPLE.values(),
    *(f"{flag}_{kind}" for flag in _FLAGS for kind in _KINDS),
    "title",
)
_COUNTERS = {"repost": "n_reposts", "quote": "n_quotes", "reply": "n_replies"}
_WHOLE = r"^\s*\d{1,7}(?:\.0+)?\s*$"
# Some posts have none or one, whatever is counted; what is answered or a price is never so.
_FEW = r"^\s*0*[01]?(?:\.0+)?\s*$"
_BEGUN = r"^\s*\d"
_OVER_ONE = r"^\s*0*(?:[2-9]|[1-9]\d+)(?:\.0+)?\s*$"
# Of comments, some scripts write this word as the title, and these where a body is gone.
_NO_TITLE = "comment"
_NO_BODY = ("[deleted]", "[removed]", "[ removed by reddit ]", "[deleted by user]", *NOTHING)


def with_shared(raw: pa.Table) -> pa.Table:
    """Return mapped columns with ``shared_id`` filled from what each row reposts, else quotes.

    >>> raw = pa.table({"shared_id": ["1", None, None], "reposted_id": [None, "7", "-"]})
    >>> with_shared(raw).column("shared_id").to_pylist()
    ['1', '7', None]
    """
    told = [name for name in _IDS.values() if _has(raw, name)]
    if not told:
        return raw
    links = [tidy_links(_text(raw, name)) for name in ("shared_id", *told)]
    place = raw.schema.get_field_index("shared_id")
    return raw.set_column(place, "shared_id", pc.coalesce(*links))


def with_titles(raw: pa.Table) -> pa.Table:
    r"""Return mapped columns with the title of each row before its text, as on Reddit.

    >>> raw = pa.table({"title": ["Uno", "Dos", None], "text": ["hola", "[removed]", "ya"]})
    >>> with_titles(raw).column("text").to_pylist()
    ['Uno\nhola', 'Dos', 'ya']
    """
    if not _has(raw, "title"):
        return raw
    titles, texts = (_text(raw, name).cast(pa.large_string()) for name in ("title", "text"))
    titles = pc.if_else(pc.equal(pc.utf8_lower(titles), _NO_TITLE), None, titles)
    gone = pc.is_in(pc.utf8_trim_whitespace(pc.utf8_lower(texts)), pa.array(_NO_BODY, texts.type))
    said = pc.if_else(gone, None, texts)
    said = pc.if_else(pc.fill_null(pc.equal(titles, said), False), None, said)
    both = pc.binary_join_element_wise(titles, said, pa.scalar("\n", texts.type))
    place = raw.schema.get_field_index("text")
    return raw.set_column(place, "text", pc.coalesce(both, titles, texts))


def with_counts(
    raw: pa.Table, names: Mapping[str, str], found: Findings
) -> tuple[pa.Table, dict[str, str]]:
    """Return mapped columns, and their names, with counts that stand in columns named as flags.

    ``Retweet`` is one in some exports and the other in others: whole numbers, some of them over 1,
    and some not, are counts. Numbers that may be either, or ids, are left out and told.
    """
    named = dict(names)
    for kind, counter in _COUNTERS.items():
        flag = f"says_{kind}"
        if not _has(raw, flag):
            continue
        cells = _text(raw, flag)
        whole = truths(pc.match_substring_regex(cells, _WHOLE))
        counts = whole.sum() == len(cells) - cells.null_count and not _has(raw, counter)
        counts = counts and all(
            truths(pc.match_substring_regex(cells, some)).any() for some in (_FEW, _OVER_ONE)
        )
        found.evidence.same[flag] = counts
        if counts:
            raw = raw.set_column(raw.schema.get_field_index(counter), counter, cells)
            named[counter] = named.get(flag, flag)
        elif (written := truths(pc.match_substring_regex(cells, _BEGUN))).any():
            at = int(np.flatnonzero(written)[0])
            found.note(
                "CL-COLUMN-NUMBERS", line=raw.column("source_row")[at].as_py(),
                column=named.get(flag, flag), value=cells[at].as_py(), n=int(written.sum()),
                n_of=len(written), counter=counter,
            )  # fmt: skip
    return raw, named


def told_kind(raw: pa.Table, kind: str, *, people: bool = True) -> Mask | None:
    """Return which rows are told to be of a kind; ``None`` where no column tells.

    Args:
        raw: Mapped columns.
        kind: The kind.
        people: Whether who is answered or quoted tells it too.

    >>> told_kind(pa.table({"is_repost": ["TRUE", "FALSE", None]}), "repost").tolist()
    [True, False, False]
    """
    found = np.zeros(len(raw), dtype=bool)
    link = _IDS.get(kind, "")
    flags = {f"{flag}_{kind}": words for flag, words in _FLAGS.items()}
    person = _PEOPLE.get(kind, "") if people else ""
    if not any(_has(raw, name) for name in (link, person, *flags)):
        return None
    if _has(raw, link):
        found |= truths(tidy_links(_text(raw, link)).is_valid())
    if _has(raw, person):
        found |= truths(tidy_links(_text(raw, person)).is_valid()) & ~_begins_thread(raw)
    for flag, words in flags.items():
        # "Reply" alone may say that a post was answered; beside "Retweet" it says what it is.
        alone = flag == "says_reply" and not any(_has(raw, f"says_{k}") for k in _IDS)
        if _has(raw, flag) and not alone:
            low = pc.utf8_lower(pc.fill_null(_text(raw, flag), ""))
            found |= truths(pc.is_in(low, pa.array(words, low.type)))
    return found


def _begins_thread(raw: pa.Table) -> Mask:
    """Return which rows are the first of their conversation, though they may name somebody."""
    if not (_has(raw, "root_id") and _has(raw, "post_id")):
        return np.zeros(len(raw), dtype=bool)
    return truths(pc.equal(*(tidy_links(_text(raw, name)) for name in ("root_id", "post_id"))))


def _has(raw: pa.Table, name: str) -> bool:
    return name in raw.column_names and raw.column(name).null_count < len(raw)


def _text(raw: pa.Table, name: str) -> Any:
    return raw.column(name).combine_chunks()
