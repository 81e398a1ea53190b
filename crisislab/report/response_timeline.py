"""Where the time went: people waiting above, what the team did below, one axis; as data."""

from __future__ import annotations

import pandas as pd

COLUMNS = ["lane", "at", "end_at", "value", "code"]


def where_time_went(
    backlog: pd.DataFrame, clock: pd.DataFrame, actions: pd.DataFrame
) -> pd.DataFrame:
    """Return one table of everything the figure draws.

    Args:
        backlog: Result of ``measure.groups.backlog``.
        clock: Moments of the crisis (``measure.clock.crisis_clock``).
        actions: Actions with their state (``schema.ACTIONS``).

    Returns:
        ``lane`` (``waiting``: people waiting at ``at``, in ``value``; ``clock``: a moment at
        ``at``, from the one before it in ``end_at``, minutes between in ``value``; ``action``:
        due at ``at``, done at ``end_at``, minutes late in ``value``), ``code`` (the moment or the
        action), in order of lane and time. What is not known is not in it.
    """
    waiting = pd.DataFrame(
        {"lane": "waiting", "at": backlog["at"], "value": backlog["n_waiting"].astype("float64")}
    )
    known = clock[clock["at"].notna()].sort_values("at", kind="stable")
    gap = known["at"].diff().dt.total_seconds() / 60
    moments = pd.DataFrame(
        {
            "lane": "clock",
            "at": known["at"],
            "end_at": known["at"].shift(1),
            "value": gap,
            "code": known["milestone"],
        }
    )
    done = actions[actions["done_at"].notna()].sort_values("done_at", kind="stable")
    steps = pd.DataFrame(
        {
            "lane": "action",
            "at": done["due_at"].fillna(done["done_at"]),
            "end_at": done["done_at"],
            "value": done["late_minutes"],
            "code": done["action"],
        }
    )
    parts = [
        part.reindex(columns=COLUMNS).astype({"code": "str"}) for part in (waiting, moments, steps)
    ]
    for part in parts:
        for column in ("at", "end_at"):
            part[column] = pd.to_datetime(part[column], utc=True).astype("datetime64[us, UTC]")
    return pd.concat([p for p in parts if len(p)] or parts[:1], ignore_index=True)
