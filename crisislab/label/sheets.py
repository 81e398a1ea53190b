"""Labels by spreadsheet: a sheet per coder out, filled, and in again."""

from __future__ import annotations

import csv
import unicodedata
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from crisislab.errors import CrisisLabError, Problem
from crisislab.label.record import record
from crisislab.read._bytes import Input
from crisislab.read._xlsx import read_sheets
from crisislab.read.edited import edited_rows
from crisislab.read.labels import SENTIMENT, allowed_labels
from crisislab.words import LANGUAGES, default_language, say

_COLUMNS = ("position", "round", "text_key", "lang", "text", "label")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_label_sheet(
    sample: pd.DataFrame, file: str | Path, *, task: str = SENTIMENT, lang: str | None = None
) -> Path:
    """Write a sample as a sheet to fill in, CSV or XLSX by the file's name; one per coder.

    Texts that a spreadsheet would read as a formula are written as text. In XLSX the column
    ``label`` has a list to choose from. The chances of being drawn stay in the sample.

    Args:
        sample: Table ``schema.SAMPLE``.
        file: ``.csv`` or ``.xlsx``.
        task: What is asked.
        lang: Language of the labels to choose from; that of this machine by default.

    Raises:
        FileExistsError: If the file exists: it may hold a coder's work.
        ValueError: If the file is neither CSV nor XLSX.
    """
    path = Path(file)
    if path.exists():
        raise FileExistsError(f"{path.name} exists and may hold labels; choose another name")
    choices = [_word(name, lang or default_language()) for name in allowed_labels(task)]
    rows = [_row(shown) for shown in sample.to_dict("records")]
    if path.suffix.lower() == ".csv":
        with path.open("x", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(_COLUMNS)
            writer.writerows([_harmless(cell) for cell in row] for row in rows)
    elif path.suffix.lower() == ".xlsx":
        _write_xlsx(path, rows, choices)
    else:
        raise ValueError(f"{path.name}: write labels as .csv or .xlsx")
    return path


def read_label_sheet(
    file: str | Path,
    sample: pd.DataFrame,
    *,
    into: str | Path,
    coder: str,
    at: datetime,
    task: str = SENTIMENT,
) -> int:
    """Record a filled sheet in the file of labels and return how many answers it held.

    Empty cells are texts not labelled yet. Labels may be written in Spanish or English, or as
    the keys 1, 2, 3; either all answers are recorded or none.

    Args:
        file: The filled sheet.
        sample: The sample it was written from.
        into: ``labels.csv`` of the case.
        coder: Who filled it in.
        at: When it was read, with its zone.
        task: What was asked.

    Raises:
        CrisisLabError: CL-LABEL-VALUE or CL-LABEL-UNKNOWN-TEXT for every bad row at once.
    """
    path = Path(file)
    by_key = {(str(s["text_key"]), str(s["round"])): s for s in sample.to_dict("records")}
    words = _accepted(task)
    answers: list[tuple[dict[str, object], str]] = []
    problems: list[Problem] = []
    for line, cells in _cells(path):
        written = cells.get("label", "").strip()
        if not written:
            continue
        key = cells.get("text_key", ""), cells.get("round", "").removesuffix(".0") or "1"
        shown, label = by_key.get(key), words.get(_plain(written))
        if shown is None:
            problems.append(
                Problem("CL-LABEL-UNKNOWN-TEXT", file=path.name, line=line, value=key[0])
            )
        elif label is None:
            facts = {"known": ", ".join(allowed_labels(task))}
            problems.append(
                Problem("CL-LABEL-VALUE", file=path.name, line=line, value=written, facts=facts)
            )
        else:
            answers.append(({str(name): value for name, value in shown.items()}, label))
    if problems:
        raise CrisisLabError(*problems)
    record(into, answers, coder=coder, at=at, task=task)
    return len(answers)


def _row(shown: dict[Any, Any]) -> list[str]:
    return ["" if pd.isna(shown.get(name)) else str(shown[name]) for name in _COLUMNS[:-1]] + [""]


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _write_xlsx(path: Path, rows: list[list[str]], choices: list[str]) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("labels")
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        for column, name in enumerate(_COLUMNS):
            sheet.write_string(0, column, name)
        for line, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                sheet.write_string(line, column, cell, wrap)
        sheet.set_column(4, 4, 80)
        sheet.freeze_panes(1, 0)
        last = _COLUMNS.index("label")
        sheet.data_validation(
            1, last, max(len(rows), 1), last, {"validate": "list", "source": choices}
        )


def _cells(path: Path) -> list[tuple[int, dict[str, str]]]:
    needed = ("text_key", "label")
    if path.suffix.lower() == ".csv":
        return edited_rows(path, needed=needed, code="CL-LABEL-COLUMNS")
    rows = [row.cells for row in read_sheets(Input(path.name, path))[0].rows]
    names = rows[0] if rows else []
    missing = [name for name in needed if name not in names]
    if missing:
        raise CrisisLabError(
            Problem("CL-LABEL-COLUMNS", file=path.name, line=1, value=", ".join(missing))
        )
    return [(i, dict(zip(names, row, strict=False))) for i, row in enumerate(rows[1:], start=2)]


def _word(label: str, lang: str) -> str:
    return say(f"label.answer.{label}", lang)


def _accepted(task: str) -> dict[str, str]:
    known = allowed_labels(task)
    words = {_plain(name): name for name in known}
    words |= {_plain(_word(name, lang)): name for name in known for lang in LANGUAGES}
    return words | {str(i): name for i, name in enumerate(known[:-1], start=1)} | {"0": known[-1]}


def _plain(text: str) -> str:
    flat = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(c for c in flat if not unicodedata.combining(c))
