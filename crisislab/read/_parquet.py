"""Parquet files as tables: row group by row group, by a program beside us, counted apart from it.

Names and rows are told by ``_footer``; values come from ``children/row_groups.py`` and go the way
of every table. A warehouse writes folders of many files: what stands in the names of the folders
right around a file (``platform=x``) are columns of it.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import unquote

import numpy as np
import pyarrow as pa

import crisislab.limits as limits
from crisislab.read._bulk import Columns
from crisislab.read._bytes import Input, kind_of
from crisislab.read._columns import fold, match
from crisislab.read._csv import RawRow
from crisislab.read._footer import Footer, read_footer
from crisislab.read._ledger import Units
from crisislab.read._part import Draft
from crisislab.read._process import Message
from crisislab.read._programs import program
from crisislab.read._progress import told, watched
from crisislab.read._text import mend
from crisislab.read.sources.generic import known_times

_PARTITION = re.compile(r"([^=/]+)=([^/]*)")
_NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
# What jobs leave beside their files, by the names they give it, and folders of unfinished ones.
_JOB = re.compile(r"_SUCCESS|_(?:common_)?metadata|_(?:started|committed)_\w+")
_UNFINISHED = "_temporary"
_KINDS = {"count": "count", "number": "count", "instant": "instant"}
_BATCH_BYTES = 2**26
_BATCH = 40_000
_LEAST_BATCH = 500
_STEP = 2**20


def is_of_job(source: Input) -> bool:
    """Return whether a file is no data, but what the job that wrote the data left beside it."""
    place = PurePath(source.name)
    return _JOB.fullmatch(place.name) is not None or _UNFINISHED in place.parts


@dataclass(frozen=True)
class ParquetFile:
    """A Parquet file on disk.

    Attributes:
        path: Where it lies.
        sha256: Hash of its bytes.
        footer: What it says of itself.
        around: Columns told by the folders around it: name -> value of every row.
    """

    path: Path
    sha256: str
    footer: Footer
    around: Mapping[str, str | None]

    @property
    def header(self) -> tuple[str, ...]:
        """Names of the columns: its own, then those of its folders."""
        return (*(leaf.name for leaf in self.footer.leaves), *self.around)

    def is_fit(self, draft: Draft) -> bool:
        """Begin the ledger of the file; return whether it may be read at all."""
        rows, size, found = self.footer.n_rows, self.footer.n_bytes, draft.found
        draft.tally.unit, draft.tally.counted = "row", Units(rows, self.sha256)
        if rows > max(limits.ROWS_FROM, size):
            found.refuse("CL-PARQUET-BOMB", value=rows, kib=size // 2**10)
        elif rows > limits.MAX_LINES:
            found.refuse("CL-LIMIT-LINES", value=rows, limit=limits.MAX_LINES)
        elif not rows:
            found.note("CL-FILE-NO-ROWS", n=None)
        return rows > 0 and not found.is_refused()


@contextmanager
def open_parquet(source: Input) -> Iterator[ParquetFile]:
    """Give a file as it lies on disk; a packed one is unpacked to a folder that is removed.

    Raises:
        CrisisLabError: CL-PARQUET-CUT, CL-PARQUET-LOCKED, CL-FILE-DAMAGED or CL-FILE-BOMB.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = source.path
        if not _is_plain(source):
            path = Path(folder) / "rows.parquet"
            with path.open("wb") as out:
                out.writelines(source.blocks())
        footer = read_footer(path, source.name)
        yield ParquetFile(path, _sha256(path), footer, _around(source, footer))


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with watched(path) as stream:
        while block := stream.read(_STEP):
            digest.update(block)
    return digest.hexdigest()


def _is_plain(source: Input) -> bool:
    if source.archive is not None:
        return False
    with source.path.open("rb") as stream:
        return kind_of(stream.read(8)) == "parquet"


def _around(source: Input, footer: Footer) -> dict[str, str | None]:
    """Return what the folders right around a file say; times are told by rows alone."""
    own = {fold(leaf.name) for leaf in footer.leaves} | known_times()
    found: dict[str, str | None] = {}
    place = PurePath(source.member) if source.member else source.path.absolute()
    for folder in place.parent.parts[::-1]:
        pair = _PARTITION.fullmatch(folder)
        if pair is None:
            break
        name, value = unquote(pair[1]), unquote(pair[2])
        if fold(name) not in own:
            found[name] = None if value in ("", _NO_VALUE) else value
    return found


@dataclass
class RowGroups:
    """The rows of a Parquet file as a table; findings fill as they pass.

    Attributes:
        file: The file.
        draft: What is made of it, its reader known.
    """

    file: ParquetFile
    draft: Draft
    _left: list[str] = field(default_factory=list)
    _n: int = 0

    @property
    def header(self) -> tuple[str, ...]:
        """Names of the columns."""
        return self.file.header

    def __iter__(self) -> Iterator[Columns]:
        """Yield the rows, many at a time, the columns that are used."""
        footer, found = self.file.footer, self.draft.found
        wanted = self._wanted()
        with program("row_groups").answers(self._asked(wanted)) as answers:
            last = None
            for last in answers:
                if last.kind == "rows":
                    told(footer.n_bytes * last.n_lines // footer.n_rows)
                    self._n += last.n_lines
                    yield self._columns(last, wanted)
        self._close(last)
        if left := [*footer.nested, *dict.fromkeys(self._left)]:
            found.note("CL-COLUMN-NESTED", value=", ".join(left), n=None)

    def rows(self) -> Iterator[RawRow]:
        """Yield the rows one by one, every cell as text."""
        for block in self:
            columns = [block.cells[i].to_pylist() for i in range(len(self.header))]
            for line, cells in zip(block.lines.tolist(), zip(*columns, strict=True), strict=True):
                yield RawRow(line, 1, [cell or "" for cell in cells])

    def _wanted(self) -> dict[int, str]:
        """Return the columns that are used, each with what it is for."""
        reader = self.draft.reader
        assert reader is not None
        if reader.finish is not None or reader.unfold is not None:
            return dict.fromkeys(range(len(self.header)), "text")
        types = {column.name: column.type for column in self.draft.table.columns}
        wanted: dict[int, str] = {}
        for mapped in match(reader, self.draft.declared, self.header):
            kind = _KINDS.get(types.get(mapped.column, ""), "text")
            for i in mapped.at:
                alone = len(mapped.at) == 1 and wanted.get(i, kind) == kind
                wanted[i] = kind if alone else "text"
        return wanted

    def _asked(self, wanted: dict[int, str]) -> dict[str, Any]:
        """Return what the program is asked: it counts rows by some column, whatever is wanted."""
        footer = self.file.footer
        at = sorted(i for i in wanted if i < len(footer.leaves)) or [0]
        leaves = [footer.leaves[i].index for i in at]
        size = sum(footer.unpacked[i] for i in leaves) // footer.n_rows + 1
        most = max(limits.RATIO_FROM, limits.MAX_RATIO * footer.n_bytes)
        return {
            "path": str(self.file.path), "leaves": leaves,
            "kinds": [wanted.get(i, "text") for i in at],
            "batch": min(_BATCH, max(_LEAST_BATCH, _BATCH_BYTES // size)),
            "most": min(most, limits.MAX_BYTES),
        }  # fmt: skip

    def _columns(self, message: Message, wanted: dict[int, str]) -> Columns:
        n, leaves = message.n_lines, self.file.footer.leaves
        cells = {
            i: self._cells(message.columns[str(leaves[i].index)], leaves[i].name, message.line)
            for i in wanted if i < len(leaves)
        }  # fmt: skip
        for i, value in enumerate(self.file.around.values(), start=len(leaves)):
            cells[i] = pa.repeat(pa.scalar(value, pa.large_string()), n)
        return Columns(cells, np.arange(message.line, message.line + n), n)

    def _cells(self, values: Any, name: str, line: int) -> Any:
        """Return the cells of a column as they go on: mended where they are not UTF-8."""
        if pa.types.is_null(values.type):
            self._left.append(name)
            return pa.nulls(len(values), pa.large_string())
        if not (pa.types.is_binary(values.type) or pa.types.is_large_binary(values.type)):
            return values
        texts = []
        for i, value in enumerate(values.to_pylist(), start=line):
            text = value and value.decode("utf-8", "surrogateescape")
            if text and not text.isprintable() and any("\udc80" <= c <= "\udcff" for c in text):
                text, how = mend(text)
                self.draft.repaired[i] = how
                self.draft.found.note("CL-TEXT-BYTES", line=i, value=how)
            texts.append(text)
        return pa.array(texts, pa.large_string())

    def _close(self, last: Message | None) -> None:
        """Refuse a file whose rows did not come to the end, or are not as many as it says."""
        found, n_rows = self.draft.found, self.file.footer.n_rows
        fault = last.body.decode() if last is not None else ""
        if fault == "size":
            found.refuse("CL-PARQUET-BOMB", value=n_rows, kib=self.file.footer.n_bytes // 2**10)
        elif last is None or last.kind != "rest":
            value = fault or f"the parser stopped after row {self._n}"
            found.refuse("CL-FILE-DAMAGED", value=value)
        elif self._n != n_rows:
            found.refuse("CL-LEDGER", n=self._n, n_of=n_rows)
