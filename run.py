#!/usr/bin/env python3
"""Set up crisislab and run it, with nothing installed but Python 3.11 or newer.

    python3 run.py review        review the sample crisis (Windows: py run.py review)
    python3 run.py               all the commands, in English and Spanish

The first call makes the folder .venv beside this file and installs the exact versions of
requirements.lock into it; later calls find it ready. Deleting .venv undoes everything.

This file uses the standard library alone, and only syntax that Python 3.6 can read, so that
an old Python says what to do instead of showing a syntax error.
"""

import argparse
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, NamedTuple

NEEDED: "tuple[int, int]" = (3, 11)  # SyntaxError? Install Python 3.11+, python.org
if sys.version_info < NEEDED:
    sys.exit(
        "crisislab needs Python 3.11 or newer; this is Python {}.{}.\n"
        "Install a newer one from python.org and use it here, e.g. python3.12 run.py review\n\n"
        "crisislab necesita Python 3.11 o posterior; este es Python {}.{}.\n"
        "Instale uno nuevo desde python.org y use ese: python3.12 run.py review".format(
            *sys.version_info[:2], *sys.version_info[:2]
        )
    )

RECIPE = "1"  # raise it when the way of installing changes: every .venv is then brought up to date
INSTALLER = "uv>=0.9,<1"
DISK_BYTES = 2 * 1024**3  # .venv takes 1.2 GB, the downloads 0.3 GB
CELL_SECONDS = 120  # a notebook cell that takes longer fails; nbval alone would wait 2000 s
UNFINISHED = "unfinished"
WORD = "py" if os.name == "nt" else "python3"

HELP = {
    "en": """\
crisislab: did the crisis plan work?

  {word} run.py review [FOLDER] [--lang es|en] [--out FOLDER]
                          review a case folder; without FOLDER, the sample crisis
  {word} run.py check PATH...   say what is wrong with exports, before a review
  {word} run.py lab       open the notebooks in JupyterLab
  {word} run.py test      run all tests, the notebooks too (options go on to pytest)
  {word} run.py bench [NAME]   the benchmark side by side, or another of benchmarks/

The first call sets everything up in the folder .venv: 1 to 4 minutes, with internet
access. After that it works without. To undo it, delete .venv.
""",
    "es": """\
crisislab: ¿funcionó el plan de crisis?

  {word} run.py review [CARPETA] [--lang es|en] [--out CARPETA]
                          revisa un caso; sin CARPETA, la crisis de ejemplo
  {word} run.py check RUTA...   dice qué está mal en las exportaciones, antes de revisar
  {word} run.py lab       abre los cuadernos en JupyterLab
  {word} run.py test      pasa todas las pruebas y los cuadernos (opciones: las de pytest)
  {word} run.py bench [NOMBRE]   la prueba de rendimiento, u otra de benchmarks/

La primera vez lo prepara todo en la carpeta .venv: de 1 a 4 minutos, con internet.
Después funciona sin conexión. Para deshacerlo, borre .venv.
""",
}

WORDS = {
    "en": {
        "start": "Setting up crisislab (only this once)...",
        "again": "Something changed since the last set-up: bringing .venv up to date...",
        "repair": "The last set-up is unfinished or of another Python or folder: starting anew.",
        "venv": "[1/3] Making a Python environment of its own in .venv (about 5 seconds)",
        "fetch": "[2/3] Fetching the installer (about 5 seconds)",
        "install": "[3/3] Installing the libraries (about 300 MB to download; 1 to 3 minutes)",
        "pip": "      The fast installer did not manage; trying again with pip (2 to 5 minutes)",
        "still": "      ... {seconds} s",
        "waiting": "Another window is setting up crisislab already: waiting for it to end...",
        "ready": "Ready, after {seconds} s. From now on this works without internet access.",
        "stopped": "\nStopped. Nothing is lost: give the same command again to go on.",
        "bare_copy": "{file} is missing: this copy of the project is incomplete. Get it again.",
        "disk": "Set-up needs 2 GB of disk, {gb:.1f} are free. Make room, then try again.",
        "locked": "The old .venv cannot be deleted: {error}\n"
        "Close JupyterLab and any other program that uses it, then try again.",
        "no_write": "Set-up cannot write here: {error}\n"
        "Copy the project to a folder of your own, then try again there.",
        "foreign": "The folder .venv here was not made by run.py, and its Python does not work.\n"
        "Rename or delete it, then try again.",
        "no_venv": "Python could not make the environment.\n"
        "On Debian or Ubuntu: sudo apt install python3-venv, then try again.",
        "failed": "The libraries could not be installed. Usual causes: no internet access, or a\n"
        "company proxy that pip does not know. Then give the same command again.",
        "log": "The last lines of {log}:\n{tail}",
        "sample": "No folder given: reviewing the sample crisis {folder}",
        "no_sample": "No sample crisis in {folder}. Name a folder: {word} run.py review FOLDER",
        "no_path": "{path} does not exist. Check the spelling, or drag the file into this window.",
        "no_paths": "Name the files or folders to check: {word} run.py check PATH...",
        "no_bench": "There is no such benchmark in {folder}. These are there: {known}",
        "unknown": "There is no command '{command}'. These are the commands:\n",
    },
    "es": {
        "start": "Preparando crisislab (solo esta vez)...",
        "again": "Algo ha cambiado desde la última vez: actualizando .venv...",
        "repair": "La preparación no terminó, o cambió su Python o su carpeta: se rehace .venv.",
        "venv": "[1/3] Creando un entorno de Python propio en .venv (unos 5 segundos)",
        "fetch": "[2/3] Descargando el instalador (unos 5 segundos)",
        "install": "[3/3] Instalando las bibliotecas (unos 300 MB de descarga; de 1 a 3 minutos)",
        "pip": "      El instalador rápido no ha podido; se intenta con pip (de 2 a 5 minutos)",
        "still": "      ... {seconds} s",
        "waiting": "Otra ventana ya está preparando crisislab: se espera a que termine...",
        "ready": "Listo, en {seconds} s. Desde ahora funciona sin conexión.",
        "stopped": "\nInterrumpido. No se pierde nada: repita la orden para continuar.",
        "bare_copy": "Falta {file}: esta copia del proyecto está incompleta. Bájela otra vez.",
        "disk": "Hacen falta 2 GB de disco y hay {gb:.1f}. Libere espacio y repita la orden.",
        "locked": "No se puede borrar el .venv anterior: {error}\n"
        "Cierre JupyterLab y los programas que lo usen, y repita la orden.",
        "no_write": "No se puede escribir aquí: {error}\n"
        "Copie el proyecto a una carpeta suya y repita la orden allí.",
        "foreign": "Aquí hay una carpeta .venv que no es de run.py y cuyo Python no sirve.\n"
        "Cámbiele el nombre o bórrela, y repita la orden.",
        "no_venv": "Python no ha podido crear el entorno.\n"
        "En Debian o Ubuntu: sudo apt install python3-venv, y repita la orden.",
        "failed": "No se han podido instalar las bibliotecas. Suele faltar internet, o hay\n"
        "un proxy de empresa que pip no conoce. Después repita la orden.",
        "log": "Las últimas líneas de {log}:\n{tail}",
        "sample": "Sin carpeta: se revisa la crisis de ejemplo {folder}",
        "no_sample": "No hay ejemplo en {folder}. Indique un caso: {word} run.py review CARPETA",
        "no_path": "{path} no existe. Revise el nombre, o arrastre el archivo a esta ventana.",
        "no_paths": "Indique qué archivos o carpetas comprobar: {word} run.py check RUTA...",
        "no_bench": "No hay tal prueba de rendimiento en {folder}. Hay estas: {known}",
        "unknown": "No existe la orden '{command}'. Las órdenes son:\n",
    },
}


class SetupError(Exception):
    """Something the person at the keyboard can mend; its text says how."""


class Project(NamedTuple):
    """Where things are, in and beside the folder of run.py."""

    root: Path

    @property
    def venv(self) -> Path:
        """The environment that set-up makes."""
        return self.root / ".venv"

    @property
    def rubbish(self) -> Path:
        """An old environment on its way out."""
        return self.root / ".venv-old"

    @property
    def lock(self) -> Path:
        """Held while one window sets up, so that a second one waits."""
        return self.root / ".venv-lock"

    @property
    def stamp(self) -> Path:
        """What the environment was made from; written last, so without it nothing is ready."""
        return self.venv / "crisislab-setup.txt"

    @property
    def log(self) -> Path:
        """Everything the installers said."""
        return self.venv / "crisislab-setup.log"

    @property
    def programs(self) -> Path:
        """The folder of the environment's programs."""
        return self.venv / ("Scripts" if os.name == "nt" else "bin")

    def program(self, name: str) -> str:
        """Return the path of one of the environment's programs."""
        return str(self.programs / (name + ".exe" if os.name == "nt" else name))


def language() -> str:
    """Return "es" if the terminal speaks Spanish, otherwise "en"."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable)
        if value:
            return "es" if value.lower().startswith("es") else "en"
    if os.name == "nt":
        import locale

        return "es" if (locale.getlocale()[0] or "").lower().startswith(("es", "spanish")) else "en"
    return "en"


def phrase(key: str, **facts: object) -> str:
    """Return one of the WORDS in the language of the terminal."""
    return WORDS[language()][key].format(word=WORD, **facts)


def say(key: str, **facts: object) -> None:
    """Print one of the WORDS at once."""
    print(phrase(key, **facts), flush=True)


def print_help() -> None:
    """Print the help in both languages, that of the terminal first."""
    first = language()
    for code in (first, "en" if first == "es" else "es"):
        print(HELP[code].format(word=WORD))


# Set-up ---------------------------------------------------------------------------------


def identity(project: Project) -> str:
    """Return a hash of what an environment cannot survive: another Python, system or folder."""
    facts = (sys.implementation.cache_tag, sysconfig.get_platform(), str(project.root))
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def contents(project: Project) -> str:
    """Return a hash of what is to be installed."""
    digest = hashlib.sha256(RECIPE.encode())
    for name in ("requirements.lock", "pyproject.toml"):
        try:
            digest.update((project.root / name).read_bytes())
        except FileNotFoundError:
            raise SetupError(phrase("bare_copy", file=name)) from None
    return digest.hexdigest()[:16]


def read_stamp(project: Project) -> "list[str]":
    """Return identity and contents of the last set-up, or an empty list."""
    try:
        return project.stamp.read_text(encoding="ascii").split()
    except (FileNotFoundError, UnicodeDecodeError):
        return []


def write_stamp(project: Project, state: str) -> None:
    """Note what the environment is made from, or that it is unfinished."""
    project.stamp.write_text(identity(project) + " " + state + "\n", encoding="ascii")


def environment(project: Project) -> "dict[str, str]":
    """Return the environment variables for every program that run.py starts.

    UTF-8 everywhere (accents in paths and posts, also on Windows), compiled modules kept, the
    environment's own Jupyter kernel first, and a home folder even where the machine has none.
    """
    leave_out = {"PYTHONHOME", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "__PYVENV_LAUNCHER__"}
    variables = {name: value for name, value in os.environ.items() if name not in leave_out}
    jupyter = [str(project.root / "etc" / "jupyter"), variables.get("JUPYTER_CONFIG_PATH", "")]
    variables.update(
        PYTHONUTF8="1",
        PYTHONNOUSERSITE="1",
        PIP_USER="0",
        PIP_DISABLE_PIP_VERSION_CHECK="1",
        VIRTUAL_ENV=str(project.venv),
        JUPYTER_PREFER_ENV_PATH="1",
        JUPYTER_CONFIG_PATH=os.pathsep.join(filter(None, jupyter)),
        PATH=os.pathsep.join(filter(None, [str(project.programs), variables.get("PATH", "")])),
    )
    home = variables.get("HOME")
    if os.name != "nt" and not (home and os.access(home, os.W_OK)):
        own_home = project.venv / "home"
        own_home.mkdir(parents=True, exist_ok=True)
        variables["HOME"] = str(own_home)
    return variables


def run_step(project: Project, command: "Sequence[str]") -> bool:
    """Run one step of the set-up with its output in the log; return whether it worked."""
    started = time.monotonic()
    with project.log.open("ab") as log:
        try:
            process = subprocess.Popen(
                command,
                cwd=str(project.root),
                env=environment(project),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        except OSError as error:
            log.write(f"{command[0]}: {error}\n".encode())
            return False
        try:
            while True:
                try:
                    return process.wait(timeout=10) == 0
                except subprocess.TimeoutExpired:
                    say("still", seconds=round(time.monotonic() - started))
        except BaseException:
            process.terminate()
            process.wait()
            raise


def failure(project: Project, key: str) -> SetupError:
    """Return an error that shows the end of the log under its advice."""
    lines = project.log.read_text(encoding="utf-8", errors="replace").splitlines()[-12:]
    tail = "\n".join("  | " + line for line in lines)
    return SetupError(phrase(key) + "\n\n" + phrase("log", log=project.log, tail=tail))


def make_venv(project: Project) -> None:
    """Make an empty environment, marked as unfinished before anything else happens."""
    free = shutil.disk_usage(str(project.root)).free
    if free < DISK_BYTES:
        raise SetupError(phrase("disk", gb=free / 1024**3))
    say("venv")
    shutil.rmtree(str(project.rubbish), ignore_errors=True)
    project.venv.mkdir(exist_ok=True)
    write_stamp(project, UNFINISHED)
    # Not the Python of an active environment: that may be the very .venv that was deleted.
    python = getattr(sys, "_base_executable", None) or sys.executable
    if not run_step(project, [python, "-m", "venv", str(project.venv)]):
        raise failure(project, "no_venv")


def remove_venv(project: Project) -> None:
    """Delete an environment that set-up made itself."""
    say("repair")
    # Renamed, then deleted: a half-deleted .venv without stamp would pass for somebody else's.
    shutil.rmtree(str(project.rubbish), ignore_errors=True)
    try:
        project.venv.rename(project.rubbish)
    except OSError as error:
        raise SetupError(phrase("locked", error=error)) from error


def install(project: Project) -> None:
    """Install the locked libraries and the package: with uv, or with pip where uv fails."""
    python = project.program("python")
    # First the libraries, each checked against the hash in the lock; then the package alone.
    parts = (["--require-hashes", "-r", "requirements.lock"], ["--no-deps", "-e", "."])
    pip = [python, "-m", "pip", "install"]
    say("fetch")
    has_uv = run_step(project, [*pip, "--upgrade", INSTALLER])
    say("install")
    # uv leaves modules uncompiled unless told: each kernel would start 10 s later, for ever.
    uv = [project.program("uv"), "pip", "install", "--python", python, "--compile-bytecode"]
    if has_uv and all(run_step(project, [*uv, *part]) for part in parts):
        return
    say("pip")
    if not all(run_step(project, [*pip, "--compile", *part]) for part in parts):
        raise failure(project, "failed")


def usable(project: Project) -> bool:
    """Return whether a .venv that somebody else made has a Python to install into."""
    test = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.call([project.program("python"), "-c", test]) == 0
    except OSError:
        return False


def prepare_venv(project: Project) -> None:
    """Leave a .venv that can be installed into: kept if sound, made anew if half-made."""
    known = read_stamp(project)
    python_works = Path(project.program("python")).exists()
    if not project.venv.exists() or not any(project.venv.iterdir()):
        say("start")
        make_venv(project)
    elif not known:
        say("again")
        if not usable(project):
            raise SetupError(phrase("foreign"))
    elif known[0] == identity(project) and known[-1] != UNFINISHED and python_works:
        say("again")
    else:
        remove_venv(project)
        make_venv(project)


def take(lock: "IO[str]") -> bool:
    """Take the lock of the set-up unless another window has it; it ends with this program."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(lock.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True  # A network folder without locks: better unprotected than never.
    return True


def ready(project: Project) -> bool:
    """Return whether the environment is complete and made from the present files."""
    wanted = [identity(project), contents(project)]
    return read_stamp(project) == wanted and Path(project.program("python")).exists()


def set_up(project: Project) -> None:
    """Make the environment ready; does nothing, quickly, if it is.

    Raises:
        SetupError: If it cannot be made ready; the text says why and what to do.
    """
    if ready(project):
        return
    started = time.monotonic()
    try:
        with project.lock.open("w") as lock:
            if not take(lock):
                say("waiting")
                while not take(lock):
                    time.sleep(1)
            if ready(project):
                return
            prepare_venv(project)
            write_stamp(project, UNFINISHED)
            install(project)
            write_stamp(project, contents(project))
    except OSError as error:
        raise SetupError(phrase("no_write", error=error)) from error
    say("ready", seconds=round(time.monotonic() - started))


# Commands -------------------------------------------------------------------------------


def hand_over(project: Project, command: "Sequence[str]", *, cwd: "Path | None" = None) -> int:
    """Run a program of the environment in the foreground and return its exit status."""
    process = subprocess.Popen(
        command,
        cwd=str(cwd) if cwd else None,
        env=environment(project),
    )
    signal.signal(signal.SIGTERM, lambda _number, _frame: process.terminate())
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue  # The program got the same Ctrl+C and decides itself (JupyterLab asks).


def sample_case(project: Project) -> Path:
    """Return the folder of the sample crisis (the first one, by name)."""
    samples = project.root / "data" / "sample"
    found = sorted(path for path in samples.glob("[!._]*") if path.is_dir())
    if not found:
        raise SetupError(phrase("no_sample", folder=samples))
    return found[0]


def require(paths: "Sequence[str]") -> None:
    """Stop before the long set-up if a path was misspelt."""
    for path in paths:
        if not Path(path).exists():
            raise SetupError(phrase("no_path", path=path))


def review(project: Project, arguments: "Sequence[str]") -> int:
    """Review a case folder with `crisislab review`."""
    parser = argparse.ArgumentParser(prog="run.py review", add_help=False, allow_abbrev=False)
    parser.add_argument("--lang", choices=["es", "en"])
    parser.add_argument("--out")
    folders = [word for word in parser.parse_known_args(arguments)[1] if not word.startswith("-")]
    require(folders)
    sample = [] if folders else [str(sample_case(project))]
    set_up(project)
    if sample:
        say("sample", folder=sample[0])
    return hand_over(project, [project.program("crisislab"), "review", *sample, *arguments])


def check(project: Project, arguments: "Sequence[str]") -> int:
    """Check exports with `crisislab check`."""
    paths = [word for word in arguments if not word.startswith("-")]
    if not arguments:
        raise SetupError(phrase("no_paths"))
    require(paths)
    set_up(project)
    return hand_over(project, [project.program("crisislab"), "check", *arguments])


def test(project: Project, arguments: "Sequence[str]") -> int:
    """Run the tests, the examples in docstrings and the notebooks, in one pytest."""
    set_up(project)
    command: list[str] = [project.program("python"), "-m", "pytest", "--nbval-lax"]
    if os.environ.get("CRISISLAB_OFFLINE"):
        command = [project.program("python"), "tests/offline.py", *command]
    command += ["--nbval-current-env", "--nbval-cell-timeout", str(CELL_SECONDS)]
    # A file stays in one process: the cells of a notebook run in order.
    command += ["--numprocesses", "auto", "--maxprocesses", "4", "--dist", "loadfile"]
    command += ["--nbval-sanitize-with", "tests/nbval_sanitize.cfg", *arguments]
    if not any((project.root / word.split("::")[0]).exists() for word in arguments):
        places = ("tests", "crisislab", "notebooks")
        command += [place for place in places if (project.root / place).exists()]
    return hand_over(project, command, cwd=project.root)


def lab(project: Project, arguments: "Sequence[str]") -> int:
    """Open the notebooks in JupyterLab, without news, updates or the extension shop."""
    set_up(project)
    command: list[str] = [project.program("python"), "-m", "jupyterlab"]
    command += [f"--ServerApp.root_dir={project.root}", "--LabApp.default_url=/lab/tree/notebooks"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # Containers; the server listens on this machine only.
    return hand_over(project, [*command, *arguments])


def bench(project: Project, arguments: "Sequence[str]") -> int:
    """Run one program of benchmarks/: the one named first, else the table side by side."""
    folder = project.root / "benchmarks"
    named = bool(arguments) and not arguments[0].startswith("-")
    program = folder / ((arguments[0] if named else "bench") + ".py")
    if not program.is_file():
        known = ", ".join(sorted(path.stem for path in folder.glob("[!_]*.py")))
        say("no_bench", folder=folder, known=known or "-")
        return 2
    set_up(project)
    command = [project.program("python"), str(program), *arguments[int(named) :]]
    return hand_over(project, command, cwd=project.root)


COMMANDS: "dict[str, Callable[[Project, Sequence[str]], int]]" = {
    "review": review,
    "check": check,
    "lab": lab,
    "test": test,
    "bench": bench,
}


def main(arguments: "Sequence[str]", *, project: "Project | None" = None) -> int:
    """Run one command and return the exit status."""
    project = project or Project(Path(__file__).resolve().parent)
    command = arguments[0] if arguments else "help"
    if command in ("help", "--help", "-h", "ayuda", "--ayuda"):
        print_help()
        return 0
    if command not in COMMANDS:
        say("unknown", command=command)
        print_help()
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return COMMANDS[command](project, arguments[1:])
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        say("stopped")
        return 130


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console that lacks a letter shows a "?"
    sys.exit(main(sys.argv[1:]))
