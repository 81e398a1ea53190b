"""Waits after the first, resolution, targets, ways out, groups: hand-worked and by invariance."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from crisislab.engine import _with_microseconds
from crisislab.enrich.handling import handling
from crisislab.enrich.traits import add_traits
from crisislab.measure.attainment import target_attainment
from crisislab.measure.exits import exit_shares, exits
from crisislab.measure.groups import backlog, response_by, unanswered_map
from crisislab.measure.response import at_risk, first_response_time, mean_wait, waits
from crisislab.measure.service import (
    agent_response_time,
    next_response_time,
    next_waits,
    resolution_time,
    resolutions,
)
from tests.build import at, entries, posts
from tests.measure.test_chatwoot import asked, handled, told

UNTIL = pd.Series({"x": at("20:00")})


def talk() -> pd.DataFrame:
    """Return Ana (three waits, the last one unanswered) and Luis (moved to private messages)."""
    return posts(
        asked("1", "10:00"),
        asked("2", "10:20"),
        told("r1", "10:30", "2"),
        told("r2", "10:35", "2"),
        asked("3", "11:00"),
        told("r3", "11:10", "3"),
        asked("4", "12:00"),
        asked("5", "10:00", "luis"),
        told("r5", "10:45", "5", text="Escríbenos por mensaje privado ^JK"),
    )


def value(metrics: pd.DataFrame, metric: str, scope: str) -> float:
    """Return one number."""
    rows = metrics[(metrics["metric"] == metric) & metrics["scope"].str.startswith(scope)]
    return float(rows["value"].iloc[0])


def nexts(frame: Any) -> pd.DataFrame:
    """Return every wait."""
    return next_waits(frame, until=UNTIL, handles=["marca"])


def firsts(frame: Any, **options: Any) -> pd.DataFrame:
    """Return the first waits."""
    return waits(frame, until=UNTIL, handles=["marca"], **options)


def test_next_waits_start_at_the_earliest_unanswered() -> None:
    """Asking again does not start the clock anew, and a second reply ends nothing."""
    table = nexts(talk()).sort_values(["person", "asked_at"])
    assert table["asked_id"].tolist() == ["1", "3", "4", "5"]
    assert table["minutes"].tolist() == [30, 10, 480, 45]
    assert table["answered"].tolist() == [True, True, False, True]
    assert table["n_inbound"].tolist() == [2, 1, 1, 1]
    assert value(next_response_time(table), "next_response_time", "percentile=50") == 30


def test_next_waits_same_on_duckdb() -> None:
    """DuckDB finds what pandas finds."""
    connection = duckdb.connect()
    frame = _with_microseconds(talk())
    connection.register("frame", frame)
    pd.testing.assert_frame_equal(nexts(connection.table("frame")), nexts(talk()))


def test_next_waits_of_nobody() -> None:
    """No posts: no waits, and percentiles are missing."""
    table = nexts(posts())
    assert table.empty
    assert next_response_time(table)["value"].isna().all()


def test_first_waits_are_the_first_of_the_next_waits() -> None:
    """The first wait of each conversation is its first response time."""
    first = nexts(talk()).groupby("person")["minutes"].first()
    pd.testing.assert_series_equal(
        first, firsts(talk()).set_index("person")["minutes"].sort_index(), check_names=False
    )


def test_handling_reads_assignments_and_closings() -> None:
    """Words in either language, the conversation from the link, and nothing from drills."""
    log = entries(
        {"logged_at": at("10:05"), "actor": "noa", "text": "Asignada a @iker",
         "link": "https://x.com/i/status/1"},
        {"logged_at": at("11:20"), "actor": "iker", "text": "Cerrado", "thread_id": "1"},
        {"logged_at": at("11:25"), "actor": "iker", "text": "Reopened by Ana", "thread_id": "1"},
        {"logged_at": at("11:30"), "actor": "iker", "text": "closed", "thread_id": "9",
         "drill": True},
        {"logged_at": at("11:31"), "actor": "iker", "text": "hola", "thread_id": "1"},
    )  # fmt: skip
    table = handling(log)
    assert table[["post_id", "event", "agent"]].to_numpy().tolist() == [
        ["1", "assigned", "iker"],
        ["1", "closed", "iker"],
        ["1", "reopened", "iker"],
    ]
    assert table["evidence"].iloc[0] == "log/slack.zip:1"


def test_resolutions_with_reopening() -> None:
    """The last closing counts; what was reopened and not closed again is open."""
    closings = handled(
        ("1", "11:15", "closed", "a"), ("1", "12:00", "reopened", "a"),
        ("1", "13:00", "closed", "a"),
        ("5", "10:50", "closed", "a"), ("5", "11:00", "reopened", "a"),
    )  # fmt: skip
    table = resolutions(firsts(talk()), nexts(talk()), until=UNTIL, handled=closings)
    table = table.set_index("opening_id")
    assert table["minutes"].to_dict() == {"1": 180, "5": 600}
    assert table["handle_minutes"].to_dict() == {"1": 150, "5": 555}
    assert table["closed"].to_dict() == {"1": True, "5": False}
    assert table["n_reopened"].to_dict() == {"1": 1, "5": 1}
    numbers = resolution_time(table.reset_index())
    assert value(numbers, "resolution_time", "percentile=50") == 180
    assert value(numbers, "n_reopened", "closing=logged") == 2


def test_resolutions_by_the_stated_rule() -> None:
    """Without closings: Luis is done with the last reply, Ana is not, and the rule is said."""
    table = resolutions(firsts(talk()), nexts(talk()), until=UNTIL).set_index("opening_id")
    assert table["closed"].to_dict() == {"1": False, "5": True}
    assert table["minutes"].to_dict() == {"1": 600, "5": 45}
    assert set(table["rule"]) == {"last_reply"}


def test_target_attainment_counts_the_overdue_as_failures() -> None:
    """Two of four in time, one late, one overdue: 2/4; one not yet due has no outcome."""
    table = pd.DataFrame(
        {"minutes": [10.0, 50, 90, 300, 20], "answered": [True, True, True, False, False]}
    )
    rows = target_attainment(table, within=60)
    assert value(rows, "target_attainment", "within=60") == 0.5
    assert value(rows, "n_overdue", "within") == 1
    assert value(rows, "n_not_yet_due", "within") == 1
    assert rows["n"].tolist()[0] == 4


def test_exits_tell_private_messages_and_deletions() -> None:
    """A move to private messages and a deleted post are other ways out than an answer."""
    gone = pd.DataFrame({"platform": ["x"], "post_id": ["1"], "deleted_at": [at("10:12")]})
    frame = talk()
    assert exits(firsts(frame), frame)["way"].tolist() == ["answered", "moved"]
    left = exits(firsts(frame), frame, deleted=gone)
    assert left["way"].tolist() == ["deleted", "moved"]
    assert left["exit_minutes"].tolist() == [12, 45]
    shares = exit_shares(left, within=[30, 60])
    assert value(shares, "exit_share", "way=deleted;within=30") == 0.5
    assert value(shares, "exit_share", "way=moved;within=60") == 0.5
    assert value(shares, "exit_share", "way=answered;within=60") == 0
    unseen = exit_shares(left, within=[30], removals=False)
    assert np.isnan(value(unseen, "exit_share", "way=deleted;within=30"))
    assert value(unseen, "exit_share", "way=moved;within=30") == 0


def test_at_risk_hand_worked() -> None:
    """Waiting, answered and no longer watched add up at every length."""
    table = pd.DataFrame({"minutes": [5.0, 10, 10, 30], "answered": [True, True, False, False]})
    rows = at_risk(table, minutes=[0, 10, 20])
    assert rows["n_at_risk"].tolist() == [4, 3, 1]
    assert rows["n_answered"].tolist() == [0, 2, 2]
    assert rows["n_censored"].tolist() == [0, 1, 1]


def test_mean_wait_never_goes_beyond_the_data() -> None:
    """A limit past the longest watched wait gives no mean when somebody still waits."""
    table = pd.DataFrame({"minutes": [10.0, 30, 60], "answered": [True, True, False]})
    assert value(mean_wait(table, limit=60), "mean_wait", "limit=60") == pytest.approx(100 / 3)
    beyond = mean_wait(table, limit=90)
    assert beyond["value"].isna().all()
    assert beyond["note"].tolist() == ["limit_beyond_data"]


def test_clocks_stand_side_by_side() -> None:
    """The business clock is another scope of the same metric, never instead of the elapsed one."""
    from crisislab.estimate.business import Calendar

    calendar = Calendar("UTC", {"thu": ((600, 630),)})
    table = firsts(talk(), calendar=calendar)
    assert table["business_minutes"].tolist() == [30, 30]
    rows = first_response_time(table, clock="business")
    assert (
        value(rows, "first_response_time", "percentile=50;rule=conversations;clock=business") == 30
    )
    assert "business_minutes" not in firsts(talk())


def crowd() -> pd.DataFrame:
    """Return 40 people of two languages, Spanish answered fast, English late or never."""
    rows = []
    for i in range(40):
        lang, hour = ("es", 9) if i % 2 else ("en", 22)
        opened = at(f"2026-03-{4 + i % 3:02d}T{hour:02d}:00Z")
        rows.append(asked(f"q{i}", str(opened), f"p{i}") | {"lang": lang, "n_followers": i * 500})
        if i % 2:
            when = str(opened + pd.Timedelta(minutes=5 + i))
            rows.append(told(f"r{i}", when, f"q{i}", text="Hola ^JK" if i % 4 == 1 else "Hola"))
    return posts(*rows)


def test_traits_and_groups() -> None:
    """Groups have their own numbers with n, the test says they differ, three waits get none."""
    until = pd.Series({"x": at("2026-03-10T00:00Z")})
    table = waits(crowd(), until=until, handles=["marca"])
    table = add_traits(
        table, crowd(), zone="Europe/Madrid", phases={"crisis": at("2026-03-05T00:00Z")},
        topics=pd.Series({"q1": "lote"}),
    )  # fmt: skip
    assert set(table["hour"]) == {10, 23}
    assert set(table["phase"]) == {"before", "crisis"}
    assert table["topic"].value_counts()["lote"] == 1
    assert set(table["reach_band"]) == {"under 1,000", "1,000 to 9,999", "10,000 to 99,999"}
    assert set(table["agent"].dropna()) == {"JK"}
    rows = response_by(table, by="lang")
    assert value(rows, "first_response_time", "percentile=50;lang=es") == 24
    assert np.isnan(value(rows, "first_response_time", "percentile=50;lang=en"))
    assert value(rows, "log_rank_p", "by=lang;rho=0") < 0.001
    assert value(rows, "mean_wait_difference", "limit") > 0
    topics = response_by(table, by="topic")
    few = topics[topics["scope"] == "percentile=50;topic=lote"]
    assert few["note"].tolist() == ["too_few"]
    assert few["value"].isna().all()


def test_unanswered_map_worst_first() -> None:
    """English at night was never answered; groups below ten have no share and stand last."""
    until = pd.Series({"x": at("2026-03-10T00:00Z")})
    table = add_traits(
        waits(crowd(), until=until, handles=["marca"]), crowd(), zone="UTC",
        topics=pd.Series({"q0": "lote"}),
    )  # fmt: skip
    rows = unanswered_map(table, by=["lang", "hour"])
    assert rows[["lang", "hour", "n", "n_unanswered"]].to_numpy().tolist() == [
        ["en", 22, 20, 20], ["es", 9, 20, 0],
    ]  # fmt: skip
    assert rows["unanswered_share"].tolist() == [1, 0]
    assert unanswered_map(table, by=["topic"]).iloc[-1]["topic"] == "lote"
    assert unanswered_map(table.iloc[:0], by=["lang"]).empty


def test_agent_response_time_ranks_nobody_below_ten() -> None:
    """Nine waits give no number."""
    own = pd.DataFrame(
        {"agent": ["a"] * 9 + ["b"] * 10, "minutes": [5.0] * 19, "answered": [True] * 19}
    )
    rows = agent_response_time(own).set_index("scope")
    assert rows.loc["percentile=50;agent=a", "note"] == "too_few"
    assert rows.loc["percentile=50;agent=b", "value"] == 5


def test_backlog_hand_worked() -> None:
    """How many wait at each hour, and since when the first of them."""
    table = pd.DataFrame(
        {
            "opened_at": pd.to_datetime([at("10:00"), at("10:30"), at("11:10")], utc=True),
            "replied_at": pd.to_datetime([at("11:00"), None, at("11:20")], utc=True),
        }
    )
    rows = backlog(table)
    assert rows["at"].dt.strftime("%H:%M").tolist() == ["10:00", "11:00", "12:00"]
    assert rows["n_waiting"].tolist() == [1, 1, 1]
    assert rows["oldest_minutes"].tolist() == [0, 30, 90]
    assert backlog(table.iloc[:0]).empty


def test_one_more_unanswered_never_shortens_anything() -> None:
    """A further person without answer makes no wait, share, backlog or target look better."""
    frame = talk()
    more = pd.concat([frame, posts(asked("z", "10:00", "zoe"))], ignore_index=True)
    for t in (30, 45, 60):
        before = target_attainment(firsts(frame), within=t)
        after = target_attainment(firsts(more), within=t)
        assert value(after, "target_attainment", "within") <= value(
            before, "target_attainment", "within"
        )
    one, two = (value(mean_wait(firsts(f), limit=120), "mean_wait", "limit") for f in (frame, more))
    assert two >= one
    for way in ("answered", "moved"):
        shares = [exit_shares(exits(firsts(f), f), within=[60]) for f in (frame, more)]
        old, new = (value(s, "exit_share", f"way={way}") for s in shares)
        assert new <= old
    old, new = (value(next_response_time(nexts(f)), "next_response_time", "percentile=50")
                for f in (frame, more))  # fmt: skip
    assert np.isnan(new) or new >= old
    assert backlog(firsts(more))["n_waiting"].max() >= backlog(firsts(frame))["n_waiting"].max()


def test_many_groups_are_not_tested() -> None:
    """With more than sixty groups there is no test: it would say nothing and fill the memory."""
    table = pd.DataFrame(
        {"platform": "x", "agent": np.repeat(np.arange(61), 10).astype(str),
         "minutes": np.arange(610) % 50 + 1.0, "answered": True}
    )  # fmt: skip
    assert "log_rank_p" not in set(response_by(table, by="agent")["metric"])
    assert "log_rank_p" in set(response_by(table[table["agent"] != "3"], by="agent")["metric"])


def test_backlog_tells_who_waits_for_more_than_a_day() -> None:
    """Overdue from a day after the question until the answer; answered in time: never."""
    opened = pd.to_datetime([at("10:00"), at("11:00"), at("12:00")], utc=True)
    replied = pd.to_datetime([at("10:30"), at("2026-03-07T11:30Z"), None], utc=True)
    rows = backlog(pd.DataFrame({"opened_at": opened, "replied_at": replied})).set_index("at")
    assert rows["n_overdue"][at("2026-03-06T10:00Z")] == 0
    assert rows["n_overdue"][at("2026-03-06T11:00Z")] == 1
    assert rows["n_overdue"][at("2026-03-06T12:00Z")] == 2
    assert rows["n_overdue"].iloc[-1] == 1
    assert rows["n_waiting"].iloc[-1] == 1
