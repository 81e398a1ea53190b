"""A case out of a folder of exports, as somebody types it who knows nothing yet."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from pathlib import Path

import pandas as pd
import pytest

import crisislab as cl
from crisislab.new import new_case
from crisislab.new.accounts import likely_accounts
from crisislab.new.proposals import proposal
from crisislab.read import inspect
from tests.build import posts

SAMPLE = Path(__file__).parent.parent / "data" / "sample" / "brumaria"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the case made of the sample's exports in one folder, nothing else said."""
    folder = tmp_path_factory.mktemp("new")
    exports = folder / "downloads"
    for part in ("posts", "log"):
        shutil.copytree(SAMPLE / part, exports / part)
    new_case(folder / "case", [exports, exports / "posts" / "x_busqueda_1.jsonl"])
    return folder / "case"


def _taken(settings: str, heading: str) -> str:
    """Return settings with the # taken away from every proposed block of a heading."""
    block = re.compile(rf"^# {re.escape(heading)}\n(?:# .*\n)+", re.M)
    return block.sub(lambda found: re.sub(r"^# ", "", found[0], flags=re.M), settings)


def test_a_folder_of_exports_is_its_files(made: Path) -> None:
    """Each file in it is recognised by itself and stands in posts/ or log/, once."""
    for part in ("posts", "log"):
        there = {p.name for p in (made / part).iterdir()}
        assert there == {p.name for p in (SAMPLE / part).iterdir()}


def test_an_unpacked_slack_export_stays_one(tmp_path: Path) -> None:
    """A folder that is one export is not taken apart."""
    downloads = tmp_path / "downloads"
    with zipfile.ZipFile(SAMPLE / "log" / "slack_export_brumaria.zip") as packed:
        packed.extractall(downloads / "slack")
    shutil.copy2(SAMPLE / "posts" / "x_busqueda_1.jsonl", downloads)
    files = new_case(tmp_path / "case", [downloads]).files
    assert set(files) == {"log/slack", "posts/x_busqueda_1.jsonl"}


def test_taking_the_marks_away_settles_the_case(made: Path) -> None:
    """With every # taken from the proposals, all files are read and the brand is the true one."""
    path = made / "case.toml"
    text = path.read_text("utf-8")
    assert 'name = "brumaria_sim"' in text
    for heading in ("[[brand.accounts]]", "[[sources]]", "[quiet]", "[window]"):
        assert _taken(text, heading) != text
        text = _taken(text, heading)
    text = text.replace("absent_from_exports = true", "absent_from_exports = false")
    path.write_text(text.replace('zone = "UTC"', 'zone = "Europe/Madrid"', 1), "utf-8")
    case, true = cl.open_case(made), cl.open_case(SAMPLE)
    # Of the web form nobody has said which column is the id, so its one repeated row counts.
    on_networks = [
        c.loaded_posts.posts["platform"].value_counts().drop(["web", "unknown"], errors="ignore")
        for c in (case, true)
    ]
    assert on_networks[0].to_dict() == on_networks[1].to_dict()
    assert case.ledger["n_loaded"].sum() == true.ledger["n_loaded"].sum() + 1
    assert len(case.log) == len(true.log)
    assert case.posts["own"].sum() == true.posts["own"].sum()
    assert case.quiet is not None
    before = case.posts["created_at"].min() - case.quiet[0]
    assert pd.Timedelta(0) <= before < pd.Timedelta(days=1)


def test_likely_accounts_by_hand() -> None:
    """Twelve posts against three stand out; twelve against five do not."""

    def wrote(platform: str, **n: int) -> list[dict[str, object]]:
        return [
            {"platform": platform, "post_id": f"{who}{i}", "author_id": who, "author_handle": who,
             "created_at": pd.Timestamp("2026-03-05T12:00Z")}
            for who, times in n.items() for i in range(times)
        ]  # fmt: skip

    found = likely_accounts(posts(*wrote("x", shop=12, ana=3), *wrote("youtube", shop=12, ana=5)))
    assert [(a.platform, a.id, a.n) for a in found] == [("x", "shop", 12)]
    assert likely_accounts(posts()) == ()


def test_no_message_has_a_hole(tmp_path: Path) -> None:
    """What is left to settle is told with all its facts, in both languages."""
    (tmp_path / "downloads").mkdir()
    (tmp_path / "downloads" / "notes.csv").write_text("alpha,beta\n1,2\n", "utf-8")
    for name in (
        "posts/opiniones_web.csv",
        "posts/x_busqueda_1.jsonl",
        "log/registro_incidencias.csv",
    ):
        shutil.copy2(SAMPLE / name, tmp_path / "downloads")
    made = new_case(tmp_path / "case", [tmp_path / "downloads"])
    for lang in ("en", "es"):
        told = made.summary(lang)
        assert "CL-SOURCE-UNKNOWN" in told
        assert not re.search(r"None|\?\(|=\?|_\?", told), told


def test_what_loads_and_is_still_open_is_asked(tmp_path: Path) -> None:
    """A table without its network, the brand in texts only, two chats: each told with its lines."""
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    rows = "".join(
        f"{i},2026-05-12T09:{i:02d}:00+02:00,v{i},vecino{i},@hornolamiga qué asco\n"
        for i in range(12)
    )
    head = "id,fecha,id_autor,usuario,texto\n"
    (downloads / "instagram comentarios.csv").write_text(head + rows, "utf-8")
    (downloads / "chat.txt").write_text(
        "12/5/26, 9:50 - Rosa Miga: Oye, hay quejas\n12/5/26, 10:20 - Luis Horno: Voy\n", "utf-8"
    )
    message = {
        "id": 1,
        "type": "message",
        "date": "2026-05-12T09:55:00",
        "date_unixtime": "1778572500",
        "from": "Rosa",
        "from_id": "user1",
        "text": "Voy",
    }
    chat = {"name": "Equipo", "type": "private_group", "id": 9, "messages": [message]}
    (downloads / "result.json").write_text(json.dumps(chat), "utf-8")
    made = new_case(tmp_path / "case", [downloads], zone="Europe/Madrid", lang="es")
    codes = {(problem.code, problem.file) for problem in made.unsettled}
    assert ("CL-NEW-CHAT", "posts/result.json") in codes
    assert ("CL-PLATFORM-UNKNOWN", "posts/instagram comentarios.csv") in codes
    assert ("CL-NEW-CHAT", "posts/chat.txt") in codes
    told = made.summary("es")
    assert "unknown:hornolamiga" in told
    assert "Publicaciones, por los nombres de sus columnas" in told
    assert "by column names" not in told
    settings = (tmp_path / "case" / "case.toml").read_text("utf-8")
    lines = '# [[sources]]\n# file = "posts/instagram comentarios.csv"\n# platform = "instagram"\n'
    assert lines in settings


def test_the_network_of_the_brands_accounts_is_proposed(tmp_path: Path) -> None:
    """Where a file does not say its network and the accounts are all of one, that one is asked."""
    export = tmp_path / "posts.csv"
    export.write_text("post_id,created_at,author,text\n1,2026-03-01T10:00:00Z,ana,hola\n", "utf-8")
    for accounts, named in ((["x:marca"], "x"), (["x:marca", "facebook:marca"], "...")):
        folder = tmp_path / str(len(accounts))
        made = new_case(folder, [export], accounts=accounts, zone="Europe/Madrid")
        (problem,) = made.unsettled
        assert (problem.code, problem.facts["named"]) == ("CL-PLATFORM-UNKNOWN", named)
        settings = (folder / "case.toml").read_text("utf-8")
        assert 'name = "marca"' in settings
        assert ('# platform = "x"' in settings) == (named == "x")


def test_ids_that_name_the_post_of_comments_are_proposed_as_that(tmp_path: Path) -> None:
    """The line names the columns; ids that clash are not "damaged"."""
    rows = "".join(f"k{i},p{i % 2},2026-03-{5 + i:02d}T12:00:00Z,nota {i},u{i}\n" for i in range(6))
    path = tmp_path / "c.csv"
    path.write_text(f"id,post_id,created_at,text,author\n{rows}", "utf-8")
    told = proposal("c.csv", inspect(path), zone=None, lang="en")
    assert '# columns = { post_id = "id", root_id = "post_id" }' in told
    assert "damaged" not in told


def test_times_without_a_zone_hide_neither_account_nor_days(tmp_path: Path) -> None:
    """What is proposed needs no clock: the account people name and the days of the exports."""
    lines = [f"{d:02d}/05/2026 12:{m:02d};@u{m};@Lola rico" for d in range(1, 21) for m in range(6)]
    told = ["Fecha;Usuario;Texto", *lines, "20/05/2026 18:00;@Lola;gracias"]
    (tmp_path / "export.csv").write_text("\n".join(told), "utf-8")
    made = new_case(tmp_path / "case", [tmp_path / "export.csv"], lang="es")
    text = (made.folder / "case.toml").read_text("utf-8")
    assert "# start = 2026-05-01" in text
    assert "2026-05-01 a 2026-05-20." in text
    assert 'handle = "lola"' in text
    assert "CL-TIME-ZONE" in {problem.code for problem in made.unsettled}
