"""Every wait of a conversation, not only the first: next response, agent response, resolution."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from crisislab.engine import instants, small
from crisislab.enrich.conversations import exchanges
from crisislab.estimate.survival import waiting_curve
from crisislab.metrics import ended_rows, metrics, number, waiting_rows

_WITHIN = (60.0, 1440.0)


def next_waits(
    posts: Any,
    *,
    until: pd.Series,
    handles: Iterable[str] = (),
    silence_minutes: float = 1440.0,
    staff: Iterable[str] = (),
    spam: Iterable[str] = (),
    renamed: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Return one row per wait within conversations, from the earliest unanswered item.

    Args:
        posts: Posts of any engine, or their inbox (``enrich.inbox``).
        until: Platform -> instant up to which replies would be in the data.
        handles: Handles of the brand.
        silence_minutes: Silence after which a conversation is a new one.
        staff: Ids or handles of the brand's own people.
        spam: Ids or handles declared to be spam.
        renamed: Former handle -> present handle.

    Returns:
        ``platform, person, round, asked_at, asked_id, n_inbound, replied_at, reply_id, answered,
        minutes``, oldest first.
    """
    found = exchanges(
        posts,
        handles=handles,
        silence_minutes=silence_minutes,
        staff=staff,
        spam=spam,
        renamed=renamed,
    )
    table = small(found, by=["asked_us", "platform", "asked_id"])
    asked, replied = instants(table["asked_us"]), instants(table["replied_us"])
    answered = replied.notna()
    end = replied.where(answered, table["platform"].map(until))
    return pd.DataFrame(
        {
            "platform": table["platform"].astype("str"),
            "person": table["person"].astype("str"),
            "round": table["round"].astype("int64"),
            "asked_at": asked,
            "asked_id": table["asked_id"].astype("str"),
            "n_inbound": table["n_inbound"].astype("int64"),
            "replied_at": replied,
            "reply_id": table["reply_id"].astype("str"),
            "answered": answered.astype(bool),
            "minutes": (end - asked).dt.total_seconds() / 60,
        }
    )


def next_response_time(waited: pd.DataFrame, *, scope: str = "") -> pd.DataFrame:
    """Return how long every wait was, the first one of a conversation and all that follow.

    ``reply - earliest inbound item still unanswered``; never the last message, which shortens
    every wait of somebody who asks twice.

    Returns:
        Rows of ``schema.METRICS`` in minutes.
    """
    curve = waiting_curve(waited["minutes"].to_numpy(), waited["answered"].to_numpy())
    rows = waiting_rows("next_response_time", curve, scope=scope, evidence="waits")
    rows += ended_rows("next_reply_rate", curve, within=_WITHIN, scope=scope, evidence="waits")
    return metrics(rows)


def agent_waits(
    waited: pd.DataFrame, handled: pd.DataFrame, agents: Mapping[str, str], *, until: pd.Series
) -> pd.DataFrame:
    """Return one row per wait that somebody was assigned to, with what was theirs of it.

    ``minutes = (reply or until) - later of (assignment, earliest unanswered item)``. Assigned and
    never answered is still waiting (chatwoot#13312). A reply by somebody else than the agent
    assigned is not theirs: their wait ends unanswered at that reply, and the reply is counted in
    ``other`` (chatwoot#7978).

    Args:
        waited: Table of :func:`next_waits`.
        handled: Table of ``enrich.handling.handling``, by the opening item of each conversation
            (``enrich.events.by_opening``).
        agents: Reply -> agent who wrote it.
        until: Platform -> instant up to which replies would be in the data.

    Returns:
        ``asked_id, agent, started_at, answered, other, minutes``.
    """
    given = handled[handled["event"] == "assigned"][["post_id", "at", "agent"]]
    ordered = waited.sort_values("asked_at", kind="stable")
    opening = ordered.groupby(["platform", "person", "round"])["asked_id"].transform("first")
    joined = waited.assign(opening=opening).merge(given, left_on="opening", right_on="post_id")
    end = joined["replied_at"].fillna(joined["platform"].map(until))
    joined = joined.assign(end=end)[joined["at"] <= end]
    joined = joined.sort_values("at", kind="stable").groupby("asked_id").tail(1)
    start = joined["at"].where(joined["at"] > joined["asked_at"], joined["asked_at"])
    by = joined["reply_id"].map(dict(agents))
    alike = by.str.casefold() == joined["agent"].str.casefold()
    same = joined["answered"] & (by.isna() | alike.fillna(False))
    table = pd.DataFrame(
        {
            "asked_id": joined["asked_id"],
            "agent": joined["agent"],
            "started_at": start,
            "answered": same.astype(bool),
            "other": (joined["answered"] & ~same).astype(bool),
            "minutes": (joined["end"] - start).dt.total_seconds() / 60,
        }
    )
    return table.sort_values("asked_id", kind="stable").reset_index(drop=True)


def agent_response_time(waited: pd.DataFrame, *, least: int = 10) -> pd.DataFrame:
    """Return the median of what was each agent's own part of the waits.

    For fairness within a team only, never as the headline: it leaves out how long nobody was
    assigned. Below ``least`` waits an agent has no number and no rank. Source: Zoho Desk,
    *Agent Response Time*.

    Returns:
        Rows of ``schema.METRICS``; scopes ``percentile=50;agent=...``.
    """
    rows = []
    for agent, own in waited.groupby("agent", sort=True):
        curve = waiting_curve(own["minutes"].to_numpy(), own["answered"].to_numpy())
        scope = f"agent={agent}"
        if len(own) < least:
            rows.append(
                number(
                    "agent_response_time", None, unit="minutes", scope=f"percentile=50;{scope}",
                    n=len(own), note="too_few", evidence="waits",
                )
            )  # fmt: skip
        else:
            rows += waiting_rows(
                "agent_response_time", curve, percents=[50], scope=scope, evidence="waits"
            )
    return metrics(rows)


def resolutions(
    waited: pd.DataFrame,
    nexts: pd.DataFrame,
    *,
    until: pd.Series,
    handled: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return when each conversation was closed, reopenings said.

    With closings in the log or export: the last closing that no reopening follows; a conversation
    that was reopened and not closed again is open. Without: the stated rule, that a conversation
    is closed by the brand's reply after which the person asked nothing more.

    Args:
        waited: Table of ``measure.response.waits``.
        nexts: Table of :func:`next_waits` of the same posts.
        until: Platform -> instant up to which the data go.
        handled: Table of ``enrich.handling.handling``, by the opening item of each conversation
            (``enrich.events.by_opening``).

    Returns:
        ``platform, opening_id, opened_at, first_reply_at, closed_at, n_reopened, rule, closed,
        minutes`` (first item to close or ``until``), ``handle_minutes`` (first reply to close).
    """
    closings = pd.DataFrame() if handled is None else handled
    if len(closings):
        closings = closings[closings["event"].isin(["closed", "reopened"])]
    known = len(closings) > 0
    found = _logged(waited, closings) if known else _ruled(waited, nexts)
    end = found["closed_at"].fillna(waited["platform"].map(until))
    return pd.DataFrame(
        {
            "platform": waited["platform"],
            "opening_id": waited["opening_id"],
            "opened_at": waited["opened_at"],
            "first_reply_at": waited["replied_at"],
            "closed_at": found["closed_at"],
            "n_reopened": found["n_reopened"].astype("int64"),
            "rule": "logged" if known else "last_reply",
            "closed": found["closed_at"].notna(),
            "minutes": (end - waited["opened_at"]).dt.total_seconds() / 60,
            "handle_minutes": (end - waited["replied_at"]).dt.total_seconds() / 60,
        }
    )


def _logged(waited: pd.DataFrame, closings: pd.DataFrame) -> pd.DataFrame:
    ordered = closings.sort_values("at", kind="stable").groupby("post_id")
    last = ordered[["at", "event"]].last()
    closed = last["at"].where(last["event"] == "closed")
    reopened = closings["event"].eq("reopened").groupby(closings["post_id"]).sum()
    again = ordered["event"].apply(lambda e: int((e == "closed").sum()) - 1).clip(lower=0)
    n = reopened.combine(again, max, fill_value=0)
    return pd.DataFrame(
        {
            "closed_at": _at(closed, waited["opening_id"]),
            "n_reopened": _of(n, waited["opening_id"]).fillna(0),
        }
    )


def _ruled(waited: pd.DataFrame, nexts: pd.DataFrame) -> pd.DataFrame:
    keys = ["platform", "person", "round"]
    ends = nexts.groupby(keys).agg(
        asked_id=("asked_id", "first"),
        n=("asked_id", "size"),
        answered=("answered", "last"),
        replied_at=("replied_at", "last"),
    )
    ends = ends.set_index("asked_id")
    closed = ends["replied_at"].where(ends["answered"])
    return pd.DataFrame(
        {
            "closed_at": _at(closed, waited["opening_id"]),
            "n_reopened": (_of(ends["n"], waited["opening_id"]) - 1).fillna(0),
        }
    )


def _at(instants: pd.Series, items: pd.Series) -> pd.Series:
    return pd.to_datetime(_of(instants, items), utc=True)


def _of(values: pd.Series, items: pd.Series) -> pd.Series:
    """Return the value of each item; pandas cannot map through an empty series of any type."""
    found = values[~values.index.duplicated()].reindex(items)
    return pd.Series(found.array, index=items.index)


def resolution_time(resolved: pd.DataFrame, *, scope: str = "") -> pd.DataFrame:
    """Return percentiles of resolution and handle time, shares closed, how many were reopened.

    ``resolution_time``: first inbound item to the final closing (Sprout: first open to final
    close); ``handle_time``: first reply to closing (Orlo). What is open is still waiting.

    Returns:
        Rows of ``schema.METRICS``; the rule of closing stands in the scope.
    """
    rule = resolved["rule"].iloc[0] if len(resolved) else "none"
    where = ";".join(part for part in (f"closing={rule}", scope) if part)
    whole = waiting_curve(resolved["minutes"].to_numpy(), resolved["closed"].to_numpy())
    begun = resolved[resolved["handle_minutes"].notna()]
    handled = waiting_curve(begun["handle_minutes"].to_numpy(), begun["closed"].to_numpy())
    return metrics(
        [
            *waiting_rows("resolution_time", whole, scope=where, evidence="waits"),
            *ended_rows("resolved_share", whole, within=_WITHIN, scope=where, evidence="waits"),
            *waiting_rows("handle_time", handled, scope=where, evidence="waits"),
            number(
                "n_reopened",
                int((resolved["n_reopened"] > 0).sum()),
                unit="count",
                scope=where,
                n=len(resolved),
                evidence="waits",
            ),
        ]
    )
