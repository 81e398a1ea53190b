"""Folders of Parquet as a warehouse writes them are one export, read with what stands beside."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from crisislab.read import Declaration, read_posts
from tests.read.exports import adds_up, codes
from tests.read.parquets import NOON, packed, posts

DAY = dt.datetime(2026, 3, 5, 12)


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
