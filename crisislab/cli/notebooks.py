"""``crisislab notebooks``: the notebooks beside a case."""

from pathlib import Path
from typing import Annotated

import typer

from crisislab.cli.options import Json, Lang, helped, print_json, spoken, tell
from crisislab.words import say


def notebooks(
    folder: Annotated[Path, typer.Argument(help=helped("case"))],
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Copy the notebooks into a case, each set to it; never over a file that is there."""
    from crisislab.notebooks import copy_notebooks

    copied = copy_notebooks(folder)
    if json_:
        print_json({"notebooks": copied})
        return
    words = spoken(lang)
    for path in copied:
        tell(f"  {path}")
    tell(say("cli.copied", words, n=len(copied), folder=folder / "notebooks"))
