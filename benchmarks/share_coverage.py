"""Whether the interval of an overall share holds the truth: thousands of cheap draws.

Run from the project's folder; under a minute on one core::

    python benchmarks/share_coverage.py --draws 2000

As ``labels_coverage.py`` (its crowds' courses, 200 labels from five fifths of time, five folds,
calibration, ``estimate.design_share``), but the scorer is a logistic regression on twelve counts
that lean to a label as words do, so that all draws from a crowd are fitted at once. It tells
whether the interval is as wide as the design asks for; how right the scorer is, it does not tell.

Columns: ``cover``; ``error_sd``: standard deviation of the errors; ``se``: root mean square of the
standard errors, which should equal it. Chance moves ``cover`` by 0.5 points (standard error) at
2,000 draws.
"""

from __future__ import annotations

import argparse

import numpy as np
import numpy.typing as npt

from crisislab.estimate.prevalence import Design, DesignShare, design_share
from crisislab.simulate.moods import ordinary, swing

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
_PER_HOUR, _LABELS, _STRATA, _FOLDS = 45, 200, 5, 5
_OF_A_CROWD = 50
_COUNTS = 12


def main() -> None:
    """Print the coverage of both streams."""
    parser = argparse.ArgumentParser(description="Coverage of the interval of a share.")
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    for shape in (ordinary, swing):
        dice = np.random.default_rng(asked.seed)
        rows = [row for _ in range(asked.draws // _OF_A_CROWD) for row in crowd(shape(), dice)]
        error, se, held = np.array(rows).T
        print(
            f"{shape.__name__}: {len(rows)} draws  cover {held.mean():.4f}  error_sd "
            f"{error.std():.4f}  se {np.sqrt((se**2).mean()):.4f}  bias {error.mean():+.4f}",
            flush=True,
        )


def crowd(shares: Floats, dice: np.random.Generator) -> list[tuple[float, float, bool]]:
    """Return error, standard error and whether the truth is held, for draws from a new crowd."""
    chance = np.repeat(np.clip(shares, 0, 1), _PER_HOUR)
    truth = (dice.uniform(size=chance.size) < chance).astype(np.float64)
    told = np.where(dice.uniform(size=truth.size) < 0.6, truth, dice.integers(0, 2, truth.size))
    lean = np.linspace(-1, 1, _COUNTS)
    counts = dice.poisson(0.4 * np.exp(np.outer(2 * told - 1, lean)))
    rows = np.column_stack([np.ones(truth.size), np.log1p(counts)])
    stratum = np.arange(truth.size) * _STRATA // truth.size
    drawn = np.stack([_draw(stratum, dice) for _ in range(_OF_A_CROWD)])
    fold = np.stack([_folds(truth[at], dice) for at in drawn])
    held, total = _scores(rows, truth, drawn, fold)
    found = []
    for at, scores, summed in zip(drawn, held, total, strict=True):
        share = _share(truth[at], scores, stratum[at], total=summed, n_posts=truth.size)
        true, ends = truth.mean(), share.estimate
        found.append((ends.value - true, share.se, bool(ends.lower <= true <= ends.upper)))
    return found


def _draw(stratum: Places, dice: np.random.Generator) -> Places:
    each = _LABELS // _STRATA
    parts = [np.flatnonzero(stratum == part) for part in range(_STRATA)]
    return np.concatenate([dice.choice(part, each, replace=False) for part in parts])


def _folds(truth: Floats, dice: np.random.Generator) -> Places:
    fold = np.empty(truth.size, dtype=np.int64)
    fold[np.lexsort((dice.uniform(size=truth.size), truth))] = np.arange(truth.size) % _FOLDS
    return fold


def _share(y: Floats, f: Floats, stratum: Places, *, total: float, n_posts: int) -> DesignShare:
    design = Design.of(np.ones(y.size), np.full(y.size, y.size / n_posts), stratum)
    return design_share(y, f, design, total_score=total, n_posts=n_posts)


def _scores(rows: Floats, truth: Floats, drawn: Places, fold: Places) -> tuple[Floats, Floats]:
    """Return out-of-fold scores of the labelled, and the sum of all scores, for each draw."""
    y, known = truth[drawn], rows[drawn]
    raw, odds = np.empty(y.shape), np.zeros((len(drawn), len(rows)))
    for k in range(_FOLDS):
        answers = _answers(rows, _fit(known, y, fold != k))
        raw = np.where(fold == k, np.take_along_axis(answers, drawn, axis=1), raw)
        odds += answers / _FOLDS
    held = np.empty(y.shape)
    pair = np.stack([np.ones(raw.shape), raw], axis=2)
    for k in range(_FOLDS):
        scores = _sigmoid(np.einsum("bnd,bd->bn", pair, _fit(pair, y, fold != k)))
        held = np.where(fold == k, scores, held)
    first, second = _fit(pair, y, np.ones(y.shape, dtype=bool)).T
    whole = _sigmoid(first[:, None] + second[:, None] * odds)
    inside = np.take_along_axis(whole, drawn, axis=1)
    return held, whole.sum(axis=1) - inside.sum(axis=1) + held.sum(axis=1)


def _fit(rows: Floats, y: Floats, used: npt.NDArray[np.bool_], steps: int = 6) -> Floats:
    """Return coefficients of ridge logistic regressions, one per draw, by Newton's steps."""
    size = rows.shape[2]
    ridge = np.diag([1e-6] + [0.1] * (size - 1))
    found = np.zeros((len(rows), size))
    for _ in range(steps):
        p = _sigmoid(np.einsum("bnd,bd->bn", rows, found))
        slope = np.einsum("bnd,bn->bd", rows, used * (y - p)) - found @ ridge
        curved = np.swapaxes(rows, 1, 2) @ (rows * (used * p * (1 - p))[:, :, None]) + ridge
        found = found + np.linalg.solve(curved, slope[:, :, None])[:, :, 0]
    return found


def _answers(rows: Floats, found: Floats) -> Floats:
    answers: Floats = found @ rows.T
    return answers


def _sigmoid(odds: Floats) -> Floats:
    scores: Floats = 1 / (1 + np.exp(-odds))
    return scores


if __name__ == "__main__":
    main()
