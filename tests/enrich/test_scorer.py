"""The check every scorer passes through."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crisislab.enrich.scorer import labels, validate_scores


def _scores(*rows: tuple[float, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["neg", "neu", "pos"], dtype=float)


def test_validate_scores_returns_a_copy_in_order() -> None:
    """Columns come in order, others go, missing rows stay, and the input is left alone."""
    rows = _scores((0.2, 0.3, 0.5), (np.nan, np.nan, np.nan))
    given = pd.DataFrame({name: rows[name] for name in ("pos", "neg", "neu")})
    given.insert(3, "other", 1.0)
    before = given.copy()
    found = validate_scores(given, n=2)
    assert found.columns.tolist() == ["neg", "neu", "pos"]
    assert found.to_numpy()[0].tolist() == [0.2, 0.3, 0.5]
    assert found.isna().all(axis=1).tolist() == [False, True]
    pd.testing.assert_frame_equal(given, before)


@pytest.mark.parametrize(
    ("scores", "n", "message"),
    [
        (pd.DataFrame({"neg": [1.0], "pos": [0.0]}), 1, "CL-SCORE-COLUMNS: scorer gave no column"),
        (np.zeros((1, 3)), 1, "CL-SCORE-COLUMNS: scorer gave a ndarray instead of a table"),
        (_scores((1, 0, 0)), 2, "CL-SCORE-ROWS: scorer gave 1 rows for 2 texts"),
        (_scores((1, 0, 0), (np.nan, 0.5, 0.5)), 2, "CL-SCORE-PART: row 1"),
        (_scores((1.5, -0.5, 0)), 1, "CL-SCORE-RANGE: row 0"),
        (_scores((0.5, 0.2, 0.2)), 1, "CL-SCORE-SUM: row 0"),
        (_scores((np.inf, 0, 0)), 1, "CL-SCORE-RANGE: row 0"),
    ],
)
def test_validate_scores_says_what_is_wrong(scores: pd.DataFrame, n: int, message: str) -> None:
    """Each broken promise has its own code and names the row."""
    with pytest.raises(ValueError, match=message):
        validate_scores(scores, n=n)


def test_labels_prefer_neutral_on_ties() -> None:
    """A tie goes to neutral, then to negative; a missing row has no label."""
    scores = _scores((0.4, 0.4, 0.2), (0.5, 0.0, 0.5), (0.1, 0.2, 0.7), (np.nan,) * 3)
    found = labels(scores)
    assert found[:3].tolist() == ["neutral", "negative", "positive"]
    assert found.isna().tolist() == [False, False, False, True]
