"""The incident log: a Slack export and a register in a table, both told from the story.

Slack names its day files by local days of Los Angeles; the register has local time of Madrid
to the minute and no zone.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
import zipfile
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from crisislab.simulate.world import local, there

SLACK = "log/slack_export_brumaria.zip"
REGISTER = "log/registro_incidencias.csv"
_TEAM = "T07BRUMARIA"
_CHANNELS = {"crisis": "C07BRMCRIS", "social": "C07BRMSOCI"}
_PACIFIC = ZoneInfo("America/Los_Angeles")
_HEADER = ("Fecha y hora", "Quién", "Canal", "Qué", "Acción")
_NAMED = re.compile(r"<@(\w+)>")
Json = dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """One entry of the log.

    Attributes:
        proves: Actions and milestones it proves.
        place: Where it stands: ``file:line``, or ``file/member:item`` for Slack.
    """

    at: int
    actor: str
    text: str
    proves: tuple[str, ...]
    place: str


@cache
def story() -> dict[str, Any]:
    """Return what the team wrote, and what became of the plan."""
    with (Path(__file__).parent / "story.toml").open("rb") as stream:
        return tomllib.load(stream)


def slack_entries(fired: Mapping[str, int | None]) -> list[tuple[Json, str]]:
    """Return the messages of Slack with the day file each stands in, in time.

    Args:
        fired: Monitoring rule -> when it fired; the bot tells it four minutes later.
    """
    messages: list[tuple[Json, str]] = []
    roots: dict[int, Json] = {}
    for n, entry in enumerate(_told(fired)):
        message = _message(entry, n)
        if "n" in entry:
            roots[entry["n"]] = message
        if root := roots.get(entry.get("thread", 0)):
            _join(message, root)
        messages.append((message, _member(entry)))
    return messages


def _member(entry: Json) -> str:
    """Return the day file of a message: Slack names it by the local day of Los Angeles."""
    return f"{entry['in']}/{datetime.fromtimestamp(entry['at'], _PACIFIC):%Y-%m-%d}.json"


def _told(fired: Mapping[str, int | None]) -> list[Json]:
    """Return the entries of the story with their instants, joins of the channels first."""
    joined = local("2025-10-20 10:00")
    told: list[Json] = [
        {"at": joined + 60 * i, "in": channel, "who": who, "join": True, "text": ""}
        for channel in _CHANNELS
        for i, who in enumerate(story()["people"])
    ]
    for entry in story()["slack"]:
        at: int | None = local(entry["at"])
        if "rule" in entry:
            moment = fired.get(entry["rule"])
            at = None if moment is None else moment + 240
        if at is not None:
            told.append(entry | {"at": at})
    return sorted(told, key=lambda entry: entry["at"])


def _message(entry: Json, n: int) -> Json:
    ts = f"{entry['at']}.{(n * 7919 + 129) % 1_000_000:06d}"
    if entry.get("bot"):
        bot = story()["bot"]
        return {
            "type": "message", "subtype": "bot_message", "text": "", "ts": ts,
            "username": bot["name"], "bot_id": bot["id"],
            "attachments": [{"id": 1, "color": "D50200", "fallback": entry["text"],
                             "text": entry["text"]}],
        }  # fmt: skip
    person = story()["people"][entry["who"]]
    if entry.get("join"):
        text = f"<@{person['id']}> has joined the channel"
        return {"type": "message", "subtype": "channel_join", "user": person["id"], "text": text,
                "ts": ts}  # fmt: skip
    text = entry["text"].replace("&", "&amp;")
    text = _NAMED.sub(lambda m: f"<@{story()['people'][m[1]]['id']}>", text)
    message: Json = {
        "client_msg_id": f"00000000-0000-4000-8000-{n:012d}", "type": "message",
        "user": person["id"], "text": text, "ts": ts, "team": _TEAM,
    }  # fmt: skip
    if entry.get("edited"):
        later = f"{entry['at'] + 95}.000000"
        message["edited"] = {"user": person["id"], "ts": later}
    if liked := entry.get("liked"):
        ids = [story()["people"][who]["id"] for who in liked]
        message["reactions"] = [{"name": "eyes", "users": ids, "count": len(ids)}]
    return message


def _join(message: Json, root: Json) -> None:
    root.setdefault("thread_ts", root["ts"])
    root["reply_count"] = root.get("reply_count", 0) + 1
    root.setdefault("replies", []).append({"user": message["user"], "ts": message["ts"]})
    message |= {"thread_ts": root["ts"], "parent_user_id": root["user"]}


def slack_zip(fired: Mapping[str, int | None]) -> bytes:
    """Return the export of the workspace; stored, so that every machine gives the same bytes."""
    members: dict[str, list[Json]] = defaultdict(list)
    for message, member in slack_entries(fired):
        members[member].append(message)
    files: dict[str, object] = {
        "channels.json": [_channel(name, id_) for name, id_ in _CHANNELS.items()],
        "users.json": [_user(person) for person in story()["people"].values()],
        "integration_logs.json": [],
    }
    files |= {name: members[name] for name in sorted(members)}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, value in files.items():
            info = zipfile.ZipInfo(name, (2026, 3, 31, 9, 0, 0))
            info.create_system, info.external_attr = 3, 0o644 << 16
            body = json.dumps(value, indent=4).replace("/", "\\/")
            archive.writestr(info, body.encode("ascii"))
    return out.getvalue()


def _channel(name: str, id_: str) -> Json:
    people = story()["people"].values()
    return {
        "id": id_, "name": name, "created": 1760947200, "creator": "U07BRM0001",
        "is_archived": False, "is_general": False, "members": [p["id"] for p in people],
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }  # fmt: skip


def _user(person: Json) -> Json:
    return {
        "id": person["id"], "team_id": _TEAM, "name": person["user"], "deleted": False,
        "real_name": person["name"], "tz": "Europe/Madrid", "tz_offset": 7200, "is_bot": False,
        "profile": {
            "title": person["title"], "real_name": person["name"],
            "display_name": person["user"],
        },
    }  # fmt: skip


def register_csv() -> bytes:
    """Return the register of incidents: semicolons, cp1252, local time without a zone."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(_HEADER)
    for entry in story()["register"]:
        when = there(local(entry["at"])).strftime("%d/%m/%Y %H:%M")
        name = story()["people"][entry["who"]]["name"]
        writer.writerow((when, name, entry["in"], entry["text"], entry.get("action", "")))
    return out.getvalue().encode("cp1252")


def proofs(fired: Mapping[str, int | None]) -> dict[str, Entry]:
    """Return, for each action and milestone the log proves, the entry that does."""
    found: dict[str, Entry] = {}
    rows: Counter[str] = Counter()
    for entry in _told(fired):
        member = _member(entry)
        rows[member] += 1
        _prove(entry, entry["at"], f"{SLACK}/{member}:{rows[member]}", found)
    for line, entry in enumerate(story()["register"], start=2):
        _prove(entry, local(entry["at"]), f"{REGISTER}:{line}", found)
    return found


def _prove(entry: Json, at: int, place: str, found: dict[str, Entry]) -> None:
    names = tuple(entry.get("is", "").split())
    if names:
        actor = story()["people"][entry["who"]]["name"]
        found.update(dict.fromkeys(names, Entry(at, actor, entry["text"], names, place)))
