"""A simulated crisis as chosen: effect of the response, second wave, collector, platforms, drill.

The story of the sample with other truths: the response is a further post of the brand some hours
after the peak, and from then on the posts of the crisis are so many times what they would be.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from crisislab.estimate.survival import Floats
from crisislab.simulate.crisis import Scene, counted, intensity
from crisislab.simulate.dice import Dice
from crisislab.simulate.ids import new_id
from crisislab.simulate.world import (
    BRAND,
    DAY,
    HOUR,
    PLATFORMS,
    Calendar,
    Post,
    Sizes,
    stamp,
    there,
)

LEAST_CAP = 10
_RESPONSE = (
    "Hemos retirado todas las unidades afectadas y abrimos hoy las cuentas de cada lote. Quien "
    "tenga uno puede devolverlo en cualquier tienda, sin tique. Lo sentimos."
)
_NESTED = ("facebook", "instagram", "youtube")


@dataclass(frozen=True)
class Chosen:
    """What is chosen of a simulated crisis.

    Attributes:
        effect: Factor on the crisis posts from the response on: 1 none, 0.6 a cut by 40 %,
            1.67 a response that does harm.
        lag_hours: Hours from the peak to the response.
        second_wave: Whether a second wave comes five days after the first.
        platforms: Platforms that are exported; X is always one.
        deleted: Share of the public's posts that are gone before they are collected.
        cap: Posts that the collector keeps of each platform and day (UTC), the newest; ``None``:
            all.
        controls: Control series of other brands with a crisis alike and no response.
        drill: Whether a drill of the plan was logged the autumn before.
    """

    effect: float = 1.0
    lag_hours: int = 18
    second_wave: bool = True
    platforms: tuple[str, ...] = PLATFORMS
    deleted: float = 0.0
    cap: int | None = None
    controls: int = 0
    drill: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be simulated.

        Raises:
            ValueError: If a choice is out of range.
        """
        if not 0.05 <= self.effect <= 10:
            raise ValueError(f"effect is {self.effect}; choose 0.05 to 10 (1 is none)")
        if not 1 <= self.lag_hours <= 96:
            raise ValueError(f"lag_hours is {self.lag_hours}; choose 1 to 96")
        if "x" not in self.platforms or not set(self.platforms) <= set(PLATFORMS):
            raise ValueError(f"platforms are {self.platforms}; choose x and others of {PLATFORMS}")
        if not 0 <= self.deleted <= 0.9:
            raise ValueError(f"deleted is {self.deleted}; choose 0 to 0.9")
        if self.cap is not None and self.cap < LEAST_CAP:
            raise ValueError(f"cap is {self.cap}; choose {LEAST_CAP} or more")
        if not 0 <= self.controls <= 20:
            raise ValueError(f"controls is {self.controls}; choose 0 to 20")

    def response_at(self, calendar: Calendar) -> int:
        """Return when the brand responds: some hours after the end of the peak hour."""
        waves = intensity(calendar)
        first = [wave for at, wave, _ in waves if at < calendar.second]
        return waves[int(np.argmax(first))][0] + (1 + self.lag_hours) * HOUR


def respond(scene: Scene, at: int) -> None:
    """Add the response of the brand to what people write under."""
    text, author = _RESPONSE, BRAND["x"]
    post = Post("x", new_id(scene.dice, "x", at, kind="post"), at, "post", author, text, "es",
                "neutral", "response", counters=counted(scene.dice, author, "post"))  # fmt: skip
    scene.stage.setdefault("x", []).append(post)
    scene.stage["x"].sort(key=lambda one: one.at)


def louder(sizes: Sizes, chosen: Chosen) -> Sizes:
    """Return sizes large enough to be thinned to the chosen effect."""
    most = max(chosen.effect, 1.0)
    return Sizes(sizes.calm, {name: n * most for name, n in sizes.crisis.items()})


def thinned(
    moments: Iterable[tuple[int, str]], chosen: Chosen, *, at: int, dice: Dice
) -> list[tuple[int, str]]:
    """Return the arrivals that the chosen effect leaves: of a crisis each with its chance."""
    most = max(chosen.effect, 1.0)
    kept = []
    for when, mood in moments:
        chance = (chosen.effect if when >= at else 1.0) / most
        chance = 1.0 if mood == "calm" else chance if mood != "second" or chosen.second_wave else 0
        if chance >= 1 or dice.chance(chance):
            kept.append((when, mood))
    return kept


def collected(
    posts: list[Post], chosen: Chosen, dice: Dice
) -> tuple[list[Post], list[dict[str, str]]]:
    """Return the posts that reach the exports, and those that do not with the reason.

    ``deleted`` (by the author, or by the platform), ``capped`` (beyond the newest of a day), and
    ``with_parent`` (its export shows it only below an item that is gone).
    """
    lost: dict[Post, str] = {}
    days: dict[tuple[str, int], list[Post]] = defaultdict(list)
    for post in posts:
        if not post.own and dice.chance(chosen.deleted):
            lost[post] = "deleted"
        elif chosen.cap is not None:
            days[post.platform, post.at // DAY].append(post)
    for inside in days.values():
        newest = sorted(inside, key=lambda p: (p.at, p.post_id))
        public = [post for post in newest if not post.own]
        lost |= dict.fromkeys(public[: -(chosen.cap or 0)], "capped")
    for post in sorted(posts, key=lambda p: p.at):
        if post.platform in _NESTED and post.parent in lost and post not in lost:
            lost[post] = "with_parent"
    rows = [{"platform": p.platform, "post_id": p.post_id, "why": lost[p]}
            for p in posts if p in lost and p.platform in chosen.platforms]  # fmt: skip
    return [p for p in posts if p not in lost and p.platform in chosen.platforms], rows


def effect_rows(chosen: Chosen, calendar: Calendar) -> list[dict[str, str]]:
    """Return the truth about the response: one row."""
    at = chosen.response_at(calendar)
    peak, again = at - (1 + chosen.lag_hours) * HOUR, str(chosen.second_wave).lower()
    return [{"peak_hour_at": stamp(peak), "response_at": stamp(at),
             "effect": f"{chosen.effect:g}", "second_wave": again}]  # fmt: skip


def control_series(calendar: Calendar, sizes: Sizes, chosen: Chosen, *, seed: int) -> bytes:
    """Return the posts per hour of other brands with a crisis alike, and no response.

    Each is a share of this one's ordinary and crisis posts, decays a little quicker or slower, and
    scatters by itself.
    """
    hours = intensity(calendar)
    ordinary, crisis = sum(sizes.calm.values()), sum(sizes.crisis.values())
    rhythm = np.array([there(at).hour for at, _, _ in hours])
    calm = np.where((rhythm >= 1) & (rhythm <= 6), 0.2, 1.25) * ordinary / 24
    first = np.array([wave for _, wave, _ in hours])
    second = np.array([wave for _, _, wave in hours]) * chosen.second_wave
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("at", "series", "n"))
    for number in range(1, chosen.controls + 1):
        dice = Dice(seed, f"control {number}")
        share, bend = dice.lognormal(0.6, 0.5), dice.lognormal(1.0, 0.05)
        mean = share * (calm + crisis * (_bent(first, bend) + second))
        for (at, _, _), expected in zip(hours, mean, strict=True):
            writer.writerow((stamp(at), f"brand-{number}", dice.counts(float(expected), 9.0)))
    return out.getvalue().encode()


def _bent(wave: Floats, bend: float) -> Floats:
    top = float(wave.max())
    return np.asarray(top * (wave / top) ** bend, dtype=np.float64)
