"""A thing done by a thread while others go on, whose answer is asked for later."""

from __future__ import annotations

from _thread import start_new_thread
from collections.abc import Callable
from functools import partial
from threading import Event
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Beside(Generic[T]):
    """A function at work in a thread of its own.

    Not one of a pool: Ctrl-C in the middle of starting a thread of a pool leaves one that waits for
    work for ever, and so does a program that wants to end; and threads that are kept are missing in
    a process that was forked. Nor one of ``threading``, whose start waits until the system runs it:
    on busy processors that took some milliseconds each time.

    >>> Beside(sum, [1, 2]).result()
    3
    """

    def __init__(self, function: Callable[..., T], /, *given: Any, **named: Any) -> None:
        """Begin."""
        self._call = partial(function, *given, **named)
        self._found: list[T] = []
        self._fault: BaseException | None = None
        self._over = Event()
        start_new_thread(self._run, ())

    def _run(self) -> None:
        try:
            self._found.append(self._call())
        except BaseException as fault:  # noqa: BLE001  # raised where the answer is asked for
            self._fault = fault
        finally:
            self._over.set()

    def result(self) -> T:
        """Return the answer, or raise what the function raised, once it is done."""
        self._over.wait()
        if self._fault is not None:
            raise self._fault
        return self._found[0]

    def over(self) -> None:
        """Wait until it is done, however it ended."""
        self._over.wait()
