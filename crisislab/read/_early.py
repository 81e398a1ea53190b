"""Programs that split large texts, started before anything waits for them.

Such a program needs as long to be ready as this package needs to be loaded: who begins with the
program has both in the time of one. What it will be asked about the first large text can mostly be
told from its first lines: then it has begun with its answer when it is asked.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

from crisislab.errors import CrisisLabError
from crisislab.read._bytes import Input
from crisislab.read._inputs import Folder, Paths, find_inputs, paths_of
from crisislab.read._programs import kept_programs, program

# Below this many bytes, starting a process costs more than it saves.
LEAST = 2**22
# From here on, programs are started early, and two of them read JSON lines in turns, each every
# other span.
LARGE = 2**25
N_PROGRAMS = 2
# What is read at a time: it holds enough rows to be typed as they come, so nothing is joined.
BLOCK_BYTES = 2**24
_SEEN = 2**16
_MARK = b"\xef\xbb\xbf"
_DELIMITERS = ",;\t|"
# Of tables that are wider, few columns are used, and all would be split for nothing.
_WIDEST = 40
_ROWS = 3
# Records of the one layout that is read in bulk.
_LAYOUT = "x-v2"
_KEYS = frozenset({"id", "text", "author_id"})
Question = dict[str, Any]


@contextmanager
def programs_for(paths: Paths) -> Iterator[None]:
    """Keep programs for the block, with those begun that the first text to be split will ask.

    Nothing is told of what cannot be opened: who reads it tells.
    """
    with kept_programs():
        with suppress(OSError, CrisisLabError):
            split = (source for source in _files(paths) if source.path.stat().st_size >= LEAST)
            first = next(split, None)
            if first is not None and start_early(first):
                _begin(first)
        yield


def start_early(source: Input) -> bool:
    """Start the programs that will split a large text; return whether it is one."""
    if source.path.stat().st_size < LARGE or not source.plain:
        return False
    with source.open() as stream:
        start = stream.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"["):  # one document, which no program splits
        return False
    if start.startswith(b"{"):
        for number in range(N_PROGRAMS):
            program("records", number).start()
    else:
        program("tables").start()
    return True


def table_question(
    path: Path, start: int, *, delimiter: str, header: Sequence[str], wanted: Sequence[int],
    line: int,
) -> Question:  # fmt: skip
    """Return the question for the rows of a table, which begin at a byte and on a line."""
    return {
        "path": str(path), "start": start, "delimiter": delimiter, "width": len(header),
        "wanted": sorted({0, *wanted}), "first": header[0], "line": line, "block": BLOCK_BYTES,
    }  # fmt: skip


def _spans_of(path: Path, start: int, end: int) -> list[tuple[int, int]]:
    """Return the spans that programs read in turns, each with whole lines."""
    cuts = {_line_after(path, at) for at in range(start + BLOCK_BYTES, end, BLOCK_BYTES)}
    return list(pairwise(sorted({start, end, *cuts})))


def records_questions(path: Path, layout: str, start: int, end: int) -> list[Question]:
    """Return the question for each program that reads the records of a text."""
    spans = _spans_of(path, start, end)
    n = min(len(spans), N_PROGRAMS if end - start >= LARGE else 1)
    return [{"path": str(path), "layout": layout, "spans": spans[i::n], "block": 2 * BLOCK_BYTES}
            for i in range(n)]  # fmt: skip


def _line_after(path: Path, at: int) -> int:
    """Return where the next line begins."""
    with path.open("rb") as file:
        file.seek(at)
        file.readline()
        return file.tell()


def _files(paths: Paths) -> Iterator[Input]:
    inputs, _ = find_inputs(paths_of(paths), None)
    for source in inputs:
        yield from source.all_files() if isinstance(source, Folder) else [source]


def _begin(source: Input) -> None:
    """Let programs begin with what they most likely will be asked about a text, if that is told."""
    with source.open() as stream:
        start = stream.read(_SEEN)
    mark = len(_MARK) if start.startswith(_MARK) else 0
    text = start[mark:].decode("utf-8", "ignore")
    if text.lstrip().startswith("{"):
        if _is_known(text.lstrip()):
            end = source.path.stat().st_size
            for number, asked in enumerate(records_questions(source.path, _LAYOUT, mark, end)):
                program("records", number).expect(asked)
    elif (question := _of_table(source.path, mark, text)) is not None:
        program("tables").expect(question)


def _is_known(text: str) -> bool:
    line = text.partition("\n")[0]
    try:
        first = json.loads(line)
    except (ValueError, RecursionError):
        return '"data":[{' in line[:20].replace(" ", "")  # a page is longer than what was seen
    return isinstance(first.get("data"), list) or first.keys() >= _KEYS


def _of_table(path: Path, mark: int, text: str) -> Question | None:
    """Return the question for a table whose first line is its header, and whose rows fit it."""
    line = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=line.count)
    try:
        head, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except (csv.Error, ValueError):
        return None
    header = [cell.strip() for cell in head]
    alike = len(rows) > _ROWS and all(len(row) == len(header) for row in rows[:-1])
    if not alike or not 1 < len(header) <= _WIDEST or "" in header:
        return None
    begins = mark + len(line.encode("utf-8")) + 1
    return table_question(
        path, begins, delimiter=delimiter, header=header, wanted=range(len(header)), line=2
    )  # fmt: skip
