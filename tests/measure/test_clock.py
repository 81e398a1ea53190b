"""The crisis clock and its lengths."""

from __future__ import annotations

import pandas as pd
import pytest

from crisislab.measure.clock import clock_times, crisis_clock
from crisislab.plan import ALL_MILESTONES, MILESTONES, Plan
from tests.build import at, entries, posts

PLAN = Plan.model_validate(
    {
        "plan": {"name": "P", "version": "1"},
        "scenarios": [{"id": "a", "name": "A"}],
        "roles": [{"id": "lead", "name": "L", "holders": ["Ana"]}],
        "actions": [{"id": "x", "name": "X", "owner": "lead", "evidence": {"source": "log"}}],
        "milestones": {
            "detected": {"source": "log", "words": ["detectad"]},
            "activated": {"source": "log", "words": ["plan activado"]},
            "first_statement": {"source": "posts", "kinds": ["post"], "words": ["lamentamos"]},
        },
    }
)
POSTS = posts(
    {"post_id": "1", "created_at": at("08:12"), "text": "qué asco"},
    {"post_id": "2", "created_at": at("07:00"), "text": "Lamentamos otra cosa", "own": True},
    {"post_id": "3", "created_at": at("10:00"), "text": "Lamentamos", "own": True},
    {"post_id": "4", "created_at": at("09:30"), "text": "hola", "own": True, "kind": "reply"},
)
LOG = entries(
    {"logged_at": at("08:40"), "actor": "Ana", "text": "Detectado: quejas"},
    {"logged_at": at("08:55"), "actor": "Ana", "text": "Plan activado"},
)


def clock(**options: object) -> pd.DataFrame:
    """Return the clock by milestone."""
    table = crisis_clock(POSTS, LOG, plan=PLAN, onset=at("08:00"), **options)  # type: ignore[arg-type]
    return table.set_index("milestone")


def test_crisis_clock_each_with_its_row() -> None:
    """Every milestone carries the row that proves it; earlier own posts are no statement."""
    table = clock()
    assert table["at"].dropna().dt.strftime("%H:%M").to_dict() == {
        "onset": "08:12",
        "detected": "08:40",
        "activated": "08:55",
        "first_reply": "09:30",
        "first_statement": "10:00",
    }
    assert table.loc["first_statement", "evidence"] == "posts/a.csv:4"
    assert table.loc["resolved", "reason"] == "not_in_plan"


def test_crisis_clock_declared_stands_first() -> None:
    """A milestone set by hand counts, and its reason is shown."""
    table = clock(declared={"detected": (at("08:20"), "call")})
    assert table.loc["detected", ["reason", "text"]].tolist() == ["declared", "call"]
    assert table.loc["detected", "at"] == at("08:20")


def test_crisis_clock_without_onset_says_why() -> None:
    """No quiet period: the onset is missing with its reason, the rest is still told."""
    table = crisis_clock(POSTS, LOG, plan=PLAN, onset=None, onset_reason="no_quiet_period")
    assert table.loc[0, "reason"] == "no_quiet_period"
    assert pd.isna(table.loc[0, "at"])
    assert table.loc[1, "at"] == at("08:40")


def test_clock_times_from_every_start() -> None:
    """The same statement is 108 minutes from onset, 80 from detection, 65 from activation."""
    times = clock_times(clock().reset_index())
    rows = times[times["metric"] == "time_to_first_statement"].set_index("scope")
    assert rows["value"].to_dict() == pytest.approx(
        {"from=onset": 108, "from=detected": 80, "from=activated": 65}
    )
    assert (rows.loc["from=onset", "lower"], rows.loc["from=onset", "upper"]) == (48, 168)
    assert rows.loc["from=detected", "lower"] == 80


def test_clock_times_missing_milestone_is_missing() -> None:
    """A length with an unknown end is missing and says so, never 0."""
    times = clock_times(clock().reset_index())
    row = times[times["metric"] == "time_to_resolve"].iloc[0]
    assert pd.isna(row["value"])
    assert row["note"] == "clock_missing"


def test_crisis_clock_whole_has_every_moment() -> None:
    """Fourteen moments, each with evidence or with the reason why it is not known."""
    seen = POSTS.assign(
        collected_at=pd.to_datetime([at("08:22"), at("07:01"), at("10:01"), None], utc=True)
    )
    log = pd.concat(
        [
            LOG,
            entries(
                {"logged_at": at("08:45"), "actor": "Eva", "text": "Acuso recibo"},
                {"logged_at": at("09:10"), "actor": "Ana", "milestone": "drafted", "text": "listo"},
                {"logged_at": at("09:50"), "actor": "Ana", "milestone": "approved", "text": "ok"},
            ),
        ],
        ignore_index=True,
    )
    table = crisis_clock(seen, log, plan=PLAN, onset=at("08:00"), whole=True)
    assert tuple(table["milestone"]) == ALL_MILESTONES
    found = table.set_index("milestone")
    assert found["at"].dropna().dt.strftime("%H:%M").to_dict() == {
        "onset": "08:12",
        "first_visible": "08:22",
        "detected": "08:40",
        "acknowledged": "08:45",
        "activated": "08:55",
        "drafted": "09:10",
        "approved": "09:50",
        "first_reply": "09:30",
        "published": "10:00",
        "first_statement": "10:00",
    }
    assert found.loc["first_visible", "uncertain_minutes"] == 10
    assert found.loc["first_visible", "evidence"] == "posts/a.csv:2"
    assert found.loc["mobilised", "reason"] == "not_in_plan"
    times = clock_times(table).set_index(["metric", "scope"])["value"]
    assert times["approval_wait", "to=approved"] == 40
    assert times["approval_wait", "to=published"] == 50
    starts = [s for m, s in times.index if m == "time_to_publish"]
    wanted = ("onset", "first_visible", "detected", "acknowledged", "activated")
    assert starts == [f"from={start}" for start in wanted]


def test_crisis_clock_tells_what_the_log_names() -> None:
    """A further moment that the log names itself is told without asking."""
    log = pd.concat(
        [LOG, entries({"logged_at": at("11:00"), "milestone": "stabilised", "text": "calma"})],
        ignore_index=True,
    )
    table = crisis_clock(POSTS, log, plan=PLAN, onset=at("08:00"))
    assert [m for m in table["milestone"] if m not in MILESTONES] == ["stabilised"]
    assert [m for m in table["milestone"] if m in MILESTONES] == list(MILESTONES)


def test_an_older_incident_in_the_log_is_not_this_crisis() -> None:
    """A detection may lie days before the rise; months before, it was another one."""
    old = entries(
        {"logged_at": at("08:40") - pd.Timedelta(days=60), "actor": "Ana", "text": "Detectado: x"},
        {"logged_at": at("08:40") - pd.Timedelta(days=60), "actor": "Ana", "text": "Plan activado"},
        {"logged_at": at("20:00") - pd.Timedelta(days=1), "actor": "Ana", "text": "Detectado: y"},
        {"logged_at": at("08:55"), "actor": "Ana", "text": "Plan activado"},
    )
    table = crisis_clock(POSTS, old, plan=PLAN, onset=at("08:00")).set_index("milestone")
    assert table.loc["detected", "at"] == at("20:00") - pd.Timedelta(days=1)
    assert table.loc["activated", "at"] == at("08:55")
    alone = crisis_clock(POSTS, old.head(2), plan=PLAN, onset=at("08:00")).set_index("milestone")
    assert alone.loc["detected", "reason"] == "no_evidence"


def test_without_a_beginning_no_reply_is_the_first() -> None:
    """Where no rise is known, all begins with the detection; without it nothing is the first."""
    begun = crisis_clock(POSTS, LOG, plan=PLAN, onset=None).set_index("milestone")
    assert begun.loc["first_statement", "at"] == at("10:00")
    none = crisis_clock(POSTS, LOG.iloc[:0], plan=PLAN, onset=None).set_index("milestone")
    assert none.loc[["first_reply", "first_statement"], "reason"].tolist() == ["no_beginning"] * 2


def test_an_answer_to_what_was_asked_before_is_no_first_reply() -> None:
    """A routine answer after the rise to a question from before it does not stop the clock."""
    routine = posts(
        {"post_id": "1", "created_at": at("08:12"), "text": "qué asco"},
        {"post_id": "9", "created_at": at("07:30"), "text": "¿a qué hora abrís?"},
        {"post_id": "5", "created_at": at("08:15"), "text": "a las 9", "own": True,
         "kind": "reply", "parent_id": "9"},
        {"post_id": "6", "created_at": at("09:30"), "text": "lo vemos", "own": True,
         "kind": "reply", "parent_id": "1"},
    )  # fmt: skip
    table = crisis_clock(routine, LOG, plan=PLAN, onset=at("08:00")).set_index("milestone")
    assert table.loc["first_reply", "at"] == at("09:30")
