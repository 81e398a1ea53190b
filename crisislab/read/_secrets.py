"""Keys and passwords in what was read: replaced before anybody sees the table, and told."""

from __future__ import annotations

import pandas as pd

from crisislab.privacy.secrets import may_hold_secrets, secrets_in, without_secrets
from crisislab.read._part import Part

_COLUMNS = ("text", "text_as_exported", "link", "url")


def hide_secrets(rows: pd.DataFrame, parts: list[Part]) -> pd.DataFrame:
    """Return rows without secrets; each file's finding says how many rows had one."""
    found: dict[int, str] = {}
    for column in (name for name in _COLUMNS if name in rows and rows[name].notna().any()):
        suspects = may_hold_secrets(rows[column])
        kinds = {at: secrets_in(str(rows[column].iat[at])) for at in suspects}
        hit = [at for at in suspects if kinds[at]]
        if hit:
            clean = rows[column].copy()
            clean.iloc[hit] = [without_secrets(str(rows[column].iat[at])) for at in hit]
            rows = rows.assign(**{column: clean})
            found = {at: kinds[at][0] for at in hit} | found
    lines, owners = rows["source_row"].tolist(), rows["_part"].tolist()
    for at in sorted(found):
        line = None if pd.isna(lines[at]) else int(lines[at])
        parts[owners[at]].found.note("CL-SECRET-FOUND", line=line, value=found[at])
    return rows
