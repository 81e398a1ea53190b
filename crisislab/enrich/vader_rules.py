"""VADER's rules on whole arrays: what surrounds a listed word, then the sums of each text.

Written after vaderSentiment 3.3.2 (C.J. Hutto, MIT) and equal to it, its oddities included: the
order of the steps, the words that stop a step, and how "but" finds the words it weighs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from crisislab.enrich.pieces import without_separator
from crisislab.enrich.vader_words import (
    END,
    EXCLAMATION,
    NOTHING,
    QUESTION,
    Vocabulary,
    load_vocabulary,
)

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

CAPITALS = 0.733
TURN = -0.74
STRESS = 1.25
BY_DISTANCE = (1.0, 0.95, 0.9)
BEFORE_BUT, AFTER_BUT = 0.5, 1.5
EXCLAIMED, MOST_EXCLAIMED = 0.292, 4
ASKED, MOST_ASKED, ASKED_OFTEN = 0.18, 3, 0.96
ALPHA = 15.0
# Where an idiom may stand around a listed word (0); what is found later in this list counts.
_SPANS = ((-3, -2), (-3, -2, -1), (-2, -1), (-2, -1, 0), (-1, 0), (0, 1), (0, 1, 2))
_PAIR_SPANS = ((-3, -2), (-2, -1))


@dataclass(frozen=True)
class _Stream:
    """The tokens of all texts in a row, each text ended by ``END``.

    Attributes:
        word: Number of the word.
        capitals: Whether it is written in capitals.
        text: Number of its text.
        start: Where each text begins.
        length: Tokens of each text.
        exclaimed: Exclamation marks of each text.
        asked: Question marks of each text.
    """

    word: Ints
    capitals: Bools
    text: Ints
    start: Ints
    length: Ints
    exclaimed: Ints
    asked: Ints


@dataclass(frozen=True)
class _Around:
    """What stands around each listed word: ``word[k]`` for k = -3 to 2, 0 the word itself."""

    word: dict[int, Ints]
    loud: dict[int, Bools]
    place: Ints


def rate_texts(texts: pa.Array) -> Floats:
    """Return VADER's ``neg, neu, pos, compound`` of each text, a column each, not rounded.

    Args:
        texts: Texts without missing ones.
    """
    words = load_vocabulary()
    stream = _stream(texts, words)
    at = _hits(stream, words)
    value = _valences(_around(stream, at), words)
    at, value = at[value != 0], value[value != 0]
    return _sums(_weigh_but(value, at, stream, words), stream.text[at], stream)


def _stream(texts: pa.Array, words: Vocabulary) -> _Stream:
    # To VADER the separator is a letter like any other; so is this one.
    codes = words.reader.ids(without_separator(texts, "\x01"))
    word = codes >> 1
    ends = word == END
    text = np.cumsum(ends) - ends
    counts = [np.bincount(text[word == mark], minlength=len(texts)).astype(np.int64)
              for mark in (EXCLAMATION, QUESTION)]  # fmt: skip
    keep = np.flatnonzero((word != EXCLAMATION) & (word != QUESTION))
    word, text = word[keep], text[keep]
    last = np.flatnonzero(word == END)
    start = np.concatenate([[0], last[:-1] + 1]) if len(last) else last
    return _Stream(word, (codes[keep] & 1).astype(np.bool_), text, start, last - start, *counts)


def _hits(stream: _Stream, words: Vocabulary) -> Ints:
    """Return where listed words stand that are no boosters, nor the "kind" of "kind of"."""
    at = np.flatnonzero(words.listed[stream.word])
    word = stream.word[at]
    kind_of = (word == words["kind"]) & (stream.word[at + 1] == words["of"])
    found: Ints = at[(words.boost[word] == 0) & ~kind_of]
    return found


def _around(stream: _Stream, at: Ints) -> _Around:
    text = stream.text[at]
    capital = np.bincount(stream.text[stream.capitals], minlength=len(stream.length))
    differs = ((capital > 0) & (capital < stream.length))[text]
    place, left = at - stream.start[text], stream.length[text]
    word, loud = {}, {}
    for k in range(-3, 3):
        inside = (place + k >= 0) & (place + k < left)
        there = np.where(inside, at + k, at)
        word[k] = np.where(inside, stream.word[there], NOTHING)
        loud[k] = stream.capitals[there] & inside & differs
    return _Around(word, loud, place)


def _valences(around: _Around, words: Vocabulary) -> Floats:
    """Return the valence of each listed word after its surroundings."""
    value = _after_no(around, words)
    value = np.where(around.loud[0], value + np.where(value > 0, CAPITALS, -CAPITALS), value)
    for distance in (1, 2, 3):
        before = around.word[-distance]
        stepped = value + _boosted(value, around, distance, words)
        stepped = stepped * _turned(around, distance, words)
        if distance == len(BY_DISTANCE):
            stepped = _idioms(stepped, around, words)
        seen = (around.place >= distance) & ~words.listed[before]
        value = np.where(seen, stepped, value)
    before, earlier = around.word[-1], around.word[-2]
    least = (before == words["least"]) & (earlier != words["at"]) & (earlier != words["very"])
    return np.where(least, value * TURN, value)


def _after_no(around: _Around, words: Vocabulary) -> Floats:
    """Return the valences, turned after "no", which has none itself before a listed word."""
    word, value = around.word, words.valence[around.word[0]]
    no = words["no"]
    joined = (word[-1] == words["or"]) | (word[-1] == words["nor"])
    turned = (word[-1] == no) | (word[-2] == no) | ((word[-3] == no) & joined)
    alone = np.where((word[0] == no) & words.listed[word[1]], 0.0, value)
    return np.where(turned, value * TURN, alone)


def _boosted(value: Floats, around: _Around, distance: int, words: Vocabulary) -> Floats:
    """Return what a booster or dampener so many words before adds."""
    boost = words.boost[around.word[-distance]]
    more = np.where(value < 0, -boost, boost)
    loud = around.loud[-distance] & (boost != 0)
    more = np.where(loud, more + np.where(value > 0, CAPITALS, -CAPITALS), more)
    return np.asarray(more * BY_DISTANCE[distance - 1], dtype=np.float64)


def _turned(around: _Around, distance: int, words: Vocabulary) -> Floats:
    """Return the factor of a negator so many words before."""
    last, middle, word = around.word[-1], around.word[-2], around.word[-distance]
    turned = np.where(words.negates[word], TURN, 1.0)
    if distance == 1:
        return turned
    so = (last == words["so"]) | (last == words["this"])
    doubt = last == words["doubt"]
    never = word == words["never"]
    stress = never & so
    if distance == len(BY_DISTANCE):
        doubt |= middle == words["doubt"]
        stress = (never & ((middle == words["so"]) | (middle == words["this"]))) | so
    turned = np.where((word == words["without"]) & doubt, 1.0, turned)
    return np.where(stress, STRESS, turned)


def _idioms(value: Floats, around: _Around, words: Vocabulary) -> Floats:
    """Return the valences of idioms, then less what "kind of" and its like take off."""
    value = value.copy()
    for span in _SPANS:
        for idiom, valence in words.phrases["idiom"].items():
            if len(idiom) == len(span):
                value[_stands(idiom, span, around, words)] = valence
    for span in _PAIR_SPANS:
        for pair, boost in words.phrases["booster"].items():
            value[_stands(pair, span, around, words)] += boost
    return value


def _stands(
    phrase: tuple[str, ...], span: tuple[int, ...], around: _Around, words: Vocabulary
) -> Ints:
    """Return at which listed words a phrase stands at these places."""
    found = np.flatnonzero(around.word[span[0]] == words[phrase[0]])
    for k, word in zip(span[1:], phrase[1:], strict=True):
        found = found[around.word[k][found] == words[word]]
    return found


def _weigh_but(value: Floats, at: Ints, stream: _Stream, words: Vocabulary) -> Floats:
    """Return the valences, half before the first "but" of their text and one and a half after it.

    VADER finds each word by its valence, so one may be weighed in place of another where a
    weighed valence equals a later one: those texts are weighed one by one.
    """
    buts = np.flatnonzero(stream.word == words["but"])[::-1]
    first = np.full(len(stream.length), -1, dtype=np.int64)
    first[stream.text[buts]] = buts
    turn = first[stream.text[at]]
    held = np.flatnonzero(turn >= 0)
    weight = np.where(at[held] < turn[held], BEFORE_BUT, AFTER_BUT)
    weighed = value.copy()
    weighed[held] *= weight
    text = stream.text[at[held]]
    for one in _mistaken(value[held], weighed[held], text):
        mine = held[text == one]
        weighed[mine] = _weigh_by_value(value[mine].tolist(), weight[text == one].tolist())
    return weighed


def _mistaken(value: Floats, weighed: Floats, text: Ints) -> Ints:
    """Return the texts in which a weighed valence equals one that was not weighed yet."""
    _, code = np.unique(np.concatenate([value, weighed]), return_inverse=True)
    key = np.concatenate([text, text]) * (2 * len(value) + 1) + code
    return np.unique(text[np.isin(key[: len(value)], key[len(value) :])])


def _weigh_by_value(values: list[float], weights: list[float]) -> list[float]:
    for value in list(values):
        found = values.index(value)
        values[found] *= weights[found]
    return values


def _sums(value: Floats, text: Ints, stream: _Stream) -> Floats:
    n = len(stream.length)
    stress = EXCLAIMED * np.minimum(stream.exclaimed, MOST_EXCLAIMED) + _asked(stream.asked)
    total = np.bincount(text, value, n).astype(np.float64)
    total = total + np.sign(total) * stress
    good = np.bincount(text, np.where(value > 0, value + 1, 0.0), n)
    bad = np.bincount(text, np.where(value < 0, 1 - value, 0.0), n)
    neutral = stream.length - np.bincount(text, minlength=n)
    positive = good + np.where(good > bad, stress, 0.0)
    negative = bad + np.where(good < bad, stress, 0.0)
    whole = np.maximum(positive + negative + neutral, np.finfo(float).tiny)
    shares: list[Floats] = [part / whole for part in (negative, neutral, positive)]
    return np.column_stack([*shares, total / np.sqrt(total * total + ALPHA)])


def _asked(marks: Ints) -> Floats:
    often = np.where(marks > MOST_ASKED, ASKED_OFTEN, ASKED * marks)
    return np.where(marks > 1, often, 0.0)
