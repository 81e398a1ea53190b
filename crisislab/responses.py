"""Everything about response times of a case, in one value; it only joins the rooms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from crisislab.case import Case
from crisislab.check.brand import check_brand
from crisislab.enrich.events import events
from crisislab.enrich.handling import handling
from crisislab.enrich.sentiment import add_language
from crisislab.enrich.traits import add_traits
from crisislab.measure.attainment import target_attainment
from crisislab.measure.eligible import eligible_items
from crisislab.measure.exits import exit_shares, exits
from crisislab.measure.groups import backlog, response_by, unanswered_map
from crisislab.measure.incident import incident_durations
from crisislab.measure.reconcile import reconcile
from crisislab.measure.response import first_response_time, mean_wait, waits
from crisislab.measure.service import (
    next_response_time,
    next_waits,
    resolution_time,
    resolutions,
)

_GROUPS = ("platform", "hour", "phase", "topic", "lang", "reach_band", "agent")


@dataclass(frozen=True)
class ResponseTimes:
    """Response times of a case.

    Attributes:
        numbers: Every number (``schema.METRICS``).
        waits: One row per conversation with what it can be told apart by and how it ended.
        next_waits: One row per wait within conversations.
        resolutions: When each conversation was closed.
        events: Every event of every conversation, as other tools would see them.
        reconciled: What other tools would print of them.
        unanswered: Who was never answered, by platform and language.
        backlog: People waiting over time.
        incidents: PagerDuty's durations from the log.
    """

    numbers: pd.DataFrame
    waits: pd.DataFrame = field(repr=False)
    next_waits: pd.DataFrame = field(repr=False)
    resolutions: pd.DataFrame = field(repr=False)
    events: pd.DataFrame = field(repr=False)
    reconciled: pd.DataFrame
    unanswered: pd.DataFrame
    backlog: pd.DataFrame = field(repr=False)
    incidents: pd.DataFrame

    def _repr_html_(self) -> str:
        table: str = self.reconciled.to_html(index=False)
        return table


def response_times(
    case: Case,
    *,
    phases: Mapping[str, pd.Timestamp] | None = None,
    topics: pd.Series | None = None,
    deleted: pd.DataFrame | None = None,
) -> ResponseTimes:
    """Return every response time of a case, both clocks side by side.

    Args:
        case: An opened case; ``[response]`` and ``[team]`` of its settings apply.
        phases: Phase -> instant at which it begins, such as moments of the crisis clock.
        topics: Opening item -> topic, where known.
        deleted: ``platform, post_id, deleted_at`` of items seen to be gone, where known.

    Raises:
        CrisisLabError: If the brand's accounts are declared and none of them posts.
    """
    posts = add_language(case.posts)
    who, until = _who(case), _until(case)
    team = case.settings.team
    calendar = None if team is None else team.calendar()
    rule = case.settings.response.rule
    waited = waits(posts, until=until, rule=rule, calendar=calendar, **who)
    waited = add_traits(waited, posts, zone=case.zone, phases=phases, topics=topics)
    waited = exits(waited, posts, deleted=deleted)
    nexts = next_waits(posts, until=until, **who)
    handled = handling(case.log)
    closed = resolutions(waited, nexts, until=until, handled=handled)
    seen = events(posts, handled=handled, **who)
    numbers = [eligible_items(posts, copies=case.settings.response.template_copies, **who)]
    # Without any post of the brand nothing about its answers can be told.
    if check_brand(case):
        numbers += _numbers(case, waited, nexts, closed)
    return ResponseTimes(
        numbers=pd.concat(numbers, ignore_index=True),
        waits=waited,
        next_waits=nexts,
        resolutions=closed,
        events=seen,
        reconciled=reconcile(seen, until=until.max(), zone=team.zone if team else case.zone),
        unanswered=unanswered_map(waited, by=("platform", "lang")),
        backlog=backlog(waited),
        incidents=incident_durations(case.log),
    )


def _numbers(
    case: Case, waited: pd.DataFrame, nexts: pd.DataFrame, closed: pd.DataFrame
) -> list[pd.DataFrame]:
    rule = case.settings.response.rule
    limits = {t.within for t in case.plan.targets if t.metric == "reply_rate" and t.within}
    limits |= {
        t.within for t in case.plan.targets if t.metric == "first_response_time" and t.within
    }
    parts = [first_response_time(waited, within=limits, rule=rule)]
    parts += [mean_wait(waited, limit=1440, rule=rule)]
    parts += [target_attainment(waited, within=limit) for limit in sorted(limits)]
    if "business_minutes" in waited:
        parts += [first_response_time(waited, within=limits, rule=rule, clock="business")]
        parts += [
            target_attainment(waited, within=limit, clock="business") for limit in sorted(limits)
        ]
    parts += [exit_shares(waited), next_response_time(nexts), resolution_time(closed)]
    told = [by for by in _GROUPS if waited[by].nunique() > 1]
    return parts + [response_by(waited, by=by) for by in told]


def _who(case: Case) -> dict[str, Any]:
    response = case.settings.response
    return {
        "handles": [a.handle for a in case.settings.brand.accounts if a.handle],
        "silence_minutes": response.silence,
        "staff": response.staff,
        "spam": response.spam,
    }


def _until(case: Case) -> pd.Series:
    until: pd.Series = case.loaded_posts.posts.groupby("platform")["created_at"].max()
    if case.window is None:
        return until
    end = pd.Timestamp(case.window[1])
    return until.where(until < end, end)
