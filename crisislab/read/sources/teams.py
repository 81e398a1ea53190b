"""Microsoft Teams channel messages: the tenant export (PascalCase) and Graph (camelCase).

Layout: zulip/zulip ``zerver/tests/fixtures/microsoft_teams_fixtures`` (real export) and
learn.microsoft.com/graph/api/resources/chatmessage.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from crisislab.read._reader import Item, Reader, Row, Times
from crisislab.read.sources._pick import entries, first, objects, of_records, plain, rejected, text

_NOTICE = "<systemEventMessage/>"
# What may be pressed or chosen in a card is not said.
_PRESSED = frozenset({"actions", "buttons", "choices", "tap", "selectAction", "suggestedActions"})


def _get(record: object, *path: str) -> Any:
    """Return what lies at a path of PascalCase names, or of the same in camelCase."""
    for name in path:
        if not isinstance(record, dict):
            return None
        record = record.get(name, record.get(name[0].lower() + name[1:]))
    return record


def _at(record: object, *path: str) -> str | None:
    return text(_get(record, *path))


def _card(attachment: object) -> str:
    """Return the words of a card, which applications send instead of a text."""
    try:
        told = json.loads(_at(attachment, "Content") or "null")
    except (ValueError, RecursionError):
        return ""
    return "\n".join(_said(told))


def _said(part: object) -> Iterator[str]:
    """Yield the titles and texts of a card, in order.

    >>> list(_said({"body": [{"type": "TextBlock", "text": "Caída"}, {"url": "https://a.b"}]}))
    ['Caída']
    >>> list(_said({"facts": [{"title": "Host", "value": "web1"}], "actions": [{"title": "Ver"}]}))
    ['Host', 'web1']
    """
    if isinstance(part, dict):
        keys = ("title", "text") if "type" in part else ("title", "text", "value")
        for key, value in part.items():
            if isinstance(value, str) and key in keys and value:
                yield value
            elif isinstance(value, list | dict) and key not in _PRESSED:
                yield from _said(value)
    elif isinstance(part, list):
        for one in part:
            yield from _said(one)


def _row(message: dict[str, Any]) -> Row:
    content, subject = _at(message, "Body", "Content"), _at(message, "Subject")
    markup = (_at(message, "Body", "ContentType") or "html").casefold() == "html"
    own = plain(content) if markup else content
    # A card below somebody's words is what they point at: a page, a message that they answer.
    cards = () if own and own.strip() else map(_card, objects(_get(message, "Attachments")))
    words = (subject, own, *cards)
    notice = _at(message, "MessageType") != "message" or content == _NOTICE
    sender = _get(message, "From", "User") or _get(message, "From", "Application")
    row = {
        "entry_id": _at(message, "Id"),
        "logged_at": _at(message, "CreatedDateTime"),
        "actor": _at(sender, "DisplayName"),
        "actor_id": _at(sender, "Id"),
        "text": "\n".join(part for part in words if part),
        "channel": first(_at(message, "ChannelIdentity", "ChannelId"), _at(message, "ChatId")),
        "kind": "system" if notice else "message",
        "thread_id": first(_at(message, "ReplyToId"), _at(message, "Id")),
        "link": _at(message, "WebUrl"),
    }
    return row | {"automated": "true"} if _get(message, "From", "Application") else row


def _is_message(record: object) -> bool:
    return all(_get(record, key) is not None for key in ("Id", "CreatedDateTime", "Body")) and (
        _get(record, "Body", "ContentType") is not None
    )


def _unpack(record: Any) -> Iterator[Item]:
    for message in entries(record, "value") if isinstance(record, dict) else [record]:
        yield Item(_row(message), of=message) if _is_message(message) else rejected(message)


READERS: tuple[Reader, ...] = (
    Reader(
        name="teams",
        title="Microsoft Teams messages",
        gives="log",
        confirmed="real file",
        recognise=of_records(lambda record: any(_is_message(m) for m in entries(record, "value"))),
        times={"logged_at": Times("iso", "UTC")},
        unpack=_unpack,
    ),
)
