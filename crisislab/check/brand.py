"""Whether the brand's own posts are in the exports."""

from __future__ import annotations

import pandas as pd

from crisislab.case import Case
from crisislab.errors import CrisisLabError, Problem


def check_brand(case: Case) -> bool:
    """Return whether the data hold posts of the brand.

    Raises:
        CrisisLabError: If accounts are declared and none of them posts, and ``case.toml`` does
            not say that this is so: response times would be wrong, not unknown.
    """
    posts: pd.DataFrame = case.posts
    if posts["own"].any():
        return True
    brand = case.settings.brand
    if brand.absent_from_exports:
        return False
    names = [f"{a.platform}:{a.handle or a.id}" for a in brand.accounts]
    seen = ", ".join(sorted(posts["platform"].dropna().unique()))
    raise CrisisLabError(
        Problem(
            "CL-BRAND-SILENT",
            file="case.toml",
            n=0,
            n_of=len(posts),
            value=", ".join(names) or "-",
            facts={"platforms": seen},
        )
    )
