"""A Slack export becomes an incident log, from a zip or a folder."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from crisislab.read import read_log, read_posts
from tests.read.exports import adds_up, codes

Write = Callable[[str, str | bytes], Path]
USERS = [{"id": "U1", "name": "ana", "profile": {"display_name": "Ana"}}, {"id": "U2"}]
DAY = [
    {"type": "message", "user": "U1", "text": "<@U2> mira <https://a.b|esto> &amp; ya",
     "ts": "1772712900.000100", "thread_ts": "1772712900.000100"},
    {"type": "message", "user": "U2", "text": "voy", "ts": "1772712960.000200",
     "thread_ts": "1772712900.000100", "edited": {"user": "U2", "ts": "1772713000.0"}},
    {"type": "message", "subtype": "channel_join", "user": "U2", "text": "<@U2> joined",
     "ts": "1772712961.000200"},
    {"type": "message", "subtype": "bot_message", "bot_id": "B1", "username": "pager", "text": "",
     "attachments": [{"fallback": "Incident #1"}], "ts": "1772712962.000200"},
    {"type": "message", "subtype": "tombstone", "text": "This message was deleted.",
     "ts": "1772712963.000200"},
    {"type": "message", "text": "sin hora"},
]  # fmt: skip


def export(write: Write, *, prefix: str = "") -> Path:
    """A small export as a folder."""
    write(f"slack/{prefix}users.json", json.dumps(USERS))
    write(f"slack/{prefix}channels.json", json.dumps([{"id": "C1", "name": "crisis"}]))
    return write(f"slack/{prefix}crisis/2026-03-05.json", json.dumps(DAY)).parents[1]


def zipped(folder: Path) -> Path:
    """The folder as a zip beside it."""
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*.json")):
            archive.write(file, file.relative_to(folder).as_posix())
    return path


def test_read_log_reads_a_slack_folder(write: Write) -> None:
    """Names, times, threads, bots and system notices are told; nothing is dropped."""
    loaded = read_log(export(write))
    log = loaded.log
    assert log["actor"].tolist()[:4] == ["Ana", "U2", "U2", "pager"]
    assert log["text"].tolist()[0] == "@U2 mira esto (https://a.b) & ya"
    assert log["text"].tolist()[3] == "Incident #1"
    assert log["kind"].tolist() == ["message", "message", "system", "message", "system"]
    assert log["automated"].tolist() == [False, False, False, True, False]
    assert log["entry_id"].tolist()[0] == "1772712900.000100"
    assert log["logged_at"][0] == pd.Timestamp("2026-03-05T12:15:00.0001Z")
    assert log["thread_id"].nunique() == 1
    assert log["channel"].unique().tolist() == ["#crisis"]
    assert log["flags"].tolist()[1] == "CL-LOG-EDITED"
    assert log["source_row"].tolist() == [1, 2, 3, 4, 5]
    assert codes(loaded) == {"CL-LOG-EDITED", "CL-ROW-NOT-DATA"}
    assert adds_up(loaded)


def test_read_log_reads_zip_and_folder_alike(write: Write) -> None:
    """A zip, a zip with an enclosing folder, and a folder give the same log."""
    folder = export(write)
    enclosed = zipped(export(write, prefix="2026/").parent)
    dropped = ["source_file"]
    wanted = read_log(folder).log.drop(columns=dropped)
    pd.testing.assert_frame_equal(read_log(enclosed).log.drop(columns=dropped), wanted)


def test_read_log_reads_the_real_export(real_data: Path) -> None:
    """The real workspace has 158 messages in 17 day files of two channels."""
    path = real_data / "real/slack_export_viewer_fixture/tests/testarchive.zip"
    loaded = read_log(path)
    assert len(loaded.log) == 158
    assert loaded.log["channel"].nunique() == 2
    assert loaded.ledger["n_loaded"].gt(0).sum() == 17
    assert adds_up(loaded)


def test_read_posts_does_not_take_a_log_for_posts(write: Write) -> None:
    """A Slack export given as posts is set aside whole, with its reason."""
    loaded = read_posts(export(write), strict=False)
    assert codes(loaded, "refused") == {"CL-SOURCE-KIND"}
    assert adds_up(loaded)
