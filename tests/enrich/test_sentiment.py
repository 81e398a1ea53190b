"""Languages and scores as columns of the posts."""

from __future__ import annotations

import pandas as pd

from crisislab.enrich.lexicon import LexiconScorer
from crisislab.enrich.sentiment import add_language, add_sentiment
from tests.build import at, posts


def crowd() -> pd.DataFrame:
    """Return posts with and without a language of their own."""
    texts = [
        ("El servicio ha sido un desastre absoluto, qué vergüenza", "es-MX"),
        ("Muchas gracias por la ayuda, todo perfecto con el pedido", None),
        ("Fatal.", None),
        ("👍", None),
        ("Quel désastre, je suis très déçu de votre service", "fr"),
    ]
    return posts(
        *(
            {"post_id": str(i), "created_at": at("10:00"), "text": text, "lang": lang}
            for i, (text, lang) in enumerate(texts)
        )
    )


def test_add_language_keeps_the_export_and_fills_gaps() -> None:
    """Codes of the export stand; gaps are detected; what has no words stays unknown."""
    three = crowd().iloc[:4].reset_index(drop=True)
    told = add_language(three)
    assert told["lang"].fillna("-").tolist() == ["es", "es", "es", "-"]
    assert told["lang_origin"].fillna("-").tolist() == ["export", "detected", "main", "-"]


def test_add_sentiment_leaves_unknown_languages_unscored() -> None:
    """A language without a list is not scored, and not scored is not neutral."""
    scored = add_sentiment(add_language(crowd()), scorer=LexiconScorer())
    assert scored["neg"].notna().tolist()[:4] == [True, True, False, False]
    assert scored.loc[4, ["neg", "neu", "pos"]].isna().all()
    assert scored.loc[0, "neg"] > scored.loc[0, "pos"]
    assert scored.loc[1, "pos"] > scored.loc[1, "neg"]


def test_add_language_leaves_its_input_alone() -> None:
    """The posts are the same before and after."""
    frame = crowd()
    before = frame.copy(deep=True)
    add_sentiment(add_language(frame), scorer=LexiconScorer())
    pd.testing.assert_frame_equal(frame, before)
