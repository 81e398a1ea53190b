"""Programs of ``read/children``: how they are started, and what they say.

Arrow is loaded when the first one answers: programs are started before anything else is.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import crisislab.limits as limits

_PROGRAMS = Path(__file__).with_name("children")
SECONDS = float(limits.CHILD_SECONDS)
_PIPE = 2**20
_TOLD = ("kind", "line", "n_lines", "n_bytes", "n_beside", "paged", "plain")
# Blocks come one after the other: their memory is kept for the next one, not given back each time.
_HOLDING = {"MALLOC_MMAP_THRESHOLD_": str(2**29), "MALLOC_TRIM_THRESHOLD_": str(2**29)}


@dataclass(frozen=True)
class Message:
    """One thing a program says.

    Attributes:
        kind: ``rows`` (columns), ``text`` (lines as they are) or ``rest``: it stops here.
        line: Line it begins at.
        n_lines: How many lines it covers.
        n_bytes: How many bytes it covers.
        body: The lines of ``text``.
        columns: The columns of ``rows``.
        n_beside: How many items of records are beside the data, and no rows.
        paged: Whether a record holds another number of items than one.
        plain: Whether the bytes are UTF-8, without a carriage return alone.
    """

    kind: str
    line: int
    n_lines: int = 0
    n_bytes: int = 0
    body: bytes = b""
    columns: dict[str, Any] = field(default_factory=dict)
    n_beside: int = 0
    paged: bool = False
    plain: bool = False


def command_of(program: str, *arguments: str) -> list[str]:
    """Return the command that runs a program, apart from anything else on this machine."""
    return [sys.executable, "-I", str(_PROGRAMS / f"{program}.py"), *arguments]


def surroundings() -> dict[str, str]:
    """Return the variables of a program."""
    # Arrow's own pool keeps memory for later, which counts against the limit of the program.
    return os.environ | {"ARROW_DEFAULT_MEMORY_POOL": "system", "OMP_NUM_THREADS": "1",
                         "OPENBLAS_NUM_THREADS": "1"} | _HOLDING  # fmt: skip


def widen(pipe: IO[bytes]) -> None:
    """Let a pipe hold more at a time, where the system can: fewer turns between processes."""
    with suppress(ImportError, AttributeError, OSError):
        from fcntl import F_SETPIPE_SZ, fcntl

        fcntl(pipe.fileno(), F_SETPIPE_SZ, _PIPE)


def read_messages(out: IO[bytes]) -> Iterator[Message]:
    """Yield what a program says, up to where it stops in the middle."""
    while (head := _head(out)) is not None:
        told = {key: head[key] for key in _TOLD if key in head}
        body = _body(out, head)
        columns = _columns(out, head.get("n_columns", 0))
        if body is None or columns is None:
            return
        yield Message(**told, body=body, columns=columns)


def _head(out: IO[bytes]) -> dict[str, Any] | None:
    line = out.readline()
    return json.loads(line) if line.endswith(b"\n") else None


def _body(out: IO[bytes], head: dict[str, Any]) -> bytes | None:
    body = out.read(head["size"])
    return body if len(body) == head["size"] else None


def _buffer(out: IO[bytes], size: int) -> Any | None:
    """Read into memory of Arrow's own, which it uses again; that of Python would stay taken."""
    import pyarrow as pa

    buffer = pa.allocate_buffer(size)
    view = memoryview(buffer).cast("B")
    n = 0
    while n < size and (more := out.readinto(view[n:])):  # type: ignore[attr-defined]
        n += more
    return buffer if n == size else None


def _columns(out: IO[bytes], n: int) -> dict[str, Any] | None:
    import pyarrow as pa

    found = {}
    for _ in range(n):
        head = _head(out)
        body = None if head is None else _buffer(out, head["size"])
        if head is None or body is None:
            return None
        with pa.ipc.open_stream(body) as stream:
            found[head["name"]] = _wide(stream.read_all().column(0).chunk(0))
    return found


def _wide(values: Any) -> Any:
    import pyarrow as pa

    # 32-bit offsets do for a block, not for a column.
    return values.cast(pa.large_string()) if pa.types.is_string(values.type) else values
