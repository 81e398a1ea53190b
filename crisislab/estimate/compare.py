"""Whether groups waited differently: the log-rank test, also within strata."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import chi2 as chi_squared

from crisislab.estimate.survival import Floats

_ZERO = 1e-9


@dataclass(frozen=True)
class LogRank:
    """A log-rank test.

    Attributes:
        chi2: Test statistic.
        df: Groups minus one (fewer where strata compare only some of them).
        p: Chance of a statistic at least this large if all groups wait alike.
        rho: 0 weighs all times alike, 1 weighs early ones more.
    """

    chi2: float
    df: int
    p: float
    rho: int


def log_rank(
    minutes: Any, answered: Any, groups: Any, *, strata: Any = None, rho: int = 0
) -> LogRank:
    """Return the (stratified) log-rank test of two or more groups.

    Observed minus expected replies summed over reply times with weight ``S(t-)^rho``. With
    ``rho = 0`` it has little power where curves cross, as they do with night shifts: give
    ``rho = 1`` (Fleming-Harrington, Peto) and the difference of restricted means beside it.
    ``strata`` compares only within each stratum, such as a platform. Checked against R's
    ``survdiff`` and statsmodels, which stops where a stratum lacks a group.

    Args:
        minutes: Minutes waited.
        answered: Whether each was answered.
        groups: Group of each.
        strata: Stratum of each; missing: one.
        rho: 0 or 1.

    Raises:
        ValueError: If ``rho`` is neither 0 nor 1.

    >>> log_rank([1, 2, 3, 4], [1, 1, 1, 1], ["a", "a", "b", "b"]).df
    1
    """
    if rho not in (0, 1):
        raise ValueError("rho is 0 (all times alike) or 1 (early times weigh more)")
    group = np.asarray(groups)
    _, codes = np.unique(group.astype(str), return_inverse=True)
    n_groups = len(np.unique(codes)) if codes.size else 0
    event = np.asarray(answered, dtype=bool)
    if n_groups < 2 or not event.any():
        return LogRank(math.nan, max(0, n_groups - 1), math.nan, rho)
    time = np.asarray(minutes, dtype=float)
    layer = np.zeros(time.size) if strata is None else np.asarray(strata).astype(str)
    gap, variance = np.zeros(n_groups), np.zeros((n_groups, n_groups))
    for stratum in np.unique(layer):
        inside = layer == stratum
        g, v = _within(time[inside], event[inside], codes[inside], n_groups, rho)
        gap, variance = gap + g, variance + v
    statistic, df = _quadratic_form(gap, variance)
    if df == 0:
        return LogRank(math.nan, 0, math.nan, rho)
    return LogRank(statistic, df, float(chi_squared.sf(statistic, df)), rho)


def _quadratic_form(gap: Floats, variance: Floats) -> tuple[float, int]:
    """Return ``gap' V^- gap`` and the rank of ``V``, eliminated by its largest pivots.

    The gaps add up to zero, so ``V`` always lacks a rank; any generalised inverse gives the same.
    Libraries of linear algebra order their sums by the processor, and their last digits differ;
    groups are few, and these sums are the same on every machine.
    """
    left, rest = variance.tolist(), gap.tolist()
    least = _ZERO * max(row[i] for i, row in enumerate(left))
    waiting, total = list(range(len(rest))), 0.0
    while waiting:
        i = max(waiting, key=lambda k: left[k][k])
        pivot = left[i][i]
        if pivot <= least:
            break
        waiting.remove(i)
        total += rest[i] ** 2 / pivot
        for j in waiting:
            part = left[j][i] / pivot
            rest[j] -= part * rest[i]
            for k in waiting:
                left[j][k] -= part * left[i][k]
    return total, len(rest) - len(waiting)


def _within(time: Floats, event: Any, codes: Any, n_groups: int, rho: int) -> tuple[Any, Any]:
    """Return observed minus expected replies of one stratum and their covariance."""
    times, inverse = np.unique(time, return_inverse=True)
    shape = (times.size, n_groups)
    cells = inverse * n_groups + codes
    left = np.bincount(cells, minlength=times.size * n_groups).reshape(shape)
    told = np.bincount(cells, weights=event, minlength=times.size * n_groups).reshape(shape)
    risk = np.cumsum(left[::-1], axis=0)[::-1].astype(float)
    at = told.sum(axis=1) > 0
    d, y, own, y_own = told[at].sum(axis=1), risk[at].sum(axis=1), told[at], risk[at]
    waiting = np.concatenate([[1.0], np.cumprod(1 - d / y)[:-1]])[: d.size]
    weight = waiting if rho else np.ones(d.size)
    share = y_own / y[:, None]
    gap = (weight[:, None] * (own - d[:, None] * share)).sum(axis=0)
    spread = weight**2 * d * np.divide(y - d, y - 1, out=np.zeros(d.size), where=y > 1)
    weighed = spread[:, None] * share
    both = np.array([(weighed[:, [i]] * share).sum(axis=0) for i in range(n_groups)])
    return gap, np.diag(weighed.sum(axis=0)) - both
