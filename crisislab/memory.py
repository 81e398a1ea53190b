"""Where the memory of columns comes from, and what is not looked through to get some back."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa


@contextmanager
def plain_memory() -> Iterator[None]:
    """Let Arrow take the memory of columns from the system itself, for the block.

    Block after block is made and let go of. Arrow's own pool gives such memory back and takes it
    anew, page by page, each wiped by the kernel: a third of the processor time of a large table.
    """
    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(before)


def leave_out_what_is_there() -> None:
    """Leave all that is there out of the search for what holds on to itself, now and at the end.

    Called once libraries are loaded: they stay as long as the program does, and to look through
    them once more when it ends, for nothing, takes a fifth of a second. Not where DuckDB is among
    them: at the end it complains of whatever of it is still there.
    """
    if "duckdb" not in sys.modules:
        gc.freeze()
