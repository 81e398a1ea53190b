"""What the command line says about itself, in both languages: help, misuse, completion."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from crisislab.words import LANGUAGES

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "data" / "sample" / "brumaria"
Said = dict[str, tuple[int, str, str]]

MISTYPED = {
    "review": ("Falta CARPETA.", "FOLDER is missing."),
    "drill a b --start 2026-01-01": ("Falta la opción --scenario.", "option --scenario is missing"),
    "drill a b --scenario x --start soon": ("«soon» no vale", "'soon' will not do"),
    "drill a b --scenario x --start 2026-01-01 --seed z": ("un número entero", "a whole number"),
    "review a --lang fr": ("se espera: en|es", "expected: en|es"),
    "review a --lan": ("¿Quiso decir --lang?", "Did you mean --lang?"),
    "review a --nada": ("No existe la opción --nada.", "There is no option --nada."),
    "review a b": ("Sobra una palabra: b", "One word too many: b"),
    "review a --out": ("Falta un valor después de --out", "missing after --out"),
    "review a --json=3": ("--json no lleva valor", "--json takes no value"),
    "rewiew": ("¿Quiso decir «review»?", "Did you mean 'review'?"),
    "library foo": ("No existe la orden «foo».", "There is no command 'foo'."),
}
COMMAND_NAMES = ("new", "check", "review", "drill", "notebooks", "compare", "verify", "bundle",
                 "purge", "library add",
                 "library merge")  # fmt: skip
HELPS = ["--help", *(f"{name} --help" for name in COMMAND_NAMES)]
DRIVER = """
import contextlib, io, json, sys
from crisislab.cli import main
said = {}
for line in json.load(sys.stdin):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(line.split())
    said[line] = status, out.getvalue(), err.getvalue()
print(json.dumps(said))
"""


def _run(command: list[str], lang: str, told: str = "", **more: str) -> str:
    env = os.environ | {"CRISISLAB_LANG": lang, "COLUMNS": "200", "NO_COLOR": "1"} | more
    return subprocess.run(
        [sys.executable, *command], env=env, input=told, capture_output=True, text=True,
        check=True, cwd=ROOT,
    ).stdout  # fmt: skip


@pytest.fixture(scope="module")
def said() -> dict[str, Said]:
    """Return what every command line says, by language: a process for each, as machines differ."""
    asked = json.dumps([*MISTYPED, *HELPS])
    return {lang: json.loads(_run(["-c", DRIVER], lang, asked)) for lang in LANGUAGES}


@pytest.mark.parametrize("line", MISTYPED)
def test_misuse_is_told_in_the_language_of_the_machine(said: dict[str, Said], line: str) -> None:
    """What was typed wrongly in one sentence, with status 2: nothing in typer's own words."""
    for lang, sentence in zip(("es", "en"), MISTYPED[line], strict=True):
        status, out, err = said[lang][line]
        assert (status, out) == (2, "")
        assert sentence in err
    spanish = said["es"][line][2]
    assert not re.findall("Usage|Missing|Invalid|Try|Input|No such|Got|does not", spanish)


@pytest.mark.parametrize("line", HELPS)
def test_help_is_whole_in_both_languages(said: dict[str, Said], line: str) -> None:
    """Each argument and option has its words; each command takes --json and --lang."""
    status, spanish, err = said["es"][line]
    assert (status, err) == (0, "")
    typers = "Usage|OPTIONS|ARGS|Show this|Install|required|default|<path>|<bool>"
    assert not re.findall(typers, spanish)
    if line != "--help":
        assert "--json" in spanish
        assert "--lang" in spanish
    options = re.compile(r"--[a-z-]+")
    assert options.findall(said["en"][line][1]) == options.findall(spanish) != []


@pytest.mark.parametrize("page", ["docs/howto/commands.md", "docs/howto/commands.es.md"])
def test_page_of_commands_names_everything(said: dict[str, Said], page: str) -> None:
    """The page on the command line has every command and every option, and nothing else."""
    text = (ROOT / page).read_text("utf-8")
    options = re.compile(r"--[a-z]+(?:-[a-z]+)*")
    known = {o for line in HELPS for o in options.findall(said["en"][line][1])}
    assert set(options.findall(text)) == known
    assert [name for name in COMMAND_NAMES if f"crisislab {name}" not in text] == []


def test_completion_completes_commands() -> None:
    """The shell's question for what may follow is answered with commands and their words."""
    asked = {"_CRISISLAB_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "crisislab re"}
    told = _run(["-m", "crisislab"], "es", **asked)
    assert "review" in told
    assert "revisa un caso" in told
    assert "notebooks" not in told


def test_progress_is_silent_in_pipes() -> None:
    """Where nobody watches, a command prints its result and nothing else."""
    run = subprocess.run(
        [sys.executable, "-m", "crisislab", "check", str(SAMPLE / "posts" / "x_busqueda_1.jsonl")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout
