"""Posts kept on disk: exports of any size read once, checked, and used by any engine."""

from __future__ import annotations

from crisislab.store._fill import store_posts
from crisislab.store._kept import Store, open_store

__all__ = ["Store", "open_store", "store_posts"]
