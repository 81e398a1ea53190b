"""Did we follow the plan? Joins the rooms: every table behind the answer, each with its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from crisislab.case import Case
from crisislab.enrich.tone import add_tone
from crisislab.judge.conformance import Facts
from crisislab.judge.drills import (
    compare_drills,
    drill_attendance,
    drill_metrics,
    judge_drill,
)
from crisislab.judge.improvement import (
    FILE as IMPROVEMENT_FILE,
)
from crisislab.judge.improvement import (
    carried_over,
    propose_improvements,
    read_improvements,
)
from crisislab.judge.improvised import improvised_entries
from crisislab.judge.owned import owned_changes, spoke_first
from crisislab.judge.promises import HandPromise, judge_promises
from crisislab.judge.ratings import (
    FILE as RATING_FILE,
)
from crisislab.judge.ratings import (
    LETTERS,
    PROPOSAL,
    propose_ratings,
    rated_capabilities,
    rating_agreement,
    read_ratings,
)
from crisislab.judge.roles import roles_seen, shifts_seen
from crisislab.judge.scenario import judge_scenario, recognised, recognition_times
from crisislab.judge.values import TONE, preparation, promise_metrics, value_evidence
from crisislab.measure.backtest import backtest, surprise_tradeoff, tradeoff
from crisislab.measure.tone import tone_of_replies
from crisislab.measure.volume import posts_per_hour
from crisislab.metrics import metrics as metrics_table
from crisislab.metrics import number
from crisislab.read import frame_html
from crisislab.schema import LABELS, METRICS
from crisislab.settings import to_utc


@dataclass(frozen=True)
class Followed:
    """Everything behind "did we follow the plan?", table by table.

    Attributes:
        actions: Every action with its state (``schema.ACTIONS``).
        tables: Further tables by name: ``candidates, roles, shifts, recognised, improvised,
            drills, drill_attendance, promises, owned, values, ratings, capabilities,
            improvements, carried_over, tradeoff``.
        metrics: Their numbers (``schema.METRICS``).
        verdicts: Whether the scenario was foreseen, recognised, its protocol begun.
    """

    actions: pd.DataFrame
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    metrics: pd.DataFrame = field(repr=False)
    verdicts: pd.DataFrame

    def _repr_html_(self) -> str:
        columns = ["action", "state", "late_minutes", "done_by", "reason"]
        return frame_html(self.actions[columns])


def followed(
    case: Case,
    *,
    facts: Facts,
    actions: pd.DataFrame,
    candidates: pd.DataFrame,
    posts: Any,
    metrics: pd.DataFrame,
    lang: str,
) -> Followed:
    """Return every table behind the question, from what the review has measured already.

    Args:
        case: The case.
        facts: What the actions were judged by.
        actions: The judged actions.
        candidates: Rows that may prove them.
        posts: Posts with scores, of any engine; those whose texts are read are in ``facts``.
        metrics: Numbers of the review, for the lists of evidence.
        lang: Language of proposed texts.

    Raises:
        CrisisLabError: When ``ratings.csv`` or ``improvements.csv`` of the case are wrong.
    """
    known: Mapping[str, Any] = facts.at
    at: dict[str, pd.Timestamp] = {n: t for n, t in known.items() if pd.notna(t)}
    onset, detected, end = at.get("onset"), at.get("detected"), at.get("resolved")
    plan = case.plan
    named = recognised(facts.log, plan=plan, since=facts.since)
    public, public_numbers = _public(case, facts)
    drills, drill_numbers = _drills(case, actions, onset)
    people, people_numbers = _people(case, facts, actions, lang)
    rated, rating_numbers = _rated(case, actions)
    numbers = [
        backtest(posts, plan.monitoring, quiet=case.quiet, onset=onset, detected=detected),
        recognition_times(named, scenario=facts.scenario, onset=onset),
        spoke_first(onset=onset, statement=at.get("first_statement")),
        public_numbers, drill_numbers, people_numbers, rating_numbers,
        preparation(plan, drills["drill_attendance"], scenario=facts.scenario, onset=onset),
    ]  # fmt: skip
    own = pd.concat(numbers, ignore_index=True)
    # The review tells the lead of each rule already, to the minute.
    own = own[own["metric"] != "alert_lead"]
    tables = {
        "candidates": candidates,
        "recognised": named,
        "shifts": shifts_seen(facts, zone=_zone(case), start=detected, end=end),
        "tradeoff": _tradeoff(case, posts, onset, detected),
        **public, **drills, **people, **rated,
    }  # fmt: skip
    own = pd.concat([own, _tone(case, facts.posts, metrics)], ignore_index=True)
    everything = pd.concat([metrics, own], ignore_index=True)
    tables["values"] = value_evidence(everything.drop_duplicates(["metric", "scope"]))
    verdicts = judge_scenario(
        named, actions, plan=plan, scenario=facts.scenario, activated=at.get("activated")
    )
    return Followed(actions, tables, own, verdicts)


def _zone(case: Case) -> str:
    return case.settings.team.zone if case.settings.team is not None else case.zone


def _tone(case: Case, posts: pd.DataFrame, metrics: pd.DataFrame) -> pd.DataFrame:
    """Return the shares of replies that the values rest on, unless the review tells them."""
    if set(metrics["metric"]) >= TONE:
        return METRICS.empty()
    labels = case.labels if len(case.labels) else LABELS.empty()
    toned = tone_of_replies(add_tone(posts), labels)
    wanted = toned["metric"].isin(TONE) & ~toned["metric"].isin(metrics["metric"])
    return toned[wanted]


def _public(case: Case, facts: Facts) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    until = None if case.window is None else pd.Timestamp(case.window[1])
    promises = judge_promises(
        facts.posts, zone=case.zone, since=facts.since, until=until, by_hand=_by_hand(case)
    )
    versions = case.loaded_posts.versions
    owned = owned_changes(facts.posts, facts.log, versions=versions, since=facts.since)
    known = bool(facts.posts["own"].any()) or len(promises) + len(owned) > 0
    told = promise_metrics(promises, owned, brand_posts=known)
    return {"promises": promises, "owned": owned}, told


def _by_hand(case: Case) -> list[HandPromise]:
    return [
        HandPromise(
            one.row, one.reason, one.state,
            None if one.due is None else pd.Timestamp(to_utc(one.due, zone=case.zone)), one.kept,
        )
        for one in case.settings.promises
    ]  # fmt: skip


def _drills(
    case: Case, actions: pd.DataFrame, onset: pd.Timestamp | None
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    drills = {drill.id: drill for drill in case.plan.drills}
    judged = {
        name: judge_drill(exercise, plan=case.plan, drill=drills[name])
        for name, exercise in case.exercises.items()
    }
    numbers = drill_metrics(actions, judged, plan=case.plan, onset=onset, zone=case.zone)
    return {
        "drills": compare_drills(actions, judged, plan=case.plan),
        "drill_attendance": drill_attendance(case.plan),
    }, numbers


def _people(
    case: Case, facts: Facts, actions: pd.DataFrame, lang: str
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    proofs = {row for rows in actions["evidence"].dropna() for row in rows.split()}
    roles = roles_seen(actions, facts, until=None)
    free = improvised_entries(facts.log, plan=case.plan, since=facts.since, proofs=proofs)
    proposed = propose_improvements(
        actions, plan=case.plan, source=case.settings.case.name, lang=lang
    )
    path = case.folder / IMPROVEMENT_FILE
    before = read_improvements(path) if path.exists() else proposed.iloc[:0]
    onset = facts.at.get("onset")
    over = carried_over(before, actions, onset=onset if pd.notna(onset) else None)
    rows = [
        number("n_improvements_carried", len(over), unit="count", evidence="improvements"),
        number("n_improvements_overdue", int(over["overdue"].sum()), unit="count", n=len(over),
               evidence="improvements"),
        number("n_improvements_seen_again", int(over["seen_again"].eq("yes").sum()), unit="count",
               n=len(over), note="one_case", evidence="improvements"),
        number("n_improvised", len(free) + int(actions["state"].eq("improvised").sum()),
               unit="count", evidence="log"),
    ]  # fmt: skip
    return {
        "roles": roles, "improvised": free, "improvements": proposed, "carried_over": over,
    }, metrics_table(rows)  # fmt: skip


def _rated(case: Case, actions: pd.DataFrame) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    proposed = propose_ratings(actions, plan=case.plan)
    path = case.folder / RATING_FILE
    people = read_ratings(path, proposed=proposed) if path.exists() else proposed.iloc[:0]
    decided = people if len(people) else proposed
    counts = decided["rating"].value_counts()
    rows = [
        number("n_rated", int(counts.get(letter, 0)), unit="count", scope=f"rating={letter}",
               n=len(decided), note="" if len(people) else "proposed", evidence="ratings")
        for letter in (*LETTERS, "O")
    ]  # fmt: skip
    if people.loc[people["rater"] != PROPOSAL, "rater"].nunique() > 1:
        found = rating_agreement(people, seed=case.settings.case.seed)
        rows.append(
            number("rating_agreement", found.alpha, unit="index", n=found.n_units,
                   method="Krippendorff's alpha, ordinal, bootstrap 95 %", evidence="ratings")
        )  # fmt: skip
    return {
        "ratings": pd.concat([proposed, people], ignore_index=True) if len(people) else proposed,
        "capabilities": rated_capabilities(decided, plan=case.plan),
    }, metrics_table(rows)


def _tradeoff(
    case: Case,
    posts: Any,
    onset: pd.Timestamp | None,
    detected: pd.Timestamp | None,
) -> pd.DataFrame:
    if case.quiet is None:
        return pd.DataFrame()
    curves = [
        tradeoff(posts, rule, quiet=case.quiet, onset=onset, detected=detected)
        for rule in case.plan.monitoring
    ]
    hours = posts_per_hour(posts)
    curves.append(surprise_tradeoff(hours, quiet=case.quiet, onset=onset, detected=detected))
    return pd.concat(curves, ignore_index=True)
