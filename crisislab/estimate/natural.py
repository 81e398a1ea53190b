"""What past crises did at the same hour after their peak: the control group of a single case."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from crisislab.estimate.survival import Estimate, Floats

AHEAD = 24
# The last hours before a response are left out: teams answer because it surges.
GAP = 3
MIN_PAST = 8
_RIDGE = 0.3
_EXTRA = 0.15
_RESOLVED = 2.0


@dataclass(frozen=True)
class Fade:
    """How a crisis fell: log excess per ordinary post in three stretches.

    Attributes:
        early: First half of the time from the peak to the response.
        late: Second half, without its last hours.
        ahead: The hours after the response.
    """

    early: float
    late: float
    ahead: float


def fade(
    counts: Floats, expected: Floats, *, peak: int, lag: int, ahead: int = AHEAD, gap: int = GAP
) -> Fade | None:
    """Return how a crisis fell up to ``lag`` hours after its peak and in the hours after.

    Excess over the ordinary posts, divided by the ordinary posts of the same hours, so that the
    night does not look like an effect.

    Returns:
        The fade; ``None`` if the curve is too short or its excess is within the noise
        (two standard deviations) by then.
    """
    start, response, end = peak + 1, peak + lag, peak + lag + ahead
    middle, last = start + max((lag - gap) // 2, 1), response - gap
    if end > len(counts) or last - middle < 2:
        return None
    ordinary = np.maximum(expected, 0.05)
    rhythm = ordinary / ordinary.mean()
    early, late, after = (
        _level(counts, ordinary, rhythm, a, z)
        for a, z in ((start, middle), (middle, last), (response, end))
    )
    if min(early[1], late[1]) < _RESOLVED:
        return None
    return Fade(early[0], late[0], after[0])


def _level(
    counts: Floats, ordinary: Floats, rhythm: Floats, start: int, end: int
) -> tuple[float, float]:
    seen = counts[start:end]
    excess = float((seen - ordinary[start:end]).sum())
    noise = math.sqrt(float(seen.sum() + _EXTRA * (seen**2).sum()) + 1)
    weight = float(rhythm[start:end].sum())
    return math.log(max(excess, 0.5 * noise) / weight), excess / noise


@dataclass(frozen=True)
class NaturalDecay:
    """A crisis beside what past crises that fell alike did next.

    Attributes:
        effect: Log ratio of what came to what past crises lead to expect.
        se: Standard error of a new case.
        df: Degrees of freedom.
        n: Past crises that could be compared.
        rank: Share of past crises that fell at least as far beyond their own expectation.
    """

    effect: float
    se: float
    df: int
    n: int
    rank: float

    def p(self) -> float:
        """Return the one-sided p-value of a fall beyond natural decay."""
        return float(student.cdf(self.effect / self.se, self.df))

    def ratio(self, level: float = 0.95) -> Estimate:
        """Return the ratio to natural decay with its prediction interval."""
        half = float(student.ppf((1 + level) / 2, self.df)) * self.se
        low, high = self.effect - half, self.effect + half
        return Estimate(math.exp(self.effect), math.exp(low), math.exp(high))


def natural_decay(own: Fade, past: Sequence[Fade]) -> NaturalDecay | None:
    """Return how far a crisis fell beyond what past crises lead to expect at the same lag.

    ``ahead - late`` of past crises is regressed on ``late - early`` (ridge, Huber weights) and
    foretold for this one, with Student's prediction interval: it holds what crises differ in,
    noise and shape alike. Past crises had their own responses; if those helped, this test is the
    more careful for it.

    Returns:
        ``None`` with fewer than eight comparable past crises.
    """
    if len(past) < MIN_PAST:
        return None
    fell = np.array([one.late - one.early for one in past])
    came = np.array([one.ahead - one.late for one in past])
    centre = float(fell.mean())
    design = np.column_stack([np.ones(len(past)), fell - centre])
    beta, weights = _huber(design, came)
    left = came - design @ beta
    here = np.array([1.0, own.late - own.early - centre])
    effect = own.ahead - own.late - float(here @ beta)
    df = len(past) - 2
    spread = float((left**2).sum()) / df
    bread = np.linalg.inv(design.T @ (weights[:, None] * design) + np.diag([0, _RIDGE]))
    se = math.sqrt(spread * (1 + float(here @ bread @ here)))
    rank = (1 + int((left <= effect).sum())) / (len(past) + 1)
    return NaturalDecay(effect, max(se, 1e-6), df, len(past), rank)


def _huber(design: Floats, y: Floats) -> tuple[Floats, Floats]:
    weights: Floats = np.ones(len(y), dtype=np.float64)
    beta: Floats = np.zeros(2, dtype=np.float64)
    for _ in range(8):
        weighted = design.T @ (weights[:, None] * design) + np.diag([0, _RIDGE])
        beta = np.asarray(np.linalg.solve(weighted, design.T @ (weights * y)), dtype=np.float64)
        left = np.abs(y - design @ beta)
        scale = max(1.4826 * float(np.median(left)), 1e-6)
        weights = np.asarray(np.minimum(1.0, 2 * scale / np.maximum(left, 1e-12)), dtype=np.float64)
    return beta, weights


@dataclass(frozen=True)
class PastCurve:
    """A past crisis as the library keeps it.

    Attributes:
        name: How it is called.
        counts: Posts per hour.
        expected: Ordinary posts of the same hours.
        peak: Position of the peak.
    """

    name: str
    counts: Floats
    expected: Floats
    peak: int

    def fade(self, *, lag: int, ahead: int = AHEAD) -> Fade | None:
        """Return how it fell around the same hour after its peak."""
        return fade(self.counts, self.expected, peak=self.peak, lag=lag, ahead=ahead)
