"""A large text is read while a pass over its bytes still goes on, as its beginning promises.

The pass counts line ends and hashes; of the encoding only what no program that splits the text saw
is looked at, at the end. Where the whole does not keep the promise, the text is read once more.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from threading import Event
from typing import IO

import numpy as np

from crisislab.beside import Beside
from crisislab.read._bytes import Input, keep_hash, known_hash, state_of
from crisislab.read._progress import read_once
from crisislab.read._survey import (
    BLOCK,
    LINE_FEED,
    SAMPLE,
    Ends,
    Survey,
    Told,
    Utf8,
    encoding_of,
    survey,
)

# From here on (bytes) a text is read while it is still looked through.
LARGE = 2**25


class Surveyed:
    """A text that is looked through: how it is to be read, and in the end how many lines it has.

    Attributes:
        told: How it is to be read; of a large text what its beginning promises.
    """

    def __init__(self, source: Input, told: Told, passed: Beside[_Passed] | None = None) -> None:
        """Keep what is told, and the pass over all bytes that still goes on."""
        self.told = told
        self._source, self._passed = source, passed
        self._vouched: list[tuple[int, int]] = []

    def vouch(self, start: int, n_bytes: int) -> None:
        """Take these bytes for plain: who splits them saw UTF-8, and no lone return."""
        done = self._vouched[-1][1] if self._vouched else 0  # what is read again was seen before
        if start + n_bytes > done:
            self._vouched.append((max(start, done), start + n_bytes))

    def whole(self) -> Survey:
        """Return what all bytes tell, once all are seen."""
        return self._whole

    @cached_property
    def _whole(self) -> Survey:
        if isinstance(self.told, Survey):
            return self.told
        assert self._passed is not None
        passed = self._passed.result()
        if passed.n_bytes != self.told.n_bytes or not self._are_plain(passed.n_bytes):
            return survey(self._source)
        n_lines = passed.n_ends + (not self.told.ended)
        return Survey(**vars(self.told), n_lines=n_lines, sha256=passed.sha256)

    def _are_plain(self, n_bytes: int) -> bool:
        """Return whether the bytes that nobody vouches for are plain too."""
        starts = [0, *(stop for _, stop in self._vouched)]
        stops = [*(start for start, _ in self._vouched), n_bytes]
        with self._source.open() as stream:
            return all(_is_plain(stream, *gap) for gap in zip(starts, stops, strict=True))

    @property
    def n_lines(self) -> int:
        """Physical lines."""
        return self._whole.n_lines

    @property
    def sha256(self) -> str:
        """Hash of the bytes."""
        return self._whole.sha256


def _is_plain(stream: IO[bytes], start: int, stop: int) -> bool:
    """Return whether bytes of a file are UTF-8 without a carriage return alone."""
    ends, utf8 = Ends(), Utf8()
    stream.seek(start)
    while utf8.valid and (block := stream.read(min(BLOCK, stop - stream.tell()))):
        ends.add(block)
        utf8.add(block)
    return utf8.is_whole and not ends.n_alone


@contextmanager
def surveyed(source: Input, declared: str | None = None) -> Iterator[Surveyed]:
    """Look through a text: a large one by a thread, while it is read as its beginning promises.

    Raises:
        CrisisLabError: As of :func:`survey`.
    """
    promise = _promise(source) if declared is None else None
    if promise is None:
        yield Surveyed(source, survey(source, declared))
        return
    halt = Event()
    passed = Beside(_pass_over, source, halt.is_set)
    try:
        with read_once():
            yield Surveyed(source, promise, passed)
    finally:
        halt.set()
        passed.over()


@dataclass(frozen=True)
class _Passed:
    """What a pass over all bytes tells: how many there are, their line feeds and their hash."""

    n_bytes: int
    n_ends: int
    sha256: str


def _pass_over(source: Input, halted: Callable[[], bool]) -> _Passed:
    """Read all bytes of a file once; what is said of half of them is of no use to anybody."""
    state = state_of(source.path)
    digest, known = hashlib.sha256(), known_hash(state)
    n_bytes = n_ends = 0
    with source.open() as stream:
        while (block := stream.read(BLOCK)) and not halted():
            n_bytes += len(block)
            n_ends += int(np.count_nonzero(np.frombuffer(block, np.uint8) == LINE_FEED))
            if not known:
                digest.update(block)
    sha256 = known or digest.hexdigest()
    if not block:
        keep_hash(state, sha256)
    return _Passed(n_bytes, n_ends, sha256)


def _promise(source: Input) -> Told | None:
    """Return how a large UTF-8 text is to be read by what its beginning says; else ``None``."""
    if source.path.stat().st_size < LARGE or not source.plain:
        return None
    ends, utf8 = Ends(), Utf8()
    with source.open() as stream:
        start = stream.read(BLOCK)
        if not start:
            return None
        n_bytes = stream.seek(-1, io.SEEK_END) + 1
        last = stream.read(1)
    ends.add(start)
    utf8.add(start)
    encoding, how = encoding_of(source, start[:SAMPLE], True)
    plain = utf8.valid and encoding in ("utf-8", "utf-8-sig") and not ends.n_alone
    if not plain or not start.strip(b"\xef\xbb\xbf\0 \t\r\n"):
        return None
    return Told(encoding=encoding, how=how, ended=last in b"\r\n", n_bytes=n_bytes)
