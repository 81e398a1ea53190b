"""Declared accounts that wrote nothing are told, with what the posts have instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from crisislab.case import open_case
from crisislab.check.brand import check_brand, silent_accounts
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
    assert silent_accounts(made) == ()  # type: ignore[arg-type]


@pytest.mark.parametrize(("account", "value", "seen"), [
    ('platform = "facebook"\nid = "10"\nhandle = "marca"', "facebook:10/@marca",
     "facebook:9/@marca (1), x:7/@marca (1)"),
    ('platform = "twiter"\nhandle = "otra"', "twiter:@otra", "facebook, x"),
], ids=["wrong id", "wrong network"])  # fmt: skip
def test_an_account_that_wrote_nothing_is_told(
    tmp_path: Path, account: str, value: str, seen: str
) -> None:
    """A wrong digit or a misspelt network is told, though another account is right."""
    (problem,) = silent_accounts(case(tmp_path / "case", account))  # type: ignore[arg-type]
    assert (problem.code, problem.severity, problem.value) == ("CL-BRAND-ACCOUNT", "flagged", value)
    assert problem.facts["seen"] == seen
