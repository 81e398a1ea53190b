"""The truth about a simulated crisis, from its own events and never from the exports."""

from __future__ import annotations

import csv
import io
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from crisislab.settings import parse_duration
from crisislab.simulate.ledger import Export, impressions, last_seen
from crisislab.simulate.logbook import Entry, proofs, story
from crisislab.simulate.manual import plan_toml
from crisislab.simulate.world import DAY, HOUR, PLATFORMS, Calendar, Post, stamp

Row = dict[str, str]
Tables = dict[str, list[Row]]


@dataclass(frozen=True)
class Talk:
    """One conversation: what one person and the brand said without a silence of 24 hours."""

    opened: Post
    reply: Post | None
    n_inbound: int

    @property
    def person(self) -> str:
        """Return who speaks: the author's id, or the handle where the platform gives no id."""
        author = self.opened.author
        tagged = self.opened.platform == "instagram" and self.opened.kind == "post"
        return author.handle if tagged else author.id

    @property
    def minutes(self) -> float | None:
        """Return how long the person waited for a human reply; ``None``: never came."""
        return None if self.reply is None else (self.reply.at - self.opened.at) / 60


def conversations(posts: Iterable[Post]) -> list[Talk]:
    """Return the conversations, oldest first.

    Items between one author and the brand on one platform; a new conversation after 24 hours of
    silence of both; reposts and automatic answers do not count; the reply is the first human
    item of the brand that answers the person after the first inbound item.
    """
    between: dict[tuple[str, str], list[Post]] = defaultdict(list)
    for post in posts:
        if post.addressed:
            between[post.platform, post.author.id].append(post)
        elif post.author.kind == "brand" and post.parent is not None and not post.parent.own:
            between[post.platform, post.parent.author.id].append(post)
    talks = [
        Talk(inbound[0], next((p for p in part if p.own and p.at >= inbound[0].at), None),
             len(inbound))
        for items in between.values()
        for part in _parts(items)
        if (inbound := [p for p in part if not p.own])
    ]  # fmt: skip
    return sorted(talks, key=lambda t: (t.opened.at, t.opened.platform, t.opened.post_id))


def _parts(items: list[Post]) -> list[list[Post]]:
    parts: list[list[Post]] = []
    for post in sorted(items, key=lambda p: (p.at, p.post_id)):
        if not parts or post.at - parts[-1][-1].at > DAY:
            parts.append([])
        parts[-1].append(post)
    return parts


def fired_at(posts: Iterable[Post], *, at_least: int, negative: bool, since: int) -> int | None:
    """Return when a rule over one hour fires on what the public says, reposts included."""
    last: list[int] = []
    for post in posts:
        if post.own or post.at < since or (negative and post.label != "negative"):
            continue
        last = [at for at in last if at > post.at - HOUR] + [post.at]
        if len(last) >= at_least:
            return post.at
    return None


def rules(posts: Iterable[Post], *, since: int) -> dict[str, int | None]:
    """Return when each monitoring rule of the plan fires."""
    found = list(posts)
    return {
        rule["id"]: fired_at(
            found, at_least=rule["at_least"], negative=rule["metric"] == "negative_posts",
            since=since,
        )
        for rule in tomllib.loads(plan_toml())["monitoring"]
    }  # fmt: skip


def tables(
    posts: list[Post], exports: Sequence[Export], calendar: Calendar,
    *, platforms: Sequence[str] = PLATFORMS,
) -> Tables:  # fmt: skip
    """Return every table of the truth by name.

    Args:
        posts: Everything that was said.
        exports: What was exported.
        calendar: When it happened.
        platforms: Platforms that were exported: what is elsewhere proves nothing.
    """
    talks = conversations(posts)
    fired = rules(posts, since=calendar.onset)
    proved = proofs(fired)
    milestones = _milestones(posts, calendar, proved)
    return {
        "posts": [_post(post) for post in posts],
        "conversations": [_talk(talk) for talk in talks],
        "hours": _hours(posts),
        "counts": _counts(posts),
        "reach": _reach(posts, exports),
        "files": _files(exports),
        "damage": [_strings(vars(damage)) for e in exports for damage in e.damage],
        "milestones": [
            {"milestone": name, "at": stamp(at), "evidence": where}
            for name, (at, where) in milestones.items()
        ],
        "rules": [
            {"rule": name, "fired_at": stamp(at), "fired_quiet_at": stamp(quiet)}
            for (name, at), quiet in zip(
                fired.items(), rules(_quiet(posts, calendar), since=0).values(), strict=True
            )
        ],
        "actions": _actions(
            [p for p in posts if p.platform in platforms],
            proved,
            {name: at for name, (at, _) in milestones.items()},
        ),
        "targets": [{"target": n, "state": s} for n, s in story()["targets"].items()],
        "answered": _answered(talks),
    }


def _quiet(posts: list[Post], calendar: Calendar) -> list[Post]:
    return [post for post in posts if post.at < calendar.quiet_end]


def _strings(values: Mapping[str, object]) -> Row:
    return {name: _text(value) for name, value in values.items()}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.6f}"
    return "" if value is None else str(value)


def _post(post: Post) -> Row:
    return _strings({
        "platform": post.platform, "post_id": post.post_id, "created_at": stamp(post.at),
        "kind": post.kind, "author": post.author.handle or post.author.name, "own": post.own,
        "automated": post.author.kind == "machine", "addressed": post.addressed,
        "label": post.label, "lang": post.lang, "topic": post.topic,
    })  # fmt: skip


def _talk(talk: Talk) -> Row:
    reply = talk.reply
    return _strings({
        "platform": talk.opened.platform, "person": talk.person,
        "first_inbound_id": talk.opened.post_id, "opened_at": stamp(talk.opened.at),
        "answered_at": stamp(reply.at if reply else None),
        "reply_id": reply.post_id if reply else None, "minutes": talk.minutes,
        "n_inbound": talk.n_inbound,
    })  # fmt: skip


def _hours(posts: list[Post]) -> list[Row]:
    of: dict[int, list[Post]] = defaultdict(list)
    for post in posts:
        if not post.own:
            of[post.at // HOUR * HOUR].append(post)
    rows = []
    for hour, said in sorted(of.items()):
        words = [p for p in said if p.kind != "repost"]
        negative = sum(p.label == "negative" for p in words)
        rows.append(_strings({
            "hour_at": stamp(hour), "n": len(words), "n_negative": negative,
            "negative_share": negative / len(words) if words else None,
            "n_with_reposts": len(said),
            "n_negative_with_reposts": sum(p.label == "negative" for p in said),
        }))  # fmt: skip
    return rows


def _counts(posts: list[Post]) -> list[Row]:
    rows = []
    for platform in PLATFORMS:
        mine = [p for p in posts if p.platform == platform]
        kinds = Counter(p.kind for p in mine)
        rows.append(_strings({
            "platform": platform, "n_posts": len(mine), "n_own": sum(p.own for p in mine),
            "n_automated": sum(p.author.kind == "machine" for p in mine),
            "n_addressed": sum(p.addressed for p in mine),
            "n_negative": sum(p.label == "negative" for p in mine),
            "n_english": sum(p.lang == "en" for p in mine),
            **{f"n_{k}": kinds[k] for k in ("post", "reply", "comment", "repost", "quote")},
        }))  # fmt: skip
    return rows


def _reach(posts: list[Post], exports: Sequence[Export]) -> list[Row]:
    last = last_seen(exports)
    rows = []
    for platform in PLATFORMS:
        public = [p for p in posts if p.platform == platform and not p.own and p in last]
        authors = {p.author.id or p.author.handle: p.author.followers for p in public}
        known = [n for n in authors.values() if n is not None]
        seen = [impressions(p, last[p]) for p in public if p.kind != "repost"]
        shown = [n for n in seen if n is not None]
        rows.append(_strings({
            "platform": platform, "n_authors": len(authors), "n_authors_known": len(known),
            "potential_reach": sum(known) if known else None,
            "n_impressions_known": len(shown), "impressions": sum(shown) if shown else None,
        }))  # fmt: skip
    return rows


def _files(exports: Sequence[Export]) -> list[Row]:
    holders = Counter(seen.post for export in exports for seen in export.seen)
    return [
        _strings({
            "file": e.file, "n_items": e.n_items, "n_repeated": e.repeated,
            "n_elsewhere": sum(holders[seen.post] > 1 for seen in e.seen),
            "n_damaged": len(e.damage), "n_blank": e.blank, "n_context": e.context,
            "n_header": e.header, "n_continuation": e.continuation,
        })
        for e in exports
    ]  # fmt: skip


def _milestones(
    posts: list[Post], calendar: Calendar, proved: Mapping[str, Entry]
) -> dict[str, tuple[int, str]]:
    after = [p for p in posts if p.at >= calendar.onset]
    reply = next(p for p in after if p.author.kind == "brand" and p.parent is not None)
    statement = next(p for p in after if p.topic == "statement")
    onset = next(p for p in after if p.at == calendar.onset and p.topic == "alarm")
    found = {
        name: (proved[name].at, proved[name].place)
        for name in ("detected", "activated", "resolved")
    }
    found |= {
        name: (post.at, f"{post.platform}:{post.post_id}")
        for name, post in (("onset", onset), ("first_reply", reply),
                           ("first_statement", statement))
    }  # fmt: skip
    return dict(sorted(found.items(), key=lambda item: item[1][0]))


def _actions(posts: list[Post], proved: Mapping[str, Entry], at: Mapping[str, int]) -> list[Row]:
    rows = []
    for action in tomllib.loads(plan_toml())["actions"]:
        name, known = action["id"], story()["actions"][action["id"]]
        done, by, where, state = None, "", "", known["state"]
        if name in proved:
            entry = proved[name]
            done, by, where = entry.at, entry.actor, entry.place
        elif "proof" in known:
            topic, platform = known["proof"]
            post = next((p for p in posts if p.topic == topic and p.platform == platform), None)
            if post is None:
                state = "no evidence"
            else:
                done, where = post.at, f"{platform}:{post.post_id}"
        start = at.get(action["clock"])
        triggered = known["state"] != "not triggered"
        length = parse_duration(action["deadline"])
        due = None
        if triggered and start is not None and isinstance(length, float):
            due = start + int(length * 60)
        late = None if done is None or due is None else (done - due) / 60
        rows.append(_strings({
            "action": name, "owner": action["owner"], "state": state,
            "due_at": stamp(due), "done_at": stamp(done), "late_minutes": late, "done_by": by,
            "evidence": where,
        }))  # fmt: skip
    return rows


def _answered(talks: list[Talk]) -> list[Row]:
    rows = []
    for limit in (60, 240, 1440):
        soon = sum(t.minutes is not None and t.minutes <= limit for t in talks)
        rows.append(_strings({"within_minutes": limit, "n": len(talks), "n_answered": soon,
                              "share": soon / len(talks)}))  # fmt: skip
    return rows


def as_csv(rows: list[Row]) -> bytes:
    """Return a table as CSV (UTF-8, commas, one line end)."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()
