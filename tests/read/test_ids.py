"""Ids that a spreadsheet rounded or formatted: read right where that is known, else refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from crisislab.errors import CrisisLabError
from crisislab.read import _part, read_log, read_posts
from tests.read.exports import codes, table

Write = Callable[[str, str | bytes], Path]
HEAD = "id;created_at;username;text;in_reply_to_id\n"
FIRST_MS, STEP_MS, X_MS = 1_772_701_200_000, 2_500_037, 1_288_834_974_657


def moment(i: int) -> int:
    """Milliseconds of the moment of a post."""
    return FIRST_MS + i * STEP_MS


def x_id(i: int) -> str:
    """The id that X gave a post at that moment."""
    return str(((moment(i) - X_MS) << 22) + 777_777 + i * 13)


def cut(own: str) -> str:
    """An id as a spreadsheet keeps it."""
    return own[:15] + "0" * (len(own) - 15)


def row(i: int, own: str, to: str = "") -> str:
    """A post with an id."""
    at = dt.datetime.fromtimestamp(moment(i) / 1000, dt.UTC)
    return f"{own};{at:%Y-%m-%dT%H:%M:%SZ};ana;hola {i};{to}\n"


@pytest.mark.parametrize(("bad", "n"), [(3, 12), (20, 100), (60, 200), (110, 200)])
@pytest.mark.parametrize("block", [None, 40])
def test_ids_rounded_in_some_rows_are_refused(
    write: Write, bad: int, n: int, block: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where one of two merged exports went through a spreadsheet; blocks say the same."""
    if block:
        monkeypatch.setattr(_part, "BLOCK", block)
    rows = (row(i, cut(x_id(i)) if i < bad else x_id(i)) for i in range(n))
    with pytest.raises(CrisisLabError, match=f"CL-IDS-ROUNDED.*\n.*{bad} of {n}"):
        read_posts(write("a.csv", HEAD + "".join(rows)), platform="x")


def test_parents_rounded_in_some_rows_are_refused(write: Write) -> None:
    """Answers of one export would look for posts that are not there."""
    parents = (cut(x_id(i)) if i < 8 else x_id(i) for i in range(40))
    rows = (row(i, x_id(i), to) for i, to in enumerate(parents, start=1))
    with pytest.raises(CrisisLabError, match=r"CL-IDS-ROUNDED.*in_reply_to_id"):
        read_posts(write("a.csv", HEAD + "".join(rows)), platform="x")


def test_whole_ids_are_not_rounded(write: Write) -> None:
    """Ids of X are multiples of 4096 mostly: some end in zeros, and nothing is said of them."""
    ids = [str(((moment(i) - X_MS) << 22) + (i % 3 << 12)) for i in range(2000)]
    assert sum(own.endswith("000") for own in ids) > 5
    path = write("a.csv", HEAD + "".join(row(i, own) for i, own in enumerate(ids)))
    assert not codes(read_posts(path, platform="x"))


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        ("1.000", "1.001", "CL-IDS-TIDIED"),
        ("1,000", "1,001", "CL-IDS-TIDIED"),
        ("1\xa0000", "1\xa0001", "CL-IDS-TIDIED"),
        ("1000,0", "1001,0", "CL-IDS-FLOAT-REPAIRED"),
        ("1000.0", "1001.0", "CL-IDS-FLOAT-REPAIRED"),
    ],
)
def test_ids_in_a_number_format_are_read(write: Write, one: str, other: str, code: str) -> None:
    """Groups and decimals go, in every column of ids alike, so that answers find their post."""
    path = write("a.csv", HEAD + row(0, one) + row(1, other, one))
    loaded = read_posts(path, platform="facebook")
    assert loaded.posts["post_id"].tolist() == ["1000", "1001"]
    assert loaded.posts["parent_id"].tolist()[1] == "1000"
    assert codes(loaded) == {code}


@pytest.mark.parametrize("mark", [".", ",", "\xa0", " "])
@pytest.mark.parametrize("cents", ["", "00"])
def test_long_ids_in_a_number_format_are_rounded(write: Write, mark: str, cents: str) -> None:
    """Who formats an id of X as a number has lost its last digits."""
    end = (cents and ("." if mark == "," else ",")) + cents
    rows = (row(i, f"{int(cut(x_id(i))):,}".replace(",", mark) + end) for i in range(5))
    with pytest.raises(CrisisLabError, match=r"CL-IDS-(ROUNDED|FLOAT)"):
        read_posts(write("a.csv", HEAD + "".join(rows)), platform="x")


def test_an_error_of_a_spreadsheet_is_no_id(write: Write) -> None:
    """Rows whose id a spreadsheet could not reckon are set aside, not taken for one item."""
    loaded = read_posts(write("a.csv", HEAD + row(0, "#REF!") + row(1, "#REF!") + row(2, "7")),
                        platform="facebook")  # fmt: skip
    assert loaded.posts["post_id"].tolist() == ["7"]
    assert loaded.rejects["code"].tolist() == ["CL-IDS-MISSING"] * 2


def test_incident_numbers_of_a_log_are_threads(write: Write) -> None:
    """One number on several rows of other words is of an incident; entries get ids of their own."""
    head = "ID;Fecha;Hora;Autor;Descripción\n"
    rows = ["INC-1;25/03/2026;9:05;Ana;Aviso", "INC-1;25/03/2026;10:05;Ana;Comité", ""]
    loaded = read_log(write("a.csv", head + "\n".join(rows)), zone="UTC")
    assert loaded.log["thread_id"].tolist() == ["INC-1"] * 2
    assert loaded.log["entry_id"].nunique() == 2
    again = read_log(write("b.csv", head + "\n".join([rows[0], rows[0], ""])), zone="UTC")
    assert again.log["entry_id"].tolist() == ["INC-1"]


def test_rows_that_one_person_numbers_anew_each_day_are_not_lost(write: Write) -> None:
    """Row numbers of two days are no ids, whoever wrote them."""
    head = "Nº;Fecha;Hora;Quién;Qué se hizo\n"
    paths = [write(f"{d}.csv", f"{head}1;{d}/03/2026;09:05;Ana;Aviso {d}\n") for d in (25, 26)]
    loaded = read_log(paths, zone="UTC", strict=False)
    assert {p.code for p in loaded.problems} >= {"CL-IDS-CLASH"}


def test_grouped_ids_among_plain_ones_are_read(write: Write) -> None:
    """A number format on some ids only is taken off those."""
    rows = ["1000;2026-03-05T09:00:00Z;a", "1.001;2026-03-05T09:05:00Z;b"]
    loaded = read_posts(write("a.csv", table(*rows)), platform="facebook")
    assert loaded.posts["post_id"].tolist() == ["1000", "1001"]
