"""The brand: what it publishes by itself, whom it answers and after how long."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from crisislab.simulate.crisis import Scene, counted, said
from crisislab.simulate.ids import new_id
from crisislab.simulate.texts import brand_words
from crisislab.simulate.world import (
    BRAND,
    DAY,
    HANDLE,
    HOUR,
    MACHINE,
    Author,
    Calendar,
    Counters,
    Post,
    local,
    there,
)

# Weekdays (Monday is 0) and local time of ordinary posts.
_HABITS: dict[str, tuple[Sequence[int], str]] = {
    "x": (range(7), "10:15"),
    "facebook": ((1, 3, 5), "12:30"),
    "instagram": ((0, 2, 4, 6), "19:00"),
    "youtube": ((0,), "17:00"),
}
_PAUSE = (local("2026-03-18 13:12"), local("2026-03-26 00:00"))
_OPENING = "2026-03-02 08:30"
_FOREIGN = ("2026-03-19 20:10", "2026-03-21 17:30")
_GROUPS = {
    "gripe": "gripe", "alarm": "harm", "ask": "ask", "news": "ask", "anger": "anger",
    "irony": "anger", "waiting": "anger", "unmoved": "anger", "joke": "anger",
    "support": "support", "thanks": "support", "okay": "ask", "praise": "praise",
    "recipe": "recipe", "chat": "chat",
}  # fmt: skip
_WILLING = {
    "alarm": 1.35, "ask": 1.3, "waiting": 1.2, "question": 1.0, "gripe": 1.0, "anger": 0.85,
    "praise": 0.75, "recipe": 0.6, "support": 0.6, "irony": 0.4, "joke": 0.4, "news": 0.4,
    "chat": 0.45,
}  # fmt: skip
_CALM_SHARE = 0.95
_CRISIS_SHARE = {"x": 0.60, "facebook": 0.58, "instagram": 0.48, "youtube": 0.25}
_LONGEST = 23 * HOUR
_AFTER = {"thanks": 4.0, "okay": 3.0, "unmoved": 3.0}


def publish(scene: Scene) -> None:
    """Set the stage: scripted and ordinary posts of the brand, and two videos of others."""
    for script in brand_words()["posts"]:
        for platform, at in script["at"].items():
            _post(scene, platform, local(at), script["text"], script["label"], script["topic"])
    for platform, (days, clock) in _HABITS.items():
        for at in (local(_OPENING), *_days(scene.calendar, days, clock)):
            _post(scene, platform, at, scene.writer.ordinary(platform), "positive", "promo")
    for at, text in zip(_FOREIGN, brand_words()["foreign"]["youtube"], strict=True):
        _foreign(scene, local(at), text)
    for posts in scene.stage.values():
        posts.sort(key=lambda post: post.at)


def _days(calendar: Calendar, days: Sequence[int], clock: str) -> list[int]:
    first = there(calendar.start).date()
    length = range((calendar.end - calendar.start) // DAY + 1)
    dates = [first + timedelta(days=n) for n in length]
    instants = [local(f"{day} {clock}") for day in dates if day.weekday() in days]
    return [
        at for at in instants
        if at < calendar.end and not _PAUSE[0] <= at < _PAUSE[1]
    ]  # fmt: skip


def _post(scene: Scene, platform: str, at: int, text: str, label: str, topic: str) -> None:
    author = BRAND[platform]
    counters = counted(scene.dice, Author(platform, "", "", "", followers=40_000), "post")
    post = Post(
        platform, new_id(scene.dice, platform, at, kind="post"), at, "post", author, text, "es",
        "positive" if label == "positive" else "neutral", topic, counters=counters,
    )  # fmt: skip
    scene.stage.setdefault(platform, []).append(post)


def _foreign(scene: Scene, at: int, text: str) -> None:
    dice = scene.dice
    name = text.split("\n")[1].split("(")[0].removeprefix("Reportaje de ").strip()
    author = Author("youtube", "UC" + dice.code(22), "", name, kind="medium")
    counters = Counters(likes=2100, replies=300, impressions=184_000)
    post = Post(
        "youtube", new_id(dice, "youtube", at, kind="post"), at, "post", author, text, "es",
        "neutral", "news", counters=counters,
    )  # fmt: skip
    scene.stage.setdefault("youtube", []).append(post)


def working(at: int, calendar: Calendar) -> bool:
    """Return whether somebody of the team answers at this instant."""
    if calendar.silence[0] <= at < calendar.silence[1]:
        return False
    day = there(at)
    first, last = (10, 20) if day.weekday() >= 5 else (9, 21)
    late = 23 if calendar.shift[0] <= at < calendar.shift[1] else last
    return first <= day.hour < late


def next_working(at: int, calendar: Calendar) -> int:
    """Return this instant or the next quarter of an hour at which the team answers."""
    while not working(at, calendar):
        at = (at // 900 + 1) * 900
    return at


@dataclass
class _Talk:
    """What there is between one person and the brand."""

    last: int = -10 * DAY
    waiting: bool = False
    answered: bool = False


@dataclass
class Desk:
    """Goes through everything said to the brand in time and answers some of it."""

    scene: Scene
    talks: dict[tuple[str, str], _Talk] = field(default_factory=dict)
    _heap: list[tuple[int, int, str, Post]] = field(default_factory=list)
    _n: int = 0

    def run(self) -> None:
        """Answer the public, and let it answer back, until the window ends."""
        for posts in list(self.scene.posts.values()):
            for post in posts:
                if post.addressed and post.author.kind == "person":
                    self._plan(post.at, "inbound", post)
        while self._heap:
            at, _, what, post = heapq.heappop(self._heap)
            talk = self.talks.setdefault((post.platform, post.author.id), _Talk())
            getattr(self, f"_{what}")(at, post, talk)

    def _plan(self, at: int, what: str, post: Post) -> None:
        if at < self.scene.calendar.end:
            heapq.heappush(self._heap, (at, self._n, what, post))
            self._n += 1

    def _inbound(self, at: int, post: Post, talk: _Talk) -> None:
        dice = self.scene.dice
        if at - talk.last > DAY:
            talk.waiting = talk.answered = False
        talk.last = at
        self._machine(at, post)
        if talk.waiting or not _answerable(post):
            return
        if self._willing(at, post) and (reply_at := self._reply_at(at)):
            talk.waiting = True
            self._plan(reply_at, "reply", post)
        elif post.topic != "waiting" and dice.chance(0.13):
            self._plan(at + dice.whole(2 * HOUR, 20 * HOUR), "nagging", post)

    def _willing(self, at: int, post: Post) -> bool:
        crisis = at >= self.scene.calendar.onset - 6 * HOUR
        share = _CRISIS_SHARE[post.platform] if crisis else _CALM_SHARE
        return self.scene.dice.chance(min(share * _WILLING.get(post.topic, 0.3), 0.97))

    def _reply_at(self, at: int) -> int | None:
        calendar, dice = self.scene.calendar, self.scene.dice
        if at < calendar.silence[0]:
            minutes = dice.lognormal(45, 1.0)
        elif at < calendar.silence[1] + 3 * DAY:
            minutes = dice.lognormal(150, 1.1)
        else:
            minutes = dice.lognormal(85, 1.05)
        drawn = at + max(int(minutes * 60), 70)
        reply_at = next_working(drawn, calendar)
        if reply_at != drawn:
            reply_at += dice.whole(1, 90 * 60)
        return reply_at if reply_at - at < _LONGEST else None

    def _reply(self, at: int, post: Post, talk: _Talk) -> None:
        scene = self.scene
        group = _GROUPS.get(post.topic, "calm")
        parent = _own_top(post)
        text = scene.writer.reply(group, post.author)
        if post.platform in ("x", "instagram"):
            text = f"@{post.author.handle} {text}"
        reply = Post(
            post.platform, new_id(scene.dice, post.platform, at, kind="reply", parent=parent), at,
            "reply", BRAND[post.platform], text, post.lang, "neutral", "reply", parent=parent,
            root=parent.top, counters=Counters(likes=scene.dice.whole(0, 6), impressions=90),
        )  # fmt: skip
        scene.own.append(reply)
        talk.last, talk.waiting, talk.answered = at, False, True
        if scene.dice.chance(0.32):
            delay = int(scene.dice.lognormal(45, 1.0) * 60) + 40
            self._plan(at + min(delay, 20 * HOUR), "back", reply)

    def _back(self, at: int, reply: Post, _talk: _Talk) -> None:
        """The person answers the brand's answer."""
        asked = reply.parent
        if asked is None:
            return
        topic = self.scene.dice.weighted(_AFTER)
        self._more(at, asked, reply, topic)

    def _nagging(self, at: int, post: Post, talk: _Talk) -> None:
        """The person asks again, if nobody has answered yet."""
        if not talk.answered:
            self._more(at, post, post, "waiting")

    def _more(self, at: int, asked: Post, answered: Post, topic: str) -> None:
        on_x = asked.platform == "x"
        post = said(
            self.scene, asked.author, at, topic, kind="reply",
            parent=answered if on_x else _own_top(asked), before=f"{HANDLE} " if on_x else "",
        )  # fmt: skip
        self.scene.add(post)
        self._plan(at, "inbound", post)

    def _machine(self, at: int, post: Post) -> None:
        scene = self.scene
        busy = at >= scene.calendar.onset
        away = not working(at, scene.calendar)
        if post.platform != "x" or not scene.dice.chance(0.75 if away else 0.2 if busy else 0.0):
            return
        later = at + scene.dice.whole(20, 60)
        text = f"@{post.author.handle} {scene.writer.automatic(post.author)}"
        if later < scene.calendar.end:
            scene.own.append(
                Post("x", new_id(scene.dice, "x", later, kind="reply"), later, "reply", MACHINE,
                     text, post.lang, "neutral", "automatic", parent=post, root=post.top)
            )  # fmt: skip


def _own_top(post: Post) -> Post:
    """Return where an answer to a post hangs: the person's comment, or on X the post itself."""
    if post.platform == "x" or post.kind == "comment" or post.parent is None:
        return post
    return post.parent


def _answerable(post: Post) -> bool:
    if post.platform == "x":
        return True
    if post.kind == "comment":
        return True
    return post.kind == "reply" and post.parent is not None and post.parent.author is post.author
