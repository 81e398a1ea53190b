"""The public: an ordinary trickle of posts, a crisis that rises and decays, and a second wave.

Hourly counts are negative-binomial around ``calm + crisis``; the crisis rises in a straight
line for eight hours and then decays as a power law, both with the rhythm of the day.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from crisislab.simulate.dice import Dice
from crisislab.simulate.ids import new_id
from crisislab.simulate.texts import Writer
from crisislab.simulate.voices import Crowd
from crisislab.simulate.world import (
    HANDLE,
    HOUR,
    Author,
    Calendar,
    Counters,
    Kind,
    Post,
    Sizes,
    there,
)

_RHYTHM = (
    .35, .2, .12, .08, .08, .15, .4, .8, 1.1, 1.2, 1.25, 1.3,
    1.35, 1.4, 1.4, 1.2, 1.15, 1.2, 1.3, 1.45, 1.6, 1.75, 1.5, .85,
)  # fmt: skip
_RISE = 8
_TAU = 9.0
_POWER = 1.35
_SECOND_RISE = 3
_SECOND_SHARE = 0.28
_SIZE = 9.0
_CALM = {"praise": 26, "recipe": 14, "question": 22, "gripe": 12, "chat": 26}
_EARLY = {"alarm": 34, "anger": 14, "ask": 24, "news": 18, "joke": 7, "irony": 3}
_LATE = {
    "anger": 27, "irony": 15, "ask": 18, "support": 12, "news": 11, "joke": 9, "alarm": 8,
}  # fmt: skip
_SECOND = {"news": 24, "anger": 30, "irony": 14, "ask": 12, "support": 11, "joke": 6, "alarm": 3}
_X_CALM = {"plain": 44, "named": 22, "to_brand": 14, "to_person": 6, "repost": 12, "quote": 2}
_X_CRISIS = {"plain": 30, "named": 20, "to_brand": 10, "to_person": 9, "repost": 25, "quote": 6}
_NEAR = 36 * HOUR


@dataclass
class Scene:
    """Everything said so far, and the draws and voices that make the rest.

    Attributes:
        posts: Items of the public by platform, in time.
        stage: Posts people write under, by platform, in time: the brand's, and videos of others.
        own: Further items of the brand: its replies, human and automatic.
    """

    dice: Dice
    crowd: Crowd
    writer: Writer
    calendar: Calendar
    posts: dict[str, list[Post]] = field(default_factory=dict)
    stage: dict[str, list[Post]] = field(default_factory=dict)
    own: list[Post] = field(default_factory=list)

    def add(self, post: Post) -> None:
        """Add an item of the public."""
        self.posts.setdefault(post.platform, []).append(post)


def excess(hours: float, *, rise: float = _RISE) -> float:
    """Return the height of a wave some hours after it began; 1 at its peak.

    >>> excess(-1.0), excess(4.0), excess(8.0)
    (0.0, 0.55, 1.0)
    """
    if hours < 0:
        return 0.0
    return 0.1 + 0.9 * hours / rise if hours < rise else (1 + (hours - rise) / _TAU) ** -_POWER


def intensity(calendar: Calendar) -> list[tuple[int, float, float]]:
    """Return each hour with its shares of the first and second wave, of all there is of both."""
    hours = range(calendar.start, calendar.end, HOUR)
    rhythm = [_RHYTHM[there(at).hour] for at in hours]
    first = [
        excess((at + HOUR / 2 - calendar.onset) / HOUR) * r
        for at, r in zip(hours, rhythm, strict=True)
    ]
    again = [
        excess((at + HOUR / 2 - calendar.second) / HOUR, rise=_SECOND_RISE) * r
        for at, r in zip(hours, rhythm, strict=True)
    ]
    total, total_again = sum(first), sum(again)
    return [
        (at, (1 - _SECOND_SHARE) * a / total, _SECOND_SHARE * b / total_again)
        for at, a, b in zip(hours, first, again, strict=True)
    ]


def arrivals(scene: Scene, platform: str, sizes: Sizes) -> list[tuple[int, str]]:
    """Return when the public writes on a platform, and in which mood: calm, early, late, second."""
    found: list[tuple[int, str]] = []
    calendar, dice = scene.calendar, scene.dice
    ordinary = sizes.calm[platform] / sum(_RHYTHM)
    for at, first, again in intensity(calendar):
        calm = ordinary * _RHYTHM[there(at).hour]
        waves = {
            "calm": calm,
            "late" if at >= calendar.statement else "early": sizes.crisis[platform] * first,
            "second": sizes.crisis[platform] * again,
        }
        for mood, mean in waves.items():
            begin = max(at, calendar.onset + 1) if mood == "early" else at
            n = dice.counts(mean, _SIZE)
            found.extend((dice.whole(begin, at + HOUR - 1), mood) for _ in range(n))
    return sorted(found)


def speak(scene: Scene, platform: str, at: int, mood: str) -> None:
    """Add one item of the public; where there is nothing yet to answer, nobody speaks."""
    topic = scene.dice.weighted(
        {"calm": _CALM, "early": _EARLY, "late": _LATE, "second": _SECOND}[mood]
    )
    if platform == "web":
        scene.add(_opinion(scene, at, topic))
    elif platform == "x":
        _on_x(scene, at, topic, calm=mood == "calm")
    elif platform == "instagram" and scene.dice.chance(0.08):
        author = scene.crowd.newcomer(platform, at)
        scene.add(said(scene, author, at, topic, kind="post", named=True))
    else:
        _below(scene, platform, at, topic)


def said(
    scene: Scene, author: Author, at: int, topic: str, *, kind: Kind, parent: Post | None = None,
    named: bool = False, before: str = "",
) -> Post:  # fmt: skip
    """Return a new item of the public in its own words."""
    text, label = scene.writer.post(topic, author, named=named)
    return Post(
        author.platform, new_id(scene.dice, author.platform, at, kind=kind, parent=parent), at,
        kind, author, before + text, author.lang, label, topic, parent=parent,
        root=parent.top if parent else None, counters=counted(scene.dice, author, kind),
    )  # fmt: skip


def counted(dice: Dice, author: Author, kind: Kind) -> Counters:
    """Return what a platform will have counted of an item in the long run."""
    if kind == "repost":
        return Counters()
    size = author.followers if author.followers is not None else 150
    seen = int((30 + size * 0.12) * dice.lognormal(1.0, 0.8))
    likes = int(seen * 0.012 * dice.lognormal(1.0, 0.9))
    return Counters(
        likes, dice.whole(0, 1 + likes // 5), dice.whole(0, 2 + likes // 12),
        dice.whole(0, likes // 20), seen,
    )  # fmt: skip


def _opinion(scene: Scene, at: int, topic: str) -> Post:
    author = scene.crowd.newcomer("web", at)
    post = said(scene, author, at, topic, kind="post")
    stars = {"negative": (1, 2), "neutral": (2, 4), "positive": (4, 5)}[post.label]
    return Post(
        "web", post.post_id, at, "post", author, post.text, post.lang, post.label, topic,
        stars=scene.dice.whole(*stars),
    )  # fmt: skip


def _on_x(scene: Scene, at: int, topic: str, *, calm: bool) -> None:
    dice = scene.dice
    author = scene.crowd.someone("x", at)
    how = dice.weighted(_X_CALM if calm else _X_CRISIS)
    if author.kind == "medium":
        how, topic = dice.pick(["plain", "plain", "repost"]), "recipe" if calm else "news"
    if how == "to_brand" and (post := _latest(scene, "x", at)):
        text = f"{HANDLE} "
        scene.add(said(scene, author, at, topic, kind="reply", parent=post, before=text))
    elif how == "to_person" and (other := _other(scene, at, author)):
        text = f"@{other.author.handle} "
        scene.add(said(scene, author, at, topic, kind="reply", parent=other, before=text))
    elif how in ("repost", "quote") and (other := _popular(scene, at, author)):
        share = _repost if how == "repost" else _quote
        scene.add(share(scene, author, at, topic, other))
    else:
        scene.add(said(scene, author, at, topic, kind="post", named=how == "named"))


def _repost(scene: Scene, author: Author, at: int, _topic: str, other: Post) -> Post:
    text = f"RT @{other.author.handle}: {other.text}"
    return Post(
        "x", new_id(scene.dice, "x", at, kind="repost"), at, "repost", author, text, other.lang,
        other.label, other.topic, shared=other,
    )  # fmt: skip


def _quote(scene: Scene, author: Author, at: int, topic: str, other: Post) -> Post:
    text, label = scene.writer.post(topic, author)
    return Post(
        "x", new_id(scene.dice, "x", at, kind="quote"), at, "quote", author, text, author.lang,
        label, topic, shared=other, counters=counted(scene.dice, author, "quote"),
    )  # fmt: skip


def _latest(scene: Scene, platform: str, at: int) -> Post | None:
    """Return a post of the brand to write under: mostly the latest, else one of the last five."""
    before = [p for p in scene.stage.get(platform, []) if p.at < at]
    if not before:
        return None
    return before[-1] if scene.dice.chance(0.65) else scene.dice.pick(before[-5:])


def _recent(scene: Scene, platform: str, at: int) -> list[Post]:
    posts = scene.posts.get(platform, [])
    recent: list[Post] = []
    for post in reversed(posts):
        if post.at < at - _NEAR or len(recent) >= 60:
            break
        recent.append(post)
    return recent


def _other(scene: Scene, at: int, author: Author) -> Post | None:
    """Return somebody's post that does not speak to the brand, to answer it."""
    open_ = [
        p for p in _recent(scene, "x", at)
        if p.kind == "post" and not p.addressed and p.author is not author
    ]  # fmt: skip
    return scene.dice.pick(open_) if open_ else None


def _popular(scene: Scene, at: int, author: Author) -> Post | None:
    """Return a post to share, the likelier the more it is shared already."""
    found = [
        p for p in [*_recent(scene, "x", at), *scene.stage["x"]]
        if p.kind in ("post", "quote") and p.author is not author and at - _NEAR < p.at < at
    ]  # fmt: skip
    if not found:
        return None
    return scene.dice.weighted({p: 1 + p.counters.reposts**0.5 for p in found})


def _below(scene: Scene, platform: str, at: int, topic: str) -> None:
    """Add a comment under a post of the brand, sometimes below somebody else's comment."""
    post = _latest(scene, platform, at)
    if post is None:
        return
    author = scene.crowd.someone(platform, at)
    tops = [
        p for p in _recent(scene, platform, at)
        if p.kind == "comment" and p.parent is post and p.author is not author
    ]  # fmt: skip
    if tops and scene.dice.chance(0.12):
        scene.add(said(scene, author, at, topic, kind="reply", parent=scene.dice.pick(tops)))
    else:
        scene.add(said(scene, author, at, topic, kind="comment", parent=post))


def first_post(scene: Scene) -> Post:
    """Return the post with which the crisis begins: a mother, a ward, a lid."""
    at = scene.calendar.onset
    author = scene.crowd.newcomer("x", at)
    author = Author(
        "x", author.id, "mamade3_sim", "Rocío Cantero", followers=5230, since=author.since
    )
    text = (
        "Mi hijo tiene alergia a la avellana. Anoche cenó un yogur NATURAL de Brumaria y acabamos "
        "en urgencias con la cara hinchada. En la etiqueta no pone nada. Lote L26-071. Mirad la "
        "nevera, por favor."
    )
    counters = Counters(4120, 2870, 412, 390, 612_000)
    return Post(
        "x", new_id(scene.dice, "x", at, kind="post"), at, "post", author, text, "es", "negative",
        "alarm", counters=counters,
    )  # fmt: skip
