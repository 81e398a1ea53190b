"""The default scorer: word lists and a few rules, in English and Spanish, offline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from crisislab.enrich.batches import Tags, Texts, by_language, measure_once
from crisislab.enrich.lexicon_stream import sum_texts
from crisislab.enrich.lexicon_table import Extra, Lexicon, load_lexicon
from crisislab.enrich.scorer import SCORE_COLUMNS, validate_scores

Floats = npt.NDArray[np.float64]

NO_LANGUAGE = "zxx"
NEUTRAL_BAND = 0.05
SHARPNESS = 4.0
FEATURES = (
    "compound", "positive", "negative", "emoji", "n_positive", "n_negative", "n_negated",
    "n_boosted", "n_words", "n_emoji", "n_exclamations", "ironic",
)  # fmt: skip
_NOTHING: Mapping[str, Mapping[str, float]] = MappingProxyType({})


@dataclass(frozen=True)
class LexiconScorer:
    """Scores posts by listed words, phrases, emoji and emoticons.

    Read the scores as an index, not as shares: on labelled airline posts this scorer counts
    8 to 10 points too few negative ones in either language, other lexicons 15 to 30
    (``benchmarks/report_card.py``), and lexicons draw only 30 to 50 % of a strong swing.
    ``calibrated`` is therefore ``False``: calibrate with hand labels before showing a
    percentage. Irony that does not mark itself is read at face value.

    Attributes:
        extra: The analyst's own words or phrases per language with a valence of -4 to 4, for
            example ``{"es": {"producto milagro": -2, "Fatal Fury": 0}}``; 0 silences one.
        name: ``crisislab-lexicon``.
        version: Changes whenever the lists or the rules change a score.
        languages: ``en`` and ``es``.
        licence: Licences of the lists.
        calibrated: ``False``.
        reads_arrays: ``True``: texts and languages may be arrays of Arrow.

    >>> scorer = LexiconScorer()
    >>> texts = ["Qué vergüenza de servicio", "No está mal", "Terrible delay", "Guten Tag"]
    >>> scorer.compound(texts, ["es", "es", "en", "de"]).round(2).tolist()
    [-0.54, 0.42, -0.72, nan]
    >>> scorer.score(["Gracias, genial 😍"], ["es"]).round(2)
       neg   neu   pos
    0  0.0  0.03  0.97
    """

    extra: Mapping[str, Mapping[str, float]] = field(default_factory=lambda: _NOTHING)
    name: str = field(default="crisislab-lexicon", init=False)
    version: str = field(default="3", init=False)
    languages: tuple[str, ...] = field(default=("en", "es"), init=False)
    licence: str = field(
        default="MIT (crisislab lists; VADER lexicon and emoji names, C.J. Hutto)", init=False
    )
    calibrated: bool = field(default=False, init=False)
    reads_arrays: ClassVar[bool] = True

    def score(self, texts: Texts, lang: Tags | None = None) -> pd.DataFrame:
        """Return the shares of negative, neutral and positive for each text.

        With c the compound score and k = 4, the shares are the softmax of
        ``(-k c, 0.05 k, k c)``. So ``neg`` is the largest exactly if c <= -0.05, ``pos``
        exactly if c >= 0.05, else ``neu`` (the usual VADER thresholds). k only sets how sharp
        the shares are; it was not fitted to any data.

        Args:
            texts: One text per post; missing values are not scored.
            lang: Language code per text (``es``, ``es-MX``); ``None`` for one text means not
                known. Without ``lang`` the languages are detected (slower).

        Returns:
            ``neg``, ``neu``, ``pos`` (0 to 1, rows sum to 1), in the order of the texts. Three
            NaN where the text is not scored: a language without list, no letters and no emoji
            outside of URLs and mentions, or a missing text. A text in a listed language in
            which no word is listed is scored, as neutral (compound 0).

        Raises:
            ValueError: If ``lang`` has another length than ``texts``.
        """
        shares = shares_of(self.compound(texts, lang))
        return validate_scores(shares, n=len(texts), name=self.name)

    def compound(self, texts: Texts, lang: Tags | None = None) -> Floats:
        """Return one number per text, -1 (negative) to 1 (positive); NaN where not scored.

        c = S / sqrt(S² + 15), with S the sum of the valences (-4 to 4) of all hits after:
        boosters and dampeners within three tokens before (+-0.3 or so each, weighing 1, .95,
        .9 by distance); negation within three tokens before in the same clause (times -0.74
        for positive, -0.25 for negative words); "but" (hits before it count half, after it
        one and a half); up to four exclamation marks (0.292 each, away from 0); marked irony
        (a positive sum times -0.5). Phrases count instead of their words and, if they hold a
        negator, are not negated again. A "no" or "never" that negates no hit counts -0.6
        itself (complaints often say no more than "no ... yet"). A third equal emoji in a row
        does not count. English words that mean something else to customers ("still", "free",
        "had to") count so only in texts about a service: with a word like "flight", "refund" or
        "boycott", or two everyday ones like "call" and "hour"; elsewhere they have VADER's
        value. Form of S and c after Hutto & Gilbert (2014), VADER,
        ICWSM-14.

        Args:
            texts: One text per post.
            lang: Language code per text; detected if not given.
        """
        return self._found(texts, lang, ("compound",))[:, 0]

    def features(self, texts: Texts, lang: Tags | None = None) -> pd.DataFrame:
        """Return what the rules found per text, as numbers for a model or for an analyst.

        Returns:
            ``compound`` (-1 to 1), ``positive``, ``negative``, ``emoji`` (sums of valence),
            ``n_positive``, ``n_negative``, ``n_negated``, ``n_boosted`` (hits), ``n_words``,
            ``n_emoji``, ``n_exclamations`` (counts) and ``ironic`` (0 or 1), all float64 and
            all NaN where the text is not scored.
        """
        return pd.DataFrame(self._found(texts, lang, FEATURES), columns=list(FEATURES))

    def _found(self, texts: Texts, lang: Tags | None, names: Sequence[str]) -> Floats:
        """Return some of the features, a column each."""
        found = np.full((len(texts), len(names)), np.nan)
        for code, at, said in by_language(texts, lang):
            lexicon, listed = self._lexicon(code), code in self.languages
            measure = partial(_features, lexicon=lexicon, anything=listed, names=names)
            if len(at):
                found[at] = measure_once(said, measure)
        return found

    def __reduce__(self) -> tuple[type[LexiconScorer], tuple[dict[str, dict[str, float]]]]:
        # The empty default is a view that cannot travel to another process.
        return LexiconScorer, ({code: dict(words) for code, words in self.extra.items()},)

    def _lexicon(self, code: str | None) -> Lexicon:
        if code is None or code not in self.languages:
            code = NO_LANGUAGE
        own: Extra = tuple(sorted(self.extra.get(code, {}).items()))
        return load_lexicon(code, own)


def shares_of(compound: Floats) -> pd.DataFrame:
    """Return ``neg, neu, pos`` of compound scores: see :meth:`LexiconScorer.score`."""
    logits = np.outer(compound, (-SHARPNESS, 0.0, SHARPNESS))
    logits[:, 1] = SHARPNESS * (NEUTRAL_BAND - 1e-9)
    weights = np.exp(logits + np.where(np.isnan(logits[:, :1]), np.nan, 0.0))
    shares = weights / weights.sum(axis=1, keepdims=True)
    return pd.DataFrame(shares, columns=list(SCORE_COLUMNS))


def _features(texts: pa.Array, *, lexicon: Lexicon, anything: bool, names: Sequence[str]) -> Floats:
    """Return features of each text, a column each; NaN where it holds nothing to score."""
    sums = sum_texts(texts, lexicon)
    columns = [sums.compound() if name == "compound" else getattr(sums, name) for name in names]
    table: Floats = np.column_stack(columns).astype(np.float64)
    scored = (sums.n_words > 0) if anything else np.zeros(len(texts), dtype=np.bool_)
    scored |= (sums.n_words == 0) & (sums.n_emoji > 0)
    table[~scored] = np.nan
    return table
