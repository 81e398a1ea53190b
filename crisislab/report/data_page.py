"""The data page: what was in the files, what was found about them, what was set aside."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from crisislab.errors import Problem
from crisislab.report.grid import Grid, badge, grid
from crisislab.report.masks import masked
from crisislab.report.show import Show, clean, is_missing
from crisislab.report.value import Review
from crisislab.words import has_words, say

PARTS = (
    "n_header", "n_loaded", "n_rejected", "n_duplicates", "n_blank", "n_preamble", "n_footer",
    "n_continuation", "n_context",
)  # fmt: skip
_TONES = {"fixed": "good", "flagged": "mixed", "refused": "bad"}
MAX_REJECTS = 200


def adds_up(ledger: pd.DataFrame) -> bool:
    """Return whether every file's lines are all accounted for."""
    parts = ledger[list(PARTS)].fillna(0).sum(axis=1)
    return bool((parts == ledger["n_lines"].fillna(0)).all())


def ledger_table(review: Review, show: Show) -> Grid:
    """Return the ledger with its sum; parts that are 0 in every file are left out."""
    ledger = review.ledger
    sums = ledger[["n_lines", *PARTS]].fillna(0).sum()
    used = [part for part in PARTS if sums[part]]
    rows = [
        (clean(row["source_file"]), clean(row["source"]), *(show.number(row[c]) for c in ("n_lines", *used)))
        for row in ledger.to_dict("records")
    ]
    if len(rows) > 1:
        total = Markup("<b>{}</b>")
        whole = (total.format(show.number(sums[c])) for c in ("n_lines", *used))
        rows.append((total.format(say("report.ledger.total", show.lang)), "", *whole))  # type: ignore[arg-type]
    heads = ("file", "kind", "lines", *(f"report.ledger.{part}" for part in used))
    return grid(show, heads, rows, numeric=range(2, 3 + len(used)), wide=True)


def issues_table(review: Review, show: Show) -> Grid | None:
    """Return the findings about the files, each with what to do."""
    if review.issues.empty:
        return None
    rows = []
    for row in review.issues.to_dict("records"):
        severity = str(row["severity"])
        word = badge(show.word("report.severity", severity), _TONES.get(severity, "open"))
        found = Markup("{}<br><small><code>{}</code></small>").format(
            masked(_finding(row["message"])), clean(row["code"])
        )
        n = "" if is_missing(row["n"]) else show.number(row["n"])
        if n and not is_missing(row["n_of"]):
            n = f"{n} / {show.number(row['n_of'])}"
        fix = "" if is_missing(row["fix"]) else masked(row["fix"])
        rows.append((word, _where(row), found, n, fix))
    return grid(show, ("state", "where", "found", "rows", "fix"), rows, numeric=(3,))


def _where(row: dict[object, object] | dict[str, object]) -> str:
    known = {str(key): value for key, value in row.items()}
    line = known["source_row"]
    return Problem(
        code="",
        file="" if is_missing(known["source_file"]) else clean(known["source_file"]),
        line=None if is_missing(line) else int(str(line)),
        column="" if is_missing(known["column"]) else clean(known["column"]),
    ).where()


def _finding(message: object) -> str:
    return "" if is_missing(message) else str(message)


def rejects_table(review: Review, show: Show) -> Grid | None:
    """Return the rows set aside by file and reason; their values stay in ``rejects.csv``."""
    if review.rejects.empty:
        return None
    keys = ["source_file", "code", "column"]
    grouped = review.rejects.assign(**{k: review.rejects[k].fillna("") for k in keys}).groupby(keys)
    rows = []
    for (file, code, column), group in grouped:
        first = ", ".join(str(row) for row in group["source_row"].dropna().head(8))
        more = f" (+{len(group) - 8})" if len(group) > 8 else ""
        found = f"problems.{code}.found"
        why = clean(code)
        if has_words(found):
            problem = Problem(str(code), file=str(file), column=str(column), n=len(group))
            why = f"{problem.part('found', show.lang)} ({code})"
        rows.append((clean(file), why, clean(column), show.number(len(group)), first + more))
    heads = ("file", "why", "column", "rows", "first")
    return grid(show, heads, rows[:MAX_REJECTS], numeric=(3,))
