"""``crisislab purge``: the exports of a reviewed case removed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crisislab.cli.options import Json, Lang, helped, print_json, spoken, tell


def purge(
    folder: Annotated[Path, typer.Argument(help=helped("case"))],
    written: Annotated[Path | None, typer.Option("--review", help=helped("written"))] = None,
    yes: Annotated[bool, typer.Option("--yes", help=helped("purge_yes"))] = False,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Say what would go and what stays; remove it when asked to."""
    from crisislab.retention import purge as purge_case

    found = purge_case(folder, written or folder / "review", really=yes)
    if json_:
        print_json({"done": found.done, "removed": found.goes, "kept": found.stays,
                    "behind_links": found.links})  # fmt: skip
    else:
        tell(found.summary(spoken(lang)))
