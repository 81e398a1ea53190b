"""Read JSON lines of a known layout into Arrow columns: run as a process of its own.

Only lines beyond doubt are read here: whole records of the layout, every value of the expected
type, no key twice. Every other line goes back as text, and the rules written for it decide.
"""

from __future__ import annotations

import gc
import json
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

sys.path.insert(0, str(Path(__file__).parent))

import layouts  # type: ignore[import-not-found]  # beside this program
from _frames import limit, numbers, send, send_columns  # type: ignore[import-not-found]

_LARGEST = 2**26
_NEWLINE, _QUOTE, _COLON = 10, 34, 58
_MANY = 200


@dataclass
class Shapes:
    """Which keys records have: each new shape is parsed once, with an eye on doubled keys."""

    sound: set[int] = field(default_factory=set)
    doubtful: set[int] = field(default_factory=set)

    def doubtful_lines(self, data: Any, newlines: Any, lines: list[bytes]) -> set[int]:
        """Return the lines whose keys are not beyond doubt."""
        import numpy as np

        told, first, which = np.unique(
            _shapes(data, newlines), return_index=True, return_inverse=True
        )
        bad = [i for i, shape in enumerate(told.tolist()) if not self._is_sound(
            shape, lines[int(first[i])])]  # fmt: skip
        return set(np.flatnonzero(np.isin(which, bad)).tolist()) if bad else set()

    def _is_sound(self, shape: int, line: bytes) -> bool:
        if shape not in self.sound and shape not in self.doubtful:
            (self.sound if _has_plain_keys(line) else self.doubtful).add(shape)
        return shape in self.sound


def _has_plain_keys(line: bytes) -> bool:
    """Return whether no key occurs twice, and every key is seen by its quote and colon."""
    keys = 0
    twice = False

    def count(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal keys, twice
        found = dict(pairs)
        keys += len(pairs)
        twice = twice or len(found) != len(pairs)
        return found

    try:
        json.loads(line, object_pairs_hook=count)
    except (ValueError, RecursionError):
        return False
    return not twice and line.count(b'":') == keys


def _shapes(data: Any, newlines: Any) -> Any:
    """Return a number for the keys of each line: the last eight bytes of each, added up."""
    import numpy as np

    at = np.flatnonzero((data[8:-1] == _QUOTE) & (data[9:] == _COLON))
    # The eight bytes before each closing quote, read as one number.
    windows = np.ndarray((len(data) - 7,), dtype="<u8", buffer=data, strides=(1,))
    keys = windows[at]
    low = np.uint64(0x7F7F7F7F7F7F7F7F)
    marked = keys ^ np.uint64(0x2222222222222222)
    # The high bit of each byte that is a quotation mark, then of each byte before it.
    opens = ~(((marked & low) + low) | marked | low)
    for step in (8, 16, 32):
        opens |= opens >> np.uint64(step)
    keys &= ~((opens >> np.uint64(7)) * np.uint64(0xFF))
    keys = (keys ^ (keys >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    keys ^= keys >> np.uint64(32)
    sums = np.concatenate((np.zeros(1, dtype=np.uint64), np.cumsum(keys, dtype=np.uint64)))
    ends = np.searchsorted(at + 8, newlines)
    starts = np.concatenate(([0], ends[:-1]))
    return sums[ends] - sums[starts]


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


def _read(body: bytes, shapes: Shapes, read: Any) -> tuple[list[bytes], list[Any], list[int]]:
    """Return the lines of a block, what was read of them, and which could not be."""
    import numpy as np

    lines = body.split(b"\n")[:-1]
    data = np.frombuffer(body, dtype=np.uint8)
    bad = shapes.doubtful_lines(data, np.flatnonzero(data == _NEWLINE), lines)
    try:
        found = [read(line) for line in lines]
    except layouts.FAULTS:
        found = []
        for i, line in enumerate(lines):
            try:
                found.append(read(line))
            except layouts.FAULTS:
                found.append(None)
                bad.add(i)
    return lines, found, sorted(bad)


def _runs(n: int, bad: list[int]) -> Iterator[tuple[int, int, bool]]:
    """Yield runs of lines that were read, and of lines that were not."""
    if len(bad) > _MANY:
        yield 0, n, False
        return
    start = 0
    for i in [*bad, n]:
        if i > start:
            yield start, i, True
        if i < n:
            yield i, i + 1, False
        start = i + 1


def main() -> None:
    """Read lines from standard input; write blocks of columns or of text."""
    asked = json.loads(sys.argv[1])
    layout = layouts.LAYOUTS[asked["layout"]]
    line = 1
    shapes = Shapes()
    for body in _blocks(sys.stdin.buffer, asked["n_bytes"], asked["block"]):
        lines, found, bad = _read(body, shapes, layout.read)
        for start, stop, good in _runs(len(lines), bad):
            size = sum(map(len, lines[start:stop])) + stop - start
            told = {"line": line + start, "n_lines": stop - start, "n_bytes": size}
            columns = layout.columns(found[start:stop]) if good else None
            if columns is None:
                send({"kind": "text", **told}, b"\n".join(lines[start:stop]) + b"\n")
            else:
                rows = range(line + start, line + stop)
                send_columns(told, columns | {"line": numbers(list(rows))})
        line += len(lines)
    send({"kind": "rest", "line": line})


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limit()
    gc.disable()  # blocks are let go of by count; nothing here holds on to itself
    main()
