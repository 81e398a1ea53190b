"""Reading fixtures with the standard library: the readers are tested apart from the pipeline."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from crisislab.read._reader import Item, Probe, Reader, Row
from crisislab.read.sources import readers as built_in

Mapped = list[Row | None]


def json_records(text: str) -> list[Any]:
    """Records of a JSON document or of JSON lines; lines that are cut are left out."""
    text = text[text.index("[") :] if text.startswith("window.YTD") else text
    try:
        whole = json.loads(text)
    except json.JSONDecodeError:
        whole = [entry for line in text.split("\n") if (entry := _line(line)) is not None]
    return whole if isinstance(whole, list) else [whole]


def _line(line: str) -> Any:
    try:
        return json.loads(line)
    except json.JSONDecodeError:
        return None


def csv_rows(text: str) -> list[list[str]]:
    """Rows of a comma-separated text."""
    return list(csv.reader(io.StringIO(text, newline="")))


def mapped(reader: Reader, rows: Sequence[Sequence[str]]) -> Mapped:
    """The rows below a header as the pipeline maps them: columns, constants, finish."""
    header = rows[0]
    places = {name.strip().casefold(): i for i, name in reversed(list(enumerate(header)))}
    done: Mapped = []
    for cells in rows[1:]:
        row: Row = {}
        for column, names in reader.columns.items():
            place = next((places[n.casefold()] for n in names if n.casefold() in places), None)
            known = place is not None and place < len(cells)
            row[column] = (cells[place] or None) if known else None
        row |= reader.constants
        named = dict(zip(header, cells, strict=False))
        done.append(reader.finish(row, named) if reader.finish else row)
    return done


def probe_of(path: Path) -> Probe:
    """What the pipeline would show of a file to the readers."""
    raw = path.read_bytes()
    text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    if path.suffix in (".csv", ".tsv"):
        delimiter = "\t" if path.suffix == ".tsv" else ","
        header = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
        return Probe("table", columns=tuple(header))
    if path.suffix == ".txt" and not text.lstrip().startswith("{"):
        return Probe("text", lines=tuple(text.splitlines()[:50]))
    return Probe("records", records=tuple(json_records(text)[:20]))


@pytest.fixture
def readers() -> tuple[Reader, ...]:
    """Every reader of a known layout."""
    return built_in()


@pytest.fixture
def reader() -> Callable[[str], Reader]:
    """The built-in reader of a name."""
    return lambda name: {r.name: r for r in built_in()}[name]


@pytest.fixture
def probe() -> Callable[[Path], Probe]:
    """The probe of a file."""
    return probe_of


@pytest.fixture
def items(reader: Callable[[str], Reader]) -> Callable[..., list[Item]]:
    """The items a named reader finds in records, or in a file of them."""

    def unpacked(name: str, *records: Any) -> list[Item]:
        unpack = reader(name).unpack
        assert unpack is not None
        given: Sequence[Any] = records
        if isinstance(records[0], Path):
            given = json_records(records[0].read_text("utf-8"))
        return [item for record in given for item in unpack(record)]

    return unpacked


@pytest.fixture
def rows(reader: Callable[[str], Reader]) -> Callable[..., Mapped]:
    """The rows a named reader maps from a comma-separated text, or from a file of it."""

    def mapping(name: str, source: str | Path) -> Mapped:
        text = source if isinstance(source, str) else source.read_text("utf-8-sig")
        return mapped(reader(name), csv_rows(text))

    return mapping


@pytest.fixture
def real(real_data: Path) -> Path:
    """Folder of the real public exports."""
    return real_data / "real"


@pytest.fixture
def unfolded(reader: Callable[[str], Reader]) -> Callable[[str, str], list[Item]]:
    """The items a named reader finds in the rows of a comma-separated text."""

    def unfolding(name: str, text: str) -> list[Item]:
        unfold = reader(name).unfold
        assert unfold is not None
        header, *below = csv_rows(text)
        return [item for cells in below for item in unfold(header, cells)]

    return unfolding


@pytest.fixture
def unrolled(reader: Callable[[str], Reader]) -> Callable[[str, str], list[tuple[int, Item]]]:
    """The items a named reader finds in the lines of a text, each with its line."""

    def unrolling(name: str, text: str) -> list[tuple[int, Item]]:
        unroll = reader(name).unroll
        assert unroll is not None
        return list(unroll(text.splitlines(keepends=True)))

    return unrolling
