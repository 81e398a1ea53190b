"""What goes wrong says so: a coded message, exit 1, nothing half-written, the old review intact."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from crisislab.cli import main

POSTS = """post_id,platform,created_at,author_id,author_handle,text,parent_id,mentions
1,x,2026-03-05T10:00:00Z,a,ana,qué desastre @marca,,marca
2,x,2026-03-05T10:20:00Z,m,marca,lo sentimos,1,
3,x,2026-03-05T11:00:00Z,b,eva,pésimo @marca,,marca
4,x,2026-03-05T12:00:00Z,m,marca,Comunicado: lamentamos lo ocurrido,,
"""
LOG = """fecha;quién;canal;qué
2026-03-05T10:05:00Z;Ana;#crisis;Alerta: quejas
2026-03-05T10:10:00Z;Ana;#crisis;Plan activado
2026-03-05T18:00:00Z;Ana;#crisis;Cerrada
"""
CASE = """[case]
name = "Mini"
language = "en"
zone = "Europe/Madrid"
[brand]
name = "Marca"
[[brand.accounts]]
platform = "x"
id = "m"
"""


@pytest.fixture
def mini(reviewed: Path, tmp_path: Path) -> Path:
    """Return a fresh copy of the reviewed case."""
    return Path(shutil.copytree(reviewed, tmp_path / "mini"))


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small case that has been reviewed once."""
    folder = tmp_path_factory.mktemp("cases") / "mini"
    (folder / "posts").mkdir(parents=True)
    (folder / "log").mkdir()
    (folder / "posts" / "x.csv").write_text(POSTS, "utf-8")
    (folder / "log" / "log.csv").write_text(LOG, "utf-8")
    (folder / "case.toml").write_text(CASE, "utf-8")
    templates = Path(__file__).parent.parent / "crisislab" / "templates"
    shutil.copy(templates / "es" / "plan.toml", folder / "plan.toml")
    assert main(["review", str(folder)]) == 0
    return folder


def everything(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its bytes."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def no_plan(folder: Path) -> None:
    """Take the plan away."""
    (folder / "plan.toml").unlink()


def no_posts(folder: Path) -> None:
    """Empty the posts folder."""
    (folder / "posts" / "x.csv").unlink()


def unknown_source(folder: Path) -> None:
    """Add a table nobody knows."""
    (folder / "posts" / "y.csv").write_text("alpha,beta\n1,2\n", "utf-8")


def naive_time(folder: Path) -> None:
    """Take the zone off the times."""
    path = folder / "posts" / "x.csv"
    path.write_text(path.read_text("utf-8").replace("Z,", ","), "utf-8")


def silent_brand(folder: Path) -> None:
    """Misspell the brand's account."""
    path = folder / "case.toml"
    path.write_text(path.read_text("utf-8").replace('id = "m"', 'id = "mm"'), "utf-8")


def wrong_key(folder: Path) -> None:
    """Misspell a setting."""
    path = folder / "case.toml"
    path.write_text(path.read_text("utf-8").replace("zone =", "zoen ="), "utf-8")


@pytest.mark.parametrize(
    ("break_it", "code"),
    [
        (no_plan, "CL-SET-MISSING-FILE"),
        (no_posts, "CL-CASE-NO-POSTS"),
        (unknown_source, "CL-SOURCE-UNKNOWN"),
        (naive_time, "CL-TIME-ZONE"),
        (silent_brand, "CL-BRAND-SILENT"),
        (wrong_key, "CL-SET-UNKNOWN-KEY"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "es"])
def test_review_refuses_and_keeps_the_old_one(
    mini: Path,
    break_it: Callable[[Path], None],
    code: str,
    lang: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A refused review exits 1 with a coded message and changes no file."""
    break_it(mini)
    before = everything(mini)
    assert main(["review", str(mini), "--lang", lang]) == 1
    message = capsys.readouterr().err
    assert code in message
    assert "Traceback" not in message
    assert "?" not in message.replace("¿", "").split(code)[1].split("\n")[1]
    assert everything(mini) == before


def test_naive_time_suggested_fix_works(mini: Path) -> None:
    """The declaration that the message asks for settles it."""
    naive_time(mini)
    with (mini / "case.toml").open("a", encoding="utf-8") as case:
        case.write('[[sources]]\nfile = "posts/x.csv"\nzone = "UTC"\n')
    assert main(["review", str(mini)]) == 0


def test_silent_brand_can_be_said(mini: Path) -> None:
    """With absent_from_exports the review is built and tells no response time."""
    path = mini / "case.toml"
    text = path.read_text("utf-8").replace('id = "m"', 'id = "mm"')
    path.write_text(
        text.replace('name = "Marca"', 'name = "Marca"\nabsent_from_exports = true'), "utf-8"
    )
    assert main(["review", str(mini)]) == 0
    rows = (mini / "review" / "metrics.csv").read_text("utf-8-sig").splitlines()
    told = [row for row in rows if row.startswith(("first_response_time", "reply_rate"))]
    assert told
    assert all("no_brand_posts" in row for row in told)


def test_review_twice_gives_the_same_bytes(mini: Path) -> None:
    """The same inputs give byte-identical files."""
    before = everything(mini / "review")
    assert main(["review", str(mini)]) == 0
    assert everything(mini / "review") == before
