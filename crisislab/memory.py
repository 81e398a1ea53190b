"""Where the memory of columns comes from while many are made and let go of."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import pyarrow as pa

_lock = Lock()
# How many blocks are at work, and whether what was there was left out by the first of them.
_n_at_work, _ours = 0, False


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
    try:
        with _settled_left_out():
            yield
    finally:
        pa.set_memory_pool(before)


@contextmanager
def _settled_left_out() -> Iterator[None]:
    """Keep what is there from being looked through; of several at once, the last one ends it."""
    global _n_at_work, _ours
    with _lock:
        if not _n_at_work and (_ours := not gc.get_freeze_count()):
            gc.freeze()
        _n_at_work += 1
    try:
        yield
    finally:
        with _lock:
            _n_at_work -= 1
            if not _n_at_work and _ours:
                gc.unfreeze()
