"""Texts cut into pieces: nothing is lost, and what stands for others is read like them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crisislab.enrich.batches import as_texts
from crisislab.enrich.lexicon_entries import load_entries
from crisislab.enrich.lexicon_table import compile_lexicon, load_lexicon
from crisislab.enrich.pieces import ADDRESS, MENTION, NUMBER, SEPARATOR, Reader, pieces
from crisislab.enrich.vader_words import load_vocabulary

SHAPES = (NUMBER, ADDRESS, MENTION)
MARKS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
SHAPED = st.one_of(
    st.from_regex(rf"\A[{'|'.join(map(chr, range(33, 48)))}]{{0,2}}[0-9]{{4,8}}[!-/:-@]{{0,3}}\Z"),
    st.from_regex(r"\A(https?://|@)[A-Za-z0-9./_-]{0,9}\Z"),
    st.from_regex(r"\A[@#]?[a-zA-Z_!]{0,4}[0-9]{1,3}[a-z0-9_!]{0,3}\Z"),
    st.text(alphabet=f"{MARKS}0123456789ab", max_size=9),
    st.sampled_from(["99999", "88888)", "&#128512;", "@gr88888", "#00000", "12345:)", "http://"]),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=20), max_size=6))
def test_pieces_are_the_texts_without_ascii_blanks(texts: list[str]) -> None:
    """Joined again, the pieces of a text are the text without blanks; its end is marked."""
    held = as_texts(texts)
    numbers, distinct = pieces(held)
    joined = "".join(distinct[i] for i in numbers)
    plain = [str.translate(t, dict.fromkeys(map(ord, " \t\n\v\f\r\0"))) for t in held.to_pylist()]
    assert joined == "".join(text + SEPARATOR for text in plain)


@pytest.mark.parametrize("lang", ["en", "es", "zxx", "vader"])
def test_shaped_pieces_are_read_like_those_they_stand_for(lang: str) -> None:
    """With shapes and without them the tokens of any number, address or mention are the same."""
    reader = load_vocabulary().reader if lang == "vader" else load_lexicon(lang).reader
    assert reader._shapes
    plain = Reader(reader._read)

    @settings(max_examples=400, deadline=None)
    @given(st.lists(SHAPED, max_size=8))
    def check(words: list[str]) -> None:
        texts = as_texts([" ".join(words)])
        assert reader.ids(texts).tolist() == plain.ids(texts).tolist()

    check()


@pytest.mark.parametrize("word", ["20201", "@brand", "https://brand.example"])
def test_listed_numbers_are_told_apart(word: str) -> None:
    """An analyst's own number, address or mention keeps every one of them as it is."""
    lexicon = compile_lexicon(load_entries("en", ((word, -3.0),)))
    assert lexicon.reader._shapes == ()
