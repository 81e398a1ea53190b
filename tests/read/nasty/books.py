"""Workbooks as people keep them: filtered, hidden, locked, half converted, of 1904."""

from __future__ import annotations

import datetime as dt
import io
import struct
from typing import Any

import xlsxwriter

from tests.read.nasty.base import MADRID, Nasty, P, case
from tests.read.nasty.spreadsheets import (
    EARLY,
    ENGLISH,
    ES,
    FB,
    LATE,
    LONG,
    english,
    iso,
    to_minute,
    truth,
)
from tests.read.nasty.spreadsheets import _zip as zipped

_FORMS: dict[type, str] = {
    dt.datetime: "dd/mm/yyyy hh:mm:ss", dt.date: "dd/mm/yyyy", dt.time: "hh:mm:ss",
}  # fmt: skip


def book(*sheets: tuple[str, list[list[Any]]], hidden_rows: tuple[int, ...] = (),
         hidden_columns: tuple[int, ...] = (), **options: Any) -> bytes:  # fmt: skip
    """A workbook with these sheets."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True} | options) as made:
        forms = {kind: made.add_format({"num_format": form}) for kind, form in _FORMS.items()}
        for name, rows in sheets:
            sheet = made.add_worksheet(name)
            for i, row in enumerate(rows):
                for j, cell in enumerate(row):
                    if type(cell) in forms:
                        sheet.write_datetime(i, j, cell, forms[type(cell)])
                    elif isinstance(cell, str):
                        sheet.write_string(i, j, cell)
                    else:
                        sheet.write(i, j, cell)
            for i in hidden_rows:
                sheet.set_row(i, None, None, {"hidden": True})
            for j in hidden_columns:
                sheet.set_column(j, j, None, None, {"hidden": True})
    return out.getvalue()


def local(p: P) -> dt.datetime:
    """The moment as a clock in Madrid shows it."""
    return p.at.astimezone(MADRID).replace(tzinfo=None)


def _row(p: P, at: Any = None) -> list[Any]:
    return [p.id, at if at is not None else local(p), p.handle, p.text, p.likes]


def _half(p: P) -> Any:
    at = local(p)
    return (
        at.replace(month=at.day, day=at.month) if at.day <= 12 else at.strftime("%d/%m/%Y %H:%M:%S")
    )


def locked() -> bytes:
    """A workbook with a password: an OLE file that holds an encrypted package."""

    def entry(name: str, kind: int, child: int = 0xFFFFFFFF) -> bytes:
        words = name.encode("utf-16-le") + b"\0\0"
        return (words.ljust(64, b"\0") + struct.pack("<HBB", len(words), kind, 1)
                + struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child) + b"\0" * 36
                + struct.pack("<IQ", 0xFFFFFFFE, 0))  # fmt: skip

    head = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
            + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6)
            + b"\0" * 10 + struct.pack("<IIIII", 1, 1, 0, 4096, 0xFFFFFFFE) + struct.pack(
                "<III", 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0) + b"\xff" * 432)  # fmt: skip
    fat = struct.pack("<II", 0xFFFFFFFD, 0xFFFFFFFE).ljust(512, b"\xff")
    tree = (entry("Root Entry", 5, 1) + entry("EncryptedPackage", 2) + entry("EncryptionInfo", 2)
            ).ljust(512, b"\0")  # fmt: skip
    return head[:512].ljust(512, b"\xff") + fat + tree


def cases() -> list[Nasty]:
    """Everything here."""
    header = list(ENGLISH)
    rows = [header, *(_row(p) for p in LATE)]
    whole = book(("Datos", rows))
    halves = [header, *(_row(p, _half(p)) for p in LONG)]
    texts = [header, *(_row(p, iso(p)) for p in LATE)]
    numbers = [header, *([int(p.id) * 10**12 + 7, *_row(p)[1:]] for p in LATE)]
    tikt = ["(n)", "(reply n)", "Name (click to view profile)", "Profile ID", "Date", "Likes",
            "Comment", "(view source)"]  # fmt: skip
    comments = [["ExportComments"], ["Source URL", "https://x.example"], [], [], [], tikt,
                *([i, "", p.name, f"ID: {900 + i}", local(p), p.likes, p.text, "view"]
                  for i, p in enumerate(LATE))]  # fmt: skip
    said = [{"text": p.text, "author_id": str(900 + i), "n_likes": p.likes, "created_at":
             p.said("%Y-%m-%d %H:%M:%S")} for i, p in enumerate(LATE)]  # fmt: skip
    split = [["Id", "Fecha", "Hora", "Texto", "Me gusta"], *([p.id, local(p).date(),
             local(p).time(), p.text, p.likes] for p in LATE)]  # fmt: skip
    summed = [*rows, ["", "", "", "Total", sum(p.likes for p in LATE)]]
    return [
        case("workbook", "a.xlsx", whole, truth(LATE), **ES),
        case("workbook of 1904", "a.xlsx", book(("Datos", rows), date_1904=True), truth(LATE),
             **ES),
        case("workbook named csv", "a.csv", whole, truth(LATE), **ES),
        case("two sheets, one of notes", "a.xlsx", book(("Notas", [["Hola"], ["adiós"]]),
             ("Datos", rows)), truth(LATE), "right", "CL-SHEET-OTHER", **ES),
        case("two sheets of posts", "a.xlsx", book(("Uno", rows[:7]), ("Dos", [header, *rows[7:]])),
             truth(LATE), **ES),
        case("pivot beside the posts", "a.xlsx", book(("Tabla", [["Usuario", "Recuento"],
             ["a", 3]]), ("Datos", rows)), truth(LATE), "flagged", "CL-SHEET-OTHER", **ES),
        case("rows hidden by a filter", "a.xlsx", book(("Datos", rows), hidden_rows=(2, 3, 5)),
             truth(LATE), "flagged", "CL-SHEET-ROWS-HIDDEN", **ES),
        case("columns hidden", "a.xlsx", book(("Datos", rows), hidden_columns=(2,)), truth(LATE),
             **ES),
        case("half converted dates", "a.xlsx", book(("Datos", halves)), [], "refused",
             "CL-TIME-HALF", **ES),
        case("dates as texts", "a.xlsx", book(("Datos", texts)), truth(LATE), **FB),
        case("long ids as numbers", "a.xlsx", book(("Datos", numbers)), [], "refused", **ES),
        case("title, blank rows, then the table", "a.xlsx", book(("Datos", [["Informe de marzo"],
             [], *rows])), truth(LATE), "right", **ES),
        case("total below", "a.xlsx", book(("Datos", summed)), truth(LATE), "flagged",
             "CL-TABLE-FOOTER", **ES),
        case("day and hour in two columns", "a.xlsx", book(("Datos", split)), truth(LATE), **ES),
        case("locked with a password", "a.xlsx", locked(), [], "refused", "CL-FILE-LOCKED"),
        case("cut", "a.xlsx", whole[:-900], [], "refused", "CL-FILE-DAMAGED", **ES),
        case("in a zip beside a csv", "a.zip", zipped({"a.xlsx": book(("D", rows[:7])),
             "b.csv": english(LATE[6:]), "~$a.xlsx": b"\5Ana"}), truth(LATE), **ES),
        case("exportcomments", "c.xlsx", book(("Sheet", comments)), said, key="text", **ES),
        case("only a header", "a.xlsx", book(("Datos", [header])), [], "refused",
             "CL-FILE-NO-ROWS", **ES),
        case("times of the minute", "a.xlsx", book(("Datos", [header, *(_row(p, local(p).strftime(
             "%d/%m/%Y %H:%M")) for p in LATE)])), to_minute(LATE), **ES),
        case("early days as texts", "a.xlsx", book(("Datos", [header, *(_row(p, local(p).strftime(
             "%d/%m/%Y %H:%M")) for p in EARLY)])), [], "refused", "CL-TIME-ORDER", **ES),
    ]  # fmt: skip
