"""A scenario of the plan turned into a case to exercise on: a crowd, injects, an empty log."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from crisislab.errors import CrisisLabError, Problem
from crisislab.plan import Action, Plan, Scenario
from crisislab.simulate.dice import Dice
from crisislab.words import say

_MILESTONES = {"detected": 15, "activated": 30, "first_statement": 60, "resolved": 300}
_HOURS = 6
_QUIET_DAYS = 14
_PEAK = 90.0
HANDLE = "exercise_sim"


@dataclass(frozen=True)
class Inject:
    """What exercise control brings in.

    Attributes:
        minute: Minutes after the start.
        role: id of the role it is for.
        text: What is shown or told.
        action: Action it should set off.
        due_minute: By when, if the plan says.
    """

    minute: int
    role: str
    text: str
    action: str
    due_minute: int | None


def injects(plan: Plan, scenario: str, *, lang: str) -> list[Inject]:
    """Return an inject for every action of the scenario, in the order in which they fall due.

    Each is given when the plan would call for it (triggers and clocks walked through, each
    action taken to need half its deadline) and tells what is the case, never what to do.
    """
    actions = [a for a in plan.actions if not a.scenarios or scenario in a.scenarios]
    done: dict[str, int] = {}
    found = []
    for action in actions:
        begin = _minute(action.trigger, actions, done)
        start = _minute(action.clock, actions, done) if action.clock else begin
        due = None if action.deadline is None else start + round(action.deadline)
        done[action.id] = begin + round((action.deadline or 60) / 2)
        text = say(f"plan.inject.{_kind(action)}", lang, action=action.name)
        found.append(Inject(begin, action.owner, text, action.id, due))
    return sorted(found, key=lambda i: (i.minute, i.due_minute or 10**6, i.action))


def _minute(name: str | None, actions: list[Action], done: dict[str, int]) -> int:
    if name in done:
        return done[str(name)]
    if name in _MILESTONES:
        return _MILESTONES[str(name)]
    waiting = next((a for a in actions if a.id == name), None)
    return 0 if waiting is None else _minute(waiting.trigger, [], done)


def _kind(action: Action) -> str:
    return "public" if action.evidence.source == "posts" else "internal"


def write_drill(
    plan: Plan, scenario: str, folder: str | Path, *, start: datetime, zone: str, seed: int,
    lang: str,
) -> Path:  # fmt: skip
    """Write a case to exercise on: public posts, injects for control, and a log to fill in.

    The posts are synthetic, with two quiet weeks before; every handle ends in ``_sim``. After the
    exercise the log goes to ``drills/<id>/log/`` of the real case, and the review compares.

    Args:
        plan: The plan to exercise.
        scenario: id of the scenario.
        folder: Folder to make.
        start: When the exercise starts, local time.
        zone: Its zone.
        seed: Seed of every draw; the same seed gives the same bytes.
        lang: Language of injects and posts.

    Raises:
        CrisisLabError: CL-DRILL-SCENARIO, or CL-NEW-EXISTS when the folder is in use.
    """
    root = Path(folder)
    known = {s.id: s for s in plan.scenarios}
    if scenario not in known:
        facts = {"known": ", ".join(known)}
        raise CrisisLabError(Problem("CL-DRILL-SCENARIO", value=scenario, facts=facts))
    if root.exists() and any(root.iterdir()):
        raise CrisisLabError(Problem("CL-NEW-EXISTS", file=str(folder)))
    begin = start.replace(tzinfo=ZoneInfo(zone))
    found = injects(plan, scenario, lang=lang)
    files = {
        "injects.csv": _injects_csv(found, begin),
        "posts/posts.csv": _posts_csv(known[scenario], begin, Dice(seed, scenario), lang),
        "log/exercise.csv": _log_csv(begin, lang),
        "case.toml": _case(known[scenario], begin, zone, lang),
        "README.md": say("plan.exercise.readme", lang, scenario=known[scenario].name,
                         n=len(found), seed=seed) + "\n",
    }  # fmt: skip
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    return root


def _table(head: tuple[str, ...], rows: list[list[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue()


def _injects_csv(found: list[Inject], begin: datetime) -> str:
    rows: list[list[object]] = []
    for one in found:
        due = "" if one.due_minute is None else _stamp(begin, 60 * one.due_minute)
        rows.append([one.minute, _stamp(begin, 60 * one.minute), one.role, one.text,
                     one.action, due])  # fmt: skip
    return _table(("minute", "at", "role", "inject", "action", "due_at"), rows)


def _stamp(begin: datetime, seconds: float) -> str:
    at = begin.astimezone(UTC) + timedelta(seconds=round(seconds))
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _posts_csv(scenario: Scenario, begin: datetime, dice: Dice, lang: str) -> str:
    texts = {mood: [say(f"plan.exercise.{mood}_{i}", lang, scenario=scenario.name)
                    for i in (1, 2, 3)] for mood in ("calm", "crisis")}  # fmt: skip
    moments = [(float(dice.whole(-_QUIET_DAYS * 86400, -86400)), "calm") for _ in range(120)]
    for hour in range(_HOURS):
        height = min((hour + 1) / 2, 1) * (1 + max(hour - 2, 0) / 2) ** -1.2
        n = dice.counts(_PEAK * height, 8.0)
        moments += [
            (float(dice.whole(hour * 3600, hour * 3600 + 3599)), "crisis") for _ in range(n)
        ]
    rows: list[list[object]] = [
        ["x", f"e{i:05d}", _stamp(begin, at), "post", f"person{dice.whole(1, 400)}_sim",
         dice.pick(texts[mood])]
        for i, (at, mood) in enumerate(sorted(moments))
    ]  # fmt: skip
    # The mock account of the brand is there, so that the team can post as it.
    rows.insert(0, ["x", "e-own", _stamp(begin, -_QUIET_DAYS * 86400), "post", HANDLE,
                    texts["calm"][0]])  # fmt: skip
    head = ("platform", "post_id", "created_at", "kind", "author_handle", "text")
    return _table(head, rows)


def _log_csv(begin: datetime, lang: str) -> str:
    start = [_stamp(begin, 0), "control", "#exercise", say("plan.exercise.start", lang), ""]
    return _table(("logged_at", "actor", "channel", "text", "action"), [list(start)])


def _case(scenario: Scenario, begin: datetime, zone: str, lang: str) -> str:
    day = begin.date()
    quiet = day - timedelta(days=_QUIET_DAYS)
    name = say("plan.exercise.name", lang, scenario=scenario.name).replace('"', "'")
    return (
        f'[case]\nname = "{name}"\nlanguage = "{lang}"\nzone = "{zone}"\n'
        f'scenario = "{scenario.id}"\n\n[brand]\nname = "{HANDLE}"\n\n[[brand.accounts]]\n'
        f'platform = "x"\nhandle = "{HANDLE}"\n\n[quiet]\nstart = {quiet}\nend = {day}\n'
    )
