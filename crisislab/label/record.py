"""Answers written down: the file only grows, and an answer is on the disk when it is confirmed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from crisislab.errors import CrisisLabError, Problem
from crisislab.files import append, held, lock_of
from crisislab.read.labels import SENTIMENT, allowed_labels, read_labels
from crisislab.schema import LABELS

Shown = Mapping[str, object]


def record(
    file: str | Path,
    answers: Iterable[tuple[Shown, str]],
    *,
    coder: str,
    at: datetime,
    task: str = SENTIMENT,
) -> None:
    """Append answers to the file of labels; they are on the disk when this returns.

    Nothing is ever changed or deleted: to correct an answer, record another; the last counts.

    Args:
        file: ``labels.csv`` of the case; made when it does not exist.
        answers: Pairs of a row of the sample and its label.
        coder: Who labelled, as the coder wishes to be called in the file.
        at: When, with its zone.
        task: What was asked.

    Raises:
        CrisisLabError: CL-LABEL-VALUE, CL-LABEL-TIME or CL-LABEL-COLUMNS; nothing is written.
    """
    path = Path(file)
    known = allowed_labels(task)
    answered = list(answers)
    for _, label in answered:
        if label not in known or not coder.strip():
            facts = {"known": ", ".join(known)}
            raise CrisisLabError(
                Problem("CL-LABEL-VALUE", file=path.name, value=label, facts=facts)
            )
    if at.tzinfo is None:
        raise CrisisLabError(Problem("CL-LABEL-TIME", file=path.name, value=at.isoformat()))
    stamp = at.astimezone(UTC).isoformat(timespec="microseconds")
    rows = [
        {name: shown.get(name) for name in LABELS.names}
        | {"task": task, "label": label, "coder": coder.strip(), "labelled_at": stamp}
        for shown, label in answered
    ]
    _append(path, rows)


def _append(path: Path, rows: list[dict[str, object]]) -> None:
    # Two people who label at once wait for each other: neither cuts the other's line.
    with held(lock_of(path), place=path):
        new = not path.exists() or not path.stat().st_size
        if not new:
            read_labels(path)
        block = io.StringIO()
        names = LABELS.names if new else _header(path)
        lines = csv.DictWriter(block, names, lineterminator="\n", extrasaction="ignore")
        if new:
            lines.writeheader()
        lines.writerows(rows)
        append(path, block.getvalue().encode("utf-8"), length=0 if new else _whole(path))


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return next(csv.reader(lines))


def _whole(path: Path) -> int:
    """Return the length without a last line cut when the machine stopped: never confirmed."""
    return path.read_bytes().rfind(b"\n") + 1
