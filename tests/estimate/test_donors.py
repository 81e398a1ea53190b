"""The synthetic control of a crisis, and its placebos in space."""

from __future__ import annotations

import numpy as np
import pytest

from crisislab.estimate.donors import mix_of_controls

LATE = np.array([False] * 4 + [True] * 3)


def test_mix_by_hand() -> None:
    """Ours is twice the mean of two donors before and their mean after: a ratio of one half."""
    first = np.array([8.0, 6, 4, 2, 2, 2, 2])
    second = np.array([2.0, 4, 6, 8, 4, 4, 4])
    ours = np.where(LATE, 0.5, 1.0) * (first + second)
    found = mix_of_controls(ours, np.column_stack([first, second]), LATE)
    assert found is not None
    assert found.weights == pytest.approx([0.5, 0.5], abs=1e-3)
    assert found.ratio == pytest.approx(0.5, abs=1e-3)
    assert found.error == pytest.approx(0, abs=1e-3)


def test_size_of_a_series_changes_nothing() -> None:
    """Ten times the posts of one donor, or of ours: the same mix and ratio."""
    dice = np.random.default_rng(1)
    pool = dice.uniform(5, 9, (7, 3))
    ours = dice.uniform(5, 9, 7)
    one = mix_of_controls(ours, pool, LATE)
    other = mix_of_controls(10 * ours, pool * [1, 10, 0.1], LATE)
    assert one is not None
    assert other is not None
    assert other.weights == pytest.approx(one.weights, abs=1e-6)
    assert other.ratio == pytest.approx(one.ratio, abs=1e-6)


def test_the_rank_of_no_effect_is_even() -> None:
    """Where ours is a series like the others, ranks up to two in ten come in two of ten cases."""
    dice = np.random.default_rng(2)
    late = np.arange(24) >= 12
    low = []
    for _ in range(300):
        decay = 100 * np.exp(-np.arange(24) / dice.uniform(8, 14, 10)[:, None])
        whole = decay * dice.gamma(12, 1 / 12, decay.shape)
        found = mix_of_controls(whole[0], whole[1:].T, late)
        assert found is not None
        low.append(found.rank <= 0.2)
    assert 0.13 <= np.mean(low) <= 0.27


@pytest.mark.parametrize(
    ("donors", "late"),
    [(np.ones((7, 1)), LATE), (np.ones((7, 2)), np.arange(7) >= 5), (np.zeros((7, 2)), LATE)],
)
def test_too_little_is_no_mix(donors: np.ndarray, late: np.ndarray) -> None:
    """One series, two periods on a side, or nothing above the ordinary: no mix."""
    assert mix_of_controls(np.ones(7), donors, late) is None
