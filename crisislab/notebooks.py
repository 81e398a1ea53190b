"""The notebooks of the project beside a case: copied, each set to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from crisislab.case_file import CaseFile
from crisislab.errors import CrisisLabError, Problem
from crisislab.files import write_file
from crisislab.settings import read_settings

_HERE = Path(__file__).parent
# In a wheel the notebooks travel inside the package; in a checkout they stand beside it.
_PLACES = (_HERE / "notebook_files", _HERE.parent / "notebooks")


def copy_notebooks(folder: Path) -> list[Path]:
    """Copy the notebooks into ``folder/notebooks`` with ``CASE`` set to the folder.

    A notebook that is already there is left as it is: it may hold somebody's work.

    Args:
        folder: A case folder.

    Returns:
        The notebooks that were written.

    Raises:
        CrisisLabError: If there is no such folder, or it holds no ``case.toml``.
    """
    if not folder.is_dir():
        raise CrisisLabError(Problem("CL-CASE-NO-FOLDER", file=str(folder)))
    read_settings(folder / "case.toml", CaseFile)
    target = folder / "notebooks"
    target.mkdir(exist_ok=True)
    written = []
    for source in shipped():
        path = target / source.name
        if not path.exists():
            write_file(path, _for_case(source.read_text("utf-8")).encode("utf-8"))
            written.append(path)
    return written


def shipped() -> list[Path]:
    """Return the notebooks that come with this version, in their order."""
    found = next((place for place in _PLACES if place.is_dir()), None)
    return [] if found is None else sorted(found.glob("[0-9]*.ipynb"))


def _for_case(text: str) -> str:
    """Return a notebook set to the case beside it, without the sample's results.

    >>> cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]},
    ...         "source": ["CASE = 1"], "outputs": [1]}
    >>> json.loads(_for_case(json.dumps({"cells": [cell]})))["cells"][0]["source"]
    ['CASE = ".."']
    """
    notebook: dict[str, Any] = json.loads(text)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
        if "parameters" in cell["metadata"].get("tags", ()):
            cell["source"] = ['CASE = ".."']
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
