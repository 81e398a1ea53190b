"""Posts kept on disk: exports of any size read once, checked, and used by any engine."""

from __future__ import annotations

from crisislab.store._fill import store_posts
from crisislab.store._kept import FOLDER, HEAD, Store, open_store
from crisislab.store._packed import writes_posts
from crisislab.store._rows import BEFORE, SCORED_FOLDER, Part, drop_staged

__all__ = [
    "BEFORE",
    "FOLDER",
    "HEAD",
    "SCORED_FOLDER",
    "Part",
    "Store",
    "drop_staged",
    "open_store",
    "store_posts",
    "writes_posts",
]
