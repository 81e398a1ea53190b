"""The review as a workbook: every table, a sheet each, numbers as numbers and text as text."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import pandas as pd
import xlsxwriter

from crisislab.report.cards import Cards
from crisislab.report.office import MADE_AT, holdable
from crisislab.report.sheets import written
from crisislab.report.show import Show
from crisislab.report.value import Review
from crisislab.words import say

OWN = ("metrics", "verdicts", "actions", "clock", "volume", "sentiment", "response_curve", "reach",
       "waits", "ledger", "issues", "rejects")  # fmt: skip
MAX_ROWS, MAX_TEXT = 1_048_575, 32_767
_NO_LIVE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
            "in_memory": True, "nan_inf_to_errors": False}  # fmt: skip


def workbook_bytes(review: Review, cards: Cards, show: Show) -> bytes:
    """Return every table of a review as an XLSX workbook; the same review gives the same bytes.

    The first sheet says what each number is; instants are local times of the review, and the head
    of their column names the zone. Nothing in a cell is a formula or a link.
    """
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _NO_LIVE) as book:
        book.set_properties({"title": holdable(review.title), "author": "crisislab",
                             "created": MADE_AT})  # fmt: skip
        looks = {
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True,
                                     "valign": "top"}),
            "time": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }  # fmt: skip
        tables = {say("report.book.numbers", show.lang): _told(cards, show)}
        tables |= {name: getattr(review, name) for name in OWN} | dict(review.tables)
        for name, table in tables.items():
            _sheet(book, name, table, review.zone, looks, show)
    return out.getvalue()


def _told(cards: Cards, show: Show) -> pd.DataFrame:
    keys = ("name", "about", "value", "interval", "n", "definition", "method", "note")
    heads = [say(f"report.book.{key}", show.lang) for key in keys]
    rows = [
        (c.name, c.about, c.value, c.interval, c.n, c.definition, c.method, " ".join(c.notes))
        for c in cards
    ]
    return pd.DataFrame(rows, columns=heads)


def _sheet(
    book: Any, name: str, table: pd.DataFrame, zone: str, looks: Mapping[str, Any], show: Show
) -> None:
    sheet = book.add_worksheet(name[:31])
    sheet.freeze_panes(1, 0)
    if len(table):
        sheet.autofilter(0, 0, min(len(table), MAX_ROWS), max(len(table.columns) - 1, 0))
    for column, head in enumerate(table.columns):
        values = table[head]
        timed = isinstance(values.dtype, pd.DatetimeTZDtype)
        title = f"{head} ({zone})" if timed else str(head)
        sheet.write_string(0, column, holdable(title), looks["head"])
        local = values.dt.tz_convert(zone).dt.tz_localize(None) if timed else values
        width = len(title)
        for row, value in enumerate(local.head(MAX_ROWS), start=1):
            width = max(width, _write(sheet, row, column, value, looks))
        sheet.set_column(column, column, min(max(width + 2, 9), 60))
    if len(table) > MAX_ROWS:
        sheet.write_string(0, len(table.columns), say("report.book.cut", show.lang, n=MAX_ROWS))


def _write(sheet: Any, row: int, column: int, value: Any, looks: Mapping[str, Any]) -> int:
    """Write one cell by its type and return how wide it is."""
    if value is None or (not isinstance(value, str | list | tuple) and pd.isna(value)):
        return 0
    if isinstance(value, pd.Timestamp):
        sheet.write_datetime(row, column, value.to_pydatetime(warn=False), looks["time"])
        return 19
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
        return 5
    if hasattr(value, "__float__") and not isinstance(value, str):
        if value in (float("inf"), float("-inf")):
            sheet.write_string(row, column, str(value))
        else:
            sheet.write_number(row, column, written(float(value)))
        return 10
    text = holdable(str(value))
    sheet.write_string(row, column, text[:MAX_TEXT])
    return min(len(text), 60)
