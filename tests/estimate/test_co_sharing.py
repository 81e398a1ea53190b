"""Co-sharing against CooRTweet's R package, and against chance."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crisislab.estimate.co_sharing import co_shares, pairs_by_chance

TWEETS = Path(__file__).parents[3] / "shared/data/reference/coortweet/russian_coord_tweets.csv"
NAMES = {"object_id": "object", "account_id": "account", "content_id": "content",
         "timestamp_share": "at"}  # fmt: skip


@pytest.mark.real_data
@pytest.mark.skipif(not TWEETS.exists(), reason="the reference data are not beside the project")
@pytest.mark.parametrize(
    ("seconds", "least", "pairs", "accounts", "contents", "mean"),
    [(10, 2, 447, 525, 829, 5.223714), (10, 5, 22, 23, 44, 5.363636),
     (60, 2, 3791, 2110, 5004, 30.3991), (60, 5, 1235, 772, 2015, 30.29393)],
)  # fmt: skip
def test_co_shares_equal_coortweet(
    seconds: int, least: int, pairs: int, accounts: int, contents: int, mean: float
) -> None:
    """Pairs, accounts, contents and mean distance are those of the R package, for four settings."""
    shares = pd.read_csv(TWEETS).rename(columns=NAMES)
    found = co_shares(shares, seconds=seconds, min_shares=least)
    assert len(found) == pairs
    assert len(set(found["account"]) | set(found["other"])) == accounts
    assert len(set(found["content"]) | set(found["other_content"])) == contents
    assert found["seconds"].mean() == pytest.approx(mean, abs=5e-5)


def _shares(at: list[float], accounts: list[str], objects: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {"object": objects, "account": accounts, "at": at,
         "content": [f"c{i}" for i in range(len(at))]}
    )  # fmt: skip


def test_co_shares_by_hand() -> None:
    """Two accounts within ten seconds twice are pairs; one account alone and a single share not."""
    shares = _shares(
        [0, 4, 100, 108, 200, 205, 300], list("xyxyxxz"), ["o", "o", "p", "p", "q", "q", "o"]
    )
    found = co_shares(shares, seconds=10)
    assert found[["object", "account", "other", "seconds"]].to_numpy().tolist() == [
        ["o", "x", "y", 4], ["p", "x", "y", 8]]  # fmt: skip
    shuffled = shares.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(co_shares(shuffled, seconds=10), found)


def test_pairs_by_chance_tell_a_fast_pair_from_a_crowd() -> None:
    """A crowd sharing at random is as fast as chance; two accounts in step are far faster."""
    dice = np.random.default_rng(6)
    crowd = _shares(
        dice.uniform(0, 3600, 300).tolist(), [f"a{i % 60}" for i in range(300)], ["o"] * 300
    )
    expected = pairs_by_chance(crowd, seconds=5, seed=1, n_draws=60)
    assert expected.lower <= len(co_shares(crowd, seconds=5)) <= expected.upper
    at = np.repeat(dice.uniform(0, 3600, 40), 2) + np.tile([0.0, 1.0], 40)
    pair = _shares(at.tolist(), ["x", "y"] * 40, [f"o{i // 2}" for i in range(80)])
    by_chance = pairs_by_chance(pair, seconds=5, seed=1, n_draws=60)
    assert len(co_shares(pair, seconds=5)) == 40 > 5 * by_chance.upper
