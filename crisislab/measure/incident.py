"""PagerDuty's durations of an incident, recomputed from a plain log to the second."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from crisislab.enrich.evidence import plain

# First words of an entry that say what happened, Spanish and English.
_EVENTS: dict[str, str] = {
    "triggered": r"triggered|disparad[oa]|alerta\b",
    "acknowledged": r"acknowledged|acuso recibo|enterad[oa]",
    "accepted": r"accepted|joined|acept[oa]|se une",
    "escalated": r"escalated|escalad[oa]",
    "snoozed": r"snoozed|pospuest[oa]",
    "woken": r"woken|unsnoozed|snooze ended|reanudad[oa]",
    "resolved": r"resolved|resuelt[oa]",
}
COLUMNS = [
    "incident",
    "started_at",
    "seconds_to_first_ack",
    "seconds_to_engage",
    "seconds_to_mobilize",
    "seconds_to_resolve",
    "engaged_seconds",
    "snoozed_seconds",
    "engaged_user_count",
    "escalation_count",
]


def incident_events(log: pd.DataFrame) -> pd.DataFrame:
    """Return the entries of the log that say what happened to an incident.

    An entry counts when its ``action`` is one of the events, or else its text begins with such a
    word (``acknowledged: ...``, ``acuso recibo``). Entries of drills do not count.

    Returns:
        ``incident`` (thread of the log, one if it has none), ``at``, ``event``, ``person``, in
        order of time.
    """
    entries = log[~log["drill"]]
    named = entries["action"].fillna("").str.casefold()
    events = [
        action if action in _EVENTS else _event(plain(text))
        for action, text in zip(named, entries["text"].fillna(""), strict=True)
    ]
    person = entries["actor_id"].fillna(entries["actor"]).str.casefold()
    table = pd.DataFrame(
        {
            "incident": entries["thread_id"].fillna("all").astype("str"),
            "at": entries["logged_at"],
            "event": pd.Series(events, index=entries.index, dtype="str"),
            "person": person.mask(entries["automated"]),
        }
    )
    kept = table[table["event"].notna()]
    return kept.sort_values(["at", "incident"], kind="stable").reset_index(drop=True)


def _event(text: str) -> str | None:
    for event, pattern in _EVENTS.items():
        if re.match(pattern, text):
            return event
    return None


def incident_durations(log: pd.DataFrame) -> pd.DataFrame:
    """Return PagerDuty's durations per incident, by their published definitions.

    - ``seconds_to_first_ack``: start to the first responder who acknowledges;
    - ``seconds_to_engage`` (people response time): first person engaged to the last; missing with
      one person or none;
    - ``seconds_to_mobilize``: start to the last additional person engaged; missing likewise;
    - ``seconds_to_resolve``: triggered to resolved;
    - ``engaged_seconds``: from each person's engagement (acknowledging or accepting) until the
      incident is resolved, summed over people; snoozed time is inside;
    - ``snoozed_seconds``: snoozed in all.

    Only explicit acknowledgements and acceptances engage a person. Source: PagerDuty/api-schema
    ``reference/REST/openapiv3.json``, AnalyticsRawIncident.

    Args:
        log: Entries of an incident log of any kind.

    Returns:
        One row per incident, seconds; missing where the log does not say.
    """
    events = incident_events(log)
    rows = [_durations(name, own) for name, own in events.groupby("incident", sort=True)]
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.astype(dict.fromkeys([c for c in COLUMNS if "seconds" in c], "float64"))


def _durations(incident: object, events: pd.DataFrame) -> dict[str, object]:
    start = _first(events, "triggered")
    end = _last(events, "resolved")
    joined = events[events["event"].isin(["acknowledged", "accepted"]) & events["person"].notna()]
    engaged = joined.groupby("person")["at"].min().sort_values()
    several = len(engaged) > 1
    effort = [max(0.0, (end - at).total_seconds()) for at in engaged] if pd.notna(end) else None
    return {
        "incident": incident,
        "started_at": start,
        "seconds_to_first_ack": _seconds(start, _first(events, "acknowledged")),
        "seconds_to_engage": _seconds(engaged.iloc[0], engaged.iloc[-1]) if several else None,
        "seconds_to_mobilize": _seconds(start, engaged.iloc[-1]) if several else None,
        "seconds_to_resolve": _seconds(start, end),
        "engaged_seconds": None if effort is None else sum(effort),
        "snoozed_seconds": _snoozed(events, end),
        "engaged_user_count": len(engaged),
        "escalation_count": int((events["event"] == "escalated").sum()),
    }


def _first(events: pd.DataFrame, event: str) -> Any:
    return events.loc[events["event"] == event, "at"].min()


def _last(events: pd.DataFrame, event: str) -> Any:
    return events.loc[events["event"] == event, "at"].max()


def _seconds(start: Any, end: Any) -> float | None:
    if pd.isna(start) or pd.isna(end):
        return None
    return float((end - start).total_seconds())


def _snoozed(events: pd.DataFrame, end: Any) -> float:
    """Return the seconds between each snooze and whatever ended it."""
    total = 0.0
    since: Any = None
    for at, event in zip(events["at"], events["event"], strict=True):
        if event == "snoozed":
            since = since or at
        elif since is not None and event in ("woken", "acknowledged", "resolved"):
            total += (at - since).total_seconds()
            since = None
    if since is not None and pd.notna(end) and end > since:
        total += (end - since).total_seconds()
    return total
