"""Which files a call means: paths, folders and archives to a list of inputs."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from os import PathLike
from pathlib import Path, PurePosixPath

import crisislab.limits as limits
from crisislab.errors import CrisisLabError, Problem
from crisislab.read._bytes import (
    BROKEN_ZIP,
    Input,
    check_size,
    damaged,
    is_link,
    kind_of,
)

Paths = str | PathLike[str] | Iterable[str | PathLike[str]]
_OFFICE = ("[Content_Types].xml", "xl/workbook.xml", "mimetype", "content.xml")
# What a case keeps for itself, in its folder.
KEPT = ".crisislab"
_IGNORED = ("__MACOSX", KEPT)
_TWEETS = ("/tweets.js", "/tweet.js")
_OF_WINDOWS = ("thumbs.db", "desktop.ini")


def paths_of(paths: Paths) -> list[Path]:
    """Return a path or several as a list; a path is never a pattern.

    >>> [p.name for p in paths_of("bracket[1].csv")]
    ['bracket[1].csv']
    """
    if isinstance(paths, str | PathLike):
        return [Path(paths)]
    return [Path(path) for path in paths]


def exports_in(folder: Path) -> Iterator[Path]:
    """Give the exports of a folder by name; what programs leave there for themselves is none."""
    if folder.is_dir():
        yield from sorted(p for p in folder.iterdir() if not p.name.startswith((".", "~$")))


def names_of(paths: list[Path], root: Path | None) -> list[str]:
    """Return the names to show: relative to the case, else as short as tells them apart."""
    if root is not None:
        base = root.resolve()
        full = [path.resolve() for path in paths]
        return [p.relative_to(base).as_posix() if p.is_relative_to(base) else p.name for p in full]
    short = [path.name for path in paths]
    twice = {name for name in short if short.count(name) > 1}
    return [
        "/".join(path.resolve().parts[-2:]) if path.name in twice else path.name for path in paths
    ]


@dataclass(frozen=True)
class Folder:
    """A folder: its files and the folders in it.

    Attributes:
        name: Name as the analyst knows it.
        files: Files right inside it.
        folders: Folders right inside it.
    """

    name: str
    files: tuple[Input, ...]
    folders: tuple[Folder, ...]

    def all_files(self) -> list[Input]:
        """Return its files and those of the folders inside it."""
        return [*self.files, *(file for folder in self.folders for file in folder.all_files())]


def find_inputs(paths: list[Path], root: Path | None) -> tuple[list[Input | Folder], list[Problem]]:
    """Return every file and folder meant by ``paths``, by name, and what is missing."""
    found: list[Input | Folder] = []
    problems: list[Problem] = []
    for path, name in zip(paths, names_of(paths, root), strict=True):
        if not path.exists():
            problems.append(Problem("CL-FILE-MISSING", file=name, value=str(path)))
        elif path.is_dir():
            found.append(_folder(path, name))
        else:
            found.append(Input(name, path))
    n = sum(len(one.all_files()) if isinstance(one, Folder) else 1 for one in found)
    if n > limits.MAX_FILES:
        facts = {"limit": limits.MAX_FILES}
        return [], [Problem("CL-LIMIT-FILES", value=str(n), facts=facts)]
    return sorted(found, key=lambda i: i.name), problems


def _folder(folder: Path, name: str) -> Folder:
    inside = sorted(p for p in folder.iterdir() if not _ignored(p.name) and not p.is_symlink())
    files = (Input(f"{name}/{p.name}", p, asked=False) for p in inside if p.is_file())
    folders = (_folder(p, f"{name}/{p.name}") for p in inside if p.is_dir())
    return Folder(name, tuple(files), tuple(folders))


def lake_of(folder: Folder) -> str:
    """Return whose table a folder is the inside of: there, files hold what is no longer so."""
    if any(inside.name.endswith("/_delta_log") for inside in folder.folders):
        return "Delta Lake"
    told = (file for inside in folder.folders if inside.name.endswith("/metadata")
            for file in inside.files)  # fmt: skip
    return "Iceberg" if any(file.name.endswith(".metadata.json") for file in told) else ""


def beside_tweets(files: Iterable[Input]) -> frozenset[str]:
    """Return which files of an X archive are its viewer and its readme, and hold no data.

    Only those: whatever else somebody put there is read.
    """
    names = [file.name for file in files]
    data = {name.rpartition("/")[0] for name in names if name.endswith(_TWEETS)}
    roots = {folder.rpartition("/")[0] for folder in data if folder.endswith("/data")}
    return frozenset(
        name
        for name in names
        if (name.rpartition("/")[0] in data and name.endswith("/README.txt"))
        or (name.rpartition("/")[0] in roots and name.casefold().endswith(".html"))
        or any(name.startswith(f"{root}/assets/") for root in roots)
    )


def n_bytes_of(source: Input | Folder) -> int:
    """Return how many bytes a file or folder has on disk."""
    files = source.all_files() if isinstance(source, Folder) else [source]
    return sum(file.path.stat().st_size for file in files)


def is_archive(source: Input) -> bool:
    """Return whether a file is a zip that holds files, not a spreadsheet."""
    with source.raw() as stream:
        if kind_of(stream.read(8)) != "zip":
            return False
    return source.archive is None and not is_office(source)


def is_office(source: Input) -> bool:
    """Return whether a zip is a spreadsheet (XLSX or ODS)."""
    try:
        with source.raw() as stream, zipfile.ZipFile(stream) as archive:
            return any(name in _OFFICE for name in archive.namelist())
    except BROKEN_ZIP:
        return False


def members_of(source: Input, opened: ExitStack) -> list[Input]:
    """Return the files inside an archive, which is refused when it is unsafe.

    The archive stays open, for all its members, until ``opened`` closes.

    Raises:
        CrisisLabError: CL-FILE-DAMAGED, CL-FILE-BOMB, CL-FILE-UNSAFE or CL-FILE-LOCKED.
    """
    try:
        archive = opened.enter_context(zipfile.ZipFile(source.path))
        infos = archive.infolist()
    except BROKEN_ZIP as fault:
        raise damaged(source.name, fault) from fault
    _check_members(source, infos)
    kept = [info for info in infos if not info.is_dir() and not _ignored(info.filename)]
    inside = [
        Input(f"{source.name}/{info.filename}", source.path, info.filename, False, archive)
        for info in kept
    ]
    return sorted(inside, key=lambda i: i.name)


def _ignored(name: str) -> bool:
    last = PurePosixPath(name).name
    hidden = last.startswith((".", "~$")) or last.casefold() in _OF_WINDOWS
    return name.startswith(_IGNORED) or hidden


def _check_members(source: Input, infos: list[zipfile.ZipInfo]) -> None:
    def refuse(code: str, value: object) -> CrisisLabError:
        return CrisisLabError(Problem(code, file=source.name, value=str(value)))

    if len(infos) > limits.MAX_FILES:
        raise refuse("CL-FILE-BOMB", f"{len(infos)} > {limits.MAX_FILES}")
    packed = source.path.stat().st_size
    check_size(source.name, packed, sum(info.file_size for info in infos))
    twice, n = Counter(info.filename for info in infos).most_common(1)[0] if infos else ("", 0)
    if n > 1:
        raise refuse("CL-FILE-UNSAFE", twice)
    for info in infos:
        if _unsafe(info):
            raise refuse("CL-FILE-UNSAFE", info.orig_filename)
        if info.flag_bits & 1:
            raise refuse("CL-FILE-LOCKED", info.filename)


def _unsafe(info: zipfile.ZipInfo) -> bool:
    name = info.orig_filename
    parts = name.replace("\\", "/").split("/")
    drive = len(name) > 1 and name[1] == ":"
    return (
        not name
        or name.startswith(("/", "\\"))
        or ".." in parts
        or drive
        or is_link(info)
        or "\0" in name
    )
