"""The numbers of the samples as each version gave them, and what has become of them.

    python -m tests.golden_numbers            tell what differs from the newest golden set
    python -m tests.golden_numbers --write    write the set of this version anew

``tests/golden/VERSION/CASE/metrics.csv`` and ``verdicts.csv`` hold one number a line. What a
writing changes is added to ``tests/golden/VERSION/changes.csv``, old and new value, and each metric
in it needs a line at the top of CHANGELOG.md that begins with its name: "- `n_posts`: why".
``sums.txt`` tells a set that was written by this program from one that was edited by hand.
"""

from __future__ import annotations

import csv
import hashlib
import importlib.metadata
import io
import math
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = Path(__file__).with_name("golden")
CASES = ("brumaria", "kestrel")
# Table -> the columns that name a number, and those that are told of it.
TABLES = {
    "metrics": (("metric", "scope"), ("value", "n", "lower", "upper")),
    "verdicts": (
        ("subject",),
        ("verdict", "confidence", "reason", "value", "lower", "upper", "threshold", "n"),
    ),
}
# Another processor may round the last digits otherwise.
_NEARLY = 1e-9
Numbers = dict[tuple[str, ...], str]


@dataclass(frozen=True)
class Difference:
    """One number that is not as it was; ``before`` or ``now`` is empty where there is none."""

    case: str
    name: str
    scope: str
    column: str
    before: str
    now: str

    def __str__(self) -> str:
        """Return it in one line."""
        of = f"{self.case}: {self.name} [{self.scope}] {self.column}"
        return f"{of}: {self.before or 'missing'} -> {self.now or 'missing'}"


def golden_text(table: pd.DataFrame, name: str) -> str:
    """Return a table of a review as it is kept: twelve digits, nothing but numbers."""
    keys, told = TABLES[name]
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow([*keys, *told])
    for row in table.to_dict("records"):
        lines.writerow([*(row[key] for key in keys), *(_shown(row[column]) for column in told)])
    return out.getvalue()


def _shown(value: Any) -> str:
    if pd.isna(value):
        return ""
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def numbers(text: str, name: str) -> Numbers:
    """Return every number of a kept table by its name, scope, place among equals and column."""
    keys, told = TABLES[name]
    found: Numbers = {}
    met: Counter[tuple[str, str]] = Counter()
    for row in csv.DictReader(io.StringIO(text)):
        named = (row[keys[0]], row.get("scope", ""))
        place = str(met[named])
        met[named] += 1
        found |= {(*named, place, column): row[column] for column in told}
    return found


def differences(
    before: Mapping[str, str], now: Mapping[str, str], *, case: str
) -> list[Difference]:
    """Return every number of a case that differs, number by number.

    Args:
        before: Table -> text, as kept.
        now: Table -> text, as the review gives it.
        case: Whose they are.
    """
    found = []
    for table in TABLES:
        was, is_now = numbers(before[table], table), numbers(now[table], table)
        for key in sorted({*was, *is_now}):
            old, new = was.get(key, ""), is_now.get(key, "")
            if not _equal(old, new) and (old or new):
                name, scope, _, column = key
                found.append(Difference(case, name, scope, column, old, new))
    return found


def _equal(old: str, new: str) -> bool:
    try:
        return math.isclose(float(old), float(new), rel_tol=_NEARLY, abs_tol=_NEARLY)
    except ValueError:
        return old == new


def unexplained(changed: Iterable[str], changelog: str) -> list[str]:
    r"""Return the names for which the top section of the changelog has no line.

    >>> unexplained(["n_posts", "reach"], "## 1.1\n- `n_posts`: why\n## 1.0\n- `reach`: why")
    ['reach']
    """
    top = re.split(r"^## ", changelog, flags=re.M)[1]
    heads = re.findall(r"^- ((?:`[^`]+`,? ?(?:and )?)+):", top, re.M)
    told = {name for head in heads for name in re.findall("`([^`]+)`", head)}
    return sorted(set(changed) - told)


def version() -> str:
    """Return the version whose numbers are held."""
    return importlib.metadata.version("crisislab")


def newest(golden: Path = GOLDEN) -> Path:
    """Return the newest golden set."""
    sets = [path for path in golden.iterdir() if (path / "sums.txt").exists()]
    return max(sets, key=lambda path: [int(part) for part in re.findall(r"\d+", path.name)])


def kept(folder: Path, case: str) -> dict[str, str]:
    """Return the tables of a case as a golden set holds them."""
    return {name: (folder / case / f"{name}.csv").read_text("utf-8") for name in TABLES}


def texts(review: Any) -> dict[str, str]:
    """Return the tables of a review as a golden set would hold them."""
    return {name: golden_text(getattr(review, name), name) for name in TABLES}


def sums(folder: Path) -> str:
    """Return the SHA-256 of every file of a golden set."""
    files = sorted(path for path in folder.rglob("*.csv"))
    return "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n"
        for path in files
    )


def changes(folder: Path) -> list[Difference]:
    """Return what the writings of a golden set have changed."""
    path = folder / "changes.csv"
    rows = csv.DictReader(io.StringIO(path.read_text("utf-8"))) if path.exists() else ()
    return [Difference(**row) for row in rows]


def write(golden: Path, name: str, now: Mapping[str, Mapping[str, str]]) -> list[Difference]:
    """Write the golden set of a version; return what it changes.

    Args:
        golden: Folder of all sets.
        name: The version.
        now: Case -> table -> text.
    """
    folder = golden / name
    before = newest(golden) if any(golden.glob("*/sums.txt")) else None
    changed = [
        one for case, tables in now.items() if before is not None
        for one in differences(kept(before, case), tables, case=case)
    ]  # fmt: skip
    told = [*changes(folder), *changed]
    for case, tables in now.items():
        (folder / case).mkdir(parents=True, exist_ok=True)
        for table, text in tables.items():
            (folder / case / f"{table}.csv").write_text(text, "utf-8")
    with (folder / "changes.csv").open("w", encoding="utf-8", newline="") as out:
        lines = csv.writer(out, lineterminator="\n")
        lines.writerow(Difference.__dataclass_fields__)
        lines.writerows(astuple(one) for one in told)
    (folder / "sums.txt").write_text(sums(folder), "utf-8")
    return changed


def main() -> int:
    """Tell, or write, what has become of the numbers."""
    from tests.warm import warm_case, warm_review

    with tempfile.TemporaryDirectory() as scratch:
        secret = Path(scratch) / "secret"
        secret.write_text(f"crisislab-secret 1\n{'5e' * 32}\n", "ascii")
        secret.chmod(0o600)
        os.environ["CRISISLAB_SECRET"] = str(secret)
        now = {
            case: texts(warm_review(warm_case(ROOT / "data" / "sample" / case))) for case in CASES
        }
    if "--write" in sys.argv:
        found = write(GOLDEN, version(), now)
    else:
        found = [d for c in CASES for d in differences(kept(newest(), c), now[c], case=c)]
    sys.stdout.write("".join(f"{one}\n" for one in found))
    return int(bool(found) and "--write" not in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
