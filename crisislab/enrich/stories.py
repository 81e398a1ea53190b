"""Which posts tell the same story: near copies counted as one text by so many authors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from crisislab.enrich.copies import normal_text

SHINGLE, SHORT, SAME = 5, 40, 0.7
_HASHES, _BANDS = 128, 32
Hashes = npt.NDArray[np.uint64]


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
    pieces = [shingles(text) for text in texts]
    leader: dict[str, str] = {}
    # Of each text only pairs with earlier ones are asked, the earliest first.
    for place, earlier in enumerate(_candidates(signatures(pieces, seed=seed))):
        for other in earlier:
            if texts[other] not in leader and jaccard(pieces[place], pieces[other]) >= same:
                leader[texts[place]] = texts[other]
                break
    return leader


def shingles(text: str) -> Hashes:
    """Return the distinct five-character pieces of a text as 64-bit numbers.

    >>> len(shingles("abcdeabcde"))
    5
    """
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    if len(codes) < SHINGLE:
        codes = np.pad(codes, (0, SHINGLE - len(codes)))
    n = len(codes) - SHINGLE + 1
    found = np.zeros(n, dtype=np.uint64)
    for i in range(SHINGLE):
        found = found * np.uint64(0x100000001B3) + codes[i : i + n]
    # Spread over all 64 bits (the finaliser of SplitMix64), wrapping around on purpose.
    found = (found ^ (found >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    return np.unique(found ^ (found >> np.uint64(31)))


def jaccard(first: Hashes, second: Hashes) -> float:
    """Return the share of pieces in common of two sorted sets.

    >>> jaccard(shingles("abcdef"), shingles("abcdeg"))
    0.3333333333333333
    """
    common = np.intersect1d(first, second, assume_unique=True).size
    return float(common / (first.size + second.size - common))


def signatures(pieces: list[Hashes], *, n: int = _HASHES, seed: int = 1) -> Hashes:
    """Return the MinHash signature of each set: the least of each of ``n`` hashes.

    The share of equal places of two signatures estimates their Jaccard share, with standard
    error ``sqrt(J (1 - J) / n)``.
    """
    dice = np.random.default_rng(seed)
    odd = dice.integers(0, 2**63, n, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    mask = dice.integers(0, 2**63, n, dtype=np.uint64)
    flat = np.concatenate(pieces)
    starts = np.concatenate([[0], np.cumsum([len(p) for p in pieces])[:-1]])
    found = np.empty((len(pieces), n), dtype=np.uint64)
    for i in range(n):
        turned = (flat ^ mask[i]) * odd[i]
        turned ^= turned >> np.uint64(32)
        found[:, i] = np.minimum.reduceat(turned * odd[n - 1 - i], starts)
    return found


def _candidates(signed: Hashes) -> list[list[int]]:
    """Return for each text the earlier ones that share a band, earliest first."""
    earlier: list[set[int]] = [set() for _ in range(len(signed))]
    for band in np.split(signed, _BANDS, axis=1):
        seen: dict[bytes, list[int]] = {}
        for place, row in enumerate(band):
            held = seen.setdefault(row.tobytes(), [])
            earlier[place].update(held)
            if len(held) < 20:
                held.append(place)
    return [sorted(found) for found in earlier]


def add_stories(posts: pd.DataFrame) -> pd.DataFrame:
    """Return the posts with ``story``: the id of the first post that told it.

    Reposts tell the story of what they share, by their text.
    """
    order = posts.sort_values(["created_at", "platform", "post_id"], kind="stable")
    keys = story_keys(order["text"].tolist())
    ids = (order["platform"] + ":" + order["post_id"].astype("str")).tolist()
    named = [ids[int(key)] if key else "" for key in keys]
    return posts.assign(story=pd.Series(named, index=order.index, dtype="str").reindex(posts.index))
