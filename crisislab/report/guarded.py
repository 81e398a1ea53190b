"""A review without real accounts, ids and contacts: what every form of it is made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from crisislab.privacy.guard import guard_of
from crisislab.privacy.names import People
from crisislab.report.value import Review

_FRAMES = ("metrics", "verdicts", "actions", "clock", "waits", "issues", "rejects")


def guarded(
    review: Review, posts: Any, people: People, *, own: frozenset[str] = frozenset(),
    staff: Iterable[str] | None = None,
) -> Review:  # fmt: skip
    """Return the review with pseudonyms for accounts and ids; no number changes.

    Args:
        review: The review as it was computed.
        posts: The posts it is about.
        people: Pseudonyms, and who stays named.
        own: Ids of the brand's own items, which stay.
        staff: People of log and plan who get pseudonyms too; missing: they are named.
    """
    frames = {name: getattr(review, name) for name in _FRAMES}
    frames["issues"] = _without_raw_examples(frames["issues"], frames["rejects"])
    frames["rejects"] = _without_raw_rows(frames["rejects"])
    everything = [*frames.values(), *review.tables.values()]
    written = [extra.text for extra in review.extras]
    guard = guard_of(
        posts, people, everything, own=own, staff=staff,
        further=[*written, *_strings(review.manifest)],
    )  # fmt: skip
    safe: dict[str, Any] = {name: guard.table(frame) for name, frame in frames.items()}
    return replace(
        review,
        **safe,
        tables={name: guard.table(frame) for name, frame in review.tables.items()},
        extras=tuple(replace(e, text=guard.text(e.text)) for e in review.extras),
        manifest=guard.value(dict(review.manifest)) | {"secret": people.names.mark()},
    )


def _whole_rows(rejects: pd.DataFrame) -> pd.Series:
    """Return where a row was set aside as a whole: which part is a person nobody knows."""
    whole: pd.Series = rejects["column"].fillna("").eq("") & rejects["value"].fillna("").ne("")
    return whole


def _without_raw_rows(rejects: pd.DataFrame) -> pd.DataFrame:
    return rejects.assign(value=rejects["value"].mask(_whole_rows(rejects), "…"))


def _without_raw_examples(issues: pd.DataFrame, rejects: pd.DataFrame) -> pd.DataFrame:
    codes = set(rejects.loc[_whole_rows(rejects), "code"])
    raw = issues["code"].isin(codes) & issues["value"].fillna("").ne("")
    said = [
        str(message).replace(str(value), "…") if hidden else message
        for message, value, hidden in zip(issues["message"], issues["value"], raw, strict=True)
    ]
    return issues.assign(
        message=pd.Series(said, issues.index, dtype="str"), value=issues["value"].mask(raw, "…")
    )


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _strings(part)
