"""What a finished review no longer needs: the exports, with everybody's names and words in them."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from crisislab.errors import CrisisLabError, Problem
from crisislab.files import held, lock_of, write_file, writing
from crisislab.opening import open_case
from crisislab.read.labels import LABEL_FILE
from crisislab.store import FOLDER, HEAD
from crisislab.words import say

# Personal data as exported, and what was made of it for speed.
_GOES = ("posts", "log", "drills", FOLDER)
RECORD = "purged.json"


@dataclass(frozen=True)
class Purge:
    """What goes and what stays.

    Attributes:
        goes: Files that are removed, relative to the case, with their SHA-256.
        stays: Files that are kept.
        links: Links among those that go -> where the files behind them are and stay.
        done: Whether it happened; else it is what would happen.
    """

    goes: dict[str, str]
    stays: tuple[str, ...]
    links: dict[str, str] = field(default_factory=dict)
    done: bool = False

    def summary(self, lang: str) -> str:
        """Return it in words."""
        head = "safety.purge.done" if self.done else "safety.purge.would"
        lines = [say(head, lang, n=len(self.goes)), *(f"  - {name}" for name in self.goes)]
        lines.append(say("safety.purge.kept", lang, n=len(self.stays)))
        lines += [f"  + {name}" for name in self.stays]
        if self.links:
            lines.append(say("safety.purge.behind", lang))
            lines += [f"  + {name} -> {target}" for name, target in self.links.items()]
        lines.append(say("safety.purge.notes" if self.done else "safety.purge.ask", lang))
        return "\n".join(lines)


def purge(folder: Path, written: Path, *, really: bool = False) -> Purge:
    """Remove the exports of a reviewed case; settings, plan, labels and the review stay.

    ``labels.csv`` holds ids of posts, no texts; it stays because shares rest on it. What is removed
    is listed with its hash in ``purged.json``, so that another copy can be told to be the same. A
    removal that was broken off is ended by the next call.

    Args:
        folder: The case.
        written: Folder of its review.
        really: Whether to do it; else it is only said what would go.

    Raises:
        CrisisLabError: ``CL-PURGE-UNREVIEWED`` if the review was made of other files: nothing goes;
            ``CL-OUT-...`` if something cannot be removed.
    """
    if not (really and folder.is_dir()):
        return _planned(folder, written)
    with _alone(folder), writing(folder):
        found = _planned(folder, written)
        removed = {"removed": _listed(folder) | found.goes}
        text = json.dumps(removed, indent=2, ensure_ascii=False, sort_keys=True)
        # First the list: an interruption leaves files that are listed, never a gap without one.
        write_file(folder / RECORD, f"{text}\n".encode())
        for name in found.goes:
            (folder / name).unlink(missing_ok=True)
    for part in _GOES:
        _remove_empty(folder / part)
    return replace(found, done=True)


def _planned(folder: Path, written: Path) -> Purge:
    locks = [lock_of(path) for path in (folder / RECORD, folder / FOLDER / HEAD)]
    there = {_name(path, folder): path for path in _files(folder) if path not in locks}
    goes = {name: _hash(path) for name, path in there.items() if name.split("/")[0] in _GOES}
    if not _broken_off(folder, goes):
        _check_reviewed(folder, written)
    links = {name: str(there[name].resolve()) for name in goes if there[name].is_symlink()}
    return Purge(goes, tuple(name for name in there if name not in goes), links)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the case against another removal, and its store against whoever fills it."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(held(lock_of(folder / RECORD), place=folder / RECORD))
        if (folder / FOLDER).is_dir():
            stack.enter_context(held(lock_of(folder / FOLDER / HEAD), place=folder / FOLDER))
        yield


def _broken_off(folder: Path, goes: dict[str, str]) -> bool:
    """Return whether all that is left was listed, with its hash, by a removal before this one.

    Without the files that are gone the case does not open any more, and need not: what the list
    holds was held against its review. The store is made of the exports, so it needs no list.
    """
    listed = _listed(folder)
    left = {name: h for name, h in goes.items() if not name.startswith(f"{FOLDER}/")}
    return bool(listed) and left.items() <= listed.items()


def _listed(folder: Path) -> dict[str, str]:
    try:
        told = json.loads((folder / RECORD).read_text("utf-8"))["removed"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return told if isinstance(told, dict) else {}


def _check_reviewed(folder: Path, written: Path) -> None:
    try:
        known = json.loads((written / "manifest.json").read_text("utf-8"))["inputs"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        # Without a review none of the exports is reviewed.
        parts = Problem("CL-PURGE-UNREVIEWED", file=str(written), value="posts/, log/")
        raise CrisisLabError(parts) from error
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
        for path in (*sorted(folder.rglob("*"), reverse=True), folder):
            # What somebody has put there meanwhile stays.
            with contextlib.suppress(OSError):
                path.rmdir()
