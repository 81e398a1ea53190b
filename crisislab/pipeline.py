"""The way through: a case in, a review out. Nothing here computes; it only joins the rooms."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform as machine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from crisislab.budget import POLARS_PER_BYTE, check_budget
from crisislab.case import Case
from crisislab.check.accounts import check_accounts
from crisislab.check.basis import check_basis
from crisislab.check.brand import check_brand
from crisislab.check.plan_date import plan_after
from crisislab.check.sampling import check_sampling
from crisislab.enrich.conversations import Rule
from crisislab.enrich.lexicon import LexiconScorer
from crisislab.enrich.scorer import Scorer
from crisislab.errors import Problem
from crisislab.felt import feelings
from crisislab.followed import Followed, followed
from crisislab.helped import Helped, did_it_help
from crisislab.judge.conformance import Facts, judge_with_candidates
from crisislab.judge.decisions import decisions
from crisislab.judge.posture import Cluster
from crisislab.judge.verdicts import action_metrics, judge_plan
from crisislab.library.among import among_past
from crisislab.library.desk import past_curves
from crisislab.material import Material, Scale, in_memory, on_engine
from crisislab.measure.clock import clock_times, crisis_clock
from crisislab.measure.monitoring import first_alert, monitoring
from crisislab.measure.reach import reach, reach_by_platform
from crisislab.measure.response import curve, first_response_time
from crisislab.measure.rules import compare_rules
from crisislab.measure.sentiment import negative_index, negativity_per_hour, sentiment
from crisislab.measure.volume import (
    add_expected,
    find_onset,
    posts_per_hour,
    volume,
    why_no_onset,
)
from crisislab.metrics import in_crisis
from crisislab.privacy.names import Names
from crisislab.privacy.secret import load_names
from crisislab.protected import guard_review
from crisislab.read._inputs import exports_in
from crisislab.read.labels import LABEL_FILE
from crisislab.report.look import read_look
from crisislab.report.narrative import read_narrative
from crisislab.report.value import Language, Review
from crisislab.responses import ResponseTimes, phases_of, response_times, waits_of
from crisislab.session import open_session
from crisislab.settings import to_utc
from crisislab.spread import Moments, how_far, published, with_accounts
from crisislab.store import FOLDER

_PACKAGES = ("crisislab", "pandas", "numpy", "scipy", "narwhals", "pydantic", "plotly", "py3langid")


def review(
    case: Case,
    *,
    lang: Language | None = None,
    scorer: Scorer | None = None,
    engine: str = "pandas",
    scale: Scale | None = None,
    secret: str | Path | None = None,
) -> Review:
    """Return the review of a case: every number, state and verdict, with its evidence.

    Accounts, ids and contacts of the public are pseudonyms in it (``crisislab.privacy``).

    Args:
        case: An opened case.
        lang: Language of the words; the case's own by default.
        scorer: Sentiment scorer; the lexicon by default.
        engine: ``pandas`` (posts in memory), ``polars`` (columns in memory as they are counted),
            ``duckdb`` (any number on this machine), ``spark`` or the address of one
            (``session.open_session``). The numbers are the same.
        scale: How much an engine may hold.
        secret: File of the organisation's secret behind the pseudonyms; the user's by default.

    Raises:
        CrisisLabError: If the brand's accounts are declared and none of them posts, the secret
            cannot be used (``CL-SECRET-...``) or memory cannot hold it (``CL-SCALE-MEMORY``).
    """
    names = load_names(case.folder, secret=secret)
    scorer, scale = scorer or LexiconScorer(), scale or Scale()
    if engine == "pandas":
        held = in_memory(case, scorer=scorer)
        return _guarded(case, held, lang=lang, scorer=scorer, names=names)
    if engine == "polars":
        check_budget(exports_in(case.folder / "posts"), folder=case.folder, stored=False,
                     memory=scale.memory, per_byte=POLARS_PER_BYTE)  # fmt: skip
    case = case.stored()
    with open_session(engine, case.folder / FOLDER, memory=scale.memory) as session:
        held = on_engine(case, session, scorer=scorer, scale=scale)
        return _guarded(case, held, lang=lang, scorer=scorer, names=names)


def _guarded(
    case: Case, held: Material, *, lang: Language | None, scorer: Scorer, names: Names
) -> Review:
    made = among_past(case, _review(case, held, lang=lang, scorer=scorer), held.every)
    return guard_review(made, case, held.every, names=names)


def _review(case: Case, held: Material, *, lang: Language | None, scorer: Scorer) -> Review:
    has_brand = check_brand(case, held.every)
    language = lang or case.settings.case.language
    tables = _measure(case, held)
    facts = _facts(case, held.own, tables)
    actions, candidates = judge_with_candidates(facts)
    numbers = _numbers(case, tables, actions, scorer=scorer, has_brand=has_brand)
    themes = _themes(
        case,
        held,
        tables,
        facts,
        actions,
        candidates,
        numbers,
        scorer=scorer,
        lang=language,
        has_brand=has_brand,
    )
    waited = tables.response.waits
    waited = waited if has_brand else waited.iloc[:0]
    return Review(
        title=case.settings.case.name,
        brand=case.settings.brand.name,
        language=language,
        zone=case.zone,
        scenario=_scenario(case),
        plan_name=f"{case.plan.plan.name} ({case.plan.plan.version})",
        n_posts=held.n_posts,
        n_entries=len(case.log),
        metrics=themes.metrics,
        verdicts=themes.verdicts,
        actions=actions,
        clock=tables.clock,
        volume=tables.hours,
        sentiment=tables.index,
        response_curve=curve(waited).steps(),
        reach=tables.reach,
        waits=tables.response.waits,
        ledger=case.ledger,
        issues=case.issues_in(
            language,
            more=_found(case, held, tables.clock),
        ),
        rejects=case.rejects,
        manifest=manifest(case, scorer=scorer) | {"language": language},
        tables=themes.tables,
        look=read_look(case.folder),
        extras=read_narrative(case.folder),
    )


def _found(case: Case, held: Material, clock: pd.DataFrame) -> tuple[Problem, ...]:
    """Return what only the review sees about its inputs."""
    return (
        *held.problems,
        *check_accounts(case, held.every),
        *check_basis(case, held.every),
        *plan_after(case, clock),
        *check_sampling(held.every, zone=case.zone),
    )


@dataclass(frozen=True)
class _Themes:
    metrics: pd.DataFrame
    verdicts: pd.DataFrame
    tables: dict[str, pd.DataFrame]


def _themes(
    case: Case, held: Material, tables: _Tables, facts: Facts, actions: pd.DataFrame,
    candidates: pd.DataFrame, numbers: pd.DataFrame, *, scorer: Scorer, lang: Language,
    has_brand: bool,
) -> _Themes:  # fmt: skip
    """Ask the rooms that answer one question each, and put what they found together."""
    felt = feelings(
        held.every, case.labels, own=held.own, said=held.read(), quiet=case.quiet,
        onset=tables.at("onset"), cluster=_cluster(case), seed=case.settings.case.seed,
        scorer=scorer, groups=case.settings.groups,
    )  # fmt: skip
    far = how_far(case, posts=held.every, own=held.own, said=held.said, sampled=held.sampled,
                  at=_moments(tables))  # fmt: skip
    metrics = pd.concat([numbers, felt.metrics, far.numbers], ignore_index=True)
    plan = followed(
        case, facts=facts, actions=actions, candidates=candidates, posts=held.every,
        metrics=metrics, lang=lang,
    )  # fmt: skip
    helped = _helped(case, held, tables, actions)
    effect = [] if helped is None else [helped.metrics]
    metrics = pd.concat([metrics, plan.metrics, *effect], ignore_index=True)
    verdicts = judge_plan(
        actions, metrics, plan=case.plan, rule=case.settings.response.rule,
        helped=None if helped is None else helped.verdict,
    )  # fmt: skip
    return _Themes(
        metrics,
        pd.concat([verdicts, plan.verdicts], ignore_index=True),
        _further(tables, has_brand) | published(far.tables) | with_accounts(far) | dict(plan.tables)
        | dict(felt.tables) | ({} if helped is None else dict(helped.tables)),
    )  # fmt: skip


def _moments(tables: _Tables) -> Moments:
    onset = tables.at("onset")
    unsure = float(tables.clock.set_index("milestone")["uncertain_minutes"]["onset"])
    return Moments(
        tables.hours, onset, tables.at("first_statement"), tables.response.waits,
        begun=None if onset is None else onset - pd.Timedelta(minutes=unsure),
    )  # fmt: skip


def did_we_follow_the_plan(case: Case, *, lang: Language | None = None) -> Followed:
    """Return every table behind "did we follow the plan?", each number with its rows.

    Args:
        case: An opened case.
        lang: Language of proposed texts; the case's own by default.
    """
    held = in_memory(case, scorer=LexiconScorer())
    tables = _measure(case, held)
    facts = _facts(case, held.own, tables)
    actions, candidates = judge_with_candidates(facts)
    numbers = _numbers(case, tables, actions, scorer=LexiconScorer(), has_brand=check_brand(case))
    return followed(
        case, facts=facts, actions=actions, candidates=candidates, posts=held.every,
        metrics=numbers, lang=lang or case.settings.case.language,
    )  # fmt: skip


def _helped(case: Case, held: Material, tables: _Tables, actions: pd.DataFrame) -> Helped | None:
    asked = case.settings.effect
    past = [] if asked is None else past_curves(asked, case.folder)
    return did_it_help(
        case, held.every, clock=tables.clock, actions=actions, waits=tables.response.waits,
        past=past, own=held.own,
    )  # fmt: skip


@dataclass(frozen=True)
class _Tables:
    hours: pd.DataFrame
    clock: pd.DataFrame
    response: ResponseTimes
    beside: pd.DataFrame
    rules: pd.DataFrame
    negativity: pd.DataFrame
    index: pd.DataFrame
    reach: pd.DataFrame
    alerts: dict[str, pd.Timestamp | None]

    def at(self, milestone: str) -> pd.Timestamp | None:
        at: Any = self.clock.set_index("milestone")["at"][milestone]
        return None if pd.isna(at) else at


def _measure(case: Case, held: Material) -> _Tables:
    quiet, posts, declared = case.quiet, held.every, _declared(case)
    hours = add_expected(posts_per_hour(posts), quiet=quiet, zone=case.zone)
    onset = None if quiet is None else find_onset(hours, after=quiet[1])
    clock = crisis_clock(
        held.begun(onset, declared["onset"][0] if "onset" in declared else None),
        case.log,
        plan=case.plan,
        onset=onset,
        onset_reason=why_no_onset(hours, quiet=quiet),
        declared=declared,
    )
    negativity = negativity_per_hour(posts)
    after = None if quiet is None else pd.Timestamp(quiet[1])
    response = response_times(case, posts=posts, until=held.until, phases=phases_of(clock))
    other = _other_rule(case)
    beside = waits_of(case, response.inbox, rule=other, until=held.until)
    pair = (response.waits, beside) if other == "conversations" else (beside, response.waits)
    return _Tables(
        hours=hours,
        clock=clock,
        response=response,
        beside=beside,
        rules=compare_rules(*pair),
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
        decided=decisions(case.settings),
        n_public=int(tables.hours["n_posts"].sum()),
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
    parts = [
        volume(tables.hours),
        clock_times(tables.clock),
        tables.response.numbers,
        first_response_time(
            tables.beside,
            within=within,
            brand_posts=has_brand,
            rule=_other_rule(case),
            seed=case.settings.case.seed,
        ),
        sentiment(tables.negativity, tables.index, scorer=name, after=tables.at("onset")),
        reach(tables.reach),
        monitoring(case.plan.monitoring, tables.alerts, detected=tables.at("detected")),
        action_metrics(actions),
    ]
    return pd.concat(parts, ignore_index=True)


def _other_rule(case: Case) -> Rule:
    main = case.settings.response.rule
    return "opening-posts" if main == "conversations" else "conversations"


def _declared(case: Case) -> dict[str, tuple[pd.Timestamp, str]]:
    return {
        name: (pd.Timestamp(to_utc(set_.at, zone=case.zone)), set_.reason)
        for name, set_ in case.settings.clock.items()
    }


def _further(tables: _Tables, has_brand: bool) -> dict[str, pd.DataFrame]:
    """Return the further tables of the review by name; one without rows is left out.

    Without any post of the brand those that count its answers are left out: none is not zero.
    """
    response, since = tables.response, tables.at("onset")
    late = in_crisis(response.waits, since)
    found = {
        "crisis_curve": curve(late).steps(),
        "backlog": response.backlog,
        "unanswered": response.unanswered,
        "unanswered_hours": response.unanswered_hours,
        "other_tools": response.reconciled,
        "incidents": response.incidents,
        "rules": tables.rules,
    }
    of_answers = () if has_brand else ("rules", "other_tools", "crisis_curve")
    return {n: table for n, table in found.items() if len(table) and n not in of_answers}


def _scenario(case: Case) -> str:
    wanted = case.settings.case.scenario
    return next((s.name for s in case.plan.scenarios if s.id == wanted), "")


def _cluster(case: Case) -> Cluster | None:
    wanted = case.settings.case.scenario
    return next((s.cluster for s in case.plan.scenarios if s.id == wanted), None)


def manifest(case: Case, *, scorer: Scorer) -> dict[str, Any]:
    """Return what the review was made from: inputs, settings, versions, seed and zone database."""
    ledger = case.ledger
    inputs = dict(zip(ledger["source_file"], ledger["sha256"].fillna(""), strict=True))
    if len(case.labels):
        labels = (case.folder / LABEL_FILE).read_bytes()
        inputs[LABEL_FILE] = hashlib.sha256(labels).hexdigest()
    return {
        "format": 1,
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
