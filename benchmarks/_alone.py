"""Scorers alone on the same texts: their compounds have to agree before a ratio is given."""

from __future__ import annotations

import csv
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

Answer = dict[str, float]
N_TEXTS = 100_000


def vaders(scorer: Any) -> Callable[[str], float]:
    """Return what gives VADER's compound of a text."""
    return lambda text: float(scorer.polarity_scores(text)["compound"])


def of_each(texts: list[str]) -> list[float]:
    """Return VADER's compounds, text by text."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return list(map(vaders(SentimentIntensityAnalyzer()), texts))


def _texts(folder: Path) -> list[str]:
    path = sorted((folder / "posts").glob("*.csv"))[0]
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        english = (row["text"] for row in rows if row["lang"] == "en")
        return [text for _, text in zip(range(N_TEXTS), english, strict=False)]


def compounds(values: Any) -> Answer:
    """Return how many compounds, their sum, and a sum of their four digits in their order."""
    import numpy as np

    digits = np.rint(np.asarray(values) * 10_000).astype(np.int32)
    return {"texts": len(digits), "compounds": round(int(digits.sum()) / 10_000, 4),
            "checksum": zlib.crc32(digits.tobytes())}  # fmt: skip


def vader_alone(folder: Path) -> Answer:
    """VADER on English texts, one by one."""
    return compounds(of_each(_texts(folder)))


def scorer_alone(folder: Path) -> Answer:
    """Our scorer by the same rules on the same texts, in one process."""
    from crisislab.enrich.vader import VaderScorer

    texts = _texts(folder)
    return compounds(VaderScorer().compound(texts, ["en"] * len(texts)))


def lexicon_alone(folder: Path) -> Answer:
    """Our default scorer on the same texts, in one process."""
    from crisislab.enrich.lexicon import LexiconScorer

    texts = _texts(folder)
    return {"texts": len(LexiconScorer().score(texts, ["en"] * len(texts)))}


def nothing_scored(folder: Path) -> Answer:
    """Read the texts and import what scoring needs, without scoring: the floor of all."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    from crisislab.enrich.lexicon import LexiconScorer
    from crisislab.enrich.vader import VaderScorer

    texts = _texts(folder)
    SentimentIntensityAnalyzer().polarity_scores("good")
    for scorer in (LexiconScorer(), VaderScorer()):
        scorer.score(["good"], ["en"])
    return {"texts": len(texts)}
