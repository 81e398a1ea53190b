"""Coverage-guided fuzzing of everything that reads what others wrote.

    python benchmarks/fuzz.py --seconds 300 --target readers
    python benchmarks/fuzz.py --seconds 20                      all targets, 5 seconds each

Targets: ``readers`` (any file as posts and as a log), ``archive`` (as a zip), ``plan`` (plan.toml
and case.toml), ``text`` (a text through patterns, secrets, masks and the page's escapes). Atheris
guides it where it is installed (extra ``fuzz``); else inputs of the corpus are changed at random. A
coded message is an answer; anything else is a crash: it is kept in ``tests/fuzz/crashes``, and the
tests run all of them for ever.
"""

from __future__ import annotations

import argparse
import hashlib
import html
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from crisislab.errors import CrisisLabError

ROOT = Path(__file__).resolve().parent.parent
CORPUS, CRASHES = ROOT / "tests" / "fuzz" / "corpus", ROOT / "tests" / "fuzz" / "crashes"


def readers(data: bytes) -> None:
    """Read bytes as posts and as a log; every ledger adds up."""
    from crisislab.read import read_log, read_posts

    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "a.csv"
        path.write_bytes(data)
        for reading in (read_posts, read_log):
            ledger = reading(path, strict=False, zone="Europe/Madrid").ledger
            parts = ledger.filter(regex="^n_").drop(columns="n_lines").sum(axis=1)
            assert (parts == ledger["n_lines"]).all(), "the ledger does not add up"


def archive(data: bytes) -> None:
    """Read bytes as an archive, broken or with the bytes in it."""
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("users.json", data)
        packed.writestr("crisis/2026-03-05.json", data)
    whole = bytearray(out.getvalue())
    if data:
        whole[data[0] * len(whole) // 256] ^= data[-1]
    readers(bytes(whole))
    readers(b"PK\x03\x04" + data)


def plan(data: bytes) -> None:
    """Read bytes as a plan and as the settings of a case."""
    from crisislab.case import CaseFile
    from crisislab.plan import Plan
    from crisislab.settings import read_settings

    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "plan.toml"
        path.write_bytes(data)
        for model in (Plan, CaseFile):
            try:
                read_settings(path, model)
            except CrisisLabError as error:
                error.message("en"), error.message("es")


def text(data: bytes) -> None:
    """Send bytes as a text through every layer that a text of a post goes through."""
    from crisislab.errors import shown
    from crisislab.privacy.redact import redact
    from crisislab.privacy.secrets import without_secrets
    from crisislab.report.markdown import escaped
    from crisislab.report.masks import excerpt, masked
    from crisislab.report.sheets import read_text, safe_text

    said = data.decode("utf-8", "surrogateescape")
    assert shown(said).isprintable()
    hidden = redact(without_secrets(said))
    assert redact(hidden).count("@") <= hidden.count("@")
    masked(said), excerpt(said), escaped(said), html.escape(said)
    whole = said.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    assert read_text(safe_text(said)) == whole


TARGETS: dict[str, Callable[[bytes], None]] = {
    "readers": readers, "archive": archive, "plan": plan, "text": text,
}  # fmt: skip


def survives(target: str, data: bytes) -> bool:
    """Run one input; keep it if it crashes."""
    try:
        TARGETS[target](data)
    except CrisisLabError:
        return True
    except Exception as crash:  # noqa: BLE001 - finding any is what this is for
        name = hashlib.sha256(data).hexdigest()[:16]
        CRASHES.mkdir(parents=True, exist_ok=True)
        (CRASHES / f"{target}-{name}").write_bytes(data)
        sys.stderr.write(f"{target}-{name}: {type(crash).__name__}: {str(crash)[:200]}\n")
        return False
    return True


def seeds(target: str) -> list[bytes]:
    """Return the corpus of a target, and what it can borrow from the package."""
    found = [path.read_bytes() for path in sorted(CORPUS.glob(f"{target}-*"))]
    if target == "plan":
        found += [p.read_bytes() for p in (ROOT / "crisislab" / "templates").rglob("*.toml")]
    return found or [b""]


def changed(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """Return bytes changed at a few places, in ways that hurt parsers."""
    odd = (b'"', b"\n", b"\r", b"\0", b",", b";", b"{", b"[", b"\xff", b"\xef\xbb\xbf", b"-1",
           b"\\u0000", b"\xed\xa0\x80", b"9" * 40, b"=", b"'", b"\t", b"null", b"[[",
           b"e999")  # fmt: skip
    out = bytearray(data[:20_000])
    for _ in range(chance.randint(1, 6)):
        at = chance.randint(0, len(out))
        way = chance.randint(0, 4)
        if way == 0:
            out[at:at] = chance.choice(odd)
        elif way == 1:
            del out[at : at + chance.randint(1, 30)]
        elif way == 2 and out:
            out[at % len(out)] ^= 1 << chance.randint(0, 7)
        elif way == 3:
            start = chance.randint(0, len(other))
            out[at:at] = other[start : start + chance.randint(1, 60)]
        else:
            out[at:at] = out[max(at - 40, 0) : at] * chance.randint(1, 4)
    return bytes(out)


def at_random(target: str, seconds: float, seed: int) -> dict[str, object]:
    """Change the corpus at random for some time."""
    chance, corpus = random.Random(seed), seeds(target)
    until, n, crashes = time.monotonic() + seconds, 0, 0
    while time.monotonic() < until:
        data = changed(chance.choice(corpus), chance.choice(corpus), chance)
        crashes += not survives(target, data)
        n += 1
    return {"target": target, "guided": False, "runs": n, "crashes": crashes}


def guided(target: str, seconds: float, seed: int) -> dict[str, object]:
    """Let atheris change the corpus by what code it reaches, in a process that it ends."""
    before = len(list(CRASHES.glob(f"{target}-*"))) if CRASHES.exists() else 0
    with tempfile.TemporaryDirectory() as scratch:
        for i, data in enumerate(seeds(target)):
            (Path(scratch) / str(i)).write_bytes(data)
        command = [sys.executable, __file__, "--inside", target, scratch,
                   f"-max_total_time={max(int(seconds), 1)}", f"-seed={seed}", "-max_len=20000",
                   "-timeout=60", "-rss_limit_mb=4096", "-print_final_stats=1"]  # fmt: skip
        env = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    runs = [line.split()[-1] for line in done.stderr.splitlines() if "number_of_executed" in line]
    after = len(list(CRASHES.glob(f"{target}-*"))) if CRASHES.exists() else 0
    # A native crash, a hang or too much memory ends it early, and its last words say which.
    ended = done.returncode and after == before
    return {"target": target, "guided": True, "runs": int(runs[0]) if runs else 0,
            "crashes": after - before + bool(ended),
            **({"last_words": done.stderr[-500:]} if ended else {})}  # fmt: skip


def inside(target: str, arguments: list[str]) -> None:
    """Run atheris in this process, the package instrumented."""
    import atheris

    with atheris.instrument_imports(include=["crisislab"]):
        TARGETS[target](b"")
    atheris.Setup([sys.argv[0], *arguments], lambda data: survives(target, data) and None)
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
    asked.add_argument("--seconds", type=float, default=20)
    asked.add_argument("--target", choices=sorted(TARGETS))
    asked.add_argument("--seed", type=int, default=1)
    told = asked.parse_args()
    names = [told.target] if told.target else sorted(TARGETS)
    way = guided if has_atheris() else at_random
    results = [way(name, told.seconds / len(names), told.seed) for name in names]
    for result in results:
        print(json.dumps(result))
    return int(any(result["crashes"] for result in results))


if __name__ == "__main__":
    sys.exit(main())
