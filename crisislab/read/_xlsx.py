"""Spreadsheets to rows, sheet by sheet, through a process of its own."""

from __future__ import annotations

import json
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crisislab.errors import CrisisLabError, Problem
from crisislab.limits import SHEET_SECONDS
from crisislab.read._bytes import BROKEN_ZIP, Input, check_size
from crisislab.read._csv import RawRow
from crisislab.read._process import command_of

_SECONDS = SHEET_SECONDS
_OLE = b"\xd0\xcf\x11\xe0"
_LOCKED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook.

    Attributes:
        name: Name of the sheet.
        hidden: Whether it is hidden from who opens the workbook.
        height: How many rows it has, empty ones included.
        rows: Its rows; dates as ISO text, numbers as text with all their digits.
    """

    name: str
    hidden: bool
    height: int
    rows: list[RawRow]


def read_sheets(source: Input) -> list[Sheet]:
    """Return the sheets of a workbook.

    Raises:
        CrisisLabError: CL-FILE-DAMAGED or CL-FILE-BOMB.
    """
    if source.archive is not None:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "book.xlsx"
            copy.write_bytes(b"".join(source.blocks()))
            return read_sheets(Input(source.name, copy))
    _check_zip(source)
    _check_lock(source)
    command = command_of("sheets", str(source.path))
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise _damaged(source, "too slow") from None
    if done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip().rsplit("\n", 1)[-1]
        raise _damaged(source, last or f"the parser stopped ({done.returncode})")
    return list(_sheets(done.stdout.splitlines()))


def _damaged(source: Input, why: str) -> CrisisLabError:
    return CrisisLabError(Problem("CL-FILE-DAMAGED", file=source.name, value=why))


def _check_lock(source: Input) -> None:
    """Refuse a workbook with a password, which is an OLE file around an encrypted package."""
    with source.open() as stream:
        start = stream.read(2**20)
    if start.startswith(_OLE) and _LOCKED in start:
        raise CrisisLabError(Problem("CL-FILE-LOCKED", file=source.name, value=source.path.name))


def _check_zip(source: Input) -> None:
    if not zipfile.is_zipfile(source.path):
        return
    try:
        with zipfile.ZipFile(source.path) as archive:
            infos = archive.infolist()
            starts = [archive.open(info).read(2048) for info in infos if _is_xml(info)]
    except BROKEN_ZIP as fault:
        raise _damaged(source, str(fault)) from fault
    if any(b"<!DOCTYPE" in start for start in starts):
        raise _damaged(source, "a part of it declares a document type")
    packed = source.path.stat().st_size
    check_size(source.name, packed, sum(info.file_size for info in infos))


def _is_xml(info: zipfile.ZipInfo) -> bool:
    return info.filename.endswith((".xml", ".rels")) and not info.flag_bits & 1


def _sheets(lines: list[bytes]) -> Iterator[Sheet]:
    told = [json.loads(line) for line in lines]
    at = 0
    while at < len(told):
        head = told[at]
        height = int(head["height"])
        rows = told[at + 1 : at + 1 + height]
        yield Sheet(
            head["sheet"], bool(head["hidden"]), height,
            [RawRow(i, 1, [_text(cell) for cell in row]) for i, row in enumerate(rows, start=1)],
        )  # fmt: skip
        at += 1 + height


def _text(cell: str | list[str]) -> str:
    return cell if isinstance(cell, str) else cell[1]
