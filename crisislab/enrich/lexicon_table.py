"""The lexicon of one language as arrays, compiled once from its entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from crisislab.enrich.lexicon_entries import Entries, Entry, load_entries
from crisislab.enrich.lexicon_tokens import (
    BLANK,
    DROP,
    EMOJI,
    ENDS,
    PAUSE,
    SPECIAL,
    WORD,
    reader_of,
)
from crisislab.enrich.pieces import SEPARATOR, Reader

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Extra = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class PhraseTable:
    """Phrases of one length: sorted keys, their ids, and which words may begin one."""

    n: int
    keys: Ints
    ids: Ints
    heads: Bools


@dataclass(frozen=True)
class Lexicon:
    """One language, ready for the token stream: arrays are indexed by token id.

    Attributes:
        reader: Texts to the ids of their tokens.
        valence: -4 (most negative) to 4; 0 for words without one.
        elsewhere: The valence in texts that are not about a service.
        service: How far the token shows that a text is about a service.
        anywhere: Whether the phrase is one in texts that are not about a service too.
        by_service: Whether the two differ for any entry.
        boost: Added to the strength of the next valence; negative for dampeners.
        negator: Whether the token negates.
        contrast: Whether the token is a "but".
        irony: Whether the token marks irony.
        emoji: Whether the token is an emoji or emoticon.
        fixed: Whether negators and boosters leave it alone: emoji, emoticons, and phrases that
            hold a negator of their own ("no me gusta").
        letters: Whether the token has letters.
        stop: Whether the token ends the reach of negators and boosters.
        exclamations: Count of exclamation marks in the token.
        phrase_word: Number of the word among the words of phrases, 0 for none.
        phrase_base: One more than the largest ``phrase_word``.
        phrases: Phrases, longest first.
        separator: Id of the end of a text.
        drop: Id of tokens that do not count (URLs, mentions).
        blank: Id of a token inside a phrase.
    """

    reader: Reader
    valence: Floats
    elsewhere: Floats
    service: Ints
    anywhere: Bools
    by_service: bool
    boost: Floats
    negator: Bools
    contrast: Bools
    irony: Bools
    emoji: Bools
    fixed: Bools
    letters: Bools
    stop: Bools
    exclamations: Ints
    phrase_word: Ints
    phrase_base: int
    phrases: tuple[PhraseTable, ...]
    separator: int
    drop: int
    blank: int


@lru_cache(maxsize=16)
def load_lexicon(lang: str, extra: Extra = ()) -> Lexicon:
    """Return the lexicon of a language, compiled once per process.

    Args:
        lang: ``en``, ``es``, or ``zxx`` (no language: emoji and emoticons only).
        extra: Words or phrases of the analyst's own with their valence; 0 silences one.
    """
    return compile_lexicon(load_entries(lang, extra))


def compile_lexicon(entries: Entries) -> Lexicon:
    """Return entries as arrays."""
    parts = sorted({word for phrase in entries.phrases for word in phrase})
    words = dict.fromkeys([*SPECIAL, *entries.words, *parts, *sorted(entries.service)])
    ids = {word: i for i, word in enumerate(words)}
    nothing = Entry()
    rows = [entries.words.get(word, nothing) for word in words] + [*entries.phrases.values()]
    keys: list[tuple[str, ...]] = [(word,) for word in words]
    keys += entries.phrases
    there = [entries.elsewhere.get(key, row) for key, row in zip(keys, rows, strict=True)]
    codes = {word: i for i, word in enumerate(parts, start=1)}
    symbol = np.array([row.symbol for row in rows], dtype=np.bool_)
    return Lexicon(
        reader=reader_of(ids, entries.aliases, entries.faces),
        valence=np.array([row.valence for row in rows], dtype=np.float64),
        elsewhere=np.array([row.valence if row else 0.0 for row in there], dtype=np.float64),
        service=_numbers({ids[word]: k for word, k in entries.service.items()}, n=len(rows)),
        anywhere=np.array([row is not None for row in there], dtype=np.bool_),
        by_service=bool(entries.elsewhere),
        boost=np.array([row.boost for row in rows], dtype=np.float64),
        negator=_has_role(rows, "negator"),
        contrast=_has_role(rows, "contrast"),
        irony=_has_role(rows, "irony"),
        emoji=symbol | _at([ids[EMOJI]], n=len(rows)),
        fixed=symbol | _own_negator(entries, n_words=len(words)),
        letters=_letters(words, rows),
        stop=_at([ids[SEPARATOR], ids[PAUSE], *(ids[end] for end in ENDS)], n=len(rows)),
        exclamations=_numbers({ids[end]: i for i, end in enumerate(ENDS)}, n=len(rows)),
        phrase_word=_numbers({ids[word]: code for word, code in codes.items()}, n=len(rows)),
        phrase_base=len(parts) + 1,
        phrases=_phrase_tables(entries, codes, first_id=len(words)),
        separator=ids[SEPARATOR],
        drop=ids[DROP],
        blank=ids[BLANK],
    )


def _has_role(rows: Sequence[Entry], role: str) -> Bools:
    return np.array([row.role == role for row in rows], dtype=np.bool_)


def _at(positions: Sequence[int], *, n: int) -> Bools:
    flags = np.zeros(n, dtype=np.bool_)
    flags[list(positions)] = True
    return flags


def _numbers(values: Mapping[int, int], *, n: int) -> Ints:
    numbers = np.zeros(n, dtype=np.int64)
    numbers[list(values)] = list(values.values())
    return numbers


def _letters(words: Iterable[str], rows: Sequence[Entry]) -> Bools:
    """Return which ids are words; the ids of phrases stand for words already counted."""
    flags = np.zeros(len(rows), dtype=np.bool_)
    for i, word in enumerate(words):
        flags[i] = _has_letters(word, rows[i])
    return flags


def _has_letters(key: str, entry: Entry) -> bool:
    if key in SPECIAL:
        return key == WORD
    return not entry.symbol and (key.isalpha() or any(map(str.isalpha, key)))


def _own_negator(entries: Entries, *, n_words: int) -> Bools:
    """Return which ids are phrases that hold a negator of their own."""
    negators = {word for word, entry in entries.words.items() if entry.role == "negator"}
    phrases = [not negators.isdisjoint(phrase) for phrase in entries.phrases]
    return np.array([False] * n_words + phrases, dtype=np.bool_)


def _phrase_tables(
    entries: Entries, codes: Mapping[str, int], *, first_id: int
) -> tuple[PhraseTable, ...]:
    numbered = [(phrase, first_id + i) for i, phrase in enumerate(entries.phrases)]
    base = len(codes) + 1
    tables = []
    for n in sorted({len(phrase) for phrase in entries.phrases}, reverse=True):
        chosen = sorted((_key(p, codes, base), i, codes[p[0]]) for p, i in numbered if len(p) == n)
        heads = np.zeros(base, dtype=np.bool_)
        heads[[head for _, _, head in chosen]] = True
        keys = np.array([key for key, _, _ in chosen], dtype=np.int64)
        tables.append(PhraseTable(n, keys, np.array([i for _, i, _ in chosen]), heads))
    return tuple(tables)


def _key(phrase: tuple[str, ...], codes: Mapping[str, int], base: int) -> int:
    key = 0
    for word in phrase:
        key = key * base + codes[word]
    return key
