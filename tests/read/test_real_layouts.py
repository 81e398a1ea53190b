"""Layouts that public data sets have: each column that says what it is, is used as that."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crisislab.read import read_log, read_posts
from crisislab.read.declare import NOTHING
from crisislab.read.sources.generic import Kind, fit, resolve
from tests.read.exports import adds_up, codes

Write = Callable[[str, str | bytes], Path]
AT = "2026-03-05T09:00:00Z"


def row(path: Path, **keywords: Any) -> dict[str, Any]:
    """The only post of a file, without what it does not say."""
    loaded = read_posts(path, **keywords)
    assert adds_up(loaded)
    assert len(loaded.posts) == 1
    return {str(k): value for k, value in loaded.posts.iloc[0].dropna().items()}


def named(header: str, kind: Kind = "posts") -> dict[str, str]:
    """What the names of a header are taken for."""
    names = header.split(",")
    assert fit(names, kind, NOTHING)
    found = resolve(names, kind, NOTHING)
    assert not found.open
    return {column: own[0] for column, own in found.columns.items()}


def test_names_are_known_however_their_words_are_joined(write: Write) -> None:
    """Scrapers write likeCount, others like_count: its numbers were left out in silence."""
    header = "uri,author,createdAt,text,replyCount,repostCount,likeCount,quoteCount"
    path = write("b.csv", f"{header}\nat://a/app.bsky.feed.post/b,ana.test,{AT},hola,1,2,13,4\n")
    post = row(path)
    assert [post[c] for c in ("n_replies", "n_reposts", "n_likes", "n_quotes")] == [1, 2, 13, 4]


def test_records_that_were_flattened_with_slashes_have_authors(write: Write) -> None:
    """author/userName lies where author.username does."""
    header = "id,fullText,createdAt,author/userName,author/name,author/followers"
    post = row(write("a.csv", f"{header}\n7,hola,{AT},ana,Ana Ruiz,120\n"))
    told = [post[c] for c in ("author_handle", "author_name", "n_followers")]
    assert told == ["ana", "Ana Ruiz", 120]


HEADERS: dict[str, dict[str, str]] = {
    "Tweet Id,Tweet Posted Time (UTC),Tweet Content,Retweets Received,Likes Received": {
        "created_at": "Tweet Posted Time (UTC)", "text": "Tweet Content",
        "n_likes": "Likes Received", "n_reposts": "Retweets Received",
    },
    "tweetid,userid,user_screen_name,tweet_text,tweet_time,in_reply_to_tweetid,retweet_tweetid": {
        "created_at": "tweet_time", "text": "tweet_text", "parent_id": "in_reply_to_tweetid",
        "reposted_id": "retweet_tweetid",
    },
    "status_id,created_at,screen_name,text,reply_to_status_id,favorite_count,favourites_count": {
        "parent_id": "reply_to_status_id", "n_likes": "favorite_count",
    },
    "text,diggCount,replyCommentTotal,createTimeISO,uniqueId,uid,cid": {
        "post_id": "cid", "created_at": "createTimeISO", "author_handle": "uniqueId",
        "author_id": "uid", "n_likes": "diggCount", "n_replies": "replyCommentTotal",
    },
    "id,caption,commentsCount,likesCount,timestamp,ownerUsername,ownerId": {
        "author_handle": "ownerUsername", "author_id": "ownerId", "n_likes": "likesCount",
    },
    "reviewId,userName,content,score,thumbsUpCount,at": {
        "post_id": "reviewId", "created_at": "at", "n_likes": "thumbsUpCount",
    },
    "status_id,status_message,status_published,num_reactions,num_comments,num_shares": {
        "created_at": "status_published", "text": "status_message", "n_reposts": "num_shares",
        "n_likes": "num_reactions",
    },
    "id,author,selftext,score,num_comments,created_utc,subreddit,title": {
        "text": "selftext", "n_likes": "score",
    },
    "id,date,message,sender_id,views,forwards,reply_to_msg_id": {
        "author_id": "sender_id", "parent_id": "reply_to_msg_id", "n_reposts": "forwards",
    },
    "id,created_at,content,account.username,account.acct,reblogs_count,favourites_count": {
        "author_handle": "account.acct", "n_likes": "favourites_count",
    },
    "Date,Customer Name,Review Text": {"author_name": "Customer Name"},
    "Date,Author,Mention,Mention URL": {"text": "Mention", "url": "Mention URL"},
    "data,autor,texto,curtidas,comentários": {"created_at": "data", "n_likes": "curtidas"},
    "Datum,Autor,Text,Gefällt mir,Geteilt": {"created_at": "Datum", "n_reposts": "Geteilt"},
    "date,auteur,texte,j'aime,partages": {"author_handle": "auteur", "n_likes": "j'aime"},
    "fecha_publicacion,nombre_usuario,contenido,numero_likes": {
        "author_handle": "nombre_usuario", "n_likes": "numero_likes",
    },
}  # fmt: skip


@pytest.mark.parametrize("header", HEADERS)
def test_columns_of_public_layouts_are_known(header: str) -> None:
    """What the names of a well-known layout say is used."""
    found = named(header)
    assert {column: found.get(column) for column in HEADERS[header]} == HEADERS[header]


def test_a_score_is_votes_beside_a_subreddit_and_stars_in_a_review() -> None:
    """A review's stars are no likes, and likes that an account gave are none of a post."""
    assert "n_likes" not in named("date,username,review,score")
    assert named("id,created_utc,body,score,subreddit")["n_likes"] == "score"
    assert "n_likes" not in named("status_id,created_at,text,favourites_count,followers_count")


def test_the_better_of_two_columns_is_taken() -> None:
    """A whole text beats a cut one, UTC a clock that is not named, seconds that of a collector."""
    assert named("id,created_at,text,full_text")["text"] == "full_text"
    assert named("id,created_utc,created_date,body")["created_at"] == "created_utc"
    praw = named("title,score,id,comms_num,created,body,timestamp")
    assert (praw["created_at"], praw["n_replies"]) == ("created", "comms_num")


def test_comments_name_their_post_beside_their_own_id(write: Write) -> None:
    """The id of a comment is the row's, that of its post the conversation; it is a comment."""
    header = "post_id,comment_id,comment_body,comment_score,created_utc"
    rows = "1abc,k1,hola,3,1772701200.0\n1abc,k2,qué tal,1,1772701260.0\n"
    path = write("c.csv", f"{header}\n{rows}")
    posts = read_posts(path).posts
    assert posts["post_id"].tolist() == ["k1", "k2"]
    assert posts["root_id"].tolist() == ["1abc", "1abc"]
    assert posts["kind"].tolist() == ["comment", "comment"]


@pytest.mark.parametrize(("names", "kind"), [
    ("comment_id,text", "comment"), ("id,comment_text", "comment"), ("id,Review Body", "review"),
    ("id,comment", "post"), ("id,texto_del_comentario", "comment"),
])  # fmt: skip
def test_names_of_ids_and_texts_say_what_rows_are(write: Write, names: str, kind: str) -> None:
    """Where a name says it, rows are comments or reviews; "comment" alone may be anything."""
    assert row(write("t.csv", f"created_at,{names}\n{AT},1,hola\n"))["kind"] == kind


def test_a_reply_to_a_comment_is_a_reply(write: Write) -> None:
    """What answers a comment is told by its parent."""
    path = write("c.csv", f"comment_id,parent_id,text,created_at\nb,a,hola,{AT}\n")
    assert row(path)["kind"] == "reply"


def test_columns_of_yes_and_no_tell_replies_and_reposts(write: Write) -> None:
    """True in a column named "Reply" or "Retweet" tells what the row is; a number does not."""
    path = write("t.csv", "ID,DateTime,User,Text,Quoted,Reply,Retweet\n" + "".join(
        f"{i},{AT},ana,hola {i},{q},{r},{s}\n" for i, (q, r, s) in enumerate(
            [("False", "False", "True"), ("True", "False", "False"), ("False", "True", "False"),
             ("False", "False", "False"), ("0", "1", "1")], 1)
    ))  # fmt: skip
    kinds = read_posts(path).posts.sort_values("post_id")["kind"].tolist()
    assert kinds == ["repost", "quote", "reply", "post", "post"]
    assert row(write("r.csv", f"id,created_at,text,is_reply\n1,{AT},hola,1\n"))["kind"] == "reply"


def test_a_company_that_answered_in_a_column_named_reply_made_no_reply(write: Write) -> None:
    """What was answered is no sign that the review answers."""
    path = write("r.csv", f"id,created_at,review,reply\n1,{AT},mal,Yes\n")
    assert row(path)["kind"] == "post"


def test_days_and_hours_that_share_a_word_are_one_moment(write: Write) -> None:
    """What stands in "Post Date" and "Post Time" belongs together."""
    path = write("p.csv", "Post Date,Post Time,Text\n2026-03-05,09:30,hola\n")
    assert str(row(path, zone="UTC")["created_at"])[:16] == "2026-03-05 09:30"


LOGS: dict[str, dict[str, str]] = {
    "number,opened_at,short_description,assigned_to": {
        "entry_id": "number", "logged_at": "opened_at", "actor": "assigned_to",
        "text": "short_description",
    },
    "Date/Time,Name,Message": {"logged_at": "Date/Time", "text": "Message"},
    "incident_name,impact,status,created_at,body": {"text": "body"},
    "incident_number,created_on,description,urgency": {"logged_at": "created_on"},
    "Alert ID,Message,Status,CreatedAt,Owner": {"logged_at": "CreatedAt", "actor": "Owner"},
    "Fecha,Hora,Responsable,Acción,Observaciones": {"text": "Acción", "actor": "Responsable"},
}  # fmt: skip


@pytest.mark.parametrize("header", LOGS)
def test_columns_of_incident_logs_are_known(header: str) -> None:
    """A status is the text only where nothing else was written."""
    found = named(header, "log")
    assert {column: found.get(column) for column in LOGS[header]} == LOGS[header]


def test_two_texts_of_a_log_are_asked_about(write: Write) -> None:
    """What was done and what was noted are both words: neither is dropped in silence."""
    path = write("l.csv", f"Time,Details,Notes\n{AT},llamada,sin respuesta\n")
    assert codes(read_log(path, strict=False)) == {"CL-COLUMN-TWO"}


def test_accounts_are_no_posts(write: Write) -> None:
    """The number of tweets of an account is no text."""
    account = {"id": "1", "created_at": AT, "description": "yo", "tweets": 5}
    assert row(write("u.json", json.dumps([account])))["text"] == "yo"


LISTED = "id,created_at,username,tweet,mentions,reply_to"
USERS = "[{'screen_name': 'luis', 'name': 'Luis', 'id': '77'}, {'screen_name': 'eva', 'id': '8'}]"


def test_lists_that_scripts_write_are_accounts_and_empty_ones_nothing(write: Write) -> None:
    """A column of [] where nothing is answered made every post an answer, and told nothing."""
    rows = f'1,{AT},ana,hola,[],[]\n2,{AT},ana,"@luis no","{USERS}","{USERS}"\n'
    path = write("t.csv", f"{LISTED}\n{rows}3,{AT},ana,ya,['luis'],[]\n")
    loaded = read_posts(path)
    posts = loaded.posts.sort_values("post_id")
    assert posts["kind"].tolist() == ["post", "reply", "post"]
    assert posts["mentions"].fillna("").tolist() == ["", "luis eva", "luis"]
    assert "CL-IDS-YES" in codes(loaded)


def test_numbers_of_mentions_name_nobody(write: Write) -> None:
    """A column that says how many were named says not who."""
    path = write("v.csv", f"id,created_at,text,mentions\n1,{AT},hola,2\n2,{AT},ya,0\n")
    assert read_posts(path).posts["mentions"].isna().all()


def test_an_author_written_as_an_object_is_its_account(write: Write) -> None:
    """A frame writes the objects of JSON lines as text."""
    author = "{'username': 'ana', 'id': 77, 'description': \"dijo 'no'\"}"
    path = write(
        "s.csv", f'id,date,content,user\n1,{AT},hola,"{author.replace(chr(34), chr(34) * 2)}"\n'
    )
    assert row(path)["author_handle"] == "ana"


def test_a_post_without_a_body_is_its_title(write: Write) -> None:
    """On Reddit many have a title only: it was left out where others have more."""
    path = write(
        "r.csv", "id,title,body,created_utc\na,Se ha caído,,1772701200\nb,Uno,Dos,1772701260\n"
    )
    assert read_posts(path).posts["text"].tolist() == ["Se ha caído", "Dos"]
    records = [{"id": "a", "title": "Se ha caído", "selftext": "", "created_at": AT}]
    assert row(write("r.json", json.dumps(records)))["text"] == "Se ha caído"


def test_records_of_scrapers_are_none_of_the_interface(write: Write) -> None:
    """Those of Instagram have caption and timestamp too, and names of their own for the rest."""
    post = {"id": "3489", "shortCode": "DCab", "caption": "hola", "timestamp": AT, "likesCount": 4,
            "commentsCount": 3, "ownerUsername": "marca", "mentions": []}  # fmt: skip
    told = row(write("i.json", json.dumps([post])))
    assert [told[c] for c in ("author_handle", "n_likes", "n_replies")] == ["marca", 4, 3]
    graph = {
        "id": "3489",
        "shortcode": "DCab",
        "caption": "hola",
        "timestamp": AT,
        "media_type": "IMAGE",
    }
    assert row(write("g.json", json.dumps([graph])))["source"] == "instagram-graph"


def test_what_is_quoted_lies_in_an_object(write: Write) -> None:
    """The id of a quoted post is told inside of it."""
    post = {"id": "7", "content": "hola", "date": AT, "quotedTweet": {"id": 5, "content": "no"}}
    told = row(write("q.json", json.dumps([post])))
    assert (told["shared_id"], told["kind"], told["text"]) == ("5", "quote", "hola")


def test_an_empty_list_before_the_full_one_is_no_loss(write: Write) -> None:
    """Archives of Mastodon give orderedItems twice: nothing was dropped, so nothing is told."""
    said = {"id": "https://m.test/users/a/statuses/1", "type": "Note", "published": AT,
            "content": "<p>hola</p>", "attributedTo": "https://m.test/users/a"}  # fmt: skip
    item = json.dumps({"type": "Create", "published": AT, "object": said})
    head = '{"id": "outbox.json", "type": "OrderedCollection", "orderedItems": []'
    loaded = read_posts(write("outbox.json", f'{head}, "orderedItems": [{item}]}}'))
    assert (len(loaded.posts), codes(loaded)) == (1, set())


def test_what_whatsapp_says_first_is_said_by_nobody(write: Write) -> None:
    """An iPhone puts the notice of encryption under the name of who is written to."""
    lines = ("Ana: \u200eLos mensajes están cifrados.", "Ana: hola", "Luis: \u200eimagen omitida")
    chat = "".join(f"[13/3/26, 9:0{i}:00] {line}\n" for i, line in enumerate(lines))
    loaded = read_posts(write("_chat.txt", chat), zone="Europe/Madrid")
    assert adds_up(loaded)
    assert (loaded.posts["text"].fillna("").tolist(), len(loaded.rejects)) == (["hola", ""], 1)
