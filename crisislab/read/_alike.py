"""The same posts in two exports under other ids: told, and never left out.

A listening tool and an interface may each number what they hold. Who wrote the same words in the
same second on one network wrote once, where several rows of two files say so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crisislab.read._part import Part

_LEAST = 3
_SECOND = 1_000_000


@dataclass(frozen=True)
class Alike:
    """Rows of one file that seem to stand in another one too.

    Attributes:
        n: How many.
        line: The first of them.
        file: The other file.
    """

    n: int
    line: int
    file: str


def tell_alike(parts: list[Part], posts: pd.DataFrame) -> None:
    """Note for each file how many of its posts an earlier one holds under other ids."""
    for part, told in alike_of(posts).items():
        parts[part].found.note(
            "CL-ROWS-ALIKE", line=told.line, value=told.file, n=told.n, n_of=parts[part].n_units
        )


def alike_of(posts: pd.DataFrame) -> dict[int, Alike]:
    """Return, by number of the part, the rows that an earlier part has under other ids."""
    part = posts["_part"].to_numpy()
    if not len(part) or (part == part[0]).all():
        return {}
    near = posts.iloc[_at_one_second(posts["created_at"], part)]
    author = near["author_handle"].fillna(near["author_name"]).str.casefold()
    near = near.assign(_author=author, _second=_seconds(near["created_at"]))
    near = near.loc[near["_author"].notna() & near["text"].fillna("").ne("")]
    keys = ["platform", "_author", "_second", "text"]
    near = near.sort_values(["_part", "source_row"], kind="stable")
    earlier = near.groupby(keys, sort=False)[["_part", "source_file"]].transform("first")
    again = near["_part"].ne(earlier["_part"])
    found = {}
    for number, own in near.loc[again].groupby("_part", sort=True):
        if len(own) >= _LEAST:
            file = str(earlier.loc[own.index[0], "source_file"])
            found[int(str(number))] = Alike(len(own), int(own["source_row"].iloc[0]), file)
    return found


def _seconds(times: pd.Series) -> np.ndarray:
    return times.to_numpy(dtype="datetime64[us]").astype(np.int64) // _SECOND


def _at_one_second(times: pd.Series, part: np.ndarray) -> np.ndarray:
    """Return the places of rows that share a second with a row of another part."""
    seconds = _seconds(times)
    order = np.argsort(seconds, kind="stable")
    new = np.append(True, np.diff(seconds[order]) != 0)
    group = np.cumsum(new) - 1
    starts = np.flatnonzero(new)
    lowest = np.minimum.reduceat(part[order], starts)
    highest = np.maximum.reduceat(part[order], starts)
    return np.asarray(np.sort(order[(lowest != highest)[group]]))
