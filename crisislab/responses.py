"""Everything about response times of a case, in one value; it only joins the rooms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw
import pandas as pd

from crisislab.case import Case
from crisislab.check.brand import check_brand
from crisislab.engine import lazy, small
from crisislab.enrich.conversations import Rule
from crisislab.enrich.declared_topics import declared_topics
from crisislab.enrich.events import by_opening, events
from crisislab.enrich.handling import handling
from crisislab.enrich.inbox import Inbox, inbox
from crisislab.enrich.sentiment import add_language
from crisislab.enrich.traits import ITEM_COLUMNS, TRAITS, add_traits
from crisislab.handles import plain_handle
from crisislab.measure.attainment import target_attainment
from crisislab.measure.eligible import OF_REPLIES, eligible_items
from crisislab.measure.exits import exit_shares, exits, removed
from crisislab.measure.groups import (
    backlog,
    most_waiting,
    response_by,
    unanswered_groups,
    unanswered_map,
    unanswered_share,
)
from crisislab.measure.incident import incident_durations
from crisislab.measure.reconcile import other_tools, reconcile
from crisislab.measure.response import Clock, first_response_time, mean_wait, waits
from crisislab.measure.service import (
    agent_response_time,
    agent_waits,
    next_response_time,
    next_waits,
    resolution_time,
    resolutions,
)
from crisislab.metrics import IN_CRISIS, in_crisis
from crisislab.read import frame_html
from crisislab.session import matched

# Groups whose unanswered are told; agents and roles have none.
MAPPED = ("platform", "hour", "phase", "topic", "lang", "reach_band")
PHASES = ("onset", "activated", "resolved")


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
        unanswered: Who was never answered: every group of platform, hour, phase, topic, language
            and reach.
        unanswered_hours: The same by platform and local hour together.
        backlog: People waiting over time.
        incidents: PagerDuty's durations from the log.
        inbox: What waits for the brand and what it answered, for further measures.
    """

    numbers: pd.DataFrame
    waits: pd.DataFrame = field(repr=False)
    next_waits: pd.DataFrame = field(repr=False)
    resolutions: pd.DataFrame = field(repr=False)
    events: pd.DataFrame = field(repr=False)
    reconciled: pd.DataFrame
    unanswered: pd.DataFrame
    unanswered_hours: pd.DataFrame = field(repr=False)
    backlog: pd.DataFrame = field(repr=False)
    incidents: pd.DataFrame
    inbox: Inbox = field(repr=False)

    def _repr_html_(self) -> str:
        return frame_html(self.reconciled)


def response_times(
    case: Case,
    *,
    posts: Any = None,
    until: pd.Series | None = None,
    phases: Mapping[str, pd.Timestamp] | None = None,
    topics: pd.Series | None = None,
    deleted: pd.DataFrame | None = None,
) -> ResponseTimes:
    """Return every response time of a case, both clocks side by side.

    Args:
        case: An opened case; ``[response]`` and ``[team]`` of its settings apply.
        posts: Posts of the case with their language, of any engine, where that is known already.
        until: Platform -> last instant of the exports; from the posts in memory by default.
        phases: Phase -> instant at which it begins, such as moments of the crisis clock.
        topics: Topic by (platform, opening item); the case's ``[response.topics]`` by default.
        deleted: ``platform, post_id, deleted_at`` of items seen to be gone; what the log says was
            deleted or hidden by default.

    Raises:
        CrisisLabError: If the brand's accounts are declared and none of them posts.
    """
    posts = add_language(case.posts) if posts is None else posts
    box, until = inbox_of(case, posts), _until(case, until)
    handled, settings = handling(case.log), case.settings.response
    silence = settings.silence
    seen = events(box, handled=handled, silence_minutes=silence)
    waited = waits_of(case, box, rule=settings.rule, until=until)
    waited = _told_apart(case, waited, posts, phases=phases, topics=topics)
    gone = removed(waited, handled) if deleted is None else deleted
    removals = deleted is not None or bool(handled["event"].eq("removed").any())
    waited = exits(waited, posts, deleted=gone)
    nexts = next_waits(box, until=until, silence_minutes=silence)
    handled = by_opening(handled, seen)
    closed = resolutions(waited, nexts, until=until, handled=handled)
    has_brand = check_brand(case, posts)
    counted = eligible_items(box, copies=settings.template_copies, silence_minutes=silence)
    numbers = [counted if has_brand else counted[~counted["metric"].isin(OF_REPLIES)]]
    # Without any post of the brand nothing about its answers can be told.
    told, seen = (waited, seen) if has_brand else (waited.iloc[:0], seen.iloc[:0])
    others = reconcile(seen, until=until.max(), zone=_team_zone(case))
    unanswered = unanswered_groups(told, by=_varied(told, MAPPED))
    waiting = backlog(told, every=_step(told))
    if has_brand:
        own = agent_waits(nexts, handled, _agents(waited), until=until)
        ways = exit_shares(waited, removals=removals)
        numbers += _numbers(case, waited, nexts, closed, own, ways)
        numbers += _of_crisis(case, waited, since=(phases or {}).get("onset"))
        numbers += [most_waiting(waiting), unanswered_share(unanswered), other_tools(others)]
        numbers += [response_by(waited, by=by) for by in _varied(waited, TRAITS)]
    else:
        numbers += [first_response_time(waited, brand_posts=False, rule=settings.rule)]
    return ResponseTimes(
        numbers=pd.concat([part for part in numbers if len(part)], ignore_index=True),
        waits=waited, next_waits=nexts, resolutions=closed, events=seen, reconciled=others,
        unanswered=unanswered, unanswered_hours=unanswered_map(told, by=("platform", "hour")),
        backlog=waiting, incidents=incident_durations(case.log), inbox=box,
    )  # fmt: skip


def _step(waited: pd.DataFrame) -> str:
    """Return hours, or days where they would be thousands."""
    opened = waited["opened_at"]
    long = len(waited) > 0 and opened.max() - opened.min() > pd.Timedelta(days=100)
    return "1D" if long else "1h"


def _varied(waited: pd.DataFrame, columns: tuple[str, ...]) -> list[str]:
    return [by for by in columns if waited[by].nunique() > 1]


def _team_zone(case: Case) -> str:
    return case.settings.team.zone if case.settings.team else case.zone


def waits_of(case: Case, posts: Any, *, rule: Rule, until: pd.Series | None = None) -> pd.DataFrame:
    """Return the first waits of a case by a rule, on both clocks where it declares its hours.

    Args:
        case: An opened case.
        posts: Its posts, of any engine, or their inbox (``ResponseTimes.inbox``).
        rule: How items make a conversation (see ``enrich.conversations``).
        until: Platform -> last instant of the exports; from the posts in memory by default.
    """
    team = case.settings.team
    calendar = None if team is None else team.calendar()
    return waits(
        inbox_of(case, posts), until=_until(case, until), rule=rule, calendar=calendar,
        silence_minutes=case.settings.response.silence,
    )  # fmt: skip


def phases_of(clock: pd.DataFrame) -> dict[str, pd.Timestamp]:
    """Return when the phases of a crisis begin: the rise, the plan activated, over.

    Args:
        clock: Result of ``measure.clock.crisis_clock``.
    """
    at = clock.set_index("milestone")["at"].dropna()
    return {name: at[name] for name in PHASES if name in at.index}


def _told_apart(
    case: Case,
    waited: pd.DataFrame,
    posts: Any,
    *,
    phases: Mapping[str, pd.Timestamp] | None,
    topics: pd.Series | None,
) -> pd.DataFrame:
    declared = case.settings.response.topics
    items = _items_of(posts, waited)
    if topics is None and declared:
        topics = declared_topics(items, topics=declared)
    roles = {role.id: (*role.holders, *role.deputies) for role in case.plan.roles}
    return add_traits(waited, items, zone=case.zone, phases=phases, topics=topics, roles=roles)


def _items_of(posts: Any, waited: pd.DataFrame) -> pd.DataFrame:
    """Return the opening items and the replies of waits: the only ones whose texts are read."""
    names = ("opening_id", "reply_id")
    if isinstance(posts, pd.DataFrame):
        return posts[posts["post_id"].isin(pd.concat([waited[name] for name in names]))]
    keys = [waited[["platform", n]].rename(columns={n: "post_id"}) for n in names]
    return small(matched(lazy(posts).select(*ITEM_COLUMNS), pd.concat(keys, ignore_index=True)))


def _agents(waited: pd.DataFrame) -> dict[str, str]:
    answered = waited[waited["agent"].notna()]
    return dict(zip(answered["reply_id"], answered["agent"], strict=True))


def _numbers(
    case: Case, waited: pd.DataFrame, nexts: pd.DataFrame, closed: pd.DataFrame,
    own: pd.DataFrame, ways: pd.DataFrame,
) -> list[pd.DataFrame]:  # fmt: skip
    rule, seed = case.settings.response.rule, case.settings.case.seed
    limits, percents = asked_of(case)
    wanted: dict[str, Any] = {"within": limits, "percents": percents, "rule": rule, "seed": seed}
    parts = [first_response_time(waited, **wanted), mean_wait(waited, limit=1440, rule=rule)]
    if "business_minutes" in waited:
        parts += [first_response_time(waited, **wanted, clock="business")]
    later = [next_response_time(nexts), resolution_time(closed), agent_response_time(own)]
    return [*parts, ways, *later]


def asked_of(case: Case) -> tuple[list[float], list[int]]:
    """Return the limits, minutes, and percentiles of waiting that the plan's targets ask for."""
    targets = [t for t in case.plan.targets if t.metric in ("reply_rate", "first_response_time")]
    limits = sorted({t.within for t in targets if t.within})
    return limits, sorted({t.percentile for t in targets if t.percentile})


def _of_crisis(
    case: Case, waited: pd.DataFrame, *, since: pd.Timestamp | None
) -> list[pd.DataFrame]:
    """Return the waits of the crisis, where its rise is known, and the plan's limits by them."""
    limits, percents = asked_of(case)
    scope, parts = "", []
    if since is not None:
        waited, scope = in_crisis(waited, since), IN_CRISIS
        # Intervals by people decide about targets; without one they are not worth their time.
        seed = case.settings.case.seed if limits else None
        parts.append(
            first_response_time(
                waited, within=limits, percents=percents, rule=case.settings.response.rule,
                seed=seed, scope=scope,
            )
        )  # fmt: skip
    both = "business_minutes" in waited
    clocks: tuple[Clock, ...] = ("elapsed", "business") if both else ("elapsed",)
    return parts + [
        target_attainment(waited, within=limit, clock=clock, scope=scope)
        for clock in clocks for limit in limits
    ]  # fmt: skip


def inbox_of(case: Case, posts: Any) -> Inbox:
    """Return what waits for the brand in a case and what it answered; an inbox as it is."""
    if isinstance(posts, Inbox):
        return posts
    response = case.settings.response
    declared = {plain_handle(a.handle) for a in case.settings.brand.accounts if a.handle}
    # A brand declared by its ids is named by the handles that its own posts carry.
    own = small(lazy(posts).filter(nw.col("own")).select("author_handle").unique())
    seen = {plain_handle(str(handle)) for handle in own["author_handle"].dropna()}
    return inbox(
        posts, handles=sorted(declared | seen), staff=response.staff, spam=response.spam,
        renamed=response.renamed, near=True,
    )  # fmt: skip


def _until(case: Case, known: pd.Series | None) -> pd.Series:
    until: pd.Series = (
        case.in_memory().loaded_posts.posts.groupby("platform")["created_at"].max()
        if known is None
        else known
    )
    if case.window is None:
        return until
    end = pd.Timestamp(case.window[1])
    return until.where(until < end, end)
