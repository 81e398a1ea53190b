"""Shares from a scorer's answers on everything and hand labels on a few (PPI)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import norm, t

from crisislab.estimate.survival import Estimate

Floats = npt.NDArray[np.float64]
MIN_LABELS = 50
_MIN_EACH = 5


def ppi_share(
    labels: Any, scores: Any, unlabelled: Any, *, lam: float | None = None, level: float = 0.95
) -> Estimate:
    """Return a share by prediction-powered inference: labels from a plain random sample.

    ``theta = lam mean(f_u) + mean(y - lam f_l)``. With ``lam = 1`` it is plain PPI; without
    ``lam`` it is power-tuned, ``lam = cov(y, f) / ((1 + n/N) var(f))`` within 0 and 1: a
    worthless scorer then costs nothing. The interval is normal (Wald): poor under 50 labels and
    for shares near 0 or 1, where ``design_share`` uses the labels alone.

    Source: Angelopoulos et al. 2023 (PPI) and 2024 (PPI++); checked against ppi-python 0.2.3.

    Args:
        labels: Hand labels of the sample, 0 or 1.
        scores: The scorer's answers on the sample, same order.
        unlabelled: The scorer's answers on the posts without a label.
        lam: Weight of the scorer; missing: tuned.
        level: Confidence level.

    Raises:
        ValueError: If labels and scores differ in length or a part is empty.

    >>> share = ppi_share([0, 1, 1, 0, 1], [0, 1, 1, 1, 1], [1, 1, 0, 1, 0, 1, 1, 0], lam=1)
    >>> round(share.value, 3), round(share.lower, 6), round(share.upper, 6)
    (0.425, -0.060252, 0.910252)
    """
    y, f, rest = (np.asarray(part, dtype=np.float64) for part in (labels, scores, unlabelled))
    if y.shape != f.shape or not y.size or not rest.size:
        raise ValueError(f"{y.size} labels, {f.size} scores and {rest.size} unlabelled scores")
    weight = _tuned(y, f, rest) if lam is None else lam
    rectifier = y - weight * f
    value = weight * rest.mean() + rectifier.mean()
    se = np.sqrt(weight**2 * rest.var() / rest.size + rectifier.var() / y.size)
    half = float(norm.ppf((1 + level) / 2)) * se
    return Estimate(float(value), float(value - half), float(value + half))


def _tuned(y: Floats, f: Floats, rest: Floats) -> float:
    spread = float(np.var(np.concatenate([f, rest]), ddof=1))
    if not spread:
        return 0.0
    shared = float(((y - y.mean()) * (f - f.mean())).mean())
    return float(np.clip(shared / ((1 + y.size / rest.size) * spread), 0, 1))


@dataclass(frozen=True)
class Design:
    """How the labelled texts were drawn.

    Attributes:
        size: Posts that each labelled text stands for by itself (copies in the domain).
        probability: Inclusion probability of each labelled text, over 0 to 1.
        stratum: Stratum of the draw of each labelled text.
    """

    size: Floats
    probability: Floats
    stratum: npt.NDArray[Any]

    @classmethod
    def of(cls, size: Any, probability: Any, stratum: Any = None) -> Design:
        """Return a design from plain sequences; without strata there is one."""
        m = np.asarray(size, dtype=np.float64)
        p = np.asarray(probability, dtype=np.float64)
        if not bool(((p > 0) & (p <= 1)).all()):
            raise ValueError("inclusion probabilities lie over 0 and up to 1")
        groups = np.zeros(m.size, dtype=np.int64) if stratum is None else np.asarray(stratum)
        return cls(m, p, groups)

    def total(self, values: Floats) -> float:
        """Return the Horvitz-Thompson total of values per post: ``sum m_i v_i / pi_i``."""
        return float((self.size * values / self.probability).sum())

    def variance(self, values: Floats) -> float:
        """Return the variance of ``total`` for a draw of fixed size within each stratum.

        Hajek's approximation ``sum over strata of n/(n-1) sum (1 - pi_i)(z_i/pi_i - B)^2`` with
        ``z = m v`` and ``B`` the ``(1 - pi)``-weighted mean: exact for simple random samples;
        texts taken for certain add nothing. A stratum with one drawn text that is not certain
        borrows the mean of the whole sample. Source: Hajek 1964; Deville 1999.
        """
        loose = 1 - self.probability
        expanded = self.size * values / self.probability
        if not loose.sum():
            return 0.0
        overall = float((loose * expanded).sum() / loose.sum())
        found = 0.0
        for group in np.unique(self.stratum):
            at = (self.stratum == group) & (loose > 0)
            n = int(at.sum())
            if n > 1:
                centre = float((loose[at] * expanded[at]).sum() / loose[at].sum())
                scale = n / (n - 1)
            else:
                centre, scale = overall, 1.0
            found += scale * float((loose[at] * (expanded[at] - centre) ** 2).sum())
        return found


@dataclass(frozen=True)
class DesignShare:
    """A share with its interval, how it was made, and what the labels bought.

    Attributes:
        estimate: Share (or difference of shares) with its interval.
        se: Standard error; ``nan`` where the interval is Wilson's.
        method: ``ppi`` or ``labels_alone``.
        n_labels: Labelled texts it rests on.
    """

    estimate: Estimate
    se: float
    method: str
    n_labels: int


def design_share(
    labels: Any,
    scores: Any,
    design: Design,
    *,
    total_score: float,
    n_posts: float,
    bounds: tuple[float, float] = (0.0, 1.0),
    level: float = 0.95,
) -> DesignShare:
    """Return a mean over posts by score plus rectifier, for a stratified draw with weights.

    ``theta = lam F/N + HT(y - lam f)/N`` with ``F`` the sum of the scores over all posts of the
    domain and HT the Horvitz-Thompson total of the labelled texts; ``lam``, within 0 and 1, is the
    one with the smallest variance under this draw, so differences between strata count neither
    for nor against the scorer. The estimand is the share among the posts of
    this export, so a complete labelling has no error left; nothing about posts that were not
    exported. Scores of labelled texts must be out of fold, in ``scores`` and in ``total_score``
    alike: answers to what a model learnt would make the interval too narrow, and a sum that holds
    them is not the one that the labels correct.

    With fewer than 50 labels, or fewer than 5 on either side, the interval is Wilson's with the
    effective number of labels (``labels_alone``): Wald intervals fail there.

    Source: Angelopoulos et al. 2024; Zrnic & Candes 2024 (cross-fitting); Fisch et al. 2024
    (strata); the difference estimator of Sarndal, Swensson & Wretman 1992.

    Args:
        labels: Value per labelled text: 0 or 1 for a share, -1, 0, 1 for a net share.
        scores: Out-of-fold score per labelled text, in the labels' unit.
        design: How the texts were drawn; ``size`` counts their posts in the domain.
        total_score: Sum of the scores over all posts of the domain.
        n_posts: Posts of the domain.
        bounds: Smallest and largest possible value.
        level: Confidence level.
    """
    y, f = np.asarray(labels, dtype=np.float64), np.asarray(scores, dtype=np.float64)
    present = design.size > 0
    n = int(present.sum())
    if not n or not n_posts:
        return DesignShare(Estimate(np.nan, np.nan, np.nan), np.nan, "labels_alone", n)
    if n < MIN_LABELS or _one_sided(y[present], bounds):
        return _labels_alone(y, design, bounds=bounds, level=level, n=n)
    lam = _design_lam(y, f, design)
    rectifier = y - lam * f
    value = (lam * total_score + design.total(rectifier)) / n_posts
    se = float(np.sqrt(design.variance(rectifier))) / n_posts
    degrees = max(n - np.unique(design.stratum[present]).size, 1)
    half = float(t.ppf((1 + level) / 2, degrees)) * se
    low, high = bounds
    ends = (float(np.clip(end, low, high)) for end in (value, value - half, value + half))
    return DesignShare(Estimate(*ends), se, "ppi", n)


def _one_sided(y: Floats, bounds: tuple[float, float]) -> bool:
    low = int((y == bounds[0]).sum()) if bounds == (0.0, 1.0) else int((y != bounds[1]).sum())
    high = int((y == bounds[1]).sum()) if bounds == (0.0, 1.0) else int((y != bounds[0]).sum())
    return min(low, high) < _MIN_EACH


def _design_lam(y: Floats, f: Floats, design: Design) -> float:
    # Covariance over variance of the two totals in this draw; the first by polarisation.
    spread = design.variance(f)
    shared = (design.variance(y + f) - design.variance(y - f)) / 4
    return float(np.clip(shared / spread, 0, 1)) if spread else 0.0


def _labels_alone(
    y: Floats, design: Design, *, bounds: tuple[float, float], level: float, n: int
) -> DesignShare:
    w = design.size / design.probability
    low, high = bounds
    share = (float(np.average(y, weights=w)) - low) / (high - low)
    effective = float(w.sum() ** 2 / (w**2).sum())
    z = float(norm.ppf((1 + level) / 2))
    scale = 1 + z * z / effective
    middle = (share + z * z / (2 * effective)) / scale
    half = z * np.sqrt(share * (1 - share) / effective + (z / effective) ** 2 / 4) / scale
    ends = (low + (high - low) * end for end in (share, middle - half, middle + half))
    return DesignShare(Estimate(*map(float, ends)), np.nan, "labels_alone", n)
