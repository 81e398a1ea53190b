"""A mix of control series in the place of one crisis, and how rare such a gap is among them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from crisislab.estimate.controls import synthetic_control
from crisislab.estimate.survival import Floats

MIN_SERIES = 2
MIN_BEFORE = 3


@dataclass(frozen=True)
class Mix:
    """A synthetic control of a crisis.

    Attributes:
        weights: Weight of each series in the mix; they sum to 1.
        ratio: Outcome after the response over that of the mix.
        error: Root mean square of the gap before it, in multiples of the mean outcome before.
        rank: Share of ours and the control series whose ratio is as low as ours, each held
            against a mix of the others; with four series it is never under one in five.
        rank_rise: The same upwards.
    """

    weights: Floats
    ratio: float
    error: float
    rank: float
    rank_rise: float


def mix_of_controls(unit: npt.ArrayLike, donors: npt.ArrayLike, after: npt.ArrayLike) -> Mix | None:
    """Return the synthetic control of a crisis, with its placebos in space.

    Every series is divided by its mean before the response, so that brands of any size can be
    mixed; the weights make the mix run like ours before the response
    (:func:`crisislab.estimate.controls.synthetic_control`). Then each control series takes our
    place, without ours among the donors: what is found there is chance. Source: Abadie, Diamond and
    Hainmueller 2010.

    Args:
        unit: Outcome above the ordinary per period.
        donors: Those of the control series in columns, two at least.
        after: Whether the period lies after the response.

    Returns:
        ``None`` with fewer than two series, fewer than three periods on a side, or nothing above
        the ordinary before.
    """
    ours, pool, late = np.asarray(unit, float), np.asarray(donors, float), np.asarray(after, bool)
    if pool.ndim != 2 or pool.shape[1] < MIN_SERIES or min(late.sum(), (~late).sum()) < MIN_BEFORE:
        return None
    whole = np.column_stack([ours, pool])
    level = whole[~late].mean(axis=0)
    if (level <= 0).any():
        return None
    scaled = whole / level
    own = _against(scaled[:, 0], scaled[:, 1:], late)
    if own is None:
        return None
    weights, ratio, error = own
    others = [_against(scaled[:, i], np.delete(scaled, [0, i], axis=1), late)
              for i in range(1, scaled.shape[1])]  # fmt: skip
    placebos = np.array([ratio, *(found[1] for found in others if found is not None)])
    low, high = (float((way * placebos <= way * ratio + 1e-12).mean()) for way in (1, -1))
    return Mix(weights, ratio, error, low, high)


def _against(
    unit: Floats, donors: Floats, late: npt.NDArray[np.bool_]
) -> tuple[Floats, float, float] | None:
    found = synthetic_control(unit, donors, fitted=~late)
    mixed = float((donors @ found.weights)[late].sum())
    seen = float(unit[late].sum())
    if mixed <= 0 or seen <= 0 or not math.isfinite(mixed):
        return None
    return found.weights, seen / mixed, found.error
