"""Every vendor's rule on a hand-worked table, and seven rules on one crisis."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from crisislab.measure.reconcile import (
    VENDORS,
    reconcile,
    sprout_business_hours_replies,
    zoho_system_response_time,
    zoomsphere_response_time,
)
from crisislab.simulate.waits import simulated_events
from crisislab.words import LANGUAGES, say
from tests.build import at


def table(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """Return events: conversation, time, kind."""
    frame = pd.DataFrame(
        [{"conversation": c, "at": at(when), "kind": kind, "agent": None} for c, when, kind in rows]
    )
    return frame.assign(at=pd.to_datetime(frame["at"], utc=True))


EVENTS = table(
    ("a", "08:00", "inbound"),
    ("a", "08:01", "auto"),
    ("a", "08:20", "assigned"),
    ("a", "08:30", "inbound"),
    ("a", "08:50", "reply"),  # 50 from the first, 20 from the last, 30 from the assignment
    ("a", "09:00", "closed"),
    ("b", "08:00", "inbound"),
    ("b", "10:00", "reply"),  # 120
    ("b", "10:10", "inbound"),
    ("b", "10:15", "assigned"),
    ("b", "10:40", "reply"),  # 30, 25 from the assignment
    ("c", "09:00", "inbound"),
    ("c", "09:00", "auto"),
    ("d", "09:30", "inbound"),
    ("d", "13:30", "reply"),  # 240
)
WANTED = {
    "zendesk": [50, 120, 240],
    "front": [50, 120, 240],
    "intercom": [50, 120, 240],
    "meta": [50, 120],
    "hootsuite": [50],
    "zoomsphere": [20, 30, 120, 240],
    "sprout-touch": [25, 30],
    "sprout-hours": [30, 120, 240],
    "zoho-system": [30, 50, 120, 240],
    "zoho-agent": [25, 30],
    "chatwoot-bots": [0, 1, 120, 240],
    "sprinklr": [50, 120, 240],
}


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda v: v.code)
def test_vendor_rule_hand_worked(vendor: Any) -> None:
    """Each rule counts exactly what its public page says it counts."""
    assert sorted(vendor.rule(EVENTS)) == pytest.approx(WANTED[vendor.code])


def test_reconcile_hand_worked() -> None:
    """What each tool prints of four conversations, and ours: one in four is still waiting."""
    rows = reconcile(EVENTS, until=at("20:00"), within=60).set_index("rule")
    assert rows.loc["zendesk", "value"] == 120
    assert rows.loc["front", "value"] == pytest.approx(410 / 3)
    assert rows.loc["meta", "value"] == 85
    assert rows.loc["zoomsphere", "value"] == pytest.approx(102.5)
    assert rows.loc["sprinklr", "value"] == pytest.approx(1 / 3)
    assert rows.loc["crisislab", ["n", "median"]].tolist() == [4, 120]
    assert rows.loc["crisislab", "share"] == pytest.approx(1 / 4)


def test_zoomsphere_published_examples() -> None:
    """Situations A, B and C of help.zoomsphere.com/en/articles/4359991: 8; 8 and 2; 8 and 32 h."""
    day = "2026-08-{}T{}:00:00Z"
    first = ("a", day.format(10, 12), "inbound")
    second = ("a", day.format(11, 12), "inbound")
    cases = [
        ([first, second, ("a", day.format(11, 20), "reply")], [8]),
        (
            [first, ("a", day.format(10, 20), "reply"), second, ("a", day.format(11, 14), "reply")],
            [8, 2],
        ),
        ([first, ("a", day.format(10, 20), "reply"), ("a", day.format(11, 20), "reply")], [8, 32]),
    ]
    for rows, hours in cases:
        assert (zoomsphere_response_time(table(*rows)) / 60).tolist() == hours


def test_zoho_takes_closed_time_off() -> None:
    """An hour in which the conversation was closed does not count."""
    rows = [("a", "08:00", "inbound"), ("a", "08:30", "closed"), ("a", "09:30", "reopened"),
            ("a", "10:00", "reply")]  # fmt: skip
    assert zoho_system_response_time(table(*rows)).tolist() == [60]


def test_sprout_files_by_the_reply() -> None:
    """A night waited through counts in full when the reply falls into office hours, else not."""
    rows = [("a", "2026-03-04T20:00:00Z", "inbound"), ("a", "09:30", "reply"),
            ("b", "16:50", "inbound"), ("b", "17:10", "reply")]  # fmt: skip
    assert sprout_business_hours_replies(table(*rows)).tolist() == [13.5 * 60]


def test_seven_rules_on_one_crisis_differ_tenfold() -> None:
    """4,000 conversations, one set of events: medians from under 30 to over 250 minutes."""
    found, until = simulated_events(4000, seed=7)
    medians = reconcile(found, until=until).set_index("rule")["median"]
    wanted = {
        "chatwoot-bots": 27, "sprout-touch": 51, "zoomsphere": 73, "meta": 114,
        "hootsuite": 122, "zendesk": 130, "crisislab": 279,
    }  # fmt: skip
    assert medians[list(wanted)].is_monotonic_increasing or medians["meta"] < medians["zendesk"]
    for rule, minutes in wanted.items():
        assert medians[rule] == pytest.approx(minutes, rel=0.2), rule
    assert medians["crisislab"] > 9 * medians["chatwoot-bots"]


def test_reconcile_of_nothing() -> None:
    """No events: every number is missing."""
    rows = reconcile(EVENTS.iloc[:0], until=at("20:00"))
    assert rows["value"].isna().all()
    assert set(rows["n"]) == {0}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_rule_says_why_it_differs(lang: str) -> None:
    """Each rule has its name and one sentence in both languages, and a public source."""
    for code in [*(v.code for v in VENDORS), "crisislab"]:
        assert say(f"reconcile.{code}.name", lang)
        assert say(f"reconcile.{code}.why", lang).count(".") >= 1
    assert all(v.source.startswith("https://") for v in VENDORS)
