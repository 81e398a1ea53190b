"""Posts kept on disk: exports of any size read once, checked, and used by any engine."""

from __future__ import annotations

from crisislab.store._fill import store_posts
from crisislab.store._kept import FOLDER, HEAD, Store, open_store

__all__ = ["FOLDER", "HEAD", "Store", "open_store", "store_posts"]
