"""Texts by language, measured in parts of bounded size, what is said twice in one only once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.enrich.language import detect_language, language_codes
from crisislab.memory import plain_memory

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Measure = Callable[[pa.Array], Floats]
Texts: TypeAlias = Sequence[object] | pa.Array
Tags: TypeAlias = Sequence[str | None] | pa.Array

_PART_BYTES = 2_000_000
_AT_ONCE = 20_000
# glibc's largest threshold is 32 MiB.
_KEPT_BYTES = 30 * 2**20
_SURROGATE = re.compile("[\ud800-\udfff]")


def as_texts(texts: Texts) -> pa.Array:
    """Return texts as an array of Arrow: what is no text is missing, half characters are U+FFFD.

    >>> as_texts(["ok", None, 1.5]).null_count
    2
    """
    if isinstance(texts, pa.Array):
        return texts.cast(pa.large_string())
    with suppress(pa.ArrowException, TypeError, UnicodeEncodeError):
        found = pa.array(texts)  # of one kind throughout, texts or not; missing ones aside
        if isinstance(found, pa.Array) and pa.types.is_string(found.type):
            return found.cast(pa.large_string())
    clean = [text if isinstance(text, str) else None for text in texts]
    try:
        return pa.array(clean, type=pa.large_string())
    except UnicodeEncodeError:
        whole = [None if text is None else _SURROGATE.sub("\ufffd", text) for text in clean]
        return pa.array(whole, type=pa.large_string())


def by_language(
    texts: Texts, lang: Tags | None, *, only: tuple[str, ...] | None = None
) -> Iterator[tuple[str | None, Ints, pa.Array]]:
    """Yield each language with the positions of its texts and the texts, without missing ones.

    Of a long list one part after the other, so that a language may come again.

    Args:
        texts: One text per post.
        lang: Language tag per text (``es``, ``es-MX``; ``None``: not known); detected if missing.
        only: The languages that are asked for; all of them, and the texts without one, if missing.

    Raises:
        ValueError: If ``lang`` has another length than ``texts`` (``CL-SCORE-LANG``).
    """
    if lang is not None and len(lang) != len(texts):
        raise ValueError(f"CL-SCORE-LANG: {len(lang)} language codes for {len(texts)} texts")
    step = _AT_ONCE if isinstance(texts, list | tuple) else max(len(texts), 1)
    for start in range(0, len(texts), step):
        part = slice(start, start + step)
        held = as_texts(texts[part])
        codes = as_texts(_detected(held) if lang is None else lang[part])
        for code, at in _each_language(language_codes(codes), held.is_null(), only):
            yield code, start + at, held if len(at) == len(held) else held.take(pa.array(at))


def _detected(texts: pa.Array) -> list[str | None]:
    """Return the language of each text, as it is detected."""
    return detect_language(texts.fill_null("").to_pylist())


def _each_language(
    codes: pa.Array, missing: pa.Array, only: tuple[str, ...] | None
) -> Iterator[tuple[str | None, Ints]]:
    encoded = codes.dictionary_encode(null_encoding="encode")
    number = np.where(missing.to_numpy(zero_copy_only=False), -1, encoded.indices.to_numpy())
    for i, code in enumerate(encoded.dictionary.to_pylist()):
        if only is None or code in only:
            yield code, np.flatnonzero(number == i)


def _keep_memory() -> None:
    """Let what one part of the work took be there for the next, where the C library decides.

    glibc gives a large array back to the system when it is let go of, and fetches the next anew,
    page by page: that cost as much as the rules. It keeps what is smaller than the largest that it
    has seen let go of; this one is never written to, and so costs nothing.
    """
    np.empty(_KEPT_BYTES, dtype=np.uint8)


@plain_memory()
def measure_once(texts: pa.Array, measure: Measure) -> Floats:
    """Return the rows that ``measure`` gives; what a part of the texts says twice is measured once.

    Part by part from the start: what is in memory already for one serves the next, while all
    distinct texts in one table took as long as their rules.

    Args:
        texts: Texts without missing ones; at least one.
        measure: One row of numbers per text, whatever stands beside it.
    """
    _keep_memory()
    return np.concatenate([_measured(part, measure) for part in _parts(texts)])


def _measured(texts: pa.Array, measure: Measure) -> Floats:
    encoded = texts.dictionary_encode()
    found: Floats = measure(encoded.dictionary)[encoded.indices.to_numpy()]
    return found


def _parts(texts: pa.Array) -> Iterator[pa.Array]:
    """Yield the texts in parts of about two million bytes, to bound the memory."""
    ends = np.cumsum(pc.binary_length(texts).to_numpy())
    starts = [0, *(np.flatnonzero(np.diff(ends // _PART_BYTES)) + 1).tolist(), len(texts)]
    for start, stop in pairwise(starts):
        yield texts.slice(start, stop - start)
