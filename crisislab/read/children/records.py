"""Read JSON lines of a known layout into Arrow columns: run as a process of its own.

Arrow's own reader takes many lines at once, strictly: every value of the type that is named, no
key of those that are named twice. What it refuses is cut in halves until the lines are left that it
does not take; these, and those that the layout doubts, go back as text, and the rules written for
them decide. It takes ``NaN`` and ``Infinity``, which are not JSON: lines that may hold them are
looked through by a strict parser before. It also takes what is nested deeper than Python's parser
goes, in keys that nobody reads.
"""

from __future__ import annotations

import gc
import io
import re
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

sys.path.insert(0, str(Path(__file__).parent))

import layouts  # type: ignore[import-not-found]  # beside this program
import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.json as pj
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
_RETURN, _OPEN, _CLOSE = 13, 123, 125
_I, _N, _SMALL_A, _SMALL_N = b"INan"
# After so many cuts, and with so many lines to single out, the careful way is the faster one.
_MANY = 200
# Python's parser refuses longer whole numbers.
_DIGITS, _STEP = 4300, 4096
# What is looked at several times, while the processor still holds it.
_HELD = 2**18
_CONSTANT = re.compile(rb"(?:NaN|Inf(?:inity)?)[ \t\r\n]*[,}\]]")
_FAULTS = (msgspec.MsgspecError, UnicodeError, RecursionError, pa.ArrowException, MemoryError)
_whole = msgspec.json.Decoder(msgspec.Raw)


def _blocks(stream: IO[bytes], n_bytes: int, size: int) -> Iterator[bytes]:
    """Yield whole lines, many at a time; a line that never ends is left to the caller."""
    rest = b""
    while block := stream.read(min(size, n_bytes)):
        n_bytes -= len(block)
        cut = block.rfind(b"\n") + 1
        if cut:
            yield rest + block[:cut]
            rest = block[cut:]
        else:
            rest += block
        if len(rest) > _LARGEST:
            return


def _has_long_numbers(text: bytes) -> bool:
    """Return whether a text may hold whole numbers that are too long for Python's parser."""
    digits = np.flatnonzero(np.frombuffer(text, dtype=np.uint8)[::_STEP] - 48 < 10).tolist()
    return any(text[i * _STEP : i * _STEP + _DIGITS - _STEP].isdigit() for i in digits)


def _may_hold_constants(text: bytes) -> bool:
    """Return whether a text may hold numbers by name, as ``NaN``, which Arrow's reader takes."""
    data = np.frombuffer(text, dtype=np.uint8)
    for start in range(0, len(data), _HELD):
        part = data[start : start + _HELD]
        places = np.flatnonzero((part == _N) | (part == _I)) + start
        after = data[np.minimum(places + 1, len(data) - 1)]
        for at in places[(after == _SMALL_A) | (after == _SMALL_N)].tolist():
            if _CONSTANT.match(text, at):
                return True
    return False


def _ends(body: bytes) -> Any:
    """Return where each line ends, its line end among it."""
    return np.cumsum(np.fromiter(map(len, io.BytesIO(body)), dtype=np.int64))


def _hold_objects(body: bytes, ends: Any) -> bool:
    """Return whether each line begins and ends with a brace; then none goes on in the next."""
    data = np.frombuffer(body, dtype=np.uint8)
    starts = np.concatenate(([0], ends[:-1]))
    last = ends - 2
    last = last - (data[last] == _RETURN)
    return bool((data[starts] == _OPEN).all() and (data[last] == _CLOSE).all())


def _table(body: bytes, ends: Any, schema: Any) -> Any:
    """Return lines as objects of Arrow, or ``None`` where they are not what is expected."""
    if not _hold_objects(body, ends) or _has_long_numbers(body) or not is_utf8(body):
        return None
    reading = pj.ReadOptions(use_threads=False, block_size=len(body) + 1)
    parsing = pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore")
    try:
        if _may_hold_constants(body):
            _whole.decode_lines(body)
        found = pj.read_json(pa.BufferReader(body), reading, parsing)
    except _FAULTS:
        return None
    return found.to_struct_array().combine_chunks() if len(found) == len(ends) else None


@dataclass(frozen=True)
class _Block:
    """Lines, where they end, and the rows read in them; ``None`` where they could not be read."""

    body: bytes
    ends: Any
    rows: Any = None

    def _runs(self) -> Iterator[tuple[int, int, bool]]:
        """Yield runs of lines that were read, and of lines that were not."""
        n = len(self.ends)
        if self.rows is None or len(self.rows.doubtful) > _MANY:
            yield 0, n, False
            return
        start = 0
        for i in [*self.rows.doubtful.tolist(), n]:
            if i > start:
                yield start, i, True
            if i < n:
                yield i, i + 1, False
            start = i + 1

    def send(self, line: int) -> None:
        """Write the lines as columns where they were read, else as text."""
        cuts = np.concatenate(([0], self.ends))
        # What was read is UTF-8.
        plain = self.rows is not None and ends_plainly(self.body, len(self.body))
        for start, stop, good in self._runs():
            text = slice(*cuts[[start, stop]].tolist())
            told = {"line": line + start, "n_lines": stop - start,
                    "n_bytes": text.stop - text.start, "plain": plain}  # fmt: skip
            if good:
                self._send_rows(start, stop, line, told)
            else:
                send({"kind": "text", **told}, self.body[text])

    def _send_rows(self, start: int, stop: int, line: int, told: dict[str, Any]) -> None:
        first, last = np.searchsorted(self.rows.lines, (start, stop)).tolist()
        own, beside = self.rows.lines[first:last], self.rows.n_beside[start:stop]
        columns = {name: values[first:last] for name, values in self.rows.columns.items()}
        columns["line"] = numbers(own + line)
        n_rows = np.bincount(own - start, minlength=stop - start)
        paged = bool((n_rows + beside != 1).any())
        if paged:
            before = np.cumsum(beside) - beside
            columns["unit"] = numbers(np.arange(last - first) + before[own - start])
        send_columns(told | {"n_beside": int(beside.sum()), "paged": paged}, columns)


class _Halves:
    """Reads lines at once where it can, and in halves where it cannot."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._left = 0

    def read(self, body: bytes) -> Iterator[_Block]:
        """Yield the lines of a text in blocks."""
        self._left = _MANY
        layout = layouts.layout_of(self._name, _first(body))
        yield from self._parts(body, layout)

    def _parts(self, body: bytes, layout: Any) -> Iterator[_Block]:
        ends = _ends(body)
        found = _table(body, ends, layout.schema) if self._left else None
        if found is not None:
            yield _Block(body, ends, layout.rows(found))
            return
        self._left = max(self._left - 1, 0)
        if len(ends) == 1 or not self._left:
            yield _Block(body, ends)
            return
        half = int(ends[len(ends) // 2 - 1])
        yield from self._parts(body[:half], layout)
        yield from self._parts(body[half:], layout)


def _first(body: bytes) -> dict[str, Any]:
    """Return the first line that holds an object; an empty one if none does."""
    start = 0
    while stop := body.find(b"\n", start) + 1:
        try:
            found = msgspec.json.decode(body[start:stop])
        except _FAULTS:
            found = None
        if isinstance(found, dict):
            return found
        start = stop
    return {}


def main() -> None:
    """Answer questions, one on each line of standard input."""
    for asked in questions():
        with Path(asked["path"]).open("rb", buffering=0) as file:
            read(file, asked)


def read(file: IO[bytes], asked: dict[str, Any]) -> None:
    """Write the lines of some spans of a file, as blocks of columns or of text."""
    halves, line = _Halves(asked["layout"]), 1
    for start, stop in asked["spans"]:
        file.seek(start)
        for body in _blocks(file, stop - start, asked["block"]):
            for block in halves.read(body):
                block.send(line)
                line += len(block.ends)
    send({"kind": "rest", "line": line})


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limit()
    gc.disable()  # blocks are let go of by count; nothing here holds on to itself
    main()
