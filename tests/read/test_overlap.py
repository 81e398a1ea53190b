"""One item in several exports: once, with the latest counters, and every copy kept beside."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from crisislab.errors import CrisisLabError
from crisislab.read import read_log, read_posts
from tests.read.exports import codes

Write = Callable[[str, str | bytes], Path]
HEAD = "id,created_at,author,text,likes,reposts,collected_at,in_reply_to_id\n"


def post(
    likes: str, seen: str, *, text: str = "hola a todos", reposts: str = "", to: str = ""
) -> str:
    """One copy of one post."""
    return f"7,2026-03-05T12:00:00Z,ana,{text},{likes},{reposts},{seen},{to}\n"


def test_the_latest_counters_win_and_all_are_kept(write: Write) -> None:
    """The copy collected last is counted, even where its counters fell; all copies stay."""
    paths = [
        write("a.csv", HEAD + post("90", "2026-03-06T00:00:00Z", reposts="4")),
        write("b.csv", HEAD + post("80", "2026-03-08T00:00:00Z", to="6")),
        write("c.csv", HEAD + post("85", "2026-03-07T00:00:00Z", reposts="5")),
    ]
    for order in itertools.permutations(paths):
        loaded = read_posts(order)
        row = loaded.posts.iloc[0]
        assert (len(loaded.posts), row["n_likes"], row["source_file"]) == (1, 80, "b.csv")
        # What the latest export lacks is taken from the one before it.
        assert (row["n_reposts"], row["parent_id"], row["kind"]) == (5, "6", "reply")
        told = loaded.copies.set_index("source_file")
        assert told["n_likes"].to_dict() == {"a.csv": 90, "b.csv": 80, "c.csv": 85}
        assert told["kept"].to_dict() == {"a.csv": False, "b.csv": True, "c.csv": False}
        assert codes(loaded) == {"CL-ROWS-TWICE", "CL-ROWS-COUNTS"}
        assert read_posts(paths[0]).copies.empty


def test_one_post_written_two_ways_is_no_conflict(write: Write) -> None:
    """A repost whole or cut behind RT, and escaped or plain texts, are the same words."""
    whole, cut = "Lamentamos lo ocurrido & más", "RT @marca: Lamentamos lo ocurri…"
    escaped = whole.replace("&", "&amp;")
    for one, other in itertools.permutations((whole, cut, escaped), 2):
        loaded = read_posts(
            [write("a.csv", HEAD + post("1", "", text=one)),
             write("b.csv", HEAD + post("1", "", text=other))]
        )  # fmt: skip
        assert "CL-ROWS-TEXT" not in codes(loaded), (one, other)
        assert not loaded.posts["text"].iloc[0].endswith("…")
    edited = read_posts(
        [write("a.csv", HEAD + post("1", "")), write("b.csv", HEAD + post("1", "", text="adiós"))]
    )
    assert "CL-ROWS-TEXT" in codes(edited)


def test_escapes_of_an_interface_are_put_back_once(write: Write) -> None:
    """Texts of X and Reddit read as written; the exported form is kept, other layouts are left."""
    tweet = {
        "id": "1577130000000000001", "text": "I &lt;3 R&amp;D &amp;amp; &eacute;", "author_id": "5",
        "created_at": "2022-10-04T02:54:28.000Z", "conversation_id": "1577130000000000001",
    }  # fmt: skip
    loaded = read_posts(write("x.jsonl", json.dumps(tweet) + "\n"))
    row = loaded.posts.iloc[0]
    assert (row["text"], row["text_as_exported"]) == ("I <3 R&D &amp; &eacute;", tweet["text"])
    assert codes(loaded) == {"CL-TEXT-ENTITIES"}
    other = read_posts(write("a.csv", HEAD + post("1", "", text="R&amp;D")))
    assert other.posts["text"].tolist() == ["R&amp;D"]
    assert other.posts["text_as_exported"].isna().all()


def test_repaired_texts_keep_what_the_file_has(write: Write) -> None:
    """A garbled text is repaired, and its exported form stands beside it."""
    loaded = read_posts(write("a.csv", HEAD + post("1", "", text="estÃ¡ claro")))
    assert loaded.posts["text"].tolist() == ["está claro"]
    assert loaded.posts["text_as_exported"].tolist() == ["estÃ¡ claro"]


def test_a_log_without_ids_is_told_in_words_for_logs(write: Write) -> None:
    """A log needs no ids: nothing is said of replies, and nothing is flagged."""
    path = write("log.csv", "hora,quien,accion\n2026-03-05T12:00:00Z,Ana,Aviso al comité\n")
    loaded = read_log(path)
    assert codes(loaded) == {"CL-IDS-MADE-LOG"}
    assert set(loaded.issues["severity"]) == {"fixed"}
    assert not loaded.issues["message"].str.contains("epl").any()
    assert isinstance(loaded.log, pd.DataFrame)


def quote(seen: str) -> str:
    """A post of X that quotes another, as the interface gives it."""
    item = {
        "id": "17", "text": "hola", "author_id": "7", "created_at": "2026-03-05T12:00:00.000Z",
        "conversation_id": "17", "referenced_tweets": [{"type": "quoted", "id": "9"}],
        "public_metrics": {"like_count": 1},
    }  # fmt: skip
    return json.dumps({"data": [item], "__twarc": {"retrieved_at": seen}}) + "\n"


def test_a_copy_without_text_is_no_newer_version(write: Write) -> None:
    """Counters collected later, without texts, take neither text nor kind from the post."""
    whole = write("v2.jsonl", quote("2026-03-06T00:00:00+00:00"))
    counters = write("r.csv", "id,created_at,like_count,collected_at\n"
                              "17,2026-03-05T12:00:00Z,99,2026-03-20T00:00:00Z\n")  # fmt: skip
    for order in ([whole, counters], [counters, whole]):
        row = read_posts(order, platform="x").posts.iloc[0]
        assert row[["text", "kind", "shared_id", "n_likes"]].tolist() == ["hola", "quote", "9", 99]


NUMBERED = "Nº;Fecha;Hora;Quién;Qué se hizo\n"
DAYS = {
    "d1.csv": "1;25/03/2026;09:05;Ana;Aviso a dirección\n2;25/03/2026;10:05;Ana;Comunicado\n",
    "d2.csv": "1;26/03/2026;09:05;Bob;Rueda de prensa\n2;26/03/2026;10:05;Bob;Cierre\n",
}


def test_entries_numbered_anew_do_not_replace_each_other(write: Write) -> None:
    """A log a day is refused, the advice loads all of it; in one file the numbers are no ids."""
    by_day = [write(name, NUMBERED + rows) for name, rows in DAYS.items()]
    whole = write("all.csv", NUMBERED + "".join(DAYS.values()))
    alone = write("ana.csv", NUMBERED + "".join(DAYS.values()).replace("Bob", "Ana"))
    with pytest.raises(CrisisLabError, match="CL-IDS-CLASH") as refused:
        read_log(by_day, zone="Europe/Madrid")
    assert 'columns={"entry_id": ' in str(refused.value)
    for path in (whole, alone):
        loaded = read_log(path, zone="Europe/Madrid")
        assert len(loaded.log) == 4
        assert loaded.log["thread_id"].isna().all()
    renamed = [write(name, NUMBERED.replace("Nº", "fila") + rows) for name, rows in DAYS.items()]
    assert len(read_log(renamed, zone="Europe/Madrid").log) == 4


def test_entries_in_two_exports_count_once(write: Write) -> None:
    """The same entries in a later export, one of them edited, are no clash."""
    first = write("d1.csv", NUMBERED + DAYS["d1.csv"])
    later = write("d2.csv", NUMBERED + DAYS["d1.csv"].replace("Comunicado", "Comunicado enviado"))
    loaded = read_log([first, later], zone="Europe/Madrid")
    assert len(loaded.log) == 2
    assert {"CL-ROWS-TWICE", "CL-ROWS-TEXT"} <= codes(loaded)


def numbered(name: str, minute: int) -> str:
    """Eight posts of an export that numbers its rows."""
    rows = (f"{i},2026-03-05T{9 + i:02}:{minute:02}:00Z,{name}{i},{name} {i}" for i in range(8))
    return "id,created_at,author,text\n" + "".join(f"{row}\n" for row in rows)


def test_posts_numbered_anew_do_not_replace_each_other(write: Write) -> None:
    """Other words by others at another time are another post, however near in time."""
    paths = [write("fb.csv", numbered("fb", 0)), write("ig.csv", numbered("ig", 30))]
    with pytest.raises(CrisisLabError, match="CL-IDS-CLASH"):
        read_posts(paths, platform="facebook")
    few = [write(path.name, path.read_text("utf-8")[: -7 * 30]) for path in paths]
    with pytest.raises(CrisisLabError, match="CL-IDS-CLASH"):
        read_posts(few, platform="facebook")
