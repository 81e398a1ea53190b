"""JSON and text exports: pretty-printed, cut, rounded by scripts, glued together."""

from __future__ import annotations

import io
import json
from typing import Any

import zstandard

from tests.read.nasty.base import MADRID, Nasty, P, case, plain, posts
from tests.read.nasty.spreadsheets import _javascript, truth
from tests.read.nasty.spreadsheets import _zip as zipped

X = posts()


def _lines(records: list[Any], **how: Any) -> str:
    return "".join(json.dumps(r, ensure_ascii=False, **how) + "\n" for r in records)


def _v1(p: P, **more: Any) -> dict[str, Any]:
    return {
        "created_at": p.said("%a %b %d %H:%M:%S +0000 %Y"), "id": int(p.id), "id_str": p.id,
        "full_text": p.text.replace("&", "&amp;"), "user": {"id_str": "7", "screen_name": p.handle,
        "name": p.name}, "favorite_count": p.likes, "retweet_count": p.reposts, "entities": {},
        "in_reply_to_status_id_str": p.parent or None, "lang": "es",
    } | more  # fmt: skip


def _v2(p: P, **more: Any) -> dict[str, Any]:
    told = [{"type": "replied_to", "id": p.parent}] if p.parent else []
    return {
        "id": p.id, "text": p.text, "author_id": "7",
        "created_at": p.said("%Y-%m-%dT%H:%M:%S.000Z"),
        "conversation_id": p.parent or p.id, "referenced_tweets": told,
        "public_metrics": {"like_count": p.likes, "retweet_count": 0, "reply_count": 0,
                           "quote_count": 0},
    } | more  # fmt: skip


def _x() -> list[Nasty]:
    right = [p.truth(parent_id=p.parent) for p in X]
    v1, v2 = [_v1(p) for p in X], [_v2(p) for p in X]
    spoilt = [_v2(p, id=float(p.id)) for p in X]
    rounded = [_v2(p, id=_javascript(p)) for p in X]
    own = [{"tweet": {k: str(v) if k == "id" else v for k, v in _v1(p).items() if k != "user"}}
           for p in X]  # fmt: skip
    loose = [r["tweet"] for r in own]
    again = _lines([{"data": v2[:7], "meta": {}}, {"data": v2[5:], "meta": {}}])
    return [
        case("v1.1, one pretty array", "t.json", json.dumps(v1, indent=2, ensure_ascii=False),
             right),
        case("v1.1, pretty documents in a row", "t.json", "\n".join(json.dumps(r, indent=1)
             for r in v1), right),
        case("v1.1, ids rounded beside whole ones", "t.jsonl", _lines([r | {"id": float(r["id"])}
             for r in v1]), right),
        case("v1.1, with notices between", "t.jsonl", _lines([v1[0], {"delete": {"status": {
             "id": 1}}}, {"limit": {"track": 5}}, *v1[1:]]), right, "flagged",
             "CL-ROW-NOT-DATA"),
        case("v1.1, cut", "t.jsonl", _lines(v1)[:-60], right[:-1], "flagged", "CL-ROW-CUT"),
        case("v1.1, utf-16", "t.jsonl", _lines(v1), right, encoding="utf-16"),
        case("v1.1, commas between lines", "t.jsonl", _lines(v1).replace("}\n{", "},\n{"), [],
             "refused"),
        case("v2, overlapping pages", "t.jsonl", again, right),
        case("v2, ids as doubles", "t.jsonl", _lines(spoilt), [], "refused", "CL-IDS-SCIENTIFIC"),
        case("v2, ids rounded by javascript", "t.jsonl", _lines(rounded), [], "refused",
             "CL-IDS-ROUNDED"),
        case("v2, keys in another order", "t.jsonl", _lines([dict(reversed(r.items()))
             for r in v2]), right),
        case("v2, ends of windows and a mark", "t.jsonl", "\ufeff" + _lines(v2).replace("\n",
             "\r\n"), right),
        case("archive", "tweets.js", "window.YTD.tweets.part0 = " + json.dumps(own), right),
        case("archive, old form", "tweet.js", "window.YTD.tweet.part0 = " + json.dumps(loose),
             right),
        case("archive, cut", "tweets.js", "window.YTD.tweets.part0 = " + json.dumps(own)[:-300],
             [], "refused", "CL-FILE-CUT"),
        case("archive in a zip of a mac", "x.zip", zipped({"data/tweets.js":
             "window.YTD.tweets.part0 = " + json.dumps(own[:6]), "data/tweets-part1.js":
             "window.YTD.tweets.part1 = " + json.dumps(own[6:]),
             "__MACOSX/data/._tweets.js": b"\0\5\x16\7"}), right),
        case("zip in a zip", "x.zip", zipped({"in.zip": zipped({"t.jsonl": _lines(v1)})}), [],
             "refused", "CL-FILE-FORMAT"),
    ]  # fmt: skip


def _meta() -> list[Nasty]:
    given = plain()
    page = [{"id": f"100_{p.id}", "message": p.text,
             "created_time": p.said("%Y-%m-%dT%H:%M:%S+0000"),
             "reactions": {"summary": {"total_count": p.likes}}} for p in given]  # fmt: skip
    told = [p.truth(post_id=f"100_{p.id}") for p in given]
    garbled = [{"id": p.id, "timestamp": p.said("%Y-%m-%dT%H:%M:%S+0000"), "username": p.handle,
                "caption": p.text.encode().decode("latin-1"), "media_type": "IMAGE",
                "like_count": p.likes} for p in given]  # fmt: skip
    seen = [{"post_id": p.id, "n_likes": p.likes, "text": p.text} for p in given]
    return [
        case("graph, pages in a row", "f.json", json.dumps({"data": page[:6]}) + "\n" + json.dumps(
             {"data": page[6:]}), told),
        case("graph, page of nothing", "f.json", json.dumps({"data": [], "paging": {}}), [],
             "refused"),
        case("instagram, latin letters as bytes", "i.json", json.dumps({"data": garbled}), seen,
             "flagged", "CL-TEXT-MOJIBAKE"),
    ]  # fmt: skip


def _others() -> list[Nasty]:
    given = plain()
    unix = [int(p.at.timestamp()) for p in given]
    tube = {"items": [{"kind": "youtube#commentThread", "snippet": {"videoId": "v",
            "topLevelComment":
            {"kind": "youtube#comment", "id": p.id, "snippet": {"textOriginal": p.text, "likeCount":
             p.likes, "publishedAt": p.said("%Y-%m-%dT%H:%M:%SZ"), "authorDisplayName": p.name}}}}
            for p in given]}  # fmt: skip
    names = ("id", "replyCount", "likeCount", "publishedAt", "authorName", "text",
             "authorChannelId", "isReply", "isReplyTo")  # fmt: skip
    rows = [f'{p.id}\t0\t{p.likes}\t"{p.said("%Y-%m-%d %H:%M:%S")}"\t"Ana"\t"'
            + p.text.replace('"', '\\"') + '"\tUC1\t0\t\n' for p in given]  # fmt: skip
    tools = "\t".join(names) + "\n" + "".join(rows)
    tok = {
        "data": {
            "videos": [
                {
                    "id": int(f"73{p.id}00000000{i:03d}7"),
                    "create_time": u,
                    "video_description": p.text,
                    "like_count": p.likes,
                    "username": p.handle,
                }
                for i, (p, u) in enumerate(zip(given, unix, strict=True))
            ]
        },
        "error": {"code": "ok"},
    }
    bad = json.loads(json.dumps(tok))
    for video in bad["data"]["videos"]:
        video["id"] = float(video["id"])
    pushed = [{"id": f"k{i}", "body": p.text.replace("&", "&amp;"), "created_utc": str(u),
               "link_id":
               "t3_a", "parent_id": "t3_a", "subreddit": "spain", "author": "[deleted]", "score":
               p.likes} for i, (p, u) in enumerate(zip(given, unix, strict=True))]  # fmt: skip
    reddit = [p.truth(post_id=f"t1_k{i}", kind="comment", author_handle="") for i, p in
              enumerate(given)]  # fmt: skip
    packed = zstandard.ZstdCompressor().compress(_lines(pushed).encode())
    toot = [{"id": p.id, "uri": f"https://m.example/{p.id}", "created_at":
             p.said("%Y-%m-%dT%H:%M:%S.000Z"), "content": "<p>" + p.text.replace("\n", "<br>") +
             "</p>", "account": {"id": "1", "acct": p.handle}, "visibility": "public",
             "favourites_count": p.likes} for p in given]  # fmt: skip
    sky = [{"uri": f"at://did:a/app.bsky.feed.post/{p.id}", "cid": "c", "author": {"did": "did:a",
            "handle": p.handle}, "record": {"$type": "app.bsky.feed.post", "text": p.text,
            "createdAt": p.said("%Y-%m-%dT%H:%M:%SZ")}, "likeCount": p.likes,
            "indexedAt": p.said("%Y-%m-%dT%H:%M:%S.500Z")} for p in given]  # fmt: skip
    chat = {"name": "Crisis", "type": "public_channel", "id": 9, "messages": [
        {"id": int(p.id), "type": "message", "date": p.said("%Y-%m-%dT%H:%M:%S", MADRID),
         "date_unixtime": str(u), "from": p.name, "from_id": "user1",
         "text": [p.text[:3], {"type": "bold", "text": p.text[3:]}]}
        for p, u in zip(given, unix, strict=True)]}  # fmt: skip
    old = json.loads(json.dumps(chat))
    for message in old["messages"]:
        del message["date_unixtime"]
    told = [{k: v for k, v in p.truth(post_id=f"9/{p.id}").items() if k != "n_likes"}
            for p in given]  # fmt: skip
    scraped = [{"tweet_id": p.id, "timestamp_epochs": int(p.at.timestamp()),
                "screen_name": p.handle,
                "parent_tweet_id": p.parent, "text": p.text, "likes": p.likes, "timestamp":
                p.said("%Y-%m-%dT%H:%M:%S")} for p in X]  # fmt: skip
    seen = [{"item_id": p.id, "timestamp_collected": 1_790_000_000_000,
             "source_platform": "tiktok.com",
             "data": {"id": p.id, "desc": p.text, "createTime": u, "author": {"uniqueId": p.handle},
                      "stats": {"diggCount": p.likes}}}
            for p, u in zip(given, unix, strict=True)]  # fmt: skip
    flat = [p.truth(text=p.text) for p in given]
    return [
        case("youtube threads", "y.json", json.dumps(tube), truth(given)),
        case("youtube data tools, tabs and backslashes", "y.tab", tools, flat, zone="UTC"),
        case("tiktok", "t.json", json.dumps(tok), [p.truth(post_id=f"73{p.id}00000000{i:03d}7")
             for i, p in enumerate(given)]),
        case("tiktok, ids as doubles", "t.json", json.dumps(bad), [], "refused"),
        case("reddit in zst", "r.zst", packed, reddit),
        case("reddit in zst, cut", "r.zst", packed[:-40], [], "refused", "CL-FILE-CUT"),
        case("mastodon", "m.json", json.dumps(toot), [p.truth(text=" ".join(p.text.split(" ")))
             for p in given]),
        case("bluesky feed", "b.json", json.dumps({"feed": [{"post": s} for s in sky]}),
             [p.truth(post_id=f"at://did:a/app.bsky.feed.post/{p.id}") for p in given]),
        case("telegram", "result.json", json.dumps(chat, ensure_ascii=False, indent=1), told),
        case("telegram, old", "result.json", json.dumps(old), told, zone="Europe/Madrid"),
        case("telegram, old, no zone", "result.json", json.dumps(old), [], "refused",
             "CL-TIME-ZONE"),
        case("twitterscraper", "t.json", json.dumps(scraped), truth(X)),
        case("zeeschuimer", "z.ndjson", _lines(seen), truth(given)),
        case("outbox", "outbox.json", json.dumps({"type": "OrderedCollection", "orderedItems": [
             {"id": f"https://m.example/users/marca/statuses/{p.id}/activity", "type": "Create",
              "actor": "https://m.example/users/marca", "object": {"id":
              f"https://m.example/users/marca/statuses/{p.id}", "published":
              p.said("%Y-%m-%dT%H:%M:%SZ"), "content": f"<p>Hola {p.id}</p>"}} for p in given]}),
             [{"post_id": p.id, "text": f"Hola {p.id}"} for p in given]),
    ]  # fmt: skip


def _chats() -> list[Nasty]:
    given = [p for p in plain(start="2026-03-25T09:07:21") if not p.text.startswith("Primera")]

    def told(form: str) -> list[dict[str, Any]]:
        return [{"text": p.text, "created_at": p.said(form), "author_name": f"Ana {i}"}
                for i, p in enumerate(given)]  # fmt: skip

    def chat(form: str, mark: str = "") -> str:
        out = io.StringIO()
        for i, p in enumerate(given):
            hour = p.at.astimezone(MADRID).hour
            half = ("a." if hour < 12 else "p.") + "\u00a0m."
            at = p.said(form, MADRID).replace("HALF", half)
            out.write(f"{mark}{at}Ana {i}: {p.text}\n")
        return out.getvalue()

    android = "25/3/26, 8:00 - Los mensajes y las llamadas están cifrados de extremo a extremo.\n"
    more = chat("%d/%m/%y, %H:%M - ").replace(given[2].text, given[2].text + "\ny sigue: aquí")
    longer = told("%Y-%m-%d %H:%M:00")
    longer[2]["text"] += "\ny sigue: aquí"
    how = {"key": "text", "zone": "Europe/Madrid"}
    return [
        case("whatsapp android", "c.txt", chat("%d/%m/%y, %H:%M - "), told("%Y-%m-%d %H:%M:00"),
             **how),
        case("whatsapp android, notice and long message", "c.txt", android + more, longer,
             "flagged", "CL-ROW-SYSTEM", **how),
        case("whatsapp ios", "c.txt", chat("[%d/%m/%y, %I:%M:%S HALF] ", "\u200e"),
             told("%Y-%m-%d %H:%M:%S"), **how),
        case("whatsapp us", "c.txt", chat("%m/%d/%y, %I:%M %p - "), told("%Y-%m-%d %H:%M:00"),
             **how),
        case("whatsapp, no zone", "c.txt", chat("%d/%m/%y, %H:%M - "), [], "refused",
             "CL-TIME-ZONE", key="text"),
        case("whatsapp in a zip", "c.zip", zipped({"_chat.txt": chat("%d/%m/%y, %H:%M - "),
             "PHOTO.jpg": b"\xff\xd8\xff\xe0", "a.opus": b"OggS"}), told("%Y-%m-%d %H:%M:00"),
             "flagged", "CL-FILE-SKIPPED", **how),
    ]  # fmt: skip


def cases() -> list[Nasty]:
    """Everything here."""
    return [*_x(), *_meta(), *_others(), *_chats()]
