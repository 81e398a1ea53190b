"""A drill of the plan with known truth: its log, and what became of each action."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from crisislab.plan import Action, Plan
from crisislab.simulate.dice import Dice
from crisislab.simulate.world import local, stamp

_START = "10:00"
_MINUTE = 60
_FATES = {"on time": 70, "late": 18, "not done": 12}
Row = dict[str, str]


@dataclass(frozen=True)
class DrillTruth:
    """A drill.

    Attributes:
        folder: Where its log belongs in the case.
        log: The log.
        actions: ``action, state, done_at`` of the actions exercised.
    """

    folder: str
    log: bytes
    actions: list[Row]


def drill_log(plan: Plan, *, seed: int) -> DrillTruth:
    """Return a drill of the plan's first drill: log and truth.

    Exercised is what the log can prove and the clock of detection or activation runs for, in the
    plan's order. Of ten actions about seven are on time, two late and one is not done.

    Args:
        plan: The plan.
        seed: Seed of every draw.
    """
    drill, dice = plan.drills[0], Dice(seed, "drill")
    begin = local(f"{drill.held_on} {_START}")
    # The plan names a drill's instants by the words of its milestones.
    clocks = {"detected": begin + 12 * _MINUTE, "activated": begin + 30 * _MINUTE}
    exercised = _exercised(plan, drill.scenario)
    entries = [_said(plan, "detected", clocks["detected"])]
    # Every channel is seen to be exported: then what is not in it was not done.
    channels = {_where(plan, action)[1] for action in exercised}
    control = _holder(plan, plan.roles[0].id)
    entries += [(begin, control, name, "Simulacro: empieza el ejercicio") for name in channels]
    rows: list[Row] = []
    last = begin
    for action in exercised:
        start = clocks[str(action.clock)]
        fate = "on time" if _activates(plan, action) else dice.weighted(_FATES)
        length = int((action.deadline or 0) * _MINUTE)
        late = dice.whole(length * 13 // 10, length * 2)
        at = start + (late if fate == "late" else dice.whole(length // 5, length * 4 // 5))
        if _activates(plan, action):
            at = clocks["activated"]
        # Steps have an order: none overtakes the one before.
        at = max(at, last + _MINUTE) if action.order else at
        fate = "late" if fate == "on time" and at > start + length else fate
        rows.append({"action": action.id, "state": fate,
                     "done_at": "" if fate == "not done" else stamp(at)})  # fmt: skip
        if fate != "not done":
            last = max(last, at) if action.order else last
            entries.append((at, *_where(plan, action)))
    return DrillTruth(f"drills/{drill.id}/log", _table(sorted(entries)), rows)


def _exercised(plan: Plan, scenario: str) -> list[Action]:
    fit = [a for a in plan.actions if not a.scenarios or scenario in a.scenarios]
    known = [
        a for a in fit
        if a.evidence.source == "log" and a.deadline and a.clock in ("detected", "activated")
        and a.trigger in ("detected", "activated") and a.evidence.words and not a.evidence.kinds
    ]  # fmt: skip
    return sorted(known, key=lambda a: (a.clock != "detected", a.order or 99))


def _activates(plan: Plan, action: Action) -> bool:
    return action.evidence.words == plan.milestones["activated"].words


def _said(plan: Plan, milestone: str, at: int) -> tuple[int, str, str, str]:
    proof = plan.milestones[milestone]  # type: ignore[index]
    return at, _holder(plan, proof.by[0]), proof.channels[0], f"Simulacro. {proof.words[0]}"


def _where(plan: Plan, action: Action) -> tuple[str, str, str]:
    proof = action.evidence
    channel = proof.channels[0] if proof.channels else "#crisis"
    who = _holder(plan, proof.by[0] if proof.by else action.owner)
    return who, channel, f"Simulacro. {proof.words[0]}"


def _holder(plan: Plan, role: str) -> str:
    return next(r.holders[0] for r in plan.roles if r.id == role)


def _table(entries: list[tuple[int, str, str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("logged_at", "actor", "channel", "text"))
    writer.writerows((stamp(at), who, channel, text) for at, who, channel, text in entries)
    return out.getvalue().encode()
