"""What a crafted text, name or file could make a program do: tries, none of which works."""

from __future__ import annotations

import contextlib
import io
import pickle
import re
import zipfile
from pathlib import Path

import pandas as pd
import pytest

import crisislab.limits as limits
from crisislab.engine import connect, lazy, settled, small, totals
from crisislab.errors import CrisisLabError, Problem, printable, shown
from crisislab.privacy.settings import PrivacySettings
from crisislab.read import read_posts
from crisislab.read.children import _frames
from crisislab.report.blocks import all_figures
from crisislab.report.html import review_html
from crisislab.report.markdown import markdown_text
from crisislab.report.outline import outline
from crisislab.report.sheets import safe_text
from crisislab.settings import read_settings
from tests.report.fake import make_review

ROOT = Path(__file__).parent.parent.parent
SQL = ['x"); drop table posts; --', "a' or '1'='1", "n\") from read_csv('/etc/passwd') --", '"']
FORMULAS = ["=1+1", "+34", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＠A", "'=1",
            '=HYPERLINK("http://a.example","b")', "=cmd|' /C calc'!A0", "%0A=1", " =1"]  # fmt: skip
MARKUP = ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)",
          "[a](javascript:alert(1))", "![a](http://a.example/x.png)", "# not a heading",
          "| a | b |", "`code` **bold** <b>bold</b>", "</script><script>", "{{ 7*7 }}", "{metric}",
          "&lt;script&gt;", "\u2028</p>"]  # fmt: skip
TRICKS = ["\x1b[31mred", "\x1b]0;title\x07", "a\u202egnp.exe", "\u2066hidden\u2069", "a\rb", "\x00",
          "\x9b31m", "\u200b", "\u061c"]  # fmt: skip


@pytest.mark.parametrize("name", SQL)
def test_a_column_name_is_never_sql(name: str) -> None:
    """Names of columns out of an export stay names, in every step the engine knows."""
    connection = connect()
    frame = pd.DataFrame({"group": ["a", "b"], name: [1, 2]})
    posts = lazy(connection.register("posts", frame).sql("from posts"))
    found = small(totals(settled(posts), by=["group"], total=name), by=["group"])
    assert found["total"].tolist() == [1, 2]
    assert connection.sql("select count(*) from posts").fetchall() == [(2,)]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_is_never_a_formula(text: str) -> None:
    """Whatever a spreadsheet would run has a ' before it; the workbook holds no formula at all."""
    cell = safe_text(text)
    assert cell[0] not in "=+-@\t\r\n＝＋－＠"


@pytest.mark.parametrize("text", MARKUP)
def test_a_text_is_never_markup(text: str) -> None:
    """In the page it is escaped; in Markdown no heading, link, picture or table comes of it."""
    review = make_review()
    odd = make_review(title=text) if text.strip() else review
    page = review_html(odd)
    count = len(re.findall(r"<(?:script|img|h1|h2|table|a)\b", review_html(review)))
    assert len(re.findall(r"<(?:script|img|h1|h2|table|a)\b", page)) == count
    plain, hostile = (
        markdown_text(outline(review_html(one), all_figures(one))) for one in (review, odd)
    )
    assert len(re.findall(r"(?m)^#", hostile)) == len(re.findall(r"(?m)^#", plain))


@pytest.mark.parametrize("text", TRICKS)
def test_a_message_moves_no_cursor_and_turns_no_direction(text: str) -> None:
    """Control and direction marks reach a terminal escaped, in values, files and columns alike."""
    problem = Problem("CL-TIME-ZONE", file=f"a{text}.csv", column=text, value=text)
    for lang in ("en", "es"):
        told = problem.message(lang)
        bad = [c for c in told if not (c.isprintable() or c == "\n")]
        assert not bad, [hex(ord(c)) for c in bad]
    assert shown(text).isprintable()


def test_blanks_that_hold_a_number_and_its_sign_are_printed() -> None:
    """A percentage in Spanish reads as one, and an escape of a terminal beside it as an escape."""
    assert printable("16,3\u00a0% de 1\u202f234\x1b[31m") == "16,3\u00a0% de 1\u202f234\\x1b[31m"


def test_a_dollar_is_a_dollar() -> None:
    """$ in a label is no mathematics: what would break or change a chart is drawn as written."""
    import matplotlib as mpl

    import crisislab.report.picture  # noqa: F401

    source = (ROOT / "crisislab" / "report" / "picture.py").read_text("utf-8")
    assert "parse_math" in source
    assert mpl.rcParams["text.usetex"] is False


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 100_000, "a = " + "{b=" * 50_000, "a" + ".a" * 50_000 + " = 1",
        "[" + "a." * 50_000 + "a]", "a = " + "9" * 10_000, "a = 1e999999", "a = '''" + "x" * 10**6,
        "\ufeff\ufeff", "public = ['\\u0000']", "public = [" + "'a'," * 100_000 + "]",
    ],
    ids=str.__len__,
)  # fmt: skip
def test_a_settings_file_is_refused_or_read_never_a_crash(tmp_path: Path, text: str) -> None:
    """Nested, huge and broken settings end in a coded message or in settings."""
    (tmp_path / "case.toml").write_text(text, "utf-8")
    with contextlib.suppress(CrisisLabError):
        assert read_settings(tmp_path / "case.toml", PrivacySettings)


def _zip(*members: tuple[str, bytes], link: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members:
            info = zipfile.ZipInfo(name)
            if link:
                info.external_attr = 0o120777 << 16
            packed.writestr(info, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


POSTS = b"id,created_at,text\n1,2026-03-05T10:00:00Z,hola\n"
ZIPS = {
    "up": _zip(("../../a.csv", POSTS)), "absolute": _zip(("/etc/a.csv", POSTS)),
    "backslash": _zip(("..\\..\\a.csv", POSTS)), "drive": _zip(("C:\\a.csv", POSTS)),
    "link": _zip(("a.csv", b"/etc/passwd"), link=True), "inside": _zip(("x/../../a.csv", POSTS)),
    "bomb": _zip(("a.csv", b"," * 2**25)), "nested": _zip(("b.zip", _zip(("../a.csv", POSTS)))),
    "half": _zip(("a.csv", POSTS))[:-30], "unc": _zip(("\\\\host\\a.csv", POSTS)),
}  # fmt: skip


@pytest.mark.parametrize("name", ZIPS)
def test_an_archive_writes_and_reaches_nothing(tmp_path: Path, name: str) -> None:
    """It is refused with a code, and no file appears anywhere."""
    folder = tmp_path / "deep" / "case"
    folder.mkdir(parents=True)
    (folder / "a.zip").write_bytes(ZIPS[name])
    loaded = read_posts(folder / "a.zip", strict=False)
    assert loaded.posts.empty
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ["a.zip"]


def test_nothing_is_ever_unpickled(tmp_path: Path) -> None:
    """A pickle is known by its first bytes and refused; the package loads none anywhere."""
    (tmp_path / "a.csv").write_bytes(pickle.dumps({"a": 1}))
    assert read_posts(tmp_path / "a.csv", strict=False).posts.empty
    loads = re.compile(
        r"pickle\.loads?\b|Unpickler|joblib\.load|from joblib import|torch\.load|\beval\(|\bexec\("
        r"|yaml\.load|os\.system|shell=True"
    )
    for path in (ROOT / "crisislab").rglob("*.py"):
        found = [line for line in path.read_text("utf-8").splitlines() if loads.search(line)]
        allowed = [line for line in found if '"pickle"' in line or "local_files_only" in line]
        assert found == allowed, (path.name, found)


def test_limits_stand_in_one_place() -> None:
    """The programs of the readers, which import nothing, have the limits that are documented."""
    children = ROOT / "crisislab" / "read" / "children"
    sheets = (children / "sheets.py").read_text("utf-8")
    assert (_frames.MEMORY, _frames.CPU_SECONDS) == (limits.CHILD_MEMORY, limits.CHILD_SECONDS)
    assert f"_MEMORY = {limits.SHEET_MEMORY // 2**30} * 2**30" in sheets
    assert f"_SECONDS = {limits.SHEET_SECONDS}" in sheets
    assert all(limit.most > 0 and limit.code for limit in limits.LIMITS)
