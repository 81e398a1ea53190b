"""Kleinberg's automaton against trying every path."""

from __future__ import annotations

from itertools import product
from math import comb, log

import numpy as np
import pytest

from crisislab.estimate.bursts import burst_levels


def _cheapest(r: list[int], d: list[int], n_levels: int, gamma: float) -> float:
    base = sum(r) / sum(d)
    shares = [min(base * 2.0**i, 0.9999) for i in range(n_levels)]
    costs = []
    for path in product(range(n_levels), repeat=len(r)):
        cost, before = 0.0, 0
        for level, x, n in zip(path, r, d, strict=True):
            cost += gamma * log(len(r)) * max(level - before, 0)
            p = shares[level]
            cost -= log(comb(n, x)) + x * log(p) + (n - x) * log(1 - p)
            before = level
        costs.append(cost)
    return min(costs)


def test_burst_levels_reference_case() -> None:
    """The reference series bursts in its hours 7 to 10, at the known cost."""
    r = [1, 2, 1, 3, 2, 1, 20, 25, 30, 22, 3, 2, 1, 2, 1]
    levels, cost = burst_levels(r, [100] * 15)
    assert "".join(map(str, levels)) == "000000111100000"
    assert cost == pytest.approx(78.701882, abs=1e-6)


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("n_levels", [2, 3])
def test_burst_levels_equal_brute_force(seed: int, n_levels: int) -> None:
    """Viterbi finds the cheapest of all paths."""
    dice = np.random.default_rng(seed)
    d = dice.integers(5, 60, 8 if n_levels == 2 else 6)
    r = [int(x) for x in dice.binomial(d, dice.choice([0.05, 0.1, 0.4], len(d)))]
    r[0] = max(r[0], 1)
    _, cost = burst_levels(r, d, n_levels=n_levels)
    assert cost == pytest.approx(_cheapest(r, d.tolist(), n_levels, 1.0), abs=1e-9)


def test_burst_levels_of_nothing_relevant_are_quiet() -> None:
    """No relevant post, no burst; more relevant posts than posts is a mistake."""
    levels, _ = burst_levels([0, 0], [4, 5])
    assert levels.tolist() == [0, 0]
    with pytest.raises(ValueError, match="more relevant posts"):
        burst_levels([3], [2])
