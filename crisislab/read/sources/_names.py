"""Names of columns that tables are read by, as ``names.toml`` lists them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

_FILE = "names.toml"


@lru_cache(maxsize=1)
def known_names() -> Mapping[str, Mapping[str, Mapping[str, list[str]]]]:
    """Return the names that are recognised: kind -> schema column -> strong and weak names."""
    text = (resources.files(__package__) / _FILE).read_text("utf-8")
    return tomllib.loads(text)
