"""What holds for every reader."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crisislab.read._reader import Probe
from crisislab.schema import LOG, POSTS

LAYOUTS = ("*.json", "*.jsonl", "*.ndjson", "*.csv", "*.tsv", "*.txt")
NOT_EXPORTS = ("SOURCE.txt", "LICENSE.txt")
KEYS = [
    "data", "id", "text", "author_id", "referenced_tweets", "type", "includes", "tweets", "users",
    "id_str", "full_text", "user", "entities", "created_time", "comments", "message", "uri",
    "record", "commit", "collection", "author", "reply", "posts", "feed", "thread", "post",
    "items", "kind", "snippet", "topLevelComment", "messages", "chats", "list", "date",
    "statuses", "ancestors", "descendants", "orderedItems", "object", "rest_id", "legacy",
    "alert", "alertId", "action", "incident", "incidents", "incident_updates", "issues", "fields",
    "key", "created", "summary", "audits", "events", "ticket_id", "videos", "error", "Body", "Id",
    "CreatedDateTime", "subreddit", "created_utc", "body", "link_id", "timestamp", "media_type",
    "tweet", "changelog",
]  # fmt: skip
# Its records are the members of an archive, not JSON.
OF_MEMBERS = "slack-export"
NEEDED = ("post_id", "created_at", "logged_at")


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


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4)
RECORDS = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6)
    ),
    max_leaves=12,
)


@given(record=RECORDS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_readers_survive_records_of_any_shape(readers, record):
    """Whatever a record is, a reader recognises, maps or rejects it; it never fails."""
    for reader in readers:
        reader.recognise(Probe("records", records=(record,)))
        mapped = reader.unpack is not None and reader.name != OF_MEMBERS
        for item in reader.unpack(record) if mapped else ():
            assert all(value is None or isinstance(value, str) for value in item.row.values())


@pytest.mark.real_data
def test_recognise_never_takes_two_readers_for_one_file(real, readers, probe):
    """No real file looks like two layouts of one kind; a chat is the public's or the team's."""
    for path in _files(real):
        try:
            seen = probe(path)
        except UnicodeDecodeError:
            continue
        known = [(r.gives, r.name) for r in readers if r.recognise(seen)]
        assert len({gives for gives, _ in known}) == len(known), (path.name, known)


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
                assert item.fate != "load" or any(item.row.get(c) for c in NEEDED)
