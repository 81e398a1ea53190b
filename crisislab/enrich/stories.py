"""Which posts tell the same story: near copies counted as one text by so many authors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from crisislab.enrich.copies import normal_text

SHINGLE, SHORT, SAME = 5, 40, 0.7
_HASHES, _BANDS, _HELD, _AT_ONCE = 128, 32, 20, 2000
# Standard errors of an estimated share, pairs whose signatures are compared at once, and pairs
# that are held before those told twice are left out.
_ERRORS, _PAIRS, _MOST = 5, 50_000, 10_000_000
Hashes = npt.NDArray[np.uint64]
Signs = npt.NDArray[np.uint32]


def story_keys(texts: Sequence[object], *, same: float = SAME, seed: int = 1) -> list[str]:
    """Return one key per text; equal keys are copies or near copies. Empty for no text.

    Texts are compared without case, links, handles and punctuation, by the share of their
    five-character pieces in common (Jaccard). Texts under 40 characters must be equal: a changed
    letter in a short text is another text. MinHash (Broder 1997; 128 hashes in 32 bands) proposes
    pairs, the true share decides, so a key never rests on an estimate. A text joins the earliest
    story whose *first* text it resembles, never a chain of neighbours. The key is the place of
    the first text.

    Args:
        texts: Texts in order of time.
        same: Least share of pieces in common.
        seed: Seed of the hashes.

    >>> story_keys(["Retiran un lote de yogur natural por avellana sin declarar",
    ...             "RETIRAN un lote de yogur natural por avellana sin declarar!! https://t.co/x",
    ...             "hola", "hola.", "adiós"])
    ['0', '0', '2', '2', '4']
    """
    plain = [normal_text(text) if isinstance(text, str) else "" for text in texts]
    first: dict[str, int] = {}
    for place, text in enumerate(plain):
        if text:
            first.setdefault(text, place)
    long = [text for text in first if len(text) >= SHORT]
    leader = _leaders(long, same=same, seed=seed)
    return ["" if not text else str(first[leader.get(text, text)]) for text in plain]


def _leaders(texts: list[str], *, same: float, seed: int) -> dict[str, str]:
    if not texts:
        return {}
    pieces: dict[int, frozenset[int]] = {}
    leader: dict[str, str] = {}
    found: int | None = None
    # Of each text only pairs with earlier ones are asked, the earliest first.
    for place, other in _proposed(_signed(texts, seed=seed), same=same):
        if place == found or texts[other] in leader:
            continue
        for one in (place, other):
            if one not in pieces:
                pieces[one] = frozenset(_pieces(texts[one]).tolist())
        if _alike(pieces[place], pieces[other], same):
            leader[texts[place]] = texts[other]
            found = place
    return leader


def _alike(first: frozenset[int], second: frozenset[int], same: float) -> bool:
    """Return whether two sets have that share in common; sizes too far apart settle it at once."""
    if min(len(first), len(second)) < same * max(len(first), len(second)) - 1:
        return False
    common = len(first & second)
    return common / (len(first) + len(second) - common) >= same


def shingles(text: str) -> Hashes:
    """Return the distinct five-character pieces of a text as 64-bit numbers.

    >>> len(shingles("abcdeabcde"))
    5
    """
    return np.unique(_pieces(text))


def _pieces(text: str) -> Hashes:
    return _windows(text.ljust(SHINGLE, "\0"))


def _windows(text: str) -> Hashes:
    """Return the hash of every five characters in a row, in order."""
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    found = np.zeros(len(codes) - SHINGLE + 1, dtype=np.uint64)
    for i in range(SHINGLE):
        found *= np.uint64(0x100000001B3)
        found += codes[i : i + len(found)]
    # Spread over all 64 bits (the finaliser of SplitMix64), wrapping around on purpose.
    found ^= found >> np.uint64(30)
    found *= np.uint64(0xBF58476D1CE4E5B9)
    found ^= found >> np.uint64(31)
    return found


def jaccard(first: Hashes, second: Hashes) -> float:
    """Return the share of pieces in common of two sorted sets.

    >>> jaccard(shingles("abcdef"), shingles("abcdeg"))
    0.3333333333333333
    """
    common = np.intersect1d(first, second, assume_unique=True).size
    return float(common / (first.size + second.size - common))


def signatures(pieces: list[Hashes], *, n: int = _HASHES, seed: int = 1) -> Signs:
    """Return the MinHash signature of each set: the least of each of ``n`` hashes.

    The share of equal places of two signatures estimates their Jaccard share, with standard
    error ``sqrt(J (1 - J) / n)``.
    """
    starts = np.concatenate([[0], np.cumsum([len(p) for p in pieces])[:-1]])
    return _least(np.concatenate(pieces), starts, n=n, seed=seed)


def _signed(texts: list[str], *, seed: int) -> Signs:
    """Return the signatures of texts of five characters or more, some thousands at a time."""
    return np.concatenate([_signed_part(texts[i : i + _AT_ONCE], seed=seed)
                           for i in range(0, len(texts), _AT_ONCE)])  # fmt: skip


def _signed_part(texts: list[str], *, seed: int) -> Signs:
    lengths = np.array([len(text) for text in texts])
    ends = np.cumsum(lengths)
    # One run over all texts; pieces that reach into the next text are left out.
    whole = np.ones(int(ends[-1]) - SHINGLE + 1, dtype=bool)
    for back in range(1, SHINGLE):
        whole[ends[:-1] - back] = False
    starts = np.concatenate([[0], np.cumsum(lengths - SHINGLE + 1)[:-1]])
    return _least(_windows("".join(texts))[whole], starts, n=_HASHES, seed=seed)


def _least(flat: Hashes, starts: npt.NDArray[np.int64], *, n: int, seed: int) -> Signs:
    dice = np.random.default_rng(seed)
    odd = dice.integers(0, 2**31, n, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    mask = dice.integers(0, 2**32, n, dtype=np.uint32)
    high = (flat >> np.uint64(32)).astype(np.uint32)
    found = np.empty((len(starts), n), dtype=np.uint32)
    for i in range(n):
        turned = (high ^ mask[i]) * odd[i]
        turned ^= turned >> np.uint32(15)
        turned *= odd[n - 1 - i]
        found[:, i] = np.minimum.reduceat(turned, starts)
    return found


def _proposed(signed: Signs, *, same: float) -> Iterator[tuple[int, int]]:
    """Yield pairs of a text and an earlier one that may be alike, in order.

    They share a band, and their signatures do not lie five standard errors below ``same``: of the
    pairs that are alike, one in millions.
    """
    keys = _sharing_a_band(signed)
    least = same - _ERRORS * np.sqrt(same * (1 - same) / signed.shape[1])
    for start in range(0, len(keys), _PAIRS):
        place, other = np.divmod(keys[start : start + _PAIRS], len(signed))
        near = (signed[place] == signed[other]).mean(axis=1) >= least
        yield from zip(place[near].tolist(), other[near].tolist(), strict=True)


def _sharing_a_band(signed: Signs) -> npt.NDArray[np.int64]:
    """Return pairs of texts that share a band: the later times how many there are, and the earlier.

    Of the texts that share one, each is held against the first ones.
    """
    n = len(signed)
    pairs: list[npt.NDArray[np.int64]] = []
    for band in np.split(signed.astype(np.uint64), _BANDS, axis=1):
        key = np.zeros(n, dtype=np.uint64)
        for column in band.T:
            key = (key + column) * np.uint64(0x9E3779B97F4A7C15)
            key ^= key >> np.uint64(29)
        order = np.argsort(key, kind="stable")
        begins = np.concatenate([[True], np.diff(key[order]) != 0])
        first = np.maximum.accumulate(np.where(begins, np.arange(n), 0))
        rank = np.arange(n) - first
        later = [np.flatnonzero(rank > back) for back in range(min(_HELD, int(rank.max())))]
        pairs += [order[at] * n + order[first[at] + back] for back, at in enumerate(later)]
        if sum(map(len, pairs)) > _MOST:
            pairs = [_each_once(pairs)]
    return np.sort(_each_once(pairs))


def _each_once(numbers: list[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    # Pandas needs a tenth of numpy's time here.
    return np.asarray(pd.unique(np.concatenate(numbers))) if numbers else np.zeros(0, np.int64)


def add_stories(posts: pd.DataFrame) -> pd.DataFrame:
    """Return the posts with ``story``: the id of the first post that told it.

    Reposts tell the story of what they share, by their text.
    """
    order = posts.sort_values(["created_at", "platform", "post_id"], kind="stable")
    keys = story_keys(order["text"].tolist())
    ids = (order["platform"] + ":" + order["post_id"].astype("str")).tolist()
    named = [ids[int(key)] if key else "" for key in keys]
    return posts.assign(story=pd.Series(named, index=order.index, dtype="str").reindex(posts.index))
