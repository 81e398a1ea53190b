"""Ledger and findings as tables of words, for notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import pandas as pd
from pandas.api.types import is_scalar

from crisislab.schema import LEDGER
from crisislab.words import say

_COUNTS = [c.name for c in LEDGER.columns if c.name.startswith("n_")]


def ledger_html(ledger: pd.DataFrame, lang: str) -> str:
    """Return the ledger as HTML: an archive as one file, without counts that are all nought."""
    archive = ledger["source_file"].str.replace(r"(?i)(\.zip)/.*", r"\1", regex=True)
    ledger = ledger.groupby(archive, sort=False)[_COUNTS].sum().reset_index()
    counts = [name for name in _COUNTS if ledger[name].any()]
    heads = [say("shown.file", lang), *(say(f"check.{name}", lang).strip("=: ") for name in counts)]
    rows = [[row["source_file"], *(row[name] for name in counts)] for row in _records(ledger)]
    total = [say("shown.all", lang), *(int(ledger[name].sum()) for name in counts)]
    return table_html(heads, [*rows, total] if len(rows) > 1 else rows)


def issues_html(issues: pd.DataFrame, lang: str) -> str:
    """Return the findings as HTML: how grave, where, what was found and one safe fix."""
    heads = [say(f"shown.{name}", lang) for name in ("severity", "place", "found", "fix")]
    rows = [
        [say(f"check.{row['severity']}", lang).strip().lower(), _place(row), row["message"],
         row["fix"]]
        for row in _records(issues)
    ]  # fmt: skip
    return table_html(heads, rows)


def frame_html(table: pd.DataFrame) -> str:
    """Return a table of results as HTML, escaped, without columns that are empty on every row."""
    empty = [name for name in table if len(table) and not table[name].map(_holds).any()]
    return str(table.drop(columns=empty).to_html(index=False))


def _holds(value: object) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    return not (is_scalar(value) and pd.isna(value))  # type: ignore[call-overload]


def table_html(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as HTML; everything in it is escaped, lines stay lines.

    A column that is empty on every row is left out.
    """
    whole = [list(row) for row in rows]
    kept = [i for i in range(len(heads)) if not whole or any(_holds(row[i]) for row in whole)]
    rows = [[row[i] for i in kept] for row in whole]
    head = "".join(f'<th style="text-align:left">{escape(heads[i])}</th>' for i in kept)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: object) -> str:
    if isinstance(value, str):
        text = escape(value).replace("\n", "<br>")
        return f'<td style="text-align:left; vertical-align:top">{text}</td>'
    return f'<td style="vertical-align:top">{"" if pd.isna(value) else escape(str(value))}</td>'  # type: ignore[call-overload]


def _place(row: dict[str, object]) -> str:
    line = row["source_row"]
    return f"{row['source_file']}{'' if pd.isna(line) else f':{line}'}"  # type: ignore[call-overload]


def _records(table: pd.DataFrame) -> list[dict[str, object]]:
    return [{str(k): v for k, v in row.items()} for row in table.to_dict("records")]
