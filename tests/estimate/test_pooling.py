"""Partial pooling."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from crisislab.estimate.pooling import partial_pooling


def test_partial_pooling_is_that_of_statsmodels() -> None:
    """DerSimonian and Laird's spread and mean, as statsmodels computes them."""
    values, errors = np.array([0.1, 0.5, -0.2, 0.8]), np.array([0.2, 0.3, 0.22, 0.45])
    other = combine_effects(values, errors**2, method_re="dl")
    pooled = partial_pooling(values, errors)
    assert pooled.between**2 == pytest.approx(other.tau2)
    assert pooled.common.value == pytest.approx(other.mean_effect_re)


def test_noisy_cases_are_pulled_further() -> None:
    """A value known badly moves more towards the common one than one known well."""
    pooled = partial_pooling([0.0, 4.0, 4.0], [0.5, 0.5, 3.0])
    moved = np.abs(pooled.shrunk - [0.0, 4.0, 4.0])
    assert moved[2] > moved[1]


def test_equal_cases_have_no_spread() -> None:
    """Where all say the same, the spread between cases is zero."""
    assert partial_pooling([2.0, 2.0, 2.0], [1.0, 1.0, 1.0]).between == 0


def test_partial_pooling_refuses_one() -> None:
    """One case is no class."""
    with pytest.raises(ValueError, match="two values"):
        partial_pooling([1.0], [1.0])
