"""The catalogue: both languages say the same things."""

from __future__ import annotations

from string import Formatter

import pytest

from crisislab.words import LANGUAGES, catalogue


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_languages_have_the_same_keys() -> None:
    """A text of one language has its counterpart in every other."""
    english = set(catalogue("en"))
    for lang in LANGUAGES:
        assert set(catalogue(lang)) == english


def test_languages_have_the_same_placeholders() -> None:
    """A fact named in one language is named in every other."""
    english = catalogue("en")
    for lang in LANGUAGES:
        texts = catalogue(lang)
        unequal = {k for k in english if _placeholders(english[k]) != _placeholders(texts[k])}
        assert not unequal


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_is_blank_where_english_is_not(lang: str) -> None:
    """No text was left untranslated by leaving it empty."""
    english = catalogue("en")
    assert not {k for k, text in catalogue(lang).items() if english[k].strip() and not text.strip()}
