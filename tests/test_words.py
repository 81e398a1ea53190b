"""The catalogue: both languages say the same things."""

from __future__ import annotations

import re
from string import Formatter

import pytest
from markupsafe import Markup

from crisislab.errors import Problem
from crisislab.report.show import Show
from crisislab.words import LANGUAGES, catalogue, say

# Counts are told apart from other facts by their names.
_COUNTS = ("n", "of", "total", "carried", "roles", "actions", "rules", "days", "judged", "met",
           "answered", "peak", "unscored", "outside", "below", "on_time", "value",
           "left")  # fmt: skip
# What ends in s and is no plural: "1 crisis", "1 minus", and what one row, or one zone, does.
_SINGULAR = ("crisis|series|is|was|has|es|minus|menos|más|"
             "comes|does|goes|holds|leaves|needs|tells")  # fmt: skip
_ONE_OF_MANY = re.compile(
    rf"\b1 (?:(?:de|of) (?:las? |los? |the |all )?1 )?(?!(?:{_SINGULAR})\b)([^\W\d_]+s)\b"
)


def _placeholders(text: str) -> set[str]:
    """Return the facts that a text shows; words that only agree with one differ by language."""
    return {name for _, name, spec, _ in Formatter().parse(text) if name is not None and not spec}


def _agreeing(text: str) -> set[str]:
    return {name for _, name, spec, _ in Formatter().parse(text) if name is not None and spec}


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


def _counted(name: str) -> bool:
    return name in _COUNTS or name.startswith("n_")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_words_agree_with_a_number_that_is_one(lang: str) -> None:
    """No text says "1 rows" or "1 filas"."""
    found = {}
    for key, text in catalogue(lang).items():
        names = _placeholders(text) | _agreeing(text)
        facts = {n: "1" if _counted(n) else f"<{n}>" for n in names}
        told = say(key, lang, **facts)
        if _ONE_OF_MANY.search(told):
            found[key] = told
    assert not found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_words_that_agree_have_two_forms(lang: str) -> None:
    """Words that agree with a number are written ``{name:one|many}``; the number is a known one.

    What it means and what to do are said with the facts of what was found.
    """
    words = catalogue(lang)
    for key, text in words.items():
        shown = _placeholders(text) | _placeholders(
            words.get(f"{key.rpartition('.')[0]}.found", "")
        )
        assert _agreeing(text) <= shown, key
        for _, name, spec, _ in Formatter().parse(text):
            assert name is None or not spec or spec.count("|") == 1, key


def test_say_agrees_with_numbers_texts_and_links() -> None:
    """One is one as a number, as a text and as the page's link with its marks; 1,000 is not."""
    problem = Problem("CL-IDS-MISSING", n=1)
    assert problem.part("found", "es") == "1 fila no tiene identificador."
    assert problem.part("found", "en") == "1 row has no id."
    many = Problem("CL-IDS-MISSING", n=2)
    assert many.part("found", "es") == "2 filas no tienen identificador."
    show = Show("es", "UTC", marked=True)
    linked = Markup('<a href="#m1">{}</a>').format(show.number(1))
    told = show.say("report.happened.people", n=linked, answered=show.number(1000))
    assert "conversación con" in told
    assert "recibieron" in told


def test_spanish_has_one_word_for_one_thing() -> None:
    """A repost, a role, an entry of the log, evidence and others are each called by one name."""
    other = re.compile(
        r"(?i)\b(reenvíos?|difusiones|anotaci(?:ón|ones)|vigilancia|funciones|momios|papel(?:es)?"
        r"|historias?|dudoso|evidencias?|vida media|husos?)\b"
    )
    said = {key: text for key, text in catalogue("es").items() if other.search(text)}
    assert not said


def test_english_writes_percent_as_the_numbers_beside_it_are_written() -> None:
    """Numbers read "95%" on an English page, so its words do too."""
    assert not {key: text for key, text in catalogue("en").items() if re.search(r"\d %", text)}
