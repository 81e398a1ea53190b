"""Read JSON lines of a known layout into Arrow columns: run as a process of its own.

Only lines beyond doubt are read here: whole records of the layout, every value of the expected
type, no key twice. Every other line goes back as text, and the rules written for it decide.
"""

from __future__ import annotations

import gc
import json
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

sys.path.insert(0, str(Path(__file__).parent))

import layouts  # type: ignore[import-not-found]  # beside this program
import msgspec
import numpy as np
from _frames import limit, numbers, send, send_columns  # type: ignore[import-not-found]
from keys import Shapes  # type: ignore[import-not-found]
from structure import AMBIGUOUS  # type: ignore[import-not-found]
from values import Values  # type: ignore[import-not-found]

_LARGEST = 2**26
_NEWLINE = 10
_MANY = 200
# Python's parser refuses longer whole numbers, and deeper records than Python's stack is.
_DIGITS, _STEP = 4300, 4096
_DEPTH = 200
_FAULTS = (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError)
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


def _is_sound(line: bytes) -> bool:
    """Return whether a line is one object of JSON, and nothing in it is open to doubt."""
    if not line.startswith(b"{") or not line.endswith((b"}", b"}\r")):
        return False
    if AMBIGUOUS in line or _has_long_numbers(line):
        return False
    try:
        _whole.decode(line)
    except _FAULTS:
        return False
    return True


def _structure(body: bytes, shapes: Shapes) -> tuple[Values | None, Any, bool]:
    """Return the structure of the sound lines, which lines they are, and whether all are."""
    try:
        if not _has_long_numbers(body):
            _whole.decode_lines(body)
            found = Values(body, shapes, layouts.WANTED)
            if found.is_whole():
                return found, found.lines().at, True
    except _FAULTS:
        pass
    lines = body.split(b"\n")[:-1]
    sound = [i for i, line in enumerate(lines) if _is_sound(line)]
    if not sound:
        return None, np.zeros(0, dtype=np.int64), False
    text = b"".join(lines[i] + b"\n" for i in sound)
    return Values(text, shapes, layouts.WANTED), np.array(sound), False


@dataclass(frozen=True)
class _Block:
    """Lines, and what was read in them.

    Attributes:
        body: The lines.
        n: How many there are.
        bad: Which of them could not be read.
        rows: The rows of the others; ``None`` where there are none.
        row_lines: Line of each row.
        beside: How many items of each line are beside the data.
    """

    body: bytes
    n: int
    bad: list[int]
    rows: Any
    row_lines: Any
    beside: Any

    @classmethod
    def read(cls, body: bytes, shapes: Shapes, read: Callable[[Values], Any]) -> _Block:
        """Read the lines of a text."""
        found, sound, whole = _structure(body, shapes)
        if found is None:
            n = body.count(b"\n")
            return cls(body, n, list(range(n)), None, None, None)
        rows = read(found)
        n = len(sound) if whole else body.count(b"\n")
        good = np.zeros(n, dtype=bool)
        good[np.delete(sound, found.doubtful_lines())] = True
        beside = np.zeros(n, dtype=np.int64)
        beside[sound] = rows.n_beside
        return cls(body, n, np.flatnonzero(~good).tolist(), rows, sound[rows.lines], beside)

    def runs(self) -> Iterator[tuple[int, int, bool]]:
        """Yield runs of lines that were read, and of lines that were not."""
        if len(self.bad) > _MANY:
            yield 0, self.n, False
            return
        start = 0
        for i in [*self.bad, self.n]:
            if i > start:
                yield start, i, True
            if i < self.n:
                yield i, i + 1, False
            start = i + 1

    def send(self, line: int) -> None:
        """Write the lines as columns where they were read, else as text."""
        ends = [0, len(self.body)]
        if self.bad:
            data = np.frombuffer(self.body, dtype=np.uint8)
            ends = [0, *(np.flatnonzero(data == _NEWLINE) + 1).tolist()]
        for start, stop, good in self.runs():
            text = slice(ends[start], ends[stop] if self.bad else ends[1])
            told = {"line": line + start, "n_lines": stop - start,
                    "n_bytes": text.stop - text.start}  # fmt: skip
            if good:
                self._send_rows(start, stop, line, told)
            else:
                send({"kind": "text", **told}, self.body[text])

    def _send_rows(self, start: int, stop: int, line: int, told: dict[str, int]) -> None:
        first, last = np.searchsorted(self.row_lines, (start, stop)).tolist()
        own, beside = self.row_lines[first:last], self.beside[start:stop]
        columns = {name: values[first:last] for name, values in self.rows.columns.items()}
        columns["line"] = numbers(own + line)
        n_rows = np.bincount(own - start, minlength=stop - start)
        paged = bool((n_rows + beside != 1).any())
        if paged:
            before = np.cumsum(beside) - beside
            columns["unit"] = numbers(np.arange(last - first) + before[own - start])
        send_columns(told | {"n_beside": int(beside.sum()), "paged": paged}, columns)


def main() -> None:
    """Read lines from standard input; write blocks of columns or of text."""
    asked = json.loads(sys.argv[1])
    read = layouts.LAYOUTS[asked["layout"]]
    shapes = Shapes()
    line = 1
    for start, stop in asked["spans"]:
        sys.stdin.buffer.seek(start)
        for body in _blocks(sys.stdin.buffer, stop - start, asked["block"]):
            block = _Block.read(body, shapes, read)
            block.send(line)
            line += block.n
    send({"kind": "rest", "line": line})


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limit()
    sys.setrecursionlimit(_DEPTH)
    gc.disable()  # blocks are let go of by count; nothing here holds on to itself
    main()
