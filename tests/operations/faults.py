"""What can go wrong with a disk: full, closed, held by another."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from crisislab.errors import CrisisLabError

ROOT = Path(__file__).parent.parent.parent
fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
resource = pytest.importorskip("resource")


def in_child(work: Callable[[], object], *, before: Callable[[], object]) -> str:
    """Run work in a copy of this process and return the code it was refused with."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        said = "nothing"
        try:
            before()
            work()
            said = "done"
        except CrisisLabError as error:
            said = f"{error.codes[0]} {error.message('en')} {error.message('es')}"
        except BaseException as error:  # noqa: BLE001
            said = repr(error)
        finally:
            os.write(writing, said.encode()[:4000])
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        said = told.read().decode()
    os.waitpid(child, 0)
    return said


def small_disk() -> None:
    """No file may grow beyond 4 KiB, as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


def can_become_nobody() -> bool:
    """Return whether this process may change into a user without rights."""
    mapped = Path("/proc/self/uid_map")
    first = mapped.read_text().split() if mapped.exists() else ["0", "0", "65535"]
    return os.geteuid() != 0 or int(first[2]) > 65534


def nobody() -> None:
    """Become a user without rights, where this one has all of them."""
    if os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)


_HOLD = """
import sys, time
from pathlib import Path
from crisislab.files import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def holder(path: Path, seconds: float) -> subprocess.Popen[str]:
    """Start a program that holds a lock for some time."""
    program = subprocess.Popen([sys.executable, "-c", _HOLD, str(path), str(seconds)],
                               stdout=subprocess.PIPE, text=True, cwd=ROOT)  # fmt: skip
    assert program.stdout is not None
    assert program.stdout.readline() == "held\n"
    return program
