"""The way through: a case in, a review out. Nothing here computes; it only joins the rooms."""

from __future__ import annotations

import importlib.metadata
import platform as machine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from crisislab.case import Case
from crisislab.check.brand import check_brand
from crisislab.check.sampling import check_sampling
from crisislab.enrich.conversations import Rule
from crisislab.enrich.lexicon import LexiconScorer
from crisislab.enrich.scorer import Scorer
from crisislab.enrich.sentiment import add_language, add_sentiment
from crisislab.felt import how_they_were_answered, what_people_felt
from crisislab.judge.conformance import Facts, judge_actions
from crisislab.judge.verdicts import action_metrics, judge_plan
from crisislab.measure.clock import clock_times, crisis_clock
from crisislab.measure.monitoring import first_alert, monitoring
from crisislab.measure.reach import reach, reach_by_platform
from crisislab.measure.response import curve, first_response_time, waits
from crisislab.measure.sentiment import negative_index, negativity_per_hour, sentiment
from crisislab.measure.volume import add_expected, find_onset, posts_per_hour, volume
from crisislab.report.look import read_look
from crisislab.report.narrative import read_narrative
from crisislab.report.value import Language, Review
from crisislab.settings import to_utc

_PACKAGES = ("crisislab", "pandas", "numpy", "scipy", "narwhals", "pydantic", "plotly", "py3langid")


def review(case: Case, *, lang: Language | None = None, scorer: Scorer | None = None) -> Review:
    """Return the review of a case: every number, state and verdict, with its evidence.

    Args:
        case: An opened case.
        lang: Language of the words; the case's own by default.
        scorer: Sentiment scorer; the lexicon by default.

    Raises:
        CrisisLabError: If the brand's accounts are declared and none of them posts.
    """
    has_brand = check_brand(case)
    language = lang or case.settings.case.language
    scorer = scorer or LexiconScorer()
    posts = add_sentiment(add_language(case.posts), scorer=scorer)
    tables = _measure(case, posts)
    actions = judge_actions(_facts(case, posts, tables))
    metrics = _numbers(case, tables, actions, scorer=scorer, has_brand=has_brand)
    metrics = _with_labels(case, posts, tables, metrics, scorer=scorer)
    waited = tables.waits if has_brand else tables.waits.iloc[:0]
    return Review(
        title=case.settings.case.name,
        brand=case.settings.brand.name,
        language=language,
        zone=case.zone,
        scenario=_scenario(case),
        plan_name=f"{case.plan.plan.name} ({case.plan.plan.version})",
        n_posts=len(posts),
        n_entries=len(case.log),
        metrics=metrics,
        verdicts=judge_plan(actions, metrics, plan=case.plan, rule=case.settings.response.rule),
        actions=actions,
        clock=tables.clock,
        volume=tables.hours,
        sentiment=tables.index,
        response_curve=curve(waited).steps(),
        reach=tables.reach,
        waits=tables.waits,
        ledger=case.ledger,
        issues=case.issues_in(language, more=check_sampling(posts, zone=case.zone)),
        rejects=case.rejects,
        manifest=manifest(case, scorer=scorer),
        look=read_look(case.folder),
        extras=read_narrative(case.folder),
    )


@dataclass(frozen=True)
class _Tables:
    hours: pd.DataFrame
    clock: pd.DataFrame
    waits: pd.DataFrame
    beside: pd.DataFrame
    negativity: pd.DataFrame
    index: pd.DataFrame
    reach: pd.DataFrame
    alerts: dict[str, pd.Timestamp | None]

    def at(self, milestone: str) -> pd.Timestamp | None:
        at: Any = self.clock.set_index("milestone")["at"][milestone]
        return None if pd.isna(at) else at


def _measure(case: Case, posts: pd.DataFrame) -> _Tables:
    quiet = case.quiet
    hours = add_expected(posts_per_hour(posts), quiet=quiet, zone=case.zone)
    clock = crisis_clock(
        posts,
        case.log,
        plan=case.plan,
        onset=None if quiet is None else find_onset(hours, after=quiet[1]),
        onset_reason="no_quiet_period" if quiet is None else "no_rise",
        declared=_declared(case),
    )
    negativity = negativity_per_hour(posts)
    after = None if quiet is None else pd.Timestamp(quiet[1])
    return _Tables(
        hours=hours,
        clock=clock,
        waits=_waits(case, posts, rule=case.settings.response.rule),
        beside=_waits(case, posts, rule=_other_rule(case)),
        negativity=negativity,
        index=negative_index(negativity, quiet=quiet),
        reach=reach_by_platform(posts),
        alerts={rule.id: first_alert(posts, rule, after=after) for rule in case.plan.monitoring},
    )


def _facts(case: Case, posts: pd.DataFrame, tables: _Tables) -> Facts:
    at = dict(zip(tables.clock["milestone"], tables.clock["at"], strict=True))
    fired = {rule: when for rule, when in tables.alerts.items() if when is not None}
    return Facts(
        posts=posts,
        log=case.log,
        plan=case.plan,
        scenario=case.settings.case.scenario,
        at={**at, **fired},
        complete_channels=case.settings.log.complete_channels,
    )


def _numbers(
    case: Case,
    tables: _Tables,
    actions: pd.DataFrame,
    *,
    scorer: Scorer,
    has_brand: bool,
) -> pd.DataFrame:
    name = f"{scorer.name} {scorer.version}"
    within = [t.within for t in case.plan.targets if t.metric == "reply_rate" and t.within]
    main, other = case.settings.response.rule, _other_rule(case)
    parts = [
        volume(tables.hours),
        clock_times(tables.clock),
        first_response_time(tables.waits, within=within, brand_posts=has_brand, rule=main),
        first_response_time(tables.beside, within=within, brand_posts=has_brand, rule=other),
        sentiment(tables.negativity, tables.index, scorer=name, after=tables.at("onset")),
        reach(tables.reach),
        monitoring(case.plan.monitoring, tables.alerts, detected=tables.at("detected")),
        action_metrics(actions),
    ]
    return pd.concat(parts, ignore_index=True)


def _with_labels(
    case: Case, posts: pd.DataFrame, tables: _Tables, metrics: pd.DataFrame, *, scorer: Scorer
) -> pd.DataFrame:
    """Add what only hand labels allow: shares in percent, the curve's shape, the tone's error."""
    if case.labels.empty:
        return metrics
    seed = case.settings.case.seed
    felt = what_people_felt(
        posts, case.labels, quiet=case.quiet, onset=tables.at("onset"), seed=seed, scorer=scorer
    )
    answered, _ = how_they_were_answered(posts, case.labels, seed=seed)
    parts = [metrics, *([] if felt is None else [felt.metrics]), answered]
    return pd.concat(parts, ignore_index=True)


def _other_rule(case: Case) -> Rule:
    main = case.settings.response.rule
    return "opening-posts" if main == "conversations" else "conversations"


def _declared(case: Case) -> dict[str, tuple[pd.Timestamp, str]]:
    return {
        name: (pd.Timestamp(to_utc(set_.at, zone=case.zone)), set_.reason)
        for name, set_ in case.settings.clock.items()
    }


def _handles(case: Case, posts: pd.DataFrame) -> list[str]:
    """Return the brand's handles: those declared and those its own posts carry."""
    declared = {a.handle.casefold() for a in case.settings.brand.accounts if a.handle}
    seen = {str(h).casefold() for h in posts.loc[posts["own"], "author_handle"].dropna().unique()}
    return sorted(declared | seen)


def _waits(case: Case, posts: pd.DataFrame, *, rule: Rule) -> pd.DataFrame:
    until = case.loaded_posts.posts.groupby("platform")["created_at"].max()
    if case.window is not None:
        end = pd.Timestamp(case.window[1])
        until = until.where(until < end, end)
    return waits(
        posts,
        until=until,
        handles=_handles(case, posts),
        rule=rule,
        silence_minutes=case.settings.response.silence,
        staff=case.settings.response.staff,
        spam=case.settings.response.spam,
    )


def _scenario(case: Case) -> str:
    wanted = case.settings.case.scenario
    return next((s.name for s in case.plan.scenarios if s.id == wanted), "")


def manifest(case: Case, *, scorer: Scorer) -> dict[str, Any]:
    """Return what the review was made from: inputs, settings, versions, seed and zone database."""
    ledger = case.ledger
    inputs = dict(zip(ledger["source_file"], ledger["sha256"].fillna(""), strict=True))
    return {
        "inputs": dict(sorted(inputs.items())),
        "settings": case.settings.model_dump(mode="json"),
        "plan": case.plan.model_dump(mode="json"),
        "seed": case.settings.case.seed,
        "scorer": {
            "name": scorer.name,
            "version": scorer.version,
            "licence": scorer.licence,
            "calibrated": scorer.calibrated,
        },
        "versions": {name: importlib.metadata.version(name) for name in _PACKAGES}
        | {"python": machine.python_version()},
        "zone_database": zone_database(),
    }


def zone_database() -> str:
    """Return the version of the time-zone database in use, such as ``2026a``."""
    import zoneinfo

    for folder in zoneinfo.TZPATH:
        listed = Path(folder) / "tzdata.zi"
        if listed.is_file():
            with listed.open(encoding="utf-8") as lines:
                return lines.readline().replace("# version", "").strip()
    return importlib.metadata.version("tzdata")
