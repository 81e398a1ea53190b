"""Declared accounts that wrote nothing are told, with what the posts have instead."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from crisislab.check.accounts import check_accounts
from crisislab.check.brand import check_brand
from crisislab.check.plan_date import plan_after
from crisislab.errors import CrisisLabError
from crisislab.opening import open_case
from crisislab.session import open_session
from tests.read.code_fixtures import CASE, case_folder

_POSTS = """id,platform,created_at,author_id,author_handle,text
1,x,2026-03-05T12:00:00Z,7,marca,hola
2,x,2026-03-05T12:05:00Z,8,ana,hola
3,facebook,2026-03-05T12:07:00Z,9,Marca,hola
"""


def case(folder: Path, *accounts: str) -> object:
    """Return a case with these accounts of the brand beside @marca on X."""
    case_folder(folder)
    more = "".join(f"[[brand.accounts]]\n{one}\n" for one in accounts)
    (folder / "case.toml").write_text(CASE.replace("[team]", more + "[team]"), "utf-8")
    (folder / "posts/x.csv").write_text(_POSTS, "utf-8")
    return open_case(folder)


def test_accounts_that_write_are_no_finding(tmp_path: Path) -> None:
    """Accounts found by id or handle, whatever the case of its letters."""
    made = case(tmp_path / "case", 'platform = "facebook"\nhandle = "@marca"')
    assert check_brand(made)  # type: ignore[arg-type]
    assert check_accounts(made) == ()  # type: ignore[arg-type]


@pytest.mark.parametrize(("account", "value", "seen"), [
    ('platform = "facebook"\nid = "10"\nhandle = "marca"', "facebook:10/@marca",
     "facebook:9/@marca (1), x:7/@marca (1)"),
    ('platform = "twiter"\nhandle = "otra"', "twiter:@otra", "facebook, x"),
], ids=["wrong id", "wrong network"])  # fmt: skip
def test_an_account_that_wrote_nothing_is_told(
    tmp_path: Path, account: str, value: str, seen: str
) -> None:
    """A wrong digit or a misspelt network is told, though another account is right."""
    (problem,) = check_accounts(case(tmp_path / "case", account))  # type: ignore[arg-type]
    assert (problem.code, problem.severity, problem.value) == ("CL-BRAND-ACCOUNT", "flagged", value)
    assert problem.facts["seen"] == seen


_SECOND = """id,platform,created_at,author_id,author_handle,text,in_reply_to
1,x,2026-03-05T12:00:00Z,7,marca,hola,
2,x,2026-03-05T12:05:00Z,8,ana,@marca no va,
3,x,2026-03-05T12:06:00Z,9,leo,@marca no va,
4,x,2026-03-05T12:07:00Z,10,eva,@marca no va,
5,x,2026-03-05T12:08:00Z,11,marca_fans,vivan,
6,x,2026-03-05T12:09:00Z,11,marca_fans,y otra,5
7,x,2026-03-05T12:10:00Z,11,marca_fans,y otra,6
"""
_ANSWERS = """11,x,2026-03-05T13:05:00Z,12,{handle},lo vemos,2
12,x,2026-03-05T13:06:00Z,12,{handle},lo vemos,3
13,x,2026-03-05T13:07:00Z,12,{handle},@eva lo vemos,
"""


@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize(("handle", "told"), [
    ("marca_noticias", "x:12/@marca_noticias (3)"), ("Marca", ""), ("otra", ""),
], ids=["second account", "declared", "another name"])  # fmt: skip
def test_an_account_with_the_name_that_answers_people_is_told(
    tmp_path: Path, handle: str, told: str, *, stored: bool
) -> None:
    """A second account that answers is asked about; one that only writes to itself is not."""
    case_folder(tmp_path / "case")
    exported = _SECOND + _ANSWERS.format(handle=handle)
    (tmp_path / "case/posts/x.csv").write_text(exported, "utf-8")
    made = open_case(tmp_path / "case", stored=stored)
    if stored:
        with open_session("duckdb", made.folder / ".crisislab") as session:
            found = check_accounts(made, made.posts_lazy(session))
    else:
        found = check_accounts(made)
    assert [problem.value for problem in found] == ([told] if told else [])


def test_silent_and_undeclared_accounts_are_told_together(tmp_path: Path) -> None:
    """The account with a wrong network and the one that answers in its place, in that order."""
    made = case(tmp_path / "case", 'platform = "facebook"\nhandle = "marca_hogar"')
    exported = _SECOND + _ANSWERS.format(handle="marca_hogar")
    (tmp_path / "case/posts/x.csv").write_text(exported, "utf-8")
    found = check_accounts(open_case(made.folder))  # type: ignore[attr-defined]
    assert [p.code for p in found] == ["CL-BRAND-ACCOUNT", "CL-BRAND-UNDECLARED"]
    assert found[0].facts["seen"] == "x:12/@marca_hogar (3)"


def test_a_silent_brand_is_told_where_its_name_writes(tmp_path: Path) -> None:
    """The handle is right and the network is not known: that is said, not that nobody writes."""
    case_folder(tmp_path / "case")
    (tmp_path / "case/posts/x.csv").write_text(_POSTS.replace(",x,", ",vimeo,"), "utf-8")
    with pytest.raises(CrisisLabError, match="CL-BRAND-SILENT") as caught:
        check_brand(open_case(tmp_path / "case"))
    assert "vimeo:@marca (1)" in caught.value.problems[0].message("en")


def test_a_misspelt_brand_is_told_the_name_it_writes_under(tmp_path: Path) -> None:
    """A handle off by a letter is shown beside the one that writes; a stranger's is not."""
    case_folder(tmp_path / "case")
    posts = _POSTS.replace("marca", "marrca").replace("Marca", "mercado")
    (tmp_path / "case/posts/x.csv").write_text(posts, "utf-8")
    with pytest.raises(CrisisLabError, match="CL-BRAND-SILENT") as caught:
        check_brand(open_case(tmp_path / "case"))
    told = caught.value.problems[0].facts["seen"]
    assert told == "x:@marrca (1)"


@pytest.mark.parametrize(("day", "told"), [("2026-03-04", []), ("2026-03-05", []),
                                           ("2026-03-06", ["2026-03-06"])])  # fmt: skip
def test_a_plan_approved_after_the_crisis_is_told(
    tmp_path: Path, day: str, told: list[str]
) -> None:
    """A plan of the day itself may have been there; one of the day after was not."""
    case_folder(tmp_path / "case")
    path = tmp_path / "case/plan.toml"
    text = path.read_text("utf-8").replace("[plan]", f"[plan]\napproved_on = {day}", 1)
    path.write_text(text, "utf-8")
    clock = pd.DataFrame({
        "milestone": ["onset", "detected"],
        "at": pd.to_datetime([None, "2026-03-05T10:00Z"], utc=True),
    })  # fmt: skip
    found = plan_after(open_case(tmp_path / "case"), clock)
    assert [problem.value for problem in found] == told
