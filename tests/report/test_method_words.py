"""How a number was estimated is told in words of the reader's language, never in a code."""

from __future__ import annotations

from pathlib import Path

import pytest

from crisislab.report.cards import Cards, method_words, note_words
from crisislab.report.feeling_blocks import feeling_blocks
from crisislab.report.show import Show, unmarked
from crisislab.report.value import Review
from tests.warm import warm_case, warm_review

SAMPLES = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="module", params=["brumaria", "kestrel"])
def review(request: pytest.FixtureRequest) -> Review:
    """Return the review of a sample."""
    return warm_review(warm_case(SAMPLES / request.param))


def test_every_method_and_note_of_the_samples_has_words(review: Review) -> None:
    """In Spanish none stands as the code that the measure wrote."""
    show = Show("es", "UTC")
    methods = review.metrics["method"].dropna().unique()
    assert not [m for m in methods if m and method_words(m, show) == m]
    notes = {note for text in review.metrics["note"].dropna() for note in text.split()}
    assert not [note for note in notes if note_words(note, show) == note]


def test_line_under_the_curve_is_plain() -> None:
    """The line says on how many texts the share rests; how it is estimated stands in its card."""
    review = warm_review(warm_case(SAMPLES / "brumaria"), lang="en")
    show = Show("en", review.zone)
    cards = Cards(review, show)
    share = cards.find("negative_share")
    assert share is not None
    assert "197 of them drawn at random (prediction-powered inference)" in share.method
    (block,) = [b for b in feeling_blocks(review, cards, show) if "percent" in b.heading]
    hint = unmarked(str(block.hint))
    assert "197</a> texts labelled by hand" in hint
    assert not {"ppi", "crisis-sentiment", "Method"} & set(hint.replace(",", " ").split())


@pytest.mark.parametrize(
    ("method", "told"),
    [
        ("known for 1 of 340 items", "se conoce de 1 de 340 publicaciones"),
        ("known for 2 of 2", "se conoce de 2 de 2"),
        ("exact Poisson 95 %", "intervalo exacto de Poisson"),
        ("crisis-sentiment(mine) 1/3, labels_alone, 1 labels",
         "1 etiqueta a mano sorteada, sin el puntuador (crisis-sentiment(mine) 1/3)"),
        ("onset to detected", "desde: empezó la subida; hasta: se notó"),
    ],
)  # fmt: skip
def test_method_words_in_spanish(method: str, told: str) -> None:
    """What measures write reads as a Spanish sentence, in the right number."""
    assert method_words(method, Show("es", "UTC")) == told
