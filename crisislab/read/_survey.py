"""What a first pass over the bytes of a text tells: encodings settled by rule, never guessed.

The order is: byte order mark, UTF-16 by the pattern of its NUL bytes, strict UTF-8, and
cp1252. Bad bytes in a file that is otherwise UTF-8 cost their lines a flag, never the file.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import re
from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa

import crisislab.limits as limits
from crisislab.errors import CrisisLabError, Problem
from crisislab.read._bytes import Input, is_cut, keep_hash, known_hash, state_of

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
SAMPLE = 4096
# What is looked at several times, while the processor still holds it.
BLOCK = 2**18
LINE_FEED, _CR = 10, 13


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
    ends, utf8 = Ends(), Utf8()
    start = b""
    n_bytes = 0
    with source.open() as stream:
        while block := stream.read(BLOCK):
            start = start or block[:SAMPLE]
            n_bytes += len(block)
            if not known:
                digest.update(block)
            ends.add(block)
            utf8.add(block)
        cut = is_cut(stream)
    encoding, how = encoding_of(source, start, utf8.is_whole)
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
class Utf8:
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


def encoding_of(source: Input, start: bytes, valid: bool) -> tuple[str, str]:
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
class Ends:
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
            at_lf = found == LINE_FEED
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


def _count_ends(source: Input, encoding: str) -> Ends:
    ends = Ends()
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    for block in source.blocks():
        if text := decoder.decode(block):
            ends.add(text)
    return ends
