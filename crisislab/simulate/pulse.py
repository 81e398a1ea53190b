"""Crises as curves with known truth: hourly counts, peak, half-life, and a response that did this.

Small and quick, for error rates and coverage over hundreds of crises; whole case folders are
made by ``simulate_case``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
QUIET_DAYS = 7
WATCHED = 24 * 7
_RHYTHM = np.array([
    .35, .2, .12, .08, .08, .15, .4, .8, 1.1, 1.2, 1.25, 1.3,
    1.35, 1.4, 1.4, 1.2, 1.15, 1.2, 1.3, 1.45, 1.6, 1.75, 1.5, .85,
])  # fmt: skip


@dataclass(frozen=True)
class Shape:
    """What a simulated crisis is like; missing values are drawn.

    Attributes:
        effect: Factor on the crisis posts from the response on: 1 none, 0.6 a cut by 40 %.
        lag: Hours from the peak, as the team sees it, to the response.
        answers_surges: Whether the team answers at the largest surge of the next six hours.
        second_wave: Chance of a second, smaller wave after the response.
        with_control: Whether another series has the same crisis and no response.
        decay: Form of the decay.
        extra: Extra variance of hourly counts (negative binomial).
        wander: Standard deviation of a slow drift of the log crisis volume.
    """

    effect: float = 1.0
    lag: int = 12
    answers_surges: bool = False
    second_wave: float = 0.0
    with_control: bool = False
    decay: Literal["exponential", "power law"] | None = None
    extra: float = 0.15
    wander: float = 0.1


@dataclass(frozen=True)
class Pulse:
    """A simulated crisis and its truth; positions are hours from the start.

    Attributes:
        counts: Posts per hour.
        ordinary: Ordinary posts per hour, the truth.
        crisis: Crisis posts per hour to be expected without response, the truth.
        onset: First hour of the crisis.
        peak: Hour in which the crisis was expected to be highest.
        response: Hour of the response.
        quiet: Hours of the quiet period at the start.
        effect: Factor from the response on.
        control: The other series, or nothing.
        control_ordinary: Its ordinary posts.
        hour_of_day: Local hour of each position.
    """

    counts: Floats = field(repr=False)
    ordinary: Floats = field(repr=False)
    crisis: Floats = field(repr=False)
    onset: int
    peak: int
    response: int
    quiet: int
    effect: float
    control: Floats | None = field(repr=False)
    control_ordinary: Floats | None = field(repr=False)
    hour_of_day: npt.NDArray[np.int64] = field(repr=False)

    def expected(self) -> Floats:
        """Return what the quiet period leads to expect: the mean of the same hour of the day."""
        return self._mean_hour(self.counts)

    def expected_control(self) -> Floats | None:
        """Return the same for the other series."""
        return None if self.control is None else self._mean_hour(self.control)

    def _mean_hour(self, counts: Floats) -> Floats:
        calm, hours = counts[: self.quiet], self.hour_of_day[: self.quiet]
        means = np.array([calm[hours == h].mean() for h in range(24)])
        return np.asarray(np.maximum(means, 0.2)[self.hour_of_day], dtype=np.float64)


def simulate_pulse(rng: np.random.Generator, shape: Shape | None = None) -> Pulse:
    """Return one crisis with its truth.

    A week of ordinary posts with a daily rhythm; a straight rise of 3 to 9 hours; exponential or
    power-law decay (bends and rates drawn); a slow drift; negative-binomial counts. The team
    answers ``lag`` hours after the peak, or at the surge that follows.

    Args:
        rng: Source of every draw.
        shape: What the crisis is like.
    """
    shape = shape or Shape()
    quiet = 24 * QUIET_DAYS
    rise = int(rng.integers(3, 10))
    peak = quiet + rise
    n = quiet + rise + WATCHED
    hours = (int(rng.integers(24)) + np.arange(n)) % 24
    rhythm = 0.5 + 0.5 * _RHYTHM[hours] / _RHYTHM.mean()
    level = float(np.exp(rng.normal(np.log(8), 0.6)))
    height = level * float(np.exp(rng.normal(np.log(25), 0.5)))
    ordinary, course = level * rhythm, _course(rng, shape, n, quiet, rise)
    drift = np.exp(_drift(rng, n, shape.wander))
    crisis = height * rhythm * course * drift
    before = _counts(rng, ordinary + crisis, shape.extra)
    seen = quiet + int(np.argmax(np.convolve(before, np.ones(3) / 3, "same")[quiet:]))
    response = _response(before, ordinary + crisis, seen + shape.lag, shape.answers_surges)
    factor = np.where(np.arange(n) >= response, shape.effect, 1.0)
    counts = np.where(
        np.arange(n) < response, before, _counts(rng, ordinary + crisis * factor, shape.extra)
    )
    control, control_ordinary = None, None
    if shape.with_control:
        share = float(np.exp(rng.normal(np.log(0.6), 0.5)))
        control_ordinary = share * ordinary
        # Nearly parallel: its decay is a little quicker or slower, its drift its own.
        bent = course ** float(np.exp(rng.normal(0, 0.05)))
        own = np.exp(_drift(rng, n, shape.wander))
        theirs = control_ordinary + share * height * rhythm * bent * drift**0.5 * own
        control = _counts(rng, theirs, shape.extra)
    return Pulse(
        counts, ordinary, crisis, quiet, peak, response, quiet, shape.effect, control,
        control_ordinary, hours,
    )  # fmt: skip


def _course(rng: np.random.Generator, shape: Shape, n: int, quiet: int, rise: int) -> Floats:
    """Return the crisis as a share of its height."""
    since = np.arange(n) - quiet - rise
    form = shape.decay or ("exponential", "power law", "power law")[int(rng.integers(3))]
    length, bend = np.exp(rng.normal(np.log(18), 0.4)), np.exp(rng.normal(np.log(6), 0.4))
    power = float(rng.choice([0.6, 1.0, 1.4]))
    late = np.maximum(since, 0)
    fall = np.exp(-late / length) if form == "exponential" else (1 + late / bend) ** -power
    course = np.where(since < 0, np.clip((since + rise) / rise, 0, 1), fall)
    if rng.random() < shape.second_wave:
        again = int(rng.integers(shape.lag + 6, shape.lag + 30))
        wave = np.where(since >= again, 0.3 * np.exp(-(since - again) / 10.0), 0.0)
        course = course + wave
    return np.asarray(course, dtype=np.float64)


def _drift(rng: np.random.Generator, n: int, wander: float) -> Floats:
    steps = rng.normal(0, wander, n)
    drift = np.zeros(n)
    for i in range(1, n):
        drift[i] = 0.7 * drift[i - 1] + steps[i]
    return drift


def _counts(rng: np.random.Generator, mean: Floats, extra: float) -> Floats:
    size = 1 / extra
    drawn = rng.negative_binomial(size, size / (size + np.maximum(mean, 1e-9)))
    return np.asarray(drawn, dtype=np.float64)


def _response(counts: Floats, mean: Floats, planned: int, answers_surges: bool) -> int:
    if not answers_surges:
        return planned
    surge = counts[planned - 1 : planned + 5] / mean[planned - 1 : planned + 5]
    return planned + int(np.argmax(surge))
