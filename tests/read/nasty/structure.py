"""Tables whose build is damaged: headers, footers, encodings, line ends, wrong names of files."""

from __future__ import annotations

import csv
import gzip
from typing import Any

from crisislab.read import Declaration
from tests.read.nasty.base import Nasty, case, plain, sheet, simple
from tests.read.nasty.spreadsheets import (
    EARLY,
    ENGLISH,
    ES,
    FB,
    LATE,
    SPANISH,
    cells,
    english,
    iso,
    spanish,
    to_minute,
    truth,
)

TWO = simple(24, start="2026-03-25T09:07:21")
FIRST, SECOND = TWO[:12], TWO[12:]
OTHER = ("id", "likes", "author", "text", "created_at")
SWAPPED = ("id", "created_at", "text", "author", "shares", "likes")


def _body(text: str) -> str:
    return text.split("\r\n", 1)[1]


def _merged() -> list[Nasty]:
    other = sheet(OTHER, [[p.id, p.likes, p.handle, p.text, iso(p)] for p in SECOND])
    six = (*ENGLISH[:4], "likes", "shares")
    one = sheet(six, [[*cells(p), p.reposts] for p in FIRST])
    swapped = sheet((*ENGLISH[:4], "shares", "likes"), [[*cells(p)[:4], p.reposts, p.likes]
                                                        for p in SECOND])  # fmt: skip
    translated = sheet(("Id", "Fecha", "Texto", "Usuario", "Compartidos", "Me gusta"),
                       [[p.id, iso(p), p.text, p.handle, p.reposts, p.likes]
                        for p in SECOND])  # fmt: skip
    return [
        case("second export with its header", "a.csv", english(FIRST) + english(SECOND),
             truth(TWO), **FB),
        case("second export with mark and header", "a.csv", english(FIRST) + "\ufeff" +
             english(SECOND), truth(TWO), **FB),
        case("second export with a mark, no header", "a.csv", english(FIRST) + "\ufeff" + _body(
            english(SECOND)), truth(TWO), **FB),
        case("second export, header in another order", "a.csv", english(FIRST) + other, [],
             "refused", **FB),
        case("second export, two counts swapped", "a.csv", one + swapped, [], "refused",
             "CL-TABLE-HEADER-OTHER", **FB),
        case("second export, header in spanish", "a.csv", one + translated, [], "refused",
             "CL-TABLE-HEADER-OTHER", **FB),
        case("second export after blank rows and a title", "a.csv", english(FIRST) +
             "\r\n\r\n" + english(SECOND), truth(TWO), **FB),
        case("second export in capitals", "a.csv", english(FIRST) + english(SECOND).replace(
            ",".join(ENGLISH), ",".join(ENGLISH).upper()), truth(TWO), **FB),
        case("second export glued on without an end", "a.csv", english(FIRST)[:-2] +
             english(SECOND), truth(FIRST[:-1] + SECOND), "flagged", **FB),
    ]  # fmt: skip


def _built() -> list[Nasty]:
    total = sum(p.likes for p in LATE)
    wide = sheet((*ENGLISH, "", ""), [[*cells(p), "", ""] for p in LATE])
    grouped = "Post,,,,Interacciones\r\n" + english(LATE)
    broken = english(LATE).replace(",likes", ',"Me\ngusta"', 1)
    hard = plain(start="2026-03-25T09:07:21")
    return [
        case("total at the end", "a.csv", english(LATE) + f"TOTAL,,,,{total}\r\n", truth(LATE),
             "flagged", "CL-TABLE-FOOTER", **FB),
        case("total under the text", "a.csv", english(LATE) + f",,,Total general:,{total}\r\n",
             truth(LATE), "flagged", **FB),
        case("sum and mean", "a.csv", english(LATE) + f"Suma,,,,{total}\r\nPromedio,,,,14\r\n",
             truth(LATE), "flagged", **FB),
        case("total with a date", "a.csv", english(LATE) + f"Total,2026-03-31,,,{total}\r\n",
             truth(LATE), "flagged", **FB),
        case("note at the end", "a.csv", english(LATE) + "\r\nExportado por Ana el 3/4/2026\r\n",
             truth(LATE), "flagged", "CL-TABLE-FOOTER", **FB),
        case("empty named columns", "a.csv", wide, truth(LATE), **FB),
        case("groups over the header", "a.csv", grouped, truth(LATE), "right",
             "CL-TABLE-PREAMBLE", **FB),
        case("header with line ends", "a.csv", broken, [p.truth() for p in LATE], **FB),
        case("texts of every kind, all quoted", "a.csv", sheet(ENGLISH, [cells(p) for p in hard],
             quoting=csv.QUOTE_ALL), truth(hard), **FB),
        case("texts of every kind, tabs", "a.csv", sheet(ENGLISH, [cells(p) for p in hard],
             sep="\t"), truth(hard), **FB),
        case("texts of every kind, pipes", "a.txt", sheet(ENGLISH, [cells(p) for p in hard],
             sep="|", end="\n"), truth(hard), **FB),
        case("texts of every kind, backslashes", "a.csv", _escaped(hard), truth(hard), **FB),
        case("sep line", "a.csv", "sep=;\r\n" + english(LATE, sep=";"), truth(LATE), **FB),
        case("only the header", "a.csv", english([]), [], "refused", "CL-FILE-NO-ROWS", **FB),
        case("blank rows between", "a.csv", english(LATE).replace("\r\n", "\r\n\r\n;;;\r\n".replace(
            ";", ","), 5), truth(LATE), **FB),
        case("carriage returns alone", "a.csv", english(LATE, end="\r"), truth(LATE), **FB),
        case("ends of two kinds", "a.csv", english(FIRST, end="\n") + _body(english(SECOND)),
             truth(TWO), **FB),
        case("two columns of one name", "a.csv", sheet(("Id", "Fecha", "Usuario", "Texto",
             "Me gusta", "Texto"), [[*cells(p), "otra cosa"] for p in LATE]), truth(LATE),
             "flagged", "CL-COLUMN-TWICE", **FB),
        case("comment and comments", "a.csv", sheet(("Id", "Fecha", "Usuario", "Comentario",
             "Me gusta", "Comentarios"), [[*cells(p), p.replies] for p in LATE]),
             [p.truth(n_replies=p.replies) for p in LATE], **FB),
        case("cut in a text", "a.csv", english(LATE, quoting=csv.QUOTE_ALL)[:-25], [], "refused",
             "CL-TABLE-QUOTE-OPEN", **FB),
        case("cut in a row", "a.csv", english(LATE).replace('"', "").replace(", ", " ")[:-14],
             [p.truth(text=p.text.replace(", ", " ")) for p in LATE[:-1]], "flagged",
             "CL-ROW-CUT", **FB),
        case("errors of formulas for texts", "a.csv", english(LATE).replace(LATE[3].text,
             "#¿NOMBRE?").replace(LATE[4].text, "#NAME?"), [p.truth(text={3: "#¿NOMBRE?",
             4: "#NAME?"}.get(i, p.text)) for i, p in enumerate(LATE)], "flagged",
             "CL-TEXT-FORMULA", **FB),
        case("header with hard blanks", "a.csv", sheet(("Tweet\u00a0Id", "\u200bFecha\u00a0y hora",
             "Usuario ", " Texto", "Me\u00a0gusta"), [cells(p) for p in LATE]), truth(LATE), **FB),
    ]  # fmt: skip


def _escaped(given: list[Any]) -> str:
    rows = []
    for p in given:
        words = [str(c).replace("\\", "\\\\").replace('"', '\\"') for c in cells(p)]
        rows.append(",".join(f'"{w}"' for w in words))
    return ",".join(ENGLISH) + "\n" + "\n".join(rows) + "\n"


def _written() -> list[Nasty]:
    hard = plain(start="2026-03-25T09:07:21")
    wide = sheet(ENGLISH, [cells(p) for p in hard])
    accents = [p for p in hard if p.text.isascii() or all(ord(c) < 256 for c in p.text)]
    west = sheet(ENGLISH, [cells(p) for p in accents])
    spoilt = west.encode("utf-8").decode("cp1252", "replace")
    half = wide.encode("utf-8").replace("😡".encode(), b"\xf0\x9f\x98")
    told = [p.truth(text=p.text.replace("😡", "�")) for p in hard]
    return [
        case("utf-16 le, no mark", "a.csv", wide, truth(hard), encoding="utf-16-le", **FB),
        case("utf-16 be, no mark", "a.csv", wide, truth(hard), encoding="utf-16-be", **FB),
        case("utf-16, tabs", "a.xls", wide.replace(",", "\t") and sheet(ENGLISH, [cells(p) for p in
             hard], sep="\t"), truth(hard), encoding="utf-16", **FB),
        case("utf-8 with mark", "a.csv", wide, truth(hard), encoding="utf-8-sig", **FB),
        case("windows letters", "a.csv", west, truth(accents), "flagged", "CL-TEXT-CP1252",
             encoding="cp1252", **FB),
        case("letters of a mac", "a.csv", west.replace("ı", "i"), [{"post_id": p.id, "n_likes":
             p.likes} for p in accents], "flagged", "CL-TEXT-CP1252", encoding="mac-roman", **FB),
        case("letters of a mac, declared", "a.csv", west.encode("mac-roman"), truth(accents),
             **FB, declared=Declaration(encoding="mac-roman")),
        case("letters of dos", "a.csv", spanish(LATE, "%d/%m/%Y %H:%M:%S"), [{"post_id": p.id,
             "n_likes": p.likes} for p in LATE], "flagged", "CL-TEXT-CP1252-NOT", encoding="cp850",
             **ES),
        case("garbled twice", "a.csv", spoilt.encode("utf-8").decode("utf-8"), [{"post_id": p.id}
             for p in accents], "flagged", **FB),
        case("half an emoji", "a.csv", half, told, "flagged", "CL-TEXT-BYTES", **FB),
        case("windows rows below utf-8", "a.csv", wide.encode() + _body(spanish(SECOND,
             "%Y-%m-%dT%H:%M:%S+01:00")).replace(";", ",").encode("cp1252"),
             truth(hard) + truth(SECOND), "flagged", **FB),
        case("nul bytes", "a.csv", wide.replace("Total", "To\0tal"), [p.truth(text=p.text.replace(
             "Total", "To\0tal")) for p in hard], "flagged", "CL-TEXT-NUL", **FB),
    ]  # fmt: skip


def _named() -> list[Nasty]:
    packed = gzip.compress(english(LATE).encode())
    records = "[" + ",".join(f'{{"id": "{p.id}", "created_at": "{iso(p)}", "text": "{p.text}", '
                             f'"likes": {p.likes}}}' for p in LATE) + "]"  # fmt: skip
    page = "<html><body><table><tr><td>id</td><td>text</td></tr></table></body></html>"
    xml = '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
    mht = "MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n" + page
    return [
        case("csv named xls", "a.xls", english(LATE), truth(LATE), **FB),
        case("csv named xlsx", "a.xlsx", spanish(LATE), to_minute(LATE), **ES),
        case("json named csv", "a.csv", records, truth(LATE), **FB),
        case("gzip named csv", "a.csv", packed, truth(LATE), **FB),
        case("gzip cut", "a.csv.gz", packed[:-30], [], "refused", "CL-FILE-CUT", **FB),
        case("page named xls", "a.xls", page, [], "refused", "CL-FILE-HTML", **FB),
        case("xml workbook named xls", "a.xls", xml, [], "refused", "CL-FILE-HTML", **FB),
        case("mail page named xls", "a.xls", mht, [], "refused", **FB),
        case("plain note", "leeme.txt", "Hola, aquí van los datos, un saludo\nAna\n", [],
             "refused", **FB),
        case("spanish header, english rest", "a.csv", sheet(SPANISH, [cells(p) for p in EARLY]),
             truth(EARLY), **FB),
    ]  # fmt: skip


def cases() -> list[Nasty]:
    """Everything here."""
    return [*_merged(), *_built(), *_written(), *_named()]
