"""Whether the brand's own posts are in the exports."""

from __future__ import annotations

from typing import Any

import narwhals as nw

from crisislab.case import Case
from crisislab.engine import lazy, small
from crisislab.errors import CrisisLabError, Problem


def check_brand(case: Case, posts: Any = None) -> bool:
    """Return whether the data hold posts of the brand.

    Args:
        case: An opened case.
        posts: Its posts, of any engine; those in memory by default.

    Raises:
        CrisisLabError: If accounts are declared and none of them posts, and ``case.toml`` does
            not say that this is so: response times would be wrong, not unknown.
    """
    mine = nw.col("own").cast(nw.Int64)
    frame = lazy(case.posts if posts is None else posts).select("platform", mine=mine)
    counts = small(frame.group_by("platform").agg(nw.len().alias("n"), nw.col("mine").sum()))
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
