"""Facebook, Instagram, YouTube and the web form in the layouts of their exports.

Layouts: Graph API and Data API v3 reference, with recorded answers of sns-sdks; the form is a
table as a shop's back office writes it: semicolons, local time without a zone, day first.
"""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from crisislab.simulate.ledger import Damage, Export, Seen
from crisislab.simulate.world import HANDLE, Post, grown, local, there, utc

Json = dict[str, Any]
RAN = local("2026-03-31 01:30")
_FORM = ("N.º", "Fecha", "Nombre", "Producto", "Valoración (1-5)", "Opinión")
_PAGE = 100


def write_others(posts: list[Post]) -> list[Export]:
    """Return the exports of every platform but X."""
    of: dict[str, list[Post]] = defaultdict(list)
    for post in posts:
        of[post.platform].append(post)
    writers: dict[str, Callable[[list[Post]], list[Export]]] = {
        "facebook": lambda mine: [_facebook(mine)],
        "instagram": _instagram,
        "youtube": _youtube,
        "web": lambda mine: [_form(mine)],
    }
    return [export for name, write in writers.items() if of[name] for export in write(of[name])]


def _below(posts: list[Post]) -> dict[Post, list[Post]]:
    found: dict[Post, list[Post]] = defaultdict(list)
    for post in posts:
        if post.parent is not None:
            found[post.parent].append(post)
    return found


def _offset(at: int) -> str:
    return utc(at).strftime("%Y-%m-%dT%H:%M:%S+0000")


def _zulu(at: int) -> str:
    return utc(at).strftime("%Y-%m-%dT%H:%M:%SZ")


def _document(value: object, indent: int = 1) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=indent) + "\n").encode()


def _seen(posts: list[Post]) -> list[Seen]:
    return [Seen(post, RAN) for post in posts]


def _line_of(body: bytes, words: str) -> int:
    return next(n for n, line in enumerate(body.decode().split("\n"), 1) if words in line)


def _likes(post: Post) -> int:
    return grown(post.counters.likes, at=post.at, seen=RAN)


def _facebook(posts: list[Post]) -> Export:
    file = "posts/facebook_pagina.json"
    below = _below(posts)
    tops = sorted((p for p in posts if p.parent is None), key=lambda p: -p.at)
    data = [_facebook_post(post, below) for post in tops]
    lost = f"{tops[-1].post_id.split('_')[1]}_999999999999999"
    dateless = {"id": lost, "created_time": "", "message": "Comentario sin fecha",
                "from": {"name": "Usuario de Facebook", "id": "70000000000000000"},
                "like_count": 0, "comment_count": 0}  # fmt: skip
    data[-1]["comments"]["data"].append(dateless)
    cursors = {"before": "QVFIUkZAWSEd6", "after": "QVFIUm9vQ1pB"}
    body = _document({"data": data, "paging": {"cursors": cursors}})
    damage = Damage(file, _line_of(body, lost), "comment without a date", "rejected", "item", 1)
    return Export(file, body, _seen(posts), [damage])


def _facebook_post(post: Post, below: dict[Post, list[Post]]) -> Json:
    comments = below[post]
    number = post.post_id.split("_")[1]
    return {
        "id": post.post_id, "created_time": _offset(post.at), "message": post.text,
        "from": {"name": post.author.name, "id": post.author.id},
        "permalink_url": f"https://www.facebook.com/{post.author.id}/posts/{number}",
        "shares": {"count": grown(post.counters.reposts, at=post.at, seen=RAN)},
        "reactions": {"data": [], "summary": {"total_count": _likes(post)}},
        "comments": {
            "data": [_facebook_comment(c, below) for c in comments],
            "summary": {"order": "chronological", "total_count": len(comments)},
        },
    }  # fmt: skip


def _facebook_comment(post: Post, below: dict[Post, list[Post]]) -> Json:
    node: Json = {
        "id": post.post_id, "created_time": _offset(post.at), "message": post.text,
        "from": {"name": post.author.name, "id": post.author.id}, "like_count": _likes(post),
        "comment_count": len(below[post]),
    }  # fmt: skip
    if post.parent is not None and post.parent.parent is not None:
        node["parent"] = {"id": post.parent.post_id}
    if below[post]:
        node["comments"] = {"data": [_facebook_comment(c, below) for c in below[post]]}
    return node


def _instagram(posts: list[Post]) -> list[Export]:
    below = _below(posts)
    tops = sorted((p for p in posts if p.parent is None), key=lambda p: -p.at)
    media = [p for p in tops if p.own]
    tagged = [p for p in tops if not p.own]
    body = _document({"data": [_media(post, below) for post in media]})
    tags = _document({"data": [_tagged(post) for post in tagged]})
    mine = [p for p in posts if p.top.own]
    return [
        Export("posts/instagram_media.json", body, _seen(mine)),
        Export("posts/instagram_etiquetas.json", tags, _seen(tagged)),
    ]


def _tagged(post: Post) -> Json:
    return {
        "id": post.post_id, "caption": post.text, "media_type": "IMAGE",
        "timestamp": _offset(post.at), "username": post.author.handle,
        "permalink": f"https://www.instagram.com/p/{post.post_id}/",
        "like_count": _likes(post), "comments_count": post.counters.replies,
    }  # fmt: skip


def _media(post: Post, below: dict[Post, list[Post]]) -> Json:
    comments = below[post]
    return _tagged(post) | {
        "owner": {"id": post.author.id},
        "comments_count": sum(1 + len(below[c]) for c in comments),
        "comments": {"data": [_remark(c, below) for c in comments]},
    }


def _remark(post: Post, below: dict[Post, list[Post]]) -> Json:
    node: Json = {
        "id": post.post_id, "text": post.text, "timestamp": _offset(post.at),
        "username": post.author.handle, "like_count": _likes(post),
        "from": {"id": post.author.id, "username": post.author.handle},
    }  # fmt: skip
    if below[post]:
        node["replies"] = {"data": [_remark(c, below) for c in below[post]]}
    return node


def _youtube(posts: list[Post]) -> list[Export]:
    below = _below(posts)
    videos = sorted((p for p in posts if p.kind == "post"), key=lambda p: p.at)
    threads = sorted((p for p in posts if p.kind == "comment"), key=lambda p: -p.at)
    items = [_video(post) for post in videos]
    body = _document(_answer("videoListResponse", items), indent=2)
    exports = [Export("posts/youtube_videos.json", body, _seen(videos))]
    for n, start in enumerate(range(0, len(threads), _PAGE), 1):
        page = threads[start : start + _PAGE]
        items = [_thread(post, below) for post in page]
        answer = _answer("commentThreadListResponse", items)
        if start + _PAGE < len(threads):
            answer["nextPageToken"] = f"QURTSl9p{n:02d}"
        shown = [p for top in page for p in (top, *below[top])]
        body = _document(answer, indent=2)
        exports.append(Export(f"posts/youtube_comentarios_{n}.json", body, _seen(shown)))
    return exports


def _answer(kind: str, items: list[Json]) -> Json:
    info = {"totalResults": len(items), "resultsPerPage": max(len(items), 1)}
    return {"kind": f"youtube#{kind}", "etag": "sim", "pageInfo": info, "items": items}


def _video(post: Post) -> Json:
    title, _, description = post.text.partition("\n")
    counters = post.counters
    return {
        "kind": "youtube#video", "etag": "sim", "id": post.post_id,
        "snippet": {
            "publishedAt": _zulu(post.at), "channelId": post.author.id, "title": title,
            "description": description, "channelTitle": post.author.name,
            "defaultAudioLanguage": "es",
        },
        "statistics": {
            "viewCount": str(grown(counters.impressions, at=post.at, seen=RAN)),
            "likeCount": str(_likes(post)),
            "commentCount": str(grown(counters.replies, at=post.at, seen=RAN)),
        },
    }  # fmt: skip


def _comment(post: Post) -> Json:
    snippet: Json = {
        "videoId": post.top.post_id, "textDisplay": post.text, "textOriginal": post.text,
        "authorDisplayName": post.author.name or post.author.handle,
        "authorChannelUrl": f"http://www.youtube.com/channel/{post.author.id}",
        "authorChannelId": {"value": post.author.id}, "canRate": True, "viewerRating": "none",
        "likeCount": _likes(post), "publishedAt": _zulu(post.at), "updatedAt": _zulu(post.at),
    }  # fmt: skip
    if post.kind == "reply" and post.parent is not None:
        snippet["parentId"] = post.parent.post_id
    return {"kind": "youtube#comment", "etag": "sim", "id": post.post_id, "snippet": snippet}


def _thread(post: Post, below: dict[Post, list[Post]]) -> Json:
    replies = below[post]
    thread: Json = {
        "kind": "youtube#commentThread", "etag": "sim", "id": post.post_id,
        "snippet": {
            "videoId": post.top.post_id, "topLevelComment": _comment(post), "canReply": True,
            "totalReplyCount": len(replies), "isPublic": True,
        },
    }  # fmt: skip
    if replies:
        thread["replies"] = {"comments": [_comment(reply) for reply in replies]}
    return thread


def _form(posts: list[Post]) -> Export:
    """Return the opinions of the web form, four rows of them damaged."""
    file = "posts/opiniones_web.csv"
    broken = {
        25: (["OP-0000000001", "31/02/2026 10:15:00", "Elena", "Natural", "2", "Muy ácido"],
             "date that does not exist"),
        70: (["", "19/03/2026 09:12:00", "Jorge", "Natural", "1", "No vuelvo a comprar"],
             "opinion without a number"),
        110: (["OP-0000000003", "20/03/2026 18:40:00", "Inés", "Natural", "1", "Mal", "fatal"],
              "semicolon without quotation marks: one cell too many"),
        150: (["OP-0000000004", "22/03/2026 11:05:00", "Ra"], "row cut after three cells"),
    }  # fmt: skip
    lines = [_row(_FORM)]
    damage: list[Damage] = []
    further = 0
    for i, post in enumerate(posts):
        if i in broken:
            cells, what = broken[i]
            line = len(lines) + further + 1
            damage.append(Damage(file, line, what, "rejected", "row", 1))
            lines.append(";".join(cells) + "\r\n")
        cells = _opinion(post, i)
        further += cells[-1].count("\n")
        lines.append(_row(cells))
    body = b"\xef\xbb\xbf" + "".join(lines).encode()
    return Export(file, body, _seen(posts), damage, header=1, continuation=further)


def _opinion(post: Post, i: int) -> list[str]:
    text = post.text.replace(HANDLE, "Brumaria")
    if i % 17 == 3:
        text = text.replace(". ", ".\n", 1)
    product = ("Natural", "Natural", "Limón", "Bebible")[int(post.post_id[-1]) % 4]
    when = there(post.at).strftime("%d/%m/%Y %H:%M:%S")
    name = post.author.name.split()[0]
    return [post.post_id, when, name, product, str(post.stars), text]


def _row(cells: tuple[str, ...] | list[str]) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow(cells)
    return out.getvalue()
