"""Parquet gives the rows, counts and findings of the same posts as CSV, whatever its types."""

from __future__ import annotations

import datetime as dt
import gzip
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pandas as pd
import pyarrow as pa
import pytest

from crisislab.read import Declaration, LoadedPosts, _parquet, inspect, read_log, read_posts
from tests.read.exports import adds_up, codes
from tests.read.parquets import NOON, packed, posts, read

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
    (pa.array([5, -2, 7]), [5, None, 7], {"CL-COUNT-NEGATIVE"}),
    (pa.array([5.0, 1.234, 7.0]), [5, None, 7], {"CL-COUNT-UNREADABLE"}),
    (pa.array([5, 10**15, 7]), [5, 10**15, 7], set()),
    (pa.array([5, 2**62, 7]), [5, None, 7], {"CL-COUNT-UNREADABLE"}),
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
    assert {code for code in codes(loaded) if code.startswith("CL-COUNT-")} == found


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
    monkeypatch.setattr(_parquet, "_BATCH", 70)
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
