"""Counts that vary more than Poisson allows: negative-binomial limits and residuals."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import scipy  # its parts are slow to load; each is when it is first asked for

from crisislab.estimate.survival import Floats

Weighting = Literal["squared", "equal"]
_LEAST = 1e-9


def extra_variance(counts: Any, expected: Any, *, weighting: Weighting = "squared") -> float:
    """Return how much counts vary beyond Poisson: ``a`` in ``Var = mu + a mu^2``, by moments.

    ``squared``: sum of ``(x - mu)^2 - mu`` over sum of ``mu^2``, so that busy hours decide.
    ``equal``: mean of ``((x - mu)^2 - mu) / mu^2``, so that every hour counts alike. Never below
    Poisson. Hourly mentions of ten listed companies have a variance of 10 to 8,660 times their
    mean (Numenta Anomaly Benchmark), so Poisson limits alarm all the time.

    >>> extra_variance([0, 20, 10, 10], [10, 10, 10, 10])
    0.4
    """
    x, mu = _pair(counts, expected)
    if not x.size:
        return _LEAST
    surplus = (x - mu) ** 2 - mu
    if weighting == "equal":
        return max(float((surplus / mu**2).mean()), _LEAST)
    return max(float(surplus.sum() / (mu**2).sum()), _LEAST)


def upper_limit(expected: Any, extra: float, *, quantile: float = 0.999) -> Floats:
    """Return the quantile of a negative binomial around each expected count.

    >>> upper_limit([10.0], 0.4).tolist()
    [45.0]
    """
    mean = np.maximum(np.asarray(expected, dtype=np.float64), _LEAST)
    size = 1 / max(extra, _LEAST)
    return np.asarray(
        scipy.stats.nbinom.ppf(quantile, size, size / (size + mean)), dtype=np.float64
    )


def chance_above(counts: Any, expected: Any, extra: float | None) -> Floats:
    """Return the chance of more than each count; ``extra=None`` is Poisson.

    >>> chance_above([12.0], [10.0], None).round(4).tolist()
    [0.2084]
    """
    x, mu = _pair(counts, expected)
    if extra is None:
        return np.asarray(scipy.stats.poisson.sf(x, mu), dtype=np.float64)
    size = 1 / max(extra, _LEAST)
    return np.asarray(scipy.stats.nbinom.sf(x, size, size / (size + mu)), dtype=np.float64)


def threefold_evidence(counts: Any, expected: Any, extra: float) -> Floats:
    """Return the log likelihood ratio of three times the expected count over the expected one.

    Both negative binomial with ``Var = mu + extra mu^2``; above 0 a count speaks for a rise.

    >>> threefold_evidence([10.0, 20.0, 30.0], [10.0, 10.0, 10.0], 0.1).round(1).tolist()
    [-2.9, 1.2, 5.2]
    """
    x, mu = _pair(counts, expected)
    size = 1 / max(extra, _LEAST)
    grown = (size + 3 * mu) / (size + mu)
    return np.asarray(x * np.log(3 / grown) - size * np.log(grown), dtype=np.float64)


def steady_residuals(counts: Any, expected: Any, extra: float) -> Floats:
    """Return residuals of counts that are about normal whatever the expected count.

    Quantile residuals at the middle of each count's step, ``z = Phi^-1(P(N < x) + P(N = x) / 2)``
    with ``N`` negative binomial; nothing is drawn at random, so the same data give the same
    numbers. Source: Dunn & Smyth 1996.

    >>> steady_residuals([10.0, 30.0], [10.0, 10.0], 0.1).round(2).tolist()
    [0.11, 3.33]
    """
    x, mu = _pair(counts, expected)
    size = 1 / max(extra, _LEAST)
    chance = size / (size + mu)
    half = scipy.stats.nbinom.pmf(x, size, chance) / 2
    middle = scipy.stats.nbinom.cdf(x - 1, size, chance) + half
    above = scipy.stats.nbinom.sf(x, size, chance) + half
    # The far tail from its own side: 1 - 1e-20 is 1. What is less likely than 1e-300 is as far out.
    low, high = (scipy.special.ndtri(np.maximum(tail, 1e-300)) for tail in (middle, above))
    return np.asarray(np.where(middle < 0.5, low, -high), dtype=np.float64)


def log_choose(n: Any, k: Any) -> Floats:
    """Return the logarithm of the number of ways to choose ``k`` of ``n``.

    >>> round(float(np.exp(log_choose(5, 2))), 9)
    10.0
    """
    whole, part = np.asarray(n, dtype=np.float64), np.asarray(k, dtype=np.float64)
    return np.asarray(
        scipy.special.gammaln(whole + 1)
        - scipy.special.gammaln(part + 1)
        - scipy.special.gammaln(whole - part + 1),
        dtype=np.float64,
    )


def _pair(counts: Any, expected: Any) -> tuple[Floats, Floats]:
    x = np.asarray(counts, dtype=np.float64)
    return x, np.maximum(np.asarray(expected, dtype=np.float64), _LEAST)
