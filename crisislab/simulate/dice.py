"""Random draws that stay the same over versions of NumPy and machines.

Only the bits of PCG64 as uniform numbers are used, which NumPy guarantees; the distributions
that it may improve from one version to the next are made here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import TypeVar

import numpy as np

T = TypeVar("T")
_BLOCK = 4096
_MEAN = 30.0
_NORMAL = NormalDist()


class Dice:
    """A seeded source of draws; ``part`` gives an independent stream to each part of a crisis.

    >>> Dice(1, "posts").whole(1, 6) == Dice(1, "posts").whole(1, 6)
    True
    """

    def __init__(self, seed: int, part: str) -> None:
        """Start the stream of one part."""
        key = [seed, *part.encode("utf-8")]
        self._bits = np.random.Generator(np.random.PCG64(np.random.SeedSequence(key)))
        self._ready: list[float] = []

    def share(self) -> float:
        """Return a uniform number from 0 (inclusive) to 1 (exclusive)."""
        if not self._ready:
            self._ready = self._bits.random(_BLOCK).tolist()[::-1]
        return self._ready.pop()

    def chance(self, probability: float) -> bool:
        """Return whether something of this probability happens."""
        return self.share() < probability

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``, both included."""
        return low + int(self.share() * (high - low + 1))

    def pick(self, values: Sequence[T]) -> T:
        """Return one of the values, each as likely."""
        return values[int(self.share() * len(values))]

    def weighted(self, weights: Mapping[T, float]) -> T:
        """Return one of the keys, as likely as its weight."""
        rest = self.share() * sum(weights.values())
        for value, weight in weights.items():
            rest -= weight
            if rest < 0:
                return value
        return next(reversed(list(weights)))

    def normal(self) -> float:
        """Return a standard normal number."""
        return _NORMAL.inv_cdf(min(max(self.share(), 1e-12), 1 - 1e-12))

    def lognormal(self, median: float, spread: float) -> float:
        """Return a number whose logarithm is normal with standard deviation ``spread``."""
        return median * math.exp(spread * self.normal())

    def gamma(self, shape: float) -> float:
        """Return a gamma number of mean ``shape`` (Marsaglia and Tsang 2000, shape >= 1)."""
        d = shape - 1 / 3
        c = 1 / math.sqrt(9 * d)
        while True:
            x = self.normal()
            v = (1 + c * x) ** 3
            if v > 0 and math.log(1 - self.share()) < 0.5 * x * x + d - d * v + d * math.log(v):
                return d * v

    def poisson(self, mean: float) -> int:
        """Return a Poisson count; a large mean is the sum of small ones."""
        if mean > _MEAN:
            return self.poisson(_MEAN) + self.poisson(mean - _MEAN)
        count, left, limit = 0, self.share(), math.exp(-mean)
        while left > limit:
            count += 1
            left *= self.share()
        return count

    def counts(self, mean: float, size: float) -> int:
        """Return a negative-binomial count of this mean; variance ``mean + mean**2 / size``."""
        return self.poisson(mean * self.gamma(size) / size) if mean > 0 else 0

    def digits(self, n: int) -> str:
        """Return a number of ``n`` digits as text, the first not 0."""
        return str(self.whole(1, 9)) + "".join(str(self.whole(0, 9)) for _ in range(n - 1))

    def code(self, n: int) -> str:
        """Return ``n`` characters as web ids have them."""
        signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        return "".join(self.pick(signs) for _ in range(n))
