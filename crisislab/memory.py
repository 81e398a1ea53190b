"""Where the memory of columns comes from while many are made and let go of."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa


@contextmanager
def plain_memory() -> Iterator[None]:
    """Let Arrow take the memory of columns from the system itself, for the block.

    Block after block is made and let go of. Arrow's own pool gives such memory back and takes it
    anew, page by page, each wiped by the kernel: a third of the processor time of a large table.
    Python looks for what holds on to itself among what is made meanwhile, not among the libraries
    that were there before, over and over.
    """
    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    settled = not gc.get_freeze_count()
    if settled:
        gc.freeze()
    try:
        yield
    finally:
        if settled:
            gc.unfreeze()
        pa.set_memory_pool(before)
