"""Whether intervals cover what they claim, on waits whose truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.integrate import quad
from scipy.stats import norm

from crisislab.estimate.bootstrap import cluster_bootstrap
from crisislab.estimate.competing import exit_curves
from crisislab.estimate.restricted import restricted_mean
from crisislab.estimate.survival import Estimate, waiting_curve
from crisislab.simulate.waits import MEDIAN_MINUTES, NEVER_SHARE, SPREAD

_MOVED_SHARE = 0.2
_LIMIT = 240.0


def answered_share(minutes: float) -> float:
    """Return the true share answered within some minutes."""
    if minutes <= 0:
        return 0.0
    return float((1 - NEVER_SHARE) * norm.cdf(np.log(minutes / MEDIAN_MINUTES) / SPREAD))


def true_percentile(percent: float) -> float:
    """Return the true minutes after which ``percent`` of the people have been answered."""
    z = float(norm.ppf(percent / 100 / (1 - NEVER_SHARE)))
    return float(MEDIAN_MINUTES * np.exp(SPREAD * z))


def truths() -> dict[str, float]:
    """Return what each interval should cover."""
    mean = quad(lambda t: 1 - answered_share(t), 0, _LIMIT)[0]
    return {
        "percentile=50": true_percentile(50),
        "percentile=25": true_percentile(25),
        "within=240": answered_share(_LIMIT),
        "mean_wait": float(mean),
        "way=moved": _MOVED_SHARE * answered_share(_LIMIT),
    }


def coverage(
    *, runs: int, n: int = 300, seed: int, by_author: int = 1, n_draws: int = 0
) -> pd.DataFrame:
    """Return how often the 95 % intervals hold the truth.

    Args:
        runs: Simulated crises.
        n: Conversations in each.
        seed: Seed.
        by_author: Conversations of each author, all with the same luck.
        n_draws: Draws of the bootstrap by author; 0 leaves it out.

    Returns:
        ``interval``, ``covered_share``, ``runs``.
    """
    rng = np.random.default_rng(seed)
    known = truths()
    hits: dict[str, list[bool]] = {}
    for run in range(runs):
        for name, interval in _intervals(rng, n, by_author, n_draws, seed=seed + run).items():
            truth = known[name.removeprefix("bootstrap ")]
            # An open end holds everything beyond it.
            low, high = np.nan_to_num([interval.lower, interval.upper], nan=np.inf)
            hits.setdefault(name, []).append(bool(low <= truth <= high))
    rows = [(name, float(np.mean(found)), runs) for name, found in hits.items()]
    return pd.DataFrame(rows, columns=["interval", "covered_share", "runs"])


def _intervals(
    rng: np.random.Generator, n: int, by_author: int, n_draws: int, *, seed: int
) -> dict[str, Estimate]:
    author = np.arange(n) // by_author
    luck = rng.standard_normal(n)[author] if by_author > 1 else rng.standard_normal(n)
    wait = MEDIAN_MINUTES * np.exp(SPREAD * luck)
    never = rng.random(n)[author] if by_author > 1 else rng.random(n)
    wait[never < NEVER_SHARE] = np.inf
    watched = rng.uniform(_LIMIT, 2880, n)
    minutes, answered = np.minimum(wait, watched), wait <= watched
    if n_draws:
        found = cluster_bootstrap(
            minutes, answered, author, percents=[50], within=[_LIMIT], seed=seed, n_draws=n_draws
        )
        return {f"bootstrap {name}": estimate for name, estimate in found.items()}
    curve = waiting_curve(minutes, answered)
    way = np.where(answered, np.where(rng.random(n) < _MOVED_SHARE, "moved", "answered"), "-")
    left = curve.waiting_at(_LIMIT)
    return {
        "percentile=50": curve.percentile(50),
        "percentile=25": curve.percentile(25),
        "within=240": Estimate(1 - left.value, 1 - left.upper, 1 - left.lower),
        "mean_wait": restricted_mean(curve, _LIMIT).interval(),
        "way=moved": exit_curves(minutes, way, ways=("answered", "moved")).at(_LIMIT, "moved"),
    }
