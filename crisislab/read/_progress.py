"""A bar for loads that take their time: in a terminal and in JupyterLab, silent everywhere else."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

SECONDS = 2.0
# A file is read twice: looked through, then split.
_PASSES = 2


@dataclass
class Bar:
    """How far a load is, in bytes of its files.

    Attributes:
        shown: The bar on the screen; ``None`` where nobody looks on.
        done: Bytes of the files that are finished.
        size: Bytes of the file at work.
        read: Bytes read of it so far, in all passes.
        passes: How often it is read.
    """

    shown: Any
    done: int = 0
    size: int = 0
    read: int = 0
    passes: int = _PASSES

    @contextmanager
    def one(self, size: int) -> Iterator[None]:
        """Show one file of so many bytes."""
        self.size, self.read = size, 0
        yield
        self.done += size
        self._show(0)

    def advance(self, n: int) -> None:
        """Show that so many bytes more were read."""
        self.read += n
        self._show(min(self.size, self.read // self.passes))

    def _show(self, part: int) -> None:
        if self.shown is not None and (more := self.done + part - self.shown.n) > 0:
            self.shown.update(more)


_CURRENT: ContextVar[Bar | None] = ContextVar("crisislab-progress", default=None)


def is_notebook() -> bool:
    """Return whether a kernel is at work."""
    shell = sys.modules.get("IPython")
    return getattr(shell and shell.get_ipython(), "kernel", None) is not None


def is_seen() -> bool:
    """Return whether a person looks on: a terminal, or a notebook."""
    return is_notebook() or sys.stderr.isatty()


def _bar(total: int) -> Any:
    """Return a bar: a widget in a notebook, which leaves nothing behind, else a line of text."""
    if not is_seen():
        return nullcontext()
    look: dict[str, Any] = {"total": total, "delay": SECONDS, "leave": False, "unit": "B",
                            "unit_scale": True}  # fmt: skip
    if is_notebook():
        from tqdm.notebook import tqdm_notebook

        return tqdm_notebook(**look)
    from tqdm import tqdm

    return tqdm(**look, file=sys.stderr, dynamic_ncols=True)


@contextmanager
def progress(total: int) -> Iterator[Bar]:
    """Show a bar for a load of so many bytes once it has taken two seconds."""
    with _bar(total) as shown:
        bar = Bar(shown)
        token = _CURRENT.set(bar)
        try:
            yield bar
        finally:
            _CURRENT.reset(token)


def told(n: int) -> None:
    """Tell the bar of the load at work, if there is one, that so many bytes were read."""
    bar = _CURRENT.get()
    if bar is not None:
        bar.advance(n)


@contextmanager
def read_once() -> Iterator[None]:
    """Let the bar follow one pass over the file at work, while another goes on beside it."""
    bar = _CURRENT.get()
    if bar is None:
        yield
        return
    bar.passes = 1
    try:
        yield
    finally:
        bar.passes = _PASSES


class _Watched(io.FileIO):
    """A file whose reading the bar is told of."""

    def readinto(self, buffer: Any) -> int | None:
        n = super().readinto(buffer)
        told(n or 0)
        return n


def watched(path: Path) -> IO[bytes]:
    """Open a file; the bar of the load at work follows its reading."""
    return io.BufferedReader(_Watched(path, "rb"), 2**18)
