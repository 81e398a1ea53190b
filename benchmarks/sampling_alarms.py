"""How often the sampling diagnostics fire: on clean series (never wanted) and on spoilt ones.

    python benchmarks/sampling_alarms.py [series]

Writes the table of ``docs/sampling.md``.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import numpy as np

from crisislab.check.sampling import check_sampling
from crisislab.simulate.collector import SPOILT, clean_series

DOC = Path(__file__).resolve().parent.parent / "docs" / "sampling.md"
BEGIN, END = "<!-- made by benchmarks/sampling_alarms.py -->", "<!-- end -->"


def fired(n: int) -> tuple[Counter[str], dict[str, int]]:
    """Return how many clean series raised each finding, and how many spoilt ones the right one."""
    draw = np.random.default_rng(20260101)
    false: Counter[str] = Counter()
    found = dict.fromkeys(SPOILT, 0)
    for _ in range(n):
        days = int(draw.integers(14, 40))
        posts = clean_series(draw, days=days, daily=float(np.exp(draw.uniform(3.5, 7))))
        codes = {p.code for p in check_sampling(posts, zone="Europe/Madrid")}
        false.update(codes or {"none"})
        for name, (spoil, code) in SPOILT.items():
            told = check_sampling(spoil(posts, draw), zone="Europe/Madrid")
            found[name] += any(p.code == code for p in told)
    return false, found


def main(n: int) -> None:
    """Write the table."""
    false, found = fired(n)
    alarms = n - false["none"]
    rows = [f"| {name} | `{SPOILT[name][1]}` | {k} of {n} |" for name, k in found.items()]
    table = [
        BEGIN, "", "| series | finding | raised in |", "|---|---|---|",
        f"| clean | any of them | {alarms} of {n} |", *rows, "", END,
    ]  # fmt: skip
    head, _, rest = DOC.read_text("utf-8").partition(BEGIN)
    DOC.write_text(head + "\n".join(table) + rest.partition(END)[2], "utf-8")
    print("\n".join(table), dict(false))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
