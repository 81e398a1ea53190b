"""What a finished review no longer needs: the exports, with everybody's names and words in them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crisislab.case import open_case
from crisislab.errors import CrisisLabError, Problem
from crisislab.files import held, lock_of, write_file
from crisislab.read.labels import LABEL_FILE
from crisislab.words import say

# Personal data as exported, and what was made of it for speed.
_GOES = ("posts", "log", "drills", ".crisislab")
RECORD = "purged.json"


@dataclass(frozen=True)
class Purge:
    """What goes and what stays.

    Attributes:
        goes: Files that are removed, relative to the case, with their SHA-256.
        stays: Files that are kept.
        done: Whether it happened; else it is what would happen.
    """

    goes: dict[str, str]
    stays: tuple[str, ...]
    done: bool = False

    def summary(self, lang: str) -> str:
        """Return it in words."""
        head = "safety.purge.done" if self.done else "safety.purge.would"
        lines = [say(head, lang, n=len(self.goes)), *(f"  - {name}" for name in self.goes)]
        lines.append(say("safety.purge.kept", lang, n=len(self.stays)))
        lines += [f"  + {name}" for name in self.stays]
        lines.append(say("safety.purge.notes" if self.done else "safety.purge.ask", lang))
        return "\n".join(lines)


def purge(folder: Path, written: Path, *, really: bool = False) -> Purge:
    """Remove the exports of a reviewed case; settings, plan, labels and the review stay.

    ``labels.csv`` holds ids of posts, no texts; it stays because shares rest on it. What is removed
    is listed with its hash in ``purged.json``, so that another copy can be told to be the same.

    Args:
        folder: The case.
        written: Folder of its review.
        really: Whether to do it; else it is only said what would go.

    Raises:
        CrisisLabError: ``CL-PURGE-UNREVIEWED`` if the review was made of other files: nothing goes.
    """
    goes = {_name(path, folder): _hash(path) for part in _GOES for path in _files(folder / part)}
    stays = tuple(_name(path, folder) for path in _files(folder) if _name(path, folder) not in goes)
    _check_reviewed(folder, written)
    if not really:
        return Purge(goes, stays)
    with held(lock_of(folder / RECORD), place=folder):
        text = json.dumps({"removed": goes}, indent=2, ensure_ascii=False, sort_keys=True)
        # First the list: an interruption leaves files that are listed, never a gap without one.
        write_file(folder / RECORD, f"{text}\n".encode())
        for name in goes:
            (folder / name).unlink()
        for part in _GOES:
            _remove_empty(folder / part)
    return Purge(goes, stays, done=True)


def _check_reviewed(folder: Path, written: Path) -> None:
    try:
        known = json.loads((written / "manifest.json").read_text("utf-8"))["inputs"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CrisisLabError(Problem("CL-PURGE-UNREVIEWED", file=str(written))) from error
    ledger = open_case(folder).ledger
    now = dict(zip(ledger["source_file"], ledger["sha256"].fillna(""), strict=True))
    for name in sorted({*now, *known} - {LABEL_FILE}):
        if now.get(name) != known.get(name):
            raise CrisisLabError(Problem("CL-PURGE-UNREVIEWED", file=str(written), value=name))


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(p for p in folder.rglob("*") if p.is_file() or p.is_symlink())


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _hash(path: Path) -> str:
    if path.is_symlink():
        return "link"
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _remove_empty(folder: Path) -> None:
    if folder.is_dir():
        for path in sorted(folder.rglob("*"), reverse=True):
            path.rmdir()
        folder.rmdir()
