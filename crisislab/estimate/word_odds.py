"""Which words tell two groups of texts apart: log-odds with a Dirichlet prior."""

from __future__ import annotations

from typing import Any

import numpy as np

from crisislab.estimate.survival import Floats


def word_odds(first: Any, second: Any, *, prior: Any) -> Floats:
    """Return how strongly each word belongs to the first group, in standard errors.

    ``d = ln((y1 + a) / (n1 + a0 - y1 - a)) - ln((y2 + a) / (n2 + a0 - y2 - a))``, over
    ``sqrt(1 / (y1 + a) + 1 / (y2 + a))``. Rare words do not jump to the top, as they do with
    plain ratios. The standard errors take words as independent: count copies once. Source:
    Monroe, Colaresi & Quinn 2008, "Fightin' Words".

    Args:
        first: Count of each word in the first group.
        second: The same in the second.
        prior: Prior count of each word, or one number for all. Informative: ``500`` words shared
            out as in both groups together (:func:`pooled_prior`).

    >>> word_odds([10, 5], [5, 10], prior=0.01).round(2).tolist()
    [2.53, -2.53]
    """
    y1, y2 = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    a = np.broadcast_to(np.asarray(prior, dtype=np.float64), y1.shape)
    odds = [np.log((y + a) / (y.sum() + a.sum() - y - a)) for y in (y1, y2)]
    error = np.sqrt(1 / (y1 + a) + 1 / (y2 + a))
    return np.asarray((odds[0] - odds[1]) / error, dtype=np.float64)


def pooled_prior(first: Any, second: Any, *, size: float = 500.0) -> Floats:
    """Return ``size`` prior words shared out as in both groups together.

    >>> pooled_prior([3, 1], [3, 1], size=8).tolist()
    [6.0, 2.0]
    """
    both = np.asarray(first, dtype=np.float64) + np.asarray(second, dtype=np.float64)
    return np.asarray(size * both / both.sum(), dtype=np.float64)
