"""Whether the intervals of sentiment hold the truth: draws of labels from known crowds.

Run from the project's folder; about nine minutes on one core::

    python benchmarks/labels_coverage.py --runs 600

The crowds are synthetic (``crisislab.simulate.moods``): a *swing* of the negative share from .25
to .85 and back, and an *ordinary* stream. Nothing was tuned on them. Columns as in
``moods.coverage``, means over the runs; ``share_rms``: root mean square of the errors of the
overall share, to be held against the mean of ``share_se``.

With 200 runs the luck of the draw alone moves a coverage of 95 % by +- 3 points; therefore each
block of 200 is told, and all of them together. ``labels_covered`` and ``labels_rms`` tell that
luck: the same labels without any score, with the textbook interval of a stratified draw.
"""

from __future__ import annotations

import argparse

import pandas as pd
from threadpoolctl import threadpool_limits

from crisislab.simulate.moods import coverage, ordinary, swing

_BLOCK = 200
_STREAMS = {"ordinary": ordinary, "swing": swing}


def main() -> None:
    """Print the coverage of the streams."""
    parser = argparse.ArgumentParser(description="Coverage of the intervals of sentiment.")
    parser.add_argument("--runs", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--labels", type=int, default=200)
    parser.add_argument("--stream", choices=sorted(_STREAMS), help="only this one")
    asked = parser.parse_args()
    # The matrices are small: threads would spend more time on waiting than on sums.
    with threadpool_limits(limits=1):
        for name in [asked.stream] if asked.stream else sorted(_STREAMS):
            show(name, runs=asked.runs, seed=asked.seed, n_labels=asked.labels)


def show(name: str, *, runs: int, seed: int, n_labels: int) -> None:
    """Print each block of 200 runs as it is done, and all of them together."""
    parts = []
    for first in range(0, runs, _BLOCK):
        n = min(_BLOCK, runs - first)
        parts.append(coverage(_STREAMS[name], runs=n, n_labels=n_labels, seed=seed + first))
        print(_line(f"{name} {first + 1}-{first + n}", parts[-1]), flush=True)
    print(_line(f"{name} all {runs}", pd.concat(parts)), flush=True)


def _line(name: str, found: pd.DataFrame) -> str:
    means = "  ".join(f"{key} {value:.3f}" for key, value in found.mean().items())
    rms = (
        f"{of}_rms {float((found[f'{of}_error'] ** 2).mean() ** 0.5):.4f}"
        for of in ("share", "labels")
    )
    return f"{name}: {means}  {'  '.join(rms)}"


if __name__ == "__main__":
    main()
