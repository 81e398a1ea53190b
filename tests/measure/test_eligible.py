"""What is counted and what is left out."""

from __future__ import annotations

from typing import Any

import duckdb
import pandas as pd
import pytest

from crisislab.engine import _with_microseconds, small
from crisislab.enrich.conversations import conversations
from crisislab.measure.eligible import eligible_items
from crisislab.measure.response import waits
from tests.build import at, posts

WHO: dict[str, Any] = {"handles": ["Marca", "MarcaES"], "staff": ["@Empleada"], "spam": ["promo"]}
UNTIL = pd.Series({"x": at("2026-03-09T12:00Z")})


def item(post_id: str, when: str, **row: Any) -> dict[str, Any]:
    """Return one item of the public."""
    return {"post_id": post_id, "created_at": at(when), "author_id": post_id} | row


def own(post_id: str, when: str, **row: Any) -> dict[str, Any]:
    """Return one reply of the brand."""
    return item(post_id, when, author_id="m", own=True, kind="reply") | row


def mixed() -> pd.DataFrame:
    """Return one item for each reason, and replies of every kind."""
    return posts(
        item("1", "10:00", mentions="marca"),
        item("2", "10:01", mentions="marcaes", author_handle="eva", kind="quote"),
        item("3", "10:02", mentions="marca", kind="repost"),
        item("4", "10:03", mentions="marca", author_handle="empleada"),
        item("5", "10:04", mentions="marca", author_handle="Promo"),
        item("6", "10:05", mentions="marca", flags="x spam y"),
        item("7", "10:06", mentions="otra"),
        item("8", "10:07", mentions="marca", inbound="false"),
        item("9", "10:08", mentions="marca", kind="reply", parent_id="gone"),
        own("r1", "10:09", parent_id="1", text="Hola"),
        own("r2", "10:10", parent_id="lost"),
        own("r3", "10:00", parent_id="9", text="Antes"),
    )


def counts(frame: Any, **options: Any) -> dict[tuple[str, str], float]:
    """Return the numbers by metric and scope."""
    table = eligible_items(frame, **(WHO | options))
    return {
        (m, s): v for m, s, v in zip(table["metric"], table["scope"], table["value"], strict=True)
    }


def test_eligible_items_count_each_reason() -> None:
    """Every item is eligible or has exactly one reason, and unmatched items stay in."""
    found = counts(mixed())
    assert found["n_eligible", "all"] == 3
    reasons = {s.removeprefix("reason="): v for (m, s), v in found.items() if m == "n_excluded"}
    assert reasons == {
        "own": 3, "own_staff": 1, "repost": 1, "spam": 2, "outbound": 1, "not_addressed": 1,
    }  # fmt: skip
    assert found["n_unmatched", "all"] == 1
    assert found["n_unmatched_replies", "all"] == 1
    assert found["n_backward", "all"] == 1


def test_eligible_items_same_on_duckdb() -> None:
    """DuckDB counts what pandas counts."""
    connection = duckdb.connect()
    frame = _with_microseconds(mixed())
    connection.register("frame", frame)
    assert counts(connection.table("frame")) == counts(mixed())


def test_eligible_items_of_nothing() -> None:
    """No posts: every count is 0."""
    assert set(counts(posts()).values()) == {0.0}


def test_backward_reply_sets_the_conversation_aside() -> None:
    """A reply dated before what it answers is no wait of 0 minutes: nine waits nowhere."""
    table = waits(mixed(), until=UNTIL, **WHO)
    assert table["opening_id"].tolist() == ["1", "2"]
    assert (table["minutes"] >= 0).all()


def test_reply_kinds_are_told_apart() -> None:
    """Declared accounts, replies within a second and repeated words each have their count."""
    asked = [item(f"q{i}", f"2026-03-05T10:0{i}:07Z", mentions="marca") for i in range(6)]
    texts = ["Gracias @a ^JK", "gracias  @b", "Gracias https://t.co/x ^MM", "Lo miro", "Hola", "Ya"]
    told = [
        own(f"r{i}", f"2026-03-05T11:0{i}:00Z", parent_id=f"q{i}", text=text)
        for i, text in enumerate(texts)
    ]
    told[4] |= {"automated": True}
    told[5] |= {"created_at": at("2026-03-05T10:05:07.400Z")}
    found = counts(posts(*asked, *told), copies=3)
    kinds = {s.removeprefix("kind="): v for (m, s), v in found.items() if m == "n_replies"}
    assert kinds == {"automatic": 1, "instant": 1, "template": 3, "human": 1}
    first = {s.removeprefix("kind="): v for (m, s), v in found.items() if m == "n_first_answers"}
    assert first == {"human": 1, "template": 3}


def test_instant_needs_seconds() -> None:
    """Where the export knows only minutes, a reply within the minute is nobody's machine."""
    frame = posts(item("1", "10:00", mentions="marca"), own("r", "10:00", parent_id="1"))
    assert waits(frame, until=UNTIL, handles=["marca"])["answered"].tolist() == [True]


@pytest.mark.parametrize(
    "reply",
    [
        {"parent_id": "gone", "mentions": "marca Ana_old"},
        {"shared_id": "1", "kind": "quote"},
        {"text": "@ana_old ya está", "mentions": "ana_old", "kind": "post"},
    ],
)
def test_replies_are_linked_by_mention_and_quote(reply: dict[str, Any]) -> None:
    """A reply to a missing item, a quote, and a post that begins with the name all answer Ana,
    who has since changed her handle.
    """
    frame = posts(
        item("1", "10:00", mentions="marca", author_id=None, author_handle="ana_old"),
        item("0", "09:59", mentions="otra", author_id=None, author_handle="ana_new"),
        own("r", "10:30", **reply),
    )
    for renamed in (None, {"ana_old": "ana_new"}):
        table = small(conversations(frame, handles=["marca"], renamed=renamed))
        assert table["reply_id"].tolist() == ["r"]
    assert table["person"].tolist() == ["ana_new"]


def test_a_post_that_only_names_somebody_answers_nobody() -> None:
    """Thanking somebody in a post of one's own is no answer to what they asked."""
    frame = posts(
        item("1", "10:00", mentions="marca", author_handle="ana"),
        own("r", "10:30", kind="post", text="Gracias a @ana", mentions="ana"),
    )
    assert waits(frame, until=UNTIL, handles=["marca"])["answered"].tolist() == [False]


def test_a_late_answer_still_answers() -> None:
    """A reply after more than a day of silence is a wait of 30 hours, not none at all."""
    frame = posts(
        item("1", "10:00", mentions="marca"), own("r", "2026-03-06T16:00Z", parent_id="1")
    )
    table = waits(frame, until=UNTIL, handles=["marca"])
    assert table["minutes"].tolist() == [30 * 60]
    assert table["answered"].tolist() == [True]
