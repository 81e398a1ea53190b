"""Bootstrap by author: same answer each time, wider where authors repeat, right coverage."""

from __future__ import annotations

import numpy as np
import pytest

from crisislab.estimate.bootstrap import cluster_bootstrap
from crisislab.estimate.survival import waiting_curve


def test_cluster_bootstrap_is_seeded() -> None:
    """The same seed gives the same interval; its value is the curve's own."""
    data = ([5, 7, 9, 30, 60], [1, 1, 1, 1, 0], ["a", "b", "b", "c", "d"])
    one = cluster_bootstrap(*data, percents=[50], within=[10], seed=4)
    again = cluster_bootstrap(*data, percents=[50], within=[10], seed=4)
    assert str(one) == str(again)
    curve = waiting_curve(*data[:2])
    assert one["percentile=50"].value == curve.percentile(50).value
    assert one["within=10"].value == pytest.approx(1 - curve.waiting_at(10).value)


def test_cluster_bootstrap_equals_resampled_curves() -> None:
    """Weights give exactly what making each curve anew from the drawn rows gives."""
    rng = np.random.default_rng(0)
    minutes, answered = rng.integers(1, 30, 40).astype(float), rng.random(40) < 0.7
    author = np.repeat(np.arange(10), 4)
    draws = []
    again = np.random.default_rng(9).integers(0, 10, (50, 10))
    for picked in again:
        rows = np.concatenate([np.flatnonzero(author == a) for a in picked])
        draws.append(1 - waiting_curve(minutes[rows], answered[rows]).waiting_at(10).value)
    found = cluster_bootstrap(minutes, answered, author, within=[10], seed=9, n_draws=50)
    ends = np.quantile(draws, [0.025, 0.975], method="inverted_cdf")
    assert (found["within=10"].lower, found["within=10"].upper) == pytest.approx(tuple(ends))


def test_cluster_bootstrap_is_wider_when_authors_repeat() -> None:
    """Ten copies of each author's wait are no further information."""
    rng = np.random.default_rng(1)
    wait = np.repeat(rng.exponential(60, 30), 10)
    alone = cluster_bootstrap(wait, wait > 0, np.arange(300), percents=[50], seed=1)
    together = cluster_bootstrap(
        wait, wait > 0, np.repeat(np.arange(30), 10), percents=[50], seed=1
    )
    width = {k: v["percentile=50"].upper - v["percentile=50"].lower
             for k, v in (("alone", alone), ("together", together))}  # fmt: skip
    assert width["together"] > 2 * width["alone"]


def test_cluster_bootstrap_not_reached_stays_not_reached() -> None:
    """Where many draws never reach the percentile its upper end is missing, not a number."""
    found = cluster_bootstrap([5, 6, 50, 50], [1, 1, 0, 0], list("abcd"), percents=[50], seed=2)
    assert np.isnan(found["percentile=50"].upper)


def test_cluster_bootstrap_of_nobody() -> None:
    """No waits: missing."""
    found = cluster_bootstrap([], [], [], percents=[50], within=[60], seed=1)
    assert np.isnan(found["percentile=50"].value)
