"""Nothing that a review needs is left unused in silence: texts, names, counters, kinds, links."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crisislab.read import LoadedPosts, read_log, read_posts
from tests.read.code_fixtures_sources import linkedin
from tests.read.exports import adds_up, codes

AT = "2026-03-05T09:00:00Z"
ID = "2029482044421058617"
POST = {"id": "1", "created_at": AT, "text": "hola"}


def load(folder: Path, name: str, content: str, **keywords: Any) -> LoadedPosts:
    """Posts of a file, refused or not, with a ledger that holds."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8")
    loaded = read_posts(path, strict=False, **keywords)
    assert adds_up(loaded)
    return loaded


NAMES = ("Copy", "Título", "Asunto", "Mención", "Fragmento", "Contenido del post", "Subject")


@pytest.mark.parametrize("name", NAMES)
def test_a_column_of_texts_is_known_by_more_names(tmp_path: Path, name: str) -> None:
    """What people and tools call a text fills the text, and nothing is to be told."""
    loaded = load(tmp_path, "t.csv", f"id,created_at,usuario,{name}\n1,{AT},a,hola\n")
    assert (loaded.posts["text"].tolist(), codes(loaded)) == (["hola"], set())


def test_a_better_name_wins_over_a_title(tmp_path: Path) -> None:
    """A title is the text only where nothing else is."""
    loaded = load(tmp_path, "t.csv", f"id,created_at,Título,Descripción\n1,{AT},no,hola\n")
    assert loaded.posts["text"].tolist() == ["hola"]


def test_a_table_without_texts_says_so(tmp_path: Path) -> None:
    """Where no column of texts is known, the columns that are left are named, with the line."""
    loaded = load(tmp_path, "t.csv", f"id,created_at,c1,c2\n1,{AT},hola,x\n")
    (problem,) = (p for p in loaded.problems if p.code == "CL-TEXT-NONE")
    assert (problem.severity, problem.value, len(loaded.posts)) == ("flagged", "c1, c2", 1)
    assert 'columns={"text": "..."}' in problem.part("fix", "en")
    told = load(tmp_path, "t.csv", f"id,created_at,c1\n1,{AT},hola\n", columns={"text": "c1"})
    assert "CL-TEXT-NONE" not in codes(told)


def test_names_and_counters_inside_objects_are_taken_or_told(tmp_path: Path) -> None:
    """Usual places are known; elsewhere the name of the key is told, column by column."""
    known = POST | {"author": {"username": "ana"}, "metrics": {"likes": 3}}
    loaded = load(tmp_path, "a.json", json.dumps([known]))
    assert loaded.posts[["author_handle", "n_likes"]].to_numpy().tolist() == [["ana", 3]]
    assert codes(loaded) == set()
    odd = POST | {"who": {"username": "ana"}, "seen": {"likes": 3}}
    told = load(tmp_path, "b.json", json.dumps([odd]))
    near = {p.column: p.value for p in told.problems if p.code == "CL-COLUMN-INSIDE"}
    assert near == {"author_handle": "who.username", "n_likes": "seen.likes"}


def test_tweets_without_ids_as_text_are_tweets(tmp_path: Path) -> None:
    """A dump of the old API from which id_str was left out has handles and counters."""
    tweet = {"id": int(ID), "created_at": "Thu Mar 05 09:00:00 +0000 2026", "full_text": "hola",
             "user": {"screen_name": "ana", "id": 5}, "favorite_count": 3}  # fmt: skip
    loaded = load(tmp_path, "v.jsonl", json.dumps(tweet) + "\n")
    row = loaded.posts.iloc[0]
    assert (row["source"], row["post_id"], row["author_handle"]) == ("x-v1", ID, "ana")


def test_a_zendesk_view_needs_no_assignee(tmp_path: Path) -> None:
    """The column of the assignee is optional in a view."""
    text = f"Id,Requester,Subject,Status,Created at\n1,ana,no va,open,{AT}\n"
    loaded = load(tmp_path, "z.csv", text)
    assert loaded.posts[["source", "text"]].to_numpy().tolist() == [["zendesk-view", "no va"]]


TELEGRAM = (
    "id,thread_id,chat,author,author_username,body,reply_to,views,timestamp,unix_timestamp\n"
    "100,canal,canal,u1,ana,aviso,,50,2026-03-05 09:00:00,1772701200\n"
    "101,canal,canal,u2,bob,resp,100,50,2026-03-05 09:05:00,1772701500\n"
    "100,otro,otro,u3,eva,nada,,50,2026-03-05 09:06:00,1772701560\n"
)


@pytest.mark.parametrize("prefix", ["", "canal-"])
def test_messages_of_two_telegram_chats_stay_apart(tmp_path: Path, prefix: str) -> None:
    """Numbers of messages count within a chat; an answer names what it answers."""
    text = TELEGRAM.replace("\n100,canal", f"\n{prefix}100,canal")
    posts = load(tmp_path, "tg.csv", text.replace("\n101", f"\n{prefix}101")).posts
    assert posts["post_id"].tolist() == ["canal/100", "canal/101", "otro/100"]
    assert posts["kind"].tolist() == ["post", "reply", "post"]
    assert posts["parent_id"].dropna().tolist() == ["canal/100"]
    assert posts["root_id"].isna().all()
    assert posts["author_handle"].tolist() == ["ana", "bob", "eva"]


def test_tiktok_comments_answer_their_video_or_each_other(tmp_path: Path) -> None:
    """A comment on a video has it as its parent, one on a comment that comment."""
    url = "https://www.tiktok.com/@m/video/9"
    posts = load(tmp_path, "tt.csv", (
        "id,thread_id,author,body,timestamp,unix_timestamp,post_id,post_url,is_comment_on_comment\n"
        f"11,9,ana,queja,2026-03-05 09:00:00,1772701200,9,{url},no\n"
        f"12,11,m,lo vemos,2026-03-05 09:05:00,1772701500,9,{url},yes\n"
    )).posts  # fmt: skip
    assert posts[["kind", "parent_id", "root_id"]].to_numpy().tolist() == [
        ["comment", "9", "9"], ["reply", "11", "9"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "at", "code"),
    [
        ("7436960882777168696", "2026-03-10 02:27:26.505", "CL-TIME-ACTIVITY"),
        ("12", "2026-03-20 10:00", "CL-TIME-AGO"),
        # An id of the future tells no time.
        ("9036960882777168696", "2026-03-20 10:00", "CL-TIME-AGO"),
    ],
)
def test_estimated_times_of_linkedin_are_told(
    tmp_path: Path, number: str, at: str, code: str
) -> None:
    """The time is that of the id, else 4CAT's estimate, flagged; reactions are likes."""
    loaded = load(tmp_path, "li.csv", linkedin(number))
    row = loaded.posts.iloc[0]
    assert str(row["created_at"]).startswith(at)
    assert (row["platform"], row["n_likes"], row["flags"]) == ("linkedin", 3, code)
    assert code in codes(loaded)


MELTWATER = (
    "Date\tHeadline\tURL\tOpening Text\tHit Sentence\tSource\tSentiment\tTweet Id\tRetweets\t"
    f"Parent URL\n05-Mar-2026 09:00AM\t\thttps://twitter.com/a/statuses/{ID}\t\tWORDS\tTwitter"
    f"\tNeutral\t{ID}\t500\tPARENT\n"
)
TALKWALKER = (
    "url,published,content,source_type,sentiment,parent_url,"
    "article_extended_attributes.twitter_retweets\n"
    f"https://twitter.com/a/status/{ID},2026-03-05 09:00,WORDS,SOCIALMEDIA_TWITTER,0,PARENT,500\n"
)
UP = "https://twitter.com/marca/status/2029482044421000000"


@pytest.mark.parametrize("table", [MELTWATER, TALKWALKER])
def test_reposts_of_listening_tools_are_told_by_their_words(tmp_path: Path, table: str) -> None:
    """A repost is none of its author's posts, answers nobody and has no counters of its own."""

    def row(words: str, parent: str = "") -> Any:
        text = table.replace("WORDS", words).replace("PARENT", parent)
        return load(tmp_path, "t.tsv", text, zone="UTC").posts.iloc[0]

    repost = row("RT @marca: lo sentimos", UP)
    assert (repost["kind"], repost["shared_id"]) == ("repost", UP.rpartition("/")[2])
    assert repost[["parent_id", "n_reposts"]].isna().all()
    assert row("QT @marca: lo sentimos")["kind"] == "quote"
    assert row("@marca hola", UP)[["kind", "n_reposts"]].tolist() == ["reply", 500]
    assert row("hola RT @marca")["kind"] == "post"


def test_sprout_tells_kinds(tmp_path: Path) -> None:
    """The type of a post says what is no post of its own."""
    text = "Date,Profile,Network,Post Type,Post,Link,Likes\n" + "".join(
        f"2026-03-05 09:0{i},m,Twitter,{told},hola,https://x.com/m/status/{int(ID) + i},5\n"
        for i, told in enumerate(("Post", "Retweet", "'@Reply'", "Quote Tweet"))
    )
    posts = load(tmp_path, "s.csv", text, zone="UTC").posts
    assert posts["kind"].tolist() == ["post", "repost", "reply", "quote"]
    assert posts["n_likes"].isna().tolist() == [False, True, False, False]


def test_telegram_answers_in_another_chat_name_it(tmp_path: Path) -> None:
    """A message answered in another chat is not the one of that number in this chat."""
    chat = {"id": 123, "type": "public_supergroup", "name": "c", "messages": [
        {"id": 7, "type": "message", "date_unixtime": "1772701200", "text": "a"},
        {"id": 8, "type": "message", "date_unixtime": "1772701260", "text": "b",
         "reply_to_message_id": 7, "reply_to_peer_id": "channel555"},
        {"id": 9, "type": "message", "date_unixtime": "1772701320", "text": "c",
         "reply_to_message_id": 7},
    ]}  # fmt: skip
    posts = load(tmp_path, "result.json", json.dumps(chat)).posts
    assert posts["parent_id"].dropna().tolist() == ["555/7", "123/7"]


def suite(*days: str) -> str:
    """A table of Business Suite in Spanish, a row for each day."""
    head = ("Identificador de la publicación,Identificador de la página,Título,Descripción,"
            "Hora de publicación,Enlace permanente,Fecha,Reacciones\n")  # fmt: skip
    return head + "".join(
        f"122300000000001,10,hola a todos,hola,03/15/2026 10:00,https://www.facebook.com/1,{day},"
        f"{50 - i}\n" for i, day in enumerate(days)
    )  # fmt: skip


def test_suite_in_spanish_is_read_as_in_english(tmp_path: Path) -> None:
    """The longer caption is the text, and the id is that of the Graph API."""
    loaded = load(tmp_path, "m.csv", suite("Total"), zone="UTC")
    row = loaded.posts.iloc[0]
    assert (row["post_id"], row["text"], row["n_likes"]) == (
        "10_122300000000001", "hola a todos", 50,
    )  # fmt: skip
    assert "CL-COUNT-DAY" not in codes(loaded)


def test_suite_by_day_has_no_counters_of_posts(tmp_path: Path) -> None:
    """Counters of one day are never those of the post."""
    loaded = load(tmp_path, "m.csv", suite("03/16/2026", "03/17/2026"), zone="UTC")
    assert loaded.posts["n_likes"].isna().tolist() == [True]
    assert "CL-COUNT-DAY" in codes(loaded)


SCRIPT = "window.YTD.{}.part0 = {}"
TWEET = {"id_str": ID, "created_at": "Thu Mar 05 09:00:00 +0000 2026", "full_text": "hola",
         "entities": {}}  # fmt: skip
ARCHIVE = {
    "data/tweets.js": SCRIPT.format("tweets", json.dumps([{"tweet": TWEET}])),
    "data/account.js": SCRIPT.format("account", '[{"account": {"username": "marca"}}]'),
    "data/like.js": SCRIPT.format("like", '[{"like": {"tweetId": "1", "fullText": "x"}}]'),
    "data/follower.js": SCRIPT.format("follower", "[ ]"),
    "data/manifest.js": 'window.__THAR_CONFIG = {"a": 1}',
    "data/deleted-tweets.js": SCRIPT.format(
        "deleted_tweets", json.dumps([{"tweet": TWEET | {"id_str": "2029482044421058618"}}])
    ),
    "data/README.txt": "Hola; esto\nes; un texto\n",
    "assets/js/app.js": "var a=1;",
    "Your archive.html": "<html></html>",
}


def test_an_x_archive_is_read_as_it_is_downloaded(tmp_path: Path) -> None:
    """Tweets are loaded; its other parts are passed over with a note, deleted tweets set aside."""
    for name, content in (ARCHIVE | {"x.csv": f"id,created_at,text\n1,{AT},a\n"}).items():
        path = tmp_path / "archive" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    loaded = read_posts(tmp_path / "archive")
    assert sorted(loaded.posts["post_id"]) == ["1", ID]
    assert codes(loaded) == {"CL-SOURCE-OTHER", "CL-SOURCE-DELETED", "CL-FILE-SKIPPED"}
    assert adds_up(loaded)


@pytest.mark.parametrize("name", ["LÉEME.txt", "~export.tmp"])
def test_notes_beside_data_are_passed_over(tmp_path: Path, name: str) -> None:
    """A note that somebody left beside the data costs nothing."""
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / name).write_text("Exportado por Ana", "utf-8")
    load(tmp_path, "d/x.csv", f"id,created_at,text\n1,{AT},a\n")
    loaded = read_posts(tmp_path / "d")
    assert (len(loaded.posts), codes(loaded)) == (1, {"CL-FILE-SKIPPED"})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("LÉEME.txt", "c1;c2\n2026-03-05;hola\n"),
        ("README.txt", "[5/3/26 9:00 h] Ana> hola\n"),
        ("otro.txt", "hola\n"),
        ("pagina.html", "<html>login</html>"),
    ],
)
def test_what_could_be_data_is_never_passed_over(tmp_path: Path, name: str, content: str) -> None:
    """Any other file that cannot be read refuses the load, and the message says what to do."""
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / name).write_text(content, "utf-8")
    (tmp_path / "d/x.csv").write_text(f"id,created_at,text\n1,{AT},a\n", "utf-8")
    loaded = read_posts(tmp_path / "d", strict=False)
    assert any(p.severity == "refused" for p in loaded.problems)


def test_the_one_list_of_a_document_is_read(tmp_path: Path) -> None:
    """Objects beside notes about the export are items, each counted, the others set aside."""
    made = {"meta": {"n": 3}, "posts": [POST, 5, POST | {"id": "2"}], "users": [{"id": 1}]}
    loaded = load(tmp_path, "m.json", json.dumps(made, indent=1))
    assert loaded.posts["post_id"].tolist() == ["1", "2"]
    assert codes(loaded) == {"CL-ROW-NOT-DATA"}
    odd = json.dumps({"meta": 1, "posts": [{"id": "1", "c1": AT, "c2": "hola"}]})
    (problem,) = load(tmp_path, "n.json", odd).problems[:1]
    assert (problem.code, problem.value) == ("CL-SOURCE-UNKNOWN", "id, c1, c2")
    told = load(tmp_path, "n.json", odd, columns={"created_at": "c1", "text": "c2"})
    assert told.posts["text"].tolist() == ["hola"]


def test_comments_are_not_read_in_place_of_their_posts(tmp_path: Path) -> None:
    """Objects that are items themselves are not passed over for a list inside them."""
    posts = [{"id": str(i), "when said": AT, "comments": [POST]} for i in range(2)]
    loaded = load(tmp_path, "m.json", json.dumps(posts))
    assert (len(loaded.posts), "CL-SOURCE-UNKNOWN" in codes(loaded)) == (0, True)


def test_a_day_of_slack_asks_for_its_export(tmp_path: Path) -> None:
    """One day alone says neither its channel nor who wrote."""
    path = tmp_path / "2026-03-05.json"
    message = {"type": "message", "user": "U1", "text": "hola", "ts": "1772712900.000100"}
    path.write_text(json.dumps([message]), "utf-8")
    loaded = read_log(path, strict=False)
    assert "CL-SOURCE-PART" in codes(loaded)
    assert "CL-SOURCE-UNKNOWN" not in codes(loaded)


def test_scores_below_zero_are_left_out_and_told(tmp_path: Path) -> None:
    """A score of Reddit below 0 is no fault to correct; other words still are."""
    head = {"body": "x", "link_id": "t3_z", "parent_id": "t3_z", "subreddit": "s", "author": "a",
            "created_utc": 1772701200}  # fmt: skip
    lines = [head | {"id": f"a{i}", "name": f"t1_a{i}", "score": n} for i, n in enumerate((-3, 4))]
    loaded = load(tmp_path, "r.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    assert loaded.posts["n_likes"].isna().tolist() == [True, False]
    assert codes(loaded) == {"CL-COUNT-NEGATIVE"}
    odd = load(tmp_path, "o.csv", f"id,created_at,text,likes\n1,{AT},a,muchos\n")
    assert codes(odd) == {"CL-COUNT-UNREADABLE"}


@pytest.mark.parametrize(
    ("name", "named"),
    [("instagram.csv", "instagram"), ("export.csv", "..."), ("x.csv", "...")],
)
def test_the_suggested_platform_is_that_of_the_name(tmp_path: Path, name: str, named: str) -> None:
    """A network is suggested only where the name of the file says it."""
    loaded = load(tmp_path, name, f"id,created_at,text\n1,{AT},a\n")
    (problem,) = loaded.problems
    assert f'platform="{named}"' in problem.part("fix", "es")
