"""Four faults of a public tool's response times, as tests: none of them happens here."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from crisislab.enrich.events import events
from crisislab.estimate.business import Calendar, parse_hours
from crisislab.measure.reconcile import chatwoot_before_6409
from crisislab.measure.response import waits
from crisislab.measure.service import agent_response_time, agent_waits, next_waits
from tests.build import at, posts

UNTIL = pd.Series({"x": at("2026-03-12T12:00Z")})


def asked(post_id: str, when: str, person: str = "ana") -> dict[str, Any]:
    """Return a question of one person."""
    return {"post_id": post_id, "created_at": at(when), "author_id": person, "mentions": "marca"}


def told(post_id: str, when: str, parent: str, **row: Any) -> dict[str, Any]:
    """Return a reply of the brand."""
    return {
        "post_id": post_id, "created_at": at(when), "author_id": "m", "own": True,
        "kind": "reply", "parent_id": parent,
    } | row  # fmt: skip


def handled(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    """Return what became of items: item, time, event, agent."""
    table = pd.DataFrame(rows, columns=["post_id", "at", "event", "agent"])
    return table.assign(at=pd.to_datetime(table["at"].map(at), utc=True), evidence="log")


def test_6409_bots_never_count_as_first_response() -> None:
    """chatwoot#6409: the bot's answer after a second is no answer; the human's after 30 min is."""
    frame = posts(
        asked("1", "2026-03-05T10:00:05Z"),
        told("b", "2026-03-05T10:00:06Z", "1", automated=True),
        told("r", "2026-03-05T10:30:05Z", "1"),
    )
    assert waits(frame, until=UNTIL, handles=["marca"])["minutes"].tolist() == [30]
    seen = events(frame, handles=["marca"])
    assert chatwoot_before_6409(seen).tolist() == pytest.approx([1 / 60])


def test_7978_reply_by_an_unassigned_agent() -> None:
    """chatwoot#7978: a reply by somebody else is not counted for the agent it was assigned to,
    and gives nobody else a number without an assignment.
    """
    frame = posts(asked("1", "10:00"), told("r", "10:40", "1"))
    nexts = next_waits(frame, until=UNTIL, handles=["marca"])
    given = handled(("1", "10:10", "assigned", "ana"))
    own = agent_waits(nexts, given, {"r": "luis"}, until=UNTIL)
    assert own[["agent", "answered", "other"]].to_numpy().tolist() == [["ana", False, True]]
    numbers = agent_response_time(own, least=1)
    assert numbers["scope"].str.contains("luis").sum() == 0


def test_12058_reopened_after_the_bot_resolved() -> None:
    """chatwoot#12058: the bot resolves, the person comes back after 5 days 1 hour and is answered
    10 minutes later: 10 minutes, not "5 days 1 hour 10 minutes".
    """
    frame = posts(
        asked("1", "2026-03-05T10:00:05Z"),
        told("b", "2026-03-05T10:00:09Z", "1", automated=True),
        asked("2", "2026-03-10T11:00:05Z"),
        told("r", "2026-03-10T11:10:05Z", "2"),
    )
    table = waits(frame, until=UNTIL, handles=["marca"])
    assert table["answered"].tolist() == [False, True]
    assert table["minutes"].iloc[1] == 10
    seen = events(frame, handles=["marca"])
    assert seen["conversation"].nunique() == 2


def test_13312_assigned_but_never_replied_and_off_shift() -> None:
    """chatwoot#13312: assigned and never answered still waits, and time off shift does not count
    on the business clock.
    """
    frame = posts(
        asked("1", "10:00"), asked("2", "19:00", "eva"), told("r", "2026-03-06T09:30Z", "2")
    )
    nexts = next_waits(frame, until=UNTIL, handles=["marca"])
    given = handled(("1", "10:30", "assigned", "ana"), ("2", "19:10", "assigned", "ana"))
    own = agent_waits(nexts, given, {"r": "ana"}, until=UNTIL)
    assert own["answered"].tolist() == [False, True]
    assert own["minutes"].tolist() == [7 * 1440 + 90, 14 * 60 + 20]
    shift = Calendar("UTC", dict.fromkeys(("thu", "fri"), parse_hours("09:00-18:00")))
    table = waits(frame, until=UNTIL, handles=["marca"], calendar=shift)
    assert table.set_index("opening_id")["business_minutes"]["2"] == 30
