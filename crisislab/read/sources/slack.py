"""Slack workspace export (zip or folder): channels as an incident log.

Layout: the export of slack.com, real file; slack-export-viewer reads the same. Day files follow
the local day of the workspace, so only ``ts`` (seconds UTC, also the id) says when.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from crisislab.read._reader import Item, Probe, Reader, Row, Times
from crisislab.read.sources._pick import objects

_DAY = re.compile(r"(?:^|/)(?P<channel>[^/]+)/\d{4}-\d{2}-\d{2}\.json$")
_MARK = re.compile(r"<([@#!]?)([^|>]*)(?:\|([^>]*))?>")
_SYSTEM = frozenset(
    {
        "app_conversation_join", "automatic_ai_huddle_notes_enabled", "bot_add", "bot_disable",
        "bot_enable", "bot_remove", "channel_archive", "channel_canvas_updated",
        "channel_convert_to_private", "channel_convert_to_public", "channel_join",
        "channel_leave", "channel_name", "channel_posting_permissions", "channel_purpose",
        "channel_tab_added", "channel_topic", "channel_unarchive", "ekm_access_denied",
        "group_archive", "group_join", "group_leave", "group_name", "group_purpose",
        "group_topic", "group_unarchive", "huddle_thread", "joiner_notification",
        "message_deleted", "pinned_item", "reminder_add", "retention_threshold",
        "sh_room_created", "tabbed_canvas_updated", "tombstone", "unpinned_item",
    }
)  # fmt: skip
# Writes for Slack itself, and is in no list of users and of no integration.
_SLACKBOT = "USLACKBOT"
_STAMP = re.compile(r"\d{10}\.\d{6}")
# Blocks that hold texts as objects, and those whose parts stand below each other.
_FIELDS = frozenset({"header", "section"})
_LISTS = frozenset({"context", "rich_text", "rich_text_list"})
_LINK = re.compile(r"<(https?://[^|>]+)")


def _is_export(probe: Probe) -> bool:
    names = {name.rsplit("/", 1)[-1] for name in probe.members}
    return (
        probe.shape == "archive"
        and bool(names & {"users.json", "channels.json"})
        and any(_DAY.search(name) for name in probe.members)
    )


def _people(members: Mapping[str, Any]) -> dict[str, str]:
    """Return the name shown for each user and each integration, by id."""
    found: dict[str, str] = {_SLACKBOT: "Slackbot"}
    for user in _entries(members, "users.json"):
        if isinstance(user.get("id"), str):
            profile = user.get("profile") or {}
            shown = profile.get("display_name") or profile.get("real_name")
            known = shown or user.get("real_name") or user.get("name") or user["id"]
            found[user["id"]] = str(known)
    for entry in _entries(members, "integration_logs.json"):
        if isinstance(entry.get("service_id"), str) and entry.get("service_type"):
            found.setdefault(entry["service_id"], str(entry["service_type"]))
    return found


def _entries(members: Mapping[str, Any], wanted: str) -> Iterator[dict[str, Any]]:
    for name in members:
        if name.rsplit("/", 1)[-1] == wanted and isinstance(members[name], list):
            yield from (entry for entry in members[name] if isinstance(entry, dict))


def resolved(text: str, people: Mapping[str, str]) -> str:
    """Return a message without Slack's markup, with names in place of ids.

    >>> resolved("<@U1> see <https://example.org|the page> &amp; <#C1|ops>", {"U1": "ana"})
    '@ana see the page (https://example.org) & #ops'
    """

    def plain(found: re.Match[str]) -> str:
        mark, target, label = found.group(1), found.group(2), found.group(3)
        if mark == "@":
            return f"@{label or people.get(target, target)}"
        if mark == "#":
            return f"#{label or target}"
        if mark == "!":
            return f"@{label or target.split('^')[0]}"
        return f"{label} ({target})" if label and label != target else target

    return html.unescape(_MARK.sub(plain, text))


def _text(message: Mapping[str, Any]) -> str:
    """Return the words of a message: its text, else what its blocks and attachments say."""
    if message.get("text"):
        return str(message["text"])
    beside = (("attachments", "fallback", "text"), ("files", "title", "name"))
    parts = [
        entry.get(first) or entry.get(second) or ""
        for kind, first, second in beside
        for entry in message.get(kind) or []
        if isinstance(entry, dict)
    ]
    return "\n".join(str(part) for part in (_lines(message.get("blocks")), *parts) if part)


def _shown(message: Mapping[str, Any]) -> str:
    """Return the name that a message itself shows for who wrote it, as newer exports do."""
    profile = message.get("user_profile")
    told = profile if isinstance(profile, dict) else {}
    return str(told.get("display_name") or told.get("real_name") or "")


def _lines(blocks: object) -> str:
    """Return the words of blocks, as apps write them without a text, a line for each.

    >>> _lines([{"type": "header", "text": {"type": "plain_text", "text": "Caída"}}])
    'Caída'
    """
    return "\n".join(filter(None, map(_said, objects(blocks))))


def _said(part: dict[str, Any]) -> str:
    """Return the words of a block or of what lies in it."""
    kind, told = part.get("type"), part.get("text")
    if kind == "user":
        return f"<@{part.get('user_id')}>"
    if kind == "link":
        return f"<{part.get('url')}|{told}>" if told else f"<{part.get('url')}>"
    if kind == "emoji":
        return f":{part.get('name')}:"
    if kind in _FIELDS:
        return _lines([told, *objects(part.get("fields"))])
    own = told if isinstance(told, str) else ""
    inner = [_said(one) for one in objects(part.get("elements"))]
    return own + ("\n" if kind in _LISTS else "").join(inner)


def _row(message: Mapping[str, Any], channel: str, people: Mapping[str, str]) -> Row:
    written = _text(message)
    link = _LINK.search(written)
    user = message.get("user") or (message.get("comment") or {}).get("user")
    bot = message.get("bot_id")
    name = message.get("username") or (message.get("bot_profile") or {}).get("name")
    known = people.get(user, _shown(message) or user) if isinstance(user, str) else None
    actor = known or name or people.get(str(bot), bot)
    subtype = str(message.get("subtype") or "")
    return {
        "entry_id": message.get("ts"),
        "logged_at": message.get("ts"),
        "actor": str(actor) if actor else None,
        "actor_id": str(user or bot or "") or None,
        "text": resolved(written, people).strip() or None,
        "channel": f"#{channel}",
        "kind": "system" if subtype in _SYSTEM else "message",
        "thread_id": message.get("thread_ts"),
        "link": html.unescape(link.group(1)) if link else None,
        "automated": "true" if bot or user == _SLACKBOT or subtype == "bot_message" else "false",
        "flags": "CL-LOG-EDITED" if message.get("edited") else None,
    }


def _items(messages: Any, channel: str, people: Mapping[str, str]) -> Iterator[Item]:
    for message in messages if isinstance(messages, list) else [messages]:
        if not isinstance(message, dict) or not isinstance(message.get("ts"), str):
            yield Item({}, "reject", "CL-ROW-NOT-DATA", str(message)[:80])
        else:
            yield Item(_row(message, channel, people))


def _unpack(members: Mapping[str, Any]) -> Iterator[Item]:
    """Yield every message of an export; the row says its member and place in it."""
    people = _people(members)
    for name in members:
        day = _DAY.search(name)
        if not day:
            continue
        for number, item in enumerate(_items(members[name], day["channel"], people), start=1):
            place: Row = {"source_file": name, "source_row": str(number)}
            yield Item(item.row | place, item.fate, item.reason, item.value)


_CLOSED = ("groups.json", "dms.json", "mpims.json")
_DIRECT = re.compile(r"D[A-Z0-9]{8,}|mpdm-.+")


def _private(members: Mapping[str, Any]) -> frozenset[str]:
    """Return private channels, direct messages and group messages, by name or id."""
    listed = {
        str(entry[key])
        for name in _CLOSED
        for entry in _entries(members, name)
        for key in ("name", "id")
        if entry.get(key)
    }
    folders = {day["channel"] for name in members if (day := _DAY.search(name))}
    direct = {channel for channel in folders if _DIRECT.fullmatch(channel)}
    return frozenset(f"#{channel}" for channel in (listed | direct) & folders)


def is_slack_day(records: list[Any]) -> bool:
    """Return whether records are the messages of one channel on one day.

    >>> is_slack_day([{"type": "message", "user": "U1", "text": "hi", "ts": "1772712900.000100"}])
    True
    """
    return bool(records) and all(
        isinstance(record, dict)
        and record.get("type") == "message"
        and _STAMP.fullmatch(str(record.get("ts")))
        for record in records
    )


READERS: tuple[Reader, ...] = (
    Reader(
        name="slack-export",
        title="Slack workspace export",
        gives="log",
        confirmed="real file",
        recognise=_is_export,
        times={"logged_at": Times("epoch", "UTC")},
        unpack=_unpack,
        private=_private,
    ),
)
