"""Columns by name alone: what is somebody else's is told or asked about, and nothing else is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crisislab.read import LoadedLog, LoadedPosts, read_log, read_posts
from tests.read.code_fixtures_unused import at, said
from tests.read.exports import adds_up, codes

Write = Callable[[str, str | bytes], Path]
Cell = str | Callable[[int], str]
N = 24


def made(**columns: Cell) -> str:
    """Return a CSV; a column is a value for all rows, or a function of the row."""
    head = ",".join(name.replace("_", " ") for name in columns)
    rows = (",".join(v(i) if callable(v) else v for v in columns.values()) for i in range(N))
    return "\n".join([head, *rows]) + "\n"


OWN: dict[str, Cell] = {"id": lambda i: f"p{i}", "created_at": at}
LOG: dict[str, Cell] = {"time": at}
WORDS: dict[str, Cell] = {"text": said}


def posts(write: Write, /, **columns: Cell) -> LoadedPosts:
    """Read a table of posts."""
    loaded = read_posts(write("t.csv", made(**columns)), platform="facebook", strict=False)
    assert adds_up(loaded)
    return loaded


def log(write: Write, /, **columns: Cell) -> LoadedLog:
    """Read a table of a log."""
    loaded = read_log(write("t.csv", made(**columns)), strict=False)
    assert adds_up(loaded)
    return loaded


# --- texts ---------------------------------------------------------------------------------------

NAMES = ("Verbatim", "Hit Sentence", "Feedback", "Statement", "Narrative", "Free text",
         "Comentario del cliente", "Texto de la queja", "Message content")  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("title", ["title", "titular", "subject"])
def test_words_have_more_names_than_a_title(write: Write, name: str, title: str) -> None:
    """A title that all rows have is no words of anybody's."""
    found = posts(write, **OWN, **{title: "Retirada de Acme", name: said})
    assert not codes(found)
    assert found.posts["text"].tolist() == [said(i) for i in range(N)]


@pytest.mark.parametrize("name", ["Log entry", "Bitácora", "Remarks", "Narrative", "Statement"])
def test_entries_have_more_names_than_a_title(write: Write, name: str) -> None:
    """So it is in a log."""
    assert log(write, **LOG, who="ana", title="Caída", **{name: said}).log["text"].iloc[3] == said(
        3
    )


@pytest.mark.parametrize("label", ["Good", lambda i: "No" if i % 2 else "Yes", ""])
@pytest.mark.parametrize("name", ["Feedback", "Statement", "Narrative", "Free text"])
@pytest.mark.parametrize("n", [2, N])
def test_labels_are_no_words(write: Write, label: Cell, name: str, n: int) -> None:
    """Where a headline or a subject says more, it is the text, and so it is in a log."""
    told = made(**OWN, subject=said, **{name: label}).splitlines()[: n + 1]
    found = read_posts(write("t.csv", "\n".join(told) + "\n"), platform="facebook")
    assert not codes(found)
    assert found.posts["text"].iloc[1] == said(1)
    entries = log(write, **LOG, who="ana", subject=said, Narrative=label).log["text"]
    assert entries.iloc[3] == said(3)


@pytest.mark.parametrize("same", [lambda _: "Acme recall", lambda i: "Acme recall" if i else "x"])
def test_a_title_that_all_rows_have_is_told(write: Write, same: Cell) -> None:
    """Where the words stand under a name that nobody knows; the rows are loaded."""
    told = {**OWN, "title": same, "Lo dicho": said}
    found = posts(write, **told)
    (problem,) = (p for p in found.problems if p.code.startswith("CL-TEXT"))
    assert (problem.code, problem.severity) == ("CL-TEXT-RICHER", "flagged")
    assert len(found.posts) == N
    assert 'columns = { text = "Lo dicho" }' in problem.part("fix", "es")
    again = read_posts(write("t.csv", made(**told)), columns={"text": "Lo dicho"})
    assert again.posts["text"].iloc[5] == said(5)
    assert not codes(again)


def test_a_constant_title_is_told_in_records_too(write: Write) -> None:
    """Wherever names are all there is; a log with a title and more is asked about as it was."""
    assert "CL-SOURCE-UNKNOWN" in codes(log(write, **LOG, who="ana", title="Caída", c3=said))
    rows = [{"id": f"p{i}", "created_at": at(i), "title": "Acme", "c3": said(i)} for i in range(N)]
    assert "CL-TEXT-RICHER" in codes(read_posts(write("t.json", json.dumps(rows)), strict=False))


@pytest.mark.parametrize("text", [lambda i: f"queja {i}", "Acme recall", ""])
def test_a_text_with_next_to_nothing_to_say_is_told(write: Write, text: Cell) -> None:
    """The rows are loaded: a name that means texts may hold short ones."""
    found = posts(write, **OWN, text=text, c3=said)
    assert codes(found) == {"CL-TEXT-RICHER"}
    assert len(found.posts) == N


@pytest.mark.parametrize("cell", [
    lambda i: f"Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.{i} Chrome/{i} Safari y más",
    lambda i: f"Avenida de la Constitución Española número {i} Madrid centro",
])  # fmt: skip
@pytest.mark.parametrize("name", ["Browser", "Sede", "firma", "Impacto", "Resposta"])
def test_columns_of_other_things_are_no_richer_text(write: Write, cell: Cell, name: str) -> None:
    """Short complaints beside what a form writes by itself."""
    assert not codes(posts(write, **OWN, text=SHORT, **{name: cell}))


@pytest.mark.parametrize("name", ["Impact", "Next steps", "Consecuencias", "Medidas", "c3"])
def test_a_log_says_more_than_one_thing(write: Write, name: str) -> None:
    """What came of an event is no better text than the event."""
    found = log(write, **LOG, who="ana", event=lambda i: f"Nodo {i} caído", **{name: said})
    assert codes(found) == {"CL-IDS-MADE-LOG"}


def test_what_is_declared_is_told_no_more(write: Write) -> None:
    """Whoever says which column it is knows."""
    path = write("t.csv", made(**OWN, text="hola", c3=said))
    assert not codes(read_posts(path, platform="x", columns={"text": "text"}))


def test_where_no_text_is_known_the_richest_column_is_named(write: Write) -> None:
    """One column alone holds texts, and the line to add names it."""
    (problem,) = (p for p in posts(write, **OWN, c3=said, c4="x", c5="y").problems)
    assert (problem.code, problem.facts["first"]) == ("CL-TEXT-NONE", "c3")


SHORT: Cell = lambda i: f"queja {i}"  # noqa: E731 - a value among others


@pytest.mark.parametrize("name", [
    "User description", "author bio", "profile", "userDescription", "Source", "media alt text",
    "Quoted text", "parent text", "translation", "clean text", "agent response", "Respuesta",
    "Company reply", "notes", "summary", "page description", "Link", "article body",
])  # fmt: skip
def test_what_is_told_of_others_is_no_richer_text(write: Write, name: str) -> None:
    """Descriptions of people, answers, what was shared or made of the text."""
    assert not codes(posts(write, **OWN, text=SHORT, **{name: said}))


@pytest.mark.parametrize("cell", [
    lambda i: f"https://example.org/una/direccion/muy/larga/de/la/noticia/{i}",
    lambda i: f"abierto {i % 3} por el equipo de guardia de noche",
    lambda i: said(i) if i % 3 == 0 else "",
    lambda i: f"[{{'a': 'uno dos tres cuatro cinco {i}'}}]", lambda i: f"{i:032x}",
    lambda i: f"#uno #dos #tres #cuatro{i}", lambda i: f"{i} 2 3 4 5 6 7 8 9 10 11 12 13",
    "lo mismo en cada una de las filas",
    lambda i: f"uno{i}; dos; tres; cuatro; cinco; seis",
])  # fmt: skip
def test_what_is_no_prose_is_no_richer_text(write: Write, cell: Cell) -> None:
    """Addresses, states, lists, numbers, and what only some rows have."""
    assert not codes(posts(write, **OWN, text=SHORT, c3=cell))


@pytest.mark.parametrize("text", [said, lambda i: f"no va el servicio desde ayer {i}"])
def test_texts_as_long_as_others_are_not_told(write: Write, text: Cell) -> None:
    """Another column as long says nothing against the one whose name is known."""
    assert not codes(posts(write, **OWN, text=text, c3=said))


def test_an_empty_text_beside_words_is_told(write: Write) -> None:
    """Its name is known, and nothing stands there."""
    assert codes(posts(write, **OWN, text="", c3=said)) == {"CL-TEXT-RICHER"}


def test_few_rows_say_nothing(write: Write) -> None:
    """Two rows may be the same by chance."""
    few = f"id,created_at,text,c3\n1,{at(1)},hola,{said(1)}\n2,{at(2)},hola,{said(2)}\n"
    assert not codes(read_posts(write("few.csv", few), platform="x"))


def test_one_slogan_of_many_people_is_no_fault(write: Write) -> None:
    """A campaign says the same in every post; who they are is told beside it."""
    assert not codes(posts(write, **OWN, text="Basta ya Acme", user=lambda i: f"ana{i}", bio=said))


def test_a_varied_title_is_the_text(write: Write) -> None:
    """Where nothing else has words."""
    found = posts(write, **OWN, title=said, section=lambda i: f"s{i % 3}")
    assert not codes(found)
    assert found.posts["text"].iloc[7] == said(7)


# --- notes of coders -----------------------------------------------------------------------------


@pytest.mark.parametrize("note", [
    lambda i: "queja" if i % 2 else "duda", lambda i: "sí" if i % 3 else "",
    lambda i: f"es una crítica al servicio {i}" if i % 5 == 0 else "",
])  # fmt: skip
@pytest.mark.parametrize("name", ["post", "publicacion", "post content", "tweet content"])
def test_a_note_beside_a_post_is_asked_about(write: Write, note: Cell, name: str) -> None:
    """Who codes posts writes into a column of comments."""
    found = posts(write, **OWN, **{name: said}, comment=note)
    assert "CL-COLUMN-TWO" in codes(found)
    assert found.posts.empty


@pytest.mark.parametrize("above", ["", "Anuncio", lambda i: f"Anuncio de la marca número {i // 8}",
                                   said])  # fmt: skip
def test_comments_under_posts_are_the_text(write: Write, above: Cell) -> None:
    """However long the post above is, what people said of it is the text."""
    for name in ("post", "publicacion", "product", "description"):
        found = posts(write, **OWN, **{name: above}, comment=lambda i: f"fatal {i} de verdad")
        assert not codes(found)
        assert found.posts["text"].iloc[4] == "fatal 4 de verdad"


def test_comments_of_their_own_ids_stand_under_posts(write: Write) -> None:
    """However long the post above is."""
    own: dict[str, Cell] = {"comment_id": lambda i: f"c{i}", "created_at": at}
    found = posts(write, **own, post_text=said, comment=lambda i: f"ok {i}")
    assert not codes(found)
    assert found.posts["text"].iloc[4] == "ok 4"


# --- logs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "worker", ["assignee", "owner", "assigned to", "Responsable", "Asignado a"]
)
@pytest.mark.parametrize("teller", ["reporter", "author", "reported by", "Registrado por",
                                    "logged by", "Anotado por"])  # fmt: skip
def test_who_told_is_the_actor(write: Write, worker: str, teller: str) -> None:
    """Who is to see to it did not write the entry."""
    found = log(write, **LOG, note=said, **{worker: "luis", teller: "ana"})
    assert set(found.log["actor"]) == {"ana"}


@pytest.mark.parametrize(("worker", "other"), [
    ("Owner", "Created by"), ("Responsable", "Creado por"), ("Responsable", "Usuario"),
    ("Responsable", "Persona"), ("assigned to", "created by"),
])  # fmt: skip
def test_a_program_or_the_person_concerned_is_no_actor(
    write: Write, worker: str, other: str
) -> None:
    """Lists write who made a row, and a ticket whom it is about."""
    found = log(write, **LOG, note=said, **{worker: "ana", other: "Zapier"})
    assert set(found.log["actor"]) == {"ana"}


@pytest.mark.parametrize(("name", "number"), [
    ("from", "sender id"), ("name", "sender id"), ("Asignado a", "assignee id"),
    ("Responsable", "assignee id"), ("informado por", "reporter id"), ("reporter", "reporter id"),
])  # fmt: skip
def test_the_number_of_who_is_named_is_kept(write: Write, name: str, number: str) -> None:
    """Names of one role in any language are of one person."""
    found = log(write, **LOG, note=said, **{name: "ana", number: "u7"})
    assert set(found.log["actor_id"]) == {"u7"}


@pytest.mark.parametrize("name", ["owner", "Responsable", "assignee", "assigned to", "by", "name"])
def test_who_is_named_alone_is_the_actor(write: Write, name: str) -> None:
    """Where nobody else is."""
    assert set(log(write, **LOG, note=said, **{name: "luis"}).log["actor"]) == {"luis"}


def test_the_number_of_the_actor_is_of_the_same_person(write: Write) -> None:
    """An assignee's number is none of the reporter's."""
    both = log(write, **LOG, note=said, reporter="ana", assignee="luis", assignee_id="u7")
    assert both.log["actor_id"].isna().all()
    alone = log(write, **LOG, note=said, assignee="luis", assignee_id="u7")
    assert set(alone.log["actor_id"]) == {"u7"}


# --- counters ------------------------------------------------------------------------------------

ABOVE: dict[str, Cell] = {
    "shares": lambda i: f"{70 + i // 8}",
    "views": lambda i: f"{9000 + i // 8}",
}
COUNTERS = ["n_likes", "n_reposts", "n_replies", "n_impressions"]


@pytest.mark.parametrize("name", ["comment", "Comentario", "comment_text"])
def test_counters_of_the_post_are_not_those_of_comments(write: Write, name: str) -> None:
    """They repeat beside every comment."""
    likes: dict[str, Cell] = {
        "likes": lambda i: f"{500 + i // 8}",
        "comments": lambda i: f"{i // 8}",
    }
    found = posts(write, **OWN, **{name: said}, **ABOVE, **likes)
    (problem,) = (p for p in found.problems if p.code == "CL-COUNT-ABOVE")
    assert problem.value == "shares, views, likes"
    assert found.posts[COUNTERS].drop(columns="n_replies").isna().all(axis=None)


def test_likes_of_comments_are_theirs_beside_shares_of_the_post(write: Write) -> None:
    """They differ where the counters of the post do not."""
    found = posts(write, **OWN, comment=said, **ABOVE, likes=lambda i: f"{i}")
    assert codes(found) == {"CL-COUNT-ABOVE"}
    assert found.posts["n_likes"].tolist() == list(range(N))


@pytest.mark.parametrize("more", [
    {"views": lambda i: f"{100 + i}"}, {"views": ""}, {"views": "N/A", "shares": ""},
    {"shares": lambda i: f"{i % 5}", "views": lambda i: f"{90 + 7 * i}"}, {"views": "0"},
    {"retuits": lambda i: f"{i // 8}", "views": lambda i: f"{9000 + i // 8}"},
])  # fmt: skip
def test_counters_that_do_not_repeat_are_of_the_rows(write: Write, more: dict[str, Cell]) -> None:
    """Replies have views of their own, and tools call posts comments."""
    found = posts(write, **OWN, Comentario=said, likes=lambda i: f"{i}", **more)
    assert "CL-COUNT-ABOVE" not in codes(found)
    assert found.posts["n_likes"].tolist() == list(range(N))


def test_likes_of_nobody_are_taken(write: Write) -> None:
    """Zeros everywhere are no counters of the post."""
    own: dict[str, Cell] = {"comment_id": lambda i: f"c{i}", "created_at": at, "comment": said}
    found = posts(write, **own, likes="0", views=lambda i: f"{9000 + i // 8}")
    assert set(found.posts["n_likes"]) == {0}
    assert found.posts["n_impressions"].isna().all()


@pytest.mark.parametrize("more", [{"likes": "5"}, {"likes": "5", "replies": "2"},
                                  {"comment_likes": "5"}])  # fmt: skip
def test_likes_and_answers_of_comments_are_taken(write: Write, more: dict[str, Cell]) -> None:
    """Comments have both."""
    found = posts(write, **OWN, comment=said, **more)
    assert not codes(found)
    assert set(found.posts["n_likes"]) == {5}


@pytest.mark.parametrize("name", ["text", "message", "caption", "review"])
def test_counters_of_posts_are_theirs(write: Write, name: str) -> None:
    """Shares and views beside anything else than comments."""
    found = posts(write, **OWN, **{name: said}, **ABOVE)
    assert not codes(found)
    assert found.posts["n_impressions"].notna().all()


def test_counters_that_are_declared_are_taken(write: Write) -> None:
    """Whoever says so knows."""
    path = write("t.csv", made(**OWN, comment=said, views="7"))
    found = read_posts(path, platform="x", columns={"n_impressions": "views"})
    assert (codes(found), set(found.posts["n_impressions"])) == (set(), {7})


# --- accounts ------------------------------------------------------------------------------------

PEOPLE: dict[str, Cell] = {"id": lambda i: f"{i}", "username": lambda i: f"ana{i}",
                           "followers": lambda i: f"{i}"}  # fmt: skip


@pytest.mark.parametrize("more", [
    {"created_at": at, "following": "7", "verified": "no", "description": said},
    {"date": at, "bio": said, "verified": "no"},
    {"fecha": at, "biografia": said, "seguidos": "3", "verificado": "no"},
])  # fmt: skip
@pytest.mark.parametrize("read", [read_posts, read_log])
def test_a_list_of_accounts_is_no_export_of_posts(
    write: Write, more: dict[str, Cell], read: Callable[..., Any]
) -> None:
    """The day an account was made is no time of a post."""
    loaded = read(write("t.csv", made(**PEOPLE, **more)), strict=False)
    assert adds_up(loaded)
    if read is read_posts or "description" in more:
        assert "CL-SOURCE-ACCOUNTS" in codes(loaded)
    assert loaded.ledger["n_loaded"].sum() == 0


@pytest.mark.parametrize("more", [
    {"text": said, "following": "7", "verified": "no", "description": said},
    {"likes": "7", "verified": "no", "following": "3", "message": said},
    {"caption": said, "verified": "no", "bio": said, "following": "7"},
])  # fmt: skip
def test_posts_with_what_is_told_of_their_authors_are_posts(
    write: Write, more: dict[str, Cell]
) -> None:
    """Their words are theirs."""
    found = posts(write, **PEOPLE, created_at=at, **more)
    assert not codes(found)
    assert len(found.posts) == N


@pytest.mark.parametrize("more", [
    {"date": at, "description": said, "following": "9", "verified": "no"},
    {"createTime": at, "description": said, "following": "9", "verified": "no"},
    {"created_at": at, "description": said, "following": "9", "verified": "no",
     "url": lambda i: f"https://x.com/ana/status/{i}"},
])  # fmt: skip
def test_posts_called_descriptions_are_posts(write: Write, more: dict[str, Cell]) -> None:
    """A video has a description, and a date of its own."""
    found = posts(write, **PEOPLE, **more)
    assert "CL-SOURCE-ACCOUNTS" not in codes(found)
    assert len(found.posts) == N


def test_what_may_be_posts_without_words_is_loaded(write: Write) -> None:
    """Who wrote when, without the words: told as that, as long as nothing is said of accounts."""
    found = posts(write, **PEOPLE, created_at=at, tweets="7", following="3", verified="no")
    assert "CL-SOURCE-ACCOUNTS" not in codes(found)
    assert len(found.posts) == N


@pytest.mark.parametrize("own", ["tweet_id", "post_id"])
def test_posts_without_words_are_posts(write: Write, own: str) -> None:
    """Ids that are called those of posts, or people who write more than once."""
    told = {**PEOPLE, own: lambda i: f"{900 + i}", "created_at": at, "verified": "no"}
    told |= {"following": "9"}
    del told["id"]
    assert len(posts(write, **told).posts) == N
    again = {**PEOPLE, "username": lambda i: f"ana{i % 5}", "created_at": at, "verified": "no"}
    assert len(posts(write, **again, following="9").posts) == N


# --- authors -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["account", "Cuenta"])
@pytest.mark.parametrize("text", ["comment", "review", "customer feedback"])
def test_the_account_that_rows_went_to_is_no_author(write: Write, name: str, text: str) -> None:
    """All comments have the page they stand on, and ids of their own."""
    own: dict[str, Cell] = {"created_at": at, text: said, name: "acme"}
    kind = "review" if text == "review" else "comment"
    found = posts(write, **{f"{kind} id": lambda i: f"c{i}"}, **own)
    assert codes(found) == {"CL-AUTHOR-ACCOUNT"}
    assert found.posts["author_handle"].isna().all()


def test_who_is_spoken_to_is_no_author(write: Write) -> None:
    """Nobody calls himself by his handle in most of what he writes."""
    told: Cell = lambda i: f"@Acme {said(i)}" if i % 3 else said(i)  # noqa: E731
    found = posts(write, **OWN, text=told, account="acme")
    assert codes(found) == {"CL-AUTHOR-ACCOUNT"}


@pytest.mark.parametrize("ending", ["con @acme", "síguenos en @acme", "@acme_es"])
def test_a_brand_that_signs_is_the_author(write: Write, ending: str) -> None:
    """Now and then, or as another account of the house."""
    told: Cell = lambda i: f"{said(i)} {ending if i % 4 == 0 or '_' in ending else ''}"  # noqa: E731
    found = posts(write, **OWN, text=told, account="acme")
    assert set(found.posts["author_handle"]) == {"acme"}


@pytest.mark.parametrize("worker", ["account", "owner"])
@pytest.mark.parametrize("person", ["customer", "requester", "commenter", "reviewer", "username"])
def test_who_wrote_is_the_author_beside_an_account(write: Write, worker: str, person: str) -> None:
    """One account has what many people write."""
    found = posts(write, **OWN, message=said, **{worker: "acme", person: lambda i: f"ana{i}"})
    assert found.posts["author_handle"].tolist() == [f"ana{i}" for i in range(N)]


@pytest.mark.parametrize("other", [
    lambda i: ("TweetDeck", "Twitter Web App", "Twitter for iPhone")[i % 3],
    lambda i: f"{i}:00", lambda i: f"https://example.org/{i}", lambda i: f"{i}",
])  # fmt: skip
def test_what_is_no_person_is_no_author(write: Write, other: Cell) -> None:
    """Programs, times, addresses and numbers stand in columns of people too."""
    found = posts(write, **OWN, message=said, account="acme", customer=other)
    assert set(found.posts["author_handle"]) == {"acme"}


def test_a_talk_has_two_sides(write: Write) -> None:
    """Who writes alternates; with whom is told beside it."""
    talk: dict[str, Cell] = {"user": lambda i: ("Agente", "Cliente")[i % 2],
                             "customer": lambda i: f"ana{i // 2}"}  # fmt: skip
    found = posts(write, **OWN, message=said, **talk)
    assert found.posts["author_handle"].tolist() == ["Agente", "Cliente"] * (N // 2)


@pytest.mark.parametrize("columns", [
    {"text": said, "account": "acme"}, {"comment": said, "account": "acme"},
    {"text": said, "account": "acme", "author_name": lambda i: f"Ana {i}"},
    {"text": said, "account": lambda i: f"ana{i}"},
    {"comment": said, "account": lambda i: f"ana{i}"}, {"comment": said, "username": "ana"},
    {"comment": said, "user": lambda i: f"ana{i}", "sender": "web"}, {"text": said, "user": "acme"},
    {"text": said, "user": lambda i: f"ana{i}", "customer": lambda i: f"c{i % 3}"},
    {"text": said, "author": "acme", "author_name": "Acme"}, {"message": said, "from": "acme"},
])  # fmt: skip
def test_authors_stay(write: Write, columns: dict[str, Cell]) -> None:
    """The brand's own posts, people by whatever name, and one person who comments."""
    found = posts(write, **OWN, **columns)
    assert not codes(found)
    assert found.posts["author_handle"].notna().all()


@pytest.mark.parametrize(("name", "cell"), [
    ("sender", "ana{i}@correo.es"), ("from", "Ana {i} <ana{i}@correo.es>"),
    ("author", "ana{i}@gmail.com"), ("username", "Ana {i} <ana{i}@hotmail.es>"),
    ("customer email", "ana{i}@acme.example"),
])  # fmt: skip
def test_an_address_of_mail_is_no_handle(write: Write, name: str, cell: str) -> None:
    """It tells people apart, and nobody is called so in public."""
    found = posts(write, **OWN, message=said, **{name: lambda i: cell.format(i=i)})
    assert codes(found) <= {"CL-AUTHOR-EMAIL"}
    assert found.posts["author_handle"].isna().all()
    assert name == "customer email" or found.posts["author_id"].nunique() == N


@pytest.mark.parametrize(
    "cell",
    [
        "@ana{i}",
        "ana{i}",
        "ana{i}@mastodon",
        "Ana {i} (@ana{i})",
        "ana{i}@mastodon.social",
        "@ana{i}@lemmy.world",
    ],
)
def test_handles_are_no_addresses_of_mail(write: Write, cell: str) -> None:
    """With or without their sign."""
    found = posts(write, **OWN, message=said, author=lambda i: cell.format(i=i))
    assert "CL-AUTHOR-EMAIL" not in codes(found)
    assert found.posts["author_handle"].notna().all()
