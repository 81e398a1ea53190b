"""A written review made again: the same, or which input, version or setting changed what."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from crisislab.errors import CrisisLabError, Problem
from crisislab.opening import open_case
from crisislab.pipeline import review
from crisislab.report.forms import FORMS
from crisislab.report.write import review_files
from crisislab.words import say

MANIFEST = "manifest.json"
FORMAT = 1
Kind = Literal["input", "setting", "version"]
# The browser stamps its PDF with day and time; its words are those of the page.
_STAMPED = (".pdf",)


@dataclass(frozen=True)
class Change:
    """One thing that is not as it was.

    Attributes:
        kind: ``input``, ``setting`` (of case, plan or scorer) or ``version``.
        what: File, key or package.
        before: As the manifest has it; empty: it was not there.
        now: As it is; empty: it is gone.
    """

    kind: Kind
    what: str
    before: str
    now: str


@dataclass(frozen=True)
class Verification:
    """What became of a review that was made again.

    Attributes:
        changes: Inputs, settings and versions that are not as they were.
        edited: Files of the review that were changed after it was written.
        differing: Files that come out otherwise now.
        numbers: Numbers that come out otherwise: ``metric, scope, before, now, because``.
        n_files: Files compared.
    """

    changes: tuple[Change, ...]
    edited: tuple[str, ...]
    differing: tuple[str, ...]
    numbers: pd.DataFrame = field(repr=False)
    n_files: int = 0

    @property
    def same(self) -> bool:
        """Whether everything is as it was written."""
        return not (self.changes or self.edited or self.differing)

    def summary(self, lang: str) -> str:
        """Return what was found, in words."""
        if self.same:
            return say("safety.verify.same", lang, n=self.n_files)
        lines = [say("safety.verify.differs", lang, n=len(self.differing), of=self.n_files)]
        for change in self.changes:
            kind = say(f"safety.verify.{change.kind}", lang)
            lines.append(f"  {kind} {change.what}: {_short(change.before)} → {_short(change.now)}")
        lines += [say("safety.verify.edited", lang, file=name) for name in self.edited]
        if self.differing and not self.changes:
            lines.append(say("safety.verify.unexplained", lang, files=", ".join(self.differing)))
        if len(self.numbers):
            lines.append(say("safety.verify.numbers", lang, n=len(self.numbers)))
            lines += [_line(row) for row in self.numbers.head(20).to_dict("records")]
        if len({change.kind for change in self.changes}) > 1:
            lines.append(say("safety.verify.several", lang))
        return "\n".join(lines)


def verify(folder: Path, written: Path, *, secret: str | Path | None = None) -> Verification:
    """Make the review of a case again and compare it with the one written.

    Args:
        folder: The case.
        written: Folder of the review, with its ``manifest.json``.
        secret: File of the secret behind the pseudonyms; the user's by default.

    Raises:
        CrisisLabError: ``CL-VERIFY-MISSING`` or ``CL-VERIFY-NEWER``, or what opening raises.
    """
    before = _manifest(written / MANIFEST)
    made = review(open_case(folder), lang=before.get("language"), secret=secret)
    forms = [f for f in FORMS if f"review.{f}" in before["outputs"] and f".{f}" not in _STAMPED]
    files = review_files(made, forms=[*forms, *_documents(before["outputs"])])
    now = json.loads(files[MANIFEST])
    compared = {n: h for n, h in before["outputs"].items() if not n.endswith(_STAMPED)}
    on_disk = {name: _hash(written / name) for name in compared}
    changes = (*_changes(before, now),)
    differing = [n for n, h in compared.items() if now["outputs"].get(n) != h]
    differing += sorted(set(now["outputs"]) - set(before["outputs"]))
    old = _numbers((written / "metrics.csv").read_bytes() if on_disk.get("metrics.csv") else b"")
    return Verification(
        changes, tuple(n for n, h in on_disk.items() if h != compared[n]), tuple(differing),
        _changed_numbers(old, _numbers(files["metrics.csv"]), changes), len(compared),
    )  # fmt: skip


def _documents(outputs: Mapping[str, str]) -> list[str]:
    return [name for name in ("scorecard", "learning") if f"{name}.docx" in outputs]


def _manifest(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        outputs = found["outputs"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CrisisLabError(Problem("CL-VERIFY-MISSING", file=str(path))) from error
    if int(found.get("format", 1)) > FORMAT or not isinstance(outputs, dict):
        raise CrisisLabError(Problem("CL-VERIFY-NEWER", file=str(path)))
    return found


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Change]:
    kinds: tuple[tuple[str, Kind], ...] = (
        ("inputs", "input"), ("settings", "setting"), ("plan", "setting"), ("scorer", "setting"),
        ("secret", "setting"), ("versions", "version"), ("zone_database", "version"),
    )  # fmt: skip
    found: list[Change] = []
    for part, kind in kinds:
        # Keys of the settings say whose they are; files and packages have a name of their own.
        prefix = part if kind == "setting" or not isinstance(now[part], dict) else ""
        was, is_now = _flat(before.get(part, ""), prefix), _flat(now[part], prefix)
        found += [
            Change(kind, key, was.get(key, ""), is_now.get(key, ""))
            for key in sorted({*was, *is_now})
            if was.get(key, "") != is_now.get(key, "")
        ]
    return found


def _flat(value: object, prefix: str) -> dict[str, str]:
    if isinstance(value, Mapping):
        parts = {str(key): part for key, part in value.items()}
    elif isinstance(value, list):
        parts = {str(i): part for i, part in enumerate(value, start=1)}
    else:
        return {prefix: "" if value is None else str(value)}
    told: dict[str, str] = {}
    for key, part in parts.items():
        told |= _flat(part, f"{prefix}.{key}" if prefix else key)
    return told


def _numbers(data: bytes) -> pd.DataFrame:
    columns = ["metric", "scope", "value", "evidence"]
    if not data:
        return pd.DataFrame(columns=columns)
    # Text, so that equal is equal to the last digit.
    table = pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False, encoding="utf-8-sig")
    return table[columns]


def _changed_numbers(
    before: pd.DataFrame, now: pd.DataFrame, changes: tuple[Change, ...]
) -> pd.DataFrame:
    keys = ["metric", "scope"]
    numbered = [t.assign(_n=t.groupby(keys).cumcount()) for t in (before, now)]
    both = numbered[0].merge(numbered[1], on=[*keys, "_n"], how="outer", suffixes=("_was", "_is"))
    both = both.fillna("")
    rows = both[both["value_was"] != both["value_is"]]
    table = pd.DataFrame({
        "metric": rows["metric"], "scope": rows["scope"], "before": rows["value_was"],
        "now": rows["value_is"],
    })  # fmt: skip
    because = [_because(f"{r.evidence_was} {r.evidence_is}", changes) for r in rows.itertuples()]
    return table.assign(because=because).reset_index(drop=True)


def _because(evidence: str, changes: tuple[Change, ...]) -> str:
    """Return what can have changed a number: files it rests on are told apart from the others."""
    files = [c.what for c in changes if c.kind == "input"]
    named = [name for name in files if f"{name}:" in evidence]
    others = [c.what for c in changes if c.kind != "input"]
    return ", ".join([*(named or files), *others])


def _short(text: str, limit: int = 16) -> str:
    return (text if len(text) <= limit else f"{text[:limit]}…") or "—"


def _line(row: Mapping[Any, Any]) -> str:
    was, now = row["before"] or "—", row["now"] or "—"
    return f"    {row['metric']} [{row['scope']}]: {was} → {now}  ({row['because']})"
