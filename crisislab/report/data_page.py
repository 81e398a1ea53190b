"""The data page: what was in the files, what was found about them, what was set aside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from string import Formatter
from typing import Literal

import pandas as pd
from markupsafe import Markup

from crisislab.errors import Problem
from crisislab.report.cards import file_row
from crisislab.report.grid import Grid, badge, grid
from crisislab.report.masks import masked
from crisislab.report.show import Show, clean, is_missing
from crisislab.report.value import Review
from crisislab.words import catalogue, has_words, say

PARTS = (
    "n_header", "n_loaded", "n_rejected", "n_duplicates", "n_blank", "n_preamble", "n_footer",
    "n_continuation", "n_context",
)  # fmt: skip
_TONES = {"fixed": "good", "flagged": "mixed", "refused": "bad"}
_HELD = {"file", "line", "column", "value", "n", "n_of"}
MAX_REJECTS = 200
HIDDEN = "…"
Part = Literal["found", "means", "fix"]


def adds_up(ledger: pd.DataFrame) -> bool:
    """Return whether every file's lines are all accounted for."""
    parts = ledger[list(PARTS)].fillna(0).sum(axis=1)
    return bool((parts == ledger["n_lines"].fillna(0)).all())


def ledger_table(review: Review, show: Show) -> Grid:
    """Return the ledger with its sum; parts that are 0 in every file are left out."""
    ledger = review.ledger
    sums = ledger[["n_lines", *PARTS]].fillna(0).sum()
    used = ["n_lines", *(part for part in PARTS if sums[part])]
    rows = [
        (_file(row["source_file"], row["source"]), *(show.number(row[c]) for c in used))
        for row in ledger.to_dict("records")
    ]
    if len(rows) > 1:
        total = Markup("<b>{}</b>")
        whole = (total.format(show.number(sums[c])) for c in used)
        rows.append((total.format(say("report.ledger.total", show.lang)), *whole))
    heads = ("file", "lines", *(f"report.ledger.{part}" for part in used[1:]))
    return grid(show, heads, rows, of="ledger", numeric=range(1, len(heads)), wide=True)


def _file(name: object, kind: object) -> Markup:
    return Markup("{}<br><small>{}</small>").format(file_row(clean(name)), clean(kind))


def issues_table(review: Review, show: Show) -> Grid | None:
    """Return the findings about the files, each with what to do."""
    if review.issues.empty:
        return None
    rows = [_issue({str(k): v for k, v in row.items()}, show)
            for row in review.issues.to_dict("records")]  # fmt: skip
    return grid(show, ("where", "found", "rows", "fix"), rows, of="issues", numeric=(2,))


def _issue(row: Mapping[str, object], show: Show) -> tuple[str | Markup, ...]:
    severity, problem = str(row["severity"]), _problem(row)
    told = _told(problem, ("found", "means"), _hidden(row, "message"), show)
    found = Markup("{}<br><small><code>{}</code></small>").format(masked(told), problem.code)
    n = "" if problem.n is None else show.number(problem.n)
    if n and problem.n_of is not None:
        n = f"{n} / {show.number(problem.n_of)}"
    fix = masked(_told(problem, ("fix",), _hidden(row, "fix"), show))
    word = badge(show.word("report.severity", severity), _TONES.get(severity, "open"))
    where = Markup("{}<br>{}").format(file_row(problem.where()), word)
    return where, found, n, fix


def _hidden(row: Mapping[str, object], part: str) -> str:
    """Return a stored text without the value of a row."""
    text = "" if is_missing(row[part]) else str(row[part])
    value = "" if is_missing(row["value"]) or is_missing(row["source_row"]) else str(row["value"])
    return text.replace(value, HIDDEN) if value else text


def _problem(row: Mapping[str, object]) -> Problem:
    text = {
        k: "" if is_missing(row[k]) else clean(row[k])
        for k in ("code", "source_file", "column", "value")
    }
    counts = {
        k: None if is_missing(row[k]) else int(str(row[k])) for k in ("source_row", "n", "n_of")
    }
    # A value from a row can be what a person wrote, or their name: it stays in the CSV files.
    value = text["value"] if counts["source_row"] is None else HIDDEN
    return Problem(
        code=text["code"], file=text["source_file"], line=counts["source_row"],
        column=text["column"], value=value, n=counts["n"], n_of=counts["n_of"],
    )  # fmt: skip


def _told(problem: Problem, parts: Iterable[Part], stored: str, show: Show) -> str:
    """Return a finding in the language of the review, if its words need only what the row holds.

    The table was worded when the files were read, in the language of that machine.
    """
    told = [problem.part(part, show.lang) for part in parts if _tellable(problem.code, part)]
    if told and all(_tellable(problem.code, part) for part in parts):
        return " ".join(part for part in told if part)
    return stored


def _tellable(code: str, part: str) -> bool:
    key = f"problems.{code}.{part}"
    names = (
        {name for _, name, _, _ in Formatter().parse(catalogue("en")[key])}
        if has_words(key)
        else {"?"}
    )
    return names - {None} <= _HELD


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
            problem = Problem(
                str(code), file=str(file), column=str(column), value=HIDDEN, n=len(group)
            )
            why = f"{problem.part('found', show.lang)} ({code})"
        rows.append(
            (file_row(clean(file)), why, clean(column), show.number(len(group)), first + more)
        )
    heads = ("file", "why", "column", "rows", "first")
    return grid(show, heads, rows[:MAX_REJECTS], of="rejects", numeric=(3,))
