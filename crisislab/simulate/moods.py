"""A crowd with a known mood, and whether intervals of sentiment hold its truth.

The texts' words lean to their label without giving it away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from crisislab.enrich.batches import Tags, Texts
from crisislab.enrich.crisis_sentiment import add_crisis_sentiment, fit_crisis_sentiment
from crisislab.enrich.lexicon import FEATURES, LexiconScorer
from crisislab.enrich.scorer import SCORE_COLUMNS, Scorer
from crisislab.estimate.prevalence import DesignShare
from crisislab.estimate.survival import Estimate
from crisislab.label.draw import draw_sample
from crisislab.measure.sentiment_curve import negative_curve
from crisislab.measure.sentiment_shares import negative_share
from crisislab.schema import LABELS, POSTS

Floats = npt.NDArray[np.float64]
START = pd.Timestamp("2026-03-05T00:00Z")
WORDS = {
    "negative": ["fatal", "vergüenza", "engaño", "denuncia", "asco", "alergia", "miedo", "nunca"],
    "neutral": ["lote", "tienda", "pregunto", "fecha", "nevera", "compré", "ayer", "domingo"],
    "positive": ["gracias", "rico", "genial", "favorito", "encanta", "bien", "apoyo", "ánimo"],
}
FILLER = [f"palabra{i}" for i in range(60)]


def crowd(shares: Floats, *, per_hour: int, seed: int) -> pd.DataFrame:
    """Return posts with ``truth``: the negative share per hour, the rest half and half."""
    dice = np.random.default_rng(seed)
    rows = []
    for hour, share in enumerate(shares):
        p = [share, (1 - share) / 2, (1 - share) / 2]
        for i, label in enumerate(dice.choice(list(WORDS), per_hour, p=p)):
            source = [label if dice.uniform() < 0.6 else str(dice.choice(list(WORDS)))]
            words = [str(dice.choice(WORDS[s])) for s in source * 2]
            words += [str(w) for w in dice.choice(FILLER, 5)]
            rows.append(
                {
                    "platform": "x",
                    "post_id": f"{hour}-{i}",
                    "kind": "post",
                    "created_at": START + pd.Timedelta(seconds=3600 * hour + 3600 * i // per_hour),
                    "text": " ".join(dice.permutation(words)),
                    "lang": "es",
                    "author_id": str(dice.integers(0, 200)),
                    "truth": label,
                }
            )
    table = pd.DataFrame(rows)
    return POSTS.conform(table).assign(truth=table["truth"])


def true_labels(sample: pd.DataFrame, posts: pd.DataFrame) -> pd.DataFrame:
    """Return labels of a sample by the truth of the shown posts."""
    truth = posts.set_index("post_id")["truth"].reindex(sample["post_id"]).to_numpy()
    return LABELS.conform(
        sample.assign(
            task="sentiment", label=truth, coder="ana", labelled_at="2026-03-20T10:00:00Z"
        )
    )


def swing() -> Floats:
    """Return the negative share per hour: two quiet days, a strong crisis, and back."""
    calm = np.full(48, 0.25)
    return np.concatenate(
        [calm, np.linspace(0.25, 0.85, 6), np.linspace(0.85, 0.25, 30), calm[:24]]
    )


def ordinary() -> Floats:
    """Return the negative share per hour of four ordinary days: a slow wave and noise."""
    hours = np.arange(96)
    dice = np.random.default_rng(11)
    shares: Floats = 0.38 + 0.1 * np.sin(hours / 24 * 2 * np.pi) + dice.normal(0, 0.04, len(hours))
    return shares


@dataclass(frozen=True)
class RememberingScorer(LexiconScorer):
    """The default scorer, which reads each text once: draws from one crowd share its features."""

    known: dict[tuple[str, str | None], Floats] = field(default_factory=dict, repr=False)

    def features(self, texts: Texts, lang: Tags | None = None) -> pd.DataFrame:
        """Return what ``LexiconScorer.features`` returns."""
        codes = list(lang) if lang is not None else [None] * len(texts)
        keys = list(zip(texts, codes, strict=True))
        new = [key for key in dict.fromkeys(keys) if key not in self.known]
        if new:
            said, spoken = zip(*new, strict=True)
            read = super().features(said, spoken if lang is not None else None)
            self.known.update(zip(new, read.to_numpy(), strict=True))
        return pd.DataFrame([self.known[key] for key in keys], columns=list(FEATURES))


def coverage(
    shape: Callable[[], Floats], *, runs: int, n_labels: int = 200, per_hour: int = 45, seed: int
) -> pd.DataFrame:
    """Return how often the intervals of sentiment hold the truth of a known crowd.

    A run draws labels by :func:`crisislab.draw_sample`, which get the truth, and estimates all
    else without it; every tenth run has a new crowd. True is what the posts are: their
    share, over everything and per bin.

    Args:
        shape: Negative share per hour: :func:`swing` or :func:`ordinary`.
        runs: Draws of labels.
        n_labels: Labels per draw.
        per_hour: Posts per hour.
        seed: Seed of the first run.

    Returns:
        One row per run: ``share_error``, ``share_se``, ``share_covered`` (0 or 1), ``share_width``,
        ``bins_covered`` (share of bins), ``bin_error``, ``bin_width``; ``labels_error, labels_se,
        labels_covered``: the same of the labels without any score, whose interval is the
        textbook's for a stratified draw: where it holds the truth too often or too rarely, these
        draws were lucky or unlucky.
    """
    rows, posts, scorer = [], pd.DataFrame(), RememberingScorer()
    for run in range(runs):
        if run % 10 == 0:
            posts, scorer = crowd(shape(), per_hour=per_hour, seed=seed + run), RememberingScorer()
            # Empty columns would be carried through every step.
            posts = posts.dropna(axis="columns", how="all")
        rows.append(_run(posts, n=n_labels, seed=seed + run, scorer=scorer))
    return pd.DataFrame(rows)


def _run(posts: pd.DataFrame, *, n: int, seed: int, scorer: Scorer) -> dict[str, float]:
    labels = true_labels(draw_sample(posts, n=n, seed=seed), posts)
    model = fit_crisis_sentiment(posts, labels, seed=seed, scorer=scorer)
    spoken = add_crisis_sentiment(posts, model=model)
    share = negative_share(spoken, model.labelled)
    curve = negative_curve(spoken, model.labelled, label_se=share.se)
    ordered = spoken.sort_values("created_at")
    negative = (ordered["truth"] == "negative").to_numpy(dtype=np.float64)
    found = share.estimate
    alone = _without_scores(spoken, model.labelled)
    at = np.searchsorted(curve["hour_at"], ordered["created_at"], "right") - 1
    true = np.bincount(at, weights=negative) / np.bincount(at)
    return {
        "share_error": found.value - negative.mean(),
        "share_se": share.se,
        "share_covered": _holds(found, negative.mean()),
        "share_width": found.upper - found.lower,
        "bins_covered": float(((curve["lower"] <= true) & (true <= curve["upper"])).mean()),
        "bin_error": float((curve["negative_share"] - true).abs().mean()),
        "bin_width": float((curve["upper"] - curve["lower"]).mean()),
        "labels_error": alone.estimate.value - negative.mean(),
        "labels_se": alone.se,
        "labels_covered": _holds(alone.estimate, negative.mean()),
    }


def _without_scores(spoken: pd.DataFrame, labelled: pd.DataFrame) -> DesignShare:
    nothing = dict.fromkeys(SCORE_COLUMNS, 0.0)
    return negative_share(spoken.assign(**nothing), labelled.assign(**nothing))


def _holds(interval: Estimate, truth: float) -> float:
    return float(interval.lower <= truth <= interval.upper)
