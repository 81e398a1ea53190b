"""Parts of the page about response times: what was counted, and what other tools would say."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from crisislab.report.grid import Cell, Grid, grid
from crisislab.report.show import Show

_COUNTED = ("n_eligible", "n_excluded")


def reconcile_table(table: pd.DataFrame, show: Show) -> Grid:
    """Return what each tool would print of the same events and why it differs.

    Args:
        table: Result of ``measure.reconcile.reconcile``.
        show: Language and zone.
    """
    rows: list[tuple[Cell, ...]] = []
    for row in table.to_dict("records"):
        told = "share" if row["prints"] == "share" else "duration"
        value = getattr(show, told)(row["value"])
        name = show.say(f"reconcile.{row['rule']}.name")
        if row["source"]:
            name = Markup('<a href="{}">{}</a>').format(row["source"], name)
        rows.append(
            (name, show.say(f"reconcile.{row['prints']}", value=value), show.number(row["n"]),
             show.say(f"reconcile.{row['rule']}.why"))
        )  # fmt: skip
    heads = [f"reconcile.{key}" for key in ("rule", "prints", "n", "why")]
    return grid(show, heads, rows, numeric=(2,))


def counts_table(metrics: pd.DataFrame, show: Show) -> Grid:
    """Return what was counted and what was left out, each with its number.

    Args:
        metrics: Result of ``measure.eligible.eligible_items``.
        show: Language and zone.
    """
    rows = []
    for row in metrics.to_dict("records"):
        metric, code = str(row["metric"]), str(row["scope"]).partition("=")[2]
        if metric in _COUNTED:
            key = f"response.excluded.{code or 'eligible'}"
        elif metric == "n_replies":
            key = f"response.kind.{code}"
        else:
            key = f"response.count.{metric}"
        rows.append((show.say(key), show.number(row["value"]), show.number(row["n"])))
    heads = [f"response.{key}" for key in ("reason", "n", "of")]
    return grid(show, heads, rows, numeric=(1, 2))
