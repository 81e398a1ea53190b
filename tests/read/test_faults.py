"""Every fault of the fault model ends in right, flagged or refused, and the ledger adds up."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from crisislab.errors import CrisisLabError
from crisislab.read import read_posts
from crisislab.schema import POSTS
from tests.read.exports import HEADER, adds_up, codes, dated, lines, rows, table

Write = Callable[[str, str | bytes], Path]
IDS = [1577130000000000000 + i * 4194304 * 7 + i for i in range(6)]


def zipped(**members: str) -> bytes:
    """A zip with these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/") + ".csv", text)
    return out.getvalue()


def counts(*values: str) -> str:
    """A table with these likes."""
    cells = [f"{i};2026-03-05T12:00:00Z;a;{v}" for i, v in enumerate(values, start=1)]
    return table(*cells, header="id;created_at;text;likes")


ZST = zstandard.ZstdCompressor(write_checksum=True)
NONE: dict[str, Any] = {}
# name, content, keywords, rows loaded, codes
CASES: list[tuple[str, str | bytes, dict[str, Any], int, set[str]]] = [
    ("plain.csv", HEADER + rows(5), NONE, 5, set()),
    # S1, S2: ids
    ("id_with_blank.csv", "id,created_at,text,in_reply_to_id\n" + "".join(
        f"{x},2019-12-23T20:0{i}:00Z,a,{'' if i == 2 else IDS[0]}\n" for i, x in enumerate(IDS)
    ), NONE, 6, {"CL-IDS-OWN-PARENT"}),
    ("ids_int.jsonl", lines(3) + lines(1, start=IDS[1], parent_id=None), NONE, 4, set()),
    ("id_sci.csv", dated("2019-12-23T20:00:00Z").replace("1;", "1.57713E+18;"), NONE, 0,
     {"CL-IDS-SCIENTIFIC"}),
    ("id_sci.csv", dated("2019-12-23T20:00:00Z").replace("1;", "1.57713E+18;"),
     {"ids": "damaged"}, 1, {"CL-IDS-SCIENTIFIC"}),
    ("rounded.csv", table(*(f"57030613367776{i}000;2026-03-05T12:00:0{i}Z;a" for i in range(9))),
     NONE, 0, {"CL-IDS-ROUNDED"}),
    ("floats.csv", table("570306133677760512.0;2026-03-05T12:00:00Z;a"), NONE, 0,
     {"CL-IDS-FLOAT"}),
    ("floats.csv", table("12.0;2026-03-05T12:00:00Z;a"), NONE, 1, {"CL-IDS-FLOAT-REPAIRED"}),
    ("no_id.csv", table(";2026-03-05T12:00:00Z;a", "2;2026-03-05T12:00:00Z;a"), NONE, 1,
     {"CL-IDS-MISSING"}),
    ("made.csv", "fecha;autor;texto\n2026-03-05T12:00:00Z;ana;hola\n", NONE, 1, {"CL-IDS-MADE"}),
    # S3 to S7: times
    ("dmy.csv", dated("05/03/2026 10:00"), {"zone": "UTC"}, 0, {"CL-TIME-ORDER"}),
    ("dmy.csv", dated("05/03/2026 10:00"), {"zone": "UTC", "dates": "day-first"}, 1, set()),
    ("dmy.csv", dated("05/03/26 10:00"), {"zone": "UTC"}, 0, {"CL-TIME-ORDER"}),
    ("late.csv", dated(*(f"05/03/2026 {i % 24}:{i % 60:02d}" for i in range(3000)),
                       "25/03/2026 10:00"), {"zone": "UTC"}, 3001, {"CL-TIME-ORDER-FOUND"}),
    ("both.csv", dated("25/03/2026 10:00", "03/25/2026 10:00"), {"zone": "UTC"}, 0,
     {"CL-TIME-ORDER-BOTH"}),
    ("both.csv", dated("25/03/2026 10:00", "03/25/2026 10:00"),
     {"zone": "UTC", "dates": "day-first"}, 1, {"CL-TIME-UNREADABLE"}),
    ("mixed.csv", dated("2026-03-05 10:00:00+01:00", "25/03/2026 10:00", "8 mar 2026 10:00",
                        "46086.5", "hace 2 horas", "1772704800", "", "2026-02-30"),
     {"zone": "Europe/Madrid"}, 5,
     {"CL-TIME-UNREADABLE", "CL-TIME-MISSING", "CL-TIME-ORDER-FOUND"}),
    ("words.csv", dated("yesterday", "just now", "2026-03-05T12:00:00Z"), NONE, 0,
     {"CL-TIME-FORMAT"}),
    ("naive.csv", dated("2026-03-05 10:00:00+01:00", "2026-03-05 10:00:00"), NONE, 0,
     {"CL-TIME-ZONE"}),
    ("naive.csv", dated("2026-03-05 10:00:00"), {"zone": "Madrid"}, 0, {"CL-TIME-ZONE-NAME"}),
    ("overlap.csv", dated("2025-10-26 02:30:00", "2025-10-26 04:30"), {"zone": "Europe/Madrid"},
     2, {"CL-TIME-OVERLAP"}),
    ("gap.csv", dated("2026-03-29 02:30:00", "2026-03-29 04:30"), {"zone": "Europe/Madrid"}, 1,
     {"CL-TIME-GAP"}),
    ("future.csv", dated("2126-03-29 02:30:00Z", "1970-01-01T00:00:00Z", "2026-03-29 04:30Z"),
     NONE, 1, {"CL-TIME-FUTURE", "CL-TIME-BEFORE"}),
    ("days.csv", dated("2026-03-05", "2026-03-06"), {"zone": "UTC"}, 2, {"CL-TIME-DAY-ONLY"}),
    ("seen.csv", table("1;2026-03-05T12:00:00Z;a;2026-03-05 13:00",
                       header="id;created_at;text;collected at"), NONE, 1, {"CL-TIME-LEFT-OUT"}),
    # S8, overlap
    ("dup.csv", HEADER + rows(5) + rows(2), NONE, 5, {"CL-ROWS-TWICE"}),
    ("dup.csv", HEADER + rows(2) + rows(2, text="hi"), NONE, 2, {"CL-ROWS-TWICE", "CL-ROWS-TEXT"}),
    ("dup.csv", HEADER + rows(1) + rows(1).replace(",1\n", ",9\n"), NONE, 1,
     {"CL-ROWS-TWICE", "CL-ROWS-COUNTS"}),
    # S10: cut files and caps
    ("cut.csv", HEADER + rows(5) + "6,2026-03-05T12:", NONE, 5, {"CL-ROW-CUT", "CL-FILE-NO-END"}),
    ("cut_number.csv", (HEADER + rows(5))[:-1], NONE, 5, {"CL-FILE-NO-END"}),
    ("cut.jsonl", lines(5)[:-20], NONE, 4, {"CL-ROW-CUT"}),
    ("cut.json", "[" + lines(3).replace("\n", ","), NONE, 0, {"CL-FILE-CUT"}),
    ("cut.json", "[" + lines(3).replace("\n", ","), {"partial": True}, 3, {"CL-FILE-CUT-READ"}),
    ("cut.json", "[" + lines(3).replace("\n", ",")[:-9], NONE, 0, {"CL-FILE-CUT"}),
    ("cut.ndjson.zst", ZST.compress((lines(50) * 99).encode())[:-40], NONE, 0, {"CL-FILE-CUT"}),
    ("cut.jsonl.gz", gzip.compress(lines(50).encode(), mtime=0)[:-40], NONE, 0, {"CL-FILE-CUT"}),
    ("cut.jsonl.gz", gzip.compress((lines(50) + "x" * 99).encode(), mtime=0)[:-8],
     {"partial": True}, 50, {"CL-FILE-CUT-READ", "CL-JSON-LINE"}),
    ("cut.jsonl.bz2", bz2.compress(lines(50).encode())[:-9], NONE, 0, {"CL-FILE-CUT"}),
    ("flip.ndjson.zst", ZST.compress(lines(9).encode())[:-1] + b"\0", NONE, 0,
     {"CL-FILE-DAMAGED"}),
    ("flip.jsonl.gz", gzip.compress(lines(9).encode())[:-8] + b"\0" * 8, NONE, 0,
     {"CL-FILE-DAMAGED"}),
    ("whole.ndjson.zst", ZST.compress(lines(3).encode()) + ZST.compress(
        lines(3, start=9).encode()), NONE, 6, set()),
    ("whole.jsonl.gz", gzip.compress(lines(3).encode()), NONE, 3, set()),
    ("whole.jsonl.bz2", bz2.compress(lines(3).encode()), NONE, 3, set()),
    ("whole.zip", zipped(a__posts=HEADER + rows(3), b=HEADER + rows(2, start=7)), NONE, 5, set()),
    ("half.zip", zipped(posts=HEADER + rows(50))[:150], NONE, 0, {"CL-FILE-DAMAGED"}),
    ("cap.csv", HEADER + rows(1000), NONE, 1000, {"CL-FILE-CAP"}),
    ("padded.csv", HEADER + rows(3) + ",,,,\n" * 99, NONE, 3, set()),
    # S11, counts
    ("counts.csv", counts("1.2K", "3M", "—", ""), NONE, 4, {"CL-COUNT-SHORT", "CL-COUNT-NOTHING"}),
    ("counts.csv", counts("1,234", "12", "1,234,567"), NONE, 3, set()),
    ("counts.csv", counts("1.234", "12", "7"), NONE, 0, {"CL-COUNT-SEPARATOR"}),
    ("counts.csv", counts("1.234", "12", "7"), {"decimal": ","}, 3, set()),
    ("counts.csv", counts("1.234", "1.234.567"), NONE, 2, set()),
    ("counts.csv", counts("12,5K", "1,234"), NONE, 0, {"CL-COUNT-SEPARATOR"}),
    ("counts.csv", counts("1 234", "12\u202f345", "1’234"), NONE, 3, set()),
    ("counts.csv", counts("1.5", "many"), NONE, 2, {"CL-COUNT-UNREADABLE"}),
    # S12, S13, S19: encodings
    ("utf16.tsv", (HEADER + rows(5)).replace(",", "\t").encode("utf-16-le"), NONE, 5, set()),
    ("utf16.tsv", (HEADER + rows(5)).replace(",", "\t").encode("utf-16"), NONE, 5, set()),
    ("utf16.csv", (HEADER + rows(5)).encode("utf-16-be"), NONE, 5, set()),
    ("utf8.csv", (HEADER + rows(5)).encode("utf-8-sig"), NONE, 5, set()),
    ("cp1252.csv", (HEADER + rows(5, text="mañana “no”")).encode("cp1252"), NONE, 5,
     {"CL-TEXT-CP1252"}),
    ("late.csv", (HEADER + rows(3000)).encode() + rows(1, start=4000, text="mañana").encode(
        "cp1252"), NONE, 3001, {"CL-TEXT-CP1252"}),
    ("mixed.csv", (HEADER + rows(5, text="mañana €")).encode() + rows(
        1, start=9, text="mañana").encode("cp1252"), NONE, 6, {"CL-TEXT-BYTES"}),
    ("half.csv", (HEADER + rows(5, text="mañana")).encode() + rows(1, start=9).encode().replace(
        b"hola", b"\xf0\x9f\x98"), NONE, 6, {"CL-TEXT-BYTES"}),
    ("garbled.csv", HEADER + rows(3, text="estÃ¡ aquÃ\xad"), NONE, 3, {"CL-TEXT-MOJIBAKE"}),
    ("lost.csv", HEADER + rows(1, text="ma�ana"), NONE, 1, {"CL-TEXT-LOST"}),
    ("lone.jsonl", lines(2) + lines(1, start=9).replace("mañana", "\\ud83d"), NONE, 3,
     {"CL-TEXT-HALF"}),
    ("mac.csv", (HEADER + rows(3, text="mañana")).encode("mac-roman"), {"encoding": "mac-roman"},
     3, set()),
    ("wrong.csv", (HEADER + rows(3, text="mañana")).encode("cp1252"), {"encoding": "utf-8"}, 0,
     {"CL-TEXT-ENCODING-WRONG"}),
    ("name.csv", HEADER + rows(3), {"encoding": "klingon"}, 0, {"CL-TEXT-ENCODING-NAME"}),
    ("escaped.jsonl", json.dumps({
        "id": "1577130000000000001", "text": "R&amp;D", "author_id": "5",
        "created_at": "2022-10-04T02:54:28.000Z", "conversation_id": "1577130000000000001"}) + "\n",
     NONE, 1, {"CL-TEXT-ENTITIES"}),
    ("nul.csv", HEADER + rows(1, text="a\0b"), NONE, 1, {"CL-TEXT-NUL"}),
    ("equals.csv", HEADER + rows(2, text="=@ana"), NONE, 2, {"CL-TEXT-EQUALS"}),
    # S14 to S16: structure
    ("crlf.csv", (HEADER + rows(5)).replace("\n", "\r\n"), NONE, 5, set()),
    ("cr.csv", (HEADER + rows(5)).replace("\n", "\r"), NONE, 5, set()),
    ("ends.csv", HEADER + rows(2) + rows(2, start=3).replace("\n", "\r\n") + rows(
        2, start=5).replace("\n", "\r"), NONE, 6, set()),
    ("inside.csv", HEADER + rows(2) + rows(1, start=9, text="a \r\rb"), NONE, 3, {"CL-ROW-CR"}),
    ("breaks.csv", HEADER + rows(3, text='"a\n\nb,"""').replace('""" ', '"""x'), NONE, 0,
     {"CL-ROW-QUOTE", "CL-LOAD-NOTHING"}),
    ("breaks.csv", HEADER + "1,2026-03-05T12:00:00Z,ana,\"a\n\nb, \"\"c\"\"\",5\n", NONE, 1,
     set()),
    ("preamble.csv", "Report\nExported 2026\n\n" + HEADER + rows(5), NONE, 5,
     {"CL-TABLE-PREAMBLE"}),
    ("sep.csv", "sep=;\n" + (HEADER + rows(5)).replace(",", ";"), NONE, 5, set()),
    ("heads.csv", "Post,,,,Metrics\n" + HEADER + rows(5), NONE, 5, {"CL-TABLE-PREAMBLE"}),
    ("footer.csv", HEADER + rows(5) + "Total,,,,10\n", NONE, 5, {"CL-TABLE-FOOTER"}),
    ("total.csv", HEADER + rows(5) + "Total disaster,,,,\n", NONE, 5, {"CL-TIME-MISSING"}),
    ("again.csv", HEADER + rows(2) + HEADER + rows(2, start=3), NONE, 4,
     {"CL-TABLE-HEADER-AGAIN"}),
    ("commas.csv", HEADER + rows(5).replace("\n", ",\n"), NONE, 5, {"CL-TABLE-PADDED"}),
    ("long.csv", HEADER + rows(2) + "9,2026-03-05T12:00:00Z,ana,hola, que tal,5\n", NONE, 2,
     {"CL-ROW-LONG"}),
    ("short.csv", HEADER + "9,2026-03-05T12:00:00Z\n" + rows(5, start=20), NONE, 5,
     {"CL-ROW-SHORT"}),
    ("bare.csv", HEADER + rows(1, text='dijo "hola" y'), NONE, 1, set()),
    ("quote.csv", HEADER + rows(1, text='"dijo "hola" y"').replace('" 1', '"') + rows(
        1, start=20), NONE, 2, {"CL-ROW-QUOTE-INSIDE"}),
    ("quote.csv", HEADER + rows(1, text='"dijo "hola", y"').replace('" 1', '"') + rows(
        1, start=20), NONE, 1, {"CL-ROW-QUOTE"}),
    ("open.csv", HEADER + rows(1, text='"dijo hola') + rows(3, start=20), NONE, 0,
     {"CL-TABLE-QUOTE-OPEN"}),
    ("swallowed.csv", HEADER + rows(3) + '9,2026-03-05T12:00:00Z,ana,"a\n' + rows(1, start=10)
     + 'b",5\n' + rows(9, start=20), NONE, 13, {"CL-TABLE-SWALLOWED"}),
    ("names.csv", rows(3), NONE, 0, {"CL-TABLE-HEADER"}),
    ("unknown.csv", "a,b\n1,2\n", NONE, 0, {"CL-SOURCE-UNKNOWN"}),
    ("one.csv", '"a;b"\n"1;2"\n', NONE, 0, {"CL-TABLE-ONE-COLUMN"}),
    # S17, S18
    ("na.csv", HEADER + "1,2026-03-05T12:00:00Z,NA,null,\n2,2026-03-05T12:00:00Z,None,nan,\n",
     NONE, 2, set()),
    ("two.csv", table("1;2026-03-05T12:00:00Z;2026-03-05T12:00:00Z;a",
                      header="id;posted at;published at;text"), NONE, 0, {"CL-COLUMN-TWO"}),
    ("missing.csv", HEADER + rows(1), {"columns": {"lang": "idioma"}}, 0, {"CL-COLUMN-MISSING"}),
    ("twice.csv", table("1;2026-03-05T12:00:00Z;;a", header="id;created_at;text;text"), NONE, 1,
     {"CL-COLUMN-TWICE"}),
    ("spanish.csv", table("05/03/2026;10:00;ana;Bien;3", "25/03/2026;11:30;luis;Mal;4",
                          header="Fecha;Hora;Usuario;Comentario;Me gusta"),
     {"zone": "Europe/Madrid"}, 2, {"CL-IDS-MADE", "CL-TIME-ORDER-FOUND"}),
    # S20, drift
    ("late_key.jsonl", lines(5) + lines(1, start=9, likes=7), NONE, 6, set()),
    ("flip.jsonl", lines(5, likes=7) + lines(1, start=9, likes="1.2K"), NONE, 6,
     {"CL-COUNT-SHORT"}),
    ("keys.jsonl", lines(2).replace('"text"', '"text": "x", "text"'), NONE, 2, {"CL-JSON-TWICE"}),
    ("nan.jsonl", lines(2) + lines(1, start=9).replace("}", ', "likes": NaN}'), NONE, 2,
     {"CL-JSON-NAN"}),
    ("bad.jsonl", lines(5) + "{oops\n<html></html>\n" + lines(5, start=9), NONE, 10,
     {"CL-JSON-LINE"}),
    ("bad.json", "[" + lines(2).strip().replace("\n", ",") + ",]", NONE, 0, {"CL-JSON-BAD"}),
    ("mark.jsonl", "\ufeff" + lines(2), NONE, 2, set()),
    ("scalars.jsonl", lines(2) + "17\n", NONE, 2, {"CL-ROW-NOT-DATA"}),
    ("array.json", "[" + lines(3).strip().replace("\n", ",\n") + "]", NONE, 3, set()),
    ("script.js", "window.YTD.x.part0 = [" + lines(3).strip().replace("\n", ",") + "]", NONE, 3,
     set()),
    # S22 and files that are no exports
    ("empty.csv", "", NONE, 0, {"CL-FILE-EMPTY", "CL-LOAD-NOTHING"}),
    ("blank.csv", "\n\n", NONE, 0, {"CL-FILE-EMPTY", "CL-LOAD-NOTHING"}),
    ("header.csv", HEADER, NONE, 0, {"CL-FILE-NO-ROWS", "CL-LOAD-NOTHING"}),
    ("null.json", "null", NONE, 0, {"CL-SOURCE-UNKNOWN"}),
    ("page.xls", "<html><table><tr><td>a</td></tr></table></html>", NONE, 0, {"CL-FILE-HTML"}),
    ("model.csv", b"\x80\x04\x95\x05", NONE, 0, {"CL-FILE-FORMAT"}),
    ("data.parquet", b"PAR1....", NONE, 0, {"CL-PARQUET-CUT"}),
    ("book.xlsx", b"\xd0\xcf\x11\xe0" + b"\0" * 99, NONE, 0, {"CL-FILE-DAMAGED"}),
    ("bracket[1].csv", HEADER + rows(1), NONE, 1, set()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "keywords", "n", "found"),
    CASES,
    ids=[f"{i}-{case[0]}" for i, case in enumerate(CASES)],
)
def test_read_posts_is_never_silently_wrong(
    write: Write, name: str, content: str | bytes, keywords: dict[str, Any], n: int, found: set[str]
) -> None:
    """Each crafted fault gives the rows it should, the codes it should, and a ledger that holds."""
    loaded = read_posts(write(name, content), strict=False, **keywords)
    assert (len(loaded.posts), codes(loaded)) == (n, found)
    assert adds_up(loaded)
    assert list(loaded.posts.columns) == POSTS.names


@pytest.mark.parametrize("case", [c for c in CASES if c[3] == 0], ids=lambda case: str(case[0]))
def test_read_posts_raises_what_it_refuses(write: Write, case: tuple[Any, ...]) -> None:
    """A refused file is an error that carries its codes."""
    name, content, keywords, _, found = case
    with pytest.raises(CrisisLabError, match="CL-") as caught:
        read_posts(write(name, content), **keywords)
    assert set(caught.value.codes) & found


def test_read_posts_opens_the_very_file(write: Write) -> None:
    """A name with brackets is a name, not a pattern."""
    write("bracket1.csv", HEADER + rows(1, start=1))
    loaded = read_posts(write("bracket[1].csv", HEADER + rows(1, start=77)))
    assert loaded.posts["post_id"].tolist() == ["77"]


def test_read_posts_tells_all_problems_at_once(write: Write) -> None:
    """Several refused files give one error with all their problems."""
    paths = [write("a.csv", dated("05/03/2026 10:00")), write("b.csv", "a,b\n1,2\n")]
    with pytest.raises(CrisisLabError) as caught:
        read_posts([*paths, paths[0].with_name("none.csv")], zone="UTC")
    assert set(caught.value.codes) == {"CL-TIME-ORDER", "CL-SOURCE-UNKNOWN", "CL-FILE-MISSING"}


@pytest.mark.parametrize("written", ["99999999999999999999999", "1e30", "9000000000000000"])
def test_a_count_beyond_measure_is_no_count(tmp_path: Path, written: str) -> None:
    """What nobody can have, and a float cannot hold, is never loaded as another number."""
    path = tmp_path / "a.jsonl"
    path.write_text(
        f'{{"id": "1", "created_at": "2026-03-05T10:00:00Z", "text": "a", "likes": {written}}}\n',
        "utf-8",
    )
    assert read_posts(path, strict=False).posts["n_likes"].isna().all()


def test_a_count_with_a_plus_is_a_count(tmp_path: Path) -> None:
    """A plus before digits changes nothing."""
    path = tmp_path / "a.csv"
    path.write_text("id,created_at,text,likes\n1,2026-03-05T10:00:00Z,a,+12\n", "utf-8")
    assert read_posts(path).posts["n_likes"].tolist() == [12]
