"""What waits can be told apart by: declared topics, roles of the plan, removals in the log."""

from __future__ import annotations

import pandas as pd
import pytest

from crisislab.enrich.declared_topics import declared_topics
from crisislab.enrich.events import by_opening, events
from crisislab.enrich.handling import handling
from crisislab.enrich.traits import add_traits
from crisislab.measure.exits import exits, removed
from crisislab.measure.groups import response_by
from crisislab.measure.service import agent_waits, next_waits, resolutions
from tests.build import at, entries, posts
from tests.measure.test_chatwoot import asked, handled, told
from tests.measure.test_service import UNTIL, firsts, talk

ROLES = {
    "care": ("Noa Ferreiro Gil", "noa.ferreiro"),
    "press": ("Iker Zubiri", "Ana Gil"),
    "lead": ("Ana Gil",),
}


def test_declared_topics_by_the_first_that_fits() -> None:
    """Words begin words, accents and case aside; the earlier topic wins; the rest has none."""
    frame = posts(
        {"post_id": "1", "created_at": at("10:00"), "text": "¿Qué LÓTES son? Tengo alergia"},
        {"post_id": "2", "created_at": at("10:01"), "text": "Alergias y más"},
        {"post_id": "3", "created_at": at("10:02"), "text": "un islote"},
        {"post_id": "4", "created_at": at("10:03"), "text": None},
    )
    found = declared_topics(frame, topics={"lotes": ["lote"], "salud": ["alergi"], "nada": []})
    assert found.to_dict() == {("x", "1"): "lotes", ("x", "2"): "salud"}
    assert declared_topics(frame, topics={}).empty


@pytest.mark.parametrize(
    ("signature", "role"),
    [
        ("^NOA", "care"),
        ("^NF", "care"),
        ("^IZ", "press"),
        ("^AG", None),  # Ana Gil has two roles: which one she replied in nobody knows
        ("^XX", None),
    ],
)
def test_roles_come_from_the_plan(signature: str, role: str | None) -> None:
    """First name or initials lead to the role of its only holder, nothing else does."""
    frame = posts(asked("1", "10:00"), told("r", "10:30", "1", text=f"Hola {signature}"))
    table = add_traits(firsts(frame), frame, zone="UTC", roles=ROLES)
    assert table["role"].astype(object).where(table["role"].notna(), None).tolist() == [role]


def test_groups_of_people_who_answered_say_so() -> None:
    """Groups by agent hold no unanswered, and every number of them notes it."""
    rows = [
        row
        for i in range(24)
        for row in (
            asked(f"q{i}", "10:00", f"p{i}"),
            told(f"r{i}", "10:30", f"q{i}", text=f"Hola {'^JK' if i % 2 else '^MM'}"),
        )
    ]
    frame = posts(*rows, asked("z", "10:00", "zoe"))
    table = add_traits(firsts(frame), frame, zone="UTC")
    numbers = response_by(table, by="agent")
    waits = numbers[numbers["metric"] != "log_rank_p"]
    assert set(waits["note"]) == {"answered_only"}
    assert numbers["n"].max() == 24


def test_removals_of_the_log_are_ways_out() -> None:
    """The log says that a post was hidden: from then on nobody can answer it in public."""
    log = entries(
        {"logged_at": at("10:12"), "text": "Ocultado", "link": "https://x.com/i/status/1"},
        {"logged_at": at("11:00"), "text": "Deleted by its author", "thread_id": "5"},
    )
    found = handling(log)
    assert found["event"].tolist() == ["removed", "removed"]
    gone = removed(firsts(talk()), found)
    left = exits(firsts(talk()), talk(), deleted=gone).set_index("opening_id")
    assert left["way"].to_dict() == {"1": "deleted", "5": "moved"}
    assert left.loc["1", "exit_minutes"] == 12


def test_closings_of_any_item_close_the_conversation() -> None:
    """The log names Ana's third message: it is her conversation that was closed."""
    seen = events(talk(), handles=["marca"])
    named = by_opening(handled(("3", "13:00", "closed", "a"), ("nobody", "13:00", "closed", "a")),
                       seen)  # fmt: skip
    assert named["post_id"].tolist() == ["1"]
    nexts = next_waits(talk(), until=UNTIL, handles=["marca"])
    closed = resolutions(firsts(talk()), nexts, until=UNTIL, handled=named)
    assert closed.set_index("opening_id")["minutes"].to_dict() == {"1": 180, "5": 600}


def test_agent_waits_last_for_the_whole_conversation() -> None:
    """Who was assigned at the first question also owns the second, from when it was asked."""
    nexts = next_waits(talk(), until=UNTIL, handles=["marca"])
    own = agent_waits(nexts, handled(("1", "10:10", "assigned", "ana")), {"r1": "ANA"}, until=UNTIL)
    found = own.set_index("asked_id")["minutes"].to_dict()
    assert found == {"1": 20, "3": 10, "4": 480}
    assert own.set_index("asked_id")["answered"].to_dict() == {"1": True, "3": True, "4": False}
    assert pd.isna(own["agent"]).sum() == 0
