"""Threads from reply links, and what goes on below the brand's own items."""

from __future__ import annotations

from typing import Any

import duckdb
import pandas as pd
import pytest

from crisislab.engine import _with_microseconds, lazy, small
from crisislab.enrich.conversations import conversations
from crisislab.enrich.inbox import inbox
from crisislab.enrich.threads import add_roots
from tests.build import at, posts


def chain(n: int) -> pd.DataFrame:
    """Return a thread of ``n`` items, each below the one before, begun by the brand."""
    return posts(
        *(
            {
                "post_id": f"{i}",
                "created_at": at("10:00") + pd.Timedelta(minutes=i),
                "author_id": "m" if i == 0 else f"p{i}",
                "own": i == 0,
                "kind": "reply" if i else "post",
                "parent_id": f"{i - 1}" if i else None,
            }
            for i in range(n)
        )
    )


def roots(frame: Any) -> list[str | None]:
    """Return the roots in the order of time."""
    table = small(add_roots(lazy(frame)), by=["created_us"])["root_id"].astype(object)
    return list(table.where(table.notna(), None))


@pytest.mark.parametrize("n", [2, 3, 9, 33])
def test_add_roots_of_a_chain(n: int) -> None:
    """Every item of a thread up to 32 replies deep has the same first item."""
    assert roots(chain(n)) == [None] + ["0"] * (n - 1)


def test_add_roots_same_on_duckdb_and_in_any_order() -> None:
    """DuckDB and shuffled rows give the same roots."""
    connection = duckdb.connect()
    frame = _with_microseconds(chain(9))
    connection.register("frame", frame)
    assert roots(connection.table("frame")) == roots(chain(9))
    assert roots(chain(9).sample(frac=1, random_state=2)) == roots(chain(9))


def test_add_roots_keeps_what_the_platform_states() -> None:
    """A stated root stands, and items below take it; a missing top is where the thread begins."""
    frame = posts(
        {"post_id": "1", "created_at": at("10:00"), "parent_id": "gone"},
        {"post_id": "2", "created_at": at("10:01"), "parent_id": "1", "root_id": "stated"},
        {"post_id": "3", "created_at": at("10:02"), "parent_id": "2"},
        {"post_id": "4", "created_at": at("10:03"), "parent_id": "1"},
    )
    assert roots(frame) == ["gone", "stated", "stated", "gone"]


def test_add_roots_of_a_circle_ends() -> None:
    """Items that answer each other in a circle, as damaged exports have them, do not hang."""
    frame = posts(
        {"post_id": "1", "created_at": at("10:00"), "parent_id": "2"},
        {"post_id": "2", "created_at": at("10:01"), "parent_id": "1"},
    )
    assert set(roots(frame)) <= {"1", "2"}


def test_people_below_an_own_item_address_the_brand() -> None:
    """Comments on comments below the brand's post wait for an answer, without a stated root."""
    table = small(inbox(chain(4)).every, by=["created_us"])
    assert table["addressed"].tolist() == [False, True, True, True]


def test_a_human_below_the_automatic_answer_answers_the_person() -> None:
    """The human reply hangs on the bot's message: it still answers who asked."""
    frame = posts(
        {"post_id": "1", "created_at": at("10:00"), "author_id": "ana", "mentions": "marca"},
        {"post_id": "b", "created_at": at("10:01"), "own": True, "automated": True,
         "kind": "reply", "parent_id": "1"},
        {"post_id": "r", "created_at": at("10:30"), "own": True, "kind": "reply",
         "parent_id": "b"},
    )  # fmt: skip
    table = small(conversations(frame, handles=["marca"]))
    assert table[["person", "reply_id"]].to_numpy().tolist() == [["ana", "r"]]
