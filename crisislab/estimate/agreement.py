"""How far coders agree: Krippendorff's alpha, raw agreement and how common each value is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from crisislab.estimate.survival import Estimate

Floats = npt.NDArray[np.float64]
Level = Literal["nominal", "ordinal", "interval", "ratio"]
GOOD, TENTATIVE = 0.8, 0.667


@dataclass(frozen=True)
class Agreement:
    """Agreement of coders on the units that at least two of them coded.

    Attributes:
        alpha: Krippendorff's alpha with a bootstrap interval; ``nan`` when nothing varies.
        raw: Share of pairs of codes that are equal.
        prevalence: Share of each value among the paired codes.
        n_units: Units with at least two codes.
        n_coders: Coders with at least one code in them.
    """

    alpha: Estimate
    raw: float
    prevalence: dict[str, float]
    n_units: int
    n_coders: int

    @property
    def reading(self) -> str:
        """``good`` (at least .80), ``tentative`` (.667), ``poor`` or ``unknown``."""
        if np.isnan(self.alpha.value):
            return "unknown"
        if self.alpha.value >= GOOD:
            return "good"
        return "tentative" if self.alpha.value >= TENTATIVE else "poor"


def agreement(
    codes: pd.DataFrame,
    *,
    level: Level = "nominal",
    order: tuple[object, ...] = (),
    seed: int,
    n_bootstrap: int = 1000,
) -> Agreement:
    """Return the agreement of coders; a missing code is missing, not a disagreement.

    ``alpha = 1 - D_observed / D_expected``, from the coincidences of all pairs of codes within a
    unit; 1 is full agreement, 0 what chance gives. Read it with raw agreement and prevalence: when
    nearly all posts have one value, alpha is low though coders nearly always agree. The interval
    resamples units (percentiles). Source: Krippendorff 2011; Hayes & Krippendorff 2007.

    Args:
        codes: A row per unit, a column per coder, missing where not coded.
        level: How far two values are apart; ``interval`` and ``ratio`` need numbers.
        order: Values in order, for ``ordinal``; sorted by default.
        seed: Seed of the bootstrap.
        n_bootstrap: Resamples.

    >>> both = pd.DataFrame({"ana": [1, 1, 2, 2, None], "leo": [1, 1, 2, 1, 2]})
    >>> found = agreement(both, seed=1)
    >>> round(found.alpha.value, 3), found.raw, found.n_units
    (0.533, 0.75, 4)
    """
    values = list(order) or sorted({v for v in codes.to_numpy().flat if pd.notna(v)}, key=_natural)
    units = _coincidences(codes, values)
    if not len(units):
        nothing = Estimate(np.nan, np.nan, np.nan)
        return Agreement(nothing, np.nan, {}, 0, 0)
    distances = _numbers(values, level)
    whole = units.sum(axis=0)
    alpha = _alpha(whole, level, distances)
    low, high = _bootstrap(units, level, distances, seed=seed, n=n_bootstrap)
    paired = codes[codes.notna().sum(axis=1) >= 2]
    return Agreement(
        alpha=Estimate(alpha, low, high),
        raw=float(np.trace(whole) / whole.sum()),
        prevalence={
            str(v): float(s) for v, s in zip(values, whole.sum(axis=0) / whole.sum(), strict=True)
        },
        n_units=len(units),
        n_coders=int(paired.notna().any().sum()),
    )


def _natural(value: object) -> tuple[bool, float, str]:
    number = float(value) if isinstance(value, int | float) else 0.0
    return not isinstance(value, int | float), number, str(value)


def _coincidences(codes: pd.DataFrame, values: list[Any]) -> Floats:
    """Return one matrix per unit: pairs of values given by different coders, over m - 1."""
    counts = np.column_stack([codes.eq(value).fillna(False).sum(axis=1) for value in values])
    held = counts.sum(axis=1)
    counts, held = counts[held >= 2].astype(np.float64), held[held >= 2]
    pairs = counts[:, :, None] * counts[:, None, :]
    diagonal = np.arange(len(values))
    pairs[:, diagonal, diagonal] -= counts
    found: Floats = pairs / (held - 1)[:, None, None]
    return found


def _numbers(values: list[Any], level: Level) -> Floats:
    wanted = values if level in ("interval", "ratio") else range(len(values))
    return np.asarray(list(wanted), dtype=np.float64)


def _alpha(coincidences: Floats, level: Level, numbers: Floats) -> float:
    n = coincidences.sum(axis=0)
    total = float(n.sum())
    apart = _squared_distances(n, level, numbers)
    expected = np.outer(n, n)
    np.fill_diagonal(expected, n * (n - 1))
    chance = float((expected * apart).sum()) / (total - 1) if total > 1 else 0.0
    if not chance:
        return float("nan")
    return 1 - float((coincidences * apart).sum()) / chance


def _squared_distances(n: Floats, level: Level, numbers: Floats) -> Floats:
    if level == "nominal":
        return 1 - np.eye(n.size)
    if level == "ordinal":
        before = np.cumsum(n)
        between = np.abs(before[:, None] - before[None, :] - (n[:, None] - n[None, :]) / 2)
        return np.asarray(between**2, dtype=np.float64)
    gap = numbers[:, None] - numbers[None, :]
    if level == "interval":
        return np.asarray(gap**2, dtype=np.float64)
    size = numbers[:, None] + numbers[None, :]
    return np.asarray(np.divide(gap, size, out=np.zeros_like(gap), where=size != 0) ** 2)


def _bootstrap(
    units: Floats, level: Level, numbers: Floats, *, seed: int, n: int
) -> tuple[float, float]:
    dice = np.random.default_rng(seed)
    drawn = dice.multinomial(len(units), np.full(len(units), 1 / len(units)), size=n)
    resampled = np.tensordot(drawn.astype(np.float64), units, axes=1)
    alphas = np.array([_alpha(matrix, level, numbers) for matrix in resampled])
    # A resample in which nothing varies has no alpha: it is left out, as in Hayes & Krippendorff.
    known = alphas[~np.isnan(alphas)]
    if known.size < n / 2:
        return float("nan"), float("nan")
    low, high = np.percentile(known, [2.5, 97.5])
    return float(low), float(high)
