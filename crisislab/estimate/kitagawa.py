"""Why a share changed: who is talking (mix) against how they talk (rates)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

_SIDES = ("before", "after")


@dataclass(frozen=True)
class Split:
    """A change of a share, split; ``total = rate + mix`` exactly.

    Attributes:
        total: Share after minus share before.
        rate: Part from changed shares within groups: how they talk.
        mix: Part from the changed weight of the groups: who is talking.
        groups: One row per group: ``group, n_before, n_after, share_before, share_after, rate,
            mix``.
    """

    total: float
    rate: float
    mix: float
    groups: pd.DataFrame

    @property
    def opposed(self) -> bool:
        """Whether the parts have different signs (Simpson's paradox lurks)."""
        return self.rate * self.mix < 0


def kitagawa(before: Any, after: Any) -> Split:
    """Return the two-part split of a change between two groups of counts.

    With weights ``w`` and shares ``r`` per group: ``rate = sum mean(w) (r1 - r0)`` and
    ``mix = sum mean(r) (w1 - w0)``. A group that stands on one side only has no share on the
    other: it takes the same share there, so that its whole part is mix. The split describes; it
    names no cause. Source: Kitagawa 1955, JASA 50; checked on UCB admissions (Bickel 1975).

    Args:
        before: Table ``group, n, total``: posts and the sum of the value in each group.
        after: The same for the later period.

    Raises:
        ValueError: If a side has no posts.

    >>> calm = pd.DataFrame({"group": ["x", "web"], "n": [50, 50], "total": [20, 10]})
    >>> storm = pd.DataFrame({"group": ["x", "web"], "n": [80, 20], "total": [48, 4]})
    >>> split = kitagawa(calm, storm)
    >>> round(split.total, 3), round(split.rate, 3), round(split.mix, 3)
    (0.22, 0.13, 0.09)
    """
    sides = [
        pd.DataFrame(side).groupby("group")[["n", "total"]].sum().add_suffix(f"_{name}")
        for name, side in zip(_SIDES, (before, after), strict=True)
    ]
    both = sides[0].join(sides[1], how="outer").fillna(0.0)
    if not all(float(both[f"n_{name}"].sum()) for name in _SIDES):
        raise ValueError("a change needs posts on both sides")
    share = [both[f"total_{s}"] / both[f"n_{s}"].where(both[f"n_{s}"] > 0) for s in _SIDES]
    weight = [both[f"n_{s}"] / both[f"n_{s}"].sum() for s in _SIDES]
    first, second = share[0].fillna(share[1]), share[1].fillna(share[0])
    rate = (weight[0] + weight[1]) / 2 * (second - first)
    mix = (first + second) / 2 * (weight[1] - weight[0])
    groups = pd.DataFrame(
        {
            "n_before": both["n_before"],
            "n_after": both["n_after"],
            "share_before": share[0],
            "share_after": share[1],
            "rate": rate,
            "mix": mix,
        }
    )
    table = groups.dropna(subset=["rate"]).rename_axis("group").reset_index()
    return Split(float(rate.sum() + mix.sum()), float(rate.sum()), float(mix.sum()), table)
