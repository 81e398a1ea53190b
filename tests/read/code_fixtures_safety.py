"""The smallest input that raises each code of privacy and operations."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from crisislab.errors import CrisisLabError
from crisislab.privacy.secret import load_names, make_secret
from crisislab.read import read_log

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


SAFETY: dict[str, Fixture] = {
    "CL-LOG-PRIVATE": _log("solo entre nosotros", private=True),
    "CL-SECRET-FOUND": _log("el bot usa xoxb-123456789012-abcdefghij"),
    "CL-SECRET-FORMAT": _secret(lambda path: path.write_text("crisislab-secret 1\nshort\n")),
    "CL-SECRET-INSIDE": _secret(lambda _: None, case=True),
    "CL-SECRET-MISSING": _secret(lambda path: path.unlink()),
    "CL-SECRET-OPEN": _secret(lambda path: path.chmod(0o644)),
    "CL-SECRET-WRITE": _unwritable,
}
