"""What is known about each wait: when, in which language, from whom, answered by whom."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import narwhals as nw
import pandas as pd

from crisislab.engine import lazy, small

TRAITS = ("platform", "hour", "phase", "topic", "lang", "reach_band", "agent")
_SIGNED = re.compile(r"[\^*/~–-]\s?([A-Za-z]{1,3})\s*$")
_BANDS = ((1_000, "under 1,000"), (10_000, "1,000 to 9,999"), (100_000, "10,000 to 99,999"))
_COLUMNS = ["platform", "post_id", "lang", "n_followers", "author_name", "author_handle", "text"]


def add_traits(
    waited: pd.DataFrame,
    posts: Any,
    *,
    zone: str,
    phases: Mapping[str, pd.Timestamp] | None = None,
    topics: pd.Series | None = None,
) -> pd.DataFrame:
    """Return waits with what they can be told apart by.

    - ``hour``: local hour in which the person wrote, 0 to 23;
    - ``phase``: last of ``phases`` that had begun then, ``before`` all of them;
    - ``topic``: of the opening item, if given;
    - ``lang``: of the opening item;
    - ``reach_band``: followers of the author as of export, in bands; ``unknown`` is not 0;
    - ``agent``: signature at the end of the reply (``^JK``), else the account that replied; role
      names come from the plan, not from here. Missing where nobody replied.

    Args:
        waited: Table of ``measure.response.waits``.
        posts: Posts of any engine.
        zone: Zone of the local hour.
        phases: Phase -> instant at which it begins.
        topics: Opening item -> topic.
    """
    items = small(lazy(posts).select(*(nw.col(c) for c in _COLUMNS)))
    items = items.set_index(["platform", "post_id"])
    items = items[~items.index.duplicated()]
    opening = items.reindex(pd.MultiIndex.from_frame(waited[["platform", "opening_id"]]))
    reply = items.reindex(pd.MultiIndex.from_frame(waited[["platform", "reply_id"]]))
    local: pd.Series = waited["opened_at"].dt.tz_convert(zone)
    topic = None if topics is None else waited["opening_id"].map(topics)
    followers = pd.to_numeric(opening["n_followers"]).to_numpy(dtype=float, na_value=float("nan"))
    agents = [
        _agent(*row) for row in reply[["text", "author_name", "author_handle"]].to_numpy(object)
    ]
    return waited.assign(
        hour=local.dt.hour.astype("int64"),
        phase=_phase(waited["opened_at"], phases or {}),
        topic=pd.Series(topic, index=waited.index, dtype="str").fillna("unknown"),
        lang=pd.Series(opening["lang"].to_numpy(), index=waited.index, dtype="str").fillna(
            "unknown"
        ),
        reach_band=pd.Series([_band(f) for f in followers], index=waited.index, dtype="str"),
        agent=pd.Series(agents, index=waited.index, dtype="str"),
    )


def _phase(at: pd.Series, phases: Mapping[str, pd.Timestamp]) -> pd.Series:
    found = pd.Series("before", index=at.index, dtype="str")
    for name, begin in sorted(phases.items(), key=lambda item: item[1]):
        found = found.mask(at >= begin, name)
    return found


def _band(followers: float) -> str:
    if not followers >= 0:
        return "unknown"
    return next((name for limit, name in _BANDS if followers < limit), "100,000 and more")


def _agent(text: Any, name: Any, handle: Any) -> str | None:
    signed = _SIGNED.search(str(text)) if pd.notna(text) else None
    if signed:
        return signed[1].upper()
    return next((str(value) for value in (name, handle) if pd.notna(value)), None)
