"""Damaged and crafted Parquet costs a message in words, never the process or a row in silence."""

from __future__ import annotations

import io
import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from crisislab.limits import ROWS_FROM
from crisislab.read import _parquet, read_posts
from tests.read.exports import adds_up, codes
from tests.read.parquets import PLAIN, of_rows, packed, posts, read


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
        assert "CL-PARQUET-LOCKED" in codes(found, "refused")


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
