"""Did the response help: joins the case's question, its curves, a control and past crises."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from crisislab.case import Case
from crisislab.engine import lazy
from crisislab.estimate.natural import PastCurve
from crisislab.estimate.response_course import Control, ResponseCourse
from crisislab.estimate.survival import Estimate
from crisislab.judge.effect import judge_effect
from crisislab.judge.verdicts import Verdict
from crisislab.measure.association import wrote_again
from crisislab.measure.effect import Evidence, weigh_effect
from crisislab.measure.effect_tables import controls_table, expected_hours, sensitivity
from crisislab.measure.volume import add_expected, posts_per_hour
from crisislab.metrics import Row, metrics, number
from crisislab.question import Question
from crisislab.settings import to_utc

NEAR = pd.Timedelta(hours=12)
_HOUR = pd.Timedelta(hours=1)
_BESIDE = ["at", "kind", "what"]


@dataclass(frozen=True)
class Helped:
    """The answer of a case to its own question.

    Attributes:
        verdict: The row for the verdicts.
        metrics: Rows of ``schema.METRICS``.
        tables: ``effect_question``, ``effect_course``, ``effect_sensitivity``,
            ``effect_controls``, ``effect_beside``, ``effect_association``; those without rows are
            left out.
    """

    verdict: Verdict
    metrics: pd.DataFrame = field(repr=False)
    tables: dict[str, pd.DataFrame] = field(repr=False)


def ask(
    case: Case, question: str, *, at: str | None = None, response: str | None = None,
    window: str = "24 h",
) -> Case:  # fmt: skip
    """Return the case with another question about its response.

    A question asked after looking at the curves proves nothing: use it to see how an answer hangs
    on the question, and write the real one into ``case.toml`` beforehand.

    Args:
        case: An opened case.
        question: What the response was meant to do.
        at: The response as an instant, local time of the case, such as ``2026-03-20 14:00``.
        response: Or a milestone of the crisis clock.
        window: How long after the response to look, with its unit.

    Raises:
        ValueError: If neither or both of ``at`` and ``response`` are given, or one is unreadable.
    """
    instant = None if at is None else datetime.fromisoformat(at)
    asked = Question.model_validate(
        {"question": question, "at": instant, "response": response, "window": window}
    )
    settings = case.settings.model_copy(update={"effect": asked})
    return replace(case, settings=settings, control=pd.DataFrame())


def did_it_help(
    case: Case, posts: Any, *, clock: pd.DataFrame, actions: pd.DataFrame,
    waits: pd.DataFrame, past: Sequence[PastCurve] = (), own: pd.DataFrame | None = None,
) -> Helped | None:  # fmt: skip
    """Return what can be said about the response; ``None`` if the case asks no question.

    Args:
        case: An opened case.
        posts: Its posts, of any engine.
        clock: Its crisis clock.
        actions: Its actions with their state.
        waits: Its conversations.
        past: Past crises of a library that the case names.
        own: The brand's own posts in memory; where missing, ``posts`` are.
    """
    asked = case.settings.effect
    if asked is None:
        return None
    at = _response_at(case, asked, clock)
    hours = _hours(case, asked, posts)
    window = max(round(asked.window / 60), 1)
    blocked, course = _course(case, hours, clock, at)
    evidence = (
        Evidence(blocked) if course is None else weigh_effect(course, past=past, window=window)
    )
    tables = {
        "effect_question": _question(case, asked, at, evidence),
        "effect_beside": _beside(case, asked, at, posts if own is None else own, actions),
        "effect_association": wrote_again(waits, posts),
    }
    if course is not None and not evidence.blocked:
        tables["effect_sensitivity"] = sensitivity(
            course, window=window, engine=asked.engine, seed=case.settings.case.seed
        )
        names = [one.name for one in course.others]
        tables["effect_controls"] = controls_table(
            names, evidence.control, dict(evidence.each), evidence.mix
        )
        tables["effect_course"] = expected_hours(course, hours["hour_at"], window=window)
    kept = {name: table for name, table in tables.items() if len(table)}
    return Helped(judge_effect(evidence), effect_metrics(evidence), kept)


def _response_at(case: Case, asked: Question, clock: pd.DataFrame) -> pd.Timestamp | None:
    if asked.at is not None:
        return pd.Timestamp(to_utc(asked.at, zone=case.zone))
    found = clock.loc[clock["milestone"] == asked.response, "at"]
    return None if found.empty or pd.isna(found.iloc[0]) else pd.Timestamp(found.iloc[0])


def _hours(case: Case, asked: Question, posts: Any) -> pd.DataFrame:
    frame = lazy(posts)
    chosen = frame if asked.outcome == "posts" else frame.filter(nw.col("kind") != "repost")
    return add_expected(posts_per_hour(chosen), quiet=case.quiet, zone=case.zone)


def _course(
    case: Case, hours: pd.DataFrame, clock: pd.DataFrame, at: pd.Timestamp | None
) -> tuple[str, ResponseCourse | None]:
    """Return the outcome around the response, or the code of why there is none."""
    rise = clock.loc[clock["milestone"] == "onset", "at"]
    if at is None:
        return "response_unknown", None
    if case.quiet is None or hours.empty or hours["expected"].isna().all():
        return "effect_no_quiet", None
    if rise.empty or pd.isna(rise.iloc[0]):
        return "effect_no_rise", None
    first = hours["hour_at"].iloc[0]
    counts = hours["n_posts"].to_numpy(dtype=np.float64)
    onset = max(int((rise.iloc[0] - first) // _HOUR), 0)
    peak = onset + int(np.argmax(np.convolve(counts, np.ones(3) / 3, "same")[onset:]))
    # The hour in which the response came is neither before nor after it.
    response = math.ceil((at - first) / _HOUR)
    others = () if case.control.empty else tuple(_controls(case, hours))
    whole = _together(case, hours) if others else None
    expected = hours["expected"].to_numpy(dtype=np.float64)
    return "", ResponseCourse(
        counts, expected, peak, response, None if whole is None else whole.counts,
        None if whole is None else whole.expected, onset, others if len(others) > 1 else (),
    )  # fmt: skip


def _together(case: Case, hours: pd.DataFrame) -> Control:
    summed = case.control.groupby("hour_at")["n_posts"].sum()
    return _lined(case, hours, "", summed)


def _controls(case: Case, hours: pd.DataFrame) -> Iterator[Control]:
    for name, part in case.control.groupby("series", sort=True):
        yield _lined(case, hours, str(name), part.set_index("hour_at")["n_posts"])


def _lined(case: Case, hours: pd.DataFrame, name: str, series: pd.Series) -> Control:
    """Return a control hour by hour beside the outcome; an hour it does not name had no post."""
    lined = series.reindex(pd.DatetimeIndex(hours["hour_at"]), fill_value=0.0)
    table = pd.DataFrame({"hour_at": hours["hour_at"].to_numpy(), "n_posts": lined.to_numpy()})
    table["hour_at"] = pd.to_datetime(table["hour_at"], utc=True)
    usual = add_expected(table, quiet=case.quiet, zone=case.zone)["expected"]
    return Control(name, lined.to_numpy(dtype=np.float64), usual.to_numpy(dtype=np.float64))


def _question(
    case: Case, asked: Question, at: pd.Timestamp | None, evidence: Evidence
) -> pd.DataFrame:
    decided = asked.decided and pd.Timestamp(to_utc(asked.decided, zone=case.zone))
    row = {
        "question": asked.question, "outcome": asked.outcome, "response_at": at,
        "decided_at": decided, "hours_after": evidence.hours_after, "route": evidence.route,
        "blocked": evidence.blocked,
        "n_past": evidence.library.n if evidence.library else 0,
        "past_share": evidence.library.rank if evidence.library else math.nan,
    }  # fmt: skip
    table = pd.DataFrame([row])
    for name in ("response_at", "decided_at"):
        table[name] = pd.to_datetime(table[name], utc=True).astype("datetime64[us, UTC]")
    return table


def _beside(
    case: Case, asked: Question, at: pd.Timestamp | None, posts: pd.DataFrame,
    actions: pd.DataFrame,
) -> pd.DataFrame:  # fmt: skip
    """Return what else lies within twelve hours of the response, in time."""
    rows: list[tuple[object, str, str]] = []
    for event in asked.concurrent:
        when = pd.Timestamp(to_utc(event.at, zone=case.zone))
        rows.append((when, "concurrent", event.what))
    if at is not None:
        near = actions[(actions["done_at"] - at).abs() <= NEAR]
        rows += [(r["done_at"], "action", str(r["name"])) for r in near.to_dict("records")]
        own = posts[posts["own"] & ((posts["created_at"] - at).abs() <= NEAR)]
        further = len(own) - int(len(own) > 0)
        if further:
            rows.append((own["created_at"].min(), "posts", str(further)))
    table = pd.DataFrame(rows, columns=_BESIDE)
    table["at"] = pd.to_datetime(table["at"], utc=True).astype("datetime64[us, UTC]")
    return table.sort_values(["at", "kind", "what"], kind="stable").reset_index(drop=True)


def effect_metrics(evidence: Evidence) -> pd.DataFrame:
    """Return the numbers of the evidence; the one that decides comes first.

    Returns:
        Rows of ``schema.METRICS``: ``effect_ratio`` by ``route`` and ``form``, ``effect_lag``,
        ``effect_smallest``, ``effect_placebo_rank``.
    """
    lag = evidence.hours_after_peak
    rows: list[Row] = []
    if lag is not None:
        rows.append(number("effect_lag", 60.0 * lag, unit="minutes", evidence="volume"))
    if evidence.blocked:
        return metrics(rows)
    found: dict[str, Estimate | None] = {
        "control": None if evidence.control is None else evidence.control.ratio(),
        "library": None if evidence.library is None else evidence.library.ratio(),
        "curve": evidence.ratio,
    }
    order = sorted(found, key=lambda route: route != evidence.route)
    ratios = [(f"route={route}", found[route]) for route in order if found[route] is not None]
    ratios += [(f"form={s.form.replace(' ', '_')}", s.ratio()) for s in evidence.steps]
    rows = [
        number("effect_ratio", ratio, unit="share", scope=scope, n=evidence.hours_after,
               evidence="volume")
        for scope, ratio in ratios
    ] + rows  # fmt: skip
    rows.append(number("effect_smallest", evidence.smallest, unit="share", evidence="volume"))
    if evidence.n_placebo:
        rows.append(number("effect_placebo_rank", evidence.placebo_rank, unit="share",
                           n=evidence.n_placebo + 1, evidence="volume"))  # fmt: skip
    return metrics(rows)
