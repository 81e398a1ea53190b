"""Items in documents and pages: each on its line, none passed over, counted apart from readers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crisislab.read import _items, read_log, read_posts
from crisislab.read._items import count_elements, placed_items
from crisislab.read._json import Record
from crisislab.read._reader import Item
from tests.read.exports import adds_up, codes

Write = Callable[[str, str | bytes], Path]
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=20,
)


def thread(number: int, *replies: int) -> dict[str, Any]:
    """A thread of YouTube."""
    said = {"publishedAt": "2026-03-05T12:00:00Z", "textOriginal": "hola", "videoId": "v"}
    return {
        "kind": "youtube#commentThread", "id": f"t{number}",
        "snippet": {"videoId": "v", "topLevelComment": {"id": f"t{number}", "snippet": said}},
        "replies": {"comments": [
            {"kind": "youtube#comment", "id": f"t{number}.{r}",
             "snippet": said | {"parentId": f"t{number}"}} for r in replies
        ]},
    }  # fmt: skip


def telegram(*texts: str) -> dict[str, Any]:
    """A chat of Telegram."""
    messages: list[Any] = [
        {"id": i, "type": "message", "date_unixtime": str(1772712000 + i), "from": "Ana",
         "from_id": "user1", "text": text} for i, text in enumerate(texts, start=1)
    ]  # fmt: skip
    return {"name": "Crisis", "type": "public_supergroup", "id": 9, "messages": messages}


def opened(path: Path, row: int) -> str:
    """The lines of a file from a row on."""
    return "".join(path.read_text("utf-8").splitlines(keepends=True)[row - 1 :])


@pytest.mark.parametrize("indent", [1, 2, 4, None])
def test_an_item_opens_at_its_own_line(write: Write, indent: int | None) -> None:
    """In a printed document every row has the line on which its object begins."""
    content = {"items": [thread(1, 1, 2), thread(2), thread(3, 1)]}
    path = write("comments.json", json.dumps(content, indent=indent))
    loaded = read_posts(path)
    assert len(loaded.posts) == 6
    for _, post in loaded.posts.iterrows():
        begun = opened(path, post["source_row"])
        if indent is not None:
            assert json.JSONDecoder().raw_decode(begun.lstrip())[0]["id"] == post["post_id"]
    assert loaded.posts["source_row"].nunique() == (1 if indent is None else 6)
    assert adds_up(loaded)


def test_what_a_reader_passes_over_is_set_aside(write: Write) -> None:
    """An element that is no object, or not of the layout, is counted and shown with its line."""
    chat = telegram("a", "b")
    chat["messages"] += [None, "broken", ["x"], 7]
    path = write("result.json", json.dumps(chat, indent=1))
    loaded = read_posts(path)
    row = loaded.ledger.iloc[0]
    assert (row["n_lines"], row["n_loaded"], row["n_rejected"]) == (6, 2, 4)
    told = loaded.rejects.loc[loaded.rejects["code"].eq("CL-ROW-NOT-DATA")]
    assert {value.strip()[:1] for value in told["value"]} == {"n", '"', "[", "7"}
    for _, reject in told.iterrows():
        assert opened(path, reject["source_row"]).lstrip()[:1] == reject["value"][:1]


def test_pages_on_lines_count_every_element(write: Write) -> None:
    """A page of X that holds something else than posts tells it, and adds up."""
    post = {"id": "1577130000000000001", "text": "a", "author_id": "5",
            "created_at": "2019-12-23T20:00:00.000Z", "conversation_id": "1"}  # fmt: skip
    page = {"data": [post, None, "x"], "includes": {"tweets": [post]}, "meta": {}}
    path = write("pages.jsonl", json.dumps(page) + "\n" + json.dumps({"meta": {"result_count": 0}}))
    loaded = read_posts(path)
    row = loaded.ledger.iloc[0]
    assert (row["unit"], row["n_lines"]) == ("item", 5)
    assert (row["n_loaded"], row["n_rejected"], row["n_context"]) == (1, 2, 2)


def test_a_doubled_key_loses_nothing_in_silence(write: Write) -> None:
    """The items under the first of two equal keys are set aside by name."""
    chat = json.dumps(telegram("a", "b"))
    more = json.dumps(telegram("c")["messages"])
    path = write("result.json", chat[:-1] + f', "messages": {more}}}')
    loaded = read_posts(path)
    row = loaded.ledger.iloc[0]
    assert (row["n_lines"], row["n_loaded"], row["n_rejected"]) == (3, 1, 2)
    assert "CL-JSON-TWICE" in codes(loaded)


def test_a_log_opens_at_its_comments(write: Write) -> None:
    """Comments of an issue have lines of their own; changes that say nothing are counted."""
    person = {"displayName": "Ana", "accountId": "1"}
    issue = {
        "key": "OPS-1",
        "fields": {
            "summary": "Caída", "created": "2026-03-05T12:00:00.000+0000", "reporter": person,
            "comment": {"comments": [
                {"id": i, "created": f"2026-03-05T12:0{i}:00.000+0000", "author": person,
                 "body": f"nota {i}"} for i in (1, 2)
            ]},
        },
        "changelog": {"histories": [{"id": 3, "items": [{"field": "labels"}]}]},
    }  # fmt: skip
    path = write("issues.json", json.dumps({"issues": [issue]}, indent=2, ensure_ascii=False))
    loaded = read_log(path)
    row = loaded.ledger.iloc[0]
    assert (row["n_lines"], row["n_loaded"], row["n_context"]) == (4, 3, 1)
    for _, entry in loaded.log.loc[loaded.log["kind"].eq("note")].iterrows():
        begun = json.JSONDecoder().raw_decode(opened(path, entry["source_row"]).lstrip())[0]
        assert begun["body"] == entry["text"]


@settings(max_examples=150, deadline=None)
@given(st.lists(PLAIN, max_size=12), st.sampled_from([None, 0, 3]), st.booleans())
def test_elements_are_counted_without_a_parser(
    values: list[Any], indent: int | None, escaped: bool
) -> None:
    """Whatever strings, escapes and nesting an array holds, its elements are counted right."""
    text = json.dumps(values, indent=indent, ensure_ascii=escaped)
    assert count_elements(text, 0) == (1, len(values))


def test_counting_does_not_depend_on_where_chunks_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Quotes and escapes across chunks are the same quotes and escapes."""
    values = ['\\"', "\\\\", 'a"b],[', {"k,": ["\\"]}, "é,ñ"]
    text = json.dumps(values, ensure_ascii=False)
    for size in range(1, 12):
        monkeypatch.setattr(_items, "_CHUNK", size)
        assert count_elements(text, 0) == (1, len(values))


@settings(max_examples=100, deadline=None)
@given(st.lists(PLAIN, max_size=8), st.sampled_from([None, 2]))
def test_lines_and_pages_are_counted_alike(values: list[Any], indent: int | None) -> None:
    """The same record gives the same items whether counted in its text or in its tree."""
    wanted = {"id": "1"}
    record = {"data": [*values, wanted], "meta": values}
    text = json.dumps(record, indent=indent)
    parsed = json.loads(text)

    def unpack(page: Any) -> list[Item]:
        return [Item({"post_id": "1"}, of=page["data"][-1])]

    whole = Record(1, parsed, text=text, span=(0, len(text)))
    for by_line in (True, False):
        placed = placed_items(whole, unpack, by_line=by_line)
        assert len(placed) == len(record["data"])
        assert sum(one.item.fate == "load" for one in placed) == 1
