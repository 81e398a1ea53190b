"""Whole commands killed at random moments of their run: is the old there, or the new?

    python -m benchmarks.kill_commands --n 50                       all of them
    python -m benchmarks.kill_commands --n 50 --command purge       one of them

Moments are drawn over the processor time that a whole run of the command takes, measured first, so
they fall into reading and measuring as well as into writing. After a kill everything that was
there must be whole: the old or the new, nothing else. The next attempt starts from what the kill
left; every 25th of ``review``, and each of the others, runs to its end and must give
the same numbers. ``benchmarks/kills.py`` kills the writes alone. Prints one JSON line each.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import os
import pickle
import random
import shutil
import signal
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.kills import past
from crisislab.cli import main as crisislab
from crisislab.errors import CrisisLabError
from crisislab.library.book import Library, read_library
from crisislab.opening import open_case
from crisislab.pipeline import review
from crisislab.privacy.secret import load_names
from crisislab.report.replace import BESIDE, recover
from crisislab.retention import RECORD
from crisislab.sharing import bundle
from crisislab.store import open_store, store_posts
from tests.privacy.leaky import leaky_case

Content = dict[str, str]
_STEP = 0.002


@dataclass(frozen=True)
class Command:
    """A command that is killed.

    Attributes:
        prepare: Writes what is there before.
        run: Runs it in a folder; the version of what it writes is ``"old"`` or ``"new"``.
        state: Content of what it writes, of which only two are allowed: the old and the new.
        part: Whether a further state, neither old nor new, loses nothing (``purge``).
        every: After how many kills it runs to its end.
    """

    prepare: Callable[[Path], None]
    run: Callable[[Path, str], None]
    state: Callable[[Path], Content]
    part: Callable[[Path, Content], bool] = lambda *_: False
    every: int = 1


def quietly(*arguments: str) -> None:
    """Run a command of crisislab without its words."""
    with contextlib.redirect_stdout(io.StringIO()):
        status = crisislab(list(arguments))
    if status:
        raise SystemExit(status)


def hashes(folder: Path) -> Content:
    """Return the SHA-256 of every file of a folder, by name."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and BESIDE not in path.parts and path.suffix not in (".lock", ".part")
    }


def _review(folder: Path, version: str) -> None:
    quietly("review", str(folder), "--lang", "es" if version == "old" else "en")


def _reviewed(folder: Path) -> Content:
    recover(folder / "review")
    return hashes(folder / "review")


def _with_reviews(folder: Path) -> None:
    """Write a case with two reviews whose bundles differ."""
    made = review(open_case(leaky_case(folder)), lang="es")
    for version, lang in (("old", "es"), ("new", "en")):
        data = pickle.dumps(replace(made, language=lang))
        (folder / f"{version}.pickle").write_bytes(data)
    _bundle(folder, "old")


def _bundle(folder: Path, version: str) -> None:
    # How a review is made is killed above; this is the bundle's own work.
    made = pickle.loads((folder / f"{version}.pickle").read_bytes())
    bundle(open_case(folder), made, folder / "bundle.zip", names=load_names(folder))


def _bundled(folder: Path) -> Content:
    with zipfile.ZipFile(folder / "bundle.zip") as packed:
        return {name: hashlib.sha256(packed.read(name)).hexdigest() for name in packed.namelist()}


def _stored(folder: Path) -> None:
    """Write exports large enough that reading them takes a while."""
    leaky_case(folder)
    for version, n in (("old", 30_000), ("new", 40_000)):
        head = "id,created_at,author,text,likes\n"
        rows = (f"{i},2026-03-05T12:{i // 60 % 60:02d}:{i % 60:02d}Z,u{i % 900},hola {i},{i % 7}\n"
                for i in (*range(n), *range(500)))  # fmt: skip
        (folder / f"{version}.csv").write_text(head + "".join(rows), "utf-8")


def _ingest(folder: Path, version: str) -> None:
    store_posts(folder / f"{version}.csv", folder)


def _in_store(folder: Path) -> Content:
    """Return what the store gives; where the kill left none, what making it anew gives."""
    try:
        store = open_store(folder)
    except CrisisLabError:
        # The store is made of the exports, which are as they were: that none is left loses nothing.
        return {}
    told = {"posts": store.frame(), "ledger": store.ledger, "copies": store.copies}
    return {
        name: hashlib.sha256(table.to_csv(index=False).encode()).hexdigest()
        for name, table in told.items()
    }


def _libraries(folder: Path) -> None:
    folder.mkdir()
    for name, ids in (("a", range(400)), ("b", range(400, 800)), ("c", range(800, 1200))):
        library = Library()
        for i in ids:
            library = library.add(past(i))
        library.write(folder / f"{name}.json")


def _merge(folder: Path, version: str) -> None:
    named = ("a", "b") if version == "old" else ("library", "c")
    told = [str(folder / f"{name}.json") for name in named]
    quietly("library", "merge", *told, "--out", str(folder / "library.json"))


def _merged(folder: Path) -> Content:
    read_library(folder / "library.json")
    return hashes(folder)


def _purge(folder: Path, version: str) -> None:
    if version == "old":
        # What is needed of a review is that its manifest knows the exports.
        ledger = open_case(folder, stored=True).ledger
        known = dict(zip(ledger["source_file"], ledger["sha256"].fillna(""), strict=True))
        (folder / "review").mkdir()
        (folder / "review" / "manifest.json").write_text(json.dumps({"inputs": known}), "utf-8")
    else:
        quietly("purge", str(folder), "--yes")


def _with_many(folder: Path) -> None:
    """Write a case of many files, so that removing them takes a while."""
    leaky_case(folder)
    whole = (folder / "posts" / "x.csv").read_text("utf-8").splitlines(keepends=True)
    for i in range(60):
        (folder / "posts" / f"part_{i:02}.csv").write_text(whole[0] + whole[1 + i], "utf-8")


def _half_removed(folder: Path, before: Content) -> bool:
    """Return whether all that is gone is listed, and all that is left is as it was."""
    now = hashes(folder)
    gone = {name: before[name] for name in before.keys() - now.keys()}
    listed = json.loads((folder / RECORD).read_text("utf-8"))["removed"]
    kept = {name: told for name, told in now.items() if name != RECORD}
    return gone.items() <= listed.items() and kept.items() <= before.items()


def _then(
    write: Callable[[Path], object], run: Callable[[Path, str], None]
) -> Callable[[Path], None]:
    """Return what writes a case and runs the old version on it."""

    def prepare(folder: Path) -> None:
        write(folder)
        run(folder, "old")

    return prepare


COMMANDS = {
    "review": Command(_then(leaky_case, _review), _review, _reviewed, every=25),
    "bundle": Command(_with_reviews, _bundle, _bundled),
    "ingest": Command(_then(_stored, _ingest), _ingest, _in_store),
    "merge": Command(_then(_libraries, _merge), _merge, _merged),
    "purge": Command(_then(_with_many, _purge), _purge, hashes, part=_half_removed),
}


def forked(work: Callable[[], object]) -> int:
    """Start work in a process of its own, whose programs end with it; return its number."""
    child = os.fork()
    if not child:
        status = 1
        try:
            os.setpgid(0, 0)
            work()
            status = 0
        except SystemExit as ended:
            status = int(ended.code or 0)
        finally:
            os._exit(status)
    return child


def processor_seconds(child: int) -> float:
    """Return the processor time that a process has taken so far (Linux)."""
    return time.clock_gettime((~child << 3) | 2)


def to_the_end(work: Callable[[], object]) -> float:
    """Run work in a process of its own to its end; return the processor time it took."""
    child = forked(work)
    _, status, used = os.wait4(child, 0)
    if status:
        raise RuntimeError(f"ended with status {status}")
    return used.ru_utime + used.ru_stime


def killed(work: Callable[[], object], seconds: float) -> bool:
    """Kill work after so much processor time; return whether it was still running."""
    child = forked(work)
    while True:
        done, _ = os.waitpid(child, os.WNOHANG)
        if done:
            return False
        if processor_seconds(child) >= seconds:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return True
        time.sleep(_STEP)


def tried(name: str, *, n: int, chance: random.Random) -> dict[str, object]:
    """Kill one command so many times; return what became of what was there."""
    command = COMMANDS[name]
    with tempfile.TemporaryDirectory() as scratch:
        before, after = Path(scratch) / "before", Path(scratch) / "after"
        to_the_end(lambda: command.prepare(before))
        old = command.state(before)
        shutil.copytree(before, after)
        whole = to_the_end(lambda: command.run(after, "new"))
        new = command.state(after)
        assert old != new, "the two versions must differ, or nothing could be told"
        folder, told = Path(scratch) / "case", {"hit": 0, "between": 0, "damaged": 0, "unlike": 0}
        shutil.copytree(before, folder)
        for i in range(1, n + 1):
            told["hit"] += killed(lambda: command.run(folder, "new"), chance.uniform(0, whole))
            state = command.state(folder)
            if state not in (old, new):
                lost = bool(state) and not command.part(folder, old)
                told["damaged" if lost else "between"] += 1
            if i % command.every == 0 or i == n:
                to_the_end(lambda: command.run(folder, "new"))
                told["unlike"] += command.state(folder) != new
                shutil.rmtree(folder)
                shutil.copytree(before, folder)
    return {"command": name, "kills": n, "seconds": round(whole, 2), **told}


def main() -> int:
    """Kill the commands and print what became of each."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    asked.add_argument("--n", type=int, default=50)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--command", choices=sorted(COMMANDS), action="append")
    told = asked.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory() as scratch:
        secret = Path(scratch) / "secret"
        secret.write_text(f"crisislab-secret 1\n{'5e' * 32}\n", "ascii")
        secret.chmod(0o600)
        os.environ["CRISISLAB_SECRET"] = str(secret)
        for name in told.command or COMMANDS:
            result = tried(name, n=told.n, chance=random.Random(f"{told.seed} {name}"))
            wrong += bool(result["damaged"] or result["unlike"])
            print(json.dumps(result | {"seed": told.seed}), flush=True)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
