"""Long loads show how far they are, and stop at once without leaving anything behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
import tqdm.notebook

from crisislab.read import _progress, read_posts
from crisislab.read._progress import progress, told
from tests.read.exports import HEADER, lines, rows

Write = Callable[[str, str | bytes], Path]
ROOT = Path(__file__).parents[2]
READ = "import sys; from crisislab.read import read_posts, _progress; _progress.SECONDS = 0.0; "


def test_a_short_load_and_a_pipe_stay_silent(
    write: Write, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is written where nobody looks on, however long it takes."""
    monkeypatch.setattr(_progress, "SECONDS", 0.0)
    read_posts(write("a.csv", HEADER + rows(3000)))
    assert capfd.readouterr() == ("", "")


def test_the_bar_follows_the_bytes(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file counts once at the end, whatever was read of it how often."""
    monkeypatch.setattr(_progress, "is_seen", lambda: True)
    steps: list[int] = []
    with progress(1000) as bar:
        monkeypatch.setattr(bar.shown, "update", steps.append)
        monkeypatch.setattr(bar.shown, "n", 0)
        with bar.one(600):
            told(400)
        with bar.one(400):
            pass
    assert steps == [200, 600, 1000]


def test_a_terminal_shows_the_bar(write: Write) -> None:
    """In a terminal a load shows its bytes; the bar goes away at the end."""
    pty, termios = pytest.importorskip("pty"), pytest.importorskip("termios")
    path = write("a.csv", HEADER + rows(60_000))
    leader, follower = pty.openpty()
    termios.tcsetwinsize(leader, (24, 100))
    os.set_blocking(leader, False)
    script = READ + "read_posts(sys.argv[1]); print('done')"
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], cwd=ROOT, stderr=follower,
        stdout=subprocess.PIPE, text=True, timeout=300, check=True,
    )  # fmt: skip
    shown = os.read(leader, 2**16).decode()
    os.close(follower)
    os.close(leader)
    assert done.stdout == "done\n"
    assert "%|" in shown
    assert "B/s" in shown


def test_a_notebook_shows_the_bar(
    write: Write, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a notebook a load shows its bytes in a widget, and leaves no line of text behind."""
    shown: list[Any] = []
    monkeypatch.setattr(tqdm.notebook, "display", shown.append)
    shell = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=object()))
    monkeypatch.setitem(sys.modules, "IPython", shell)
    monkeypatch.setattr(_progress, "SECONDS", 0.0)
    read_posts(write("a.csv", HEADER + rows(3000)))
    _, bar, _ = shown[0].children
    assert bar.max == bar.value > 3000
    assert capfd.readouterr().err == ""


INTERRUPTED = {
    "large.csv": lambda: HEADER + rows(400_000, text="hola que tal"),
    "large.jsonl": lambda: lines(250_000),
}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no process groups to signal")
@pytest.mark.parametrize("name", INTERRUPTED)
@pytest.mark.parametrize("seconds", [0.3, 1.0])
def test_an_interrupt_leaves_nothing_behind(
    write: Write, tmp_path: Path, name: str, seconds: float
) -> None:
    """Ctrl-C in the middle of a load ends it: no process goes on, no temporary file stays."""
    path = write(name, INTERRUPTED[name]())
    aside = tmp_path / "temporary"
    aside.mkdir()
    script = (
        "import sys; from crisislab.read import read_posts; print('ready', flush=True)\n"
        "while True: read_posts(sys.argv[1])"
    )
    reading = subprocess.Popen(
        [sys.executable, "-c", script, str(path)], cwd=ROOT, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env=os.environ | {"TMPDIR": str(aside)}, start_new_session=True,
    )  # fmt: skip
    assert reading.stdout is not None
    reading.stdout.readline()
    time.sleep(seconds)
    os.killpg(reading.pid, signal.SIGINT)
    _, told_last = reading.communicate(timeout=60)
    assert reading.returncode != 0
    assert b"KeyboardInterrupt" in told_last
    assert list(aside.iterdir()) == []
    assert [p.pid for p in psutil.process_iter() if _group(p.pid) == reading.pid] == []


STARTED = """
import sys, threading
from crisislab import beside
from crisislab.read import _early, _promise, read_posts
_early.LARGE = _promise.LARGE = 2**22
left = [int(sys.argv[2])]
def interrupted(start):
    def started(*given):
        start(*given)
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
    return started
threading.Thread.start = interrupted(threading.Thread.start)
beside.start_new_thread = interrupted(beside.start_new_thread)
read_posts(sys.argv[1])
"""


@pytest.mark.parametrize("which", range(1, 5))
def test_an_interrupt_while_a_thread_starts_ends_the_program(write: Write, which: int) -> None:
    """No thread waits for work for ever that nobody knows of any more."""
    path = write("large.csv", HEADER + rows(150_000, text="hola que tal"))
    ended = subprocess.run(
        [sys.executable, "-c", STARTED, str(path), str(which)], cwd=ROOT, timeout=100,
        capture_output=True, check=False,
    )  # fmt: skip
    assert b"KeyboardInterrupt" in ended.stderr
    assert ended.returncode != 0


def _group(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return 0
