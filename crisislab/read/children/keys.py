"""The keys of objects: those that are asked for, and which sets of keys are beyond doubt."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

FIRST, SECOND = 0x9E3779B97F4A7C15, 0x94D049BB133111EB
_THIRD = 0xBF58476D1CE4E5B9
WIDTH = 48
# By how many bits eight bytes are shifted that hold a key of so many letters.
_SHIFTS = np.array([0, 56, 48, 40, 32, 24, 16, 8, 0], dtype=np.uint64)


def named(ends: Any, size: Any) -> Any:
    """Return numbers made of the last eight bytes of keys and of their lengths."""
    names = ends >> _SHIFTS[np.minimum(size, np.uint64(8))]
    names ^= size * np.uint64(FIRST)
    names *= np.uint64(SECOND)
    return names


class Wanted:
    """The keys that are asked for, found by the first bits of their numbers."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        """Number the keys; the last code stands for all others."""
        self.codes = {key: code for code, key in enumerate(keys)}
        texts = [key.encode() for key in keys]
        told = [_name(text) for text in texts]
        self.names = np.array([*told, 0], dtype=np.uint64)
        self.sizes = np.array([*map(len, texts), 0], dtype=np.uint64)
        # The last eight letters are in the number; these are those before them.
        self.begins = np.array([_eight(text[:8]) for text in texts], dtype=np.uint64)
        self.middles = np.array([_eight(text[-16:-8]) for text in texts], dtype=np.uint64)
        assert max(map(len, texts)) <= 24
        self.table = np.full(2 ** (64 - WIDTH), len(keys), dtype=np.uint8)
        places = [name >> WIDTH for name in told]
        assert len(set(places)) == len(keys)
        self.table[places] = range(len(keys))


def _eight(letters: bytes) -> int:
    return int.from_bytes(letters, "little")


def _name(key: bytes) -> int:
    """Return the number of a key."""
    return (_eight(key[-8:]) ^ len(key) * FIRST % 2**64) * SECOND % 2**64


@dataclass
class Shapes:
    """Which keys objects have: each new set of keys is parsed once, with an eye on doubled ones.

    Sets are told apart by a sum over the numbers of their keys, which nobody who writes a file can
    foresee. A key given twice gives its number twice; no sound set does.
    """

    sound: set[int] = field(default_factory=set)
    doubtful: set[int] = field(default_factory=set)
    salt: int = field(default_factory=lambda: int.from_bytes(os.urandom(8), "little"))

    def sums(self, names: Any, first: Any) -> Any:
        """Return a number for the keys of each object, whose first keys are given."""
        mixed = names ^ np.uint64(self.salt)
        mixed ^= mixed >> np.uint64(29)
        mixed *= np.uint64(_THIRD)
        mixed ^= mixed >> np.uint64(32)
        whole = np.concatenate((np.zeros(1, dtype=np.uint64), np.cumsum(mixed)))
        return whole[first[1:]] - whole[first[:-1]]

    def doubts(self, sums: Any, is_plain: Callable[[int], bool]) -> Any:
        """Return which objects have keys that are not beyond doubt."""
        known = np.array(sorted(self.sound), dtype=np.uint64)
        new = np.flatnonzero(~_among(sums, known))
        if not len(new):
            return new
        told, at = np.unique(sums[new], return_index=True)
        for shape, i in zip(told.tolist(), new[at].tolist(), strict=True):
            if shape not in self.doubtful:
                (self.sound if is_plain(i) else self.doubtful).add(shape)
        return new[np.isin(sums[new], np.array(sorted(self.doubtful), dtype=np.uint64))]


def _among(values: Any, known: Any) -> Any:
    if not len(known):
        return np.zeros(len(values), dtype=bool)
    return known[np.minimum(np.searchsorted(known, values), len(known) - 1)] == values
