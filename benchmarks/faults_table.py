"""What five readers make of files with one fault each, judged against what is true.

    python benchmarks/faults_table.py

pandas, DuckDB, polars and PyArrow read with their defaults, each in a process that may die;
crisislab reads as an analyst would, without declarations. The table goes to ``docs/faults.md``.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.fault_cases import Fault, faults  # noqa: E402  # the folder above is needed first

DOC = ROOT / "docs" / "faults.md"
BEGIN, END = "<!-- made by benchmarks/faults_table.py -->", "<!-- end -->"
TOOLS = ("pandas", "duckdb", "polars", "pyarrow")
Cells = list[dict[str, Any]]


def _pandas(path: Path, dates: bool) -> Cells:
    import pandas as pd

    if ".json" in path.name:
        frame = pd.read_json(path, lines=".jsonl" in path.name)
    elif path.suffix in (".xlsx", ".xls"):
        frame = pd.read_excel(path)
    else:
        frame = pd.read_csv(path)
    if dates and "created_at" in frame:
        frame["created_at"] = pd.to_datetime(frame["created_at"])
    return frame.to_dict("records")


def _duckdb(path: Path, _: bool) -> Cells:
    import duckdb

    reader = "read_json_auto" if ".json" in path.name else "read_csv_auto"
    if path.suffix in (".xlsx", ".xls"):
        raise RuntimeError("needs an extension from the network")
    found = duckdb.sql(f"SELECT * FROM {reader}('{path}')").fetch_arrow_table()
    return found.to_pylist()


def _polars(path: Path, dates: bool) -> Cells:
    import polars as pl

    if ".jsonl" in path.name:
        frame = pl.read_ndjson(path)
    elif ".json" in path.name:
        frame = pl.read_json(path)
    elif path.suffix in (".xlsx", ".xls"):
        frame = pl.read_excel(path)
    else:
        frame = pl.read_csv(path, try_parse_dates=dates)
    return frame.to_dicts()


def _pyarrow(path: Path, _: bool) -> Cells:
    from pyarrow import csv
    from pyarrow import json as arrow_json

    if path.suffix in (".xlsx", ".xls"):
        raise RuntimeError("does not read spreadsheets")
    made = arrow_json.read_json(path) if ".json" in path.name else csv.read_csv(path)
    return made.to_pylist()


READ: dict[str, Callable[[Path, bool], Cells]] = {
    "pandas": _pandas, "duckdb": _duckdb, "polars": _polars, "pyarrow": _pyarrow,
}  # fmt: skip


def _same_id(got: object, wanted: str) -> bool:
    if isinstance(got, bytes):
        got = got.decode("utf-8", "replace")
    return isinstance(got, int | str) and str(got) == wanted


def _same_text(got: object, wanted: str) -> bool:
    return isinstance(got, str) and got == wanted


def _same_day(got: object, wanted: str) -> bool:
    """Return whether a time, if it was read as one, lies on the true day."""
    return not isinstance(got, dt.date) or str(got)[:10] == wanted


def judge(case: Fault, found: Cells) -> str:
    """Return ``right``, ``silent`` (wrong, and nothing said) or ``unflagged`` (a warning was due).

    Raises:
        KeyError: Never; columns that are missing are wrong.
    """
    if len(found) == len(case.truth):
        pairs = zip(found, case.truth, strict=True)
        right = all(
            _same_id(row.get("id"), key) and _same_text(row.get("text"), text)
            and (not day or _same_day(row.get("created_at"), day))
            for row, (key, text, day) in pairs
        )  # fmt: skip
        if right:
            return "unflagged" if case.due else "right"
    return "unflagged" if case.due and not case.truth and found else "silent"


def judge_crisislab(case: Fault, path: Path) -> str:
    """Return ``right``, ``flagged``, ``refused`` or ``silent`` for our own reader."""
    from crisislab.read import read_posts

    loaded = read_posts(path, strict=False)
    told = set(loaded.issues["severity"]) - {"fixed"}
    # Every small table without ids of X is told that its platform is not known: no warning here.
    codes = set(loaded.issues["code"]) - {"CL-PLATFORM-UNKNOWN", "CL-PLATFORM-PROVEN"}
    parts = loaded.ledger.filter(regex="^n_").drop(columns="n_lines").sum(axis=1)
    if not (parts == loaded.ledger["n_lines"]).all():
        return "silent"
    if "refused" in told:
        return "refused"
    rows = loaded.posts.sort_values(["source_row"]).to_dict("records")
    by_id = {str(row["post_id"]): row for row in rows}
    for key, text, day in case.truth:
        row = by_id.pop(key, None)
        if row is None or (row["text"] != text and not isinstance(row["flags"], str)):
            return "silent"
        if day and str(row["created_at"])[:10] != day:
            return "silent"
    extra = [row for row in by_id.values() if not isinstance(row["flags"], str)]
    if extra and case.truth:
        return "silent"
    if case.due:
        return "flagged" if codes else "silent"
    return "right"


def written(case: Fault, folder: Path) -> Path:
    """Return the file of a case, alone in its folder but for what stands beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    if case.beside is not None:
        (folder / case.beside[0]).write_bytes(case.beside[1])
    path = folder / case.file
    path.write_bytes(case.content)
    return path


def run_tool(tool: str, folder: Path) -> list[str]:
    """Return the verdict of one reader on every file; a process that dies is ``crash``."""
    verdicts: list[str] = []
    n = len(faults())
    while len(verdicts) < n:
        command = [sys.executable, __file__, tool, str(folder), str(len(verdicts))]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
        told = [line[2:] for line in done.stdout.splitlines() if line.startswith("= ")]
        verdicts += told
        if len(verdicts) < n:
            verdicts.append("crash")
    return verdicts


def child(tool: str, folder: Path, first: int) -> None:
    """Read the files from one on and print a verdict for each."""
    for i, case in enumerate(faults()[first:], start=first):
        path = folder / str(i) / case.file
        try:
            found = READ[tool](path, case.dates)
            verdict = judge(case, found)
        except BaseException as fault:  # what a reader raises, Rust's panics among it
            if isinstance(fault, KeyboardInterrupt | SystemExit):
                raise
            verdict = "error"
        print(f"= {verdict}", flush=True)


def table() -> str:
    """Return the table of all readers on all files, with its tally."""
    cases = faults()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        paths = [written(case, folder / str(i)) for i, case in enumerate(cases)]
        columns = {tool: run_tool(tool, folder) for tool in TOOLS}
        columns["crisislab"] = [judge_crisislab(c, p) for c, p in zip(cases, paths, strict=True)]
    head = "| file | " + " | ".join(columns) + " |"
    lines = [head, "|---" * (len(columns) + 1) + "|"]
    for i, case in enumerate(cases):
        cells = [verdicts[i] for verdicts in columns.values()]
        bold = [f"**{c}**" if c in ("silent", "unflagged", "crash") else c for c in cells]
        lines.append(f"| {case.name} | " + " | ".join(bold) + " |")
    tally = {name: Counter(verdicts) for name, verdicts in columns.items()}
    for verdict in ("right", "flagged", "refused", "error", "unflagged", "silent", "crash"):
        cells = [str(tally[name][verdict] or "") for name in columns]
        lines.append(f"| **{verdict}, of {len(cases)}** | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Write the table."""
    made = table()
    head, _, rest = DOC.read_text("utf-8").partition(BEGIN)
    DOC.write_text(f"{head}{BEGIN}\n\n{made}\n\n{END}{rest.partition(END)[2]}", "utf-8")
    print(json.dumps(made.splitlines()[-7:], indent=1, ensure_ascii=False))


if __name__ == "__main__":
    if len(sys.argv) == 4:
        child(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
