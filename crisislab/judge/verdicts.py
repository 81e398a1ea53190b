"""Targets and the three verdicts, kept apart: plan followed, targets met, response helped."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import pandas as pd

from crisislab.estimate.intervals import wilson
from crisislab.metrics import IN_CRISIS, number
from crisislab.metrics import metrics as metrics_table
from crisislab.plan import Plan, Target
from crisislab.schema import VERDICTS

JUDGED = ("on time", "late", "out of order", "not done", "wrong owner")
_FEWEST = 3


@dataclass(frozen=True)
class Verdict:
    """One row of ``schema.VERDICTS``."""

    subject: str
    verdict: str
    reason: str
    confidence: str = "none"
    value: float = math.nan
    lower: float = math.nan
    upper: float = math.nan
    threshold: float = math.nan
    unit: str = ""
    n: int | None = None
    evidence: str = ""


def action_metrics(actions: pd.DataFrame) -> pd.DataFrame:
    """Return how many actions ended in each state, and the share on time.

    ``deadline_adherence``: actions on time out of those triggered and observable, with Wilson's
    interval; what was not triggered or left no evidence is not counted, and said.
    """
    judged = actions[actions["state"].isin(JUDGED)]
    on_time = int(judged["state"].eq("on time").sum())
    counts = actions["state"].value_counts()
    rows = [
        number(
            "n_actions",
            int(counts[state]),
            unit="count",
            scope=f"state={state}",
            n=len(actions),
            evidence="actions",
        )
        for state in sorted(counts.index)
    ]
    rows.append(
        number(
            "deadline_adherence",
            wilson(on_time, len(judged)),
            unit="share",
            n=len(judged),
            method="Wilson 95 %",
            evidence="actions",
        )
    )
    return metrics_table(rows)


def judge_targets(metrics: pd.DataFrame, *, plan: Plan, rule: str) -> list[Verdict]:
    """Return each target of the plan as met, not met or cannot tell.

    A target with an interval is met when the whole interval is on the right side, not met when
    it is wholly on the other, else it cannot be told. A percentile of waiting that was not reached
    is not met where the share answered within the limit lies wholly below the percentile. Waits
    are those of the crisis (scope ``period=crisis``) where its rise is known: the plan is one for
    crises, and who wrote in the quiet weeks before says nothing about it.
    """
    return [_target(target, metrics, rule) for target in plan.targets]


def _target(target: Target, metrics: pd.DataFrame, rule: str) -> Verdict:
    scope = _scope(target, metrics, rule)
    found = metrics[(metrics["metric"] == target.metric) & (metrics["scope"] == scope)]
    share = target.metric in ("reply_rate", "deadline_adherence")
    threshold = target.at_least if share else target.within
    subject = f"target={target.id}"
    if found.empty or threshold is None:
        return Verdict(subject, "cannot tell", "not_observable")
    row = found.iloc[0]
    # Where people repeat, both intervals must lie on one side of the limit.
    people = metrics["scope"] == f"{scope};interval=people"
    both = pd.concat([found.head(1), metrics[(metrics["metric"] == target.metric) & people]])
    base = Verdict(
        subject,
        "cannot tell",
        "",
        value=row["value"],
        lower=both["lower"].min(),
        upper=both["upper"].max(skipna=False),
        threshold=threshold,
        unit=row["unit"],
        n=None if pd.isna(row["n"]) else int(row["n"]),
        evidence=f"{target.metric}[{scope}]",
    )
    if _never_by(target, metrics, base=base, rule=rule):
        return _with(base, "not met", "not_reached", "high")
    return _decide(base, metric=target.metric, note=str(row["note"]), share=share)


def _never_by(target: Target, metrics: pd.DataFrame, *, base: Verdict, rule: str) -> bool:
    """Return whether a percentile of waiting was missed though it was never reached.

    Half of the people answered within four hours is missed where fewer than half had an answer by
    then, however far off the half may lie: the worse the answers, the less a percentile can tell.
    """
    if target.metric != "first_response_time" or not math.isnan(base.value):
        return False
    scope = _dated(f"within={target.within:g};rule={rule}", "reply_rate", metrics)
    shares = metrics[
        (metrics["metric"] == "reply_rate")
        & metrics["scope"].isin((scope, f"{scope};interval=people"))
    ]
    return bool(shares["upper"].max(skipna=False) < (target.percentile or 0) / 100)


def _scope(target: Target, metrics: pd.DataFrame, rule: str) -> str:
    if target.metric == "reply_rate":
        return _dated(f"within={target.within:g};rule={rule}", target.metric, metrics)
    if target.metric == "first_response_time":
        return _dated(f"percentile={target.percentile};rule={rule}", target.metric, metrics)
    if target.metric == "deadline_adherence":
        return "all"
    return f"from={target.clock or 'onset'}"


def _dated(scope: str, metric: str, metrics: pd.DataFrame) -> str:
    """Return the scope within the crisis where there is such a number, else over all the data."""
    crisis = f"{scope};{IN_CRISIS}"
    known = (metrics["metric"] == metric) & (metrics["scope"] == crisis)
    return crisis if known.any() else scope


def _decide(base: Verdict, *, metric: str, note: str, share: bool) -> Verdict:
    if math.isnan(base.value):
        if base.n == 0 and metric in ("reply_rate", "first_response_time") and not note:
            return _with(base, "cannot tell", "nobody_wrote", "none")
        if (
            metric == "first_response_time"
            and note == "not_reached"
            and base.lower > base.threshold
        ):
            return _with(base, "not met", "not_reached", "moderate")
        reason = {"no_brand_posts": "no_replies", "not_reached": "not_reached"}.get(
            note, "clock_missing"
        )
        return _with(base, "cannot tell", reason, "none")
    if math.isnan(base.lower) and math.isnan(base.upper):
        return _with(base, "cannot tell", "too_few", "none")
    if metric.startswith("time_to_"):
        return _duration(base)
    lower, upper = (base.lower, base.upper) if share else (-base.upper, -base.lower)
    goal = base.threshold if share else -base.threshold
    if lower >= goal:
        return _with(base, "met", "interval_above" if share else "interval_below", "high")
    if upper < goal:
        return _with(base, "not met", "interval_below" if share else "interval_above", "high")
    return _with(base, "cannot tell", "interval_straddles", "low")


def _duration(base: Verdict) -> Verdict:
    confidence = "high" if base.lower == base.upper else "moderate"
    if base.upper <= base.threshold:
        return _with(base, "met", "duration_within", confidence)
    if base.lower > base.threshold:
        return _with(base, "not met", "duration_over", confidence)
    return _with(base, "cannot tell", "interval_straddles", "low")


def _with(base: Verdict, verdict: str, reason: str, confidence: str) -> Verdict:
    return replace(base, verdict=verdict, reason=reason, confidence=confidence)


def judge_plan(
    actions: pd.DataFrame, metrics: pd.DataFrame, *, plan: Plan, rule: str,
    helped: Verdict | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Return the three verdicts and every target.

    ``plan_followed``: of the actions triggered and observable, all on time: followed; none, or an
    upper Wilson limit below one half: not followed; else partly. Where fewer than half of the
    triggered ones are observable, neither all of them nor none of fewer than three says so: cannot
    tell. ``targets_met``: all met: met; all missed: not met; some met and some missed: partly,
    whatever the others are. Where some cannot be told: of those told all missed, not all met; all
    met, cannot tell. ``response_helped``: as ``judge_effect`` found
    (``helped``); where the case asks no question about it, cannot tell: crises fade without any
    action. A starter plan (``plan.starter``) is nobody's: neither it nor its targets are judged.

    Returns:
        A table ``schema.VERDICTS``, the three first.
    """
    targets = judge_targets(metrics, plan=plan, rule=rule)
    first = [_followed(actions), _met(targets)]
    if plan.plan.starter:
        first, targets = [_nobodys(v) for v in first], [_nobodys(v) for v in targets]
    rows = [*first, helped or Verdict("response_helped", "cannot tell", "natural_decay"), *targets]
    return VERDICTS.conform(pd.DataFrame([vars(row) for row in rows]))


def _nobodys(verdict: Verdict) -> Verdict:
    return Verdict(verdict.subject, "cannot tell", "starter_plan")


def _followed(actions: pd.DataFrame) -> Verdict:
    judged = actions[actions["state"].isin(JUDGED)]
    n, on_time = len(judged), int(judged["state"].eq("on time").sum())
    triggered = int((actions["state"] != "not triggered").sum())
    # A few actions seen of many say neither that all was done nor that nothing was.
    if n == 0 or (2 * n < triggered and (on_time == n or (on_time == 0 and n < _FEWEST))):
        return Verdict("plan_followed", "cannot tell", "not_observable", n=n, evidence="actions")
    share = wilson(on_time, n)
    verdict = "partly followed"
    if on_time == n:
        verdict = "followed"
    elif on_time == 0 or share.upper < 0.5:
        verdict = "not followed"
    reason = "all_on_time" if on_time == n else "some_late"
    observable = n / max(triggered, 1)
    confidence = "high" if observable >= 0.8 and n >= 10 else "moderate" if n >= 5 else "low"
    return Verdict(
        "plan_followed",
        verdict,
        reason,
        confidence,
        share.value,
        share.lower,
        share.upper,
        unit="share",
        n=n,
        evidence="actions",
    )


def _met(targets: list[Verdict]) -> Verdict:
    told = [t for t in targets if t.verdict != "cannot tell"]
    met = sum(t.verdict == "met" for t in told)
    if not told:
        return Verdict("targets_met", "cannot tell", "not_observable", n=0, evidence="targets")
    verdict, reason = _together(met, missed=len(told) - met, open_=len(targets) - len(told))
    confidence = "high" if len(told) == len(targets) else "moderate"
    return Verdict(
        "targets_met",
        verdict,
        reason,
        "none" if verdict == "cannot tell" else confidence,
        value=float(met),
        unit="count",
        n=len(told),
        evidence="targets",
    )


def _together(met: int, *, missed: int, open_: int) -> tuple[str, str]:
    """Return verdict and reason of targets of which ``open_`` cannot be told.

    >>> _together(1, missed=0, open_=3), _together(1, missed=1, open_=2)[0]
    (('cannot tell', 'rest_untold'), 'partly met')
    """
    if met and missed:
        return "partly met", "targets_told"
    if not open_:
        return ("met" if met else "not met"), "targets_told"
    return ("cannot tell", "rest_untold") if met else ("not all met", "missed_rest_untold")
