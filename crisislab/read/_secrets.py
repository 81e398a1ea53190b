"""Keys and passwords in what was read: replaced before anybody sees the table, and told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from crisislab.privacy.secrets import MAY_HOLD, secrets_in, without_secrets
from crisislab.read._flat import Search, places_like
from crisislab.read._frame import Typed
from crisislab.read._ledger import Findings

if TYPE_CHECKING:
    from crisislab.read._part import Part

_COLUMNS = ("text", "text_as_exported", "link", "url")


def hide_secrets(rows: pd.DataFrame, parts: list[Part]) -> pd.DataFrame:
    """Return rows without secrets; each file's finding says how many rows had one.

    Files that were searched while they were read are not searched again.
    """
    done = [i for i, part in enumerate(parts) if part.searched]
    places = np.flatnonzero(~rows["_part"].isin(done))
    if not len(places):
        return rows
    left = rows.iloc[places] if done else rows
    found: dict[int, str] = {}
    for column in (name for name in _COLUMNS if name in left and left[name].notna().any()):
        kinds = {int(places[at]): kind for at, kind in _kinds(left[column].array).items()}
        if kinds:
            clean = rows[column].copy()
            hit = list(kinds)
            clean.iloc[hit] = [without_secrets(str(rows[column].iat[at])) for at in hit]
            rows = rows.assign(**{column: clean})
            found = kinds | found
    if not found:
        return rows
    lines, owners = rows["source_row"].tolist(), rows["_part"].tolist()
    for at in sorted(found):
        line = None if pd.isna(lines[at]) else int(lines[at])
        parts[owners[at]].found.note("CL-SECRET-FOUND", line=line, value=found[at])
    return rows


def hide_typed_secrets(typed: Typed, told: Findings, search: Search = places_like) -> Typed:
    """Return typed rows of one file without secrets; the finding says how many rows had one.

    Args:
        typed: The rows.
        told: Where it is told.
        search: What finds the places of texts that match a pattern.
    """
    found: dict[int, str] = {}
    columns = dict(typed.columns)
    for column in (name for name in _COLUMNS if name in columns):
        kinds = _kinds(columns[column], search)
        if kinds:
            clean = columns[column].to_pylist()
            for at in kinds:
                clean[at] = without_secrets(clean[at])
            columns[column] = pa.array(clean, pa.large_string())
            found = kinds | found
    for at in sorted(found):
        line = int(columns["source_row"][at])
        told.note("CL-SECRET-FOUND", line=line, value=found[at])
    return Typed(typed.table, columns, typed.units) if found else typed


def _worth(values: Any, search: Search) -> Iterator[int]:
    """Yield the places of texts that are worth a closer look."""
    texts = values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values)
    start = 0
    for piece in texts.chunks if isinstance(texts, pa.ChunkedArray) else [texts]:
        yield from (search(piece, MAY_HOLD) + start).tolist()
        start += len(piece)


def _kinds(values: Any, search: Search = places_like) -> dict[int, str]:
    """Return the places of texts with a secret, and the kind of the first in each."""
    kinds = {at: secrets_in(str(values[at])) for at in _worth(values, search)}
    return {at: kind[0] for at, kind in kinds.items() if kind}
