"""Hand-worked sentences, the lists behind them, and their licences."""

from __future__ import annotations

import math
from importlib.resources import files

import numpy as np
import pytest

from crisislab.enrich.lexicon import LexiconScorer
from crisislab.enrich.lexicon_entries import load_entries, read_rows
from crisislab.enrich.lexicon_spanish import inflect
from crisislab.enrich.lexicon_verbs import verb_forms

LISTS = files("crisislab.enrich").joinpath("lexicons")
OWN = ("es.csv", "es_markers.csv", "en_crisis.csv", "en_markers.csv", "emoji.csv")

SPANISH = [
    ("No está mal", "pos"), ("nada bueno", "neg"), ("No es nada bueno", "neg"),
    ("no es malo", "pos"), ("Me gusta", "pos"), ("No me gusta nada", "neg"),
    ("QUÉ ASCO DE SERVICIO", "neg"), ("que asco", "neg"), ("ni fu ni fa", "neu"),
    ("Me cago en la leche, otra vez sin luz", "neg"), ("una chimba de concierto", "pos"),
    ("Son de la chingada", "neg"), ("No manches, qué poca madre", "neg"),
    ("boludo, son unos chantas", "neg"), ("re copado el recital", "pos"),
    ("qué bacano todo", "pos"), ("está bien chido", "pos"), ("qué fome", "neg"),
    ("una tomadura de pelo", "neg"), ("vaya tela", "neg"), ("sinvergüenzas", "neg"),
    ("sinverguenzas", "neg"), ("una estafa", "neg"), ("maaaalo", "neg"), ("malííísimo", "neg"),
    ("xq no contestan?", "neg"), ("Buenos días, ¿a qué hora abren?", "neu"),
    ("gracias por todo 😍", "pos"), ("gracias por nada", "neg"), ("Gracias!!", "pos"),
    ("Sois geniales, gracias #ironía", "neg"), ("caro pero bueno", "pos"),
    ("bueno pero carísimo", "neg"), ("Llevo 3 horas esperando mi maleta", "neg"),
    ("El vuelo sale a las 8", "neu"), ("¿Vienes mañana, no?", "neu"),
    ("se filtraron mis datos, robo de datos", "neg"), ("Costa Rica", "neu"),
    ("irá mañana", "neu"), ("sin problemas", "pos"), ("conchetumare qué roche", "neg"),
]  # fmt: skip
KNOWN = {"negator", "booster", "contrast", "irony", "alias", "service"}
ENGLISH = [
    ("not bad", "pos"), ("This is not good", "neg"), ("Nothing good about it", "neg"),
    ("GREAT flight", "pos"), ("great flight but they lost my luggage", "neg"),
    ("I can't wait to fly with you", "pos"), ("thank you so much", "pos"),
    ("thanks for nothing", "neg"), ("I don’t like it", "neg"), ("sooo baaaad", "neg"),
    ("Our data was leaked", "neg"), ("Product recall", "neg"), ("I want a refund", "neg"),
    ("No problem at all", "pos"), ("hardly helpful", "neg"), ("Good morning all", "pos"),
    ("Good morning, when is my flight?", "neu"),
    ("The flight leaves at 8", "neu"), ("love it 🙃", "neg"), ("Resolved, thanks :)", "pos"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SPANISH)
def test_score_reads_spanish_sentences(text: str, expected: str) -> None:
    """Each Spanish sentence has the sign that a person would give it."""
    assert LexiconScorer().score([text], ["es"]).iloc[0].idxmax() == expected


@pytest.mark.parametrize(("text", "expected"), ENGLISH)
def test_score_reads_english_sentences(text: str, expected: str) -> None:
    """Each English sentence has the sign that a person would give it."""
    assert LexiconScorer().score([text], ["en"]).iloc[0].idxmax() == expected


@pytest.mark.parametrize("text", ["", " ", "\x00", "123", "!!!", "@marca", "https://t.co/x", "RT?"])
@pytest.mark.parametrize("lang", ["es", "de", None])
def test_score_abstains_where_there_is_nothing_to_score(text: str, lang: str | None) -> None:
    """Without letters or emoji nothing is scored; letters alone make a listed language neutral."""
    missing = LexiconScorer().score([text], [lang]).isna().all(axis=None)
    assert missing == (text != "RT?" or lang != "es")


def test_score_abstains_on_unknown_languages() -> None:
    """A text in a language without list is not scored, however negative its words sound."""
    scores = LexiconScorer().score(["fatal terrible 😡", "fatal"], ["de", None])
    assert scores.isna().all(axis=None)


def test_score_reads_emoji_in_any_language() -> None:
    """Emoji and emoticons without words have no language and are scored in all."""
    compound = LexiconScorer().compound(["😡😡", ":(", "❤️", "👍🏽"], ["ja", None, "de", "und"])
    assert np.sign(compound).tolist() == [-1, -1, 1, 1]


def test_score_takes_missing_texts_as_not_scored() -> None:
    """A missing text gives a missing score."""
    texts: list[object] = [None, float("nan"), "malo"]
    missing = LexiconScorer().score(texts, ["es"] * 3).isna().all(axis=1)  # type: ignore[arg-type]
    assert missing.tolist() == [True, True, False]


def test_compound_follows_the_formula() -> None:
    """The score of muy amable!! by hand: 3 + 0.3, two marks of 0.292, S / sqrt(S² + 15)."""
    total = 3 + 0.3 + 2 * 0.292
    compound = LexiconScorer().compound(["son muy amables!!"], ["es"])
    assert compound[0] == pytest.approx(total / math.sqrt(total**2 + 15))


def test_compound_grows_with_boosters_and_shrinks_with_dampeners() -> None:
    """A booster before a word strengthens it, a dampener weakens it."""
    weak, plain, strong = LexiconScorer().compound(
        ["slightly rude", "rude", "extremely rude"], ["en"] * 3
    )
    assert strong < plain < weak < 0


def test_negation_ends_at_the_clause() -> None:
    """A negator does not reach over a comma or a full stop."""
    texts = ["No, gracias", "no. Excelente", "no excelente"]
    compound = LexiconScorer().compound(texts, ["es"] * 3)
    assert np.sign(compound).tolist() == [1, 1, -1]


def test_extra_words_win_over_the_lists() -> None:
    """The analyst's own words count, and a valence of 0 silences a listed word."""
    scorer = LexiconScorer(extra={"es": {"producto milagro": -3, "Fatal": 0}})
    own, silenced = scorer.compound(["otro producto milagro", "Fatal Fury"], ["es", "es"])
    assert own < -0.5
    assert silenced == 0


def test_accents_elongation_and_shorthand_do_not_change_the_score() -> None:
    """Spelling habits of users lead to the same word."""
    texts = ["pésimo", "pesimo", "PÉSIMO", "pésimooooo", "pe\u0301simo", "pé\u00adsimo"]
    assert len(set(LexiconScorer().compound(texts, ["es"] * len(texts)).tolist())) == 1


def test_service_readings_hold_beside_a_service_word_only() -> None:
    """Words such as "free" and "please" mean to customers what they mean to nobody else."""
    scorer = LexiconScorer()
    plain, served = scorer.compound(
        ["I am free on Friday", "The flight is free on Friday"], ["en", "en"]
    )
    assert plain > served > 0
    pair = ["Please come", "Please refund it"]
    polite, asking = scorer.compound(pair, ["en", "en"])
    assert polite > 0 >= asking
    assert scorer.compound(["I had to call", "I had to call the airline"], ["en", "en"])[1] < 0
    # One everyday word of services is no proof, two of them are.
    once, twice = scorer.compound(["Please call", "Please call, two hours"], ["en", "en"])
    assert once > 0 >= twice
    own = LexiconScorer(extra={"en": {"free": -1.0}})
    assert (own.compound(["I am free", "The flight is free"], ["en", "en"]) < 0).all()


def test_character_references_are_read() -> None:
    """What an export wrote as HTML scores as what was written."""
    texts = ["I don&#39;t like it", "love you &lt;3", "Q&amp;A"]
    plain = ["I don't like it", "love you <3", "Q&A"]
    scorer = LexiconScorer()
    assert (
        scorer.compound(texts, ["en"] * 3).tolist() == scorer.compound(plain, ["en"] * 3).tolist()
    )


def test_verb_forms_cover_the_tenses() -> None:
    """Regular, spelling-changing and stem-changing verbs give the forms users write."""
    assert {"estafo", "estafais", "estafaron", "estafado", "estafarme"} <= verb_forms("estafar")
    assert {"busque", "busquen", "busco"} <= verb_forms("buscar")
    assert {"miento", "mintio", "mintiendo", "mentis"} <= verb_forms("mentir", "ie")
    assert {"destruyo", "destruyen", "destruyeron"} <= verb_forms("destruir")
    assert {"agradezco", "agradecemos"} <= verb_forms("agradecer")


def test_inflect_keeps_the_sign() -> None:
    """All forms of an entry have the sign of the entry and at most strength 4."""
    for row in read_rows("es.csv"):
        if " " not in row["entry"] and float(row["valence"]):
            values = list(inflect(row["entry"], row["class"], float(row["valence"])).values())
            assert {np.sign(v) for v in values} == {np.sign(float(row["valence"]))}
            assert max(map(abs, values)) <= 4


def test_spanish_list_is_large_and_well_formed() -> None:
    """At least 1,500 base entries, each once per class, valences in -4..4, six countries."""
    rows = read_rows("es.csv")
    valued = [row for row in rows if float(row["valence"])]
    assert len({row["entry"] for row in valued}) >= 1500
    assert all(-4 <= float(row["valence"]) <= 4 for row in rows)
    assert len({(row["entry"], row["class"]) for row in rows}) == len(rows)
    regions = {code for row in rows for code in row["region"].split("/")}
    assert {"all", "ES", "MX", "AR", "CO", "CL", "PE"} <= regions
    assert {row["class"] for row in rows} == {
        "adj", "person", "noun", "verb", "verb-ie", "verb-ue", "adverb", "form", "phrase", "mask",
    }  # fmt: skip


@pytest.mark.parametrize("lang", ["es", "en"])
def test_marker_lists_are_well_formed(lang: str) -> None:
    """Every marker has a known role, and shorthand stands for something."""
    rows = read_rows(f"{lang}_markers.csv")
    assert {row["role"] for row in rows} <= KNOWN
    assert all(row["value"] for row in rows if row["role"] in ("alias", "booster"))
    assert all(len(phrase) <= 5 for phrase in load_entries(lang).phrases)


@pytest.mark.parametrize("name", OWN)
def test_own_lists_state_their_licence(name: str) -> None:
    """Every list of ours begins with its licence and can be read as UTF-8."""
    text = LISTS.joinpath(name).read_text(encoding="utf-8")
    assert text.startswith("# Licence: MIT, part of crisislab")


def test_vader_lists_keep_their_notice() -> None:
    """The copyright notice of the VADER files stands beside them."""
    notice = LISTS.joinpath("LICENSE-vader.txt").read_text(encoding="utf-8")
    assert "Copyright (c) 2016 C.J. Hutto" in notice
    assert "Permission is hereby granted, free of charge" in notice
    assert all(
        name in notice for name in ("en_vader.txt", "en_vader_markers.csv", "emoji_vader.txt")
    )


def test_every_list_has_a_licence() -> None:
    """No file lies in the folder of lists that these tests do not account for."""
    known = {*OWN, "en_vader.txt", "en_vader_markers.csv", "emoji_vader.txt", "LICENSE-vader.txt"}
    assert {entry.name for entry in LISTS.iterdir()} == known
