"""Readers from outside the package, layouts without a reader, and the table of all of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from crisislab.read import read_posts
from crisislab.read.confirmed import readers_table
from crisislab.read.sources import readers
from tests.read.exports import adds_up, codes

Write = Callable[[str, str | bytes], Path]
ROOT = Path(__file__).resolve().parents[2]
READER = """
from crisislab.read._reader import Reader, Times, has_columns

READERS = (
    Reader(
        name="pigeon-post", title="Pigeon Post", gives="posts", confirmed="real file",
        recognise=has_columns("ring", "landed", "scroll"), platform="pigeon",
        columns={"post_id": ("ring",), "created_at": ("landed",), "text": ("scroll",)},
        times={"created_at": Times("iso", "UTC")},
    ),
)
"""
READ = """
import sys
from crisislab.read import read_posts
loaded = read_posts(sys.argv[1])
print(loaded.ledger["source"].item(), *loaded.posts["post_id"], loaded.posts["platform"].item())
"""


def wheel(folder: Path, name: str, module: str) -> Path:
    """A wheel of one module that declares a reader."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    members = {
        f"{name}.py": module,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": f"[crisislab.readers]\npigeon = {name}\n",
        f"{info}/RECORD": "",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in members.items():
            archive.writestr(member, text)
    return path


def read_with(installed: Path, export: Path) -> subprocess.CompletedProcess[str]:
    """Read an export in a process that sees a folder of installed distributions."""
    paths = os.pathsep.join([str(ROOT), str(installed)])
    return subprocess.run(
        [sys.executable, "-c", READ, str(export)], capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": paths, "CRISISLAB_LANG": "en"},
    )  # fmt: skip


def test_a_reader_of_an_installed_distribution_is_found(tmp_path: Path, write: Write) -> None:
    """A package that declares the entry point reads its layout like a built-in reader."""
    export = write("birds.csv", "ring,landed,scroll\nP-1,2026-03-05T12:00:00Z,hola\n")
    installed = tmp_path / "installed"
    # What installers do with a pure wheel: its members go into the folder of packages.
    zipfile.ZipFile(wheel(tmp_path, "pigeonpost", READER)).extractall(installed)
    told = read_with(installed, export)
    assert told.stdout.split() == ["pigeon-post", "P-1", "pigeon"], told.stderr
    without = read_with(tmp_path / "nothing", export)
    assert "pigeon-post" not in without.stdout


def test_zeeschuimer_tables_are_read_with_their_semicolons(write: Write) -> None:
    """The table of Zeeschuimer has the columns of 4CAT, separated by semicolons."""
    head = "collected_from_url;id;thread_id;author;author_full;body;timestamp;unix_timestamp;likes"
    row = "https://www.tiktok.com/@ana;7;7;ana;Ana;hola; adios;2026-03-05 12:00:00;1772712000;3"
    path = write(
        "z.csv", f"{head}\n{row.replace('hola; adios', chr(34) + 'hola; adios' + chr(34))}\n"
    )
    loaded = read_posts(path)
    post = loaded.posts.iloc[0]
    assert (post["source"], post["platform"], post["text"]) == ("4cat", "tiktok", "hola; adios")
    assert str(post["created_at"]) == "2026-03-05 12:00:00+00:00"


def test_comments_of_a_ticket_answer_its_first_one(write: Write) -> None:
    """Public comments are loaded, internal ones are context, whatever the order of the page."""
    comments = [
        {"id": i, "type": "Comment", "author_id": i, "body": f"b{i}", "plain_body": f"p{i}",
         "public": i != 3, "audit_id": 9, "created_at": f"2026-03-05T12:0{i}:00Z"}
        for i in (2, 1, 3)
    ]  # fmt: skip
    loaded = read_posts(write("comments.json", json.dumps({"comments": [*comments, {"id": 4}]})))
    rows = loaded.posts.set_index("post_id")
    assert rows["parent_id"].fillna("").to_dict() == {"1": "", "2": "1"}
    assert rows["kind"].to_dict() == {"1": "message", "2": "reply"}
    row = loaded.ledger.iloc[0]
    assert (row["n_loaded"], row["n_context"], row["n_rejected"]) == (2, 1, 1)


@pytest.mark.parametrize(("name", "text"), [
    ("hootsuite-metrics", "Date (GMT),Followers,Posts\n2026-03-05,10,2\n"),
    ("hootsuite-conversations", ("Conversation ID,Medium,Channel,Contact Profile ID,Created at\n"
                                 "1,Twitter,@marca,5,2026-03-05 12:00\n")),
])  # fmt: skip
def test_totals_of_hootsuite_are_set_aside_by_name(write: Write, name: str, text: str) -> None:
    """What is known and holds no posts is told so, and never counts as nothing."""
    loaded = read_posts(write("a.csv", text), strict=False)
    assert loaded.ledger["source"].tolist() == [name]
    assert {"CL-SOURCE-OTHER", "CL-LOAD-NOTHING"} <= codes(loaded)


def test_an_inbox_without_reader_is_read_by_declaration(write: Write) -> None:
    """A tool whose header is not published is read once its columns are declared."""
    text = (
        "Timestamp (ET),Inbox,Sender,Wording,Permalink\n"
        "03/25/2026 14:05,Twitter,ana,hola,https://x.com/ana/status/1\n"
    )
    path = write("inbox.csv", text)
    declared = {"created_at": "Timestamp (ET)", "text": "Wording", "author_handle": "Sender"}
    loaded = read_posts(path, columns=declared, zone="America/New_York", platform="x")
    assert str(loaded.posts["created_at"][0]) == "2026-03-25 18:05:00+00:00"
    assert loaded.posts["text"].tolist() == ["hola"]
    assert adds_up(loaded)


def test_the_table_of_sources_is_that_of_the_readers() -> None:
    """The docs list every reader with how well its layout is confirmed."""
    page = (ROOT / "docs/sources.md").read_text("utf-8")
    assert page == readers_table()
    assert all(f"`{reader.name}`" in page for reader in readers())
