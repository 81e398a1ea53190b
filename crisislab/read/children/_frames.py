"""What the programs beside this file share: their limits, and how they write what they found."""

from __future__ import annotations

import ctypes
import json
import os
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Condition, Thread
from typing import IO, Any

MEMORY = 3 * 2**30
CPU_SECONDS = 3_600
# So many bytes of an answer wait at first, while whoever asked still gets ready.
_AHEAD = 2**26
_NEWLINE, _RETURN = 10, 13


class _NoPandas:
    """Keeps Arrow from importing pandas where it finds it: here it would only cost time."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        if name == "pandas":
            raise ImportError(name)


sys.meta_path.insert(0, _NoPandas)


def limit(memory: int = MEMORY, seconds: int = CPU_SECONDS) -> None:
    """Limit the memory and the CPU time of this process, where the system can."""
    try:
        import resource
    except ImportError:  # Windows has no such limits; the caller's clock still stops us
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    limit_time(seconds)


def limit_time(seconds: int = CPU_SECONDS) -> None:
    """Limit the CPU time from here on."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


Write = Callable[[IO[bytes]], None]


class Answer:
    """One answer on its way to standard output: written by a thread while the next part is made.

    Its first parts are made before anybody hears them; after these the next one waits until the
    one before is being written.
    """

    def __init__(self) -> None:
        """Begin to write."""
        self._waiting: deque[tuple[Write, int]] = deque()
        self._changed = Condition()
        self._n_put = self._n_waiting = 0
        self._ended = False
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def put(self, write: Write, n_bytes: int) -> None:
        """Let a part be written, of about so many bytes."""
        with self._changed:
            self._changed.wait_for(lambda: not self._n_waiting or self._n_put + n_bytes <= _AHEAD)
            self._waiting.append((write, n_bytes))
            self._n_put += n_bytes
            self._n_waiting += n_bytes
            self._changed.notify()

    def end(self) -> None:
        """Wait until all is written."""
        with self._changed:
            self._ended = True
            self._changed.notify()
        self._thread.join()

    def _next(self) -> Write | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._ended)
            if not self._waiting:
                return None
            write, n_bytes = self._waiting.popleft()
            self._n_waiting -= n_bytes
            self._changed.notify()
            return write

    def _run(self) -> None:
        out = sys.stdout.buffer
        try:
            while (write := self._next()) is not None:
                write(out)
                if not self._waiting:
                    out.flush()
        except OSError:  # nobody listens any more
            os._exit(1)


_current: list[Answer] = []


def questions() -> Iterator[dict[str, Any]]:
    """Yield the questions on standard input, a line each; each has its own time.

    After each the memory that was kept for the next block is given back, where the system can.
    """
    for line in sys.stdin.buffer:
        limit_time()
        _current[:] = [Answer()]
        yield json.loads(line)
        _current.pop().end()
        with suppress(OSError, AttributeError, TypeError):
            ctypes.CDLL(None).malloc_trim(0)


def send(head: dict[str, Any], body: Any = b"") -> None:
    """Write one message: a line of JSON with the size of what follows it."""

    def write(out: IO[bytes]) -> None:
        out.write(json.dumps({**head, "size": len(body)}).encode() + b"\n")
        out.write(body)

    _current[0].put(write, len(body))


def is_utf8(body: Any) -> bool:
    """Return whether bytes are UTF-8: the caller may not have seen all of the file yet."""
    import numpy as np
    import pyarrow as pa

    ends = pa.py_buffer(np.array([0, len(body)], dtype=np.int64))
    whole = pa.Array.from_buffers(pa.large_string(), 1, [None, ends, pa.py_buffer(body)])
    try:
        whole.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def ends_plainly(body: bytes, n: int) -> bool:
    """Return whether no carriage return stands alone in the first bytes of a text: whole lines."""
    if body.find(b"\r", 0, n) < 0:
        return True
    import numpy as np

    data = np.frombuffer(body, dtype=np.uint8, count=n)
    at = np.flatnonzero(data == _RETURN)
    return bool((data[at + 1] == _NEWLINE).all())


def numbers(values: Any) -> Any:
    """Return a numpy array of whole numbers as an Arrow one."""
    import numpy as np
    import pyarrow as pa

    data = np.ascontiguousarray(values, dtype=np.int64)
    return pa.Array.from_buffers(pa.int64(), len(data), [None, pa.py_buffer(data)])


def send_columns(told: dict[str, Any], columns: dict[str, Any]) -> None:
    """Write a block of columns, each by itself, so that the reader can let go of each."""
    import pyarrow as pa

    def write(out: IO[bytes]) -> None:
        head = {"kind": "rows", "n_columns": len(columns), **told, "size": 0}
        out.write(json.dumps(head).encode() + b"\n")
        for name, values in columns.items():
            table = pa.table({name: values})
            # Written twice: once to know its size, once from where it lies, so nothing is copied.
            size = pa.MockOutputStream()
            _write(table, size)
            head = {"kind": "column", "name": name, "size": size.size()}
            out.write(json.dumps(head).encode() + b"\n")
            _write(table, pa.PythonFile(out, mode="w"))

    _current[0].put(write, sum(values.nbytes for values in columns.values()))


def _write(table: Any, sink: Any) -> None:
    import pyarrow as pa

    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
