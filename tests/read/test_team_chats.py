"""A chat of the team is an incident log: the same file, read as what it is wanted for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from crisislab.errors import CrisisLabError
from crisislab.read import read_log, read_posts
from tests.read.exports import adds_up

Write = Callable[[str, str | bytes], Path]
ANDROID = (
    "12/3/26, 9:14 - Los mensajes y las llamadas están cifrados de extremo a extremo.\n"
    "12/3/26, 9:15 - Ana Ruiz: Activamos el plan.\n"
    "12/3/26, 9:21 - +34 600 11 22 33: ok\nsegunda línea\n"
    "13/3/26, 18:02 - Luis: Publicado\n"
)
IPHONE = (
    "[13/03/26, 9:15:04] Ana Ruiz: Activamos el plan.\n"
    "[13/03/26, 9:21:30] Luis: \u200eimagen omitida\n"
)
TELEGRAM = {
    "name": "Crisis", "type": "private_group", "id": 77,
    "messages": [
        {"id": 1, "type": "service", "date": "2026-03-12T09:00:00",
         "date_unixtime": "1773302400", "action": "create_group", "text": ""},
        {"id": 2, "type": "message", "date": "2026-03-12T09:15:00", "date_unixtime": "1773303300",
         "from": "Ana Ruiz", "from_id": "user5", "text": ["Activamos ", {"type": "bold",
         "text": "el plan"}]},
        {"id": 3, "type": "message", "date": "2026-03-12T09:21:00", "date_unixtime": "1773303660",
         "from": "Luis", "from_id": "user6", "text": "ok", "reply_to_message_id": 2},
    ],
}  # fmt: skip


def test_a_whatsapp_chat_is_a_log(write: Write) -> None:
    """Who wrote what when; lines that go on belong to their message, notices are set aside."""
    loaded = read_log(write("chat.txt", ANDROID), zone="Europe/Madrid")
    assert adds_up(loaded)
    log = loaded.log
    assert log["actor"].tolist() == ["Ana Ruiz", "+34 600 11 22 33", "Luis"]
    assert log["text"].tolist() == ["Activamos el plan.", "ok\nsegunda línea", "Publicado"]
    assert log["logged_at"].tolist() == [
        pd.Timestamp(at, tz="UTC")
        for at in ("2026-03-12 08:15", "2026-03-12 08:21", "2026-03-13 17:02")
    ]
    assert set(log["kind"]) == {"message"}
    assert loaded.rejects["source_row"].tolist() == [1]


def test_the_form_of_a_telephone_does_not_matter(write: Write) -> None:
    """Chats of an iPhone have brackets and seconds."""
    log = read_log(write("_chat.txt", IPHONE), zone="Europe/Madrid").log
    assert log["logged_at"].iloc[0] == pd.Timestamp("2026-03-13 08:15:04", tz="UTC")
    assert log["actor"].tolist() == ["Ana Ruiz", "Luis"]


def test_a_telegram_chat_is_a_log(write: Write) -> None:
    """Times are of the server, answers are threads, the name of the chat is the channel."""
    loaded = read_log(write("result.json", json.dumps(TELEGRAM)))
    assert adds_up(loaded)
    log = loaded.log
    assert log["entry_id"].tolist() == ["77/2", "77/3"]
    assert log["text"].tolist() == ["Activamos el plan", "ok"]
    assert log["actor_id"].tolist() == ["user5", "user6"]
    assert log["thread_id"].fillna("").tolist() == ["", "77/2"]
    assert set(log["channel"]) == {"Crisis"}
    assert log["logged_at"].iloc[0] == pd.Timestamp("2026-03-12 08:15", tz="UTC")


@pytest.mark.parametrize(("name", "content"), [("chat.txt", ANDROID),
                                               ("result.json", json.dumps(TELEGRAM))])  # fmt: skip
def test_as_posts_they_are_posts(write: Write, name: str, content: str) -> None:
    """A chat with customers is what it was."""
    posts = read_posts(write(name, content), zone="Europe/Madrid").posts
    assert set(posts["source"]) == {"whatsapp" if name == "chat.txt" else "telegram"}


def test_a_chat_does_not_say_its_zone(write: Write) -> None:
    """Telephones write their own time: the zone is asked for."""
    with pytest.raises(CrisisLabError, match="zone"):
        read_log(write("chat.txt", ANDROID))
