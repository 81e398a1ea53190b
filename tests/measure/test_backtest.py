"""The plan's alarm against known truth: planted bursts, a slow replay, and the sample."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import crisislab as cl
from crisislab.knowable import as_of, knowable_at
from crisislab.measure.backtest import (
    alarms,
    backtest,
    chosen_number,
    knowable_us,
    surprise_alarms,
    tradeoff,
)
from crisislab.plan import Rule
from tests.build import posts

SAMPLE = Path(__file__).parent.parent.parent / "data" / "sample" / "brumaria"
START = pd.Timestamp("2026-04-01T00:00:00Z")
RULE = Rule(id="r", name="R", metric="posts", window="60 min", at_least=12)  # type: ignore[arg-type]


def stream(seed: int) -> tuple[pd.DataFrame, int, pd.Timestamp, pd.Timestamp]:
    """Return three weeks of posts with planted bursts: posts, false alarms, onset, first alarm.

    Background posts are at least 10 minutes apart, so only planted bursts reach the number.
    """
    dice = np.random.default_rng(seed)
    base = START + pd.to_timedelta(np.cumsum(dice.uniform(10, 90, 900)), unit="min")
    base = base[base < START + pd.Timedelta(days=21)]
    n_false = int(dice.integers(0, 4))
    days = dice.choice(np.arange(1, 13, 3), n_false, replace=False)
    extra = []
    for day in days:
        begin = START + pd.Timedelta(days=int(day), minutes=float(dice.uniform(0, 600)))
        extra += [begin + pd.Timedelta(seconds=int(60 * i)) for i in range(14)]
    onset = START + pd.Timedelta(days=16, minutes=float(dice.uniform(0, 600)))
    onset = onset.floor("s")
    base = base[(base < onset) | (base > onset + pd.Timedelta(hours=6))]
    gap = int(dice.integers(20, 250))
    rise = [onset + pd.Timedelta(seconds=gap * i) for i in range(60)]
    at = sorted([*base, *extra, *rise])
    frame = posts(*({"post_id": str(i), "created_at": t} for i, t in enumerate(at)))
    # The 12th post of the rise; at 250 seconds apart it is still within the hour.
    return frame, n_false, onset, rise[11]


def test_backtest_gives_the_true_delay_and_false_alarms() -> None:
    """On 60 streams delay, lead and false alarms are exactly those that were planted."""
    quiet = (START.to_pydatetime(), (START + pd.Timedelta(days=14)).to_pydatetime())
    for seed in range(60):
        frame, n_false, onset, fired = stream(seed)
        noticed = onset + pd.Timedelta(hours=3)
        table = backtest(frame, [RULE], quiet=quiet, onset=onset, detected=noticed)
        found = table.set_index("metric")
        assert found.loc["alert_delay", "value"] == (fired - onset).total_seconds() / 60
        assert found.loc["alert_lead", "value"] == (noticed - fired).total_seconds() / 60
        assert found.loc["false_alarms_per_week", "n"] == n_false
        assert found.loc["false_alarms_per_week", "value"] == n_false / 2


def test_alarms_are_those_of_a_slow_replay() -> None:
    """Post by post with a list of what is inside the window, the same instants come out."""
    dice = np.random.default_rng(3)
    at = np.sort(dice.integers(0, 10 * 3_600_000_000, 400))
    inside: list[int] = []
    slow = []
    for t in at.tolist():
        inside = [u for u in inside if u > t - 600_000_000] + [t]
        if len(inside) >= 8:
            slow.append(t)
    found = alarms(at, window_minutes=10, at_least=8)
    assert found.at_us.tolist() == slow
    on = np.zeros(11 * 3600 * 10, dtype=bool)
    for begin, end in zip(found.at_us // 100_000, found.until_us // 100_000, strict=True):
        on[begin:end] = True
    assert found.hours() == pytest.approx(on.sum() / 36000, abs=0.01)


def test_backtest_of_the_sample_is_its_truth() -> None:
    """Each rule on posts fires at the very second of the truth and never in the quiet weeks."""
    case = cl.open_case(SAMPLE)
    truth = pd.read_csv(SAMPLE / "truth" / "rules.csv", dtype=str, keep_default_na=False)
    clock = pd.read_csv(SAMPLE / "truth" / "milestones.csv").set_index("milestone")["at"]
    onset = pd.Timestamp(clock["onset"])
    rules = [rule for rule in case.plan.monitoring if rule.metric == "posts"]
    assert case.quiet is not None
    table = backtest(case.posts, rules, quiet=case.quiet, onset=onset, detected=None)
    found = table.set_index(["metric", "scope"])["value"]
    for row in truth[truth["rule"].isin([r.id for r in rules])].itertuples():
        delay = found["alert_delay", f"rule={row.rule}"]
        if row.fired_at:
            known = (pd.Timestamp(row.fired_at) - onset).total_seconds() / 60
            assert delay == pytest.approx(known, abs=1 / 60)
        else:
            assert np.isnan(delay)
        assert found["false_alarms_per_week", f"rule={row.rule}"] == float(bool(row.fired_quiet_at))


def test_tradeoff_never_reports_where_it_tunes() -> None:
    """A number is chosen on the first half of the quiet weeks and told on the second."""
    frame, _, onset, _ = stream(7)
    quiet = (START.to_pydatetime(), (START + pd.Timedelta(days=14)).to_pydatetime())
    curve = tradeoff(frame, RULE, quiet=quiet, onset=onset, detected=None)
    assert curve.loc[curve["part"] == "tune", "delay_minutes"].isna().all()
    delays = curve.loc[curve["part"] == "report", "delay_minutes"]
    assert delays.dropna().is_monotonic_increasing
    best = chosen_number(curve, per_week=0.5)
    assert best is not None
    assert best["part"] == "report"
    # What happens in the second half cannot change what is chosen.
    half = START + pd.Timedelta(days=7)
    moved = frame[(frame["created_at"] < half) | (frame["created_at"] >= quiet[1])]
    again = chosen_number(
        tradeoff(moved, RULE, quiet=quiet, onset=onset, detected=None), per_week=0.5
    )
    assert again is not None
    assert again["at_least"] == best["at_least"]


def test_knowable_at_is_the_collection_where_it_was_live() -> None:
    """Live collection counts; an export made days later does not make posts late."""
    frame = posts(
        {"created_at": START, "collected_at": START + pd.Timedelta(minutes=5)},
        {"created_at": START, "collected_at": START + pd.Timedelta(days=5), "source_file": "b"},
        {"created_at": START},
    )
    late = knowable_at(frame) - START
    assert (late.dt.total_seconds() / 60).tolist() == [5, 0, 0]
    assert knowable_us(frame, "posts").size == 3


def test_surprise_alarms_use_the_past_only() -> None:
    """An hour's limit does not change when later hours change."""
    dice = np.random.default_rng(1)
    hours = pd.DataFrame(
        {"hour_at": pd.date_range(START, periods=400, freq="h"), "n_posts": dice.poisson(5, 400)}
    )
    burst = hours.assign(n_posts=hours["n_posts"].where(hours.index < 350, 80))
    calm, loud = surprise_alarms(hours), surprise_alarms(burst)
    pd.testing.assert_series_equal(calm["limit"][:350], loud["limit"][:350])
    assert loud["alarm"][350:].all()
    assert calm["alarm"].sum() <= 3


def test_as_of_knows_nothing_of_later() -> None:
    """Posts, entries and counters of later are gone, whatever is measured."""
    case = cl.open_case(SAMPLE)
    then = as_of(case, "2026-03-18 12:00")
    at = pd.Timestamp("2026-03-18T11:00:00Z")
    assert then.posts["created_at"].max() <= at < case.posts["created_at"].max()
    assert then.log["logged_at"].max() <= at
    later = ~(then.posts["collected_at"] <= at).fillna(False)
    assert then.posts.loc[later, "n_likes"].isna().all()
    assert len(as_of(case, "2030-01-01").posts) == len(case.posts)


def test_as_of_ignores_what_is_added_later() -> None:
    """A case that goes on afterwards is the same case as of an earlier instant."""
    case = cl.open_case(SAMPLE)
    shorter = as_of(case, "2026-03-19 00:00")
    one, two = as_of(case, "2026-03-18 20:00"), as_of(shorter, "2026-03-18 20:00")
    pd.testing.assert_frame_equal(one.posts, two.posts)
    pd.testing.assert_frame_equal(one.log, two.log)
