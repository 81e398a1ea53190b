"""Parquet gives the rows, counts and findings of the same posts as CSV, whatever its types."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import random
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pandas as pd
import pyarrow as pa
import pytest

from crisislab.limits import ROWS_FROM
from crisislab.read import Declaration, LoadedPosts, _parquet, inspect, read_log, read_posts
from tests.read.exports import adds_up, codes
from tests.read.parquets import NOON, PLAIN, of_rows, packed, posts, read

N = 300
DAY = dt.datetime(2026, 3, 5, 12)


def csv_of(folder: Path, table: dict[str, Any], **declared: Any) -> LoadedPosts:
    """The same rows as a CSV, read."""
    path = folder / "a.csv"
    frame = pd.DataFrame({name: [_text(v) for v in values] for name, values in table.items()})
    frame.to_csv(path, index=False)
    return read_posts(path, strict=False, **declared)


def _text(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return "" if value is None else str(value)


def assert_same(found: LoadedPosts, csv: LoadedPosts) -> None:
    """Posts are equal, and rows count from 1 where lines count from the header."""
    pd.testing.assert_frame_equal(
        found.posts.drop(columns=["source_file", "source_row"]),
        csv.posts.drop(columns=["source_file", "source_row"]),
    )
    assert (found.posts["source_row"] + 1).tolist() == csv.posts["source_row"].tolist()
    assert adds_up(found)
    assert found.ledger.at[0, "unit"] == "row"


IDS = {
    "text": pa.string(), "large": pa.large_string(), "view": pa.string_view(),
    "whole": pa.int64(), "unsigned": pa.uint64(), "decimal": pa.decimal128(38, 0),
    "binary": pa.binary(), "dictionary": pa.dictionary(pa.int32(), pa.string()),
}  # fmt: skip


def test_ids_that_are_uuids_are_written_out(tmp_path: Path) -> None:
    """Ids of 128 bits read as people write them."""
    own = UUID("6f1d1c52-8a7a-4a53-9a6b-0d7f9f0c1a2b")
    found = read(tmp_path, posts(2, id=pa.array([own.bytes, None], pa.uuid())))
    assert found.posts["post_id"].tolist() == [str(own)]
    assert "CL-IDS-MISSING" in codes(found)


@pytest.mark.parametrize("kind", IDS)
def test_ids_of_any_exact_type_are_text(tmp_path: Path, kind: str) -> None:
    """Ids of 19 digits keep every digit, as whatever exact type they are kept."""
    ids = [str(1772000000000000123 + i * 4194304) for i in range(N)]
    values = [Decimal(i) if kind == "decimal" else i.encode() if kind == "binary" else int(i)
              if kind in ("whole", "unsigned") else i for i in ids]  # fmt: skip
    typed = pa.array(values, IDS[kind])
    found = read(tmp_path, posts(N, id=typed))
    assert_same(found, csv_of(tmp_path, posts(N, id=ids)))


STAMPS = [pa.timestamp(unit, zone) for unit in ("s", "ms", "us", "ns")
          for zone in ("UTC", "Europe/Madrid")]  # fmt: skip


@pytest.mark.parametrize("kind", STAMPS, ids=str)
def test_times_with_a_zone_are_instants(tmp_path: Path, kind: pa.DataType) -> None:
    """A time with a zone is the same instant in every unit and zone, without a declaration."""
    table = posts(N)
    found = read(tmp_path, table | {"created_at": pa.array(table["created_at"], kind)})
    assert_same(found, csv_of(tmp_path, table))
    assert set(found.posts["zone_origin"]) == {"in the file"}


@pytest.mark.parametrize("how", [{}, {"use_deprecated_int96_timestamps": True}], ids=str)
def test_a_time_without_a_zone_needs_one(tmp_path: Path, how: dict[str, Any]) -> None:
    """A naive time is refused until its zone is declared, one of 96 bits too; then as in a CSV."""
    table = posts(N, created_at=[DAY + dt.timedelta(minutes=i) for i in range(N)])
    path = tmp_path / "a.parquet"
    path.write_bytes(packed(table, **how))
    assert "CL-TIME-ZONE" in codes(read_posts(path, strict=False), "refused")
    found = read_posts(path, zone="Europe/Madrid")
    assert_same(found, csv_of(tmp_path, table, zone="Europe/Madrid"))
    assert found.posts["created_at"].min() == pd.Timestamp("2026-03-05T11:00Z")


def test_dates_and_numbers_of_time_are_read_by_rule(tmp_path: Path) -> None:
    """Dates are days without a time; whole numbers are seconds or milliseconds since 1970."""
    days = read(tmp_path, posts(2, created_at=[DAY.date()] * 2), zone="UTC")
    assert {"CL-TIME-DAY-ONLY"} <= codes(days)
    assert days.posts["created_at"].tolist() == [pd.Timestamp("2026-03-05T00:00Z")] * 2
    for times in (1000, 1.0, 1):
        epochs = [int(NOON.timestamp()) * times] * 2
        found = read(tmp_path, posts(2, created_at=epochs))
        assert found.posts["created_at"].tolist() == [pd.Timestamp(NOON)] * 2


def test_impossible_times_are_set_aside(tmp_path: Path) -> None:
    """Times that no calendar holds are set aside by row, not a crash."""
    noon = int(NOON.timestamp()) * 10**6
    far = pa.array([noon, noon, noon, 2**62, -(2**62)], pa.timestamp("us", "UTC"))
    found = read(tmp_path, posts(5, created_at=far))
    assert len(found.posts) == 3
    assert set(found.rejects["source_row"]) == {4, 5}
    over = read(tmp_path, posts(1, created_at=pa.array([2**62], pa.timestamp("ms", "UTC"))))
    assert len(over.posts) == 0
    assert adds_up(over)


FLOATS = [
    (pa.float64(), [1.772e18, 1.5e18], "CL-IDS-FLOAT", "refused"),
    (pa.float64(), [17.0, 18.0], "CL-IDS-FLOAT-REPAIRED", "fixed"),
    (pa.float32(), [17.0, 18.0], "CL-IDS-FLOAT-REPAIRED", "fixed"),
    (pa.float32(), [1.6e9, 3.0], "CL-IDS-SCIENTIFIC", "refused"),
]


@pytest.mark.parametrize(("kind", "ids", "code", "severity"), FLOATS, ids=str)
def test_ids_as_floats_are_as_damaged_as_in_a_spreadsheet(
    tmp_path: Path, kind: pa.DataType, ids: list[float], code: str, severity: str
) -> None:
    """Float ids are repaired where no digit can be lost, and refused where one may be."""
    found = read(tmp_path, posts(2, id=pa.array(ids, kind)))
    assert code in codes(found, severity)


LIKES = [
    (pa.array([5, None, 7], pa.int8()), [5, None, 7], set()),
    (pa.array([5.0, None, 7.0]), [5, None, 7], set()),
    (pa.array([5.0, float("nan"), 7.0]), [5, None, 7], {"CL-COUNT-NOTHING"}),
    (pa.array([5.0, float("inf"), 7.0]), [5, None, 7], {"CL-COUNT-UNREADABLE"}),
    (pa.array([5, -2, 7]), [5, None, 7], {"CL-COUNT-UNREADABLE"}),
    (pa.array([5.0, 1.234, 7.0]), [5, None, 7], {"CL-COUNT-UNREADABLE"}),
    (pa.array([5, 2**62, 7]), [5, 2**62, 7], set()),
    (pa.array([Decimal("5.000"), Decimal("1.234"), None]), [5, None, None],
     {"CL-COUNT-UNREADABLE"}),
    (pa.array(["5", "1.2K", "7"]), [5, 1200, 7], {"CL-COUNT-SHORT"}),
]  # fmt: skip


@pytest.mark.parametrize(("likes", "wanted", "found"), LIKES, ids=str)
def test_counts_are_whole_numbers_or_missing(
    tmp_path: Path, likes: pa.Array, wanted: list[int | None], found: set[str]
) -> None:
    """NaN, negative and broken counts are missing and told; a missing count is never 0."""
    loaded = read(tmp_path, posts(3, likes=likes))
    counts = loaded.posts["n_likes"].astype("object")
    assert [None if pd.isna(n) else n for n in counts] == wanted
    told = {"CL-COUNT-NOTHING", "CL-COUNT-UNREADABLE", "CL-COUNT-SHORT", "CL-COUNT-SEPARATOR"}
    assert codes(loaded) & told == found


def test_lists_are_words_and_structs_are_columns(tmp_path: Path) -> None:
    """Lists of names read as a CSV has them; a struct is its leaves, by dotted names."""
    people = [{"user": {"id": 7, "name": "ana"}}, None]
    found = read(tmp_path, posts(
        2, mentions=[["marca", None, "otra"], []], author=people, likes=[1, 2]),
        columns={"author_id": "author.user.id"})  # fmt: skip
    assert found.posts["mentions"].tolist()[0] == "marca otra"
    assert found.posts["mentions"].isna().tolist() == [False, True]
    assert found.posts["author_id"].isna().tolist() == [False, True]
    assert found.posts["author_id"][0] == "7"


def test_what_is_no_plain_value_is_set_aside_by_name(tmp_path: Path) -> None:
    """Lists of structs, maps and spans of time are named and not read; all rows are."""
    odd = {
        "places": [[{"x": 1}]] * 2,
        "tags": pa.array([[("a", 1)]] * 2, pa.map_(pa.string(), pa.int64())),
        "lang": pa.array([dt.timedelta(1)] * 2, pa.duration("us")),
    }
    found = read(tmp_path, posts(2, **odd))
    assert len(found.posts) == 2
    named = next(p for p in found.problems if p.code == "CL-COLUMN-NESTED")
    assert {"places", "tags"} <= set(named.value.split(", "))


def test_text_that_is_no_utf8_is_mended_and_flagged(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 cost their rows a flag, in columns of text and of bytes."""
    bad = [b"caf\xe9", "ñandú".encode(), b"\xf0\x9f", None]
    raw = pa.array(bad, pa.binary())
    text = pa.StringArray.from_buffers(4, *raw.buffers()[1:], raw.buffers()[0])
    for values in (raw, text):
        found = read(tmp_path, posts(4, text=values))
        assert found.posts["text"].tolist()[:3] == ["café", "ñandú", "\ufffd"]
        flagged = found.posts["flags"].fillna("").str.contains("CL-TEXT-BYTES")
        assert flagged.tolist() == [True, False, True, False]
        assert adds_up(found)


def test_empty_texts_are_missing(tmp_path: Path) -> None:
    """An empty text is missing, as an empty cell of a CSV is."""
    table = posts(3, author=["", None, "ana"])
    assert_same(read(tmp_path, table), csv_of(tmp_path, table))


def test_a_name_that_occurs_twice_is_told(tmp_path: Path) -> None:
    """Of two columns of one name the first value that is there is taken, as in a CSV."""
    table = pa.table(posts(2))
    table = table.append_column("likes", pa.array(["8", "9"]))
    found = read(tmp_path, table.set_column(4, "likes", pa.array([None, 3])))
    assert "CL-COLUMN-TWICE" in codes(found)
    assert found.posts["n_likes"].tolist() == [8, 3]


def test_declared_columns_are_taken(tmp_path: Path) -> None:
    """Columns nobody knows are mapped by a declaration; without one the file is refused."""
    table = {"c0": ["1"], "c1": [NOON], "c2": ["hola"]}
    assert "CL-SOURCE-UNKNOWN" in codes(read(tmp_path, table), "refused")
    found = read(tmp_path, table, columns={"post_id": "c0", "created_at": "c1", "text": "c2"})
    assert found.posts["text"].tolist() == ["hola"]
    declared = Declaration(columns={"created_at": "c1", "text": "c2"})
    assert inspect(tmp_path / "a.parquet", declared=declared).columns == ("c0", "c1", "c2")


def test_a_day_and_an_hour_make_one_time(tmp_path: Path) -> None:
    """A day and a time of day in columns of their own are joined, as in any table."""
    table = {"id": ["1"], "fecha": [DAY.date()], "hora": [dt.time(12, 5)], "texto": ["hola"]}
    found = read(tmp_path, table, zone="UTC")
    assert found.posts["created_at"].tolist() == [pd.Timestamp("2026-03-05T12:05Z")]


def test_rows_keep_their_number_over_row_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row groups and batches of any size leave each row its number in the file."""
    monkeypatch.setattr(_parquet, "BLOCK", 70)
    path = tmp_path / "a.parquet"
    path.write_bytes(packed(posts(1000), row_group_size=90))
    found = read_posts(path)
    assert found.posts["source_row"].tolist() == list(range(1, 1001))
    assert found.posts["post_id"].tolist() == [str(i) for i in range(1, 1001)]
    assert found.ledger.at[0, "n_loaded"] == 1000


def test_packed_files_are_read(tmp_path: Path) -> None:
    """A Parquet file inside a zip or gzip is read as if it lay there bare."""
    (tmp_path / "a.gz").write_bytes(gzip.compress(packed(posts(3))))
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("platform=x/part-0.parquet", packed(posts(3)))
    assert len(read_posts(tmp_path / "a.gz").posts) == 3
    assert set(read_posts(tmp_path / "b.zip").posts["platform"]) == {"x"}


def test_a_log_is_read_as_parquet(tmp_path: Path) -> None:
    """An incident log may be Parquet too."""
    path = tmp_path / "log.parquet"
    path.write_bytes(packed({"logged_at": [NOON], "actor": ["Ana"], "action": ["called"]}))
    assert read_log(path).log["actor"].tolist() == ["Ana"]


# --- folders of a warehouse -------------------------------------------------------------------


def warehouse(folder: Path) -> Path:
    """A folder as a job writes it."""
    parts = {"platform=x/part-0000.snappy.parquet": packed(posts(3)),
             "platform=x/part-0001.snappy.parquet": packed(posts(2, id=["8", "9"])),
             "platform=web/part-0000.parquet": packed(posts(2)), "_SUCCESS": b"",
             "platform=web/part-0001.parquet": packed(pa.table(posts(2)).slice(0, 0)),
             "platform=web/.part-0000.parquet.crc": b"crc\0\0\0\2\0", "_committed_17": b'{"a": []}',
             "platform=x/part-0000.snappy.parquet.crc": b"crc\0\0\0\2\0",
             "_common_metadata": packed(pa.table(posts(2)).slice(0, 0)),
             "_temporary/0/part-0000.parquet": packed(posts(3))}  # fmt: skip
    for name, content in parts.items():
        path = folder / "export" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder / "export"


def test_a_folder_of_parts_is_one_export(tmp_path: Path) -> None:
    """Parts are read with the columns of their folders; what a job leaves beside is named."""
    found = read_posts(warehouse(tmp_path))
    assert found.posts["platform"].value_counts().to_dict() == {"x": 5, "web": 2}
    assert codes(found, "refused") == set()
    passed = [p.file for p in found.problems if p.code == "CL-FILE-SKIPPED"]
    assert {name.rsplit("/", 1)[-1] for name in passed} == {
        "_SUCCESS", "_committed_17", "_common_metadata", "part-0000.snappy.parquet.crc",
        "part-0000.parquet"}  # fmt: skip
    assert "CL-FILE-NO-ROWS" in codes(found)
    assert adds_up(found)
    assert len(found.ledger) == 9


def test_a_folder_is_declared_once(tmp_path: Path) -> None:
    """What is declared of a folder holds for every part in it."""
    for i in range(2):
        path = tmp_path / "export" / f"part-{i}.parquet"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(packed({"c0": [str(i)], "c1": [DAY], "c2": ["hola"]}))
    columns = {"post_id": "c0", "created_at": "c1", "text": "c2"}
    declared = {"export": Declaration(zone="Europe/Madrid", platform="x", columns=columns)}
    found = read_posts(tmp_path / "export", declared=declared)
    assert set(found.posts["created_at"]) == {pd.Timestamp("2026-03-05T11:00Z")}
    assert found.posts["platform"].tolist() == ["x", "x"]


def test_one_program_reads_all_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of many files starts one program."""
    from crisislab.read import _process

    started = []
    real = _process.command_of
    monkeypatch.setattr(
        _process, "command_of", lambda *given: (started.append(given), real(*given))[1]
    )
    read_posts(warehouse(tmp_path))
    assert started == [("row_groups",)]


def test_a_folder_says_no_time_and_no_second_value(tmp_path: Path) -> None:
    """What a column of the file says stands, and a day in a folder's name is no time."""
    path = tmp_path / "fecha=2026-01-01" / "author=luis" / "part-0.parquet"
    path.parent.mkdir(parents=True)
    path.write_bytes(packed(posts(1)))
    found = read_posts(path)
    assert found.posts["author_handle"].tolist() == ["ana0"]
    assert found.posts["created_at"].tolist() == [pd.Timestamp(NOON)]


@pytest.mark.parametrize("beside", ["_delta_log/00.json", "metadata/v1.metadata.json"])
def test_the_inside_of_a_table_is_refused(tmp_path: Path, beside: str) -> None:
    """A folder that also holds rows deleted since is refused, never counted."""
    path = tmp_path / "table" / beside
    path.parent.mkdir(parents=True)
    path.write_text("{}")
    (tmp_path / "table/part-0.parquet").write_bytes(packed(posts(3)))
    found = read_posts(tmp_path / "table", strict=False)
    assert codes(found, "refused") == {"CL-PARQUET-TABLE"}
    assert len(found.posts) == 0


# --- damage -----------------------------------------------------------------------------------

MESSAGES = {"CL-PARQUET-CUT", "CL-PARQUET-LOCKED", "CL-PARQUET-BOMB", "CL-FILE-DAMAGED",
            "CL-LEDGER", "CL-FILE-NO-ROWS", "CL-SOURCE-UNKNOWN", "CL-COLUMN-NESTED",
            "CL-LIMIT-LINES"}  # fmt: skip


def test_a_file_cut_anywhere_is_refused(tmp_path: Path) -> None:
    """A file that was not copied to its end is a coded message, wherever it stops."""
    whole = packed(posts(50))
    path = tmp_path / "a.parquet"
    for size in range(4, len(whole), len(whole) // 40):
        path.write_bytes(whole[:size])
        found = read_posts(path, strict=False)
        assert codes(found, "refused") & {"CL-PARQUET-CUT", "CL-FILE-DAMAGED"}
        assert len(found.posts) == 0


def test_flipped_bytes_are_told_or_harmless(tmp_path: Path) -> None:
    """Any byte may be wrong: the ledger adds up or the file is refused, and nothing crashes."""
    whole = packed(posts(200), row_group_size=50, write_page_checksum=True)
    chance = random.Random(7)
    folder = tmp_path / "many"
    folder.mkdir()
    for i in range(60):
        crafted = bytearray(whole)
        # Half of them in the footer, which says how to read the rest.
        low = 4 if i % 2 else len(whole) - 2500
        for _ in range(chance.randint(1, 3)):
            crafted[chance.randrange(low, len(whole) - 8)] ^= 1 << chance.randrange(8)
        (folder / f"{i:03}.parquet").write_bytes(bytes(crafted))
    found = read_posts(folder, strict=False)
    assert adds_up(found)
    assert len(found.ledger) == 60
    refused = {p.file for p in found.problems if p.severity == "refused"}
    assert len(refused) > 20
    read_whole = found.ledger.loc[~found.ledger["source_file"].isin(refused), "n_lines"]
    assert set(read_whole) <= {200, 0}


def test_encrypted_files_are_told(tmp_path: Path) -> None:
    """Encrypted columns and encrypted footers are told as such; no key is asked for."""
    from pyarrow.parquet import encryption as locked

    class Keys(locked.KmsClient):  # type: ignore[misc]
        def wrap_key(self, key: bytes, _: str) -> bytes:
            return key.hex().encode()

        def unwrap_key(self, key: bytes, _: str) -> bytes:
            return bytes.fromhex(key.decode())

    factory = locked.CryptoFactory(lambda _: Keys())
    for plain in (True, False):
        config = locked.EncryptionConfiguration(
            footer_key="f", column_keys={"c": ["text"]}, plaintext_footer=plain
        )
        keys = factory.file_encryption_properties(locked.KmsConnectionConfig(), config)
        path = tmp_path / "a.parquet"
        path.write_bytes(packed(posts(3), encryption_properties=keys))
        found = read_posts(path, strict=False)
        assert codes(found, "refused") == {"CL-PARQUET-LOCKED", "CL-LOAD-NOTHING"} & codes(found)
        assert "CL-PARQUET-LOCKED" in codes(found)


def test_rows_that_take_nothing_are_a_bomb(tmp_path: Path) -> None:
    """Millions of rows in a few kilobytes are refused before they are unfolded."""
    path = tmp_path / "a.parquet"
    path.write_bytes(of_rows(2 * ROWS_FROM))
    assert path.stat().st_size < 2**16
    assert "CL-PARQUET-BOMB" in codes(read_posts(path, strict=False), "refused")


def test_a_word_repeated_without_end_is_a_bomb(tmp_path: Path) -> None:
    """One long text, kept once and meant a hundred thousand times, is refused as it unfolds."""
    n = 100_000
    words = pa.DictionaryArray.from_arrays(pa.repeat(0, n).cast(pa.int32()), ["palabra" * 9000])
    path = tmp_path / "a.parquet"
    path.write_bytes(packed(posts(n, text=words)))
    assert path.stat().st_size < 2**22
    found = read_posts(path, strict=False)
    assert "CL-PARQUET-BOMB" in codes(found, "refused")
    assert len(found.posts) == 0
    assert adds_up(found)


BREAKING = {
    "crash": "import os, sys; sys.stdin.readline(); os.kill(os.getpid(), 11)",
    "sleep": "import time; time.sleep(600)",
    "mess": "print('{}'); print('what is this')",
    "half": 'print(\'{"kind": "rows", "size": 0, "n_columns": 9}\', flush=True)',
}


@pytest.mark.parametrize("name", BREAKING)
def test_a_parser_that_breaks_is_a_coded_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A crash, an endless loop and a mess are told as a damaged file; the next one is tried."""
    import sys

    from crisislab.read import _process, _programs

    script = [sys.executable, "-c", BREAKING[name]]
    monkeypatch.setattr(_process, "command_of", lambda *_: script)
    real = _programs.Program.answers
    monkeypatch.setattr(
        _programs.Program, "answers", lambda self, asked: real(self, asked, seconds=2)
    )
    for i in range(2):
        (tmp_path / f"{i}.parquet").write_bytes(packed(PLAIN))
    found = read_posts(tmp_path, strict=False)
    assert [p.code for p in found.problems].count("CL-FILE-DAMAGED") == 2
    assert adds_up(found)


def test_rows_that_do_not_come_are_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the footer says more rows than the parser gives, the file is refused."""
    from dataclasses import replace

    real = _parquet.read_footer

    def more(path: Path, name: str) -> Any:
        footer = real(path, name)
        return replace(footer, n_rows=footer.n_rows + 1)

    monkeypatch.setattr(_parquet, "read_footer", more)
    found = read(tmp_path, posts(3))
    assert "CL-LEDGER" in codes(found, "refused")
    assert len(found.posts) == 0


def test_a_buffer_of_the_footer_never_breaks_the_reading() -> None:
    """Random bytes as a footer are a coded message, whatever they say."""
    from crisislab.errors import CrisisLabError
    from crisislab.read._footer import read_footer

    chance = random.Random(3)
    for _ in range(300):
        body = chance.randbytes(chance.randint(1, 200))
        path = _File(b"PAR1" + body + len(body).to_bytes(4, "little") + b"PAR1")
        with pytest.raises(CrisisLabError, match="CL-"):
            read_footer(path, "a")  # type: ignore[arg-type]


class _File:
    """Bytes that open as a path does."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def open(self, _: str) -> io.BytesIO:
        return io.BytesIO(self._body)
