"""VADER as published, for those who compare with VADER's figures: English, over whole arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from crisislab.enrich.batches import Tags, Texts, as_texts, by_language, measure_once
from crisislab.enrich.lexicon import shares_of
from crisislab.enrich.scorer import validate_scores
from crisislab.enrich.vader_rules import rate_texts

Floats = npt.NDArray[np.float64]

COLUMNS = ("neg", "neu", "pos", "compound")
_DIGITS = (3, 3, 3, 4)
_NEAR = 1e-6


@dataclass(frozen=True)
class VaderScorer:
    """Scores English posts exactly as vaderSentiment 3.3.2 does, many at a time.

    List, emoji names, rules and rounding are VADER's (Hutto & Gilbert 2014, ICWSM-14), so that
    figures compare with published ones. It knows nothing of crises or services: on posts to a
    brand the default scorer is nearer to the labels (``benchmarks/report_card.py``). Like it, its
    scores are an index until hand labels calibrate them.

    Attributes:
        name: ``vader``.
        version: That of vaderSentiment whose answers it gives.
        languages: ``en``.
        licence: Licence of the list.
        calibrated: ``False``.
        reads_arrays: ``True``: texts and languages may be arrays of Arrow.

    >>> scorer = VaderScorer()
    >>> scorer.polarity(["VADER is VERY SMART, handsome, and FUNNY!!!"])
       neg    neu    pos  compound
    0  0.0  0.233  0.767    0.9342
    >>> scorer.score(["Not such a badass after all.", "No está mal"], ["en", "es"]).round(2)
        neg   neu   pos
    0  0.64  0.28  0.08
    1   NaN   NaN   NaN
    """

    name: str = field(default="vader", init=False)
    version: str = field(default="3.3.2", init=False)
    languages: tuple[str, ...] = field(default=("en",), init=False)
    licence: str = field(default="MIT (VADER lexicon and emoji names, C.J. Hutto)", init=False)
    calibrated: bool = field(default=False, init=False)
    reads_arrays: ClassVar[bool] = True

    def score(self, texts: Texts, lang: Tags | None = None) -> pd.DataFrame:
        """Return the shares of negative, neutral and positive for each English text.

        Shares of the compound as ``lexicon.shares_of`` makes them: ``neg`` is the largest exactly
        if VADER's compound is <= -0.05, ``pos`` exactly if it is >= 0.05, else ``neu``: VADER's
        own thresholds. VADER's ``neg, neu, pos`` are shares of a text's words, of which ``neu`` is
        nearly always the largest; :meth:`polarity` gives them.

        Args:
            texts: One text per post; missing and blank ones are not scored.
            lang: Language code per text; detected if not given.

        Raises:
            ValueError: If ``lang`` has another length than ``texts``.
        """
        return validate_scores(shares_of(self.compound(texts, lang)), n=len(texts), name=self.name)

    def compound(self, texts: Texts, lang: Tags | None = None) -> Floats:
        """Return VADER's compound of each English text, -1 to 1; NaN where not scored.

        Args:
            texts: One text per post.
            lang: Language code per text; detected if not given.
        """
        found = np.full(len(texts), np.nan)
        for _, at, said in by_language(texts, lang, only=self.languages):
            if len(at):
                rated = measure_once(said, _rated)
                found[at] = np.where(rated[:, :3].any(axis=1), rated[:, 3], np.nan)
        return found

    def polarity(self, texts: Texts) -> pd.DataFrame:
        """Return what ``polarity_scores`` of vaderSentiment gives, whatever the language.

        Args:
            texts: One text per row; a missing one is read as an empty one.

        Returns:
            ``neg``, ``neu``, ``pos`` (shares of the words, rounded to 3 digits; all 0 for a text
            without words) and ``compound`` (-1 to 1, rounded to 4).
        """
        held = as_texts(texts).fill_null("")
        rows = measure_once(held, _rated) if len(held) else np.empty((0, len(COLUMNS)))
        return pd.DataFrame(rows, columns=list(COLUMNS))


def _rated(texts: pa.Array) -> Floats:
    rated = rate_texts(texts)
    columns = zip(rated.T, _DIGITS, strict=True)
    return np.column_stack([_rounded(column, digits) for column, digits in columns])


def _rounded(values: Floats, digits: int) -> Floats:
    """Return values rounded as Python does: numpy's rounding differs near halves."""
    rounded = np.round(values, digits)
    scaled = np.abs(values) * 10**digits
    for i in np.flatnonzero(np.abs(scaled - np.floor(scaled) - 0.5) < _NEAR):
        rounded[i] = round(float(values[i]), digits)
    return rounded
