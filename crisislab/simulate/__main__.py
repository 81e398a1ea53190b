"""Write a synthetic case: ``python -m crisislab.simulate FOLDER [options]``.

Without choices it is the sample. ``--second`` writes the second sample (English, with a drill).
With any of the choices the case is the sample's story with another truth: a response of known
effect (``--effect 1`` does nothing, ``0.6`` cuts the crisis posts by 40 %, ``1.67`` does harm) so
many hours after the peak, with or without a second wave, seen by a collector that caps or comes
late, on chosen platforms, with control series and a drill. ``truth/`` tells all of it.

``--posts N`` writes the sample's crisis on X with as many posts: ``--layout csv``, ``x-jsonl`` or
``parquet``, ``--distinct`` for texts that are never repeated.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from crisislab.simulate import SEED, Chosen, second, simulate_case, simulate_large
from crisislab.simulate.large_files import FORMS
from crisislab.simulate.second import simulate_second
from crisislab.simulate.world import PLATFORMS

_CHOICES = ("effect", "lag_hours", "second_wave", "platforms", "deleted", "cap", "controls",
            "drill")  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Write the case and say what is in it."""
    parser = _parser()
    asked = parser.parse_args(argv)
    if asked.second:
        simulate_second(asked.folder, seed=second.SEED if asked.seed is None else asked.seed)
        return 0
    seed = SEED if asked.seed is None else asked.seed
    if asked.posts is not None:
        told = simulate_large(asked.folder, n_posts=asked.posts, seed=seed, form=asked.layout,
                              repost_share=asked.reposts, distinct=asked.distinct)  # fmt: skip
        sys.stdout.write(f"{told['n_posts']} posts, {told['n_own']} of them the brand's\n")
        return 0
    try:
        chosen = _chosen(asked)
        truth = simulate_case(asked.folder, seed=seed, scale=asked.scale, chosen=chosen)
    except ValueError as error:
        parser.error(str(error))
    for row in truth.tables["counts"]:
        if chosen is None or row["platform"] in chosen.platforms:
            sys.stdout.write(f"{row['platform']}: {row['n_posts']} posts\n")
    for row in truth.tables.get("effect", ()):
        sys.stdout.write(f"response at {row['response_at']}, factor {row['effect']}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m crisislab.simulate", description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--second", action="store_true", help="the second sample")
    parser.add_argument("--scale", type=float, default=1.0, help="posts, multiples of 5,000")
    parser.add_argument("--effect", type=float, help="factor on crisis posts from the response on")
    parser.add_argument("--lag", type=int, dest="lag_hours", help="hours from peak to response")
    parser.add_argument("--one-wave", action="store_false", dest="second_wave", default=None,
                        help="no second wave")  # fmt: skip
    parser.add_argument("--platforms", nargs="+", choices=PLATFORMS, help="platforms exported")
    parser.add_argument("--deleted", type=float, help="share of posts gone before collection")
    parser.add_argument("--cap", type=int, help="newest posts kept per platform and day")
    parser.add_argument("--controls", type=int, help="control series of other brands")
    parser.add_argument("--drill", action="store_true", default=None, help="a drill before")
    parser.add_argument("--posts", type=int, help="a case of this size, on X alone")
    parser.add_argument("--layout", choices=FORMS, default="csv", help="layout of the large case")
    parser.add_argument("--reposts", type=float, default=0.35, help="share of reposts in it")
    parser.add_argument("--distinct", action="store_true", help="no text twice in it")
    return parser


def _chosen(asked: argparse.Namespace) -> Chosen | None:
    given = {name: getattr(asked, name) for name in _CHOICES}
    named = {name: value for name, value in given.items() if value is not None}
    if "platforms" in named:
        named["platforms"] = tuple(named["platforms"])
    return Chosen(**named) if named else None


if __name__ == "__main__":
    sys.exit(main())
