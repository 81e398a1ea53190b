"""The same posts in two exports under other ids: told, and never left out.

A listening tool and an interface may each number what they hold. Who wrote the same words in the
same second on one network wrote once, where several rows of two files say so. Of large files some
rows are compared: the first ones, and those of one second in sixty-four, which is the same one in
every file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.read._flat import has_empty, hashed
from crisislab.read._frame import Typed
from crisislab.read._ledger import Findings

_LEAST, _FIRST, _ONE_IN = 3, 2000, 64
_SECOND = 1_000_000
_NAMES = ("content", "own", "line")


@dataclass
class Sketch:
    """What some rows of one file say, as numbers: enough to find them in another file.

    Attributes:
        content: Network, author, second and text of each, hashed.
        own: Its id, hashed.
        line: Where it stands.
        n: How many rows of the file were seen.
    """

    content: list[Any] = field(default_factory=list)
    own: list[Any] = field(default_factory=list)
    line: list[Any] = field(default_factory=list)
    n: int = 0

    def add(self, typed: Typed) -> None:
        """Look at further rows."""
        start, self.n = self.n, self.n + len(typed)
        author = typed.columns.get("author_handle", typed.columns.get("author_name"))
        if "post_id" not in typed.columns or "text" not in typed.columns or author is None:
            return
        us = pc.fill_null(typed.columns["created_at"], 0).to_numpy(zero_copy_only=False)
        seconds = us // _SECOND
        first = np.arange(start, self.n) < _FIRST
        at = np.flatnonzero(first | (seconds % _ONE_IN == 0))
        few = pa.array(at)
        parts = [typed.columns["platform"].take(few), pc.utf8_lower(author.take(few)),
                 pc.cast(pa.array(seconds[at]), pa.large_string()),
                 typed.columns["text"].take(few)]  # fmt: skip
        whole = pc.binary_join_element_wise(*parts, pa.scalar("\x1f", pa.large_string()))
        there = np.asarray(pc.is_valid(whole).to_numpy(zero_copy_only=False), dtype=bool)
        if has_empty(parts[-1]):
            there &= ~np.asarray(pc.fill_null(pc.equal(parts[-1], ""), True))
        kept = pa.array(there)
        self.content.append(hashed(whole.filter(kept)))
        self.own.append(hashed(typed.columns["post_id"].take(few).filter(kept)))
        self.line.append(np.asarray(typed.columns["source_row"])[at[there]])


class Read(Protocol):
    """A file that was read."""

    found: Findings
    n_units: int
    sketch: Sketch


def tell_alike(parts: Sequence[Read]) -> None:
    """Note for each file how many of its posts an earlier one holds under other ids."""
    read = [part for part in parts if part.n_units and part.sketch.content]
    if len(read) <= 1:
        return
    told = pd.concat([_table(part.sketch).assign(part=i) for i, part in enumerate(read)])
    told = told.loc[told.duplicated("content", keep=False)]
    # A post that stands there under its own id is a repeat, and told as that.
    told = told.loc[~told.duplicated(["content", "own"], keep=False)].reset_index(drop=True)
    first = told.groupby("content", sort=False)["part"].transform("first")
    again = told.loc[told["part"] != first].assign(first=first)
    for i, own in again.groupby("part", sort=True):
        if len(own) >= _LEAST:
            part, other = read[int(str(i))], read[int(own["first"].iloc[0])]
            n_of = sum(map(len, part.sketch.content))
            part.found.note("CL-ROWS-ALIKE", line=int(own["line"].iloc[0]),
                            value=other.found.file, n=len(own), n_of=n_of)  # fmt: skip


def _table(sketch: Sketch) -> pd.DataFrame:
    return pd.DataFrame({name: np.concatenate(getattr(sketch, name)) for name in _NAMES})
