"""Whether the brand's own posts are in the exports."""

from __future__ import annotations

import difflib
from typing import Any

import narwhals as nw
import pandas as pd

from crisislab.case import Case
from crisislab.engine import Lazy, instants, lazy, small
from crisislab.errors import CrisisLabError, Problem
from crisislab.handles import plain_handle
from crisislab.settings import line_index

# A brand is among those who write most; to compare every name would take minutes.
_MOST_NAMES = 5000
_HANDLE = nw.col("author_handle").cast(nw.String).str.to_lowercase()


def check_brand(case: Case, posts: Any = None) -> bool:
    """Return whether the data hold posts of the brand.

    Args:
        case: An opened case.
        posts: Its posts, of any engine; those in memory by default.

    Raises:
        CrisisLabError: ``CL-CASE-WINDOW`` if no post lies in the review window;
            ``CL-BRAND-SILENT`` if accounts are declared and none of them posts, and ``case.toml``
            does not say that this is so: response times would be wrong, not unknown.
    """
    frame = lazy(case.posts if posts is None else posts)
    marked = frame.select("platform", mine=nw.col("own").cast(nw.Int64))
    counts = small(marked.group_by("platform").agg(nw.len().alias("n"), nw.col("mine").sum()))
    if counts.empty and case.window is not None:
        raise CrisisLabError(_outside(case))
    if counts["mine"].astype("float64").sum() > 0:
        return True
    brand = case.settings.brand
    if brand.absent_from_exports:
        return False
    names = [f"{a.platform}:{a.handle or a.id}" for a in brand.accounts]
    seen = ", ".join(sorted(counts["platform"].dropna()))
    handles = [plain_handle(a.handle) for a in brand.accounts if a.handle]
    others = who_else(frame, handles)
    same = others[others["handle"].isin(handles)].to_dict("records") or _alike(frame, handles)
    alike = ", ".join(f"{r['platform']}:@{r['handle']} ({r['n']})" for r in same) or "-"
    raise CrisisLabError(
        Problem(
            "CL-BRAND-SILENT",
            file="case.toml",
            n=0,
            n_of=int(counts["n"].sum()),
            value=", ".join(names) or "-",
            facts={"platforms": seen, "seen": alike},
        )
    )


def _alike(frame: Lazy, handles: list[str]) -> list[dict[Any, Any]]:
    """Return who writes under a name that differs by a slip, among those who write most."""
    named = frame.select("platform", handle=_HANDLE).filter(~nw.col("handle").is_null())
    counts = small(named.group_by("platform", "handle").agg(nw.len().alias("n")))
    order = counts.sort_values(["n", "platform", "handle"], ascending=[False, True, True])
    most = order.head(_MOST_NAMES)
    known = sorted({str(name) for name in most["handle"]})
    close = {
        name
        for wanted in handles
        for name in difflib.get_close_matches(wanted, known, n=2, cutoff=0.85)
    }
    return list(most[most["handle"].isin(close)].to_dict("records"))


def who_else(frame: Lazy, handles: list[str]) -> pd.DataFrame:
    """Return who else writes under these handles, and how often; and all networks."""
    named = frame.select("platform", "author_id", handle=_HANDLE)
    named = named.with_columns(
        handle=nw.when(nw.col("handle").is_in(handles)).then(nw.col("handle")).otherwise(nw.lit("")),
        author_id=nw.when(nw.col("handle").is_in(handles))
        .then(nw.col("author_id").cast(nw.String)).otherwise(nw.lit("")),
    )  # fmt: skip
    by = ["platform", "handle", "author_id"]
    return small(named.group_by(by).agg(nw.len().alias("n")), by=by)


def _span(case: Case) -> tuple[int, pd.Timestamp, pd.Timestamp]:
    """Return how many posts there are in and outside the window, and the first and last time."""
    if case.store is None:
        at = case.loaded_posts.posts["created_at"]
    else:
        at = instants(case.store.read(["created_us"]).to_pandas()["created_us"])
    return len(at), at.min(), at.max()


def _outside(case: Case) -> Problem:
    """Return that the review window holds no post, with a window that holds all of them."""
    n, *ends = _span(case)
    first, last = (at.tz_convert(case.zone) for at in ends)
    text = (case.folder / "case.toml").read_text("utf-8-sig")
    told = "" if case.settings.window is None else " - ".join(
        f"{at:%Y-%m-%d %H:%M}".removesuffix(" 00:00")
        for at in (case.settings.window.start, case.settings.window.end)
    )  # fmt: skip
    return Problem(
        "CL-CASE-WINDOW", file="case.toml", line=line_index(text).get(("window",)), column="window",
        n_of=n, value=told,
        facts={"first": f"{first:%Y-%m-%d %H:%M}", "last": f"{last:%Y-%m-%d %H:%M}",
               "start": f"{first:%Y-%m-%d}", "end": f"{last + pd.Timedelta(days=1):%Y-%m-%d}"},
    )  # fmt: skip
