"""Ids as each platform makes them; those of X hold the instant of their post."""

from __future__ import annotations

from crisislab.simulate.dice import Dice
from crisislab.simulate.world import BRAND, Kind, Post

EPOCH_MS = 1_288_834_974_657


def snowflake(at: int, *, ms: int = 0, rest: int = 0) -> str:
    """Return an id of X whose clock shows this instant.

    >>> (int(snowflake(1773823200)) >> 22) + EPOCH_MS
    1773823200000
    """
    return str(((at * 1000 + ms - EPOCH_MS) << 22) | rest)


def new_id(dice: Dice, platform: str, at: int, *, kind: Kind, parent: Post | None = None) -> str:
    """Return a new id of a platform."""
    if platform == "x":
        return snowflake(at, ms=dice.whole(0, 999), rest=dice.whole(0, 2**22 - 1))
    if platform == "facebook":
        page = BRAND["facebook"].id
        if parent is None:
            return f"{page}_{dice.digits(15)}"
        return f"{parent.top.post_id.split('_')[1]}_{dice.digits(16)}"
    if platform == "instagram":
        return ("180" if kind == "post" else "179") + dice.digits(14)
    if platform == "youtube":
        return _youtube(dice, parent)
    return f"OP-{at % 10**8:08d}{dice.digits(2)}"


def _youtube(dice: Dice, parent: Post | None) -> str:
    if parent is None:
        return dice.code(11)
    if parent.parent is None:
        return f"Ug{dice.code(18)}4AaABAg"
    return f"{parent.post_id}.{dice.code(22)}"
