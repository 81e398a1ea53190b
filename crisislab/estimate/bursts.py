"""Kleinberg's burst automaton for batches: the relevant posts of each hour's posts."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from crisislab.estimate.counts import log_choose
from crisislab.estimate.survival import Floats

Levels = npt.NDArray[np.int64]


def burst_levels(
    relevant: Any, total: Any, *, ratio: float = 2.0, gamma: float = 1.0, n_levels: int = 2
) -> tuple[Levels, float]:
    """Return the burst level of each batch and the cost of the cheapest path.

    Level ``i`` expects the share ``p_i = p_0 ratio^i`` of relevant posts, ``p_0`` being the share
    overall. A path costs the sum of ``-ln(C(d, r) p^r (1 - p)^(d - r))`` and, for each rise,
    ``gamma ln(n)`` times the levels climbed; falling is free, the start is at level 0. Solved by
    Viterbi; equal to trying all paths. Source: Kleinberg, KDD 2002, section 4.

    Args:
        relevant: Relevant posts per batch.
        total: Posts per batch; at least the relevant ones.
        ratio: How many times the share of each level exceeds the one below.
        gamma: Price of climbing; more gives fewer and longer bursts.
        n_levels: Number of levels, the quiet one included.

    Raises:
        ValueError: If a batch has more relevant posts than posts.

    >>> levels, cost = burst_levels([1, 1, 9, 8, 1, 1], [20] * 6)
    >>> levels.tolist()
    [0, 0, 1, 1, 0, 0]
    """
    r, d = np.asarray(relevant, dtype=np.float64), np.asarray(total, dtype=np.float64)
    if (r > d).any():
        raise ValueError("a batch has more relevant posts than posts")
    if not r.size or not r.sum():
        return np.zeros(r.size, dtype=np.int64), 0.0
    price = _prices(r, d, ratio=ratio, n_levels=n_levels)
    climb = gamma * math.log(len(r)) * _rises(n_levels)
    best = price[0] + climb[0]
    came = np.zeros((len(r), n_levels), dtype=np.int64)
    for t in range(1, len(r)):
        through = best[:, None] + climb
        came[t] = through.argmin(axis=0)
        best = through.min(axis=0) + price[t]
    path = np.zeros(len(r), dtype=np.int64)
    path[-1] = int(best.argmin())
    for t in range(len(r) - 1, 0, -1):
        path[t - 1] = came[t, path[t]]
    return path, float(best.min())


def _prices(r: Floats, d: Floats, *, ratio: float, n_levels: int) -> Floats:
    base = r.sum() / d.sum()
    shares = np.minimum(base * ratio ** np.arange(n_levels), 0.9999)
    ways = log_choose(d, r)[:, None]
    told = r[:, None] * np.log(shares) + (d - r)[:, None] * np.log1p(-shares)
    return np.asarray(-(ways + told), dtype=np.float64)


def _rises(n_levels: int) -> Floats:
    step = np.arange(n_levels)
    rises: Floats = np.maximum(step[None, :] - step[:, None], 0).astype(np.float64)
    return rises
