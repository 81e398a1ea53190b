"""The sampling diagnostics: silent on clean series, awake on spoilt ones; they change nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import wilcoxon

from crisislab.check.exports import check_exports
from crisislab.check.sampling import check_sampling
from crisislab.estimate.artefacts import evenness, jump, longest, signed_ranks, step, tied_maximum
from crisislab.read import read_posts
from crisislab.schema import POSTS
from crisislab.simulate.collector import SPOILT, clean_series

PEPSI = "real/brandcrisis_pepsi_2017/pepsi_2017_merged.ndjson"
# Far more power than this is not there: a cap spreads over the quiet hours, bursts look like holes.
LEAST = {"CL-SAMPLE-PILE-UP": 8, "CL-SAMPLE-GAP": 8}


def codes(posts: pd.DataFrame, zone: str = "UTC") -> set[str]:
    """Codes of what is found."""
    return {problem.code for problem in check_sampling(posts, zone=zone)}


def counted(at: pd.DatetimeIndex, counts: np.ndarray) -> pd.DataFrame:  # type: ignore[type-arg]
    """Posts out of counts: as many at each time."""
    times = at.repeat(counts)
    return POSTS.conform(
        pd.DataFrame(
            {"platform": "x", "created_at": times, "kind": "post", "source": "table",
             "source_file": "a.csv", "source_row": np.arange(len(times)), "text": "a"}
        )
    )  # fmt: skip


def test_clean_series_raise_hardly_ever_anything() -> None:
    """Of 150 clean series, made to look suspicious, at most two raise any finding."""
    draw = np.random.default_rng(7)
    raised = 0
    for _ in range(150):
        posts = clean_series(
            draw, days=int(draw.integers(8, 36)), daily=float(draw.integers(20, 900))
        )
        raised += bool(codes(posts, "America/Bogota"))
    assert raised <= 2


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_series_is_named(name: str) -> None:
    """What the collector did is found by its name in most series it was done to."""
    spoil, code = SPOILT[name]
    draw = np.random.default_rng(11)
    found = sum(
        code in codes(spoil(clean_series(draw, days=28, daily=200), draw)) for _ in range(25)
    )
    assert found >= LEAST.get(code, 24)


def test_order_copies_and_zone_of_the_machine_change_no_finding() -> None:
    """Shuffled posts raise the same findings; the posts stay as they were."""
    draw = np.random.default_rng(3)
    posts = SPOILT["20 posts of each day"][0](clean_series(draw, days=20), draw)
    before = posts.copy()
    mixed = posts.sample(frac=1, random_state=1)
    told = [(p.code, p.value, p.n, dict(p.facts)) for p in check_sampling(posts)]
    assert told == [(p.code, p.value, p.n, dict(p.facts)) for p in check_sampling(mixed)]
    pd.testing.assert_frame_equal(posts, before)


def test_no_posts_and_own_posts_raise_nothing() -> None:
    """An empty table and one of the brand's own posts only have nothing to say."""
    assert codes(POSTS.empty()) == set()
    draw = np.random.default_rng(3)
    spoilt = SPOILT["20 posts of each day"][0](clean_series(draw), draw)
    assert codes(spoilt)
    assert codes(spoilt.assign(own=True)) == set()


def test_signed_ranks_agree_with_scipy() -> None:
    """Without ties, the p-value is that of SciPy's exact test."""
    draw = np.random.default_rng(0)
    for n in (5, 12, 30):
        gaps = draw.normal(0.3, 1, n)
        wanted = wilcoxon(gaps, alternative="greater", method="exact").pvalue
        assert signed_ranks(gaps) == pytest.approx(wanted, rel=1e-9)


def test_a_threefold_fall_at_midnight_is_no_artefact() -> None:
    """At the worst case of a clean series the rate of false alarms is the nominal one."""
    draw = np.random.default_rng(5)
    alarms = 0
    for _ in range(2000):
        level = draw.gamma(2, 30, 14)
        p = jump(draw.poisson(3 * level).astype(float), draw.poisson(level).astype(float))
        alarms += p < 0.01
    assert alarms / 2000 < 0.016


@pytest.mark.parametrize("power", [1.0, 2.0])
def test_the_longest_gap_of_a_heavy_tail_is_no_artefact(power: float) -> None:
    """Under a power law the rate of false alarms is the nominal one; under lighter tails less."""
    draw = np.random.default_rng(6)
    heavy = sum(longest(draw.pareto(power, 300) + 1)[1] < 0.01 for _ in range(1500)) / 1500
    light = sum(longest(draw.exponential(1, 300))[1] < 0.01 for _ in range(1500)) / 1500
    assert heavy < 0.016
    assert light <= heavy


def test_other_tests_hold_their_rate() -> None:
    """Chance alone raises ties, evenness and steps in at most one series of a hundred."""
    draw = np.random.default_rng(8)
    n = 600
    counts = [draw.poisson(draw.integers(30, 900), 60) for _ in range(n)]
    assert sum(tied_maximum(c)[2] < 0.01 for c in counts) <= 0.016 * n
    assert sum(evenness(c[:30].astype(float)) < 0.01 for c in counts) <= 0.016 * n
    steps = [step(draw.binomial(40, 0.4, 20).astype(float), np.full(20, 40.0)) for _ in range(n)]
    assert sum(s is not None and s.p < 0.01 for s in steps) <= 0.02 * n


@pytest.mark.real_data
def test_the_pepsi_collection_piles_up_before_midnight(real_data: Path) -> None:
    """Its days end with 38 and more of about 60 posts in the 23:00 UTC hour: told, changed not."""
    loaded = read_posts(real_data / PEPSI)
    for zone in ("UTC", "America/New_York"):
        found = check_sampling(loaded.posts, zone=zone)
        pile = next(p for p in found if p.code == "CL-SAMPLE-PILE-UP")
        assert pile.value == "23:00 UTC"
        assert (pile.n, pile.facts["n_other"], pile.facts["days"]) == (1035, 279, 13)
    quiet = loaded.posts.loc[loaded.posts["created_at"] < "2017-04-04"]
    last = quiet.groupby(quiet["created_at"].dt.date)["created_at"].agg(
        lambda at: int((at.dt.hour == 23).sum())
    )
    assert last.between(38, 44).all()
    assert "CL-SAMPLE-PILE-UP" in {p.code for p in check_exports([real_data / PEPSI]).problems}


@pytest.mark.real_data
def test_the_nab_series_raise_nothing(real_data: Path) -> None:
    """Ten real series of mentions, bursts and all, are silent in the zones of four continents."""
    files = sorted((real_data / "reference/nab_twitter/data").glob("*.csv"))
    assert len(files) == 10
    for path in files:
        series = pd.read_csv(path, parse_dates=["timestamp"])
        at = pd.DatetimeIndex(series["timestamp"]).tz_localize("UTC")
        posts = counted(at, series["value"].to_numpy())
        for zone in ("UTC", "America/New_York") if len(posts) > 100_000 else (
            "UTC", "America/Bogota", "Europe/Madrid", "Asia/Kolkata"
        ):  # fmt: skip
            assert codes(posts, zone) == set(), (path.name, zone)
