"""What hand labels buy: post labels, curve and intervals on public labelled streams.

Run from the project's folder, with the data beside it (none of it ships with crisislab)::

    python benchmarks/labels_card.py --data ../shared/data/real --draws 12

Per draw, ``--labels`` texts are drawn with ``cl.draw_sample`` and get their published label;
everything else is estimated without looking at the truth. Streams: English airline tweets by
the hour, Spanish ones by the day, and of each a *swing*: 72 bins of 40 to 200 real posts drawn
anew by class, negative share .30, .90, .45 (label shift holds there by construction).

Columns: macro_f1 of posts without label; curve_mae and band_cover over bins of 30 posts or more;
slope of estimate on truth; share_cover and share_width of the overall interval; index_mae: error
of the zero-label index, rescaled as if it were a percentage (which crisislab refuses to print).
The estimator, band and parts of time come from the design, which was chosen on these two
streams; the weights of the features (``_LEXICON``, ``_SOFTNESS``) were chosen here too, on the
first draws. Streams that nothing was chosen on: ``held_out.py``.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import f1_score
from threadpoolctl import threadpool_limits

from crisislab.enrich.copies import text_keys
from crisislab.enrich.crisis_sentiment import (
    CrisisSentiment,
    add_crisis_sentiment,
    fit_crisis_sentiment,
)
from crisislab.label.draw import draw_sample
from crisislab.measure.sentiment_curve import negative_curve
from crisislab.measure.sentiment_shares import negative_share
from crisislab.schema import LABELS, POSTS

_HERE = Path(__file__).resolve().parent.parent
_DAY = 24
Floats = npt.NDArray[np.float64]
_SWING: Floats = np.interp(np.arange(72), [0, 20, 28, 71], [0.30, 0.30, 0.90, 0.45])


Streams = Callable[[Path], Iterator[tuple[str, pd.DataFrame, int]]]


def card(streams: Streams, *, title: str) -> None:
    """Print the card of streams: name, posts with ``truth``, hours of a bin."""
    parser = argparse.ArgumentParser(description=title)
    parser.add_argument("--data", type=Path, default=_HERE.parent / "shared" / "data" / "real")
    parser.add_argument("--labels", type=int, default=200)
    parser.add_argument("--draws", type=int, default=12)
    asked = parser.parse_args()
    for stream in streams(asked.data):
        show(*stream, labels=asked.labels, draws=asked.draws)


def show(name: str, posts: pd.DataFrame, hours: int, *, labels: int, draws: int) -> None:
    """Print the mean figures of a stream over draws with the seeds 0, 1, 2 ..."""
    # The matrices are small: threads would spend more time on waiting than on sums.
    with threadpool_limits(limits=1):
        rows = [one_draw(posts, n=labels, seed=seed, hours=hours) for seed in range(draws)]
    mean = pd.DataFrame(rows).mean().round(4)
    print(f"{name}: {len(posts)} posts, {labels} labels, {draws} draws")
    print("  " + "  ".join(f"{key} {value}" for key, value in mean.items()), flush=True)


def one_draw(posts: pd.DataFrame, *, n: int, seed: int, hours: int) -> dict[str, float]:
    """Return the figures of one draw of labels (columns of ``posts`` and ``truth``)."""
    sample = draw_sample(posts, n=n, seed=seed)
    labels = with_truth(sample, posts)
    model = fit_crisis_sentiment(posts, labels, seed=seed)
    spoken = add_crisis_sentiment(posts, model=model)
    share = negative_share(spoken, model.labelled)
    curve = negative_curve(spoken, model.labelled, label_se=share.se, hours=hours)
    true = true_curve(spoken, curve)
    actual = float((spoken["truth"] == "negative").mean())
    estimate = share.estimate
    return {
        "macro_f1": _macro_f1(spoken, model),
        "curve_mae": float((curve["negative_share"] - true).abs().mean()),
        "pcc_mae": float((curve["pcc"] - true).abs().mean()),
        "emq_mae": float((curve["emq"] - true).abs().mean()),
        "slope": float(np.polyfit(true, curve["negative_share"], 1)[0]),
        "r": float(np.corrcoef(true, curve["negative_share"])[0, 1]),
        "band_cover": float(((curve["lower"] <= true) & (true <= curve["upper"])).mean()),
        "band_width": float((curve["upper"] - curve["lower"]).mean()),
        "bins": len(curve),
        "share_cover": float(estimate.lower <= actual <= estimate.upper),
        "share_width": estimate.upper - estimate.lower,
    }


def with_truth(sample: pd.DataFrame, posts: pd.DataFrame) -> pd.DataFrame:
    """Return labels of the sample from the published truth of each shown post."""
    truth = posts.drop_duplicates("post_id").set_index("post_id")["truth"]
    answers = truth.reindex(sample["post_id"]).to_numpy()
    return LABELS.conform(
        sample.assign(
            task="sentiment",
            label=answers,
            coder="published",
            labelled_at=pd.Timestamp("2026-01-01", tz="UTC"),
        )
    )


def true_curve(spoken: pd.DataFrame, curve: pd.DataFrame) -> pd.Series:
    """Return the true negative share of each bin of a curve."""
    ordered = spoken.sort_values("created_at")
    at = np.searchsorted(curve["hour_at"].to_numpy(), ordered["created_at"].to_numpy(), "right") - 1
    negative = (ordered["truth"] == "negative").astype("float64")
    return negative.groupby(at.clip(min=0)).mean().reindex(range(len(curve)))


def _macro_f1(spoken: pd.DataFrame, model: CrisisSentiment) -> float:
    rest = spoken[~spoken["text_key"].isin(model.labelled["text_key"])]
    found = model.label(rest["text"].tolist(), rest["lang"].tolist())
    return float(f1_score(rest["truth"], found, average="macro"))


def streams(folder: Path) -> Iterator[tuple[str, pd.DataFrame, int]]:
    """Yield name, posts with ``truth`` and bin width (hours) of each stream."""
    data = folder / "airline_tweets_es" / "data"
    for lang, name, encoding, hours in (
        ("en", "tweets_public.csv", "utf-8", 1),
        ("es", "tweets_public_es.csv", "utf-16", _DAY),
    ):
        if (data / name).exists():
            posts = read(data / name, lang=lang, encoding=encoding)
            yield f"{lang} {'hourly' if hours == 1 else 'daily'}", posts, hours
            yield f"{lang} swing", swing(posts, seed=5), 1


def read(path: Path, *, lang: str, encoding: str) -> pd.DataFrame:
    """Return a file of the airline sets as posts with ``truth``."""
    rows = pd.read_csv(path, dtype=str, encoding=encoding)
    at = pd.to_datetime(rows["tweet_created"], utc=True, format="mixed")
    names = {"tweet_id": "post_id", "airline_sentiment": "truth"}
    return as_posts(rows.rename(columns=names).assign(created_at=at), lang=lang)


def as_posts(rows: pd.DataFrame, *, lang: str) -> pd.DataFrame:
    """Return rows of ``post_id, created_at, text, truth`` as posts with ``truth``."""
    facts = rows[["post_id", "created_at", "text"]]
    posts = POSTS.conform(facts.assign(platform="x", kind="post", lang=lang))
    posts = posts.assign(truth=rows["truth"].to_numpy())
    kept = posts[posts["truth"].notna() & ~posts["post_id"].duplicated()]
    return kept.reset_index(drop=True)


def swing(posts: pd.DataFrame, *, seed: int, shares: Floats = _SWING) -> pd.DataFrame:
    """Return hours of real posts drawn anew by class; negative share .30, .90, .45."""
    dice = np.random.default_rng(seed)
    unique = posts[~pd.Series(text_keys(posts["text"].tolist())).duplicated().to_numpy()]
    pools = {name: part.index.to_numpy() for name, part in unique.groupby("truth")}
    rest = len(pools["positive"]) / (len(pools["positive"]) + len(pools["neutral"]))
    chosen, at = [], []
    for hour, share in enumerate(shares):
        n = int(dice.integers(40, 201))
        kinds = dice.choice(
            ["negative", "positive", "neutral"],
            n,
            p=[share, (1 - share) * rest, (1 - share) * (1 - rest)],
        )
        chosen += [int(dice.choice(pools[kind])) for kind in kinds]
        at += [
            pd.Timestamp("2026-03-05", tz="UTC") + pd.Timedelta(minutes=60 * hour + 59 * i / n)
            for i in range(n)
        ]
    drawn = posts.loc[chosen].reset_index(drop=True)
    # Posts drawn twice are two posts with one text each: numbered, so that they are no copies.
    numbered = drawn["text"] + [f" n{i}" for i in range(len(drawn))]
    return drawn.assign(
        created_at=pd.Series(at).astype("datetime64[us, UTC]"),
        post_id=[str(i) for i in range(len(drawn))],
        text=numbered,
    )


if __name__ == "__main__":
    card(streams, title="What hand labels buy.")
