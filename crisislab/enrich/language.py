"""The language of each text, by py3langid, offline and among a few languages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

LANGUAGES = ("es", "en", "pt", "fr", "it", "de", "ca", "gl", "eu", "nl")
MIN_LETTERS = 8
MIN_CONFIDENCE = 0.5
_NOT_LANGUAGE = re.compile(r"https?://\S+|www\.\S+|[@#]\w+|\bRT\b")
_CODE = re.compile(r"([A-Za-z]{2,3})(?:[-_].*)?")
_THREE_LETTERS = {
    "spa": "es", "eng": "en", "por": "pt", "fra": "fr", "fre": "fr", "ita": "it", "deu": "de",
    "ger": "de", "cat": "ca", "glg": "gl", "eus": "eu", "baq": "eu", "nld": "nl", "dut": "nl",
}  # fmt: skip
_UNKNOWN = frozenset({"und", "mis", "mul", "zxx", "qme", "qht", "qam", "qst", "qct", "art", "nan"})


def detect_language(
    texts: Sequence[str],
    *,
    languages: Sequence[str] = LANGUAGES,
    min_letters: int = MIN_LETTERS,
    min_confidence: float = MIN_CONFIDENCE,
) -> list[str | None]:
    """Return the language of each text, or ``None`` where it cannot be told.

    A text in a language outside ``languages`` gets the nearest of them: widen the list if
    your export holds others. URLs, mentions and hashtags are not looked at. Each distinct
    text is classified once (about 6,000 a second); skip this step if the export says the
    language. No network is used.

    Args:
        texts: One text per post.
        languages: ISO 639-1 codes to choose from.
        min_letters: Texts with fewer letters give ``None``.
        min_confidence: Below this probability (0 to 1) the answer is ``None``.

    Returns:
        ISO 639-1 codes or ``None``, in the order of the texts.

    Raises:
        ValueError: If py3langid does not know one of the languages.

    >>> detect_language(["¿Dónde está mi maleta perdida?", "Where is my luggage?", "ok 👍"])
    ['es', 'en', None]
    """
    identifier = _identifier(tuple(languages))
    seen: dict[str, str | None] = {}
    for text in texts:
        if text not in seen:
            seen[text] = _classify(
                text, identifier, min_letters=min_letters, min_confidence=min_confidence
            )
    return [seen[text] for text in texts]


def fill_language(
    codes: Sequence[str | None], texts: Sequence[str], *, least_share: float = 0.8
) -> list[str | None]:
    """Return the codes with gaps filled by the main language, where one clearly leads.

    Short posts ("never again.") cannot be told apart, but are often the angriest: to leave
    them out would bias every share. If at least ``least_share`` of the posts with a known
    language share one, posts with letters but no language get it; else nothing is filled.

    Args:
        codes: Language per text, ``None`` where not known.
        texts: The texts, in the same order.
        least_share: Share (0 to 1) the main language must have among the known ones.

    >>> fill_language(["es", "es", None, None], ["La maleta", "no llega", "Fatal", "👍"])
    ['es', 'es', 'es', None]
    >>> fill_language(["es", "en", None], ["La maleta", "my luggage", "Fatal"])
    ['es', 'en', None]
    """
    main = main_language(Counter(code for code in codes if code is not None), least_share)
    return list(codes) if main is None else fill_with(codes, texts, main=main)


def main_language(known: Counter[str], least_share: float = 0.8) -> str | None:
    """Return the language that so large a share of the posts with a known one have, if any.

    >>> main_language(Counter({"es": 9, "en": 1})), main_language(Counter({"es": 7, "en": 3}))
    ('es', None)
    """
    main, n = known.most_common(1)[0] if known else ("", 0)
    return main if known and n >= least_share * known.total() else None


def fill_with(codes: Sequence[str | None], texts: Sequence[str], *, main: str) -> list[str | None]:
    """Return the codes with the main language where none is known and the text has letters."""
    return [
        main if code is None and any(map(str.isalpha, _NOT_LANGUAGE.sub(" ", text))) else code
        for code, text in zip(codes, texts, strict=True)
    ]


def language_code(tag: object) -> str | None:
    """Return the ISO 639-1 code of a language tag as exports write it, or ``None``.

    >>> [language_code(tag) for tag in ("es-MX", "EN_us", "spa", "und", "", None)]
    ['es', 'en', 'es', None, None, None]
    """
    match = _CODE.fullmatch(tag.strip()) if isinstance(tag, str) else None
    if match is None:
        return None
    code = match[1].lower()
    return None if code in _UNKNOWN else _THREE_LETTERS.get(code, code)


def language_codes(tags: pa.Array) -> pa.Array:
    """Return the code of each language tag of a column; missing where a tag tells none.

    >>> language_codes(pa.array(["es-MX", None, "und", "EN"])).to_pylist()
    ['es', None, None, 'en']
    """
    encoded = tags.dictionary_encode()
    codes = [language_code(tag) for tag in encoded.dictionary.to_pylist()]
    return pa.array(codes, pa.large_string()).take(encoded.indices)


def _classify(
    text: str, identifier: LanguageIdentifier, *, min_letters: int, min_confidence: float
) -> str | None:
    plain = _NOT_LANGUAGE.sub(" ", text)
    if sum(map(str.isalpha, plain)) < min_letters:
        return None
    code, confidence = identifier.classify(plain.lower())
    return str(code) if confidence >= min_confidence else None


@lru_cache(maxsize=4)
def _identifier(languages: tuple[str, ...]) -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(languages))
    return identifier
