"""Who addressed the brand, and what became of it."""

from __future__ import annotations

from typing import Any

import duckdb
import pandas as pd
import pytest

from crisislab.engine import _with_microseconds, small
from crisislab.enrich.conversations import conversations, exchanges
from crisislab.enrich.inbox import inbox
from tests.build import at, posts

COLUMNS = ["person", "opening_id", "reply_id", "n_inbound"]


def talk() -> pd.DataFrame:
    """Return a small conversation: Ana twice, Luis unanswered, a repost, a bot's answer."""
    return posts(
        {"post_id": "1", "created_at": at("10:00"), "author_id": "ana", "mentions": "Marca"},
        {
            "post_id": "2",
            "created_at": at("10:01"),
            "author_id": "m",
            "own": True,
            "kind": "reply",
            "parent_id": "1",
            "automated": True,
        },
        {
            "post_id": "3",
            "created_at": at("10:20"),
            "author_id": "m",
            "own": True,
            "kind": "reply",
            "parent_id": "1",
        },
        {
            "post_id": "4",
            "created_at": at("11:00"),
            "author_id": "ana",
            "kind": "reply",
            "parent_id": "3",
        },
        {
            "post_id": "5",
            "created_at": at("2026-03-07T11:00Z"),
            "author_id": "ana",
            "mentions": "otra marca",
        },
        {
            "post_id": "6",
            "created_at": at("10:05"),
            "author_id": "luis",
            "kind": "comment",
            "root_id": "9",
        },
        {
            "post_id": "7",
            "created_at": at("10:06"),
            "author_id": "eva",
            "kind": "repost",
            "mentions": "marca",
        },
        {"post_id": "8", "created_at": at("10:07"), "author_id": "pau", "mentions": "marcador"},
        {"post_id": "9", "created_at": at("09:00"), "author_id": "m", "own": True},
    )


def found(frame: Any, **options: Any) -> list[tuple[Any, ...]]:
    """Return the conversations as tuples, oldest first."""
    table = small(conversations(frame, handles=["@marca"], **options), by=["opened_us"])
    return list(
        table[COLUMNS]
        .astype(object)
        .where(table[COLUMNS].notna(), None)
        .itertuples(index=False, name=None)
    )


def test_conversations_hand_worked() -> None:
    """Mentions, answers and comments under own items count; bots, reposts, look-alikes do not."""
    assert found(talk()) == [("ana", "1", "3", 2), ("luis", "6", None, 1), ("ana", "5", None, 1)]


def test_conversations_silence_is_a_parameter() -> None:
    """With three days of silence allowed, Ana's later post continues her conversation."""
    assert found(talk(), silence_minutes=4320.0) == [("ana", "1", "3", 3), ("luis", "6", None, 1)]


def test_conversations_opening_posts() -> None:
    """By the other rule every post that answers nothing is one item."""
    assert [row[1:3] for row in found(talk(), rule="opening-posts")] == [
        ("1", "3"),
        ("6", None),
        ("5", None),
    ]


@pytest.mark.parametrize("rule", ["conversations", "opening-posts"])
def test_conversations_same_on_every_engine(rule: str) -> None:
    """DuckDB finds what pandas finds."""
    frame = _with_microseconds(talk())
    connection = duckdb.connect()
    connection.register("frame", frame)
    assert found(connection.table("frame"), rule=rule) == found(talk(), rule=rule)


def test_people_believes_the_export() -> None:
    """Where the export says who writes to whom, that stands."""
    frame = posts(
        {"post_id": "1", "created_at": at("10:00"), "author_id": "a", "inbound": "True"},
        {
            "post_id": "2",
            "created_at": at("10:01"),
            "author_id": "b",
            "inbound": "False",
            "mentions": "marca",
        },
    )
    table = small(inbox(frame, handles=["marca"]).every, by=["post_id"])
    assert table["addressed"].tolist() == [True, False]


def test_conversations_of_nobody() -> None:
    """No posts: no conversations, and no error."""
    assert found(posts()) == []


def test_conversations_leave_their_input_alone() -> None:
    """The posts are the same before and after."""
    frame = talk()
    before = frame.copy(deep=True)
    found(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_conversations_do_not_depend_on_order() -> None:
    """Shuffled rows give the same conversations."""
    assert found(talk().sample(frac=1, random_state=3)) == found(talk())


@pytest.mark.parametrize("duck", [False, True])
def test_an_inbox_tells_what_its_posts_tell(duck: bool) -> None:
    """Every measure of waiting gives the same rows of posts and of their inbox, used many times."""
    frame: Any = talk()
    connection = duckdb.connect()
    if duck:
        frame = connection.register("posts", _with_microseconds(frame)).table("posts")
    box = inbox(frame, handles=["marca"])
    assert inbox(box) is box
    for _ in range(2):
        for rule in ("conversations", "opening-posts"):
            of_posts = small(conversations(frame, handles=["marca"], rule=rule), by=["opening_id"])
            of_box = small(conversations(box, rule=rule), by=["opening_id"])
            pd.testing.assert_frame_equal(of_posts, of_box)
        asked = [small(exchanges(one, **who), by=["asked_id"])
                 for one, who in ((frame, {"handles": ["marca"]}), (box, {}))]  # fmt: skip
        pd.testing.assert_frame_equal(*asked)
        assert len(of_box)
        assert len(asked[0])


def _flat() -> pd.DataFrame:
    """An export without a column of mentions: who is meant stands in the texts only."""
    texts = {
        "1": "@Marca no funciona", "2": "Gracias, @marca.", "3": "¿y esto @marca?",
        "4": "lo de @marca.tienda", "5": "correo@marca.es", "6": "@marcado no sois vosotros",
        "7": "otra cosa",
    }  # fmt: skip
    public = [
        {"post_id": i, "created_at": at(f"10:0{i}"), "author_id": f"u{i}",
         "author_handle": f"h{i}", "text": text}
        for i, text in texts.items()
    ]  # fmt: skip
    reply = {"post_id": "8", "created_at": at("10:30"), "author_id": "m", "own": True,
             "author_handle": "marca", "text": "@H2. Gracias a ti"}  # fmt: skip
    return posts(*public, reply)


@pytest.mark.parametrize("duck", [False, True])
def test_handles_in_texts_count_where_the_export_names_nobody(duck: bool) -> None:
    """A table of texts alone still holds who wrote to the brand and whom it answered."""
    frame: Any = _with_microseconds(_flat())
    if duck:
        connection = duckdb.connect()
        connection.register("frame", frame)
        frame = connection.table("frame")
    table = small(inbox(frame, handles=["marca"]).every, by=["post_id"]).set_index("post_id")
    assert table.index[table["addressed"].astype(bool)].tolist() == ["1", "2", "3"]
    replied = [row for row in found(frame) if row[2] is not None]
    assert replied == [("u2", "2", "8", 1)]


@pytest.mark.parametrize("handle", ["Weiß", "marca+es"])
def test_handles_compare_as_engines_make_small_letters(handle: str) -> None:
    """A handle with a German ß, or a sign that patterns know, is found like any other."""
    low = handle.lower()
    frame = posts(
        {"post_id": "1", "created_at": at("10:00"), "author_id": "a", "mentions": low},
        {"post_id": "2", "created_at": at("10:01"), "author_id": "b", "mentions": low,
         "author_handle": handle},
        {"post_id": "3", "created_at": at("10:02"), "author_id": "c", "author_handle": "leo",
         "mentions": low},
        {"post_id": "4", "created_at": at("10:05"), "author_id": "m", "own": True,
         "author_handle": handle, "kind": "reply", "parent_id": "gone", "mentions": f"{low} leo"},
    )  # fmt: skip
    box = inbox(frame, handles=[f"@{handle}"], staff=[handle])
    table = small(box.every, by=["post_id"]).set_index("post_id")
    assert table.loc[["1", "3"], "addressed"].astype(bool).all()
    assert table.loc["2", "excluded"] == "own_staff"
    assert small(box.told, by=["post_id"])["addressee"].tolist() == ["c"]
