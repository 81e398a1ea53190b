"""Where the memory of columns comes from while many are made and let go of."""

from __future__ import annotations

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
