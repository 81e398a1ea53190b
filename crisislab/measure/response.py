"""How long people waited for a first human public reply; the unanswered are still waiting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd

from crisislab.engine import instants, small
from crisislab.enrich.conversations import Rule, conversations
from crisislab.estimate.bootstrap import cluster_bootstrap
from crisislab.estimate.business import Calendar, business_minutes
from crisislab.estimate.restricted import restricted_mean
from crisislab.estimate.survival import WaitingCurve, waiting_curve
from crisislab.metrics import Row, metrics, number

Clock = Literal["elapsed", "business"]
_COLUMNS: dict[Clock, str] = {"elapsed": "minutes", "business": "business_minutes"}
PERCENTILES = (50, 75, 90)
WITHIN_MINUTES = (60, 240, 1440)
_KM = "Kaplan-Meier, log-log 95 % interval"
_BY_PERSON = "Kaplan-Meier, 95 % interval by resampling people"
# So many waits times draws at most: a bound on time and memory.
_MOST = 40_000_000


def waits(
    posts: Any,
    *,
    until: pd.Series,
    handles: Iterable[str] = (),
    rule: Rule = "conversations",
    silence_minutes: float = 1440.0,
    staff: Iterable[str] = (),
    spam: Iterable[str] = (),
    renamed: Mapping[str, str] | None = None,
    calendar: Calendar | None = None,
) -> pd.DataFrame:
    """Return one row per conversation with the time waited until the first human reply.

    ``minutes = (replied_at or until) - opened_at``: whoever was not answered by the end of the
    data has waited until then and is still waiting. Conversations whose replies are dated before
    what they answer are set aside (``measure.eligible`` counts them), never cut to 0.

    Args:
        posts: Posts of any engine, or their inbox (``enrich.inbox``).
        until: Platform -> instant up to which replies would be in the data.
        handles: Handles of the brand.
        rule: How items make a conversation (see ``enrich.conversations``).
        silence_minutes: Silence after which a conversation is a new one.
        staff: Ids or handles of the brand's own people.
        spam: Ids or handles declared to be spam.
        renamed: Former handle -> present handle.
        calendar: Business clock; with it ``business_minutes`` stands beside ``minutes``.

    Returns:
        ``platform, person, opened_at, opening_id, replied_at, reply_id, n_inbound, answered,
        minutes`` (and ``business_minutes``), oldest first.
    """
    talks = conversations(
        posts,
        handles=handles,
        rule=rule,
        silence_minutes=silence_minutes,
        staff=staff,
        spam=spam,
        renamed=renamed,
    )
    table = small(talks, by=["opened_us", "platform", "opening_id"])
    table = table[table["backward"] == 0].reset_index(drop=True)
    return _table(table, until=until, calendar=calendar)


def _table(table: pd.DataFrame, *, until: pd.Series, calendar: Calendar | None) -> pd.DataFrame:
    opened, replied = instants(table["opened_us"]), instants(table["replied_us"])
    answered = replied.notna()
    end = replied.where(answered, table["platform"].map(until))
    waited = pd.DataFrame(
        {
            "platform": table["platform"].astype("str"),
            "person": table["person"].astype("str"),
            "opened_at": opened,
            "opening_id": table["opening_id"].astype("str"),
            "replied_at": replied,
            "reply_id": table["reply_id"].astype("str"),
            "n_inbound": table["n_inbound"].astype("int64"),
            "answered": answered.astype(bool),
            "minutes": (end - opened).dt.total_seconds() / 60,
        }
    )
    if calendar is None:
        return waited
    ends = end.astype("datetime64[us, UTC]")
    return waited.assign(
        business_minutes=business_minutes(_micros(opened), _micros(ends), calendar=calendar)
    )


def _micros(at: pd.Series) -> Any:
    return at.astype("int64").to_numpy(dtype=np.float64) if len(at) else np.empty(0)


def curve(waited: pd.DataFrame, *, clock: Clock = "elapsed") -> WaitingCurve:
    """Return the Kaplan-Meier curve of the conversations in ``waits``, by either clock."""
    return waiting_curve(waited[_COLUMNS[clock]].to_numpy(), waited["answered"].to_numpy())


def at_risk(waited: pd.DataFrame, *, minutes: Iterable[float]) -> pd.DataFrame:
    """Return the table that belongs under a waiting curve.

    Source: KMunicate, Morris et al. 2019 (BMJ Open 9:e030215).

    Args:
        waited: Table of :func:`waits`.
        minutes: Lengths to tell it at.

    Returns:
        ``minutes, n_at_risk`` (still waiting and watched just before), ``n_answered`` and
        ``n_censored`` (watched no longer, without answer) up to and including that length.
    """
    length, answered = waited["minutes"].to_numpy(), waited["answered"].to_numpy()
    rows = [
        (
            tick,
            int((length >= tick).sum()),
            int((answered & (length <= tick)).sum()),
            int((~answered & (length <= tick)).sum()),
        )
        for tick in minutes
    ]
    return pd.DataFrame(rows, columns=["minutes", "n_at_risk", "n_answered", "n_censored"])


def first_response_time(
    waited: pd.DataFrame,
    *,
    within: Iterable[float] = (),
    percents: Iterable[int] = (),
    brand_posts: bool = True,
    rule: str = "conversations",
    scope: str = "",
    clock: Clock = "elapsed",
    seed: int | None = None,
) -> pd.DataFrame:
    """Return the numbers of the waiting curve.

    ``first_response_time`` (minutes) at the 50th, 75th and 90th percentile, ``reply_rate`` within
    1 h, 4 h, 24 h and the plan's own limits (``1 - S(t)``), and the answered-only median beside
    them, which leaves the unanswered out and so always looks better. Where people have several
    conversations these are not independent, and the intervals too narrow: with a seed each number
    then stands a second time, scope ``interval=people``, with the interval of resampling people
    (see ``estimate.bootstrap``).

    Args:
        waited: Table of :func:`waits`.
        within: Further limits, minutes, such as the plan's targets.
        percents: Further percentiles, such as the plan's targets.
        brand_posts: Whether the data hold any post of the brand; without, nothing can be told.
        rule: Rule the waits were made with; part of the scope.
        scope: Further scope, such as ``platform=x``.
        clock: ``elapsed`` (what people felt) or ``business`` (opening hours only; the table needs
            ``business_minutes``); the latter stands in the scope.
        seed: Seed of the resampling; missing: intervals as if every wait were another person's.

    Returns:
        Rows of ``schema.METRICS``.
    """
    told = "clock=business" if clock == "business" else ""
    where = ";".join(part for part in (f"rule={rule}", told, scope) if part)
    n, answered = len(waited), waited[waited["answered"]]
    note = "" if brand_posts else "no_brand_posts"
    rows = [
        number("n_conversations", n, unit="count", scope=where, n=n, evidence="waits"),
        number("n_answered", len(answered) if brand_posts else None, unit="count", scope=where,
               n=n, note=note, evidence="waits"),
    ]  # fmt: skip
    known = curve(waited, clock=clock) if brand_posts and n else None
    limits = sorted({*WITHIN_MINUTES, *within})
    points = sorted({*PERCENTILES, *percents})
    rows += [_percentile(known, p, where, n, note) for p in points]
    rows += [_reply_rate(known, limit, where, n, note) for limit in limits]
    rows.append(_answered_only(answered, where, clock=clock, brand_posts=brand_posts, note=note))
    if known:
        rows += _by_people(waited, (points, limits), where, clock=clock, seed=seed)
    return metrics(rows)


def _answered_only(
    answered: pd.DataFrame, where: str, *, clock: Clock, brand_posts: bool, note: str
) -> Row:
    """Return the median that other tools print; it always looks better than people's wait."""
    median = answered[_COLUMNS[clock]].median() if brand_posts and len(answered) else None
    return number(
        "answered_only_median",
        median,
        unit="minutes",
        scope=where,
        n=len(answered),
        method="median of the answered",
        note=note or "leaves_unanswered_out",
        evidence="waits",
    )


def _by_people(
    waited: pd.DataFrame, asked: tuple[list[int], list[float]], where: str, *, clock: Clock,
    seed: int | None,
) -> list[Row]:  # fmt: skip
    """Return the numbers again with intervals by resampling people, where any of them repeats."""
    if seed is None or not waited.duplicated(["platform", "person"]).any():
        return []
    people = waited["platform"].str.cat(waited["person"], sep="\0")
    drawn = cluster_bootstrap(
        waited[_COLUMNS[clock]],
        waited["answered"],
        pd.factorize(people)[0],
        percents=asked[0],
        within=asked[1],
        seed=seed,
        n_draws=int(min(400, max(100, _MOST // len(waited)))),
    )
    return [
        number(
            "reply_rate" if name.startswith("within") else "first_response_time",
            value,
            unit="share" if name.startswith("within") else "minutes",
            scope=f"{name};{where};interval=people",
            n=people.nunique(),
            method=_BY_PERSON,
            note="not_reached" if np.isnan(value.value) else "",
            evidence="waits",
        )
        for name, value in drawn.items()
    ]


def mean_wait(
    waited: pd.DataFrame, *, limit: float, rule: str = "conversations", scope: str = ""
) -> pd.DataFrame:
    """Return the mean wait in which everybody counts at most ``limit`` minutes.

    The plain mean of the answered is not given: it leaves the unanswered out and follows a few
    very long waits. See ``estimate.restricted`` for formula and standard error. A limit beyond the
    longest wait that was watched would draw the curve on without data: then the mean is missing.

    Returns:
        One row of ``schema.METRICS``, minutes.
    """
    known = curve(waited)
    beyond = known.n > 0 and limit > known.longest and known.n_answered < known.n
    where = ";".join(part for part in (f"limit={limit:g};rule={rule}", scope) if part)
    value = None if beyond or not known.n else restricted_mean(known, limit).interval()
    row = number(
        "mean_wait",
        value,
        unit="minutes",
        scope=where,
        n=known.n,
        method="restricted mean, normal 95 % interval",
        note="limit_beyond_data" if beyond else "",
        evidence="waits",
    )
    return metrics([row])


def _percentile(known: WaitingCurve | None, percent: int, where: str, n: int, note: str) -> Row:
    value = known.percentile(percent) if known else None
    if known and value is not None and np.isnan(value.value):
        note = note or "not_reached"
    return number(
        "first_response_time",
        value,
        unit="minutes",
        scope=f"percentile={percent};{where}",
        n=n,
        method=_KM,
        note=note,
        evidence="waits",
    )


def _reply_rate(known: WaitingCurve | None, limit: float, where: str, n: int, note: str) -> Row:
    return number(
        "reply_rate",
        known.answered_by(limit) if known else None,
        unit="share",
        scope=f"within={limit:g};{where}",
        n=n,
        method=f"1 - {_KM}",
        note=note,
        evidence="waits",
    )
