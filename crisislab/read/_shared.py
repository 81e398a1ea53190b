"""Tables that say in columns of their own what a post reposts or quotes, or only that it does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.read._flat import Mask, truths
from crisislab.read._ids import tidy_links

# Columns that a table may have beside those of the schema (``sources/names.toml``).
_IDS = {"repost": "reposted_id", "quote": "quoted_id"}
YES = ("true", "1", "1.0", "yes", "sí", "si", "t", "y", "x", "verdadero")
# A column named "Retweet" may hold numbers of retweets, and "Reply" what was answered.
_FLAGS = {"is": YES, "says": ("true", "verdadero")}
_KINDS = ("repost", "quote", "reply")
MARKS = (*_IDS.values(), *(f"{flag}_{kind}" for flag in _FLAGS for kind in _KINDS))


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


def told_kind(raw: pa.Table, kind: str) -> Mask | None:
    """Return which rows are told to be of a kind; ``None`` where no column tells.

    >>> told_kind(pa.table({"is_repost": ["TRUE", "FALSE", None]}), "repost").tolist()
    [True, False, False]
    """
    found = np.zeros(len(raw), dtype=bool)
    link = _IDS.get(kind, "")
    flags = {f"{flag}_{kind}": words for flag, words in _FLAGS.items()}
    if not any(_has(raw, name) for name in (link, *flags)):
        return None
    if _has(raw, link):
        found |= truths(tidy_links(_text(raw, link)).is_valid())
    for flag, words in flags.items():
        if _has(raw, flag):
            low = pc.utf8_lower(pc.fill_null(_text(raw, flag), ""))
            found |= truths(pc.is_in(low, pa.array(words, low.type)))
    return found


def _has(raw: pa.Table, name: str) -> bool:
    return name in raw.column_names and raw.column(name).null_count < len(raw)


def _text(raw: pa.Table, name: str) -> Any:
    return raw.column(name).combine_chunks()
