"""Messaging: Telegram Desktop's result.json and chats exported as text by WhatsApp.

Layout: telegram.org "Export chat history" as read by tg-parser ``docs/TELEGRAM_FORMAT.md``;
of WhatsApp, lucasrodes/whatstk (its list of header formats) and joweich/chat-miner ``test``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from crisislab.read._reader import Item, Probe, Reader, Row, Times
from crisislab.read.sources._chat_words import what_is_said
from crisislab.read.sources._pick import SYSTEM, at, dig, first, objects, of_records, rejected

_ANY = {"created_at": Times("any", None)}
_CHANNELS = frozenset({"public_channel", "private_channel"})
_KINDS = frozenset({"message", "service"})
_HEAD = re.compile(
    r"^[\u200e\u200f\ufeff]*(?:\[(?P<ios>[^\]]{8,40})\] ?|(?P<android>[^\[\]]{8,40}?) - )"
    r"(?P<rest>.*)$"
)
_DATE = re.compile(
    r"^(?P<date>\d{1,4}[./\-]\d{1,2}[./\-]\d{1,4}\.?)(?:,| à)?\s+"
    r"(?P<time>\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[ap]\.?\s?m\.?)?)$",
    re.IGNORECASE,
)
_SPOKEN = re.compile(r"^(?P<name>[^:\"“”«»]{1,60}):(?: |$|(?=\S))(?P<text>.*)$", re.DOTALL)
# What may begin a message in some other form: as pasted from a chat, or a chat appended.
_ALIKE = re.compile(
    r"^[\u200e\u200f\ufeff]*\[?\d{1,4}[./\-]\d{1,2}[./\-]\d{1,4}\b.{1,8}?\d{1,2}[:.h]\d{2}"
    r".{0,12}?(?:\]| -) ?[^:\n]{1,60}: ",
    re.MULTILINE,
)
# The beginning of such a line, cut within its moment.
_BEGUN = re.compile(
    r"^[\u200e\u200f]*\[?\d{1,4}[./\-]\d{1,2}[./\-]\d{1,4}[\s\d.,:]*(?:[ap]\.?\s?m?\.?)?\]?[\s\-]*$",
    re.IGNORECASE,
)
_OTHER_FORM = "CL-CHAT-OTHER-FORM"
_MARKS = "\u200e\u200f\u202a\u202c"
# What a phone adds to a message that was edited, in its language, at the end.
_EDITED = re.compile(
    r"[ \u200e\u200f]*<(?:this message was edited|(?:este mensaje )?se edit[oó](?: este mensaje)?"
    r"|este mensaje (?:ha sido|fue) editado|(?:esta )?mensagem (?:foi )?editada"
    r"|s[’']ha editat aquest missatge|ce message a été modifié|diese nachricht wurde bearbeitet"
    r"|questo messaggio è stato modificato|pesan ini diedit|это сообщение изменено)\.?>"
    r"[\u200e\u200f]*\Z",
    re.IGNORECASE,
)
_PROVEN = 2
# Digits, the comma and the halves of the day as phones in Arabic write them.
_ARABIC = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹،", "01234567890123456789,", "\u200e\u200f")
_ARABIC_HALF = re.compile(r"\s?([صم])$")
_HALF = {"ص": " AM", "م": " PM"}
# What WhatsApp puts before the name of somebody who is not among the contacts.
_UNKNOWN = re.compile(r"^~[\s\u202f]*(?=\S)")
# Chats bear bare numbers in an export, and these words before them where they are referred to.
_PEER = re.compile(r"^(?:channel|chat|user)(?=\d)")


def chats(record: object) -> list[dict[str, Any]]:
    """Return the chats of a full export, or the one chat that the file is."""
    listed = dig(record, "chats", "list")
    if isinstance(listed, list):
        return objects(listed)
    return [record] if isinstance(record, dict) and "messages" in record else []


def _words(message: object) -> str:
    told = dig(message, "text")
    parts = told if isinstance(told, list) else [told or at(message, "poll", "question")]
    return "".join(p if isinstance(p, str) else at(p, "text") or "" for p in parts)


def _unique(chat: object, number: str | None) -> str | None:
    """Return an id that is unique over chats: messages are counted within their chat."""
    chat_id = at(chat, "id")
    return f"{chat_id}/{number}" if chat_id and number else number


def _answered(message: dict[str, Any], chat: object, number: str | None) -> str | None:
    """Return the id of the message that is answered, which may stand in another chat."""
    peer = _PEER.sub("", at(message, "reply_to_peer_id") or "")
    return _unique({"id": peer} if peer else chat, number)


def _liked(message: object) -> str | None:
    counts = [reaction.get("count") for reaction in objects(dig(message, "reactions"))]
    return str(sum(c for c in counts if isinstance(c, int))) if counts else None


def _message(message: dict[str, Any], chat: dict[str, Any], topics: frozenset[str]) -> Row:
    # In a forum every message "answers" the notice that opened its topic.
    answered = at(message, "reply_to_message_id")
    elsewhere = "reply_to_peer_id" in message
    topic = answered if answered in topics and not elsewhere else None
    return {
        "post_id": _unique(chat, at(message, "id")),
        "created_at": first(at(message, "date_unixtime"), at(message, "date")),
        "kind": "post" if at(chat, "type") in _CHANNELS else "message",
        "author_id": at(message, "from_id"),
        "author_name": at(message, "from"),
        "text": _words(message),
        "parent_id": None if topic else _answered(message, chat, answered),
        "root_id": _unique(chat, topic),
        "n_likes": _liked(message),
    }


def _topics(chat: dict[str, Any]) -> frozenset[str]:
    opened = (m for m in objects(chat.get("messages")) if m.get("action") == "topic_created")
    return frozenset(at(message, "id") or "" for message in opened)


def messages(chat: dict[str, Any]) -> Iterator[Item]:
    """Yield the messages of a chat of Telegram."""
    topics = _topics(chat)
    for message in objects(chat.get("messages")):
        if message.get("type") == "message":
            yield Item(_message(message, chat, topics), of=message)
        elif message.get("type") == "service":
            yield Item({}, "reject", SYSTEM, at(message, "action") or "", message)
        else:
            yield rejected(message)


def _unpack(record: Any) -> Iterator[Item]:
    for chat in chats(record):
        yield from messages(chat)


def is_telegram(record: dict[str, Any]) -> bool:
    """Return whether a record is an export of Telegram."""
    told = (m for chat in chats(record) for m in objects(chat.get("messages"))[:_PROVEN])
    return any(
        at(m, "type") in _KINDS and ("date_unixtime" in m or "date" in m) for m in told
    )  # fmt: skip


def _head(line: str) -> tuple[str, str, bool] | None:
    """Return the moment, the rest and the form of a line that begins a message, else ``None``."""
    found = _HEAD.match(line)
    stamp = found and _DATE.match(_western(found["ios"] or found["android"]))
    # The comma is no part of the moment: "15.04.2016, 15:04" and "15-04-2016 15:04" alike.
    if not (found and stamp):
        return None
    return f"{stamp['date']} {stamp['time']}", found["rest"], found["ios"] is not None


def _western(moment: str) -> str:
    """Return a moment with the digits and the halves of the day that forms of moments know.

    >>> _western("٥/٣/٢٠٢٦، ٩:٠٦ م"), _western("5/3/2026, 9:06 p. m.")
    ('5/3/2026, 9:06 PM', '5/3/2026, 9:06 p. m.')
    """
    plain = moment.translate(_ARABIC).strip()
    return _ARABIC_HALF.sub(lambda found: _HALF[found[1]], plain)


def _entry(moment: str, words: str, *, opens: bool, typed: bool) -> Item:
    further = words.find("\n") + 1
    alike = bool(further) and _ALIKE.search(words, further) is not None
    spoken = _SPOKEN.match(words.lstrip(_MARKS))
    # An iPhone puts what WhatsApp says of the chat itself, marked so, under somebody's name.
    if spoken is None or (opens and _is_marked(spoken["text"])):
        return Item({}, "reject", _OTHER_FORM if alike else SYSTEM, words)
    said = spoken["text"].strip(_MARKS)
    text = _EDITED.sub("", said)
    told = [code for code, so in ((_OTHER_FORM, alike), ("CL-TEXT-EDITED", text != said)) if so]
    first = spoken["text"].partition("\n")[0]
    marked = any(mark in first for mark in _MARKS) or _is_marked(words)
    what, text = what_is_said(text, typed=typed and not marked)
    if what == "notice":
        return Item({}, "reject", SYSTEM, words)
    return Item({
        "created_at": moment,
        "kind": "message",
        "author_name": _UNKNOWN.sub("", spoken["name"].strip(_MARKS + " ")),
        "text": text.strip(_MARKS) or None,
        "flags": " ".join(told) or None,
    })  # fmt: skip


def _is_marked(text: str) -> bool:
    return text.lstrip(" ").startswith(_MARKS[0])


@dataclass
class _Phone:
    """What is known of the phone that wrote a chat, so far.

    Attributes:
        opened: Line of the first message.
        ios: Whether its lines have the form of an iPhone; ``None`` before the first.
        marks: Whether it marks what it writes itself.
    """

    opened: int = 0
    ios: bool | None = None
    marks: bool = False

    @property
    def typed(self) -> bool:
        """Whether a person typed the phone's words for media where they stand without its marks."""
        return not self.ios or self.marks

    def close(self, begun: tuple[int, str, list[str]]) -> tuple[int, Item]:
        """Return a message that no further line continues."""
        line, moment, words = begun
        spoken = _SPOKEN.match(words[0].lstrip(_MARKS))
        self.marks = self.marks or (spoken is not None and _is_marked(spoken["text"]))
        whole = "\n".join(words).rstrip("\n")
        return line, _entry(moment, whole, opens=line == self.opened, typed=self.typed)


def unroll(lines: Iterable[str]) -> Iterator[tuple[int, Item]]:
    """Yield the messages of a chat of WhatsApp, each with its line."""
    begun: tuple[int, str, list[str]] | None = None
    phone = _Phone()
    for number, raw in enumerate(lines, start=1):
        line = raw.rstrip("\r\n")
        head = _head(line)
        if begun is not None and head is None and line == raw and _BEGUN.match(line):
            # The file was cut where the next message begins.
            yield phone.close(begun)
            yield number, Item({}, "reject", "CL-ROW-CUT", line)
            return
        # One phone writes all of a chat in one form: in another, somebody pasted it.
        if head is None or phone.ios not in (None, head[2]):
            if begun is not None:
                begun[2].append(line)
            continue
        if begun is not None:
            yield phone.close(begun)
        mark = _MARKS[0] if line.startswith(_MARKS[0]) else ""
        begun, phone.ios = (number, head[0], [mark + head[1]]), head[2]
        phone.opened = phone.opened or number
    if begun is not None:
        yield phone.close(begun)


def is_chat(probe: Probe) -> bool:
    """Return whether a text is a chat of WhatsApp."""
    if probe.shape != "text":
        return False
    written = [line for line in probe.lines if line.strip()]
    found = sum(_head(line) is not None for line in written)
    return bool(written) and _head(written[0]) is not None and found >= min(_PROVEN, len(written))


READERS: tuple[Reader, ...] = (
    Reader(
        name="telegram",
        title="Telegram Desktop export (result.json)",
        gives="posts",
        confirmed="real file",
        recognise=of_records(is_telegram),
        platform="telegram",
        times=_ANY,
        unpack=_unpack,
    ),
    Reader(
        name="whatsapp",
        title="WhatsApp chat exported as text (no zone)",
        gives="posts",
        confirmed="real file",
        recognise=is_chat,
        platform="whatsapp",
        times=_ANY,
        unroll=unroll,
    ),
)
