"""Spreadsheets are read cell by cell, in a process of their own."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from crisislab.read import inspect, read_log, read_posts
from crisislab.read._bytes import Input
from crisislab.read._xlsx_count import RowCount, count_rows
from tests.read.code_fixtures import odd_cells
from tests.read.exports import adds_up, codes, instants

NAMES = ("id", "created_at", "text", "likes")


def book(path: Path, *sheets: tuple[str, list[tuple[object, ...]]], hidden: str = "") -> Path:
    """A workbook with these sheets."""
    with xlsxwriter.Workbook(str(path)) as made:
        day = made.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for name, rows in sheets:
            sheet = made.add_worksheet(name)
            if name == hidden:
                sheet.hide()
            for i, row in enumerate(rows):
                for j, cell in enumerate(row):
                    if isinstance(cell, dt.datetime):
                        sheet.write_datetime(i, j, cell, day)
                    else:
                        sheet.write(i, j, cell)
    return path


def test_read_posts_reads_cells_by_their_type(tmp_path: Path) -> None:
    """Dates come from date cells, small numbers stay whole, long ids as text stay whole."""
    rows = [NAMES, ("570306133677760513", dt.datetime(2026, 3, 5, 12, 15), "hola", 1234),
            ("570306133677760514", "2026-03-05 12:16", "NA", "")]  # fmt: skip
    loaded = read_posts(book(tmp_path / "a.xlsx", ("S", rows)), zone="UTC", platform="facebook")
    assert loaded.posts["post_id"].tolist() == ["570306133677760513", "570306133677760514"]
    assert instants(loaded) == ["2026-03-05 12:15:00", "2026-03-05 12:16:00"]
    assert loaded.posts["n_likes"].tolist()[0] == 1234
    assert loaded.posts["n_likes"].isna().tolist() == [False, True]
    assert loaded.posts["text"].tolist() == ["hola", "NA"]
    assert adds_up(loaded)


def test_read_posts_refuses_long_ids_that_are_numbers(tmp_path: Path) -> None:
    """A number cell cannot hold an id of 18 digits: it is refused as a key."""
    rows = [NAMES, (570306133677760513, "2026-03-05T12:15:00Z", "hola", 1)]
    loaded = read_posts(book(tmp_path / "a.xlsx", ("S", rows)), strict=False)
    assert codes(loaded, "refused") == {"CL-IDS-SCIENTIFIC"}


def test_read_posts_tells_further_sheets(tmp_path: Path) -> None:
    """Sheets without posts are set aside and told, hidden ones are told."""
    good = [NAMES, ("1", "2026-03-05T12:15:00Z", "hola", 1)]
    more = [NAMES, ("2", "2026-03-05T12:15:00Z", "hola", 1)]
    path = book(tmp_path / "a.xlsx", ("Posts", good), ("Notes", [("nothing",), ("here",)]),
                ("Old", more), hidden="Old")  # fmt: skip
    loaded = read_posts(path)
    assert loaded.posts["post_id"].tolist() == ["1", "2"]
    assert codes(loaded) == {"CL-SHEET-OTHER", "CL-SHEET-HIDDEN"}
    assert loaded.ledger["source_file"].tolist() == ["a.xlsx/Posts", "a.xlsx/Notes", "a.xlsx/Old"]


def test_read_posts_finds_the_header_below_a_preamble(tmp_path: Path) -> None:
    """Titles above the header are counted and told."""
    rows = [("Report",), (), NAMES, ("1", "2026-03-05T12:15:00Z", "hola", 1)]
    loaded = read_posts(book(tmp_path / "a.xlsx", ("S", rows)))
    assert loaded.posts["source_row"].tolist() == [4]
    assert codes(loaded) == {"CL-TABLE-PREAMBLE"}


def test_read_posts_refuses_a_cut_book(tmp_path: Path) -> None:
    """Half a workbook is a damaged file, not an empty one."""
    path = book(tmp_path / "a.xlsx", ("S", [NAMES]))
    path.write_bytes(path.read_bytes()[:2000])
    assert codes(read_posts(path, strict=False)) == {"CL-FILE-DAMAGED"}


def test_read_posts_refuses_a_book_that_declares_entities(tmp_path: Path) -> None:
    """A workbook whose XML declares a document type is refused before it is parsed."""
    path = book(tmp_path / "a.xlsx", ("S", [NAMES]))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/extra.xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")
    assert codes(read_posts(path, strict=False)) == {"CL-FILE-DAMAGED"}


def test_read_log_reads_a_spanish_log(tmp_path: Path) -> None:
    """Day and hour in two columns make one moment; who and what are found by their names."""
    rows = [("Fecha", "Hora", "Responsable", "Qué se hizo", "Canal"),
            ("25/03/2026", "10:05", "Ana", "Se publica el comunicado", "X"),
            ("05/03/2026", "09:00", "Luis", "Alerta", "correo")]  # fmt: skip
    loaded = read_log(book(tmp_path / "log.xlsx", ("Registro", rows)), zone="Europe/Madrid")
    log = loaded.log
    assert log["actor"].tolist() == ["Luis", "Ana"]
    assert [str(at)[:16] for at in log["logged_at"]] == ["2026-03-05 08:00", "2026-03-25 09:05"]
    assert log["text"].tolist()[1] == "Se publica el comunicado"


def test_inspect_says_what_could_not_be_settled(tmp_path: Path) -> None:
    """A file is recognised as posts or log, with what has to be declared."""
    posts = [NAMES, ("1", dt.datetime(2026, 3, 5, 12, 15), "hola", 1)]
    seen = inspect(book(tmp_path / "a.xlsx", ("S", posts)))
    assert (seen.gives, seen.columns) == ("posts", NAMES)
    assert [problem.code for problem in seen.unsettled] == ["CL-TIME-ZONE"]
    log = [("when", "who", "what"), ("2026-03-05T12:15:00Z", "Ana", "Statement out")]
    assert inspect(book(tmp_path / "b.xlsx", ("S", log))).gives == "log"
    assert inspect(book(tmp_path / "c.xlsx", ("S", [("a", "b"), (1, 2)]))).gives == "unknown"


def _with_sheet(path: Path, change: Callable[[bytes], bytes]) -> Path:
    """A workbook whose first sheet's XML was changed."""
    out = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            new.writestr(info, change(data) if info.filename.endswith("sheet1.xml") else data)
    return out


def test_rows_of_a_sheet_are_counted_apart_from_the_parser(tmp_path: Path) -> None:
    """Empty texts, errors and formats may be rows or not; numbers and words are."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet("A & B")
        bold = made.add_format({"bold": True})
        for i, row in enumerate([("id", "text"), (1, "hola"), ("", ""), (2, "=1/0")]):
            sheet.write_row(i, 0, row)
        sheet.write_blank(6, 0, None, bold)
        sheet.write_blank(9, 1, "", bold)
    counted = count_rows(Input("a.xlsx", path), "A & B")
    assert counted == RowCount(3, 5)
    assert counted.allows(3)
    assert not counted.allows(2)


def test_a_row_the_parser_merged_away_is_told(tmp_path: Path) -> None:
    """Two rows of one number are one row to a parser: the file is refused, not halved."""
    rows = [NAMES, *[(str(i), "2026-03-05T12:15:00Z", f"hola {i}", i) for i in range(5)]]
    path = book(tmp_path / "a.xlsx", ("S", rows))
    assert not codes(read_posts(path), "refused")
    twice = _with_sheet(path, lambda xml: re.sub(rb'([" A-D])4"', rb'\g<1>3"', xml))
    assert codes(read_posts(twice, strict=False), "refused") == {"CL-LEDGER"}


def test_read_posts_tells_cells_that_a_parser_leaves_empty(tmp_path: Path) -> None:
    """Errors are read as such, merged words hold for each row, and nothing else is empty unsaid."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(odd_cells())
    loaded = read_posts(path, platform="facebook")
    posts = loaded.posts.set_index("post_id")
    assert posts["author_handle"].tolist() == ["ana1", "ana2", "ana3", "luis", "luis"]
    assert posts["text"].fillna("").tolist() == ["", "hola 2", "#NAME?", "hola 4", "hola 5"]
    assert posts["n_shares" if "n_shares" in posts else "n_reposts"].isna().tolist()[-2:] == [
        False,
        True,
    ]
    told = posts["flags"].fillna("").tolist()
    assert told == ["CL-SHEET-FORMULA", "CL-COUNT-UNREADABLE", "CL-TEXT-FORMULA", "",
                    "CL-SHEET-MERGED-NUMBER"]  # fmt: skip
    assert codes(loaded) == {*filter(None, told), "CL-SHEET-MERGED"}
    assert adds_up(loaded)


def test_read_log_fills_merged_cells(tmp_path: Path) -> None:
    """Who did two things in a row, and on which day, is written once over both."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet("S")
        sheet.merge_range("A1:D1", "Registro")
        sheet.write_row(1, 0, ("Fecha", "Hora", "Quién", "Qué se hizo"))
        for i, what in enumerate(("Aviso", "Comunicado", "Cierre")):
            sheet.write_row(2 + i, 0, ("", f"0{i}:05", "", what))
        sheet.merge_range("A3:A5", "25/03/2026")
        sheet.merge_range("C3:C4", "Ana")
    loaded = read_log(path, zone="UTC")
    assert loaded.log["actor"].fillna("").tolist() == ["Ana", "Ana", ""]
    assert len(loaded.log) == 3
    assert "CL-SHEET-MERGED" in codes(loaded)


@pytest.mark.real_data
def test_rows_of_real_sheets_are_counted_right(real_data: Path) -> None:
    """In the real workbooks the parser gives as many rows as the XML holds."""
    files = [p for p in real_data.rglob("*.xlsx") if p.stat().st_size < 5_000_000]
    assert len(files) >= 3
    for path in files:
        loaded = read_posts(path, strict=False)
        assert "CL-LEDGER" not in codes(loaded), path.name
