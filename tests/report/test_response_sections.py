"""The parts of the page about response times."""

from __future__ import annotations

import pandas as pd
import pytest

from crisislab.measure.eligible import eligible_items
from crisislab.measure.groups import backlog
from crisislab.measure.reconcile import reconcile
from crisislab.measure.response import waits
from crisislab.report.response_sections import counts_table, days_table, reconcile_table
from crisislab.report.response_timeline import COLUMNS, where_time_went
from crisislab.report.sections import curve_table
from crisislab.report.show import Show
from crisislab.schema import ACTIONS
from tests.build import at
from tests.measure.test_reconcile import EVENTS
from tests.measure.test_service import talk
from tests.report.fake import make_review


@pytest.mark.parametrize("lang", ["en", "es"])
def test_reconcile_table_names_every_rule(lang: str) -> None:
    """Each tool with its number, how many it counts and why it differs; sources are links."""
    table = reconcile_table(reconcile(EVENTS, until=at("20:00")), Show(lang, "UTC"))
    assert len(table.rows) == 13
    assert all(len(row) == 4 and all(str(cell).strip() for cell in row) for row in table.rows)
    assert 'href="https://support.zendesk.com' in str(table.rows[0][0])


@pytest.mark.parametrize("lang", ["en", "es"])
def test_counts_table_has_words_for_every_count(lang: str) -> None:
    """No code is shown as it stands."""
    table = counts_table(eligible_items(talk(), handles=["marca"]), Show(lang, "UTC"))
    assert len(table.rows) == 17
    assert not any("_" in str(row[0]) for row in table.rows)


def test_days_table_counts_the_hour_before_midnight_to_its_day() -> None:
    """Written and answered after 23:00: both stand on that day, and no day follows it."""
    told = pd.DataFrame(
        {"opened_at": [at("21:10"), at("23:10"), at("23:20")],
         "replied_at": [pd.NaT, at("23:50"), pd.NaT]}
    )  # fmt: skip
    told["replied_at"] = pd.to_datetime(told["replied_at"], utc=True)
    table = days_table(backlog(told), Show("en", "UTC"))
    assert table is not None
    assert [row[1:] for row in table.rows] == [("3", "1", "2", "0")]
    later = days_table(backlog(told), Show("en", "Europe/Madrid"))
    assert [row[1:4] for row in later.rows] == [("1", "0", "1"), ("2", "1", "2")]


def test_curve_table_adds_up() -> None:
    """Whoever is answered at exactly two hours is answered, and not still waiting as well."""
    waited = pd.DataFrame({"minutes": [30.0, 120.0, 120.0, 300.0],
                           "answered": [True, True, False, False]})  # fmt: skip
    curve = pd.DataFrame({"minutes": [30.0, 120.0], "waiting_share": [0.75, 0.5], "lower": 0.1,
                          "upper": 0.9, "n_at_risk": [4, 3]})  # fmt: skip
    table = curve_table(make_review(waits=waited, response_curve=curve), Show("en", "UTC"))
    assert {sum(map(int, row[2:])) for row in table.rows} == {4}
    assert ("2 h", "50%", "1", "2", "1") in table.rows


def test_where_time_went_on_one_axis() -> None:
    """Waiting, moments and actions stand in one table; what is not known is left out."""
    waited = waits(talk(), until=pd.Series({"x": at("20:00")}), handles=["marca"])
    clock = pd.DataFrame(
        {
            "milestone": ["onset", "detected", "resolved"],
            "at": pd.to_datetime([at("09:00"), at("09:40"), None], utc=True),
        }
    )
    actions = ACTIONS.conform(
        pd.DataFrame(
            [{"action": "a", "due_at": at("10:00"), "done_at": at("10:30"), "late_minutes": 30.0},
             {"action": "b"}]
        )
    )  # fmt: skip
    table = where_time_went(backlog(waited), clock, actions)
    assert list(table.columns) == COLUMNS
    assert table.loc[table["lane"] == "waiting", "value"].tolist() == [2, 0]
    assert table.loc[table["lane"] == "clock", "value"].tolist()[1] == 40
    assert table.loc[table["lane"] == "action", ["code", "value"]].to_numpy().tolist() == [
        ["a", 30]
    ]
    nothing = where_time_went(backlog(waited.iloc[:0]), clock.iloc[:0], actions.iloc[:0])
    assert nothing.empty
