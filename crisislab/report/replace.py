"""A set of files replaced as a whole: the old ones stay complete, or the new ones are.

One file is replaced atomically by ``os.replace``; a set is not, and renaming the whole folder
would carry the user's own files with it and leave no review at all for a moment. So a set is
replaced as databases do it, with a journal, in a folder beside the files:

1. ``.crisislab-writing/new``: every new file, written and synced. Nothing visible has changed; a
   full disk or an interruption here costs nothing.
2. ``.crisislab-writing/old``: the present files, as links (or copies). Then the mark ``swap``.
   From here on the old set is complete *in the folder beside*, whatever happens.
3. Every new file takes its place, ``review.html`` last; then the mark goes, then the folder.

If step 3 fails (a table is open in Excel), or is interrupted, the old files are put back at once.
If the process is killed inside step 3 (well under a millisecond), the next start finds the mark
and puts the old files back before it does anything else: :func:`recover`. ``manifest.json`` holds
the hash of every file, so a set that does not belong together can always be told.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from crisislab.files import held, sync_folder, told

BESIDE = ".crisislab-writing"


def replace_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Put files into a folder, all or none, in their order; other files are left alone.

    Raises:
        CrisisLabError: ``CL-OUT-FULL``, ``CL-OUT-DENIED``, ``CL-OUT-OPEN``, ``CL-OUT-BUSY`` or
            ``CL-OUT-FOLDER``; the folder is then as it was.
    """
    made = _make(folder)
    try:
        with _lock(folder) as beside:
            _put_back(folder, beside)
            _stage(files, beside)
            _swap(list(files), folder, beside)
    except OSError as error:
        raise told(error, folder, way="out") from error
    finally:
        for empty in made:
            with contextlib.suppress(OSError):
                empty.rmdir()


def recover(folder: Path) -> None:
    """Put the old files back where a killed process left a set half replaced."""
    if (folder / BESIDE / "swap").exists():
        with _lock(folder) as beside:
            _put_back(folder, beside)


def _make(folder: Path) -> list[Path]:
    """Make a folder; return those made, innermost first (only empty ones are removed again)."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise told(error, folder, way="out") from error
    return missing


@contextlib.contextmanager
def _lock(folder: Path) -> Iterator[Path]:
    """Give the folder beside to one process at a time; the lock dies with the process."""
    beside = folder / BESIDE
    beside.mkdir(exist_ok=True)
    try:
        with held(beside / "lock", place=folder, way="out"):
            try:
                yield beside
            finally:
                if not (beside / "swap").exists():
                    _clear(beside)
    finally:
        # Not empty while another writes, or while a set waits to be put back.
        with contextlib.suppress(OSError):
            beside.rmdir()


def _stage(files: Mapping[str, bytes], beside: Path) -> None:
    new = beside / "new"
    new.mkdir()
    for name, data in files.items():
        with (new / name).open("xb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
    sync_folder(new)


def _swap(names: list[str], folder: Path, beside: Path) -> None:
    old = beside / "old"
    old.mkdir()
    for name in names:
        if (folder / name).exists():
            _keep(folder / name, old / name)
    (old / "names").write_text("\n".join(names), encoding="utf-8")
    sync_folder(old)
    (beside / "swap").touch()
    sync_folder(beside)
    try:
        for name in names:
            (beside / "new" / name).replace(folder / name)
        sync_folder(folder)
    except BaseException:
        _put_back(folder, beside)
        raise
    (beside / "swap").unlink()


def _keep(path: Path, copy: Path) -> None:
    try:
        os.link(path, copy)
    except OSError:
        shutil.copy2(path, copy)


def _put_back(folder: Path, beside: Path) -> None:
    """Undo a half-done swap if there is one; clear what an earlier process left."""
    mark, old = beside / "swap", beside / "old"
    if mark.exists():
        for name in (old / "names").read_text(encoding="utf-8").splitlines():
            if (old / name).exists():
                if not _linked(old / name, folder / name):
                    (old / name).replace(folder / name)
            else:
                (folder / name).unlink(missing_ok=True)
        sync_folder(folder)
        mark.unlink()
    for part in (beside / "new", old):
        shutil.rmtree(part, ignore_errors=True)


def _linked(first: Path, second: Path) -> bool:
    return second.exists() and first.samefile(second)


def _clear(beside: Path) -> None:
    for part in (beside / "new", beside / "old"):
        shutil.rmtree(part, ignore_errors=True)
