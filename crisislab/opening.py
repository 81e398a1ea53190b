"""The door to a case: what takes time to get ready is begun before the rest is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from crisislab.later import Later
from crisislab.read._early import programs_for
from crisislab.read._inputs import KEPT, exports_in

if TYPE_CHECKING:
    import crisislab.case as _case
else:
    _case = Later("crisislab.case")


def open_case(folder: str | Path, *, stored: bool = False, memory: str | None = None) -> _case.Case:
    """Open a case folder: read its settings, plan, posts and log.

    Args:
        folder: Folder with ``case.toml``, ``plan.toml`` or ``plan.xlsx``, ``posts/`` and ``log/``.
        stored: Whether the posts stay on disk, in the store of the case (``.crisislab``), for
            ``posts_lazy`` and for a review on an engine.
        memory: The most memory that posts in memory may need, such as ``4GB``; that of the
            machine by default. What cannot fit is refused before it is loaded.

    Raises:
        CrisisLabError: With every problem of settings, plan and exports in one pass.
    """
    root = Path(folder)
    # Where a store is kept, the exports are most likely not read again.
    known = stored and (root / KEPT).is_dir()
    with programs_for([] if known else exports_in(root / "posts")):
        from crisislab.case import read_case

        return read_case(root, stored=stored, memory=memory)
