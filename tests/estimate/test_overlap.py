"""Audiences together."""

from __future__ import annotations

import math

import pytest

from crisislab.estimate.overlap import joint_audience


def test_joint_audience_sainsbury_is_exact() -> None:
    """100,000 + 50,000 + 50,000 among a million: 187,750 if independent."""
    found = joint_audience([100_000, 50_000, 50_000], population=1_000_000)
    assert found.independent == 187_750
    assert (found.least, found.most) == (100_000, 200_000)


def test_joint_audience_lies_between_its_bounds() -> None:
    """Sainsbury's figure lies between the bounds; the sum is capped by the population."""
    found = joint_audience([900, 800, 20] * 10, population=1000)
    assert found.least == 900
    assert found.most == 1000
    assert found.least <= found.independent <= found.most


def test_joint_audience_without_population_has_no_middle() -> None:
    """Without a population there is a sum and no figure of Sainsbury's; of nobody, nothing."""
    assert math.isnan(joint_audience([5, 6]).independent)
    assert joint_audience([]).most == 0
    with pytest.raises(ValueError, match="counts of people"):
        joint_audience([-1])
