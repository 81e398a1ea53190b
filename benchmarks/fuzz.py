"""Coverage-guided fuzzing of everything that reads what others wrote.

    python benchmarks/fuzz.py --seconds 300 --target posts
    python benchmarks/fuzz.py --seconds 600 --json fuzz.json        all targets, equal shares

Targets stand in ``fuzz_targets.py``; how inputs are changed in ``fuzz_changes.py``. Atheris guides
the changes by the code that they reach where it is installed (extra ``fuzz``); else they are tried
at random. A coded message is an answer; anything else is a crash: it is kept in
``tests/fuzz/crashes``, and the tests run all of them for ever.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.fuzz_changes import MOST, changed, zipped  # noqa: E402
from benchmarks.fuzz_targets import TARGETS  # noqa: E402
from crisislab.errors import CrisisLabError  # noqa: E402

CORPUS, CRASHES = ROOT / "tests" / "fuzz" / "corpus", ROOT / "tests" / "fuzz" / "crashes"
# Which files of the corpus a target begins with.
BEGINS = {
    "posts": ("tables", "records", "lines"), "log": ("tables", "records", "lines"),
    "mapping": ("tables", "records", "lines"),
    "told_json": ("text",), "page": ("text",), "office": ("text",), "drawn": ("text",),
    "guard": ("text",), "words": ("text",),
}  # fmt: skip
_FEW = 3


def survives(target: str, data: bytes) -> bool:
    """Run one input; keep it if it crashes."""
    try:
        TARGETS[target](data)
    except CrisisLabError:
        return True
    except Exception as crash:  # noqa: BLE001 - finding any is what this is for
        keep(target, data, crash)
        return False
    return True


def keep(target: str, data: bytes, crash: Exception) -> None:
    """Keep an input that crashes, one for each place in the code."""
    place = [f"{f.filename}:{f.lineno}" for f in traceback.extract_tb(crash.__traceback__)][-1]
    # The same place with another message is often another fault, but never dozens of them.
    said = f"{type(crash).__name__} {place}"
    name = hashlib.sha256(said.encode()).hexdigest()[:8]
    CRASHES.mkdir(parents=True, exist_ok=True)
    kept = CRASHES / f"{target}-{name}"
    if not kept.exists() or len(data) < kept.stat().st_size:
        kept.write_bytes(data)
    sys.stderr.write(f"CRASH {target}-{name} {said}: {str(crash)[:300]}\n")


def seeds(target: str) -> list[bytes]:
    """Return the corpus of a target, and what it can borrow from the package."""
    begins = BEGINS.get(target, (target,))
    found = [p.read_bytes() for one in begins for p in sorted(CORPUS.glob(f"{one}-*"))]
    if target in ("plan", "case"):
        kept = (ROOT / "crisislab" / "templates", ROOT / "data" / "sample")
        found += [p.read_bytes() for one in kept for p in sorted(one.rglob(f"{target}.toml"))]
    if target == "archive":
        loose = [p for one in ("tables", "records") for p in sorted(CORPUS.glob(f"{one}-*"))]
        found += [zipped([(f"{p.name}.csv", p.read_bytes(), 0)]) for p in loose]
    if target in ("book", "plan_book"):
        found += _books(target)
    return found or [b""]


def _books(target: str) -> list[bytes]:
    """Return workbooks made of tables of the corpus, or the workbook of the sample's plan."""
    import csv
    import io

    import xlsxwriter

    if target == "plan_book":
        from crisislab.manual import starting_point
        from crisislab.manual.book import write_book

        with tempfile.TemporaryDirectory() as folder:
            made = [write_book(starting_point(lang), Path(folder, f"{lang}.xlsx"), lang=lang)
                    for lang in ("en", "es")]  # fmt: skip
            return [path.read_bytes() for path in made]
    found = []
    for path in sorted(CORPUS.glob("tables-*")):
        out = io.BytesIO()
        with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
            sheet = book.add_worksheet("a")
            text = path.read_bytes().decode("utf-8", "replace")
            for row, cells in enumerate(csv.reader(io.StringIO(text, newline=""))):
                sheet.write_row(row, 0, cells)
        found.append(out.getvalue())
    return found


def at_random(target: str, seconds: float, seed: int, most: int = 10**9) -> dict[str, float]:
    """Change the corpus at random for some time or some runs."""
    chance, corpus = random.Random(seed), seeds(target)
    began, n, crashes = time.monotonic(), 0, 0
    while time.monotonic() < began + seconds and n < most:
        data = chance.choice(corpus)
        for _ in range(chance.randint(1, _FEW)):
            data = changed(data, chance.choice(corpus), chance)
        crashes += not survives(target, data)
        n += 1
    return {"runs": n, "seconds": round(time.monotonic() - began, 1), "crashes": crashes}


def guided(target: str, seconds: float, seed: int) -> dict[str, float]:
    """Let atheris change the corpus by what code it reaches, in a process that it ends."""
    began, worked = time.monotonic(), _worked()
    with tempfile.TemporaryDirectory() as scratch:
        for i, data in enumerate(seeds(target)):
            (Path(scratch) / str(i)).write_bytes(data)
        command = [sys.executable, __file__, "--inside", target, scratch,
                   f"-max_total_time={max(int(seconds), 1)}", f"-seed={seed}",
                   f"-max_len={3 * MOST}", "-timeout=60", "-rss_limit_mb=4096",
                   "-print_final_stats=1", f"-artifact_prefix={scratch}/"]  # fmt: skip
        env = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
        _keep_native(target, Path(scratch), done.stderr)
    lines = done.stderr.splitlines()
    sys.stderr.writelines(f"{line}\n" for line in lines if line.startswith("CRASH"))
    runs = [line.split()[-1] for line in lines if "number_of_executed" in line]
    found = {line.split()[1] for line in lines if line.startswith("CRASH")}
    ended = bool(done.returncode)
    if ended:
        sys.stderr.write(done.stderr[-2000:])
    cover = [line.split("cov: ")[1].split()[0] for line in lines if "cov: " in line]
    return {"runs": int(runs[0]) if runs else 0, "seconds": round(time.monotonic() - began, 1),
            "cpu_seconds": round(_worked() - worked, 1), "crashes": len(found) + ended,
            "covered": int(cover[-1]) if cover else 0}  # fmt: skip


def _worked() -> float:
    """Return how many seconds ended children kept a processor busy."""
    told = os.times()
    return told.children_user + told.children_system


def _keep_native(target: str, scratch: Path, said: str) -> None:
    """Keep what ended the process itself: a native crash, a hang, too much memory."""
    for left in scratch.glob("*-*"):
        CRASHES.mkdir(parents=True, exist_ok=True)
        (CRASHES / f"{target}-{left.name[:40]}").write_bytes(left.read_bytes())
        sys.stderr.write(f"CRASH {target}-{left.name[:40]} {said[-300:]}\n")


def inside(target: str, arguments: list[str]) -> None:
    """Run atheris in this process, the package instrumented, inputs changed as what they are."""
    import atheris

    # What makes the corpus would load the package before it is instrumented.
    corpus = [path.read_bytes() for path in sorted(Path(arguments[0]).iterdir())]
    with atheris.instrument_imports(include=["crisislab"]):
        for data in corpus[:_FEW]:
            with contextlib.suppress(Exception):
                TARGETS[target](data)

    def change(data: bytes, most: int, seed: int) -> bytes:
        chance = random.Random(seed)
        if not data or chance.random() < 0.05:
            return bytes(atheris.Mutate(data, most))
        return changed(data, chance.choice(corpus), chance)[:most]

    def one(data: bytes) -> None:
        survives(target, data)

    atheris.Setup([sys.argv[0], *arguments], one, custom_mutator=change)
    atheris.Fuzz()


def has_atheris() -> bool:
    """Return whether atheris is installed."""
    import importlib.util

    return importlib.util.find_spec("atheris") is not None


def main() -> int:
    """Fuzz for the time given and print what happened."""
    if len(sys.argv) > 2 and sys.argv[1] == "--inside":
        inside(sys.argv[2], sys.argv[3:])
        return 0
    asked = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    asked.add_argument("--seconds", type=float, default=60, help="for all targets together")
    asked.add_argument("--target", action="append", choices=sorted(TARGETS))
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--json", type=Path, help="file for the figures; figures in it are kept")
    told = asked.parse_args()
    names = told.target or list(TARGETS)
    way = guided if has_atheris() else at_random
    results: dict[str, dict[str, float]] = {}
    for name in names:
        results[name] = way(name, told.seconds / len(names), told.seed)
        print(json.dumps({name: results[name]}), flush=True)
    if told.json:
        known = json.loads(told.json.read_text("utf-8"))["fuzz"] if told.json.exists() else {}
        told.json.write_text(json.dumps({"fuzz": known | results}, indent=1) + "\n", "utf-8")
    return int(any(result["crashes"] for result in results.values()))


if __name__ == "__main__":
    sys.exit(main())
