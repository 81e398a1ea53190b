"""How waiting ended: answered in public, moved to private messages, or the post deleted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from crisislab.engine import lazy, small
from crisislab.enrich.moves import moves_to_private
from crisislab.estimate.competing import ExitCurves, exit_curves
from crisislab.metrics import metrics, number

WAYS = ("answered", "moved", "deleted")


def exits(waited: pd.DataFrame, posts: Any, *, deleted: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the waits with how each ended first: ``way`` and the minutes until then.

    ``moved``: the first human reply asks to go on in private messages: nobody outside knows
    whether an answer came. ``deleted``: the opening item was gone before a reply. Both are other
    ways out, not waiting: somebody who has left can no longer be answered in public.

    Args:
        waited: Table of ``measure.response.waits``.
        posts: Posts of any engine.
        deleted: ``platform, post_id, deleted_at`` of items seen to be gone, if known.

    Returns:
        The waits with ``way`` (one of ``WAYS``, else ``waiting``) and ``exit_minutes``.
    """
    told = small(lazy(posts).filter(nw.col("own")).select("platform", "post_id", "text"))
    texts = told.drop_duplicates(["platform", "post_id"]).set_index(["platform", "post_id"])["text"]
    replies = texts.reindex(pd.MultiIndex.from_frame(waited[["platform", "reply_id"]]))
    moved = np.array(moves_to_private(replies), dtype=bool)
    answered = waited["answered"].to_numpy()
    way = np.where(answered, np.where(moved, "moved", "answered"), "waiting").astype(object)
    minutes = waited["minutes"].to_numpy(dtype=float).copy()
    if deleted is not None and len(deleted):
        gone = deleted.drop_duplicates(["platform", "post_id"])
        at = gone.set_index(["platform", "post_id"])["deleted_at"]
        keys = pd.MultiIndex.from_frame(waited[["platform", "opening_id"]])
        lost = pd.Series(at.reindex(keys).to_numpy(), index=waited.index)
        after = (pd.to_datetime(lost, utc=True) - waited["opened_at"]).dt.total_seconds() / 60
        first = ((after >= 0) & (after < waited["minutes"])).to_numpy()
        way[first] = "deleted"
        minutes[first] = after.to_numpy()[first]
    return waited.assign(way=pd.Series(way, index=waited.index, dtype="str"), exit_minutes=minutes)


def removed(waited: pd.DataFrame, handled: pd.DataFrame) -> pd.DataFrame:
    """Return the opening items that the log says were deleted or hidden, and when.

    Args:
        waited: Table of ``measure.response.waits``.
        handled: Table of ``enrich.handling.handling``.

    Returns:
        ``platform, post_id, deleted_at``, for :func:`exits`.
    """
    gone = handled[handled["event"] == "removed"].sort_values("at", kind="stable")
    gone = gone.drop_duplicates("post_id").rename(columns={"at": "deleted_at"})
    items = waited[["platform", "opening_id"]].rename(columns={"opening_id": "post_id"})
    return items.merge(gone[["post_id", "deleted_at"]], on="post_id", how="inner")


def exit_curve(left: pd.DataFrame) -> ExitCurves:
    """Return the Aalen-Johansen curves of the ways out in :func:`exits`."""
    return exit_curves(left["exit_minutes"].to_numpy(), left["way"].to_numpy(), ways=WAYS)


def exit_shares(
    left: pd.DataFrame,
    *,
    within: Iterable[float] = (60, 240, 1440),
    removals: bool = True,
    scope: str = "",
) -> pd.DataFrame:
    """Return the share gone by each way within each limit.

    The three add up to at most 1; the rest is still waiting. See ``estimate.competing``.

    Args:
        left: Table of :func:`exits`.
        within: Limits in minutes.
        removals: Whether anything tells which posts were removed; where nothing does, the share
            removed is unknown, not 0: an export does not hold what was gone before it was made.
        scope: Further words of the scope.

    Returns:
        Rows of ``schema.METRICS``: ``exit_share``, scopes ``way=...;within=...``.
    """
    curves = exit_curve(left)
    rows = [
        number(
            "exit_share",
            curves.at(limit, way) if curves.n and (removals or way != "deleted") else None,
            unit="share",
            scope=";".join(p for p in (f"way={way};within={limit:g}", scope) if p),
            n=curves.n,
            method="Aalen-Johansen, log-log 95 % interval",
            note=_note(way, removals),
            evidence="waits",
        )
        for way in WAYS
        for limit in within
    ]
    return metrics(rows)


def _note(way: str, removals: bool) -> str:
    if way == "deleted" and not removals:
        return "removals_not_logged"
    return "" if way == "answered" else "no_public_answer"
