"""The lexicon scorer against a slow reference, and its invariances."""

from __future__ import annotations

import html
import math
import random
import unicodedata
from collections.abc import Set
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crisislab.enrich.batches import as_texts
from crisislab.enrich.lexicon import FEATURES, LexiconScorer
from crisislab.enrich.lexicon_entries import Entries, Entry, load_entries
from crisislab.enrich.lexicon_stream import sum_texts
from crisislab.enrich.lexicon_table import load_lexicon
from crisislab.enrich.lexicon_tokens import BLANK, DROP, EMOJI, ENDS, PAUSE, TOKEN, WORD, canonical
from crisislab.enrich.scorer import Scorer, labels, validate_scores

INVISIBLE = "\u00ad\u200b\u200c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"
STOPS = {PAUSE, *ENDS}
LANGS = ("es", "en")


def reference_sums(text: str, entries: Entries, known: Set[str]) -> dict[str, float]:
    """Score one text token by token, as slowly and plainly as possible."""
    keys = _reference_keys(text, entries, known)
    if sum(entries.service.get(key, 0) for key in keys) < 2:
        entries = _elsewhere(entries)
    items = _reference_phrases(keys, entries)
    found = {name: 0.0 for name in FEATURES if name != "compound"}
    found["n_words"] = sum(_is_word(key, entries) for key in keys)
    found["n_emoji"] = sum(_entry(key, entries).symbol or key == EMOJI for key in keys)
    found["n_exclamations"] = sum(ENDS.index(key) for key in keys if key in ENDS)
    found["ironic"] = float(any(_entry(item, entries).role == "irony" for item in items))
    contrasts = [i for i, item in enumerate(items) if _entry(item, entries).role == "contrast"]
    for i, item in enumerate(items):
        value, negated, boosted = _reference_value(i, items, entries)
        if contrasts:
            value *= 0.5 if i < contrasts[-1] else 1.5
        found["positive"] += max(value, 0)
        found["negative"] += min(value, 0)
        found["emoji"] += value if _entry(item, entries).symbol else 0
        found["n_positive"] += value > 0
        found["n_negative"] += value < 0
        found["n_negated"] += negated
        found["n_boosted"] += boosted
    return found | {"compound": _reference_compound(found)}


def _elsewhere(entries: Entries) -> Entries:
    """Return the entries as they are in a text that is not about a service."""
    there = {key: entries.elsewhere.get(key, entry) for key, entry in entries.phrases.items()}
    words = {key: entries.elsewhere.get((key,), entry) for key, entry in entries.words.items()}
    return replace(
        entries,
        words={key: entry for key, entry in words.items() if entry},
        phrases={key: entry for key, entry in there.items() if entry},
    )


def _reference_keys(text: str, entries: Entries, known: Set[str]) -> list[str]:
    keys = []
    for chunk in text.replace("\x00", " ").replace("\n", " . ").lower().split():
        clean = unicodedata.normalize("NFC", html.unescape(chunk).lower())
        clean = "".join(c for c in clean if c not in INVISIBLE and not "\u2066" <= c <= "\u2069")
        found = [clean] if clean in entries.faces else TOKEN.findall(clean)
        keys += [canonical(token, known, entries.aliases) for token in found]
    keys = [key for key in keys if key != DROP]
    kept = []
    for i, key in enumerate(keys):
        symbol = key == EMOJI or _entry(key, entries).symbol
        if not (symbol and i >= 2 and keys[i - 1] == key and keys[i - 2] == key):
            kept.append(key)
    return kept


def _reference_phrases(keys: list[str], entries: Entries) -> list[str | tuple[str, ...]]:
    items: list[str | tuple[str, ...]] = list(keys)
    for n in (5, 4, 3, 2):
        i = 0
        while i + n <= len(items):
            if tuple(items[i : i + n]) in entries.phrases:
                items[i : i + n] = [tuple(keys[i : i + n]), *[BLANK] * (n - 1)]
                i += n
            else:
                i += 1
    return items


def _reference_value(
    i: int, items: list[str | tuple[str, ...]], entries: Entries
) -> tuple[float, bool, bool]:
    entry = _entry(items[i], entries)
    if entry.role == "negator":
        return _reference_idle(i, items, entries), False, False
    if not entry.valence or _is_fixed(items[i], entries):
        return entry.valence, False, False
    boost, negated = 0.0, False
    for distance, weight in ((1, 1.0), (2, 0.95), (3, 0.9)):
        if i - distance < 0 or items[i - distance] in STOPS:
            break
        before = _entry(items[i - distance], entries)
        boost += weight * before.boost
        negated |= before.role == "negator"
    strength = max(abs(entry.valence) + boost, 0.2 * abs(entry.valence))
    turn = (-0.74 if entry.valence > 0 else -0.25) if negated else 1.0
    return math.copysign(strength, entry.valence) * turn, negated, boost != 0


def _reference_idle(i: int, items: list[str | tuple[str, ...]], entries: Entries) -> float:
    """Return a negator's own valence, unless it negates a hit or ends its clause."""
    if i + 1 == len(items) or items[i + 1] in STOPS:
        return 0.0
    for item in items[i + 1 : i + 4]:
        if item in STOPS:
            break
        entry = _entry(item, entries)
        if entry.valence and entry.role != "negator" and not _is_fixed(item, entries):
            return 0.0
    return _entry(items[i], entries).valence


def _reference_compound(found: dict[str, float]) -> float:
    total = found["positive"] + found["negative"]
    total += np.sign(total) * 0.292 * min(found["n_exclamations"], 4)
    if found["ironic"] and total > 0:
        total *= -0.5
    return float(total / math.sqrt(total * total + 15))


def _entry(item: str | tuple[str, ...], entries: Entries) -> Entry:
    if isinstance(item, tuple):
        return entries.phrases.get(item, Entry())
    return entries.words.get(item, Entry())


def _is_fixed(item: str | tuple[str, ...], entries: Entries) -> bool:
    if isinstance(item, tuple):
        return any(_entry(word, entries).role == "negator" for word in item)
    return _entry(item, entries).symbol


def _is_word(key: str, entries: Entries) -> bool:
    if key.startswith("<") and key.endswith(">"):
        return key == WORD
    return not _entry(key, entries).symbol and any(map(str.isalpha, key))


def _pieces(lang: str) -> st.SearchStrategy[str]:
    entries, picker = load_entries(lang), random.Random(7)
    words = picker.sample(sorted(entries.words), 300)
    marked = [w for w, e in entries.words.items() if e.role or e.boost]
    phrases = [" ".join(p) for p in picker.sample(sorted(entries.phrases), 300)]
    odd = ["https://t.co/x", "www.", "http://", "@marca", "#Tema", "\x00", "\ud83d", "🇪🇸", "👍🏽",
           "❤️", "😡😡😡😡", "🙃", ":(", ":'(", ":-))", "<3", "</3", "-_-", "!!!", "?", "...", ",",
           "¡", "‼", "PÉSIMO", "pe\u0301simo", "maaaalo", "sooo", "jajaja", "haha", "q", "xq",
           "can’t", "it's", "مرحبا", "\u202eabc", "ma\u00adlo", "10/10", "_no_", "ﬁn", "İ", "Σ",
           "&lt;3", "don&#39;t", "&amp;", "&", "service", "flights", "refund", "served",
           "(:", "(a:b)", ":l", "):", "D:", ":dp", "x:d", "a:s",
           "8)", "niño", "vergüenza", "\r", "\u2028", "\x1e"]  # fmt: skip
    return st.one_of(
        st.sampled_from(words), st.sampled_from(marked), st.sampled_from(phrases),
        st.sampled_from(odd), st.text(max_size=6),
    )  # fmt: skip


def _texts(lang: str) -> st.SearchStrategy[str]:
    glue = st.sampled_from([" ", " ", " ", "", "\n", ", ", ". "])
    parts = st.lists(st.tuples(_pieces(lang), glue), max_size=14)
    return parts.map(lambda pairs: "".join(piece + space for piece, space in pairs))


@pytest.mark.parametrize("lang", LANGS)
def test_sum_texts_equals_slow_reference(lang: str) -> None:
    """The numpy rules give what the plain rules give, on adversarial texts, many at a time."""
    entries, lexicon = load_entries(lang), load_lexicon(lang)
    parts = (word for phrase in entries.phrases for word in phrase)
    known = {*entries.words, *parts, *entries.service}
    lengths = sorted({len(phrase) for phrase in entries.phrases})
    assert lengths == [2, 3, 4, 5][: len(lengths)]

    @settings(max_examples=150, deadline=None)
    @given(st.lists(_texts(lang), min_size=1, max_size=5))
    def check(texts: list[str]) -> None:
        sums = sum_texts(as_texts(texts), lexicon)
        found = {name: getattr(sums, name) for name in FEATURES if name != "compound"}
        found["compound"] = sums.compound()
        for row, text in enumerate(texts):
            expected = reference_sums(text, entries, known)
            actual = {name: float(values[row]) for name, values in found.items()}
            assert actual == pytest.approx(expected, abs=1e-9), text

    check()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(_texts("es"), st.sampled_from(["es", "en", "de", None])), max_size=6))
def test_score_rows_are_shares_or_not_scored(rows: list[tuple[str, str | None]]) -> None:
    """Every row sums to 1 or is three NaN, and its largest share follows the compound rule."""
    texts, lang = [text for text, _ in rows], [code for _, code in rows]
    scorer = LexiconScorer()
    scores, compound = scorer.score(texts, lang), scorer.compound(texts, lang)
    validate_scores(scores, n=len(rows))
    missing = np.isnan(compound)
    expected = np.select([compound <= -0.05, compound >= 0.05], ["negative", "positive"], "neutral")
    assert scores["neg"].isna().tolist() == missing.tolist()
    assert labels(scores)[~missing].tolist() == expected[~missing].tolist()


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(8)))
def test_score_does_not_depend_on_order_or_duplicates(order: list[int]) -> None:
    """Shuffling or repeating the posts shuffles or repeats the scores and changes none."""
    texts = ["pésimo", "no está mal", "great!", "ok", "😡", "", "gracias por nada", "no refund"]
    lang = ["es", "es", "en", "en", None, "es", "es", "en"]
    plain = LexiconScorer().score(texts, lang)
    again = LexiconScorer().score([texts[i] for i in order] * 2, [lang[i] for i in order] * 2)
    expected = pd.concat([plain.loc[list(order)]] * 2, ignore_index=True)
    pd.testing.assert_frame_equal(again, expected)


def test_score_does_not_change_its_input() -> None:
    """Texts and codes are as before after scoring."""
    texts, lang = ["Qué asco\x00", "great\ud83d"], ["es-MX", "en_GB"]
    LexiconScorer().score(texts, lang)
    assert (texts, lang) == (["Qué asco\x00", "great\ud83d"], ["es-MX", "en_GB"])


def test_score_of_nothing_is_the_right_empty_table() -> None:
    """No texts give an empty table with the three columns as numbers."""
    scores = LexiconScorer().score([], [])
    assert scores.shape == (0, 3)
    assert set(scores.dtypes.astype(str)) == {"float64"}


def test_score_refuses_languages_of_another_length() -> None:
    """A list of languages that does not fit the texts is an error, not a guess."""
    with pytest.raises(ValueError, match="CL-SCORE-LANG: 1 language codes for 2 texts"):
        LexiconScorer().score(["a", "b"], ["es"])


def test_lexicon_scorer_keeps_the_scorer_promise() -> None:
    """The default scorer satisfies the protocol and says that it is not calibrated."""
    scorer: Scorer = LexiconScorer()
    assert isinstance(scorer, Scorer)
    assert (scorer.languages, scorer.calibrated) == (("en", "es"), False)


def test_score_reads_a_long_text_in_one_piece() -> None:
    """A text of 100,000 characters is scored like its parts would suggest."""
    compound = LexiconScorer().compound(["pésimo servicio. " * 6000, "a" * 100_000], ["es", "es"])
    assert compound[0] < -0.99
    assert compound[1] == 0


def test_features_do_not_depend_on_the_size_of_the_batch() -> None:
    """Many long texts, which are read in parts, score like each text alone."""
    texts = [f"{i} malo " + "x" * 300_000 for i in range(30)]
    scorer = LexiconScorer()
    together = scorer.compound(texts, ["es"] * 30)
    assert set(together.tolist()) == set(scorer.compound(texts[:1], ["es"]).tolist())
