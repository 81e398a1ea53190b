"""Files with one fault each, and what is true about them: for comparing readers."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import xlsxwriter
import zstandard

HEADER = "id,created_at,text,likes\n"
_FIRST = 1577130000000000000
Row = tuple[str, str, str]


@dataclass(frozen=True)
class Fault:
    """One file.

    Attributes:
        name: What is wrong with it.
        file: Its name.
        content: Its bytes.
        truth: Id, text and time of day (empty: not compared) of each row that is beyond doubt.
        due: Whether a warning is due: something is lost, doubtful or ambiguous.
        dates: Whether the times are asked for as times.
        beside: Another file beside it, which is not meant.
    """

    name: str
    file: str
    content: bytes
    truth: tuple[Row, ...]
    due: bool = False
    dates: bool = False
    beside: tuple[str, bytes] | None = None


def _id(i: int) -> str:
    return str(_FIRST + i * 29_360_129)


def _rows(n: int, *, first: int = 0, text: str = "hola") -> str:
    return "".join(f"{_id(i)},2026-03-05T12:{i % 60:02d}:00Z,{text},{i}\n"
                   for i in range(first, first + n))  # fmt: skip


def _truth(n: int, *, first: int = 0, text: str = "hola") -> tuple[Row, ...]:
    return tuple((_id(i), text, "") for i in range(first, first + n))


def _lines(n: int, **more: Any) -> str:
    return "".join(
        json.dumps({"id": int(_id(i)), "created_at": f"2026-03-05T12:0{i}:00Z", "text": "hola"}
                   | more, ensure_ascii=False) + "\n"
        for i in range(n)
    )  # fmt: skip


def _dated(*times: str, sep: str = ",") -> str:
    body = "".join(f"{_id(i)}{sep}{at}{sep}hola\n" for i, at in enumerate(times))
    return f"id{sep}created_at{sep}text\n" + body


def _at(*days: str) -> tuple[Row, ...]:
    return tuple((_id(i), "hola", day) for i, day in enumerate(days))


def _book(*rows: tuple[Any, ...]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        sheet = made.add_worksheet()
        for i, row in enumerate(rows):
            sheet.write_row(i, 0, row)
    return out.getvalue()


def _zipped(name: str, content: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def _csv(name: str, content: str | bytes, truth: Iterable[Row], **more: Any) -> Fault:
    data = content.encode() if isinstance(content, str) else content
    file = more.pop("file", name.replace(" ", "_").replace("/", "_") + ".csv")
    return Fault(name, file, data, tuple(truth), **more)


def _ids() -> list[Fault]:
    replies = "id,created_at,text,in_reply_to\n" + "".join(
        f"{_id(i)},2026-03-05T12:0{i}:00Z,hola,{'' if i == 2 else _id(0)}\n" for i in range(5)
    )
    lead = "id,created_at,text\n00123,2026-03-05T12:00:00Z,hola\n00124,2026-03-05T12:00:00Z,hola\n"
    long = f"id,created_at,text\n{'9' * 20},2026-03-05T12:00:00Z,hola\n"
    rounded = "".join(f"57030613367776{i}000,2026-03-05T12:00:0{i}Z,hola,1\n" for i in range(9))
    book = _book(("id", "created_at", "text"), (int(_id(1)), "2026-03-05T12:00:00Z", "hola"))
    return [
        _csv("int ids beside a blank", replies, _truth(5)),
        _csv("int ids beside a null (jsonl)", _lines(3) + _lines(3, in_reply_to=None)
             .replace(_id(0), _id(7)).replace(_id(1), _id(8)).replace(_id(2), _id(9)),
             (*_truth(3), *((_id(i), "hola", "") for i in (7, 8, 9))), file="null.jsonl"),
        _csv("ids with an empty row", HEADER + _rows(2) + ",2026-03-05T12:09:00Z,hola,1\n"
             + _rows(2, first=4), (*_truth(2), *_truth(2, first=4)), due=True),
        _csv("scientific ids", HEADER + "1.57713E+18,2026-03-05T12:00:00Z,hola,1\n" * 3, (),
             due=True),
        _csv("ids ending in 000", HEADER + rounded, (), due=True),
        _csv("20-digit ids", long, [("9" * 20, "hola", "")]),
        _csv("leading zeros", lead, [("00123", "hola", ""), ("00124", "hola", "")]),
        _csv("leading zeros (jsonl)", '{"id": "00123", "created_at": "2026-03-05T12:00:00Z", '
             '"text": "hola"}\n', [("00123", "hola", "")], file="zeros.jsonl"),
        _csv("numeric ids in XLSX", book, (), due=True, file="ids.xlsx"),
    ]  # fmt: skip


def _times() -> list[Fault]:
    late = ["05/03/2026 10:00"] * 3000 + ["25/03/2026 10:00"]
    return [
        _csv("05/03/2026, nothing settles it", _dated("05/03/2026 10:00", "06/03/2026 10:00"), (),
             due=True, dates=True),
        _csv("05/03/26", _dated("05/03/26 10:00", "06/03/26 10:00"), (), due=True, dates=True),
        _csv("day over 12 in the last row", _dated(*late),
             _at(*["2026-03-05"] * 3000, "2026-03-25"), due=True, dates=True),
        _csv("formats mixed", _dated("2026-03-05 10:00:00+01:00", "25/03/2026 10:00",
             "8 mar 2026 10:00", "46086.5"), (), due=True, dates=True),
        _csv("naive beside offsets", _dated("2026-03-05 10:00:00+01:00", "2026-03-05 10:00:00"),
             (), due=True, dates=True),
        _csv("offsets mixed", _dated("2026-03-05T10:00:00+01:00", "2026-03-05T10:00:00-05:00"),
             _at("2026-03-05", "2026-03-05"), dates=True),
        _csv("no zone at all", _dated("2026-03-05 10:00:00", "2026-03-06 10:00:00"), (), due=True,
             dates=True),
        _csv("impossible day", _dated("2026-03-05T10:00:00Z", "2026-02-30T10:00:00Z"),
             _at("2026-03-05"), due=True, dates=True),
    ]  # fmt: skip


def _texts() -> list[Fault]:
    whole = HEADER + _rows(5, text="mañana “no”")
    spoilt = _truth(5, text="mañana “no”")
    late = (HEADER + _rows(3000)).encode() + _rows(1, first=4000, text="mañana").encode("cp1252")
    half = (HEADER + _rows(3)).encode() + _rows(1, first=9).encode().replace(b"hola", b"\xf0\x9f")
    kept = enumerate(("NA", "null", "None"), start=1)
    words = "id,created_at,text\n" + "".join(
        f"{i},2026-03-05T12:0{i}:00Z,{word}\n" for i, word in kept
    )
    return [
        _csv("UTF-16 with mark", whole.encode("utf-16"), spoilt),
        _csv("UTF-16 without mark", whole.encode("utf-16-le"), spoilt),
        _csv("UTF-16 TSV", whole.replace(",", "\t").encode("utf-16"), spoilt, file="u.tsv"),
        _csv("cp1252", whole.encode("cp1252"), spoilt, due=True),
        _csv(
            "cp1252 in row 3,001",
            late,
            (*_truth(3000), *_truth(1, first=4000, text="mañana")),
            due=True,
        ),
        _csv("garbled before export", HEADER + _rows(3, text="estÃ¡ aquÃ\xad"), (), due=True),
        _csv("half an emoji", half, _truth(3), due=True),
        _csv("NUL in a text", HEADER + _rows(2, text="a\0b"), _truth(2, text="a\0b"), due=True),
        _csv(
            "NA, null, None as words",
            words,
            [("1", "NA", ""), ("2", "null", ""), ("3", "None", "")],
        ),
        _csv(
            "lone surrogate (jsonl)",
            _lines(2).replace("hola", "\\ud83d", 1),
            [(_id(1), "hola", "")],
            due=True,
            file="lone.jsonl",
        ),
    ]


def _shapes() -> list[Fault]:
    body = HEADER + _rows(5)
    wide = HEADER + _rows(2) + f"{_id(9)},2026-03-05T12:00:00Z,hola, que tal,5\n"
    quoted = (
        HEADER + _rows(1) + f'{_id(8)},2026-03-05T12:00:00Z,"dijo hola,5\n' + _rows(3, first=20)
    )
    return [
        _csv("preamble, 3 lines", "Report\nExported 2026\n\n" + body, _truth(5)),
        _csv("preamble, as wide", "Report:,Bulk,,\nFrom:,2026,,\n" + body, _truth(5)),
        _csv("two-row header", "Post,,,Metrics\n" + body, _truth(5)),
        _csv("extra comma, 3 rows", wide, _truth(2), due=True),
        _csv("extra comma, 3,000 rows", HEADER + _rows(3000) + wide[len(HEADER):]
             .replace(_id(0), _id(5000)).replace(_id(1), _id(5001)),
             (*_truth(3000), (_id(5000), "hola", ""), (_id(5001), "hola", "")), due=True),
        _csv("short row", HEADER + _rows(2) + f"{_id(9)},2026-03-05T12:00:00Z\n"
             + _rows(2, first=20), (*_truth(2), *_truth(2, first=20)), due=True),
        _csv("comma after each row", HEADER + _rows(5).replace("\n", ",\n"), _truth(5)),
        _csv("cut in the last row", body + f"{_id(9)},2026-03-05T12:", _truth(5), due=True),
        _csv("cut in the last number", (HEADER + _rows(12))[:-2], _truth(11), due=True),
        _csv("bare quotes", HEADER + _rows(2, text='dijo "hola" y'),
             _truth(2, text='dijo "hola" y')),
        _csv("quote never closed", quoted, (), due=True),
        _csv("CR only", body.replace("\n", "\r"), _truth(5)),
        _csv("line ends mixed", HEADER + _rows(2) + _rows(2, first=2).replace("\n", "\r\n")
             + _rows(1, first=4), _truth(5)),
        _csv("repeated posts", body + _rows(2), _truth(5), due=True),
        _csv("footer Total", body + "Total,,,10\n", _truth(5), due=True),
        _csv("header again", HEADER + _rows(2) + HEADER + _rows(2, first=2), _truth(4)),
        _csv("padding rows", body + ",,,\n" * 50, _truth(5)),
        _csv("1.234 as thousands", "id;created_at;text;likes\n"
             + "".join(f"{i};2026-03-05T12:00:00Z;hola;{n}\n" for i, n in
                       enumerate(("1.234", "12", "7"))), (), due=True),
        _csv("1.2K and —", HEADER + f"{_id(0)},2026-03-05T12:00:00Z,hola,1.2K\n"
             f"{_id(1)},2026-03-05T12:00:00Z,hola,—\n", _truth(2), due=True),
        _csv("bracket[1].csv", body, _truth(5), file="bracket[1].csv",
             beside=("bracket1.csv", (HEADER + _rows(3, first=90)).encode())),
        _csv("1,000 rows: an export cap", HEADER + _rows(1000), _truth(1000), due=True),
        _csv("empty file", "", (), due=True),
        _csv("header alone", HEADER, (), due=True),
    ]  # fmt: skip


def _json() -> list[Fault]:
    array = "[" + _lines(5).strip().replace("\n", ",\n") + "]"
    return [
        _csv("jsonl cut", _lines(5)[:-20], _truth(4), due=True, file="cut.jsonl"),
        _csv("jsonl, a bad line", _lines(3) + "{oops\n" + _lines(5)[len(_lines(3)):], _truth(5),
             due=True, file="bad.jsonl"),
        _csv("jsonl, an HTML tail", _lines(5) + "<html></html>\n", _truth(5), due=True,
             file="tail.jsonl"),
        _csv("JSON array cut after a comma", array[: array.rfind("{")], (), due=True,
             file="cut.json"),
        _csv("a key that comes late", _lines(4) + _lines(5).splitlines()[-1].replace(
             '"text"', '"lang": "es", "text"') + "\n", _truth(5), file="late.jsonl"),
        _csv("a key given twice", _lines(2).replace('"text"', '"text": "x", "text"', 1),
             [(_id(1), "hola", "")], due=True, file="twice.jsonl"),
        _csv("jsonl with mark", "\ufeff" + _lines(5), _truth(5), file="mark.jsonl"),
        _csv("NaN in JSON", _lines(2).replace('"hola"', "NaN", 1), [(_id(1), "hola", "")],
             due=True, file="nan.jsonl"),
        _csv("only null", "null", (), due=True, file="null.json"),
        _csv("null among the items", array[:-1] + ",\nnull]", _truth(5), due=True,
             file="items.json"),
    ]  # fmt: skip


def _packed() -> list[Fault]:
    zst = zstandard.ZstdCompressor(write_checksum=True)
    big = "".join(_lines(5).replace(_id(i), str(10**15 + i)) for i in range(5)) * 300
    frames = zst.compress(_lines(3).encode()) + zst.compress(
        _lines(5)[len(_lines(3)) :].encode()
    )  # fmt: skip
    half = _zipped("posts.csv", HEADER + _rows(50))
    book = _book(("id", "created_at", "text"), (_id(1), "2026-03-05T12:00:00Z", "hola"))
    return [
        _csv("zst cut", zst.compress(big.encode())[:-40], (), due=True, file="cut.jsonl.zst"),
        _csv("gz cut", gzip.compress(big.encode())[:-40], (), due=True, file="cut.jsonl.gz"),
        _csv("gz with a wrong sum", gzip.compress(_lines(5).encode())[:-8] + b"\0" * 8, (),
             due=True, file="flip.jsonl.gz"),
        _csv("zst in two frames", frames, _truth(5), file="two.jsonl.zst"),
        _csv("bz2", bz2.compress((HEADER + _rows(5)).encode()), _truth(5), file="a.csv.bz2"),
        _csv("half a zip", half[: len(half) // 2], (), due=True, file="half.zip"),
        _csv("XLSX cut", book[:-200], (), due=True, file="cut.xlsx"),
        _csv("HTML named .xls", "<html><table><tr><td>id</td></tr></table></html>", (), due=True,
             file="page.xls"),
    ]  # fmt: skip


def faults() -> list[Fault]:
    """Return every file."""
    return [*_ids(), *_times(), *_texts(), *_shapes(), *_json(), *_packed()]
