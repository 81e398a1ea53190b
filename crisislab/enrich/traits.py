"""What is known about each wait: when, in which language, from whom, answered by whom."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

import narwhals as nw
import pandas as pd

from crisislab.engine import lazy, small

TRAITS = ("platform", "hour", "phase", "topic", "lang", "reach_band", "role", "agent")
_SIGNED = re.compile(r"[\^*/~–-]\s?([A-Za-z]{1,3})\s*$")
_BANDS = ((1_000, "under 1,000"), (10_000, "1,000 to 9,999"), (100_000, "10,000 to 99,999"))
ITEM_COLUMNS = [
    "platform",
    "post_id",
    "lang",
    "n_followers",
    "author_name",
    "author_handle",
    "text",
]


def add_traits(
    waited: pd.DataFrame,
    posts: Any,
    *,
    zone: str,
    phases: Mapping[str, pd.Timestamp] | None = None,
    topics: pd.Series | None = None,
    roles: Mapping[str, Collection[str]] | None = None,
) -> pd.DataFrame:
    """Return waits with what they can be told apart by.

    - ``hour``: local hour in which the person wrote, 0 to 23;
    - ``phase``: last of ``phases`` that had begun then, ``before`` all of them;
    - ``topic``: of the opening item, if given; ``unknown`` where it names none;
    - ``lang``: of the opening item;
    - ``reach_band``: followers of the author as of export, in bands; ``unknown`` is not 0;
    - ``agent``: signature at the end of the reply (``^JK``), else the account that replied;
      missing where nobody replied;
    - ``role``: role of the plan whose only holder the agent can be: by name, account, first name
      or initials; missing where none or several fit.

    Args:
        waited: Table of ``measure.response.waits``.
        posts: Posts of any engine.
        zone: Zone of the local hour.
        phases: Phase -> instant at which it begins.
        topics: Topic by (platform, opening item), or by opening item alone.
        roles: Role -> names of its people.
    """
    items = small(lazy(posts).select(*(nw.col(c) for c in ITEM_COLUMNS)))
    items = items.set_index(["platform", "post_id"])
    items = items[~items.index.duplicated()]
    opening = items.reindex(_keys(waited, "opening_id"))
    reply = items.reindex(_keys(waited, "reply_id"))
    local: pd.Series = waited["opened_at"].dt.tz_convert(zone)
    topic = None if topics is None else _topics(waited, topics)
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
        role=pd.Series(_roles(agents, roles or {}), index=waited.index, dtype="str"),
    )


def _topics(waited: pd.DataFrame, topics: pd.Series) -> Any:
    both = topics.index.nlevels == 2
    keys = _keys(waited, "opening_id") if both else waited["opening_id"]
    return topics.reindex(keys).to_numpy()


def _keys(waited: pd.DataFrame, item: str) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(waited[["platform", item]])


def _roles(agents: list[str | None], roles: Mapping[str, Collection[str]]) -> list[str | None]:
    known: dict[str, set[str]] = {}
    for role, names in roles.items():
        for name in names:
            for key in _signs(name):
                known.setdefault(key, set()).add(role)
    found = [known.get(agent.casefold().lstrip("@"), set()) if agent else set() for agent in agents]
    return [next(iter(fitting)) if len(fitting) == 1 else None for fitting in found]


def _signs(name: str) -> set[str]:
    """Return how somebody may sign: whole name or account, first name, initials.

    >>> sorted(_signs("Ana Gil Sanz"))
    ['ag', 'ags', 'ana', 'ana gil sanz']
    """
    whole = name.casefold().lstrip("@")
    parts = [part for part in re.split(r"[\s._-]+", whole) if part]
    initials = "".join(part[0] for part in parts)
    return {whole, *parts[:1], *({initials, initials[:2]} if len(parts) > 1 else ())}


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
