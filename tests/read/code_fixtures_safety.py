"""The smallest input that raises each code of privacy and operations."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import crisislab.limits as limits
from crisislab.errors import CrisisLabError
from crisislab.library.book import read_library
from crisislab.opening import open_case
from crisislab.privacy.names import Names
from crisislab.privacy.secret import load_names, make_secret
from crisislab.privacy.settings import PrivacySettings
from crisislab.read import read_log, read_posts
from crisislab.retention import purge
from crisislab.settings import read_settings
from crisislab.sharing import check_bundle
from crisislab.verify import verify
from tests.privacy.leaky import leaky_case

Fixture = Callable[[Path, pytest.MonkeyPatch], object]


def slack(folder: Path, text: str, *, private: bool = False) -> Path:
    """A Slack export with one message in one channel."""
    closed = [{"id": "G1", "name": "legal"}]
    day = [{"type": "message", "user": "U1", "text": text, "ts": "1772712900.000100"}]
    files = {"users.json": [{"id": "U1", "name": "ana"}], "channels.json": [],
             "groups.json": closed if private else [], "legal/2026-03-05.json": day,
             "crisis/2026-03-05.json": [day[0] | {"text": "hola", "ts": "1772712901.000100"}],
             }  # fmt: skip
    for name, content in files.items():
        path = folder / "slack" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), "utf-8")
    return folder / "slack"


def _log(text: str, *, private: bool = False) -> Fixture:
    def raising(folder: Path, _: pytest.MonkeyPatch) -> None:
        raise CrisisLabError(*read_log(slack(folder, text, private=private)).problems)

    return raising


def _secret(change: Callable[[Path], object], *, case: bool = False) -> Fixture:
    def loading(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("CRISISLAB_SECRET", raising=False)
        path = folder / "secret"
        make_secret(path)
        change(path)
        load_names(folder if case else None, secret=path)

    return loading


def _unwritable(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CRISISLAB_SECRET", raising=False)
    (folder / "file").touch()
    for name in ("XDG_CONFIG_HOME", "APPDATA", "HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(folder / "file"))
    load_names()


def _newer_case(folder: Path, _: pytest.MonkeyPatch) -> None:
    (folder / "case.toml").write_text("[case]\nformat = 9\nmood = 'new'\n", "utf-8")
    open_case(folder)


def _newer_library(folder: Path, _: pytest.MonkeyPatch) -> None:
    (folder / "past.json").write_text('{"format": "crisislab-library", "version": 9}', "utf-8")
    read_library(folder / "past.json")


def _newer_review(folder: Path, _: pytest.MonkeyPatch) -> None:
    (folder / "manifest.json").write_text('{"format": 9, "outputs": {}}', "utf-8")
    verify(folder, folder)


def _leak(folder: Path, _: pytest.MonkeyPatch) -> None:
    case = open_case(leaky_case(folder / "case"))
    check_bundle({"topics.csv": b"topic,n\nllamad a @lucia_mz82,9\n"}, case, names=Names(b"k"))


def _unreviewed(folder: Path, _: pytest.MonkeyPatch) -> None:
    case = leaky_case(folder / "case")
    (folder / "manifest.json").write_text('{"inputs": {"posts/x.csv": "other"}}', "utf-8")
    purge(case, folder, really=True)


def _limit(name: str, most: int, file: str, content: str) -> Fixture:
    def reading(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, name, most)
        (folder / "in").mkdir()
        (folder / "in" / file).write_text(content, "utf-8")
        (folder / "in" / "b.csv").write_text(content, "utf-8")
        if name == "MAX_SETTINGS":
            read_settings(folder / "in" / file, PrivacySettings)
        else:
            read_posts(folder / "in")

    return reading


_TABLE = "id,created_at,text\n1,2026-03-05T10:00:00Z,hola\n"

SAFETY: dict[str, Fixture] = {
    "CL-LIMIT-COLUMNS": _limit("MAX_COLUMNS", 2, "a.csv", _TABLE),
    "CL-LIMIT-FILES": _limit("MAX_FILES", 1, "a.csv", _TABLE),
    "CL-LIMIT-LINES": _limit("MAX_LINES", 1, "a.csv", _TABLE),
    "CL-LIMIT-SETTINGS": _limit("MAX_SETTINGS", 10, "case.toml", "public = ['someone']\n"),
    "CL-BUNDLE-LEAK": _leak,
    "CL-CASE-NEWER": _newer_case,
    "CL-LIB-NEWER": _newer_library,
    "CL-PURGE-UNREVIEWED": _unreviewed,
    "CL-VERIFY-MISSING": lambda folder, _: verify(folder, folder),
    "CL-VERIFY-NEWER": _newer_review,
    "CL-LOG-PRIVATE": _log("solo entre nosotros", private=True),
    "CL-SECRET-FOUND": _log("el bot usa xoxb-123456789012-abcdefghij"),
    "CL-SECRET-FORMAT": _secret(lambda path: path.write_text("crisislab-secret 1\nshort\n")),
    "CL-SECRET-NEWER": _secret(lambda path: path.write_text(f"crisislab-secret 2\n{'5e' * 32}\n")),
    "CL-SECRET-INSIDE": _secret(lambda _: None, case=True),
    "CL-SECRET-MISSING": _secret(lambda path: path.unlink()),
    "CL-SECRET-OPEN": _secret(lambda path: path.chmod(0o644)),
    "CL-SECRET-WRITE": _unwritable,
}
