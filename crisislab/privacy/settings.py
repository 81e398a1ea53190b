"""What a case declares about privacy: ``[privacy]`` in ``case.toml``."""

from __future__ import annotations

from typing import Literal

from crisislab.settings import Settings


class PrivacySettings(Settings):
    """Who may be named in what is written.

    Attributes:
        public: Handles, ids, addresses and numbers that stay as they are: public figures, other
            organisations, the brand's own telephone. The brand's accounts always stay.
        staff: ``named``: who did what is shown as the log and the plan have it; ``pseudonyms``:
            people of the log and of the plan get pseudonyms too.
    """

    public: tuple[str, ...] = ()
    staff: Literal["named", "pseudonyms"] = "named"
