"""Tables of social platforms, listening tools and scrapers, re-saved, merged and retyped."""

from __future__ import annotations

import json
from typing import Any

from tests.read.nasty.base import MADRID, Nasty, P, case, plain, posts, sheet, simple
from tests.read.nasty.spreadsheets import _zip as zipped
from tests.read.nasty.spreadsheets import to_minute, truth

X = posts()
FB = [P(f"1229876543210{i:04d}", p.at, p.handle, p.name, p.text, p.likes, p.reposts, p.replies)
      for i, p in enumerate(plain(start="2026-09-25T09:07:21"), start=7131)]  # fmt: skip
ZONE = {"zone": "Europe/Madrid"}
SUITE = (
    "Post ID", "Page ID", "Page name", "Title", "Description", "Duration (sec)", "Publish time",
    "Permalink", "Is crosspost", "Is share", "Post type", "Date", "Views", "Reach",
    "Reactions, Comments and Shares", "Reactions", "Comments", "Shares",
)  # fmt: skip
SUITE_ES = (
    "Identificador de la publicación", "Identificador de la página", "Nombre de la página",
    "Título", "Descripción", "Duración (segundos)", "Hora de publicación", "Enlace permanente",
    "Es publicación cruzada", "Es contenido compartido", "Tipo de publicación", "Fecha",
    "Visualizaciones", "Alcance", "Reacciones, comentarios y veces que se ha compartido",
    "Reacciones", "Comentarios", "Veces que se ha compartido",
)  # fmt: skip


def _suite(p: P, at: str, key: str | None = None) -> list[Any]:
    return [key or p.id, "100069351265250", "Marca", "", p.text, 0, at,
            f"https://www.facebook.com/reel/{p.id}/", 0, 0, "Fotos", "Lifetime", 100 * p.likes + 7,
            90 * p.likes, p.likes + p.reposts, p.likes, p.replies, p.reposts]  # fmt: skip


def _meta() -> list[Nasty]:
    def loaded(given: list[P]) -> list[dict[str, Any]]:
        return [
            p.truth(
                post_id=f"100069351265250_{p.id}",
                created_at=p.said("%Y-%m-%d %H:%M:00"),
                n_replies=p.replies,
                n_reposts=p.reposts,
                n_impressions=100 * p.likes + 7,
            )
            for p in given
        ]

    us = [_suite(p, p.said("%m/%d/%Y %H:%M", MADRID)) for p in FB]
    ids = [f"{float(p.id):.5e}".replace("e+", "E+") for p in FB]
    rounded = [p.id[:15] + "00" for p in FB]
    tangle = ("Page Name", "User Name", "Facebook Id", "Followers at Posting", "Post Created",
              "Type", "Total Interactions", "Likes", "Comments", "Shares", "URL", "Message",
              "Link Text")  # fmt: skip
    rows = [["Marca", "marca", "100069351265250", "12,345", p.said("%Y-%m-%d %H:%M:%S UTC"),
             "Photo", "1,234", p.likes, p.replies, p.reposts,
             f"https://www.facebook.com/100069351265250/posts/{p.id}", p.text, ""]
            for p in FB]  # fmt: skip
    summer = [[*r[:4], p.at.astimezone(_hours(-4 if i % 2 else -5)).strftime(
        f"%Y-%m-%d %H:%M:%S {'EDT' if i % 2 else 'EST'}"), *r[5:]]
        for i, (p, r) in enumerate(zip(FB, rows, strict=True))]  # fmt: skip
    known = [p.truth(post_id=f"100069351265250_{p.id}", n_followers=12345) for p in FB]
    library = ("id", "text", "creation_time", "post_owner.id", "post_owner.name",
               "statistics.like_count", "statistics.comment_count", "mcl_url")  # fmt: skip
    return [
        case("suite", "s.csv", sheet(SUITE, us), loaded(FB), encoding="utf-8-sig", **ZONE),
        case("suite, no zone", "s.csv", sheet(SUITE, us), [], "refused", "CL-TIME-ZONE",
             encoding="utf-8-sig"),
        case("suite in spanish", "s.csv", sheet(SUITE_ES, us), loaded(FB), encoding="utf-8-sig",
             **ZONE),
        case("suite, ids with exponents", "s.csv", sheet(SUITE, [[k, *r[1:]] for k, r in zip(ids,
             us, strict=True)]), [], "refused", "CL-IDS-SCIENTIFIC", **ZONE),
        case("suite, ids cut", "s.csv", sheet(SUITE, [[k, *r[1:]] for k, r in zip(rounded, us,
             strict=True)]), [], "refused", "CL-IDS-CLASH", **ZONE),
        case("suite, saved by a spanish excel", "s.csv", sheet(SUITE, [_suite(p, p.said(
             "%d/%m/%Y %H:%M", MADRID)) for p in FB], sep=";"), loaded(FB), **ZONE),
        case("page series, utf-16", "s.csv", 'sep=,\r\n"Facebook follows"\r\n"Date","Primary"\r\n'
             '"2025-08-01T00:00:00","20"\r\n', [], "refused", "CL-SOURCE-OTHER", encoding="utf-16"),
        case("crowdtangle, two names of the zone", "c.csv", sheet(tangle, summer), known),
        case("crowdtangle, semicolons", "c.csv", sheet(tangle, rows, sep=";"), known),
        case("content library", "m.csv", sheet(library, [[p.id, p.text, str(int(p.at.timestamp())),
             "7", "Marca", p.likes, p.replies, "https://l.example/" + p.id] for p in FB]),
             truth(FB), platform="facebook"),
    ]  # fmt: skip


def _hours(n: int) -> Any:
    import datetime as dt

    return dt.timezone(dt.timedelta(hours=n))


def _x() -> list[Nasty]:
    old = ("Tweet id", "Tweet permalink", "Tweet text", "time", "impressions", "engagements",
           "engagement rate", "retweets", "replies", "likes", "promoted impressions")  # fmt: skip
    rows = [[p.id, f"https://twitter.com/marca/status/{p.id}", p.text,
             p.said("%Y-%m-%d %H:%M +0000"),
             "1066.0", "5.0", "0.0046", f"{p.reposts}.0", f"{p.replies}.0", f"{p.likes}.0", "-"]
            for p in X]  # fmt: skip
    new = ("Post id", "Date", "Post text", "Post Link", "Impressions", "Likes", "Engagements",
           "Reposts", "Replies")  # fmt: skip
    days = [[p.id, p.said("%a, %b %d, %Y"), p.text, f"https://x.com/marca/status/{p.id}", "1,066",
             p.likes, 5, p.reposts, p.replies] for p in X]  # fmt: skip
    rough = [[f"{float(p.id):.5e}".replace("e+", "E+"), *r[1:]]
             for p, r in zip(X, days, strict=True)]  # fmt: skip
    minet = ("id", "timestamp_utc", "local_time", "user_screen_name", "text", "to_username",
             "to_userid", "to_tweetid", "like_count", "retweet_count", "reply_count",
             "retweeted_id", "quoted_id", "user_id", "user_name", "lang")  # fmt: skip
    listed = [[p.id, f"{int(p.at.timestamp())}.0", p.said("%Y-%m-%dT%H:%M:%S", MADRID), p.handle,
               p.text, "", "", p.parent, p.likes, p.reposts, p.replies, "", "", "7", p.name, "es"]
              for p in X]  # fmt: skip
    floats = [[*r[:7], f"{float(r[7])!r}" if r[7] else "", *r[8:]] for r in listed]
    plain_x = [["id", "created_at", "user", "text", "likes"],
               *([p.id, p.said("%Y-%m-%d %H:%M:%S"), p.handle,
                  f"RT @otra: {p.text}" if i % 2 else p.text, p.likes]
                 for i, p in enumerate(X))]  # fmt: skip
    shift = [[r[0], p.said("%d/%m/%Y %H:%M:%S", _hours(-5)), *r[2:]]
             for p, r in zip(X, plain_x[1:], strict=True)]  # fmt: skip
    exact = [p.truth(text=f"RT @otra: {p.text}" if i % 2 else p.text,
                     kind="repost" if i % 2 else "post", n_likes=None if i % 2 else p.likes)
             for i, p in enumerate(X)]  # fmt: skip
    return [
        case("old analytics", "t.csv", sheet(old, rows, quoting=1), to_minute(X)),
        case("old analytics, spanish excel", "t.csv", sheet(old, [[*r[:3], p.said(
             "%d/%m/%Y %H:%M"), *(str(c).replace(".", ",") for c in r[4:])] for p, r in zip(X, rows,
             strict=True)], sep=";"), to_minute(X)),
        case("new analytics, days only", "t.csv", sheet(new, days), [p.truth(created_at=p.said(
             "%Y-%m-%d %H:%M:%S.137000")) for p in X]),
        case("new analytics, ids with exponents", "t.csv", sheet(new, rough), [], "refused",
             "CL-IDS-SCIENTIFIC"),
        case("new analytics, ids with exponents, gone on", "t.csv", sheet(new, rough),
             [{"text": p.text, "n_likes": p.likes, "created_at": p.said("%Y-%m-%d 00:00:00")}
              for p in X], "flagged", "CL-TIME-DAY-ONLY", key="text", ids="damaged", zone="UTC"),
        case("minet", "m.csv", sheet(minet, listed), truth(X)),
        case("minet through pandas", "m.csv", sheet(minet, floats), [], "refused"),
        case("reposts known by their words alone", "a.csv", sheet(plain_x[0], plain_x[1:]),
             exact, zone="UTC"),
        case("shifted five hours, order open", "a.csv", sheet(plain_x[0], shift), exact,
             "flagged", "CL-TIME-SHIFT"),
    ]  # fmt: skip


_WATCH = ("Query Id", "Query Name", "Date", "Title", "Snippet", "Url", "Domain", "Sentiment",
          "Page Type", "Language", "Added", "Author", "Engagement Type", "Full Text", "Impressions",
          "Resource Id", "X Likes", "X Reply to", "Reach (new)")  # fmt: skip


def _watched(p: P, at: str, tail: str = "") -> list[Any]:
    to = f"http://twitter.com/marca/statuses/{p.parent}{tail}" if p.parent else ""
    return ["1", "Marca", at, "", "", f"http://twitter.com/{p.handle}/statuses/{p.id}{tail}",
            "twitter.com", "negative", "twitter", "es", "", p.handle, "REPLY" if to else "",
            p.text, 12, f"res{p.id}", p.likes, to, 150]  # fmt: skip


def _watch() -> list[Nasty]:
    told = ('Report:,"Bulk Mentions Download"', "Brand:,Marca", 'From:,"Sat Jan 01 00:00:00 UTC"')
    before = "\r\n".join([*told, "To:,x", "Label:,", "", ""])
    form = "%Y-%m-%d %H:%M:%S.0"
    rows = [_watched(p, p.said(form)) for p in X]
    tagged = [_watched(p, p.said(form), "?s=20") for p in X]
    spanish = [_watched(p, p.said("%d/%m/%Y %H:%M")) for p in X]
    right = [p.truth(parent_id=p.parent, kind="reply" if p.parent else "post") for p in X]
    minute = [
        t | {"created_at": p.said("%Y-%m-%d %H:%M:00")} for t, p in zip(right, X, strict=True)
    ]
    parts = zipped({"1.csv": before + sheet(_WATCH, rows[:8]), "2.csv": before + sheet(_WATCH,
                   rows[5:]), "__MACOSX/._1.csv": b"\0\5\x16\7", "._2.csv": b"\0\5\x16\7",
                   ".DS_Store": b"\0\0\0\1Bud1", "Thumbs.db": b"\xd0\xcf\x11\xe0\xa1",
                   "desktop.ini": "[.ShellClassInfo]"})  # fmt: skip
    return [
        case("brandwatch", "b.csv", before + sheet(_WATCH, rows), right, zone="UTC"),
        case("brandwatch, addresses with tails", "b.csv", before + sheet(_WATCH, tagged), right,
             zone="UTC"),
        case("brandwatch, spanish excel", "b.csv", before.replace(",", ";") + sheet(_WATCH, spanish,
             sep=";"), minute, zone="UTC"),
        case("brandwatch, two overlapping parts of a mac", "b.zip", parts, right, zone="UTC"),
        case("brandwatch, utf-16", "b.csv", before + sheet(_WATCH, rows), right, zone="UTC",
             encoding="utf-16"),
    ]  # fmt: skip


def _tools() -> list[Nasty]:
    one = simple()
    melt = ("Date", "Headline", "URL", "Opening Text", "Hit Sentence", "Source", "Influencer",
            "Language", "Reach", "Sentiment", "Tweet Id", "Likes", "Alternate Date Format",
            "Time")  # fmt: skip

    def melted(p: P, day: str, hour: str) -> list[Any]:
        return [day, "", f"https://x.com/{p.handle}/statuses/{p.id}", p.text, p.text, "X",
                "@" + p.handle, "Spanish", "1,234", "Negative", f'"{p.id}"', p.likes, day,
                hour]  # fmt: skip

    english = [melted(p, p.said("%d-%b-%y", MADRID), p.said("%I:%M %p", MADRID)) for p in X]
    spanish = [melted(p, p.said("%d-mar-%y", MADRID), p.said("%I:%M ", MADRID) + (
        "a. m." if p.at.astimezone(MADRID).hour < 12 else "p. m.")) for p in X]  # fmt: skip
    walk = ("url", "indexed", "published", "search_indexed", "title", "content", "lang",
            "sentiment", "source_type", "reach", "parent_url")  # fmt: skip

    def walked(p: P, at: str) -> list[Any]:
        return [f"https://twitter.com/{p.handle}/status/{p.id}", at, at, at, "", p.text, "es", -3,
                "SOCIALMEDIA,SOCIALMEDIA_TWITTER", 100, ""]  # fmt: skip

    ms = [walked(p, str(int(p.at.timestamp() * 1000))) for p in X]
    dotted = [walked(p, p.said("%d.%m.%Y %H:%M", MADRID)) for p in X]
    brand = ("ID", "Date", "Hrs", "Title", "Content", "Source", "Domain", "Category", "Sentiment",
             "Tags")  # fmt: skip
    heard = [[p.id, p.said("%Y-%m-%d", MADRID), p.said("%H:%M", MADRID), "", p.text,
              f"https://www.instagram.com/p/{p.id}/", "instagram.com", "Instagram", -1, "a,b"]
             for p in one]  # fmt: skip
    portuguese = ("ID", "Data", "Hora", "Título", "Conteúdo", "Fonte", "Domínio", "Categoria",
                  "Sentimento", "Tags")  # fmt: skip
    sprout = ("Date", "Profile", "Network", "Post Type", "Content Type", "Post", "Link",
              "Impressions", "Engagements", "Reactions", "Comments", "Shares")  # fmt: skip
    sent = [[p.said("%m/%d/%Y %I:%M %p", MADRID), "Marca", "Facebook", "Post", "Photo", p.text,
             f"https://www.facebook.com/{p.id}", "1,234", 5, p.likes, p.replies, p.reposts]
            for p in FB]  # fmt: skip
    four = ("id", "thread_id", "timestamp", "unix_timestamp", "body", "author", "author_fullname",
            "like_count", "retweet_count", "reply_count", "is_retweet", "link")  # fmt: skip
    cat = [[p.id, p.id, p.said("%Y-%m-%d %H:%M:%S"), int(p.at.timestamp()), p.text, p.handle,
            p.name, p.likes, p.reposts, p.replies, "no", f"https://x.com/a/status/{p.id}"]
           for p in X]  # fmt: skip
    retyped = [[*r[:2], p.said("%d/%m/%Y %H:%M"), *r[3:]] for p, r in zip(X, cat, strict=True)]
    key = [dict(t, n_likes=p.likes) for p, t in zip(X, truth(X), strict=True)]
    bare = [{k: v for k, v in t.items() if k != "n_likes"} for t in key]
    melts = [t | {"n_likes": p.likes, "created_at": p.said("%Y-%m-%d %H:%M:00")}
             for t, p in zip(bare, X, strict=True)]  # fmt: skip
    dot = [t | {"created_at": p.said("%Y-%m-%d %H:%M:00")} for t, p in zip(bare, X, strict=True)]
    heads = [p.truth(n_likes=None, created_at=p.said("%Y-%m-%d %H:%M:00")) for p in one]
    return [
        case("meltwater, utf-16 tabs", "m.csv", sheet(melt, english, sep="\t"), melts,
             encoding="utf-16", **ZONE),
        case("meltwater, spanish account", "m.csv", sheet(melt, spanish, sep="\t"), melts,
             encoding="utf-16", **ZONE),
        case("talkwalker, milliseconds", "t.csv", sheet(walk, ms), bare),
        case("talkwalker, german excel", "t.csv", sheet(walk, dotted, sep=";"), dot, **ZONE),
        case("brand24", "b.csv", sheet(brand, heard), heads, **ZONE),
        case("brand24, empty first row", "b.csv", "\r\n" + sheet(brand, heard, sep=";"), heads,
             **ZONE),
        case("brand24 in portuguese", "b.csv", sheet(portuguese, heard, sep=";"), heads, **ZONE),
        case("sprout", "s.csv", sheet(sprout, sent), [{"text": p.text, "n_likes": p.likes,
             "created_at": p.said("%Y-%m-%d %H:%M:00"), "n_impressions": 1234} for p in FB],
             encoding="utf-8-sig", key="text", **ZONE),
        case("hootsuite totals", "h.csv", "Date (GMT),Followers,Posts\r\n2026-03-05,1,2\r\n", [],
             "refused", "CL-SOURCE-OTHER"),
        case("4cat", "4.csv", sheet(four, cat), key),
        case("4cat, spanish excel", "4.csv", sheet(four, retyped, sep=";"), key),
        case("scraped by a sheet of keywords", "k.csv", json.dumps([{"a": 1}]), [], "refused"),
    ]  # fmt: skip


def _care() -> list[Nasty]:
    head = "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id"
    lines = [f"{i},{'Marca' if i % 2 else 10 + i},{'FALSE' if i % 2 else 'TRUE'},"
             f"Tue Oct 31 22:10:{i:02d} +0000 2017,@Marca hola {i},,{f'{i - 1}.0' if i % 2 else ''}"
             for i in range(2, 8)]  # fmt: skip
    told = [{"post_id": str(i), "created_at": f"2017-10-31 22:10:{i:02d}",
             "parent_id": str(i - 1) if i % 2 else "", "text": f"@Marca hola {i}",
             "inbound": "false" if i % 2 else "true"} for i in range(2, 8)]  # fmt: skip
    view = ("Summation column", "Id", "Requester", "Requester id", "Assignee", "Subject", "Status",
            "Created at", "First reply time in minutes")  # fmt: skip
    one = simple(start="2026-03-25T09:07:21")
    tickets = [["1", p.id, p.name, str(900 + i), "Bea", p.text, "Open",
                p.said("%Y-%m-%d %H:%M", MADRID), 5] for i, p in enumerate(one)]  # fmt: skip
    seen = [{"post_id": p.id, "text": p.text, "created_at": p.said("%Y-%m-%d %H:%M:00"),
             "author_name": p.name} for p in one]  # fmt: skip
    return [
        case("twcs through pandas and excel", "t.csv", head + "\n" + "\n".join(lines) + "\n", told),
        case("twcs with an index", "t.csv", "," + head + "\n" + "".join(f"{i},{line}\n" for i, line
             in enumerate(lines)), told),
        case("zendesk view", "z.csv", sheet(view, tickets), seen, **ZONE),
        case("zendesk view with a total", "z.csv", sheet(view, tickets) + "12,,,,,,,,60\r\n", seen,
             "flagged", **ZONE),
    ]  # fmt: skip


def cases() -> list[Nasty]:
    """Everything here."""
    return [*_meta(), *_x(), *_watch(), *_tools(), *_care()]
