"""The same chats as of ``messaging``, where they are the team's: entries of the incident log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from crisislab.read._reader import Item, Reader, Row, Times
from crisislab.read.sources import messaging
from crisislab.read.sources._pick import at, of_records

_ANY = {"logged_at": Times("any", None)}


def _entry(row: Row, channel: str | None) -> Row:
    """Return an entry of the log out of a message of a chat."""
    return {
        "entry_id": row.get("post_id"),
        "logged_at": row.get("created_at"),
        "actor": row.get("author_name"),
        "actor_id": row.get("author_id"),
        "text": row.get("text"),
        "channel": channel,
        "kind": "message",
        "thread_id": row.get("root_id") or row.get("parent_id"),
        "flags": row.get("flags"),
    }


def _logged(item: Item, channel: str | None = None) -> Item:
    return replace(item, row=_entry(item.row, channel)) if item.fate == "load" else item


def _unpack(record: Any) -> Iterator[Item]:
    for chat in messaging.chats(record):
        name = at(chat, "name")
        yield from (_logged(item, name) for item in messaging.messages(chat))


def _unroll(lines: Iterable[str]) -> Iterator[tuple[int, Item]]:
    for line, item in messaging.unroll(lines):
        yield line, _logged(item)


READERS: tuple[Reader, ...] = (
    Reader(
        name="telegram-log",
        title="Telegram Desktop export of a team's chat (result.json)",
        gives="log",
        confirmed="real file",
        recognise=of_records(messaging.is_telegram),
        times=_ANY,
        unpack=_unpack,
    ),
    Reader(
        name="whatsapp-log",
        title="WhatsApp chat of a team, exported as text (no zone)",
        gives="log",
        confirmed="real file",
        recognise=messaging.is_chat,
        times=_ANY,
        unroll=_unroll,
    ),
)
