"""What could be known at an instant: for measures without hindsight."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import narwhals as nw
import pandas as pd

from crisislab.case import Case
from crisislab.engine import Lazy
from crisislab.read import LoadedLog, LoadedPosts
from crisislab.schema import POSTS

# Collected so long after publication on the whole, a file is a later export, not monitoring.
LATER_EXPORT = pd.Timedelta(hours=6)
_COUNTED = [c.name for c in POSTS.columns if c.type == "count" and c.name != "source_row"]
_ESTIMATED = ["vendor_sentiment", "vendor_reach"]


def knowable_frame(posts: Lazy) -> Lazy:
    """Return ``known_us`` of posts of any engine, in no order; :func:`knowable_at` explains it."""
    told = posts.select(
        "created_us", "collected_us", file=nw.col("source_file").cast(nw.String).fill_null("?"),
        lag=nw.col("collected_us") - nw.col("created_us"),
    )  # fmt: skip
    typical = told.group_by("file").agg(nw.col("lag").median().alias("typical"))
    within = nw.col("typical") <= round(LATER_EXPORT.total_seconds() * 1_000_000)
    live = (within & (nw.col("lag") >= 0)).fill_null(False)
    known = nw.when(live).then(nw.col("collected_us")).otherwise(nw.col("created_us"))
    return told.join(typical, on="file", how="left").select(known_us=known)


def knowable_at(posts: pd.DataFrame) -> pd.Series:
    """Return when each post could be known: when it was collected, where the export tells.

    A file whose posts were collected more than six hours after publication (median) was exported
    afterwards: when the team's tool saw them is not in it, and the instant of publication stands
    in. No post is known before it was published.
    """
    published = posts["created_at"]
    lag = posts["collected_at"] - published
    typical = lag.groupby(posts["source_file"].fillna("?")).transform("median")
    live = posts["collected_at"].notna() & (typical <= LATER_EXPORT) & (lag >= pd.Timedelta(0))
    return published.where(~live, posts["collected_at"]).rename("knowable_at")


def as_of(case: Case, instant: str | datetime) -> Case:
    """Return a case as it could be known at an instant; any measure runs on it as on the whole.

    Left are posts that could be known, log entries written, labels given, drills held and
    decisions about rows that were there. Counters (likes, followers, impressions) and vendors'
    estimates are as of the export: those seen later are missing. Texts are as of the export too:
    an edit made later is not undone.

    Args:
        case: An opened case.
        instant: With its offset, or local time of the case.

    >>> # as_of(case, "2026-03-18 12:00")
    """
    moment = pd.Timestamp(instant)
    at = moment.tz_localize(case.zone) if moment.tzinfo is None else moment
    at = at.tz_convert("UTC")
    case = case.in_memory()
    loaded = case.loaded_posts
    known = loaded.posts[knowable_at(loaded.posts) <= at].reset_index(drop=True)
    log = case.loaded_log
    plan = case.plan
    held = tuple(d for d in plan.drills if pd.Timestamp(d.held_on, tz=case.zone) <= at)
    rows = {f"{f}:{r}" for f, r in zip(known["source_file"], known["source_row"], strict=True)}
    if log is not None:
        entries = log.log[log.log["logged_at"] <= at].reset_index(drop=True)
        log = _with_log(log, entries)
        rows |= {
            f"{f}:{r}" for f, r in zip(entries["source_file"], entries["source_row"], strict=True)
        }
    settings = case.settings
    settings = settings.model_copy(
        update={
            "confirm": tuple(c for c in settings.confirm if c.row in rows),
            "reject": tuple(r for r in settings.reject if r.row is None or r.row in rows),
            "clock": {
                name: told
                for name, told in settings.clock.items()
                if _utc(told.at, case.zone) <= at
            },
        }
    )
    return replace(
        case,
        settings=settings,
        plan=plan.model_copy(update={"drills": held}),
        loaded_posts=_with_posts(loaded, _uncounted(known, at)),
        loaded_log=log,
        labels=case.labels[case.labels["labelled_at"] <= at].reset_index(drop=True),
    )


def _utc(instant: datetime, zone: str) -> pd.Timestamp:
    at = pd.Timestamp(instant)
    return at.tz_localize(zone) if at.tzinfo is None else at


def _with_posts(loaded: LoadedPosts, posts: pd.DataFrame) -> LoadedPosts:
    return replace(loaded, posts=posts)


def _with_log(loaded: LoadedLog, log: pd.DataFrame) -> LoadedLog:
    return replace(loaded, log=log)


def _uncounted(posts: pd.DataFrame, at: pd.Timestamp) -> pd.DataFrame:
    later = ~(posts["collected_at"] <= at).fillna(False).astype(bool)
    columns = {name: posts[name].mask(later) for name in [*_COUNTED, *_ESTIMATED]}
    return posts.assign(**columns)
