"""The same events as other tools would print them, each rule with its public source.

Every rule takes the events of ``enrich.events.events`` and returns the minutes it would count, one
per conversation or per reply. What it leaves out is what makes it differ; the words for that are in
``words/*/reconcile.toml`` under the rule's code.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from crisislab.estimate.business import Calendar, business_minutes
from crisislab.estimate.survival import waiting_curve
from crisislab.metrics import metrics, number

Rule = Callable[[pd.DataFrame], pd.Series]


def _first(events: pd.DataFrame, *kinds: str) -> pd.Series:
    found: pd.Series = events[events["kind"].isin(kinds)].groupby("conversation")["at"].min()
    return pd.to_datetime(found, utc=True)


def _minutes(gap: pd.Series) -> pd.Series:
    minutes: pd.Series = (gap.dt.total_seconds() / 60).dropna().rename("minutes")
    return minutes.reset_index(drop=True)


def _first_reply(events: pd.DataFrame, *kinds: str) -> pd.Series:
    asked = _first(events, "inbound")
    replied = _first(events, *kinds)
    gap: pd.Series = (replied - asked.reindex(replied.index)).dropna()
    return gap


def zendesk_first_reply_time(events: pd.DataFrame) -> pd.Series:
    """Return ticket creation to the first public agent comment; bots and unanswered left out."""
    return _minutes(_first_reply(events, "reply"))


def intercom_first_response_time(events: pd.DataFrame) -> pd.Series:
    """Return first inbound to first reply of an admin; needs a pair, printed as the median."""
    return _minutes(_first_reply(events, "reply"))


def front_first_reply_time(events: pd.DataFrame) -> pd.Series:
    """Return first inbound to first outbound reply; automatic replies left out (all hours)."""
    return _minutes(_first_reply(events, "reply"))


def chatwoot_before_6409(events: pd.DataFrame) -> pd.Series:
    """Return first inbound to the first reply of anybody, bots included."""
    return _minutes(_first_reply(events, "reply", "auto"))


def meta_fastest_ninety(events: pd.DataFrame) -> pd.Series:
    """Return first replies without the slowest tenth."""
    waits = _minutes(_first_reply(events, "reply")).sort_values(kind="stable")
    return waits.head(int(np.floor(len(waits) * 0.9))).reset_index(drop=True)


def hootsuite_resolved_only(events: pd.DataFrame) -> pd.Series:
    """Return first replies of conversations that were resolved."""
    waits = _first_reply(events, "reply")
    resolved = set(events.loc[events["kind"] == "closed", "conversation"])
    return _minutes(waits[waits.index.isin(resolved)])


def sprout_first_touch(events: pd.DataFrame) -> pd.Series:
    """Return assignment to the first reply after it; never assigned is never counted."""
    given = _first(events, "assigned").rename("given").rename_axis("conversation").reset_index()
    replies = events[events["kind"] == "reply"]
    replies = replies.merge(given, on="conversation", how="inner")
    after = replies[replies["at"] >= replies["given"]]
    first = after.drop_duplicates("conversation")
    return _minutes(first["at"] - first["given"])


def sprout_business_hours_replies(events: pd.DataFrame) -> pd.Series:
    """Return the waits of replies sent from 9 to 17 h, each at its whole elapsed length.

    The reply's time stamp (in the zone of the events) decides; a night waited through counts in
    full.
    """
    waits = _episodes(events)
    hour = waits["replied_at"].dt.hour
    return _minutes((waits["replied_at"] - waits["asked_at"])[(hour >= 9) & (hour < 17)])


def zoomsphere_response_time(events: pd.DataFrame) -> pd.Series:
    """Return each reply minus the last inbound item before it."""
    said = events[events["kind"].isin(["inbound", "reply"])]
    asked = said["at"].where(said["kind"] == "inbound")
    last = asked.groupby(said["conversation"]).ffill()
    replies = said["kind"] == "reply"
    return _minutes((said["at"] - last)[replies])


def zoho_system_response_time(events: pd.DataFrame) -> pd.Series:
    """Return each reply minus the earliest inbound item still unanswered, less closed time."""
    waits = _episodes(events)
    gap = (waits["replied_at"] - waits["asked_at"]).dt.total_seconds() / 60
    marks: dict[object, list[tuple[pd.Timestamp, str]]] = {}
    changes = events[events["kind"].isin(["closed", "reopened"])]
    for talk, at, kind in zip(changes["conversation"], changes["at"], changes["kind"], strict=True):
        marks.setdefault(talk, []).append((at, kind))
    rows = zip(waits["conversation"], waits["asked_at"], waits["replied_at"], strict=True)
    shut = [_closed(marks.get(talk, []), start, end) for talk, start, end in rows]
    return (gap - np.array(shut, dtype=float)).rename("minutes").reset_index(drop=True)


def zoho_agent_response_time(events: pd.DataFrame) -> pd.Series:
    """Return each reply minus the later of the assignment and the earliest unanswered item."""
    waits = _episodes(events)
    given = events[events["kind"] == "assigned"][["conversation", "at"]].rename(
        columns={"at": "given"}
    )
    left = waits.sort_values("replied_at", kind="stable")
    right = given.sort_values("given", kind="stable")
    both = pd.merge_asof(
        left, right, left_on="replied_at", right_on="given", by="conversation"
    ).dropna(subset=["given"])
    start = both["given"].where(both["given"] > both["asked_at"], both["asked_at"])
    return _minutes(both["replied_at"] - start)


def _episodes(events: pd.DataFrame) -> pd.DataFrame:
    """Return each wait that a reply ended: ``conversation, asked_at, replied_at``."""
    said = events[events["kind"].isin(["inbound", "reply"])]
    told = (said["kind"] == "reply").astype(int)
    number = told.groupby(said["conversation"]).cumsum()
    inbound = said["kind"] == "inbound"
    asked = said[inbound].groupby(["conversation", number[inbound]])["at"].min()
    opened = pd.DataFrame({"asked_at": asked}).rename_axis(["conversation", "number"]).reset_index()
    replies = said[~inbound].assign(number=number[~inbound] - 1)
    replies = replies.rename(columns={"at": "replied_at"})[["conversation", "number", "replied_at"]]
    return opened.merge(replies, on=["conversation", "number"], how="inner").drop(columns="number")


def _closed(marks: list[tuple[pd.Timestamp, str]], start: object, end: object) -> float:
    """Return the minutes between two instants in which a conversation was closed."""
    total, since = 0.0, None
    for at, kind in marks:
        if not start <= at <= end:  # type: ignore[operator]
            continue
        if kind == "closed":
            since = since or at
        elif since is not None:
            total += (at - since).total_seconds() / 60
            since = None
    return total + ((end - since).total_seconds() / 60 if since is not None else 0.0)  # type: ignore[operator]


@dataclass(frozen=True)
class Vendor:
    """One published rule.

    Attributes:
        code: Code of its words.
        rule: Function from events to minutes.
        prints: Statistic the tool prints.
        source: Address of the page that says so.
        needs: Event without which the rule counts nothing; empty: none.
    """

    code: str
    rule: Rule
    prints: Literal["mean", "median", "share"]
    source: str
    needs: Literal["", "assigned", "closed"] = ""


_ZOHO = (
    "https://help.zoho.com/portal/en/kb/desk/reports-and-dashboards/response-and-resolution-times/"
    "articles/response-time-cases-example-and-important-notes"
)
_HELP = "https://support.sproutsocial.com/hc/en-us/articles"
VENDORS: tuple[Vendor, ...] = (
    Vendor(
        "zendesk", zendesk_first_reply_time, "median",
        "https://support.zendesk.com/hc/en-us/articles/4408821871642",
    ),
    Vendor("front", front_first_reply_time, "mean", "https://help.front.com/en/articles/2308"),
    Vendor(
        "intercom", intercom_first_response_time, "median",
        "https://www.intercom.com/help/en/articles/3653556",
    ),
    Vendor(
        "meta", meta_fastest_ninety, "mean",
        "https://blog.spsdgtl.com/facebook-new-response-rate-metrics",
    ),
    Vendor(
        "hootsuite", hootsuite_resolved_only, "mean",
        "https://help.hootsuite.com/hc/en-us/articles/14530143464219-Inbox-2-0-metrics",
        needs="closed",
    ),
    Vendor(
        "zoomsphere", zoomsphere_response_time, "mean",
        "https://help.zoomsphere.com/en/articles/4359991",
    ),
    Vendor("sprout-touch", sprout_first_touch, "mean", f"{_HELP}/202123318", "assigned"),
    Vendor("sprout-hours", sprout_business_hours_replies, "mean", f"{_HELP}/208762436-Team-Report"),
    Vendor("zoho-system", zoho_system_response_time, "mean", _ZOHO),
    Vendor("zoho-agent", zoho_agent_response_time, "mean", _ZOHO, "assigned"),
    Vendor(
        "chatwoot-bots", chatwoot_before_6409, "mean",
        "https://github.com/chatwoot/chatwoot/pull/6409",
    ),
    Vendor(
        "sprinklr", zendesk_first_reply_time, "share",
        "https://www.sprinklr.com/help/articles/case-sla-report/674df9b1420cea41093dcd0c",
    ),
)  # fmt: skip


def reconcile(
    events: pd.DataFrame,
    *,
    until: pd.Timestamp,
    within: float = 60.0,
    zone: str = "UTC",
    calendar: Calendar | None = None,
) -> pd.DataFrame:
    """Return the numbers other tools would print of the same events, ours last.

    Args:
        events: Table of ``enrich.events.events``.
        until: Instant up to which replies would be in the data.
        within: Service level for shares, minutes.
        zone: Zone of the teams' office hours.
        calendar: Business clock; with it our own row counts opening hours only.

    Returns:
        ``rule`` (code of its words), ``n`` (what it counts), ``mean``, ``median`` (minutes),
        ``share`` (within the service level), ``prints`` (which of the three the tool shows),
        ``value`` (that one), ``source``, ``lacks`` (event the rule needs and the files lack).
    """
    events = events.sort_values(["at", "conversation", "kind"], kind="stable")
    events = events.assign(at=events["at"].dt.tz_convert(zone))
    rows = []
    for vendor in VENDORS:
        waits = vendor.rule(events)
        told = {
            "mean": waits.mean(), "median": waits.median(),
            "share": (waits <= within).mean() if len(waits) else np.nan,
        }  # fmt: skip
        rows.append(
            {"rule": vendor.code, "n": len(waits)} | told
            | {"prints": vendor.prints, "value": told[vendor.prints], "source": vendor.source,
               "lacks": "" if events["kind"].eq(vendor.needs).any() else vendor.needs}
        )  # fmt: skip
    return pd.DataFrame([*rows, _ours(events, until=until, within=within, calendar=calendar)])


def _ours(
    events: pd.DataFrame, *, until: pd.Timestamp, within: float, calendar: Calendar | None
) -> dict[str, object]:
    """Return our own row: everybody counts, whoever has no answer is still waiting."""
    asked = _first(events, "inbound")
    replied = _first(events, "reply").reindex(asked.index)
    end = replied.fillna(until)
    if calendar is None:
        minutes = ((end - asked).dt.total_seconds() / 60).to_numpy()
    else:
        micros = [s.astype("datetime64[us, UTC]").astype("int64").to_numpy() for s in (asked, end)]
        minutes = business_minutes(*micros, calendar=calendar)
    curve = waiting_curve(minutes, replied.notna().to_numpy())
    median = curve.percentile(50).value if curve.n else np.nan
    return {
        "rule": "crisislab", "n": len(asked), "mean": np.nan, "median": median,
        "share": 1 - curve.waiting_at(within).value, "prints": "median", "value": median,
        "source": "", "lacks": "",
    }  # fmt: skip


def other_tools(reconciled: pd.DataFrame) -> pd.DataFrame:
    """Return what each tool prints as numbers, so that each can be opened and quoted.

    Args:
        reconciled: Table of :func:`reconcile`.

    Returns:
        Rows of ``schema.METRICS``: ``other_tool_wait`` (minutes) or ``other_tool_in_time``
        (share), scopes ``tool=...``.
    """
    rows = [
        number(
            "other_tool_in_time" if row["prints"] == "share" else "other_tool_wait",
            row["value"],
            unit="share" if row["prints"] == "share" else "minutes",
            scope=f"tool={row['rule']}",
            n=int(row["n"]),
            method=f"published rule, {row['prints']}",
            note="rule_lacks_events" if row["lacks"] else "",
            evidence="events",
        )
        for row in reconciled.to_dict("records")
        if row["source"]
    ]
    return metrics(rows)
