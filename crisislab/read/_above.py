"""What the lines above a table tell of it."""

from __future__ import annotations

import re

from crisislab.read._part import Draft
from crisislab.read._table import Table
from crisislab.read._zones import is_zone, same_zone, zone_named

_TELLS_ZONE = re.compile(
    r"(?i)\btime ?zone\b|zona horaria|huso horario|fuso hor[aá]rio|fuseau horaire|zeitzone"
    # "Times in UTC", "horas en UTC": without a word of time, UTC may be anything.
    r"|\b(?:times?|hours?|horas?|horario|heures?|zeiten|uhrzeiten|or[ae])\b.{0,20}\b(?:utc|gmt)\b"
)


def tell_zone_above(table: Table, draft: Draft) -> None:
    """Tell a zone that a line above a table names, where another one is declared."""
    declared = draft.declared.zone
    if declared is None or not is_zone(declared):
        return
    for row in table.above:
        text = " | ".join(filter(None, row.cells))
        if not _TELLS_ZONE.search(text):
            continue
        named = zone_named(text)
        if not named or not same_zone(named, declared):
            draft.found.note("CL-TIME-ZONE-ABOVE", line=row.line, value=text, zone=declared, n=None)
