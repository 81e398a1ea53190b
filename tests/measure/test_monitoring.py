"""When the plan's own rule would have fired."""

from __future__ import annotations

import pandas as pd
import pytest

from crisislab.measure.monitoring import first_alert, monitoring
from crisislab.plan import Rule
from tests.build import at, posts

RULE = Rule(id="r", name="R", metric="posts", window="10 min", at_least=3)  # type: ignore[arg-type]
TIMES = ["09:00", "09:01", "09:20", "09:22", "09:24", "09:25"]


def crowd() -> pd.DataFrame:
    """Return six posts, of which the last two are negative."""
    rows = [{"post_id": str(i), "created_at": at(t)} for i, t in enumerate(TIMES)]
    return posts(*rows).assign(neg=[0, 0, 0, 0, 0.9, 0.9], neu=1.0, pos=0.0)


def test_first_alert_at_the_end_of_the_minute() -> None:
    """The rule fires when the third post of ten minutes is in, not at the window's start."""
    assert first_alert(crowd(), RULE) == at("09:25")


def test_first_alert_after_an_instant() -> None:
    """Posts before the instant do not count, those after it do."""
    assert first_alert(crowd(), RULE, after=at("08:00")) == at("09:25")
    assert first_alert(crowd(), RULE, after=at("09:22")) == at("09:26")


def test_first_alert_never() -> None:
    """A rule whose number is never reached never fires."""
    assert first_alert(crowd(), RULE.model_copy(update={"at_least": 9})) is None
    assert first_alert(posts(), RULE) is None


def test_monitoring_lead_time() -> None:
    """Lead time is detection minus alert; without an alert it is missing."""
    rules = [RULE, RULE.model_copy(update={"id": "s"})]
    table = monitoring(rules, {"r": at("09:25"), "s": None}, detected=at("09:40"))
    values = table.set_index(["metric", "scope"])["value"]
    assert values[("monitoring_lead_time", "rule=r")] == pytest.approx(15)
    assert pd.isna(values[("monitoring_lead_time", "rule=s")])
