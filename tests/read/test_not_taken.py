"""Columns that are not of the rows themselves: what stands above comments, numbers, ids, notes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crisislab.read import LoadedPosts, read_log, read_posts

Write = Callable[[str, str | bytes], Path]
N = 6


def table(**columns: Any) -> str:
    """Return a CSV of six rows; a column is a value for all, or a function of the row."""
    head = ",".join(name.replace("_", " ") for name in columns)
    rows = (",".join(str(v(i) if callable(v) else v) for v in columns.values()) for i in range(N))
    return "\n".join([head, *rows]) + "\n"


def at(i: int) -> str:
    """Return the time of a row."""
    return f"2026-03-0{i + 1} 10:00:00"


def read(write: Write, text: str) -> LoadedPosts:
    """Read a table of posts on Facebook."""
    path = write("posts.csv", text)
    return read_posts(path, zone="Europe/Madrid", platform="facebook", strict=False)


def codes(found: LoadedPosts) -> set[str]:
    """Return what was told."""
    return {problem.code for problem in found.problems}


OWN = {"comment_id": lambda i: f"c{i}", "comment_date": at, "comment": lambda i: f"palabras {i}"}


@pytest.mark.parametrize(
    ("above", "empty"),
    [
        ({"page_id": 998877, "page_name": "Marca"}, ("author_id", "author_name")),
        ({"profile_id": 998877, "profile_name": "Marca"}, ("author_id", "author_name")),
        ({"post_author": "marca"}, ("author_handle",)),
        ({"post_likes": 999, "post_shares": 88, "post_comments": 77},
         ("n_likes", "n_reposts", "n_replies")),
        ({"video_views": 1_000_000, "total_comments": 431}, ("n_impressions", "n_replies")),
        ({"uid": lambda i: f"u-{i}"}, ("author_id",)),
    ],
)  # fmt: skip
def test_what_stands_above_comments_is_not_theirs(
    write: Write, above: dict[str, Any], empty: tuple[str, ...]
) -> None:
    """The page, the post and the video have their own authors and counters."""
    posts = read(write, table(**OWN, **above)).posts
    assert len(posts) == N
    assert posts[list(empty)].isna().all(axis=None)


def test_who_comments_is_the_author(write: Write) -> None:
    """Beside the author of the post, the one of the comment is taken; its likes as well."""
    told = table(**OWN, post_author="marca", commenter=lambda i: f"ana{i}", post_likes=999,
                 comment_likes=lambda i: i, post_created_at="2025-01-01 00:00:00")  # fmt: skip
    posts = read(write, told).posts
    assert posts["author_handle"].tolist() == [f"ana{i}" for i in range(N)]
    assert posts["n_likes"].tolist() == list(range(N))
    assert posts["created_at"].dt.year.eq(2026).all()


def test_the_title_of_a_video_is_no_comment(write: Write) -> None:
    """A comment without words has none; what the brand called its video is not said by people."""
    told = table(comment_id=lambda i: f"c{i}", comment_date=at, comment_text="",
                 video_title="Anuncio", title="Anuncio")  # fmt: skip
    assert read(write, told).posts["text"].isna().all()


def test_a_number_of_tweets_is_no_text(write: Write) -> None:
    """A table of accounts holds no posts with words."""
    told = table(id=lambda i: 100 + i, username="ana", created_at=at, followers=7, tweets=1543)
    assert read(write, told).posts["text"].isna().all()


@pytest.mark.parametrize(
    "header",
    ["date,title,review,author,rating", "video_id,title,published_at,description,views",
     "Datum,Benutzername,Titel,Beitrag"],
)  # fmt: skip
def test_a_title_beside_a_text_refuses_nothing(write: Write, header: str) -> None:
    """A text is a text, whatever stands beside it."""
    row = {"date": at(0), "published_at": at(0), "Datum": at(0), "rating": "5", "views": "7"}
    rows = [",".join(row.get(n, f"{n} de {i}") for n in header.split(",")) for i in range(N)]
    found = read(write, "\n".join([header, *rows]) + "\n")
    assert found.posts["text"].notna().sum() == N


@pytest.mark.parametrize("values", [lambda i: 1000 + i, lambda i: 199_999_999_999_991 + i])
@pytest.mark.parametrize("name", ["reply", "retweet", "quote"])
def test_ids_and_prices_are_no_counts(
    write: Write, name: str, values: Callable[[int], int]
) -> None:
    """Numbers of which none is small may be what is answered: they are told, not counted."""
    told = table(id=lambda i: 1001 + i, created_at=at, text="hola", user="ana", **{name: values})
    found = read(write, told)
    counters = ["n_replies", "n_reposts", "n_quotes"]
    assert found.posts[counters].isna().all(axis=None)
    assert "CL-COLUMN-NUMBERS" in codes(found)


def test_answered_is_no_answer(write: Write) -> None:
    """A column "Reply" alone may say that a message was answered."""
    told = table(id=lambda i: 1001 + i, created_at=at, text="hola", user="ana", reply="TRUE")
    assert set(read(write, told).posts["kind"]) == {"post"}


@pytest.mark.parametrize(
    ("author", "handle"),
    [("{'userName': 'ana1', 'id': '71'}", "ana1"),
     ("{'status': {'screen_name':'marca'}, 'id': '7'}", "marca")],
)  # fmt: skip
def test_an_author_is_one_account(write: Write, author: str, handle: str) -> None:
    """However a script writes the key; never several names in one."""
    told = table(id=lambda i: 1001 + i, created_at=at, text="hola", author=f'"{author}"')
    assert set(read(write, told).posts["author_handle"]) == {handle}


def test_an_object_without_a_name_is_kept(write: Write) -> None:
    """What cannot be read stays what the export says."""
    told = table(id=lambda i: 1001 + i, created_at=at, text="hola", author="\"{'id': '71'}\"")
    assert read(write, told).posts["author_handle"].notna().all()


def test_a_clock_of_the_collector_is_asked_about(write: Write) -> None:
    """Two columns may each be the time."""
    told = table(id=lambda i: 1001 + i, created_at=at, timestamp_utc="2026-05-01 00:00:00",
                 text="hola", user="ana")  # fmt: skip
    found = read(write, told)
    assert found.posts.empty or found.posts["created_at"].dt.month.eq(3).all()


def test_stars_are_no_likes(write: Write) -> None:
    """A score beside numbers of comments may be stars."""
    told = table(review_id=lambda i: f"r{i}", date=at, reviewer="ana", review="bien",
                 score=lambda i: i % 5 + 1, num_comments=0)  # fmt: skip
    assert read(write, told).posts["n_likes"].isna().all()


def test_a_body_of_nothing_is_no_body(write: Write) -> None:
    """``nan`` is what a script writes for an empty cell."""
    told = table(id=lambda i: f"p{i}", title="Tit", selftext="NaN", created_at=at, author="ana")
    assert set(read(write, told).posts["text"]) == {"Tit"}


def test_a_picture_is_no_thread(write: Write) -> None:
    """Posts with the same picture are no conversation."""
    told = table(tweet_id=lambda i: 100 + i, media_id="m77", text="hola", created_at=at, user="ana")
    assert read(write, told).posts["root_id"].isna().all()


def test_other_people_with_other_words_under_one_id_are_told(write: Write) -> None:
    """Days without times or not: within one file these are other items."""
    told = table(post_id="10158765432109876", date="2026-03-01",
                 text=lambda i: f"palabras {i} otras", author=lambda i: f"ana{i}")  # fmt: skip
    found = read(write, told)
    assert found.posts.empty
    assert codes(found) & {"CL-IDS-CLASH", "CL-IDS-POST"}


@pytest.mark.parametrize("picture", ["imagen omitida", "video omitido"])
def test_captions_stay(write: Write, picture: str) -> None:
    """A picture has a caption, and no file name."""
    said = ("mirad lo que dice https://marca.es", "Precio 3.50", "Hola.Adios", "mirad plan.pdf")
    lines = [f"[1/3/26, 10:0{i}:00] Ana: {text} \u200e{picture}" for i, text in enumerate(said)]
    path = write("chat.txt", "\n".join(lines) + "\n")
    posts = read_posts(path, zone="Europe/Madrid", dates="day-first", strict=False).posts
    assert posts["text"].tolist() == list(said)


def test_a_code_or_a_state_is_text_only_where_nothing_else_is(write: Write) -> None:
    """A log of states is read; a number of an incident is no note beside one."""
    states = write("a.csv", table(date=at, status="abierto", who="ana", id=lambda i: i))
    assert len(read_log(states, zone="Europe/Madrid").log) == N
    both = write("b.csv", table(opened=at, incident="INC0001", note=lambda i: f"nota {i}"))
    assert read_log(both, zone="Europe/Madrid").log["text"].tolist()[0] == "nota 0"


def test_portuguese_days_and_hours_are_one_moment(write: Write) -> None:
    """``Data`` and ``Hora`` stand beside each other."""
    told = table(Data=lambda i: f"2026-03-0{i + 1}", Hora="10:05", Texto="oi", Autor="ana")
    posts = read(write, told).posts
    assert posts["created_at"].dt.minute.eq(5).all()
    assert len(posts) == N
