"""What every test gets: one time zone, no windows, and the real data if it is there."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.warm import FOLDER, prepare

ROOT = Path(__file__).resolve().parent.parent
REAL_DATA = ROOT.parent / "shared" / "data"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")

# Before anything imports matplotlib: figures go to files, never to a window.
os.environ["MPLBACKEND"] = "agg"
# Where a test holds a lock on purpose, nobody wants to wait a minute for it.
os.environ["CRISISLAB_WAIT"] = "0.2"


def _set_machine_zone(name: str | None) -> None:
    """Change the time zone of this process; None takes the setting away."""
    if name is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = name
    if hasattr(time, "tzset"):  # not on Windows
        time.tzset()


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder in which this run shares reviews; processes of xdist and kernels find it."""
    if FOLDER not in os.environ:
        folder = tempfile.mkdtemp(prefix="crisislab-tests-")
        prepare(Path(folder))
        os.environ[FOLDER] = folder
        os.environ["IPYTHONDIR"] = str(Path(folder) / "ipython")
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
        config.add_cleanup(lambda: os.environ.pop(FOLDER, None))


@pytest.fixture(scope="session", autouse=True)
def _machine_in_utc() -> Iterator[None]:
    """Run all tests in UTC, whatever the machine says; tests that need another zone ask."""
    before = os.environ.get("TZ")
    _set_machine_zone("UTC")
    yield
    _set_machine_zone(before)


@pytest.fixture(scope="session", autouse=True)
def _same_names_everywhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Run all tests with one known secret, never with the user's own."""
    path = tmp_path_factory.mktemp("secret") / "secret"
    path.write_text(f"crisislab-secret 1\n{'5e' * 32}\n", encoding="ascii")
    path.chmod(0o600)
    before = os.environ.get("CRISISLAB_SECRET")
    os.environ["CRISISLAB_SECRET"] = str(path)
    yield
    if before is None:
        del os.environ["CRISISLAB_SECRET"]
    else:
        os.environ["CRISISLAB_SECRET"] = before


@pytest.fixture
def set_machine_zone() -> Iterator[Callable[[str], None]]:
    """Give a function that moves the machine to a zone, e.g. "Pacific/Kiritimati"."""
    yield _set_machine_zone
    _set_machine_zone("UTC")


@pytest.fixture
def real_data() -> Path:
    """Give the folder of public data sets beside the project, or skip."""
    if not REAL_DATA.is_dir():
        pytest.skip("needs the public data sets in ../shared/data, which are not on this machine")
    return REAL_DATA


@pytest.fixture
def chromium(chromium_found: str) -> str:
    """Give the path of Chromium, or skip."""
    return chromium_found


@pytest.fixture(scope="session")
def chromium_found() -> str:
    """Give the path of Chromium, or skip; in CI its absence is a failure, never a skip."""
    found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is not None:
        return found
    reason = "needs Chromium (Debian: apt-get install chromium)"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Apply the same conditions to tests that carry a marker but do not ask for the fixture."""
    names = getattr(item, "fixturenames", [])
    for marker, fixture in (("browser", "chromium"), ("real_data", "real_data")):
        if item.get_closest_marker(marker) and fixture not in names:
            names.insert(0, fixture)
