"""The sampling diagnostics: silent on clean series, awake on spoilt ones; they change nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import wilcoxon

from crisislab.check.exports import check_exports
from crisislab.check.sampling import check_sampling
from crisislab.engine import connect, lazy, small
from crisislab.estimate import artefacts
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


@pytest.mark.parametrize("name", SPOILT)
def test_an_engine_and_small_batches_change_no_finding(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB finds the same, to the last number and row, however many times a batch holds."""
    monkeypatch.setattr("crisislab.engine._BATCH", 50)
    draw = np.random.default_rng(1)
    posts = SPOILT[name][0](clean_series(draw, days=28, daily=200), draw)
    connection = connect()
    connection.register("posts", small(lazy(posts)))
    found = check_sampling(posts, zone="Europe/Madrid")
    assert found == check_sampling(connection.table("posts"), zone="Europe/Madrid")
    assert SPOILT[name][1] in {problem.code for problem in found}


def test_posts_without_a_time_are_counted_and_date_nothing() -> None:
    """Missing times, languages and kinds neither stop the checks nor count as any."""
    draw = np.random.default_rng(3)
    posts = SPOILT["reposts lost half-way"][0](clean_series(draw, days=28), draw)
    (told,) = check_sampling(posts)
    dated = posts["created_at"].mask(np.arange(len(posts)) % 400 == 1)
    (fewer,) = check_sampling(posts.assign(created_at=dated))
    assert (told.code, told.n_of) == (fewer.code, fewer.n_of) == (told.code, len(posts))
    assert (fewer.n or 0) < (told.n or 0)
    bare = POSTS.conform(posts.drop(columns=["created_at", "lang", "kind"]))
    assert codes(bare) == {"CL-SAMPLE-NO-REPOSTS"}


def test_of_languages_as_frequent_the_first_is_the_main_one() -> None:
    """Where two languages have as many posts, the one that was there first is told."""
    days = pd.date_range("2026-01-01 08:00", periods=20, freq="D", tz="UTC")
    posts = counted(days, np.full(20, 30)).assign(lang=["pt"] * 300 + ["en"] * 300, source="x-v2")
    told = {problem.code: problem for problem in check_sampling(posts)}["CL-SAMPLE-LANGUAGES"]
    assert (told.value, told.facts["before"], told.facts["after"]) == ("pt", "100%", "0%")


def test_the_first_late_post_is_named_by_its_row() -> None:
    """Late posts are told with the row of the first, in one file only, and the median wait."""
    days = pd.date_range("2026-01-01 08:00", periods=20, freq="D", tz="UTC")
    posts = counted(days, np.full(20, 30))
    wait = np.where(posts.index < 200, 7 * 24, 24 * 21)
    late = posts.assign(collected_at=posts["created_at"] + pd.to_timedelta(wait, unit="h"))
    told = {problem.code: problem for problem in check_sampling(late)}["CL-SAMPLE-LATE"]
    assert (told.line, told.n, told.n_of, told.value) == (200, 400, 600, "21")
    two = late.assign(source_file=np.where(late.index % 2, "a.csv", "b.csv"))
    told = {problem.code: problem for problem in check_sampling(two)}["CL-SAMPLE-LATE"]
    assert (told.line, told.file, told.place) == (None, "x", "")


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


def test_the_largest_gaps_tell_as_much_as_all() -> None:
    """Gaps beyond those looked at change nothing, few or many."""
    draw = np.random.default_rng(6)
    for n in (10, 70, 149, 150, 151, 5000):
        gaps = draw.pareto(1.0, n) * (draw.random(n) < 0.9)
        assert longest(np.sort(gaps)[-artefacts.LOOKED_AT :]) == longest(gaps)


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


def test_the_end_of_a_falling_crisis_is_no_gap() -> None:
    """Data that end in the quiet tail of a crisis hold no hole: its peak is no usual day."""
    draw = np.random.default_rng(5)
    found: set[str] = set()
    for _ in range(10):
        quiet = pd.date_range("2026-08-18T08:00Z", periods=21, freq="D").repeat(11)
        quiet += pd.to_timedelta(draw.integers(0, 1000, len(quiet)), unit="min")
        crisis = pd.Timestamp("2026-09-08T08:00Z") + pd.to_timedelta(
            draw.exponential(10 * 3600, 3000).round(), unit="s"
        )
        at = quiet.append(crisis[crisis < pd.Timestamp("2026-09-12T08:00Z")]).sort_values()
        found |= codes(counted(at, np.ones(len(at), dtype=int)))
    assert "CL-SAMPLE-GAP" not in found
