"""Opening what an analyst drops: files, folders and archives, streamed and never extracted.

A path is a path: never a pattern, never a URL. What an archive may unpack to is limited in
number, size and ratio, so that a crafted file costs a message and not the machine.
"""

from __future__ import annotations

import bz2
import hashlib
import io
import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Protocol

import zstandard

from crisislab.errors import CrisisLabError, Problem
from crisislab.limits import MAX_BYTES, MAX_RATIO, MAX_WINDOW, RATIO_FROM
from crisislab.read._progress import watched

State = tuple[Path, int, int]
_STEP = 2**16
_ZST_STEP = 2**10
_BZ2_STEP = 2**20
_MAGIC = (
    (b"\x1f\x8b", "gz"),
    (b"\x28\xb5\x2f\xfd", "zst"),
    (b"BZh", "bz2"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0", "xls"),
    (b"PAR1", "parquet"),
    (b"PARE", "parquet"),
    (b"crc\0", "checksum"),
    (b"SQLite format 3", "sqlite"),
    (b"%PDF", "pdf"),
    (b"\x80\x02", "pickle"),
    (b"\x80\x03", "pickle"),
    (b"\x80\x04", "pickle"),
    (b"\x80\x05", "pickle"),
    (b"\xfd7zXZ", "xz"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "rar"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"RIFF", "media"),
    (b"OggS", "media"),
    (b"ID3", "media"),
    (b"\x7fELF", "program"),
)
COMPRESSED = ("gz", "zst", "bz2")
# What the standard library raises for archives that are broken or made to break it.
BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError,
              NotImplementedError, RuntimeError, ValueError)  # fmt: skip


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, /) -> bytes: ...


def kind_of(start: bytes) -> str:
    r"""Return what the first bytes of a file say it is; ``text`` when they say nothing.

    >>> kind_of(b"PK\x03\x04"), kind_of(b"id,text")
    ('zip', 'text')
    """
    for magic, kind in _MAGIC:
        if start.startswith(magic):
            return kind
    if start[257:262] == b"ustar":
        return "tar"
    if start[4:8] == b"ftyp":
        return "media"
    return "text"


class _Bz2:
    """A bz2 stream in steps: a few bytes of it may hold a gigabyte."""

    def __init__(self) -> None:
        self._inner = bz2.BZ2Decompressor()

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    @property
    def is_full(self) -> bool:
        """Whether there is more to come out before more goes in."""
        return not self._inner.eof and not self._inner.needs_input

    def decompress(self, data: bytes, /) -> bytes:
        return self._inner.decompress(data, _BZ2_STEP)


def _start(kind: str) -> _Decompressor:
    if kind == "gz":
        return zlib.decompressobj(wbits=31)
    if kind == "bz2":
        return _Bz2()
    return zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW).decompressobj()


class Inflated(io.RawIOBase):
    """A compressed stream read through, frame after frame, within limits.

    Attributes:
        cut: Whether the stream stopped in the middle of a frame.
    """

    def __init__(self, raw: IO[bytes], kind: str, *, name: str) -> None:
        """Start at the current position of ``raw``."""
        self._raw, self._kind, self._name = raw, kind, name
        self._step = _ZST_STEP if kind == "zst" else _STEP
        self._frame: _Decompressor | None = None
        self._left = b""
        self._ready = b""
        self._n_in = self._n_out = 0
        self.cut = False

    def readable(self) -> bool:
        """Return ``True``: this stream is for reading."""
        return True

    def _more(self) -> bytes:
        full = isinstance(self._frame, _Bz2) and self._frame.is_full
        data = b"" if full else self._left or self._raw.read(self._step)
        if not full:
            self._n_in += 0 if self._left else len(data)
            self._left = b""
        if not data and not full:
            self.cut = self._frame is not None
            return b""
        self._frame = self._frame or _start(self._kind)
        out = self._frame.decompress(data)
        if self._frame.eof:
            # Some writers pad the last frame with zeros.
            self._left = self._frame.unused_data.lstrip(b"\0")
            self._frame = None
        self._n_out += len(out)
        check_size(self._name, self._n_in, self._n_out)
        return out or self._more()

    def readinto(self, buffer: Any) -> int:
        """Fill ``buffer`` and return how many bytes it got; 0 at the end."""
        if not self._ready:
            try:
                self._ready = self._more()
            except (zlib.error, OSError, zstandard.ZstdError, EOFError, RecursionError) as fault:
                raise damaged(self._name, fault) from fault
        n = min(len(buffer), len(self._ready))
        buffer[:n], self._ready = self._ready[:n], self._ready[n:]
        return n

    def close(self) -> None:
        """Close the file behind the stream."""
        self._raw.close()
        super().close()


def damaged(name: str, why: object) -> CrisisLabError:
    """Return the error for a file that cannot be unpacked."""
    return CrisisLabError(Problem("CL-FILE-DAMAGED", file=name, value=str(why)))


def check_size(name: str, n_in: int, n_out: int) -> None:
    """Refuse what unpacks to more than an export ever does.

    Raises:
        CrisisLabError: CL-FILE-BOMB.
    """
    if n_out > MAX_BYTES or (n_out > RATIO_FROM and n_out > MAX_RATIO * max(n_in, 1)):
        value = f"{n_in / 2**10:.0f} KiB → {n_out / 2**10:.0f} KiB"
        raise CrisisLabError(Problem("CL-FILE-BOMB", file=name, value=value))


@dataclass(frozen=True)
class Input:
    """One file to read: on disk, or a member of an archive.

    Attributes:
        name: Name as the analyst knows it, members as ``archive.zip/member.csv``.
        path: Where the file (or its archive) lies.
        member: Name inside the archive; empty for a file of its own.
        asked: Whether the analyst named it, not merely its folder or archive.
        archive: The opened archive of a member, shared by all its members.
    """

    name: str
    path: Path
    member: str = ""
    asked: bool = True
    archive: zipfile.ZipFile | None = field(default=None, compare=False, repr=False)

    def raw(self) -> IO[bytes]:
        """Open the bytes as stored, an archive's member as unpacked by the archive."""
        if self.archive is None:
            return watched(self.path)
        return io.BufferedReader(
            _Member(self.archive, self.archive.getinfo(self.member), self.name), _STEP
        )

    def kind(self) -> str:
        """Return what the first bytes say the file is, within its compression.

        Raises:
            CrisisLabError: If the first bytes cannot be read.
        """
        with self.open() as stream:
            return kind_of(stream.read(512))

    def open(self) -> IO[bytes]:
        """Open the file, decompressed."""
        raw = self.raw()
        kind = kind_of(_peek(raw))
        if kind not in COMPRESSED:
            return raw
        return io.BufferedReader(Inflated(raw, kind, name=self.name), 2**20)

    @property
    def plain(self) -> bool:
        """Whether the bytes of the file are its text as they lie there."""
        if self.archive is not None:
            return False
        with self.raw() as stream:
            return kind_of(_peek(stream)) not in COMPRESSED

    def blocks(self, size: int = 2**20) -> Iterator[bytes]:
        """Yield the decompressed bytes, block by block."""
        with self.open() as stream:
            while block := stream.read(size):
                yield block


# Hashes of files as they lie on disk, for as long as they are not changed: the ledger names them,
# and so does the key of a store.
_HASHES: dict[State, str] = {}


def state_of(path: Path) -> State:
    """Return what tells a file from the same one changed, without reading it."""
    told = path.stat()
    return path.absolute(), told.st_size, told.st_mtime_ns


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file as it lies there."""
    at = state_of(path)
    if at not in _HASHES:
        with path.open("rb") as stream:
            _HASHES[at] = hashlib.file_digest(stream, "sha256").hexdigest()
    return _HASHES[at]


def known_hash(state: State) -> str:
    """Return the hash of a file in this state if it is known, else nothing."""
    return _HASHES.get(state, "")


def keep_hash(state: State, sha256: str) -> None:
    """Keep the hash of all bytes of a file that was read in this state."""
    _HASHES[state] = sha256


def is_cut(stream: IO[bytes]) -> bool:
    """Return whether a compressed stream, read to its end, stopped in the middle."""
    inner = getattr(stream, "raw", None)
    return isinstance(inner, Inflated) and inner.cut


class _Member(io.RawIOBase):
    """A member of a zip, which words its faults."""

    def __init__(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> None:
        self._info, self._name = info, name
        try:
            self._stream = archive.open(info)
        except BROKEN_ZIP as fault:
            raise damaged(name, fault) from fault
        self._n_out = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._stream.seekable()

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._stream.read(len(buffer))
        except BROKEN_ZIP as fault:
            raise damaged(self._name, fault) from fault
        self._n_out += len(data)
        check_size(self._name, self._info.compress_size, self._n_out)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _peek(stream: IO[bytes]) -> bytes:
    peek: Callable[[int], bytes] = stream.peek  # type: ignore[attr-defined]
    return peek(512)[:512]


def is_link(info: zipfile.ZipInfo) -> bool:
    """Return whether a zip member is a symbolic link."""
    return stat.S_ISLNK(info.external_attr >> 16)
