"""Whether a case fits into this machine, told before anything is loaded."""

from __future__ import annotations

import os
import shutil
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

from crisislab.errors import CrisisLabError, Problem

# Measured at 100,000 simulated posts, CSV of 37 MB, every text read: a whole review took 1.0 GB, of
# which Python and its libraries 0.3 GB. Until they are scored, rows of a store lie there as in
# memory, half as large again as in CSV, and at the end Parquet beside them, a quarter of CSV; what
# DuckDB spills comes on top.
MEMORY_PER_BYTE = 20.0
DISK_PER_BYTE = 2.5
# Measured at a million posts, CSV of 386 MB, 30,000 texts read: 0.6 GB beside Python and its
# libraries, where each measure holds the columns that it counts.
POLARS_PER_BYTE = 3.0
# Below this nothing is refused: every machine that runs Python has it.
_ALWAYS = 512 * 2**20
_PACKED = 6
_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


def check_budget(
    files: Iterable[Path], *, folder: Path, stored: bool, memory: str | None = None,
    per_byte: float = MEMORY_PER_BYTE,
) -> None:  # fmt: skip
    """Refuse what cannot fit, by an estimate from the bytes of the exports.

    Args:
        files: The exports.
        folder: The case folder, on whose disk the store lies.
        stored: Whether posts stay on disk: then disk is what they need, else memory.
        memory: The most memory that may be taken, such as ``4GB``; this machine's by default.
        per_byte: Bytes of memory that a byte of the exports takes.

    Raises:
        CrisisLabError: CL-SCALE-MEMORY or CL-SCALE-DISK.
    """
    held = sum(map(n_bytes, files))
    if stored:
        need, have, code = held * DISK_PER_BYTE, shutil.disk_usage(folder).free, "CL-SCALE-DISK"
    else:
        need, code = held * per_byte, "CL-SCALE-MEMORY"
        have = machine_memory() if memory is None else bytes_of(memory)
    if need > max(have, _ALWAYS if memory is None else 0):
        facts = {"need": _gb(need), "have": _gb(have), "held": _gb(held)}
        raise CrisisLabError(Problem(code, file=str(folder), facts=facts))


def n_bytes(path: Path) -> int:
    """Return the bytes of a file or folder, of packed ones what is in them."""
    if path.is_dir():
        return sum(n_bytes(inside) for inside in path.rglob("*") if inside.is_file())
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return sum(info.file_size for info in archive.infolist())
    size = path.stat().st_size
    return size * _PACKED if path.suffix in (".gz", ".zst", ".xz", ".bz2", ".parquet") else size


def bytes_of(text: str) -> int:
    """Return bytes of a size as people write it.

    Raises:
        CrisisLabError: CL-SCALE-SIZE if it is none.

    >>> bytes_of("1.5 GB"), bytes_of("800MB")
    (1500000000, 800000000)
    """
    plain = text.strip().upper().removesuffix("B").removesuffix("I").strip()
    unit = plain[-1:] if plain[-1:] in "KMGT" else ""
    try:
        number = float(plain.removesuffix(unit))
    except ValueError:
        number = 0.0
    if not 0 < number < 1e9:
        raise CrisisLabError(Problem("CL-SCALE-SIZE", value=text))
    return round(number * _UNITS[unit])


def machine_memory() -> int:
    """Return the bytes of memory of this machine, or of the container it runs in."""
    limits = [_physical()]
    for file in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        path = Path(file)
        if path.is_file() and (told := path.read_text("ascii").strip()).isdigit():
            limits.append(int(told))
    return min(limits)


def _physical() -> int:
    if sys.platform == "win32":
        import ctypes

        kilobytes = ctypes.c_ulonglong(0)
        ctypes.windll.kernel32.GetPhysicallyInstalledSystemMemory(ctypes.byref(kilobytes))
        return kilobytes.value * 1024
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _gb(size: float) -> str:
    return f"{size / 1e9:.1f} GB"
