"""The state of labelling, apart from any screen: what is shown, answered and left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from crisislab.label.record import record
from crisislab.read.labels import SENTIMENT, latest, read_labels


class Desk:
    """One coder at one sample; whatever was answered before is in the file.

    Attributes:
        sample: Table ``schema.SAMPLE``.
        file: ``labels.csv`` of the case.
        coder: Who labels.
        task: What is asked.
        position: Index of the text shown, from 0; the length of the sample when all is done.
    """

    def __init__(
        self,
        sample: pd.DataFrame,
        file: str | Path,
        *,
        coder: str,
        now: Callable[[], datetime],
        task: str = SENTIMENT,
    ) -> None:
        self.sample = sample.reset_index(drop=True)
        self.file = Path(file)
        self.coder = coder.strip()
        self.task = task
        self._now = now
        self._shown: list[dict[str, Any]] = self.sample.astype(object).to_dict("records")  # type: ignore[assignment]
        self.answers: dict[int, str] = self._answered()
        self.position = self._next(0)

    @property
    def finished(self) -> bool:
        """Whether every text has an answer and none is looked at again."""
        return self.position >= len(self._shown)

    @property
    def text(self) -> str:
        """The text shown; empty when finished."""
        return "" if self.finished else str(self._shown[self.position]["text"])

    @property
    def lang(self) -> str:
        """Language of the text shown, empty when not known."""
        lang = "" if self.finished else self._shown[self.position]["lang"]
        return lang if isinstance(lang, str) else ""

    def answer(self, label: str, *, position: int) -> None:
        """Write an answer to the text at ``position`` and go to the next without one.

        A key pressed for a text that is no longer shown is not counted.

        Raises:
            CrisisLabError: CL-LABEL-VALUE; nothing is written.
        """
        if self.finished or position != self.position:
            return
        shown = {str(k): _plain(v) for k, v in self._shown[position].items()}
        record(self.file, [(shown, label)], coder=self.coder, at=self._now(), task=self.task)
        self.answers[position] = label
        self.position = self._next(position + 1)

    def back(self) -> None:
        """Show the text before; its next answer replaces the one it has."""
        self.position = max(self.position - 1, 0)

    def _next(self, start: int) -> int:
        left = (i for i in range(start, len(self._shown)) if i not in self.answers)
        return next(
            left, next((i for i in range(start) if i not in self.answers), len(self._shown))
        )

    def _answered(self) -> dict[int, str]:
        known = read_labels(self.file, missing_ok=True)
        own = latest(known[(known["coder"] == self.coder) & (known["task"] == self.task)])
        keys = zip(own["text_key"], own["round"], strict=True)
        found = dict(zip(keys, own["label"], strict=True))
        rows = zip(self.sample["text_key"], self.sample["round"], strict=True)
        return {i: str(found[key]) for i, key in enumerate(rows) if key in found}


def _plain(value: object) -> object:
    return None if pd.isna(value) else value  # type: ignore[call-overload]
