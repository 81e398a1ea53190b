"""Teams whose conduct is known: a plan, what they wrote, and the true state of every action.

The truth is drawn first and the log is written from it, with talk around it: questions, plans and
refusals in the very words the plan looks for, follow-ups, other channels, people without the role,
channels missing from the exports.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from crisislab.plan import Plan
from crisislab.schema import LOG, POSTS
from crisislab.simulate.dice import Dice

START = pd.Timestamp("2026-05-12T07:00:00Z")
ACTIVATED = START + pd.Timedelta(minutes=90)
END = START + pd.Timedelta(hours=30)
CHANNELS = ("#crisis", "#social", "register", "mail", "#legal")
PLATFORMS = ("x", "facebook", "instagram")
_BEHAVIOUR = {
    "on time": 42, "late": 16, "not done": 12, "wrong owner": 8, "out of order": 4,
    "improvised": 3, "not triggered": 5, "only_doubtful": 4, "told_elsewhere": 3,
    "owner_or_other": 3,
}  # fmt: skip
AMBIGUOUS = ("only_doubtful", "told_elsewhere", "owner_or_other")
_HARD = 0.006
_SLIP = 0.004
Row = dict[str, Any]


@dataclass(frozen=True)
class Conduct:
    """One simulated team.

    Attributes:
        truth: ``action, state (what is true), observable, asked (ambiguous by design)``.
        at: Milestones.
        complete: Channels declared whole.
    """

    plan: Plan
    posts: pd.DataFrame = field(repr=False)
    log: pd.DataFrame = field(repr=False)
    truth: pd.DataFrame = field(repr=False)
    at: dict[str, pd.Timestamp]
    complete: tuple[str, ...]
    scenario: str = "a"


def simulated_conduct(seed: int) -> Conduct:
    """Return a team with 19 actions whose true states are known; the same seed, the same team.

    >>> found = simulated_conduct(1)
    >>> len(found.truth), found.truth["state"].isin(["on time", "late"]).any().item()
    (19, True)
    """
    dice = Dice(seed, "conduct")
    words = _words(dice.pick(["es", "en"]))
    missing = {c for c in CHANNELS[2:] if dice.chance(0.3)}
    dark = {p for p in PLATFORMS[1:] if dice.chance(0.25)}
    team = _Team(dice, words, missing, dark)
    for thing in words["things"]:
        team.act(thing["id"], thing["thing"])
    for name, text in words["public"].items():
        team.publish(name, text)
    team.chat()
    return Conduct(
        plan=Plan.model_validate(team.plan()),
        posts=team.posts(),
        log=team.log(),
        truth=pd.DataFrame(team.truth),
        at={"onset": START, "detected": START + pd.Timedelta(minutes=45), "activated": ACTIVATED},
        complete=tuple(c for c in CHANNELS[:2] if dice.chance(0.5)),
    )


@cache
def _words(lang: str) -> dict[str, Any]:
    with (Path(__file__).parent / f"conduct_{lang}.toml").open("rb") as stream:
        return tomllib.load(stream)


class _Team:
    def __init__(
        self, dice: Dice, words: dict[str, Any], missing: set[str], dark: set[str]
    ) -> None:
        self.dice, self.words, self.missing, self.dark = dice, words, missing, dark
        self.roles = {f"r{i}": name for i, name in enumerate(words["people"])}
        self.actions: list[Row] = []
        self.truth: list[Row] = []
        self.entries: list[Row] = []
        self.items: list[Row] = []

    def act(self, name: str, thing: str) -> None:
        """Draw what becomes of an action of the log, and write it."""
        dice = self.dice
        truth = dice.weighted(_BEHAVIOUR)
        channel, owner = dice.pick(CHANNELS), dice.pick(list(self.roles))
        if truth == "told_elsewhere" and channel in CHANNELS[:2]:
            channel = dice.pick(CHANNELS[2:])
        minutes = dice.pick([30, 60, 120, 240, 480])
        action: Row = {
            "id": name, "name": thing, "owner": owner, "trigger": "activated",
            "clock": "activated", "deadline": f"{minutes} min",
            "evidence": {"source": "log", "channels": [channel], "words": [thing]},
        }  # fmt: skip
        if truth in ("improvised", "not triggered"):
            action["scenarios"] = ["b"]
        if truth == "out of order":
            self._put_before(action)
        self.actions.append(action)
        self._write(action, truth, float(minutes))
        hidden = channel in self.missing
        if hidden and truth not in ("told_elsewhere", "not triggered", "improvised"):
            truth = "no evidence"
        if hidden and truth == "improvised":
            truth = "not triggered"
        self._know(name, truth)

    def _know(self, name: str, truth: str) -> None:
        asked = truth in AMBIGUOUS
        state = "ambiguous" if asked else truth
        self.truth.append(
            {"action": name, "state": state, "asked": asked,
             "observable": state not in ("no evidence", "not triggered")}
        )  # fmt: skip

    def _put_before(self, action: Row) -> None:
        """Write an action that comes first in the protocol and was done after this one."""
        name, owner = f"{action['id']}-first", self.dice.pick(list(self.roles))
        thing = f"paso previo {action['id']}"
        first: Row = {
            "id": name, "name": thing, "owner": owner, "trigger": "activated", "order": 1,
            "evidence": {"source": "log", "channels": ["#crisis"], "words": [thing]},
        }  # fmt: skip
        length = float(str(action["deadline"]).split()[0])
        action |= {"order": 2}
        self.actions.append(first)
        self._say(owner, "#crisis", self._text("done", thing), self._at(length + 20, length + 90))
        self._know(name, "on time")

    def _write(self, action: Row, truth: str, minutes: float) -> None:
        dice, thing = self.dice, action["name"]
        channel, owner = action["evidence"]["channels"][0], action["owner"]
        if truth == "told_elsewhere":
            self._say(owner, "#crisis", self._text("done", thing), self._at(2, minutes))
            return
        talk = truth == "only_doubtful" or (
            truth in ("on time", "late", "wrong owner") and dice.chance(0.35)
        )
        if talk:
            kind = dice.pick(["question", "planned", "negated"])
            who = dice.pick(list(self.roles))
            self._say(who, channel, self._text(kind, thing), self._at(0.5, 2))
        if truth in ("only_doubtful", "not done", "not triggered"):
            return
        at = self._at(minutes + 3, minutes * 2 + 60) if truth == "late" else self._at(3, minutes)
        kind = "hard" if dice.chance(_HARD) else "done"
        who = "" if truth in ("wrong owner", "owner_or_other") else owner
        self._say(who or self._other(owner), channel, self._text(kind, thing), at)
        if truth == "owner_or_other":
            late = self._at(minutes + 10, minutes + 200)
            self._say(owner, channel, self._text("done", thing), late)
        elif truth != "wrong owner" and dice.chance(0.25):
            self._say(owner, channel, self._text("follow", thing), at + pd.Timedelta(minutes=7))

    def publish(self, name: str, text: str) -> None:
        """Draw what becomes of a public act, and write it."""
        dice = self.dice
        truth = dice.weighted({"on time": 5, "late": 3, "not done": 2})
        platform, minutes = dice.pick(PLATFORMS), dice.pick([60, 120, 240])
        self.actions.append(
            {"id": name, "name": text, "owner": "r0", "trigger": "activated",
             "clock": "activated", "deadline": f"{minutes} min",
             "evidence": {"source": "posts", "channels": [platform], "words": [text]}}
        )  # fmt: skip
        if truth != "not done":
            late = truth == "late"
            at = self._at(minutes + 3, minutes * 2) if late else self._at(3, minutes)
            self.items.append(
                {"platform": platform, "created_at": at, "text": f"{text.capitalize()}: seguimos."}
            )
        self._know(name, "no evidence" if platform in self.dark else truth)

    def chat(self) -> None:
        """Fill every channel and network with what says nothing about the plan."""
        for channel in CHANNELS:
            for at in (START - pd.Timedelta(minutes=30), END):
                self._say("r1", channel, self.dice.pick(self.words["chatter"]), at)
        for _ in range(60):
            who = self.dice.pick(list(self.roles))
            text = self.dice.pick(self.words["chatter"])
            self._say(who, self.dice.pick(CHANNELS), text, self._at(-60, 1600))
        for platform in PLATFORMS:
            for at in (START - pd.Timedelta(minutes=30), END):
                self.items.append({"platform": platform, "created_at": at, "text": "Hola"})

    def _other(self, owner: str) -> str:
        if self.dice.chance(0.4):
            return str(self.dice.pick(self.words["outsiders"]))
        return self.dice.pick([role for role in self.roles if role != owner])

    def _at(self, low: float, high: float) -> pd.Timestamp:
        return ACTIVATED + pd.Timedelta(
            seconds=round(60 * (low + (high - low) * self.dice.share()))
        )

    def _text(self, kind: str, thing: str) -> str:
        text = str(self.dice.pick(self.words[kind]))
        if self.dice.chance(_SLIP):
            i = self.dice.whole(1, len(thing) - 3)
            thing = thing[:i] + thing[i + 1] + thing[i] + thing[i + 2 :]
        hour = f"{self.dice.whole(9, 20)}:{self.dice.whole(10, 59)}"
        written = text.format(thing=thing, Thing=thing[:1].upper() + thing[1:], hour=hour)
        if self.dice.chance(0.12):
            return written.lower()
        return written.upper() if self.dice.chance(0.03) else written

    def _say(self, who: str, channel: str, text: str, at: pd.Timestamp) -> None:
        actor = self.roles.get(who, who)
        self.entries.append({"logged_at": at, "actor": actor, "channel": channel, "text": text})

    def plan(self) -> Row:
        """Return the plan as ``plan.toml`` would give it."""
        return {
            "plan": {"name": "Simulated", "version": "1"},
            "scenarios": [{"id": "a", "name": "A"}, {"id": "b", "name": "B"}],
            "roles": [{"id": r, "name": r, "holders": [who]} for r, who in self.roles.items()],
            "actions": self.actions,
        }

    def log(self) -> pd.DataFrame:
        """Return the entries of the exported channels, in a file per kind of export."""
        kept = [e for e in self.entries if e["channel"] not in self.missing]
        frame = pd.DataFrame(kept).sort_values("logged_at", kind="stable").reset_index(drop=True)
        slack = frame["channel"].str.startswith("#")
        return LOG.conform(
            frame.assign(
                kind="message",
                source=["slack-export" if s else "log-table" for s in slack],
                source_file=["log/slack.zip" if s else "log/register.csv" for s in slack],
                source_row=range(1, len(frame) + 1),
            )
        )

    def posts(self) -> pd.DataFrame:
        """Return the brand's posts on the exported networks."""
        kept = [p for p in self.items if p["platform"] not in self.dark]
        frame = pd.DataFrame(kept).sort_values("created_at", kind="stable").reset_index(drop=True)
        return POSTS.conform(
            frame.assign(
                kind="post", own=True, source="x-v2", source_file="posts/own.csv",
                post_id=[str(i) for i in range(len(frame))], source_row=range(2, len(frame) + 2),
            )
        )  # fmt: skip
