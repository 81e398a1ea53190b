"""What holds for every reader."""

from pathlib import Path

import pytest

from crisislab.schema import LOG, POSTS

LAYOUTS = ("*.json", "*.jsonl", "*.ndjson", "*.csv", "*.tsv", "*.txt")
NOT_EXPORTS = ("SOURCE.txt", "LICENSE.txt")
CATCH_ALL = "generic"


def _files(folder: Path) -> list[Path]:
    found = [path for layout in LAYOUTS for path in folder.rglob(layout)]
    return [path for path in found if path.name not in NOT_EXPORTS]


def test_readers_have_distinct_names(readers):
    """A row's source names one layout only."""
    names = [reader.name for reader in readers]
    assert len(names) == len(set(names))


def test_readers_fill_columns_of_the_schema(readers):
    """What a reader maps, times or sets by constant is a column of its table."""
    tables = {"posts": set(POSTS.names), "log": set(LOG.names), "other": set()}
    for reader in readers:
        known = tables[reader.gives]
        used = {*reader.columns, *reader.times, *reader.constants}
        assert used <= known, (reader.name, used - known)


def test_readers_of_records_say_how_their_times_are_written(readers):
    """A reader that gives rows says how its main time is written."""
    main = {"posts": "created_at", "log": "logged_at"}
    for reader in readers:
        if reader.gives in main:
            assert main[reader.gives] in reader.times, reader.name


@pytest.mark.real_data
def test_recognise_never_takes_two_readers_for_one_file(real, readers, probe):
    """No real file looks like two layouts."""
    for path in _files(real):
        try:
            seen = probe(path)
        except UnicodeDecodeError:
            continue
        names = [r.name for r in readers if CATCH_ALL not in r.name and r.recognise(seen)]
        assert len(names) < 2, (path.name, names)


@pytest.mark.real_data
def test_unpack_fills_columns_of_the_schema_with_text(real, readers, probe, items):
    """Whatever a reader finds in a real file is text under a column of its table."""
    tables = {"posts": set(POSTS.names), "log": set(LOG.names)}
    for path in _files(real):
        if path.suffix not in (".json", ".jsonl", ".ndjson"):
            continue
        seen = probe(path)
        for reader in readers:
            if reader.unpack is None or reader.gives == "other" or not reader.recognise(seen):
                continue
            for item in items(reader.name, path):
                assert item.row.keys() <= tables[reader.gives]
                assert all(v is None or isinstance(v, str) for v in item.row.values())
                assert item.fate != "load" or item.row.get("post_id") or reader.gives == "log"
