"""Whether the brand's own posts are in the exports."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import pandas as pd

from crisislab.case import Case
from crisislab.engine import lazy, small
from crisislab.errors import CrisisLabError, Problem
from crisislab.settings import line_index


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
    mine = nw.col("own").cast(nw.Int64)
    frame = lazy(case.posts if posts is None else posts).select("platform", mine=mine)
    counts = small(frame.group_by("platform").agg(nw.len().alias("n"), nw.col("mine").sum()))
    if counts.empty and case.window is not None:
        raise CrisisLabError(_outside(case))
    if counts["mine"].astype("float64").sum() > 0:
        return True
    brand = case.settings.brand
    if brand.absent_from_exports:
        return False
    names = [f"{a.platform}:{a.handle or a.id}" for a in brand.accounts]
    seen = ", ".join(sorted(counts["platform"].dropna()))
    raise CrisisLabError(
        Problem(
            "CL-BRAND-SILENT",
            file="case.toml",
            n=0,
            n_of=int(counts["n"].sum()),
            value=", ".join(names) or "-",
            facts={"platforms": seen},
        )
    )


def _outside(case: Case) -> Problem:
    """Return that the review window holds no post, with a window that holds all of them."""
    whole = case.in_memory().loaded_posts.posts["created_at"].dt.tz_convert(case.zone)
    first, last = whole.min(), whole.max()
    text = (case.folder / "case.toml").read_text("utf-8-sig")
    told = "" if case.settings.window is None else " - ".join(
        f"{at:%Y-%m-%d %H:%M}".removesuffix(" 00:00")
        for at in (case.settings.window.start, case.settings.window.end)
    )  # fmt: skip
    return Problem(
        "CL-CASE-WINDOW", file="case.toml", line=line_index(text).get(("window",)), column="window",
        n_of=len(whole), value=told,
        facts={"first": f"{first:%Y-%m-%d %H:%M}", "last": f"{last:%Y-%m-%d %H:%M}",
               "start": f"{first:%Y-%m-%d}", "end": f"{last + pd.Timedelta(days=1):%Y-%m-%d}"},
    )  # fmt: skip
