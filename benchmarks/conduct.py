"""How often the state of an action is right: simulated teams whose conduct is known.

``python benchmarks/conduct.py [N]``: by default 200 teams, about a minute of CPU.
"""

from __future__ import annotations

import sys

import pandas as pd

from crisislab.estimate.intervals import wilson
from crisislab.judge.conformance import Facts, judge_actions
from crisislab.simulate.conduct import simulated_conduct


def judged(seed: int) -> pd.DataFrame:
    """Return one team's actions, true and found."""
    team = simulated_conduct(seed)
    facts = Facts(team.posts, team.log, team.plan, team.scenario, team.at, team.complete)
    found = judge_actions(facts).set_index("action")[["state", "reason"]]
    return team.truth.join(found, on="action", suffixes=("", "_found")).assign(seed=seed)


def summary(table: pd.DataFrame) -> dict[str, tuple[int, int]]:
    """Return what counts: (how many, of how many)."""
    right = table["state"] == table["state_found"]
    seen = table["observable"] & ~table["asked"]
    hidden = table["state"] == "no evidence"
    return {
        "observable and right": (int(right[seen].sum()), int(seen.sum())),
        "not done where the channel is missing": (
            int(table.loc[hidden, "state_found"].eq("not done").sum()), int(hidden.sum()),
        ),
        "ambiguous and asked": (int(right[table["asked"]].sum()), int(table["asked"].sum())),
        "all right": (int(right.sum()), len(table)),
    }  # fmt: skip


def main() -> None:
    """Print the figures and every action that was judged wrongly."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    table = pd.concat([judged(seed) for seed in range(1001, 1001 + n)], ignore_index=True)
    for name, (hits, of) in summary(table).items():
        share = wilson(hits, of)
        sys.stdout.write(f"{name}: {hits} of {of} ({share.value:.4f}, ")
        sys.stdout.write(f"95 % {share.lower:.4f} to {share.upper:.4f})\n")
    wrong = table[table["state"] != table["state_found"]]
    sys.stdout.write(wrong.value_counts(["state", "state_found", "reason"]).to_string() + "\n")


if __name__ == "__main__":
    main()
