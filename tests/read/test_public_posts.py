"""Layouts of public exports of posts, comments and reviews, with invented rows: what each gives.

Beside each rule stand tables that look alike and where it must not act.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crisislab.read import read_posts
from tests.read.exports import adds_up, codes, table

Write = Callable[[str, str | bytes], Path]
ZONE = "Europe/Madrid"


def at(i: int) -> str:
    """The time of a row."""
    return f"2026-03-{i + 1:02d}T09:00:00Z"


def read(write: Write, header: str, *rows: str, **told: Any) -> Any:
    """The posts of a table; its ledger adds up."""
    loaded = read_posts(write("posts.csv", table(*rows, header=header)), strict=False, **told)
    assert adds_up(loaded)
    return loaded


def column(loaded: Any, name: str) -> list[Any]:
    """One column, empty cells as nothing, in the order of the file."""
    posts = loaded.posts.sort_values("source_row")
    return posts[name].astype(object).where(posts[name].notna(), None).tolist()


# --- who wrote -----------------------------------------------------------------------------------


def test_a_screen_name_is_the_handle_and_the_user_name_the_name(write: Write) -> None:
    """DocNow's exports call the display name ``user_name``."""
    loaded = read(write, "id;created_at;text;user_name;user_screen_name",
                  f"1;{at(0)};hola;Ana;ana_p", f"2;{at(1)};ya;Luis;luisg")  # fmt: skip
    assert column(loaded, "author_handle") == ["ana_p", "luisg"]
    assert column(loaded, "author_name") == ["Ana", "Luis"]


def test_a_handle_has_no_blanks_whatever_columns_are_called(write: Write) -> None:
    """Some scrapers turn the two names around: the cells say which is which."""
    loaded = read(write, "id;created_at;text;UserScreenName;UserName",
                  f"1;{at(0)};hola;Ana Pérez;@ana_p", f"2;{at(1)};ya;Luis;@luisg")  # fmt: skip
    assert column(loaded, "author_handle") == ["ana_p", "luisg"]
    assert column(loaded, "author_name") == ["Ana Pérez", "Luis"]


@pytest.mark.parametrize(("header", "cells"), [
    ("username;nick", ("ana_p;7", "luisg;8")),
    ("author;sender", ("Ana Pérez;", "Luis;soporte")),
    ("author;author_username", ("ana_p;eva_x", "luisg;eva_x")),
])  # fmt: skip
def test_a_handle_without_blanks_or_without_another_stays(
    write: Write, header: str, cells: tuple[str, ...]
) -> None:
    """Numbers, columns that are filled now and then, and handles beside handles change nothing."""
    rows = [f"{i};{at(i)};hola {i};{cell}" for i, cell in enumerate(cells)]
    loaded = read(write, f"id;created_at;text;{header}", *rows)
    taken = column(loaded, "author_handle")
    assert taken in ([cell.split(";")[0] for cell in cells], ["eva_x", "eva_x"])


def test_who_answered_a_review_is_not_who_wrote_it(write: Write) -> None:
    """Beside an author, a user is somebody of the company."""
    loaded = read(write, "review_id;date;author;rating;review;developer_reply;user",
                  f"r1;{at(0)};ana;1;no abre;lo sentimos;Soporte",
                  f"r2;{at(1)};luis;5;genial;;")  # fmt: skip
    assert column(loaded, "author_handle") == ["ana", "luis"]


@pytest.mark.parametrize(("header", "cells", "names"), [
    ("profileName;profileId", "Ana P{i};p{i}", "author_name"),
    ("ProfileName;UserId", "Ana P{i};u{i}", "author_name"),
    ("user_username;user_displayname", "ana;Ana Pérez", "author_handle"),
    ("comment_by;is_reply", "ana;0", "author_handle"),
    ("account_name;user_id", "Ana P{i};{i}", "author_name"),
    ("usuario_comentador;tema", "@ana;x", "author_handle"),
])  # fmt: skip
def test_who_wrote_is_read_under_the_names_of_scrapers(
    write: Write, header: str, cells: str, names: str
) -> None:
    """Facebook's, Amazon's and others' scripts have names of their own."""
    rows = [f"{i};{at(i)};hola {i};{cells.format(i=i)}" for i in range(3)]
    loaded = read(write, f"id;created_at;text;{header}", *rows)
    assert all(str(name).casefold().startswith("ana") for name in column(loaded, names))


@pytest.mark.parametrize("header", [
    "account_name;sender_name", "profile_name;from", "account_name;username",
])  # fmt: skip
def test_the_account_beside_a_sender_is_not_the_author(write: Write, header: str) -> None:
    """In an inbox it is the brand's, which received the rows."""
    loaded = read(write, f"id;created_at;text;{header}", f"1;{at(0)};hola;Marca;ana")
    assert "Marca" not in (*column(loaded, "author_name"), *column(loaded, "author_handle"))


@pytest.mark.parametrize("header", ["profile_name", "account_name", "channel_username"])
def test_one_account_on_all_comments_is_that_above_them(write: Write, header: str) -> None:
    """A page has one name; those who comment have many."""
    rows = [f"c{i};{at(i)};hola {i};{name}" for i, name in enumerate(("Marca",) * 4)]
    loaded = read(write, f"comment_id;created_at;comment_text;{header}", *rows)
    assert not {"author_name", "author_handle"} & {
        name for name in ("author_name", "author_handle") if any(column(loaded, name))
    }


def test_a_column_that_may_name_people_is_told_where_none_is_read(write: Write) -> None:
    """Rows without anybody who wrote them are not loaded in silence, and the advice works."""
    rows = [f"{i};{at(i)};hola {i};Ana Pérez;Madrid" for i in range(3)]
    loaded = read(write, "id;created_at;text;written_by;city", *rows)
    (told,) = (p for p in loaded.problems if p.code == "CL-AUTHOR-NONE")
    assert told.column == "written_by"
    loaded = read(write, "id;created_at;text;written_by;city", *rows,
                  columns={"author_handle": "written_by"})  # fmt: skip
    assert not codes(loaded) & {"CL-AUTHOR-NONE"}


def test_numbers_of_accounts_lose_the_x_before_them_as_ids_do(write: Write) -> None:
    """The same account has the same number in every export."""
    loaded = read(write, "user_id;status_id;created_at;screen_name;text",
                  f"x123456;x1264259900000000001;{at(0)};ana;hola")  # fmt: skip
    assert column(loaded, "author_id") == ["123456"]


@pytest.mark.parametrize("number", ["xbox", "x12", "did:plc:x1234567"])
def test_other_accounts_keep_their_x(write: Write, number: str) -> None:
    """Names, and numbers that are too short to be one."""
    loaded = read(write, "user_id;created_at;text", f"{number};{at(0)};hola")
    assert column(loaded, "author_id") == [number]


@pytest.mark.parametrize("header", [
    "author;written_by", "city;lang", "user_count;by_hour", "user_timezone;product_name",
])  # fmt: skip
def test_nothing_is_told_where_people_are_known_or_nothing_names_them(
    write: Write, header: str
) -> None:
    """An author there is; places and numbers are nobody."""
    cells = {
        "author;written_by": "ana;eva",
        "city;lang": "Madrid;es",
        "user_count;by_hour": "7;9",
        "user_timezone;product_name": "Dublin;Router X",
    }
    rows = [f"{i};{at(i)};hola {i};{cells[header]}" for i in range(3)]
    assert not codes(read(write, f"id;created_at;text;{header}", *rows)) & {"CL-AUTHOR-NONE"}


# --- what rows are -------------------------------------------------------------------------------


def test_a_flag_named_rt_tells_reposts_and_its_source_what_they_share(write: Write) -> None:
    """Rows without words that share a post are no posts of their own."""
    loaded = read(write, "id;created_at;text;author;RT;RT_source",
                  f"1;{at(0)};hola;ana;false;", f"2;{at(1)};;luis;true;1")  # fmt: skip
    assert column(loaded, "kind") == ["post", "repost"]
    assert column(loaded, "shared_id") == [None, "1"]


def test_numbers_in_a_column_named_rt_are_counts(write: Write) -> None:
    """In Spanish exports RT are the retweets that a post got."""
    rows = [f"{i};{at(i)};hola {i};ana;{i * 3}" for i in range(4)]
    loaded = read(write, "id;created_at;text;author;RT", *rows)
    assert set(column(loaded, "kind")) == {"post"}
    assert column(loaded, "n_reposts") == [0, 3, 6, 9]


@pytest.mark.parametrize("header", ["tipo", "Type"])
def test_types_that_say_to_whom_a_post_goes_are_its_kind(write: Write, header: str) -> None:
    """TW, RT and RP, or Comment and Reply."""
    loaded = read(write, f"id;created_at;text;author;{header}", f"1;{at(0)};hola;ana;TW",
                  f"2;{at(1)};RT @ana: hola;luis;RT", f"3;{at(2)};@ana ya;eva;RP")  # fmt: skip
    assert column(loaded, "kind") == ["post", "repost", "reply"]


@pytest.mark.parametrize("types", [
    ("photo", "video", "link"), ("reply", "Promoted", "reply"), ("message", "reply", "service"),
])  # fmt: skip
def test_other_types_say_nothing_of_it(write: Write, types: tuple[str, ...]) -> None:
    """What a post holds, and words that are not known, leave it a post."""
    rows = [f"{i};{at(i)};hola {i};ana;{word}" for i, word in enumerate(types)]
    assert set(column(read(write, "id;created_at;text;author;type", *rows), "kind")) == {"post"}


def test_whom_a_row_answers_makes_it_a_reply_where_no_column_says_what(write: Write) -> None:
    """Only the account is named: the post that is answered is not known."""
    loaded = read(write, "id;created_at;text;author;in_reply_to_screen_name",
                  f"1;{at(0)};hola;ana;", f"2;{at(1)};@ana ya;luis;ana")  # fmt: skip
    assert column(loaded, "kind") == ["post", "reply"]
    assert column(loaded, "parent_id") == [None, None]


def test_parents_and_quoted_people_are_told_by_their_columns(write: Write) -> None:
    """As Bluesky's exports write them: beside the row, who stands above it."""
    loaded = read(write, "DID;Handle;CreatedAt;Text;Parent DID;Parent Text;Quoted Handle",
                  f"did:plc:a;ana.bsky.social;{at(0)};hola;;;",
                  f"did:plc:b;luis.bsky.social;{at(1)};ya;did:plc:a;hola;",
                  f"did:plc:c;eva.bsky.social;{at(2)};eso;;;ana.bsky.social")  # fmt: skip
    assert column(loaded, "kind") == ["post", "reply", "quote"]
    assert column(loaded, "author_id") == ["did:plc:a", "did:plc:b", "did:plc:c"]


@pytest.mark.parametrize(("header", "row"), [
    ("in_reply_to_screen_name;in_reply_to_status_id", "ana;"),
    ("in_reply_to_screen_name;conversation_id", "ana;2"),
    ("in_reply_to_screen_name;lang", "[];es"),
])  # fmt: skip
def test_a_name_alone_is_no_reply_where_more_is_known(write: Write, header: str, row: str) -> None:
    """The post that is answered is in a column, begins the thread, or nobody is named."""
    loaded = read(write, f"id;created_at;text;author;{header}", f"2;{at(1)};@ana ya;luis;{row}")
    assert column(loaded, "kind") == ["post"]


ROOT, UNDER = "1900000000000000001", "1900002516582430722"
X_AT = ("2025-03-12T12:18:27Z", "2025-03-12T12:28:27Z")


def test_a_conversation_of_x_that_another_post_began_makes_a_reply(write: Write) -> None:
    """Tables of the API have no other sign of it."""
    loaded = read(write, "id;created_at;text;author_id;conversation_id",
                  f"{ROOT};2025-03-12;hola;7;{ROOT}", f"{UNDER};2025-03-12;ya;8;{ROOT}",
                  zone="UTC", platform="x")  # fmt: skip
    assert column(loaded, "kind") == ["post", "reply"]


@pytest.mark.parametrize(("name", "told"), [
    ("conversation_id", {"platform": "facebook"}), ("thread_id", {"platform": "x"}),
    ("video_id", {"platform": "x"}),
])  # fmt: skip
def test_threads_of_other_networks_make_no_reply(
    write: Write, name: str, told: dict[str, str]
) -> None:
    """An inbox numbers its conversations apart from their messages."""
    loaded = read(write, f"id;created_at;text;author_id;{name}", f"2;{at(0)};hola;7;77", **told)
    assert column(loaded, "kind") == ["post"]


def test_nodes_of_a_collector_are_no_parents(write: Write) -> None:
    """Facepager numbers the lines of its tree; the post has an id of its own."""
    loaded = read(write, "id;parent_id;object_id;query_status;query_time;message;created_time",
                  f"2;1;p_1;fetched;{at(9)};hola;{at(0)}",
                  f"3;1;p_2;fetched;{at(9)};ya;{at(1)}")  # fmt: skip
    assert column(loaded, "post_id") == ["p_1", "p_2"]
    assert column(loaded, "kind") == ["post", "post"]


@pytest.mark.parametrize("header", [
    "id;parent_id;object_id;message;created_time", "id;parent_id;level;message;created_time",
    "id;parent_id;query;message;created_time",
])  # fmt: skip
def test_parents_of_other_exports_stay(write: Write, header: str) -> None:
    """An object or a level alone says nothing of a tree."""
    loaded = read(write, header, f"2;1;x;hola;{at(0)}")
    assert (column(loaded, "post_id"), column(loaded, "parent_id")) == (["2"], ["1"])


# --- when ----------------------------------------------------------------------------------------


def test_when_a_database_stored_the_rows_is_not_taken_for_when_they_were_posted(
    write: Write,
) -> None:
    """Created and updated at once, after the time beside them: it is asked for."""
    header = "id;username;text;timestamp;created_at;updated_at"
    rows = [f"{i};ana;hola {i};{at(i)};2026-04-0{i + 1}T10:00:00Z;2026-04-0{i + 1}T10:00:00Z"
            for i in range(3)]  # fmt: skip
    loaded = read(write, header, *rows)
    (told,) = (p for p in loaded.problems if p.severity == "refused")
    assert (told.code, told.facts["first"]) == ("CL-COLUMN-TWO", "timestamp")
    loaded = read(write, header, *rows, columns={"created_at": "timestamp"})
    assert [str(t)[:10] for t in column(loaded, "created_at")] == [at(i)[:10] for i in range(3)]


def test_when_accounts_were_made_is_not_taken_for_when_they_wrote(write: Write) -> None:
    """Each author has one such time, before all that they wrote."""
    made = {"ana": "2010-05-01T10:00:00Z", "luis": "2012-05-01T10:00:00Z"}
    rows = [f"{i};{at(i)};{who};hola {i};{made[who]}" for i, who in enumerate(
            ("ana", "luis", "ana", "luis"))]  # fmt: skip
    loaded = read(write, "id;date;author;text;created_at", *rows)
    (told,) = (p for p in loaded.problems if p.severity == "refused")
    assert (told.code, told.facts["first"]) == ("CL-COLUMN-TWO", "date")


@pytest.mark.parametrize("row", [
    # Collected on one day, long after: what was created is the post.
    "{i};2026-09-01T00:00:00Z;{who};hola {i};{at};{at}",
    # Changed later: a post that was edited.
    "{i};2026-01-01T00:00:00Z;{who};hola {i};{at};2026-09-01T00:00:00Z",
    # The same day twice.
    "{i};{day};{who};hola {i};{at};{at}",
])  # fmt: skip
def test_created_at_stays_the_time_where_nothing_speaks_against_it(write: Write, row: str) -> None:
    """Another time beside it is when it was collected, edited, or the same."""
    rows = [row.format(i=i, at=at(i), day=at(i)[:10], who=("ana", "luis")[i % 2]) for i in range(6)]
    loaded = read(write, "id;timestamp;author;text;created_at;updated_at", *rows)
    assert [str(t)[:10] for t in column(loaded, "created_at")] == [at(i)[:10] for i in range(6)]


@pytest.mark.parametrize(("cell", "day"), [
    ("Publicada el 18 de julio de 2024", "2024-07-17"), ("Rédigé le 6 décembre 2024", "2024-12-05"),
    ("Avis écrit le 22 juin 2015", "2015-06-21"),
    ("Reviewed in Spain on March 12, 2024", "2024-03-11"),
    ("Revisado en España el 12 de marzo de 2024", "2024-03-11"),
    ("Avaliado no Brasil em 12 de março de 2024", "2024-03-11"),
    ("Rezension aus Deutschland vom 12. März 2024", "2024-03-11"),
])  # fmt: skip
def test_what_sites_say_before_a_date_is_no_part_of_it(write: Write, cell: str, day: str) -> None:
    """Whoever reads it knows the day."""
    loaded = read(write, "fecha;autor;reseña", f"{cell};ana;muy mal", zone=ZONE)
    assert [str(t)[:10] for t in column(loaded, "created_at")] == [day]


@pytest.mark.parametrize("cell", [
    "Publicada el 1 de marzo", "Hace 2 meses", "Válido del 3 al 5 de mayo de 2024",
    "Publicada el lunes pasado",
])  # fmt: skip
def test_words_without_one_whole_day_stay_unread(write: Write, cell: str) -> None:
    """A day without its year, a while ago and a stretch of days are no time."""
    assert read(write, "fecha;autor;reseña", f"{cell};ana;muy mal", zone=ZONE).posts.empty


@pytest.mark.parametrize(("header", "row"), [
    ("Fecha de opinion;usuario;opinion", "{at};ana;mal"),
    ("Fecha de Reseña;usuario;Reseña", "{at};ana;mal"),
    ("tanggal;reviewer;ulasan", "{at};ana;mal"), ("Дата;Автор;Текст", "{at};ana;mal"),
    ("التاريخ;اسم المستخدم;النص", "{at};ana;mal"),
    ("date_avis;nom_utilisateur;contenu_avis", "{at};ana;mal"),
    ("publishedAtDate;name;text", "{at};ana;mal"),
    ("creation_datetime;author;comment_text", "{at};ana;mal"),
    ("data;autor;texto_do_comentario", "{at};ana;mal"),
])  # fmt: skip
def test_times_people_and_words_are_read_under_their_names(
    write: Write, header: str, row: str
) -> None:
    """Spanish, Indonesian, Russian, Arabic, French and Portuguese ones."""
    loaded = read(write, header, row.format(at=at(0)))
    assert column(loaded, "text") == ["mal"]
    assert column(loaded, "author_handle") == ["ana"] or column(loaded, "author_name") == ["ana"]


def test_the_exact_time_of_a_review_is_taken_beside_its_day(write: Write) -> None:
    """Amazon's reviews have both."""
    loaded = read(write, "reviewerID;reviewText;reviewTime;unixReviewTime",
                  "A3;bien;05 1, 2018;1525132800")  # fmt: skip
    assert [str(t)[:10] for t in column(loaded, "created_at")] == ["2018-05-01"]


# --- what and where ------------------------------------------------------------------------------


def test_the_place_people_speak_of_is_no_text(write: Write) -> None:
    """A review of stars alone has no words."""
    loaded = read(write, "title;stars;name;text;publishedAtDate;reviewId;placeId",
                  f"Oficina Centro;1;ana;muy mal;{at(0)};r1;ChIJ1",
                  f"Oficina Centro;5;luis;;{at(1)};r2;ChIJ1")  # fmt: skip
    assert column(loaded, "text") == ["muy mal", None]


@pytest.mark.parametrize("header", ["title;text", "title;text;stars", "title;text;place"])
def test_titles_of_other_reviews_are_still_what_was_said(write: Write, header: str) -> None:
    """Who gave a title only said that."""
    more = ";x" * (header.count(";") - 1)
    loaded = read(write, f"id;date;author;{header}", f"1;{at(0)};ana;Fatal;{more}",
                  f"2;{at(1)};luis;Bien;me gusta{more}")  # fmt: skip
    assert column(loaded, "text")[0] == "Fatal"


@pytest.mark.parametrize(("own", "value"), [
    ("tweet_url", "https://x.com/a/status/1"), ("status_url", "https://x.com/a/status/1"),
    ("permalink", "/r/a/comments/1"), ("full_link", "https://www.reddit.com/r/a/comments/1"),
])  # fmt: skip
def test_the_address_of_a_post_is_not_what_it_links_to(write: Write, own: str, value: str) -> None:
    """``url`` is the profile's or the page's beside an address of the post itself."""
    loaded = read(write, f"id;created_at;text;author;url;{own}",
                  f"1;{at(0)};hola;ana;https://ana.example.com;{value}")  # fmt: skip
    assert column(loaded, "url") == [value]


@pytest.mark.parametrize("other", ["image_url", "profile_url", "quoted_tweet_url"])
def test_the_only_address_stays(write: Write, other: str) -> None:
    """Pictures, profiles and what is quoted are not where the post is."""
    loaded = read(write, f"id;created_at;text;author;url;{other}",
                  f"1;{at(0)};hola;ana;https://x.com/a/status/1;https://b.example.com")  # fmt: skip
    assert column(loaded, "url") == ["https://x.com/a/status/1"]


def test_a_snippet_says_more_than_the_title_beside_it(write: Write) -> None:
    """It is what was said of the brand; the title stands in where it is empty."""
    loaded = read(write, "Date;Author;Title;Snippet;URL", f"{at(0)};ana;;no funciona;https://a.es",
                  f"{at(1)};El País;La app cae;;https://b.es")  # fmt: skip
    assert column(loaded, "text") == ["no funciona", "La app cae"]


def test_the_number_of_a_post_of_mastodon_is_its_id(write: Write) -> None:
    """The address beside it is the same post's."""
    loaded = read(write, "id;uri;created_at;content;account.acct;reblogs_count",
                  f"109;https://m.example/users/ana/statuses/109;{at(0)};hola;ana;2")  # fmt: skip
    assert column(loaded, "post_id") == ["109"]


@pytest.mark.parametrize("header", ["id;uri", "id;uri;favs"])
def test_two_ids_of_other_exports_are_still_asked_about(write: Write, header: str) -> None:
    """On Bluesky the address is what replies name."""
    more = ";x" * (header.count(";") - 1)
    loaded = read(write, f"{header};created_at;text;author", f"1;at://a/b{more};{at(0)};hola;ana")
    assert codes(loaded) == {"CL-COLUMN-TWO"}


def test_likes_under_two_names_at_once_are_likes(write: Write) -> None:
    """Some exports write both words of a network that changed its own."""
    header = "created_at;twitter_id;twitter_url;screen_name;text;favorite_count/like_count"
    loaded = read(write, header,
                  f"{at(0)};811652345678901234;https://x.com/a/status/1;ana;hola;12")  # fmt: skip
    assert (column(loaded, "n_likes"), column(loaded, "post_id")) == ([12], ["811652345678901234"])


def test_news_without_words_but_a_title_and_an_outlet_are_read(write: Write) -> None:
    """Media Cloud and GDELT list the articles by title."""
    loaded = read(write, "publish_date;title;url;language;media_name",
                  f"{at(0)};La app cae;https://a.es/1;es;El País")  # fmt: skip
    assert (column(loaded, "text"), column(loaded, "author_handle")) == (
        ["La app cae"],
        ["El País"],
    )
    loaded = read(write, "url;title;seendate;domain;sourcecountry",
                  "https://a.es/1;La app cae;20260305T101500Z;a.es;Spain")  # fmt: skip
    assert column(loaded, "author_handle") == ["a.es"]


# --- columns that look alike, of tables read right before these rules -----------------------------

MANY = ("ana_p", "luisg", "eva.r", "tom_h")
SAID = ("no me abre la app", "sigue sin ir la web", "me han cobrado dos veces", "gracias por todo")


def four(write: Write, header: str, cells: str, **told: Any) -> Any:
    """Four rows of people; ``{who}``, ``{text}``, ``{at}``, ``{i}`` and ``{half}`` differ."""
    rows = [cells.format(who=MANY[i], text=SAID[i], at=at(i), i=i, half="ab"[i % 2])
            for i in range(4)]  # fmt: skip
    return read(write, header, *rows, **told)


@pytest.mark.parametrize(("header", "cells"), [
    ("comment_id;date;user;author;comment_text", "{i};{at};{who};Redacción;{text}"),
    ("id;date;user;author;text", "{i};{at};{who};{half};{text}"),
    ("id;date;user;author;text", "{i};{at};{who};;{text}"),
    ("id;date;username;user_screen_name;text", "{i};{at};{who};;{text}"),
    ("id;date;username;screen_name;text", "{i};{at};{who};Ana;{text}"),
])  # fmt: skip
def test_who_wrote_is_many_where_who_edited_or_coded_is_few(
    write: Write, header: str, cells: str
) -> None:
    """The author of the article, the analyst, and columns that nobody filled."""
    assert column(four(write, header, cells), "author_handle") == list(MANY)


@pytest.mark.parametrize("other", ["sender", "account", "post_by"])
def test_one_handle_for_many_names_is_of_whom_they_wrote_to(write: Write, other: str) -> None:
    """Support and the brand stand on all rows."""
    loaded = four(write, f"id;date;author;{other};text", "{i};{at};Ana {who};acme;{text}")
    assert column(loaded, "author_handle") == [f"Ana {who}" for who in MANY]


def test_numbers_of_customers_are_no_handles(write: Write) -> None:
    """Whoever has a name keeps it."""
    loaded = four(write, "id;date;from;customer;text", "{i};{at};Ana {who};C0000{i};{text}")
    assert column(loaded, "author_handle") == [f"Ana {who}" for who in MANY]


@pytest.mark.parametrize(("name", "cell"), [
    ("account_name", "Marca"), ("profile_name", "Marca {half}"), ("nom", "Box {half}"),
    ("poster", "https://a.es/{i}.jpg"), ("media_name", "IMG_{i}.jpg"), ("profile_id", "1112223334"),
])  # fmt: skip
def test_brands_products_and_files_wrote_nothing(write: Write, name: str, cell: str) -> None:
    """Few of them stand on all rows, whatever else is known of these."""
    for more in ("", ";user_handle"):
        loaded = four(write, f"id;date;message;{name}{more}",
                      f"{{i}};{{at}};{{text}};{cell}{';{who}' if more else ''}")  # fmt: skip
        taken = [column(loaded, f"author_{part}") for part in ("id", "handle", "name")]
        assert [any(cells) for cells in taken] == [False, bool(more), False]


def test_a_surname_alone_is_no_name(write: Write) -> None:
    """French forms ask for both."""
    loaded = four(write, "date;nom;prenom;message", "{at};Ruiz;{who};{text}")
    assert not any(column(loaded, "author_name"))


@pytest.mark.parametrize("name", [
    "account_manager", "branch name", "coded_by", "channel", "nombre_tienda", "user device",
    "approved_by", "movie_name", "medio de pago", "por que", "profile_pic", "nom_produit",
])  # fmt: skip
def test_names_of_things_and_of_who_coded_are_not_told_as_people(write: Write, name: str) -> None:
    """Every word of a name of people is of people."""
    assert "CL-AUTHOR-NONE" not in codes(four(write, f"id;date;text;{name}", "{i};{at};{text};uno"))


@pytest.mark.parametrize("name", ["avis", "rezension", "ulasan", "komentar"])
@pytest.mark.parametrize("cell", ["positif", "{i}", "{i}/5", "très {half}"])
def test_labels_and_stars_are_not_what_was_said(write: Write, name: str, cell: str) -> None:
    """Some tables call their rating so, beside the words or alone."""
    loaded = four(write, f"id;date;auteur;{name};verbatim", f"{{i}};{{at}};{{who}};{cell};{{text}}")
    assert column(loaded, "text") == list(SAID)
    loaded = four(write, f"id;date;author;{name}", f"{{i}};{{at}};{{who}};{cell}")
    assert "CL-TEXT-NONE" in codes(loaded)


def test_reviews_of_one_word_are_reviews(write: Write) -> None:
    """Some have nothing more to say, and not all the same."""
    assert column(four(write, "id;date;auteur;avis", "{i};{at};{who};Nul{who}"), "text") == [
        f"Nul{who}" for who in MANY
    ]


def test_the_customer_of_a_case_is_not_who_wrote_it(write: Write) -> None:
    """Sales call a company an account."""
    loaded = four(write, "Case ID;Created At;Account Name;Contact;Description",
                  "{i};{at};Empresa {i};Ana;{text}")  # fmt: skip
    assert not any(column(loaded, "author_name"))


def test_a_part_of_a_text_that_says_less_than_its_title_is_asked_about(write: Write) -> None:
    """Words that were found, and beginnings that were cut."""
    header, cells = "id;date;author;title;snippet", "{i};{at};{who};{text} hoy;la app no"
    loaded = four(write, header, cells)
    (told,) = (p for p in loaded.problems if p.severity == "refused")
    assert (told.code, told.facts["first"]) == ("CL-COLUMN-TWO", "title")
    loaded = four(write, header, cells, columns={"text": "title"})
    assert column(loaded, "text") == [f"{text} hoy" for text in SAID]


@pytest.mark.parametrize("name", ["place_id", "total_score"])
def test_titles_that_differ_are_words_beside_a_place_too(write: Write, name: str) -> None:
    """The title of a place is the same again and again."""
    loaded = four(write, f"id;date;author;title;{name}", "{i};{at};{who};{text};7")
    assert column(loaded, "text") == list(SAID)


@pytest.mark.parametrize(("own", "cell"), [
    ("permalink", "https://www.facebook.com/acme"), ("tweet_url", ""), ("comment_url", ""),
    ("review_url", "https://b.es/hotel"), ("twitter_url", "https://twitter.com/acme"),
])  # fmt: skip
def test_the_address_of_a_page_is_not_that_of_the_post(write: Write, own: str, cell: str) -> None:
    """One address for all rows, or none, says less than one for each."""
    loaded = four(write, f"id;date;text;author;url;{own}",
                  f"{{i}};{{at}};{{text}};{{who}};https://b.es/{{i}};{cell}")  # fmt: skip
    assert column(loaded, "url") == [f"https://b.es/{i}" for i in range(4)]
    loaded = four(write, "id;date;text;author;twitter_id;twitter_url",
                  "{i};{at};{text};{who};77;https://twitter.com/acme")  # fmt: skip
    assert (column(loaded, "post_id"), any(column(loaded, "url"))) == (list("0123"), False)


@pytest.mark.parametrize(("name", "cell", "counter"), [
    ("recomendaciones", "Llamar", "n_likes"), ("respostas", "Sim", "n_replies"),
    ("rts", "00:01:0{i}", "n_reposts"),
])  # fmt: skip
def test_words_and_times_are_no_counts(write: Write, name: str, cell: str, counter: str) -> None:
    """What is advised, what was answered, and how long it took."""
    loaded = four(write, f"id;date;text;author;{name}", f"{{i}};{{at}};{{text}};{{who}};{cell}")
    assert not any(column(loaded, counter))
    assert not codes(loaded) & {"CL-COUNT-UNREADABLE", "CL-ROW-SHIFTED"}


@pytest.mark.parametrize(("name", "cell"), [("rt_source", "Web App"), ("rt_id", "40{i}")])
def test_programs_and_tickets_share_nothing(write: Write, name: str, cell: str) -> None:
    """Without a column for retweets, RT is anything."""
    loaded = four(write, f"id;date;text;author;{name}", f"{{i}};{{at}};{{text}};{{who}};{cell}")
    assert set(column(loaded, "kind")) == {"post"}


@pytest.mark.parametrize(("header", "cells", "kinds"), [
    ("type;is_retweet", ("tweet;true", "reply;false"), ["repost", "post"]),
    ("type;quoted_status_id", ("tweet;1899", "reply;"), ["quote", "post"]),
    ("type;parent_id", ("post;99", "share;"), ["reply", "post"]),
    ("type;lang", ("quote;es", "text;es"), ["post", "post"]),
])  # fmt: skip
def test_types_that_leave_out_what_other_columns_tell_are_no_kinds(
    write: Write, header: str, cells: tuple[str, ...], kinds: list[str]
) -> None:
    """Reposts, quotes and replies that are told are not lost; on Tumblr a quote is a saying."""
    rows = [f"{i};{at(i)};hola {i};ana;{cell}" for i, cell in enumerate(cells)]
    loaded = read(write, f"id;created_at;text;author;{header}", *rows)
    assert column(loaded, "kind") == kinds


def test_types_that_leave_out_reposts_told_by_words_are_no_kinds(write: Write) -> None:
    """RT @ at the beginning says it."""
    loaded = read(write, "id;created_at;text;author;type", f"1;{at(0)};RT @eva: hola;ana;tweet",
                  f"2;{at(1)};ya;luis;reply", platform="x")  # fmt: skip
    assert column(loaded, "kind") == ["repost", "post"]


@pytest.mark.parametrize(("header", "cells"), [
    ("id;author;conversation_id", f"{UNDER};ana;CONV-7"), ("id;author;conversation_id",
                                                           f"{UNDER};ana;1007"),
    ("id;author;conversation_id", f"{UNDER};ana;77-88"),
    ("id;author;conversation_id", f"{ROOT};ana;{UNDER}"),
    ("author;lang;conversation_id", f"ana;es;{ROOT}"),
    ("id;is_reply;conversation_id", f"{UNDER};false;{ROOT}"),
])  # fmt: skip
def test_conversations_of_inboxes_and_later_ones_make_no_reply(
    write: Write, header: str, cells: str
) -> None:
    """Numbers of an inbox, a later post, rows without ids, and where it is told who answers."""
    loaded = read(write, f"{header};created_at;text", f"{cells};2025-03-12;hola",
                  zone="UTC", platform="x")  # fmt: skip
    assert column(loaded, "kind") == ["post"]


def test_comments_stay_comments_below_somebody(write: Write) -> None:
    """Whose article they stand under is no more than that."""
    loaded = four(write, "comment_id;date;comment_text;author;parent_author",
                  "{i};{at};{text};{who};El País")  # fmt: skip
    assert set(column(loaded, "kind")) == {"comment"}


@pytest.mark.parametrize("name", ["x100{i}00", "x12345{i}"])
def test_accounts_keep_their_x_where_posts_have_none(write: Write, name: str) -> None:
    """It is part of the numbers of a company's people."""
    loaded = four(write, "id;user_id;date;text", f"{{i}};{name};{{at}};{{text}}")
    assert column(loaded, "author_id") == [name.format(i=i) for i in range(4)]


@pytest.mark.parametrize("cell", [
    "Caduca el 1 de mayo de 2024", "Visitó el 1 de mayo de 2024", "Updated on 1 May 2024",
    "Editado el 1 de mayo de 2024", "Date of stay on May 1, 2024", "Fällig am 1. Mai 2024",
    "Desde el lunes hasta el 1 de mayo de 2024", "Until further notice on 1 May 2024",
    "Publicada hasta el 1 de mayo de 2024", "Respondido el 1 de mayo de 2024",
])  # fmt: skip
def test_days_of_other_things_than_posting_stay_unread(write: Write, cell: str) -> None:
    """What ends, was visited, changed or answered on a day was not written on it."""
    assert read(write, "fecha;autor;reseña", f"{cell};ana;muy mal", zone=ZONE).posts.empty


@pytest.mark.parametrize("header", [
    "id;fecha de entrada;fecha de salida;opinion;autor", "id;seendate;fecha_pub;opinion;autor",
])  # fmt: skip
def test_when_somebody_arrived_or_a_program_saw_it_is_not_when_it_was_written(
    write: Write, header: str
) -> None:
    """Hotels and collectors have days of their own."""
    assert four(write, header, "{i};{at};{at};{text};{who}").posts.empty
