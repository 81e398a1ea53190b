"""Telegram and WhatsApp."""

import json
from collections import Counter
from datetime import datetime

import pytest

CHAT = {
    "name": "Canal", "type": "private_supergroup", "id": 7, "messages": [
        {"id": 1, "type": "service", "action": "topic_created", "date": "2024-01-10T12:00:00"},
        {"id": 2, "type": "message", "date": "2024-01-10T12:05:00", "date_unixtime": "1704888300",
         "from": None, "from_id": "user2", "reply_to_message_id": 1,
         "text": ["mirad ", {"type": "bold", "text": "esto"}],
         "reactions": [{"count": 3}, {"count": 2}]},
        {"id": 3, "type": "message", "date": "2024-01-10T12:06:00", "text": "ya",
         "reply_to_message_id": 2},
    ],
}  # fmt: skip


def test_telegram_text_parts_are_joined_and_true_time_preferred(items):
    """Text comes in parts; the epoch is the instant, the date is the machine's local time."""
    notice, first, second = items("telegram", CHAT)
    assert (notice.fate, notice.reason) == ("reject", "CL-ROW-SYSTEM")
    assert (first.row["text"], first.row["created_at"]) == ("mirad esto", "1704888300")
    assert (first.row["n_likes"], second.row["created_at"]) == ("5", "2024-01-10T12:06:00")


def test_telegram_topics_are_threads_not_answers(items):
    """In a forum a message that "answers" the opening of its topic answers nobody."""
    _, first, second = items("telegram", CHAT)
    assert (first.row["parent_id"], first.row["root_id"]) == (None, "7/1")
    assert (second.row["post_id"], second.row["parent_id"]) == ("7/3", "7/2")


def test_telegram_full_export_keeps_chats_apart(items):
    """Messages are counted within their chat, so their ids carry it."""
    chats = {"chats": {"list": [CHAT, CHAT | {"id": 8}]}}
    ids = [item.row["post_id"] for item in items("telegram", chats) if item.fate == "load"]
    assert ids == ["7/2", "7/3", "8/2", "8/3"]


def test_whatsapp_joins_lines_and_sets_system_lines_aside(unrolled):
    """A message runs to the next header; lines without a speaker are the system's."""
    text = (
        "[15/01/20, 02:22:56] Ana: uno\r\ndos\n\u200e[15/01/20, 02:23:00] Ana creó el grupo\n"
        "[01/20/2019, 11:23\u202fa. m.] José: ¿y: eso?\n"
    )
    (n1, said), (n2, system), (n3, late) = unrolled("whatsapp", text)
    assert (n1, n2, n3) == (1, 3, 4)
    assert (said.row["author_name"], said.row["text"]) == ("Ana", "uno\ndos")
    assert (said.row["created_at"], system.reason) == ("15/01/20 02:22:56", "CL-ROW-SYSTEM")
    assert (late.row["author_name"], late.row["text"]) == ("José", "¿y: eso?")


def test_whatsapp_is_not_any_text(reader, probe, tmp_path):
    """Prose is no chat, nor is a text with a date in it."""
    path = tmp_path / "a.txt"
    path.write_text("Reunión del 15/01/20, 02:22\n15/01/20, 02:22 - algo\n", "utf-8")
    assert not reader("whatsapp").recognise(probe(path))


@pytest.mark.real_data
def test_whatsapp_reads_every_known_header(unrolled, real):
    """All header forms that whatstk knows are headers."""
    path = real / "whatsapp_whatstk/whatstk/whatsapp/assets/header_format_support.json"
    at = datetime(2020, 1, 15, 22, 3, 5)
    for form in json.loads(path.read_text("utf-8")):
        line = at.strftime(form["format"].replace("%name", "Ana B")) + " hola"
        ((_, item),) = unrolled("whatsapp", line)
        assert (item.row["author_name"], item.row["text"]) == ("Ana B", "hola"), line


@pytest.mark.real_data
def test_messaging_real_files_give_every_message(items, unrolled, real):
    """2,000 lines are 2,000 messages; of 21 lines one is the system's and one goes on."""
    folder = real / "whatsapp_whatstk/chats/whatsapp"
    many = unrolled("whatsapp", (folder / "lorem-2000.txt").read_text("utf-8"))
    assert Counter(item.fate for _, item in many) == {"load": 2000}
    few = unrolled("whatsapp", (folder / "pokemon.txt").read_text("utf-8"))
    assert Counter(item.fate for _, item in few) == {"load": 19, "reject": 1}
    group = items("telegram", real / "telegram_result_json/supergroup_with_topics.json")
    assert Counter(item.fate for item in group) == {"load": 4, "reject": 3}
    assert {item.row["parent_id"] for item in group if item.fate == "load"} == {None}
