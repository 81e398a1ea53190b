"""Hand labels: the file ``labels.csv`` that only grows, read with every problem in one pass."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pandas as pd

from crisislab.errors import CrisisLabError, Problem
from crisislab.read.edited import edited_rows
from crisislab.schema import LABELS

LABEL_FILE = "labels.csv"
SENTIMENT = "sentiment"
SENTIMENT_LABELS = ("negative", "neutral", "positive")
FLAG_LABELS = ("yes", "no")
RECEPTION = "reception"
RECEPTION_LABELS = ("accepted", "rejected", "mocked", "open")
UNSURE = "unsure"
_NEEDED = ("task", "text_key", "label", "coder", "labelled_at", "probability")
_COUNTS = ("round", "size", "n_stratum")


def allowed_labels(task: str) -> tuple[str, ...]:
    """Return the labels a task knows; ``unsure`` is one of them.

    >>> allowed_labels("tone.apology")
    ('yes', 'no', 'unsure')
    """
    known = {SENTIMENT: SENTIMENT_LABELS, RECEPTION: RECEPTION_LABELS}
    return (*known.get(task, FLAG_LABELS), UNSURE)


def read_labels(path: str | Path, *, missing_ok: bool = False) -> pd.DataFrame:
    """Return hand labels in the columns of ``schema.LABELS``, in the order of the file.

    A last line without its end (the machine stopped while writing) is left out: the answer was
    not confirmed to the coder either.

    Args:
        path: The file, as ``crisislab.label`` writes it.
        missing_ok: Whether no file is no labels.

    Raises:
        CrisisLabError: CL-LABEL-COLUMNS, or CL-LABEL-VALUE, CL-LABEL-TIME, CL-LABEL-PROBABILITY
            and CL-LABEL-NUMBER for every bad line at once.
    """
    file = Path(path)
    if not file.exists():
        if missing_ok:
            return LABELS.empty()
        raise CrisisLabError(Problem("CL-FILE-MISSING", file=file.name))
    rows: list[dict[str, object]] = []
    problems: list[Problem] = []
    for line, row in edited_rows(file, needed=_NEEDED, code="CL-LABEL-COLUMNS", ended=True):
        found = list(_problems(row, file=file.name, line=line))
        problems += found
        if not found:
            rows.append({name: row.get(name) or None for name in LABELS.names})
    if problems:
        raise CrisisLabError(*problems)
    return _typed(rows)


def _problems(row: dict[str, str], *, file: str, line: int) -> Iterator[Problem]:
    known = allowed_labels(row.get("task") or "")
    if row.get("label") not in known or not row.get("coder") or not row.get("text_key"):
        shown = row.get("label") or ""
        yield Problem(
            "CL-LABEL-VALUE",
            file=file,
            line=line,
            column="label",
            value=shown,
            facts={"known": ", ".join(known)},
        )
    at = row.get("labelled_at") or ""
    if not _has_zone(at):
        yield Problem("CL-LABEL-TIME", file=file, line=line, column="labelled_at", value=at)
    chance = row.get("probability") or ""
    if not _is_chance(chance):
        yield Problem(
            "CL-LABEL-PROBABILITY", file=file, line=line, column="probability", value=chance
        )
    for name in _COUNTS:
        if (number := row.get(name) or "") and not _is_count(number):
            yield Problem("CL-LABEL-NUMBER", file=file, line=line, column=name, value=number)


def _is_count(text: str) -> bool:
    """Return whether a text is a whole number as the program writes it, perhaps as 3.0."""
    return re.fullmatch(r"[0-9]{1,15}(?:\.0)?", text) is not None


def _has_zone(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _is_chance(text: str) -> bool:
    try:
        return 0 < float(text) <= 1
    except ValueError:
        return False


def _typed(rows: list[dict[str, object]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=LABELS.names)
    counts = {name: pd.to_numeric(table[name]) for name in _COUNTS}
    at = pd.to_datetime(table["labelled_at"], utc=True, format="ISO8601")
    filled = table.assign(**counts, labelled_at=at)
    filled["round"] = filled["round"].fillna(1)
    filled["size"] = filled["size"].fillna(1)
    return LABELS.conform(filled.fillna({"sampling": "random", "stratum": "all"}))


def latest(labels: pd.DataFrame) -> pd.DataFrame:
    """Return the answer that counts: the last per task, text, coder and round, in file order."""
    return labels.drop_duplicates(["task", "text_key", "coder", "round"], keep="last").reset_index(
        drop=True
    )
