"""What a crisis would have gone on to do: decay after the peak, with a step at the response.

A crisis fades by itself. A before/after comparison therefore finds a fall whatever was done; the
question is whether posts fell *faster than the decay led to expect*.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import t as student

from crisislab.estimate.survival import Estimate, Floats

Form = Literal["exponential", "power law"]
FORMS: tuple[Form, ...] = ("exponential", "power law")
# Hours after which a power-law decay bends; chosen by the data among these.
BENDS = (1.5, 3.0, 6.0, 12.0, 24.0)
MIN_BINS = 8
_LAGS = 4
_ROUNDS = 40
_Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Step:
    """A step in a decaying curve.

    Attributes:
        form: Form of the decay.
        bend: Bend of a power law, hours; ``nan`` for exponential decay.
        effect: Log ratio of the crisis posts after the response to those expected.
        se: Its standard error: the larger of quasi-likelihood with an allowance for neighbouring
            hours and Newey-West (4 lags), widened by what other bends say.
        df: Degrees of freedom.
        fit: -2 log quasi-likelihood, to weigh forms against each other.
        extra: Negative-binomial extra variance (0: Poisson).
        coefficients: Log level at the peak, rate of decay, step.
        ordinary: Mean of the ordinary posts of the hours fitted.
    """

    form: Form
    bend: float
    effect: float
    se: float
    df: int
    fit: float
    extra: float
    coefficients: tuple[float, float, float]
    ordinary: float = 1.0

    def p(self, direction: Literal["fall", "rise"] = "fall") -> float:
        """Return the one-sided p-value of a fall (or rise) beyond the decay."""
        z = self.effect / self.se if self.se else 0.0
        return float(student.cdf(z if direction == "fall" else -z, self.df))

    def ratio(self, level: float = 0.95) -> Estimate:
        """Return the ratio after/expected with its t interval; 0.6 is a cut by 40 %."""
        half = float(student.ppf((1 + level) / 2, self.df)) * self.se
        return Estimate(
            *(math.exp(_bounded(v)) for v in (0, -half, half) for v in [self.effect + v])
        )


def _bounded(value: float) -> float:
    return min(max(value, -50.0), 50.0)


def decay_step(
    counts: Floats, expected: Floats, *, hours: Floats, after: _Flags, form: Form
) -> Step | None:
    """Return the step in posts at the response, beyond a decay of the given form.

    ``E[posts] = e + (e / mean e) * exp(a + g * f(hours) + d * after)`` with the ordinary posts
    ``e`` (their daily rhythm shapes the crisis too), ``f = -hours`` (exponential) or
    ``-log(1 + hours / bend)`` (power law, bend chosen by fit), and variance
    ``phi * (mu + alpha * mu^2)``: negative binomial with moments, quasi on top. The estimate is
    ``d``: what changed is the crisis, not the ordinary trickle.

    Args:
        counts: Posts per hour from after the peak to the end of the window after the response.
        expected: Ordinary posts per hour (quiet period).
        hours: Hours since the peak.
        after: Whether the hour lies after the response.
        form: Form of the decay.

    Returns:
        The step, or ``None`` where there are too few hours on either side.
    """
    counts, hours = np.asarray(counts, float), np.asarray(hours, float)
    if min(int(after.sum()), int((~after).sum())) < MIN_BINS:
        return None
    ordinary = np.maximum(np.asarray(expected, float), 0.05)
    bends = BENDS if form == "power law" else (math.nan,)
    fits = [_fitted(counts, ordinary, hours, after, form, bend) for bend in bends]
    known = [fit for fit in fits if fit is not None]
    if not known:
        return None
    best, (effect, se) = min(known, key=lambda one: one.fit), _averaged(known)
    # Where the bend lies is not known either: the step is the average over bends.
    return replace(best, effect=effect, se=se)


def _averaged(steps: Sequence[Step]) -> tuple[float, float]:
    fits = np.array([step.fit for step in steps])
    weights = np.exp(-(fits - fits.min()) / 2)
    weights /= weights.sum()
    effects = np.array([step.effect for step in steps])
    errors = np.array([step.se for step in steps])
    mean = float(weights @ effects)
    return mean, math.sqrt(float(weights @ (errors**2 + (effects - mean) ** 2)))


def _fitted(
    counts: Floats, ordinary: Floats, hours: Floats, after: _Flags, form: Form, bend: float
) -> Step | None:
    shape = -hours / 10 if math.isnan(bend) else -np.log1p(hours / bend)
    design = np.column_stack([np.ones_like(hours), shape, after.astype(float)])
    rhythm = ordinary / ordinary.mean()
    fitted = _scoring(counts, ordinary, rhythm, design)
    if fitted is None:
        return None
    beta, extra = fitted
    df = len(counts) - design.shape[1]
    mean, slope, variance = _moments(ordinary, rhythm, design, beta, extra)
    phi = max(1.0, float(((counts - mean) ** 2 / variance).sum()) / df)
    try:
        bread = np.linalg.inv(design.T @ ((slope**2 / variance)[:, None] * design))
    except np.linalg.LinAlgError:
        return None
    scores = (slope * (counts - mean) / variance)[:, None] * design
    own = phi * bread[2, 2] * _stickiness((counts - mean) / np.sqrt(variance))
    robust = (bread @ _newey_west(scores) @ bread)[2, 2] * len(counts) / df
    se = math.sqrt(max(own, robust, 1e-12))
    fit = float(((counts - mean) ** 2 / variance).sum() + np.log(variance).sum())
    level, rate, step = (float(value) for value in beta)
    return Step(form, bend, step, se, df, fit, extra, (level, rate, step), float(ordinary.mean()))


def _scoring(
    counts: Floats, ordinary: Floats, rhythm: Floats, design: Floats
) -> tuple[Floats, float] | None:
    # Fisher scoring of a log-linear excess on top of a known mean; alpha by moments on the way.
    excess = np.maximum(counts - ordinary, 0.25 * np.maximum(counts, 1))
    start = np.linalg.lstsq(design, np.log(excess / rhythm), rcond=None)[0]
    beta: Floats = np.asarray(start, dtype=np.float64)
    extra, free = 0.1, len(counts) / (len(counts) - design.shape[1])
    for _ in range(_ROUNDS):
        mean, slope, variance = _moments(ordinary, rhythm, design, beta, extra)
        try:
            move = np.linalg.solve(
                design.T @ ((slope**2 / variance)[:, None] * design) + 1e-8 * np.eye(3),
                design.T @ (slope * (counts - mean) / variance),
            )
        except np.linalg.LinAlgError:
            return None
        beta = np.asarray(beta + np.clip(move, -1.5, 1.5), dtype=np.float64)
        surplus = float(((counts - mean) ** 2 - mean).sum() / (mean**2).sum()) * free
        extra = min(max(surplus, 1e-4), 3.0)
        if float(np.abs(move).max()) < 1e-5:
            break
    return beta, extra


def _moments(
    ordinary: Floats, rhythm: Floats, design: Floats, beta: Floats, extra: float
) -> tuple[Floats, Floats, Floats]:
    slope = rhythm * np.exp(np.clip(design @ beta, -15, 20))
    mean = ordinary + slope
    return mean, slope, mean + extra * mean**2


def _stickiness(left: Floats) -> float:
    # Neighbouring hours say less than as many separate ones: (1 + r) / (1 - r), and as r is
    # measured on few hours, its standard error is added.
    r = float(left[1:] @ left[:-1]) / float(left @ left) + 1 / math.sqrt(len(left))
    r = min(max(r, 0.0), 0.6)
    return (1 + r) / (1 - r)


def _newey_west(scores: Floats, lags: int = _LAGS) -> Floats:
    whole = scores.T @ scores
    for lag in range(1, min(lags, len(scores) - 1) + 1):
        cross = scores[lag:].T @ scores[:-lag]
        whole = whole + (1 - lag / (lags + 1)) * (cross + cross.T)
    return np.asarray(whole, dtype=np.float64)


def combined(steps: Sequence[Step], *, level: float = 0.95) -> Estimate:
    """Return the effect averaged over forms, its interval widened by their disagreement.

    Weights ``exp(-fit/2)``; variance ``sum w (se^2 + (effect - mean)^2)`` (Buckland, Burnham and
    Augustin 1997); Student's t.

    Returns:
        The ratio after/expected.

    Raises:
        ValueError: If there is no step.
    """
    if not steps:
        raise ValueError("no step to combine")
    mean, se = _averaged(steps)
    half = float(student.ppf((1 + level) / 2, steps[0].df)) * se
    return Estimate(*(math.exp(_bounded(mean + way)) for way in (0.0, -half, half)))


def expected_course(step: Step, expected: Floats, *, hours: Floats) -> Floats:
    """Return the posts per hour that the decay leads to expect without the step."""
    ordinary = np.maximum(np.asarray(expected, float), 0.05)
    shape = -hours / 10 if math.isnan(step.bend) else -np.log1p(hours / step.bend)
    level, rate, _ = step.coefficients
    slope = ordinary / step.ordinary * np.exp(np.clip(level + rate * shape, -15, 20))
    return np.asarray(ordinary + slope, dtype=np.float64)
