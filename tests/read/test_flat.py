"""What is told of a column by its bytes is what Arrow tells of it text by text."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crisislab.privacy.secrets import MAY_HOLD
from crisislab.read import _flat
from crisislab.read._mojibake import SIEVE
from crisislab.read._rounded import long_ends

WORDS = st.sampled_from(
    ["", "0", "17", "7000000000", "1772000000000000000", "a", "@ana", "=@ana", "é", "¿qué", "Ã¡",
     "x=@y", "a\0b", "a\ufffd", "\u200b17", "a b", "١٧", "token=abcdefgh", "://a@", "ana_1"]
)  # fmt: skip
COLUMNS = st.tuples(
    st.lists(st.none() | WORDS, max_size=200), st.integers(0, 5), st.sampled_from(["32", "64"])
)


def column(told: tuple[list[str | None], int, str]) -> Any:
    """An array of texts that begins in the middle of what it lies in."""
    texts, start, bits = told
    kind = pa.string() if bits == "32" else pa.large_string()
    return pa.array(["9", None, "é", "", "0", *texts], kind)[start:]


def test_ids_many_answer_are_counted_once() -> None:
    """One post of a round id that gets a third of all replies does not make ids look rounded."""
    ids = [str(1772000000000000007 + i * 4194319) for i in range(300)]
    many = pa.array([*ids, *["1772000000000000000"] * 150, *["7000000000"] * 50])
    assert not long_ends(many).are_doubtful()
    assert long_ends(pa.array([one[:16] + "000" for one in ids])).are_doubtful()


@settings(max_examples=60, deadline=None)
@given(COLUMNS)
def test_a_column_told_by_its_bytes(told: tuple[list[str | None], int, str]) -> None:
    """Digits, empty texts, single words and ASCII: as Arrow's own functions tell them."""
    texts = column(told)
    known = texts.drop_null()
    lengths = pc.fill_null(pc.binary_length(texts), 0)
    assert _flat.all_digits(texts) == bool(pc.all(pc.ascii_is_decimal(known), min_count=0).as_py())
    assert _flat.has_empty(texts) == ("" in known.to_pylist())
    assert _flat.any_is(texts, "17") == ("17" in known.to_pylist())
    assert _flat.lengths_of(texts).tolist() == lengths.to_pylist()
    joined = "".join(known.to_pylist())
    printed = all("!" <= letter <= "~" and letter != "@" for letter in joined)
    assert _flat.is_ascii(texts, without="@") == printed


@settings(max_examples=60, deadline=None)
@given(COLUMNS, st.sampled_from([2, 3, 64]))
@pytest.mark.parametrize(
    ("pattern", "exact"),
    [(SIEVE, ""), (MAY_HOLD, ""), ("=@", "^=@"), (r"\x00", ""), ("\ufffd", ""), ("17", "^17$")],
)
def test_texts_like_a_pattern(
    pattern: str, exact: str, told: tuple[list[str | None], int, str], size: int
) -> None:
    """Looked at many as one first, the same texts are found as one by one."""
    texts = column(told)
    alone = pc.fill_null(pc.match_substring_regex(texts, exact or pattern), False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_flat, "_PIECE", size)
        found = _flat.are_like(texts, pattern, exact)
    np.testing.assert_array_equal(found, np.asarray(alone))
