"""Choosing in the notebook which row proves an action, where the rows leave it open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from crisislab.files import held, lock_of, write_file
from crisislab.words import default_language, say


class ChoosingDesk:
    """Goes through the candidates of ambiguous actions; decisions go to ``case.toml``.

    Attributes:
        file: ``case.toml`` of the case.
        decided: Position -> ``yes`` or ``no``.
        position: Row shown; their number when all is done.
    """

    def __init__(self, actions: pd.DataFrame, candidates: pd.DataFrame, file: str | Path) -> None:
        """Take the rows to choose from.

        Args:
            actions: Judged actions.
            candidates: Their candidates.
            file: ``case.toml``.
        """
        self.file = Path(file)
        names = actions.set_index("action")["name"].to_dict()
        asked = actions.loc[actions["state"] == "ambiguous", "action"]
        open_ = candidates[candidates["action"].isin(asked) & candidates["row"].notna()]
        open_ = open_[~open_["standing"].isin(["rejected", "confirmed"])]
        self.rows: list[dict[Any, Any]] = open_.to_dict("records")
        self.names = names
        self.decided: dict[int, str] = {}
        self.position = 0

    @property
    def finished(self) -> bool:
        """Whether every row has been shown."""
        return self.position >= len(self.rows)

    def text(self, lang: str) -> str:
        """Return the row shown, with the action it may prove."""
        if self.finished:
            return say("plan.choose.finished", lang, n=len(self.decided), file=self.file.name)
        row = self.rows[self.position]
        return say(
            "plan.choose.row", lang, action=self.names[row["action"]], text=row["text"],
            actor=row["actor"], channel=row["channel"], at=f"{row['at']:%Y-%m-%d %H:%M} UTC",
            row=row["row"],
        )  # fmt: skip

    def answer(self, label: str, *, position: int, reason: str) -> None:
        """Write a decision to ``case.toml`` and go on; ``unsure`` writes nothing.

        A confirmed row settles its action: its other rows are not asked any more.
        """
        if self.finished or position != self.position:
            return
        row = self.rows[position]
        if label in ("yes", "no"):
            table = "confirm" if label == "yes" else "reject"
            with held(lock_of(self.file), place=self.file):
                entry = _entry(table, row["action"], row["row"], reason).encode("utf-8")
                before = self.file.read_bytes() if self.file.exists() else b""
                write_file(self.file, before + entry)
            self.decided[position] = label
        self.position += 1
        if label == "yes":
            rest = (i for i in range(position, len(self.rows))
                    if self.rows[i]["action"] != row["action"])  # fmt: skip
            self.position = next(rest, len(self.rows))

    def back(self) -> None:
        """Show the row before, unless it is decided: what is written is changed in the file."""
        if self.position > 0 and self.position - 1 not in self.decided:
            self.position -= 1


def _entry(table: str, action: str, row: str, reason: str) -> str:
    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    return (
        f"\n[[{table}]]\naction = {quoted(action)}\nrow = {quoted(row)}\n"
        f"reason = {quoted(reason)}\n"
    )


def choose_evidence(
    actions: pd.DataFrame,
    candidates: pd.DataFrame,
    file: str | Path,
    *,
    reason: str,
    lang: str | None = None,
) -> Any:
    """Return a widget to say of each open row whether it proves its action: 1 yes, 2 no, 0 pass.

    Every decision is appended to ``case.toml`` as ``[[confirm]]`` or ``[[reject]]`` with the
    reason, and shown in the next report.

    Args:
        actions: ``review.actions``.
        candidates: ``review.tables["candidates"]``.
        file: ``case.toml`` of the case.
        reason: Why, such as "looked through with Ana on 3 April".
        lang: Language of the widget; that of this machine by default.
    """
    from crisislab.label._anywidget import ChooserWidget

    desk = ChoosingDesk(actions, candidates, file)
    return ChooserWidget(desk, reason=reason, lang=lang or default_language())
