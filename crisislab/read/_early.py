"""Programs that split large texts, started before anything waits for them.

Such a program needs as long to be ready as this package needs to be loaded: who begins with the
program has both in the time of one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from crisislab.errors import CrisisLabError
from crisislab.read._bytes import Input
from crisislab.read._inputs import Folder, Paths, find_inputs, paths_of
from crisislab.read._programs import kept_programs, program

# From here on, programs are started early, and two of them read JSON lines in turns, each every
# other span.
LARGE = 2**25
N_PROGRAMS = 2
_SEEN = 64


@contextmanager
def programs_for(paths: Paths) -> Iterator[None]:
    """Keep programs for the block, with those started that the first large text will ask.

    Nothing is told of what cannot be opened: who reads it tells.
    """
    with kept_programs():
        with suppress(OSError, CrisisLabError):
            any(start_early(source) for source in _files(paths))
        yield


def start_early(source: Input) -> bool:
    """Start the programs that will split a large text; return whether it is one."""
    if source.path.stat().st_size < LARGE or not source.plain:
        return False
    with source.open() as stream:
        start = stream.read(_SEEN).lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"["):  # one document, which no program splits
        return False
    if start.startswith(b"{"):
        for number in range(N_PROGRAMS):
            program("records", number).start()
    else:
        program("tables").start()
    return True


def _files(paths: Paths) -> Iterator[Input]:
    inputs, _ = find_inputs(paths_of(paths), None)
    for source in inputs:
        yield from source.all_files() if isinstance(source, Folder) else [source]
