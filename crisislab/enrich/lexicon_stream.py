"""The rules of the lexicon scorer, applied to a whole token stream with numpy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.enrich.lexicon_entries import SERVED
from crisislab.enrich.lexicon_table import Lexicon, PhraseTable

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

WINDOW = 3
NEGATED_POSITIVE = -0.74
NEGATED_NEGATIVE = -0.25
BOOST_BY_DISTANCE = (1.0, 0.95, 0.9)
LEAST_STRENGTH = 0.2
BEFORE_CONTRAST, AFTER_CONTRAST = 0.5, 1.5
EXCLAMATION = 0.292
MOST_EXCLAMATIONS = 4
IRONY = -0.5
ALPHA = 15.0


@dataclass(frozen=True)
class Sums:
    """What the rules found in each text; one value per text.

    Attributes:
        positive: Sum of the adjusted valences above 0.
        negative: Sum of the adjusted valences below 0.
        emoji: Part of both sums that emoji and emoticons gave.
        n_positive: Count of hits above 0 after negation.
        n_negative: Count of hits below 0 after negation.
        n_negated: Count of hits turned by a negation.
        n_boosted: Count of hits with a booster or dampener before them.
        n_words: Count of tokens with a letter.
        n_emoji: Count of emoji and emoticons.
        n_exclamations: Count of exclamation marks, at most 4 per run.
        ironic: Whether the text marks itself as ironic.
    """

    positive: Floats
    negative: Floats
    emoji: Floats
    n_positive: Ints
    n_negative: Ints
    n_negated: Ints
    n_boosted: Ints
    n_words: Ints
    n_emoji: Ints
    n_exclamations: Ints
    ironic: Bools

    def compound(self) -> Floats:
        """Return the compound score in -1..1 (see ``LexiconScorer.compound``)."""
        total = self.positive + self.negative
        marks = np.minimum(self.n_exclamations, MOST_EXCLAMATIONS)
        total = total + np.sign(total) * EXCLAMATION * marks
        total = np.where(self.ironic & (total > 0), IRONY * total, total)
        return np.asarray(total / np.sqrt(total * total + ALPHA), dtype=np.float64)


@dataclass(frozen=True)
class _Hits:
    """Positions in the stream that carry valence, with the position of the last stop."""

    at: Ints
    stop: Ints
    fixed: Bools
    valence: Floats


def sum_texts(texts: pa.Array, lexicon: Lexicon) -> Sums:
    """Return what the rules find in each text, all texts in one pass; a line's end is a full stop.

    Args:
        texts: Texts without missing ones (``pieces.as_texts``).
        lexicon: The lexicon of their language.
    """
    ids = lexicon.reader.ids(pc.replace_substring(texts, "\n", " . "))
    post = np.cumsum(ids == lexicon.separator) - (ids == lexicon.separator)
    ids, post = ids[ids != lexicon.drop], post[ids != lexicon.drop]
    keep = ~_third_repeat(ids, lexicon.emoji)
    ids, post = ids[keep], post[keep]
    n_words = _count(post, lexicon.letters[ids], len(texts))
    n_emoji = _count(post, lexicon.emoji[ids], len(texts))
    served = _served(ids, post, lexicon, len(texts))
    ids = _join_phrases(ids, served, lexicon)
    hits = _find_hits(ids, served, lexicon)
    adjusted, negated, boosted = _adjust(hits, ids, lexicon)
    idle = _idle_negators(hits, ids, lexicon)
    where = np.concatenate([hits.at, idle])
    adjusted = np.concatenate([adjusted, lexicon.valence[ids[idle]]])
    adjusted = adjusted * _contrast_weights(where, ids, post, lexicon, len(texts))
    at = post[where]
    return Sums(
        positive=_total(at, np.maximum(adjusted, 0), len(texts)),
        negative=_total(at, np.minimum(adjusted, 0), len(texts)),
        emoji=_total(at, np.where(lexicon.emoji[ids[where]], adjusted, 0), len(texts)),
        n_positive=_count(at, adjusted > 0, len(texts)),
        n_negative=_count(at, adjusted < 0, len(texts)),
        n_negated=_count(post[hits.at], negated, len(texts)),
        n_boosted=_count(post[hits.at], boosted, len(texts)),
        n_words=n_words,
        n_emoji=n_emoji,
        n_exclamations=_total(post, lexicon.exclamations[ids], len(texts)).astype(np.int64),
        ironic=_count(post, lexicon.irony[ids], len(texts)) > 0,
    )


def _third_repeat(ids: Ints, emoji: Bools) -> Bools:
    repeat = np.zeros(len(ids), dtype=np.bool_)
    repeat[2:] = (ids[2:] == ids[1:-1]) & (ids[2:] == ids[:-2]) & emoji[ids[2:]]
    return repeat


def _served(ids: Ints, post: Ints, lexicon: Lexicon, n: int) -> Bools:
    """Return per token whether its text is about a service."""
    if not lexicon.by_service:
        return np.ones(len(ids), dtype=np.bool_)
    served: Bools = (_total(post, lexicon.service[ids], n) >= SERVED)[post]
    return served


def _join_phrases(ids: Ints, served: Bools, lexicon: Lexicon) -> Ints:
    """Return the ids with every phrase turned into its own id followed by blanks."""
    ids = ids.copy()
    codes = lexicon.phrase_word[ids]
    for table in lexicon.phrases:
        starts = _phrase_starts(codes, served, table, lexicon)
        if not len(starts):
            continue
        keys = _phrase_keys(codes, starts, n=table.n, base=lexicon.phrase_base)
        for offset in range(table.n):
            ids[starts + offset] = lexicon.blank
            codes[starts + offset] = 0
        ids[starts] = table.ids[np.searchsorted(table.keys, keys)]
    return ids


def _phrase_keys(codes: Ints, starts: Ints, *, n: int, base: int) -> Ints:
    keys = np.zeros(len(starts), dtype=np.int64)
    for offset in range(n):
        keys = keys * base + codes[starts + offset]
    return keys


def _phrase_starts(codes: Ints, served: Bools, table: PhraseTable, lexicon: Lexicon) -> Ints:
    """Return where a phrase of this length begins, leftmost first, without overlaps."""
    possible = np.flatnonzero(table.heads[codes[: max(len(codes) - table.n + 1, 0)]])
    for offset in range(1, table.n):
        possible = possible[codes[possible + offset] > 0]
    keys = _phrase_keys(codes, possible, n=table.n, base=lexicon.phrase_base)
    slot = np.minimum(np.searchsorted(table.keys, keys), len(table.keys) - 1)
    found = (table.keys[slot] == keys) & (served[possible] | lexicon.anywhere[table.ids[slot]])
    starts: Ints = possible[found]
    if not (np.diff(starts) < table.n).any():
        return starts
    kept: list[int] = []
    for start in starts.tolist():
        if not kept or start - kept[-1] >= table.n:
            kept.append(start)
    return np.array(kept, dtype=np.int64)


def _find_hits(ids: Ints, served: Bools, lexicon: Lexicon) -> _Hits:
    valence = lexicon.valence[ids]
    if lexicon.by_service:
        valence = np.where(served, valence, lexicon.elsewhere[ids])
    at = np.flatnonzero((valence != 0) & ~lexicon.negator[ids])
    stops = np.flatnonzero(lexicon.stop[ids])
    return _Hits(
        at=at,
        stop=_last_before(at, stops),
        fixed=lexicon.fixed[ids[at]],
        valence=valence[at],
    )


def _last_before(at: Ints, marks: Ints) -> Ints:
    """Return for each position the last mark strictly before it, or a far negative number."""
    padded = np.concatenate([np.array([-(10**9)], dtype=np.int64), marks])
    last: Ints = padded[np.searchsorted(marks, at, side="left")]
    return last


def _adjust(hits: _Hits, ids: Ints, lexicon: Lexicon) -> tuple[Floats, Bools, Bools]:
    """Return the valence of each hit after boosters and negation, and which were touched."""
    negator = _last_before(hits.at, np.flatnonzero(lexicon.negator[ids]))
    negated = (hits.at - negator <= WINDOW) & (negator > hits.stop) & ~hits.fixed
    boost = np.zeros(len(hits.at))
    for distance, weight in enumerate(BOOST_BY_DISTANCE, start=1):
        before = hits.at - distance
        inside = (before > hits.stop) & (before >= 0) & ~hits.fixed
        boost += weight * np.where(inside, lexicon.boost[ids[np.maximum(before, 0)]], 0.0)
    strength = np.abs(hits.valence)
    strength = np.maximum(strength + boost, LEAST_STRENGTH * strength)
    turn = np.where(hits.valence > 0, NEGATED_POSITIVE, NEGATED_NEGATIVE)
    adjusted = np.sign(hits.valence) * strength * np.where(negated, turn, 1.0)
    return adjusted, negated, boost != 0


def _idle_negators(hits: _Hits, ids: Ints, lexicon: Lexicon) -> Ints:
    """Return the negators with a valence of their own that negate no hit and end no clause."""
    at = np.flatnonzero((lexicon.valence[ids] != 0) & lexicon.negator[ids])
    words, stops = hits.at[~hits.fixed], hits.stop[~hits.fixed]
    following = np.searchsorted(words, at)
    far = np.append(words, 2 * len(ids) + WINDOW)[following] - at > WINDOW
    cut = np.append(stops, -1)[following] > at
    return at[(far | cut) & ~lexicon.stop[ids[at + 1]]]


def _contrast_weights(at: Ints, ids: Ints, post: Ints, lexicon: Lexicon, n: int) -> Floats:
    """Return .5 for hits before the last "but" of their text, 1.5 after it, else 1."""
    contrasts = np.flatnonzero(lexicon.contrast[ids])
    last = np.full(n, -1, dtype=np.int64)
    last[post[contrasts]] = contrasts
    turn = last[post[at]]
    return np.where(turn < 0, 1.0, np.where(at < turn, BEFORE_CONTRAST, AFTER_CONTRAST))


def _total(post: Ints, weights: Floats | Ints, n: int) -> Floats:
    summed = np.bincount(post, weights=weights.astype(np.float64), minlength=n)[:n]
    return np.asarray(summed, dtype=np.float64)


def _count(post: Ints, flags: Bools, n: int) -> Ints:
    return np.bincount(post[flags], minlength=n)[:n].astype(np.int64)
