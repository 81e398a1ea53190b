"""Whether the intervals of sentiment hold the truth: draws of labels from known crowds.

Run from the project's folder; about five minutes on one core::

    python benchmarks/labels_coverage.py --runs 600

The crowds are synthetic (``crisislab.simulate.moods``): a *swing* of the negative share from .25
to .85 and back, and an *ordinary* stream. Nothing was tuned on them. Columns as in
``moods.coverage``, means over the runs; ``share_rms``: root mean square of the errors of the
overall share, to be held against the mean of ``share_se``.

With 200 runs the luck of the draw alone moves a coverage of 95 % by +- 3 points; therefore each
block of 200 is told, and all of them together.
"""

from __future__ import annotations

import argparse

import pandas as pd

from crisislab.simulate.moods import coverage, ordinary, swing

_BLOCK = 200


def main() -> None:
    """Print the coverage of both streams."""
    parser = argparse.ArgumentParser(description="Coverage of the intervals of sentiment.")
    parser.add_argument("--runs", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1000)
    asked = parser.parse_args()
    for shape in (ordinary, swing):
        found = coverage(shape, runs=asked.runs, seed=asked.seed)
        for first in range(0, asked.runs, _BLOCK):
            part = found.iloc[first : first + _BLOCK]
            print(_line(f"{shape.__name__} {first + 1}-{first + len(part)}", part), flush=True)
        print(_line(f"{shape.__name__} all {asked.runs}", found), flush=True)


def _line(name: str, found: pd.DataFrame) -> str:
    means = "  ".join(f"{key} {value:.3f}" for key, value in found.mean().items())
    return f"{name}: {means}  share_rms {float((found['share_error'] ** 2).mean() ** 0.5):.4f}"


if __name__ == "__main__":
    main()
