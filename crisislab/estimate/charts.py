"""Control charts for small lasting shifts, with the run lengths that tell what they cost."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import norm

from crisislab.estimate.survival import Floats


def cusum(residuals: Any, *, allowance: float = 0.5, limit: float = 5.0) -> Floats:
    """Return the upper cumulative sum ``S_t = max(0, S_{t-1} + z_t - k)``; alarm where above h.

    The sum starts again at 0 after an alarm. Source: Page 1954.

    Args:
        residuals: Residuals with unit spread.
        allowance: ``k``, half the shift to be found, in standard deviations.
        limit: ``h``.

    >>> cusum([2.0, 2.0, 2.0, 2.0], limit=4.0).tolist()
    [1.5, 3.0, 4.5, 1.5]
    """
    sums, level = [], 0.0
    for z in np.asarray(residuals, dtype=np.float64):
        level = max(0.0, (0.0 if level > limit else level) + float(z) - allowance)
        sums.append(level)
    return np.asarray(sums, dtype=np.float64)


def ewma(residuals: Any, *, weight: float = 0.2) -> Floats:
    """Return the moving average ``w_t = (1 - l) w_{t-1} + l z_t``, from 0. Source: Roberts 1959.

    >>> ewma([1.0, 1.0], weight=0.5).tolist()
    [0.5, 0.75]
    """
    means, level = [], 0.0
    for z in np.asarray(residuals, dtype=np.float64):
        level = (1 - weight) * level + weight * float(z)
        means.append(level)
    return np.asarray(means, dtype=np.float64)


def ewma_limit(*, weight: float = 0.2, width: float = 2.962) -> float:
    """Return the limit of a moving average in the long run, ``L sqrt(l / (2 - l))``.

    >>> round(ewma_limit(), 4)
    0.9873
    """
    return float(width * np.sqrt(weight / (2 - weight)))


def cusum_run_length(
    *, allowance: float, limit: float, shift: float = 0.0, two_sided: bool = True, n: int = 300
) -> float:
    """Return the mean number of observations until a cumulative sum alarms (run length).

    Brook & Evans 1972: the sum as a Markov chain on ``n`` states. Two sides together alarm at
    the rate of both: ``1/ARL = 1/ARL+ + 1/ARL-`` (Montgomery, *Statistical Quality Control*).

    >>> round(cusum_run_length(allowance=0.5, limit=4, shift=1.0), 2)
    8.38
    """
    up = _one_side(allowance, limit, shift, n)
    if not two_sided:
        return up
    return 1 / (1 / up + 1 / _one_side(allowance, limit, -shift, n))


def _one_side(allowance: float, limit: float, shift: float, n: int) -> float:
    width = 2 * limit / (2 * n - 1)
    states = np.arange(n) * width
    edges = np.append(-np.inf, (np.arange(n) + 0.5) * width)
    above = edges[None, 1:] - states[:, None] + allowance - shift
    below = edges[None, :-1] - states[:, None] + allowance - shift
    return _mean_steps(norm.cdf(above) - norm.cdf(below), start=0)


def ewma_run_length(*, weight: float, width: float, shift: float = 0.0, n: int = 301) -> float:
    """Return the mean number of observations until a moving average leaves ``±L`` (run length).

    Markov chain as in Lucas & Saccucci 1990, on an odd number of states.

    >>> round(ewma_run_length(weight=0.2, width=2.962), 0)
    500.0
    """
    end = ewma_limit(weight=weight, width=width)
    step = 2 * end / n
    middles = -end + (np.arange(n) + 0.5) * step
    kept = (1 - weight) * middles[:, None]
    high = (middles[None, :] + step / 2 - kept) / weight - shift
    low = (middles[None, :] - step / 2 - kept) / weight - shift
    return _mean_steps(norm.cdf(high) - norm.cdf(low), start=n // 2)


def _mean_steps(moves: Any, *, start: int) -> float:
    moves = np.asarray(moves, dtype=np.float64)
    steps = np.linalg.solve(np.eye(len(moves)) - moves, np.ones(len(moves)))
    return float(steps[start])
