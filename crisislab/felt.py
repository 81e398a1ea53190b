"""What people felt and how they were answered, with hand labels: joins enrich and measure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pandas as pd

from crisislab.enrich.coded import settled
from crisislab.enrich.crisis_sentiment import (
    MIN_TEXTS,
    CrisisSentiment,
    add_crisis_sentiment,
    fit_crisis_sentiment,
)
from crisislab.enrich.scorer import Scorer
from crisislab.enrich.tone import TASKS, add_tone, cue_counts, decisions, overridden
from crisislab.estimate.prevalence import DesignShare
from crisislab.judge.posture import Cluster, judge_posture
from crisislab.label.coders import label_agreement, next_labels
from crisislab.measure.sentiment import unscored_languages
from crisislab.measure.sentiment_change import sensitivity, sentiment_change
from crisislab.measure.sentiment_curve import curve_shape, negative_curve
from crisislab.measure.sentiment_shares import Period, negative_share, sentiment_shares
from crisislab.measure.tone import tone_of_replies


@dataclass(frozen=True)
class Felt:
    """What hand labels allow to say; without them none of it is said.

    Attributes:
        metrics: Rows of ``schema.METRICS``: named sentiments overall and per period, shape of
            the curve, why it changed, agreement of coders, what the next labels would buy.
        curve: ``negative_curve``: the percent axis.
        share: The overall negative share.
        model: The scorer that the labels made.
        spoken: The public's own words with calibrated ``neg, neu, pos``.
    """

    metrics: pd.DataFrame = field(repr=False)
    curve: pd.DataFrame = field(repr=False)
    share: DesignShare
    model: CrisisSentiment
    spoken: pd.DataFrame = field(repr=False)


@dataclass(frozen=True)
class Feelings:
    """What a review says about sentiment and about the tone of the replies.

    Attributes:
        metrics: Rows of ``schema.METRICS``.
        tables: ``negative_curve`` with labels only; ``tone_cues`` (words that were matched)
            and ``posture`` (a row of ``schema.VERDICTS``) where the brand replied, and
            ``tone_decisions`` where coders labelled replies.
    """

    metrics: pd.DataFrame = field(repr=False)
    tables: dict[str, pd.DataFrame] = field(repr=False)


def feelings(
    posts: Any,
    labels: pd.DataFrame,
    *,
    own: pd.DataFrame | None = None,
    said: pd.DataFrame | None = None,
    quiet: tuple[datetime, datetime] | None,
    onset: pd.Timestamp | None,
    cluster: Cluster | None,
    seed: int,
    scorer: Scorer,
    groups: Mapping[str, Iterable[str]] | None = None,
) -> Feelings:
    """Return what can be said with the labels there are; with none, no percentage.

    Args:
        posts: Posts of any engine with ``lang`` and scores (``neg``, ``neu``, ``pos``).
        labels: Table ``schema.LABELS``; may be empty.
        own: The brand's own posts in memory; where missing, ``posts`` are.
        said: The public's posts in memory; where missing, ``posts`` are. Empty: nothing is said
            of what labels allow.
        quiet: Quiet period, end exclusive.
        onset: When the rise began.
        cluster: Kind of the crisis, for the posture of the replies.
        seed: Seed of folds and bootstraps.
        scorer: Scorer of the posts.
        groups: Group -> ids or handles of its accounts, to tell who is talking.
    """
    name = f"{scorer.name} {scorer.version}"
    parts, tables = [unscored_languages(posts, scorer=name)], {}
    own, said = posts if own is None else own, posts if said is None else said
    felt = what_people_felt(
        said, labels, quiet=quiet, onset=onset, seed=seed, scorer=scorer, groups=groups
    )
    if felt is not None:
        parts.append(felt.metrics)
        tables["negative_curve"] = felt.curve
    answered, toned = how_they_were_answered(own, labels, seed=seed)
    if len(toned):
        parts.append(answered)
        tables["tone_cues"] = cue_counts(toned)
        if labels["task"].isin(TASKS).any():
            tables["tone_decisions"] = decisions(add_tone(posts), labels)
        tables["posture"] = judge_posture(answered, cluster=cluster)
    metrics = pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)
    return Feelings(metrics, tables)


def what_people_felt(
    posts: pd.DataFrame,
    labels: pd.DataFrame,
    *,
    quiet: tuple[datetime, datetime] | None = None,
    onset: pd.Timestamp | None = None,
    seed: int,
    scorer: Scorer | None = None,
    groups: Mapping[str, Iterable[str]] | None = None,
) -> Felt | None:
    """Return what the labels allow to say about sentiment; ``None`` under 30 labelled texts.

    Args:
        posts: Posts of the case with ``lang``.
        labels: Table ``schema.LABELS``.
        quiet: Quiet period, end exclusive; missing: no depth, no recovery, no change.
        onset: When the rise began; missing: likewise.
        seed: Seed of folds and bootstraps.
        scorer: Scorer underneath; the lexicon by default.
        groups: Group -> ids or handles of its accounts: the change is split by them too.
    """
    coded = settled(labels)
    names = ["negative", "neutral", "positive"]
    if posts.empty or len(coded) < MIN_TEXTS or int((coded[names].sum() > 0).sum()) < 2:
        return None
    model = fit_crisis_sentiment(posts, labels, seed=seed, scorer=scorer)
    spoken = add_crisis_sentiment(posts, model=model)
    method = f"{model.name} {model.version}"
    share = negative_share(spoken, model.labelled)
    error = _label_se(share)
    curve = negative_curve(spoken, model.labelled, label_se=error)
    periods = _periods(spoken, quiet, onset)
    parts = [
        sentiment_shares(spoken, model.labelled, method=method, periods=periods),
        curve_shape(curve, quiet=quiet, after=onset, label_se=error, seed=seed),
        label_agreement(labels, seed=seed),
        next_labels(share, n_texts=spoken["text_key"].nunique()),
    ]
    if {"quiet", "crisis"} <= set(periods):
        before, after = periods["quiet"], periods["crisis"]
        parts.append(
            sentiment_change(spoken, before=before, after=after, groups=groups, method=method)
        )
        parts.append(sensitivity(spoken, posts, period=after, method=method))
    metrics = pd.concat([part for part in parts if len(part)], ignore_index=True)
    return Felt(metrics, curve, share, model, spoken)


def how_they_were_answered(
    posts: pd.DataFrame, labels: pd.DataFrame, *, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the numbers of the tone of replies, and the replies with flags and cues.

    Works without labels (shares of cues, marked as such); agreement per labelled flag is added.
    In the replies the coders' decisions stand in the place of the cues (``cues`` still lists the
    words that were found); ``cl.show_replies`` shows them with their words highlighted.
    """
    toned = add_tone(posts)
    known = [task for task in TASKS if (labels["task"] == task).any()]
    agreed = []
    for task in known:
        found = label_agreement(labels, task=task, seed=seed)
        agreed.append(found.assign(scope=task + "," + found["scope"]))
    numbers = pd.concat([tone_of_replies(toned, labels), *agreed], ignore_index=True)
    return numbers, overridden(toned, labels)


def _label_se(share: DesignShare) -> float:
    # Wilson's interval has no standard error of its own: a quarter of its width stands for it.
    width = share.estimate.upper - share.estimate.lower
    return share.se if share.method == "ppi" else width / 4


def _periods(
    spoken: pd.DataFrame, quiet: tuple[datetime, datetime] | None, onset: pd.Timestamp | None
) -> dict[str, Period]:
    periods: dict[str, Period] = {}
    if quiet is not None:
        periods["quiet"] = quiet
    if onset is not None and len(spoken):
        end = spoken["created_at"].max() + pd.Timedelta(microseconds=1)
        if end > onset:
            periods["crisis"] = (onset, end)
    return periods
