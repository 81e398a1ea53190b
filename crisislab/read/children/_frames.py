"""What the programs beside this file share: their limits, and how they write what they found."""

from __future__ import annotations

import ctypes
import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

MEMORY = 3 * 2**30
CPU_SECONDS = 3_600
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


def questions() -> Iterator[dict[str, Any]]:
    """Yield the questions on standard input, a line each; each has its own time.

    After each the memory that was kept for the next block is given back, where the system can.
    """
    for line in sys.stdin.buffer:
        limit_time()
        yield json.loads(line)
        with suppress(OSError, AttributeError, TypeError):
            ctypes.CDLL(None).malloc_trim(0)


def send(head: dict[str, Any], body: Any = b"") -> None:
    """Write one message: a line of JSON with the size of what follows it."""
    out = sys.stdout.buffer
    out.write(json.dumps({**head, "size": len(body)}).encode() + b"\n")
    out.write(body)
    out.flush()


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

    send({"kind": "rows", "n_columns": len(columns), **told})
    out = sys.stdout.buffer
    for name, values in columns.items():
        table = pa.table({name: values})
        # Written twice: once to know its size, once from where it lies, so that nothing is copied.
        size = pa.MockOutputStream()
        _write(table, size)
        head = {"kind": "column", "name": name, "size": size.size()}
        out.write(json.dumps(head).encode() + b"\n")
        _write(table, pa.PythonFile(out, mode="w"))
    out.flush()


def _write(table: Any, sink: Any) -> None:
    import pyarrow as pa

    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
