"""Error rate and power of the verdict on a response, beside the methods it replaces.

Run from the project's folder (some minutes)::

    nice python benchmarks/effect_power.py --runs 400 --coverage 1000

For each lag from the peak to the response: crises in which the response did nothing, cut the
crisis posts by 40 % or raised them by two thirds. Teams answer because it peaks, half of them at
a surge. The table goes into docs/method_effect.md.
"""

from __future__ import annotations

import argparse

from crisislab.simulate.effect_study import as_markdown, coverage, moment_coverage, verdicts


def main() -> None:
    """Print the table of verdicts and the table of coverage."""
    parser = argparse.ArgumentParser(description="Error rate and power of the verdict.")
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--coverage", type=int, default=400, help="crises per cell of coverage")
    parser.add_argument("--seed", type=int, default=20260318)
    asked = parser.parse_args()
    print(as_markdown(verdicts(runs=asked.runs, seed=asked.seed)), flush=True)
    print()
    print(as_markdown(coverage(runs=asked.coverage, seed=asked.seed)), flush=True)
    print()
    print(as_markdown(moment_coverage(runs=asked.runs, seed=asked.seed)))


if __name__ == "__main__":
    main()
