"""Waits by platform, hour, phase, topic, language, reach, role, agent; who was never answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from crisislab.estimate.compare import log_rank
from crisislab.estimate.intervals import wilson
from crisislab.estimate.restricted import mean_difference, restricted_mean
from crisislab.estimate.survival import Estimate, waiting_curve
from crisislab.metrics import Row, metrics, number, waiting_rows

LEAST = 10
# With more groups than this the test says nothing, and its tables fill the memory.
MOST = 60
# Groups by who answered hold nobody who was not.
_ANSWERERS = ("agent", "role")
_UNANSWERED = ("n", "n_decided", "n_unanswered", "unanswered_share", "lower", "upper")


def response_by(
    waited: pd.DataFrame, *, by: str, within: float = 60.0, limit: float = 1440.0
) -> pd.DataFrame:
    """Return the median wait and the reply rate of each group, with n, and whether they differ.

    Groups below ten waits have no number and no rank: three quick answers are luck. The test is
    the log-rank test (``rho=0``), with ``rho=1`` beside it because curves of day and night shifts
    cross, both stratified by platform unless platforms are what is compared: otherwise the mix of
    platforms would pass for a difference between groups. Many groups are many looks: see the
    number of tests.

    Args:
        waited: Table of ``enrich.traits.add_traits``.
        by: Column to group by.
        within: Limit of the reply rate, minutes.
        limit: Limit of the mean waits compared, minutes; less where either group was not watched
            for so long.

    Returns:
        Rows of ``schema.METRICS``: ``first_response_time``, ``reply_rate`` and
        ``mean_wait_difference`` (group minus all others) with scope ``<by>=<group>``;
        ``log_rank_p`` with scope ``by=<by>;rho=0|1``, up to sixty groups. Groups by agent or role
        hold only the answered (note ``answered_only``): who was never answered belongs to nobody.
    """
    known = waited[waited[by].notna()]
    note = "answered_only" if by in _ANSWERERS else ""
    sizes = known[by].astype("str").value_counts()
    large = sorted(sizes[sizes >= LEAST].index)
    rows: list[Row] = []
    for group in sorted(sizes.index):
        inside = known[by].astype("str").eq(group)
        if group in large:
            rest, limits = known[~inside], (within, limit)
            rows += _group(known[inside], rest, scope=f"{by}={group}", limits=limits, note=note)
        else:
            rows.append(_missing("first_response_time", int(sizes[group]), f"{by}={group}"))
    compared = known[known[by].astype("str").isin(large)]
    return metrics([*rows, *_tests(compared, by=by)])


def _missing(metric: str, n: int, scope: str) -> Row:
    return number(
        metric, None, unit="minutes", scope=f"percentile=50;{scope}", n=n, note="too_few",
        evidence="waits",
    )  # fmt: skip


def _group(
    own: pd.DataFrame, rest: pd.DataFrame, *, scope: str, limits: tuple[float, float], note: str
) -> list[Row]:
    within, most = limits
    curve = waiting_curve(own["minutes"].to_numpy(), own["answered"].to_numpy())
    rows = waiting_rows("first_response_time", curve, percents=[50], scope=scope, note=note,
                        evidence="waits")  # fmt: skip
    rows.append(
        number(
            "reply_rate", curve.answered_by(within), unit="share",
            scope=f"within={within:g};{scope}", n=curve.n,
            method="1 - Kaplan-Meier, log-log 95 % interval", note=note, evidence="waits",
        )
    )  # fmt: skip
    if len(rest) < LEAST:
        return rows
    other = waiting_curve(rest["minutes"].to_numpy(), rest["answered"].to_numpy())
    limit = min(curve.longest, other.longest, most)
    if limit > 0:
        gap = mean_difference(restricted_mean(curve, limit), restricted_mean(other, limit))
        rows.append(
            number(
                "mean_wait_difference", gap, unit="minutes", scope=f"limit={limit:g};{scope}",
                n=curve.n, method="difference of restricted means, normal 95 % interval",
                note=note, evidence="waits",
            )
        )  # fmt: skip
    return rows


def _tests(compared: pd.DataFrame, *, by: str) -> list[Row]:
    if compared[by].nunique() > MOST:
        return []
    strata = None if by == "platform" else compared["platform"]
    rows = []
    for rho in (0, 1):
        test = log_rank(
            compared["minutes"], compared["answered"], compared[by].astype("str"),
            strata=strata, rho=rho,
        )  # fmt: skip
        method = "log-rank" if strata is None else "log-rank stratified by platform"
        rows.append(
            number(
                "log_rank_p", test.p, unit="probability", scope=f"by={by};rho={rho}",
                n=len(compared), method=method, evidence="waits",
                note="" if np.isfinite(test.p) else "too_few",
            )
        )  # fmt: skip
    return rows


def unanswered_map(
    waited: pd.DataFrame, *, by: Sequence[str], overdue: float = 1440.0
) -> pd.DataFrame:
    """Return which groups were never answered: one row per combination of the columns.

    An item counts as unanswered when no reply came although it was watched for ``overdue``
    minutes at least; items watched for less have no outcome yet and are only in ``n``.

    Args:
        waited: Table of ``enrich.traits.add_traits``.
        by: Columns to combine, such as ``("platform", "topic")``.
        overdue: Minutes an unanswered item must have been watched.

    Returns:
        ``*by, n, n_decided, n_unanswered, unanswered_share, lower, upper``; worst first, groups
        below ten last and in the order of their names, without a share.
    """
    decided = waited["answered"] | (waited["minutes"] >= overdue)
    table = waited.assign(n_decided=decided, n_unanswered=decided & ~waited["answered"])
    counts = (
        table.groupby(list(by), sort=True, dropna=False, observed=True)
        .agg(
            n=("answered", "size"),
            n_decided=("n_decided", "sum"),
            n_unanswered=("n_unanswered", "sum"),
        )
        .reset_index()
    )
    shares = [
        wilson(int(k), int(n)) if n >= LEAST else wilson(0, 0)
        for k, n in zip(counts["n_unanswered"], counts["n_decided"], strict=True)
    ]
    counts["unanswered_share"] = [share.value for share in shares]
    counts["lower"] = [share.lower for share in shares]
    counts["upper"] = [share.upper for share in shares]
    order = ["unanswered_share", *by]
    return counts.sort_values(
        order, ascending=[False] + [True] * len(by), na_position="last", kind="stable"
    ).reset_index(drop=True)


def unanswered_groups(
    waited: pd.DataFrame, *, by: Sequence[str], overdue: float = 1440.0
) -> pd.DataFrame:
    """Return the unanswered of every group of every column, one column after the other.

    Returns:
        ``by``, ``group`` and the columns of :func:`unanswered_map`; worst first within each.
    """
    parts = []
    for column in by:
        part = unanswered_map(waited, by=[column], overdue=overdue).rename(
            columns={column: "group"}
        )
        parts.append(part.assign(group=part["group"].astype("str")).assign(by=column))
    names = ["by", "group", *_UNANSWERED]
    return pd.concat(parts, ignore_index=True)[names] if parts else pd.DataFrame(columns=names)


def unanswered_share(groups: pd.DataFrame) -> pd.DataFrame:
    """Return the unanswered of each group as numbers; groups below ten have none.

    Args:
        groups: Table of :func:`unanswered_groups`.

    Returns:
        Rows of ``schema.METRICS``: ``unanswered_share``, scopes ``<by>=<group>``.
    """
    rows = [
        number(
            "unanswered_share",
            Estimate(row["unanswered_share"], row["lower"], row["upper"]),
            unit="share",
            scope=f"{row['by']}={row['group']}",
            n=int(row["n_decided"]),
            method="Wilson 95 % interval",
            note="too_few" if row["n_decided"] < LEAST else "",
            evidence="unanswered",
        )
        for row in groups.to_dict("records")
    ]
    return metrics(rows)


def most_waiting(waiting: pd.DataFrame) -> pd.DataFrame:
    """Return how many people waited at once at most.

    Args:
        waiting: Table of :func:`backlog`.

    Returns:
        Rows of ``schema.METRICS``: ``most_waiting`` and ``most_waiting_in_time`` (of those who
        had not yet waited long), each at the end of an hour.
    """
    if waiting.empty:
        return metrics([])
    fresh = waiting["n_waiting"] - waiting["n_overdue"]
    found = {"most_waiting": waiting["n_waiting"], "most_waiting_in_time": fresh}
    return metrics(
        [
            number(name, float(counts.max()), unit="count", n=len(waiting), evidence="backlog",
                   method="largest at the end of an hour")
            for name, counts in found.items()
        ]
    )  # fmt: skip


def backlog(waited: pd.DataFrame, *, every: str = "1h", overdue: float = 1440.0) -> pd.DataFrame:
    """Return how many people were waiting at the end of each hour, and the longest wait.

    Args:
        waited: Table of ``measure.response.waits``.
        every: Length of a step.
        overdue: Minutes after which somebody has waited long.

    Returns:
        ``at`` (UTC), ``n_waiting``, ``n_overdue`` (of these, for longer than ``overdue``),
        ``n_opened`` and ``n_answered`` since the step before, ``oldest_minutes`` (missing when
        nobody waits).
    """
    columns = ["at", "n_waiting", "n_overdue", "n_opened", "n_answered", "oldest_minutes"]
    if waited.empty:
        return pd.DataFrame(columns=columns)
    opened, replied = waited["opened_at"], waited["replied_at"]
    last = max(opened.max(), replied.max()) if replied.notna().any() else opened.max()
    at = pd.date_range(opened.min().floor(every), last.ceil(every), freq=every)
    due = opened + pd.Timedelta(minutes=overdue)
    late = replied.isna() | (replied > due)
    n_opened, n_answered = _passed(opened, at), _passed(replied, at)
    return pd.DataFrame(
        {
            "at": at,
            "n_waiting": n_opened - n_answered,
            "n_overdue": _passed(due[late], at) - _passed(replied[late], at),
            "n_opened": np.diff(n_opened, prepend=0),
            "n_answered": np.diff(n_answered, prepend=0),
            "oldest_minutes": (pd.Series(at) - _oldest(waited, at)).dt.total_seconds() / 60,
        }
    )


def _passed(instants: pd.Series, at: pd.DatetimeIndex) -> npt.NDArray[np.int64]:
    """Return how many instants had passed at each step, by binary search: no people times hours."""
    known = np.sort(instants.dropna().dt.as_unit("us").astype("int64").to_numpy())
    steps = at.as_unit("us").astype("int64").to_numpy()
    return np.searchsorted(known, steps, side="right").astype(np.int64)


def _oldest(waited: pd.DataFrame, at: pd.DatetimeIndex) -> pd.Series:
    """Return when the person who has waited longest wrote, at each instant."""
    ordered = waited.sort_values("opened_at", kind="stable")
    opened = ordered["opened_at"].to_list()
    replied = ordered["replied_at"].to_list()
    found: list[Any] = []
    first = 0
    for now in at:
        while first < len(opened) and pd.notna(replied[first]) and replied[first] <= now:
            first += 1
        waiting = first < len(opened) and opened[first] <= now
        found.append(opened[first] if waiting else pd.NaT)
    return pd.to_datetime(pd.Series(found, dtype="object"), utc=True)
