"""Messy files beside the given ones: faults mixed with others, and files as Excel saves them."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.fault_cases import Fault, faults
from benchmarks.faults_table import DOC, judge_crisislab, written
from crisislab.read import read_posts
from tests.read.exports import HEADER, adds_up, codes, rows

Write = Callable[[str, str | bytes], Path]
ROOT = Path(__file__).resolve().parents[2]
SPANISH = "Id;Fecha;Usuario;Texto;Me gusta;Seguidores\n"
READ = """
import hashlib, sys
from crisislab.read import read_posts
loaded = read_posts(sys.argv[1:], zone="Europe/Madrid", platform="facebook", decimal=",")
text = loaded.posts.to_csv() + loaded.ledger.to_csv()
print(len(loaded.posts), hashlib.sha256(text.encode()).hexdigest())
"""


@pytest.mark.parametrize("case", faults(), ids=lambda case: case.name)
def test_no_file_with_one_fault_is_silently_wrong(case: Fault, tmp_path: Path) -> None:
    """Each file of the table is right, flagged or refused."""
    assert judge_crisislab(case, written(case, tmp_path)) != "silent"


def test_the_table_in_the_docs_says_so() -> None:
    """The page has every file, and nothing silent in our column."""
    page = DOC.read_text("utf-8")
    told = [line.split("|") for line in page.splitlines() if line.startswith("| ")]
    verdicts = {cells[1].strip(): cells[6].strip() for cells in told if len(cells) == 8}
    assert {case.name for case in faults()} <= verdicts.keys()
    assert not {name for name, verdict in verdicts.items() if verdict.startswith("**")}


def excel(*times: str, likes: str = "12", text: str = "¿Qué pasó?") -> bytes:
    """A table as Excel saves it in Spain: semicolons, decimal commas, Windows letters."""
    body = "".join(f"{i};{at};ana;{text};{likes};1.234\n" for i, at in enumerate(times, start=1))
    return (SPANISH + body).replace("\n", "\r\n").encode("cp1252")


@pytest.mark.parametrize("written_at", [
    "25/03/2026 14:05", "25/03/2026 14:05:00", "25/3/26 14:05", "25-03-2026 14:05",
    "25.03.2026 14.05", "25/03/2026 2:05 p. m.", "25/03/2026 02:05 p.m.", "25/03/2026 2:05 PM",
    "25/03/2026 02:05 p.\u00a0m.", "25 mar 2026 14:05", "25 de marzo de 2026 14:05",
])  # fmt: skip
def test_spanish_times_of_excel_are_read(write: Write, written_at: str) -> None:
    """Days before months, with or without seconds, in twelve hours or twenty-four."""
    loaded = read_posts(
        write("a.csv", excel(written_at)), zone="Europe/Madrid", platform="facebook", decimal=","
    )
    assert [str(at) for at in loaded.posts["created_at"]] == ["2026-03-25 13:05:00+00:00"]
    row = loaded.posts.iloc[0]
    assert (row["text"], row["n_likes"], row["n_followers"]) == ("¿Qué pasó?", 12, 1234)
    assert "CL-TEXT-CP1252" in codes(loaded)


@pytest.mark.parametrize("likes", ["1,5", "12,50", "3,0E+05"])
def test_counts_with_decimal_commas_are_never_another_number(write: Write, likes: str) -> None:
    """A count that is no whole number is missing and told, never multiplied."""
    path = write("a.csv", excel("25/03/2026 14:05", likes=likes))
    loaded = read_posts(path, zone="Europe/Madrid", platform="facebook", strict=False, decimal=",")
    told = codes(loaded) & {"CL-COUNT-UNREADABLE", "CL-COUNT-SEPARATOR"}
    wrong = [n for n in loaded.posts["n_likes"].dropna() if n in (15, 1250, 12)]
    assert told
    assert not wrong


MESS: dict[str, Callable[[str], str]] = {
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "preamble": lambda text: "Informe\nExportado 2026\n\n" + text,
    "commas": lambda text: HEADER + text[len(HEADER) :].replace("\n", ",\n")
    if text.startswith(HEADER) else text,
    "padding": lambda text: text + ",,,,\n" * 7,
    "footer": lambda text: text + "Total,,,,99\n",
    "blank": lambda text: text.replace("\n", "\n\n", 3),
    "short": lambda text: text + "901,2026-03-05T12:00:00Z\n" + rows(1, start=950),
    "long": lambda text: text + "902,2026-03-05T12:00:00Z,ana,hola, que tal,5\n",
    "again": lambda text: text + rows(3),
    "cut": lambda text: text + "903,2026-03-05T1",
    "words": lambda text: text + "904,ayer,ana,hola,1\n" + rows(1, start=960),
    "quotes": lambda text: text + '905,2026-03-05T12:00:00Z,ana,"dijo ""hola""\ny ""adiós""",5\n',
}  # fmt: skip
ENCODED = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"])


@settings(max_examples=120, deadline=None)
@given(st.lists(st.sampled_from(sorted(MESS)), max_size=5, unique=True), ENCODED,
       st.integers(3, 40))  # fmt: skip
def test_mixed_faults_lose_no_good_row(mess: list[str], encoding: str, n: int) -> None:
    """However faults are mixed, the good rows come as they are, or the file is refused by code."""
    text = HEADER + rows(n, text="mañana")
    for name in mess:
        text = MESS[name](text)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(text.encode(encoding))
        loaded = read_posts(path, strict=False)
    assert adds_up(loaded)
    if codes(loaded, "refused"):
        return
    found = loaded.posts.set_index("post_id")
    wanted = read_clean(n)
    for key, row in wanted.iterrows():
        assert key in found.index, (mess, key)
        same = found.loc[key]
        assert (same["text"], same["n_likes"]) == (row["text"], row["n_likes"])
    extra = set(found.index) - set(wanted.index)
    assert extra <= {"905", *wanted_by(mess)}, (mess, extra)


def wanted_by(mess: list[str]) -> set[str]:
    """Ids that some faults add beside bad rows."""
    added = {"short": rows(1, start=950), "words": rows(1, start=960)}
    return {added[name].split(",")[0] for name in mess if name in added}


def read_clean(n: int) -> pd.DataFrame:
    """What the rows are without any fault."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_text(HEADER + rows(n, text="mañana"), "utf-8")
        clean: pd.DataFrame = read_posts(path).posts.set_index("post_id")
    return clean


def test_zone_and_language_of_the_machine_change_no_number(write: Write) -> None:
    """Read in Bogota, Madrid or Kolkata, in Spanish or Turkish: byte for byte the same."""
    paths = [
        write("a.csv", excel("25/03/2026 14:05", "25/3/26 2:05 a. m.", "25 mar 2026 14:05")),
        write("b.csv", HEADER + rows(20, start=30, text="İI ıi")),
        write("c.csv", "id,created_at,text\n9,2026-03-29T01:30:00,a\n8,2025-10-26T02:30:00,b\n"),
    ]
    told = set()
    for zone, lang in (("UTC", "C"), ("America/Bogota", "es_ES.UTF-8"), ("Asia/Kolkata", "C.UTF-8"),
                       ("Europe/Madrid", "tr_TR.UTF-8")):  # fmt: skip
        env = os.environ | {"TZ": zone, "LC_ALL": lang, "LANG": lang, "PYTHONPATH": str(ROOT)}
        env |= {"PYTHONUTF8": "0", "CRISISLAB_LANG": "en"}
        done = subprocess.run(
            [sys.executable, "-c", READ, *map(str, paths)], env=env, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        told.add(done.stdout)
    assert len(told) == 1


def test_the_account_and_the_name_of_an_author_are_two_columns(write: Write) -> None:
    """Where both are there, neither is lost; a name alone is what an author is known by."""
    text = "id,created_at,screen_name,name,text\n1,2026-03-05T12:00:00Z,marca,La Marca,hola\n"
    row = read_posts(write("a.csv", text), platform="x").posts.iloc[0]
    assert (row["author_handle"], row["author_name"]) == ("marca", "La Marca")
    alone = read_posts(write("b.csv", text.replace("screen_name", "-")), platform="x").posts.iloc[0]
    assert alone["author_handle"] == "La Marca"
