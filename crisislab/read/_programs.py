"""Programs of ``read/children`` that answer one question after the other, kept for a whole load.

A folder of exports holds many files: starting a program for each would cost more than reading some
of them.
"""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from queue import Empty, Queue
from typing import IO, Any

from crisislab.read import _process
from crisislab.read._process import Message

_LAST = ("rest", "fault")
_AHEAD = 2


@dataclass
class Program:
    """A program, started when it is first asked, and anew after it was ended.

    Attributes:
        name: Name of its file.
    """

    name: str
    _running: subprocess.Popen[bytes] | None = None
    _expected: dict[str, Any] | None = None

    @contextmanager
    def answers(
        self, asked: dict[str, Any], *, seconds: float = _process.SECONDS
    ) -> Iterator[Iterator[Message]]:
        """Ask; give the messages up to ``rest`` or ``fault``.

        They simply end where the program crashes, or takes more memory or time than it may. A
        program whose answer is not heard to its end is ended.
        """
        if self._expected is not None and not _is_among(asked, self._expected):
            self.end()
        if self._expected is None:
            self.expect(asked)
        self._expected = None
        running = self._started()
        assert running.stdout is not None
        kept: Queue[Message | None] = Queue(_AHEAD)
        done = threading.Event()
        listener = threading.Thread(target=_keep, args=(running.stdout, kept, done), daemon=True)
        clock = threading.Timer(seconds, running.kill)
        clock.daemon = True
        clock.start()
        listener.start()
        try:
            yield iter(kept.get, None)
        finally:
            clock.cancel()
            if not done.is_set():
                running.kill()
            while listener.is_alive():
                with suppress(Empty):
                    kept.get(timeout=0.05)
            if not done.is_set():
                self.end()

    def start(self) -> None:
        """Start the program, so that it is ready when it is asked."""
        self._started()

    def expect(self, asked: dict[str, Any]) -> None:
        """Let the program begin with its answer to a question that most likely is asked next.

        Where columns are ``wanted``, fewer of them may be asked for then.
        """
        running, self._expected = self._started(), asked
        assert running.stdin is not None
        with suppress(OSError):
            running.stdin.write(json.dumps(asked).encode() + b"\n")
            running.stdin.flush()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._running is None or self._running.poll() is not None:
            self.end()
            self._running = subprocess.Popen(
                _process.command_of(self.name), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, env=_process.surroundings(),
            )  # fmt: skip
            assert self._running.stdout is not None
            _process.widen(self._running.stdout)
        return self._running

    def end(self) -> None:
        """End the program, if it runs."""
        running, self._running, self._expected = self._running, None, None
        if running is None:
            return
        running.kill()
        running.wait()
        for pipe in (running.stdin, running.stdout):
            with suppress(OSError):
                assert pipe is not None
                pipe.close()


def _is_among(asked: dict[str, Any], expected: dict[str, Any]) -> bool:
    """Return whether what is asked is what was expected, or some of its columns."""
    wanted, known = set(asked.get("wanted", ())), set(expected.get("wanted", ()))
    return asked | {"wanted": ()} == expected | {"wanted": ()} and wanted <= known


def _keep(out: IO[bytes], kept: Queue[Message | None], done: threading.Event) -> None:
    # A program that was taken over by what it reads may say anything.
    with suppress(ValueError, LookupError, TypeError, AttributeError, OSError, MemoryError):
        for message in _process.read_messages(out):
            if message.kind in _LAST:
                done.set()
            kept.put(message)
            if done.is_set():
                break
    kept.put(None)


_CURRENT: ContextVar[dict[tuple[str, int], Program]] = ContextVar("crisislab-programs")


@contextmanager
def kept_programs() -> Iterator[None]:
    """Keep programs for the block; they are ended with the outermost one, whatever happens."""
    if _CURRENT.get(None) is not None:
        yield
        return
    programs: dict[tuple[str, int], Program] = {}
    token = _CURRENT.set(programs)
    try:
        yield
    finally:
        _CURRENT.reset(token)
        for one in programs.values():
            one.end()


def program(name: str, number: int = 0) -> Program:
    """Return a program of the load at work; those of other numbers run beside it."""
    return _CURRENT.get().setdefault((name, number), Program(name))
