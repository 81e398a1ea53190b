"""The organisation's secret: made once, closed, outside the case, and never shown."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from crisislab.errors import CrisisLabError
from crisislab.privacy.names import Names
from crisislab.privacy.secret import default_path, load_names, make_secret


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a machine on which nobody ever reviewed anything."""
    monkeypatch.delenv("CRISISLAB_SECRET", raising=False)
    for name in ("HOME", "USERPROFILE", "XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    return tmp_path / "home"


def test_first_review_makes_a_secret_that_only_its_owner_reads(home: Path) -> None:
    """It is made once, with mode 0600, and the next call finds it."""
    first = load_names()
    path = default_path()
    assert path.is_relative_to(home)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_names().person("x", "ana") == first.person("x", "ana")
    assert not list(path.parent.glob("*.part"))


def test_two_first_reviews_at_once_agree(home: Path, tmp_path: Path) -> None:
    """Of several programs that make it together one wins, and all read the same."""
    code = "from crisislab.privacy.secret import load_names; print(load_names().mark())"
    runs = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
            for _ in range(4)]  # fmt: skip
    assert len({run.communicate()[0] for run in runs}) == 1


def test_secret_never_shows(tmp_path: Path) -> None:
    """Neither its text nor its bytes stand in what objects and errors print."""
    make_secret(tmp_path / "secret")
    names = load_names(secret=tmp_path / "secret")
    key = (tmp_path / "secret").read_text("ascii").splitlines()[1]
    assert key not in repr(names) and repr(names.secret) not in repr(names)  # noqa: PT018
    (tmp_path / "secret").chmod(0o644)
    with pytest.raises(CrisisLabError) as caught:
        load_names(secret=tmp_path / "secret")
    assert key not in caught.value.message("en")


def test_a_named_file_that_is_no_secret_is_not_made_anew(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Moved away, a named secret is missing and not made: the advice is to name none, and works."""
    (tmp_path / "named").write_text("hello\n", "ascii")
    (tmp_path / "named").chmod(0o600)
    monkeypatch.setenv("CRISISLAB_SECRET", str(tmp_path / "named"))
    with pytest.raises(CrisisLabError) as caught:
        load_names()
    assert "the next review makes a new secret" not in caught.value.message("en")
    assert "CRISISLAB_SECRET" in caught.value.problems[0].part("fix", "es")
    monkeypatch.delenv("CRISISLAB_SECRET")
    load_names()
    default_path().write_text("hello\n", "ascii")
    with pytest.raises(CrisisLabError) as caught:
        load_names()
    assert "the next review makes a new secret" in caught.value.message("en")


def test_a_link_into_the_case_is_inside_the_case(tmp_path: Path) -> None:
    """The place counts, not the name it is reached by."""
    case = tmp_path / "case"
    case.mkdir()
    make_secret(case / "kept")
    (tmp_path / "link").symlink_to(case / "kept")
    with pytest.raises(CrisisLabError, match="CL-SECRET-INSIDE"):
        load_names(case, secret=tmp_path / "link")


def test_names_are_hmac_sha256() -> None:
    """The name is RFC 2104 over lengths and parts, checked against another way to reckon it."""
    import base64
    import hashlib

    key, told = b"k" * 32, b"6:person1:x3:ana"
    inner = hashlib.sha256(bytes(0x36 ^ b for b in key.ljust(64, b"\0")) + told).digest()
    whole = hashlib.sha256(bytes(0x5C ^ b for b in key.ljust(64, b"\0")) + inner).digest()
    assert Names(key).person("x", "Ana") == "p-" + base64.b32encode(whole)[:10].decode().lower()


def test_parts_of_a_name_cannot_run_together() -> None:
    """Platform and account stay apart: x + ana is not xa + na."""
    names = Names(b"k" * 32)
    assert names.person("x", "ana") != names.person("xa", "na")
    assert names.item("x", "1") != names.person("x", "1")
