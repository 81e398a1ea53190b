"""Set-up: the three lists of dependencies agree, and run.py does what it tells people."""

import ast
import importlib.util
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
ENVIRONMENT = (ROOT / "environment.yml").read_text(encoding="utf-8")

# conda-forge names some packages otherwise than PyPI does.
PYPI_NAME = {
    "matplotlib-base": "matplotlib",
    "python-duckdb": "duckdb",
    "python-tzdata": "tzdata",
}


def _load_run() -> ModuleType:
    """Import run.py, which is a program and not part of the package."""
    spec = importlib.util.spec_from_file_location("run", ROOT / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


run: Any = _load_run()


def _declared() -> dict[str, SpecifierSet]:
    """Return the dependencies of pyproject.toml, those of the tests and of Python included."""
    project = PYPROJECT["project"]
    lines = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    found = {
        str(canonicalize_name(requirement.name)): requirement.specifier
        for requirement in map(Requirement, lines)
    }
    return {**found, "python": SpecifierSet(project["requires-python"])}


def _conda() -> dict[str, SpecifierSet]:
    """Return the dependencies of environment.yml under their PyPI names."""
    found = {}
    for name, bounds in re.findall(r"^  - ([a-z0-9_-]+)([<>=!~][^\s#]*)", ENVIRONMENT, re.M):
        exact = re.sub(r"^=(?!=)", "==", bounds)  # conda's nbval=0.11.* is PyPI's nbval==0.11.*
        found[PYPI_NAME.get(name, name)] = SpecifierSet(exact)
    return found


def _locked() -> list[Requirement]:
    """Return the lines of requirements.lock."""
    lines = [line for line in LOCK.splitlines() if line and not line.startswith(("#", " "))]
    return [Requirement(line.removesuffix("\\").strip()) for line in lines]


# The lists ------------------------------------------------------------------------------


def test_environment_yml_equals_pyproject() -> None:
    """Conda users get the same packages within the same bounds, one by one."""
    assert _conda() == _declared()


def test_environment_yml_has_no_unbounded_package() -> None:
    """Every line that names a package was compared: pip alone stands without a bound."""
    lines = re.findall(r"^  - (\S+)", ENVIRONMENT.split("dependencies:")[1], re.M)
    assert len(lines) == len(_conda()) + 2  # "pip" and the list "pip:"
    assert {"pip", "pip:"} <= set(lines)


@pytest.mark.parametrize("name", sorted(set(_declared()) - {"python"}))
def test_lock_satisfies_pyproject(name: str) -> None:
    """Each dependency is locked, to a version within its bounds on every platform."""
    versions = [line.specifier for line in _locked() if canonicalize_name(line.name) == name]
    assert versions, f"{name} is not in requirements.lock; its first lines say how to remake it"
    for exact in versions:
        (only,) = exact
        assert only.operator == "=="
        assert _declared()[name].contains(only.version)


def test_lock_names_no_host() -> None:
    """The lock works with any package index: it holds no address and no path."""
    assert "://" not in LOCK
    assert not re.search(r"(^|[\s=])/\w|[A-Z]:\\|--(extra-)?index|--find-links", LOCK)


def test_lock_has_a_hash_for_every_library() -> None:
    """What is installed is checked against SHA-256: no line of the lock is without."""
    parts = re.split(r"(?m)^(?=[a-zA-Z0-9])", LOCK)[1:]
    assert len(parts) == len(_locked())
    for part in parts:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", part), part.splitlines()[0]


def test_lock_says_how_it_was_made() -> None:
    """The first lines of the lock are the command that makes it."""
    head = "\n".join(LOCK.splitlines()[:3])
    assert "uv pip compile --universal --extra test" in head


# run.py ---------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path) -> Any:
    """Give a project folder, with a space in its name, that was never set up."""
    root = tmp_path / "a case"
    root.mkdir()
    (root / "requirements.lock").write_text("pandas==3.1.1\n", encoding="utf-8")
    (root / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    return run.Project(root)


@pytest.fixture
def steps(project: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the list of set-up steps that were run; none of them really runs."""
    done: list[str] = []

    def pretend(_project: Any, command: Sequence[str]) -> bool:
        done.append(" ".join(command))
        Path(project.program("python")).parent.mkdir(parents=True, exist_ok=True)
        Path(project.program("python")).touch()
        return True

    monkeypatch.setattr(run, "run_step", pretend)
    return done


def test_run_can_be_read_by_old_pythons() -> None:
    """run.py has only syntax of Python 3.7, so that an old Python gets as far as the advice."""
    source = (ROOT / "run.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 7))
    assert "from __future__" not in source


def test_run_tells_old_pythons_what_to_do() -> None:
    """Under Python 3.9 run.py stops with the version it needs, in both languages."""
    source = (
        "import sys, runpy; sys.version_info = (3, 9, 1); "
        f"runpy.run_path({str(ROOT / 'run.py')!r}, run_name='__main__')"
    )
    ended = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "needs Python 3.11 or newer; this is Python 3.9" in ended.stderr
    assert "necesita Python 3.11 o posterior" in ended.stderr


def test_run_uses_the_standard_library_alone() -> None:
    """run.py works before anything is installed."""
    tree = ast.parse((ROOT / "run.py").read_text(encoding="utf-8"))
    imported = {
        alias.name for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names
    }
    imported |= {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names


def test_words_are_the_same_in_both_languages() -> None:
    """Every message exists in English and Spanish, with the same facts in it."""
    english, spanish = run.WORDS["en"], run.WORDS["es"]
    assert set(english) == set(spanish)
    for key, text in english.items():
        facts = re.compile(r"\{(\w+)")
        assert set(facts.findall(text)) == set(facts.findall(spanish[key])), key


@pytest.mark.parametrize(
    ("lang", "first"), [("es_ES.UTF-8", "¿funcionó"), ("en_GB.UTF-8", "did the"), ("C", "did the")]
)
def test_main_without_arguments_prints_help(
    lang: str, first: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The help is in both languages, that of the terminal first, and names every command."""
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", lang)
    assert run.main([]) == 0
    shown = capsys.readouterr().out
    assert first in shown.splitlines()[0]
    for name in run.COMMANDS:
        assert shown.count(f"run.py {name}") == 2


def test_set_up_installs_once(project: Any, steps: list[str]) -> None:
    """The first call makes and fills .venv from the lock; the second does nothing."""
    run.set_up(project)
    assert len(steps) == 4
    assert "-m venv" in steps[0]
    assert "--compile-bytecode --require-hashes -r requirements.lock" in steps[2]
    assert steps[3].endswith("--no-deps -e .")
    run.set_up(project)
    assert len(steps) == 4


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_set_up_follows_changed_dependencies(name: str, project: Any, steps: list[str]) -> None:
    """A changed list is installed into the same .venv, which is not made anew."""
    run.set_up(project)
    steps.clear()
    with (project.root / name).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    run.set_up(project)
    assert not [step for step in steps if "-m venv" in step]
    assert len(steps) == 3


def test_set_up_repairs_an_interrupted_one(
    project: Any, steps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After Ctrl+C in the middle, the next call starts anew and ends ready."""

    def interrupted(_project: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(run, "install", interrupted)
        with pytest.raises(KeyboardInterrupt):
            run.set_up(project)
    left_over = project.venv / "half a library"
    left_over.touch()
    steps.clear()
    run.set_up(project)
    assert "-m venv" in steps[0]
    assert not left_over.exists()
    assert run.read_stamp(project) == [run.identity(project), run.contents(project)]


def test_set_up_starts_anew_after_a_move(project: Any, steps: list[str]) -> None:
    """A project folder that was moved or renamed gets a new .venv: the old one points back."""
    run.set_up(project)
    steps.clear()
    moved = run.Project(project.root.rename(project.root.with_name("moved")))
    run.set_up(moved)
    assert "-m venv" in steps[0]


def test_set_up_waits_for_another_window(project: Any) -> None:
    """While one window sets up, no other can take the lock; afterwards it is free."""
    with project.lock.open("w") as first, project.lock.open("w") as second:
        assert run.take(first)
        assert not run.take(second)
    with project.lock.open("w") as third:
        assert run.take(third)


def test_set_up_says_that_it_cannot_write(project: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder that may only be read, the advice is to copy the project elsewhere."""

    def refuse(_project: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    monkeypatch.setattr(run, "prepare_venv", refuse)
    with pytest.raises(run.SetupError, match="folder of your own"):
        run.set_up(project)


def test_set_up_keeps_a_foreign_venv(project: Any) -> None:
    """A .venv that somebody else made and that does not work is reported, never deleted."""
    project.venv.mkdir()
    precious = project.venv / "notes.txt"
    precious.touch()
    with pytest.raises(run.SetupError, match=r"\.venv"):
        run.set_up(project)
    assert precious.exists()


def test_set_up_falls_back_to_pip(
    project: Any, steps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where uv cannot install (a company index that only pip knows), pip does."""
    really = run.run_step

    def without_uv(where: Any, command: Sequence[str]) -> bool:
        return bool(really(where, command)) and "--python" not in command

    monkeypatch.setattr(run, "run_step", without_uv)
    run.set_up(project)
    assert "-m pip install --compile --require-hashes -r requirements.lock" in steps[-2]
    assert "-m pip install --compile --no-deps -e ." in steps[-1]
    assert run.read_stamp(project)[-1] == run.contents(project)


def test_set_up_explains_a_failure(
    project: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """If nothing can be installed, the advice and the end of the log are shown; status 1."""

    def failing(where: Any, command: Sequence[str]) -> bool:
        where.log.write_text("no route to the index\n", encoding="utf-8")
        return "venv" in command

    monkeypatch.setattr(run, "run_step", failing)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    (project.root / "notebooks").mkdir()
    assert run.main(["lab"], project=project) == 1
    shown = capsys.readouterr().err
    assert "no internet access" in shown
    assert "no route to the index" in shown
    assert run.read_stamp(project)[-1] == run.UNFINISHED


def test_run_step_reports_and_logs(project: Any) -> None:
    """A step's output goes to the log; a failure or a missing program is reported, not raised."""
    project.venv.mkdir()
    assert run.run_step(project, [sys.executable, "-c", "print('words')"])
    assert not run.run_step(project, [sys.executable, "-c", "raise SystemExit(3)"])
    assert not run.run_step(project, [str(project.root / "nothing")])
    assert "words" in project.log.read_text(encoding="utf-8")


def test_environment_cleans_what_children_inherit(
    project: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Children keep compiled modules, speak UTF-8 and find the project's Jupyter settings."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    variables = run.environment(project)
    assert not {"PYTHONDONTWRITEBYTECODE", "PYTHONPATH"} & set(variables)
    assert variables["PYTHONUTF8"] == "1"
    assert variables["JUPYTER_CONFIG_PATH"].startswith(str(project.root / "etc" / "jupyter"))
    assert variables["PATH"].startswith(str(project.programs))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no HOME")
@pytest.mark.parametrize("home", [None, "", "/nowhere/at/all"])
def test_environment_gives_a_home(
    home: str | None, project: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a usable home folder, children get one inside .venv."""
    monkeypatch.delenv("HOME", raising=False)
    if home is not None:
        monkeypatch.setenv("HOME", home)
    assert run.environment(project)["HOME"] == str(project.venv / "home")


@pytest.fixture
def handed(steps: list[str], monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Give the commands handed over to the environment; none of them really runs."""
    commands: list[list[str]] = []

    def pretend(_project: Any, command: Sequence[str], *, cwd: Path | None = None) -> int:
        commands.append(list(command))
        return 7

    monkeypatch.setattr(run, "hand_over", pretend)
    return commands


def test_review_takes_the_sample_by_default(project: Any, handed: list[list[str]]) -> None:
    """Without a folder the first sample is reviewed, and options go on to crisislab."""
    for name in ("beta", "alpha", ".hidden"):
        (project.root / "data" / "sample" / name).mkdir(parents=True)
    assert run.main(["review", "--lang", "es", "--out", "my report"], project=project) == 7
    sample = str(project.root / "data" / "sample" / "alpha")
    program = project.program("crisislab")
    assert handed == [[program, "review", sample, "--lang", "es", "--out", "my report"]]


def test_review_takes_the_folder_named(project: Any, handed: list[list[str]]) -> None:
    """A folder, wherever among the options it stands, is reviewed in place of the sample."""
    folder = str(project.root)
    assert run.main(["review", "--lang", "es", folder], project=project) == 7
    assert handed == [[project.program("crisislab"), "review", "--lang", "es", folder]]


@pytest.mark.parametrize("command", ["review", "check"])
def test_misspelt_path_stops_before_set_up(
    command: str, project: Any, handed: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody waits minutes to learn that a path does not exist."""
    assert run.main([command, "no such folder"], project=project) == 1
    assert "no such folder" in capsys.readouterr().err
    assert not handed
    assert not project.venv.exists()


def test_test_runs_notebooks_in_the_same_pytest(project: Any, handed: list[list[str]]) -> None:
    """One pytest runs tests, docstrings and notebooks, with a time limit for each cell."""
    for name in ("tests", "crisislab", "notebooks"):
        (project.root / name).mkdir()
    assert run.main(["test", "-x"], project=project) == 7
    (command,) = handed
    assert command[-4:] == ["-x", "tests", "crisislab", "notebooks"]
    assert command[command.index("--nbval-cell-timeout") + 1] == "120"
    assert {"--nbval-lax", "--nbval-current-env"} <= set(command)


def test_bench_runs_the_program_named(
    project: Any, handed: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a name the table side by side runs; one not there is told, with those that are."""
    folder = project.root / "benchmarks"
    folder.mkdir()
    for name in ("bench.py", "reading.py", "_contenders.py"):
        (folder / name).touch()
    assert run.main(["bench", "--rows", "10"], project=project) == 7
    assert run.main(["bench", "reading", "--runs", "1"], project=project) == 7
    told = [[Path(command[1]).name, *command[2:]] for command in handed]
    assert told == [["bench.py", "--rows", "10"], ["reading.py", "--runs", "1"]]
    assert run.main(["bench", "nothing"], project=project) == 2
    assert "bench, reading" in capsys.readouterr().out


def test_jupyter_settings_are_quiet() -> None:
    """JupyterLab asks for no news, looks for no updates and encrypts its kernels' sockets."""
    folder = ROOT / "etc" / "jupyter"
    config = json.loads((folder / "jupyter_config.json").read_text(encoding="utf-8"))
    assert config["KernelManager"]["transport_encryption"] == "auto"
    assert config["LabApp"]["extension_manager"] == "readonly"
    overrides = (folder / "labconfig" / "default_setting_overrides.json").read_text("utf-8")
    (settings,) = json.loads(overrides).values()
    assert settings == {"fetchNews": "false", "checkForUpdates": False}
