"""Read Parquet row group by row group: run as a process of its own, questions in, columns out.

Every value comes out as text, as a CSV of the same rows would have it, except for what is beyond
doubt as it is: counts as whole numbers, times with a zone as instants. What a type cannot hold
exactly (ids kept as floats) comes out so that the rules for ids see it.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parent))

from _frames import limit, questions, send, send_columns  # type: ignore[import-not-found]

_MOST_COUNT = 10**18
_PIECE = 2**25
_MOST_WORDS = 2**29
_BUFFER = 2**20
_SHOWN = 300
# Whole numbers up to these are exact as floats of 32 and of 64 bits.
_EXACT = {"float": 2.0**24, "double": 2.0**63}
# What a parser raises on a damaged file; of anything else this program may die.
_FAULTS = (OSError, ValueError, TypeError, LookupError, ArithmeticError, RuntimeError)


class TooLargeError(Exception):
    """Unfolded, the file is larger than it may be."""


@dataclass
class Asked:
    """What the caller wants.

    Attributes:
        path: The file.
        leaves: Leaves of the schema, in order, each by its number.
        kinds: What each is for: ``text``, ``count`` or ``instant``.
        batch: How many rows at a time.
        most: How many bytes the file may unfold to.
    """

    path: str
    leaves: list[int]
    kinds: list[str]
    batch: int
    most: int


def _batches(asked: Asked) -> Iterator[Any]:
    """Yield the rows of a file, some at a time and never all: pages are read as they are used."""
    import pyarrow as pa
    from pyarrow import parquet

    with pa.OSFile(asked.path) as stream:
        file = parquet.ParquetFile(
            stream, buffer_size=_BUFFER, pre_buffer=False, page_checksum_verification=True,
            coerce_int96_timestamp_unit="us",
        )  # fmt: skip
        # By number: names may occur twice, or hold dots.
        yield from file.reader.iter_batches(
            asked.batch, row_groups=range(file.num_row_groups), column_indices=asked.leaves,
            use_threads=False,
        )  # fmt: skip


def _flat(values: Any) -> list[Any]:
    """Return a column, or the columns of a struct, whose own missing rows are missing in each."""
    import pyarrow as pa

    if not pa.types.is_struct(values.type):
        return [values]
    return [leaf for inner in values.flatten() for leaf in _flat(inner)]


# --- values -----------------------------------------------------------------------------------


def _plain(values: Any) -> Any:
    """Return values out of what they are packed in."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(values, pa.ExtensionArray):
        is_uuid = values.type.extension_name == "arrow.uuid"
        return _uuids(values.storage) if is_uuid else _plain(values.storage)
    if pa.types.is_dictionary(values.type):
        if _is_written(values.dictionary.type):
            sizes = pc.binary_length(values.dictionary).take(values.indices)
            if (pc.sum(sizes).as_py() or 0) > _MOST_WORDS:
                raise TooLargeError
        return _plain(values.dictionary_decode())
    if pa.types.is_run_end_encoded(values.type):
        return _plain(pc.run_end_decode(values))
    return values


def _uuids(values: Any) -> Any:
    import pyarrow as pa

    told = (None if value is None else str(UUID(bytes=value)) for value in values.to_pylist())
    return pa.array(list(told), pa.string())


def instants(values: Any) -> Any:
    """Return times in microseconds, in UTC where they have a zone; ``None`` where they are none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_timestamp(values.type):
        return None
    stamps = values.cast(pa.timestamp("us", "UTC" if values.type.tz else None), safe=False)
    told = pc.min_max(stamps.cast(pa.int64())).as_py()
    # From year 1 to 9999, which is what times are told in.
    if told["min"] is not None and not -62135596800 <= told["min"] // 10**6 <= 253402300799:
        return None
    unit = {"s": 10**6, "ms": 10**3}.get(values.type.unit, 1)
    if unit > 1 and told["min"] is not None and not _survives(values, stamps, unit):
        return None
    return stamps


def _survives(values: Any, stamps: Any, unit: int) -> bool:
    """Return whether seconds or milliseconds did not run over as microseconds."""
    import pyarrow as pa
    import pyarrow.compute as pc

    back = pc.divide(stamps.cast(pa.int64()), unit)
    return bool(pc.all(pc.equal(back, values.cast(pa.int64()))).as_py())


def counts(values: Any) -> Any:
    """Return whole counts as numbers; ``None`` where one is missing its sense as such."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_boolean(values.type) or not _is_number(values.type):
        return None
    try:
        whole = values.cast(pa.int64())
    except pa.ArrowInvalid:
        return None
    told = pc.min_max(whole).as_py()
    return whole if (told["min"] or 0) >= 0 and (told["max"] or 0) < _MOST_COUNT else None


def _is_number(kind: Any) -> bool:
    import pyarrow as pa

    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    )


def texts(values: Any, *, is_count: bool = False) -> Any:
    """Return values as text; bytes where some are not UTF-8; ``None`` where they are not plain."""
    import pyarrow as pa

    types, kind = pa.types, values.type
    if types.is_floating(kind):
        return _floats(values, is_count=is_count)
    if types.is_decimal(kind):
        return _decimals(values)
    if types.is_timestamp(kind):
        return _stamps(values)
    if types.is_date64(kind):
        return values.cast(pa.date32()).cast(pa.string())
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        return _joined(values)
    if types.is_fixed_size_binary(kind) or _is_written(kind):
        return _written(values)
    try:
        return values.cast(pa.string())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        return None


def _is_written(kind: Any) -> bool:
    import pyarrow as pa

    types = pa.types
    return bool(
        types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind)
        or types.is_binary(kind) or types.is_large_binary(kind) or types.is_binary_view(kind)
    )  # fmt: skip


def _written(values: Any) -> Any:
    """Return texts with empty ones missing, as bytes where they are not UTF-8."""
    import pyarrow as pa
    import pyarrow.compute as pc

    raw = values.cast(pa.binary()) if not pa.types.is_large_string(values.type) else values.cast(
        pa.large_binary())  # fmt: skip
    if pc.min(pc.binary_length(raw)).as_py() == 0:
        raw = pc.if_else(pc.equal(pc.binary_length(raw), 0), None, raw)
    try:
        return raw.cast(pa.string() if raw.type == pa.binary() else pa.large_string())
    except pa.ArrowInvalid:
        return raw


def _floats(values: Any, *, is_count: bool) -> Any:
    """Return floats as text: whole ones with ``.0`` (not counts), inexact ones with an exponent.

    Three digits behind the point get a fourth: the type has settled what ``1.234`` is.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    exact = _EXACT.get(str(values.type), 2.0**11)
    wide = values.cast(pa.float64())
    whole = pc.and_(pc.equal(pc.trunc(wide), wide), pc.less(pc.abs(wide), exact))
    small = pc.if_else(pc.fill_null(whole, False), wide, None).cast(pa.int64()).cast(pa.string())
    if not is_count:
        small = pc.binary_join_element_wise(small, pa.scalar(".0"), pa.scalar(""))
    if small.null_count == wide.null_count:
        return small
    rest = pc.if_else(pc.fill_null(whole, True), None, wide).to_pylist()
    told = [None if v is None else f"{v:e}" if v % 1 == 0 else repr(v) for v in rest]
    return _fourth(pc.coalesce(small, pa.array(told, pa.string())))


def _fourth(numbers: Any) -> Any:
    import pyarrow.compute as pc

    return pc.replace_substring_regex(numbers, r"^(-?\d+\.\d{3})$", r"\10")


def _decimals(values: Any) -> Any:
    """Return decimals with all their digits, whole ones without a point."""
    import pyarrow as pa

    try:
        return values.cast(pa.decimal256(76, 0)).cast(pa.string())
    except pa.ArrowInvalid:
        told = [None if v is None else f"{v:f}" for v in values.to_pylist()]
        whole = [v.rstrip("0").rstrip(".") if v and "." in v else v for v in told]
        return _fourth(pa.array(whole, pa.string()))


def _stamps(values: Any) -> Any:
    """Return times as ISO text, with ``Z`` where they have a zone."""
    import pyarrow as pa
    import pyarrow.compute as pc

    zone = values.type.tz
    bare = values.cast(pa.timestamp(values.type.unit, "UTC")) if zone else values
    bare = bare.cast(pa.int64()).cast(pa.timestamp(values.type.unit))
    told = bare.cast(pa.string())
    return pc.binary_join_element_wise(told, pa.scalar("Z"), pa.scalar("")) if zone else told


def _joined(values: Any) -> Any:
    """Return lists of plain values as words with blanks between them."""
    import pyarrow as pa

    kept = []
    for row in values.to_pylist():
        words = [str(v) for v in row or () if isinstance(v, str | int) and v != ""]
        if row and not words and any(v is not None and v != "" for v in row):
            return None
        kept.append(" ".join(words) or None)
    return pa.array(kept, pa.string())


# --- answers ----------------------------------------------------------------------------------


def column(values: Any, kind: str) -> Any:
    """Return a column as what it is for; ``None`` where it holds no plain values."""
    plain = _plain(values)
    if kind == "instant" and (found := instants(plain)) is not None:
        return found
    if kind == "count" and (found := counts(plain)) is not None:
        return found
    return texts(plain, is_count=kind == "count")


def _columns(batch: Any, asked: Asked) -> dict[str, Any]:
    import pyarrow as pa

    leaves = [leaf for values in batch.columns for leaf in _flat(values)]
    found = [column(leaf, kind) for leaf, kind in zip(leaves, asked.kinds, strict=True)]
    # A column of nothing at all says that its type is none that is read.
    return {
        str(leaf): pa.nulls(len(batch)) if values is None else values
        for leaf, values in zip(asked.leaves, found, strict=True)
    }


def answer(asked: Asked) -> None:
    """Write the rows of a file, block after block."""
    line, left = 1, asked.most
    for batch in _batches(asked):
        columns = _columns(batch, asked)
        size = sum(values.nbytes for values in columns.values())
        left -= size
        if left < 0:
            raise TooLargeError
        step = max(1, len(batch) * _PIECE // max(size, _PIECE))
        for start in range(0, len(batch), step):
            n = min(step, len(batch) - start)
            # Slices are written with what they show alone.
            piece = {name: values.slice(start, n) for name, values in columns.items()}
            send_columns({"line": line, "n_lines": n}, piece)
            line += n
    send({"kind": "rest", "line": line})


def main() -> None:
    """Answer questions, one on each line of standard input."""
    for question in questions():
        try:
            answer(Asked(**question))
        except (MemoryError, TooLargeError):
            send({"kind": "fault", "line": 0}, b"size")
        except _FAULTS as fault:
            first = f"{type(fault).__name__}: {fault}".split("\n", 1)[0]
            send({"kind": "fault", "line": 0}, first[:_SHOWN].encode("utf-8", "replace"))


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limit()
    main()
