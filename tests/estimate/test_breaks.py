"""Breaks of the mean: the Nile, and the library it is held against."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from crisislab.estimate.breaks import mean_breaks


def test_mean_breaks_nile_breaks_once_at_28() -> None:
    """The flow of the Nile fell after 1898, observation 28 (R strucchange; Cobb 1978)."""
    nile = sm.datasets.nile.load_pandas().data["volume"].to_numpy()
    assert mean_breaks(nile) == [28]
    assert [round(nile[:28].mean(), 2), round(nile[28:].mean(), 2)] == [1097.75, 849.97]


@pytest.mark.parametrize("seed", range(8))
def test_mean_breaks_equal_ruptures(seed: int) -> None:
    """Any series and penalty: the breaks are those of ruptures with ``jump=1``."""
    ruptures = pytest.importorskip("ruptures", exc_type=ImportError)
    dice = np.random.default_rng(seed)
    means = np.repeat(dice.normal(0, 3, 6), dice.integers(5, 40, 6))
    series = means + dice.normal(size=len(means))
    wanted = ruptures.Pelt(model="l2", jump=1, min_size=2).fit(series).predict(pen=8.0)
    assert mean_breaks(series, penalty=8.0) == wanted[:-1]


def test_mean_breaks_of_noise_are_rare() -> None:
    """Noise without a change has next to no break at the default penalty."""
    dice = np.random.default_rng(9)
    found = [len(mean_breaks(dice.normal(size=200))) for _ in range(100)]
    assert np.mean([n > 0 for n in found]) <= 0.15
