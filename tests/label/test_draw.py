"""Drawing a sample: every text once, chances kept, the same for the same seed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crisislab.label.draw import draw_sample, inclusion, population
from crisislab.schema import POSTS

START = pd.Timestamp("2026-03-05T00:00Z")


def stream(n: int = 600, copies: int = 0) -> pd.DataFrame:
    """Return posts of the public, one a minute, with one text copied late."""
    texts = [f"palabra {i}" for i in range(n)] + ["copiado y pegado"] * copies
    rows = pd.DataFrame(
        {
            "platform": "x",
            "post_id": [str(i) for i in range(len(texts))],
            "created_at": [START + pd.Timedelta(minutes=i) for i in range(len(texts))],
            "kind": "post",
            "text": texts,
        }
    )
    return POSTS.conform(rows)


def test_draw_sample_is_spread_over_five_parts() -> None:
    """Two hundred texts, forty from each fifth of the time, and forty of them twice."""
    sample = draw_sample(stream(), n=200, seed=4)
    first = sample[sample["round"] == 1]
    assert first["stratum"].value_counts().tolist() == [40] * 5
    assert first["text_key"].is_unique
    assert (sample["round"] == 2).sum() == 40
    assert first["probability"].to_numpy() == pytest.approx(1 / 3)


def test_draw_sample_shows_again_late() -> None:
    """A text comes again only after at least twenty others, and with the same facts."""
    sample = draw_sample(stream(), n=200, seed=4)
    places = sample.pivot(index="text_key", columns="round", values="position").dropna()
    assert (places[2] - places[1]).min() >= 20


def test_draw_sample_ignores_order() -> None:
    """Shuffled posts give the same sample."""
    posts = stream(copies=5)
    shuffled = posts.sample(frac=1, random_state=1).reset_index(drop=True)
    pd.testing.assert_frame_equal(
        draw_sample(posts, n=50, seed=2), draw_sample(shuffled, n=50, seed=2)
    )


def test_draw_sample_takes_a_mass_copy_once_and_for_certain() -> None:
    """A text posted 400 times is drawn once, with a chance of 1 and its 400 posts."""
    sample = draw_sample(stream(copies=400), n=100, seed=1)
    (row,) = sample[(sample["size"] == 400) & (sample["round"] == 1)].to_dict("records")
    assert row["probability"] == 1


def test_draw_sample_chances_are_kept() -> None:
    """Over many draws the weighted sample counts the posts: sum of size over chance is N."""
    posts = pd.concat([stream(150), stream(50)], ignore_index=True)
    posts = posts.assign(post_id=[str(i) for i in range(len(posts))])
    totals = []
    for seed in range(20):
        first = draw_sample(posts, n=50, seed=seed, n_repeats=0)
        totals.append(float((first["size"] / first["probability"]).sum()))
    assert np.mean(totals) == pytest.approx(200, rel=0.02)


def test_draw_sample_of_few_takes_all() -> None:
    """Fewer texts than asked for are all taken, each for certain."""
    sample = draw_sample(stream(12), n=200, seed=1)
    first = sample[sample["round"] == 1]
    assert len(first) == 12
    assert (first["probability"] == 1).all()


def test_draw_sample_of_nothing_is_empty() -> None:
    """No posts, no sample: the right empty table."""
    assert draw_sample(POSTS.empty(), seed=1).empty


def test_draw_sample_refuses_none() -> None:
    """Drawing no text is a mistake of the call."""
    with pytest.raises(ValueError, match="at least one"):
        draw_sample(stream(), n=0, seed=1)


def test_population_is_the_publics_own_words() -> None:
    """The brand, reposts and empty texts are not labelled; copies are one text."""
    posts = stream(4).assign(
        text=["Hola @a", "hola https://x.co/1", "", "otro"],
        own=[False, False, False, True],
    )
    assert population(posts)["size"].tolist() == [2]


def test_inclusion_sums_to_n() -> None:
    """Chances sum to the number drawn, and none passes 1."""
    chances = inclusion([1] * 50 + [40, 90], 10)
    assert chances.sum() == pytest.approx(10)
    assert chances.max() == 1


def test_draw_sample_shows_a_copy_by_lot() -> None:
    """The same texts are drawn; over many seeds every copy is shown about equally often."""
    posts = stream(30, copies=4)
    shown = []
    for seed in range(120):
        first = draw_sample(posts, n=20, seed=seed).query("round == 1 and size == 4")
        shown += first["post_id"].tolist()
    counts = pd.Series(shown).value_counts()
    assert sorted(counts.index) == ["30", "31", "32", "33"]
    assert counts.min() >= 0.15 * len(shown)


def test_draw_sample_shows_the_words_of_the_post_it_names() -> None:
    """Copies differ in names and links: text and id are those of one and the same post."""
    posts = stream(10, copies=6)
    posts = posts.assign(text=[f"{text} @a{i}" for i, text in enumerate(posts["text"])])
    said = posts.set_index("post_id")["text"]
    sample = draw_sample(posts, n=8, seed=3)
    assert sample["text"].tolist() == said.reindex(sample["post_id"]).tolist()
    assert sample.groupby("text_key")["post_id"].nunique().max() == 1
