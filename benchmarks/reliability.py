"""docs/reliability.md from the results of the last runs: no figure is typed by hand.

    python benchmarks/reliability.py                        write the page from the results kept
    python benchmarks/reliability.py --run kills libraries  make runs again first
    python benchmarks/reliability.py --run tests/report/test_write.py      a file of tests
    python benchmarks/reliability.py --suite FILE           the files of tests in a report of the
                                                            whole suite (pytest --junitxml=FILE)
    python benchmarks/reliability.py --take FILE            keep results of another program, e.g.
                                                            of fuzz.py --json: {"fuzz": {...}}

``reliability.toml`` holds the words, ``reliability.json`` the results, dates and seeds.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from crisislab.limits import LIMITS

ROOT = Path(__file__).resolve().parent.parent
WORDS = Path(__file__).with_suffix(".toml")
RESULTS = Path(__file__).with_suffix(".json")
PAGE = ROOT / "docs" / "reliability.md"
NOT_YET = "not measured yet"
SEED = 1
_FIELD = re.compile(r"\{([^{}]+)\}")
Results = dict[str, Any]


def values(results: Mapping[str, Any], path: str) -> Iterator[float]:
    """Yield the numbers behind a path such as ``kills>review>kills``; ``*`` is every name."""
    head, _, rest = path.partition(">")
    for name in sorted(results) if head == "*" else [head]:
        found = results.get(name)
        if rest and isinstance(found, Mapping):
            yield from values(found, rest)
        elif not rest and isinstance(found, int | float):
            yield found


def told(results: Mapping[str, Any], path: str) -> str | None:
    """Return what a field of the words stands for; ``None`` where there is no result.

    >>> told({"a": {"x": 1}, "b": {"x": 2}}, "a>x+b>x")
    '3'
    >>> told({"a": {"x": {"n": 2}, "y": {"n": 1200}}}, "a>*>n")
    '1,202'
    """
    if path.startswith("tests/"):
        run = results.get("tests", {}).get(path)
        parts = [f"{run[name]} {name}" for name in ("passed", "failed", "skipped")
                 if run[name] or name == "passed"] if run else []  # fmt: skip
        return f"`{Path(path).name}`: {', '.join(parts)}" if run else None
    parts = [list(values(results, part)) for part in path.split("+")]
    return f"{sum(map(sum, parts)):,}" if all(parts) else None


def filled(template: str, results: Mapping[str, Any]) -> str:
    """Return a sentence with its figures; without one of them, that it was not measured."""
    shown = {path: told(results, path) for path in _FIELD.findall(template)}
    if None in shown.values():
        return NOT_YET
    return _FIELD.sub(lambda field: str(shown[field[1]]), template)


def last_run(template: str, results: Mapping[str, Any]) -> str:
    """Return the day of the oldest result in a sentence."""
    keys = {p if p.startswith("tests/") else p.split(">")[0] for p in _FIELD.findall(template)}
    days = [results.get("dates", {}).get(key, "") for key in keys]
    return min(days, default="") if filled(template, results) != NOT_YET else ""


def page(words: Mapping[str, Any], results: Mapping[str, Any]) -> str:
    """Return the page."""
    lines = [words["head"].strip(), "", "| promise | how it is tested | figure | last run |",
             "|---|---|---|---|"]  # fmt: skip
    for row in words["rows"]:
        figure, day = filled(row["figure"], results), last_run(row["figure"], results)
        lines.append(f"| {row['promise']} | {row['tested']} | {figure} | {day} |")
    lines += ["", "## Limits", "", "| what | at most | unit | beyond it |", "|---|---|---|---|"]
    lines += [f"| {one.what} | {one.most:,} | {one.unit} | {one.code} |" for one in LIMITS]
    return "\n".join([*lines, words["tail"]["text"].rstrip()]) + "\n"


def read() -> tuple[dict[str, Any], Results]:
    """Return the words and the results kept."""
    results = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    return tomllib.loads(WORDS.read_text("utf-8")), results


def taken(results: Results, more: Mapping[str, Any], *, day: str) -> Results:
    """Return results with those of a further run in their place, dated and with its seed."""
    whole = json.loads(json.dumps(results))
    for key, part in more.items():
        if key in ("dates", "seeds"):
            continue
        whole.setdefault(key, {}).update(part)
        for name in part if key == "tests" else [key]:
            whole.setdefault("dates", {})[name] = more.get("dates", {}).get(name, day)
        if key in more.get("seeds", {}):
            whole.setdefault("seeds", {})[key] = more["seeds"][key]
    return dict(whole)


def _lines(*command: str) -> list[dict[str, Any]]:
    done = subprocess.run([sys.executable, *command], cwd=ROOT, stdout=subprocess.PIPE, text=True,
                          env=_environment(), check=False)  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def _environment() -> dict[str, str]:
    import os

    return os.environ | {"PYTHONPATH": str(ROOT)}


def _kills() -> Results:
    found = _lines("benchmarks/kills.py", "--n", "50", "--seed", str(SEED))
    return {"kills": {one.pop("stage"): one for one in found}, "seeds": {"kills": SEED}}


def _commands() -> Results:
    return killed(_lines("benchmarks/kill_commands.py", "--n", "50", "--seed", str(SEED)))


def killed(found: list[dict[str, Any]]) -> Results:
    """Return the lines of ``kill_commands.py`` as results."""
    seeds = {one.pop("seed") for one in found}
    return {
        "commands": {one.pop("command"): one for one in found},
        "seeds": {"commands": min(seeds)},
    }


def _libraries() -> Results:
    done = subprocess.run([sys.executable, "tests/licences.py", "--check"], cwd=ROOT, text=True,
                          capture_output=True, check=False)  # fmt: skip
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    return {"libraries": {
        "locked": sum(line[:1].isalnum() for line in lock.splitlines()),
        "checked": len(done.stdout.splitlines()), "wrong": len(done.stderr.splitlines()),
    }}  # fmt: skip


def _tests(path: str) -> Results:
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "junit.xml"
        subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", path,
                        f"--junitxml={report}"], cwd=ROOT, check=False)  # fmt: skip
        suite = ElementTree.parse(report).getroot()[0].attrib
    failed, skipped = int(suite["failures"]) + int(suite["errors"]), int(suite["skipped"])
    passed = int(suite["tests"]) - failed - skipped
    return {"tests": {path: {"passed": passed, "failed": failed, "skipped": skipped}}}


def in_suite(report: Path, words: Mapping[str, Any]) -> Results:
    """Return what a run of the whole suite says of the files of tests that the words name."""
    fields = {field for row in words["rows"] for field in _FIELD.findall(row["figure"])}
    told: dict[str, dict[str, int]] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        path = case.get("classname", "").replace(".", "/") + ".py"
        if path in fields:
            counts = told.setdefault(path, {"passed": 0, "failed": 0, "skipped": 0})
            ends = {child.tag for child in case}
            failed = bool(ends & {"failure", "error"})
            counts["failed" if failed else "skipped" if "skipped" in ends else "passed"] += 1
    return {"tests": told}


RUNS: dict[str, Callable[[], Results]] = {
    "kills": _kills, "commands": _commands, "libraries": _libraries,
}  # fmt: skip


def main() -> int:
    """Make the runs that are asked for and write the page."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    asked.add_argument("--run", nargs="+", default=[], metavar="NAME")
    asked.add_argument("--suite", type=Path, action="append", default=[])
    asked.add_argument("--take", type=Path, action="append", default=[])
    chosen = asked.parse_args()
    words, results = read()
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    made = [in_suite(path, words) for path in chosen.suite]
    made += [RUNS[name]() if name in RUNS else _tests(name) for name in chosen.run]
    for more in [*made, *(json.loads(path.read_text("utf-8")) for path in chosen.take)]:
        results = taken(results, more, day=day)
    RESULTS.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n", "utf-8")
    PAGE.write_text(page(words, results), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
