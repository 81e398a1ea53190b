"""Files made to fill the memory or never to end: each is refused; printed is what that took.

Run from the project's folder::

    python benchmarks/bombs.py
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import zstandard

_MIB = 2**20
_SHEET = '<?xml version="1.0"?><worksheet><sheetData>'
# Prints what reading added to the memory of the process and how long it took, imports aside.
_READ = """
import json, resource, sys, time
from pathlib import Path
import crisislab.read._load  # loaded when something is read: what the package takes itself
from crisislab.read import read_posts
from crisislab.read.sources import readers
def most():
    # What getrusage tells of a process includes what its parent held when it started it.
    told = Path("/proc/self/status")
    lines = told.read_text().splitlines() if told.exists() else []
    own = [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
    own += [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]
    return own[0] + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
readers()
base = most()
for path in sys.argv[1:]:
    began, cpu = time.monotonic(), time.process_time()
    loaded = read_posts(path, strict=False)
    print(json.dumps({
        "name": path, "seconds": time.monotonic() - began, "cpu": time.process_time() - cpu,
        "mib": (most() - base) / 1024, "rows": len(loaded.posts),
        "codes": sorted({p.code for p in loaded.problems}),
    }), flush=True)
"""


def _zipped(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def _workbook(sheet: bytes) -> bytes:
    kinds = b'<?xml version="1.0"?><Types></Types>'
    return _zipped(("[Content_Types].xml", kinds), ("xl/workbook.xml", b"<workbook/>"),
                   ("xl/worksheets/sheet1.xml", sheet))  # fmt: skip


def _zst_window() -> bytes:
    wide = zstandard.ZstdCompressionParameters(window_log=31, enable_ldm=False)
    return zstandard.ZstdCompressor(compression_params=wide).compress(b"," * 2**29)


def _entities(n: int) -> bytes:
    told = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, n))
    return f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l0 "lol">{told}]><l>&l{n - 1};</l>'.encode()


MAKERS: dict[str, Callable[[], bytes]] = {
    "zeros.csv.zst": lambda: zstandard.ZstdCompressor(level=19).compress(b"," * 2**30),
    "window.csv.zst": _zst_window,
    "zeros.csv.gz": lambda: gzip.compress(b"," * 2**29, mtime=0),
    "zeros.csv.bz2": lambda: bz2.compress(b"," * 2**29),
    "zeros.zip": lambda: _zipped(("a.csv", b"," * 2**29)),
    "many.zip": lambda: _zipped(*((f"{i}.csv", b"") for i in range(25_000))),
    "nested.zip": lambda: _zipped(("a.zip", _zipped(("b.zip", _zipped(("c.csv", b"," * 2**26)))))),
    "rows.xlsx": lambda: _workbook(_SHEET.encode() + b"<row/>" * 2**26),
    "entities.xlsx": lambda: _workbook(_entities(12)),
    "entities.xml": lambda: _entities(12),
    "entities.svg": lambda: _entities(12),
    "aliases.yaml": lambda: "\n".join(
        ["a0: &a0 [x]", *(f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12))]
    ).encode(),
    "deep.json": lambda: b'[{"a":' * 2_000_000,
    "deep.jsonl": lambda: b"[" * 1_000_000 + b"]" * 1_000_000,
    "quote.csv": lambda: b'id,created_at,text\n1,2026-03-05T12:00:00Z,"' + b"a\n" * 2**21,
}


@dataclass(frozen=True)
class Told:
    """What reading a bomb took, beside what the package takes itself."""

    name: str
    seconds: float
    cpu: float
    mib: float
    rows: int
    codes: list[str]


def read_apart(*paths: Path, root: Path, timeout: float = 300) -> list[Told]:
    """Read files, one after the other, in a process of their own; memory is the most so far."""
    done = subprocess.run(
        [sys.executable, "-c", _READ, *map(str, paths)], cwd=root, capture_output=True,
        text=True, timeout=timeout, check=True,
    )  # fmt: skip
    return [Told(**json.loads(line)) for line in done.stdout.splitlines()]


def bombs(folder: Path) -> Iterator[Path]:
    """Write every bomb and yield its path."""
    for name, make in MAKERS.items():
        path = folder / name
        path.write_bytes(make())
        yield path


def main() -> None:
    """Print what each bomb took."""
    root = Path(__file__).parents[1]
    print(f"{'':20}{'packed KiB':>12}{'seconds':>9}{'CPU':>7}{'MiB more':>10}  codes")
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        for path in bombs(Path(folder)):
            told = read_apart(path, root=root)[0]
            size = path.stat().st_size / 1024
            print(
                f"{path.name:20}{size:12.0f}{told.seconds:9.2f}{told.cpu:7.2f}{told.mib:10.0f}"
                f"  {', '.join(told.codes)}"
            )
        print(f"all in {time.monotonic() - began:.0f} s, with the making")


if __name__ == "__main__":
    main()
