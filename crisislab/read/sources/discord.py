"""Discord: channels as DiscordChatExporter writes them, as JSON, CSV or text.

Layout: Tyrrrz/DiscordChatExporter (its writers and specs), and zulip's importer for the kinds of
messages that nobody wrote. A channel may be public, or the room of a crisis team: both are read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from crisislab.read._reader import Item, Probe, Reader, Row, Times, has_columns
from crisislab.read.sources._pick import SYSTEM, at, dig, first, objects, of_records, rejected

# All others are notices of Discord: who joined, what was pinned. Numbers are slash commands.
_WRITTEN = frozenset(
    {"Default", "Reply", "ApplicationCommand", "ChatInputCommand", "ContextMenuCommand", "20", "23"}
)
_THREADS = frozenset({"GuildPublicThread", "GuildPrivateThread", "GuildNewsThread"})
_HEAD = re.compile(r"\[(?P<at>[^\]]*\d{1,2}[:.]\d{2}[^\]]*)\] (?P<name>\S.*?)(?: \(pinned\))?$")
_LINE = "=" * 62
# What stands behind the words of a message, each on a line of its own.
_BESIDE = frozenset({"{Attachments}", "{Stickers}", "{Reactions}", "{Embed}", "{Poll}"})
# Tables and texts do not say what kind a message is, but its words never change.
_NOTICE = re.compile(
    r"(?:Pinned a message|Joined the server|Started a thread|Changed the channel icon)\."
    r"|Started a call that lasted [\d,.]+ minutes?\.|Changed the channel name: .+"
    r"|(?:Added|Removed) .+ (?:to|from) the group\.|Left the group\."
)
_TITLE = "Discord channel (DiscordChatExporter)"


def _words(message: dict[str, Any]) -> str:
    """Return what a message says; an application writes into embeds."""
    if content := at(message, "content"):
        return content
    parts = (at(e, key) for e in objects(message.get("embeds")) for key in ("title", "description"))
    return "\n".join(filter(None, parts))


def _liked(message: dict[str, Any]) -> str | None:
    counts = [reaction.get("count") for reaction in objects(message.get("reactions"))]
    return str(sum(c for c in counts if isinstance(c, int))) if counts else None


def _post(message: dict[str, Any], channel: object) -> Row:
    answers = at(message, "type") == "Reply"
    return {
        "post_id": at(message, "id"),
        "created_at": at(message, "timestamp"),
        "kind": "message",
        "author_id": at(message, "author", "id"),
        "author_handle": at(message, "author", "name"),
        "author_name": first(at(message, "author", "nickname"), at(message, "author", "name")),
        "text": _words(message) or None,
        "parent_id": at(message, "reference", "messageId") if answers else None,
        "root_id": at(channel, "id") if at(channel, "type") in _THREADS else None,
        "n_likes": _liked(message),
        "flags": "CL-TEXT-EDITED" if at(message, "timestampEdited") else None,
    }


def _as_entry(post: Row) -> Row:
    return {
        "entry_id": post.get("post_id"),
        "logged_at": post["created_at"],
        "actor": post["author_name"],
        "actor_id": post.get("author_id"),
        "text": post["text"],
        "kind": "message",
    }


def _entry(message: dict[str, Any], channel: object) -> Row:
    row = _post(message, channel)
    name = at(channel, "name")
    return _as_entry(row) | {
        "channel": f"#{name}" if name else None,
        "thread_id": row["root_id"] or row["parent_id"],
        "automated": "true" if dig(message, "author", "isBot") is True else "false",
        "flags": row["flags"],
    }


def _is_message(message: object) -> bool:
    return None not in (at(message, "id"), at(message, "timestamp"), at(message, "author", "name"))


def _unpacked(made: Callable[[dict[str, Any], object], Row]) -> Callable[[Any], Iterator[Item]]:
    def unpack(record: Any) -> Iterator[Item]:
        channel = dig(record, "channel")
        for message in objects(dig(record, "messages")):
            kind = at(message, "type") or ""
            if not _is_message(message):
                yield rejected(message)
            elif kind not in _WRITTEN:
                yield Item({}, "reject", SYSTEM, kind, message)
            else:
                yield Item(made(message, channel), of=message)

    return unpack


def _is_export(record: dict[str, Any]) -> bool:
    # Other networks have channels with messages; only these are in a guild, and say what they are.
    told = (m for m in objects(record.get("messages")) if at(m, "type") is not None)
    ids = (at(record, key, "id") for key in ("guild", "channel"))
    return None not in ids and any(map(_is_message, told))


def _unfold(header: Sequence[str], cells: Sequence[str]) -> Iterator[Item]:
    own = {name.strip(): cell for name, cell in zip(header, cells, strict=False)}
    if _NOTICE.fullmatch(own["Content"].strip()):
        yield Item({}, "reject", SYSTEM, own["Content"])
        return
    yield Item({
        "post_id": own.get("MessageID") or None,
        "created_at": own["Date"] or None,
        "kind": "message",
        "author_id": own["AuthorID"] or None,
        "author_handle": own["Author"] or None,
        "author_name": own["Author"] or None,
        "text": own["Content"] or None,
    })  # fmt: skip


def unroll(lines: Iterable[str]) -> Iterator[tuple[int, Item]]:
    """Yield the messages of a channel written as text, each with its line."""
    begun: tuple[int, re.Match[str], list[str]] | None = None
    blank = True
    for number, raw in enumerate(lines, start=1):
        line = raw.rstrip("\r\n")
        head = _HEAD.match(line) if blank else None
        if begun is not None and (head or line == _LINE):
            yield begun[0], _written(begun[1], begun[2])
            begun = None
        if head:
            begun = (number, head, [])
        elif begun is not None:
            begun[2].append(line)
        blank = not line or line == _LINE
    if begun is not None:
        yield begun[0], _written(begun[1], begun[2])


def _written(head: re.Match[str], lines: list[str]) -> Item:
    end = next((i for i, line in enumerate(lines) if line in _BESIDE), len(lines))
    text = "\n".join(lines[:end]).strip()
    if _NOTICE.fullmatch(text):
        return Item({}, "reject", SYSTEM, text)
    return Item({
        "created_at": head["at"].strip(),
        "kind": "message",
        "author_handle": head["name"],
        "author_name": head["name"],
        "text": text or None,
    })  # fmt: skip


def _is_text(probe: Probe) -> bool:
    told = [line.rstrip("\r\n") for line in probe.lines]
    opens = any(line == _LINE for line in told[:2])
    named = (any(line.startswith(name) for line in told[:6]) for name in ("Guild: ", "Channel: "))
    return probe.shape == "text" and opens and all(named) and any(map(_HEAD.match, told))


def _logged(item: Item) -> Item:
    return replace(item, row=_as_entry(item.row)) if item.fate == "load" else item


def _unfold_log(header: Sequence[str], cells: Sequence[str]) -> Iterator[Item]:
    return map(_logged, _unfold(header, cells))


def _unroll_log(lines: Iterable[str]) -> Iterator[tuple[int, Item]]:
    return ((line, _logged(item)) for line, item in unroll(lines))


_COLUMNS = ("AuthorID", "Author", "Date", "Content", "Attachments")
_KNOWN = frozenset(map(str.casefold, (*_COLUMNS, "Reactions", "MessageID")))
_HAS_COLUMNS = has_columns(*_COLUMNS)


def _is_table(probe: Probe) -> bool:
    """Return whether a table has these columns and no others: of others something would be lost."""
    return _HAS_COLUMNS(probe) and {c.strip().casefold() for c in probe.columns} <= _KNOWN


_RECORDS = of_records(_is_export)

READERS: tuple[Reader, ...] = (
    Reader(
        "discord-json", f"{_TITLE}, JSON", "posts", "public parser", _RECORDS, "discord",
        times={"created_at": Times("iso", "UTC")}, unpack=_unpacked(_post),
    ),
    Reader(
        "discord-csv", f"{_TITLE}, table", "posts", "public parser", _is_table, "discord",
        times={"created_at": Times("any", None)}, unfold=_unfold,
    ),
    Reader(
        "discord-text", f"{_TITLE}, text", "posts", "public parser", _is_text, "discord",
        times={"created_at": Times("any", None)}, unroll=unroll,
    ),
    Reader(
        "discord-json-log", f"{_TITLE} of a team, JSON", "log", "public parser", _RECORDS,
        times={"logged_at": Times("iso", "UTC")}, unpack=_unpacked(_entry),
    ),
    Reader(
        "discord-csv-log", f"{_TITLE} of a team, table", "log", "public parser", _is_table,
        times={"logged_at": Times("any", None)}, unfold=_unfold_log,
    ),
    Reader(
        "discord-text-log", f"{_TITLE} of a team, text", "log", "public parser", _is_text,
        times={"logged_at": Times("any", None)}, unroll=_unroll_log,
    ),
)  # fmt: skip
