"""The lines of a text, decoded as its survey says, bad bytes mended line by line."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO

from crisislab.read._bytes import Input
from crisislab.read._survey import CUT, ESCAPED, MULTIBYTE, Told

# What a look at the beginning of a text sees: lines, and signs after which it stops.
HEAD, _HEAD_SIGNS = 500, 1 << 22
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


class Lines:
    """The lines of a text with their line ends, decoded as surveyed.

    Attributes:
        repaired: Lines with bad bytes -> how they were read: ``cp1252`` or ``lost``.
    """

    def __init__(self, source: Input, seen: Told) -> None:
        """Keep what to read; nothing is opened yet."""
        self._source, self._seen = source, seen
        self.repaired: dict[int, str] = {}

    def __iter__(self) -> Iterator[str]:
        """Yield each line with its line end."""
        with self._open() as text:
            if self._seen.how == "mixed":
                yield from self._mend(text)
            else:
                yield from text

    def head(self) -> list[str]:
        """Return the first lines: as many as say what a text is, fewer where they are long."""
        first, n_signs = [], 0
        for line in islice(self, HEAD):
            first.append(line)
            n_signs += len(line.strip())
            if n_signs >= _HEAD_SIGNS:
                break
        return first

    @property
    def path(self) -> Path | None:
        """The file itself, where its bytes lie there as they are."""
        source = self._source
        plain = source.archive is None and source.path.stat().st_size == self._seen.n_bytes
        return source.path if plain else None

    def n_bytes_of(self, lines: list[str]) -> int:
        """Return how many bytes the first lines of a UTF-8 text take."""
        mark = 3 if self._seen.encoding == "utf-8-sig" else 0
        return mark + sum(len(line.encode("utf-8")) for line in lines)

    def after(self, start: int) -> Iterator[str]:
        """Yield the lines of a UTF-8 text from a byte on, where a line begins."""
        stream = self._source.open()
        stream.seek(start)
        with io.TextIOWrapper(stream, "utf-8", newline="") as text:
            yield from text

    def _open(self) -> io.TextIOWrapper:
        errors = {"mixed": "surrogateescape", "cp1252": "strict"}.get(self._seen.how, "replace")
        stream: IO[bytes] = self._source.open()
        if self._seen.how == "cp1252":
            codecs.register_error("crisislab-cp1252", _undefined)
            errors = "crisislab-cp1252"
        return io.TextIOWrapper(stream, self._seen.encoding, errors=errors, newline="")

    def _mend(self, text: Iterable[str]) -> Iterator[str]:
        for number, line in enumerate(text, start=1):
            if line.isascii() or not ESCAPED.search(line):
                yield line
                continue
            mended, how = mend(line)
            self.repaired[number] = how
            yield mended

    def whole(self) -> str:
        """Return the whole text."""
        return "".join(self)


def _undefined(fault: UnicodeError) -> tuple[str, int]:
    """Read the five bytes cp1252 leaves undefined as the replacement character."""
    assert isinstance(fault, UnicodeDecodeError)
    return "\ufffd", fault.start + 1


def mend(line: str) -> tuple[str, str]:
    """Return a line whose bad bytes were kept as surrogates, made whole, and how.

    A line with single bad bytes and no good sequence beyond ASCII was written in cp1252;
    elsewhere a sequence was cut, and each cut one becomes one replacement character.

    >>> mend("caf" + chr(0xDCE9)), mend("ñ " + chr(0xDCF0) + chr(0xDC9F))
    (('café', 'cp1252'), ('ñ �', 'lost'))
    """
    if not MULTIBYTE.search(line) and not CUT.search(line):
        try:
            return line.encode("utf-8", "surrogateescape").decode("cp1252"), "cp1252"
        except UnicodeDecodeError:
            pass
    return ESCAPED.sub("\ufffd", line), "lost"


def split_lines(text: str) -> list[str]:
    r"""Return the physical lines of a text with their ends, as ``Lines`` counts them.

    >>> split_lines("a\r\nb\rc")
    ['a\r\n', 'b\r', 'c']
    """
    return _LINE.findall(text)
