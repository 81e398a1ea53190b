"""Language of texts."""

from __future__ import annotations

import socket
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crisislab.enrich.language import LANGUAGES, detect_language, fill_language, language_code

SENTENCES = {
    "es": "La compañía no responde y mi maleta sigue perdida",
    "en": "The company does not answer and my luggage is still lost",
    "pt": "A empresa não responde e a minha mala continua perdida",
    "fr": "La compagnie ne répond pas et ma valise est toujours perdue",
    "it": "La compagnia non risponde e la mia valigia è ancora persa",
    "de": "Die Firma antwortet nicht und mein Koffer ist immer noch weg",
    "ca": "La companyia no respon i la meva maleta encara està perduda",
    "eu": "Konpainiak ez du erantzuten eta nire maleta galduta dago oraindik",
}


@pytest.mark.parametrize(("code", "text"), SENTENCES.items())
def test_detect_language_tells_languages_apart(code: str, text: str) -> None:
    """A plain sentence in each language gets its code, shouted or not."""
    assert detect_language([text, text.upper(), f"@marca {text} https://t.co/x"]) == [code] * 3


@pytest.mark.parametrize("text", ["", "ok", "👍👍👍", "12345 67890 12345", "https://t.co/abcdefghijkl",
                                  "@unacuentalarga #unhashtaglargo", "\x00\x00", "\ud83d"])
def test_detect_language_abstains_on_too_little_text(text: str) -> None:
    """Without enough letters outside of links, mentions and hashtags there is no answer."""
    assert detect_language([text]) == [None]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=5))
def test_detect_language_answers_in_order_for_any_text(texts: list[str]) -> None:
    """Any text gets a listed code or nothing, the same alone as among others."""
    found = detect_language(texts)
    assert found == [detect_language([text])[0] for text in texts]
    assert set(found) <= {*LANGUAGES, None}


def test_detect_language_keeps_to_the_given_languages() -> None:
    """Only the languages asked for are answered, and unknown ones are an error."""
    assert detect_language([SENTENCES["pt"]], languages=["es", "en"]) in (["es"], ["en"])
    with pytest.raises(ValueError, match="xx"):
        detect_language(["texto"], languages=["xx"])


def test_detect_language_needs_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """No socket is opened."""

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError(f"network used: {args} {kwargs}")

    monkeypatch.setattr(socket, "socket", refuse)
    assert detect_language([SENTENCES["es"]], languages=["es", "fr"]) == ["es"]


def test_detect_language_reads_long_and_hostile_text() -> None:
    """A very long text and one of lone surrogates are answered without an error."""
    assert detect_language([SENTENCES["en"] * 2000])[0] == "en"
    hostile = ["\ud83d palabra sin sentido \udc00 alguno", "مرحبا بالعالم كيف"]
    assert len(detect_language(hostile)) == 2


def test_fill_language_fills_only_gaps_with_letters() -> None:
    """Known codes stay, links and emoji stay unknown, and a mixed export is left alone."""
    codes, texts = ["es"] * 8 + ["en", None, None], ["x"] * 9 + ["pésimo", "@a https://t.co/b 👍"]
    assert fill_language(codes, texts) == [*codes[:9], "es", None]
    assert fill_language(codes, texts, least_share=0.95) == codes
    assert fill_language([None], ["pésimo"]) == [None]
    assert fill_language([], []) == []


@pytest.mark.parametrize(
    ("tag", "code"),
    [("es-419", "es"), ("ES_mx", "es"), ("por", "pt"), (" en ", "en"), ("und", None),
     ("", None), (None, None), (float("nan"), None), ("español", None), ("qme", None)],
)  # fmt: skip
def test_language_code_reads_tags_of_exports(tag: object, code: str | None) -> None:
    """Tags of all spellings give the two-letter code; unknown ones nothing."""
    assert language_code(tag) == code


def test_language_model_is_loaded_only_when_needed() -> None:
    """Importing the module loads no model."""
    assert "crisislab.enrich.language" in sys.modules
    source = sys.modules["crisislab.enrich.language"].__dict__
    assert "py3langid" not in source
