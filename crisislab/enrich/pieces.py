"""Texts cut at blanks, and each distinct piece read once: what scorers by words begin with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.read._flat import data_of, has_byte, truths

Ints = npt.NDArray[np.int64]
SEPARATOR = "\x00"


class Shape(NamedTuple):
    """Pieces that a reader does not tell apart, as a pattern of RE2 (Arrow's own).

    Attributes:
        pattern: The whole piece.
        stands: What stands for all of them.
        but: Pieces that hold this stay as they are.
    """

    pattern: str
    stands: str
    but: str = ""


_MARKS = r"[!-%'-/:-@\[-^`{-~]*"
# Five digits or more; a digit three times in a row may be read as one ("sooo").
NUMBER = Shape(rf"^({_MARKS})[0-9]{{5,}}({_MARKS})$", r"\112345\2",
               "|".join(str(digit) * 3 for digit in range(10)))  # fmt: skip
ADDRESS = Shape(r"^https?://[A-Za-z0-9./_-]+$", "https://t.co/x")
MENTION = Shape(r"^@[A-Za-z0-9_]+$", "@x")
# A name such as "@marta1987": no listed word, as "@happy" is; "w00t" and "n00b" are.
NUMBERED = Shape(r"^[@#]?[a-z]+[0-9]{2,}[a-z0-9_]*$", "x10", "00")
_MOST_REMEMBERED = 300_000


class Reader:
    """Turns texts into the numbers of their tokens; a piece is read once, however often it occurs.

    Args:
        read: The numbers of the tokens of a piece.
        shapes: Pieces that ``read`` does not tell apart. Many that occur once are such ones.
    """

    def __init__(self, read: Callable[[str], Sequence[int]], shapes: Sequence[Shape] = ()) -> None:
        self._read, self._shapes = read, tuple(shapes)
        self._known: dict[str, Sequence[int]] = {}

    def ids(self, texts: pa.Array) -> Ints:
        """Return the numbers of all tokens of all texts in one array.

        After each text stands what ``read`` says of ``SEPARATOR``.

        Args:
            texts: Texts without missing ones (``large_string``).
        """
        numbers, distinct = pieces(texts, self._shapes)
        if len(self._known) > _MOST_REMEMBERED:
            self._known = {}  # another thread may be at work with the former ones
        known, read = self._known.get, self._read_new
        rows = [read(piece) if (row := known(piece)) is None else row for piece in distinct]
        lengths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
        flat = np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=int(lengths.sum()))
        return _spread(numbers, flat, lengths)

    def _read_new(self, piece: str) -> Sequence[int]:
        found = self._known[piece] = tuple(self._read(piece))
        return found


def pieces(texts: pa.Array, shapes: Sequence[Shape] = ()) -> tuple[Ints, list[str]]:
    r"""Return the pieces of all texts between ASCII blanks: their numbers, and the distinct ones.

    Each text is ended by ``SEPARATOR``, which is a blank elsewhere. Arrow splits and numbers them
    without a Python object for each.

    >>> numbers, distinct = pieces(pa.array(["No está\nMAL no", "ok no"], pa.large_string()))
    >>> [distinct[i] for i in numbers]
    ['No', 'está', 'MAL', 'no', '\x00', 'ok', 'no', '\x00']
    >>> pieces(pa.array(["#54321! #98765! 10003"], pa.large_string()), [NUMBER])[1]
    ['#12345!', '10003', '\x00']
    """
    texts = without_separator(texts, " ")
    end, blank = (pa.scalar(part, pa.large_string()) for part in (SEPARATOR, " "))
    ended = pc.binary_join_element_wise(texts, end, blank)
    encoded = pc.ascii_split_whitespace(ended).flatten().dictionary_encode()
    numbers, distinct = encoded.indices.to_numpy().astype(np.int64), encoded.dictionary
    if not shapes:
        return numbers, distinct.to_pylist()
    for shape in shapes:
        distinct = _shaped(distinct, shape)
    shaped = distinct.dictionary_encode()
    return shaped.indices.to_numpy().astype(np.int64)[numbers], shaped.dictionary.to_pylist()


def without_separator(texts: pa.Array, instead: str) -> pa.Array:
    """Return texts with something instead of what separates texts here; hardly any holds it."""
    if not has_byte(data_of(texts), SEPARATOR):
        return texts
    return pc.replace_substring(texts, SEPARATOR, instead)


def _shaped(distinct: pa.Array, shape: Shape) -> pa.Array:
    alike = truths(pc.match_substring_regex(distinct, shape.pattern)).copy()
    if shape.but:
        few = distinct.filter(pa.array(alike))
        alike[alike] = ~truths(pc.match_substring_regex(few, shape.but))
    mask = pa.array(alike)
    shaped = pc.replace_substring_regex(distinct.filter(mask), shape.pattern, shape.stands)
    return pc.replace_with_mask(distinct, mask, shaped)


def _spread(numbers: Ints, flat: Ints, lengths: Ints) -> Ints:
    """Return the tokens of the pieces in the order of the pieces."""
    begins = np.cumsum(lengths) - lengths
    length = lengths[numbers]
    end = np.cumsum(length)
    shift = begins[numbers] - end + length
    at = np.arange(end[-1] if len(end) else 0) + np.repeat(shift, length)
    found: Ints = flat[at]
    return found
