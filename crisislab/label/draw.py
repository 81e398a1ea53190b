"""Which texts to label: few, spread over the crisis, each with its chance of being drawn."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from crisislab.enrich.copies import public_words
from crisislab.enrich.tone import replies
from crisislab.schema import SAMPLE

Floats = npt.NDArray[np.float64]
N_PHASES = 5
N_REPEATS = 40
_LEAST_GAP = 20
_OF_A_COPY = ["platform", "post_id", "created_at", "text", "lang"]


def draw_sample(
    posts: pd.DataFrame,
    *,
    n: int = 200,
    seed: int,
    n_repeats: int = N_REPEATS,
    of: Literal["public", "replies"] = "public",
) -> pd.DataFrame:
    """Return texts to label by hand, in the order of labelling.

    The public's own texts, each once however often it was copied, are cut into five parts of
    time with equally many posts. In each part texts are drawn with a chance proportional to
    their copies (``n_h m_i / sum m``, at most 1): a text posted 500 times is surely labelled, once.
    The chances stay with the labels, so that shares are shares of posts. Which copy is shown is
    drawn by lot: copies differ in links, names and marks, and the first of them is no sample of
    them. After the first 20, some
    texts come a second time, to measure how far the coder agrees with themselves.

    Args:
        posts: Posts of a case.
        n: Texts to draw; all if there are fewer.
        seed: The same posts and seed give the same sample, in whatever order the posts come.
        n_repeats: Texts shown twice, at most a fifth of ``n``.
        of: ``public``: what the public says; ``replies``: the brand's human replies, whose
            templates are one text.

    Returns:
        Table ``schema.SAMPLE``.

    Raises:
        ValueError: If ``n`` is not positive.

    >>> from crisislab.schema import POSTS
    >>> at = pd.date_range("2026-03-05", periods=60, freq="h", tz="UTC")
    >>> posts = pd.DataFrame({"post_id": range(60), "created_at": at, "kind": "post",
    ...                       "platform": "x", "text": [f"word {i % 30}" for i in range(60)]})
    >>> sample = draw_sample(POSTS.conform(posts.astype({"post_id": str})), n=10, seed=1)
    >>> len(sample), sample["text_key"].nunique(), sample["probability"].round(2).unique()
    (12, 10, array([0.33]))
    """
    if n <= 0:
        raise ValueError(f"n = {n}: draw at least one text")
    spoken = _spoken(posts, of=of)
    texts = _texts(spoken)
    dice = np.random.default_rng(seed)
    drawn = [
        _draw_part(part, n_part, dice)
        for (_, part), n_part in zip(
            texts.groupby("stratum", sort=True), _shares_of(n, texts), strict=True
        )
    ]
    if not drawn:
        return SAMPLE.empty()
    sample = pd.concat(drawn, ignore_index=True)
    sample = _with_shown_copy(sample, spoken, seed=seed)
    order = dice.permutation(len(sample))
    return _with_repeats(sample.iloc[order], min(n_repeats, n // 5), dice)


def population(posts: pd.DataFrame, *, of: Literal["public", "replies"] = "public") -> pd.DataFrame:
    """Return the texts, one row each, with ``size`` (posts) and ``stratum``.

    The stratum is the fifth of the posts, by time, in which the text was first posted.
    """
    return _texts(_spoken(posts, of=of))


def _texts(spoken: pd.DataFrame) -> pd.DataFrame:
    first = spoken.drop_duplicates("text_key")
    size = spoken["text_key"].value_counts().reindex(first["text_key"]).to_numpy()
    part = first.index.to_numpy() * N_PHASES // max(len(spoken), 1)
    texts = first.assign(size=size, stratum=[f"part-{i + 1}" for i in part])
    return texts.sort_values("text_key").reset_index(drop=True)


def _spoken(posts: pd.DataFrame, *, of: Literal["public", "replies"]) -> pd.DataFrame:
    said = public_words(posts) if of == "public" else replies(posts)
    return said.sort_values(["created_at", "platform", "post_id"]).reset_index(drop=True)


def _with_shown_copy(sample: pd.DataFrame, spoken: pd.DataFrame, *, seed: int) -> pd.DataFrame:
    """Return the sample with a copy drawn by lot in the place of each text's first post."""
    copies = spoken[spoken["text_key"].isin(sample["text_key"])]
    # Lots of their own, so that they do not change which texts are drawn.
    lots = np.random.default_rng([seed, 1]).permutation(len(copies))
    chosen = copies.iloc[lots].drop_duplicates("text_key").set_index("text_key")
    facts = chosen.loc[sample["text_key"], _OF_A_COPY].reset_index(drop=True)
    return sample.assign(**{name: facts[name] for name in _OF_A_COPY})


def _shares_of(n: int, texts: pd.DataFrame) -> list[int]:
    """Share ``n`` out over the parts by their posts, none more than it has texts."""
    weight = texts.groupby("stratum", sort=True)["size"].agg(["sum", "count"])
    exact = n * weight["sum"] / max(int(weight["sum"].sum()), 1)
    floor = np.floor(exact).astype(int)
    rest = exact - floor
    for name in rest.sort_values(ascending=False, kind="stable").index[: n - int(floor.sum())]:
        floor[name] += 1
    spare = int((floor - weight["count"]).clip(lower=0).sum())
    floor = floor.clip(upper=weight["count"])
    for name in floor.index:
        more = min(spare, int(weight["count"][name] - floor[name]))
        floor[name] += more
        spare -= more
    return [int(count) for count in floor]


def _draw_part(part: pd.DataFrame, n: int, dice: np.random.Generator) -> pd.DataFrame:
    """Draw ``n`` texts by systematic sampling in random order, chances by size."""
    part = part.iloc[dice.permutation(len(part))]
    chances = inclusion(part["size"].to_numpy(dtype=np.float64), n)
    marks = dice.uniform() + np.arange(n)
    # The last sum is exactly n but for rounding; the least step keeps the last mark inside.
    steps = np.cumsum(chances) * (n / max(float(chances.sum()), 1e-12))
    at = np.unique(np.searchsorted(steps + 1e-9, marks, side="left").clip(max=len(part) - 1))
    return part.iloc[at].assign(probability=chances[at], n_stratum=len(at))


def inclusion(size: Any, n: int) -> Floats:
    """Return chances proportional to size that sum to ``n``; what would pass 1 is certain.

    >>> inclusion([1, 1, 1, 1, 6], 3).round(2).tolist()
    [0.5, 0.5, 0.5, 0.5, 1.0]
    """
    m = np.asarray(size, dtype=np.float64)
    chances = np.zeros(m.size)
    certain = np.zeros(m.size, dtype=bool)
    while True:
        left = n - int(certain.sum())
        free = float(m[~certain].sum())
        chances = np.where(certain, 1.0, left * m / free if free else 1.0)
        over = ~certain & (chances >= 1)
        if not over.any():
            return chances
        certain |= over


def _with_repeats(sample: pd.DataFrame, n: int, dice: np.random.Generator) -> pd.DataFrame:
    first = sample.assign(round=1, at=np.arange(len(sample), dtype=np.float64))
    n = min(n, len(first))
    early = dice.permutation(max(len(first) - _LEAST_GAP, n))[:n]
    again = first.iloc[early].assign(round=2)
    # A second showing comes at least 20 texts after the first, so that nobody remembers.
    latest = len(first) + n
    least = np.minimum(again["at"] + _LEAST_GAP, latest)
    again["at"] = least + dice.uniform(size=n) * (latest - least)
    whole = pd.concat([first, again]).sort_values("at", kind="stable")
    return SAMPLE.conform(whole.assign(position=np.arange(1, len(whole) + 1), sampling="random"))
