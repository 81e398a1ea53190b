"""The network of posts whose export names none: proven by the clock of its ids, or not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.read import _clock, _values
from crisislab.read._clock import NAT
from crisislab.read._flat import has_empty

if TYPE_CHECKING:
    from crisislab.read._type import Typing


def name_platform(typing: Typing) -> None:
    """Name the network of rows without one, and tell how it is known or that it is not."""
    platform = typing.done["platform"]
    if not has_empty(platform):
        return
    unknown = np.asarray(pc.equal(platform, "").to_numpy(zero_copy_only=False))
    us = pc.fill_null(typing.done["created_at"], NAT).to_numpy(zero_copy_only=False)
    ids = typing.text("post_id")
    tolerance = _clock.tolerance_of(us, ids)
    proof = _clock.fit(us, typing.clock, tolerance=tolerance)
    typing.found.evidence.clocks["platform"] = _clock.clock_told(proof, tolerance)
    name = "x" if proof.proven and proof.hours == 0 else "unknown"
    typing.found.evidence.same["platform"] = name
    code = "CL-PLATFORM-PROVEN" if name == "x" else "CL-PLATFORM-UNKNOWN"
    severity = "fixed" if name == "x" else "flagged"
    n = int(unknown.sum())
    named = _values.platform_named(typing.found.file) or "..."
    typing.found.note(code, severity, n=n, n_of=len(unknown), n_ids=proof.n, named=named)  # type: ignore[arg-type]
    typing.done["platform"] = pc.if_else(pa.array(unknown), name, platform)
