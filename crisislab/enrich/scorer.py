"""What every sentiment scorer promises, and the check that holds it to the promise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

Floats = npt.NDArray[np.float64]

SCORE_COLUMNS = ("neg", "neu", "pos")
LABELS = ("negative", "neutral", "positive")
_TOLERANCE = 1e-6


@runtime_checkable
class Scorer(Protocol):
    """Anything that turns texts into shares of negative, neutral and positive.

    Attributes:
        name: Short name for tables and reports.
        version: Version of the scorer and its data; two runs compare only if it is equal.
        languages: ISO 639-1 codes the scorer can read; any other text is not scored.
        licence: Licences of the code and data behind the scores.
        calibrated: ``True`` if the mean of ``neg`` estimates the share of negative posts.
            The mean of an uncalibrated scorer may only be shown as an index, never in percent.

    A scorer may also have ``reads_arrays = True``: it is then given arrays of Arrow instead of
    lists, by two threads at once, which is the faster way for one that works on whole arrays.
    """

    @property
    def name(self) -> str:
        """Short name for tables and reports."""

    @property
    def version(self) -> str:
        """Version of the scorer and its data."""

    @property
    def languages(self) -> tuple[str, ...]:
        """ISO 639-1 codes the scorer can read."""

    @property
    def licence(self) -> str:
        """Licences of the code and data behind the scores."""

    @property
    def calibrated(self) -> bool:
        """Whether the mean of ``neg`` estimates the share of negative posts."""

    def score(self, texts: Sequence[str], lang: Sequence[str | None] | None = None) -> pd.DataFrame:
        """Return one row ``neg, neu, pos`` per text, in order; all NaN where not scored."""


def reads_arrays(scorer: Scorer) -> bool:
    """Return whether a scorer takes arrays of Arrow, and threads may share it."""
    return bool(getattr(scorer, "reads_arrays", False))


def score_column(scorer: Scorer, texts: pa.Array, lang: pa.Array) -> Floats:
    """Return ``neg, neu, pos`` of a column of texts, a column each; NaN where not scored.

    A scorer with the attribute ``reads_arrays`` is given the arrays, any other lists.

    Args:
        scorer: What scores the texts.
        texts: One text per post; a missing one is read as an empty one.
        lang: Language code per text.

    Raises:
        ValueError: As ``validate_scores``, of what the scorer gave.
    """
    texts = texts.fill_null("")
    if not reads_arrays(scorer):
        texts, lang = texts.to_pylist(), lang.to_pylist()
    return _values(validate_scores(scorer.score(texts, lang), n=len(texts), name=scorer.name))


def validate_scores(scores: object, *, n: int, name: str = "scorer") -> pd.DataFrame:
    """Return a clean copy of a scorer's answer, or say what is wrong with it.

    Every adapter passes its answer through here, so that what follows can rely on it.

    Args:
        scores: Table with columns ``neg``, ``neu``, ``pos``; others are dropped.
        n: How many texts were given.
        name: Name of the scorer, for the message.

    Returns:
        ``neg``, ``neu``, ``pos`` (float64, 0 to 1, rows sum to 1), index 0..n-1. A row of
        three NaN means "not scored": never neutral, never 0.

    Raises:
        ValueError: If it is no table, columns are missing, the number of rows differs, a row is
            partly NaN, a value lies outside 0..1 or a row does not sum to 1 (tolerance 1e-6).

    >>> validate_scores(pd.DataFrame({"neg": [0.2], "neu": [0.5], "pos": [0.3]}), n=1)
       neg  neu  pos
    0  0.2  0.5  0.3
    """
    if not isinstance(scores, pd.DataFrame):
        kind = type(scores).__name__
        raise ValueError(f"CL-SCORE-COLUMNS: {name} gave a {kind} instead of a table")
    missing = [column for column in SCORE_COLUMNS if column not in scores.columns]
    if missing:
        raise ValueError(f"CL-SCORE-COLUMNS: {name} gave no column {', '.join(missing)}")
    if len(scores) != n:
        raise ValueError(f"CL-SCORE-ROWS: {name} gave {len(scores)} rows for {n} texts")
    values = _values(scores)
    _check_rows(values, name=name)
    return pd.DataFrame(values.copy(), columns=list(SCORE_COLUMNS))


def labels(scores: pd.DataFrame) -> pd.Series:
    """Return the label with the largest share per row; missing where not scored.

    A tie goes to ``neutral``, then to ``negative``.

    >>> labels(pd.DataFrame({"neg": [0.7, np.nan], "neu": [0.2, np.nan], "pos": [0.1, np.nan]}))
    0    negative
    1         NaN
    Name: sentiment, dtype: str
    """
    order = [1, 0, 2]
    values = scores.loc[:, list(SCORE_COLUMNS)].to_numpy(dtype=np.float64)[:, order]
    scored = ~np.isnan(values).any(axis=1)
    best = np.where(np.isnan(values), -1.0, values).argmax(axis=1)
    names = np.array([LABELS[i] for i in order], dtype=object)[best]
    names[~scored] = None
    return pd.Series(names, index=scores.index, name="sentiment", dtype="str")


def _values(scores: pd.DataFrame) -> Floats:
    return scores.loc[:, list(SCORE_COLUMNS)].to_numpy(dtype=np.float64, na_value=np.nan)


def _check_rows(values: np.ndarray, *, name: str) -> None:
    missing = np.isnan(values)
    partly = missing.any(axis=1) & ~missing.all(axis=1)
    outside = ~missing & ~((values >= -_TOLERANCE) & (values <= 1 + _TOLERANCE))
    off = ~missing.any(axis=1) & ~(np.abs(values.sum(axis=1) - 1) <= _TOLERANCE)
    for code, bad, found in (
        ("PART", partly, "is NaN in some columns only; not scored means all three"),
        ("RANGE", outside.any(axis=1), "lies outside 0..1"),
        ("SUM", off, "does not sum to 1"),
    ):
        if bad.any():
            row = int(np.flatnonzero(bad)[0])
            raise ValueError(
                f"CL-SCORE-{code}: row {row} of {name} {found}: {values[row].tolist()} "
                f"({int(bad.sum())} such rows)"
            )
