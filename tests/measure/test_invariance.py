"""Adding one more unanswered post never shortens anything, over every measure at once."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd
import pytest

from crisislab.enrich.events import events
from crisislab.enrich.traits import add_traits
from crisislab.estimate.business import DAYS, Calendar
from crisislab.measure.attainment import target_attainment
from crisislab.measure.exits import exit_shares, exits
from crisislab.measure.groups import (
    backlog,
    most_waiting,
    response_by,
    unanswered_groups,
    unanswered_share,
)
from crisislab.measure.reconcile import other_tools, reconcile
from crisislab.measure.response import first_response_time, mean_wait, waits
from crisislab.measure.service import next_response_time, next_waits, resolution_time, resolutions
from crisislab.metrics import metrics, number
from tests.build import at, posts
from tests.measure.test_chatwoot import asked
from tests.measure.test_service import crowd

END = at("2026-03-10T00:00Z")
UNTIL = pd.Series({"x": END})
SHIFT = Calendar("Europe/Madrid", dict.fromkeys(DAYS, ((540, 1080),)))
BY = ("platform", "lang", "hour", "phase", "reach_band")
# Lengths that may only grow, shares that may only fall, counts that may only grow.
SHARES_FALL = ("reply_rate", "target_attainment", "exit_share", "next_reply_rate", "resolved_share")
RISE = ("n_overdue", "n_not_yet_due", "most_waiting", "most_waiting_in_time", "unanswered_share")
# Differences between groups and tests are no lengths.
NOT_LENGTHS = ("mean_wait_difference", "log_rank_p")
EXTRA = [
    ("2026-03-04T09:00Z", "es"),
    ("2026-03-04T22:00Z", "en"),
    ("2026-03-05T09:03Z", "es"),
    ("2026-03-06T22:00Z", "en"),
    ("2026-03-09T23:30Z", "es"),
    ("2026-03-03T01:00Z", "ca"),
]


def everything(frame: pd.DataFrame) -> pd.Series:
    """Return every number that a measure of waits gives, by metric and scope."""
    parts = []
    for rule in ("conversations", "opening-posts"):
        waited = waits(frame, until=UNTIL, handles=["marca"], rule=rule, calendar=SHIFT)  # type: ignore[arg-type]
        parts += [first_response_time(waited, rule=rule, seed=3, within=[15, 90])]
        parts += [first_response_time(waited, rule=rule, seed=3, clock="business")]
        parts += [mean_wait(waited, limit=limit, rule=rule) for limit in (60, 1440)]
    waited = waits(frame, until=UNTIL, handles=["marca"], calendar=SHIFT)
    waited = add_traits(waited, frame, zone="UTC", phases={"crisis": at("2026-03-05T00:00Z")})
    nexts = next_waits(frame, until=UNTIL, handles=["marca"])
    parts += [target_attainment(waited, within=t) for t in (15, 30, 60)]
    parts += [target_attainment(waited, within=30, clock="business")]
    parts += [exit_shares(exits(waited, frame), within=[15, 60, 1440]), next_response_time(nexts)]
    parts += [resolution_time(resolutions(waited, nexts, until=UNTIL))]
    parts += [response_by(waited, by=by) for by in BY]
    parts += [unanswered_share(unanswered_groups(waited, by=BY)), most_waiting(backlog(waited))]
    told = reconcile(events(frame, handles=["marca"]), until=END)
    ours = number("ours", told["value"].iloc[-1], unit="minutes")
    whole = pd.concat([*parts, other_tools(told), metrics([ours])], ignore_index=True)
    return whole.drop_duplicates(["metric", "scope"]).set_index(["metric", "scope"])["value"]


@lru_cache(maxsize=1)
def before() -> pd.Series:
    """Return every number of the crowd."""
    return everything(crowd())


@pytest.mark.parametrize(("when", "lang"), EXTRA)
def test_one_more_unanswered_post_never_shortens_anything(when: str, lang: str) -> None:
    """Whoever else writes and is not answered: no wait is shorter, no share of answers larger."""
    extra = posts(asked("zz", when, "zoe") | {"lang": lang, "n_followers": 10})
    old, new = before().align(everything(pd.concat([crowd(), extra], ignore_index=True)), "inner")
    checked = 0
    for (metric, scope), was in old.items():
        now = new[metric, scope]
        if metric in NOT_LENGTHS or pd.isna(was) or pd.isna(now):
            # Not reached, or nothing to tell: never a number where there was "not reached".
            assert metric != "first_response_time" or pd.isna(now) or pd.notna(was), scope
            continue
        checked += 1
        if metric in SHARES_FALL:
            assert now <= was + 1e-12, (metric, scope)
        elif metric in RISE or metric.startswith("n_"):
            assert now >= was - 1e-12, (metric, scope)
        else:
            assert now >= was - 1e-9, (metric, scope)
    assert checked > 80


def test_the_same_person_again_never_shortens_the_next_waits() -> None:
    """A further message of somebody who waits starts no clock anew, whenever it is written."""
    for hour in ("2026-03-04T22:30Z", "2026-03-06T05:00Z", "2026-03-09T10:00Z"):
        more = pd.concat([crowd(), posts(asked("zz", hour, "p0"))], ignore_index=True)
        old, new = (
            next_response_time(next_waits(f, until=UNTIL, handles=["marca"])).set_index(
                ["metric", "scope"]
            )["value"]
            for f in (crowd(), more)
        )
        for key, was in old.dropna().items():
            now = new[key]
            worse = now <= was + 1e-12 if key[0] == "next_reply_rate" else not now < was
            assert worse, key
