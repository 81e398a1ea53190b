"""Programs killed at random moments while they write: what is lost?

    python benchmarks/kills.py --n 50

The writes alone, a few seconds; ``benchmarks/kill_commands.py`` kills whole commands. Prints one
JSON line per stage: how often it was killed, how many times in the middle of a write, and how many
files, labels or cases were damaged or lost (the promise: none).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from crisislab.files import write_file
from crisislab.label.record import record
from crisislab.library.book import Library, PastCase, read_library
from crisislab.library.desk import keep
from crisislab.read.labels import read_labels
from crisislab.report.replace import BESIDE, recover, replace_files

Confirm = Callable[[int], None]
# Many small files and a large one, as a review has them.
SETS = [
    {f"{i:02}.csv": bytes([65 + v]) * 20_000 for i in range(30)}
    | {"review.html": bytes([65 + v]) * 2_000_000}
    for v in range(2)
]


def write_reviews(folder: Path, confirm: Confirm) -> None:
    """Write one review over the other, for ever."""
    for i in range(10**9):
        replace_files(SETS[i % 2], folder / "review")
        confirm(i)


def damaged_reviews(folder: Path, _confirmed: int) -> int:
    """Return 1 unless one of the two reviews is there, whole."""
    recover(folder / "review")
    found = {p.name: p.read_bytes() for p in (folder / "review").iterdir() if p.is_file()}
    return int(found not in SETS)


def write_labels(folder: Path, confirm: Confirm) -> None:
    """Label one text after the other."""
    for i in range(10**9):
        shown = {"text_key": f"t{i:06}", "text": "una línea\ny otra, con comas", "size": 1,
                 "probability": 0.5, "stratum": "es"}  # fmt: skip
        at = datetime(2026, 3, 5, tzinfo=UTC)
        record(folder / "labels.csv", [(shown, "negative")], coder="ana", at=at)
        confirm(i)


def damaged_labels(folder: Path, confirmed: int) -> int:
    """Return how many confirmed labels are gone."""
    file = folder / "labels.csv"
    if not file.exists():
        return confirmed
    data = file.read_bytes()
    whole = folder / "whole.csv"
    whole.write_bytes(data[: data.rfind(b"\n") + 1])
    return max(confirmed - len(read_labels(whole)), 0) if whole.stat().st_size else confirmed


def past(i: int) -> PastCase:
    """Return an invented past crisis."""
    return PastCase(id=f"case-{i:04}", name="A", kind="brand", era="2026", collector="c",
                    platforms=("x",), onset=0, onset_hour=0, counts=(9,) * 300)  # fmt: skip


def write_library(folder: Path, confirm: Confirm) -> None:
    """Keep one crisis after the other."""
    for i in range(10**9):
        keep(Library(), past(i % 200), folder / "library.json")
        confirm(min(i, 199))


def damaged_library(folder: Path, confirmed: int) -> int:
    """Return how many kept crises are gone."""
    file = folder / "library.json"
    return max(confirmed - len(read_library(file).cases), 0) if file.exists() else confirmed


def write_settings(folder: Path, confirm: Confirm) -> None:
    """Write one version of a file over the other."""
    for i in range(10**9):
        write_file(folder / "case.toml", b"%d" % (i % 10) * 300_000)
        confirm(0)


def damaged_settings(folder: Path, confirmed: int) -> int:
    """Return 1 unless one version is there, whole."""
    file = folder / "case.toml"
    data = file.read_bytes() if file.exists() else b""
    return int(bool(confirmed or data) and not (len(data) == 300_000 and len(set(data)) == 1))


STAGES = {
    "review": (write_reviews, damaged_reviews, 0.2),
    "labels": (write_labels, damaged_labels, 0.15),
    "library": (write_library, damaged_library, 0.15),
    "settings": (write_settings, damaged_settings, 0.06),
}


def killed(work: Callable[[Path, Confirm], None], folder: Path, seconds: float) -> int:
    """Run work in a process of its own, kill it after some time, return what it confirmed."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        work(folder, lambda i: os.write(writing, b"%09d" % (i + 1)) and None)
        os._exit(0)
    os.close(writing)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as told:
        last = told.read()[-9:]
    return int(last) if len(last) == 9 else 0


def tried(stage: str, *, n: int, chance: random.Random) -> dict[str, object]:
    """Kill one stage so many times, each time going on from what is there."""
    work, damaged, longest = STAGES[stage]
    lost = midway = 0
    for _ in range(n):
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            if stage == "review":
                replace_files(SETS[1], folder / "review")
            confirmed = killed(work, folder, chance.uniform(0.02, longest))
            left = ("*.part", BESIDE, "*.lock")
            midway += any(path for name in left for path in folder.rglob(name))
            lost += damaged(folder, confirmed)
    return {"stage": stage, "kills": n, "while_writing": midway, "damaged_or_lost": lost}


def main() -> int:
    """Kill every stage and print what became of it."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    asked.add_argument("--n", type=int, default=50)
    asked.add_argument("--seed", type=int, default=1)
    told = asked.parse_args()
    chance = random.Random(told.seed)
    results = [tried(stage, n=told.n, chance=chance) for stage in STAGES]
    for result in results:
        print(json.dumps(result))
    return int(any(result["damaged_or_lost"] for result in results))


if __name__ == "__main__":
    sys.exit(main())
