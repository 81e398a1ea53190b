"""Scorers alone on the same texts: their compounds have to agree before a ratio is given."""

from __future__ import annotations

import csv
import zlib
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

Answer = dict[str, float]
N_TEXTS = 100_000
SECONDS = ("wall_seconds", "cpu_seconds")


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
    return _timed(of_each, _texts(folder))


def scorer_alone(folder: Path) -> Answer:
    """Our scorer by the same rules on the same texts, in one process."""
    from crisislab.enrich.vader import VaderScorer

    return _timed(lambda texts: VaderScorer().compound(texts, ["en"] * len(texts)), _texts(folder))


def lexicon_alone(folder: Path) -> Answer:
    """Our default scorer on the same texts, in one process; its compounds are others."""
    from crisislab.enrich.lexicon import LexiconScorer

    told = _timed(lambda texts: LexiconScorer().compound(texts, ["en"] * len(texts)),
                  _texts(folder))  # fmt: skip
    return {name: told[name] for name in ("texts", *SECONDS)}


def _timed(score: Callable[[list[str]], Any], texts: list[str]) -> Answer:
    """Return the answer with the seconds of scoring alone, its lists loaded before.

    Told from within: starting Python takes twice as long as our scorer does, and varies by as much.
    """
    score(["good"])
    values, told = timed(lambda: score(texts))
    return compounds(values) | told


def timed(done: Callable[[], Any]) -> tuple[Any, Answer]:
    """Return what a function gives, with the seconds it took."""
    wall, cpu = perf_counter(), process_time()
    found = done()
    return found, dict(zip(SECONDS, (perf_counter() - wall, process_time() - cpu), strict=True))
