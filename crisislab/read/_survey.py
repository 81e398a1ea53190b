"""What a first pass over the bytes of a text tells: encodings settled by rule, never guessed.

The order is: byte order mark, UTF-16 by the pattern of its NUL bytes, strict UTF-8, and
cp1252. Bad bytes in a file that is otherwise UTF-8 cost their lines a flag, never the file.
A large text is read while a pass over its bytes still goes on, as its beginning promises: that pass
counts line ends and hashes, and of the encoding only what no program that splits the text saw is
looked at. Where the whole does not keep the promise, it is read once more.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import cached_property
from threading import Event
from typing import IO

import numpy as np
import pyarrow as pa

import crisislab.limits as limits
from crisislab.beside import Beside
from crisislab.errors import CrisisLabError, Problem
from crisislab.read._bytes import Input, is_cut, keep_hash, known_hash, state_of
from crisislab.read._progress import read_once

# From here on (bytes) a text is read while it is still looked through.
LARGE = 2**25
ESCAPED = re.compile("[\udc80-\udcff]+")
# The beginning of a UTF-8 sequence that was cut: a lead byte and some of what follows it.
CUT = re.compile("[\udcc2-\udcf4][\udc80-\udcbf]")
MULTIBYTE = re.compile("[\u0080-\ud7ff\ue000-\U0010ffff]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NUL_SHARE = 0.3
# Made for host names and program texts, not for files.
_NO_TEXTS = ("idna", "punycode", "unicode-escape", "unicode_escape", "raw-unicode-escape",
             "raw_unicode_escape", "undefined", "utf-7")  # fmt: skip
_SAMPLE = 4096
# What is looked at several times, while the processor still holds it.
_BLOCK = 2**18
_LF, _CR = 10, 13


@dataclass(frozen=True, kw_only=True)
class Told:
    """How a text is to be read.

    Attributes:
        encoding: How the text is encoded.
        how: ``mark`` (byte order mark), ``pattern``, ``utf-8``, ``mixed`` (UTF-8 with a few bad
            bytes), ``cp1252`` (nothing else fits) or ``declared``.
        ended: Whether the last line has its line end.
        n_bytes: How many bytes there are.
        cut: Whether a compressed stream stopped in the middle.
        mixed_ends: Whether some line ends are a carriage return alone, and some are not.
        n_alone: How many line ends are a carriage return alone.
    """

    encoding: str
    how: str
    ended: bool
    n_bytes: int
    cut: bool = False
    mixed_ends: bool = False
    n_alone: int = 0


@dataclass(frozen=True, kw_only=True)
class Survey(Told):
    """What a first pass over the bytes tells, apart from any parsing.

    Attributes:
        n_lines: Physical lines, as an editor shows them.
        sha256: Hash of the (decompressed) bytes.
    """

    n_lines: int
    sha256: str

    def keeps(self, promise: Told) -> bool:
        """Return whether the text is to be read as its beginning promised."""
        same = all(getattr(self, f.name) == getattr(promise, f.name) for f in fields(Told))
        return same and self.n_lines <= limits.MAX_LINES


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
    ends, utf8 = _Ends(), _Utf8()
    stream.seek(start)
    while utf8.valid and (block := stream.read(min(_BLOCK, stop - stream.tell()))):
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
        while (block := stream.read(_BLOCK)) and not halted():
            n_bytes += len(block)
            n_ends += _n_of(block, _LF)
            if not known:
                digest.update(block)
    sha256 = known or digest.hexdigest()
    if not block:
        keep_hash(state, sha256)
    return _Passed(n_bytes, n_ends, sha256)


def _n_of(block: bytes, byte: int) -> int:
    return int(np.count_nonzero(np.frombuffer(block, dtype=np.uint8) == byte))


def _promise(source: Input) -> Told | None:
    """Return how a large UTF-8 text is to be read by what its beginning says; else ``None``."""
    if source.path.stat().st_size < LARGE or not source.plain:
        return None
    ends, utf8 = _Ends(), _Utf8()
    with source.open() as stream:
        start = stream.read(_BLOCK)
        if not start:
            return None
        n_bytes = stream.seek(-1, io.SEEK_END) + 1
        last = stream.read(1)
    ends.add(start)
    utf8.add(start)
    encoding, how = _encoding(source, start[:_SAMPLE], True)
    plain = utf8.valid and encoding in ("utf-8", "utf-8-sig") and not ends.n_alone
    if not plain or not start.strip(b"\xef\xbb\xbf\0 \t\r\n"):
        return None
    return Told(encoding=encoding, how=how, ended=last in b"\r\n", n_bytes=n_bytes)


def survey(source: Input, declared: str | None = None) -> Survey:
    """Read all bytes once: hash, encoding and number of lines.

    Args:
        source: The file.
        declared: Encoding the analyst declares, in place of the rule.

    Raises:
        CrisisLabError: CL-TEXT-ENCODING-NAME or CL-TEXT-ENCODING-WRONG.
    """
    state, plain = state_of(source.path), source.plain
    digest, known = hashlib.sha256(), known_hash(state) if plain else ""
    ends, utf8 = _Ends(), _Utf8()
    start = b""
    n_bytes = 0
    with source.open() as stream:
        while block := stream.read(_BLOCK):
            start = start or block[:_SAMPLE]
            n_bytes += len(block)
            if not known:
                digest.update(block)
            ends.add(block)
            utf8.add(block)
        cut = is_cut(stream)
    encoding, how = _encoding(source, start, utf8.is_whole)
    if declared is not None:
        encoding, how = _declared(source, declared, start), "declared"
    if encoding.startswith(("utf-16", "utf-32")):
        ends = _count_ends(source, encoding)
    sha256 = known or digest.hexdigest()
    if plain:
        keep_hash(state, sha256)
    return Survey(
        encoding=encoding, how=how, n_lines=ends.n + (not ends.ended), ended=ends.ended,
        sha256=sha256, n_bytes=n_bytes, cut=cut, mixed_ends=0 < ends.n_alone < ends.n,
        n_alone=ends.n_alone,
    )  # fmt: skip


@dataclass
class _Utf8:
    """Whether bytes are strict UTF-8, block by block; nothing is decoded for it."""

    valid: bool = True
    rest: bytes = b""

    @property
    def is_whole(self) -> bool:
        return self.valid and not self.rest

    def add(self, block: bytes) -> None:
        """Look at a further block; a sequence that may go on waits for the next one."""
        if not self.valid or (not self.rest and block.isascii()):
            return
        data = self.rest + block
        end = len(data)
        # The lead byte of the last sequence says how long it is.
        lead = next((i for i in range(1, min(4, end) + 1) if data[-i] >= 0xC0), 0)
        if lead and _length(data[-lead]) > lead:
            end -= lead
        self.rest = data[end:]
        whole = pa.py_buffer(data)[:end]
        ends = pa.py_buffer(np.array([0, end], dtype=np.int64))
        try:
            pa.Array.from_buffers(pa.large_string(), 1, [None, ends, whole]).validate(full=True)
        except pa.ArrowInvalid:
            self.valid = False


def _length(lead: int) -> int:
    return 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4


def _encoding(source: Input, start: bytes, valid: bool) -> tuple[str, str]:
    for mark, name in _BOMS:
        if start.startswith(mark):
            return (name, "mark") if name != "utf-8-sig" or valid else (name, "mixed")
    pattern = _utf16_by_nul(start)
    if pattern:
        return pattern, "pattern"
    if valid:
        return "utf-8", "utf-8"
    return ("utf-8", "mixed") if _mostly_utf8(source) else ("cp1252", "cp1252")


def _declared(source: Input, name: str, start: bytes) -> str:
    """Return a declared encoding by its usual name, once every byte was read in it."""
    known = encoding_name(name)
    if known is None:
        raise _refused("CL-TEXT-ENCODING-NAME", source, name)
    mark = next((own for bom, own in _BOMS if start.startswith(bom)), known)
    if not mark.startswith(known.removesuffix("-le").removesuffix("-be")):
        raise _refused("CL-TEXT-ENCODING-WRONG", source, name)
    decoder = codecs.getincrementaldecoder(mark)("strict")
    try:
        for block in source.blocks():
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeError:
        raise _refused("CL-TEXT-ENCODING-WRONG", source, name) from None
    return mark


def _refused(code: str, source: Input, name: str) -> CrisisLabError:
    return CrisisLabError(Problem(code, file=source.name, value=name))


def encoding_name(name: str) -> str | None:
    """Return the usual name of a text encoding; ``None`` where there is none of that name.

    >>> encoding_name("Latin-1"), encoding_name("zip"), encoding_name("utf8")
    ('iso8859-1', None, 'utf-8')
    """
    try:
        # Only codecs of texts encode texts: "zip" and "hex" do not.
        "a".encode(name)
        known = codecs.lookup(name).name
    except (LookupError, UnicodeError, ValueError):
        return None
    return None if known in _NO_TEXTS else known


def _utf16_by_nul(start: bytes) -> str:
    half = len(start) // 2
    if half < 2:
        return ""
    even, odd = start[0::2].count(0) / half, start[1::2].count(0) / half
    if odd > _NUL_SHARE and even < _NUL_SHARE / 3:
        return "utf-16-le"
    return "utf-16-be" if even > _NUL_SHARE and odd < _NUL_SHARE / 3 else ""


def _mostly_utf8(source: Input) -> bool:
    """Return whether sequences beyond ASCII, good or cut, outnumber the other bad bytes.

    A lead byte with what follows it, cut short (half an emoji), is UTF-8 that was cut: in cp1252
    it would be a text such as "ðŸ".
    """
    good = bad = 0
    with io.TextIOWrapper(source.open(), "utf-8", errors="surrogateescape", newline="") as text:
        while block := text.read(2**20):
            if not block.isascii():
                cut = len(CUT.findall(block))
                bad += sum(len(found) for found in ESCAPED.findall(block)) - 2 * cut
                good += len(MULTIBYTE.findall(block)) + cut
    return good > bad


@dataclass
class _Ends:
    """Line ends counted block by block: LF, CR LF, or CR alone."""

    n: int = 0
    n_alone: int = 0
    last: str = "\n"

    @property
    def ended(self) -> bool:
        return self.last in "\r\n"

    def add(self, data: bytes | str) -> None:
        """Count the ends in a block; one split between two blocks counts once."""
        if isinstance(data, bytes):
            found = np.frombuffer(data, dtype=np.uint8)
            at_lf = found == _LF
            lf, cr, both = int(np.count_nonzero(at_lf)), 0, 0
            if b"\r" in data:
                at_cr = found == _CR
                cr = int(np.count_nonzero(at_cr))
                both = int(np.count_nonzero(at_cr[:-1] & at_lf[1:]))
            first, last = chr(data[0]), chr(data[-1])
        else:
            lf, cr, both = data.count("\n"), data.count("\r"), data.count("\r\n")
            first, last = data[0], data[-1]
        both += self.last == "\r" and first == "\n"
        self.n += cr + lf - both
        self.n_alone += cr - both
        self.last = last


def _count_ends(source: Input, encoding: str) -> _Ends:
    ends = _Ends()
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    for block in source.blocks():
        if text := decoder.decode(block):
            ends.add(text)
    return ends
