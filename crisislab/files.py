"""Files written so that nothing is ever lost: beside and renamed, one writer at a time, told.

A lock belongs to the open file and dies with its process, however it ends; what a dead process
leaves of it is an empty name that the next one takes. Who holds it stands in it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import platform
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from crisislab.errors import CrisisLabError, Problem, Said

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}
_OPENED = (".csv", ".html", ".json", ".xlsx", ".docx", ".pptx", ".pdf", ".toml", ".md")
WAIT = "CRISISLAB_WAIT"
_SECONDS = 60.0
_STEP = 0.05


@contextlib.contextmanager
def held(path: Path, *, place: Path | None = None, way: str = "case") -> Iterator[None]:
    """Hold a lock file while the block runs; wait for whoever holds it.

    Waits a minute, or as many seconds as ``CRISISLAB_WAIT`` says.

    Args:
        path: The lock file; it is taken away afterwards.
        place: What is locked, for the message.
        way: What helps where writing is denied, as ``safety.way`` words it.

    Raises:
        CrisisLabError: ``CL-OUT-BUSY`` with who holds it.
    """
    locked = place or path
    until = time.monotonic() + float(os.environ.get(WAIT) or _SECONDS)
    try:
        while (handle := _take(path)) is None:
            if time.monotonic() > until:
                facts = {"holder": _holder(path)}
                raise CrisisLabError(Problem("CL-OUT-BUSY", file=str(locked), facts=facts))
            time.sleep(_STEP)
    except OSError as error:
        raise told(error, locked.parent, locked.name, way=way) from error
    try:
        yield
    finally:
        # First the name, then the lock: whoever gets the lock of a lost name looks again.
        with contextlib.suppress(OSError):
            path.unlink()
        handle.close()


def lock_of(path: Path) -> Path:
    """Return the lock file of a file."""
    return path.with_name(f".{path.name}.lock")


def write_file(path: Path, data: bytes) -> None:
    """Write a file as a whole: the old one stays complete, or the new one is.

    Raises:
        CrisisLabError: ``CL-OUT-FULL``, ``CL-OUT-DENIED`` or ``CL-OUT-OPEN`` with its name.
    """
    # One name for all: what a killed process left is written over by the next.
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise told(error, path.parent, path.name) from error
    finally:
        beside.unlink(missing_ok=True)


def append(path: Path, data: bytes, *, length: int) -> None:
    """Write at the end of a file, from ``length`` on; it is on the disk when this returns.

    Args:
        path: The file.
        data: Whole lines.
        length: Where the last whole line ends; what a killed process left after it goes.

    Raises:
        CrisisLabError: As of :func:`write_file`; the file is then as long as before.
    """
    new = not path.exists()
    try:
        # Without a buffer: one that cannot be emptied would stand in the way of the way back.
        with path.open("ab", buffering=0) as out:
            out.truncate(length)
            try:
                left = memoryview(data)
                while left:
                    left = left[out.write(left) :]
                os.fsync(out.fileno())
            except OSError:
                out.truncate(length)
                raise
        if new:
            sync_folder(path.parent)
    except OSError as error:
        raise told(error, path.parent, path.name) from error


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable, where the system can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


def told(error: OSError, folder: Path, name: str = "", *, way: str = "case") -> CrisisLabError:
    """Return the error of a file that could not be written, with its name.

    Args:
        error: What the system said.
        folder: Where it should stand.
        name: Its name; that of the error by default.
        way: What helps where writing is denied, as ``safety.way`` words it.
    """
    name = name or Path(error.filename2 or error.filename or folder).name
    facts = {"reason": error.strerror or str(error), "way": Said(f"safety.way.{way}")}
    if error.errno in _FULL:
        code = "CL-OUT-FULL"
    elif isinstance(error, NotADirectoryError | FileExistsError):
        code = "CL-OUT-FOLDER"
    elif error.errno in _DENIED and os.access(folder, os.W_OK) and name.endswith(_OPENED):
        code = "CL-OUT-OPEN"
    else:
        code = "CL-OUT-DENIED"
    return CrisisLabError(Problem(code, file=str(folder), value=name, facts=facts))


@contextlib.contextmanager
def writing(folder: Path, *, way: str = "case") -> Iterator[None]:
    """Tell what could not be written into a folder; what could not be read elsewhere passes.

    Args:
        folder: The folder.
        way: What helps where writing is denied, as ``safety.way`` words it.

    Raises:
        CrisisLabError: As of :func:`write_file`.
    """
    try:
        yield
    except OSError as error:
        path = Path(error.filename or folder)
        if error.errno in _FULL or (error.errno in _DENIED and path.is_relative_to(folder)):
            raise told(error, path.parent if error.filename else folder, way=way) from error
        raise


def is_full(reason: str) -> bool:
    """Return whether an engine's words about a failed write say that the disk is full."""
    return any(os.strerror(code) in reason for code in _FULL) or "max_temp_directory" in reason


def _take(path: Path) -> IO[bytes] | None:
    """Return the lock file, locked and still on the disk; ``None`` while another holds it."""
    try:
        handle = path.open("a+b", buffering=0)
    except FileNotFoundError:
        # Its folder went with the end of another writer.
        path.parent.mkdir(exist_ok=True)
        handle = path.open("a+b", buffering=0)
    if _locked(handle) and _same(handle, path):
        since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        # On a full disk the lock holds all the same; only who holds it cannot be told.
        with contextlib.suppress(OSError):
            handle.truncate(0)
            handle.write(f"{os.getpid()} {platform.node() or '?'} {since}".encode())
        return handle
    handle.close()
    return None


def _locked(handle: IO[bytes]) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            # Far behind the text, so that others can read who holds it.
            handle.seek(2**30)
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        # File systems without locks (some network drives) are written without one.
        return error.errno not in _DENIED
    return True


def _same(handle: IO[bytes], path: Path) -> bool:
    """Return whether the lock is still the one on disk, not one that its holder took away."""
    try:
        return os.path.samestat(os.fstat(handle.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _holder(path: Path) -> str:
    with contextlib.suppress(OSError, UnicodeDecodeError, ValueError):
        pid, host, since = path.read_bytes()[:200].decode().split()
        return f"{pid} @ {host}, {since}"
    return "?"
