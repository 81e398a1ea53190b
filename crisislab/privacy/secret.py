"""The organisation's secret behind every pseudonym: one file, outside all case folders.

It lies where the system keeps settings of people (``~/.config/crisislab/secret``, in Windows
``%APPDATA%``), or where ``CRISISLAB_SECRET`` says. The first review makes it. Whoever loses it gets
other names from then on; whoever gives it away gives away who is who.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import stat
import sys
from pathlib import Path

from crisislab.errors import CrisisLabError, Problem, Said
from crisislab.privacy.names import Names

VARIABLE = "CRISISLAB_SECRET"
_WORD, _FORMAT = "crisislab-secret", 1
_HEAD = f"{_WORD} {_FORMAT}"


def load_names(case: Path | None = None, *, secret: str | Path | None = None) -> Names:
    """Return the pseudonyms of this organisation; its secret is made when there is none.

    Args:
        case: Folder of the case, in which the secret must not lie.
        secret: File of the secret; by default the one ``CRISISLAB_SECRET`` names, else the
            user's own.

    Raises:
        CrisisLabError: ``CL-SECRET-INSIDE``, ``CL-SECRET-OPEN``, ``CL-SECRET-MISSING``,
            ``CL-SECRET-FORMAT``, ``CL-SECRET-NEWER`` or ``CL-SECRET-WRITE``; nothing is written
            without pseudonyms.
    """
    path = _place(case, secret)
    if not path.exists():
        _make(path)
    return Names(_read(path))


def check_secret(case: Path) -> None:
    """Refuse a secret that a review of the case could not use; none is made here.

    Raises:
        CrisisLabError: As :func:`load_names`, but for ``CL-SECRET-WRITE``.
    """
    path = _place(case, None)
    if path.exists():
        _read(path)


def _place(case: Path | None, secret: str | Path | None) -> Path:
    asked = secret or os.environ.get(VARIABLE)
    path = Path(asked).expanduser() if asked else default_path()
    if case is not None and path.resolve().is_relative_to(case.resolve()):
        raise _refused("CL-SECRET-INSIDE", path)
    if asked and not path.exists():
        raise _refused("CL-SECRET-MISSING", path)
    return path


def default_path() -> Path:
    """Return where the secret lies when nothing else is said."""
    home = Path.home()
    if os.name == "nt":
        base = Path(os.environ.get("APPDATA") or home / "AppData" / "Roaming")
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    return base / "crisislab" / "secret"


def make_secret(path: Path) -> None:
    """Write a new secret that only its owner may read; one that is there stays.

    Raises:
        OSError: If it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(f"{_HEAD}\n{secrets.token_hex(32)}\n")
            out.flush()
            os.fsync(out.fileno())
        # Two first reviews at once: the first link counts, and both read it.
        with contextlib.suppress(FileExistsError):
            os.link(beside, path)
    finally:
        beside.unlink()


def _make(path: Path) -> None:
    try:
        make_secret(path)
    except OSError as error:
        raise _refused("CL-SECRET-WRITE", path, error.strerror or str(error)) from error


def _read(path: Path) -> bytes:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        told = path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise _refused("CL-SECRET-FORMAT", path) from error
    if os.name != "nt" and mode & 0o077:
        raise _refused("CL-SECRET-OPEN", path, f"{mode:04o}")
    written = re.fullmatch(rf"{_WORD} (\d{{1,9}})", told[0]) if told else None
    if written and int(written[1]) > _FORMAT:
        raise _refused("CL-SECRET-NEWER", path, written[1])
    if len(told) < 2 or told[0] != _HEAD or not re.fullmatch(r"[0-9a-f]{64,}", told[1]):
        raise _refused("CL-SECRET-FORMAT", path)
    return bytes.fromhex(told[1][: len(told[1]) // 2 * 2])


def _refused(code: str, path: Path, reason: str = "") -> CrisisLabError:
    own = "own" if path == default_path() else "named"
    facts = {"name": VARIABLE, "known": _FORMAT,
             "way": Said(f"safety.way.secret_{own}", {"name": VARIABLE})}  # fmt: skip
    return CrisisLabError(Problem(code, file=str(path), value=reason, facts=facts))
