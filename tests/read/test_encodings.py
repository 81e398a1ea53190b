"""Declared encodings: taken at their word, once every byte fits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crisislab.case_file import Source
from crisislab.read import read_posts
from tests.read.exports import adds_up, codes, dated

Write = Callable[[str, str | bytes], Path]
TEXT = "¿Qué pasó, señor Ibáñez?"


@pytest.mark.parametrize("name", ["mac-roman", "cp850", "latin-1", "utf-16", "utf-16-le", "cp1250"])
def test_a_declared_encoding_is_used(write: Write, name: str) -> None:
    """What the rule would read otherwise is read as declared, and told nothing about."""
    text = "Zażółć gęślą" if name == "cp1250" else TEXT
    path = write("a.csv", dated("2026-03-05T12:00:00Z", text=text).encode(name))
    loaded = read_posts(path, encoding=name)
    assert loaded.posts["text"].tolist() == [text]
    assert adds_up(loaded)
    assert not codes(loaded)
    declared = Source(file="a.csv", encoding=name).declaration()
    assert read_posts(path, declared={"a.csv": declared}).posts["text"].tolist() == [text]


def test_a_byte_order_mark_is_no_text(write: Write) -> None:
    """UTF-8 with its mark, declared as UTF-8, has no mark in its first name."""
    path = write("a.csv", b"\xef\xbb\xbf" + dated("2026-03-05T12:00:00Z", text=TEXT).encode())
    assert read_posts(path, encoding="utf8").posts["text"].tolist() == [TEXT]


@pytest.mark.parametrize(("content", "name", "code"), [
    (TEXT.encode("latin-1"), "utf-8", "CL-TEXT-ENCODING-WRONG"),
    (b"\xef\xbb\xbf" + TEXT.encode(), "latin-1", "CL-TEXT-ENCODING-WRONG"),
    (TEXT.encode("utf-16"), "utf-8", "CL-TEXT-ENCODING-WRONG"),
    (TEXT.encode(), "klingon", "CL-TEXT-ENCODING-NAME"),
    (TEXT.encode(), "zip", "CL-TEXT-ENCODING-NAME"),
    (TEXT.encode(), "idna", "CL-TEXT-ENCODING-NAME"),
])  # fmt: skip
def test_a_wrong_declaration_is_refused(write: Write, content: bytes, name: str, code: str) -> None:
    """Bytes that do not exist in the declared encoding spoil nothing in silence; the fix works."""
    start = b"\xef\xbb\xbf" if content.startswith(b"\xef") else b""
    head = "id;created_at;text\n1;2026-03-05T12:00:00Z;"
    body = content.removeprefix(start)
    wide = "utf-16" if body.startswith(b"\xff\xfe") else "utf-8"
    whole = (head + TEXT + "\n").encode(wide) if wide == "utf-16" else start + head.encode() + body
    path = write("a.csv", whole if wide == "utf-16" else whole + b"\n")
    assert codes(read_posts(path, encoding=name, strict=False), "refused") == {code}
    assert read_posts(path).posts["text"].tolist() == [TEXT]
