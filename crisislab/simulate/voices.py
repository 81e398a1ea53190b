"""Who speaks: invented people and media, few of whom many follow."""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from crisislab.simulate.dice import Dice
from crisislab.simulate.world import DAY, Author

_REGIONS = {"es_ES": 0.58, "latam": 0.32, "us": 0.10}
_AGAIN = 0.38
_MEDIUM = 0.012


@cache
def _people() -> dict[str, Any]:
    with (Path(__file__).parent / "people.toml").open("rb") as stream:
        return tomllib.load(stream)


def plain(text: str) -> str:
    """Return letters and digits without accents, in lower case.

    >>> plain("Íñigo Peñalva")
    'inigopenalva'
    """
    split = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in split if c.isascii() and c.isalnum())


class Crowd:
    """The authors of a crisis; whoever has written much is likelier to write again."""

    def __init__(self, dice: Dice) -> None:
        """Start with nobody."""
        self._dice = dice
        self._spoken: dict[str, list[Author]] = {}
        self._taken: set[str] = set()

    def someone(self, platform: str, at: int) -> Author:
        """Return who writes an item of a platform at an instant."""
        spoken = self._spoken.setdefault(platform, [])
        if spoken and self._dice.chance(_AGAIN):
            author = self._dice.pick(spoken)
        elif platform == "x" and self._dice.chance(_MEDIUM):
            author = self._medium(at)
        else:
            author = self.newcomer(platform, at)
        spoken.append(author)
        return author

    def newcomer(self, platform: str, at: int) -> Author:
        """Return a person who has not written before."""
        dice = self._dice
        region = dice.weighted(_REGIONS)
        first = dice.pick(_people()["first"][region])
        last = dice.pick(_people()["last"][region])
        return Author(
            platform, self._id(platform), self._handle(first, last, platform), f"{first} {last}",
            lang="en" if region == "us" else "es", region=region,
            followers=self._followers(180, 1.5) if platform == "x" else None,
            since=at - dice.whole(90, 4500) * DAY,
        )  # fmt: skip

    def _medium(self, at: int) -> Author:
        name = self._dice.pick(_people()["media"]["names"])
        handle = plain(name)[:11] + "_sim"
        known = [a for a in self._spoken["x"] if a.handle == handle]
        if known:
            return known[0]
        return Author(
            "x", self._id("x"), handle, name, followers=self._followers(60_000, 1.1),
            since=at - self._dice.whole(2000, 5000) * DAY, kind="medium",
        )  # fmt: skip

    def _followers(self, median: float, spread: float) -> int:
        return int(self._dice.lognormal(median, spread))

    def _id(self, platform: str) -> str:
        dice = self._dice
        if platform == "youtube":
            return "UC" + dice.code(22)
        if platform == "web":
            return ""
        starts = {"x": "1", "facebook": "7", "instagram": "17841"}
        return starts[platform] + dice.digits({"x": 18, "facebook": 16, "instagram": 12}[platform])

    def _handle(self, first: str, last: str, platform: str) -> str:
        room = 15 if platform == "x" else 26
        while True:
            tail = str(self._dice.whole(1, 999)) if self._dice.chance(0.8) else ""
            name = plain(first)[:7] + self._dice.pick(["", "_", ""]) + plain(last)[:4]
            handle = f"{name[: room - 4 - len(tail)]}{tail}_sim"
            if handle not in self._taken:
                self._taken.add(handle)
                return handle
