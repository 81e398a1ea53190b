"""Write a synthetic case: ``python -m crisislab.simulate FOLDER [--seed N] [--scale X]``.

``--second`` writes the second sample (English, with a drill) instead. ``--posts N`` writes the
sample's crisis on X with as many posts: ``--form csv``, ``x-jsonl`` or ``parquet``, ``--distinct``
for texts that are never repeated.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from crisislab.simulate import SEED, second, simulate_case, simulate_large
from crisislab.simulate.large_files import FORMS
from crisislab.simulate.second import simulate_second


def main(argv: Sequence[str] | None = None) -> int:
    """Write the case and say what is in it."""
    parser = argparse.ArgumentParser(prog="python -m crisislab.simulate", description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--second", action="store_true")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--posts", type=int)
    parser.add_argument("--form", choices=FORMS, default="csv")
    parser.add_argument("--reposts", type=float, default=0.35)
    parser.add_argument("--distinct", action="store_true")
    asked = parser.parse_args(argv)
    if asked.second:
        simulate_second(asked.folder, seed=second.SEED if asked.seed is None else asked.seed)
        return 0
    seed = SEED if asked.seed is None else asked.seed
    if asked.posts is not None:
        told = simulate_large(asked.folder, n_posts=asked.posts, seed=seed, form=asked.form,
                              repost_share=asked.reposts, distinct=asked.distinct)  # fmt: skip
        sys.stdout.write(f"{told['n_posts']} posts, {told['n_own']} of them the brand's\n")
        return 0
    truth = simulate_case(asked.folder, seed=seed, scale=asked.scale)
    for row in truth.tables["counts"]:
        sys.stdout.write(f"{row['platform']}: {row['n_posts']} posts\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
