"""Class shares from a classifier's posteriors: ACC, PCC, PACC and EMQ.

All but PCC assume that only the mix of classes differs from the labelled sample, not how each
class writes (prior shift). In a crisis that is half true: ``measure.tone_curve`` draws both ends.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import nnls

Floats = npt.NDArray[np.float64]
_MIN_GAP = 1e-9


def pcc(posteriors: Any, *, weights: Any = None) -> Floats:
    """Return class shares as the weighted mean of the posteriors (probabilistic count).

    Keeps a quiet stream quiet but flattens a swing: a 60-point jump was drawn as 24 points in
    two airline streams. Source: Bella et al. 2010.

    >>> pcc([[0.8, 0.2], [0.4, 0.6]]).round(2).tolist()
    [0.6, 0.4]
    """
    found: Floats = np.average(_matrix(posteriors), axis=0, weights=weights)
    return found


def acc(predicted: Any, *, labels: Any, guesses: Any, n_classes: int) -> Floats:
    """Return class shares by adjusted classify and count.

    Solves ``M p = c`` for shares ``p``: ``c`` are the classified shares, ``M[i, j]`` the share
    of labelled posts of class ``j`` classified as ``i``. Two classes: ``(c - FPR)/(TPR - FPR)``.
    Unstable when classes are hardly told apart. Source: Forman 2008; Rogan & Gladen 1978.

    Args:
        predicted: Class index per post without label.
        labels: True class index per labelled post.
        guesses: Classified class index per labelled post, out of fold.
        n_classes: Number of classes.

    >>> acc([1] * 40 + [0] * 60, labels=[1] * 10 + [0] * 10,
    ...     guesses=[1] * 8 + [0] * 2 + [1] * 2 + [0] * 8, n_classes=2).round(4).tolist()
    [0.6667, 0.3333]
    """
    eye = np.eye(n_classes)
    return pacc(eye[np.asarray(predicted)], labels=labels, posteriors=eye[np.asarray(guesses)])


def pacc(unlabelled: Any, *, labels: Any, posteriors: Any) -> Floats:
    """Return class shares by adjusted probabilistic count: ``acc`` on mean posteriors.

    Source: Bella et al. 2010; checked against QuaPy 0.2.3.

    Args:
        unlabelled: Posteriors of the posts without label.
        labels: True class index per labelled post.
        posteriors: Out-of-fold posteriors of the labelled posts.
    """
    shares = pcc(unlabelled)
    truth, known = np.asarray(labels), _matrix(posteriors)
    held = [c for c in range(shares.size) if bool((truth == c).any())]
    mixing = np.column_stack([known[truth == c].mean(axis=0) for c in held])
    solved = np.zeros(shares.size)
    solved[held] = _on_simplex(mixing, shares)
    return solved


def _on_simplex(mixing: Floats, shares: Floats) -> Floats:
    # Least squares over shares that are not negative and sum to 1; the heavy row is the sum.
    heavy = 1e4
    rows = np.vstack([mixing, np.full(mixing.shape[1], heavy)])
    found, _ = nnls(rows, np.append(shares, heavy))
    total = float(found.sum())
    solved: Floats = found / total if total else np.full(found.size, 1 / found.size)
    return solved


def emq(
    posteriors: Any, *, priors: Any, weights: Any = None, tolerance: float = 1e-6, steps: int = 1000
) -> Floats:
    """Return class shares by expectation maximisation (EMQ, also SLD).

    Repeats ``q_ic ~ p_ic pi_c / prior_c`` (rows scaled to sum 1), ``pi_c = mean q_ic`` until no
    share moves by more than ``tolerance``. Restores a swing that PCC flattens, over-shoots on
    quiet streams. Source: Saerens, Latinne & Decaestecker 2002; checked against QuaPy 0.2.3.

    Args:
        posteriors: Calibrated posteriors, a row per post.
        priors: Class shares that the posteriors were calibrated to.
        weights: Weight per row.
        tolerance: Largest change of a share at which it stops.
        steps: Largest number of repetitions.

    >>> emq([[0.9, 0.1]] * 9 + [[0.2, 0.8]], priors=[0.5, 0.5]).round(3).tolist()
    [1.0, 0.0]
    """
    rows = _matrix(posteriors)
    start = np.maximum(np.asarray(priors, dtype=np.float64), _MIN_GAP)
    ratio = rows / start
    w = (
        np.full(len(rows), 1 / len(rows))
        if weights is None
        else np.asarray(weights) / np.sum(weights)
    )
    shares: Floats = start / start.sum()
    for _ in range(steps):
        joint = ratio * shares
        joint /= np.maximum(joint.sum(axis=1, keepdims=True), 1e-300)
        update: Floats = w @ joint
        moved = float(np.abs(update - shares).max())
        shares = update
        if moved < tolerance:
            break
    return shares


def _matrix(posteriors: Any) -> Floats:
    rows = np.asarray(posteriors, dtype=np.float64)
    if rows.ndim != 2 or not len(rows):
        raise ValueError("posteriors are a table with a row per post, and at least one row")
    return rows
