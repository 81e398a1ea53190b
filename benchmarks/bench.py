"""Side by side with what analysts do, and with the raw engines as the limit: one table.

``python3 run.py bench`` writes ``docs/benchmarks.md`` and its Spanish twin. Everything in one run
on one machine, each contender in a process of its own; its answers are compared before any figure
is believed; of several runs our slowest and the fastest of the others. ``--rows 20000`` is quick;
``--scale 100000 1000000 10000000`` adds how cost grows; ``--spark 5000000`` the equality of Spark;
``--twarc PYTHON`` names a Python that has twarc-csv (which needs pandas before 3).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

# Nothing that a contender does not import itself: each of them starts with this file.
from _alone import SECONDS
from _contenders import CONTENDERS, write_pages

SEED, DRAWN = 42, "parquet"
TWARC = str(Path(__file__).with_name("_twarc.py"))
PAGES = {"benchmarks.md": "en", "benchmarks.es.md": "es"}
DOCS = Path(__file__).parent.parent / "docs"
_PACKAGES = ("pandas", "pyarrow", "numpy", "duckdb", "narwhals", "polars", "vaderSentiment",
             "pyspark")  # fmt: skip
_OURS = ("ours", "ours_lexicon", "again", "again_loaded", "again_polars", "again_polars_loaded",
         "our_ingest", "our_parquet", "whole_review", "spark_review", "scorer_alone",
         "lexicon_alone")  # fmt: skip
# row, peer, ours, case, what the ratio should be at least (or, as a limit, at most)
ROWS = (
    ("notebook", "notebook", "ours", "distinct", ">= 8"),
    ("notebook_reposts", "notebook", "ours", "reposts", ">= 12"),
    ("expert", "expert", "ours", "distinct", ">= 4"),
    ("again", "notebook", "again_polars", "distinct", ">= 100"),
    ("duckdb", "raw_duckdb", "again", "distinct", "<= 1.5"),
    ("polars", "raw_polars", "again_polars", "distinct", "<= 1.5"),
    ("again_loaded", "notebook", "again_polars_loaded", "distinct", ">= 100"),
    ("duckdb_loaded", "duckdb_loaded", "again_loaded", "distinct", "<= 1.5"),
    ("polars_loaded", "polars_loaded", "again_polars_loaded", "distinct", "<= 1.5"),
    ("notebook_lexicon", "notebook", "ours_lexicon", "distinct", ">= 8"),
    ("ingest", "raw_ingest", "our_parquet", "distinct", "<= 2.5"),
    ("read_json", "read_json", "our_ingest", "lines", ">= 10"),
    ("twarc", "twarc_csv", "our_ingest", "pages", ">= 20"),
    ("vader", "vader_alone", "scorer_alone", "distinct", ">= 10"),
    ("lexicon", "vader_alone", "lexicon_alone", "distinct", ">= 10"),
)
# One thread each: what counts is the CPU time.
_ALONE = ("vader", "lexicon")
# With the seconds that each tells itself: loading libraries is no part of them.
_INSIDE = (*_ALONE, "again_loaded", "duckdb_loaded", "polars_loaded")
# Of our memory, the peer's has to be at least so many times.
_MEMORY = {"read_json": 8}


@dataclass(frozen=True)
class Run:
    """One run: its answer, seconds and largest memory."""

    answer: dict[str, float]
    wall: float
    cpu: float
    mib: float


def run(name: str, folder: Path, *, python: str = sys.executable) -> Run:
    """Run a contender in a process of its own; ours start without a store."""
    if name in ("ours", "our_ingest", "our_parquet", "whole_review"):
        shutil.rmtree(folder / ".crisislab", ignore_errors=True)
    from reading import measured

    told = ["--one", name, "--folder", str(folder)]
    command = [TWARC, str(folder)] if name == "twarc_csv" else [__file__, *told]
    out, *figures = measured([python, *command])
    return Run(json.loads(out.splitlines()[-1]), *figures)


def best(name: str, folder: Path, runs: int, *, python: str = sys.executable) -> Run:
    """Return our slowest run, or the fastest of another."""
    pick = max if name in _OURS else min
    tried = (run(name, folder, python=python) for _ in range(runs))
    return pick(tried, key=lambda one: one.answer.get(SECONDS[0], one.wall))


def cases(root: Path, rows: int) -> dict[str, Path]:
    """Write the same crisis in the forms the contenders take."""
    from crisislab.simulate import simulate_large

    forms = {"distinct": ("csv", 0.0, True), "reposts": ("csv", 0.6, False),
             "lines": ("x-jsonl", 0.35, False)}  # fmt: skip
    for name, (form, share, distinct) in forms.items():
        if not (root / name / "truth" / "large.json").exists():
            simulate_large(root / name, n_posts=rows, seed=SEED, form=form, repost_share=share,
                           distinct=distinct)  # fmt: skip
    pages = root / "pages"
    if not pages.exists():
        shutil.copytree(root / "lines", pages, ignore=shutil.ignore_patterns("*.jsonl", ".crisis*"))
        lines = root / "lines" / "posts" / "x_0001.jsonl"
        write_pages(lines, pages / "posts" / "pages.jsonl", rows)
    return {name: root / name for name in (*forms, "pages")}


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    name: str
    peer: Run
    ours: Run
    wanted: str

    def ratios(self) -> tuple[float, float, float]:
        """Return wall, CPU and memory: peer over ours, or ours over the raw engine."""
        pairs = [(self.peer.wall, self.ours.wall), (self.peer.cpu, self.ours.cpu),
                 (self.peer.mib, self.ours.mib)]  # fmt: skip
        limit = self.wanted.startswith("<")
        wall, cpu, mib = (b / a if limit else a / b for a, b in pairs)
        return wall, cpu, mib

    def met(self) -> bool:
        """Return whether the ratio is what it should be, and that of memory where one is asked."""
        bound = float(self.wanted[2:])
        wall, cpu, mib = self.ratios()
        told = cpu if self.name in _ALONE else wall
        held = mib >= _MEMORY.get(self.name, 0)
        return held and (told <= bound if self.wanted.startswith("<") else told >= bound)


def warm(folder: Path) -> None:
    """Read the exports once, so that nobody waits for the disk: whoever came first would."""
    for file in sorted((folder / "posts").iterdir()):
        with file.open("rb") as stream:
            while stream.read(2**24):
                pass


def compare(folders: dict[str, Path], runs: int, twarc: str | None) -> Iterator[Line]:
    """Yield the lines, each once its answers agree."""
    done: dict[tuple[str, str], Run] = {}

    def once(name: str, case: str) -> Run:
        # Ingests start anew and leave a store without scores: what reads scores comes before.
        python = twarc if name == "twarc_csv" and twarc else sys.executable
        if (name, case) not in done:
            warm(folders[case])
            n = 1 if name in ("notebook", "expert", "read_json", "twarc_csv") else runs
            done[name, case] = best(name, folders[case], n, python=python)
        return done[name, case]

    for name, peer, ours, case, wanted in ROWS:
        lacking = _lacking(peer, twarc)
        if lacking:
            print(f"{name}: left out, {lacking} is not installed")
            continue
        mine, theirs = once(ours, case), once(peer, case)
        if name in _INSIDE:
            mine, theirs = (_inside(one) for one in (mine, theirs))
        _same(name, mine.answer, theirs.answer)
        line = Line(name, theirs, mine, wanted)
        wall, cpu, mib = line.ratios()
        print(f"{name:18} {wanted:7} wall {wall:.1f}  CPU {cpu:.1f}  memory {mib:.1f}", flush=True)
        yield line


def _lacking(peer: str, twarc: str | None) -> str:
    """Return the package that a peer needs and that is not here."""
    needs = {"twarc_csv": "twarc_csv", "raw_polars": "polars", "polars_loaded": "polars",
             "notebook": "vaderSentiment", "expert": "vaderSentiment",
             "vader_alone": "vaderSentiment"}  # fmt: skip
    module = needs.get(peer, "")
    if not module or (peer == "twarc_csv" and twarc):
        return ""
    return "" if find_spec(module) is not None else module


def _inside(one: Run) -> Run:
    """Return a run with the seconds that it told itself."""
    answer = {name: value for name, value in one.answer.items() if name not in SECONDS}
    return Run(answer, *(one.answer[name] for name in SECONDS), one.mib)


def _same(name: str, ours: dict[str, float], theirs: dict[str, float]) -> None:
    apart = {key: (ours[key], theirs[key]) for key in ours.keys() & theirs.keys()
             if abs(ours[key] - theirs[key]) > 1e-6 * abs(theirs[key]) + 1e-3}  # fmt: skip
    if apart:
        sys.exit(f"{name}: the answers differ, so no ratio is given: {apart}")


def growth(
    root: Path, sizes: list[int], forms: list[str], *, keep: bool
) -> Iterator[tuple[int, str, Run, int]]:
    """Yield what a whole review costs by size and form, with the bytes of its exports."""
    for size in sizes:
        for form in forms:
            folder = case_of(root, size, form)
            held = sum(file.stat().st_size for file in (folder / "posts").iterdir())
            warm(folder)
            told = run("whole_review", folder)
            print(f"{size:>11,} {form:8} {told.wall:.0f} s, {told.cpu:.0f} CPU s, "
                  f"{told.mib:.0f} MiB", flush=True)  # fmt: skip
            yield size, form, told, held
            shutil.rmtree(folder / ".crisislab")
            if not keep and form != DRAWN:
                shutil.rmtree(folder)
        if not keep:
            shutil.rmtree(root / f"scale-{DRAWN}-{size}", ignore_errors=True)


def case_of(root: Path, size: int, form: str) -> Path:
    """Return the seeded case of a size in a form: drawn once, then written in other forms."""
    from _forms import rewritten

    from crisislab.simulate import simulate_large

    drawn, folder = root / f"scale-{DRAWN}-{size}", root / f"scale-{form}-{size}"
    if not (drawn / "truth" / "large.json").exists():
        simulate_large(drawn, n_posts=size, seed=SEED, form=DRAWN)
    if not folder.exists():
        rewritten(drawn, folder, form)
    return folder


def on_spark(root: Path, size: int) -> tuple[int, Run]:
    """Review a case on DuckDB, then on Spark."""
    folder = case_of(root, size, "parquet")
    run("whole_review", folder)
    return size, run("spark_review", folder)


# --- the page -----------------------------------------------------------------------------------


def words(lang: str) -> dict[str, str]:
    """Return the words of the page."""
    return json.loads((Path(__file__).parent / f"bench_{lang}.json").read_text("utf-8"))


def page(lang: str, rows: int, lines: list[Line], grown: list[tuple[int, str, Run, int]],
         spark: tuple[int, Run] | None) -> str:  # fmt: skip
    """Return the page of one language."""
    say = words(lang)
    held = ", ".join(f"{name} {_version(name)}" for name in _PACKAGES if _version(name))
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "versions": held}
    told = say["machine"].format(rows=f"{rows:,}", **machine)
    parts = [f"# {say['title']}", say["how"], told]
    head = [say[key] for key in ("row", "wanted", "wall", "cpu", "memory", "seconds", "met")]
    table = [head, ["---"] * len(head)]
    for line in lines:
        wall, cpu, mib = line.ratios()
        table.append([say[line.name], line.wanted, f"{wall:.1f}", f"{cpu:.1f}", f"{mib:.1f}",
                      f"{line.peer.wall:.1f} / {line.ours.wall:.1f}",
                      say["yes" if line.met() else "no"]])  # fmt: skip
    parts.append(_table(table))
    if grown:
        head = [say[key] for key in ("posts", "form", "size", "review", "cpu_seconds", "peak")]
        table = [head, ["---"] * len(head)]
        table += [[f"{n:,}", form, f"{held / 1e6:.0f}", f"{one.wall:.0f}", f"{one.cpu:.0f}",
                   f"{one.mib:.0f}"] for n, form, one, held in grown]  # fmt: skip
        parts += [f"## {say['growth']}", say["growth_how"], _table(table)]
    if spark is not None:
        told = say["yes" if spark[1].answer["same_metrics"] else "no"]
        parts += ["## Spark", say["spark"].format(same=told, rows=f"{spark[0]:,}")]
    return "\n\n".join([*parts, f"## {say['left']}", say["left_how"]]) + "\n"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _table(rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def main() -> None:
    """Run the benchmark, print its page and write it."""
    parser = argparse.ArgumentParser(description="crisislab side by side with its peers.")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--scale", type=int, nargs="*", default=[])
    parser.add_argument("--forms", nargs="*", default=["csv", "x-jsonl", "parquet"])
    parser.add_argument("--spark", type=int, help="posts of the review on Spark")
    parser.add_argument("--twarc", help="a Python with twarc-csv")
    parser.add_argument("--out", type=Path, default=DOCS, help="folder of the page")
    parser.add_argument("--folder", type=Path, help="keep the cases here, and use those found")
    parser.add_argument("--one", choices=list(CONTENDERS), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(CONTENDERS[asked.one](asked.folder)))
        return
    lines: list[Line] = []
    grown: list[tuple[int, str, Run, int]] = []
    spark: tuple[int, Run] | None = None

    asked.out.mkdir(parents=True, exist_ok=True)

    def write() -> None:
        for name, lang in PAGES.items():
            text = page(lang, asked.rows, lines, grown, spark)
            (asked.out / name).write_text(text, "utf-8")

    with tempfile.TemporaryDirectory() as made:
        root = asked.folder or Path(made)
        lines += compare(cases(root, asked.rows), asked.runs, asked.twarc)
        write()  # hours may follow: what is measured is kept
        for told in growth(root, asked.scale, asked.forms, keep=asked.folder is not None):
            grown.append(told)
            write()
        spark = on_spark(root, asked.spark) if asked.spark else None
    write()
    print((asked.out / "benchmarks.md").read_text("utf-8"))


if __name__ == "__main__":
    main()
