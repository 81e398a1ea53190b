"""Split delimited text into Arrow columns: run as a process of its own, questions in, columns out.

Only what is beyond doubt is split here: quotation marks where the format wants them, rows as wide
as the header, no blank row, no header again. Every other block goes back as text, and the rules
written for it decide. What comes out is the same either way; the tests hold that.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO, Any

sys.path.insert(0, str(Path(__file__).parent))

from _frames import (  # type: ignore[import-not-found]
    ends_plainly,
    is_utf8,
    limit,
    numbers,
    questions,
    send,
    send_columns,
)

_LARGEST = 2**26
_HELD = 3
_NEWLINE, _RETURN, _QUOTE = 10, 13, 34


@dataclass
class Asked:
    """What the caller wants: from which byte of a file, the shape of the table, which columns."""

    path: str
    start: int
    delimiter: str
    width: int
    wanted: list[int]
    first: str
    line: int
    block: int


@dataclass
class Marks:
    """Where the line ends of a block are, and which of them end a row."""

    newlines: Any
    ends: Any
    sound: bool


def marks_of(data: Any, delimiter: int, *, at_end: bool) -> Marks:
    """Return the line ends of a block, and whether every quotation mark stands where it may."""
    import numpy as np

    newlines = np.flatnonzero(data == _NEWLINE)
    quotes = np.flatnonzero(data == _QUOTE)
    if not len(quotes):
        return Marks(newlines, newlines, True)
    opening, closing = quotes[0::2], quotes[1::2]
    inside = np.searchsorted(quotes, newlines) & 1
    ends = newlines[inside == 0]
    # A mark that closes, and one right behind it that opens, are one mark of the text.
    again = np.zeros(len(closing) + 1, dtype=bool)
    again[: len(opening) - 1] = opening[1:] == closing[: len(opening) - 1] + 1
    doubled = np.concatenate(([False], again[:-1]))[: len(closing)]
    if len(opening) > len(closing):
        # The last one is still open: only what comes before its row is of use.
        if at_end:
            return Marks(newlines, ends, False)
        ends = ends[ends < opening[-1]]
        opening = opening[:-1]
    before = data[opening - 1]
    starts = (before == delimiter) | (before == _NEWLINE) | (opening == 0) | doubled
    after = data[np.minimum(closing + 1, len(data) - 1)]
    stops = (after == delimiter) | (after == _NEWLINE) | (after == _RETURN) | again[:-1]
    stops |= closing + 1 == len(data)
    return Marks(newlines, ends, bool(starts.all() and stops.all()))


def _swallows(body: bytes, data: Any, marks: Marks, asked: Asked) -> bool:
    """Return whether a further line of a cell holds as many delimiters as a row."""
    import numpy as np

    if len(marks.newlines) == len(marks.ends) or asked.width < 3:
        return False
    mark = asked.delimiter.encode()
    inner = np.ones(len(marks.newlines), dtype=bool)
    inner[np.searchsorted(marks.newlines, marks.ends)] = False
    nexts = np.flatnonzero(inner) + 1
    starts, stops = marks.newlines[nexts - 1].tolist(), marks.newlines[nexts].tolist()
    wide = any(
        body.count(mark, start, stop) >= asked.width - 1
        for start, stop in zip(starts, stops, strict=True)
    )
    return wide and _swallows_inside(data, marks, ord(mark), nexts, asked.width)


def _swallows_inside(data: Any, marks: Marks, mark: int, nexts: Any, width: int) -> bool:
    """Count again, only the delimiters within quotation marks."""
    import numpy as np

    quotes = np.flatnonzero(data == _QUOTE)
    found = np.flatnonzero(data == mark)
    found = found[np.searchsorted(quotes, found) & 1 == 1]
    counts = np.bincount(np.searchsorted(marks.newlines, found), minlength=len(marks.newlines) + 1)
    return bool((counts[nexts] >= width - 1).any())


def _columns(body: Any, asked: Asked) -> Any:
    """Return the wanted columns of a block as text; ``None`` when a row is not as wide."""
    import pyarrow as pa
    from pyarrow import csv

    names = [str(i) for i in range(asked.width)]
    wanted = [str(i) for i in asked.wanted]
    try:
        return csv.read_csv(
            pa.BufferReader(body),
            csv.ReadOptions(block_size=len(body) + 1, use_threads=False, column_names=names),
            csv.ParseOptions(
                delimiter=asked.delimiter, newlines_in_values=True, ignore_empty_lines=False
            ),
            csv.ConvertOptions(
                column_types=dict.fromkeys(wanted, pa.string()), include_columns=wanted,
                null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=True,
                check_utf8=False,  # all cells were looked at as one: ten times as fast as each
            ),
        )  # fmt: skip
    except pa.ArrowInvalid:
        return None


def _is_plain(table: Any, asked: Asked, n: int) -> bool:
    import pyarrow.compute as pc

    if table.num_rows != n or _has_header(table.column("0"), asked.first):
        return False
    if not table.column("0").null_count:
        return True
    blank = pc.is_null(table.column("0"))
    for name in table.column_names[1:]:
        blank = pc.and_(blank, pc.is_null(table.column(name)))
    return not pc.any(blank).as_py()


def _has_header(cells: Any, name: str) -> bool:
    """Return whether the header stands there again; where all cells are too short, it cannot."""
    import pyarrow.compute as pc

    long = cells.filter(pc.greater_equal(pc.binary_length(cells), len(name.encode())))
    if not len(long) or (not name.isdigit() and pc.all(pc.ascii_is_decimal(long)).as_py()):
        return False
    return bool(pc.any(pc.equal(pc.utf8_trim(long, "\ufeff "), name)).as_py())


def blocks(stream: IO[bytes], size: int) -> Iterator[tuple[bytes, bool]]:
    """Yield the text in blocks, each with whether it is the last; unused rests come again."""
    while True:
        block = stream.read(size)
        yield block, not block
        if not block:
            return


def main() -> None:
    """Answer questions, one on each line of standard input."""
    # Loaded before the first one is asked: this program is started while others still count.
    for name in ("numpy", "pyarrow.compute", "pyarrow.csv"):
        import_module(name)
    for question in questions():
        asked = Asked(**question)
        with Path(asked.path).open("rb", buffering=0) as file:
            file.seek(asked.start)
            split(file, asked)


def split(file: IO[bytes], asked: Asked) -> None:
    """Write blocks of columns or of text, and where it stops."""
    import numpy as np

    line, rest = asked.line, b""
    mark = ord(asked.delimiter)
    for block, at_end in blocks(file, asked.block):
        body = rest + block
        if at_end or len(body) > _LARGEST:
            # The last rows may be footers, and a quote that never closes is no row at all.
            break
        data = np.frombuffer(body, dtype=np.uint8)
        marks = marks_of(data, mark, at_end=False)
        if not marks.sound:
            break
        if len(marks.ends) <= _HELD:
            rest = body
            continue
        ends = marks.ends[:-_HELD]
        cut = int(ends[-1]) + 1
        _send_block(body, data[:cut], marks, ends, asked, line)
        line += int(np.searchsorted(marks.newlines, cut))
        rest = body[cut:]
    send({"kind": "rest", "line": line})


def _send_block(body: bytes, data: Any, marks: Marks, ends: Any, asked: Asked, line: int) -> None:
    import numpy as np

    newlines = marks.newlines[: int(np.searchsorted(marks.newlines, len(data)))]
    whole = Marks(newlines, ends, True)
    rows = memoryview(body)[: len(data)]
    table = None
    if data.min() and is_utf8(rows) and not _swallows(body, data, whole, asked):
        table = _columns(rows, asked)
    told = {"line": line, "n_lines": len(newlines), "n_bytes": len(data)}
    if table is None or not _is_plain(table, asked, len(ends)):
        send({"kind": "text", **told}, rows)
        return
    if len(newlines) == len(ends):
        first = np.arange(line, line + len(ends))
    else:
        last = np.searchsorted(newlines, ends) + line
        first = np.concatenate(([line], last[:-1] + 1))
    columns = dict(zip(table.column_names, table.columns, strict=True))
    plain = {"plain": ends_plainly(body, len(data))}
    send_columns(told | plain, columns | {"line": numbers(first)})


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limit()
    main()
