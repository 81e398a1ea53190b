"""Waiting times in which unanswered people are still waiting (Kaplan-Meier)."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A number with its interval; ``nan`` is "not reached" or "cannot be told"."""

    value: float
    lower: float
    upper: float


@dataclass(frozen=True)
class WaitingCurve:
    """Kaplan-Meier estimate of the share still waiting.

    At each time ``u`` at which ``d`` people are answered out of ``y`` still waiting, the share
    is multiplied by ``1 - d/y``; its variance is Greenwood's, its interval log-log.

    Attributes:
        minutes: Times of replies, ascending.
        waiting: Share still waiting just after each time.
        se: Greenwood's standard error of ``waiting``.
        n_at_risk: People still waiting just before each time.
        n: People in all.
        n_answered: People answered.
        n_replies: People answered at each time.
        longest: Longest wait watched, minutes; beyond it the curve knows nothing.
        in_vain: Waits watched where nobody was answered, ascending; else empty.
    """

    minutes: Floats
    waiting: Floats
    se: Floats
    n_at_risk: npt.NDArray[np.int64]
    n: int
    n_answered: int
    n_replies: npt.NDArray[np.int64]
    longest: float
    in_vain: Floats = field(default_factory=lambda: np.array([], dtype=np.float64), repr=False)

    def band(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Return the pointwise log-log interval of the share still waiting."""
        z = NormalDist().inv_cdf((1 + level) / 2)
        with np.errstate(divide="ignore", invalid="ignore"):
            theta = np.exp(z * self.se / (self.waiting * np.log(self.waiting)))
            lower, upper = self.waiting ** (1 / theta), self.waiting**theta
        certain = (self.waiting >= 1) | (self.waiting <= 0)
        return np.where(certain, np.nan, lower), np.where(certain, np.nan, upper)

    def waiting_at(self, minutes: float, level: float = 0.95) -> Estimate:
        """Return the share still waiting after ``minutes``, with its log-log interval."""
        last = int(np.searchsorted(self.minutes, minutes, side="right")) - 1
        if self.n == 0:
            return Estimate(np.nan, np.nan, np.nan)
        if last < 0:
            return Estimate(1.0, np.nan, np.nan)
        lower, upper = self.band(level)
        return Estimate(float(self.waiting[last]), float(lower[last]), float(upper[last]))

    def answered_by(self, minutes: float, level: float = 0.95) -> Estimate:
        """Return the share answered within ``minutes``: one minus the share still waiting.

        Where nobody was answered yet the log-log interval does not exist; the exact binomial one
        (Clopper & Pearson 1934) of nobody out of those still watched at the first reply stands in;
        where nobody was ever answered, out of those watched for ``minutes``. Where all were, it is
        the interval of all out of those the data would have watched so long.
        """
        left = self.waiting_at(minutes, level)
        if left.value == 0:
            return Estimate(1.0, none_of(self._watched_to_the_end(), level, lower=True), 1.0)
        watched = int((self.in_vain >= minutes).sum())
        if left.value == 1 and (self.n_at_risk.size or watched):
            n = int(self.n_at_risk[0]) if self.n_at_risk.size else watched
            return Estimate(0.0, 0.0, none_of(n, level))
        return Estimate(1 - left.value, 1 - left.upper, 1 - left.lower)

    def _watched_to_the_end(self) -> float:
        """Return how many people were watched to the last reply, had nobody been answered before.

        ``n`` times the Kaplan-Meier share of watches that go on so long: a reply ends no watch.
        """
        left = (self.n_at_risk - self.n_replies)[:-1]
        return float(self.n_at_risk[0] * np.prod(self.n_at_risk[1:] / left))

    def percentile(self, percent: float, level: float = 0.95) -> Estimate:
        """Return the minutes after which ``percent`` of the people have been answered.

        The first time at which the share still waiting is at most ``1 - percent/100``; the
        interval inverts the log-log band (Brookmeyer & Crowley 1982). ``nan``: not reached.
        """
        share = 1 - percent / 100
        lower, upper = self.band(level)
        return Estimate(
            _first_at_most(self.minutes, self.waiting, share),
            _first_at_most(self.minutes, lower, share),
            _first_at_most(self.minutes, upper, share),
        )

    def steps(self) -> pd.DataFrame:
        """Return ``minutes, waiting_share, lower, upper, n_at_risk``, one row per reply time."""
        lower, upper = self.band()
        return pd.DataFrame(
            {
                "minutes": self.minutes,
                "waiting_share": self.waiting,
                "lower": lower,
                "upper": upper,
                "n_at_risk": self.n_at_risk,
            }
        )


def none_of(n: float, level: float = 0.95, *, lower: bool = False) -> float:
    """Return how much a share may be when none of ``n`` showed it; ``nan`` out of none.

    Source: Clopper & Pearson 1934.

    Args:
        n: People looked at; where watches are cut short, in effect.
        level: Of the interval.
        lower: Return how little it may be when all of them did, instead.

    >>> round(none_of(20), 4), round(none_of(20, lower=True), 4)
    (0.1684, 0.8316)
    """
    if n <= 0:
        return float("nan")
    least = float(((1 - level) / 2) ** (1 / n))
    return least if lower else 1 - least


def _first_at_most(minutes: Floats, curve: Floats, share: float) -> float:
    # The tolerance keeps exact ties (a share of exactly 0.5) from being lost to rounding;
    # comparisons with nan are false: an unknown band is a limit not reached.
    below = np.flatnonzero(curve <= share + 1e-12)
    return float(minutes[below[0]]) if below.size else float("nan")


def waiting_curve(minutes: Any, answered: Any) -> WaitingCurve:
    """Return the Kaplan-Meier curve of waiting times.

    ``S(t) = prod over u <= t of (1 - d_u / y_u)``. Source: Kaplan & Meier 1958.

    Args:
        minutes: Minutes waited until the reply, or until the end of the data for the unanswered.
        answered: Whether each one was answered.

    Raises:
        ValueError: If a duration is negative or missing.

    >>> curve = waiting_curve([5, 10, 10, 30], [True, True, False, True])
    >>> curve.waiting.round(3).tolist()
    [0.75, 0.5, 0.0]
    """
    time = np.asarray(minutes, dtype=np.float64)
    event = np.asarray(answered, dtype=bool)
    if time.size and not bool((time >= 0).all()):
        raise ValueError("waiting times must be zero or more; set negative ones aside first")
    times, inverse = np.unique(time, return_inverse=True)
    leaving = np.bincount(inverse, minlength=times.size)
    deaths = np.bincount(inverse, weights=event, minlength=times.size).astype(np.int64)
    at_risk = time.size - np.concatenate([[0], np.cumsum(leaving)[:-1]]).astype(np.int64)
    at = deaths > 0
    d, y = deaths[at], at_risk[: times.size][at]
    waiting = np.cumprod(1 - d / y).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        se = waiting * np.sqrt(np.cumsum(d / (y * (y - d))))
    return WaitingCurve(
        minutes=times[at],
        waiting=waiting,
        se=np.nan_to_num(se),
        n_at_risk=y,
        n=int(time.size),
        n_answered=int(event.sum()),
        n_replies=d,
        longest=float(times[-1]) if times.size else float("nan"),
        in_vain=np.sort(time) if not event.any() else np.array([], dtype=np.float64),
    )
