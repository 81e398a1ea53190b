"""Tests for what a collector does to a series, each with a known rate of false alarms.

Counts of posts are far more scattered than chance alone (hourly variance over mean of 10 to 9,000
in the public NAB series), so a Poisson test would call every real burst an artefact. These tests
hold whatever the scatter: by signs and ranks, by a bound on ties, by the record spacings of a
heavy tail, by permutation of days.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import chdtr

Numbers = np.ndarray[Any, Any]
STEEPEST = 3.0
_DRAWS = 1999
_SIDE = 3
_TAIL = 50
# ``longest`` comes to the same by as many of the largest gaps as by all of them.
LOOKED_AT = 3 * _TAIL


def jump(before: Numbers, after: Numbers, *, factor: float = STEEPEST, least: int = 10) -> float:
    """Return the p-value that counts fall more than ``factor``-fold across a boundary.

    Wilcoxon's signed-rank test, exact, on ``log((before + 1/2) / (after + 1/2)) - log(factor)``,
    one pair for each day with ``before + after >= least``. If volume really falls ``factor``-fold
    there each day, the p-value is below ``a`` at most in a share ``a`` of series, whatever the
    scatter; if it falls less, more seldom. In the ten NAB series of X the mean falls at most
    2.95-fold from one hour of day to the next.

    Source: Wilcoxon 1945.

    >>> round(jump(np.array([40.0] * 7), np.array([1.0] * 7)), 5)
    0.00781
    """
    used = before + after >= least
    gaps = np.log((before[used] + 0.5) / (after[used] + 0.5)) - math.log(factor)
    return signed_ranks(gaps[gaps != 0])


def signed_ranks(gaps: Numbers) -> float:
    """Return the exact one-sided p-value that ``gaps`` lie above 0; ties share their rank.

    >>> signed_ranks(np.array([1.0, 2.0, 3.0])), signed_ranks(np.array([]))
    (0.125, 1.0)
    """
    if not len(gaps):
        return 1.0
    size = np.abs(gaps)
    # Twice the mean rank is a whole number, so the sums can be counted one by one.
    ranks = np.array([(size < s).sum() * 2 + (size == s).sum() + 1 for s in size], dtype=int)
    ways = np.zeros(int(ranks.sum()) + 1)
    ways[0] = 1.0
    for rank in ranks:
        moved = np.zeros_like(ways)
        moved[rank:] = ways[:-rank]
        ways = (ways + moved) / 2
    return float(ways[int(ranks[gaps > 0].sum()) :].sum())


def evenness(counts: Numbers, *, window: int = 7, least: float = 5.0) -> float:
    """Return the p-value that some ``window`` days are more alike than chance allows.

    Pearson's dispersion ``sum((x - m)^2) / m`` against the lower tail of chi-squared with
    ``window - 1`` degrees of freedom, for every run of days, times the number of runs. Real series
    scatter more than chance, so the true rate of false alarms is below the p-value.

    Source: Fisher 1925, index of dispersion.

    >>> evenness(np.array([20] * 7)) < 1e-6, evenness(np.array([20, 11, 28, 23, 14, 25, 17])) < 0.05
    (True, False)
    """
    runs = [counts[i : i + window] for i in range(len(counts) - window + 1)]
    used = [run for run in runs if run.mean() >= least]
    spread = [((run - run.mean()) ** 2).sum() / run.mean() for run in used]
    tails = chdtr(window - 1, spread)
    return min(1.0, float(tails.min()) * len(used)) if used else 1.0


def tied_maximum(counts: Numbers, *, least: int = 20) -> tuple[int, int, float]:
    """Return the largest count, how often it is reached exactly, and the p-value of that.

    Two counts of mean ``m`` are equal with a chance of at most ``q = 1 / (2 sqrt(pi m))``
    (Poisson; scattered counts less often), so ``k`` of ``n`` periods share one value with a chance
    of at most ``C(n, k) q^(k - 1)``. A ceiling makes such ties; chance hardly ever does.

    >>> tied_maximum(np.array([1000, 400, 1000, 1000, 1000, 70, 12, 500]))[:2]
    (1000, 4)
    """
    if not len(counts) or counts.max() < least:
        return 0, 0, 1.0
    largest, n = int(counts.max()), int((counts > 0).sum())
    k = int((counts == largest).sum())
    each = -math.log(2 * math.sqrt(math.pi * largest))
    ways = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return largest, k, math.exp(min(0.0, ways + (k - 1) * each)) if k > 1 else 1.0


def longest(gaps: Numbers, *, at_most: int = 5, tail: int = _TAIL) -> tuple[int, float]:
    """Return how many of the longest gaps are out of line with the next ones, and the p-value.

    For the ordered gaps ``x1 >= x2 >= ...`` of a tail that falls as a power, the scaled
    log-spacings ``e_i = i log(x_i / x_(i+1))`` are independent and exponential with one mean, so
    ``P(e_j / (e_j + ... + e_k) > g) = (1 - g)^(k - j)`` exactly (Fisher's test); lighter tails
    make smaller first spacings, so false alarms are rarer still. The smallest p-value over
    ``j <= at_most`` is multiplied by ``at_most``.

    Source: Renyi 1953 (spacings); Fisher 1929 (largest share).

    >>> gaps = np.concatenate([[900.0], 4 / np.arange(1, 90) ** 0.5])
    >>> longest(gaps)[0], longest(gaps)[1] < 0.01, longest(gaps[1:])[1] < 0.01
    (1, True, False)
    """
    ordered = np.sort(gaps[gaps > 0])[::-1]
    k = min(tail, len(ordered) // 3)
    if k < 4 * at_most:
        return 0, 1.0
    spacings = np.arange(1, k + 1) * np.log(ordered[:k] / ordered[1 : k + 1])
    tails = []
    for j in range(1, at_most + 1):
        rest = float(spacings[j - 1 :].sum())
        share = float(spacings[j - 1]) / rest if rest > 0 else 0.0
        tails.append((1 - share) ** (k - j))
    best = int(np.argmin(tails))
    return best + 1, min(1.0, at_most * tails[best])


@dataclass(frozen=True)
class Step:
    """A step in a daily share.

    Attributes:
        at: First day after the step, as a position.
        before: Share before it, over all posts.
        after: Share from it on.
        p: P-value of the largest step being chance.
    """

    at: int
    before: float
    after: float
    p: float


def step(hits: Numbers, totals: Numbers) -> Step | None:
    """Return the largest step in a daily share, and how often shuffled days make one as large.

    ``max over s of |mean(y[:s]) - mean(y[s:])| sqrt(s (n - s) / n)`` on the daily shares ``y``,
    against 1,999 permutations of the days with a fixed seed: exact when days are exchangeable.
    ``None`` for fewer than 7 days. Source: Page 1955 (the scan); Dwass 1957 (drawn permutations).

    >>> found = step(np.array([9.0] * 8 + [1.0] * 8), np.full(16, 10.0))
    >>> found.at, found.before, found.after, found.p < 0.01
    (8, 0.9, 0.1, True)
    """
    n = len(totals)
    if n < 2 * _SIDE + 1:
        return None
    shares = hits / totals
    sizes = _steps(shares[None, :])[0]
    at = int(np.argmax(sizes)) + _SIDE
    draws = np.random.default_rng(0).permuted(np.tile(shares, (_DRAWS, 1)), axis=1)
    # A step as large but for the last digits of a float is as large.
    larger = int((_steps(draws).max(axis=1) >= sizes.max() - 1e-12).sum())
    before = float(hits[:at].sum() / totals[:at].sum())
    after = float(hits[at:].sum() / totals[at:].sum())
    return Step(at, before, after, (1 + larger) / (1 + _DRAWS))


def _steps(shares: Numbers) -> Numbers:
    n = shares.shape[1]
    left = np.arange(_SIDE, n - _SIDE + 1)
    sums = np.cumsum(shares, axis=1)
    before = sums[:, left - 1] / left
    after = (sums[:, -1:] - sums[:, left - 1]) / (n - left)
    steps: Numbers = np.abs(before - after) * np.sqrt(left * (n - left) / n)
    return steps
