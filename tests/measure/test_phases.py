"""Phases of a crisis: by hand, on a real brand crisis and on crises with known truth."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from crisislab.engine import _with_microseconds
from crisislab.measure.collector import collector_cap
from crisislab.measure.phases import peaks, phase_numbers, phases
from crisislab.measure.volume import add_expected, find_onset, posts_per_hour
from crisislab.simulate.curves import Curve, simulated_curve
from tests.build import posts

PEPSI = Path(__file__).parents[3] / "shared/data/real/brandcrisis_pepsi_2017"


def _phases(curve: Curve, *, n_draws: int = 50) -> pd.DataFrame:
    hours = add_expected(curve.hours, quiet=curve.quiet, zone="UTC")
    found = phases(hours, quiet=curve.quiet, zone="UTC", seed=1, n_draws=n_draws)
    return found.set_index("phase")


@pytest.mark.parametrize("extra", [0.05, 0.1, 0.15])
def test_onset_within_one_hour_in_nine_of_ten(extra: float) -> None:
    """At a threefold rise the onset is within one hour of the truth in 90 % of 200 crises."""
    hits = 0
    for seed in range(200):
        curve = simulated_curve(rise=3.0, seed=seed, extra=extra)
        hours = add_expected(curve.hours, quiet=curve.quiet, zone="UTC")
        found = find_onset(hours, after=curve.quiet[1])
        hits += found is not None and abs((found - curve.onset_at).total_seconds()) <= 3600
    assert hits >= 180


def test_recovery_is_censored_where_the_data_end_in_the_crisis() -> None:
    """A crisis still on when the data end has no recovery, in every run; one that ends has."""
    for seed in range(30):
        still_on = simulated_curve(rise=4.0, seed=seed, lasts_hours=24 * 9)
        found = _phases(still_on, n_draws=0)
        assert pd.isna(found["at"]["recovery"])
        assert found["note"]["recovery"] == "not_recovered"
    over = [
        _phases(simulated_curve(rise=4.0, seed=s, lasts_hours=12), n_draws=0) for s in range(30)
    ]
    assert sum(pd.notna(found["at"]["recovery"]) for found in over) >= 28


def test_no_rise_is_said() -> None:
    """Without a crisis there is no onset and no recovery, and it is said why."""
    found = _phases(simulated_curve(rise=1.0, seed=3))
    assert found["note"]["onset"] == "no_rise"
    assert pd.isna(found["at"]["onset"])


def test_half_life_interval_holds_what_another_draw_gives() -> None:
    """The interval of the half-life of one crisis holds that of most others of the same kind."""
    first = _phases(simulated_curve(rise=6.0, seed=1, lasts_hours=6), n_draws=100).loc["half_life"]
    assert first["lower"] <= first["value"] <= first["upper"]
    assert first["upper"] - first["lower"] < 48


def test_phases_without_quiet_period_cannot_tell_the_onset() -> None:
    """No quiet period: a peak, a half-life of all posts, and no onset."""
    curve = simulated_curve(rise=5.0, seed=2)
    hours = add_expected(curve.hours, quiet=None, zone="UTC")
    found = phases(hours, quiet=None, zone="UTC", seed=1, n_draws=20).set_index("phase")
    assert pd.isna(found["at"]["onset"])
    assert found["note"]["onset"] == "no_quiet_period"
    assert found["note"]["half_life"] == "no_baseline"
    assert found["at"]["peak"] >= curve.onset_at - pd.Timedelta(hours=1)


@pytest.fixture(scope="module")
def pepsi() -> pd.DataFrame:
    """Return the posts of the Pepsi crisis of 2017."""
    file = PEPSI / "pepsi_2017_merged.ndjson"
    if not file.exists():
        pytest.skip("the real data are not beside the project")
    rows = [json.loads(line) for line in file.read_text("utf-8").split("\n") if line]
    at = pd.to_datetime([row["timestamp_epochs"] for row in rows], unit="s", utc=True)
    return posts(
        *({"post_id": row["tweet_id"], "created_at": t, "author_id": row["user_id"],
           "text": row["text"]} for row, t in zip(rows, at, strict=True))
    )  # fmt: skip


QUIET = (pd.Timestamp("2017-03-28T00:00Z"), pd.Timestamp("2017-04-04T00:00Z"))


@pytest.mark.real_data
def test_pepsi_2017_phases(pepsi: pd.DataFrame) -> None:
    """Half-life 18 h, half of the peak's rate after 4 h, above the limit for 78 h."""
    quiet = (QUIET[0].to_pydatetime(), QUIET[1].to_pydatetime())
    hours = add_expected(posts_per_hour(pepsi), quiet=quiet, zone="UTC")
    found = phases(hours, quiet=quiet, zone="UTC", seed=1).set_index("phase")
    assert found.loc[["onset", "alarm", "peak", "recovery"], "value"].isna().all()
    assert found["value"]["half_life"] == 18
    assert found["value"]["half_peak"] == 4
    assert found["value"]["recovery_hours"] == 78
    assert found["at"]["peak"] == pd.Timestamp("2017-04-04T23:00Z")
    numbers = phase_numbers(found.reset_index()).set_index("metric")
    assert numbers["value"]["half_life"] == 18 * 60


@pytest.mark.real_data
def test_pepsi_2017_collector_cap_is_named(pepsi: pd.DataFrame) -> None:
    """Most of every quiet day lies in one hour and every day is alike: the collector's cap."""
    quiet = (QUIET[0].to_pydatetime(), QUIET[1].to_pydatetime())
    found = collector_cap(pepsi, quiet=quiet).set_index("metric")
    assert found["note"]["piled_up_share"] == "collector_cap"
    assert found["value"]["piled_up_share"] > 0.5
    assert found["value"]["daily_spread"] < 1


def test_collector_cap_is_silent_on_ordinary_days() -> None:
    """Posts spread over the day are no cap."""
    at = pd.date_range("2026-03-02T00:07Z", periods=600, freq="17min")
    frame = posts(*({"post_id": str(i), "created_at": t} for i, t in enumerate(at)))
    quiet = (at[0].to_pydatetime(), at[-1].to_pydatetime())
    assert (collector_cap(frame, quiet=quiet)["note"].fillna("") == "").all()


def _crisis() -> pd.DataFrame:
    """Return quiet hours, then a post of the brand's that 20 people answer within the hour."""
    at = pd.Timestamp("2026-03-05T10:00Z")
    quiet = [{"post_id": f"q{i}", "created_at": at - pd.Timedelta(hours=i)} for i in range(1, 73)]
    own = {"post_id": "own", "created_at": at + pd.Timedelta(minutes=5), "own": True}
    loud = [
        {"post_id": f"r{i}", "created_at": at + pd.Timedelta(minutes=10 + i), "kind": "reply",
         "parent_id": "own", "root_id": "own"}
        for i in range(20)
    ]  # fmt: skip
    return posts(*quiet, own, *loud)


def test_peaks_name_our_own_post_as_what_set_it_off() -> None:
    """A peak of answers to the brand's post is attributed to that post, on both engines."""
    frame = _crisis()
    quiet = (pd.Timestamp("2026-03-02T10:00Z").to_pydatetime(),
             pd.Timestamp("2026-03-05T10:00Z").to_pydatetime())  # fmt: skip
    hours = add_expected(posts_per_hour(frame), quiet=quiet, zone="UTC")
    found = peaks(hours, frame, after=quiet[1])
    assert found["item_id"].tolist() == ["own"]
    assert found["own"].tolist() == [True]
    assert found["n_hanging"].tolist() == [20]
    connection = duckdb.connect()
    connection.register("posts", _with_microseconds(frame))
    other = peaks(hours, connection.sql("select * from posts"), after=quiet[1])
    pd.testing.assert_frame_equal(found, other, check_dtype=False)


def test_phases_change_no_input_and_take_nothing() -> None:
    """The hours stay as they were; no hours, no phases."""
    curve = simulated_curve(rise=3.0, seed=5)
    hours = add_expected(curve.hours, quiet=curve.quiet, zone="UTC")
    before = hours.copy()
    first = phases(hours, quiet=curve.quiet, zone="UTC", seed=1, n_draws=20)
    pd.testing.assert_frame_equal(hours, before)
    again = phases(hours, quiet=curve.quiet, zone="UTC", seed=1, n_draws=20)
    pd.testing.assert_frame_equal(first, again)
    assert phases(hours.iloc[:0], quiet=None, zone="UTC", seed=1).empty


def test_collector_cap_is_silent_where_a_day_holds_one_post() -> None:
    """A bakery that is named once every other day at ten has no tool that stops at a limit."""
    at = pd.date_range("2026-04-28T10:00Z", periods=7, freq="2D")
    frame = posts(*({"post_id": str(i), "created_at": t} for i, t in enumerate(at)))
    quiet = (pd.Timestamp("2026-04-28T00:00Z"), pd.Timestamp("2026-05-12T00:00Z"))
    found = collector_cap(frame, quiet=quiet)
    assert found.set_index("metric")["value"]["piled_up_share"] == 1
    assert (found["note"].fillna("") == "").all()
