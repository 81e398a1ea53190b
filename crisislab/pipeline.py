"""The way through: a case in, a review out. Nothing here computes; it only joins the rooms."""

from __future__ import annotations

import importlib.metadata
import platform as machine
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from crisislab.case import Case
from crisislab.check.brand import check_brand
from crisislab.enrich.lexicon import LexiconScorer
from crisislab.enrich.scorer import Scorer
from crisislab.enrich.sentiment import add_language, add_sentiment
from crisislab.judge.conformance import Facts, judge_actions
from crisislab.judge.verdicts import action_metrics, judge_plan
from crisislab.measure.clock import clock_times, crisis_clock
from crisislab.measure.monitoring import first_alert, monitoring
from crisislab.measure.reach import reach, reach_by_platform
from crisislab.measure.response import curve, first_response_time, waits
from crisislab.measure.sentiment import negative_index, negativity_per_hour, sentiment
from crisislab.measure.volume import add_expected, find_onset, posts_per_hour, volume
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
    scorer = scorer or LexiconScorer()
    posts = add_sentiment(add_language(case.posts), scorer=scorer)
    quiet = case.quiet
    hours = add_expected(posts_per_hour(posts), quiet=quiet, zone=case.zone)
    onset = None if quiet is None else find_onset(hours, after=quiet[1])
    clock = crisis_clock(
        posts, case.log, plan=case.plan, onset=onset, declared=_declared(case),
        onset_reason="no_quiet_period" if quiet is None else "no_rise",
    )  # fmt: skip
    at = dict(zip(clock["milestone"], clock["at"], strict=True))
    waited = _waits(case, posts, rule=case.settings.response.rule)
    negativity = negativity_per_hour(posts)
    index = negative_index(negativity, quiet=quiet)
    platforms = reach_by_platform(posts)
    alerts = {
        rule.id: first_alert(posts, rule, after=None if quiet is None else pd.Timestamp(quiet[1]))
        for rule in case.plan.monitoring
    }
    actions = judge_actions(
        Facts(posts, case.log, case.plan, case.settings.case.scenario, _known(at, alerts),
              case.settings.log.complete_channels)
    )  # fmt: skip
    parts = [
        volume(hours),
        clock_times(clock),
        _responses(case, posts, waited, has_brand=has_brand),
        sentiment(negativity, index, scorer=f"{scorer.name} {scorer.version}", after=_some(at["onset"])),
        reach(platforms),
        monitoring(case.plan.monitoring, alerts, detected=_some(at["detected"])),
        action_metrics(actions),
    ]
    metrics = pd.concat(parts, ignore_index=True)
    rule = case.settings.response.rule
    return Review(
        title=case.settings.case.name,
        brand=case.settings.brand.name,
        language=lang or case.settings.case.language,
        zone=case.zone,
        scenario=_scenario(case),
        plan_name=f"{case.plan.plan.name} ({case.plan.plan.version})",
        n_posts=len(posts),
        n_entries=len(case.log),
        metrics=metrics,
        verdicts=judge_plan(actions, metrics, plan=case.plan, rule=rule),
        actions=actions,
        clock=clock,
        volume=hours,
        sentiment=index,
        response_curve=curve(waited).steps() if has_brand else curve(waited.iloc[:0]).steps(),
        reach=platforms,
        waits=waited,
        ledger=case.ledger,
        issues=case.issues,
        rejects=case.rejects,
        manifest=manifest(case, scorer=scorer),
    )


def _declared(case: Case) -> dict[str, tuple[pd.Timestamp, str]]:
    return {
        name: (pd.Timestamp(to_utc(set_.at, zone=case.zone)), set_.reason)
        for name, set_ in case.settings.clock.items()
    }


def _known(
    at: Mapping[str, pd.Timestamp], alerts: Mapping[str, pd.Timestamp | None]
) -> dict[str, pd.Timestamp]:
    return {**at, **{rule: when for rule, when in alerts.items() if when is not None}}


def _some(at: pd.Timestamp) -> pd.Timestamp | None:
    return None if pd.isna(at) else at


def _handles(case: Case) -> list[str]:
    return [a.handle for a in case.settings.brand.accounts if a.handle]


def _waits(case: Case, posts: pd.DataFrame, *, rule: Any) -> pd.DataFrame:
    last = case.loaded_posts.posts.groupby("platform")["created_at"].max()
    until = last if case.window is None else last.clip(upper=pd.Timestamp(case.window[1]))
    return waits(
        posts, until=until, handles=_handles(case), rule=rule,
        silence_minutes=case.settings.response.silence,
    )  # fmt: skip


def _responses(
    case: Case, posts: pd.DataFrame, waited: pd.DataFrame, *, has_brand: bool
) -> pd.DataFrame:
    """Return the response numbers by the case's rule, and by the other rule beside it."""
    main = case.settings.response.rule
    other = "opening-posts" if main == "conversations" else "conversations"
    within = [t.within for t in case.plan.targets if t.metric == "reply_rate" and t.within]
    beside = _waits(case, posts, rule=other)
    return pd.concat(
        [
            first_response_time(waited, within=within, brand_posts=has_brand, rule=main),
            first_response_time(beside, within=within, brand_posts=has_brand, rule=other),
        ],
        ignore_index=True,
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
        "scorer": {"name": scorer.name, "version": scorer.version, "licence": scorer.licence,
                   "calibrated": scorer.calibrated},
        "versions": {name: importlib.metadata.version(name) for name in _PACKAGES}
        | {"python": machine.python_version()},
        "zone_database": zone_database(),
    }  # fmt: skip


def zone_database() -> str:
    """Return the version of the time-zone database in use, such as ``2026a``."""
    import zoneinfo

    for folder in zoneinfo.TZPATH:
        listed = Path(folder) / "tzdata.zi"
        if listed.is_file():
            with listed.open(encoding="utf-8") as lines:
                return lines.readline().replace("# version", "").strip()
    return importlib.metadata.version("tzdata")
